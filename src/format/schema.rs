//! JSON Schemas of the files, for editors. They are made from the same table of keys that files are read by.

use super::keys::{CONFIG, GROUP, Holds, Key, MILESTONE, TASK};
use crate::model::{FileStatus, Priority, StepStatus};
use schemars::generate::SchemaSettings;
use schemars::{JsonSchema, SchemaGenerator};
use serde_json::{Map, Value, json};

/// The schema of task files.
pub fn schema() -> Value {
    document("A task of a plan", TASK, &["title"])
}

/// The schema of `group.toml`.
pub fn group_schema() -> Value {
    document("A group of tasks", GROUP, &[])
}

/// The schema of `milestones/*.toml`.
pub fn milestone_schema() -> Value {
    document("A milestone of a plan", MILESTONE, &[])
}

/// The schema of `config.toml`.
pub fn config_schema() -> Value {
    document("The configuration of a plan", CONFIG, &["version"])
}

/// Draft 7, the one that every editor's TOML support understands. Unknown keys are allowed, as they are in files.
fn document(title: &str, keys: &[Key], required: &[&str]) -> Value {
    let mut generator = SchemaSettings::draft07().with(|s| s.inline_subschemas = true).into_generator();
    let mut schema = Map::new();
    schema.insert("$schema".to_owned(), json!("http://json-schema.org/draft-07/schema#"));
    schema.insert("title".to_owned(), json!(title));
    schema.extend(object(&mut generator, keys, required));
    Value::Object(schema)
}

fn object(generator: &mut SchemaGenerator, keys: &[Key], required: &[&str]) -> Map<String, Value> {
    let mut properties = Map::new();
    for key in keys {
        let mut property = holds(generator, key.holds);
        property.insert("description".to_owned(), json!(key.doc));
        properties.insert(key.name.to_owned(), Value::Object(property));
    }
    let mut schema = map(json!({ "type": "object", "properties": properties }));
    if !required.is_empty() {
        schema.insert("required".to_owned(), json!(required));
    }
    schema
}

fn holds(generator: &mut SchemaGenerator, holds: Holds) -> Map<String, Value> {
    let id = json!({ "anyOf": [{ "type": "string", "pattern": ID }, { "type": "integer", "minimum": 0 }] });
    let value = match holds {
        Holds::Line | Holds::Markdown | Holds::Since => json!({ "type": "string" }),
        Holds::Date => json!({ "type": "string", "format": "date" }),
        Holds::DateTime => json!({ "type": "string", "format": "date-time" }),
        Holds::Bool => json!({ "type": "boolean" }),
        Holds::Version => json!({ "type": "integer", "const": crate::config::FORMAT_VERSION }),
        Holds::Count => json!({ "type": "integer", "minimum": 0 }),
        Holds::Estimate => json!({ "type": "string", "pattern": ESTIMATE }),
        Holds::Duration => json!({ "type": "string", "pattern": r"^\d{1,6}(\.\d{1,3})?[mhdw]$" }),
        Holds::Priority => return words::<Priority>(generator),
        Holds::FileStatus => return words::<FileStatus>(generator),
        Holds::StepStatus => return words::<StepStatus>(generator),
        Holds::OneOf(words) => json!({ "type": "string", "enum": words }),
        Holds::Texts => json!({ "type": "array", "items": { "type": "string" } }),
        Holds::Ids => json!({ "type": "array", "items": id }),
        Holds::Dependencies => json!({ "type": "array", "items": {
            "anyOf": [{ "type": "string" }, { "type": "integer", "minimum": 0 }]
        } }),
        Holds::Groups => json!({ "type": "array", "items": { "type": "string", "minLength": 1 } }),
        Holds::TextByName => json!({ "type": "object", "additionalProperties": {
            "type": ["string", "number", "boolean"]
        } }),
        Holds::LevelByName => json!({ "type": "object", "additionalProperties": {
            "type": "string", "enum": ["off", "info", "warning", "error"]
        } }),
        Holds::Table(keys) => return object(generator, keys, &[]),
        Holds::Tables(keys) => {
            let required: Vec<&str> = keys.iter().map(|k| k.name).filter(|n| REQUIRED.contains(n)).collect();
            json!({ "type": "array", "items": object(generator, keys, &required) })
        }
    };
    map(value)
}

