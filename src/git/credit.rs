//! Where commits come from, and who wrote them.

use super::commit::RawCommit;
use super::{GitError, Oid, Person, Repo};
use crate::message::{co_authors, picked_from};
use gix::objs::Kind;
use std::collections::{HashMap, HashSet};

/// What a commit says of its origin.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Credit {
    /// Who wrote it, by the mail map: the author, then the co-authors that its trailers name.
    pub authors: Vec<Person>,
    /// The first line of its message.
    pub subject: String,
    /// When it was written, in seconds since the epoch.
    pub author_time: i64,
    /// The commit that `git cherry-pick -x` says it was picked from, as it is written.
    pub picked_from: Option<String>,
    /// Whether it has more than one parent.
    pub is_merge: bool,
    /// Whether it is the tip or one of its first parents.
    pub on_mainline: bool,
}

/// How far clocks may be apart, in seconds: the line of first parents is followed that much further back than the oldest
/// commit that is looked for.
const SLACK: i64 = 30 * 24 * 60 * 60;

impl Repo {
    /// What each of these commits says of its origin; `named` has the mail map, `tip` is where the line of first parents
    /// begins, `oldest` the least of their committer times.
    pub fn credits(
        &self,
        named: Oid,
        tip: Oid,
        commits: &HashSet<Oid>,
        oldest: i64,
    ) -> Result<HashMap<Oid, Credit>, GitError> {
        let mainline = self.on_mainline(tip, commits, oldest)?;
        let people = self.people(named)?;
        let mut buffer = Vec::new();
        let mut found = HashMap::with_capacity(commits.len());
        for &oid in commits {
            let mut raw = RawCommit::parse(self.read(&oid, Kind::Commit, &mut buffer)?);
            let (author, author_time) = people.author(&mut raw);
            let message = raw.decode(raw.message).into_owned();
            let others = co_authors(&message).into_iter().map(|(name, email)| {
                people.mapped(&Person { name: name.to_owned(), email: email.to_owned() })
            });
            let mut authors = vec![author];
            for other in others {
                if !authors.contains(&other) {
                    authors.push(other);
                }
            }
            let credit = Credit {
                authors,
                subject: raw.subject().into_owned(),
                author_time,
                picked_from: picked_from(&message).map(str::to_owned),
                is_merge: raw.parents.len() > 1,
                on_mainline: mainline.contains(&oid),
            };
            found.insert(oid, credit);
        }
        Ok(found)
    }

    /// Those of the commits that are the tip or among its first parents.
    fn on_mainline(&self, tip: Oid, commits: &HashSet<Oid>, oldest: i64) -> Result<HashSet<Oid>, GitError> {
        let lowest = self.lowest_generation(commits)?;
        let mut found = HashSet::new();
        self.first_parents(tip, |step| {
            if commits.contains(step.oid) {
                found.insert(step.oid.to_owned());
            }
            let may_come = match (lowest, step.generation) {
                // A commit's ancestors are of lesser generations.
                (Some(lowest), Some(generation)) => generation > lowest,
                _ => step.time >= oldest.saturating_sub(SLACK),
            };
            may_come && found.len() < commits.len()
        })?;
        Ok(found)
    }

    /// The least generation of the commits, where the commit-graph knows them all.
    fn lowest_generation(&self, commits: &HashSet<Oid>) -> Result<Option<u32>, GitError> {
        let Some(graph) = self.graph()? else { return Ok(None) };
        let generation = |oid: &Oid| graph.commit_by_id(oid).map(|commit| commit.generation());
        let all: Option<Vec<u32>> = commits.iter().map(generation).collect();
        Ok(all.into_iter().flatten().min().filter(|&lowest| lowest > 0))
    }

    /// The newest commit before a time, in seconds since the epoch, among `tip` and its first parents; `None` if there is
    /// none. By committer time.
    pub fn mainline_before(&self, tip: Oid, time: i64) -> Result<Option<Oid>, GitError> {
        let mut found = None;
        self.first_parents(tip, |step| {
            if step.time < time {
                found = Some(step.oid.to_owned());
            }
            found.is_none()
        })?;
        Ok(found)
    }
}
