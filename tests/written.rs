//! What commands that write answer to programs: what became of which file, and what they say to people.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod common;

use common::TestRepo;
use serde_json::Value;
use std::collections::BTreeSet;
use std::process::Command;

fn tasks(repo: &TestRepo, args: &[&str]) -> String {
    let output = Command::new(env!("CARGO_BIN_EXE_tasks"))
        .args(args)
        .current_dir(repo.path())
        .env_clear()
        .envs(std::env::vars().filter(|(name, _)| name == "PATH"))
        .envs([("HOME", "/nonexistent"), ("GIT_CONFIG_GLOBAL", "/dev/null"), ("GIT_CONFIG_NOSYSTEM", "1")])
        .envs([("TASKS_NOW", "2030-01-01T00:00:00Z"), ("EDITOR", "sed -i s/four/changed/")])
        .output()
        .unwrap();
    let failed = args.contains(&"--check");
    let error = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(i32::from(failed)), "tasks {args:?}: {error}");
    String::from_utf8(output.stdout).unwrap()
}

fn json(repo: &TestRepo, args: &[&str]) -> Value {
    let text = tasks(repo, &[args, &["--format", "json"]].concat());
    serde_json::from_str(&text).unwrap_or_else(|e| panic!("tasks {args:?}: {e}: {text}"))
}

fn plan() -> TestRepo {
    let repo = TestRepo::new();
    repo.write(".tasks/config.toml", "version = 1\n");
    repo.write(".tasks/1.toml", "title = \"one\"\n\n[[steps]]\ntext = \"s\"\n");
    repo.write(".tasks/2.toml", "title = \"two\"\n\nstatus = \"completed\"\n");
    repo.write(".tasks/a/3.toml", "title = \"three\"\n\ndepends = [\n  \"1\",\n]\n");
    repo.write(".tasks/a/4.toml", "priority = \"low\"\ntitle = \"four\"\n");
    repo.write(".tasks/archive/5.toml", "title = \"five\"\n\nstatus = \"completed\"\n");
    repo.write("plan.md", "# Plan\n\n## Phase 1\n\n- [ ] Do this\n- [x] Do that\n");
    repo.commit("plan: start");
    repo
}

/// The paths that Git sees changed; a file that was moved counts at both.
fn changed(repo: &TestRepo) -> BTreeSet<String> {
    let text = repo.git(&["status", "--porcelain", "-uall", "--no-renames"]);
    text.lines().map(|line| line[2..].trim().to_owned()).collect()
}

fn reset(repo: &TestRepo) {
    repo.git(&["reset", "-q", "--hard"]);
    repo.git(&["clean", "-fdq"]);
}

/// Commands, and the ids of the tasks that they answer for.
const COMMANDS: [(&[&str], &[&str]); 16] = [
    (&["new", "a", "title"], &["6"]),
    (&["edit", "4"], &["4"]),
    (&["set", "1", "3", "priority=high"], &["1", "3"]),
    (&["set", "2", "status=completed"], &["2"]),
    (&["note", "1", "a note"], &["1"]),
    (&["move", "1", "3", "b"], &["1", "3"]),
    (&["move", "a/", "b/"], &["3", "4"]),
    (&["rm", "1", "--force"], &["1", "3"]),
    (&["archive", "2"], &["2"]),
    (&["fmt"], &["4"]),
    (&["done", "1"], &["1"]),
    (&["step", "1", "1", "--add", "another"], &["1"]),
    (&["block", "1", "--reason", "legal"], &["1"]),
    (&["cancel", "1"], &["1"]),
    (&["reopen", "2", "5"], &["2", "5"]),
    (&["renumber", "1", "x1"], &["1", "x1"]),
];

