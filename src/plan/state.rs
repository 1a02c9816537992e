//! The status table.

use super::graph::Graph;
use crate::evidence::{Evidence, TaskEvidence};
use crate::model::{FileStatus, Status, StepStatus, Task};
use crate::snapshot::Snapshot;

/// What is derived of one task.
#[derive(Debug, Clone)]
pub struct TaskState {
    /// The first row of the status table that holds.
    pub status: Status,
    /// That row, 1 to 7; `None` where history is too shallow to tell.
    pub row: Option<u8>,
    /// Whether a dependency is open or missing, whatever its status.
    pub held_up: bool,
    /// The states of its steps, evidence included.
    pub steps: Vec<StepStatus>,
}

impl TaskState {
    /// Pending with every dependency settled.
    pub fn is_ready(&self) -> bool {
        self.row == Some(7)
    }

    /// How many of its steps are completed, and how many there are; cancelled ones are left out.
    pub fn step_progress(&self) -> (usize, usize) {
        let of = |status| self.steps.iter().filter(|s| **s == status).count();
        (of(StepStatus::Completed), self.steps.len() - of(StepStatus::Cancelled))
    }
}

/// Derives the state of every task. `complete` says whether all history that matters could be read.
pub fn derive_states(
    snapshot: &Snapshot,
    evidence: &Evidence,
    graph: &Graph,
    complete: bool,
) -> Vec<TaskState> {
    let settled: Vec<bool> = snapshot
        .tasks
        .iter()
        .zip(&evidence.tasks)
        .map(|(entry, evidence)| {
            row_by_itself(&entry.task, evidence, &[]).is_some_and(|(s, _)| s.is_settled())
        })
        .collect();
    let held = graph.held_up(&settled);
    let state = |(at, (entry, evidence)): (usize, (&crate::snapshot::TaskEntry, &TaskEvidence))| {
        let steps = steps(&entry.task, evidence);
        let (status, row) = match row_by_itself(&entry.task, evidence, &steps) {
            Some((status, row)) if complete || status.is_settled() => (status, Some(row)),
            _ if !complete => (Status::Unknown, None),
            Some((status, row)) => (status, Some(row)),
            None if held[at] => (Status::Blocked, Some(6)),
            None => (Status::Pending, Some(7)),
        };
        TaskState { status, row, held_up: held[at], steps }
    };
    snapshot.tasks.iter().zip(&evidence.tasks).enumerate().map(state).collect()
}

/// Rows 1 to 5: what a task's own file and evidence decide.
pub(super) fn row_by_itself(
    task: &Task,
    evidence: &TaskEvidence,
    steps: &[StepStatus],
) -> Option<(Status, u8)> {
    match task.status {
        Some(FileStatus::Completed) => return Some((Status::Completed, 1)),
        Some(FileStatus::Cancelled) => return Some((Status::Cancelled, 1)),
        Some(FileStatus::Blocked | FileStatus::InProgress) | None => {}
    }
    if evidence.completed_by.is_some() {
        return Some((Status::Completed, 2));
    }
    if task.status == Some(FileStatus::Blocked) {
        return Some((Status::Blocked, 3));
    }
    let begun = evidence.started_by.is_some() || task.status == Some(FileStatus::InProgress);
    if begun || steps.contains(&StepStatus::Completed) {
        return Some((Status::InProgress, 4));
    }
    (!evidence.branches.is_empty()).then_some((Status::InProgress, 5))
}

/// The states of a task's steps: commits complete what the file leaves open.
pub(super) fn steps(task: &Task, evidence: &TaskEvidence) -> Vec<StepStatus> {
    let completed = |at: usize| evidence.steps.iter().any(|(step, _)| *step == at);
    let state = |(at, stated): (usize, Option<StepStatus>)| match stated {
        Some(StepStatus::Completed) => StepStatus::Completed,
        Some(StepStatus::Cancelled) => StepStatus::Cancelled,
        _ if completed(at) => StepStatus::Completed,
        other => other.unwrap_or(StepStatus::Pending),
    };
    task.details.stated_steps().enumerate().map(state).collect()
}
