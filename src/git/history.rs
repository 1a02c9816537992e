//! What history yields: a value that knows the commits that say something of tasks, how they descend from each other and
//! what their messages say.

use super::chains::Chains;
use super::pool::{Naming, NewNode, Pool, Undoing, flag, mark, number, range};
use super::record::{Record, Sighting};
use super::{Oid, object::People};
use crate::message::{Effect, Rule};
use std::cmp::Reverse;
use std::collections::{BinaryHeap, HashMap, HashSet};
use std::fmt;
use std::sync::OnceLock;

/// A commit's place in a [`History`]. Every commit's place is greater than those of its ancestors.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Pos(u32);

/// The commits that matter for tasks, in topological order: those that say something of tasks, and the tips. Of the tips
/// it is known what is reachable from them, and not what they are reachable from.
#[derive(Default)]
pub struct History {
    pool: Pool,
    /// What is reachable from the tips.
    live: PosSet,
    tips: HashMap<Oid, Pos>,
    /// The commits that say something of tasks by their object ids; made when it is first needed.
    places: OnceLock<gix::hashtable::HashMap<Oid, Pos>>,
    /// Made when it is first asked which commit descends from which.
    chains: OnceLock<Chains>,
    /// By their number among the events.
    records: Vec<OnceLock<Option<Box<Record>>>>,
    /// What was looked up besides, by event.
    sightings: HashMap<usize, Vec<Sighting>>,
    people: Option<People>,
    /// Whether nothing that could be evidence is cut off by a shallow clone.
    pub complete: bool,
    /// Commits that could not be understood, each in a sentence.
    pub warnings: Vec<String>,
}

/// One word of one reference of a commit.
#[derive(Debug, Clone, Copy)]
pub struct NamedWord {
    /// The commit.
    pub commit: Pos,
    /// Its number in [`History::word`].
    pub word: usize,
    /// The part of the message, from 0.
    pub part: u32,
    /// The reference among those of the part, from 0. All words of a reference follow each other.
    pub reference: u32,
    /// The line of the message, from 1.
    pub line: u32,
    /// What the reference asks for.
    pub effect: Effect,
    /// The rule that found it.
    pub rule: Rule,
    /// Whether nothing in that part of the message has an effect.
    pub inert: bool,
    /// As [`History::is_plan_only`] has it.
    pub plan_only: bool,
}

/// What a part of a commit undoes, directly.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Undoes {
    /// Everything that another commit says.
    Commit(Pos),
    /// An earlier part of the same commit.
    Part(u32),
}

impl History {
    /// What a pool knows of these tips. The first is the one whose answer it is.
    pub(super) fn of(pool: Pool, tips: &[Oid], people: People) -> Self {
        let found = pool.find(tips);
        let nodes: Vec<Option<u32>> =
            found.into_iter().map(|node| node.filter(|&node| !pool.has(node, flag::HIDDEN))).collect();
        let reached = pool.reach(nodes.iter().copied().flatten());
        let complete = nodes.first().copied().flatten().is_none_or(|first| pool.is_complete_at(first));
        let mut faults: Vec<(u32, u32)> =
            pool.faults.iter().copied().filter(|(node, _)| reached[*node as usize]).collect();
        // The newest first, the same whenever which of them was read.
        faults.sort_by_key(|&(node, _)| (Reverse(pool.times[node as usize]), pool.oid(node)));
        let warnings = faults.into_iter().map(|(_, text)| pool.strings.get(text).to_owned()).collect();
        let live = PosSet::from_bools(&reached);
        let tips = tips.iter().zip(&nodes).filter_map(|(oid, node)| Some((*oid, Pos((*node)?)))).collect();
        let records = pool.events.iter().map(|_| OnceLock::new()).collect();
        Self {
            pool,
            live,
            tips,
            places: OnceLock::new(),
            chains: OnceLock::new(),
            records,
            sightings: HashMap::new(),
            people: Some(people),
            complete,
            warnings,
        }
    }

