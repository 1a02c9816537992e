//! Which commits a revert undoes. Net effects go by commits, so that reverts of reverts need no counting.

use crate::git::{History, Pos, subject_hash};
use crate::message::{Part, Revert, RevertKind, comparable_subject};
use std::collections::HashMap;

/// What is undone within one set of commits, and by which commit.
#[derive(Debug, Default)]
pub struct Undone {
    commits: HashMap<Pos, Pos>,
    parts: HashMap<(Pos, usize), Pos>,
}

impl Undone {
    /// Finds what the reverts in `records` undo, each of which is the place and the parts of a commit, ancestors first.
    ///
    /// A revert descends from what it undoes, so going from the newest to the oldest settles whether a revert is itself
    /// undone before it is asked what it does.
    pub fn find<'a>(history: &History, records: impl DoubleEndedIterator<Item = (Pos, &'a [Part])>) -> Self {
        let mut undone = Self::default();
        for (pos, parts) in records.rev() {
            for (at, part) in parts.iter().enumerate().rev() {
                if let Some(revert) = &part.revert
                    && undone.by(pos, at).is_none()
                {
                    undone.apply(history, pos, &parts[..at], revert);
                }
            }
        }
        undone
    }

    /// The commit that undoes part `part` of the commit at `pos`.
    pub fn by(&self, pos: Pos, part: usize) -> Option<Pos> {
        self.commits.get(&pos).or_else(|| self.parts.get(&(pos, part))).copied()
    }

    /// The commits of which one of both undoes what the other does not.
    pub fn differences(&self, other: &Self) -> Vec<Pos> {
        let one_way = |a: &Self, b: &Self| -> Vec<Pos> {
            let commits = a.commits.iter().filter(|(pos, by)| b.commits.get(pos) != Some(by));
            let parts = a.parts.iter().filter(|(at, by)| b.parts.get(at) != Some(by));
            commits.map(|(pos, _)| *pos).chain(parts.map(|((pos, _), _)| *pos)).collect()
        };
        [one_way(self, other), one_way(other, self)].concat()
    }

    fn apply(&mut self, history: &History, at: Pos, earlier: &[Part], revert: &Revert) {
        let named = named_targets(history, at, revert);
        if !named.is_empty() {
            for (target, mainline) in named {
                self.undo(history, at, target, mainline);
            }
            return;
        }
        // A re-apply quotes the subject of what was reverted, and undoes the revert.
        let quoted = match revert.kind {
            RevertKind::Revert => revert.subject.clone(),
            RevertKind::Reapply => format!("Revert \"{}\"", comparable_subject(&revert.subject)),
        };
        let subject = comparable_subject(&quoted);
        if let Some(part) = earlier.iter().rposition(|p| comparable_subject(&p.subject) == subject) {
            self.parts.entry((at, part)).or_insert(at);
        } else if let Some(target) = newest_with_subject(history, at, subject) {
            self.undo(history, at, target, history.first_parent(target));
        }
    }

    fn undo(&mut self, history: &History, by: Pos, target: Pos, mainline: Option<Pos>) {
        if history.is_merge(target) {
            for pos in history.brought_in(target, mainline) {
                self.commits.entry(pos).or_insert(by);
            }
        } else {
            self.commits.entry(target).or_insert(by);
        }
    }
}

/// The ancestors that a revert names by object id, each with the parent that it keeps.
fn named_targets(history: &History, at: Pos, revert: &Revert) -> Vec<(Pos, Option<Pos>)> {
    let ancestor = |prefix: &str| {
        let found = history.with_prefix(prefix);
        let mut ancestors = found.into_iter().filter(|&pos| pos < at && history.is_ancestor(pos, at));
        // An abbreviation that fits two ancestors names neither.
        ancestors.next().filter(|_| ancestors.next().is_none())
    };
    let target = |(oid, kept): &(String, Option<String>)| {
        let pos = ancestor(oid)?;
        let mainline = match kept {
            Some(kept) => history.with_prefix(kept).first().copied(),
            None => history.first_parent(pos),
        };
        Some((pos, mainline))
    };
    revert.commits.iter().filter_map(target).collect()
}

/// The newest ancestor of `at` with that subject: one that no other such ancestor descends from, the latest by
/// committer time, then by object id.
fn newest_with_subject(history: &History, at: Pos, subject: &str) -> Option<Pos> {
    let candidates = history.with_subject(subject_hash(subject));
    let mut maximal: Vec<Pos> = Vec::new();
    for &pos in candidates.iter().rev().filter(|&&pos| pos < at) {
        let superseded = maximal.iter().any(|&newer| history.is_ancestor(pos, newer));
        if !superseded && history.is_ancestor(pos, at) {
            maximal.push(pos);
        }
    }
    maximal.into_iter().max_by_key(|&pos| (history.time(pos), history.oid(pos)))
}
