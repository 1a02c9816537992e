//! The plan as a merge would leave it, without writing anything.

use super::clash::{Clash, Why, two_tasks};
use super::{GitError, Oid, PlanObjects, Repo};
use crate::finding::Finding;
use crate::format::{is_task_path, parse_task};
use crate::snapshot::{PLAN_DIR, is_plan_file_name};
use gix::bstr::ByteSlice;
use gix::merge::blob::builtin_driver::text::Labels;
use gix::merge::tree::{Conflict, Options, TreeFavor};
use std::collections::{BTreeSet, HashMap, HashSet};

impl Repo {
    /// The plan files after a merge of `theirs` into `ours`, as `git merge` without merge drivers, which forges do not
    /// run, would leave them, and the repository that has them; `None` if neither side has a plan. Renames are followed.
    ///
    /// A file in conflict is a finding, and holds what our side has, or else theirs: markers would hide its task from
    /// every other rule. Merged objects live in memory only.
    pub fn merged_plan(&self, ours: Oid, theirs: Oid) -> Result<Option<(Self, PlanObjects)>, GitError> {
        let (own, other) = (self.plan_tree_of(ours)?, self.plan_tree_of(theirs)?);
        if own.is_none() && other.is_none() {
            return Ok(None);
        }
        let memory = self.in_memory()?;
        let base = memory.base_of(&memory.merge_bases(ours, &[theirs])?)?;
        let options = memory.inner.tree_merge_options().map_err(doing())?;
        let trees = [base, memory.or_empty(own), memory.or_empty(other)];
        let (tree, merged) = memory.merge_plans(trees, options)?;
        let mut clashes: Vec<Clash> = merged.iter().filter_map(Clash::of).collect();
        for found in memory.relocated(trees[0], [trees[1], trees[2]])? {
            let [from, to] = [found.from, found.to].map(|path| format!("{PLAN_DIR}/{path}"));
            if !clashes.iter().any(|clash| clash.is_about(&from) || clash.is_about(&to)) {
                clashes.push(Clash::relocated(&from, &to));
            }
        }
        let mut plan = PlanObjects::default();
        memory.add_plan_objects(PLAN_DIR, tree, &mut plan)?;
        self.without_markers(&mut plan, &clashes, [ours, theirs])?;
        Ok(Some((memory, plan)))
    }

    /// The plan tree to merge against: of several merge bases, as branches have that merged each other, what merging those
    /// would leave, as `git merge` has it, conflicts included.
    fn base_of(&self, bases: &[Oid]) -> Result<Oid, GitError> {
        let mut bases = bases.iter().rev();
        let Some(first) = bases.next() else { return Ok(self.or_empty(None)) };
        let mut tree = self.or_empty(self.plan_tree_of(*first)?);
        let mut merged = vec![*first];
        for next in bases {
            let other = self.or_empty(self.plan_tree_of(*next)?);
            if other != tree {
                // What a merge of those so far would have in common with the next.
                let base = self.base_of(&self.merge_bases(*next, &merged)?)?;
                let options = self.inner.tree_merge_options().map_err(doing())?;
                let options = options.with_tree_favor(Some(TreeFavor::Ancestor));
                tree = self.merge_plans([base, tree, other], options)?.0;
            }
            merged.push(*next);
        }
        Ok(tree)
    }

    /// Merges the last two of three trees, the first being their base.
    fn merge_plans(
        &self,
        [base, own, other]: [Oid; 3],
        options: Options,
    ) -> Result<(Oid, Vec<Conflict>), GitError> {
        for tree in [base, own, other] {
            self.refuse_deep(tree, "merge the plans")?;
        }
        let labels =
            Labels { ancestor: None, current: Some(b"ours".as_bstr()), other: Some(b"theirs".as_bstr()) };
        let mut merged = self.inner.merge_trees(base, own, other, labels, options).map_err(doing())?;
        let tree = merged.tree.write().map_err(doing())?.detach();
        Ok((tree, merged.conflicts))
    }

    fn or_empty(&self, tree: Option<Oid>) -> Oid {
        tree.unwrap_or_else(|| self.empty_tree())
    }

    /// Replaces files in conflict by those of the first side that has them, and reports them.
    fn without_markers(
        &self,
        plan: &mut PlanObjects,
        clashes: &[Clash],
        sides: [Oid; 2],
    ) -> Result<(), GitError> {
        let places = |clash: &Clash| -> Vec<String> {
            std::iter::once(&clash.path).chain(&clash.others).cloned().collect()
        };
        let all: HashSet<String> = clashes.iter().flat_map(places).collect();
        let mut kept: HashMap<String, Oid> = HashMap::new();
        for side in sides.iter().rev() {
            kept.extend(self.blobs_at(*side, all.iter().map(String::as_str))?);
        }
        plan.files.retain(|(path, _)| !all.contains(path));
        let mut told = BTreeSet::new();
        for clash in clashes.iter().filter(|clash| told.insert(&clash.path)) {
            // Where Git would leave it, whatever the place is called at which a side has it.
            let blob = places(clash).iter().find_map(|path| kept.get(path).copied());
            let is_plan_file = clash.path.rsplit('/').next().is_some_and(is_plan_file_name);
            if let Some(blob) = blob.filter(|_| is_plan_file) {
                plan.files.push((clash.path.clone(), blob));
            }
            let twins = if clash.why == Why::Added { self.twins(&clash.path, sides)? } else { None };
            plan.problems.push(twins.unwrap_or_else(|| clash.finding()));
        }
        Ok(())
    }

    /// The finding that a file which both sides added is another task on each.
    fn twins(&self, path: &str, sides: [Oid; 2]) -> Result<Option<Finding>, GitError> {
        if !is_task_path(path) {
            return Ok(None);
        }
        let mut tasks = Vec::new();
        for side in sides {
            for (_, blob) in self.blobs_at(side, [path])? {
                tasks.extend(parse_task(path, &self.blob(blob)?).value);
            }
        }
        Ok(match tasks.as_slice() {
            [ours, theirs] => two_tasks(path, [ours, theirs]),
            _ => None,
        })
    }

    /// The same repository with objects that are written kept in memory, and without merge drivers: they are programs.
    fn in_memory(&self) -> Result<Self, GitError> {
        let mut inner = self.inner.clone().with_object_memory();
        let mut config = inner.config_snapshot_mut();
        let drivers: Vec<_> = config
            .sections_by_name("merge")
            .into_iter()
            .flatten()
            .filter_map(|section| section.header().subsection_name().map(ToOwned::to_owned))
            .collect();
        for driver in drivers {
            while config.remove_section("merge", Some(driver.as_bstr())).is_some() {}
        }
        config.commit().map_err(GitError::doing("leave merge drivers out"))?;
        Ok(self.with_inner(inner))
    }
}

fn doing() -> impl FnOnce(gix::Error) -> GitError {
    GitError::doing("merge the two plans")
}
