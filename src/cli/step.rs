//! `tasks step`.

use super::args::Context;
use super::completing::{ids, steps};
use super::editing::{self, Target};
use super::writing::{DryRun, Writer};
use crate::change::{ChangeError, Edited};
use crate::changeset::ChangeSet;
use crate::error::CliError;
use crate::format::Document;
use crate::model::{Step, StepStatus, Task};
use clap::Args;
use std::collections::BTreeSet;

/// Complete steps of a task, or add one
#[derive(Debug, Args)]
pub struct StepArgs {
    /// The task
    #[arg(value_name = "ID", add = ids())]
    id: String,
    /// The steps, counted from 1
    #[arg(value_name = "N", required_unless_present = "add", value_parser = number, add = steps())]
    numbers: Vec<usize>,
    /// Open the steps again
    #[arg(long, requires = "numbers")]
    undo: bool,
    /// Add a step of this text at the end
    #[arg(long, value_name = "TEXT")]
    add: Option<String>,
    #[command(flatten)]
    dry_run: DryRun,
}

/// Completes the steps, or opens them again; a new one comes after that. A step that a commit completes is left to that
/// commit, so that a revert opens it again.
pub fn run(context: &Context, args: &StepArgs) -> Result<(), CliError> {
    let writer = Writer::begin(context, args.dry_run)?;
    let path = writer.path_of(&args.id)?;
    let standing = editing::standing(context, &writer, &[path])?.remove(path);
    let by =
        |number: usize| Some(standing.as_ref()?.step_completed_by(number)?.to_hex_with_len(8).to_string());
    let held: Vec<(usize, String)> = numbers(args).into_iter().filter_map(|n| Some((n, by(n)?))).collect();
    if let (true, Some((number, commit))) = (args.undo, held.first()) {
        let error =
            format!("step {number} of task {} is completed by the commit {commit}, not by the file", args.id);
        return Err(CliError::failed(error).hint(format!("git revert {commit} opens it again")));
    }
    let edits =
        editing::edit(&writer, &[&args.id], |document, target| change(document, target, args, &held))?;
    let said = |edit: &Edited| {
        let mut said = moved(edit, args, &held);
        if let (Some(text), number) = (&args.add, edit.after.steps.len()) {
            said.push(format!("step {number} added: {}", text.trim()));
        }
        (edit.id.clone(), said.join("; "))
    };
    let lines: Vec<(String, String)> = edits.iter().map(said).collect();
    let changes = ChangeSet { files: edits.into_iter().map(|edit| edit.file).collect() };
    editing::write(writer, &changes, &lines)
}

/// The number of a step on the command line.
pub(super) fn number(text: &str) -> Result<usize, String> {
    let number = text.parse().ok().filter(|number| *number > 0);
    number.ok_or_else(|| "expected the number of a step, counted from 1; tasks show ID lists them".to_owned())
}

/// What became of the steps, and which were so already.
fn moved(edit: &Edited, args: &StepArgs, held: &[(usize, String)]) -> Vec<String> {
    let is_held = |number: &usize| held.iter().any(|(held, _)| held == number);
    let numbers = numbers(args).into_iter().filter(|number| !is_held(number));
    let status = |task: &Task, number: usize| task.steps.get(number - 1).and_then(|step| step.status);
    let (changed, same): (Vec<usize>, Vec<usize>) =
        numbers.partition(|&n| status(&edit.before, n) != status(&edit.after, n));
    let word = if args.undo { "open" } else { "completed" };
    let again = if args.undo { " again" } else { "" };
    let say = |numbers: &[usize], end: &str| {
        let list: Vec<String> = numbers.iter().map(ToString::to_string).collect();
        let noun = if numbers.len() == 1 { "step" } else { "steps" };
        (!numbers.is_empty()).then(|| format!("{noun} {} {end}", list.join(", ")))
    };
    let were = if same.len() == 1 { "was" } else { "were" };
    let said = [say(&changed, &format!("{word}{again}")), say(&same, &format!("{were} {word} already"))];
    let by_commits = held.iter().map(|(number, by)| format!("step {number} is completed already by {by}"));
    let nothing = (!held.is_empty() && !edit.is_changed()).then(|| "nothing written".to_owned());
    said.into_iter().flatten().chain(by_commits).chain(nothing).collect()
}

fn numbers(args: &StepArgs) -> BTreeSet<usize> {
    args.numbers.iter().copied().collect()
}

fn change(
    document: &mut Document,
    target: &Target<'_>,
    args: &StepArgs,
    held: &[(usize, String)],
) -> Result<(), ChangeError> {
    let status = if args.undo { None } else { Some(StepStatus::Completed) };
    for &number in args.numbers.iter().filter(|number| !held.iter().any(|(held, _)| held == *number)) {
        document.set_step_status(number, status)?;
    }
    let Some(text) = args.add.as_deref().map(str::trim) else { return Ok(()) };
    if text.is_empty() {
        return Err(ChangeError::Empty { what: "step" });
    }
    if document.has("steps") && document.steps() == 0 && !document.has_list("steps") {
        let (path, key) = (target.path.to_owned(), "steps".to_owned());
        return Err(ChangeError::OtherType { path, key, expected: "a list of steps" });
    }
    document.add_step(&Step { text: text.to_owned(), ..Step::default() });
    Ok(())
}
