//! The walk through commits: each is read once, and its message looked at before it is decoded.

use super::boundary::Side;
use super::commit::RawCommit;
use super::object::raw_author;
use super::packed::Packs;
use super::pool::{Pool, flag};
use super::reading::{Reading, Up};
use super::record::{Record, subject_hash};
use super::sight::Sights;
use super::tree::differs_in_plan_only;
use super::{GitError, Oid, Progress, Repo};
use crate::message::{self, Message, Rule, Rules};
use gix::objs::Kind;
use std::collections::{HashMap, HashSet};

/// How many commits are read between two reports of progress.
const REPORT: usize = 2048;

/// How many commits are read one by one before it pays to open the packs for many.
const FEW: usize = 64;

/// What a walk goes by.
pub(super) struct Paths<'a> {
    pub repo: &'a Repo,
    pub rules: &'a Rules,
    /// Also read what lies beyond the boundary, and mark it.
    pub beyond_boundary: bool,
    pub side: Side,
    pub shallow: &'a HashSet<Oid>,
    pub pool: &'a Pool,
    /// The nodes of the pool, where the walk ends.
    pub known: &'a gix::hashtable::HashMap<Oid, u32>,
}

impl Paths<'_> {
    /// Reads what is reachable from `tips` down to what the pool knows.
    pub fn read(&self, tips: &[Oid]) -> Result<Reading, GitError> {
        let reading = self.walk(tips);
        self.repo.report(Progress::Done);
        reading
    }

    fn walk(&self, tips: &[Oid]) -> Result<Reading, GitError> {
        let mut walk = Walk {
            paths: self,
            reading: Reading::default(),
            stack: Vec::new(),
            drafts: Vec::new(),
            waiting: HashMap::new(),
            ups: Vec::new(),
        };
        let (mut buffer, mut packs) = (Vec::new(), None);
        let mut count = 0_usize;
        for tip in tips {
            match walk.push(tip) {
                Some(Up::Read(at)) => walk.reading.commits[at as usize].is_tip = true,
                Some(Up::Known(_)) => {}
                None if self.known.contains_key(tip) => {}
                None => walk.reading.hidden.push(*tip),
            }
            while let Some(at) = walk.stack.pop() {
                let oid = Oid::from_bytes_or_panic(walk.reading.oid(at));
                if count == FEW {
                    packs = Some(Packs::of(self.repo));
                }
                let is_packed =
                    packs.as_mut().and_then(|packs| packs.commit(&oid, &mut buffer).map(<[u8]>::len));
                match is_packed {
                    Some(len) => walk.visit(at, oid, &buffer[..len]),
                    None => walk.visit(at, oid, self.repo.read(&oid, Kind::Commit, &mut buffer)?),
                }
                count += 1;
                if count.is_multiple_of(REPORT) {
                    self.repo.report(Progress::Read(count));
                }
            }
        }
        walk.finish()
    }
}

/// A commit with a record that is not whole yet.
struct Draft {
    at: u32,
    tree: Option<Oid>,
    parent: Parent,
}

/// The first parent of a commit, as far as its tree is known.
#[derive(Clone, Copy)]
enum Parent {
    None,
    /// It is cut off.
    Unknown,
    Commit(Oid),
    Tree(Oid),
}

struct Walk<'a> {
    paths: &'a Paths<'a>,
    reading: Reading,
    stack: Vec<u32>,
    drafts: Vec<Draft>,
    /// The drafts whose first parent is yet to be visited: most are visited next, which saves reading them twice.
    waiting: HashMap<u32, Vec<usize>>,
    /// The parents of the commit that is visited; kept for its memory.
    ups: Vec<Up>,
}

