//! What is kept of a history: the commits that matter, and how they descend from each other.
//!
//! A pool grows and never turns wrong, since all that it says of a commit follows from the commit and its ancestors. It may
//! know more than what is reachable from the tips of the moment; whoever reads it looks at those ancestors only.

use super::Oid;
use super::pack::{EFFECTS, Interner, Packer, RULES, Strings, Unpacker};
use super::record::Record;
use crate::message::{Effect, Rule};
use std::cmp::Reverse;
use std::collections::{BinaryHeap, HashMap};

/// A pool may know this many times as many commits as are reachable, and some more, before the rest is dropped.
const SLACK: usize = 4;
const SPARE: usize = 4096;

/// What is true of a node.
pub(super) mod flag {
    /// Its message says something of tasks.
    pub const EVENT: u8 = 1;
    /// A shallow clone cuts off its parents, and what is cut off could matter.
    pub const CUT: u8 = 2;
    /// It lies beyond the boundary.
    pub const BEFORE: u8 = 4;
    /// It lies beyond the boundary and is not part of the history at all.
    pub const HIDDEN: u8 = 8;
}

/// What is true of an event.
pub(super) mod mark {
    pub const PLAN_ONLY: u8 = 1;
    pub const SIGHTED: u8 = 2;
    /// Of a naming: its part has no effect.
    pub const INERT: u8 = 4;
}

/// Commits and what they say. Nodes are numbered, each higher than its ancestors.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Pool {
    /// How many bytes an object id has; 0 as long as there is none.
    pub width: usize,
    pub oids: Vec<u8>,
    pub times: Vec<i64>,
    pub flags: Vec<u8>,
    /// Where the edges of each node end.
    pub ends: Vec<u32>,
    /// Nearest ancestors in the pool.
    pub edges: Vec<u32>,
    /// The nodes that are events, in order; what follows has an entry for each.
    pub events: Vec<u32>,
    pub author_times: Vec<i64>,
    pub marks: Vec<u8>,
    pub record_ends: Vec<u32>,
    pub naming_ends: Vec<u32>,
    pub undoing_ends: Vec<u32>,
    pub records: Vec<u8>,
    pub namings: Vec<Naming>,
    pub undoings: Vec<Undoing>,
    pub strings: Strings,
    /// Nodes that could not be understood, and what is wrong with them.
    pub faults: Vec<(u32, u32)>,
}

/// One word of one reference of an event.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Naming {
    pub word: u32,
    pub line: u32,
    pub part: u32,
    pub reference: u32,
    pub effect: u8,
    pub rule: u8,
    pub marks: u8,
}

/// What a part of an event undoes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Undoing {
    pub part: u32,
    /// A node, or a part of the same event.
    pub target: u32,
    pub is_own_part: bool,
}

impl Naming {
    pub fn effect(&self) -> Effect {
        EFFECTS[usize::from(self.effect)]
    }

    pub fn rule(&self) -> Rule {
        RULES[usize::from(self.rule)]
    }
}

/// The `at`th of the consecutive ranges that end at `ends`.
pub(super) fn range(ends: &[u32], at: usize) -> std::ops::Range<usize> {
    let start = at.checked_sub(1).map_or(0, |before| ends[before]);
    start as usize..ends[at] as usize
}

pub(super) fn number(n: usize) -> u32 {
    u32::try_from(n).expect("fewer than 2^32 commits")
}

/// A node that is to be added.
pub(super) struct NewNode<'a> {
    pub oid: &'a [u8],
    pub time: i64,
    pub flags: u8,
    pub parents: &'a [u32],
    pub fault: Option<&'a str>,
}

impl Pool {
    pub fn len(&self) -> usize {
        self.times.len()
    }

    pub fn oid(&self, node: u32) -> Oid {
        Oid::from_bytes_or_panic(self.oid_bytes(node))
    }

    pub fn oid_bytes(&self, node: u32) -> &[u8] {
        let at = node as usize * self.width;
        &self.oids[at..at + self.width]
    }

    pub fn parents(&self, node: u32) -> &[u32] {
        &self.edges[range(&self.ends, node as usize)]
    }

    pub fn has(&self, node: u32, flag: u8) -> bool {
        self.flags[node as usize] & flag != 0
    }

    /// Every node by its object id.
    pub fn by_oid(&self) -> gix::hashtable::HashMap<Oid, u32> {
        (0..number(self.len())).map(|node| (self.oid(node), node)).collect()
    }

