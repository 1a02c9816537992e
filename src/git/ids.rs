//! Which ids were ever given.

use super::cache::{self, Key};
use super::changes::Node;
use super::pool::flag;
use super::reading::{Reading, Up};
use super::reduce::{Halt, Reducer};
use super::sight::task_id;
use super::words::Words;
use super::{GitError, Oid, Repo};
use crate::snapshot::may_hold_tasks;
use gix::objs::tree::EntryKind;
use std::collections::{BTreeSet, HashMap, HashSet};
use std::path::PathBuf;

/// What came in with a commit.
struct Introduced<'a> {
    ids: &'a mut BTreeSet<String>,
    /// Trees that came in whole; that one has a name again adds nothing.
    whole: HashSet<Oid>,
}

impl Repo {
    /// The ids of all task files that any commit reachable from `tips` ever had. Looks at every commit the first time, and
    /// with a cache only at new ones then.
    pub fn ids_ever(&self, tips: &[Oid]) -> Result<Words, GitError> {
        let shallow = self.shallow_commits()?;
        let place = self.ids_place(&shallow);
        let width = self.inner.object_hash().len_in_bytes();
        let stored = place.as_ref().and_then(|(path, key)| cache::load(path, *key, width));
        let mut pool = stored.unwrap_or_default();
        let is_unknown = |(_, node): &(&Oid, Option<u32>)| node.is_none();
        let unknown: Vec<Oid> =
            tips.iter().zip(pool.find(tips)).filter(is_unknown).map(|(oid, _)| *oid).collect();
        if !unknown.is_empty() {
            let known = pool.by_oid();
            let reading = self.introductions(&unknown, &known)?;
            match Reducer::new(self, &mut pool, &reading, &known, &shallow, None).run() {
                Ok(()) => pool.sort(),
                Err(Halt::Failed(error)) => return Err(error),
                Err(Halt::Undecided) => unreachable!("there are no reverts to decide about"),
            }
            self.keep(place, &mut pool, tips);
        }
        Ok(Words::of(&pool, pool.find(tips).into_iter().flatten()))
    }

    fn ids_place(&self, shallow: &HashSet<Oid>) -> Option<(PathBuf, u64)> {
        let mut key = Key::default();
        key.add("ids");
        key.add(&self.object_format());
        key.add_oids(shallow.iter().copied());
        Some((self.cache_dir()?.join("ids"), key.finish()))
    }

    /// The commits down to known ones, with the ids that came in with each: all whose directory is not what it was in one
    /// of the parents. What is left out is in that parent, so no id is missed.
    fn introductions(
        &self,
        tips: &[Oid],
        known: &gix::hashtable::HashMap<Oid, u32>,
    ) -> Result<Reading, GitError> {
        let nodes = self.nodes(tips, &|oid| !known.contains_key(oid))?;
        let trees = self.trees_around(&nodes)?;
        let plans = self.plans(trees.values().copied())?;
        let plan = |commit: &Oid| trees.get(commit).and_then(|tree| plans.get(tree)).copied().flatten();
        let mut reading = Reading::default();
        for Node { oid, time, parents, .. } in &nodes {
            let (at, _) = reading.intern(oid);
            let ups: Vec<Up> = parents
                .iter()
                .map(|parent| {
                    known.get(parent).map_or_else(|| Up::Read(reading.intern(parent).0), |&n| Up::Known(n))
                })
                .collect();
            reading.set_parents(at, ups.into_iter());
            let mut words = BTreeSet::new();
            if let Some(own) = plan(oid) {
                let parents: Vec<Oid> = parents.iter().filter_map(plan).collect();
                self.introduced(
                    own,
                    &parents,
                    0,
                    &mut Introduced { ids: &mut words, whole: HashSet::new() },
                )?;
            }
            let seen = &mut reading.commits[at as usize];
            seen.time = *time;
            seen.is_tip = tips.contains(oid);
            if !words.is_empty() {
                seen.flags = flag::EVENT;
                reading.words.insert(at, words.into_iter().collect());
            }
        }
        Ok(reading)
    }

    /// The ids in `tree`, `depth` folders below `.tasks`, that are not in a directory which is the same in one of `parents`.
    fn introduced(
        &self,
        tree: Oid,
        parents: &[Oid],
        depth: usize,
        found: &mut Introduced<'_>,
    ) -> Result<(), GitError> {
        if parents.contains(&tree) || (parents.is_empty() && !found.whole.insert(tree)) {
            return Ok(());
        }
        let mut below: HashMap<Vec<u8>, Vec<Oid>> = HashMap::new();
        let mut names: HashSet<Vec<u8>> = HashSet::new();
        for parent in parents {
            for entry in self.entries(parent)? {
                match entry.kind {
                    EntryKind::Tree => below.entry(entry.name).or_default().push(entry.oid),
                    _ => {
                        names.insert(entry.name);
                    }
                }
            }
        }
        for entry in self.entries(&tree)? {
            if entry.kind == EntryKind::Tree {
                if std::str::from_utf8(&entry.name).is_ok_and(|name| may_hold_tasks(depth, name)) {
                    let parents = below.remove(&entry.name).unwrap_or_default();
                    self.introduced(entry.oid, &parents, depth + 1, found)?;
                }
            } else if !names.contains(&entry.name) {
                found.ids.extend(task_id(&entry.name).map(|id| id.to_string()));
            }
        }
        Ok(())
    }
}
