//! `tasks report`.

use super::args::{Context, Format};
use super::completing::{milestones, revisions, templates};
use super::ranging::{Ask, Covered, ends};
use super::templating::Template;
use super::{filtering, paging, reporting};
use crate::error::CliError;
use crate::files;
use crate::report::{self, Entry, PageContext, Prepended};
use crate::shell;
use crate::view::{ReportView, Screen, text};
use clap::Args;
use serde::Serialize;
use serde_json::Value;
use std::path::{Path, PathBuf};

/// How wide a text is that is written to a file.
const FILE_WIDTH: usize = 100;

/// Report what was done between two revisions, for a release or a week
#[expect(clippy::struct_excessive_bools, reason = "each is a flag of the command line")]
#[derive(Debug, Args)]
#[command(after_long_help = "\
A report covers what is reachable from the newer end and not from the older one: what was completed, by which commits and \
whom and how they landed, what was reverted, what is only in the older end, who contributed, how far the groups are and \
what changed in the plan. It reads the plan at the newer end, never the work tree, so the same revision gives the same \
report. Without an option it covers --unreleased, or everything where no tag is a version.

--format markdown prints release notes, --format json what templates see. --format html prints one \
page on the plan as it is at the newer end, with its history: a file that loads nothing and needs no script. What the page \
sees is something else; --context, --from-context and --template show and take that with --format html.")]
pub struct ReportArgs {
    /// What B reaches and A does not; an empty B is HEAD, or what --at names
    #[arg(value_name = "A..B", add = revisions())]
    range: Option<String>,
    /// What came after the latest version that HEAD reaches: a tag such as v1.2.0
    #[arg(long, group = "covers", conflicts_with = "range")]
    unreleased: bool,
    /// What the latest version brought that HEAD reaches, since the one before it
    #[arg(long, group = "covers", conflicts_with = "range")]
    latest: bool,
    /// What came after a day (2026-11-21, UTC), within a span (24h, 10d, 2w), or after a revision
    #[arg(long, value_name = "WHEN", add = revisions(), group = "covers", conflicts_with = "range")]
    since: Option<String>,
    /// Everything that HEAD reaches
    #[arg(long, group = "covers", conflicts_with = "range")]
    all: bool,
    /// Call the newer end by this version, before it is tagged or after; without a range the report is on that version
    #[arg(long, value_name = "VERSION")]
    tag: Option<String>,
    /// Also tell what is still open in this milestone
    #[arg(short, long, value_name = "MILESTONE", add = milestones())]
    milestone: Option<String>,
    /// End with 1, writing nothing, while a task of this milestone is not completed here: missing, reverted or not backported
    #[arg(long, value_name = "MILESTONE", add = milestones())]
    require: Option<String>,
    /// Render this template: one of .tasks/templates, by its name, one of the program (release-notes, standup, overview), or a
    /// file
    #[arg(short, long, value_name = "NAME|FILE", add = templates())]
    template: Option<String>,
    /// Print what a template sees, as JSON
    #[arg(long, conflicts_with_all = ["template", "prepend", "check", "from_context"])]
    context: bool,
    /// Make the report of what --context has printed into this file, and read no plan
    #[arg(long, value_name = "FILE", value_hint = clap::ValueHint::FilePath)]
    #[arg(conflicts_with_all = ["range", "covers", "tag", "milestone", "require", "prepend", "check"])]
    from_context: Option<PathBuf>,
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
    let asked = context.global.format.unwrap_or(Format::Text);
    if let Some(path) = &args.from_context {
        return from_context(context, args, asked, path);
    }
    let mut covered = super::ranging::cover(context, &ask(args)?, args.require.is_some())?;
    if let Some(name) = &args.tag {
        covered.version = Some(name.clone());
        covered.to.name.clone_from(name);
    }
    let path = args.output.as_deref().or(args.check.as_deref());
    let format = match (args.context, asked) {
        (true, Format::Html) => Format::Html,
        (true, _) => Format::Json,
        (false, asked) => form(asked, args, path)?,
    };
    let known = |name: &Option<String>| {
        name.as_deref().map(|name| filtering::milestone(&covered.plan, name)).transpose()
    };
    let required = known(&args.require)?;
    if format == Format::Html {
        return page(context, args, covered, required.as_deref());
    }
    let view = reporting::view(&covered, known(&args.milestone)?.as_deref(), required.as_deref())?;
    refuse_unmet(context, &view)?;
    let own = match Template::asked(args.template.as_deref(), &covered)? {
        Some(template) => Some(template.render(&view)?),
        None => None,
    };
    let report = Report { context, view, format, own };
    match (&args.prepend, &args.check) {
        (Some(path), _) => report.prepend(path, args.replace),
        (None, Some(path)) => report.check(path),
        (None, None) => report.show(args.output.as_deref()),
    }
}

