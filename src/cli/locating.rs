//! Finding the tasks that arguments name.

use crate::error::CliError;
use crate::finding::Finding;
use crate::model::{TaskId, nearest};
use crate::plan::Plan;
use crate::snapshot::{Snapshot, task_word};

/// The positions of the tasks of those ids; an error names the first that the plan lacks, with near ones.
pub fn positions(plan: &Plan, ids: &[String]) -> Result<Vec<usize>, CliError> {
    ids.iter().map(|id| position(&plan.snapshot, id)).collect()
}

/// The position of the task of that id.
pub fn position(snapshot: &Snapshot, id: &str) -> Result<usize, CliError> {
    let name = id.trim_start_matches('#');
    let parsed: TaskId = name.parse().map_err(|e| CliError::failed(format!("{id:?} is no task id: {e}")))?;
    if let Some(&at) = snapshot.index.get(&parsed) {
        return Ok(at);
    }
    Err(unknown(snapshot, id, &parsed))
}

/// That there is no such task, and what may have been meant: one that was renumbered, one whose file cannot be read, or
/// one of a near id.
pub fn unknown(snapshot: &Snapshot, id: &str, parsed: &TaskId) -> CliError {
    let name = parsed.as_str();
    let renumbered = snapshot.tasks.iter().find(|t| t.task.aka.contains(parsed));
    let is_its_file = |path: &&str| task_word(path).is_some_and(|word| word.eq_ignore_ascii_case(name));
    let is_unreadable =
        |p: &&Finding| matches!(p.code, "unreadable-file" | "conflict-markers" | "folder-name");
    let unreadable = snapshot.problems.iter().filter(is_unreadable);
    let path = |finding: &Finding| finding.path.as_deref().filter(is_its_file).map(str::to_owned);
    let mut unreadable = unreadable.filter_map(|finding| Some((path(finding)?, finding)));
    if let Some((path, finding)) = unreadable.next() {
        let place =
            finding.place.map_or_else(String::new, |place| format!(":{}:{}", place.line, place.column));
        let error = CliError::failed(format!("task {id} cannot be read: {path}{place}: {}", finding.message));
        return finding.help.iter().fold(error, CliError::hint);
    }
    let error = CliError::failed(format!("there is no task {id}"));
    if let Some(entry) = renumbered {
        return error.hint(format!("it was renumbered: {} has it as aka", entry.id));
    }
    match nearest(name, snapshot.tasks.iter().map(|t| t.id.as_str())) {
        Some(near) => error.hint(format!("did you mean {near}? tasks list --all --archived shows every id")),
        None => error.hint("tasks list --all --archived shows every id"),
    }
}