#[test]
fn the_files_are_those_that_git_sees_and_what_is_said_is_the_text() {
    let repo = plan();
    for (args, ids) in COMMANDS {
        let text = tasks(&repo, args);
        let seen = changed(&repo);
        reset(&repo);
        let tried = json(&repo, &[args, &["--dry-run"]].concat());
        assert_eq!(changed(&repo), BTreeSet::new(), "{args:?}");
        let mut done = json(&repo, args);
        assert_eq!(changed(&repo), seen, "{args:?}");
        reset(&repo);

        assert_eq!(
            (&done["schema"], &done["dry_run"], &done["diff"]),
            (&1.into(), &false.into(), &Value::Null)
        );
        let files = done["files"].as_array().unwrap();
        let paths: BTreeSet<String> = files.iter().map(|f| f["path"].as_str().unwrap().to_owned()).collect();
        assert_eq!(paths, seen, "{args:?}");
        let said: Vec<&str> = done["said"].as_array().unwrap().iter().map(|l| l.as_str().unwrap()).collect();
        assert_eq!(said, text.lines().collect::<Vec<_>>(), "{args:?}");
        let named: BTreeSet<&str> = match done["tasks"].as_array() {
            Some(tasks) => tasks.iter().map(|task| task["id"].as_str().unwrap()).collect(),
            None => files.iter().filter_map(|file| file["id"].as_str()).collect(),
        };
        assert!(ids.iter().all(|id| named.contains(id)), "{args:?}: {named:?}");

        let diff = tried["diff"].as_str().unwrap();
        assert_eq!(diff.is_empty(), seen.is_empty(), "{args:?}");
        assert!(seen.iter().all(|path| diff.contains(path)), "{args:?}: {diff}");
        (done["dry_run"], done["diff"]) = (tried["dry_run"].clone(), tried["diff"].clone());
        assert_eq!(done, tried, "{args:?}");
        assert_eq!(tried["dry_run"], true, "{args:?}");
    }
}

#[test]
fn a_task_is_told_with_its_path_and_whether_it_was_changed() {
    let repo = plan();
    let answer = json(&repo, &["move", "1", "b"]);
    let task =
        |id: &str, path: &str, changed: bool| serde_json::json!({"id": id, "path": path, "changed": changed});
    assert_eq!(answer["tasks"], serde_json::json!([task("1", ".tasks/b/1.toml", true)]));
    let fates: Vec<&Value> = answer["files"].as_array().unwrap().iter().map(|file| &file["change"]).collect();
    assert_eq!(fates, ["created", "removed"]);
    let answer = json(&repo, &["set", "2", "3", "status=completed"]);
    let expected = [task("2", ".tasks/2.toml", false), task("3", ".tasks/a/3.toml", true)];
    assert_eq!(answer["tasks"], serde_json::json!(expected));
    assert_eq!(answer["said"], serde_json::json!(["2 is unchanged", "3 set: status"]));
    assert_eq!(json(&repo, &["new", "t", "-q"])["said"], serde_json::json!(["6 .tasks/6.toml"]));
}

#[test]
fn what_writes_no_task_files_answers_alike() {
    let repo = plan();
    repo.git(&["config", "user.name", "Ann"]);
    repo.git(&["config", "user.email", "ann@example.com"]);
    let claimed = json(&repo, &["start", "1"]);
    assert_eq!(claimed["tasks"][0], serde_json::json!({"id": "1", "path": ".tasks/1.toml", "changed": true}));
    assert_eq!(claimed["said"], serde_json::json!(["1 claimed: one"]));
    assert_eq!(json(&repo, &["start", "1"])["tasks"][0]["changed"], false);
    let released = json(&repo, &["release", "1"]);
    assert_eq!((&released["tasks"][0]["id"], &released["files"]), (&"1".into(), &serde_json::json!([])));

    let formatted = json(&repo, &["fmt", "--check"]);
    assert_eq!(
        (&formatted["dry_run"], &formatted["files"][0]["path"]),
        (&true.into(), &".tasks/a/4.toml".into())
    );
    let imported = json(&repo, &["import", "plan.md"]);
    assert_eq!((&imported["tasks"], &imported["dry_run"]), (&2.into(), &false.into()));
    let created = imported["files"].as_array().unwrap().iter().filter(|f| f["id"].is_string());
    assert_eq!(created.count(), 2);
    let resolved = json(&repo, &["resolve"]);
    assert_eq!(
        (&resolved["files"], &resolved["conflicts"]),
        (&serde_json::json!([]), &serde_json::json!([]))
    );

    let fresh = TestRepo::new();
    let begun = json(&fresh, &["init", "--editor"]);
    let paths: BTreeSet<&str> =
        begun["files"].as_array().unwrap().iter().map(|f| f["path"].as_str().unwrap()).collect();
    let expected =
        [".taplo.toml", ".tasks/config.toml", ".tasks/schema.json", ".vscode/settings.json", "tombi.toml"];
    assert_eq!(paths, BTreeSet::from(expected));
    assert_eq!(json(&fresh, &["init", "--dry-run"])["dry_run"], true);
}

#[test]
fn the_answer_has_a_schema() {
    let repo = plan();
    for command in ["new", "done", "init", "release", "import", "renumber", "resolve"] {
        let schema: Value = serde_json::from_str(&tasks(&repo, &["schema", "--for", command])).unwrap();
        let text = schema.to_string();
        for field in ["dry_run", "said", "files", "diff"] {
            assert!(text.contains(&format!("\"{field}\"")), "{command} lacks {field}: {text}");
        }
    }
}
