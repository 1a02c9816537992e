//! Finding the tasks that arguments name.

use crate::error::CliError;
use crate::model::{TaskId, nearest};
use crate::plan::Plan;
use crate::snapshot::Snapshot;
use camino::Utf8Path;

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
    let error = CliError::failed(format!("there is no task {id}"));
    let unreadable = snapshot.problems.iter().find(|p| {
        p.path.as_deref().is_some_and(|path| Utf8Path::new(path).file_name() == Some(&format!("{name}.toml")))
    });
    match (renumbered, unreadable) {
        (Some(entry), _) => error.hint(format!("it was renumbered: {} has it as aka", entry.id)),
        (None, Some(finding)) => error.hint(format!(
            "{} cannot be read: {}",
            finding.path.as_deref().unwrap_or_default(),
            finding.message
        )),
        (None, None) => {
            let known = snapshot.tasks.iter().map(|t| t.id.as_str());
            match nearest(name, known) {
                Some(near) => {
                    error.hint(format!("did you mean {near}? tasks list --all --archived shows every id"))
                }
                None => error.hint("tasks list --all --archived shows every id"),
            }
        }
    }
}
