//! `tasks import`.

use super::args::Context;
use super::importing::{self, Outcome};
use super::writing::{DryRun, Writer};
use crate::changeset::{ChangeSet, FileChange};
use crate::error::CliError;
use crate::import::{Draft, Options, Placed, PlacedFile, Placing, Prefix, place, read_all};
use crate::model::TaskId;
use crate::snapshot::{PLAN_DIR, Snapshot};
use clap::Args;
use jiff::civil::Date;
use std::collections::HashSet;

/// Bring in a planning document as tasks
#[derive(Debug, Args)]
#[command(after_long_help = "\
Reads Markdown, Org, CSV, JSON and JSON Lines, or a folder of such files. Headings become groups, items become tasks, \
checkboxes below them steps. Ids of the document are kept where they are free. What belongs to no task and no group \
goes into a Markdown file in .tasks/.

Each task remembers where it came from, in the field \"source\": importing the document again adds what is new in it and \
doubles nothing. Where the document says something else than the plan, the plan is kept and the difference told, unless \
--update is given. A key of which the document says nothing always stays as the plan has it.")]
pub struct ImportArgs {
    /// The document, a folder of documents, or - for standard input
    #[arg(value_name = "FILE", value_hint = clap::ValueHint::AnyPath)]
    file: String,
    /// The day that words such as "Next week" count from [default: the document's own date]
    #[arg(long, value_name = "DATE")]
    base_date: Option<Date>,
    /// What new ids start with [default: the prefix of the configuration]
    #[arg(long, value_name = "PREFIX")]
    prefix: Option<Prefix>,
    /// The group that takes everything in; made if it is missing
    #[arg(long, value_name = "GROUP")]
    group: Option<String>,
    /// Where the document and the plan differ, take what the document says
    #[arg(long)]
    update: bool,
    /// List the files that would be written and what was understood, and change nothing
    #[arg(long)]
    dry_run: bool,
}

/// Reads the document, writes the files, says what became of it.
pub fn run(context: &Context, args: &ImportArgs) -> Result<(), CliError> {
    let (source, files) = importing::documents(context.global.dir.as_deref(), &args.file)?;
    let options = Options { base_date: args.base_date };
    let draft = read_all(&source, &files, &options).map_err(CliError::failed)?;
    let writer = Writer::begin_anywhere(context, DryRun { dry_run: args.dry_run })?;
    let plan = if writer.has_plan { writer.workspace.snapshot()? } else { Snapshot::default() };
    let placed = placed(&writer, &plan, &draft, &source, args)?;
    let mut outcome = Outcome::new(&source, args.dry_run);
    let mut changes = ChangeSet::default();
    if !writer.has_plan {
        changes.files.push(new_file(format!("{PLAN_DIR}/config.toml"), "version = 1\n"));
    }
    for file in &placed.files {
        changes.files.extend(change(&writer, file, args.update, &mut outcome)?);
    }
    if let Some((path, text)) = &placed.notes {
        let again = placed.known_tasks > 0;
        changes.files.extend(notes(&writer, path, text, again, args.update, &mut outcome)?);
    }
    writer.apply(&changes)?;
    for warning in &draft.warnings {
        context.ui.warn(&format!("{source}:{}: {}", warning.line, warning.message));
    }
    outcome.count(&draft, &placed, &changes);
    if context.is_json() {
        return context.ui.json(&outcome);
    }
    let mut screen = context.ui.screen();
    outcome.show(&mut screen);
    if args.dry_run { context.ui.show(screen) } else { context.ui.done(screen) }
}

