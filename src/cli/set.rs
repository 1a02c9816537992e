//! `tasks set`.

use super::args::Context;
use super::completing::assignments;
use super::editing;
use super::writing::{DryRun, Writer};
use crate::change::{Assignment, ChangeError, Edited, Names, is_blocked};
use crate::error::CliError;
use clap::Args;

/// What can be set.
const KEYS: &str = "Keys: title, priority, estimate, due, optional, description, status, reason, waiting_on, \
    fields.NAME; and as lists by commas depends, assignees, tags, milestones, files, links. In a list \\, is a comma.";

/// Set keys of tasks: key=value, key+=a,b, key-=a, and key= to remove it
#[derive(Debug, Args)]
#[command(after_help = KEYS)]
pub struct SetArgs {
    /// Ids of tasks, and what to set; whatever contains = is an assignment
    #[arg(required = true, value_name = "ID|KEY=VALUE", add = assignments())]
    arguments: Vec<String>,
    #[command(flatten)]
    dry_run: DryRun,
}

/// Sets the keys on each of the tasks.
pub fn run(context: &Context, args: &SetArgs) -> Result<(), CliError> {
    let (assigned, ids): (Vec<&str>, Vec<&str>) =
        args.arguments.iter().map(String::as_str).partition(|argument| argument.contains('='));
    let usage = "for example: tasks set 412 priority=high tags+=api";
    if ids.is_empty() {
        return Err(CliError::failed("no task is named").hint(usage));
    }
    if assigned.is_empty() {
        return Err(CliError::failed("nothing is set: no argument has the form key=value").hint(usage));
    }
    let writer = Writer::begin(context, args.dry_run)?;
    let names = Names::new(writer.paths.iter());
    let assignments = Assignment::parse_all(&assigned, &names)?;
    let edits = editing::edit(&writer, &ids, |document, target| {
        assignments.iter().try_for_each(|a| a.apply(document, target.path, target.id))
    })?;
    let mut keys: Vec<String> = assignments.iter().map(Assignment::name).collect();
    keys.dedup();
    let said_why = |edit: &Edited| edit.after.reason.as_ref().is_some_and(|reason| !reason.trim().is_empty());
    if keys.iter().any(|key| key == "status" || key == "reason")
        && edits.iter().any(|edit| is_blocked(&edit.after) && !said_why(edit))
    {
        return Err(ChangeError::NoReason.into());
    }
    editing::refuse_cycles(&writer, &edits)?;
    editing::finish(writer, edits, |_| format!("set: {}", keys.join(", ")))
}
