//! Every answer in JSON against the schema that `tasks schema --for` prints of it.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

#[path = "common/hermetic.rs"]
mod hermetic;

use hermetic::hermetic;
use serde_json::Value;
use std::path::Path;

fn json(dir: &Path, args: &[&str]) -> Value {
    let output = hermetic(env!("CARGO_BIN_EXE_tasks"), dir, args)
        .env("TASKS_NOW", "2026-11-21T10:00:00Z")
        .output()
        .unwrap();
    let error = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.code().is_some_and(|code| code < 2), "{args:?}: {error}");
    serde_json::from_slice(&output.stdout).unwrap_or_else(|error| panic!("{args:?}: {error}"))
}

/// Where a value is not what a schema says, as far as our schemas say anything: types, required keys, kinds of values.
fn faults(root: &Value, schema: &Value, value: &Value, at: &str) -> Vec<String> {
    if let Some(name) = schema["$ref"].as_str() {
        return faults(root, root.pointer(name.trim_start_matches('#')).unwrap(), value, at);
    }
    let mut found = Vec::new();
    for choice in ["anyOf", "oneOf"] {
        let any = schema[choice].as_array();
        if any.is_some_and(|any| any.iter().all(|one| !faults(root, one, value, at).is_empty())) {
            found.push(format!("{at} is none of {choice}"));
        }
    }
    for all in schema["allOf"].as_array().into_iter().flatten() {
        found.extend(faults(root, all, value, at));
    }
    let is_of = |kind: &Value| match kind.as_str().unwrap() {
        "null" => value.is_null(),
        "boolean" => value.is_boolean(),
        "integer" => value.is_i64() || value.is_u64(),
        "number" => value.is_number(),
        "string" => value.is_string(),
        "array" => value.is_array(),
        "object" => value.is_object(),
        kind => panic!("the type {kind} in a schema"),
    };
    let is_typed = match &schema["type"] {
        Value::Null => true,
        Value::Array(kinds) => kinds.iter().any(is_of),
        kind => is_of(kind),
    };
    let is_constant = schema.get("const").is_none_or(|constant| constant == value);
    let is_listed = schema["enum"].as_array().is_none_or(|known| known.contains(value));
    if !(is_typed && is_constant && is_listed) {
        found.push(format!("{at} is {value}"));
    }
    if let Some(object) = value.as_object() {
        let required = schema["required"].as_array().into_iter().flatten().filter_map(Value::as_str);
        let missing = required.filter(|key| !object.contains_key(*key));
        found.extend(missing.map(|key| format!("{at}.{key} is missing")));
        for (key, part) in object {
            let known = schema["properties"].get(key).or_else(|| schema.get("additionalProperties"));
            let inner = known.map(|known| faults(root, known, part, &format!("{at}.{key}")));
            found.extend(inner.into_iter().flatten());
        }
    }
    for (n, item) in value.as_array().into_iter().flatten().enumerate() {
        let inner = schema.get("items").map(|items| faults(root, items, item, &format!("{at}[{n}]")));
        found.extend(inner.into_iter().flatten());
    }
    found
}

#[test]
fn answers_are_what_their_schemas_say() {
    let place = tempfile::tempdir().unwrap();
    let made = hermetic(env!("CARGO_BIN_EXE_tasks"), place.path(), &["demo", "demo"])
        .env("TASKS_NOW", "2026-11-21T10:00:00Z")
        .output()
        .unwrap();
    assert!(made.status.success());
    let dir = place.path().join("demo");
    let id = json(&dir, &["list", "--limit", "1", "--format", "json"])["tasks"][0]["id"]
        .as_str()
        .unwrap()
        .to_owned();
    let title = "title=Another title";
    for (schema, args) in [
        ("list", vec!["list", "--all"]),
        ("show", vec!["show", &id, "9"]),
        ("why", vec!["why", &id]),
        ("why", vec!["why", &id, "9"]),
        ("next", vec!["next"]),
        ("order", vec!["next", "--order"]),
        ("status", vec!["status"]),
        ("status", vec!["status", "--by", "tag"]),
        ("log", vec!["log"]),
        ("log", vec!["log", &id]),
        ("counts", vec!["log", "--counts"]),
        ("branches", vec!["branches"]),
        ("board", vec!["board"]),
        ("graph", vec!["graph"]),
        ("forecast", vec!["forecast"]),
        ("schedule", vec!["forecast", "--schedule"]),
        ("check", vec!["check"]),
        ("rules", vec!["check", "--explain"]),
        ("report", vec!["report", "--all"]),
        ("page", vec!["report", "--context", "--format", "html"]),
        ("export", vec!["export"]),
        ("hook", vec!["hook", "status"]),
        ("set", vec!["set", &id, title]),
        ("diff", vec!["diff", "HEAD"]),
        ("diff", vec!["diff", "HEAD~8..HEAD"]),
        ("new", vec!["new", "Something else", "--dry-run"]),
        ("renumber", vec!["renumber", &id, "900", "--dry-run"]),
    ] {
        let described = json(&dir, &["schema", "--for", schema]);
        let form: &[&str] = if args.contains(&"--format") { &[] } else { &["--format", "json"] };
        let answer = json(&dir, &[args.as_slice(), form].concat());
        assert_eq!(faults(&described, &described, &answer, schema), Vec::<String>::new(), "{args:?}");
    }
}

#[test]
fn what_has_no_answer_for_programs_says_so() {
    let place = tempfile::tempdir().unwrap();
    let output =
        hermetic(env!("CARGO_BIN_EXE_tasks"), place.path(), &["demo", "--format", "json"]).output().unwrap();
    assert_eq!(output.status.code(), Some(2));
    assert!(place.path().read_dir().unwrap().next().is_none());
}