/// Says what a required milestone lacks, and ends with 1 if it lacks something.
fn refuse_unmet(context: &Context, view: &ReportView) -> Result<(), CliError> {
    let Some(gate) = view.gate.as_ref().filter(|gate| !gate.met) else { return Ok(()) };
    if context.is_json() {
        context.ui.json(view)?;
    } else {
        let mut screen = context.ui.screen();
        text::release_gate(gate, &mut screen);
        context.ui.show(screen)?;
    }
    Err(CliError::no())
}

/// The page, which tells of the whole plan and is no entry of a changelog.
fn page(
    context: &Context,
    args: &ReportArgs,
    mut covered: Covered,
    required: Option<&str>,
) -> Result<(), CliError> {
    if args.prepend.is_some() {
        return Err(
            CliError::failed("a page is no entry of a changelog").hint("-o FILE.html writes the page")
        );
    }
    if args.milestone.is_some() {
        return Err(CliError::failed("--milestone is about the release notes")
            .hint("leave it out: the page shows every milestone"));
    }
    if required.is_some() {
        refuse_unmet(context, &reporting::view(&covered, None, required)?)?;
    }
    covered.forget_trunks();
    let view = paging::view(&covered)?;
    let seen = PageContext::of(&view);
    let text = match Template::asked(args.template.as_deref(), &covered)? {
        _ if args.context => json(&seen)?,
        Some(template) => template.render(&seen)?,
        None => report::page(&seen)?,
    };
    match &args.check {
        Some(path) if read(path, false)? == text => Ok(()),
        Some(path) => Err(stale(path, &covered.range())),
        None => put(context, args.output.as_deref(), &text),
    }
}

fn ask(args: &ReportArgs) -> Result<Ask<'_>, CliError> {
    if let Some(name) = args.tag.as_ref().filter(|n| n.trim().is_empty() || n.contains(char::is_control)) {
        return Err(CliError::failed(format!("{name:?} is no name of a version"))
            .hint("--tag takes what the tag will be called, such as v1.2.0"));
    }
    if let Some(range) = &args.range {
        let (from, to) = ends(range)?;
        return Ok(Ask::Between(from, to));
    }
    Ok(match (&args.since, &args.tag) {
        (Some(when), _) => Ask::Since(when),
        _ if args.all => Ask::All,
        _ if args.latest => Ask::Latest,
        (None, Some(name)) => Ask::Version { name, tagged: args.unreleased },
        (None, None) => Ask::Unreleased { tagged: args.unreleased },
    })
}

/// A report, and how it is to be shown.
struct Report<'a> {
    context: &'a Context,
    view: ReportView,
    format: Format,
    /// What the template that was asked for has made of it.
    own: Option<String>,
}

impl Report<'_> {
    /// Prints the report, or writes it to a file.
    fn show(&self, output: Option<&Path>) -> Result<(), CliError> {
        if output.is_none() && self.own.is_none() && self.format == Format::Text {
            let mut screen = self.context.ui.screen();
            text::report(&self.view, &mut screen);
            return self.context.ui.show(screen);
        }
        put(self.context, output, &self.document()?)
    }

    /// The report as it is written to a file.
    fn document(&self) -> Result<String, CliError> {
        if let Some(own) = &self.own {
            return Ok(own.clone());
        }
        match self.format {
            Format::Json => json(&self.view),
            Format::Markdown => Ok(self.entry(&self.notes()?).marked()?),
            // Other forms are refused before a command runs.
            _ => {
                let mut screen = Screen::unstyled(FILE_WIDTH);
                text::report(&self.view, &mut screen);
                Ok(screen.into_text())
            }
        }
    }

    fn prepend(&self, path: &Path, replace: bool) -> Result<(), CliError> {
        let text = self.notes()?;
        let (entry, name) = (self.entry(&text), path.display());
        let key = entry.key;
        match entry.prepend(&read(path, true)?, replace)? {
            Prepended::Written(text) => files::replace(path, text.as_bytes())?,
            Prepended::Beside(text) => {
                files::replace(path, text.as_bytes())?;
                self.context.ui.warn(&format!(
                    "the entry Unreleased of {name} was edited by hand, and is left beside the new entry {key}, which tells \
                     of the same work: take over what is worth it, and remove it"
                ));
            }
            Prepended::Unchanged => {}
            Prepended::Edited { stale: false } => {
                let note = format!("the entry {key} of {name} was edited by hand, and is left as it is");
                self.context.ui.note(&note);
            }
            Prepended::Edited { stale: true } => self.context.ui.warn(&format!(
                "the entry {key} of {name} was edited or written by hand, and is left as it is, although the report says \
                 something else; --replace puts the report there"
            )),
        }
        Ok(())
    }

    fn check(&self, path: &Path) -> Result<(), CliError> {
        let file = read(path, false)?;
        let is_entry = self.format == Format::Markdown && self.entry(&self.notes()?).is_current(&file);
        if is_entry || file == self.document()? {
            return Ok(());
        }
        Err(stale(path, &self.view.range.text))
    }

    /// The report as an entry of a changelog.
    fn entry<'e>(&'e self, text: &'e str) -> Entry<'e> {
        let view = &self.view;
        Entry {
            key: view.range.version.as_deref().unwrap_or("Unreleased"),
            range: &view.range.text,
            plan: view.head.revision.as_deref().unwrap_or_default(),
            tip: view.head.history.tip.as_deref().unwrap_or_default(),
            text,
        }
    }

    /// The release notes, or what the template that was asked for makes instead.
    fn notes(&self) -> Result<String, CliError> {
        match &self.own {
            Some(own) => Ok(own.clone()),
            None => Template::release_notes().render(&self.view),
        }
    }
}

