//! The evidence on every task, as seen from one tip.

use super::claims::{Claim, UnknownWord, resolve};
use super::item::{
    BranchWork, Evidence, Ignored, Item, TaskEvidence, TrunkWork, UnknownReference, reference,
};
use super::outcome::judge;
use super::undo::Undone;
use crate::git::{History, Pos, PosSet};
use crate::message::Effect;
use crate::snapshot::Snapshot;
use std::collections::BTreeMap;

/// From where history is looked at.
#[derive(Debug, Clone, Default)]
pub struct Viewpoint {
    /// The commit whose ancestors count; `None` where there is no commit yet.
    pub tip: Option<Pos>,
    /// Branches where work lands.
    pub trunks: Vec<Trunk>,
    /// All other branches, stale ones left out.
    pub topics: Vec<Topic>,
}

/// A branch where work lands.
#[derive(Debug, Clone)]
pub struct Trunk {
    /// Its name.
    pub name: String,
    /// Its head.
    pub head: Pos,
}

/// A branch where work is in flight.
#[derive(Debug, Clone)]
pub struct Topic {
    /// Its name.
    pub name: String,
    /// Its head.
    pub head: Pos,
}

/// Holds what history says against the plan.
pub fn derive(snapshot: &Snapshot, history: &History, viewpoint: &Viewpoint) -> Evidence {
    let (claims, unknown) = resolve(snapshot, history);
    let tip: Vec<Pos> = viewpoint.tip.into_iter().collect();
    let reach = history.reachable(&tip);
    let text = |u: &UnknownWord| reference(history, u.commit, u.part, u.reference).map(|r| r.text.clone());
    let unknown = unknown.into_iter().filter(|u| reach.contains(u.commit)).map(|u| UnknownReference {
        word: history.word(u.word).to_owned(),
        commit: u.commit,
        effect: u.effect,
        text: text(&u).unwrap_or_default(),
    });
    let mut evidence =
        Evidence { tasks: at_tip(snapshot, history, &claims, &reach), unknown: unknown.collect() };
    for trunk in &viewpoint.trunks {
        if !history.beyond(trunk.head, &reach).is_empty() {
            on_trunk(snapshot, history, &claims, trunk, &mut evidence.tasks);
        }
    }
    let heads: Vec<Pos> = tip.into_iter().chain(viewpoint.trunks.iter().map(|t| t.head)).collect();
    let landed = history.reachable(&heads);
    for topic in &viewpoint.topics {
        on_topic(history, &claims, topic, &landed, &mut evidence.tasks);
    }
    evidence
}

/// The claims on each task whose commit is in `reach`, with what is undone within it.
fn within(
    snapshot: &Snapshot,
    history: &History,
    claims: &[Claim],
    reach: &PosSet,
) -> Vec<(usize, Vec<Item>)> {
    let undone = Undone::find(history, history.places().filter(|pos| reach.contains(*pos)));
    let mut items: Vec<Vec<Item>> = snapshot.tasks.iter().map(|_| Vec::new()).collect();
    for claim in claims.iter().filter(|c| reach.contains(c.item.commit)) {
        items[claim.task].push(judged(claim, &undone));
    }
    items.into_iter().enumerate().filter(|(_, items)| !items.is_empty()).collect()
}

/// The claim's item, ignored if it is undone.
fn judged(claim: &Claim, undone: &Undone) -> Item {
    let mut item = claim.item.clone();
    if item.ignored.is_none()
        && let Some(by) = undone.by(item.commit, item.part)
    {
        item.ignored = Some(Ignored::UndoneBy(by));
    }
    item
}

fn at_tip(snapshot: &Snapshot, history: &History, claims: &[Claim], reach: &PosSet) -> Vec<TaskEvidence> {
    let mut tasks: Vec<TaskEvidence> = snapshot.tasks.iter().map(|_| TaskEvidence::default()).collect();
    for (task, mut items) in within(snapshot, history, claims, reach) {
        let outcome = judge(history, &items);
        for (at, why) in outcome.answered {
            items[at].ignored = Some(why);
        }
        tasks[task] = TaskEvidence {
            items,
            completed_by: outcome.completed_by,
            started_by: outcome.started_by,
            reopened_by: outcome.reopened_by,
            steps: outcome.steps,
            ..TaskEvidence::default()
        };
    }
    tasks
}

/// Notes the tasks that are completed on a trunk but not at the tip.
fn on_trunk(
    snapshot: &Snapshot,
    history: &History,
    claims: &[Claim],
    trunk: &Trunk,
    tasks: &mut [TaskEvidence],
) {
    let reach = history.reachable(&[trunk.head]);
    for (task, items) in within(snapshot, history, claims, &reach) {
        let here = &mut tasks[task];
        if here.completed_by.is_none()
            && let Some(by) = judge(history, &items).completed_by
        {
            here.on_trunks.push(TrunkWork { name: trunk.name.clone(), commit: items[by].commit });
        }
    }
}

/// Notes the tasks that a topic branch starts or completes with commits that have landed nowhere.
fn on_topic(history: &History, claims: &[Claim], topic: &Topic, landed: &PosSet, tasks: &mut [TaskEvidence]) {
    let ahead = history.beyond(topic.head, landed);
    let undone = Undone::find(history, ahead.iter().copied());
    let mut work: BTreeMap<usize, Vec<Item>> = BTreeMap::new();
    for pos in &ahead {
        let from = claims.partition_point(|c| c.item.commit < *pos);
        for claim in claims[from..].iter().take_while(|c| c.item.commit == *pos) {
            let item = judged(claim, &undone);
            if item.ignored.is_none() && !reopened_since(history, &tasks[claim.task], &item) {
                work.entry(claim.task).or_default().push(item);
            }
        }
    }
    for (task, items) in work {
        let outcome = judge(history, &items);
        let Some(newest) = outcome.completed_by.or(outcome.started_by) else { continue };
        let counts = |item: &&Item| !matches!(item.effect, Effect::Links | Effect::Reopens);
        let first = items.iter().find(counts).map_or(items[newest].commit, |item| item.commit);
        tasks[task].branches.push(BranchWork {
            name: topic.name.clone(),
            effect: items[newest].effect,
            commit: items[newest].commit,
            since: first,
        });
    }
}

/// Whether a reopening at the tip is newer, by committer time, than the item of a topic branch.
fn reopened_since(history: &History, task: &TaskEvidence, item: &Item) -> bool {
    let reopenings = task.items.iter().filter(|i| i.effect == Effect::Reopens && i.ignored.is_none());
    reopenings.into_iter().any(|i| history.time(i.commit) > history.time(item.commit))
}
