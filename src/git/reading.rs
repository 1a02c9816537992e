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
    /// Open addressing by the first [`HEAD`] bytes of the object id; a number plus one.
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

/// How many bytes of an object id tell its slot; the shortest abbreviation that a message may use is longer.
const HEAD: usize = 3;

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

    /// The commits whose object ids start with `prefix`, which has to have as many bytes as tell the slot of an id.
    pub fn with_prefix(&self, prefix: &gix::hash::Prefix) -> Vec<u32> {
        let mut found = Vec::new();
        if self.slots.is_empty() {
            return found;
        }
        debug_assert!(prefix.hex_len() >= 2 * HEAD, "{prefix} is too short");
        let mut slot = self.home(prefix.as_oid().as_bytes());
        while let Some(at) = self.slots[slot].checked_sub(1) {
            if prefix.cmp_oid(gix::oid::from_bytes_unchecked(self.oid(at))).is_eq() {
                found.push(at);
            }
            slot = (slot + 1) % self.slots.len();
        }
        found
    }

    /// The slot that holds the id, or the free one where it would be.
    fn slot(&self, oid: &[u8]) -> usize {
        let mask = self.slots.len() - 1;
        let mut slot = self.home(oid);
        while self.slots[slot] > 0 && self.oid(self.slots[slot] - 1) != oid {
            slot = (slot + 1) & mask;
        }
        slot
    }

    /// The slot from which on an id is looked for. Abbreviations of it are looked for from there as well.
    fn home(&self, oid: &[u8]) -> usize {
        let head = oid[..HEAD].iter().fold(0_u64, |head, &byte| head << 8 | u64::from(byte));
        usize::try_from((head * self.slots.len() as u64) >> (8 * HEAD)).unwrap_or(0)
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn abbreviations_find_what_a_look_at_every_id_finds() {
        let mut reading = Reading::default();
        let mut ids = Vec::new();
        for n in 0..3000_u64 {
            // A few ids share their first bytes, and some of those the next ones.
            let head = if n % 50 == 0 { 0xFFFF_FFF0 + n / 50 % 3 } else { (n * 0x9E37_79B9) & 0xFFFF_FFFF };
            let hex = format!("{head:08x}{:032x}", n * 7919);
            ids.push(hex.clone());
            let (at, is_new) = reading.intern(&Oid::from_hex(hex.as_bytes()).unwrap());
            assert_eq!((at as usize, is_new), (ids.len() - 1, true));
        }
        for of in ids.iter().step_by(7).chain(&ids[..51]) {
            for len in [7, 8, 20, 40] {
                let prefix = gix::hash::Prefix::from_hex(&of[..len]).unwrap();
                let mut found = reading.with_prefix(&prefix);
                found.sort_unstable();
                let scanned = (0..number(ids.len())).filter(|&n| ids[n as usize].starts_with(&of[..len]));
                assert_eq!(found, scanned.collect::<Vec<_>>(), "{}", &of[..len]);
            }
        }
        assert!(reading.with_prefix(&gix::hash::Prefix::from_hex("0badcafe").unwrap()).is_empty());
        assert!(Reading::default().with_prefix(&gix::hash::Prefix::from_hex("0badcafe").unwrap()).is_empty());
    }
}
