//! The dashboard.

use super::list::{Head, TaskViews};
use super::task::TaskView;
use crate::model::{GroupName, Priority, Status, StepStatus, natural_cmp};
use crate::plan::{Plan, Totals};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// The answer of `tasks status`.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct StatusView<'p> {
    /// Of what it speaks.
    #[serde(flatten)]
    pub head: Head,
    /// The branch that is checked out, or the revision asked for.
    pub branch: Option<String>,
    /// All tasks that are not archived.
    pub totals: Totals,
    /// Each group with its subgroups.
    pub groups: Vec<GroupTotals>,
    /// Each milestone.
    pub milestones: Vec<MilestoneView>,
    /// The totals by something else, where that was asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub by: Option<TotalsBy>,
    /// What has begun.
    #[schemars(with = "Vec<TaskView>")]
    pub in_progress: TaskViews<'p>,
    /// How many tasks are ready, optional ones included.
    pub ready: usize,
    /// The first ready tasks, in the order in which to take them.
    #[schemars(with = "Vec<TaskView>")]
    pub next: TaskViews<'p>,
    /// What is late.
    #[schemars(with = "Vec<TaskView>")]
    pub overdue: TaskViews<'p>,
    /// Tasks that wait for something outside the plan.
    #[schemars(with = "Vec<TaskView>")]
    pub waiting: TaskViews<'p>,
    /// Tasks that are completed on a trunk but not here.
    #[schemars(with = "Vec<TaskView>")]
    pub completed_elsewhere: TaskViews<'p>,
}

/// A group and what it adds up to.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
pub struct GroupTotals {
    /// Its name; empty for tasks that lie directly under `.tasks/`.
    pub group: String,
    /// Its title.
    pub title: String,
    /// Its tasks, those of its subgroups included.
    #[serde(flatten)]
    pub totals: Totals,
    /// When it is due, `YYYY-MM-DD`.
    pub due: Option<String>,
    /// What its file declares as its estimate, in minutes.
    pub declared_minutes: Option<[u64; 2]>,
}

/// A milestone and how far it is.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
pub struct MilestoneView {
    /// Its name.
    pub milestone: String,
    /// Its title.
    pub title: String,
    /// When it is due, `YYYY-MM-DD`.
    pub due: Option<String>,
    /// What reaching it means.
    pub goal: Option<String>,
    /// Its tasks.
    #[serde(flatten)]
    pub totals: Totals,
    /// How many of its criteria hold, and how many there are.
    pub criteria: [usize; 2],
    /// Every task settled and every criterion met.
    pub reached: bool,
    /// Not reached although its date has passed.
    pub overdue: bool,
}

/// By what `tasks status` can add up.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum StatusBy {
    /// Groups, with their subgroups.
    Group,
    /// Priorities.
    Priority,
    /// Assignees; a task of two counts for both.
    Assignee,
    /// Tags; a task with two counts for both.
    Tag,
    /// Milestones; a task of two counts for both.
    Milestone,
}

/// The totals by something.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct TotalsBy {
    /// By what.
    pub by: StatusBy,
    /// One for each value, and one with an empty name for tasks that have none.
    pub rows: Vec<RowTotals>,
}

/// One row of them.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct RowTotals {
    /// The value.
    pub name: String,
    /// Its tasks.
    #[serde(flatten)]
    pub totals: Totals,
}

impl<'p> StatusView<'p> {
    /// The dashboard of a plan; `branch` is what is checked out or asked for, `next` how many ready tasks to list.
    pub fn of(plan: &'p Plan, branch: Option<String>, by: Option<StatusBy>, next: usize) -> Self {
        let pick = |keep: &dyn Fn(usize) -> bool| {
            TaskViews::of(plan, plan.current().filter(|&at| keep(at)).collect())
        };
        let (next, ready) = plan.next_among(next, |_| true);
        let state = |at: usize| &plan.states[at];
        Self {
            head: Head::of(plan),
            branch,
            totals: Totals::of(plan, plan.current()),
            groups: groups(plan),
            milestones: milestones(plan),
            by: by.map(|by| totals_by(plan, by)),
            in_progress: pick(&|at| state(at).status == Status::InProgress),
            ready,
            next: TaskViews::of(plan, next),
            overdue: pick(&|at| plan.is_overdue(at)),
            waiting: pick(&|at| state(at).row == Some(3)),
            completed_elsewhere: pick(&|at| {
                !state(at).status.is_settled() && !plan.evidence.tasks[at].on_trunks.is_empty()
            }),
        }
    }
}

