//! What history yields: a value that knows the commits, how they descend from each other and what their messages say.

use super::Oid;
use crate::message::{Message, comparable_subject};
use crate::model::TaskId;
use jiff::Timestamp;
use std::collections::{BinaryHeap, HashMap};

/// Object ids are hashes already, so their first bytes will do as hash.
type OidMap<T> = gix::hashtable::HashMap<Oid, T>;

/// A commit's place in a [`History`]. Every commit's place is greater than those of its ancestors.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Pos(u32);

/// One commit as it is read: what a history is made of, and all that would have to be stored of it.
#[derive(Debug, Clone)]
pub struct Commit {
    /// Its object id.
    pub oid: Oid,
    /// Its parents; those not part of the history (hidden or cut off) may be named or not.
    pub parents: Vec<Oid>,
    /// Committer time in seconds since the epoch.
    pub time: i64,
    /// [`subject_hash`] of its subject.
    pub subject_hash: u64,
    /// What its message says, if it says anything of tasks.
    pub record: Option<Box<Record>>,
}

/// What a commit says of tasks.
#[derive(Debug, Clone)]
pub struct Record {
    /// The references and reverts of its message.
    pub message: Message,
    /// The first line of its message.
    pub subject: String,
    /// Who wrote it, by the mail map.
    pub author: Person,
    /// When it was written, in seconds since the epoch.
    pub author_time: i64,
    /// It changes nothing but files under `.tasks/` against its first parent, and at least one.
    pub plan_only: bool,
    /// It lies beyond the adoption boundary: shown by `why`, without effect.
    pub before_boundary: bool,
    /// The tasks it names by step, or that were renumbered since, as its own tree has them.
    pub sightings: Vec<Sighting>,
}

/// A person in a commit.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Person {
    /// Name.
    pub name: String,
    /// Mail address.
    pub email: String,
}

/// A task file in a commit's own tree.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sighting {
    /// The id, as the file's name had it.
    pub id: TaskId,
    /// Its path from the root of the repository.
    pub path: String,
    /// Its title.
    pub title: String,
    /// When it was written down.
    pub created: Option<Timestamp>,
    /// The texts of its steps, in order.
    pub steps: Vec<String>,
}

/// The commits that were read, in topological order.
#[derive(Debug, Default)]
pub struct History {
    nodes: Vec<Node>,
    edges: Vec<Pos>,
    by_oid: OidMap<Pos>,
    /// The hashes of all subjects in order, and the places of their commits, in order where hashes are equal.
    subject_hashes: Vec<u64>,
    subject_places: Vec<Pos>,
    records: Vec<(Pos, Box<Record>)>,
    /// Whether nothing that could be evidence is cut off by a shallow clone.
    pub complete: bool,
    /// Commits that could not be understood, each in a sentence.
    pub warnings: Vec<String>,
}

#[derive(Debug)]
struct Node {
    oid: Oid,
    time: i64,
    /// Where its parents begin in `edges`; they end where the next node's begin.
    edges: u32,
    /// It has more than one parent, read or not.
    merge: bool,
    /// Its first parent is among those that were read.
    first: bool,
}

impl History {
    /// Puts commits, in any order and each at most once, into topological order.
    ///
    /// Equal commits in another order give a history with the same answers.
    pub fn new(commits: Vec<Commit>, complete: bool, warnings: Vec<String>) -> Self {
        let index: OidMap<usize> = commits.iter().enumerate().map(|(i, c)| (c.oid, i)).collect();
        let order = topological(&commits, &index);
        let mut commits: Vec<Option<Commit>> = commits.into_iter().map(Some).collect();
        let mut history = Self { complete, warnings, ..Self::default() };
        history.nodes.reserve(order.len());
        history.by_oid.reserve(order.len());
        let mut subjects = Vec::with_capacity(order.len());
        for at in order {
            if let Some(commit) = commits[at].take() {
                let hash = commit.subject_hash;
                subjects.push((hash, history.push(commit)));
            }
        }
        subjects.sort_unstable();
        (history.subject_hashes, history.subject_places) = subjects.into_iter().unzip();
        history
    }

