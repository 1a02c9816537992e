//! What an import yields: a plan without files.

use crate::model::{Criterion, Declared, Estimate, Priority, Task, TaskId};
use jiff::civil::Date;

/// What the caller knows besides the document.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Options {
    /// The day that windows such as "Next week" count from; the document's own date where it is missing.
    pub base_date: Option<Date>,
}

/// A plan as a document tells it.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Draft {
    /// The document's title.
    pub title: Option<String>,
    /// Markdown: every line that belongs to no group.
    pub description: String,
    /// Groups in the order of the document; none of them is empty.
    pub groups: Vec<DraftGroup>,
    /// Goals, sprints and gates.
    pub milestones: Vec<DraftMilestone>,
    /// What the reader of the document should know.
    pub warnings: Vec<Warning>,
    /// What became of the lines.
    pub report: LossReport,
    /// Totals the document states of itself.
    pub declared: Declared,
}

/// A group of tasks.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct DraftGroup {
    /// The document's own number, `3` for "Phase 3".
    pub key: Option<String>,
    /// The heading without marks, number and parenthesis. Empty for tasks that stand in no group.
    pub title: String,
    /// A directory name in ASCII, unique within the draft; empty for tasks that stand in no group.
    pub slug: String,
    /// The line of the heading, from 1; 0 where there is none.
    pub line: u32,
    /// Markdown: what the document says of the group besides its tasks.
    pub description: String,
    /// The declared estimate.
    pub estimate: Option<Estimate>,
    /// The priority that its heading gives all its tasks (which carry it themselves).
    pub priority: Option<Priority>,
    /// A window such as "Next 24 Hours", as written.
    pub due_window: Option<String>,
    /// The day that window ends, where a base is known.
    pub due: Option<Date>,
    /// How many tasks the heading says there are.
    pub declared_tasks: Option<u64>,
    /// Its tasks, in the order of the document.
    pub tasks: Vec<DraftTask>,
}

/// A task.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct DraftTask {
    /// The document's own label, where it is a valid id and not used twice.
    pub id: Option<TaskId>,
    /// Its first line, from 1.
    pub line: u32,
    /// All the rest.
    pub task: Task,
}

/// A goal, a sprint or a gate.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct DraftMilestone {
    /// A file name in ASCII, unique within the draft; `ready_for_merge` where the document names it so.
    pub slug: String,
    /// The heading.
    pub title: String,
    /// The line of the heading, from 1.
    pub line: u32,
    /// What reaching it means.
    pub goal: Option<String>,
    /// When, as written ("Day 1").
    pub when: Option<String>,
    /// The day that is, where a base is known.
    pub due: Option<Date>,
    /// Indices into [`Draft::groups`].
    pub groups: Vec<usize>,
    /// Tasks that it names.
    pub tasks: Vec<TaskId>,
    /// What must hold.
    pub criteria: Vec<Criterion>,
    /// Markdown.
    pub description: String,
}

/// A remark on a line of the document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Warning {
    /// The line, from 1.
    pub line: u32,
    /// One sentence.
    pub message: String,
}

/// What became of the document's lines.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct LossReport {
    /// Lines read.
    pub lines: u32,
    /// Lines whose characters were mended.
    pub repaired_lines: u32,
    /// Tasks found.
    pub tasks: usize,
    /// Steps found.
    pub steps: usize,
    /// Fields of tasks: labels with a value, known ones (files, estimate) too.
    pub fields: usize,
    /// Lines kept as description of the plan, a group, a task, or as a note of a step.
    pub notes: usize,
    /// Lines that are none of these, with their number, from 1: kept in the plan's description.
    pub left_over: Vec<(u32, String)>,
}

/// Why a document could not be read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ImportError {
    /// Nothing in it is a task.
    #[error(
        "no tasks found in {name}: expected headings such as \"### Task 1: …\", checkboxes \"- [ ] …\" or lists under headings"
    )]
    NoTasks {
        /// The document.
        name: String,
    },
    /// No text.
    #[error(
        "cannot read {name}: line {line} holds a NUL byte, so it is no text; a planning document is expected"
    )]
    Binary {
        /// The document.
        name: String,
        /// The line, from 1.
        line: usize,
    },
    /// Not JSON.
    #[error("cannot read {name}: line {line}, column {column}: {message}")]
    Json {
        /// The document.
        name: String,
        /// The line, from 1.
        line: usize,
        /// The column, from 1.
        column: usize,
        /// What was expected.
        message: String,
    },
    /// A document that `tasks export` wrote, in which something does not fit.
    #[error("cannot read {name}: {}{message}", at_line(*line))]
    Exported {
        /// The document.
        name: String,
        /// The line, from 1; 0 where the format does not tell.
        line: u32,
        /// What was expected.
        message: String,
    },
    /// JSON without anything like a list of tasks.
    #[error("cannot read {name}: expected a list of objects, or an object with a list \"tasks\"")]
    Shape {
        /// The document.
        name: String,
    },
    /// Not CSV.
    #[error("cannot read {name}: {message}")]
    Csv {
        /// The document.
        name: String,
        /// What is wrong, with its line.
        message: String,
    },
    /// A table without a column of titles.
    #[error(
        "cannot read {name}: expected a column named title, task, name, summary or description, found {found}"
    )]
    Columns {
        /// The document.
        name: String,
        /// The columns it has.
        found: String,
    },
}

fn at_line(line: u32) -> String {
    if line == 0 { String::new() } else { format!("line {line}: ") }
}