    /// Adds a commit that does not exist: the merge of `theirs` into `ours`, as it will be. It says nothing itself.
    pub fn join(&mut self, ours: Pos, theirs: Pos) -> Pos {
        let oid = Oid::null(self.oid(ours).kind());
        let time = self.time(ours).max(self.time(theirs));
        let parents = [ours.0, theirs.0];
        let node = NewNode { oid: oid.as_slice(), time, flags: 0, parents: &parents, fault: None };
        self.chains.take();
        Pos(self.pool.push(&node))
    }

    /// What no commit says.
    pub fn empty() -> Self {
        Self { complete: true, ..Self::default() }
    }

    /// How many commits say something of tasks.
    pub fn len(&self) -> usize {
        self.events().count()
    }

    /// Whether no commit says anything of tasks.
    pub fn is_empty(&self) -> bool {
        self.events().next().is_none()
    }

    /// The place of a tip, or of a commit that says something of tasks.
    pub fn position(&self, oid: &Oid) -> Option<Pos> {
        if let Some(&pos) = self.tips.get(oid) {
            return Some(pos);
        }
        let places = self.places.get_or_init(|| self.places().map(|pos| (self.oid(pos), pos)).collect());
        places.get(oid).copied()
    }

    /// The object id of the commit at `pos`.
    pub fn oid(&self, pos: Pos) -> Oid {
        self.pool.oid(pos.0)
    }

    /// Its committer time in seconds since the epoch.
    pub fn time(&self, pos: Pos) -> i64 {
        self.pool.times[pos.index()]
    }

    /// When it was written, in seconds since the epoch; of a commit that says something of tasks.
    pub fn author_time(&self, pos: Pos) -> Option<i64> {
        Some(self.pool.author_times[self.event(pos)?])
    }

    /// Whether the commit changes nothing but the plan, and a form in it would count otherwise.
    pub fn is_plan_only(&self, pos: Pos) -> bool {
        self.event(pos).is_some_and(|event| self.pool.marks[event] & mark::PLAN_ONLY != 0)
    }

    /// Whether the commit lies beyond the adoption boundary.
    pub fn is_before_boundary(&self, pos: Pos) -> bool {
        self.pool.has(pos.0, flag::BEFORE)
    }

    /// The commits that say something of tasks, ancestors first.
    pub fn records(&self) -> impl DoubleEndedIterator<Item = (Pos, &Record)> {
        self.events().filter_map(|(event, pos)| Some((pos, self.decoded(event)?)))
    }

    /// The places of the commits that say something of tasks, ancestors first.
    pub fn places(&self) -> impl DoubleEndedIterator<Item = Pos> {
        self.events().map(|(_, pos)| pos)
    }

    /// What the commit at `pos` says, if it says anything of tasks.
    pub fn record(&self, pos: Pos) -> Option<&Record> {
        self.decoded(self.event(pos)?)
    }

