//! What the plan came to at the end of each day or week: the same as the plan's totals at that commit, found by going
//! from one commit to the next.

use super::state::{row_by_itself, steps};
use crate::config::Config;
use crate::evidence::{Mentions, Sweep, TaskEvidence};
use crate::format::path_key;
use crate::git::{History, Oid};
use crate::model::{Minutes, Status, StepStatus, TaskId};
use crate::snapshot::{Snapshot, TaskEntry};
use jiff::civil::{Date, Weekday};
use jiff::{Timestamp, ToSpan, tz::TimeZone};
use std::collections::{BTreeSet, HashMap, HashSet};
use std::sync::Arc;

/// The most periods that are told apart: more come from a clock that was wrong by centuries.
pub const MAX_PERIODS: usize = 100_000;

/// How often to count.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Period {
    /// At the end of each day, UTC.
    Day,
    /// At the end of each Sunday, UTC.
    Week,
}

impl Period {
    /// `day` or `week`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Day => "day",
            Self::Week => "week",
        }
    }
}

/// The plan at the end of a period, as what changed since the one before.
#[derive(Debug)]
pub struct Moment {
    /// The last day of the period.
    pub date: Date,
    /// The newest commit before its end.
    pub commit: Oid,
    /// Task files that are others than before.
    pub changes: Vec<TaskChange>,
    /// What the configuration says there.
    pub config: Config,
}

/// A task file that is another than before.
#[derive(Debug)]
pub struct TaskChange {
    /// Its path.
    pub path: String,
    /// What it says; `None` if it is gone, or cannot be read.
    pub entry: Option<TaskEntry>,
}

/// What the tasks of a plan add up to, archived ones left out. Cancelled and optional tasks are counted apart and are no
/// part of any total.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Tally {
    /// Neither cancelled nor optional.
    pub total: usize,
    /// Neither begun nor completed: pending or blocked.
    pub open: usize,
    /// Begun.
    pub in_progress: usize,
    /// Done.
    pub completed: usize,
    /// Not to be done.
    pub cancelled: usize,
    /// Optional ones, whatever their status.
    pub optional: usize,
    /// History is too shallow to tell.
    pub unknown: usize,
    /// Completed tasks that were put away.
    pub archived: usize,
    /// Steps that are done.
    pub steps_completed: usize,
    /// All steps but cancelled ones.
    pub steps: usize,
    /// The lower bounds of completed tasks.
    pub minutes_completed: Minutes,
    /// The lower bounds of all others.
    pub minutes_left_min: Minutes,
    /// The upper bounds of all others.
    pub minutes_left_max: Minutes,
}

/// The last days of periods with the newest commit before each one's end, the oldest first. `mainline` is a commit and
/// its first parents, the newest first, with committer times; between skewed ones the nearest to the tip wins.
pub fn periods(mainline: &[(Oid, i64)], by: Period) -> Vec<(Date, Oid)> {
    let Some(&(_, newest)) = mainline.first() else { return Vec::new() };
    let mut found = Vec::new();
    let mut day = last_day(date_of(newest), by);
    let mut at = 0;
    while found.len() < MAX_PERIODS {
        let Ok(end) = day.tomorrow().and_then(|next| next.to_zoned(TimeZone::UTC)) else { break };
        let end = end.timestamp().as_second();
        while mainline.get(at).is_some_and(|&(_, time)| time >= end) {
            at += 1;
        }
        let Some(&(commit, _)) = mainline.get(at) else { break };
        found.push((day, commit));
        let back = if by == Period::Day { 1.day() } else { 1.week() };
        let Ok(before) = day.checked_sub(back) else { break };
        day = before;
    }
    found.reverse();
    found
}

fn date_of(seconds: i64) -> Date {
    let time = Timestamp::from_second(seconds);
    time.unwrap_or(if seconds < 0 { Timestamp::MIN } else { Timestamp::MAX }).to_zoned(TimeZone::UTC).date()
}

fn last_day(day: Date, by: Period) -> Date {
    match by {
        Period::Day => day,
        Period::Week => {
            let left = (7 - i64::from(day.weekday().to_monday_one_offset())) % 7;
            let sunday = day.checked_add(left.days()).unwrap_or(day);
            debug_assert!(sunday == day || sunday.weekday() == Weekday::Sunday, "a week ends on a Sunday");
            sunday
        }
    }
}

