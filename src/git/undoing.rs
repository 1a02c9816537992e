//! What a revert undoes. It follows from the revert's ancestors, so it is found out once and kept.

use super::Oid;
use super::chains::{Chains, Lineage};
use super::commit::RawCommit;
use super::pool::{Undoing, flag, number};
use super::reading::{Reading, Up};
use super::record::{Record, subject_hash};
use super::reduce::{Halt, NONE, Reducer};
use crate::message::{Part, Revert, RevertKind, comparable_subject};
use gix::objs::Kind;
use std::collections::{BinaryHeap, HashSet};

/// How many commits are read to find one that a revert names and the pool does not know.
const REACH: usize = 20_000;

/// The commits that were read, by their places in topological order. Parents of the pool are none of theirs.
struct Ranked<'a> {
    reading: &'a Reading,
    order: &'a [u32],
    ranks: &'a [u32],
}

impl Lineage for Ranked<'_> {
    fn count(&self) -> usize {
        self.order.len()
    }

    fn parents(&self, of: u32) -> impl Iterator<Item = u32> {
        self.reading.parents(self.order[of as usize]).filter_map(|up| match up {
            Up::Read(parent) => Some(self.ranks[parent as usize]),
            Up::Known(_) => None,
        })
    }
}

/// The subjects of the commits that were read: sorted by subject, then by chain, then by rank.
#[derive(Debug)]
pub(super) struct Subjects(Vec<(u64, u32, u32)>);

impl Subjects {
    fn of(commits: &Ranked<'_>, chains: &Chains) -> Self {
        let entry = |(rank, &at): (usize, &u32)| {
            let rank = number(rank);
            (commits.reading.seen(at).subject, chains.lowest(rank), rank)
        };
        let mut entries: Vec<_> = commits.order.iter().enumerate().map(entry).collect();
        entries.sort_unstable();
        Self(entries)
    }

    /// The commits with that subject.
    fn with(&self, subject: u64) -> &[(u64, u32, u32)] {
        let start = self.0.partition_point(|entry| entry.0 < subject);
        let len = self.0[start..].partition_point(|entry| entry.0 == subject);
        &self.0[start..start + len]
    }
}

