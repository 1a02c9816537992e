//! Evidence at one tip after another.

use super::item::{Ignored, Item, TaskEvidence};
use super::naming::{Naming, resolve};
use super::outcome::judge;
use super::undo::Undone;
use crate::git::{History, Pos, PosSet};
use crate::snapshot::Snapshot;
use std::collections::{BTreeSet, HashSet};

/// The evidence on every task at a tip that can be moved. Whatever two tips have in common is judged once: moving costs
/// what lies between them, not what lies behind them.
#[derive(Debug)]
pub struct Sweep<'a> {
    history: &'a History,
    /// For each task everything that names it, ancestors first.
    namings: Vec<Vec<Naming>>,
    /// Each commit with a task that it names; made when it is first needed.
    named: Option<BTreeSet<(Pos, usize)>>,
    /// The commits that revert something, ancestors first.
    reverts: Vec<Pos>,
    reach: Reach,
    undone: Undone,
    /// As far as tasks have been judged.
    evidence: Vec<TaskEvidence>,
}

/// The commits reachable from the tip, as what differs from those reachable from the first one. Only commits that say
/// something of tasks are asked for.
#[derive(Debug)]
struct Reach {
    tip: Option<Pos>,
    base: PosSet,
    added: HashSet<Pos>,
    removed: HashSet<Pos>,
}

impl<'a> Sweep<'a> {
    /// The evidence at `tip` on the tasks of a snapshot.
    pub fn of(snapshot: &Snapshot, history: &'a History, tip: Option<Pos>) -> Self {
        Self::judged_at(history, resolve(snapshot, history, None).0, tip)
    }

    /// The same, by what names each task.
    pub(super) fn judged_at(history: &'a History, namings: Vec<Vec<Naming>>, tip: Option<Pos>) -> Self {
        let tasks = namings.len();
        let mut sweep = Self::unjudged(history, namings, tip);
        sweep.evidence.reserve(tasks);
        for task in 0..tasks {
            sweep.judge(task);
        }
        sweep
    }

    /// The same, by what names each task, before anything is judged: the evidence on a task is known once a move has turned it.
    pub(super) fn unjudged(history: &'a History, namings: Vec<Vec<Naming>>, tip: Option<Pos>) -> Self {
        let reverts: Vec<Pos> = history.reverts().collect();
        let tips: Vec<Pos> = tip.into_iter().collect();
        let base = history.reachable(&tips);
        let reach = Reach { tip, base, added: HashSet::new(), removed: HashSet::new() };
        let mut sweep = Self {
            history,
            evidence: Vec::new(),
            namings,
            named: None,
            reverts,
            reach,
            undone: Undone::default(),
        };
        sweep.undone = sweep.find_undone();
        sweep
    }

    /// Moves to another tip, and gives the tasks on which the evidence may be another there, in order.
    pub fn move_to(&mut self, tip: Pos) -> BTreeSet<usize> {
        let turned = self.reach.move_to(self.history, tip);
        let mut tasks = BTreeSet::new();
        let mut again: Vec<Pos> = Vec::new();
        if turned.iter().any(|pos| self.reverts.binary_search(pos).is_ok()) {
            let undone = self.find_undone();
            again = self.undone.differences(&undone);
            self.undone = undone;
        }
        for pos in turned.iter().chain(&again) {
            tasks.extend(self.named_by(*pos));
        }
        for &task in &tasks {
            self.judge(task);
        }
        tasks
    }

    /// The evidence on a task at the tip; trunks and topic branches left out.
    pub fn task(&self, task: usize) -> &TaskEvidence {
        &self.evidence[task]
    }

    /// The evidence on every task at the tip.
    pub fn tasks(&self) -> &[TaskEvidence] {
        &self.evidence
    }

    /// What names a task, and by which commit, whatever the tip.
    pub(super) fn namings_by(&mut self, pos: Pos) -> Vec<&Naming> {
        let tasks = self.named_by(pos);
        let of = |task: usize| {
            let all = &self.namings[task];
            let from = all.partition_point(|n| n.item.commit < pos);
            all[from..].iter().take_while(move |n| n.item.commit == pos)
        };
        tasks.into_iter().flat_map(of).collect()
    }

    /// Replaces what names some tasks, and judges them again. Tasks behind the last one are new.
    pub(super) fn rename(&mut self, changed: Vec<(usize, Vec<Naming>)>) {
        self.make_index();
        for (task, namings) in changed {
            while self.namings.len() <= task {
                self.namings.push(Vec::new());
            }
            let named = self.named.get_or_insert_default();
            for naming in &self.namings[task] {
                named.remove(&(naming.item.commit, task));
            }
            named.extend(namings.iter().map(|naming| (naming.item.commit, task)));
            self.namings[task] = namings;
            self.judge(task);
        }
    }

    fn find_undone(&self) -> Undone {
        Undone::find(self.history, self.reverts.iter().copied().filter(|pos| self.reach.contains(*pos)))
    }

    fn judge(&mut self, task: usize) {
        let within = self.namings[task].iter().filter(|n| self.reach.contains(n.item.commit));
        let items: Vec<Item> = within.map(|naming| judged(naming.item.clone(), &self.undone)).collect();
        if self.evidence.len() <= task {
            self.evidence.resize(task + 1, TaskEvidence::default());
        }
        self.evidence[task] = weigh(self.history, items);
    }

    /// In order, each once.
    fn named_by(&mut self, pos: Pos) -> Vec<usize> {
        self.make_index();
        let named = self.named.iter().flat_map(|named| named.range((pos, 0)..=(pos, usize::MAX)));
        named.map(|&(_, task)| task).collect()
    }

    fn make_index(&mut self) {
        let namings = &self.namings;
        self.named.get_or_insert_with(|| {
            namings.iter().flatten().map(|naming| (naming.item.commit, naming.task)).collect()
        });
    }
}

/// What some items, undone ones marked, say of their task.
pub(super) fn weigh(history: &History, mut items: Vec<Item>) -> TaskEvidence {
    if items.is_empty() {
        return TaskEvidence::default();
    }
    let outcome = judge(history, &items);
    for (at, why) in outcome.answered {
        items[at].ignored = Some(why);
    }
    TaskEvidence {
        items,
        completed_by: outcome.completed_by,
        started_by: outcome.started_by,
        reopened_by: outcome.reopened_by,
        steps: outcome.steps,
        ..TaskEvidence::default()
    }
}

impl Reach {
    /// Gives the commits that say something of tasks and were reachable from one of both tips only.
    fn move_to(&mut self, history: &History, tip: Pos) -> Vec<Pos> {
        let (come, gone) = match self.tip {
            Some(old) => history.between(tip, old),
            None => (history.beyond(tip, &self.base), Vec::new()),
        };
        self.tip = Some(tip);
        for pos in &come {
            if !self.removed.remove(pos) {
                self.added.insert(*pos);
            }
        }
        for pos in &gone {
            if !self.added.remove(pos) {
                self.removed.insert(*pos);
            }
        }
        [come, gone].concat()
    }

    fn contains(&self, pos: Pos) -> bool {
        (self.base.contains(pos) && !self.removed.contains(&pos)) || self.added.contains(&pos)
    }
}

/// The item, ignored if it is undone.
pub(super) fn judged(mut item: Item, undone: &Undone) -> Item {
    if item.ignored.is_none()
        && let Some(by) = undone.by(item.commit, item.part)
    {
        item.ignored = Some(Ignored::UndoneBy(by));
    }
    item
}
