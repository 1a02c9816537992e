//! `tasks move`.

use super::args::Context;
use super::filtering::near_group;
use super::importing::count as said;
use super::rm::{mentions as named, refusal};
use super::writing::{DryRun, Writer};
use crate::change::{folder, folders, groups_lost, moved, renamed_dependency};
use crate::changeset::{ChangeSet, FileChange};
use crate::error::CliError;
use crate::format::Document;
use crate::model::{Dependency, GroupName};
use crate::snapshot::{PLAN_DIR, Snapshot};
use crate::view::Paint;
use camino::Utf8Path;
use clap::Args;
use std::collections::{BTreeMap, BTreeSet, HashSet};

/// Move tasks into a group, or rename a group
///
/// `tasks move 412 413 database` moves two tasks; `tasks move database/ storage/` renames a group and whatever names it.
/// A group is given by name or path; / is the top of the plan.
#[derive(Debug, Args)]
#[command(override_usage = "tasks move [OPTIONS] ID... GROUP\n       tasks move [OPTIONS] GROUP/ NEW/")]
pub struct MoveArgs {
    /// Tasks and the group to move them into; or a group and its new name, each with a slash
    #[arg(required = true, num_args = 2.., value_name = "ID", add = super::completing::groups_and_ids())]
    what: Vec<String>,
    #[command(flatten)]
    dry_run: DryRun,
}

/// Moves files.
pub fn run(context: &Context, args: &MoveArgs) -> Result<(), CliError> {
    let Some((to, what)) = args.what.split_last() else { return Ok(()) };
    let writer = Writer::begin(context, args.dry_run)?;
    match what {
        [group] if group.ends_with('/') => rename(writer, group, to),
        ids => {
            if let Some(group) = ids.iter().find(|id| id.ends_with('/')) {
                return Err(CliError::failed(format!(
                    "{group} is a group, and those are renamed one at a time"
                )));
            }
            tasks(writer, ids, to)
        }
    }
}

fn tasks(writer: Writer<'_>, ids: &[String], to: &str) -> Result<(), CliError> {
    let known = folders(writer.paths.iter());
    let dir = folder(to, &known)?;
    let new_group = if dir == PLAN_DIR || known.contains(dir.as_str()) { "" } else { ", a new group" };
    let mut changes = ChangeSet::default();
    let mut seen = HashSet::new();
    for id in ids {
        let path = writer.path_of(id)?;
        if path.starts_with(".tasks/archive/") {
            return Err(CliError::failed(format!("{id} is archived: {path}")));
        }
        let name = Utf8Path::new(path).file_name().unwrap_or(path);
        let target = format!("{dir}/{name}");
        if target != path && seen.insert(path) {
            changes.files.extend(relocated(path, target, writer.read(path)?, None));
        }
    }
    let new: Vec<&str> =
        changes.files.iter().filter(|file| file.before.is_none()).map(|file| file.path.as_str()).collect();
    let lost = groups_lost(writer.paths.iter(), &seen.iter().copied().collect(), &new);
    if !lost.is_empty()
        && let Some(error) = refusal(&named(&writer.workspace.snapshot()?, &BTreeMap::new(), &lost), "moved")
    {
        let hint = "a group without tasks is none: take it out of these lists first, or rename it as a whole: \
                    tasks move GROUP/ NEW/";
        return Err(error.hint(hint));
    }
    let count = changes.files.len() / 2;
    let shown = writer.shown(&dir);
    writer.finish(&changes, |screen| {
        match (count, ids) {
            (0, _) => screen.plain("nothing to move: already in ").plain(&shown),
            (1, [id]) => screen
                .plain("moved ")
                .put(Paint::Id, id.trim_start_matches('#'))
                .plain(&format!(" to {shown}{new_group}")),
            _ => screen.plain(&format!("moved {count} tasks to {shown}{new_group}")),
        };
        screen.line();
    })
}

/// The file goes at one place and comes at another, changed or not.
pub fn relocated(path: &str, target: String, before: Vec<u8>, after: Option<Vec<u8>>) -> [FileChange; 2] {
    let after = after.unwrap_or_else(|| before.clone());
    [
        FileChange { path: target, before: None, after: Some(after) },
        FileChange { path: path.to_owned(), before: Some(before), after: None },
    ]
}

