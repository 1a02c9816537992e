//! JSON: one document with a list of tasks, or one object a line.

use super::document::line_count;
use super::draft::{Draft, ImportError};
use super::record::{self, Record};
use super::trello;
use serde_json::{Map, Value};

const LISTS: [&str; 7] = ["tasks", "issues", "items", "stories", "userStories", "user_stories", "todos"];
const GROUPS: [&str; 7] = ["phases", "groups", "epics", "categories", "sections", "milestones", "sprints"];

/// Reads a list of objects, `{"metadata": …, "tasks": […]}`, `{"phases": [{"name", "tasks"}]}`, or tags that hold one of these.
pub fn read(name: &str, text: &str) -> Result<Draft, ImportError> {
    let value: Value = serde_json::from_str(text).map_err(|error| json_error(name, &error, 0))?;
    let mut records = Vec::new();
    let mut rest = Vec::new();
    let (mut title, mut total) = (None, None);
    match value {
        Value::Array(items) => objects(items, None, &mut records, &mut rest),
        Value::Object(entries) => {
            title = document_title(&entries);
            total = declared_total(&entries);
            let entries = match trello::records(&entries) {
                Some((cards, others)) => {
                    records.extend(cards);
                    others
                }
                None => entries,
            };
            document(entries, &mut records, &mut rest);
        }
        _ => {}
    }
    if records.is_empty() {
        return Err(ImportError::Shape { name: name.to_owned() });
    }
    let mut draft = record::gather(records, false);
    draft.title = title;
    draft.description.push_str(&rest.join("\n"));
    draft.declared.tasks = total;
    draft.report.lines = line_count(text);
    Ok(draft)
}

/// Reads one object a line.
pub fn read_lines(name: &str, text: &str) -> Result<Draft, ImportError> {
    let mut records = Vec::new();
    for (index, line) in text.lines().enumerate().filter(|(_, line)| !line.trim().is_empty()) {
        let entries: Map<String, Value> =
            serde_json::from_str(line).map_err(|error| json_error(name, &error, index))?;
        let line = u32::try_from(index + 1).unwrap_or(u32::MAX);
        records.push(Record { line, group: None, entries: entries.into_iter().collect() });
    }
    let mut draft = record::gather(records, false);
    draft.report.lines = line_count(text);
    Ok(draft)
}

fn json_error(name: &str, error: &serde_json::Error, before: usize) -> ImportError {
    let text = error.to_string();
    let message = text.split(" at line ").next().unwrap_or(&text).chars().take(200).collect();
    ImportError::Json { name: name.to_owned(), line: error.line() + before, column: error.column(), message }
}

fn objects(items: Vec<Value>, group: Option<&str>, records: &mut Vec<Record>, rest: &mut Vec<String>) {
    for item in items {
        match item {
            Value::Object(entries) => records.push(Record {
                line: 0,
                group: group.map(str::to_owned),
                entries: entries.into_iter().collect(),
            }),
            other => rest.push(record::text(&other)),
        }
    }
}

/// Lists of tasks, lists of groups, and objects that hold such lists; other entries are text of the plan.
fn document(entries: Map<String, Value>, records: &mut Vec<Record>, rest: &mut Vec<String>) {
    for (key, value) in entries {
        match value {
            Value::Array(items) if LISTS.contains(&key.as_str()) => objects(items, None, records, rest),
            Value::Array(items) if GROUPS.contains(&key.as_str()) => {
                for (index, item) in items.into_iter().enumerate() {
                    group(item, index, records, rest);
                }
            }
            Value::Object(inner) if holds_tasks(&inner) => document(inner, records, rest),
            Value::Object(inner) => {
                rest.extend(inner.iter().map(|(name, value)| format!("- {name}: {}", record::text(value))));
            }
            other => rest.push(format!("- {key}: {}", record::text(&other))),
        }
    }
}

fn holds_tasks(entries: &Map<String, Value>) -> bool {
    entries.iter().any(|(key, value)| {
        value.is_array() && (LISTS.contains(&key.as_str()) || GROUPS.contains(&key.as_str()))
    })
}

fn group(item: Value, index: usize, records: &mut Vec<Record>, rest: &mut Vec<String>) {
    let Value::Object(entries) = item else {
        rest.push(record::text(&item));
        return;
    };
    let name = ["title", "name", "id", "phase"].iter().find_map(|key| entries.get(*key)).map(record::text);
    let name = name.unwrap_or_else(|| format!("Group {}", index + 1));
    for (key, value) in entries {
        match value {
            Value::Array(items) if LISTS.contains(&key.as_str()) => {
                objects(items, Some(&name), records, rest);
            }
            other if record::text(&other) != name => {
                rest.push(format!("- {name}, {key}: {}", record::text(&other)));
            }
            _ => {}
        }
    }
}

/// How many tasks the document says it has, in its metadata or beside its list.
fn declared_total(entries: &Map<String, Value>) -> Option<u64> {
    let find = |map: &Map<String, Value>| {
        ["total_tasks", "totalTasks", "task_count", "total"].iter().find_map(|key| map.get(*key)?.as_u64())
    };
    entries.get("metadata").and_then(Value::as_object).and_then(find).or_else(|| find(entries))
}

fn document_title(entries: &Map<String, Value>) -> Option<String> {
    let metadata = entries.get("metadata").and_then(Value::as_object);
    let find = |map: &Map<String, Value>| {
        ["title", "project", "name"]
            .iter()
            .find_map(|key| map.get(*key).and_then(Value::as_str))
            .map(str::to_owned)
    };
    metadata.and_then(find).or_else(|| find(entries))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shape(draft: &Draft) -> Vec<(&str, usize)> {
        draft.groups.iter().map(|g| (g.title.as_str(), g.tasks.len())).collect()
    }

    #[test]
    fn lists_groups_and_tags_of_tasks_are_found() {
        let text = r#"{"metadata": {"title": "P", "total": 2}, "tasks": [
            {"id": 1, "category": "A", "description": "x", "dependencies": []},
            {"id": 2, "category": "B", "description": "y", "dependencies": [1]}]}"#;
        let draft = read("x.json", text).unwrap();
        assert_eq!(shape(&draft), [("A", 1), ("B", 1)]);
        assert_eq!(draft.title.as_deref(), Some("P"));
        assert!(draft.description.contains("total: 2"));
        assert_eq!(draft.declared.tasks, Some(2));
        let nested = r#"{"phases": [{"name": "One", "goal": "g", "tasks": [{"title": "t"}]}]}"#;
        assert_eq!(shape(&read("x.json", nested).unwrap()), [("One", 1)]);
        let tagged = r#"{"master": {"tasks": [{"id": 1, "title": "t"}], "metadata": {"v": 1}}}"#;
        assert_eq!(shape(&read("x.json", tagged).unwrap()), [("", 1)]);
    }

    #[test]
    fn an_error_names_the_line() {
        let error = read_lines("x.jsonl", "{\"title\": \"a\"}\n{\"title\" 1}\n").unwrap_err();
        assert!(matches!(error, ImportError::Json { line: 2, column: 10, .. }), "{error:?}");
        assert!(matches!(read("x.json", "[1]"), Err(ImportError::Shape { .. })));
    }
}
