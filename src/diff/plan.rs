//! Two versions of a plan held against each other.

use super::field::{FieldChange, push};
use super::parts::{config_changes, group_changes, milestone_changes};
use super::task::task_changes;
use crate::finding::{Finding, Severity};
use crate::format::path_cmp;
use crate::model::TaskId;
use crate::snapshot::{GroupEntry, MilestoneEntry, Snapshot, TaskEntry};
use std::cmp::Ordering;
use std::collections::{BTreeMap, HashMap, HashSet};
use std::sync::Arc;

/// What differs between two versions of a plan, as they were read. Positions are those in the snapshots.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct PlanDiff {
    /// Tasks that only the later version has, by their positions there.
    pub added: Vec<usize>,
    /// Tasks that only the earlier version has, by their positions there.
    pub removed: Vec<usize>,
    /// The same tasks in both versions: earlier and later positions, in the order of the later version.
    pub pairs: Vec<(usize, usize)>,
    /// Tasks whose files lie in another directory.
    pub moved: Vec<(usize, usize)>,
    /// Tasks whose files have another name.
    pub renumbered: Vec<(usize, usize)>,
    /// Tasks whose files say something else.
    pub changed: Vec<TaskChange>,
    /// Groups that come, go, or say something else.
    pub groups: Vec<PartChange>,
    /// Milestones that come, go, or say something else.
    pub milestones: Vec<PartChange>,
    /// Keys of the configuration.
    pub config: Vec<FieldChange>,
    /// Files that can be read in the earlier version only, each with the reason. Their tasks are not among the removed.
    pub unreadable: Vec<Finding>,
}

/// A task whose file says something else.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TaskChange {
    /// Its earlier and its later position.
    pub pair: (usize, usize),
    /// The keys that differ.
    pub fields: Vec<FieldChange>,
}

/// A group or a milestone that differs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PartChange {
    /// Its name.
    pub name: String,
    /// What became of it.
    pub kind: PartChangeKind,
    /// The keys that differ.
    pub fields: Vec<FieldChange>,
}

/// What became of a group or a milestone.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, schemars::JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum PartChangeKind {
    /// Only the later version has it.
    Added,
    /// Only the earlier version has it.
    Removed,
    /// Both have it.
    Changed,
}

impl PlanDiff {
    /// Compares two versions.
    ///
    /// A task is the same if its id is. One that has another id is the same if the later one names the earlier id in its
    /// `aka`, or else if both were created at the same time under the same title.
    pub fn of(before: &Snapshot, after: &Snapshot) -> Self {
        let pairs = pairs(before, after);
        let (mut known, mut kept) = (vec![false; before.tasks.len()], vec![false; after.tasks.len()]);
        for &(old, new) in &pairs {
            (known[old], kept[new]) = (true, true);
        }
        let unreadable = unreadable(before, after);
        let broken: HashSet<&str> = unreadable.iter().filter_map(|f| f.path.as_deref()).collect();
        let gone = |at: &usize| !known[*at] && !broken.contains(before.tasks[*at].path.as_str());
        let mut diff = Self {
            added: (0..after.tasks.len()).filter(|&at| !kept[at]).collect(),
            removed: (0..before.tasks.len()).filter(gone).collect(),
            groups: groups(before, after),
            milestones: milestones(before, after),
            config: config_changes(&before.config, &after.config),
            ..Self::default()
        };
        for &(old, new) in &pairs {
            let pair = (old, new);
            let (old, new) = (&before.tasks[old], &after.tasks[new]);
            if directory(old) != directory(new) {
                diff.moved.push(pair);
            }
            if old.id != new.id {
                diff.renumbered.push(pair);
            }
            if !Arc::ptr_eq(&old.task, &new.task) && old.task != new.task {
                diff.changed.extend(changed(pair, old, new));
            }
        }
        Self { pairs, unreadable, ..diff }
    }

