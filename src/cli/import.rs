//! `tasks import`.

use super::args::Context;
use super::importing::{self, Outcome};
use super::restoring;
use super::writing::{DryRun, Writer};
use crate::change::{folder, folders};
use crate::changeset::{ChangeSet, FileChange};
use crate::error::CliError;
use crate::files::Paths;
use crate::format::{Document, Value::Text};
use crate::import::exported;
use crate::import::{
    Draft, Notes, Options, Placed, PlacedFile, Placing, Prefix, Resolve, Source, merge, merge_notes, place,
    read_all, stamped,
};
use crate::model::TaskId;
use crate::snapshot::{PLAN_DIR, Snapshot, TaskEntry, task_name};
use camino::Utf8PathBuf;
use clap::Args;
use jiff::civil::Date;
use std::collections::HashSet;

/// Bring in a planning document as tasks
#[derive(Debug, Args)]
#[command(after_long_help = "\
Reads Markdown, Org, CSV, JSON and JSON Lines, or a folder of such files. Headings become groups, items become tasks, \
checkboxes below them steps. Ids of the document are kept where they are free. What belongs to no task and no group \
goes into a Markdown file in .tasks/.

Each task remembers where it came from, in the field \"source\", and each file what the document said, in a comment at its \
end. So the document can be imported again when it has changed: what is new in it is added, what was changed there and not \
here is updated, what was edited here is kept, and nothing is doubled. Where both were changed, key by key, the plan is kept \
and the difference reported, until --update or --keep settles it. Tasks that are gone from the document are named and stay.

What tasks export wrote comes back as the plan it was.")]
pub struct ImportArgs {
    /// The document, a folder of documents, or - for standard input
    #[arg(value_name = "FILE", value_hint = clap::ValueHint::AnyPath)]
    file: Utf8PathBuf,
    /// The day that words such as "Next week" count from [default: the document's own date]
    #[arg(long, value_name = "DATE", value_parser = super::args::day)]
    base_date: Option<Date>,
    /// What new ids start with [default: the prefix of the configuration]
    #[arg(long, value_name = "PREFIX")]
    pub(super) prefix: Option<Prefix>,
    /// The group that takes everything in; made if it is missing
    #[arg(long, value_name = "GROUP", add = super::completing::groups())]
    pub(super) group: Option<String>,
    /// Take what the document says where both it and the plan were changed
    #[arg(long)]
    pub(super) update: bool,
    /// Keep what the plan says where both were changed, and do not report it again
    #[arg(long, conflicts_with = "update")]
    pub(super) keep: bool,
    /// List the files that would be written and what was understood, and change nothing
    #[arg(long)]
    pub(super) dry_run: bool,
}

/// Reads the document, writes the files, says what became of it.
pub fn run(context: &Context, args: &ImportArgs) -> Result<(), CliError> {
    let documents = importing::documents(&args.file)?;
    if let [(name, bytes)] = documents.files.as_slice()
        && let Some(exported) = exported::read(name, bytes)
    {
        return restoring::run(context, args, name, &exported.map_err(CliError::failed)?);
    }
    let options = Options { base_date: args.base_date };
    let draft = read_all(&documents.name, &documents.files, &options).map_err(CliError::failed)?;
    let writer = Writer::begin_anywhere(context, DryRun { dry_run: args.dry_run })?;
    let plan = if writer.has_plan { writer.workspace.sound_snapshot()? } else { Snapshot::default() };
    let source = documents.source(&writer.root);
    importing::refuse_overlap(&plan, &source)?;
    let former = importing::former(&plan, &writer.root, &source);
    let from = Source { now: &source, former: former.as_deref() };
    let group = group(&writer, args)?;
    warn_of_group(context, &plan, group.as_deref(), from);
    let placed = placed(&writer, &plan, &draft, (from, group.as_deref()), args)?;
    let mut outcome = Outcome::new(&source, args.dry_run);
    let mut changes = ChangeSet::default();
    changes.files.extend(config(&writer, from, &placed)?);
    let resolve = match (args.update, args.keep) {
        (true, _) => Resolve::Document,
        (_, true) => Resolve::Plan,
        _ => Resolve::Report,
    };
    for file in &placed.files {
        changes.files.extend(change(&writer, &source, file, resolve, &mut outcome)?);
    }
    if let Some(text) = &placed.notes {
        changes.files.extend(notes(&writer, from, text, resolve, &mut outcome)?);
    }
    outcome.finish(context, &writer, &changes, &draft, &placed)
}

