//! `tasks note`.

use super::args::Context;
use super::completing::ids;
use super::editing;
use super::writing::{DryRun, Writer};
use crate::change::{ChangeError, add_paragraph};
use crate::error::CliError;
use clap::Args;

/// Append a paragraph to a task's description, or a note to a step
#[derive(Debug, Args)]
pub struct NoteArgs {
    /// The task
    #[arg(value_name = "ID", add = ids())]
    id: String,
    /// The text; several words are joined by spaces
    #[arg(required = true, value_name = "TEXT")]
    text: Vec<String>,
    /// Note it on this step instead, counted from 1
    #[arg(long, value_name = "N", value_parser = super::step::number)]
    step: Option<usize>,
    #[command(flatten)]
    dry_run: DryRun,
}

/// Adds the note.
pub fn run(context: &Context, args: &NoteArgs) -> Result<(), CliError> {
    let text = args.text.join(" ");
    let text = text.trim();
    let writer = Writer::begin(context, args.dry_run)?;
    let edits = editing::edit(&writer, &[&args.id], |document, target| match args.step {
        Some(_) if text.is_empty() => Err(ChangeError::Empty { what: "note" }),
        Some(step) => Ok(document.add_step_note(step, text)?),
        None => add_paragraph(document, target.path, target.task, text),
    })?;
    editing::finish(writer, edits, |_| match args.step {
        Some(step) => format!("step {step} noted"),
        None => "noted".to_owned(),
    })
}
