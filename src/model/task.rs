//! Tasks and their steps.

use super::{Details, Estimate, FileStatus, GroupName, LateDetails, Priority, StepStatus, TaskId};
use jiff::{Timestamp, civil::Date};
use std::fmt;
use std::ops::{Deref, DerefMut};

/// What a task file says: the unit of a plan. Its id is the file's name and its group the directory, so neither is here.
///
/// A task dereferences to its [`Details`], so that `task.title` and `task.steps` read alike. The difference is what they
/// cost: details may be read only when they are first asked for, so what runs over all tasks does well without them.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Task {
    /// One line; the only key a task must have.
    pub title: String,
    /// How urgent it is.
    pub priority: Option<Priority>,
    /// How much work it is.
    pub estimate: Option<Estimate>,
    /// When it is due.
    pub due: Option<Date>,
    /// Outside progress and gates.
    pub optional: bool,
    /// What it waits for.
    pub depends: Vec<Dependency>,
    /// Who works on it: names or addresses.
    pub assignees: Vec<String>,
    /// Names of milestones it belongs to.
    pub milestones: Vec<String>,
    /// What the file itself says of its status.
    pub status: Option<FileStatus>,
    /// Why it is blocked or cancelled.
    pub reason: Option<String>,
    /// Evidence authored before this does not count.
    pub reopened: Option<Timestamp>,
    /// Ids it had before it was renumbered.
    pub aka: Vec<TaskId>,
    /// All the rest.
    pub details: LateDetails,
}

impl Deref for Task {
    type Target = Details;

    fn deref(&self) -> &Details {
        self.details.get()
    }
}

impl DerefMut for Task {
    fn deref_mut(&mut self) -> &mut Details {
        self.details.get_mut()
    }
}

impl Task {
    /// The place of the document that it was imported from, `plan.md#1.2`.
    pub fn source(&self) -> Option<&str> {
        let is_source = |(name, _): &&(String, String)| Self::SOURCE_FIELDS.contains(&name.as_str());
        self.fields.iter().filter(is_source).map(|(_, text)| text.as_str()).find(|text| text.contains('#'))
    }

    /// The fields that may hold it; the second is for tasks that have a field of the first name of their own.
    pub const SOURCE_FIELDS: [&str; 2] = ["source", "imported from"];
}

/// An item of a task's checklist.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Step {
    /// What is to be done.
    pub text: String,
    /// Its state in the file; evidence may complete it as well.
    pub status: Option<StepStatus>,
    /// Remarks on the step.
    pub notes: Vec<String>,
}

/// What a task, or every task of a group, waits for.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Dependency {
    /// One task, by its id.
    Task(TaskId),
    /// Every task of a group, written with a final slash.
    Group(GroupName),
}

impl fmt::Display for Dependency {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Task(id) => id.fmt(f),
            Self::Group(name) => write!(f, "{name}/"),
        }
    }
}