fn placed(
    writer: &Writer<'_>,
    plan: &Snapshot,
    draft: &Draft,
    (source, group): (Source<'_>, Option<&str>),
    args: &ImportArgs,
) -> Result<Placed, CliError> {
    let prefix = prefix(plan, args)?;
    let taken: HashSet<TaskId> = writer.task_paths().filter_map(|(id, _)| id.parse().ok()).collect();
    let has_own = |id: &Option<TaskId>| id.as_ref().is_some_and(|id| !taken.contains(id));
    let needs_ids = draft.groups.iter().flat_map(|group| &group.tasks).any(|task| !has_own(&task.id));
    let given = if needs_ids { given_ids(writer, plan)? } else { HashSet::new() };
    let paths: HashSet<&str> = writer.paths.iter().collect();
    let placing = Placing { source, group, prefix: &prefix, taken: &taken, given: &given, paths: &paths };
    Ok(place(draft, plan, &placing))
}

/// The group that takes everything in, by its path below `.tasks/`: one that `new` and `move` would take as well.
pub(super) fn group(writer: &Writer<'_>, args: &ImportArgs) -> Result<Option<String>, CliError> {
    let Some(group) = &args.group else { return Ok(None) };
    let dir = folder(group, &folders(writer.paths.iter()))?;
    Ok(Some(dir.strip_prefix(PLAN_DIR).unwrap_or(&dir).trim_start_matches('/').to_owned()))
}

/// What was imported before is not moved, which somebody who names a group may expect.
fn warn_of_group(context: &Context, plan: &Snapshot, group: Option<&str>, source: Source<'_>) {
    let Some(group) = group else { return };
    let home = format!("{PLAN_DIR}/{group}{}", if group.is_empty() { "" } else { "/" });
    let is_of = |name: &str| name == source.now || Some(name) == source.former;
    let is_elsewhere = |entry: &&TaskEntry| {
        let source = entry.task.source().and_then(|source| source.rsplit_once('#'));
        !entry.path.starts_with(&home) && source.is_some_and(|(name, _)| is_of(name))
    };
    if plan.tasks.iter().any(|entry| is_elsewhere(&entry)) {
        context.ui.warn(&format!(
            "{} was imported before: its tasks stay where they are, and --group takes in only what is new; \
             tasks move moves the others",
            source.now
        ));
    }
}

/// What new ids start with.
pub(super) fn prefix(plan: &Snapshot, args: &ImportArgs) -> Result<Prefix, CliError> {
    if let Some(prefix) = &args.prefix {
        return Ok(prefix.clone());
    }
    let configured = plan.config.id_prefix.as_str();
    configured.parse().map_err(|e| CliError::failed(format!("ids.prefix {configured:?} makes no ids: {e}")))
}

/// Every id that a task once had on any branch, or that a commit names: a new task with it would be taken for that one.
pub(super) fn given_ids(writer: &Writer<'_>, plan: &Snapshot) -> Result<HashSet<TaskId>, CliError> {
    let (ever, named) = (writer.workspace.ids_ever()?, writer.workspace.words_named(&plan.config)?);
    let elsewhere = writer.paths_elsewhere();
    let there = elsewhere.iter().flat_map(Paths::iter).filter_map(task_name);
    Ok(there.chain(ever.iter()).chain(named.iter()).filter_map(|word| word.parse().ok()).collect())
}

/// The configuration, which a new plan needs, with what the document says of its own size.
fn config(writer: &Writer<'_>, source: Source<'_>, placed: &Placed) -> Result<Option<FileChange>, CliError> {
    let path = format!("{PLAN_DIR}/config.toml");
    let is_there = writer.paths.contains(&path);
    if !is_there && writer.has_plan {
        return Ok(None);
    }
    let before = if is_there { Some(writer.read(&path)?) } else { None };
    let mut document = Document::parse(&path, before.as_deref().unwrap_or(b"version = 1\n"))
        .map_err(|error| CliError::failed(error.to_string()))?;
    if let Some(former) = source.former {
        document.remove_from_table("declared", former);
    }
    if !placed.declared.is_empty() {
        document.set_in_table("declared", source.now, &Text(placed.declared.to_string()));
    }
    Ok(Some(FileChange { path, before, after: Some(document.into_bytes()) }))
}

fn new_file(path: String, text: &str) -> FileChange {
    FileChange { path, before: None, after: Some(text.as_bytes().to_vec()) }
}

/// A new file, or what both sides make of one that is there; the outcome notes what was taken and what was kept.
fn change(
    writer: &Writer<'_>,
    source: &str,
    file: &PlacedFile,
    resolve: Resolve,
    outcome: &mut Outcome,
) -> Result<Option<FileChange>, CliError> {
    if !file.is_known {
        return Ok(Some(new_file(file.path.clone(), &file.text)));
    }
    let before = writer.read(&file.path)?;
    let merged = match merge(&file.path, source, &before, &file.text, resolve) {
        Ok(merged) => merged,
        Err(error) => {
            outcome.keep(&file.path, error.to_string());
            return Ok(None);
        }
    };
    outcome.conflict(&file.path, merged.conflicts);
    outcome.update(&file.path, merged.updated);
    Ok(Some(FileChange { path: file.path.clone(), before: Some(before), after: Some(merged.bytes) }))
}

/// The words on the plan as a whole. Another document's file of the same name is left alone.
fn notes(
    writer: &Writer<'_>,
    source: Source<'_>,
    (path, text): &(String, String),
    resolve: Resolve,
    outcome: &mut Outcome,
) -> Result<Option<FileChange>, CliError> {
    let stem = path.strip_suffix(".md").unwrap_or(path);
    let mut name = path.clone();
    let mut count = 1;
    while writer.root.join(&name).symlink_metadata().is_ok() {
        let before = writer.read(&name)?;
        let after = match merge_notes(source, &String::from_utf8_lossy(&before), text, resolve) {
            Notes::Foreign => {
                count += 1;
                name = format!("{stem}-{count}.md");
                continue;
            }
            Notes::Kept => before.clone(),
            Notes::Updated(after) => {
                outcome.update(&name, vec!["text".to_owned()]);
                after.into_bytes()
            }
            Notes::Conflict => {
                outcome.conflict(&name, vec!["text".to_owned()]);
                before.clone()
            }
        };
        outcome.notes = Some(name.clone());
        return Ok(Some(FileChange { path: name, before: Some(before), after: Some(after) }));
    }
    outcome.notes = Some(name.clone());
    Ok(Some(new_file(name, &stamped(source.now, text))))
}
