//! Commits that were just read: all of them, with little about each.

use super::Oid;
use super::pool::number;
use super::record::Record;
use std::collections::HashMap;

/// A parent of a commit that was read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Up {
    /// It was read as well; its number among those.
    Read(u32),
    /// It is a node of the pool.
    Known(u32),
}

/// One commit, as far as all commits are remembered.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Seen {
    pub time: i64,
    /// [`super::subject_hash`] of its subject.
    pub subject: u64,
    /// Where its parents are: the first, and how many.
    parents: (u32, u32),
    /// As those of a node.
    pub flags: u8,
    /// A tip, of which something may be asked.
    pub is_tip: bool,
}

/// The commits that were read in one go, numbered as they were found.
#[derive(Debug, Default)]
pub(super) struct Reading {
    width: usize,
    oids: Vec<u8>,
    pub commits: Vec<Seen>,
    parents: Vec<u32>,
    /// Of merges that a forge made, the [`super::subject_hash`] of the title of what they bring in.
    pub titles: Vec<(u32, u64)>,
    /// Open addressing by the first bytes of the object id; a number plus one.
    slots: Vec<u32>,
    pub records: HashMap<u32, Box<Record>>,
    /// Words of commits that have no record.
    pub words: HashMap<u32, Vec<String>>,
    pub faults: HashMap<u32, String>,
    /// Tips that lie beyond the boundary.
    pub hidden: Vec<Oid>,
}

/// Set in a parent's number if it is one of the pool.
const KNOWN: u32 = 1 << 31;

impl Reading {
    pub fn len(&self) -> usize {
        self.commits.len()
    }

    pub fn oid(&self, at: u32) -> &[u8] {
        &self.oids[at as usize * self.width..][..self.width]
    }

    pub fn seen(&self, at: u32) -> &Seen {
        &self.commits[at as usize]
    }

    /// The number of a commit, and whether it is new.
    pub fn intern(&mut self, oid: &Oid) -> (u32, bool) {
        if self.commits.len() * 2 >= self.slots.len() {
            self.grow();
        }
        self.width = oid.as_slice().len();
        let slot = self.slot(oid.as_slice());
        if self.slots[slot] > 0 {
            return (self.slots[slot] - 1, false);
        }
        let at = number(self.commits.len());
        self.slots[slot] = at + 1;
        self.oids.extend_from_slice(oid.as_slice());
        self.commits.push(Seen::default());
        (at, true)
    }

    pub fn find(&self, oid: &Oid) -> Option<u32> {
        if self.slots.is_empty() || oid.as_slice().len() != self.width {
            return None;
        }
        self.slots[self.slot(oid.as_slice())].checked_sub(1)
    }

    /// The slot that holds the id, or the free one where it would be.
    fn slot(&self, oid: &[u8]) -> usize {
        let mask = self.slots.len() - 1;
        let head = u32::from_le_bytes([oid[0], oid[1], oid[2], oid[3]]);
        let mut slot = head as usize & mask;
        while self.slots[slot] > 0 && self.oid(self.slots[slot] - 1) != oid {
            slot = (slot + 1) & mask;
        }
        slot
    }

    fn grow(&mut self) {
        self.slots = vec![0; (self.slots.len() * 2).max(64)];
        for at in 0..number(self.commits.len()) {
            let slot = self.slot(self.oid(at));
            self.slots[slot] = at + 1;
        }
    }

    pub fn set_parents(&mut self, at: u32, ups: impl Iterator<Item = Up>) {
        let start = number(self.parents.len());
        self.parents.extend(ups.map(|up| match up {
            Up::Read(n) => n,
            Up::Known(n) => n | KNOWN,
        }));
        self.commits[at as usize].parents = (start, number(self.parents.len()) - start);
    }

    /// The parents that belong to the history, in the order of the commit.
    pub fn parents(&self, at: u32) -> impl Iterator<Item = Up> + '_ {
        let (start, count) = self.seen(at).parents;
        self.parents[start as usize..(start + count) as usize].iter().map(|&up| match up & KNOWN {
            0 => Up::Read(up),
            _ => Up::Known(up & !KNOWN),
        })
    }

    /// Parents before children, by a depth-first walk without recursion.
    pub fn topological(&self) -> Vec<u32> {
        let mut order = Vec::with_capacity(self.len());
        let mut entered = vec![false; self.len()];
        let mut stack: Vec<(u32, u32)> = Vec::new();
        for root in 0..number(self.len()) {
            if std::mem::replace(&mut entered[root as usize], true) {
                continue;
            }
            stack.push((root, 0));
            while let Some((at, next)) = stack.last_mut() {
                let (start, count) = self.seen(*at).parents;
                if *next == count {
                    order.push(*at);
                    stack.pop();
                    continue;
                }
                let parent = self.parents[(start + *next) as usize];
                *next += 1;
                if parent & KNOWN == 0 && !std::mem::replace(&mut entered[parent as usize], true) {
                    stack.push((parent, 0));
                }
            }
        }
        order
    }
}
