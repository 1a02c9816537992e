//! What lies between two sets of commits, exactly, whatever their dates say.

use super::commit::RawCommit;
use super::meet::{NEW, Node, OLD, flags_of};
use super::{GitError, Oid, Repo};
use gix::commitgraph::{Graph, Position};
use gix::objs::Kind;
use std::collections::{BinaryHeap, HashMap, HashSet};

/// Beyond this, generation numbers are cut off and say nothing.
const MAX_GENERATION: u32 = 0x3fff_ffff;

/// What lies between two sets of commits.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Span {
    /// Reachable from the new tips only, in no order.
    pub added: Vec<Oid>,
    /// Reachable from the old tips only, in no order.
    pub removed: Vec<Oid>,
}

/// The graph contradicts itself, so nothing it says can be used.
struct Damaged;

impl Repo {
    /// What is reachable from `new` and not from `old`, and the other way round.
    ///
    /// Cheap where the two have most in common and a commit-graph knows it; without one, where all that they do not have in
    /// common descends from one commit. Otherwise all ancestors are read.
    pub fn span(&self, new: &[Oid], old: &[Oid]) -> Result<Span, GitError> {
        let shallow = self.shallow_commits()?;
        for oid in new.iter().chain(old) {
            // The graph may still know commits that the object database has no more.
            if !self.inner.has_object(oid) {
                return Err(self.missing(oid, Kind::Commit, None));
            }
        }
        if let Some(graph) = self.graph()?
            && let Ok(span) = Walk::new(self, &graph, &shallow).run(new, old)?
        {
            return Ok(span);
        }
        let tips = new.iter().map(|&oid| (oid, NEW)).chain(old.iter().map(|&oid| (oid, OLD)));
        let mut buffer = Vec::new();
        let flags = flags_of(tips, |oid| -> Result<_, GitError> {
            let mut commit = RawCommit::parse(self.read(&oid, Kind::Commit, &mut buffer)?);
            let time = commit.time();
            let parents = if shallow.contains(&oid) { Vec::new() } else { commit.parents };
            Ok(Node { time, parents })
        })?;
        let mut span = Span::default();
        for (oid, flags) in flags {
            span.add(oid, flags);
        }
        Ok(span)
    }

    /// Whether `ancestor` is `of` or an ancestor of it.
    pub fn is_ancestor(&self, ancestor: Oid, of: Oid) -> Result<bool, GitError> {
        Ok(self.span(&[ancestor], &[of])?.added.is_empty())
    }

    /// A best common ancestor, as `git merge-base` has it; `None` if there is none.
    pub fn merge_base(&self, a: Oid, b: Oid) -> Result<Option<Oid>, GitError> {
        let graph = self.graph()?;
        let mut walk = self.inner.revision_graph(graph.as_ref());
        let base = self.inner.merge_base_with_graph(a, b, &mut walk);
        Ok(base.map_err(GitError::doing(format!("find the merge base of {a} and {b}")))?.map(gix::Id::detach))
    }

    /// All best common ancestors of a commit and of what merging `others` would make.
    pub(super) fn merge_bases(&self, commit: Oid, others: &[Oid]) -> Result<Vec<Oid>, GitError> {
        let graph = self.graph()?;
        let mut walk = self.inner.revision_graph(graph.as_ref());
        let bases = self.inner.merge_bases_many_with_graph(commit, others, &mut walk);
        let bases = bases.map_err(GitError::doing(format!("find the merge bases of {commit}")))?;
        Ok(bases.into_iter().map(gix::Id::detach).collect())
    }

    /// The commit-graph, if it can be used at all. Git does not use it in a shallow clone either.
    pub(super) fn graph(&self) -> Result<Option<Graph>, GitError> {
        if self.is_shallow()? {
            return Ok(None);
        }
        Ok(self.inner.commit_graph_if_enabled().ok().flatten())
    }

    /// The commits whose parents are cut off by a shallow clone.
    pub fn shallow_commits(&self) -> Result<HashSet<Oid>, GitError> {
        let commits = self.inner.shallow_commits().map_err(GitError::doing("read the shallow file"))?;
        Ok(commits.iter().flat_map(|commits| commits.iter().copied()).collect())
    }
}

