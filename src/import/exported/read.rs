//! The files that an exported document holds.

use super::raw::RawTask;
use super::{json, markdown, table};
use crate::import::{ImportError, LossReport, Warning};
use crate::model::{Group, Milestone, Task, TaskId};
use crate::snapshot::{PLAN_DIR, may_hold_tasks};
use camino::Utf8Path;

/// An exported plan as files.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Exported {
    /// In the order of the document.
    pub files: Vec<ExportedFile>,
    /// What the reader of the document should know.
    pub warnings: Vec<Warning>,
    /// Lines read, and what they hold.
    pub report: LossReport,
}

/// A file of the plan.
#[derive(Debug, Clone, PartialEq)]
pub struct ExportedFile {
    /// The line of the document, from 1; 0 where the format does not tell.
    pub line: u32,
    /// The directory of a task or group below `.tasks/`, empty for that itself; the name of a milestone.
    pub place: String,
    /// What it holds.
    pub content: Content,
    /// Its whole text, where it says more than its values do.
    pub source: Option<String>,
}

/// What a file holds.
#[derive(Debug, Clone, PartialEq)]
pub enum Content {
    /// A task; one without an id is new.
    Task(Option<TaskId>, Box<Task>),
    /// A group.
    Group(Group),
    /// A milestone.
    Milestone(Milestone),
    /// The configuration, as text.
    Config(String),
    /// A Markdown file beside the plan files.
    Note(String),
}

/// Reads a document, if it is one that `tasks export` wrote.
pub fn read(name: &str, bytes: &[u8]) -> Option<Result<Exported, ImportError>> {
    let text = std::str::from_utf8(bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes)).ok()?;
    let found = if markdown::is_exported(text) {
        markdown::read(&text.replace("\r\n", "\n"))
    } else if json::is_exported(text) {
        json::read(text)
    } else {
        table::read(text)?
    };
    let finish = |mut exported: Exported| {
        exported.count(text);
        exported
    };
    Some(found.map(finish).map_err(|(line, message)| ImportError::Exported {
        name: name.to_owned(),
        line,
        message,
    }))
}

/// What is wrong with a document, and in which line.
pub(super) type Fault = (u32, String);

impl Exported {
    /// Adds a task.
    pub(super) fn task(
        &mut self,
        line: u32,
        dir: &str,
        id: Option<&str>,
        raw: &RawTask,
        source: Option<String>,
    ) -> Result<(), Fault> {
        let fault = |message: String| (line, message);
        check_dir(dir).map_err(fault)?;
        let id = id.map(super::raw::task_id).transpose().map_err(fault)?;
        let content = Content::Task(id, Box::new(raw.read().map_err(fault)?));
        self.files.push(ExportedFile { line, place: dir.to_owned(), content, source });
        Ok(())
    }

    fn count(&mut self, text: &str) {
        let tasks = self.files.iter().filter_map(|file| match &file.content {
            Content::Task(_, task) => Some(task),
            _ => None,
        });
        self.report.lines = crate::import::line_count(text);
        self.report.tasks = tasks.clone().count();
        self.report.steps = tasks.clone().map(|task| task.steps.len()).sum();
        self.report.fields = tasks.map(|task| task.fields.len()).sum();
    }
}

/// The directory of a path below `.tasks/`; a path that ends in a slash is one.
pub(super) fn inner_dir(path: &str) -> Option<&str> {
    let inner = path.strip_prefix(PLAN_DIR)?.strip_prefix('/')?;
    Some(inner.rsplit_once('/').map_or("", |(dir, _)| dir))
}

/// A directory that may hold tasks: a plain relative path, and none that is reserved.
pub(super) fn check_dir(dir: &str) -> Result<(), String> {
    let is_plain = |(depth, part): (usize, &str)| {
        !part.is_empty() && may_hold_tasks(depth, part) && !part.contains(['\\', '\0'])
    };
    if dir.is_empty() || dir.split('/').enumerate().all(is_plain) {
        return Ok(());
    }
    Err(format!("{dir:?} cannot be the directory of a group"))
}

/// The name of a milestone.
pub(super) fn check_milestone(name: &str) -> Result<(), String> {
    if !name.is_empty() && !name.contains('/') && check_dir(name).is_ok() {
        return Ok(());
    }
    Err(format!("{name:?} cannot be the name of a milestone"))
}

/// The name of a Markdown file directly below `.tasks/`.
pub(super) fn check_note(name: &str) -> Result<(), String> {
    let is_markdown = Utf8Path::new(name).extension() == Some("md");
    if is_markdown && !name.contains('/') && check_dir(name).is_ok() {
        return Ok(());
    }
    Err(format!("{name:?} cannot be the name of a Markdown file below .tasks/"))
}
