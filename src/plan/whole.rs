//! A plan with everything that is derived of it.

use super::gathered::Gathered;
use super::graph::{Blocker, Graph};
use super::order::Standing;
use super::state::{TaskState, derive_states};
use crate::evidence::{Evidence, Names, Viewpoint, derive_among};
use crate::git::{History, Oid};
use crate::model::{GroupName, TaskId, natural_cmp};
use crate::snapshot::{Snapshot, TaskEntry};
use jiff::civil::Date;
use std::collections::BTreeSet;
use std::sync::{Arc, OnceLock};

/// What a plan is derived from.
#[derive(Debug, Default)]
pub struct Inputs {
    /// The plan files.
    pub snapshot: Snapshot,
    /// The commits.
    pub history: History,
    /// From where they are looked at.
    pub viewpoint: Viewpoint,
    /// The revision the plan files are of; `None` for the work tree.
    pub revision: Option<Oid>,
    /// The commit whose ancestors count.
    pub tip: Option<Oid>,
    /// Today, for what is overdue; `None` where answers must not depend on the clock.
    pub today: Option<Date>,
}

/// What a plan is derived from besides the history.
#[derive(Debug, Default)]
pub struct Sight {
    /// The plan files.
    pub snapshot: Snapshot,
    /// From where the history is looked at.
    pub viewpoint: Viewpoint,
    /// The revision the plan files are of; `None` where they are of none.
    pub revision: Option<Oid>,
    /// The commit whose ancestors count.
    pub tip: Option<Oid>,
    /// Today, for what is overdue; `None` where answers must not depend on the clock.
    pub today: Option<Date>,
}

/// All tasks at a revision, with derived state. Immutable.
#[derive(Debug)]
pub struct Plan {
    /// The plan files; several plans may be of the same.
    pub snapshot: Arc<Snapshot>,
    /// The commits; several plans may look at the same.
    pub history: Arc<History>,
    /// From where they are looked at.
    pub viewpoint: Viewpoint,
    /// What counts for which task.
    pub evidence: Evidence,
    /// Who waits for whom.
    pub graph: Arc<Graph>,
    /// For each task of the snapshot what is derived of it.
    pub states: Vec<TaskState>,
    /// The revision the plan files are of; `None` for the work tree.
    pub revision: Option<Oid>,
    /// The commit whose ancestors count.
    pub tip: Option<Oid>,
    /// Today, for what is overdue.
    pub today: Option<Date>,
    /// Made when somebody asks for the order.
    pub(super) standings: OnceLock<Vec<Standing>>,
    /// When each task is due, once that is asked for.
    dues: OnceLock<Vec<Option<Date>>>,
    gathered: Arc<Gathered>,
}

impl Plan {
    /// Derives everything.
    pub fn derive(inputs: Inputs) -> Self {
        let Inputs { snapshot, history, viewpoint, revision, tip, today } = inputs;
        Self::with_history(Arc::new(history), Sight { snapshot, viewpoint, revision, tip, today }, None)
    }

    /// Derives what can be asked about some tasks: everything of themselves, and whether what they wait for and what waits
    /// for them is settled. Of other tasks it is taken that no commit names them, so nothing else may be asked.
    pub fn about(inputs: Inputs, ids: &[TaskId]) -> Self {
        let Inputs { snapshot, history, viewpoint, revision, tip, today } = inputs;
        let sight = Sight { snapshot, viewpoint, revision, tip, today };
        Self::with_history(Arc::new(history), sight, Some(ids))
    }

    /// Derives what is seen of other plan files, or from elsewhere, in the same history.
    #[must_use]
    pub fn beside(&self, sight: Sight) -> Self {
        Self::with_history(Arc::clone(&self.history), sight, None)
    }

    /// Derives what is seen of the same plan files at another commit in the same history.
    #[must_use]
    pub fn seen_at(&self, viewpoint: Viewpoint, commit: Oid) -> Self {
        let of = (Arc::clone(&self.snapshot), Arc::clone(&self.graph), Arc::clone(&self.gathered));
        let at = (Some(commit), Some(commit), self.today);
        Self::of(of, Arc::clone(&self.history), viewpoint, at, None)
    }

    fn with_history(history: Arc<History>, sight: Sight, about: Option<&[TaskId]>) -> Self {
        let Sight { snapshot, viewpoint, revision, tip, today } = sight;
        let (graph, gathered) = (Arc::new(Graph::new(&snapshot)), Arc::new(Gathered::new(&snapshot)));
        let among = about.map(|ids| names_around(&snapshot, &graph, ids));
        let of = (Arc::new(snapshot), graph, gathered);
        Self::of(of, history, viewpoint, (revision, tip, today), among.as_ref())
    }

    fn of(
        (snapshot, graph, gathered): (Arc<Snapshot>, Arc<Graph>, Arc<Gathered>),
        history: Arc<History>,
        viewpoint: Viewpoint,
        (revision, tip, today): (Option<Oid>, Option<Oid>, Option<Date>),
        among: Option<&Names>,
    ) -> Self {
        let evidence = derive_among(&snapshot, &history, &viewpoint, among);
        let states = derive_states(&snapshot, &evidence, &graph, history.complete);
        Self {
            snapshot,
            history,
            viewpoint,
            evidence,
            graph,
            states,
            revision,
            tip,
            today,
            standings: OnceLock::new(),
            dues: OnceLock::new(),
            gathered,
        }
    }

