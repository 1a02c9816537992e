//! Task files.

use super::keys::TASK;
use super::read::{Node, Parsed, Reader, file, scalar};
use super::source::shown;
use super::values::{date, dependencies, estimate, ids, moment, steps};
use crate::finding::Severity;
use crate::model::{FileStatus, Priority, Task};
use toml::Spanned;
use toml::de::{DeTable, DeValue};

/// Reads a task file. A task without a usable title has its id, the file's name, as its title.
pub fn parse_task(path: &str, bytes: &[u8]) -> Parsed<Task> {
    file(path, bytes, build)
}

fn build(reader: &mut Reader<'_>, table: DeTable<'_>) -> Task {
    let mut task = Task::default();
    let mut has_title = false;
    for (key, value) in table {
        match key.get_ref().as_ref() {
            "title" => {
                has_title = true;
                task.title = title(reader, value).unwrap_or_default();
            }
            "priority" => task.priority = priority(reader, value),
            "estimate" => task.estimate = estimate(reader, "estimate", value),
            "due" => task.due = date(reader, "due", &value),
            "optional" => task.optional = reader.boolean("optional", &value).unwrap_or_default(),
            "depends" => task.depends = dependencies(reader, "depends", value),
            "assignees" => task.assignees = reader.texts("assignees", value, "names"),
            "tags" => task.tags = reader.texts("tags", value, "tags"),
            "milestones" => task.milestones = reader.texts("milestones", value, "milestones"),
            "files" => task.files = reader.texts("files", value, "paths"),
            "links" => task.links = reader.texts("links", value, "addresses"),
            "created" => task.created = moment(reader, "created", &value),
            "status" => task.status = status(reader, value),
            "reason" => task.reason = reader.text("reason", value),
            "waiting_on" => task.waiting_on = reader.text("waiting_on", value),
            "reopened" => task.reopened = moment(reader, "reopened", &value),
            "aka" => task.aka = ids(reader, "aka", value),
            "description" => task.description = reader.text("description", value),
            "steps" => task.steps = steps(reader, value),
            "fields" => task.fields = fields(reader, value),
            _ => reader.stray(&key, TASK, &[], "a task"),
        }
    }
    if !has_title {
        reader.missing("missing-title", 0, "the task has no title", "begin the file with title = \"…\"");
    }
    if task.title.is_empty() {
        let name = reader.path.rsplit('/').next().unwrap_or(reader.path);
        name.strip_suffix(".toml").unwrap_or(name).clone_into(&mut task.title);
    }
    task
}

fn title(reader: &mut Reader<'_>, value: Node<'_>) -> Option<String> {
    let span = value.span();
    let title = reader.text("title", value)?;
    let wrong = if title.trim().is_empty() {
        "the title is empty"
    } else if title.contains('\n') {
        "the title has more than one line"
    } else {
        return Some(title);
    };
    let help = "write one line, and the rest in description".to_owned();
    reader.report("bad-value", Severity::Error, span.start, wrong.to_owned(), help);
    None
}

fn priority(reader: &mut Reader<'_>, value: Node<'_>) -> Option<Priority> {
    reader.word("priority", value, &Priority::ALL.map(Priority::as_str), Priority::from_name)
}

fn status(reader: &mut Reader<'_>, value: Node<'_>) -> Option<FileStatus> {
    if value.get_ref().as_str() == Some("pending") {
        let message =
            "status is derived from commits and dependencies, and pending is never written".to_owned();
        reader.bad_value(&value, message, "remove the line".to_owned());
        return None;
    }
    let words = ["completed", "cancelled", "blocked", "in_progress"];
    reader.word("status", value, &words, FileStatus::from_name)
}

/// Free text by name, in the order of the file. Numbers, dates and booleans are taken as they are written.
fn fields(reader: &mut Reader<'_>, value: Node<'_>) -> Vec<(String, String)> {
    let span = value.span();
    let table = match value.into_inner() {
        DeValue::Table(table) => table,
        other => {
            let help = "write [fields], and name = \"text\" on the next line".to_owned();
            reader.wrong_type(&Spanned::new(span, other), "a table", help);
            return Vec::new();
        }
    };
    let mut fields = Vec::with_capacity(table.len());
    for (key, value) in table {
        let known = TASK.iter().any(|k| k.name == key.get_ref().as_ref());
        if known {
            reader.without_effect(&key, "[fields]");
        }
        let (at, span) = (key.span().start, value.span());
        let name = key.into_inner().into_owned();
        match value.into_inner() {
            DeValue::String(text) => fields.push((at, name, text.into_owned())),
            DeValue::Array(_) | DeValue::Table(_) if known => {}
            other => match scalar(&other) {
                Some(_) => fields.push((at, name, reader.text[span].to_owned())),
                None => {
                    let help = format!("write {} = \"…\"", shown(&name, 40));
                    reader.wrong_type(&Spanned::new(span, other), "a string", help);
                }
            },
        }
    }
    fields.sort_by_key(|field| field.0);
    fields.into_iter().map(|(_, name, text)| (name, text)).collect()
}
