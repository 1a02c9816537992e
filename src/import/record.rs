//! Tasks from records: rows of a table, JSON objects, front matter.

use super::draft::{Draft, DraftGroup, DraftTask, Warning};
use super::slug;
use super::{dates, estimates, fields, marks};
use crate::model::{Estimate, Step, StepStatus, Task, TaskId};
use serde_json::{Map, Value};
use std::collections::{HashMap, HashSet};

/// The entries of a record, in its order.
pub type Entries = Vec<(String, Value)>;

/// A record and where it stands.
#[derive(Debug, Default)]
pub struct Record {
    /// Its line, from 1; 0 where the format does not tell.
    pub line: u32,
    /// The group that holds it, where the format nests.
    pub group: Option<String>,
    /// Its entries.
    pub entries: Entries,
}

/// What a key stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Key {
    /// The task's name.
    Id,
    /// Its title.
    Title,
    /// Its description; the title where there is no other.
    Description,
    /// The group.
    Group,
    /// The kind of work, which groups where nothing else does.
    Type,
    /// The state.
    Status,
    /// The priority.
    Priority,
    /// How much work.
    Estimate,
    /// Until when.
    Due,
    /// Who.
    Assignee,
    /// Free labels.
    Tags,
    /// After what.
    Depends,
    /// A checklist.
    Steps,
    /// When it was written down.
    Created,
    /// Addresses.
    Links,
    /// Paths.
    Files,
    /// Anything else.
    Other,
}

/// What a key or column name stands for: `Task ID`, `dependsOn`, `Severity (S1-S4)`, `Summary / Description`.
pub fn key(name: &str) -> Key {
    let whole = words(name);
    let parts = name.split(['/', '(', '[', '|']).map(words).filter(|part| !part.is_empty() && *part != whole);
    let known = std::iter::once(whole.clone()).chain(parts).map(|part| exact_key(&part));
    known.into_iter().find(|&key| key != Key::Other).unwrap_or(Key::Other)
}

/// The words of a name in lower case, also where capitals part them.
fn words(name: &str) -> String {
    let mut out = String::new();
    let mut was_lower = false;
    for c in name.trim().chars() {
        if c.is_uppercase() && was_lower {
            out.push(' ');
        }
        was_lower = c.is_lowercase();
        out.extend(if matches!(c, '_' | '-' | '\u{a0}') { ' '.to_lowercase() } else { c.to_lowercase() });
    }
    out.split_whitespace().collect::<Vec<_>>().join(" ").trim_end_matches(['*', ':', '?']).to_owned()
}

fn exact_key(name: &str) -> Key {
    match name {
        "id" | "key" | "task id" | "issue id" | "issue key" | "number" | "#" | "no" | "no." | "nr"
        | "ticket" | "story id" | "item id" | "task #" | "task no" | "task number" | "ticket id" | "编号"
        | "序号" => Key::Id,
        "title" | "name" | "task" | "summary" | "subject" | "task name" | "task title" | "issue title"
        | "item title" | "story title" | "titel" | "aufgabe" | "título" | "tarea" | "tarefa" | "titre"
        | "tâche" | "任务" | "标题" | "タスク" | "タイトル" => Key::Title,
        "description" | "body" | "task description" | "beschreibung" | "descripción" | "descrição"
        | "描述" | "説明" => Key::Description,
        "group" | "phase" | "epic" | "category" | "section" | "sprint" | "area" | "module" | "stage"
        | "component" | "kategorie" | "categoría" | "fase" | "阶段" | "分类" | "フェーズ" => {
            Key::Group
        }
        "type" | "issue type" | "kind" | "typ" | "tipo" => Key::Type,
        "status" | "state" | "task status" | "current status" | "estado" | "statut" | "状态" => Key::Status,
        "priority" | "task priority" | "prio" | "priorität" | "prioridad" | "prioridade" | "优先级" => {
            Key::Priority
        }
        "estimate" | "estimated time" | "estimated minutes" | "estimated hours" | "estimate hours"
        | "estimate minutes" | "effort" | "estimated effort" | "hours" | "time" | "duration"
        | "time estimate" | "original estimate" | "aufwand" | "estimación" | "estimativa" | "estimation"
        | "预计时间" => Key::Estimate,
        "due" | "due date" | "deadline" | "due at" | "target date" | "end date" | "finish" | "fällig" => {
            Key::Due
        }
        "assignee" | "assignees" | "assign" | "assigned" | "assignee name" | "owner" | "assigned to"
        | "owners" | "responsable" | "responsible" | "zuständig" | "verantwortlich" | "负责人" | "担当" => {
            Key::Assignee
        }
        "tags" | "labels" | "label" | "tag" => Key::Tags,
        "dependencies"
        | "depends on"
        | "depends"
        | "depends on id"
        | "depends on ids"
        | "dependency ids"
        | "blocked by"
        | "dependency"
        | "prerequisites"
        | "predecessor"
        | "predecessors"
        | "inward issue link (blocks)" => Key::Depends,
        "steps" | "subtasks" | "checklist" | "sub tasks" => Key::Steps,
        "created at" | "createdat" | "created" | "created date" => Key::Created,
        "url" | "link" | "links" | "html url" | "external ref" => Key::Links,
        "files" | "file" | "paths" => Key::Files,
        _ => Key::Other,
    }
}