/// The ids by which a commit can mean more than one task at some of the moments, which follow each other: those that tasks
/// had before they were renumbered, and those that several have at once.
pub fn ambiguous_ids(moments: &[Moment]) -> HashSet<TaskId> {
    let mut ids = HashSet::new();
    let mut by_path: HashMap<&str, &TaskId> = HashMap::new();
    let mut counts: HashMap<&TaskId, usize> = HashMap::new();
    for moment in moments {
        for change in &moment.changes {
            let new = change.entry.as_ref().map(|entry| &entry.id);
            let old = match new {
                Some(id) => by_path.insert(&change.path, id),
                None => by_path.remove(change.path.as_str()),
            };
            if let Some(count) = old.and_then(|id| counts.get_mut(id)) {
                *count -= 1;
            }
            if let Some(id) = new {
                *counts.entry(id).or_default() += 1;
            }
        }
        let entries = moment.changes.iter().filter_map(|change| change.entry.as_ref());
        for entry in entries {
            ids.extend(entry.task.aka.iter().cloned());
            if counts.get(&entry.id).is_some_and(|&count| count > 1) {
                ids.insert(entry.id.clone());
            }
        }
    }
    ids
}

/// A plan that changes from moment to moment. Tasks keep their positions, and gone ones leave theirs empty.
#[derive(Debug, Default)]
pub struct Timeline {
    snapshot: Snapshot,
    by_path: HashMap<String, usize>,
    /// The positions of all tasks that ever had an id, or were known by it before.
    by_id: HashMap<TaskId, BTreeSet<usize>>,
    tallies: Vec<Tally>,
    tally: Tally,
}

impl Timeline {
    /// What the plan comes to at each of the moments, in order. All of them read history by the same rules; `history`
    /// reaches back from the last of them. Where the timeline goes on after another one, the plan is as that left it.
    pub fn go(&mut self, moments: &[Moment], history: &History) -> Vec<Tally> {
        let mentions = Mentions::of(history);
        let mut sweep = Sweep::nowhere(history);
        // Another history, so everything is another.
        let mut touched: HashSet<TaskId> = self.by_id.keys().cloned().collect();
        let mut tallies = Vec::with_capacity(moments.len());
        for moment in moments {
            let is_counted_alike = self.snapshot.config.calendar == moment.config.calendar;
            self.snapshot.config = moment.config.clone();
            for change in &moment.changes {
                self.apply(change, &mut touched);
            }
            for id in &touched {
                self.index(id);
            }
            let mut changed: BTreeSet<usize> = BTreeSet::new();
            for id in mentions.along_with(&touched) {
                changed.extend(self.by_id.get(&id).into_iter().flatten());
            }
            sweep.replan(&mentions, &self.snapshot, &changed);
            if let Some(pos) = history.position(&moment.commit) {
                changed.extend(sweep.move_to(pos));
            }
            if !is_counted_alike {
                changed.extend(0..self.snapshot.tasks.len());
            }
            for task in changed {
                self.count(task, sweep.task(task), history.complete);
            }
            tallies.push(self.tally);
            touched.clear();
        }
        tallies
    }

    fn apply(&mut self, change: &TaskChange, touched: &mut HashSet<TaskId>) {
        let known = self.by_path.get(&change.path).copied();
        if let Some(at) = known {
            let old = &mut self.snapshot.tasks[at];
            touched.insert(old.id.clone());
            if !old.task.aka.is_empty() {
                touched.extend(std::mem::take(&mut Arc::make_mut(&mut old.task).aka));
            }
            old.path.clear();
        }
        let Some(entry) = &change.entry else {
            self.by_path.remove(&change.path);
            return;
        };
        let at = known.unwrap_or(self.snapshot.tasks.len());
        for id in std::iter::once(&entry.id).chain(&entry.task.aka) {
            self.by_id.entry(id.clone()).or_default().insert(at);
            touched.insert(id.clone());
        }
        if known.is_some() {
            self.snapshot.tasks[at] = entry.clone();
        } else {
            self.by_path.insert(entry.path.clone(), at);
            self.snapshot.tasks.push(entry.clone());
            self.tallies.push(Tally::default());
        }
    }

    /// Of several files of one id the first in the order of paths has it.
    fn index(&mut self, id: &TaskId) {
        let tasks = &self.snapshot.tasks;
        let of_id = self.by_id.get(id).into_iter().flatten().copied();
        let living = of_id.filter(|&at| tasks[at].id == *id && !tasks[at].path.is_empty());
        let mut living: Vec<usize> = living.collect();
        living.sort_by_cached_key(|&at| (path_key(&tasks[at].path), &tasks[at].path));
        match living.first() {
            Some(&at) => self.snapshot.index.insert(id.clone(), at),
            None => self.snapshot.index.remove(id),
        };
        if living.len() > 1 {
            self.snapshot.shared.insert(id.clone(), living);
        } else {
            self.snapshot.shared.remove(id);
        }
    }