    /// Adds a commit whose parents, as far as they belong to the history, are there already.
    fn push(&mut self, commit: Commit) -> Pos {
        let pos = Pos(u32::try_from(self.nodes.len()).expect("fewer than 2^32 commits"));
        let edges = u32::try_from(self.edges.len()).expect("fewer than 2^32 parents");
        self.edges.extend(commit.parents.iter().filter_map(|oid| self.by_oid.get(oid)));
        let first = commit.parents.first().is_some_and(|oid| self.by_oid.contains_key(oid));
        let merge = commit.parents.len() > 1;
        self.nodes.push(Node { oid: commit.oid, time: commit.time, edges, merge, first });
        self.by_oid.insert(commit.oid, pos);
        if let Some(record) = commit.record {
            self.records.push((pos, record));
        }
        pos
    }

    /// Adds a commit that does not exist: the merge of those at `parents`, as it will be. It says nothing itself.
    pub fn join(&mut self, parents: &[Pos]) -> Pos {
        let oid = Oid::null(parents.first().map_or(gix::hash::Kind::Sha1, |&pos| self.oid(pos).kind()));
        let time = parents.iter().map(|&pos| self.time(pos)).max().unwrap_or(0);
        let parents = parents.iter().map(|&pos| self.oid(pos)).collect();
        self.push(Commit { oid, parents, time, subject_hash: 0, record: None })
    }

    /// How many commits there are.
    pub fn len(&self) -> usize {
        self.nodes.len()
    }

    /// Whether there is no commit at all.
    pub fn is_empty(&self) -> bool {
        self.nodes.is_empty()
    }

    /// The place of a commit, if it was read.
    pub fn position(&self, oid: &Oid) -> Option<Pos> {
        self.by_oid.get(oid).copied()
    }

    /// The object id of the commit at `pos`.
    pub fn oid(&self, pos: Pos) -> Oid {
        self.nodes[pos.index()].oid
    }

    /// Its committer time in seconds since the epoch.
    pub fn time(&self, pos: Pos) -> i64 {
        self.nodes[pos.index()].time
    }

    /// Its parents, as far as they were read, in the order of the commit.
    pub fn parents(&self, pos: Pos) -> &[Pos] {
        let start = self.nodes[pos.index()].edges as usize;
        let end = self.nodes.get(pos.index() + 1).map_or(self.edges.len(), |next| next.edges as usize);
        &self.edges[start..end]
    }

    /// Whether it has more than one parent, read or not.
    pub fn is_merge(&self, pos: Pos) -> bool {
        self.nodes[pos.index()].merge
    }

    /// Its first parent, if that was read.
    pub fn first_parent(&self, pos: Pos) -> Option<Pos> {
        if self.nodes[pos.index()].first { self.parents(pos).first().copied() } else { None }
    }

    /// All that a merge brought in, itself included: what is reachable from it and not from the parent that was kept.
    /// A parent that was not read has nothing but unread ancestors, so everything is brought in then.
    pub fn brought_in(&self, merge: Pos, mainline: Option<Pos>) -> Vec<Pos> {
        match mainline {
            Some(kept) => self.difference(merge, kept),
            None => self.beyond(merge, &PosSet::new(self.len())),
        }
    }

    /// The commits that say something of tasks, ancestors first.
    pub fn records(&self) -> impl DoubleEndedIterator<Item = (Pos, &Record)> {
        self.records.iter().map(|(pos, record)| (*pos, &**record))
    }

    /// What the commit at `pos` says, if it says anything of tasks.
    pub fn record(&self, pos: Pos) -> Option<&Record> {
        let at = self.records.binary_search_by_key(&pos, |(p, _)| *p).ok()?;
        Some(&self.records[at].1)
    }

    /// The commits whose subject has that [`subject_hash`], ancestors first. Different subjects may share one: compare
    /// what the commits really say where it matters.
    pub fn with_subject(&self, hash: u64) -> &[Pos] {
        let start = self.subject_hashes.partition_point(|&h| h < hash);
        let end = self.subject_hashes.partition_point(|&h| h <= hash);
        &self.subject_places[start..end]
    }

    /// The commits whose object id starts with `prefix` in hexadecimal; more than one if it is ambiguous.
    pub fn with_prefix(&self, prefix: &str) -> Vec<Pos> {
        if let Ok(oid) = Oid::from_hex(prefix.to_ascii_lowercase().as_bytes()) {
            return self.position(&oid).into_iter().collect();
        }
        let Ok(prefix) = gix::hash::Prefix::from_hex(prefix) else { return Vec::new() };
        let matches = |node: &Node| prefix.cmp_oid(&node.oid).is_eq();
        (0u32..).zip(&self.nodes).filter(|(_, node)| matches(node)).map(|(i, _)| Pos(i)).collect()
    }