    /// Whether the two versions say the same.
    pub fn is_empty(&self) -> bool {
        let Self {
            added,
            removed,
            pairs: _,
            moved,
            renumbered,
            changed,
            groups,
            milestones,
            config,
            unreadable,
        } = self;
        [added, removed].iter().all(|tasks| tasks.is_empty())
            && [moved, renumbered].iter().all(|pairs| pairs.is_empty())
            && [groups, milestones].iter().all(|parts| parts.is_empty())
            && (changed.is_empty() && config.is_empty() && unreadable.is_empty())
    }
}

/// `None` where nothing but the record of the renumbering itself differs, or the order of free fields.
fn changed(pair: (usize, usize), old: &TaskEntry, new: &TaskEntry) -> Option<TaskChange> {
    let mut fields = task_changes(&old.task, &new.task);
    if old.id != new.id {
        let mut with_former = old.task.aka.clone();
        with_former.push(old.id.clone());
        fields.retain(|field| field.name != "aka" || new.task.aka != with_former);
    }
    (!fields.is_empty()).then_some(TaskChange { pair, fields })
}

fn directory(entry: &TaskEntry) -> &str {
    entry.path.rsplit_once('/').map_or("", |(dir, _)| dir)
}

fn pairs(before: &Snapshot, after: &Snapshot) -> Vec<(usize, usize)> {
    let mut pairing =
        Pairing { before, after, old: vec![None; before.tasks.len()], new: vec![None; after.tasks.len()] };
    pairing.evident_renumberings();
    pairing.same_paths();
    pairing.same_ids();
    pairing.named_renumberings();
    pairing.same_origins();
    pairing.new.into_iter().enumerate().filter_map(|(new, old)| Some((old?, new))).collect()
}

/// Which task is which: for each task of a version its position in the other, once that is known.
struct Pairing<'a> {
    before: &'a Snapshot,
    after: &'a Snapshot,
    old: Vec<Option<usize>>,
    new: Vec<Option<usize>>,
}

impl Pairing<'_> {
    fn pair(&mut self, old: usize, new: usize) {
        if self.old[old].is_none() && self.new[new].is_none() {
            (self.old[old], self.new[new]) = (Some(new), Some(old));
        }
    }

    /// A task that names a former id and was created when the task of that id was, even if the id is another's now.
    fn evident_renumberings(&mut self) {
        for (new, entry) in self.after.tasks.iter().enumerate() {
            for former in &entry.task.aka {
                let old = self.before.index.get(former).copied();
                let same = |old: &usize| {
                    let created = self.before.tasks[*old].task.created;
                    created.is_some() && created == entry.task.created && *former != entry.id
                };
                let is_there = self.before.index.contains_key(&entry.id);
                if let Some(old) = old.filter(same).filter(|_| !is_there) {
                    self.pair(old, new);
                }
            }
        }
    }

    /// What has the same path has the same id. Both sides are in the order of their paths.
    fn same_paths(&mut self) {
        let (mut old, mut new) = (0, 0);
        while let (Some(a), Some(b)) = (self.before.tasks.get(old), self.after.tasks.get(new)) {
            let order = if a.path == b.path { Ordering::Equal } else { path_cmp(&a.path, &b.path) };
            if order.is_eq() {
                self.pair(old, new);
            }
            old += usize::from(order.is_le());
            new += usize::from(order.is_ge());
        }
    }

    /// Of several tasks of one id that lie elsewhere, those that are left belong together in their order.
    fn same_ids(&mut self) {
        let mut by_id: HashMap<&TaskId, Vec<usize>> = HashMap::new();
        for (old, entry) in self.before.tasks.iter().enumerate().rev() {
            if self.old[old].is_none() {
                by_id.entry(&entry.id).or_default().push(old);
            }
        }
        for new in self.unpaired() {
            if let Some(old) = by_id.get_mut(&self.after.tasks[new].id).and_then(Vec::pop) {
                self.pair(old, new);
            }
        }
    }

    fn named_renumberings(&mut self) {
        for new in self.unpaired() {
            for former in &self.after.tasks[new].task.aka {
                if let Some(&old) = self.before.index.get(former) {
                    self.pair(old, new);
                }
            }
        }
    }

    fn same_origins(&mut self) {
        let origin = |entry: &TaskEntry| Some((entry.task.created?, entry.task.title.clone()));
        let mut origins: HashMap<_, Vec<usize>> = HashMap::new();
        for (old, entry) in self.before.tasks.iter().enumerate().filter(|(old, _)| self.old[*old].is_none()) {
            if let Some(origin) = origin(entry) {
                origins.entry(origin).or_default().push(old);
            }
        }
        for new in self.unpaired() {
            let olds = origin(&self.after.tasks[new]).and_then(|origin| origins.get(&origin));
            // Several of one origin cannot be told apart.
            if let Some(&[old]) = olds.map(Vec::as_slice) {
                self.pair(old, new);
            }
        }
    }

    fn unpaired(&self) -> Vec<usize> {
        (0..self.new.len()).filter(|&new| self.new[new].is_none()).collect()
    }
}

