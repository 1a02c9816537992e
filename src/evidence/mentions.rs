//! Evidence on a plan that changes: which references have to be read anew when some tasks are others.

use super::naming::{Naming, Resolver};
use super::sweep::Sweep;
use crate::git::{History, Pos};
use crate::model::TaskId;
use crate::snapshot::Snapshot;
use std::collections::{BTreeSet, HashMap, HashSet};

/// The references of a history by what they name, whatever the plan has.
#[derive(Debug)]
pub struct Mentions<'a> {
    history: &'a History,
    /// Commit, part and reference, ancestors first.
    by_word: HashMap<TaskId, Vec<(Pos, usize, usize)>>,
}

impl<'a> Mentions<'a> {
    /// Looks through all of a history.
    pub fn of(history: &'a History) -> Self {
        let mut by_word: HashMap<TaskId, Vec<(Pos, usize, usize)>> = HashMap::new();
        for (pos, record) in history.records() {
            for (at, part) in record.message.parts.iter().enumerate() {
                for (n, reference) in part.references.iter().enumerate() {
                    for id in reference.words.iter().filter_map(|word| word.parse::<TaskId>().ok()) {
                        by_word.entry(id).or_default().push((pos, at, n));
                    }
                }
            }
        }
        Self { history, by_word }
    }

    /// The ids whose evidence may be another once these ids stand for other tasks: a list is void as a whole, so
    /// whatever is named beside them is touched as well.
    pub fn along_with(&self, touched: &HashSet<TaskId>) -> HashSet<TaskId> {
        let mut all = touched.clone();
        for &(pos, part, n) in touched.iter().filter_map(|id| self.by_word.get(id)).flatten() {
            let Some(record) = self.history.record(pos) else { continue };
            let words = &record.message.parts[part].references[n].words;
            all.extend(words.iter().filter_map(|word| word.parse().ok()));
        }
        all
    }

    /// Everything that names a task, held against the plan.
    fn namings(&self, resolver: &Resolver<'_>, snapshot: &Snapshot, task: usize) -> Vec<Naming> {
        let entry = &snapshot.tasks[task];
        let names = std::iter::once(&entry.id).chain(&entry.task.aka);
        let places: BTreeSet<(Pos, usize, usize)> =
            names.filter_map(|id| self.by_word.get(id)).flatten().copied().collect();
        let (mut namings, mut unknown) = (Vec::new(), Vec::new());
        for (pos, at, n) in places {
            let Some(record) = self.history.record(pos) else { continue };
            let part = &record.message.parts[at];
            resolver.reference(pos, record, (at, part), &part.references[n], &mut namings, &mut unknown);
        }
        namings.retain(|naming| naming.task == task);
        namings
    }
}

impl Sweep<'_> {
    /// The evidence at no tip, on no tasks yet.
    pub fn nowhere(history: &History) -> Sweep<'_> {
        Sweep::new(history, 0, Vec::new(), None)
    }

    /// Reads anew what names the tasks at those positions of a plan that has changed.
    pub fn replan(&mut self, mentions: &Mentions<'_>, snapshot: &Snapshot, tasks: &BTreeSet<usize>) {
        let resolver = Resolver::new(snapshot, mentions.history);
        let namings = |&task: &usize| (task, mentions.namings(&resolver, snapshot, task));
        self.rename(tasks.iter().map(namings).collect());
    }
}