/// Whether a column names tasks where no column of titles does: `User Story`, `Feature`.
pub fn names_work(name: &str) -> bool {
    matches!(
        words(name).as_str(),
        "user story"
            | "story"
            | "feature"
            | "requirement"
            | "use case"
            | "work item"
            | "item"
            | "action"
            | "action item"
            | "activity"
            | "deliverable"
            | "issue"
            | "todo"
            | "fix"
    )
}

/// Gathers records into a draft: a group for each name, in the order in which they appear.
///
/// `by_type` lets the kind of work group where no column names a group.
pub fn gather(records: Vec<Record>, by_type: bool) -> Draft {
    let mut draft = Draft::default();
    let mut groups: HashMap<String, usize> = HashMap::new();
    let mut slugs = slug::Names::default();
    let mut ids: HashSet<TaskId> = HashSet::new();
    let named = records
        .iter()
        .flat_map(|r| &r.entries)
        .any(|(name, value)| key(name) == Key::Group && !is_empty(value));
    let group_key = if named || !by_type { Key::Group } else { Key::Type };
    for record in records {
        let line = record.line;
        if record.entries.iter().all(|(_, value)| is_empty(value)) {
            continue;
        }
        draft.warnings.extend(unknown_state(&record));
        let (mut found, group) = task_of(record, group_key);
        if found.task.title.is_empty() {
            draft
                .warnings
                .push(Warning { line, message: "a record without a title was kept as text".into() });
            draft.description.push_str(&left(&found));
            continue;
        }
        if let Some(id) = found.id.take() {
            if ids.insert(id.clone()) {
                found.id = Some(id);
            } else {
                let message = format!("the id {id} is used twice; this task gets a new one");
                draft.warnings.push(Warning { line, message });
            }
        }
        let name = group.unwrap_or_default();
        let at = *groups.entry(name.clone()).or_insert_with(|| {
            let number = draft.groups.len() + 1;
            let slug = if name.is_empty() {
                String::new()
            } else {
                slugs.unique(&slug::slug(&name, &format!("group-{number}")))
            };
            draft.groups.push(DraftGroup { title: name, slug, line, ..DraftGroup::default() });
            draft.groups.len() - 1
        });
        draft.groups[at].tasks.push(found);
    }
    draft
}

/// A state whose name says nothing is kept as text, and the task counts as open.
fn unknown_state(record: &Record) -> Option<Warning> {
    let stated = record.entries.iter().filter(|(name, value)| key(name) == Key::Status && !is_empty(value));
    let mut unknown = stated.map(|(_, value)| named(value)).filter(|s| marks::status_of_words(s).is_none());
    let state = unknown.next()?;
    let message =
        format!("the state {state:?} is not known; the task is open, and the state is kept as text");
    Some(Warning { line: record.line, message })
}

fn left(found: &DraftTask) -> String {
    let fields = found.task.fields.iter().map(|(name, value)| format!("{name}: {value}\n"));
    let text = found.task.description.iter().map(|text| format!("{text}\n"));
    fields.chain(text).collect()
}

/// The task of a record, and the name of its group.
pub fn task_of(record: Record, group_key: Key) -> (DraftTask, Option<String>) {
    let mut found = DraftTask { line: record.line, ..DraftTask::default() };
    let mut group = record.group;
    let titled = record.entries.iter().any(|(name, value)| key(name) == Key::Title && !is_empty(value));
    for (name, value) in record.entries {
        if is_empty(&value) {
            continue;
        }
        let kind = match key(&name) {
            Key::Description if !titled => Key::Title,
            kind => kind,
        };
        if kind == group_key && group.is_none() {
            group = Some(named(&value));
        } else if !entry(&mut found, kind, &name, &value) {
            fields::add(&mut found.task, &name, &text(&value));
        }
    }
    (found, group)
}