/// Each group with its subgroups, archived tasks left out.
pub(super) fn groups(plan: &Plan) -> Vec<GroupTotals> {
    let current: Vec<usize> = plan.current().collect();
    let mut members: BTreeMap<GroupName, Vec<usize>> = BTreeMap::new();
    for tasks in current.chunk_by(|&a, &b| plan.entry(a).group == plan.entry(b).group) {
        let mut name = Some(plan.entry(tasks[0]).group.clone());
        let own_root = name.as_ref().is_some_and(GroupName::is_root);
        while let Some(current) = name.filter(|n| own_root || !n.is_root()) {
            name = current.parent();
            members.entry(current).or_default().extend(tasks);
        }
    }
    let view = |name: &GroupName, tasks: &[usize]| {
        let group = plan.snapshot.group(name).map(|g| &g.group);
        let declared = group.and_then(|g| g.estimate).map(|e| e.minutes(plan.snapshot.config.calendar));
        GroupTotals {
            group: name.to_string(),
            title: group.and_then(|g| g.title.clone()).unwrap_or_else(|| name.to_string()),
            totals: Totals::of(plan, tasks.iter().copied()),
            due: group.and_then(|g| g.due).map(|d| d.to_string()),
            declared_minutes: declared.map(|(min, max)| [min, max]),
        }
    };
    // In the order of the directories, in which their ordinals count; a group whose tasks are all archived is left out.
    let mut names: Vec<&GroupName> = plan.snapshot.groups.iter().map(|g| &g.name).collect();
    let root = GroupName::default();
    if members.contains_key(&root) {
        names.insert(0, &root);
    }
    let mut seen = std::collections::HashSet::new();
    names.retain(|name| seen.insert(*name));
    names.into_iter().filter_map(|name| members.get(name).map(|tasks| view(name, tasks))).collect()
}

/// Each milestone, by date.
pub(super) fn milestones(plan: &Plan) -> Vec<MilestoneView> {
    if plan.snapshot.milestones.is_empty() {
        return Vec::new();
    }
    let mut members: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
    for at in plan.current() {
        for name in plan.milestones(at) {
            members.entry(name).or_default().push(at);
        }
    }
    let view = |entry: &crate::snapshot::MilestoneEntry| {
        let milestone = &entry.milestone;
        let tasks = members.get(entry.name.as_str()).map_or(&[][..], Vec::as_slice);
        let totals = Totals::of(plan, tasks.iter().copied());
        let criteria = milestone.criteria.iter().filter(|c| c.status != StepStatus::Cancelled);
        let met = criteria.clone().filter(|c| c.status == StepStatus::Completed).count();
        let all = criteria.count();
        let reached = totals.tasks.completed == totals.tasks.total && met == all;
        MilestoneView {
            milestone: entry.name.clone(),
            title: milestone.title.clone().unwrap_or_else(|| entry.name.clone()),
            due: milestone.due.map(|d| d.to_string()),
            goal: milestone.goal.clone(),
            totals,
            criteria: [met, all],
            reached,
            overdue: !reached && milestone.due.is_some_and(|due| plan.today.is_some_and(|today| due < today)),
        }
    };
    let mut entries: Vec<&crate::snapshot::MilestoneEntry> = plan.snapshot.milestones.iter().collect();
    // By date, those without one last; of equal date in natural order of names.
    entries.sort_by_key(|m| (m.milestone.due.is_none(), m.milestone.due));
    entries.into_iter().map(view).collect()
}

/// What a task has of that, nothing to several.
pub(super) fn values(plan: &Plan, at: usize, by: StatusBy) -> Vec<String> {
    let task = &plan.entry(at).task;
    match by {
        StatusBy::Group => vec![plan.entry(at).group.to_string()],
        StatusBy::Priority => task.priority.map(|p| p.as_str().to_owned()).into_iter().collect(),
        StatusBy::Assignee => task.assignees.clone(),
        StatusBy::Tag => task.tags.clone(),
        StatusBy::Milestone => plan.milestones(at).into_iter().map(str::to_owned).collect(),
    }
}

fn totals_by(plan: &Plan, by: StatusBy) -> TotalsBy {
    let mut rows: BTreeMap<String, Vec<usize>> = BTreeMap::new();
    for at in plan.current() {
        let names = values(plan, at, by);
        let names = if names.is_empty() { vec![String::new()] } else { names };
        for name in names {
            rows.entry(name).or_default().push(at);
        }
    }
    let rank =
        |name: &str| Priority::ALL.iter().position(|p| p.as_str() == name).unwrap_or(Priority::ALL.len());
    let mut rows: Vec<RowTotals> =
        rows.into_iter().map(|(name, tasks)| RowTotals { totals: Totals::of(plan, tasks), name }).collect();
    rows.sort_by(|a, b| {
        let by_rank = if by == StatusBy::Priority {
            rank(&a.name).cmp(&rank(&b.name))
        } else {
            std::cmp::Ordering::Equal
        };
        by_rank.then(a.name.is_empty().cmp(&b.name.is_empty())).then_with(|| natural_cmp(&a.name, &b.name))
    });
    TotalsBy { by, rows }
}
