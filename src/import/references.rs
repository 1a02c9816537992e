//! Places that name a task which stands elsewhere: progress lists, "Current task", dependencies.

use super::document::Item;
use super::draft::{Draft, DraftTask, Warning};
use super::fields::{self, Meaning};
use super::label::{self, Kind};
use crate::model::{Dependency, FileStatus, StepStatus, TaskId};
use regex::Regex;
use std::collections::HashMap;
use std::sync::LazyLock;

static CURRENT: LazyLock<Regex> = LazyLock::new(|| {
    let text = r"(?i)^\W*current (?:task|focus)\W*(?:task\s*)?#?([A-Za-z]{0,10}-?\d+(?:[.\-]\d+)*)\b";
    Regex::new(text).unwrap_or_else(|error| unreachable!("a constant pattern: {error}"))
});
static IDS: LazyLock<Regex> = LazyLock::new(|| {
    let text = r"(?i)^(?:(?:tasks?|aufgabe|tarea|tarefa|tâche|任务|任務|タスク|and|und|y|et)\s*)*#?([A-Za-z][A-Za-z0-9]*-[A-Za-z0-9.]+|[A-Za-z]{0,10}-?\d+(?:[.\-]\d+)*)$";
    Regex::new(text).unwrap_or_else(|error| unreachable!("a constant pattern: {error}"))
});

/// The tick that an item of another list gives a task: its id and state.
pub fn tick(item: &Item) -> Option<(TaskId, StepStatus, u32)> {
    let label = label::item(&item.text);
    let status = item.boxed?;
    let id = label.key.filter(|_| label.kind == Kind::Task)?.parse().ok()?;
    Some((id, status, item.line))
}

/// The task that a line calls the current one.
pub fn current(line: &str) -> Option<TaskId> {
    CURRENT.captures(line)?[1].parse().ok()
}

/// Writes ticks into tasks that say nothing of their state. Where both speak and differ, the task's own word stands.
pub fn merge(draft: &mut Draft, ticks: &[(TaskId, StepStatus, u32)]) {
    for (id, status, line) in ticks {
        let Some(found) = tasks(draft).find(|t| t.id.as_ref() == Some(id)) else { continue };
        let stated = super::marks::file_status(*status);
        if stated.is_none() || found.task.status == stated {
            continue;
        }
        if found.task.status.is_none() || found.task.status == Some(FileStatus::InProgress) {
            fields::set_status(&mut found.task, *status, "");
        } else {
            let message =
                format!("task {id} has another state here than where it is described; that one was taken");
            draft.warnings.push(Warning { line: *line, message });
        }
    }
}

fn tasks(draft: &mut Draft) -> impl Iterator<Item = &mut DraftTask> {
    draft.groups.iter_mut().flat_map(|group| &mut group.tasks)
}

/// Turns fields such as "Depends on: 1.1, 1.2" into dependencies, where every name in them is a task of the draft.
///
/// Names are matched whole, then by what follows the prefix (`task-100` for `BACK-100`). Others stay a field.
pub fn resolve(draft: &mut Draft) {
    let mut known: HashMap<String, TaskId> = HashMap::new();
    let mut by_number: HashMap<String, TaskId> = HashMap::new();
    for id in draft.groups.iter().flat_map(|g| &g.tasks).filter_map(|t| t.id.clone()) {
        by_number.insert(number_of(id.as_str()).to_owned(), id.clone());
        known.insert(id.key().into_owned(), id);
    }
    let mut warnings = Vec::new();
    for found in tasks(draft) {
        let own = found.id.clone();
        let mut depends = Vec::new();
        found.task.fields.retain_mut(|(label, value)| {
            if fields::meaning(label) != Meaning::Depends && label != "stated depends" {
                return true;
            }
            let (ids, unknown) = names(value, &known, &by_number);
            let is_list = label == "stated depends";
            // Of a sentence that names a task, only the whole tells what is meant.
            if unknown.is_empty() || is_list {
                depends.extend(ids.into_iter().filter(|id| Some(id) != own.as_ref()).map(Dependency::Task));
            }
            if unknown.is_empty() {
                return false;
            }
            if is_list && !value.to_lowercase().starts_with("none") {
                *value = unknown.join(", ");
                let message = format!("a dependency names no task of this document: {value}");
                warnings.push(Warning { line: found.line, message });
            }
            true
        });
        for dependency in depends {
            if !found.task.depends.contains(&dependency) {
                found.task.depends.push(dependency);
            }
        }
    }
    draft.warnings.extend(warnings);
}

fn number_of(id: &str) -> &str {
    id.split_once(['-', '_']).map_or(id, |(_, rest)| rest)
}

/// The tasks that a text names, and those of its parts that name none; the whole where it has no parts.
fn names(
    value: &str,
    known: &HashMap<String, TaskId>,
    numbers: &HashMap<String, TaskId>,
) -> (Vec<TaskId>, Vec<String>) {
    let parts = value.split([',', ';', '\n']).flat_map(|part| part.split(" and ")).map(str::trim);
    let (mut ids, mut unknown) = (Vec::new(), Vec::new());
    for part in parts.filter(|part| !part.is_empty()) {
        match named(part.trim_start_matches("- ").trim_matches(['`', '.', '*']), known, numbers) {
            Some(id) => ids.push(id),
            None => unknown.push(part.to_owned()),
        }
    }
    if ids.is_empty() && unknown.is_empty() {
        unknown.push(value.to_owned());
    }
    (ids, unknown)
}

fn named(part: &str, known: &HashMap<String, TaskId>, numbers: &HashMap<String, TaskId>) -> Option<TaskId> {
    if let Some(id) = known.get(&part.to_ascii_lowercase()) {
        return Some(id.clone());
    }
    let name = IDS.captures(part)?.get(1)?.as_str().to_ascii_lowercase();
    let prefixed = name.contains('-') && name.starts_with("task");
    known.get(&name).or_else(|| numbers.get(number_of(&name)).filter(|_| prefixed)).cloned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_current_task_is_named_in_a_line() {
        let id = |line: &str| current(line).map(|id| id.to_string());
        assert_eq!(id("**Current Task**: Task 1 - Create it").as_deref(), Some("1"));
        assert_eq!(id("Current focus: 2.3"), Some("2.3".into()));
        assert_eq!(id("The current task is hard"), None);
    }

    #[test]
    fn of_a_list_the_known_tasks_count_and_of_a_sentence_only_the_whole() {
        let known: HashMap<String, TaskId> =
            ["my-app-1ab", "7"].map(|id| (id.to_owned(), id.parse().unwrap())).into();
        let seen = |text: &str| {
            let (ids, unknown) = names(text, &known, &HashMap::new());
            (ids.iter().map(ToString::to_string).collect::<Vec<_>>(), unknown)
        };
        assert_eq!(seen("My-App-1ab, task 7"), (vec!["my-app-1ab".into(), "7".into()], vec![]));
        assert_eq!(seen("7, my-app-2cd"), (vec!["7".into()], vec!["my-app-2cd".into()]));
        assert_eq!(seen("the API and 7"), (vec!["7".into()], vec!["the API".into()]));
        assert_eq!(seen(", "), (vec![], vec![", ".into()]));
    }
}
