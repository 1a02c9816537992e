//! Whether a task is settled already, and by what: rows 1 and 2 of the status table.

use crate::evidence::TaskEvidence;
use crate::git::{History, Oid};
use crate::message::Effect;
use crate::model::{FileStatus, Task};
use jiff::Timestamp;

/// How a task stands, for commands that would settle it or open it again.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Standing {
    /// The commit that completes it, where its file does not say that it is settled.
    pub completed_by: Option<Oid>,
    /// Whether it is known not to be settled.
    pub is_open: bool,
    /// The commits that complete steps of it, each with the number of the step, from 1.
    steps: Vec<(usize, Oid)>,
    /// When the commits were written that complete or start it, in seconds since the epoch.
    worked: Vec<i64>,
}

impl Standing {
    /// By what its file and the commits of a history say.
    pub fn of(task: &Task, evidence: &TaskEvidence, history: &History) -> Self {
        let is_settled = matches!(task.status, Some(FileStatus::Completed | FileStatus::Cancelled));
        let by = evidence.completed_by.filter(|_| !is_settled);
        let completed_by = by.map(|item| history.oid(evidence.items[item].commit));
        let items = evidence.items.iter().filter(|item| item.ignored.is_none());
        let work = items.filter(|item| !matches!(item.effect, Effect::Links | Effect::Reopens));
        let worked = work.filter_map(|item| history.author_time(item.commit)).collect();
        let commit = |item: usize| history.oid(evidence.items[item].commit);
        let steps = evidence.steps.iter().map(|&(step, item)| (step + 1, commit(item))).collect();
        let is_open = !is_settled && completed_by.is_none() && history.complete;
        Self { completed_by, is_open, steps, worked }
    }

    /// The commit that completes the step of that number, whatever the file says of it.
    pub fn step_completed_by(&self, number: usize) -> Option<Oid> {
        self.steps.iter().find(|(step, _)| *step == number).map(|(_, commit)| *commit)
    }

    /// From when on evidence counts if the task is opened again `now`: after all that completes or starts it, of which some
    /// may bear a time of this second, or of a clock that is ahead of this one by up to a day.
    pub fn reopening(&self, now: Timestamp) -> Timestamp {
        let newest = self.worked.iter().filter(|time| **time < now.as_second() + 86_400).max();
        newest.and_then(|time| Timestamp::from_second(time + 1).ok()).map_or(now, |after| after.max(now))
    }
}
