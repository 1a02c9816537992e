//! Work in flight: what topic branches and claims say of tasks that are settled nowhere yet.

use super::derive::{Hold, Topic};
use super::item::{BranchWork, Item, TaskEvidence};
use super::outcome::judge;
use super::sweep::{Sweep, judged};
use super::undo::Undone;
use crate::git::{History, Pos, PosSet, Undoes};
use crate::message::Effect;
use crate::model::TaskId;
use crate::snapshot::Snapshot;
use std::collections::BTreeMap;

/// Notes the tasks that a topic branch starts or completes with commits that have landed nowhere.
pub(super) fn on_topic(
    history: &History,
    sweep: &mut Sweep<'_>,
    topic: &Topic,
    landed: &PosSet,
    tasks: &mut [TaskEvidence],
) {
    let ahead = history.beyond(topic.head, landed);
    if ahead.is_empty() {
        return;
    }
    let undone = Undone::find(history, ahead.iter().copied());
    let mut found: Vec<(usize, Item)> = Vec::new();
    for pos in &ahead {
        let own = sweep.namings_by(*pos).into_iter();
        found.extend(own.map(|naming| (naming.task, judged(naming.item.clone(), &undone))));
    }
    found.extend(restored(history, sweep, topic.head, &ahead, landed));
    found.sort_by_key(|(_, item)| item.commit);
    let mut work: BTreeMap<usize, Vec<Item>> = BTreeMap::new();
    for (task, item) in found {
        if counts(history, &item, &tasks[task]) {
            work.entry(task).or_default().push(item);
        }
    }
    for (task, items) in work {
        let outcome = judge(history, &items);
        let Some(newest) = outcome.completed_by.or(outcome.started_by) else { continue };
        let is_work = |item: &&Item| !matches!(item.effect, Effect::Links | Effect::Reopens);
        let first = items.iter().find(is_work).map_or(items[newest].commit, |item| item.commit);
        add(history, topic, &items[newest], first, &mut tasks[task].branches);
    }
}

/// What has landed and was taken back there, and counts again on the branch: as the work of the commit that restores it.
fn restored(
    history: &History,
    sweep: &mut Sweep<'_>,
    head: Pos,
    ahead: &[Pos],
    landed: &PosSet,
) -> Vec<(usize, Item)> {
    let is_landed_revert = |(_, what): (u32, Undoes)| match what {
        Undoes::Commit(target) => landed.contains(target) && history.undoings(target).next().is_some(),
        Undoes::Part(_) => false,
    };
    let may_restore = |pos: &Pos| history.undoings(*pos).any(is_landed_revert);
    if !ahead.iter().any(may_restore) {
        return Vec::new();
    }
    let reach = history.reachable(&[head]);
    let reverts: Vec<Pos> = history.reverts().filter(|pos| reach.contains(*pos)).collect();
    let here = Undone::find(history, reverts.iter().copied());
    let there = Undone::find(history, reverts.into_iter().filter(|pos| landed.contains(*pos)));
    let mut commits = there.differences(&here);
    commits.sort_unstable();
    commits.dedup();
    let mut found = Vec::new();
    for commit in commits.into_iter().filter(|commit| landed.contains(*commit)) {
        for naming in sweep.namings_by(commit) {
            let Item { part, .. } = naming.item;
            if here.by(commit, part).is_none()
                && let Some(revert) = there.by(commit, part)
            {
                let by = restoring(&here, &there, revert, landed);
                found.push((naming.task, Item { commit: by, ..naming.item.clone() }));
            }
        }
    }
    found
}

/// The commit on the branch that undoes a revert which has landed, be it by way of reverts that have landed as well.
fn restoring(here: &Undone, there: &Undone, revert: Pos, landed: &PosSet) -> Pos {
    let mut at = revert;
    // Whoever undoes a commit descends from it, so this comes to an end.
    while landed.contains(at)
        && let Some(by) = here.of(at).or_else(|| there.of(at))
    {
        at = by;
    }
    at
}

