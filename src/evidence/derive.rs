//! The evidence on every task, as seen from one tip.

use super::flight::{claimed, on_topic};
use super::item::{Evidence, Item, TaskEvidence, TrunkWork, UnknownReference, reference};
use super::naming::{Names, Naming, UnknownWord, resolve};
use super::sweep::{Sweep, judged, weigh};
use super::undo::Undone;
use crate::git::{History, Person, Pos};
use crate::model::TaskId;
use crate::snapshot::Snapshot;
use std::collections::BTreeSet;

/// From where history is looked at.
#[derive(Debug, Clone, Default)]
pub struct Viewpoint {
    /// The commit whose ancestors count; `None` where there is no commit yet.
    pub tip: Option<Pos>,
    /// Branches where work lands.
    pub trunks: Vec<Trunk>,
    /// All other branches, stale ones left out; local ones before remote ones.
    pub topics: Vec<Topic>,
    /// Who says to work on what, stale claims left out.
    pub claims: Vec<Hold>,
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
    /// Of a remote branch: the local branch that it is the same as, wherever both stand.
    pub twin: Option<String>,
}

/// A claim on a task.
#[derive(Debug, Clone)]
pub struct Hold {
    /// The task, by the id it had then.
    pub task: TaskId,
    /// Its title then.
    pub title: String,
    /// The reference that is the claim.
    pub name: String,
    /// Who made it.
    pub by: Person,
    /// When it was made, in seconds since the epoch.
    pub since: i64,
    /// The linked worktree it was made in; `None` for the main one.
    pub worktree: Option<String>,
}

/// Holds what history says against the plan.
pub fn derive(snapshot: &Snapshot, history: &History, viewpoint: &Viewpoint) -> Evidence {
    derive_among(snapshot, history, viewpoint, None)
}

/// The same; with names, only for the tasks that these are of. What is found of others, and of words that name none, is not
/// all there is.
pub fn derive_among(
    snapshot: &Snapshot,
    history: &History,
    viewpoint: &Viewpoint,
    among: Option<&Names>,
) -> Evidence {
    let (namings, unknown) = resolve(snapshot, history, among);
    let tip: Vec<Pos> = viewpoint.tip.into_iter().collect();
    let reach = history.reachable(&tip);
    let text = |u: &UnknownWord| reference(history, u.commit, u.part, u.reference).map(|r| r.text.clone());
    let unknown = unknown.into_iter().filter(|u| reach.contains(u.commit)).map(|u| UnknownReference {
        word: history.word(u.word).to_owned(),
        commit: u.commit,
        effect: u.effect,
        text: text(&u).unwrap_or_default(),
    });
    let unknown = unknown.collect();
    let undone = Undone::find(history, history.reverts().filter(|pos| reach.contains(*pos)));
    // What is not within reach is no evidence, and what is undone has no effect.
    let seen = |item: Item| reach.contains(item.commit).then(|| judged(item, &undone));
    let is_beyond = |trunk: &&Trunk| !history.beyond(trunk.head, &reach).is_empty();
    let trunks: Vec<&Trunk> = viewpoint.trunks.iter().filter(is_beyond).collect();
    let mut tasks: Vec<TaskEvidence>;
    if trunks.is_empty() && viewpoint.topics.is_empty() {
        let items = |namings: Vec<Naming>| namings.into_iter().filter_map(|n| seen(n.item)).collect();
        tasks = namings.into_iter().map(|namings| weigh(history, items(namings))).collect();
    } else {
        let items = |namings: &Vec<Naming>| {
            let mut items = Vec::with_capacity(namings.len());
            items.extend(namings.iter().filter_map(|n| seen(n.item.clone())));
            items
        };
        tasks = namings.iter().map(|namings| weigh(history, items(namings))).collect();
        let mut sweep = Sweep::unjudged(history, namings, viewpoint.tip);
        on_trunks(&mut sweep, &trunks, &mut tasks);
        let heads: Vec<Pos> = tip.into_iter().chain(viewpoint.trunks.iter().map(|t| t.head)).collect();
        let landed = history.reachable(&heads);
        for topic in &viewpoint.topics {
            on_topic(history, &mut sweep, topic, &landed, &mut tasks);
        }
    }
    claimed(snapshot, history, &viewpoint.claims, &mut tasks);
    Evidence { tasks, unknown }
}

/// Notes the tasks that are completed on a trunk but not at the tip.
fn on_trunks(sweep: &mut Sweep<'_>, trunks: &[&Trunk], tasks: &mut [TaskEvidence]) {
    let mut turned = BTreeSet::new();
    for trunk in trunks {
        // What has turned since the tip, on the way here.
        turned.extend(sweep.move_to(trunk.head));
        for &task in &turned {
            let there = sweep.task(task);
            if let Some(by) = there.completed_by.filter(|_| tasks[task].completed_by.is_none()) {
                let commit = there.items[by].commit;
                tasks[task].on_trunks.push(TrunkWork { name: trunk.name.clone(), commit });
            }
        }
    }
}