    fn count(&mut self, task: usize, evidence: &TaskEvidence, complete: bool) {
        let entry = &self.snapshot.tasks[task];
        let tally = if entry.path.is_empty() {
            Tally::default()
        } else {
            tally(entry, evidence, &self.snapshot.config, complete)
        };
        let before = std::mem::replace(&mut self.tallies[task], tally);
        self.tally = self.tally.zip(&before, |all, part| all - part).zip(&tally, |all, part| all + part);
    }
}

/// What one task adds.
fn tally(entry: &TaskEntry, evidence: &TaskEvidence, config: &Config, complete: bool) -> Tally {
    let task = &entry.task;
    let checklist = steps(task, evidence);
    let row = row_by_itself(task, evidence, &checklist);
    let status = row.map(|(status, _)| status).filter(|status| complete || status.is_settled());
    let mut tally = Tally::default();
    if entry.archived {
        tally.archived = usize::from(status == Some(Status::Completed));
        return tally;
    }
    if task.optional {
        tally.optional = 1;
        return tally;
    }
    match status {
        Some(Status::Cancelled) => {
            tally.cancelled = 1;
            return tally;
        }
        Some(Status::Completed) => tally.completed = 1,
        Some(Status::InProgress) => tally.in_progress = 1,
        _ if complete => tally.open = 1,
        _ => tally.unknown = 1,
    }
    tally.total = 1;
    let counted = checklist.iter().filter(|state| **state != StepStatus::Cancelled);
    tally.steps = counted.clone().count();
    tally.steps_completed = counted.filter(|state| **state == StepStatus::Completed).count();
    if let Some(estimate) = task.estimate {
        let (min, max) = estimate.minutes(config.calendar);
        if tally.completed == 1 {
            tally.minutes_completed = min;
        } else {
            (tally.minutes_left_min, tally.minutes_left_max) = (min, max);
        }
    }
    tally
}

impl Tally {
    fn zip(&self, other: &Self, with: impl Fn(u64, u64) -> u64) -> Self {
        let count = |a: usize, b: usize| usize::try_from(with(a as u64, b as u64)).unwrap_or(usize::MAX);
        Self {
            total: count(self.total, other.total),
            open: count(self.open, other.open),
            in_progress: count(self.in_progress, other.in_progress),
            completed: count(self.completed, other.completed),
            cancelled: count(self.cancelled, other.cancelled),
            optional: count(self.optional, other.optional),
            unknown: count(self.unknown, other.unknown),
            archived: count(self.archived, other.archived),
            steps_completed: count(self.steps_completed, other.steps_completed),
            steps: count(self.steps, other.steps),
            minutes_completed: with(self.minutes_completed, other.minutes_completed),
            minutes_left_min: with(self.minutes_left_min, other.minutes_left_min),
            minutes_left_max: with(self.minutes_left_max, other.minutes_left_max),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn oid(n: u8) -> Oid {
        Oid::from_bytes_or_panic(&[n; 20])
    }

    fn seconds(day: &str) -> i64 {
        format!("{day}Z").parse::<Timestamp>().unwrap().as_second()
    }

    #[test]
    fn a_period_has_the_newest_commit_before_its_end() {
        let mainline = [
            (oid(4), seconds("2026-11-20T23:59:59")),
            (oid(3), seconds("2026-11-18T00:00:00")),
            // Its clock was wrong: nearer to the tip is newer.
            (oid(2), seconds("2026-11-19T12:00:00")),
            (oid(1), seconds("2026-11-13T08:00:00")),
        ];
        let told = |by| {
            let found = periods(&mainline, by).into_iter();
            found.map(|(day, commit)| format!("{day} {}", commit.as_bytes()[0])).collect::<Vec<_>>()
        };
        assert_eq!(told(Period::Week), ["2026-11-15 1", "2026-11-22 4"]);
        assert_eq!(
            told(Period::Day),
            [
                "2026-11-13 1",
                "2026-11-14 1",
                "2026-11-15 1",
                "2026-11-16 1",
                "2026-11-17 1",
                "2026-11-18 3",
                "2026-11-19 3",
                "2026-11-20 4"
            ]
        );
        assert!(periods(&[], Period::Day).is_empty());
    }

    #[test]
    fn absurd_clocks_end_somewhere() {
        for time in [i64::MAX, i64::MIN, 0] {
            assert!(periods(&[(oid(1), time)], Period::Week).len() <= 1);
        }
        let apart = [(oid(2), seconds("9000-01-01T00:00:00")), (oid(1), 0)];
        assert_eq!(periods(&apart, Period::Day).len(), MAX_PERIODS);
    }
}
