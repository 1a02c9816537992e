//! `tasks new`.

use super::args::Context;
use super::completing::{groups, groups_and_ids, milestones, people, tags};
use super::edit;
use super::editing::refuse_bad_waiting;
use super::writing::{DryRun, Writer};
use crate::change::{self, ChangeError, folder, folders, next_ids};
use crate::changeset::{ChangeSet, FileChange};
use crate::config::Config;
use crate::error::CliError;
use crate::files::Paths;
use crate::format::render_task;
use crate::model::{Dependency, Details, Estimate, GroupName, Priority, Step, Task, TaskId, nearest};
use crate::snapshot::{PLAN_DIR, Snapshot, task_name, task_word};
use crate::view::{Paint, Screen};
use crate::workspace::refuse_unsure_ids;
use clap::{Args, ValueEnum};
use jiff::Timestamp;
use jiff::civil::Date;
use std::io::Read;

/// Write down new tasks
///
/// Prints the id and the path of each, with --quiet the id alone. The id is one more than the largest that is in the work tree, on any branch, in
/// history, or named by a commit.
#[derive(Debug, Args)]
pub struct NewArgs {
    /// The title, in one word or several; - reads titles from standard input, one a line
    #[arg(required = true, value_name = "TITLE")]
    title: Vec<String>,
    /// The group it belongs to, by name or path; a new one where there is none
    #[arg(short, long, value_name = "GROUP", add = groups())]
    group: Option<String>,
    /// What it waits for: a task's id, or a group's name with a slash
    #[arg(long, value_name = "ID", value_delimiter = ',', add = groups_and_ids())]
    after: Vec<String>,
    /// How urgent it is
    #[arg(short, long, value_enum)]
    priority: Option<PriorityArg>,
    /// How much work it is: 15m, 2h, 1d, 1w, or a range such as 2h-3h
    #[arg(long, value_name = "TIME")]
    estimate: Option<Estimate>,
    /// When it is due, as 2026-12-01
    #[arg(long, value_name = "DATE", value_parser = super::args::day)]
    due: Option<Date>,
    /// Who works on it
    #[arg(long, value_name = "NAME", value_delimiter = ',', add = people())]
    assignee: Vec<String>,
    /// A label
    #[arg(short, long, value_name = "TAG", value_delimiter = ',', add = tags())]
    tag: Vec<String>,
    /// A milestone it belongs to
    #[arg(short, long, value_name = "NAME", value_delimiter = ',', add = milestones())]
    milestone: Vec<String>,
    /// More about it, in Markdown
    #[arg(long, value_name = "TEXT")]
    description: Option<String>,
    /// An item of its checklist; give it again for the next
    #[arg(long, value_name = "TEXT")]
    step: Vec<String>,
    /// The id, instead of the next number
    #[arg(long, value_name = "ID")]
    id: Option<TaskId>,
    /// Open it in your editor before it is written
    #[arg(short, long)]
    edit: bool,
    #[command(flatten)]
    dry_run: DryRun,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum PriorityArg {
    Critical,
    High,
    Medium,
    Low,
}

/// Writes the new task files.
pub fn run(context: &Context, args: &NewArgs) -> Result<(), CliError> {
    let titles = titles(args)?;
    if !args.edit {
        return write(context, args, titles, None);
    }
    // Nobody else has to wait while a person thinks: the lock, and with it the id, is taken afterwards.
    let task = template(context, args, &context.workspace()?.sound_snapshot()?)?;
    let text = render_task(&Task { title: titles.concat(), ..task });
    let edited = edit::edit(&[(".tasks/new.toml".to_owned(), text.into_bytes())])?;
    let written = write(context, args, titles, edited.files.first());
    edited.keep_on_error(written)
}

/// Writes a file for each title, or the text that was edited.
fn write(
    context: &Context,
    args: &NewArgs,
    titles: Vec<String>,
    edited: Option<&Vec<u8>>,
) -> Result<(), CliError> {
    let writer = Writer::begin(context, args.dry_run)?;
    let (task, config) = planned(context, args, &writer)?;
    let dir = match &args.group {
        Some(group) => folder(group, &folders(writer.paths.iter()))?,
        None => ".tasks".to_owned(),
    };
    let ids = allocate(&writer, &config, args.id.as_ref(), titles.len())?;
    let mut changes = ChangeSet::default();
    for (id, title) in ids.iter().zip(titles) {
        let rendered = || render_task(&Task { title, ..task.clone() }).into_bytes();
        let after = edited.map_or_else(rendered, Vec::clone);
        changes.files.push(FileChange { path: format!("{dir}/{id}.toml"), before: None, after: Some(after) });
    }
    if edited.is_some() {
        let edits: Vec<change::Edited> = changes.files.iter().cloned().map(change::Edited::of).collect();
        refuse_bad_waiting(&writer, &edits)?;
    }
    let shown: Vec<String> = changes.files.iter().map(|file| writer.shown(&file.path)).collect();
    let is_quiet = context.global.quiet && !context.is_json();
    let say = |screen: &mut Screen| {
        for (id, path) in ids.iter().zip(&shown) {
            screen.put(Paint::Id, id.as_str());
            if !is_quiet {
                screen.plain(" ").plain(path);
            }
            screen.line();
        }
    };
    if context.is_json() || args.dry_run.dry_run {
        return writer.finish(&changes, say);
    }
    writer.apply(&changes)?;
    // The id is what was asked for, so it is printed even when quiet.
    let mut screen = context.screen();
    say(&mut screen);
    context.ui.show(screen)
}

fn titles(args: &NewArgs) -> Result<Vec<String>, CliError> {
    let titles: Vec<String> = if args.title == ["-"] {
        let mut text = String::new();
        std::io::stdin()
            .read_to_string(&mut text)
            .map_err(|e| CliError::failed(format!("cannot read standard input: {e}")))?;
        text.lines().map(|line| line.trim().to_owned()).filter(|line| !line.is_empty()).collect()
    } else {
        vec![args.title.join(" ").trim().to_owned()]
    };
    if titles.is_empty() || titles.iter().any(String::is_empty) {
        return Err(CliError::failed("a task needs a title"));
    }
    if titles.iter().any(|title| title.contains(['\n', '\r'])) {
        return Err(CliError::failed("a title is one line").hint("--description takes the rest"));
    }
    if titles.len() > 1 && (args.id.is_some() || args.edit) {
        return Err(CliError::failed(
            "--id and --edit are for one task, and standard input has several titles",
        ));
    }
    Ok(titles)
}

/// The task as the options have it, and the configuration. Of other files only those are read that are named; where they do
/// not settle it, the whole plan is, which also knows what to advise.
fn planned(context: &Context, args: &NewArgs, writer: &Writer<'_>) -> Result<(Task, Config), CliError> {
    let named = args.after.iter().filter_map(|id| writer.path_of(id).ok().map(str::to_owned));
    let milestones = args.milestone.iter().map(|name| format!("{PLAN_DIR}/milestones/{name}.toml"));
    let paths: Vec<String> = named.chain(milestones.filter(|path| writer.paths.contains(path))).collect();
    let few = writer.workspace.snapshot_of(&paths.iter().map(String::as_str).collect::<Vec<_>>())?;
    refuse_unsure_ids(&few)?;
    if let Ok(task) = template(context, args, &few) {
        return Ok((task, few.config));
    }
    let snapshot = writer.workspace.snapshot()?;
    Ok((template(context, args, &snapshot)?, snapshot.config))
}

/// The task as the options have it, without its title.
fn template(context: &Context, args: &NewArgs, snapshot: &Snapshot) -> Result<Task, CliError> {
    let depends: Result<Vec<Dependency>, CliError> =
        args.after.iter().map(|text| dependency(snapshot, text)).collect();
    for name in &args.milestone {
        if !snapshot.milestones.iter().any(|m| m.name == *name) {
            let known = snapshot.milestones.iter().map(|m| m.name.as_str());
            let near = nearest(name, known).map(str::to_owned);
            return Err(ChangeError::UnknownMilestone { name: name.clone(), near }.into());
        }
    }
    for (what, texts) in [("assignee", &args.assignee), ("tag", &args.tag), ("step", &args.step)] {
        if texts.iter().any(|text| text.trim().is_empty()) {
            return Err(ChangeError::Empty { what }.into());
        }
    }
    if let Some(estimate) = args.estimate.filter(Estimate::is_reversed) {
        return Err(CliError::failed(format!("--estimate {estimate}: the least is more than the most"))
            .hint("write the smaller one first, such as 2h-3h"));
    }
    let step = |text: &String| Step { text: text.clone(), ..Step::default() };
    let details = Details {
        tags: args.tag.clone(),
        // Whole seconds, which every reader of TOML has.
        created: Timestamp::from_second(context.now.as_second()).ok(),
        description: args.description.clone(),
        steps: args.step.iter().map(step).collect(),
        ..Details::default()
    };
    Ok(Task {
        priority: args.priority.map(|priority| match priority {
            PriorityArg::Critical => Priority::Critical,
            PriorityArg::High => Priority::High,
            PriorityArg::Medium => Priority::Medium,
            PriorityArg::Low => Priority::Low,
        }),
        estimate: args.estimate,
        due: args.due,
        depends: depends?,
        assignees: args.assignee.clone(),
        milestones: args.milestone.clone(),
        details: details.into(),
        ..Task::default()
    })
}

/// A dependency that the plan has.
fn dependency(snapshot: &Snapshot, text: &str) -> Result<Dependency, CliError> {
    if let Some(name) = text.strip_suffix('/') {
        let name = GroupName::from_dir(name);
        if snapshot.has_group(&name) {
            return Ok(Dependency::Group(name));
        }
        let error = CliError::failed(format!("there is no group {name}"));
        return Err(match nearest(name.as_str(), snapshot.groups.iter().map(|g| g.name.as_str())) {
            Some(near) => error.hint(format!("did you mean {near}/?")),
            None => error,
        });
    }
    let at = super::locating::position(snapshot, text)?;
    Ok(Dependency::Task(snapshot.tasks[at].id.clone()))
}

/// The ids of the new tasks: the one asked for if nobody has or had it and no commit names it, else the next numbers.
pub(super) fn allocate(
    writer: &Writer<'_>,
    config: &Config,
    wanted: Option<&TaskId>,
    count: usize,
) -> Result<Vec<TaskId>, CliError> {
    // What was written in another work tree is on no branch yet.
    let elsewhere = writer.paths_elsewhere();
    let elsewhere = || elsewhere.iter().flat_map(Paths::iter);
    let former = writer.former_ids();
    if let Some(wanted) = wanted {
        let is_wanted = |word: &str| word.eq_ignore_ascii_case(wanted.as_str());
        if writer.task_paths().any(|(id, _)| is_wanted(id)) {
            return Err(CliError::failed(format!("there is a task {wanted} already")));
        }
        if elsewhere().filter_map(task_name).any(is_wanted) {
            return Err(CliError::failed(format!("{wanted} was given to a task in another work tree")));
        }
        // Whatever any commit had includes what the branches have now.
        if former.contains(wanted) || writer.workspace.ids_ever()?.iter().any(is_wanted) {
            let error =
                CliError::failed(format!("{wanted} was given to another task, on a branch or in history"));
            return Err(error.hint("commits that name it would count for the new one; choose another id"));
        }
        if writer.workspace.words_named(config)?.iter().any(is_wanted) {
            return Err(CliError::failed(format!(
                "commits name {wanted} already, although no task has that id"
            ))
            .hint("they would count for the new task; choose another id"));
        }
        return Ok(vec![wanted.clone()]);
    }
    let here = writer.paths.iter().chain(elsewhere()).filter_map(task_word);
    let used = here.chain(former.iter().map(TaskId::as_str));
    Ok(next_ids(&config.id_prefix, writer.workspace.largest_number(config)?, used, count)?)
}
