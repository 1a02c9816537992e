//! Which commits changed the plan, and how.

use super::commit::RawCommit;
use super::object::People;
use super::record::Person;
use super::tree::Entry;
use super::{GitError, Oid, Repo};
use crate::snapshot::{MAX_DEPTH, PLAN_DIR, depth_of};
use gix::commitgraph::Graph;
use gix::objs::Kind;
use gix::objs::tree::EntryKind;
use gix::odb::pack::Find as _;
use std::cmp::Ordering;
use std::collections::{BTreeMap, HashMap, HashSet};

/// A commit that changed files below `.tasks/`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PlanChange {
    /// The commit.
    pub oid: Oid,
    /// Who wrote it, by the mail map.
    pub author: Person,
    /// When it was written, in seconds since the epoch.
    pub author_time: i64,
    /// Committer time in seconds since the epoch.
    pub time: i64,
    /// The first line of its message.
    pub subject: String,
    /// What differs from the first parent, by path. Of a merge only what differs from all parents.
    pub files: Vec<FileDelta>,
}

/// A file before and after a commit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FileDelta {
    /// From the root of the repository.
    pub path: String,
    /// The file it was renamed from: of the same name elsewhere, or else of the same content.
    pub renamed_from: Option<String>,
    /// The blob before; `None` if the file was added.
    pub before: Option<Oid>,
    /// The blob after; `None` if the file was removed.
    pub after: Option<Oid>,
}

/// Values by object id, which needs no hash of its own.
pub(super) type ByOid<T> = gix::hashtable::HashMap<Oid, T>;

/// A commit as far as it takes to see whether it changed the plan.
pub(super) struct Node {
    pub oid: Oid,
    pub tree: Oid,
    pub time: i64,
    pub parents: Vec<Oid>,
}

/// A commit on the way along first parents.
#[derive(Clone, Copy)]
pub(super) struct Step<'a> {
    pub oid: &'a gix::oid,
    /// Committer time in seconds since the epoch.
    pub time: i64,
    /// One more than the greatest of its parents; `None` where that is not known.
    pub generation: Option<u32>,
}

impl Repo {
    /// The commits reachable from `tip`, and not from `hidden`, that changed the plan; the newest first, and none
    /// before its descendants of the same second. As `git log -- .tasks` without simplification of history: a merge
    /// counts if it agrees with none of its parents.
    pub fn plan_changes(&self, tip: Oid, hidden: Option<Oid>) -> Result<Vec<PlanChange>, GitError> {
        let visible: Option<HashSet<Oid>> = match hidden {
            Some(hidden) => Some(self.span(&[tip], &[hidden])?.added.into_iter().collect()),
            None => None,
        };
        let is_visible = |oid: &Oid| visible.as_ref().is_none_or(|visible| visible.contains(oid));
        let mut nodes = self.nodes(&[tip], &is_visible)?;
        let trees = self.trees_around(&nodes)?;
        let plans = self.plans(trees.values().copied())?;
        let plan = |commit: &Oid| trees.get(commit).and_then(|tree| plans.get(tree)).copied().flatten();
        nodes.retain(|node| {
            let own = plan(&node.oid);
            if node.parents.is_empty() { own.is_some() } else { node.parents.iter().all(|p| plan(p) != own) }
        });
        // Reversed, descendants come first, and a stable sort keeps that where times are equal.
        nodes.reverse();
        nodes.sort_by_key(|node| std::cmp::Reverse(node.time));
        let people = self.people(tip)?;
        let mut changes = Vec::new();
        for node in &nodes {
            let parents: Vec<Option<Oid>> = node.parents.iter().map(plan).collect();
            let files = self.deltas(&parents, plan(&node.oid))?;
            changes.push(self.plan_change(node, &people, files)?);
        }
        Ok(changes)
    }

    /// The root trees of commits and of their parents.
    pub(super) fn trees_around(&self, nodes: &[Node]) -> Result<ByOid<Oid>, GitError> {
        let mut trees: ByOid<Oid> = nodes.iter().map(|node| (node.oid, node.tree)).collect();
        for parent in nodes.iter().flat_map(|node| &node.parents) {
            if !trees.contains_key(parent) {
                trees.insert(*parent, self.root_tree(parent)?);
            }
        }
        Ok(trees)
    }

    fn plan_change(
        &self,
        node: &Node,
        people: &People,
        files: Vec<FileDelta>,
    ) -> Result<PlanChange, GitError> {
        let mut buffer = Vec::new();
        let mut raw = RawCommit::parse(self.read(&node.oid, Kind::Commit, &mut buffer)?);
        let (author, author_time) = people.author(&mut raw);
        let subject = raw.subject().into_owned();
        Ok(PlanChange { oid: node.oid, author, author_time, time: node.time, subject, files })
    }