/// Puts an entry where it belongs. False where it fits nowhere.
fn entry(found: &mut DraftTask, kind: Key, name: &str, value: &Value) -> bool {
    let task = &mut found.task;
    let plain = text(value);
    match kind {
        Key::Id => match plain.trim_start_matches('#').parse() {
            // Of a number and a key, people name tasks by the key.
            Ok(id) if found.id.is_none() || name.to_lowercase().ends_with("key") => {
                if let Some(other) = found.id.replace(id) {
                    fields::add(task, "number", other.as_str());
                }
            }
            Ok(_) | Err(_) => return false,
        },
        Key::Title => task.title = super::document::one_line(&plain),
        Key::Description => match &mut task.description {
            Some(old) => {
                old.push_str("\n\n");
                old.push_str(&plain);
            }
            None => task.description = Some(plain),
        },
        Key::Status => match marks::status_of_words(&named(value)) {
            Some(status) => fields::set_status(task, status, ""),
            None => return false,
        },
        Key::Priority => match marks::priority_of_words(&named(value)) {
            Some(priority) => task.priority = Some(priority),
            None => return false,
        },
        Key::Estimate => match estimate(name, value) {
            Some(estimate) => task.estimate = Some(estimate),
            None => return false,
        },
        Key::Due => {
            // Of a moment the day counts, and the rest is kept as text.
            let (day, moment) = plain.split_once('T').map_or((plain.as_str(), false), |(day, _)| (day, true));
            match dates::date_in(day) {
                Some(due) => task.due = Some(due),
                None => return false,
            }
            return !moment;
        }
        Key::Created => match plain.parse() {
            Ok(created) => task.created = Some(created),
            Err(_) => return false,
        },
        Key::Assignee => fields::add_all(
            &mut task.assignees,
            list(value).into_iter().map(|name| name.trim_start_matches('@').to_owned()).collect(),
        ),
        Key::Tags => fields::add_all(&mut task.tags, list(value)),
        Key::Files => fields::add_all(&mut task.files, list(value)),
        Key::Links => fields::add_all(&mut task.links, list(value)),
        Key::Depends => depends(task, value),
        Key::Steps => return steps(task, value),
        Key::Group | Key::Type | Key::Other => return false,
    }
    true
}

/// Dependencies by name; they are looked up once all tasks are known.
fn depends(task: &mut Task, value: &Value) {
    let mut names = Vec::new();
    match value {
        Value::Array(items) => {
            for item in items {
                let Value::Object(edge) = item else {
                    names.push(text(item));
                    continue;
                };
                let get = |key: &str| edge.get(key).map(text).unwrap_or_default();
                let to =
                    [get("depends_on_id"), get("id"), get("task")].into_iter().find(|name| !name.is_empty());
                match (get("type").as_str(), to) {
                    ("" | "blocks", Some(to)) => names.push(to),
                    ("parent-child", Some(to)) => fields::add(task, "parent", &to),
                    (kind, Some(to)) => fields::add(task, kind, &to),
                    (_, None) => names.push(item.to_string()),
                }
            }
        }
        _ => names.push(text(value)),
    }
    if !names.is_empty() {
        fields::add(task, "depends", &names.join(", "));
    }
}

fn steps(task: &mut Task, value: &Value) -> bool {
    let Value::Array(items) = value else { return false };
    for item in items {
        let Value::Object(entries) = item else {
            task.steps.push(Step { text: text(item), ..Step::default() });
            continue;
        };
        let mut step = Step::default();
        for (name, value) in entries.iter().filter(|(_, value)| !is_empty(value)) {
            match key(name) {
                Key::Title => step.text = super::document::one_line(&text(value)),
                Key::Status => {
                    step.status = marks::status_of_words(&text(value)).filter(|&s| s != StepStatus::Pending);
                }
                Key::Description => step.notes.push(text(value)),
                _ if name == "text" => step.text = super::document::one_line(&text(value)),
                _ if matches!(name.as_str(), "done" | "completed") && value == &Value::Bool(true) => {
                    step.status = Some(StepStatus::Completed);
                }
                _ => step.notes.push(format!("{name}: {}", text(value))),
            }
        }
        if step.text.is_empty() && !step.notes.is_empty() {
            step.text = step.notes.remove(0);
        }
        task.steps.push(step);
    }
    true
}

