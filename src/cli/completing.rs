//! Arguments that name tasks: completing them in a shell, and finding them in the plan.

use crate::error::CliError;
use crate::finding::{RULES, Rule};
use crate::git::{Env, Repo};
use crate::model::{TaskId, nearest};
use crate::plan::Plan;
use crate::snapshot::Snapshot;
use camino::Utf8Path;
use clap_complete::engine::{ArgValueCompleter, CompletionCandidate};
use std::ffi::OsStr;
use std::path::Path;

/// Completes ids of tasks, with their titles as help.
pub fn ids() -> ArgValueCompleter {
    ArgValueCompleter::new(|current: &OsStr| complete(current).unwrap_or_default())
}

/// Completes names of milestones.
pub fn milestones() -> ArgValueCompleter {
    ArgValueCompleter::new(|current: &OsStr| {
        let (Some(snapshot), Some(typed)) = (snapshot(), current.to_str()) else { return Vec::new() };
        let fits = snapshot.milestones.iter().filter(|m| m.name.starts_with(typed));
        let help = |title: &Option<String>| title.clone().map(Into::into);
        fits.map(|m| CompletionCandidate::new(&m.name).help(help(&m.milestone.title))).collect()
    })
}

/// Completes codes of rules.
pub fn codes() -> ArgValueCompleter {
    ArgValueCompleter::new(|current: &OsStr| {
        let fits = |rule: &&Rule| current.to_str().is_some_and(|typed| rule.code.starts_with(typed));
        let candidate = |rule: &Rule| CompletionCandidate::new(rule.code).help(Some(rule.finds.into()));
        RULES.iter().filter(fits).map(candidate).collect()
    })
}

fn snapshot() -> Option<Snapshot> {
    let repo = Repo::open(Path::new("."), Env::Process).ok()?;
    let files = crate::files::read_plan(repo.work_dir()?).ok()??;
    Some(Snapshot::read(files.files, files.problems))
}

fn complete(current: &OsStr) -> Option<Vec<CompletionCandidate>> {
    let snapshot = snapshot()?;
    let typed = current.to_str()?.to_ascii_lowercase();
    let fits = |entry: &&crate::snapshot::TaskEntry| entry.id.key().starts_with(&typed) && !entry.archived;
    let candidate = |entry: &crate::snapshot::TaskEntry| {
        CompletionCandidate::new(entry.id.to_string()).help(Some(entry.task.title.clone().into()))
    };
    Some(snapshot.tasks.iter().filter(fits).map(candidate).collect())
}

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