    /// The places of some commits among all that are reachable from `tip`, ancestors first.
    pub fn places(&self, tip: Oid, of: &HashSet<Oid>) -> Result<HashMap<Oid, usize>, GitError> {
        let nodes = self.nodes(&[tip], &|_| true)?.into_iter().enumerate();
        Ok(nodes.filter(|(_, node)| of.contains(&node.oid)).map(|(at, node)| (node.oid, at)).collect())
    }

    /// The plan's files that differ between two commits, by path; without `before` all that there are. Nothing if the
    /// later one has no plan.
    pub fn plan_delta(&self, before: Option<Oid>, after: Oid) -> Result<Option<Vec<FileDelta>>, GitError> {
        let mut buffer = Vec::new();
        let mut plan = |commit: Oid| self.plan_tree(&self.root_tree(&commit)?, &mut buffer);
        let before = before.map(&mut plan).transpose()?.flatten();
        let Some(after) = plan(after)? else { return Ok(None) };
        let mut changed = BTreeMap::new();
        self.compare(PLAN_DIR, before, Some(after), &mut changed)?;
        let delta = |(path, (before, after))| FileDelta { path, renamed_from: None, before, after };
        Ok(Some(changed.into_iter().map(delta).collect()))
    }

    /// A commit and its first parents, as far as they are here, the newest first, each with its committer time.
    pub fn mainline(&self, tip: Oid) -> Result<Vec<(Oid, i64)>, GitError> {
        let mut line = Vec::new();
        self.first_parents(tip, |step| {
            line.push((step.oid.to_owned(), step.time));
            true
        })?;
        Ok(line)
    }

    /// Shows a commit and its first parents, as far as they are here, the newest first, until `more` has seen enough.
    pub(super) fn first_parents(
        &self,
        tip: Oid,
        mut more: impl FnMut(Step<'_>) -> bool,
    ) -> Result<(), GitError> {
        let mut ancestry = self.ancestry()?;
        let mut next = Some(tip);
        while let Some(oid) = next {
            if let Some(graph) = &ancestry.graph {
                next = along(graph, oid, &mut more);
                if next != Some(oid) {
                    continue;
                }
            }
            let node = ancestry.node(oid)?;
            if !more(Step { oid: &oid, time: node.time, generation: None }) {
                break;
            }
            next = node.parents.first().copied();
        }
        Ok(())
    }

    /// What is reachable through commits that count, parents before children.
    pub(super) fn nodes(&self, tips: &[Oid], counts: &dyn Fn(&Oid) -> bool) -> Result<Vec<Node>, GitError> {
        let mut ancestry = self.ancestry()?;
        let mut nodes = Vec::new();
        let mut seen = gix::hashtable::HashSet::default();
        let mut stack: Vec<(Oid, Option<Node>)> = tips.iter().map(|&tip| (tip, None)).collect();
        while let Some((oid, left)) = stack.pop() {
            if let Some(node) = left {
                nodes.push(node);
                continue;
            }
            if !counts(&oid) || !seen.insert(oid) {
                continue;
            }
            let node = ancestry.node(oid)?;
            let parents = node.parents.clone();
            stack.push((oid, Some(node)));
            stack.extend(parents.into_iter().rev().map(|parent| (parent, None)));
        }
        Ok(nodes)
    }

    /// Commits one by one, as far as it takes to go from each to its parents.
    pub(super) fn ancestry(&self) -> Result<Ancestry<'_>, GitError> {
        Ok(Ancestry {
            repo: self,
            graph: self.graph()?,
            shallow: self.shallow_commits()?,
            buffer: Vec::new(),
        })
    }

    /// The `.tasks` tree of each root tree. Read in the order of the packs, where neighbours are deltas of each other.
    pub(super) fn plans(&self, roots: impl Iterator<Item = Oid>) -> Result<ByOid<Option<Oid>>, GitError> {
        let mut buffer = Vec::new();
        let mut seen = gix::hashtable::HashSet::default();
        let mut located: Vec<(u64, Oid)> = Vec::new();
        for root in roots.filter(|root| seen.insert(*root)) {
            let place = self.inner.objects.location_by_oid(&root, &mut buffer).ok().flatten();
            // No pack is so large that its places would run into those of the next.
            let order =
                place.map_or(0, |place| (u64::from(place.pack_id) << 44).wrapping_add(place.pack_offset));
            located.push((order, root));
        }
        located.sort_unstable_by_key(|(order, _)| *order);
        located.into_iter().map(|(_, root)| Ok((root, self.plan_tree(&root, &mut buffer)?))).collect()
    }