    /// Whether `ancestor` is `of` or an ancestor of it.
    pub fn is_ancestor(&self, ancestor: Pos, of: Pos) -> bool {
        let mut queue = vec![of];
        let mut seen = std::collections::HashSet::new();
        while let Some(pos) = queue.pop() {
            if pos == ancestor {
                return true;
            }
            // Ancestors have lesser places: what lies below `ancestor` cannot lead to it.
            queue.extend(self.parents(pos).iter().filter(|&&p| p >= ancestor && seen.insert(p)));
        }
        false
    }

    /// Every commit reachable from `tips`, the tips included.
    pub fn reachable(&self, tips: &[Pos]) -> PosSet {
        let mut set = PosSet::new(self.len());
        let mut queue: Vec<Pos> = tips.iter().copied().filter(|&tip| set.insert(tip)).collect();
        while let Some(pos) = queue.pop() {
            queue.extend(self.parents(pos).iter().filter(|&&p| set.insert(p)));
        }
        set
    }

    /// What is reachable from `tip` and not in `seen`, a set closed under parents.
    pub fn beyond(&self, tip: Pos, seen: &PosSet) -> Vec<Pos> {
        let mut found = Vec::new();
        let mut queue = vec![tip];
        let mut queued = std::collections::HashSet::from([tip]);
        while let Some(pos) = queue.pop() {
            if !seen.contains(pos) {
                found.push(pos);
                queue.extend(self.parents(pos).iter().filter(|&&p| queued.insert(p)));
            }
        }
        found.sort_unstable();
        found
    }

    /// What is reachable from `include` and not from `exclude`, ancestors first; `git rev-list include ^exclude`.
    pub fn difference(&self, include: Pos, exclude: Pos) -> Vec<Pos> {
        const NEW: u8 = 1;
        const OLD: u8 = 2;
        let mut flags: HashMap<Pos, u8> = HashMap::from([(include, NEW)]);
        *flags.entry(exclude).or_default() |= OLD;
        let mut heap: BinaryHeap<Pos> = flags.keys().copied().collect();
        let mut one_sided = flags.values().filter(|&&f| f == NEW).count();
        let mut found = Vec::new();
        // The greatest place first: all descendants of a popped commit have been popped, so its flags are final.
        while one_sided > 0 {
            let Some(pos) = heap.pop() else { break };
            let flag = flags[&pos];
            if flag == NEW {
                found.push(pos);
                one_sided -= 1;
            }
            for &parent in self.parents(pos) {
                let known = flags.entry(parent).or_insert_with(|| {
                    heap.push(parent);
                    0
                });
                let before = *known;
                *known |= flag;
                one_sided += usize::from(*known == NEW && before != NEW);
                one_sided -= usize::from(*known != NEW && before == NEW);
            }
        }
        found.reverse();
        found
    }
}

/// A hash of what is comparable in a subject; FNV-1a, the same for every build, since it may be stored.
pub fn subject_hash(subject: &str) -> u64 {
    let add = |hash: u64, byte: u8| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
    comparable_subject(subject).bytes().fold(0xcbf2_9ce4_8422_2325, add)
}

/// Parents before children, by a depth-first walk without recursion.
fn topological(commits: &[Commit], index: &OidMap<usize>) -> Vec<usize> {
    let mut order = Vec::with_capacity(commits.len());
    let mut entered = vec![false; commits.len()];
    let mut stack: Vec<(usize, usize)> = Vec::new();
    for root in 0..commits.len() {
        if std::mem::replace(&mut entered[root], true) {
            continue;
        }
        stack.push((root, 0));
        while let Some((at, next)) = stack.last_mut() {
            if let Some(parent) = commits[*at].parents.get(*next) {
                *next += 1;
                if let Some(&parent) = index.get(parent)
                    && !std::mem::replace(&mut entered[parent], true)
                {
                    stack.push((parent, 0));
                }
            } else {
                order.push(*at);
                stack.pop();
            }
        }
    }
    order
}

impl Pos {
    fn index(self) -> usize {
        self.0 as usize
    }
}

/// A set of places in one history.
#[derive(Debug, Clone)]
pub struct PosSet(Vec<u64>);

impl PosSet {
    fn new(len: usize) -> Self {
        Self(vec![0; len.div_ceil(64)])
    }

    /// Whether `pos` is in the set.
    pub fn contains(&self, pos: Pos) -> bool {
        self.0[pos.index() / 64] & (1 << (pos.index() % 64)) != 0
    }

