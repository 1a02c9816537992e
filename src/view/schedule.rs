//! When each task that remains can and must begin.

use super::list::Head;
use crate::model::Status;
use crate::plan::{CriticalPath, Plan, WorkUnit};
use schemars::JsonSchema;
use serde::Serialize;
use std::collections::HashSet;

/// The answer of `tasks forecast --schedule`: amounts of work from now on, as if as many people worked as there is work for.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct ScheduleView {
    /// Of what it speaks.
    #[serde(flatten)]
    pub head: Head,
    /// The milestone asked for; null for the whole plan.
    pub milestone: Option<String>,
    /// In what everything is measured: `minutes` of the upper bounds of estimates, or `tasks` where no open task has one.
    pub unit: &'static str,
    /// How long the critical path is.
    pub length: u64,
    /// The ids of the critical path: the longest chain of remaining tasks, each waiting for the one before it.
    pub critical_path: Vec<String>,
    /// How many of those have no estimate of their own, where others have: they count as the median of those.
    pub guessed: usize,
    /// All that remains, in the order in which it can begin; of what begins together, the most pressing first.
    pub tasks: Vec<ScheduledTask>,
    /// Tasks that can never be reached: on a cycle, or behind something that is missing. They are left out.
    pub unreachable: Vec<String>,
}

/// When a task can and must begin and be done, in the unit of the answer, from now.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct ScheduledTask {
    /// Its id.
    pub id: String,
    /// Its title.
    pub title: String,
    /// Its status.
    pub status: Status,
    /// Whether it is on the critical path.
    pub critical: bool,
    /// Whether it has an estimate of its own; without one it counts as the median, or as one task.
    pub estimated: bool,
    /// How much work it is.
    pub work: u64,
    /// When all that it waits for can be done.
    pub earliest_start: u64,
    /// The same with its own work.
    pub earliest_finish: u64,
    /// When it must begin, so that the whole takes no longer than it has to.
    pub latest_start: u64,
    /// When it must be done for that.
    pub latest_finish: u64,
    /// By how much it can slip without making the whole longer.
    pub slack: u64,
}

impl ScheduleView {
    /// The schedule of what a milestone needs, or of all that remains.
    pub fn of(plan: &Plan, milestone: Option<&str>) -> Self {
        let path =
            plan.critical_path_to(|at| milestone.is_none_or(|name| plan.milestones(at).contains(&name)));
        let mut tasks: Vec<usize> = (0..path.spans.len()).filter(|&at| path.spans[at].is_some()).collect();
        tasks.sort_by_cached_key(|&at| {
            (
                path.spans[at].map(|span| (span.earliest_start, span.slack(), span.earliest_finish)),
                plan.standing(at),
            )
        });
        let critical: HashSet<usize> = path.tasks.iter().copied().collect();
        let ids = |tasks: &[usize]| tasks.iter().map(|&at| plan.entry(at).id.to_string()).collect();
        Self {
            head: Head::of(plan),
            milestone: milestone.map(str::to_owned),
            unit: match path.unit {
                WorkUnit::Minutes => "minutes",
                WorkUnit::Tasks => "tasks",
            },
            length: path.length,
            critical_path: ids(&path.tasks),
            guessed: path.guessed,
            tasks: tasks.into_iter().filter_map(|at| ScheduledTask::of(plan, &path, &critical, at)).collect(),
            unreachable: ids(&path.unreachable),
        }
    }
}

impl ScheduledTask {
    fn of(plan: &Plan, path: &CriticalPath, critical: &HashSet<usize>, at: usize) -> Option<Self> {
        let (entry, span) = (plan.entry(at), path.spans[at]?);
        Some(Self {
            id: entry.id.to_string(),
            title: entry.task.title.clone(),
            status: plan.states[at].status,
            critical: critical.contains(&at),
            estimated: entry.task.estimate.is_some(),
            work: span.earliest_finish.saturating_sub(span.earliest_start),
            earliest_start: span.earliest_start,
            earliest_finish: span.earliest_finish,
            latest_start: span.latest_start,
            latest_finish: span.latest_finish,
            slack: span.slack(),
        })
    }
}