    /// What differs between a plan tree and all of its parents'.
    fn deltas(&self, parents: &[Option<Oid>], after: Option<Oid>) -> Result<Vec<FileDelta>, GitError> {
        let mut changed = BTreeMap::new();
        self.compare(PLAN_DIR, parents.first().copied().flatten(), after, &mut changed)?;
        for parent in parents.iter().skip(1) {
            let mut other = BTreeMap::new();
            self.compare(PLAN_DIR, *parent, after, &mut other)?;
            changed.retain(|path, _| other.contains_key(path));
        }
        let deltas = changed.into_iter().map(|(path, (before, after))| FileDelta {
            path,
            renamed_from: None,
            before,
            after,
        });
        Ok(pair_renames(deltas.collect()))
    }

    fn compare(
        &self,
        dir: &str,
        before: Option<Oid>,
        after: Option<Oid>,
        changed: &mut BTreeMap<String, (Option<Oid>, Option<Oid>)>,
    ) -> Result<(), GitError> {
        if before == after {
            return Ok(());
        }
        let sorted = |tree: Option<Oid>| -> Result<Vec<Entry>, GitError> {
            let mut entries = tree.map_or(Ok(Vec::new()), |tree| self.entries(&tree))?;
            entries.sort_by(|a, b| a.name.cmp(&b.name));
            Ok(entries)
        };
        let (old, new) = (sorted(before)?, sorted(after)?);
        let (mut old, mut new) = (old.iter().peekable(), new.iter().peekable());
        loop {
            let order = match (old.peek(), new.peek()) {
                (Some(a), Some(b)) => a.name.cmp(&b.name),
                (Some(_), None) => Ordering::Less,
                (None, Some(_)) => Ordering::Greater,
                (None, None) => return Ok(()),
            };
            let a = if order.is_le() { old.next() } else { None };
            let b = if order.is_ge() { new.next() } else { None };
            let name = a.or(b).map(|entry| String::from_utf8_lossy(&entry.name)).unwrap_or_default();
            let path = format!("{dir}/{name}");
            let of = |entry: Option<&Entry>, is_tree: bool| {
                entry.filter(|entry| (entry.kind == EntryKind::Tree) == is_tree).map(|entry| entry.oid)
            };
            // What lies deeper is no part of the plan.
            if depth_of(dir) < MAX_DEPTH {
                self.compare(&path, of(a, true), of(b, true), changed)?;
            }
            let (a, b) = (of(a, false), of(b, false));
            if a != b {
                changed.insert(path, (a, b));
            }
        }
    }
}

/// Commits by what the commit-graph knows of them, or else by what they say.
pub(super) struct Ancestry<'a> {
    repo: &'a Repo,
    graph: Option<Graph>,
    shallow: HashSet<Oid>,
    buffer: Vec<u8>,
}

impl Ancestry<'_> {
    /// A commit with the parents that are here.
    pub fn node(&mut self, oid: Oid) -> Result<Node, GitError> {
        if let Some(node) = self.graph.as_ref().and_then(|graph| from_graph(graph, oid)) {
            return Ok(node);
        }
        let mut raw = RawCommit::parse(self.repo.read(&oid, Kind::Commit, &mut self.buffer)?);
        let tree = raw.tree.unwrap_or_else(|| Oid::empty_tree(oid.kind()));
        let parents = if self.shallow.contains(&oid) { Vec::new() } else { std::mem::take(&mut raw.parents) };
        Ok(Node { oid, tree, time: raw.time(), parents })
    }
}

