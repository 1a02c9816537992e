//! `tasks export`.

use super::args::{Context, Format};
use super::completing::{groups, milestones};
use super::filtering;
use crate::error::CliError;
use crate::export::{self, Selection};
use crate::files;
use crate::snapshot::PLAN_DIR;
use crate::view::PlanView;
use crate::workspace::{Scope, Workspace};
use clap::Args;
use std::path::{Path, PathBuf};

/// Write the plan as a document: Markdown, JSON or CSV
#[derive(Debug, Args)]
#[command(after_long_help = "\
--format markdown (the default) is a plan document to read, --format json holds everything, --format csv is a table of \
the tasks. Where -o names a file, its ending tells the format.

The whole plan is written, settled and archived tasks included, unless an option leaves some out. tasks import reads all \
three back: Markdown and JSON become the same plan, and importing them where they came from changes nothing. What a \
document cannot hold is said on standard error. Markdown files directly in .tasks/ are part of the whole plan, except with --at.")]
pub struct ExportArgs {
    /// The file to write instead of standard output; replaced whole or not at all
    #[arg(short, long, value_name = "FILE", value_hint = clap::ValueHint::FilePath)]
    output: Option<PathBuf>,
    /// Only these groups and their subgroups
    #[arg(short, long, value_delimiter = ',', value_name = "GROUP", add = groups())]
    group: Vec<String>,
    /// Only tasks of these milestones
    #[arg(short, long, value_delimiter = ',', value_name = "MILESTONE", add = milestones())]
    milestone: Vec<String>,
    /// Leave settled tasks out
    #[arg(long)]
    open: bool,
    /// Leave archived tasks out
    #[arg(long)]
    no_archived: bool,
}

/// Writes the document, and says what it cannot hold.
pub fn run(context: &Context, args: &ExportArgs) -> Result<(), CliError> {
    let format = format(context.global.format, args.output.as_deref())?;
    let (workspace, plan) = context.plan(Scope { shared: true, ..Scope::default() })?;
    let files = workspace.files(plan.revision)?;
    let selection = Selection {
        groups: args.group.iter().map(|name| filtering::group(&plan, name)).collect::<Result<_, _>>()?,
        milestones: args.milestone.clone(),
        open: args.open,
        no_archived: args.no_archived,
    };
    args.milestone.iter().try_for_each(|name| filtering::known_milestone(&plan, name))?;
    let (notes, mut others) = workspace.notes(plan.revision)?;
    if format == Format::Csv {
        others.splice(0..0, notes.iter().map(|note| format!("{PLAN_DIR}/{}", note.name)));
    }
    let excess = export::excess(&plan, &files);
    let mut parts = export::parts(&plan, name(&workspace), &selection, &files, excess);
    if selection.is_whole() {
        parts.notes = notes;
    } else {
        others.clear();
    }
    let untold = Some(&parts.sources).filter(|_| format != Format::Json);
    let losses = export::losses(&plan, &files, &others, untold);
    drop(files);
    let view = PlanView::of(&plan, &parts);
    match format {
        Format::Json if args.output.is_none() => context.ui.json(&view)?,
        Format::Json => {
            let mut text = serde_json::to_string_pretty(&view).map_err(std::io::Error::from)?;
            text.push('\n');
            write(context, args.output.as_deref(), &text)?;
        }
        Format::Csv => {
            let table =
                export::csv(&view).map_err(|e| CliError::failed(format!("cannot make a table: {e}")))?;
            write(context, args.output.as_deref(), &table)?;
            context.ui.warn(
                "a table holds tasks only: what groups, milestones and the configuration say is left out",
            );
        }
        _ => {
            write(context, args.output.as_deref(), &export::markdown(&view)?)?;
        }
    }
    for loss in losses {
        let few: Vec<&str> = loss.paths.iter().take(3).map(String::as_str).collect();
        let more = match loss.paths.len() - few.len() {
            0 => String::new(),
            n => format!(" and {n} more"),
        };
        context.ui.warn(&format!("left out: {} ({}{more})", loss.what, few.join(", ")));
    }
    Ok(())
}

/// The format asked for, else that of the file's ending, else Markdown.
fn format(asked: Option<Format>, output: Option<&Path>) -> Result<Format, CliError> {
    let ending = output.and_then(Path::extension).map(|ending| ending.to_string_lossy().to_lowercase());
    match (asked, ending.as_deref()) {
        (None | Some(Format::Text), None | Some("md" | "markdown" | "txt")) => Ok(Format::Markdown),
        (None | Some(Format::Text), Some("json")) => Ok(Format::Json),
        (None | Some(Format::Text), Some("csv")) => Ok(Format::Csv),
        (None | Some(Format::Text), Some(ending)) => {
            Err(CliError::failed(format!("cannot tell a format by the ending .{ending}"))
                .hint("write --format markdown, --format json or --format csv"))
        }
        (Some(asked), _) => Ok(asked),
    }
}

/// What the plan is called: like the directory that the repository lies in.
fn name(workspace: &Workspace) -> String {
    let repo = &workspace.repo;
    let dir = repo.work_dir().unwrap_or_else(|| repo.common_dir());
    let dir = dir.canonicalize().unwrap_or_else(|_| dir.to_owned());
    let name = dir.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    if name.is_empty() { "Plan".to_owned() } else { name.trim_end_matches(".git").to_owned() }
}

fn write(context: &Context, output: Option<&Path>, text: &str) -> Result<(), CliError> {
    match output {
        Some(path) => Ok(files::replace(path, text.as_bytes())?),
        None => context.ui.document(text),
    }
}
