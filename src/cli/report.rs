//! `tasks report`.

use super::args::{Context, Format};
use super::ranging::{Ask, ends};
use super::{list, reporting};
use crate::error::CliError;
use crate::files;
use crate::report::{RELEASE_NOTES, built_in};
use crate::view::{ReportView, text};
use clap::Args;
use std::path::{Path, PathBuf};

/// Report what was done between two revisions, for a release or a week
#[derive(Debug, Args)]
#[command(after_long_help = "\
A report covers what is reachable from the newer end and not from the older one: what was completed, by which commits and \
whom and how they landed, what was reverted, what is only in the older end, who contributed, how far the groups are and \
what changed in the plan. It reads the plan at the newer end, never the work tree, so the same revision gives the same \
report. Without an option it covers --unreleased, or everything where no tag is a version.

--format markdown prints release notes, --format json what templates see.")]
pub struct ReportArgs {
    /// What B reaches and A does not; an empty B is HEAD, or what --at names
    #[arg(value_name = "A..B")]
    range: Option<String>,
    /// What came after the latest version that HEAD reaches: a tag such as v1.2.0
    #[arg(long, group = "covers", conflicts_with = "range")]
    unreleased: bool,
    /// What the latest version brought that HEAD reaches, since the one before it
    #[arg(long, group = "covers", conflicts_with = "range")]
    latest: bool,
    /// What came after a day (2026-11-21, UTC), within a span (24h, 10d, 2w), or after a revision
    #[arg(long, value_name = "WHEN", group = "covers", conflicts_with = "range")]
    since: Option<String>,
    /// Everything that HEAD reaches
    #[arg(long, group = "covers", conflicts_with = "range")]
    all: bool,
    /// Call the newer end by this version, before it is tagged
    #[arg(long, value_name = "VERSION")]
    tag: Option<String>,
    /// Also tell what is still open in this milestone
    #[arg(short, long, value_name = "MILESTONE")]
    milestone: Option<String>,
    /// The file to write instead of standard output; its ending tells the format
    #[arg(short, long, value_name = "FILE", value_hint = clap::ValueHint::FilePath)]
    output: Option<PathBuf>,
}

/// Shows or writes the report.
pub fn run(context: &Context, args: &ReportArgs) -> Result<(), CliError> {
    let mut covered = super::ranging::cover(context, &ask(args)?)?;
    if let Some(name) = &args.tag {
        covered.version = Some(name.clone());
        covered.to.name.clone_from(name);
    }
    let milestone = args.milestone.as_deref();
    let milestone = milestone.map(|name| list::milestone(&covered.plan, name)).transpose()?;
    let view = reporting::view(&covered, milestone.as_deref(), None)?;
    show(context, args, &view)
}

fn ask(args: &ReportArgs) -> Result<Ask<'_>, CliError> {
    if let Some(range) = &args.range {
        let (from, to) = ends(range)?;
        return Ok(Ask::Between(from, to));
    }
    Ok(match &args.since {
        Some(when) => Ask::Since(when),
        None if args.all => Ask::All,
        None if args.latest => Ask::Latest,
        None => Ask::Unreleased { tagged: args.unreleased },
    })
}

fn show(context: &Context, args: &ReportArgs, view: &ReportView) -> Result<(), CliError> {
    let format = format(context.global.format, args.output.as_deref())?;
    let document = match format {
        Format::Json => {
            let mut document = serde_json::to_string_pretty(view).map_err(std::io::Error::from)?;
            document.push('\n');
            document
        }
        Format::Markdown => notes(view)?,
        _ if args.output.is_some() => {
            let mut screen = crate::view::Screen::unstyled(100);
            text::report(view, &mut screen);
            screen.into_text()
        }
        _ => {
            let mut screen = context.ui.screen();
            text::report(view, &mut screen);
            return context.ui.show(screen);
        }
    };
    match &args.output {
        Some(path) => Ok(files::replace(path, document.as_bytes())?),
        None => context.ui.document(&document),
    }
}

/// The release notes.
fn notes(view: &ReportView) -> Result<String, CliError> {
    built_in(RELEASE_NOTES, view)
        .unwrap_or_else(|| unreachable!("the program has its release notes"))
        .map_err(Into::into)
}

/// The format asked for, else that of the file's ending.
fn format(asked: Format, output: Option<&Path>) -> Result<Format, CliError> {
    let ending = output.and_then(Path::extension).map(|ending| ending.to_string_lossy().to_lowercase());
    match (asked, ending.as_deref()) {
        (Format::Text, Some("md" | "markdown")) => Ok(Format::Markdown),
        (Format::Text, Some("json")) => Ok(Format::Json),
        (Format::Text, None | Some("txt")) => Ok(Format::Text),
        (Format::Text, Some(ending)) => {
            Err(CliError::failed(format!("cannot tell a format by the ending .{ending}"))
                .hint("write --format markdown or --format json"))
        }
        (asked, _) => Ok(asked),
    }
}
