//! From a plan to what is simulated: how large tasks are, what was completed when, and what remains.

use super::simulate::Piece;
use crate::plan::{Blocker, Plan, WorkUnit};
use std::collections::HashMap;
use std::collections::hash_map::Entry;

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

/// All that remains of a plan, from which parts are asked for.
#[derive(Debug)]
pub struct Backlog<'a> {
    plan: &'a Plan,
    sizes: &'a Sizes,
    /// What remains in the order in which it is taken, and behind it what can never be reached.
    order: Vec<usize>,
    /// How much of it can be reached.
    reachable: usize,
    /// For each task its place in that order.
    places: Vec<Option<usize>>,
}

impl<'a> Backlog<'a> {
    /// What remains of a plan.
    pub fn of(plan: &'a Plan, sizes: &'a Sizes) -> Self {
        let (mut order, rest) = plan.sequence();
        let reachable = order.len();
        order.extend(rest);
        let mut places = vec![None; plan.snapshot.tasks.len()];
        order.iter().enumerate().for_each(|(place, &at)| places[at] = Some(place));
        Self { plan, sizes, order, reachable, places }
    }

    /// What remains of the whole plan.
    pub fn whole(&self) -> Remaining {
        self.remaining(&self.order)
    }

    /// What remains of some tasks, and whatever has to be done before it. Optional tasks only remain if others wait for
    /// them.
    pub fn remaining(&self, wanted: &[usize]) -> Remaining {
        let is_meant = |&at: &usize| self.places[at].is_some() && !self.plan.entry(at).task.optional;
        let mut needed = needed(self.plan, wanted.iter().copied().filter(is_meant));
        let mut places: Vec<usize> = needed.keys().filter_map(|&at| self.places[at]).collect();
        places.sort_unstable();
        let (reachable, unreachable) = places.split_at(places.partition_point(|&at| at < self.reachable));
        let tasks = |places: &[usize]| places.iter().map(|&place| self.order[place]).collect::<Vec<usize>>();
        let place = |other: usize| reachable.binary_search(&self.places[other]?).ok();
        let mut piece = |&at: &usize| Piece {
            size: self.sizes.ranges[at],
            weeks: self.sizes.weeks[at],
            after: needed.remove(&at).into_iter().flatten().filter_map(place).collect(),
        };
        let (tasks, unreachable) = (tasks(reachable), tasks(unreachable));
        Remaining {
            pieces: tasks.iter().map(&mut piece).collect(),
            waiting: tasks.iter().copied().filter(|&at| self.plan.states[at].row == Some(3)).collect(),
            unreachable,
            tasks,
        }
    }
}

/// Some tasks and all open ones that they wait for; for each those that it waits for directly.
fn needed(plan: &Plan, wanted: impl Iterator<Item = usize>) -> HashMap<usize, Vec<usize>> {
    let mut needed: HashMap<usize, Vec<usize>> = HashMap::new();
    let mut open: Vec<usize> = wanted.collect();
    while let Some(at) = open.pop() {
        if let Entry::Vacant(entry) = needed.entry(at) {
            open.extend(entry.insert(before(plan, at).collect()).iter());
        }
    }
    needed
}

/// The open tasks that a task waits for directly.
fn before(plan: &Plan, at: usize) -> impl Iterator<Item = usize> + '_ {
    plan.graph.prerequisites(at).into_iter().filter_map(|blocker| match blocker {
        Blocker::Task(other) if !plan.states[other].status.is_settled() => Some(other),
        _ => None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::plan::Inputs;

    #[test]
    fn what_remains_of_some_tasks_is_what_they_wait_for() {
        let files = [
            ("1", "title = \"One\"\n"),
            ("2", "title = \"Two\"\ndepends = [\"1\", \"6\"]\n"),
            ("3", "title = \"Three\"\ndepends = [\"2\", \"1\"]\n"),
            ("4", "title = \"Four\"\noptional = true\n"),
            ("5", "title = \"Five\"\ndepends = [\"none\", \"4\"]\n"),
            ("6", "title = \"Six\"\nstatus = \"completed\"\n"),
            ("7", "title = \"Seven\"\nstatus = \"blocked\"\nreason = \"r\"\n"),
        ];
        let plan = Plan::derive(Inputs::sample(&files));
        let sizes = Sizes::of(&plan);
        let backlog = Backlog::of(&plan, &sizes);
        let told = |remaining: Remaining| {
            let ids =
                |of: &[usize]| of.iter().map(|&at| plan.entry(at).id.as_str()).collect::<Vec<_>>().join(" ");
            let after: Vec<&[usize]> = remaining.pieces.iter().map(|piece| &piece.after[..]).collect();
            let (tasks, unreachable) = (ids(&remaining.tasks), ids(&remaining.unreachable));
            format!("{tasks} | {after:?} | {unreachable} | {}", ids(&remaining.waiting))
        };
        let of = |ids: &[&str]| {
            let at: Vec<usize> = ids.iter().map(|id| plan.position(&id.parse().unwrap()).unwrap()).collect();
            told(backlog.remaining(&at))
        };
        assert_eq!(told(backlog.whole()), "1 2 4 3 7 | [[], [0], [], [0, 1], []] | 5 | 7");
        assert_eq!(of(&["3", "6"]), "1 2 3 | [[], [0], [0, 1]] |  | ");
        assert_eq!(of(&["4"]), " | [] |  | ", "optional");
        assert_eq!(of(&["5"]), "4 | [[]] | 5 | ");
        assert_eq!(of(&["7", "1"]), "1 7 | [[], []] |  | 7");
    }
}