struct Walk<'a> {
    repo: &'a Repo,
    graph: &'a Graph,
    shallow: &'a HashSet<Oid>,
    /// Commits that the graph does not know.
    loose: HashMap<Oid, u8>,
    known: HashMap<Position, u8>,
    heap: BinaryHeap<(u32, Position)>,
    /// How many in the heap are reachable from one side only, as far as is known.
    one_sided: usize,
    buffer: Vec<u8>,
}

impl<'a> Walk<'a> {
    fn new(repo: &'a Repo, graph: &'a Graph, shallow: &'a HashSet<Oid>) -> Self {
        Self {
            repo,
            graph,
            shallow,
            loose: HashMap::new(),
            known: HashMap::new(),
            heap: BinaryHeap::new(),
            one_sided: 0,
            buffer: Vec::new(),
        }
    }

    fn run(&mut self, new: &[Oid], old: &[Oid]) -> Result<Result<Span, Damaged>, GitError> {
        let tips = new.iter().map(|&oid| (oid, NEW)).chain(old.iter().map(|&oid| (oid, OLD)));
        if self.outside(tips.collect())?.is_err() {
            return Ok(Err(Damaged));
        }
        let mut span = Span::default();
        for (oid, flags) in self.loose.drain() {
            span.add(oid, flags);
        }
        Ok(self.inside(&mut span).map(|()| span))
    }

    /// Depth first through what the graph does not know. The graph is closed under ancestors, so whatever leads out of
    /// it has been seen when it is entered, and no date is needed.
    fn outside(&mut self, mut stack: Vec<(Oid, u8)>) -> Result<Result<(), Damaged>, GitError> {
        while let Some((oid, flags)) = stack.pop() {
            if let Some(position) = self.graph.lookup(oid) {
                if self.touch(position, flags, MAX_GENERATION).is_err() {
                    return Ok(Err(Damaged));
                }
                continue;
            }
            let known = self.loose.entry(oid).or_default();
            if *known | flags == *known {
                continue;
            }
            *known |= flags;
            let flags = *known;
            let commit = RawCommit::parse(self.repo.read(&oid, Kind::Commit, &mut self.buffer)?);
            if !self.shallow.contains(&oid) {
                stack.extend(commit.parents.into_iter().map(|parent| (parent, flags)));
            }
        }
        Ok(Ok(()))
    }

    /// Through the graph by generation: a commit's descendants have all been seen before it, so its flags are final.
    fn inside(&mut self, span: &mut Span) -> Result<(), Damaged> {
        let graph = self.graph;
        while self.one_sided > 0 {
            let Some((generation, position)) = self.heap.pop() else { break };
            let flags = self.known[&position];
            self.one_sided -= usize::from(is_one_sided(flags));
            span.add(graph.id_at(position).to_owned(), flags);
            for parent in graph.commit_at(position).iter_parents() {
                self.touch(parent.map_err(|_| Damaged)?, flags, generation)?;
            }
        }
        Ok(())
    }

    /// Adds flags to a commit of the graph, whose generation has to be less than `below`.
    fn touch(&mut self, position: Position, flags: u8, below: u32) -> Result<(), Damaged> {
        let graph = self.graph;
        if position.0 >= graph.num_commits() {
            return Err(Damaged);
        }
        let generation = graph.commit_at(position).generation();
        // Old graphs say 0 for all.
        if generation == 0 || generation >= below {
            return Err(Damaged);
        }
        let known = self.known.entry(position).or_default();
        let before = *known;
        *known |= flags;
        if before == 0 {
            self.heap.push((generation, position));
        }
        self.one_sided += usize::from(is_one_sided(*known));
        self.one_sided -= usize::from(is_one_sided(before));
        Ok(())
    }
}

fn is_one_sided(flags: u8) -> bool {
    flags == NEW || flags == OLD
}

impl Span {
    fn add(&mut self, oid: Oid, flags: u8) {
        match flags {
            NEW => self.added.push(oid),
            OLD => self.removed.push(oid),
            _ => {}
        }
    }
}