/// A number counts in the unit that its key names.
fn estimate(name: &str, value: &Value) -> Option<Estimate> {
    let plain = text(value);
    let name = name.to_lowercase();
    let unit =
        ["min", "hour", "day", "week"].into_iter().find(|unit| name.contains(unit)).map(|unit| &unit[..1]);
    estimates::leading(&plain)
        .filter(|(_, rest)| rest.is_empty())
        .map(|(e, _)| e)
        .or_else(|| {
            let unit = unit?;
            plain.parse::<f64>().ok()?;
            format!("{plain}{unit}").parse().ok()
        })
        .or_else(|| {
            // Jira exports seconds, always whole minutes.
            let seconds = plain.parse::<u64>().ok().filter(|s| name == "original estimate" && s % 60 == 0)?;
            Some(Estimate::from_minutes(seconds / 60, seconds / 60)).filter(|_| seconds > 0)
        })
}

/// A value as text: a list by commas, an object as JSON.
pub fn text(value: &Value) -> String {
    match value {
        Value::String(text) => text.trim().to_owned(),
        Value::Null => String::new(),
        Value::Array(items) if items.iter().all(|item| !item.is_object() && !item.is_array()) => {
            items.iter().map(text).collect::<Vec<_>>().join(", ")
        }
        Value::Bool(_) | Value::Number(_) | Value::Array(_) | Value::Object(_) => value.to_string(),
    }
}

/// The same, but what a record points to, such as a person, a label or a state, goes by its name.
fn named(value: &Value) -> String {
    let name = |entries: &Map<String, Value>| {
        ["name", "title", "login"].iter().find_map(|key| entries.get(*key)?.as_str()).map(str::to_owned)
    };
    value.as_object().and_then(name).unwrap_or_else(|| text(value))
}

fn list(value: &Value) -> Vec<String> {
    let items = match value {
        Value::Array(items) => items.iter().map(named).collect::<Vec<_>>(),
        _ => named(value).split([',', ';']).map(|item| item.trim().to_owned()).collect(),
    };
    items.into_iter().filter(|item| !item.is_empty()).collect()
}

fn is_empty(value: &Value) -> bool {
    match value {
        Value::Null => true,
        Value::String(text) => text.trim().is_empty(),
        Value::Array(items) => items.is_empty(),
        Value::Object(entries) => entries.is_empty(),
        Value::Bool(_) | Value::Number(_) => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{FileStatus, Priority};
    use serde_json::json;

    fn record(value: Value) -> DraftTask {
        let Value::Object(entries) = value else { panic!("an object") };
        task_of(Record { entries: entries.into_iter().collect(), ..Record::default() }, Key::Group).0
    }

    #[test]
    fn entries_find_their_place() {
        let found = record(json!({
            "id": 7, "description": "Do it", "priority": 0, "estimated_time": "30 minutes", "status": "in_progress",
            "labels": ["a", "b"], "assignee": "@ada", "created_at": "2025-11-26T23:36:24.9Z", "closed_at": "x",
            "subtasks": [{"id": 1, "title": "One", "status": "done", "details": "how"}],
        }));
        let task = found.task;
        assert_eq!((found.id.unwrap().as_str(), task.title.as_str()), ("7", "Do it"));
        assert_eq!((task.priority, task.status), (Some(Priority::Critical), Some(FileStatus::InProgress)));
        assert_eq!(task.estimate.unwrap().to_string(), "30m");
        assert_eq!((&task.tags, &task.assignees), (&vec!["a".into(), "b".into()], &vec!["ada".into()]));
        assert!(task.created.is_some());
        assert_eq!(task.fields, [("closed_at".to_owned(), "x".to_owned())]);
        let step = &task.steps[0];
        assert_eq!((step.text.as_str(), step.status), ("One", Some(StepStatus::Completed)));
        assert_eq!(step.notes, ["id: 1", "details: how"]);
    }

    #[test]
    fn numbers_are_lengths_in_the_unit_of_their_key() {
        assert_eq!(
            record(json!({"title": "a", "estimated_hours": 1.5})).task.estimate.unwrap().to_string(),
            "1.5h"
        );
        let points = record(json!({"title": "a", "estimate": 3})).task;
        assert_eq!(points.estimate, None);
        assert_eq!(points.fields, [("stated estimate".to_owned(), "3".to_owned())]);
    }
}
