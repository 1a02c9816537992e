//! `tasks step`.

use super::args::Context;
use super::completing::ids;
use super::editing::{self, Target};
use super::writing::{DryRun, Writer};
use crate::change::ChangeError;
use crate::error::CliError;
use crate::format::Document;
use crate::model::{Step, StepStatus};
use clap::Args;

/// Complete steps of a task, or add one
#[derive(Debug, Args)]
pub struct StepArgs {
    /// The task
    #[arg(value_name = "ID", add = ids())]
    id: String,
    /// The steps, counted from 1
    #[arg(value_name = "N", required_unless_present = "add")]
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

/// Completes the steps, or opens them again; a new one comes after that.
pub fn run(context: &Context, args: &StepArgs) -> Result<(), CliError> {
    let writer = Writer::begin(context, args.dry_run)?;
    let edits = editing::edit(&writer, &[&args.id], |document, target| change(document, target, args))?;
    editing::finish(writer, edits, |edit| {
        let mut said = Vec::new();
        let numbers: Vec<String> = args.numbers.iter().map(ToString::to_string).collect();
        let word = if args.undo { "open again" } else { "completed" };
        match numbers.as_slice() {
            [] => {}
            [one] => said.push(format!("step {one} {word}")),
            _ => said.push(format!("steps {} {word}", numbers.join(", "))),
        }
        if let (Some(text), number) = (&args.add, edit.after.steps.len()) {
            said.push(format!("step {number} added: {}", text.trim()));
        }
        said.join("; ")
    })
}

fn change(document: &mut Document, target: &Target<'_>, args: &StepArgs) -> Result<(), ChangeError> {
    let status = if args.undo { None } else { Some(StepStatus::Completed) };
    for &number in &args.numbers {
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