/// Errors that keep files of the earlier version from being read.
fn unreadable(before: &Snapshot, after: &Snapshot) -> Vec<Finding> {
    if after.problems.is_empty() {
        return Vec::new();
    }
    let left: HashSet<&str> = after.tasks.iter().map(|task| task.path.as_str()).collect();
    let was: HashSet<&str> = before.tasks.iter().map(|task| task.path.as_str()).collect();
    let lost = |path: &str| was.contains(path) && !left.contains(path);
    let is_new =
        |finding: &&Finding| finding.severity == Severity::Error && finding.path.as_deref().is_some_and(lost);
    let mut seen = HashSet::new();
    let first = |finding: &&Finding| seen.insert(finding.path.clone());
    after.problems.iter().filter(is_new).filter(first).cloned().collect()
}

fn groups(before: &Snapshot, after: &Snapshot) -> Vec<PartChange> {
    let fields = |old: &GroupEntry, new: &GroupEntry| {
        let mut fields = Vec::new();
        push(&mut fields, "path", Some(old.path.clone()), Some(new.path.clone()));
        fields.extend(group_changes(&old.group, &new.group));
        fields
    };
    parts(&groups_by_name(before), &groups_by_name(after), fields)
}

/// Of two groups of one name the first.
fn groups_by_name(snapshot: &Snapshot) -> BTreeMap<String, &GroupEntry> {
    snapshot.groups.iter().rev().map(|group| (group.name.to_string(), group)).collect()
}

fn milestones(before: &Snapshot, after: &Snapshot) -> Vec<PartChange> {
    let fields =
        |old: &MilestoneEntry, new: &MilestoneEntry| milestone_changes(&old.milestone, &new.milestone);
    parts(&milestones_by_name(before), &milestones_by_name(after), fields)
}

fn milestones_by_name(snapshot: &Snapshot) -> BTreeMap<String, &MilestoneEntry> {
    snapshot.milestones.iter().map(|milestone| (milestone.name.clone(), milestone)).collect()
}

