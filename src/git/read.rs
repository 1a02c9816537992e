//! How a [`History`] comes about: from what was kept of earlier ones, and the commits that are new.

use super::boundary::Boundary;
use super::cache::{self, Key};
use super::history::{History, Pos};
use super::pool::Pool;
use super::reduce::{Halt, Reducer};
use super::sight::Sights;
use super::walk::Paths;
use super::{GitError, Oid, Repo};
use crate::config::Since;
use crate::message::Rules;
use crate::model::TaskId;
use std::collections::HashSet;
use std::path::PathBuf;

/// What a history is to know.
#[derive(Debug, Clone, Copy)]
pub struct HistoryOptions<'a> {
    /// How messages name tasks.
    pub rules: &'a Rules,
    /// The adoption boundary.
    pub since: Option<&'a Since>,
    /// Also read what lies beyond the boundary, and mark it.
    pub beyond_boundary: bool,
    /// Tasks to be looked up in the tree of every commit that names them: those that are somebody's former id, or that of several.
    pub sight: &'a HashSet<TaskId>,
}

impl Repo {
    /// Reads every commit reachable from `tips`, up to the boundary.
    ///
    /// The first tip is the one whose answer it is: whether the history is complete is said of what it reaches alone,
    /// while the others, branches that are looked at besides, may be cut off.
    ///
    /// Everything is taken from the commits themselves; a commit-graph only helps to find what the boundary hides. What was
    /// read before is taken from the cache, if the repository was opened with one.
    pub fn history(&self, tips: &[Oid], options: &HistoryOptions<'_>) -> Result<History, GitError> {
        let boundary = self.boundary(options.since)?;
        let shallow = self.shallow_commits()?;
        let place = self.place(boundary, &shallow, options);
        let width = self.inner.object_hash().len_in_bytes();
        let stored = place.as_ref().and_then(|(path, key)| cache::load(path, *key, width));
        let mut pool = stored.unwrap_or_default();
        let found = pool.find(tips);
        let unknown: Vec<Oid> =
            tips.iter().zip(found).filter(|(_, node)| node.is_none()).map(|(oid, _)| *oid).collect();
        if !unknown.is_empty() {
            pool = match self.extended(pool, &unknown, boundary, &shallow, options) {
                Ok(pool) => pool,
                Err(Halt::Undecided) => self.afresh(tips, boundary, &shallow, options)?,
                Err(Halt::Failed(error)) => return Err(error),
            };
            self.keep(place, &mut pool, tips);
        }
        let mut history = History::of(pool, tips, self.people_later(tips.first().copied()));
        self.sight(&mut history, options.sight)?;
        Ok(history)
    }

    /// Where the pool lies, and under which key; `None` without a cache.
    pub(super) fn place(
        &self,
        boundary: Boundary,
        shallow: &HashSet<Oid>,
        options: &HistoryOptions<'_>,
    ) -> Option<(PathBuf, u64)> {
        let dir = self.cache_dir()?;
        let beyond = options.beyond_boundary && boundary != Boundary::None;
        let mut key = Key::default();
        key.add(&self.object_format());
        key.add(&options.rules.fingerprint());
        key.add(&format!("{boundary:?} {beyond}"));
        key.add_oids(shallow.iter().copied());
        Some((dir.join(if beyond { "history-beyond" } else { "history" }), key.finish()))
    }

    fn afresh(
        &self,
        tips: &[Oid],
        boundary: Boundary,
        shallow: &HashSet<Oid>,
        options: &HistoryOptions<'_>,
    ) -> Result<Pool, GitError> {
        match self.extended(Pool::default(), tips, boundary, shallow, options) {
            Ok(pool) => Ok(pool),
            Err(Halt::Failed(error)) => Err(error),
            Err(Halt::Undecided) => unreachable!("whoever has read everything can decide"),
        }
    }

    /// The pool with what is reachable from `tips` besides.
    fn extended(
        &self,
        mut pool: Pool,
        tips: &[Oid],
        boundary: Boundary,
        shallow: &HashSet<Oid>,
        options: &HistoryOptions<'_>,
    ) -> Result<Pool, Halt> {
        let known = pool.by_oid();
        let side = self.side(boundary, tips, &pool, &known)?;
        let paths = Paths {
            repo: self,
            rules: options.rules,
            beyond_boundary: options.beyond_boundary,
            side,
            shallow,
            pool: &pool,
            known: &known,
        };
        let reading = paths.read(tips)?;
        let since = if let Boundary::Commit(since) = boundary { Some(since) } else { None };
        let since = since.filter(|_| !options.beyond_boundary);
        Reducer::new(self, &mut pool, &reading, &known, shallow, since).run()?;
        pool.sort();
        Ok(pool)
    }

    /// Looks tasks that were renumbered up in the trees of the commits that name them.
    fn sight(&self, history: &mut History, sight: &HashSet<TaskId>) -> Result<(), GitError> {
        if sight.is_empty() {
            return Ok(());
        }
        let mut is_wanted: Vec<Option<bool>> = vec![None; history.word_count()];
        let mut commits: Vec<Pos> = Vec::new();
        for named in history.named_words() {
            let wanted = *is_wanted[named.word].get_or_insert_with(|| {
                history.word(named.word).parse().is_ok_and(|id: TaskId| sight.contains(&id))
            });
            if wanted && commits.last() != Some(&named.commit) {
                commits.push(named.commit);
            }
        }
        let mut sights = Sights::new(self, sight);
        let mut found = Vec::new();
        for pos in commits {
            if let Some(record) = history.record(pos) {
                let tree = self.root_tree(&history.oid(pos))?;
                found.push((pos, sights.of(&record.message, tree)?));
            }
        }
        history.sight(found);
        Ok(())
    }
}