impl Reducer<'_> {
    /// What the reverts among the parts of a commit undo, part by part.
    pub(super) fn undoings(&mut self, at: u32, node: u32, record: &Record) -> Result<Vec<Undoing>, Halt> {
        let mut undoings = Vec::new();
        for (part, text) in record.message.parts.iter().enumerate() {
            let Some(revert) = &text.revert else { continue };
            let earlier = &record.message.parts[..part];
            let targets = self.targets(at, node, earlier, revert)?;
            undoings.extend(targets.into_iter().map(|target| Undoing { part: number(part), ..target }));
        }
        Ok(undoings)
    }

    fn targets(
        &mut self,
        at: u32,
        node: u32,
        earlier: &[Part],
        revert: &Revert,
    ) -> Result<Vec<Undoing>, Halt> {
        let commit = |target: u32| Undoing { part: 0, target, is_own_part: false };
        let mut events = Vec::new();
        let mut is_named = false;
        for (prefix, kept) in &revert.commits {
            if let Some(target) = self.named(at, node, prefix)? {
                is_named = true;
                events.extend(self.undone(target, kept.as_deref())?);
            }
        }
        if is_named {
            return Ok(events.into_iter().map(commit).collect());
        }
        if revert.kind == RevertKind::Retitled {
            return Ok(events.into_iter().map(commit).collect());
        }
        // A re-apply quotes the subject of what was reverted, and undoes the revert.
        let quoted = match revert.kind {
            RevertKind::Revert | RevertKind::Retitled => revert.subject.clone(),
            RevertKind::Reapply => format!("Revert \"{}\"", comparable_subject(&revert.subject)),
        };
        let subject = comparable_subject(&quoted);
        if let Some(part) = earlier.iter().rposition(|p| comparable_subject(&p.subject) == subject) {
            return Ok(vec![Undoing { part: 0, target: number(part), is_own_part: true }]);
        }
        if let Some(target) = self.newest_with_subject(at, subject)? {
            events = self.undone(target, None)?;
        }
        Ok(events.into_iter().map(commit).collect())
    }

    /// The ancestor whose object id starts like that. An abbreviation that fits two ancestors names neither.
    fn named(&mut self, at: u32, node: u32, prefix: &str) -> Result<Option<Oid>, Halt> {
        let is_first_read = self.known.is_empty();
        let Ok(oid) = Oid::from_hex(prefix.to_ascii_lowercase().as_bytes()) else {
            return if is_first_read { Ok(self.abbreviated(at, prefix)) } else { Err(Halt::Undecided) };
        };
        if let Some(found) = self.reading.find(&oid)
            && found != at
            && self.is_ancestor(found, at)
        {
            return Ok(Some(oid));
        }
        if let Some(&found) = self.known.get(&oid) {
            let is_part = !self.pool.has(found, flag::HIDDEN);
            let is_ancestor = is_part && self.pool.is_ancestor(found, node, usize::MAX) == Some(true);
            return Ok(is_ancestor.then_some(oid));
        }
        if is_first_read { Ok(None) } else { self.named_outside(at, oid) }
    }

    fn abbreviated(&self, at: u32, prefix: &str) -> Option<Oid> {
        let prefix = gix::hash::Prefix::from_hex(prefix).ok()?;
        let fitting = self.reading.with_prefix(&prefix).into_iter().filter(|&n| n != at);
        let mut ancestors = fitting.filter(|&n| self.is_ancestor(n, at));
        let found = ancestors.next().filter(|_| ancestors.next().is_none())?;
        Some(Oid::from_bytes_or_panic(self.reading.oid(found)))
    }

    /// Looks for an ancestor that is not in the pool, the newest first: mostly it is near.
    fn named_outside(&mut self, at: u32, oid: Oid) -> Result<Option<Oid>, Halt> {
        let mut buffer = Vec::new();
        let start = Oid::from_bytes_or_panic(self.reading.oid(at));
        let mut heap = BinaryHeap::from([(0, start)]);
        let mut seen = HashSet::from([start]);
        while let Some((_, next)) = heap.pop() {
            if next == oid && next != start {
                let is_hidden = self.since.map_or(Ok(false), |since| self.repo.is_ancestor(oid, since))?;
                return Ok((!is_hidden).then_some(oid));
            }
            if seen.len() > REACH {
                return Err(Halt::Undecided);
            }
            if self.shallow.contains(&next) {
                continue;
            }
            let parents = RawCommit::parse(self.repo.read(&next, Kind::Commit, &mut buffer)?).parents;
            for parent in parents.into_iter().filter(|&parent| seen.insert(parent)) {
                let time = RawCommit::parse(self.repo.read(&parent, Kind::Commit, &mut buffer)?).time();
                heap.push((time, parent));
            }
        }
        Ok(None)
    }

    /// The events that are undone with a commit: of a merge all that it brought in against the parent that is kept.
    fn undone(&mut self, target: Oid, kept: Option<&str>) -> Result<Vec<u32>, Halt> {
        let mut buffer = Vec::new();
        let mut parents = RawCommit::parse(self.repo.read(&target, Kind::Commit, &mut buffer)?).parents;
        if self.shallow.contains(&target) {
            parents.clear();
        }
        let tip = self.nearest(target)?;
        if parents.len() < 2 {
            let own = |node: &u32| self.pool.oid_bytes(*node) == target.as_slice();
            let is_event = |node: &u32| self.pool.has(*node, flag::EVENT);
            return Ok(tip.into_iter().filter(own).filter(is_event).collect());
        }
        let kept = kept.map(str::to_ascii_lowercase);
        let fits =
            |oid: &&Oid| kept.as_deref().is_some_and(|kept| oid.to_hex().to_string().starts_with(kept));
        // Of a parent that does not belong to the history no ancestor does, so everything was brought in then.
        let before = match parents.iter().find(fits).or(parents.first()) {
            Some(mainline) => self.nearest(*mainline)?,
            None => Vec::new(),
        };
        let (brought, before) = (self.pool.reach(tip), self.pool.reach(before));
        let events = self.pool.events.iter().copied();
        Ok(events.filter(|&e| brought[e as usize] && !before[e as usize]).collect())
    }

    /// The node that is a commit of the history or stands for it; several where it was not read just now.
    fn nearest(&self, oid: Oid) -> Result<Vec<u32>, Halt> {
        if let Some(read) = self.reading.find(&oid) {
            return Ok(Some(self.nodes[read as usize]).filter(|&node| node != NONE).into_iter().collect());
        }
        let mut found = Vec::new();
        if self.known.is_empty() {
            return Ok(found);
        }
        let mut buffer = Vec::new();
        let mut seen = HashSet::from([oid]);
        let mut stack = vec![oid];
        while let Some(next) = stack.pop() {
            if let Some(&node) = self.known.get(&next) {
                found.extend((!self.pool.has(node, flag::HIDDEN)).then_some(node));
            } else if seen.len() > REACH {
                return Err(Halt::Undecided);
            } else if !self.shallow.contains(&next) {
                let parents = RawCommit::parse(self.repo.read(&next, Kind::Commit, &mut buffer)?).parents;
                stack.extend(parents.into_iter().filter(|parent| seen.insert(*parent)));
            }
        }
        Ok(found)
    }

    /// The newest ancestor with that subject: one that no other such ancestor descends from, the latest by committer
    /// time, then by object id.
    fn newest_with_subject(&mut self, at: u32, subject: &str) -> Result<Option<Oid>, Halt> {
        let (commits, chains) = (self.ranked(), self.chains());
        let subjects = self.subjects.get_or_init(|| Subjects::of(&commits, chains));
        let same = subjects.with(subject_hash(subject));
        let highest = |lowest: u32, below: u32| {
            let end = same.partition_point(|&(_, chain, rank)| (chain, rank) < (lowest, below));
            let (_, chain, rank) = *same[..end].last()?;
            (chain == lowest).then_some(rank)
        };
        let maximal: Vec<u32> = match same.iter().map(|&(.., rank)| rank).min() {
            Some(least) => chains.newest(&commits, self.ranks[at as usize], least, highest),
            None => Vec::new(),
        };
        let maximal: Vec<u32> = maximal.into_iter().map(|rank| self.order[rank as usize]).collect();
        if !self.known.is_empty() && (maximal.len() > 1 || !self.covers(&maximal, at)) {
            return Err(Halt::Undecided);
        }
        let recency = |&n: &u32| (self.reading.seen(n).time, self.reading.oid(n));
        let newest = maximal.iter().copied().max_by_key(recency);
        Ok(newest.map(|n| Oid::from_bytes_or_panic(self.reading.oid(n))))
    }

    /// Whether all that is older than what was just read, as seen from `at`, is an ancestor of one of `newest`.
    fn covers(&mut self, newest: &[u32], at: u32) -> bool {
        let mut stack = vec![at];
        let mut olds = HashSet::new();
        self.search += 1;
        while let Some(next) = stack.pop() {
            for up in self.reading.parents(next) {
                match up {
                    Up::Known(node) => {
                        olds.insert(node);
                    }
                    Up::Read(parent) if !newest.contains(&parent) => {
                        if std::mem::replace(&mut self.marks[parent as usize], self.search) != self.search {
                            stack.push(parent);
                        }
                    }
                    Up::Read(_) => {}
                }
            }
        }
        let nodes: Vec<u32> =
            newest.iter().map(|&n| self.nodes[n as usize]).filter(|&node| node != NONE).collect();
        let is_below =
            |old: u32| nodes.iter().any(|&n| self.pool.is_ancestor(old, n, usize::MAX) == Some(true));
        olds.into_iter().all(is_below)
    }

    /// Whether one of the commits just read leads to another through such commits alone.
    fn is_ancestor(&self, ancestor: u32, of: u32) -> bool {
        let rank = |at: u32| self.ranks[at as usize];
        self.chains().is_ancestor(&self.ranked(), rank(ancestor), rank(of))
    }

    fn ranked(&self) -> Ranked<'_> {
        Ranked { reading: self.reading, order: &self.order, ranks: &self.ranks }
    }

    fn chains(&self) -> &Chains {
        self.chains.get_or_init(|| Chains::of(&self.ranked()))
    }
}