fn parts<T>(
    before: &BTreeMap<String, &T>,
    after: &BTreeMap<String, &T>,
    fields: impl Fn(&T, &T) -> Vec<FieldChange>,
) -> Vec<PartChange> {
    let mut changes = Vec::new();
    let mut names: Vec<&String> = before.keys().chain(after.keys()).collect();
    names.sort_by(|a, b| crate::model::natural_cmp(a, b).then_with(|| a.cmp(b)));
    names.dedup();
    for name in names {
        let (kind, fields) = match (before.get(name), after.get(name)) {
            (Some(_), None) => (PartChangeKind::Removed, Vec::new()),
            (None, _) => (PartChangeKind::Added, Vec::new()),
            (Some(old), Some(new)) => (PartChangeKind::Changed, fields(old, new)),
        };
        if kind != PartChangeKind::Changed || !fields.is_empty() {
            changes.push(PartChange { name: name.clone(), kind, fields });
        }
    }
    changes
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// A file below `.tasks/`: its path without the ending, and what it says.
    type File<'a> = (&'a str, &'a str);

    fn read(files: &[(String, String)]) -> Snapshot {
        Snapshot::sample(files)
    }

    /// What differs, in words.
    fn told(before: &[File], after: &[File]) -> String {
        let owned = |files: &[File]| -> Vec<(String, String)> {
            let title = |text: &str| {
                if text.contains("title") { text.to_owned() } else { format!("title = \"t\"\n{text}") }
            };
            files.iter().map(|(path, text)| ((*path).to_owned(), title(text))).collect()
        };
        let (before, after) = (read(&owned(before)), read(&owned(after)));
        let diff = PlanDiff::of(&before, &after);
        let (old, new) =
            (|at: usize| before.tasks[at].path.clone(), |at: usize| after.tasks[at].path.clone());
        let mut words = Vec::new();
        words.extend(diff.added.iter().map(|&at| format!("+{}", new(at))));
        words.extend(diff.removed.iter().map(|&at| format!("-{}", old(at))));
        words.extend(diff.moved.iter().map(|&(a, b)| format!("{}>{}", old(a), new(b))));
        words.extend(
            diff.renumbered.iter().map(|&(a, b)| format!("{}={}", before.tasks[a].id, after.tasks[b].id)),
        );
        for change in &diff.changed {
            let names: Vec<&str> = change.fields.iter().map(|f| f.name.as_str()).collect();
            words.push(format!("{}:{}", after.tasks[change.pair.1].id, names.join(",")));
        }
        for part in diff.groups.iter().chain(&diff.milestones) {
            let names: Vec<&str> = part.fields.iter().map(|f| f.name.as_str()).collect();
            words.push(format!("{} {:?} {}", part.name, part.kind, names.join(",")).trim_end().to_owned());
        }
        words.extend(diff.config.iter().map(|f| f.name.clone()));
        words.extend(diff.unreadable.iter().map(|f| format!("!{}", f.path.clone().unwrap_or_default())));
        assert_eq!(words.is_empty(), diff.is_empty());
        words.join(" ").replace(".tasks/", "").replace(".toml", "")
    }

    #[test]
    fn every_kind_of_difference_is_told() {
        let created = "created = 2026-01-01T00:00:00Z\n";
        let renumbered = format!("{created}aka = [\"1\"]\n");
        let other = "title = \"other\"\ncreated = 2026-02-02T00:00:00Z\n";
        let cases: &[(&[File], &[File], &str)] = &[
            (&[("1", "")], &[("1", "")], ""),
            (&[("1", "")], &[("1", "# remark\n")], ""),
            (&[("1", "")], &[("2", "")], "+2 -1"),
            (&[("1", "")], &[("a/1", "")], "1>a/1 a Added"),
            (&[("1", "")], &[("archive/1", "due = 2026-01-01\n")], "1>archive/1 1:due"),
            (&[("01-a/1", "")], &[("02-a/1", "")], "01-a/1>02-a/1 a Changed path"),
            (&[("1", "")], &[("1", "due = 2026-01-01\n[fields]\nx = \"1\"\n")], "1:due,fields.x"),
            (&[("1", "[fields]\na = \"1\"\nb = \"2\"\n")], &[("1", "[fields]\nb = \"2\"\na = \"1\"\n")], ""),
            (&[("1", "")], &[("2", "aka = [\"1\"]\n")], "1=2"),
            (&[("1", "aka = [\"9\"]\n")], &[("2", "aka = [\"9\", \"1\"]\ndue = 2026-01-01\n")], "1=2 2:due"),
            (&[("1", created)], &[("2", created)], "1=2"),
            (&[("1", created), ("3", created)], &[("2", created)], "+2 -1 -3"),
            (&[("1", created)], &[("1", other), ("2", &renumbered)], "+1 1=2"),
            (&[("1", "")], &[("1", "title = ")], "!1"),
            (&[("1", "")], &[("a/1", ""), ("b/1", "")], "+b/1 1>a/1 a Added b Added"),
            (&[("a/1", ""), ("b/1", "")], &[("b/1", "")], "-a/1 a Removed"),
            (
                &[("a/1", ""), ("a/group", "")],
                &[("a/1", ""), ("a/group", "title = \"A\"\n")],
                "a Changed title",
            ),
            (&[], &[("milestones/m", "")], "m Added"),
            (
                &[("milestones/m", "[[criteria]]\ntext = \"x\"\n")],
                &[("milestones/m", "due = 2026-01-01\n[[criteria]]\ntext = \"x\"\nstatus = \"completed\"\n")],
                "m Changed due,criterion 1",
            ),
            (
                &[("config", "title = 1\nversion = 1\n[check]\noverdue = \"off\"\n")],
                &[("config", "title = 1\nversion = 1\n[ids]\nprefix = \"P-\"\n[estimates]\nday = \"6h\"\n")],
                "ids.prefix estimates.day estimates.week check.overdue",
            ),
        ];
        for (before, after, expected) in cases {
            let found = told(before, after);
            // What a week holds follows from the day where it is not given; either way the keys that differ are named.
            let found = if found.contains("estimates.week") {
                found
            } else {
                found.replace("estimates.day", "estimates.day estimates.week")
            };
            assert_eq!(found, *expected, "{before:?} to {after:?}");
        }
    }

    fn any_plan() -> impl Strategy<Value = Vec<(String, String)>> {
        let place = prop::sample::select(vec!["", "a/", "b/", "archive/"]);
        let line = prop::sample::select(vec![
            "",
            "due = 2026-01-01\n",
            "aka = [\"4\"]\n",
            "depends = [\"1\"]\n",
            "created = 2026-01-01T00:00:00Z\n",
        ]);
        prop::collection::btree_map(1_u8..6, (place, line), 0..5).prop_map(|tasks| {
            let file = |(id, (place, line)): (u8, (&str, &str))| {
                (format!("{place}{id}"), format!("title = \"T{}\"\n{line}", id % 2))
            };
            tasks.into_iter().map(file).collect()
        })
    }

    proptest! {
        #[test]
        fn a_plan_does_not_differ_from_itself(plan in any_plan()) {
            let snapshot = read(&plan);
            let diff = PlanDiff::of(&snapshot, &snapshot);
            prop_assert!(diff.is_empty(), "{:?}", diff);
            prop_assert_eq!(diff.pairs.len(), snapshot.tasks.len());
        }

        #[test]
        fn every_task_is_accounted_for_and_groups_swap(before in any_plan(), after in any_plan()) {
            let (before, after) = (read(&before), read(&after));
            let (there, back) = (PlanDiff::of(&before, &after), PlanDiff::of(&after, &before));
            for (diff, old, new) in [(&there, &before, &after), (&back, &after, &before)] {
                prop_assert_eq!(diff.pairs.len() + diff.added.len(), new.tasks.len());
                prop_assert_eq!(diff.pairs.len() + diff.removed.len(), old.tasks.len());
                let same = old.tasks.iter().map(|t| (&t.path, &t.task)).eq(new.tasks.iter().map(|t| (&t.path, &t.task)));
                prop_assert_eq!(diff.is_empty(), same);
            }
            let names = |diff: &PlanDiff, kind| -> Vec<String> {
                diff.groups.iter().filter(|g| g.kind == kind).map(|g| g.name.clone()).collect()
            };
            prop_assert_eq!(names(&there, PartChangeKind::Added), names(&back, PartChangeKind::Removed));
        }

        #[test]
        fn without_renumbering_added_and_removed_swap(before in any_plan(), after in any_plan()) {
            let plain = |files: Vec<(String, String)>| -> Vec<(String, String)> {
                files.into_iter().filter(|(_, text)| !text.contains("aka") && !text.contains("created")).collect()
            };
            let (before, after) = (read(&plain(before)), read(&plain(after)));
            let (there, back) = (PlanDiff::of(&before, &after), PlanDiff::of(&after, &before));
            prop_assert_eq!(&there.added, &back.removed);
            prop_assert_eq!(&there.removed, &back.added);
            prop_assert_eq!(there.moved.len(), back.moved.len());
            let fields = |diff: &PlanDiff| diff.changed.iter().map(|c| c.fields.len()).sum::<usize>();
            prop_assert_eq!(fields(&there), fields(&back));
        }
    }
}