    /// The nodes of these commits, in their order.
    pub fn find(&self, oids: &[Oid]) -> Vec<Option<u32>> {
        let wanted: HashMap<&[u8], usize> = oids.iter().enumerate().map(|(i, o)| (o.as_slice(), i)).collect();
        let mut found = vec![None; oids.len()];
        let mut left = wanted.len();
        // Tips are mostly new.
        for node in (0..number(self.len())).rev() {
            if left == 0 {
                break;
            }
            if let Some(&at) = wanted.get(self.oid_bytes(node)) {
                found[at] = Some(node);
                left -= 1;
            }
        }
        // The same commit asked for twice.
        oids.iter().map(|oid| wanted.get(oid.as_slice()).and_then(|&at| found[at])).collect()
    }

    pub fn push(&mut self, node: &NewNode<'_>) -> u32 {
        let at = number(self.len());
        self.width = node.oid.len();
        self.oids.extend_from_slice(node.oid);
        self.times.push(node.time);
        self.flags.push(node.flags);
        self.edges.extend_from_slice(node.parents);
        self.ends.push(number(self.edges.len()));
        if let Some(fault) = node.fault {
            let text = self.strings.push(fault);
            self.faults.push((at, text));
        }
        at
    }

    /// Says what the node that was pushed last says of tasks.
    pub fn push_event(&mut self, record: &Record, undoings: &[Undoing], interner: &mut Interner) {
        self.events.push(number(self.len() - 1));
        self.author_times.push(record.author_time);
        let marks = [(record.plan_only, mark::PLAN_ONLY), (!record.sightings.is_empty(), mark::SIGHTED)];
        self.marks.push(marks.iter().filter(|(is, _)| *is).map(|(_, mark)| mark).sum());
        let (out, strings) = (&mut self.records, &mut self.strings);
        Packer { out, strings, interner }.record(record);
        self.record_ends.push(u32::try_from(self.records.len()).expect("less than 4 GiB of records"));
        for (part_at, part) in record.message.parts.iter().enumerate() {
            let marks = if part.inert.is_some() { mark::INERT } else { 0 };
            for (at, reference) in part.references.iter().enumerate() {
                for word in &reference.words {
                    self.namings.push(Naming {
                        word: interner.number(word, &mut self.strings),
                        line: reference.line,
                        part: number(part_at),
                        reference: number(at),
                        effect: reference.effect as u8,
                        rule: reference.rule as u8,
                        marks,
                    });
                }
            }
        }
        self.naming_ends.push(number(self.namings.len()));
        self.undoings.extend_from_slice(undoings);
        self.undoing_ends.push(number(self.undoings.len()));
    }

    /// Says which words the node that was pushed last brings in; nobody asks for its record.
    pub fn push_words(&mut self, words: &[String]) {
        self.events.push(number(self.len() - 1));
        self.author_times.push(0);
        self.marks.push(0);
        self.record_ends.push(number(self.records.len()));
        for word in words {
            let word = self.strings.push(word);
            self.namings.push(Naming { word, ..Naming::default() });
        }
        self.naming_ends.push(number(self.namings.len()));
        self.undoing_ends.push(number(self.undoings.len()));
    }

    /// Forgets what is not reachable from `tips` any more, once that is most of it.
    pub fn trim(&mut self, tips: &[Oid]) {
        let tips: Vec<u32> = self.find(tips).into_iter().flatten().collect();
        let live = self.reach(tips.iter().copied()).into_iter().filter(|&is| is).count();
        if self.len() > live * SLACK + SPARE {
            self.prune(&tips);
        }
    }

    /// What an event says, as far as it is not kept beside it.
    pub fn record(&self, event: usize) -> Option<Record> {
        let bytes = self.records.get(range(&self.record_ends, event))?;
        let mut record = Unpacker { bytes, strings: &self.strings }.record()?;
        record.author_time = self.author_times[event];
        record.plan_only = self.marks[event] & mark::PLAN_ONLY != 0;
        record.before_boundary = self.has(self.events[event], flag::BEFORE);
        Some(record)
    }

    /// Everything reachable from `tips`, the tips included.
    pub fn reach(&self, tips: impl IntoIterator<Item = u32>) -> Vec<bool> {
        let mut reached = vec![false; self.len()];
        for tip in tips {
            reached[tip as usize] = true;
        }
        for node in (0..self.len()).rev().filter(|&n| !self.has(number(n), flag::HIDDEN)) {
            if reached[node] {
                for parent in &self.edges[range(&self.ends, node)] {
                    reached[*parent as usize] = true;
                }
            }
        }
        reached
    }

    /// Whether nothing that matters is cut off from `tip`.
    pub fn is_complete_at(&self, tip: u32) -> bool {
        let mut cut = (0..number(self.len())).filter(|&node| self.has(node, flag::CUT)).peekable();
        cut.peek().is_none() || {
            let reached = self.reach([tip]);
            !cut.any(|node| reached[node as usize])
        }
    }

