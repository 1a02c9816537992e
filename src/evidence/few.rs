//! The evidence on few tasks of a plan, without a look at what is said of others.

use super::item::TaskEvidence;
use super::naming::{Naming, Resolver, is_same_reference};
use super::sweep::Sweep;
use crate::git::{History, NamedWord, Pos};
use crate::model::TaskId;
use crate::snapshot::Snapshot;

/// The evidence at `tip` on the tasks of a snapshot that has few: of references to others nothing is found out.
pub fn few(snapshot: &Snapshot, history: &History, tip: Option<Pos>) -> Vec<TaskEvidence> {
    let ids: Vec<&TaskId> =
        snapshot.tasks.iter().flat_map(|entry| entry.task.aka.iter().chain([&entry.id])).collect();
    let is_asked = |named: &NamedWord| {
        let word = history.word(named.word);
        ids.iter().any(|id| id.as_str().eq_ignore_ascii_case(word))
    };
    let mut resolver = Resolver::new(snapshot, history);
    let mut named = history.named_words().peekable();
    let mut words: Vec<NamedWord> = Vec::new();
    while let Some(first) = named.next() {
        words.clear();
        words.push(first);
        while let Some(next) = named.next_if(|next| is_same_reference(next, &first)) {
            words.push(next);
        }
        if words.iter().any(is_asked) {
            resolver.reference(&words);
        }
    }
    let mut namings: Vec<Vec<Naming>> = snapshot.tasks.iter().map(|_| Vec::new()).collect();
    for naming in resolver.take() {
        namings[naming.task].push(naming);
    }
    Sweep::judged_at(history, namings, tip).tasks().to_vec()
}
