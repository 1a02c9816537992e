//! Progress: counts of tasks, steps and estimated minutes.

use super::whole::Plan;
use crate::model::{Minutes, Status, StepStatus};
use serde::{Deserialize, Serialize};

/// What a set of tasks adds up to. Cancelled and optional tasks are counted apart and are no part of any total.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct Totals {
    /// Tasks.
    pub tasks: TaskCount,
    /// Steps of those tasks, cancelled ones left out.
    pub steps: StepCount,
    /// Estimated work.
    pub minutes: WorkCount,
}

/// Tasks by status.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct TaskCount {
    /// Neither cancelled nor optional.
    pub total: usize,
    /// Open, not begun, nothing in the way; the same tasks as `ready`.
    pub pending: usize,
    /// Pending with every dependency settled.
    pub ready: usize,
    /// Begun.
    pub in_progress: usize,
    /// Waiting.
    pub blocked: usize,
    /// Done.
    pub completed: usize,
    /// Not to be done; outside the total.
    pub cancelled: usize,
    /// Optional ones, whatever their status; outside the total.
    pub optional: usize,
    /// History is too shallow to tell.
    pub unknown: usize,
    /// Not settled although their date has passed.
    pub overdue: usize,
}

/// Steps.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct StepCount {
    /// Done.
    pub completed: usize,
    /// All but cancelled ones.
    pub total: usize,
}

/// Estimated minutes.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct WorkCount {
    /// The lower bounds of completed tasks.
    pub completed: Minutes,
    /// The lower bounds of all tasks.
    pub total_min: Minutes,
    /// The upper bounds of all tasks.
    pub total_max: Minutes,
}

impl Totals {
    /// Adds up the tasks at these positions.
    pub fn of(plan: &Plan, tasks: impl IntoIterator<Item = usize>) -> Self {
        let mut totals = Self::default();
        for at in tasks {
            totals.add(plan, at);
        }
        totals
    }

    fn add(&mut self, plan: &Plan, at: usize) {
        let (task, state) = (&plan.snapshot.tasks[at].task, &plan.states[at]);
        if task.optional {
            self.tasks.optional += 1;
            return;
        }
        let count = match state.status {
            Status::Cancelled => {
                self.tasks.cancelled += 1;
                return;
            }
            Status::Pending => &mut self.tasks.pending,
            Status::InProgress => &mut self.tasks.in_progress,
            Status::Blocked => &mut self.tasks.blocked,
            Status::Completed => &mut self.tasks.completed,
            Status::Unknown => &mut self.tasks.unknown,
        };
        *count += 1;
        self.tasks.total += 1;
        self.tasks.ready += usize::from(state.is_ready());
        self.tasks.overdue += usize::from(plan.is_overdue(at));
        let steps = state.steps.iter().filter(|s| **s != StepStatus::Cancelled);
        self.steps.total += steps.clone().count();
        self.steps.completed += steps.filter(|s| **s == StepStatus::Completed).count();
        if let Some(estimate) = task.estimate {
            let (min, max) = estimate.minutes(plan.snapshot.config.calendar);
            self.minutes.total_min += min;
            self.minutes.total_max += max;
            if state.status == Status::Completed {
                self.minutes.completed += min;
            }
        }
    }
}