/// What an item of a checklist, or a pattern, must have.
const REQUIRED: [&str; 3] = ["text", "regex", "effect"];

const ID: &str = "^[A-Za-z0-9]([A-Za-z0-9._-]{0,62}[A-Za-z0-9])?$";

const ESTIMATE: &str = r"^\s*\d{1,6}(\.\d{1,3})?\s*[mhdw]?\s*[-\u2013]\s*\d{1,6}(\.\d{1,3})?\s*[mhdw]\s*$|^\s*\d{1,6}(\.\d{1,3})?\s*[mhdw]\s*$";

fn words<T: JsonSchema>(generator: &mut SchemaGenerator) -> Map<String, Value> {
    map(generator.subschema_for::<T>().to_value())
}

fn map(value: Value) -> Map<String, Value> {
    match value {
        Value::Object(map) => map,
        _ => Map::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use regex::Regex;

    #[test]
    fn the_schema_describes_every_key() {
        let schema = schema();
        assert_eq!(schema["required"], json!(["title"]));
        for key in TASK {
            let property = &schema["properties"][key.name];
            assert_eq!(property["description"], json!(key.doc), "{}", key.name);
            assert!(property.get("type").or(property.get("oneOf")).is_some(), "{}: {property}", key.name);
        }
        let text = schema.to_string();
        for word in ["\"critical\"", "\"in_progress\"", "\"cancelled\""] {
            assert!(text.contains(word), "{word}");
        }
        assert!(!text.contains("$ref"));
        assert_eq!(schema["properties"]["steps"]["items"]["required"], json!(["text"]));
        assert_eq!(schema["properties"]["due"]["format"], json!("date"));
        assert_eq!(config_schema()["required"], json!(["version"]));
        assert!(milestone_schema()["properties"]["criteria"].is_object());
        assert!(group_schema()["properties"]["depends"].is_object());
    }

    #[test]
    fn the_examples_of_the_keys_are_what_the_reader_takes() {
        use crate::format::{parse_config, parse_group, parse_milestone, parse_task};
        let text = |keys: &[Key]| {
            let lines: Vec<String> =
                keys.iter().map(|key| format!("{} = {}", key.name, key.example)).collect();
            lines.join("\n")
        };
        assert_eq!(parse_task("x/1.toml", text(TASK).as_bytes()).problems, []);
        assert_eq!(parse_group("x/group.toml", text(GROUP).as_bytes()).problems, []);
        assert_eq!(parse_milestone("x/a.toml", text(MILESTONE).as_bytes()).problems, []);
        assert_eq!(parse_config("config.toml", text(CONFIG).as_bytes()).problems, []);
        for key in CONFIG {
            if let Holds::Table(keys) = key.holds {
                let table = format!("version = 1\n[{}]\n{}", key.name, text(keys));
                assert_eq!(parse_config("config.toml", table.as_bytes()).problems, [], "{table}");
            }
        }
    }

    #[test]
    fn the_pattern_of_estimates_is_the_parsers() {
        let pattern = Regex::new(ESTIMATE).unwrap();
        for text in [
            "15m",
            "2h",
            "1.5d",
            "1w",
            "2h-3h",
            "2-3h",
            "30m - 1h",
            "2h\u{2013}3h",
            "2",
            "h",
            "2x",
            "2h-",
            "1.2345h",
            "2h 30m",
            "",
        ] {
            assert_eq!(pattern.is_match(text), text.parse::<crate::model::Estimate>().is_ok(), "{text:?}");
        }
    }
}
