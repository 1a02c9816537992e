//! Milestones: named goals, also sprints and release gates.

use super::{Dependency, StepStatus};
use jiff::civil::Date;

/// What a `milestones/<name>.toml` says.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Milestone {
    /// The heading to show; the file's name where it is missing.
    pub title: Option<String>,
    /// When it is due.
    pub due: Option<Date>,
    /// What reaching it means, in a sentence.
    pub goal: Option<String>,
    /// Markdown.
    pub description: Option<String>,
    /// Groups whose tasks all belong to it (always [`Dependency::Group`]).
    pub groups: Vec<Dependency>,
    /// Tasks that belong to it, besides those that name it (always [`Dependency::Task`]).
    pub tasks: Vec<Dependency>,
    /// What must hold besides the tasks.
    pub criteria: Vec<Criterion>,
}

/// One condition of a milestone.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Criterion {
    /// What must hold.
    pub text: String,
    /// Whether it holds.
    pub status: StepStatus,
}
