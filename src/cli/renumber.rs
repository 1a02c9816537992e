//! `tasks renumber`.

use super::args::Context;
use super::completing::ids;
use super::moving::relocated;
use super::new::allocate;
use super::writing::{DryRun, Writer};
use crate::change::{Meant, Mention, meant, mentions, remember_id, rename_in, texts_naming};
use crate::changeset::{ChangeSet, FileChange};
use crate::error::CliError;
use crate::files;
use crate::finding::Severity;
use crate::model::TaskId;
use crate::snapshot::{Snapshot, TaskEntry};
use crate::view::{MentionView, RenumberView, Written, text};
use camino::Utf8Path;
use clap::Args;
use std::collections::BTreeMap;
use std::path::Path;

/// Give a task another id
///
/// Its file is renamed, and whatever names it in the plan names it by the new id: depends of tasks and groups, tasks of
/// milestones. The old id stays in aka, so commits that name it still count for this task. Texts are not changed; those
/// that seem to name the task are listed. Git alone undoes it: it only changes files.
///
/// Where two branches gave the same id to two tasks, and both were merged, name one of them by its file: tasks renumber
/// .tasks/api/412.toml. What named the id on one of the branches keeps meaning the task of that branch.
#[derive(Debug, Args)]
pub struct RenumberArgs {
    /// The task, by its id; or by its file, where two have the id
    #[arg(value_name = "ID|FILE", add = ids())]
    task: String,
    /// The new id, instead of the next number
    #[arg(value_name = "NEW")]
    new: Option<TaskId>,
    #[command(flatten)]
    dry_run: DryRun,
}

/// Renames the file and rewrites what names it.
pub fn run(context: &Context, args: &RenumberArgs) -> Result<(), CliError> {
    let writer = Writer::begin(context, args.dry_run)?;
    let snapshot = writer.workspace.sound_snapshot()?;
    let entry = entry(&writer, &snapshot, &args.task)?;
    let new = new_id(&writer, &snapshot, entry, args.new.as_ref())?;
    let (mine, undecided) = divide(&writer, &snapshot, entry)?;
    let changes = changes(&writer, entry, &new, &mine)?;
    let [target, ..] = changes.files.as_slice() else { return Ok(()) };
    let mut view = RenumberView {
        schema: 1,
        before: entry.id.to_string(),
        after: new.to_string(),
        path: target.path.clone(),
        changed: changes.files[2..].iter().map(|file| file.path.clone()).collect(),
        undecided: undecided.into_iter().map(|m| MentionView { path: m.path, key: m.key }).collect(),
        texts: texts_naming(&snapshot, &entry.id, &snapshot.config.references.keywords),
        written: Written::default(),
    };
    let unread =
        snapshot.problems.iter().filter(|p| p.severity == Severity::Error && is_unread(p.code)).count();
    if unread > 0 {
        context.ui.warn(&format!(
            "plan files cannot be read ({unread}), and if they name {}, they still do; tasks check names them",
            entry.id
        ));
    }
    if context.is_json() {
        view.written = writer.written(&changes, |screen| text::renumber(&view, screen));
        writer.apply(&changes)?;
        return context.ui.json(&view);
    }
    writer.finish(&changes, |screen| text::renumber(&view, screen))
}

fn is_unread(code: &str) -> bool {
    matches!(code, "unreadable-file" | "conflict-markers")
}

/// The task that is meant: by its id if only one has it, else by its file.
fn entry<'a>(writer: &Writer<'_>, snapshot: &'a Snapshot, task: &str) -> Result<&'a TaskEntry, CliError> {
    let path = match file(writer, task) {
        Some(path) => path,
        None if task.contains('/') || is_toml(task) => {
            return Err(CliError::failed(format!("{task} is no task file of this plan"))
                .hint("name the task by its id, or by its file, such as .tasks/api/412.toml"));
        }
        None => writer.path_of(task)?.to_owned(),
    };
    snapshot.tasks.iter().find(|entry| entry.path == path).ok_or_else(|| {
        CliError::failed(format!("{path} cannot be read as a task"))
            .hint("tasks check says what is wrong with it")
    })
}

/// The plan file of that path, from the root of the repository or from the current directory.
fn file(writer: &Writer<'_>, path: &str) -> Option<String> {
    let known = |path: &str| writer.task_paths().any(|(_, known)| known == path);
    if known(path) {
        return Some(path.to_owned());
    }
    files::path_below(&writer.root, Path::new(path)).ok().flatten().filter(|path| known(path))
}

fn is_toml(name: &str) -> bool {
    Path::new(name).extension().is_some_and(|extension| extension == "toml")
}

/// An id that nobody has or had; a task may get back one of its own former ones.
fn new_id(
    writer: &Writer<'_>,
    snapshot: &Snapshot,
    entry: &TaskEntry,
    wanted: Option<&TaskId>,
) -> Result<TaskId, CliError> {
    if let Some(wanted) = wanted {
        if *wanted == entry.id {
            return Err(CliError::failed(format!("{} has that id already", entry.path)));
        }
        let others = || snapshot.tasks.iter().filter(|other| other.path != entry.path);
        let is_taken = others().any(|other| other.id == *wanted || other.task.aka.contains(wanted));
        if entry.task.aka.contains(wanted) && !is_taken {
            return Ok(wanted.clone());
        }
    }
    let new = allocate(writer, &snapshot.config, wanted, 1)?.pop();
    new.ok_or_else(|| CliError::failed("there is no next id"))
}

/// The mentions that mean the task, and those of which nothing tells that.
fn divide(
    writer: &Writer<'_>,
    snapshot: &Snapshot,
    entry: &TaskEntry,
) -> Result<(Vec<Mention>, Vec<Mention>), CliError> {
    let all = mentions(snapshot, &entry.id);
    let is_alone = snapshot.tasks.iter().filter(|other| other.id == entry.id).count() == 1;
    if is_alone || all.is_empty() {
        return Ok((all, Vec::new()));
    }
    let apart = writer.workspace.apart(&entry.id)?;
    let (mut mine, mut undecided) = (Vec::new(), Vec::new());
    for mention in all {
        match meant(&mention, entry, &apart) {
            Meant::This => mine.push(mention),
            Meant::Other => {}
            Meant::Unknown => undecided.push(mention),
        }
    }
    Ok((mine, undecided))
}

/// First the file as it comes and goes, then those that name it.
fn changes(
    writer: &Writer<'_>,
    entry: &TaskEntry,
    new: &TaskId,
    mentions: &[Mention],
) -> Result<ChangeSet, CliError> {
    let mut by_path: BTreeMap<&str, Vec<&Mention>> = BTreeMap::new();
    for mention in mentions {
        by_path.entry(&mention.path).or_default().push(mention);
    }
    let before = writer.read(&entry.path)?;
    let own = by_path.remove(entry.path.as_str()).unwrap_or_default();
    let after = rename_in(&entry.path, &before, &own, new)?;
    let after = remember_id(&entry.path, &after, entry, new)?;
    let mut files: Vec<FileChange> = relocated(
        &entry.path,
        Utf8Path::new(&entry.path).with_file_name(format!("{new}.toml")).into_string(),
        before,
        Some(after),
    )
    .into();
    for (path, mentions) in by_path {
        files.push(writer.change(path, |bytes| Ok(rename_in(path, bytes, &mentions, new)?))?);
    }
    Ok(ChangeSet { files })
}
