//! What differs between two versions of a plan's values, key by key.

use crate::model::{FileStatus, Priority, Step, StepStatus, Task};
use std::collections::BTreeSet;
use std::fmt::Display;

/// A key whose value differs; `None` where there is no value. Lists are joined by commas.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FieldChange {
    /// The key as the file has it; `step 3` for a step, by its number in the later version, or in the earlier one for a
    /// step that is gone; `fields.NAME` for free text.
    pub name: String,
    /// The value before.
    pub before: Option<String>,
    /// The value after.
    pub after: Option<String>,
}

/// What differs between two versions of a task, in the order of the keys of a file. Steps are the same if their texts
/// are: one that is reworded goes, and another comes.
pub fn task_changes(before: &Task, after: &Task) -> Vec<FieldChange> {
    let mut changes: Vec<FieldChange> = Vec::new();
    for ((name, old), (_, new)) in single_values(before).into_iter().zip(single_values(after)) {
        push(&mut changes, name, old, new);
    }
    step_changes(&before.steps, &after.steps, &mut changes);
    let names: BTreeSet<&str> = before.fields.iter().chain(&after.fields).map(|(n, _)| n.as_str()).collect();
    for name in names {
        let of = |task: &Task| task.fields.iter().find(|(n, _)| n == name).map(|(_, text)| text.clone());
        push(&mut changes, &format!("fields.{name}"), of(before), of(after));
    }
    changes
}

fn push(changes: &mut Vec<FieldChange>, name: &str, before: Option<String>, after: Option<String>) {
    if before != after {
        changes.push(FieldChange { name: name.to_owned(), before, after });
    }
}

/// Every key that has one text, or a list of them.
fn single_values(task: &Task) -> Vec<(&'static str, Option<String>)> {
    let text = |value: &Option<String>| value.clone();
    vec![
        ("title", Some(task.title.clone())),
        ("status", task.status.map(FileStatus::as_str).map(str::to_owned)),
        ("reason", text(&task.reason)),
        ("waiting_on", text(&task.waiting_on)),
        ("reopened", task.reopened.as_ref().map(ToString::to_string)),
        ("priority", task.priority.map(Priority::as_str).map(str::to_owned)),
        ("estimate", task.estimate.as_ref().map(ToString::to_string)),
        ("due", task.due.as_ref().map(ToString::to_string)),
        ("optional", task.optional.then(|| "true".to_owned())),
        ("depends", joined(&task.depends)),
        ("assignees", joined(&task.assignees)),
        ("tags", joined(&task.tags)),
        ("milestones", joined(&task.milestones)),
        ("files", joined(&task.files)),
        ("links", joined(&task.links)),
        ("created", task.created.as_ref().map(ToString::to_string)),
        ("aka", joined(&task.aka)),
        ("description", text(&task.description)),
    ]
}

fn joined<T: Display>(values: &[T]) -> Option<String> {
    let texts: Vec<String> = values.iter().map(ToString::to_string).collect();
    (!texts.is_empty()).then(|| texts.join(", "))
}

/// Pairs steps of equal text in their order, so that a text that occurs twice is compared twice.
fn step_changes(before: &[Step], after: &[Step], changes: &mut Vec<FieldChange>) {
    let mut left: Vec<Option<&Step>> = before.iter().map(Some).collect();
    for (at, step) in after.iter().enumerate() {
        let same = left.iter_mut().find(|old| old.is_some_and(|old| old.text == step.text));
        let name = format!("step {}", at + 1);
        let Some(old) = same.and_then(Option::take) else {
            push(changes, &name, None, Some(step.text.clone()));
            continue;
        };
        let status = |step: &Step| Some(step.status.unwrap_or(StepStatus::Pending).as_str().to_owned());
        push(changes, &name, status(old), status(step));
        let notes = |step: &Step| (!step.notes.is_empty()).then(|| step.notes.join("\n"));
        push(changes, &format!("{name} notes"), notes(old), notes(step));
    }
    for (at, gone) in left.iter().enumerate().filter_map(|(at, step)| Some((at, (*step)?))) {
        push(changes, &format!("step {}", at + 1), Some(gone.text.clone()), None);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::format::parse_task;

    fn task(text: &str) -> Task {
        parse_task("1.toml", text.as_bytes()).value.unwrap()
    }

    #[test]
    fn every_key_that_differs_is_named() {
        let step = |text: &str, more: &str| format!("[[steps]]\ntext = \"{text}\"\n{more}");
        let done = "status = \"completed\"\n";
        let cases = [
            ("priority = \"low\"", "priority = \"high\"", "priority: low > high"),
            ("", "due = 2026-01-02", "due: - > 2026-01-02"),
            ("tags = [\"a\"]", "tags = [\"a\", \"b\"]", "tags: a > a, b"),
            ("depends = [\"2\", \"a/\"]", "", "depends: 2, a/ > -"),
            ("optional = true", "", "optional: true > -"),
            ("estimate = \"2h\"", "estimate = \"3h\"", "estimate: 2h > 3h"),
            ("[fields]\nx = \"1\"", "[fields]\nx = \"2\"", "fields.x: 1 > 2"),
            (&step("a", ""), &step("a", done), "step 1: pending > completed"),
            (&step("a", ""), &(step("b", "") + &step("a", "")), "step 1: - > b"),
            (&step("a", ""), "", "step 1: a > -"),
            (
                &(step("a", "") + &step("a", "")),
                &(step("a", done) + &step("a", "")),
                "step 1: pending > completed",
            ),
            ("# remark", "", ""),
        ];
        for (before, after, expected) in cases {
            let with_title = |rest: &str| task(&format!("title = \"T\"\n{rest}\n"));
            let changes = task_changes(&with_title(before), &with_title(after));
            let shown = |value: &Option<String>| value.clone().unwrap_or_else(|| "-".to_owned());
            let lines: Vec<String> = changes
                .iter()
                .map(|c| format!("{}: {} > {}", c.name, shown(&c.before), shown(&c.after)))
                .collect();
            assert_eq!(lines.join("; "), expected, "{before} to {after}");
        }
    }
}