    /// Every word that a commit puts where an id can stand: commits in their order, words in reading order.
    pub fn named_words(&self) -> impl Iterator<Item = NamedWord> + '_ {
        let named = |commit: Pos, plan_only: bool| {
            move |n: &Naming| NamedWord {
                commit,
                word: n.word as usize,
                part: n.part,
                reference: n.reference,
                line: n.line,
                effect: n.effect(),
                rule: n.rule(),
                inert: n.marks & mark::INERT != 0,
                plan_only,
            }
        };
        self.events().flat_map(move |(event, pos)| {
            let plan_only = self.pool.marks[event] & mark::PLAN_ONLY != 0;
            self.pool.namings[range(&self.pool.naming_ends, event)].iter().map(named(pos, plan_only))
        })
    }

    /// How many different words there are at most: one more than the greatest number of any.
    pub fn word_count(&self) -> usize {
        self.pool.strings.len()
    }

    /// The word of that number, as written.
    pub fn word(&self, number: usize) -> &str {
        u32::try_from(number).map_or("", |number| self.pool.strings.get(number))
    }

    /// What the commit at `pos` undoes, and by which of its parts; in reading order.
    pub fn undoings(&self, pos: Pos) -> impl DoubleEndedIterator<Item = (u32, Undoes)> + '_ {
        let undoing = |undoing: &Undoing| {
            let what = if undoing.is_own_part {
                Undoes::Part(undoing.target)
            } else {
                Undoes::Commit(Pos(undoing.target))
            };
            (undoing.part, what)
        };
        let of = self.event(pos).map_or(0..0, |event| range(&self.pool.undoing_ends, event));
        self.pool.undoings[of].iter().map(undoing)
    }

    /// The commits that undo something, ancestors first.
    pub fn reverts(&self) -> impl DoubleEndedIterator<Item = Pos> + '_ {
        let undoes = |(event, _): &(usize, Pos)| !range(&self.pool.undoing_ends, *event).is_empty();
        self.events().filter(undoes).map(|(_, pos)| pos)
    }

    /// The commits that say something of tasks and whose object id starts with `prefix` in hexadecimal.
    pub fn with_prefix(&self, prefix: &str) -> Vec<Pos> {
        let prefix = prefix.to_ascii_lowercase();
        let hex = |pos: Pos| gix::oid::from_bytes_unchecked(self.pool.oid_bytes(pos.0)).to_hex().to_string();
        self.places().filter(|&pos| hex(pos).starts_with(&prefix)).collect()
    }

    /// Whether `ancestor` is `of` or an ancestor of it.
    pub fn is_ancestor(&self, ancestor: Pos, of: Pos) -> bool {
        self.chains.get_or_init(|| Chains::of(&self.pool)).is_ancestor(&self.pool, ancestor.0, of.0)
    }

    /// Every commit reachable from `tips`, the tips included.
    pub fn reachable(&self, tips: &[Pos]) -> PosSet {
        PosSet::from_bools(&self.pool.reach(tips.iter().map(|tip| tip.0)))
    }

    /// The latest of the commits that say something of tasks and are reachable from `tip`.
    pub(super) fn latest_event(&self, tip: Pos) -> Option<Pos> {
        let reach = self.reachable(&[tip]);
        self.places().rev().find(|&pos| reach.contains(pos))
    }

    /// The commit and every tip, and every commit that says something of tasks or is kept besides, that descends from it.
    pub(super) fn descendants(&self, of: Pos) -> PosSet {
        let mut found = vec![false; self.pool.len()];
        found[of.index()] = true;
        // Descendants have greater numbers.
        for node in of.0 + 1..number(self.pool.len()) {
            found[node as usize] = self.pool.parents(node).iter().any(|&parent| found[parent as usize]);
        }
        PosSet::from_bools(&found)
    }

    /// The commits that have a place here.
    pub(super) fn all_places(&self) -> impl Iterator<Item = (Oid, Pos)> {
        (0..number(self.pool.len())).map(|node| (self.pool.oid(node), Pos(node)))
    }

    /// The commits that say something of tasks and are reachable from `tip`, but not in `seen`, a set closed under parents.
    pub fn beyond(&self, tip: Pos, seen: &PosSet) -> Vec<Pos> {
        let mut found = Vec::new();
        let mut queue = vec![tip.0];
        let mut queued = HashSet::from([tip.0]);
        while let Some(node) = queue.pop() {
            if !seen.contains(Pos(node)) {
                if self.pool.has(node, flag::EVENT) {
                    found.push(Pos(node));
                }
                queue.extend(self.pool.parents(node).iter().filter(|&&parent| queued.insert(parent)));
            }
        }
        found.sort_unstable();
        found
    }

    /// The commits that say something of tasks and are reachable from one of two tips only: of the first, of the second.
    /// It costs what lies between the tips, whatever lies behind them.
    pub fn between(&self, one: Pos, other: Pos) -> (Vec<Pos>, Vec<Pos>) {
        const ONE: u8 = 1;
        const OTHER: u8 = 2;
        let mut sides: HashMap<u32, u8> = HashMap::new();
        let mut queue = BinaryHeap::new();
        // How many of those in the queue have one side only.
        let mut one_sided = 0_usize;
        let (mut of_one, mut of_other) = (Vec::new(), Vec::new());
        let mut meet = |node: u32, side: u8, queue: &mut BinaryHeap<u32>, one_sided: &mut usize| {
            let known = sides.entry(node).or_insert(0);
            let before = *known;
            *known |= side;
            match (before, *known) {
                (0, side) => {
                    queue.push(node);
                    *one_sided += usize::from(side != ONE | OTHER);
                }
                (before, now) => *one_sided -= usize::from(before != now),
            }
            *known
        };
        meet(one.0, ONE, &mut queue, &mut one_sided);
        meet(other.0, OTHER, &mut queue, &mut one_sided);
        while one_sided > 0
            // The newest first: whoever leads to a node has had its turn before.
            && let Some(node) = queue.pop()
        {
            let side = meet(node, 0, &mut queue, &mut one_sided);
            one_sided -= usize::from(side != ONE | OTHER);
            if self.pool.has(node, flag::EVENT) {
                match side {
                    ONE => of_one.push(Pos(node)),
                    OTHER => of_other.push(Pos(node)),
                    _ => {}
                }
            }
            for &parent in self.pool.parents(node) {
                meet(parent, side, &mut queue, &mut one_sided);
            }
        }
        of_one.reverse();
        of_other.reverse();
        (of_one, of_other)
    }

    /// Whether nothing that could be evidence at `tip` is cut off by a shallow clone.
    pub fn is_complete_at(&self, tip: Pos) -> bool {
        self.pool.is_complete_at(tip.0)
    }

    /// Adds what was found in the trees of commits.
    pub(super) fn sight(&mut self, found: Vec<(Pos, Vec<Sighting>)>) {
        for (pos, found) in found {
            if let Some(event) = self.event(pos) {
                self.sightings.insert(event, found);
                // It may have been decoded without.
                self.records[event].take();
            }
        }
    }

    fn events(&self) -> impl DoubleEndedIterator<Item = (usize, Pos)> {
        let events = self.pool.events.iter().enumerate();
        events.map(|(event, &node)| (event, Pos(node))).filter(|(_, pos)| self.live.contains(*pos))
    }

    fn event(&self, pos: Pos) -> Option<usize> {
        self.pool.events.binary_search(&pos.0).ok()
    }

    fn decoded(&self, event: usize) -> Option<&Record> {
        let decode = || {
            let mut record = self.pool.record(event)?;
            if let Some(people) = &self.people {
                record.author = people.mapped(&record.author);
            }
            if let Some(found) = self.sightings.get(&event) {
                record.sightings.clone_from(found);
            }
            Some(Box::new(record))
        };
        self.records[event].get_or_init(decode).as_deref()
    }
}

impl fmt::Debug for History {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("History").field("nodes", &self.pool.len()).finish_non_exhaustive()
    }
}

impl Pos {
    fn index(self) -> usize {
        self.0 as usize
    }
}

/// A set of places in one history.
#[derive(Debug, Clone, Default)]
pub struct PosSet(Vec<u64>);

impl PosSet {
    fn from_bools(bools: &[bool]) -> Self {
        let word = |bits: &[bool]| bits.iter().rev().fold(0, |word, &bit| word << 1 | u64::from(bit));
        Self(bools.chunks(64).map(word).collect())
    }

    /// Whether `pos` is in the set.
    pub fn contains(&self, pos: Pos) -> bool {
        self.0[pos.index() / 64] & (1 << (pos.index() % 64)) != 0
    }
}