fn rename(writer: Writer<'_>, group: &str, to: &str) -> Result<(), CliError> {
    let known = folders(writer.paths.iter());
    let from = folder(group, &known)?;
    if !known.contains(from.as_str()) {
        let names: BTreeSet<GroupName> =
            known.iter().map(|dir| GroupName::from_dir(&dir[PLAN_DIR.len() + 1..])).collect();
        let error = CliError::failed(format!("there is no group {group}"));
        return Err(near_group(error, &GroupName::from_dir(group), names.iter()));
    }
    let found = folder(to, &known)?;
    // Another number for the same name is found as the group itself.
    let to = if found == from { numbered(&from, to) } else { with_ordinal(&from, found) };
    if to != from && (known.contains(to.as_str()) || to == ".tasks") {
        return Err(CliError::failed(format!("{to} is there already"))
            .hint("tasks move ID... GROUP moves tasks into it"));
    }
    if to.starts_with(&format!("{from}/")) {
        return Err(CliError::failed(format!("{to} would lie within the group itself")));
    }
    let snapshot = writer.workspace.snapshot()?;
    let mut mentions = mentions(&snapshot, &from, &to);
    let mut changes = ChangeSet::default();
    let mut count = 0;
    for path in writer.paths.iter() {
        let target = moved(path, &from, &to).filter(|target| target != path);
        let edits = mentions.remove(path);
        if target.is_none() && edits.is_none() {
            continue;
        }
        let before = writer.read(path)?;
        let after = edits.map(|edits| edited(path, &before, &edits)).transpose()?;
        match target {
            Some(target) => {
                count += 1;
                changes.files.extend(relocated(path, target, before, after));
            }
            None => changes.files.push(FileChange { path: path.to_owned(), before: Some(before), after }),
        }
    }
    let others = changes.files.len() - 2 * count;
    let (old, new) = (writer.shown(&from), writer.shown(&to));
    writer.finish(&changes, |screen| {
        if from == to {
            screen.plain(&format!("nothing to rename: {old} is called that")).line();
            return;
        }
        screen.plain(&format!("renamed {old} to {new}: {}", said(count, "file")));
        if others > 0 {
            let say = if others == 1 { "says" } else { "say" };
            screen.plain(&format!(", and what {} {say} of it", said(others, "other")));
        }
        screen.line();
    })
}

/// The folder beside the group's own, if what the user wrote is its name with another number.
fn numbered(from: &str, to: &str) -> String {
    let last = Utf8Path::new(to).file_name().unwrap_or(to);
    let has_number = last.starts_with(|c: char| c.is_ascii_digit());
    let own = Utf8Path::new(from).parent().filter(|_| has_number);
    own.map_or_else(|| from.to_owned(), |parent| parent.join(last).into_string())
}

/// A group keeps its number, and so its place, unless the new name has one or lies elsewhere.
fn with_ordinal(from: &str, to: String) -> String {
    let (Some((parent, old)), Some((other, new))) = (from.rsplit_once('/'), to.rsplit_once('/')) else {
        return to;
    };
    let digits = |name: &str| name.len() - name.trim_start_matches(|c: char| c.is_ascii_digit()).len();
    let ordinal = digits(old) + 1;
    let has_one = digits(old) > 0 && old.len() > ordinal && old[ordinal - 1..].starts_with(['-', '_', '.']);
    if parent == other && has_one && digits(new) == 0 {
        return format!("{parent}/{}{new}", &old[..ordinal]);
    }
    to
}

/// By path, the key, what goes and what comes.
type Mentions = BTreeMap<String, Vec<(&'static str, String, String)>>;

fn mentions(snapshot: &Snapshot, from: &str, to: &str) -> Mentions {
    let mut found = Mentions::new();
    let mut note = |path: &str, key: &'static str, list: &[Dependency]| {
        for old in list {
            if let Some(new) = renamed_dependency(old, from, to) {
                found.entry(path.to_owned()).or_default().push((key, old.to_string(), new.to_string()));
            }
        }
    };
    for entry in &snapshot.tasks {
        note(&entry.path, "depends", &entry.task.depends);
    }
    for entry in &snapshot.groups {
        note(&format!("{}/group.toml", entry.path), "depends", &entry.group.depends);
    }
    for entry in &snapshot.milestones {
        note(&entry.path, "groups", &entry.milestone.groups);
    }
    found
}

fn edited(path: &str, bytes: &[u8], edits: &[(&'static str, String, String)]) -> Result<Vec<u8>, CliError> {
    let mut document = Document::parse(path, bytes)?;
    for (key, old, new) in edits {
        document.list_rename(key, old, new);
    }
    Ok(document.into_bytes())
}
