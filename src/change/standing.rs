//! Whether a task is settled already, and by what: rows 1 and 2 of the status table.

use crate::evidence::TaskEvidence;
use crate::git::{History, Oid};
use crate::model::{FileStatus, Task};

/// How a task stands, for commands that would settle it or open it again.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Standing {
    /// The commit that completes it, where its file does not say that it is settled.
    pub completed_by: Option<Oid>,
    /// Whether it is known not to be settled.
    pub is_open: bool,
}

impl Standing {
    /// By what its file and the commits of a history say.
    pub fn of(task: &Task, evidence: &TaskEvidence, history: &History) -> Self {
        let is_settled = matches!(task.status, Some(FileStatus::Completed | FileStatus::Cancelled));
        let by = evidence.completed_by.filter(|_| !is_settled);
        let completed_by = by.map(|item| history.oid(evidence.items[item].commit));
        Self { completed_by, is_open: !is_settled && completed_by.is_none() && history.complete }
    }
}