    /// Whether `ancestor` is `of` or an ancestor of it; `None` if that takes more than `limit` steps to find out.
    pub fn is_ancestor(&self, ancestor: u32, of: u32, limit: usize) -> Option<bool> {
        let mut queue = vec![of];
        let mut seen = std::collections::HashSet::new();
        while let Some(node) = queue.pop() {
            if node == ancestor {
                return Some(true);
            }
            if seen.len() > limit {
                return None;
            }
            // Ancestors have lesser numbers: what lies below `ancestor` cannot lead to it.
            queue.extend(self.parents(node).iter().filter(|&&p| p >= ancestor && seen.insert(p)));
        }
        Some(false)
    }

    /// Drops what is not reachable from `tips`.
    fn prune(&mut self, tips: &[u32]) {
        let reached = self.reach(tips.iter().copied());
        let order: Vec<u32> = (0..number(self.len())).filter(|&node| reached[node as usize]).collect();
        self.arrange(&order);
        self.drop_strings();
    }

    /// Drops the strings that belonged to events which are gone, and those that were kept several times because they were
    /// read at different times.
    fn drop_strings(&mut self) {
        let old = self.clone();
        let mut interner = Interner::default();
        self.strings = Strings::default();
        self.records.clear();
        self.record_ends.clear();
        for event in 0..old.events.len() {
            // Where only words are kept there is no record.
            if let Some(record) = old.record(event) {
                let (out, strings) = (&mut self.records, &mut self.strings);
                Packer { out, strings, interner: &mut interner }.record(&record);
            }
            self.record_ends.push(number(self.records.len()));
        }
        let mut moved = |text: u32, strings: &mut Strings| interner.number(old.strings.get(text), strings);
        for naming in &mut self.namings {
            naming.word = moved(naming.word, &mut self.strings);
        }
        for (_, text) in &mut self.faults {
            *text = moved(*text, &mut self.strings);
        }
    }

    /// Brings the events into the order in which everybody numbers them: ancestors first, and of those whose ancestors
    /// have all had their turn the earliest by committer time, then by object id. It does not depend on which other nodes
    /// there are, since those take their turn at once, so that an event waits for its ancestors among the events only.
    pub fn sort(&mut self) {
        let mut waits: Vec<u32> = (0..self.len()).map(|n| number(range(&self.ends, n).len())).collect();
        let mut children_ends = vec![0_u32; self.len() + 1];
        for &parent in &self.edges {
            children_ends[parent as usize + 1] += 1;
        }
        for at in 1..children_ends.len() {
            children_ends[at] += children_ends[at - 1];
        }
        let mut children = vec![0_u32; self.edges.len()];
        let mut next = children_ends.clone();
        for node in 0..number(self.len()) {
            for &parent in self.parents(node) {
                children[next[parent as usize] as usize] = node;
                next[parent as usize] += 1;
            }
        }
        let mut order = Vec::with_capacity(self.len());
        let mut free: Vec<u32> = (0..number(self.len())).rev().filter(|&n| waits[n as usize] == 0).collect();
        let mut events = BinaryHeap::new();
        loop {
            let node = match free.pop() {
                Some(node) if self.has(node, flag::EVENT) => {
                    events.push(Reverse((self.times[node as usize], self.oid_bytes(node), node)));
                    continue;
                }
                Some(node) => node,
                None => match events.pop() {
                    Some(Reverse((_, _, node))) => node,
                    None => break,
                },
            };
            order.push(node);
            let of = children_ends[node as usize] as usize..children_ends[node as usize + 1] as usize;
            for &child in &children[of] {
                waits[child as usize] -= 1;
                if waits[child as usize] == 0 {
                    free.push(child);
                }
            }
        }
        if !order.is_sorted() {
            self.arrange(&order);
        }
    }

    /// Keeps the nodes of `order`, a set closed under parents, and numbers them anew.
    fn arrange(&mut self, order: &[u32]) {
        const GONE: u32 = u32::MAX;
        let mut new = vec![GONE; self.len()];
        for (at, &node) in order.iter().enumerate() {
            new[node as usize] = number(at);
        }
        let mut event_of = vec![GONE; self.len()];
        for (event, &node) in self.events.iter().enumerate() {
            event_of[node as usize] = number(event);
        }
        let old = std::mem::take(self);
        self.width = old.width;
        for &node in order {
            let at = node as usize;
            self.oids.extend_from_slice(old.oid_bytes(node));
            self.times.push(old.times[at]);
            self.flags.push(old.flags[at]);
            self.edges.extend(old.parents(node).iter().map(|&parent| new[parent as usize]));
            self.ends.push(number(self.edges.len()));
            if event_of[at] != GONE {
                self.copy_event(&old, event_of[at] as usize, &new);
            }
        }
        let faults = old.faults.iter().map(|&(node, text)| (new[node as usize], text));
        self.faults = faults.filter(|(node, _)| *node != GONE).collect();
        self.strings = old.strings;
    }

