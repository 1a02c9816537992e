//! What goes into an import and what is said of it: documents, and the account of what became of them.

use super::args::Context;
use super::writing::Writer;
use crate::changeset::ChangeSet;
use crate::error::CliError;
use crate::import::{Draft, Placed};
use crate::model::natural_cmp;
use crate::shell;
use crate::snapshot::Snapshot;
use crate::ui::Ui;
use crate::view::{Paint, Screen, Written};
use camino::Utf8Path;
use schemars::JsonSchema;
use serde::Serialize;
use std::collections::BTreeSet;
use std::fs;
use std::io::Read;
use std::path::{Path, PathBuf};

/// The endings of files that are read in a folder.
const ENDINGS: [&str; 10] =
    ["md", "markdown", "mdx", "org", "taskpaper", "csv", "tsv", "json", "jsonl", "ndjson"];

/// How many lines that fit nowhere are shown, unless this is a dry run.
const FEW: usize = 10;

/// Files with their names.
type Files = Vec<(String, Vec<u8>)>;

/// A document, or a folder of documents.
pub struct Documents {
    /// The file name.
    pub name: String,
    /// What was read: one file, or all of a folder in natural order.
    pub files: Files,
    /// Where it lies; nowhere for standard input.
    path: Option<PathBuf>,
}

impl Documents {
    /// What tasks remember it by: the path within the repository, or the file name where it lies elsewhere.
    pub fn source(&self, root: &Path) -> String {
        let root = root.canonicalize().unwrap_or_else(|_| root.to_owned());
        let within = self.path.as_deref().and_then(|path| path.strip_prefix(root).ok());
        let parts =
            within.map(|path| path.iter().map(|part| part.to_string_lossy()).collect::<Vec<_>>().join("/"));
        parts.filter(|path| !path.is_empty()).unwrap_or_else(|| self.name.clone())
    }
}

/// Refuses a folder of which a file was imported by itself, and such a file after its folder: the tasks would be there twice.
pub fn refuse_overlap(plan: &Snapshot, source: &str) -> Result<(), CliError> {
    let lies_in =
        |inner: &str, outer: &str| inner.strip_prefix(outer).is_some_and(|rest| rest.starts_with('/'));
    let known = plan.tasks.iter().filter_map(|entry| Some(entry.task.source()?.rsplit_once('#')?.0));
    match known.filter(|known| lies_in(known, source) || lies_in(source, known)).min() {
        None => Ok(()),
        Some(known) => Err(CliError::failed(format!(
            "tasks were imported from {known} before, so {source} would bring them in a second time"
        ))
        .hint(format!("tasks import {} brings in what changed there", shell::word(known)))),
    }
}

/// The document of which the plan has tasks and which lies at `source` now: the only one of that file name that is no longer
/// where it was.
pub fn former(plan: &Snapshot, root: &Path, source: &str) -> Option<String> {
    let sources = plan.tasks.iter().filter_map(|entry| entry.task.source());
    let known: BTreeSet<&str> =
        sources.filter_map(|source| source.rsplit_once('#')).map(|(name, _)| name).collect();
    let file = Utf8Path::new(source).file_name();
    let moved = |name: &&&str| Utf8Path::new(name).file_name() == file && !root.join(name).exists();
    let mut moved = known.iter().filter(moved);
    match (moved.next(), moved.next()) {
        (Some(one), None) if !known.contains(source) => Some((*one).to_owned()),
        _ => None,
    }
}

/// Reads what is to be imported.
pub fn documents(file: &Utf8Path) -> Result<Documents, CliError> {
    if file == "-" {
        let mut bytes = Vec::new();
        std::io::stdin().lock().read_to_end(&mut bytes)?;
        let name = "stdin".to_owned();
        return Ok(Documents { files: vec![(name.clone(), bytes)], name, path: None });
    }
    let path = PathBuf::from(file);
    let cannot = |error: std::io::Error| CliError::failed(format!("cannot read {}: {error}", path.display()));
    let whole = path.canonicalize().map_err(cannot)?;
    let name = whole.file_name().map_or_else(|| file.to_string(), |name| name.to_string_lossy().into_owned());
    if !whole.is_dir() {
        let bytes = fs::read(&whole).map_err(cannot)?;
        return Ok(Documents { files: vec![(name.clone(), bytes)], name, path: Some(whole) });
    }
    let mut files = Vec::new();
    folder(&whole, "", &mut files).map_err(cannot)?;
    files.sort_by(|a, b| natural_cmp(&a.0, &b.0));
    if files.is_empty() {
        return Err(CliError::failed(format!(
            "cannot read {}: it holds no planning document",
            path.display()
        ))
        .hint(format!("files ending in .{} are read", ENDINGS.join(", ."))));
    }
    Ok(Documents { name, files, path: Some(whole) })
}