    /// Adds `pos` and says whether it was new.
    fn insert(&mut self, pos: Pos) -> bool {
        let word = &mut self.0[pos.index() / 64];
        let bit = 1 << (pos.index() % 64);
        let new = *word & bit == 0;
        *word |= bit;
        new
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::collections::BTreeSet;

    fn oid(n: usize) -> Oid {
        let mut bytes = [0; 20];
        bytes[..8].copy_from_slice(&(n as u64 + 1).to_be_bytes());
        Oid::from_bytes_or_panic(&bytes)
    }

    /// Commits as lists of parents with lesser numbers, handed over in an order of their own.
    fn history(parents: &[Vec<usize>], order: &[usize]) -> History {
        let commit = |&n: &usize| Commit {
            oid: oid(n),
            parents: parents[n].iter().map(|&p| oid(p)).collect(),
            time: 0,
            subject_hash: 0,
            record: None,
        };
        History::new(order.iter().map(commit).collect(), true, Vec::new())
    }

    fn ancestors(parents: &[Vec<usize>], of: usize) -> BTreeSet<usize> {
        let mut set = BTreeSet::from([of]);
        set.extend(parents[of].iter().flat_map(|&p| ancestors(parents, p)));
        set
    }

    /// Each commit's parents as bits over the three commits before it.
    fn graph() -> impl Strategy<Value = (Vec<Vec<usize>>, Vec<usize>)> {
        proptest::collection::vec(0_u8..8, 1..14)
            .prop_map(|picks| {
                let parents = |(n, bits): (usize, &u8)| {
                    (1..=3).filter(|i| bits & (1 << (i - 1)) != 0 && *i <= n).map(|i| n - i).collect()
                };
                picks.iter().enumerate().map(parents).collect::<Vec<Vec<usize>>>()
            })
            .prop_flat_map(|parents| {
                let order: Vec<usize> = (0..parents.len()).collect();
                (Just(parents), Just(order).prop_shuffle())
            })
    }

    proptest! {
        #[test]
        fn ancestry_is_that_of_the_graph((parents, order) in graph()) {
            let history = history(&parents, &order);
            let pos = |n: usize| history.position(&oid(n)).unwrap();
            for a in 0..parents.len() {
                let up = ancestors(&parents, a);
                let reachable = history.reachable(&[pos(a)]);
                for b in 0..parents.len() {
                    prop_assert_eq!(history.is_ancestor(pos(b), pos(a)), up.contains(&b));
                    prop_assert_eq!(reachable.contains(pos(b)), up.contains(&b));
                    let rest: BTreeSet<Pos> = up.difference(&ancestors(&parents, b)).map(|&n| pos(n)).collect();
                    let difference = history.difference(pos(a), pos(b));
                    prop_assert!(difference.is_sorted());
                    prop_assert_eq!(difference.into_iter().collect::<BTreeSet<_>>(), rest.clone());
                    let beyond = history.beyond(pos(a), &history.reachable(&[pos(b)]));
                    prop_assert_eq!(beyond.into_iter().collect::<BTreeSet<_>>(), rest);
                }
            }
        }
    }

    #[test]
    fn hashes_of_subjects_never_change() {
        assert_eq!(subject_hash(""), 0xcbf2_9ce4_8422_2325);
        assert_eq!(subject_hash("a"), 0xaf63_dc4c_8601_ec8c);
        assert_eq!(subject_hash(" foobar "), 0x8594_4171_f739_67e8);
    }

    #[test]
    fn commits_are_found_by_their_subject_ancestors_first() {
        let commit = |n: usize, subject_hash: u64| Commit {
            oid: oid(n),
            parents: (0..n).map(oid).collect(),
            time: 0,
            subject_hash,
            record: None,
        };
        let commits = vec![commit(3, 7), commit(1, 7), commit(2, 9), commit(0, 5)];
        let history = History::new(commits, true, Vec::new());
        let found = |hash| history.with_subject(hash).iter().map(|&pos| history.oid(pos)).collect::<Vec<_>>();
        assert_eq!(found(7), [oid(1), oid(3)]);
        assert_eq!(found(5), [oid(0)]);
        assert!(found(6).is_empty());
    }

    #[test]
    fn a_commit_is_found_by_a_unique_prefix() {
        let history = history(&[vec![], vec![0]], &[1, 0]);
        assert_eq!(
            history.with_prefix(&oid(1).to_hex().to_string()),
            vec![history.position(&oid(1)).unwrap()]
        );
        assert_eq!(history.with_prefix("00000000").len(), 2);
        assert!(history.with_prefix("xyz").is_empty());
    }
}