    fn copy_event(&mut self, old: &Self, event: usize, new: &[u32]) {
        self.events.push(number(self.len() - 1));
        self.author_times.push(old.author_times[event]);
        self.marks.push(old.marks[event]);
        self.records.extend_from_slice(&old.records[range(&old.record_ends, event)]);
        self.record_ends.push(number(self.records.len()));
        self.namings.extend_from_slice(&old.namings[range(&old.naming_ends, event)]);
        self.naming_ends.push(number(self.namings.len()));
        let moved = |undoing: &Undoing| {
            let target = undoing.target as usize;
            Undoing { target: if undoing.is_own_part { undoing.target } else { new[target] }, ..*undoing }
        };
        self.undoings.extend(old.undoings[range(&old.undoing_ends, event)].iter().map(moved));
        self.undoing_ends.push(number(self.undoings.len()));
    }
}

#[cfg(test)]
mod tests {
    use super::super::record::Person;
    use super::*;
    use crate::message::{Rules, read};

    /// Adds a commit that says something, as a read of its own.
    fn push(pool: &mut Pool, n: u8, parents: &[u32], fault: Option<&str>) -> u32 {
        let node =
            pool.push(&NewNode { oid: &[n; 20], time: i64::from(n), flags: flag::EVENT, parents, fault });
        let record = Record {
            message: read(&format!("task {n}: do it\n\nRefs-Task: 1"), false, &Rules::default()),
            subject: format!("task {n}: do it"),
            author: Person { name: "A".to_owned(), email: "a@x".to_owned() },
            author_time: i64::from(n),
            plan_only: n.is_multiple_of(2),
            before_boundary: false,
            sightings: Vec::new(),
        };
        let undoings: Vec<Undoing> =
            parents.iter().map(|&target| Undoing { part: 0, target, is_own_part: false }).collect();
        pool.push_event(&record, &undoings, &mut Interner::default());
        node
    }

    /// What a pool says of each commit that has a record.
    fn told(pool: &Pool) -> Vec<String> {
        let of = |event: usize| {
            let node = pool.events[event];
            let words =
                pool.namings[range(&pool.naming_ends, event)].iter().map(|n| pool.strings.get(n.word));
            let undone = pool.undoings[range(&pool.undoing_ends, event)].iter().map(|u| pool.oid(u.target));
            let (words, undone) = (words.collect::<Vec<_>>(), undone.collect::<Vec<_>>());
            format!("{} {:?} {words:?} {undone:?}", pool.oid(node), pool.record(event))
        };
        (0..pool.events.len()).map(of).collect()
    }

    #[test]
    fn what_is_pruned_takes_its_strings_along() {
        let mut pool = Pool::default();
        let root = push(&mut pool, 1, &[], None);
        let kept = push(&mut pool, 2, &[root], Some("commit 2 is odd"));
        let before = told(&pool);
        let strings = {
            let mut alone = pool.clone();
            alone.drop_strings();
            alone.strings
        };
        assert!(strings.len() < pool.strings.len(), "what both say is kept once");
        for n in 3..200 {
            push(&mut pool, n, &[root], Some("lost"));
        }
        pool.prune(&[kept]);
        assert_eq!(told(&pool), before);
        assert_eq!(pool.strings, strings);
        assert_eq!(
            pool.faults.iter().map(|&(node, text)| (node, pool.strings.get(text))).collect::<Vec<_>>(),
            [(kept, "commit 2 is odd")]
        );
    }

    #[test]
    fn words_without_records_are_kept_where_strings_are_dropped() {
        let mut pool = Pool::default();
        for (n, words) in [(1, ["a", "b"]), (2, ["b", "c"])] {
            pool.push(&NewNode { oid: &[n; 20], time: 0, flags: flag::EVENT, parents: &[], fault: None });
            pool.push_words(&words.map(str::to_owned));
        }
        pool.prune(&[1]);
        assert_eq!(pool.namings.iter().map(|n| pool.strings.get(n.word)).collect::<Vec<_>>(), ["b", "c"]);
        assert_eq!((pool.strings.len(), pool.record(0)), (2, None));
    }
}
