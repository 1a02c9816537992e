//! The walk that makes a [`History`]: each commit is read once and its message looked at before it is decoded.

use super::commit::RawCommit;
use super::history::{Commit, History, Record, subject_hash};
use super::object::People;
use super::sight::Sights;
use super::tree::differs_in_plan_only;
use super::{GitError, Oid, Repo};
use crate::config::Since;
use crate::message::{self, Message, Rules};
use crate::model::TaskId;
use gix::objs::Kind;
use jiff::tz::TimeZone;
use std::collections::{HashMap, HashSet};

/// What a history is to know.
#[derive(Debug, Clone, Copy)]
pub struct HistoryOptions<'a> {
    /// How messages name tasks.
    pub rules: &'a Rules,
    /// The adoption boundary.
    pub since: Option<&'a Since>,
    /// Also read what lies beyond the boundary, and mark it.
    pub beyond_boundary: bool,
    /// Tasks to be looked up in the tree of every commit that names them: those that are somebody's former id.
    pub sight: &'a HashSet<TaskId>,
}

impl Repo {
    /// Reads every commit reachable from `tips`, up to the boundary.
    ///
    /// The first tip is the one whose answer it is: whether the history is complete is said of what it reaches alone,
    /// while the others, branches that are looked at besides, may be cut off.
    ///
    /// Everything is taken from the commits themselves; a commit-graph only helps to find what the boundary hides.
    pub fn history(&self, tips: &[Oid], options: &HistoryOptions<'_>) -> Result<History, GitError> {
        let boundary = self.boundary(tips, options.since)?;
        let mut walk = Walk {
            repo: self,
            options,
            shallow: self.shallow_commits()?,
            people: self.people(),
            seen: gix::hashtable::HashSet::default(),
            stack: Vec::new(),
            commits: Vec::new(),
            drafts: Vec::new(),
            waiting: HashMap::new(),
            warnings: Vec::new(),
            complete: true,
            is_first_tip: true,
            boundary,
        };
        let mut buffer = Vec::new();
        for tip in tips {
            walk.push(tip);
            while let Some(oid) = walk.stack.pop() {
                walk.visit(oid, self.read(&oid, Kind::Commit, &mut buffer)?);
            }
            walk.is_first_tip = false;
        }
        walk.finish()
    }

    fn boundary(&self, tips: &[Oid], since: Option<&Since>) -> Result<Boundary, GitError> {
        Ok(match since {
            None => Boundary::None,
            Some(Since::Date(date)) => {
                let midnight = date.at(0, 0, 0, 0).to_zoned(TimeZone::UTC);
                let midnight = midnight.map_err(GitError::doing(format!("take {date} as a boundary")))?;
                Boundary::Before(midnight.timestamp().as_second())
            }
            Some(Since::Commit(name)) => {
                let old = self.boundary_commit(name)?;
                Boundary::Hidden(self.span(tips, &[old])?.added.into_iter().collect())
            }
        })
    }

    /// Object ids only: where a branch points differs between clones.
    fn boundary_commit(&self, name: &str) -> Result<Oid, GitError> {
        let is_hex = name.len() >= 4 && name.bytes().all(|b| b.is_ascii_hexdigit());
        let found = if is_hex { self.resolve(name).ok() } else { None };
        match found {
            Some(oid) => Ok(oid),
            None => Err(GitError::Boundary { oid: name.to_owned(), shallow: self.is_shallow()? }),
        }
    }
}

/// Where history ends.
enum Boundary {
    None,
    /// Commits of a committer time before this have no effect.
    Before(i64),
    /// Only these commits have an effect.
    Hidden(HashSet<Oid>),
}

/// A commit with a record that is not whole yet.
struct Draft {
    /// Position in `commits`.
    at: usize,
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
    repo: &'a Repo,
    options: &'a HistoryOptions<'a>,
    boundary: Boundary,
    shallow: HashSet<Oid>,
    people: People,
    seen: gix::hashtable::HashSet,
    stack: Vec<Oid>,
    commits: Vec<Commit>,
    drafts: Vec<Draft>,
    /// The drafts whose first parent is yet to be visited: most are visited next, which saves reading them twice.
    waiting: HashMap<Oid, Vec<usize>>,
    warnings: Vec<String>,
    complete: bool,
    /// Whether only what is reachable from the first tip has been visited.
    is_first_tip: bool,
}

impl Walk<'_> {
    fn push(&mut self, oid: &Oid) {
        if let Boundary::Hidden(visible) = &self.boundary
            && !self.options.beyond_boundary
            && !visible.contains(oid)
        {
            return;
        }
        if self.seen.insert(*oid) {
            self.stack.push(*oid);
        }
    }

    fn visit(&mut self, oid: Oid, data: &[u8]) {
        let mut raw = RawCommit::parse(data);
        let time = raw.time();
        let before_boundary = match &self.boundary {
            Boundary::None => false,
            Boundary::Before(midnight) => time < *midnight,
            Boundary::Hidden(visible) => !visible.contains(&oid),
        };
        if let Some(drafts) = self.waiting.remove(&oid) {
            for draft in drafts {
                self.drafts[draft].parent = raw.tree.map_or(Parent::Unknown, Parent::Tree);
            }
        }
        let is_merge = raw.parents.len() > 1;
        let is_root = raw.parents.is_empty();
        if self.shallow.contains(&oid) {
            self.complete &= before_boundary || !self.is_first_tip;
            raw.parents.clear();
        }
        let record = if before_boundary && !self.options.beyond_boundary {
            None
        } else {
            self.record(&mut raw, is_merge, before_boundary)
        };
        if let Some(fault) = raw.fault {
            self.warnings.push(format!("commit {oid} {fault}"));
        }
        let subject_hash = subject_hash(&raw.subject());
        // The first parent on top: the record's draft waits for its tree.
        for parent in raw.parents.iter().rev() {
            self.push(parent);
        }
        if record.is_some() {
            self.draft(&raw, is_root);
        }
        self.commits.push(Commit { oid, parents: raw.parents, time, subject_hash, record });
    }

    fn record(&self, raw: &mut RawCommit<'_>, is_merge: bool, before_boundary: bool) -> Option<Box<Record>> {
        if !message::may_matter(raw.message, self.options.rules) {
            return None;
        }
        let message = message::read(&raw.decode(raw.message), is_merge, self.options.rules);
        if !says_something(&message) {
            return None;
        }
        let (author, author_time) = self.people.author(raw);
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

    fn draft(&mut self, raw: &RawCommit<'_>, is_root: bool) {
        let parent = match raw.parents.first() {
            Some(parent) => Parent::Commit(*parent),
            None if is_root => Parent::None,
            None => Parent::Unknown,
        };
        if let Parent::Commit(oid) = parent {
            self.waiting.entry(oid).or_default().push(self.drafts.len());
        }
        self.drafts.push(Draft { at: self.commits.len(), tree: raw.tree, parent });
    }

    /// Adds to the records what needs trees, in the order of the walk, in which neighbours share a tree.
    fn finish(mut self) -> Result<History, GitError> {
        let mut sights = Sights::new(self.repo, self.options.sight);
        let mut compare = Comparison { repo: self.repo, kept: None };
        for draft in &self.drafts {
            let (Some(record), Some(tree)) = (&mut self.commits[draft.at].record, draft.tree) else {
                continue;
            };
            record.plan_only = compare.plan_only(tree, draft.parent)?;
            record.sightings = sights.of(&record.message, tree)?;
        }
        Ok(History::new(self.commits, self.complete, self.warnings))
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
