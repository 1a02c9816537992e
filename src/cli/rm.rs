//! `tasks rm`.

use super::args::Context;
use super::completing::ids;
use super::writing::{DryRun, Writer};
use crate::changeset::{ChangeSet, FileChange};
use crate::error::CliError;
use crate::format::Document;
use crate::model::{Dependency, TaskId};
use crate::snapshot::Snapshot;
use clap::Args;
use std::collections::{BTreeMap, BTreeSet};

/// Remove tasks from the plan
///
/// Git keeps their files, and their ids are not given again. What is not to be done any more is better cancelled, and
/// what is done archived: both stay in reports and in history.
#[derive(Debug, Args)]
pub struct RmArgs {
    /// The tasks
    #[arg(required = true, value_name = "ID", add = ids())]
    ids: Vec<String>,
    /// Also where others depend on them: their mentions are removed too
    #[arg(short, long)]
    force: bool,
    #[command(flatten)]
    dry_run: DryRun,
}

/// Removes task files.
pub fn run(context: &Context, args: &RmArgs) -> Result<(), CliError> {
    let writer = Writer::begin(context, args.dry_run)?;
    let mut gone: BTreeMap<TaskId, String> = BTreeMap::new();
    for id in &args.ids {
        let path = writer.path_of(id)?;
        let name = path.rsplit('/').next().and_then(|file| file.strip_suffix(".toml")).unwrap_or(id);
        gone.insert(name.parse().map_err(CliError::failed)?, path.to_owned());
    }
    let snapshot = writer.workspace.snapshot()?;
    let mentions = mentions(&snapshot, &gone);
    if !args.force
        && let Some(error) = refusal(&mentions)
    {
        return Err(error);
    }
    let mut changes = ChangeSet::default();
    for path in gone.values() {
        changes.files.push(FileChange { path: path.clone(), before: Some(writer.read(path)?), after: None });
    }
    for (path, mention) in &mentions {
        changes.files.push(writer.change(path, |bytes| {
            let mut document = Document::parse(path, bytes)?;
            document.list_remove(mention.key, &mention.ids);
            Ok(document.into_bytes())
        })?);
    }
    let names: Vec<&str> = gone.keys().map(TaskId::as_str).collect();
    writer.finish(&changes, |screen| {
        screen.plain("removed ").plain(&names.join(", "));
        if !mentions.is_empty() {
            let who: BTreeSet<&str> = mentions.values().map(|m| m.who.as_str()).collect();
            screen.plain("; no longer named by ").plain(&who.into_iter().collect::<Vec<_>>().join(", "));
        }
        screen.line();
    })
}

/// A file that names tasks which are to go.
struct Mention {
    /// What the file is of, in words.
    who: String,
    key: &'static str,
    ids: Vec<String>,
}

/// By path; files that go themselves do not count.
fn mentions(snapshot: &Snapshot, gone: &BTreeMap<TaskId, String>) -> BTreeMap<String, Mention> {
    let mut found = BTreeMap::new();
    let mut note = |path: String, who: String, key: &'static str, list: &[Dependency]| {
        let named = |d: &Dependency| matches!(d, Dependency::Task(id) if gone.contains_key(id));
        let ids: Vec<String> = list.iter().filter(|d| named(d)).map(ToString::to_string).collect();
        if !ids.is_empty() {
            found.insert(path, Mention { who, key, ids });
        }
    };
    for entry in snapshot.tasks.iter().filter(|entry| !gone.contains_key(&entry.id)) {
        note(entry.path.clone(), entry.id.to_string(), "depends", &entry.task.depends);
    }
    for entry in &snapshot.groups {
        note(
            format!("{}/group.toml", entry.path),
            format!("{}/", entry.name),
            "depends",
            &entry.group.depends,
        );
    }
    for entry in &snapshot.milestones {
        note(entry.path.clone(), format!("milestone {}", entry.name), "tasks", &entry.milestone.tasks);
    }
    found
}

fn refusal(mentions: &BTreeMap<String, Mention>) -> Option<CliError> {
    let (_, first) = mentions.iter().next()?;
    let mut error = CliError::failed(if mentions.len() == 1 {
        format!("{} names {}; nothing was removed", first.who, first.ids.join(", "))
    } else {
        format!("{} others name what is to be removed; nothing was", mentions.len())
    });
    for (path, mention) in mentions.iter().take(10) {
        error = error.hint(format!("{path} has {} in {}", mention.ids.join(", "), mention.key));
    }
    Some(error.hint("--force removes the mentions as well"))
}
