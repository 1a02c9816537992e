//! Which commits are undone. Net effects go by commits, so that reverts of reverts need no counting.

use crate::git::{History, Pos, Undoes};
use std::collections::HashMap;

/// What is undone within one set of commits, and by which commit.
#[derive(Debug, Default)]
pub struct Undone {
    commits: HashMap<Pos, Pos>,
    parts: HashMap<(Pos, u32), Pos>,
}

impl Undone {
    /// Finds what the reverts among the commits at `places` undo, ancestors first.
    ///
    /// A revert descends from what it undoes, so going from the newest to the oldest settles whether a revert is itself
    /// undone before it is asked what it does.
    pub fn find(history: &History, places: impl DoubleEndedIterator<Item = Pos>) -> Self {
        let mut undone = Self::default();
        for pos in places.rev() {
            for (part, what) in history.undoings(pos).rev() {
                if undone.by(pos, part).is_some() {
                    continue;
                }
                match what {
                    Undoes::Commit(target) => undone.commits.entry(target).or_insert(pos),
                    Undoes::Part(target) => undone.parts.entry((pos, target)).or_insert(pos),
                };
            }
        }
        undone
    }

    /// The commit that undoes part `part` of the commit at `pos`.
    pub fn by(&self, pos: Pos, part: u32) -> Option<Pos> {
        if self.commits.is_empty() && self.parts.is_empty() {
            return None;
        }
        self.commits.get(&pos).or_else(|| self.parts.get(&(pos, part))).copied()
    }

    /// The commit that undoes the whole of the one at `pos`.
    pub fn of(&self, pos: Pos) -> Option<Pos> {
        self.commits.get(&pos).copied()
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
}
