//! What several events on one task come to.

use super::item::{Ignored, Item};
use crate::git::{History, Pos};
use crate::message::Effect;
use std::cmp::Reverse;

/// The net effect of the evidence on one task; positions are those of the items given.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Outcome {
    pub completed_by: Option<usize>,
    pub reopened_by: Option<usize>,
    pub started_by: Option<usize>,
    /// Step and item.
    pub steps: Vec<(usize, usize)>,
    /// Items that another item answers.
    pub answered: Vec<(usize, Ignored)>,
}

/// Weighs the items that count, ancestors first and in reading order within a commit.
///
/// Of completions and reopenings those decide that no other descends from; among them the latest committer time, then
/// the object id. A start never undoes a completion; a reopening ends earlier starts, but no steps.
pub fn judge(history: &History, items: &[Item]) -> Outcome {
    let mut outcome = Outcome::default();
    let events = last_of_each_commit(items, &mut outcome);
    let winner = decide(history, items, &events);
    let reopenings: Vec<usize> =
        events.iter().copied().filter(|&i| items[i].effect == Effect::Reopens).collect();
    match winner {
        Some(at) if items[at].effect == Effect::Completes => {
            outcome.completed_by = Some(at);
            let answer = Ignored::CompletedBy(items[at].commit);
            outcome.answered.extend(reopenings.iter().map(|&i| (i, answer.clone())));
        }
        winner => outcome.reopened_by = winner,
    }
    let counting = || items.iter().enumerate().filter(|(_, item)| item.ignored.is_none());
    for (at, item) in counting() {
        let ended = reopenings.iter().find(|&&r| ends(history, items, at, r));
        match item.effect {
            Effect::Completes if outcome.completed_by != Some(at) => {
                if let Some(&r) = ended {
                    outcome.answered.push((at, Ignored::ReopenedBy(items[r].commit)));
                }
            }
            Effect::Starts => match ended {
                Some(&r) => outcome.answered.push((at, Ignored::ReopenedBy(items[r].commit))),
                None => outcome.started_by = Some(newer(history, items, outcome.started_by, at)),
            },
            Effect::CompletesSteps => {
                outcome.steps.extend(item.steps().iter().map(|&step| (step, at)));
                if ended.is_none() {
                    outcome.started_by = Some(newer(history, items, outcome.started_by, at));
                }
            }
            Effect::Completes | Effect::Links | Effect::Reopens => {}
        }
    }
    outcome.steps.sort_unstable();
    outcome.steps.dedup_by_key(|(step, _)| *step);
    outcome
}

/// Completions and reopenings that count; within a commit the later in reading order.
fn last_of_each_commit(items: &[Item], outcome: &mut Outcome) -> Vec<usize> {
    let is_event =
        |item: &Item| item.ignored.is_none() && matches!(item.effect, Effect::Completes | Effect::Reopens);
    let mut events: Vec<usize> = Vec::new();
    for (at, _) in items.iter().enumerate().filter(|(_, item)| is_event(item)) {
        if let Some(last) = events.last_mut()
            && items[*last].commit == items[at].commit
        {
            if items[*last].effect != items[at].effect {
                outcome.answered.push((*last, Ignored::LaterInCommit));
            }
            *last = at;
        } else {
            events.push(at);
        }
    }
    events
}

/// The event that decides.
fn decide(history: &History, items: &[Item], events: &[usize]) -> Option<usize> {
    let commit = |place: usize| items[events[place]].commit;
    let mut latest_first: Vec<usize> = (0..events.len()).collect();
    latest_first.sort_by_cached_key(|&place| Reverse(recency(history, commit(place))));
    // Descendants come behind: mostly the latest is the last, and nothing has to be asked.
    let is_superseded = |place: usize| {
        (place + 1..events.len()).rev().any(|newer| history.is_ancestor(commit(place), commit(newer)))
    };
    latest_first.into_iter().find(|&place| !is_superseded(place)).map(|place| events[place])
}

/// Whether the reopening ends what the item began or completed.
fn ends(history: &History, items: &[Item], at: usize, reopening: usize) -> bool {
    let (item, by) = (items[at].commit, items[reopening].commit);
    if item == by {
        at < reopening
    } else if item < by && history.is_ancestor(item, by) {
        true
    } else {
        !history.is_ancestor(by, item) && recency(history, item) < recency(history, by)
    }
}

fn newer(history: &History, items: &[Item], known: Option<usize>, at: usize) -> usize {
    let known = known.filter(|&k| recency(history, items[k].commit) > recency(history, items[at].commit));
    known.unwrap_or(at)
}

fn recency(history: &History, pos: Pos) -> (i64, crate::git::Oid) {
    (history.time(pos), history.oid(pos))
}
