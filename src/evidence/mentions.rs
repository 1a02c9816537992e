//! Evidence on a plan that changes: which references have to be read anew when some tasks are others.

use super::naming::{Naming, Resolver, is_same_reference};
use super::sweep::Sweep;
use crate::git::{History, NamedWord};
use crate::model::TaskId;
use crate::snapshot::Snapshot;
use std::collections::{BTreeSet, HashMap, HashSet};

/// The references of a history by what they name, whatever the plan has.
#[derive(Debug)]
pub struct Mentions<'a> {
    history: &'a History,
    /// The words of each reference, ancestors first.
    references: Vec<Vec<NamedWord>>,
    /// The references that name an id, by their positions.
    by_id: HashMap<TaskId, Vec<usize>>,
}

impl<'a> Mentions<'a> {
    /// Looks through all of a history.
    pub fn of(history: &'a History) -> Self {
        let words: Vec<NamedWord> = history.named_words().collect();
        let references: Vec<Vec<NamedWord>> =
            words.chunk_by(is_same_reference).map(<[NamedWord]>::to_vec).collect();
        let mut ids: HashMap<usize, Option<TaskId>> = HashMap::new();
        let mut by_id: HashMap<TaskId, Vec<usize>> = HashMap::new();
        for (at, words) in references.iter().enumerate() {
            for named in words {
                let id = ids.entry(named.word).or_insert_with(|| history.word(named.word).parse().ok());
                if let Some(id) = id {
                    by_id.entry(id.clone()).or_default().push(at);
                }
            }
        }
        Self { history, references, by_id }
    }

    /// The ids whose evidence may be another once these ids stand for other tasks: a list is void as a whole, so
    /// whatever is named beside them is touched as well.
    pub fn along_with(&self, touched: &HashSet<TaskId>) -> HashSet<TaskId> {
        let mut all = touched.clone();
        for &at in touched.iter().filter_map(|id| self.by_id.get(id)).flatten() {
            all.extend(
                self.references[at].iter().filter_map(|named| self.history.word(named.word).parse().ok()),
            );
        }
        all
    }

    /// Everything that names a task, held against the plan.
    fn namings(&self, resolver: &mut Resolver<'_>, snapshot: &Snapshot, task: usize) -> Vec<Naming> {
        let entry = &snapshot.tasks[task];
        let names = std::iter::once(&entry.id).chain(&entry.task.aka);
        let places: BTreeSet<usize> = names.filter_map(|id| self.by_id.get(id)).flatten().copied().collect();
        for at in places {
            resolver.reference(&self.references[at]);
        }
        let mut namings = resolver.take();
        namings.retain(|naming| naming.task == task);
        namings
    }
}

impl Sweep<'_> {
    /// The evidence at no tip, on no tasks yet.
    pub fn nowhere(history: &History) -> Sweep<'_> {
        Sweep::unjudged(history, Vec::new(), None)
    }

    /// Reads anew what names the tasks at those positions of a plan that has changed.
    pub fn replan(&mut self, mentions: &Mentions<'_>, snapshot: &Snapshot, tasks: &BTreeSet<usize>) {
        let mut resolver = Resolver::new(snapshot, mentions.history);
        let mut namings = |&task: &usize| (task, mentions.namings(&mut resolver, snapshot, task));
        self.rename(tasks.iter().map(&mut namings).collect());
    }
}