/// Hidden files and folders are passed over, and so are symbolic links, which may lead in a circle.
fn folder(dir: &Path, above: &str, files: &mut Files) -> std::io::Result<()> {
    for entry in fs::read_dir(dir)? {
        let entry = entry?;
        let name = entry.file_name().to_string_lossy().into_owned();
        let ending = name.rsplit_once('.').map_or("", |(_, ending)| ending).to_ascii_lowercase();
        let kind = entry.file_type()?;
        if name.starts_with('.') {
            continue;
        }
        if kind.is_dir() {
            folder(&entry.path(), &format!("{above}{name}/"), files)?;
        } else if kind.is_file() && ENDINGS.contains(&ending.as_str()) {
            files.push((format!("{above}{name}"), fs::read(entry.path())?));
        }
    }
    Ok(())
}

/// What an import did, or would do.
#[derive(Debug, Default, Serialize, JsonSchema)]
pub struct Outcome {
    /// The version of the JSON contract.
    schema: u32,
    /// The document, as tasks remember it.
    source: String,
    /// How many groups the document has.
    groups: usize,
    /// How many tasks the document has.
    tasks: usize,
    /// How many of them were imported before.
    known_tasks: usize,
    /// How many steps the document has.
    steps: usize,
    /// How many fields were understood.
    fields: usize,
    /// How many lines went into notes.
    notes_lines: usize,
    /// How many lines the document has.
    lines: u32,
    /// How many of them had characters mended.
    repaired_lines: u32,
    /// The file that holds what belongs to no task and no group.
    pub notes: Option<String>,
    /// Lines that fit nowhere.
    left_over: Vec<LeftOver>,
    /// Tasks that could not keep the document's id, or had none.
    new_ids: Vec<NewId>,
    /// Files that are new.
    created: Vec<String>,
    /// Files that take what the document says.
    updated: Vec<Difference>,
    /// Files in which both sides changed the same keys.
    conflicts: Vec<Difference>,
    /// Files that could not be read, so that nothing was brought into them.
    unreadable: Vec<Unreadable>,
    /// Tasks that came from the document and are no longer in it.
    gone: Vec<String>,
    /// What was written.
    #[serde(flatten)]
    written: Written,
}

#[derive(Debug, Serialize, JsonSchema)]
struct LeftOver {
    line: u32,
    text: String,
}

#[derive(Debug, Serialize, JsonSchema)]
struct NewId {
    line: u32,
    /// As the document has it.
    from: Option<String>,
    to: String,
    title: String,
}

#[derive(Debug, Serialize, JsonSchema)]
struct Difference {
    path: String,
    keys: Vec<String>,
}

#[derive(Debug, Serialize, JsonSchema)]
struct Unreadable {
    path: String,
    why: String,
}

impl Outcome {
    /// Nothing done yet.
    pub fn new(source: &str, dry_run: bool) -> Self {
        let written = Written { dry_run, ..Written::default() };
        Self { schema: 1, source: source.to_owned(), written, ..Self::default() }
    }

    /// Notes a file that cannot be read, and stays.
    pub fn keep(&mut self, path: &str, why: String) {
        self.unreadable.push(Unreadable { path: path.to_owned(), why });
    }

    /// Notes the keys of a file that were changed on both sides.
    pub fn conflict(&mut self, path: &str, keys: Vec<String>) {
        if !keys.is_empty() {
            self.conflicts.push(Difference { path: path.to_owned(), keys });
        }
    }

