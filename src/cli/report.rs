//! `tasks report`.

use super::args::{Context, Format};
use super::ranging::{Ask, ends};
use super::{list, reporting};
use crate::error::CliError;
use crate::files;
use crate::report::{Entry, Prepended, RELEASE_NOTES, built_in};
use crate::view::{ReportView, Screen, text};
use clap::Args;
use std::path::{Path, PathBuf};

/// How wide a text is that is written to a file.
const FILE_WIDTH: usize = 100;

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
    /// End with 1, writing nothing, while a task of this milestone is not completed here: missing, reverted or not backported
    #[arg(long, value_name = "MILESTONE")]
    require: Option<String>,
    /// The file to write instead of standard output; its ending tells the format
    #[arg(short, long, value_name = "FILE", value_hint = clap::ValueHint::FilePath)]
    output: Option<PathBuf>,
    /// Put the release notes into a changelog, once: below its preamble and above older versions
    #[arg(long, value_name = "FILE", value_hint = clap::ValueHint::FilePath, conflicts_with = "output")]
    prepend: Option<PathBuf>,
    /// With --prepend: replace the entry even if somebody has edited it
    #[arg(long, requires = "prepend")]
    replace: bool,
    /// End with 1 if a file is not what -o, or --prepend, would write now
    #[arg(long, value_name = "FILE", value_hint = clap::ValueHint::FilePath, conflicts_with_all = ["output", "prepend"])]
    check: Option<PathBuf>,
}

/// Shows or writes the report.
pub fn run(context: &Context, args: &ReportArgs) -> Result<(), CliError> {
    let mut covered = super::ranging::cover(context, &ask(args)?)?;
    if let Some(name) = &args.tag {
        covered.version = Some(name.clone());
        covered.to.name.clone_from(name);
    }
    let known =
        |name: &Option<String>| name.as_deref().map(|name| list::milestone(&covered.plan, name)).transpose();
    let required = known(&args.require)?;
    let milestone = known(&args.milestone)?;
    let view = reporting::view(&covered, milestone.as_deref(), required.as_deref())?;
    if let Some(gate) = view.gate.as_ref().filter(|gate| !gate.met) {
        if context.is_json() {
            context.ui.json(&view)?;
        } else {
            let mut screen = context.ui.screen();
            text::gate(gate, &mut screen);
            context.ui.show(screen)?;
        }
        return Err(CliError::no());
    }
    if let Some(path) = &args.prepend {
        return prepend(context, args, &view, path);
    }
    if let Some(path) = &args.check {
        return check(context, &view, path);
    }
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

/// Prints the report, or writes it to the file that -o names.
fn show(context: &Context, args: &ReportArgs, view: &ReportView) -> Result<(), CliError> {
    let format = format(context.global.format, args.output.as_deref())?;
    if let Some(path) = &args.output {
        return Ok(files::replace(path, document(view, format)?.as_bytes())?);
    }
    if format == Format::Text {
        let mut screen = context.ui.screen();
        text::report(view, &mut screen);
        return context.ui.show(screen);
    }
    context.ui.document(&document(view, format)?)
}

/// The report as it is written to a file.
fn document(view: &ReportView, format: Format) -> Result<String, CliError> {
    match format {
        Format::Json => {
            let mut text = serde_json::to_string_pretty(view).map_err(std::io::Error::from)?;
            text.push('\n');
            Ok(text)
        }
        Format::Markdown => {
            let text = notes(view)?;
            Ok(entry(view, &text).marked().unwrap_or(text))
        }
        Format::Text | Format::Csv => {
            let mut screen = Screen::unstyled(FILE_WIDTH);
            text::report(view, &mut screen);
            Ok(screen.into_text())
        }
    }
}

fn prepend(context: &Context, args: &ReportArgs, view: &ReportView, path: &Path) -> Result<(), CliError> {
    let text = notes(view)?;
    let entry = entry(view, &text);
    let name = path.display();
    match entry.prepend(&read(path, true)?, args.replace)? {
        Prepended::Written(text) => Ok(files::replace(path, text.as_bytes())?),
        Prepended::Unchanged => Ok(()),
        Prepended::Edited { stale } => {
            let key = entry.key;
            if stale {
                context.ui.warn(&format!(
                    "the entry {key} of {name} was edited or written by hand, and is left as it is, although the report now \
                     says something else; --replace puts the report there"
                ));
            } else {
                context
                    .ui
                    .note(&format!("the entry {key} of {name} was edited by hand, and is left as it is"));
            }
            Ok(())
        }
    }
}

fn check(context: &Context, view: &ReportView, path: &Path) -> Result<(), CliError> {
    let format = format(context.global.format, Some(path))?;
    let file = read(path, false)?;
    let text = document(view, format)?;
    if file == text || (format == Format::Markdown && entry(view, &notes(view)?).is_current(&file)) {
        return Ok(());
    }
    let name = path.display();
    Err(CliError::no_because(format!("{name} is not the report on {}", view.range.text))
        .hint(format!("-o {name} or --prepend {name} instead of --check writes it")))
}

/// The text of a file; nothing if there is none and there need not be.
fn read(path: &Path, may_be_new: bool) -> Result<String, CliError> {
    match std::fs::read_to_string(path) {
        Ok(text) => Ok(text),
        Err(error) if may_be_new && error.kind() == std::io::ErrorKind::NotFound => Ok(String::new()),
        Err(error) => Err(CliError::failed(format!("cannot read {}: {error}", path.display()))),
    }
}

/// The release notes as an entry of a changelog.
fn entry<'a>(view: &'a ReportView, text: &'a str) -> Entry<'a> {
    Entry {
        key: view.range.version.as_deref().unwrap_or("Unreleased"),
        range: &view.range.text,
        plan: view.head.revision.as_deref().unwrap_or_default(),
        tip: view.head.history.tip.as_deref().unwrap_or_default(),
        text,
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
