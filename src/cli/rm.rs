//! `tasks rm`.

use super::args::Context;
use super::completing::ids;
use super::writing::{DryRun, Writer};
use crate::change::groups_lost;
use crate::changeset::{ChangeSet, FileChange};
use crate::error::CliError;
use crate::format::Document;
use crate::model::{Dependency, TaskId};
use crate::snapshot::Snapshot;
use camino::Utf8Path;
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
        let name = Utf8Path::new(path).file_stem().unwrap_or(id);
        gone.insert(name.parse().map_err(CliError::failed)?, path.to_owned());
    }
    let snapshot = writer.workspace.snapshot()?;
    let lost = groups_lost(writer.paths.iter(), &gone.values().map(String::as_str).collect(), &[]);
    let mentions = mentions(&snapshot, &gone, &lost);
    if !args.force
        && let Some(error) = refusal(&mentions, "removed")
    {
        return Err(error.hint("--force removes the mentions as well"));
    }
    let mut changes = ChangeSet::default();
    for path in gone.values() {
        changes.files.push(FileChange { path: path.clone(), before: Some(writer.read(path)?), after: None });
    }
    for (path, mention) in &mentions {
        changes.files.push(writer.change(path, |bytes| {
            let mut document = Document::parse(path, bytes)?;
            for (key, names) in &mention.lists {
                document.list_remove(key, names);
            }
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

/// A file that names tasks and groups which are to go.
pub(super) struct Mention {
    /// What the file is of, in words.
    who: String,
    /// By key, what of its list is to go.
    lists: Vec<(&'static str, Vec<String>)>,
}

impl Mention {
    fn names(&self) -> String {
        self.lists
            .iter()
            .flat_map(|(_, names)| names.iter().map(String::as_str))
            .collect::<Vec<_>>()
            .join(", ")
    }
}

/// By path; files that go themselves do not count.
pub(super) fn mentions(
    snapshot: &Snapshot,
    gone: &BTreeMap<TaskId, String>,
    lost: &BTreeSet<String>,
) -> BTreeMap<String, Mention> {
    let mut found: BTreeMap<String, Mention> = BTreeMap::new();
    let mut note = |path: String, who: String, key: &'static str, list: &[Dependency]| {
        let goes = |d: &Dependency| match d {
            Dependency::Task(id) => gone.contains_key(id),
            Dependency::Group(name) => lost.contains(name.as_str()),
        };
        let names: Vec<String> = list.iter().filter(|d| goes(d)).map(ToString::to_string).collect();
        if !names.is_empty() {
            let mention = found.entry(path).or_insert_with(|| Mention { who, lists: Vec::new() });
            mention.lists.push((key, names));
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
        let who = || format!("milestone {}", entry.name);
        note(entry.path.clone(), who(), "tasks", &entry.milestone.tasks);
        note(entry.path.clone(), who(), "groups", &entry.milestone.groups);
    }
    found
}

/// Why what is named cannot go.
pub(super) fn refusal(mentions: &BTreeMap<String, Mention>, removed: &str) -> Option<CliError> {
    let (_, first) = mentions.iter().next()?;
    let mut error = CliError::failed(if mentions.len() == 1 {
        format!("{} names {}; nothing was {removed}", first.who, first.names())
    } else {
        format!("{} others name what would be gone; nothing was {removed}", mentions.len())
    });
    for (path, mention) in mentions.iter().take(10) {
        for (key, names) in &mention.lists {
            error = error.hint(format!("{path} has {} in {key}", names.join(", ")));
        }
    }
    Some(error)
}
