//! From the commits that were read to those that matter.
//!
//! What matters are the commits that say something of tasks, the tips, and the merges where ancestors that matter come
//! together. Every other commit stands for the one nearest ancestor that matters, so which of those are reachable from which
//! stays what it was.

use super::chains::Chains;
use super::pack::Interner;
use super::pool::{NewNode, Pool, flag, number};
use super::reading::{Reading, Up};
use super::undoing::Subjects;
use super::{GitError, Oid, Repo};
use std::cell::OnceCell;
use std::collections::HashSet;

/// Commits that would not matter are kept now and then, so that whoever comes across one later has not far to go to a
/// commit that is known.
const STRIDE: u16 = 512;

/// How many steps it may take to find out that one of two parents is an ancestor of the other. A merge that is kept without
/// need changes nothing.
const PATIENCE: usize = 256;

pub(super) const NONE: u32 = u32::MAX;

/// Puts what was read into the pool.
pub(super) struct Reducer<'a> {
    pub repo: &'a Repo,
    pub pool: &'a mut Pool,
    pub reading: &'a Reading,
    /// The nodes that were in the pool before, by object id; empty if there were none.
    pub known: &'a gix::hashtable::HashMap<Oid, u32>,
    pub shallow: &'a HashSet<Oid>,
    pub since: Option<Oid>,
    /// For each commit that was read the node that it is or stands for.
    pub nodes: Vec<u32>,
    /// The commits that were read, ancestors first.
    pub order: Vec<u32>,
    /// For each its place in that order.
    pub ranks: Vec<u32>,
    /// How they descend from each other, if somebody asked.
    pub chains: OnceCell<Chains>,
    /// Their subjects, if somebody asked.
    pub subjects: OnceCell<Subjects>,
    /// Which commits a search has seen: those that hold the number of the search.
    pub marks: Vec<u32>,
    pub search: u32,
}

/// Why nothing was added.
#[derive(Debug)]
pub(super) enum Halt {
    /// The pool does not know commits that could be meant: everything has to be read again.
    Undecided,
    /// The repository cannot be read.
    Failed(GitError),
}

impl From<GitError> for Halt {
    fn from(error: GitError) -> Self {
        Self::Failed(error)
    }
}

impl<'a> Reducer<'a> {
    pub fn new(
        repo: &'a Repo,
        pool: &'a mut Pool,
        reading: &'a Reading,
        known: &'a gix::hashtable::HashMap<Oid, u32>,
        shallow: &'a HashSet<Oid>,
        since: Option<Oid>,
    ) -> Self {
        let len = reading.len();
        Self {
            repo,
            pool,
            reading,
            known,
            shallow,
            since,
            nodes: vec![NONE; len],
            order: reading.topological(),
            ranks: vec![0; len],
            chains: OnceCell::new(),
            subjects: OnceCell::new(),
            marks: vec![0; len],
            search: 0,
        }
    }

    /// Adds everything, ancestors first.
    pub fn run(mut self) -> Result<(), Halt> {
        for (rank, &at) in self.order.iter().enumerate() {
            self.ranks[at as usize] = number(rank);
        }
        let mut interner = Interner::default();
        let mut distances = vec![0_u16; self.reading.len()];
        for rank in 0..self.order.len() {
            let at = self.order[rank];
            let (frontier, distance) = self.frontier_of(at, &distances);
            let seen = self.reading.seen(at);
            let fault = self.reading.faults.get(&at);
            let matters = seen.flags & (flag::EVENT | flag::CUT) != 0 || seen.is_tip || fault.is_some();
            if !matters && frontier.len() < 2 && distance < STRIDE {
                self.nodes[at as usize] = frontier.first().copied().unwrap_or(NONE);
                distances[at as usize] = distance;
                continue;
            }
            let node = self.pool.push(&NewNode {
                oid: self.reading.oid(at),
                time: seen.time,
                flags: seen.flags,
                parents: &frontier,
                fault: fault.map(String::as_str),
            });
            self.nodes[at as usize] = node;
            if let Some(record) = self.reading.records.get(&at) {
                let undoings = self.undoings(at, node, record)?;
                self.pool.push_event(record, &undoings, &mut interner);
            } else if let Some(words) = self.reading.words.get(&at) {
                self.pool.push_words(words);
            }
        }
        for oid in &self.reading.hidden {
            let oid = oid.as_slice();
            self.pool.push(&NewNode { oid, time: 0, flags: flag::HIDDEN, parents: &[], fault: None });
        }
        Ok(())
    }

    /// The nearest ancestors in the pool, none of which is known to descend from another, and how far the commit is
    /// from them.
    fn frontier_of(&self, at: u32, distances: &[u16]) -> (Vec<u32>, u16) {
        let mut frontier: Vec<u32> = Vec::new();
        let mut distance = 0;
        for up in self.reading.parents(at) {
            let node = match up {
                Up::Known(node) => node,
                Up::Read(parent) => {
                    distance = distance.max(distances[parent as usize]);
                    self.nodes[parent as usize]
                }
            };
            if node != NONE && !frontier.contains(&node) {
                frontier.push(node);
            }
        }
        if frontier.len() > 1 {
            // Descendants have greater numbers.
            frontier.sort_unstable_by(|a, b| b.cmp(a));
            let mut nearest: Vec<u32> = Vec::new();
            for node in frontier {
                let covered = |&of: &u32| self.pool.is_ancestor(node, of, PATIENCE) == Some(true);
                if !nearest.iter().any(covered) {
                    nearest.push(node);
                }
            }
            frontier = nearest;
        }
        (frontier, distance + 1)
    }
}
