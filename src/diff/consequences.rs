//! What follows from the difference of two plans: for status, order, amount of work and dates.

use super::plan::PlanDiff;
use crate::model::{Minutes, Status, TaskId};
use crate::plan::{CriticalPath, Deadline, Plan, Risk};
use jiff::civil::Date;
use std::collections::{BTreeMap, BTreeSet, HashSet};

/// A value before and after.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Change<T> {
    /// In the earlier version.
    pub before: T,
    /// In the later version.
    pub after: T,
}

/// What follows from the difference of two plans. Positions are those in the later one, unless it says otherwise.
#[derive(Debug)]
pub struct Consequences {
    /// Tasks of both versions whose derived status differs.
    pub status: Vec<StatusChange>,
    /// Tasks that are ready now and were not, those that are new included.
    pub ready_gained: Vec<ReadyChange>,
    /// Tasks that were ready, and wait for something now.
    pub ready_lost: Vec<ReadyChange>,
    /// Rounds of tasks that wait for each other, and did not before: each waits for the next, the last for the first.
    pub cycles_added: Vec<Vec<TaskId>>,
    /// The longest chains of remaining work, each with positions in its own version.
    pub critical_path: Change<CriticalPath>,
    /// Open tasks that are neither optional nor archived, and their estimates.
    pub remaining: Change<Work>,
    /// Milestones whose open tasks are others, or other work.
    pub milestones: Vec<MilestoneShift>,
    /// Dates that cannot be kept now, and could before, or by more than before.
    pub dates_at_risk: Vec<Risk>,
}

/// A task whose derived status differs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct StatusChange {
    /// Its position.
    pub task: usize,
    /// Its status.
    pub status: Change<Status>,
}

/// A task that becomes or ceases to be ready.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReadyChange {
    /// Its position.
    pub task: usize,
    /// For what it waits, or waited before: ids, and names of what is missing.
    pub because: Vec<String>,
}

/// An amount of work.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Work {
    /// How many tasks.
    pub tasks: usize,
    /// How many of them have no estimate.
    pub unestimated: usize,
    /// The lower bounds of the others.
    pub min: Minutes,
    /// The upper bounds.
    pub max: Minutes,
}

/// A milestone whose open work differs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MilestoneShift {
    /// Its name.
    pub name: String,
    /// Its open tasks.
    pub remaining: Change<Work>,
    /// Tasks that belong to it now and did not before.
    pub gained: Vec<TaskId>,
    /// Tasks that belonged to it and do not now, or are gone.
    pub lost: Vec<TaskId>,
}

impl Consequences {
    /// What follows from `diff`, the difference of the two plans' snapshots. Dates are judged where `today` is given.
    pub fn of(before: &Plan, after: &Plan, diff: &PlanDiff, today: Option<Date>) -> Self {
        let current = |plan: &Plan| -> Vec<usize> { plan.current().collect() };
        Self {
            status: status_changes(before, after, diff),
            ready_gained: ready_gained(before, after, diff),
            ready_lost: ready_lost(before, after, diff),
            cycles_added: cycles_added(before, after),
            critical_path: Change { before: before.critical_path(), after: after.critical_path() },
            remaining: Change {
                before: Work::remaining(before, &current(before)),
                after: Work::remaining(after, &current(after)),
            },
            milestones: milestones(before, after),
            dates_at_risk: today.map_or_else(Vec::new, |today| dates_at_risk(before, after, today)),
        }
    }
}

impl Work {
    /// What is open of some tasks, optional ones left out.
    pub fn remaining(plan: &Plan, tasks: &[usize]) -> Self {
        let mut work = Self::default();
        for &at in tasks {
            let task = &plan.entry(at).task;
            if plan.states[at].status.is_settled() || task.optional {
                continue;
            }
            work.tasks += 1;
            match task.estimate {
                None => work.unestimated += 1,
                Some(estimate) => {
                    let (min, max) = estimate.minutes(plan.snapshot.config.calendar);
                    work.min += min;
                    work.max += max;
                }
            }
        }
        work
    }
}

fn status_changes(before: &Plan, after: &Plan, diff: &PlanDiff) -> Vec<StatusChange> {
    let change = |&(old, new): &(usize, usize)| {
        let status = Change { before: before.states[old].status, after: after.states[new].status };
        (status.before != status.after).then_some(StatusChange { task: new, status })
    };
    diff.pairs.iter().filter_map(change).collect()
}