fn counts(history: &History, item: &Item, task: &TaskEvidence) -> bool {
    let time = history.time(item.commit);
    item.ignored.is_none() && !reopened_since(history, task, time) && !landed_since(history, task, time)
}

/// A remote branch and its local twin are one: whichever is ahead says what is done there.
fn add(history: &History, topic: &Topic, newest: &Item, first: Pos, branches: &mut Vec<BranchWork>) {
    let Some((record, begun)) = history.record(newest.commit).zip(history.record(first)) else { return };
    let work = BranchWork {
        name: topic.name.clone(),
        effect: newest.effect,
        commit: Some(newest.commit),
        author: record.author.clone(),
        since: begun.author_time,
        worktree: None,
    };
    let twin = topic.twin.as_ref().and_then(|twin| branches.iter_mut().find(|known| known.name == *twin));
    match twin {
        Some(known) => {
            let is_ahead = known.commit.is_none_or(|local| history.is_ancestor(local, newest.commit));
            if is_ahead {
                *known = BranchWork { name: known.name.clone(), since: known.since.min(work.since), ..work };
            }
        }
        None => branches.push(work),
    }
}

/// Notes who says to work on tasks, unless that has come to an end since.
pub(super) fn claimed(snapshot: &Snapshot, history: &History, holds: &[Hold], tasks: &mut [TaskEvidence]) {
    let renumbered = if holds.is_empty() { Vec::new() } else { renumbered(snapshot) };
    for hold in holds {
        let Some(at) = meant(snapshot, &renumbered, &hold.task, &hold.title) else { continue };
        let reopened = snapshot.tasks[at].task.reopened;
        let ended = reopened.is_some_and(|reopened| hold.since < reopened.as_second())
            || reopened_since(history, &tasks[at], hold.since)
            || landed_since(history, &tasks[at], hold.since);
        if !ended {
            tasks[at].branches.push(BranchWork {
                name: hold.name.clone(),
                effect: Effect::Starts,
                commit: None,
                author: hold.by.clone(),
                since: hold.since,
                worktree: hold.worktree.clone(),
            });
        }
    }
}

/// The task that a claim of `id` is of, as a position in the plan: the one that has the id, else one that had it. Where
/// two branches gave the id to two tasks and one was renumbered, the title it was claimed by decides.
pub fn claimed_task(snapshot: &Snapshot, id: &TaskId, title: &str) -> Option<usize> {
    meant(snapshot, &renumbered(snapshot), id, title)
}

fn renumbered(snapshot: &Snapshot) -> Vec<usize> {
    (0..snapshot.tasks.len()).filter(|&at| !snapshot.tasks[at].task.aka.is_empty()).collect()
}

fn meant(snapshot: &Snapshot, renumbered: &[usize], id: &TaskId, title: &str) -> Option<usize> {
    let has = snapshot.all_of(id);
    let had = || renumbered.iter().copied().filter(|&at| snapshot.tasks[at].task.aka.contains(id));
    let is_titled =
        |at: &usize| snapshot.tasks[*at].task.title.split_whitespace().eq(title.split_whitespace());
    let titled = has.iter().copied().find(is_titled).or_else(|| had().find(is_titled));
    titled.or(has.first().copied()).or_else(|| had().next())
}

/// Whether a reopening at the tip is newer than that, by committer time.
fn reopened_since(history: &History, task: &TaskEvidence, time: i64) -> bool {
    let mut reopenings = task.items.iter().filter(|i| i.effect == Effect::Reopens && i.ignored.is_none());
    reopenings.any(|i| history.time(i.commit) > time)
}

/// Whether the tip or a trunk has the task completed by a commit that is not older: what was squashed, rebased or picked
/// there has landed although its own commits never will.
fn landed_since(history: &History, task: &TaskEvidence, time: i64) -> bool {
    let here = task.completed_by.map(|by| task.items[by].commit);
    let mut commits = task.on_trunks.iter().map(|trunk| trunk.commit).chain(here);
    commits.any(|commit| history.time(commit) >= time)
}