/// Shows a commit and its first parents as long as the graph knows them and can be believed, and gives the one that comes
/// next, if there is any and more of them are wanted.
fn along(graph: &Graph, start: Oid, more: &mut impl FnMut(Step<'_>) -> bool) -> Option<Oid> {
    let Some(mut at) = graph.lookup(start) else { return Some(start) };
    loop {
        let (oid, commit) = (graph.id_at(at), graph.commit_at(at));
        let parent = commit.parent1().ok().filter(|p| p.is_none_or(|p| p.0 < graph.num_commits()));
        let (Some(parent), Ok(time)) = (parent, i64::try_from(commit.committer_timestamp())) else {
            return Some(oid.to_owned());
        };
        let generation = Some(commit.generation()).filter(|&generation| generation > 0);
        if !more(Step { oid, time, generation }) {
            return None;
        }
        at = parent?;
    }
}

/// What the graph knows of a commit, if all of it can be believed.
fn from_graph(graph: &Graph, oid: Oid) -> Option<Node> {
    let commit = graph.commit_by_id(oid)?;
    let mut parents = Vec::new();
    for parent in commit.iter_parents() {
        let parent = parent.ok().filter(|parent| parent.0 < graph.num_commits())?;
        parents.push(graph.id_at(parent).to_owned());
    }
    let time = i64::try_from(commit.committer_timestamp()).ok()?;
    Some(Node { oid, tree: commit.root_tree_id().to_owned(), time, parents })
}

/// Joins a file that goes and one that comes: by file name first, since a task's name is its id, then by content.
fn pair_renames(deltas: Vec<FileDelta>) -> Vec<FileDelta> {
    let (removed, mut kept): (Vec<_>, Vec<_>) = deltas.into_iter().partition(|d| d.after.is_none());
    let targets = rename_targets(&removed, &kept);
    let mut left = Vec::new();
    for (gone, target) in removed.into_iter().zip(targets) {
        if let Some(at) = target {
            kept[at].before = gone.before;
            kept[at].renamed_from = Some(gone.path);
        } else {
            left.push(gone);
        }
    }
    kept.extend(left);
    kept.sort_by(|a, b| a.path.cmp(&b.path));
    kept
}

/// The name of a file without its directory.
fn file_name(path: &str) -> &str {
    path.rsplit('/').next().unwrap_or(path)
}

/// For each file that goes the one among `kept` that it becomes. Each takes the first that nobody took before it.
fn rename_targets(removed: &[FileDelta], kept: &[FileDelta]) -> Vec<Option<usize>> {
    let (mut by_name, mut by_content) = (HashMap::new(), HashMap::new());
    for (at, added) in kept.iter().enumerate().filter(|(_, delta)| delta.before.is_none()).rev() {
        by_name.entry(file_name(&added.path)).or_insert_with(Vec::new).push(at);
        by_content.entry(added.after).or_insert_with(Vec::new).push(at);
    }
    let mut is_taken = vec![false; kept.len()];
    let mut take = |free: Option<&mut Vec<usize>>| {
        let free = free?;
        while let Some(at) = free.pop() {
            if !std::mem::replace(&mut is_taken[at], true) {
                return Some(at);
            }
        }
        None
    };
    let mut target = |gone: &FileDelta| {
        take(by_name.get_mut(file_name(&gone.path))).or_else(|| take(by_content.get_mut(&gone.before)))
    };
    removed.iter().map(&mut target).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// A change of a file, with a number for each blob; 0 is none.
    fn delta(path: String, before: u8, after: u8) -> FileDelta {
        let blob = |n: u8| (n > 0).then(|| Oid::from_bytes_or_panic(&[n; 20]));
        FileDelta { path, renamed_from: None, before: blob(before), after: blob(after) }
    }

    /// The rule as it is told: one file after the other looks through all that come.
    fn told(deltas: Vec<FileDelta>) -> Vec<FileDelta> {
        let (removed, mut kept): (Vec<_>, Vec<_>) = deltas.into_iter().partition(|d| d.after.is_none());
        let name = |path: &str| path.rsplit('/').next().unwrap_or(path).to_owned();
        let mut left = Vec::new();
        for gone in removed {
            let is_free = |d: &FileDelta| d.before.is_none() && d.renamed_from.is_none();
            let by_name = kept.iter().position(|d| is_free(d) && name(&d.path) == name(&gone.path));
            let target = by_name.or_else(|| kept.iter().position(|d| is_free(d) && d.after == gone.before));
            match target {
                Some(at) => (kept[at].before, kept[at].renamed_from) = (gone.before, Some(gone.path)),
                None => left.push(gone),
            }
        }
        kept.extend(left);
        kept.sort_by(|a, b| a.path.cmp(&b.path));
        kept
    }

    proptest! {
        #[test]
        fn renames_are_paired_by_name_and_then_by_content(
            drawn in prop::collection::btree_map("[abc](/[abc])?", (0..4_u8, 0..4_u8), 0..10),
        ) {
            let deltas: Vec<FileDelta> = drawn
                .into_iter()
                .filter(|(_, (before, after))| before != after)
                .map(|(path, (before, after))| delta(path, before, after))
                .collect();
            prop_assert_eq!(pair_renames(deltas.clone()), told(deltas));
        }
    }
}