    /// Notes the keys of a file that take what the document says.
    pub fn update(&mut self, path: &str, keys: Vec<String>) {
        if !keys.is_empty() {
            self.updated.push(Difference { path: path.to_owned(), keys });
        }
    }

    /// Writes the changes, and says what became of the document.
    pub fn finish(
        mut self,
        context: &Context,
        writer: &Writer<'_>,
        changes: &ChangeSet,
        draft: &Draft,
        placed: &Placed,
    ) -> Result<(), CliError> {
        writer.apply(changes)?;
        self.warn_of_document(context, draft);
        self.warn(&context.ui);
        self.count(draft, placed, changes);
        let shown = |path: &str| writer.shown(path);
        if context.is_json() {
            self.written = writer.written(changes, |screen| self.show(screen, shown));
            return context.ui.json(&self);
        }
        let mut screen = context.screen();
        self.show(&mut screen, shown);
        if self.written.dry_run { context.ui.show(screen) } else { context.ui.done(screen) }
    }

    /// Says what could not be understood: the first few of each kind, unless all was asked for.
    fn warn_of_document(&self, context: &Context, draft: &Draft) {
        let most = if context.global.verbose { usize::MAX } else { FEW };
        let mut kinds: Vec<(String, usize)> = Vec::new();
        for warning in &draft.warnings {
            let kind = kind(&warning.message);
            let at = kinds.iter().position(|(known, _)| *known == kind).unwrap_or_else(|| {
                kinds.push((kind, 0));
                kinds.len() - 1
            });
            kinds[at].1 += 1;
            if kinds[at].1 <= most {
                context.ui.warn(&format!("{}:{}: {}", self.source, warning.line, warning.message));
            }
        }
        let more: usize = kinds.iter().map(|(_, count)| count.saturating_sub(most)).sum();
        if more > 0 {
            context.ui.warn(&format!("{}: and {more} more of these; --verbose shows all", self.source));
        }
    }

    /// Says what asks for a decision, whatever form the answer has.
    fn warn(&self, ui: &Ui) {
        for file in &self.unreadable {
            ui.warn(&format!("nothing was brought into {}: {}", file.path, file.why));
        }
        for file in &self.conflicts {
            let (keys, source) = (file.keys.join(", "), &self.source);
            ui.warn(&format!("{}: changed here and in {source}, kept as it is here: {keys}", file.path));
        }
        if !self.conflicts.is_empty() {
            ui.note("--update takes what the document says, --keep settles it as it is here");
        }
    }

    /// Takes the account of the draft and its files.
    fn count(&mut self, draft: &Draft, placed: &Placed, changes: &ChangeSet) {
        let report = &draft.report;
        self.groups = placed.groups;
        self.known_tasks = placed.known_tasks;
        self.gone = placed.gone.iter().map(ToString::to_string).collect();
        self.tasks = report.tasks;
        self.steps = report.steps;
        self.fields = report.fields;
        self.notes_lines = report.notes;
        self.lines = report.lines;
        self.repaired_lines = report.repaired_lines;
        let left_over = report.left_over.iter();
        self.left_over = left_over.map(|(line, text)| LeftOver { line: *line, text: text.clone() }).collect();
        let new_ids = placed.new_ids.iter().map(|new| NewId {
            line: new.line,
            from: new.from.as_ref().map(ToString::to_string),
            to: new.to.to_string(),
            title: new.title.clone(),
        });
        self.new_ids = new_ids.collect();
        let created = changes.files.iter().filter(|file| file.before.is_none());
        self.created = created.map(|file| file.path.clone()).collect();
    }

