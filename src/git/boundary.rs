//! Where history ends.

use super::commit::RawCommit;
use super::pool::{Pool, flag};
use super::{GitError, Oid, Repo};
use crate::config::Since;
use gix::objs::Kind;
use jiff::tz::TimeZone;
use std::collections::HashSet;

/// How many commits are looked at before the graph is asked.
const NEAR: usize = 4096;

/// The boundary of adoption, resolved.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Boundary {
    None,
    /// Commits of a committer time before this have no effect.
    Before(i64),
    /// What is reachable from this commit has no effect.
    Commit(Oid),
}

/// Which of the commits that are about to be read lie on this side of the boundary.
pub(super) enum Side {
    /// All of them.
    All,
    /// Those of a committer time from this on.
    From(i64),
    /// Only these.
    Only(HashSet<Oid>),
}

impl Side {
    /// Whether the commit has no effect.
    pub fn is_before(&self, oid: &Oid, time: i64) -> bool {
        match self {
            Self::All => false,
            Self::From(midnight) => time < *midnight,
            Self::Only(visible) => !visible.contains(oid),
        }
    }

    /// Whether the commit is hidden by a boundary that is a commit.
    pub fn hides(&self, oid: &Oid) -> bool {
        matches!(self, Self::Only(visible) if !visible.contains(oid))
    }
}

impl Repo {
    /// Those of some commits, all of them reachable from `tip`, that lie on this side of the boundary.
    pub fn within(&self, since: Option<&Since>, tip: Oid, commits: &[Oid]) -> Result<Vec<Oid>, GitError> {
        let side = match self.boundary(since)? {
            Boundary::None => return Ok(commits.to_vec()),
            Boundary::Before(midnight) => Side::From(midnight),
            Boundary::Commit(since) => Side::Only(self.span(&[tip], &[since])?.added.into_iter().collect()),
        };
        let mut within = Vec::with_capacity(commits.len());
        let mut buffer = Vec::new();
        for oid in commits {
            let time = match side {
                Side::From(_) => RawCommit::parse(self.read(oid, Kind::Commit, &mut buffer)?).time(),
                Side::All | Side::Only(_) => 0,
            };
            if !side.is_before(oid, time) {
                within.push(*oid);
            }
        }
        Ok(within)
    }

    pub(super) fn boundary(&self, since: Option<&Since>) -> Result<Boundary, GitError> {
        Ok(match since {
            None => Boundary::None,
            Some(Since::Date(date)) => {
                let midnight = date.at(0, 0, 0, 0).to_zoned(TimeZone::UTC);
                let midnight = midnight.map_err(GitError::doing(format!("take {date} as a boundary")))?;
                Boundary::Before(midnight.timestamp().as_second())
            }
            Some(Since::Commit(name)) => Boundary::Commit(self.boundary_commit(name)?),
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

    /// The side on which those commits lie that are reachable from `tips` and not known yet.
    pub(super) fn side(
        &self,
        boundary: Boundary,
        tips: &[Oid],
        pool: &Pool,
        known: &gix::hashtable::HashMap<Oid, u32>,
    ) -> Result<Side, GitError> {
        match boundary {
            Boundary::None => Ok(Side::All),
            Boundary::Before(midnight) => Ok(Side::From(midnight)),
            Boundary::Commit(since) => {
                let near = if known.is_empty() { None } else { self.near(since, tips, pool, known)? };
                let visible = match near {
                    Some(visible) => visible,
                    None => self.span(tips, &[since])?.added.into_iter().collect(),
                };
                Ok(Side::Only(visible))
            }
        }
    }

    /// The commits that are not known yet, if each of them has an ancestor that is known to lie on this side: what is
    /// hidden has hidden ancestors only. `None` if that does not decide it, or not soon.
    fn near(
        &self,
        since: Oid,
        tips: &[Oid],
        pool: &Pool,
        known: &gix::hashtable::HashMap<Oid, u32>,
    ) -> Result<Option<HashSet<Oid>>, GitError> {
        let shallow = self.shallow_commits()?;
        let is_visible = |oid: &Oid| known.get(oid).map(|&node| !pool.has(node, flag::HIDDEN | flag::BEFORE));
        let mut visible: HashSet<Oid> = HashSet::new();
        let mut seen: HashSet<Oid> = HashSet::new();
        let mut stack: Vec<(Oid, Option<Vec<Oid>>)> = tips.iter().map(|&tip| (tip, None)).collect();
        let mut buffer = Vec::new();
        while let Some((oid, parents)) = stack.pop() {
            if let Some(parents) = parents {
                let leads = |parent: &Oid| visible.contains(parent) || is_visible(parent) == Some(true);
                if !parents.iter().any(leads) {
                    return Ok(None);
                }
                visible.insert(oid);
                continue;
            }
            if oid == since || known.contains_key(&oid) || !seen.insert(oid) {
                continue;
            }
            if seen.len() > NEAR {
                return Ok(None);
            }
            let mut parents = RawCommit::parse(self.read(&oid, Kind::Commit, &mut buffer)?).parents;
            if shallow.contains(&oid) {
                parents.clear();
            }
            let below = parents.clone();
            stack.push((oid, Some(parents)));
            stack.extend(below.into_iter().map(|parent| (parent, None)));
        }
        Ok(Some(visible))
    }
}