    /// The positions of all tasks that are not archived, in natural order of their paths.
    pub fn current(&self) -> impl Iterator<Item = usize> + '_ {
        (0..self.snapshot.tasks.len()).filter(|&at| !self.snapshot.tasks[at].archived)
    }

    /// The position of the task of that id.
    pub fn position(&self, id: &TaskId) -> Option<usize> {
        self.snapshot.index.get(id).copied()
    }

    /// The task at a position.
    pub fn entry(&self, at: usize) -> &TaskEntry {
        &self.snapshot.tasks[at]
    }

    /// What keeps a task from being ready, whatever its status: open dependencies and missing ones, by id.
    pub fn blocked_by(&self, at: usize) -> Vec<Blocker> {
        if !self.states[at].held_up {
            return Vec::new();
        }
        let open = |b: &Blocker| !matches!(b, Blocker::Task(at) if self.states[*at].status.is_settled());
        self.by_id(self.graph.prerequisites(at).into_iter().filter(open).collect())
    }

    fn by_id(&self, mut blockers: Vec<Blocker>) -> Vec<Blocker> {
        blockers.sort_by_cached_key(|b| (b.id(&self.snapshot).cloned(), b.label(&self.snapshot)));
        blockers
    }

    /// The open tasks that wait for a task directly, by id.
    pub fn blocks(&self, at: usize) -> Vec<&TaskId> {
        let dependents = self.graph.dependents(at).into_iter();
        let open = dependents.filter(|&d| d != at && !self.states[d].status.is_settled());
        let mut ids: Vec<&TaskId> = open.map(|d| &self.entry(d).id).collect();
        ids.sort();
        ids
    }

    /// When the commit that completed a task was made, in seconds since the epoch; `None` where no commit did.
    pub fn completed_at(&self, at: usize) -> Option<i64> {
        let evidence = &self.evidence.tasks[at];
        Some(self.history.time(evidence.items[evidence.completed_by?].commit))
    }

    /// When a task is due: its own date, else that of the nearest group around it that has one.
    pub fn due(&self, at: usize) -> Option<Date> {
        self.dues.get_or_init(|| self.all_dues())[at]
    }

    fn all_dues(&self) -> Vec<Option<Date>> {
        let mut dues = Vec::with_capacity(self.snapshot.tasks.len());
        for members in self.snapshot.tasks.chunk_by(|a, b| a.group == b.group) {
            let around = self.snapshot.groups_around(&members[0].group).find_map(|around| around.group.due);
            dues.extend(members.iter().map(|entry| entry.task.due.or(around)));
        }
        dues
    }

    /// Not settled although its date has passed.
    pub fn is_overdue(&self, at: usize) -> bool {
        let open = !self.states[at].status.is_settled();
        open && self.today.is_some_and(|today| self.due(at).is_some_and(|due| due < today))
    }

    /// The names of the milestones a task belongs to: those it names, those its groups name, and those that name it or
    /// its groups; in natural order.
    pub fn milestones(&self, at: usize) -> Vec<&str> {
        self.milestones_among(at, &self.milestones_of_group(&self.entry(at).group))
    }

    /// The same of every task that is not archived, with its position; what a group's tasks have in common is found once.
    pub fn current_milestones(&self) -> impl Iterator<Item = (usize, Vec<&str>)> {
        let mut of_group: (Option<&GroupName>, Vec<&str>) = (None, Vec::new());
        self.current().map(move |at| {
            let group = &self.entry(at).group;
            if of_group.0 != Some(group) {
                of_group = (Some(group), self.milestones_of_group(group));
            }
            (at, self.milestones_among(at, &of_group.1))
        })
    }

    fn milestones_of_group<'a>(&'a self, group: &'a GroupName) -> Vec<&'a str> {
        let around = self.snapshot.groups_around(group).flat_map(|around| &around.group.milestones);
        let gathered = self.gathered.of_group(group).map(|at| self.snapshot.milestones[at].name.as_str());
        around.map(String::as_str).chain(gathered).collect()
    }

    fn milestones_among<'a>(&'a self, at: usize, of_group: &[&'a str]) -> Vec<&'a str> {
        let entry = self.entry(at);
        let gathered = self.gathered.of_task(&entry.id).iter();
        let mut names: Vec<&str> = entry.task.milestones.iter().map(String::as_str).collect();
        names.extend(of_group);
        names.extend(gathered.map(|&at| self.snapshot.milestones[at].name.as_str()));
        if names.len() > 1 {
            names.sort_by(|a, b| natural_cmp(a, b));
            names.dedup();
        }
        names
    }
}

/// The names of some tasks, of all that they wait for and of all that waits for them.
fn names_around(snapshot: &Snapshot, graph: &Graph, ids: &[TaskId]) -> Names {
    let mut around = BTreeSet::new();
    for &at in ids.iter().filter_map(|id| snapshot.index.get(id)) {
        around.insert(at);
        around.extend(graph.dependents(at));
        around.extend(graph.prerequisites(at).into_iter().filter_map(|blocker| match blocker {
            Blocker::Task(at) => Some(at),
            Blocker::Missing(_) => None,
        }));
    }
    Names::of(around.into_iter().map(|at| &snapshot.tasks[at]))
}

#[cfg(test)]
impl Inputs {
    /// Files below `.tasks/`, the path of each without its ending and what it says, and a history that is whole and empty.
    pub(crate) fn sample(files: &[(impl AsRef<str>, impl AsRef<str>)]) -> Self {
        let mut inputs = Self { snapshot: Snapshot::sample(files), ..Self::default() };
        inputs.history.complete = true;
        inputs
    }
}