fn blockers(plan: &Plan, at: usize) -> Vec<String> {
    plan.blocked_by(at).iter().map(|blocker| blocker.label(&plan.snapshot)).collect()
}

fn ready_gained(before: &Plan, after: &Plan, diff: &PlanDiff) -> Vec<ReadyChange> {
    let is_ready = |new: usize| after.states[new].is_ready() && !after.entry(new).archived;
    let freed = |&(old, new): &(usize, usize)| {
        let gained = is_ready(new) && !before.states[old].is_ready();
        gained.then(|| ReadyChange { task: new, because: blockers(before, old) })
    };
    let mut gained: Vec<ReadyChange> = diff.pairs.iter().filter_map(freed).collect();
    let added = diff.added.iter().filter(|&&new| is_ready(new));
    gained.extend(added.map(|&task| ReadyChange { task, because: Vec::new() }));
    gained.sort_by_key(|change| change.task);
    gained
}

fn ready_lost(before: &Plan, after: &Plan, diff: &PlanDiff) -> Vec<ReadyChange> {
    let held = |&(old, new): &(usize, usize)| {
        let lost = before.states[old].is_ready() && after.states[new].status == Status::Blocked;
        lost.then(|| ReadyChange { task: new, because: blockers(after, new) })
    };
    diff.pairs.iter().filter_map(held).collect()
}

fn cycles_added(before: &Plan, after: &Plan) -> Vec<Vec<TaskId>> {
    let ids = |plan: &Plan| -> Vec<Vec<TaskId>> {
        let id = |&at: &usize| plan.entry(at).id.clone();
        plan.graph.cycles().iter().map(|round| round.iter().map(id).collect()).collect()
    };
    let members = |round: &Vec<TaskId>| -> BTreeSet<TaskId> { round.iter().cloned().collect() };
    let known: HashSet<BTreeSet<TaskId>> = ids(before).iter().map(members).collect();
    ids(after).into_iter().filter(|round| !known.contains(&members(round))).collect()
}

/// The positions of the tasks of each milestone, archived ones left out.
fn members(plan: &Plan) -> BTreeMap<&str, Vec<usize>> {
    let mut members: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
    for milestone in &plan.snapshot.milestones {
        members.insert(&milestone.name, Vec::new());
    }
    for (at, names) in plan.current_milestones() {
        for name in names {
            members.entry(name).or_default().push(at);
        }
    }
    members
}

fn milestones(before: &Plan, after: &Plan) -> Vec<MilestoneShift> {
    let (old, new) = (members(before), members(after));
    let ids = |plan: &Plan, tasks: &[usize]| -> BTreeSet<TaskId> {
        tasks.iter().map(|&at| plan.entry(at).id.clone()).collect()
    };
    let names: BTreeSet<&str> = old.keys().chain(new.keys()).copied().collect();
    let shift = |name: &str| {
        let (old, new) =
            (old.get(name).map_or(&[][..], Vec::as_slice), new.get(name).map_or(&[][..], Vec::as_slice));
        let remaining = Change { before: Work::remaining(before, old), after: Work::remaining(after, new) };
        let (was, is) = (ids(before, old), ids(after, new));
        let gained: Vec<TaskId> = is.difference(&was).cloned().collect();
        let lost: Vec<TaskId> = was.difference(&is).cloned().collect();
        let differs = remaining.before != remaining.after || !gained.is_empty() || !lost.is_empty();
        differs.then(|| MilestoneShift { name: name.to_owned(), remaining, gained, lost })
    };
    names.into_iter().filter_map(shift).collect()
}

fn dates_at_risk(before: &Plan, after: &Plan, today: Date) -> Vec<Risk> {
    let name = |plan: &Plan, deadline: &Deadline| match deadline {
        Deadline::Task(at) => format!("task {}", plan.entry(*at).id.key()),
        Deadline::Group(name) => format!("group {name}"),
        Deadline::Milestone(name) => format!("milestone {name}"),
    };
    let known: BTreeMap<String, Minutes> = before
        .dates_at_risk(today)
        .iter()
        .map(|risk| (name(before, &risk.deadline), risk.needs.saturating_sub(risk.has)))
        .collect();
    let worse = |risk: &Risk| {
        known
            .get(&name(after, &risk.deadline))
            .is_none_or(|lacked| risk.needs.saturating_sub(risk.has) > *lacked)
    };
    after.dates_at_risk(today).into_iter().filter(worse).collect()
}
