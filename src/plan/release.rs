//! What lies between two commits, as tasks: completed at one and not at the other.

use super::whole::Plan;
use crate::evidence::{Ignored, Item, Sweep, TaskEvidence};
use crate::git::{Pos, PosSet};
use crate::message::Effect;
use crate::model::{FileStatus, Status, TaskId};
use std::collections::{HashMap, HashSet};

/// The older end of a range.
pub struct Start {
    /// Its place in history; `None` where it lies beyond the adoption boundary, so that nothing counts there.
    pub head: Option<Pos>,
    /// The tasks that files of the plan there settle.
    pub settled: HashMap<TaskId, FileStatus>,
    /// The tasks whose files have been reopened since, so that evidence counts there which does not any more.
    pub reopened: HashSet<usize>,
}

/// What became of tasks between two ends, by what is reachable from each: never by a cut through a list of commits.
/// Positions are those of the plan's tasks, in its order.
#[derive(Debug, Default)]
pub struct Release {
    /// Completed at the newer end and not at the older one.
    pub completed: Vec<usize>,
    /// Completed at both, with work between them.
    pub continued: Vec<usize>,
    /// Completed at the older end, and taken back at the newer one.
    pub reverted: Vec<Reverted>,
    /// Completed at the older end by a commit that the newer one does not reach.
    pub left_behind: Vec<LeftBehind>,
    /// Begun and not completed at the newer end.
    pub in_progress: Vec<usize>,
    within: Option<Within>,
}

/// The commits between two ends.
#[derive(Debug)]
struct Within {
    new: PosSet,
    old: PosSet,
}

/// That a task is completed at the older end.
#[derive(Debug, Clone, Copy)]
struct Completion {
    /// The commit that completes it; `None` where the plan's files alone do.
    commit: Option<Pos>,
}

/// A task that was completed at the older end and is not any more.
#[derive(Debug, Clone, Copy)]
pub struct Reverted {
    /// The task.
    pub task: usize,
    /// The commit that took it back; `None` where the plan's files did.
    pub by: Option<Pos>,
    /// The commit that had completed it.
    pub what: Option<Pos>,
}

/// A task that the older end has completed and the newer one lacks.
#[derive(Debug, Clone, Copy)]
pub struct LeftBehind {
    /// The task.
    pub task: usize,
    /// The commit that completes it there; `None` where the plan's files do.
    pub commit: Option<Pos>,
}

impl Release {
    /// What lies between `start` and the plan's tip; without a start all that the tip reaches.
    pub fn of(plan: &Plan, start: Option<&Start>) -> Self {
        let history = &plan.history;
        let head = start.and_then(|start| start.head);
        let tips = |tip: Option<Pos>| tip.into_iter().collect::<Vec<_>>();
        let within =
            Within { new: history.reachable(&tips(plan.viewpoint.tip)), old: history.reachable(&tips(head)) };
        let mut release = Self { within: Some(within), ..Self::default() };
        let sweep = start.map(|start| Sweep::of(&plan.snapshot, history, start.head));
        for at in 0..plan.snapshot.tasks.len() {
            let before = match (&start, &sweep) {
                (Some(start), Some(sweep)) => completed_at(plan, start, sweep.task(at), at),
                _ => None,
            };
            release.sort_in(plan, at, before);
        }
        release
    }

    /// Whether a commit is reachable from the newer end and not from the older one.
    pub fn contains(&self, commit: Pos) -> bool {
        self.within.as_ref().is_some_and(|within| within.new.contains(commit) && !within.old.contains(commit))
    }

    /// Whether a commit is reachable from the newer end.
    pub fn reaches(&self, commit: Pos) -> bool {
        self.within.as_ref().is_some_and(|within| within.new.contains(commit))
    }

    /// The work on a task between the two ends: references that count, ancestors first, each commit once for each effect.
    pub fn work<'p>(&self, plan: &'p Plan, at: usize) -> Vec<&'p Item> {
        let evidence = &plan.evidence.tasks[at];
        let completing = evidence.completed_by.filter(|_| plan.states[at].status == Status::Completed);
        let mut found: Vec<&Item> = Vec::new();
        for (n, item) in evidence.items.iter().enumerate() {
            // What completes it is told even if it is older: a revert of it may have been reverted between the ends.
            let is_of_range = self.contains(item.commit) || completing == Some(n);
            let is_told =
                found.iter().any(|other| other.commit == item.commit && other.effect == item.effect);
            if item.ignored.is_none() && is_work(item.effect) && is_of_range && !is_told {
                found.push(item);
            }
        }
        found
    }

    fn sort_in(&mut self, plan: &Plan, at: usize, before: Option<Completion>) {
        let status = plan.states[at].status;
        match (before, status) {
            (None, Status::Completed) => self.completed.push(at),
            (Some(_), Status::Completed) => {
                let evidence = &plan.evidence.tasks[at];
                let counts = |item: &Item| item.ignored.is_none() && is_work(item.effect);
                if evidence.items.iter().any(|item| counts(item) && self.contains(item.commit)) {
                    self.continued.push(at);
                }
            }
            (
                Some(Completion { commit }),
                Status::Pending | Status::InProgress | Status::Blocked | Status::Cancelled,
            ) => {
                self.not_any_more(plan, at, commit);
            }
            (_, Status::Unknown) | (None, _) => {}
        }
        if status == Status::InProgress {
            self.in_progress.push(at);
        }
    }

    fn not_any_more(&mut self, plan: &Plan, at: usize, commit: Option<Pos>) {
        let taken_back = plan.evidence.tasks[at].taken_back();
        match (taken_back, commit) {
            (Some((by, what)), _) => {
                self.reverted.push(Reverted { task: at, by: Some(by), what: Some(what) });
            }
            (None, Some(commit)) if !self.reaches(commit) => {
                self.left_behind.push(LeftBehind { task: at, commit: Some(commit) });
            }
            (None, what) => self.reverted.push(Reverted { task: at, by: None, what }),
        }
    }
}

fn is_work(effect: Effect) -> bool {
    matches!(effect, Effect::Completes | Effect::Starts | Effect::CompletesSteps)
}

/// How the task is completed at the older end, if it is.
fn completed_at(plan: &Plan, start: &Start, evidence: &TaskEvidence, at: usize) -> Option<Completion> {
    let entry = plan.entry(at);
    let counted = |item: &&Item| {
        let is_ignored = item.ignored.as_ref().is_some_and(|why| *why != Ignored::BeforeReopened);
        item.effect == Effect::Completes && !is_ignored
    };
    let by = match evidence.completed_by {
        Some(by) => evidence.items.get(by),
        None if start.reopened.contains(&at) => evidence.items.iter().rev().find(counted),
        None => None,
    };
    let by = by.map(|item| item.commit);
    let mut names = std::iter::once(&entry.id).chain(&entry.task.aka);
    match names.find_map(|id| start.settled.get(id)) {
        Some(FileStatus::Cancelled) => None,
        Some(_) => Some(Completion { commit: by }),
        None => by.map(|by| Completion { commit: Some(by) }),
    }
}