/// Shows or writes what was to be made of the context that a file holds. The repository, if there is one, gives its templates
/// only.
fn from_context(context: &Context, args: &ReportArgs, asked: Format, path: &Path) -> Result<(), CliError> {
    let (output, name) = (args.output.as_deref(), path.display());
    let format = form(asked, args, output)?;
    let template = match &args.template {
        Some(name) => {
            let workspace = context.workspace().ok();
            let revision = match &workspace {
                Some(workspace) => workspace.tip()?,
                None => None,
            };
            Some(Template::find(name, workspace.as_ref().map(|workspace| &workspace.repo), revision)?)
        }
        None => None,
    };
    let text = read(path, false)?;
    let seen: Value = serde_json::from_str(&text)
        .map_err(|error| CliError::failed(format!("{name} is no JSON: {error}")))?;
    if !seen.is_object() {
        return Err(CliError::failed(format!("{name} holds no object, as --context prints it")));
    }
    if let Some(template) = template {
        return put(context, output, &template.render(&seen)?);
    }
    match (format, seen.get("range").is_some(), seen.get("sections").is_some()) {
        (Format::Html, true, false) => {
            return Err(CliError::failed(format!(
                "{name} holds what release notes are made of, and no page"
            ))
            .hint("tasks report --format html --context prints what a page is made of"));
        }
        (Format::Html, ..) => return put(context, output, &report::page(&seen)?),
        (_, false, true) => {
            return Err(CliError::failed(format!("{name} holds what a page is made of, and nothing else"))
                .hint(
                    "--format html makes the page; tasks report --context prints what the other formats take",
                ));
        }
        _ => {}
    }
    let view: ReportView = serde_json::from_str(&text).map_err(|error| {
        CliError::failed(format!("{name} is not what --context prints: {error}"))
            .hint("--template NAME renders whatever an object holds")
    })?;
    Report { context, view, format, own: None }.show(output)
}

/// That a file is not what would be written.
fn stale(path: &Path, range: &str) -> CliError {
    let name = path.display().to_string();
    let word = shell::word(&name);
    let writing = if path.extension().is_some_and(|ending| ending == "html") {
        format!("-o {word} instead of --check writes it")
    } else {
        format!("-o {word} or --prepend {word} instead of --check writes it")
    };
    CliError::no_because(format!("{name} is not the report on {range}")).hint(writing)
}

fn json<T: Serialize>(seen: &T) -> Result<String, CliError> {
    let mut text = serde_json::to_string_pretty(seen).map_err(std::io::Error::from)?;
    text.push('\n');
    Ok(text)
}

fn put(context: &Context, output: Option<&Path>, text: &str) -> Result<(), CliError> {
    match output {
        Some(path) => Ok(files::replace(path, text.as_bytes())?),
        None => context.ui.document(text),
    }
}

/// The text of a file; nothing if there is none and there need not be.
fn read(path: &Path, may_be_new: bool) -> Result<String, CliError> {
    match std::fs::read_to_string(path) {
        Ok(text) => Ok(text),
        Err(error) if may_be_new && error.kind() == std::io::ErrorKind::NotFound => Ok(String::new()),
        Err(error) => Err(CliError::failed(format!("cannot read {}: {error}", path.display()))),
    }
}

/// The format asked for, else that of the file's ending; a template makes what it makes.
fn form(asked: Format, args: &ReportArgs, output: Option<&Path>) -> Result<Format, CliError> {
    if args.template.is_some() {
        return match asked {
            Format::Text | Format::Markdown => Ok(Format::Markdown),
            Format::Html => Ok(Format::Html),
            other => {
                Err(CliError::failed(format!("--template and --format {} are two answers", other.name()))
                    .hint("--context prints what a template sees, as JSON"))
            }
        };
    }
    let ending = output.and_then(Path::extension).map(|ending| ending.to_string_lossy().to_lowercase());
    match (asked, ending.as_deref()) {
        (Format::Text, Some("md" | "markdown")) => Ok(Format::Markdown),
        (Format::Text, Some("json")) => Ok(Format::Json),
        (Format::Text, Some("html" | "htm")) => Ok(Format::Html),
        (Format::Text, None | Some("txt")) => Ok(Format::Text),
        (Format::Text, Some(ending)) => {
            Err(CliError::failed(format!("cannot tell a format by the ending .{ending}"))
                .hint("write --format markdown, --format html or --format json"))
        }
        (asked, _) => Ok(asked),
    }
}