    /// Says it for people.
    fn show(&self, screen: &mut Screen, shown: impl Fn(&str) -> String) {
        let verb = if self.written.dry_run { "Would import" } else { "Imported" };
        screen.put(Paint::Heading, &format!("{verb} {}", self.source));
        screen.plain(&format!(
            ": {}, {}, {}, {}, {}",
            count(self.groups, "group"),
            count(self.tasks, "task"),
            count(self.steps, "step"),
            count(self.fields, "field"),
            count(self.notes_lines, "line") + " of notes",
        ));
        screen.line();
        if self.known_tasks > 0 {
            let were = if self.known_tasks == 1 { "was" } else { "were" };
            screen.plain(&format!("{} {were} imported before", count(self.known_tasks, "task"))).line();
        }
        if self.repaired_lines > 0 {
            screen
                .plain(&format!("{} of {} lines had characters mended", self.repaired_lines, self.lines))
                .line();
        }
        if let Some(notes) = &self.notes {
            screen.plain("Text on the plan as a whole is in ").put(Paint::Id, &shown(notes)).line();
        }
        self.show_left_over(screen);
        self.show_new_ids(screen);
        let updated = if self.written.dry_run { "To be updated" } else { "Updated" };
        show_differences(updated, &self.updated, screen, &shown);
        if !self.gone.is_empty() {
            let tasks = count(self.gone.len(), "task");
            screen
                .plain(&format!("{tasks} no longer in the document, kept: "))
                .put(Paint::Id, &self.gone.join(", "));
            screen.line();
        }
        if self.written.dry_run && !self.created.is_empty() {
            let files = count(self.created.len(), "file");
            screen.put(Paint::Heading, &format!("{files} to be written")).line();
            for path in &self.created {
                screen.plain("  ").put(Paint::Good, &shown(path)).line();
            }
        } else if self.created.is_empty() && self.updated.is_empty() {
            let said =
                if self.written.dry_run { "Nothing would be written" } else { "Nothing had to be written" };
            screen.plain(said).line();
        }
    }

    fn show_left_over(&self, screen: &mut Screen) {
        if self.left_over.is_empty() {
            return;
        }
        let lines = count(self.left_over.len(), "line");
        screen.put(Paint::Waiting, &format!("{lines} left over, kept as they are:")).line();
        let shown = if self.written.dry_run { self.left_over.len() } else { FEW };
        for left in self.left_over.iter().take(shown) {
            screen.right(Paint::Dim, &left.line.to_string(), 6).plain("  ").rest(Paint::Plain, &left.text);
            screen.line();
        }
        if self.left_over.len() > shown {
            screen.put(Paint::Dim, &format!("        and {} more", self.left_over.len() - shown)).line();
        }
    }

    /// Ids that differ from the document's, each; those of tasks without one as a range, unless this is a dry run.
    fn show_new_ids(&self, screen: &mut Screen) {
        let (changed, given): (Vec<&NewId>, Vec<&NewId>) =
            self.new_ids.iter().partition(|n| n.from.is_some());
        if let (Some(first), Some(last)) = (given.first(), given.last()) {
            let tasks = count(given.len(), "task");
            screen.plain(&format!("{tasks} without an id: ")).put(Paint::Id, &first.to);
            if given.len() > 1 {
                screen.plain(" to ").put(Paint::Id, &last.to);
            }
            screen.line();
        }
        let listed = if self.written.dry_run { self.new_ids.iter().collect() } else { changed };
        if listed.is_empty() {
            return;
        }
        screen.put(Paint::Heading, "New ids").line();
        for new in listed {
            let from = new.from.as_deref().unwrap_or("none");
            screen.put(Paint::Dim, &format!("  line {}: {from} -> ", new.line));
            screen.put(Paint::Id, &new.to).plain("  ").rest(Paint::Plain, &new.title).line();
        }
    }
}

/// What a message says, whatever words, numbers and names it says it of.
fn kind(message: &str) -> String {
    let is_said_of =
        |word: &str| word.contains(|c: char| c.is_ascii_digit() || matches!(c, '"' | '\'' | '`'));
    message.split(' ').filter(|word| !is_said_of(word)).collect::<Vec<_>>().join(" ")
}

fn show_differences(
    heading: &str,
    files: &[Difference],
    screen: &mut Screen,
    shown: impl Fn(&str) -> String,
) {
    if files.is_empty() {
        return;
    }
    screen.put(Paint::Heading, heading).line();
    for file in files {
        screen.plain("  ").put(Paint::Id, &shown(&file.path));
        if !file.keys.is_empty() {
            screen.plain(&format!(": {}", file.keys.join(", ")));
        }
        screen.line();
    }
}

/// `1 task`, `2 tasks`.
pub fn count(number: usize, noun: &str) -> String {
    format!("{number} {noun}{}", if number == 1 { "" } else { "s" })
}
