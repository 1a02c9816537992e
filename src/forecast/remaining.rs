//! From a plan to what is simulated: how large tasks are, what was completed when, and what remains.

use super::simulate::Piece;
use crate::plan::{Blocker, Plan, WorkUnit};
use std::collections::{HashMap, HashSet};

/// How large each task is: by its estimate, as a multiple of the average estimate; one where it has none.
#[derive(Debug, Clone)]
pub struct Sizes {
    /// In what size is measured: by estimates, or by counting tasks where there are none.
    pub unit: WorkUnit,
    /// The average of the middles of all estimates, in minutes; zero where there are none.
    pub average: f64,
    ranges: Vec<(f64, f64)>,
    weeks: Vec<(f64, f64)>,
}

impl Sizes {
    /// The sizes of all tasks of a plan.
    pub fn of(plan: &Plan) -> Self {
        let calendar = plan.snapshot.config.calendar;
        let minutes = |at: usize| {
            let estimate = plan.snapshot.tasks[at].task.estimate?;
            let (min, max) = estimate.minutes(calendar);
            (max > 0).then_some((min as f64, max as f64))
        };
        let all: Vec<Option<(f64, f64)>> = (0..plan.snapshot.tasks.len()).map(minutes).collect();
        let middles: Vec<f64> = all.iter().flatten().map(|(min, max)| f64::midpoint(*min, *max)).collect();
        let average =
            if middles.is_empty() { 0.0 } else { middles.iter().sum::<f64>() / middles.len() as f64 };
        let over = |unit: f64| move |(min, max): (f64, f64)| (min / unit, max / unit);
        let week = (calendar.week as f64).max(1.0);
        Self {
            unit: if middles.is_empty() { WorkUnit::Tasks } else { WorkUnit::Minutes },
            average,
            ranges: all.iter().map(|m| m.map_or((1.0, 1.0), over(average))).collect(),
            weeks: all.iter().map(|m| m.map_or((0.0, 0.0), over(week))).collect(),
        }
    }

    /// What was completed by commits, as committer time in seconds since the epoch and size; oldest first.
    pub fn completions(&self, plan: &Plan) -> Vec<(i64, f64)> {
        let mut completions: Vec<(i64, f64)> = (0..plan.snapshot.tasks.len())
            .filter_map(|at| {
                let (min, max) = self.ranges[at];
                Some((plan.completed_at(at)?, f64::midpoint(min, max)))
            })
            .collect();
        completions.sort_by_key(|(time, _)| *time);
        completions
    }
}

/// What remains, in the order in which it is taken.
#[derive(Debug, Clone, Default)]
pub struct Remaining {
    /// The work.
    pub pieces: Vec<Piece>,
    /// The task of each piece, as a position in the plan.
    pub tasks: Vec<usize>,
    /// Tasks that can never be reached: on a cycle, or behind something that is missing.
    pub unreachable: Vec<usize>,
    /// Tasks that wait for something outside the plan; they are taken last, as if that came in time.
    pub waiting: Vec<usize>,
}

impl Remaining {
    /// What remains of `wanted`, and whatever has to be done before it. Optional tasks only remain if others wait for them.
    pub fn of(plan: &Plan, sizes: &Sizes, wanted: impl Fn(usize) -> bool) -> Self {
        let (sequence, rest) = plan.sequence();
        let needed = needed(
            plan,
            sequence.iter().chain(&rest).copied().filter(|&at| wanted(at) && !plan.entry(at).task.optional),
        );
        let tasks: Vec<usize> = sequence.into_iter().filter(|at| needed.contains(at)).collect();
        let places: HashMap<usize, usize> = tasks.iter().enumerate().map(|(n, at)| (*at, n)).collect();
        let piece = |&at: &usize| Piece {
            size: sizes.ranges[at],
            weeks: sizes.weeks[at],
            after: before(plan, at).filter_map(|other| places.get(&other).copied()).collect(),
        };
        Self {
            pieces: tasks.iter().map(piece).collect(),
            waiting: tasks.iter().copied().filter(|&at| plan.states[at].row == Some(3)).collect(),
            unreachable: rest.into_iter().filter(|at| needed.contains(at)).collect(),
            tasks,
        }
    }
}

/// The open tasks that a task waits for directly.
fn before(plan: &Plan, at: usize) -> impl Iterator<Item = usize> + '_ {
    plan.graph.prerequisites(at).into_iter().filter_map(|blocker| match blocker {
        Blocker::Task(other) if !plan.states[other].status.is_settled() => Some(other),
        _ => None,
    })
}

/// Some tasks and all open ones that they wait for.
fn needed(plan: &Plan, wanted: impl Iterator<Item = usize>) -> HashSet<usize> {
    let mut needed: HashSet<usize> = HashSet::new();
    let mut open: Vec<usize> = wanted.collect();
    while let Some(at) = open.pop() {
        if needed.insert(at) {
            open.extend(before(plan, at));
        }
    }
    needed
}