impl Walk<'_> {
    /// Puts a commit on the list, unless it is there or known; `None` if it does not belong to the history.
    fn push(&mut self, oid: &Oid) -> Option<Up> {
        if let Some(&node) = self.paths.known.get(oid) {
            return (!self.paths.pool.has(node, flag::HIDDEN)).then_some(Up::Known(node));
        }
        if !self.paths.beyond_boundary && self.paths.side.hides(oid) {
            return None;
        }
        let (at, is_new) = self.reading.intern(oid);
        if is_new {
            self.stack.push(at);
        }
        Some(Up::Read(at))
    }

    fn visit(&mut self, at: u32, oid: Oid, data: &[u8]) {
        let mut raw = RawCommit::parse(data);
        let time = raw.time();
        let before_boundary = self.paths.side.is_before(&oid, time);
        if !self.waiting.is_empty() {
            for draft in self.waiting.remove(&at).into_iter().flatten() {
                self.drafts[draft].parent = raw.tree.map_or(Parent::Unknown, Parent::Tree);
            }
        }
        let is_merge = raw.parents.len() > 1;
        let is_root = raw.parents.is_empty();
        let is_cut = self.paths.shallow.contains(&oid);
        if is_cut {
            raw.parents.clear();
        }
        let record = if before_boundary && !self.paths.beyond_boundary {
            None
        } else {
            self.record(&mut raw, is_merge, before_boundary)
        };
        if let Some(fault) = raw.fault {
            self.reading.faults.insert(at, format!("commit {oid} {fault}"));
        }
        // The first parent on top: the record's draft waits for its tree.
        let mut ups = std::mem::take(&mut self.ups);
        ups.clear();
        ups.extend(raw.parents.iter().rev().filter_map(|parent| self.push(parent)));
        self.reading.set_parents(at, ups.iter().rev().copied());
        self.ups = ups;
        let flags = [
            (record.is_some(), flag::EVENT),
            (is_cut && !before_boundary, flag::CUT),
            (before_boundary, flag::BEFORE),
        ];
        if is_merge && let Some(title) = message::merged_title(&raw.decode(raw.message)) {
            self.reading.titles.push((at, subject_hash(title)));
        }
        let seen = &mut self.reading.commits[at as usize];
        seen.time = time;
        seen.subject = subject_hash(&raw.subject());
        seen.flags = flags.iter().filter(|(is, _)| *is).map(|(_, flag)| flag).sum();
        if let Some(record) = record {
            self.draft(at, raw.tree, raw.parents.first().copied(), is_root);
            self.reading.records.insert(at, record);
        }
    }

    fn record(&self, raw: &mut RawCommit<'_>, is_merge: bool, before_boundary: bool) -> Option<Box<Record>> {
        if !message::may_matter(raw.message, self.paths.rules) {
            return None;
        }
        let message = message::read(&raw.decode(raw.message), is_merge, self.paths.rules);
        if !says_something(&message) {
            return None;
        }
        let (author, author_time) = raw_author(raw);
        Some(Box::new(Record {
            message,
            subject: raw.subject().into_owned(),
            author,
            author_time,
            plan_only: false,
            before_boundary,
            sightings: Vec::new(),
        }))
    }

    fn draft(&mut self, at: u32, tree: Option<Oid>, first: Option<Oid>, is_root: bool) {
        let parent = match first {
            Some(oid) => {
                let read = self.reading.find(&oid);
                // What was visited before does not come by again.
                if let Some(read) = read.filter(|&read| self.reading.seen(read).time == 0) {
                    self.waiting.entry(read).or_default().push(self.drafts.len());
                }
                Parent::Commit(oid)
            }
            None if is_root => Parent::None,
            None => Parent::Unknown,
        };
        self.drafts.push(Draft { at, tree, parent });
    }

    /// Adds to the records what needs trees, in the order of the walk, in which neighbours share a tree.
    fn finish(mut self) -> Result<Reading, GitError> {
        let nobody = HashSet::new();
        let mut sights = Sights::new(self.paths.repo, &nobody);
        let mut compare = Comparison { repo: self.paths.repo, kept: None };
        for draft in &self.drafts {
            let (Some(record), Some(tree)) = (self.reading.records.get_mut(&draft.at), draft.tree) else {
                continue;
            };
            if !record.before_boundary && planning_would_matter(&record.message) {
                record.plan_only = compare.plan_only(tree, draft.parent)?;
            }
            record.sightings = sights.of(&record.message, tree)?;
        }
        Ok(self.reading)
    }
}

struct Comparison<'a> {
    repo: &'a Repo,
    /// The tree that was read last: mostly the one that is needed next.
    kept: Option<(Oid, Vec<u8>)>,
}

impl Comparison<'_> {
    fn plan_only(&mut self, tree: Oid, parent: Parent) -> Result<bool, GitError> {
        let before = match parent {
            Parent::None => Oid::empty_tree(tree.kind()),
            Parent::Unknown => return Ok(false),
            Parent::Tree(before) => before,
            Parent::Commit(oid) => self.repo.root_tree(&oid)?,
        };
        if before == tree {
            return Ok(false);
        }
        let new = match self.kept.take() {
            Some((oid, bytes)) if oid == tree => bytes,
            _ => self.read(&tree)?,
        };
        let old = self.read(&before)?;
        let plan_only = differs_in_plan_only(&old, &new, &tree)?;
        self.kept = Some((before, old));
        Ok(plan_only)
    }

    fn read(&self, tree: &Oid) -> Result<Vec<u8>, GitError> {
        let mut bytes = Vec::new();
        let len = self.repo.read_tree(tree, &mut bytes)?.len();
        bytes.truncate(len);
        Ok(bytes)
    }
}

fn says_something(message: &Message) -> bool {
    message.parts.iter().any(|part| part.revert.is_some() || !part.references.is_empty())
}

/// Whether there is a form that has no effect in a commit which changes nothing but the plan.
fn planning_would_matter(message: &Message) -> bool {
    let forms = message.parts.iter().filter(|part| part.inert.is_none()).flat_map(|part| &part.references);
    forms.into_iter().any(|form| form.rule != Rule::Mention && !form.rule.is_trailer())
}