fn placed(
    writer: &Writer<'_>,
    plan: &Snapshot,
    draft: &Draft,
    source: &str,
    args: &ImportArgs,
) -> Result<Placed, CliError> {
    let configured = plan.config.id_prefix.as_str();
    let prefix = match &args.prefix {
        Some(prefix) => prefix.clone(),
        None => configured
            .parse()
            .map_err(|e| CliError::failed(format!("ids.prefix {configured:?} makes no ids: {e}")))?,
    };
    let taken: HashSet<TaskId> = writer.task_paths().filter_map(|(id, _)| id.parse().ok()).collect();
    let has_own = |id: &Option<TaskId>| id.as_ref().is_some_and(|id| !taken.contains(id));
    let needs_ids = draft.groups.iter().flat_map(|group| &group.tasks).any(|task| !has_own(&task.id));
    let given = if needs_ids { given_ids(writer, plan)? } else { HashSet::new() };
    let paths: HashSet<&str> = writer.paths.iter().map(String::as_str).collect();
    let placing = Placing {
        source,
        group: args.group.as_deref(),
        prefix: &prefix,
        taken: &taken,
        given: &given,
        paths: &paths,
    };
    Ok(place(draft, plan, &placing))
}

/// Every id that a task once had on any branch, or that a commit names: a new task with it would be taken for that one.
fn given_ids(writer: &Writer<'_>, plan: &Snapshot) -> Result<HashSet<TaskId>, CliError> {
    let repo = &writer.workspace.repo;
    let branches = repo.branches()?;
    let tips: Vec<_> = repo.head()?.oid.into_iter().chain(branches.iter().map(|b| b.tip)).collect();
    let mut ids: HashSet<TaskId> = repo.ids_ever(&tips)?.into_iter().collect();
    let history = writer.workspace.history(plan, &tips, true)?;
    let parts = history.records().flat_map(|(_, record)| &record.message.parts);
    let words = parts.flat_map(|part| &part.references).flat_map(|reference| &reference.words);
    ids.extend(words.filter_map(|word| word.parse().ok()));
    ids.extend(writer.ids_elsewhere());
    Ok(ids)
}

fn new_file(path: String, text: &str) -> FileChange {
    FileChange { path, before: None, after: Some(text.as_bytes().to_vec()) }
}

/// A new file, or what `--update` makes of one that is there; the outcome notes what is kept.
fn change(
    writer: &Writer<'_>,
    file: &PlacedFile,
    update: bool,
    outcome: &mut Outcome,
) -> Result<Option<FileChange>, CliError> {
    let Some(before) = &file.before else {
        if writer.paths.contains(&file.path) {
            outcome.keep(&file.path, &file.keys, Some("it cannot be read"));
            return Ok(None);
        }
        return Ok(Some(new_file(file.path.clone(), &file.after)));
    };
    if !update {
        outcome.keep(&file.path, &file.keys, None);
        return Ok(None);
    }
    let bytes = writer.read(&file.path)?;
    if bytes != before.as_bytes() {
        let why = "it has comments, keys or a layout of its own, so edit it by hand";
        outcome.keep(&file.path, &file.keys, Some(why));
        return Ok(None);
    }
    outcome.update(&file.path, &file.keys);
    Ok(Some(FileChange {
        path: file.path.clone(),
        before: Some(bytes),
        after: Some(file.after.clone().into_bytes()),
    }))
}

/// The words on the plan as a whole. Another document's file of the same name is left alone.
fn notes(
    writer: &Writer<'_>,
    path: &str,
    text: &str,
    again: bool,
    update: bool,
    outcome: &mut Outcome,
) -> Result<Option<FileChange>, CliError> {
    let stem = path.strip_suffix(".md").unwrap_or(path);
    let mut name = path.to_owned();
    let mut count = 1;
    while writer.root.join(&name).symlink_metadata().is_ok() {
        let bytes = writer.read(&name)?;
        if bytes == text.as_bytes() {
            outcome.notes = Some(name);
            return Ok(None);
        }
        if again {
            outcome.notes = Some(name.clone());
            // Of several, nothing tells which is this document's.
            let is_only = writer.root.join(format!("{stem}-2.md")).symlink_metadata().is_err();
            if !update || !is_only {
                outcome.keep(&name, &[], None);
                return Ok(None);
            }
            outcome.update(&name, &[]);
            return Ok(Some(FileChange {
                path: name,
                before: Some(bytes),
                after: Some(text.as_bytes().to_vec()),
            }));
        }
        count += 1;
        name = format!("{stem}-{count}.md");
    }
    outcome.notes = Some(name.clone());
    Ok(Some(new_file(name, text)))
}
