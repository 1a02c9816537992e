//! The whole plan as one document.

use super::list::Head;
use super::task::{EstimateView, StepView, TaskView};
use crate::model::{Calendar, Estimate, FileStatus, Step, StepStatus};
use crate::plan::{Plan, Totals};
use crate::snapshot::{GroupEntry, MilestoneEntry, PLAN_DIR};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize, Serializer};
use std::collections::{BTreeMap, HashMap};

/// What tells that a JSON document is an exported plan.
pub const PLAN_FORMAT: &str = "tasks-plan";

/// The parts of a plan that a document is to hold.
#[derive(Debug, Clone, Default)]
pub struct PlanParts {
    /// What the plan is called.
    pub name: String,
    /// Positions of tasks, in natural order of their paths.
    pub tasks: Vec<usize>,
    /// Groups in natural order of their paths.
    pub groups: Vec<GroupEntry>,
    /// Milestones in natural order of their names.
    pub milestones: Vec<MilestoneEntry>,
    /// What `config.toml` says; `None` where it is no part of the document.
    pub config: Option<String>,
    /// Markdown files beside the plan files.
    pub notes: Vec<Note>,
    /// The texts of files that say more than their values do: comments, keys of other programs.
    pub sources: BTreeMap<String, String>,
}

/// The answer of `tasks export --format json`: values as the files have them, and what is derived of them.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct PlanView<'a> {
    /// Of what it speaks.
    #[serde(flatten)]
    pub head: Head,
    /// `tasks-plan`
    pub format: &'static str,
    /// What the plan is called.
    pub name: &'a str,
    /// All tasks of the document that are not archived.
    pub totals: Totals,
    /// The configuration; null where only a part of the plan was asked for.
    pub config: Option<ConfigView<'a>>,
    /// Every directory with tasks, and those around it.
    pub groups: Vec<PlanGroup<'a>>,
    /// The milestones.
    pub milestones: Vec<PlanMilestone<'a>>,
    /// Texts on the plan as a whole: Markdown files directly below `.tasks/`.
    pub notes: &'a [Note],
    /// The tasks.
    #[schemars(with = "Vec<PlanTask<'a>>")]
    pub tasks: TaskRows<'a>,
}

/// A Markdown file directly below `.tasks/`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Note {
    /// Its name.
    pub name: String,
    /// What it says.
    pub text: String,
}

/// The configuration of a plan.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct ConfigView<'a> {
    /// What `config.toml` says, as TOML.
    pub source: &'a str,
}

/// A group of tasks.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct PlanGroup<'a> {
    /// Its name: the path of its directory without ordinals.
    pub group: &'a str,
    /// The path of its directory from the root of the repository.
    pub path: &'a str,
    /// Put away under `archive/`.
    pub archived: bool,
    /// The heading to show.
    pub title: Option<&'a str>,
    /// A declared estimate for the whole group.
    pub estimate: Option<EstimateView>,
    /// How many tasks the document that it was imported from says it has.
    pub declared_tasks: Option<u64>,
    /// When it is due, `YYYY-MM-DD`.
    pub due: Option<String>,
    /// What every task of the group waits for.
    pub depends: Vec<String>,
    /// Milestones that every task of the group belongs to.
    pub milestones: &'a [String],
    /// Markdown.
    pub description: Option<&'a str>,
    /// A checklist of the group itself.
    pub steps: Vec<StepView>,
    /// Its tasks and those of its subgroups, archived ones left out.
    pub totals: Totals,
    /// What the file says where the rest is derived.
    pub stated: GroupStated,
    /// The whole file, where it says more than its values do.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub source: Option<&'a str>,
}

/// What the file of a group says.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct GroupStated {
    /// The estimate, in its own units.
    pub estimate: Option<String>,
}

/// A milestone.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct PlanMilestone<'a> {
    /// The name of its file.
    pub milestone: &'a str,
    /// The path of its file from the root of the repository.
    pub path: &'a str,
    /// The heading to show.
    pub title: Option<&'a str>,
    /// When it is due, `YYYY-MM-DD`.
    pub due: Option<String>,
    /// What reaching it means.
    pub goal: Option<&'a str>,
    /// Markdown.
    pub description: Option<&'a str>,
    /// Groups whose tasks all belong to it.
    pub groups: Vec<String>,
    /// Tasks that belong to it, besides those that name it.
    pub tasks: Vec<String>,
    /// What must hold besides the tasks.
    pub criteria: Vec<CriterionView<'a>>,
    /// Its tasks, archived ones left out.
    pub totals: Totals,
    /// The whole file, where it says more than its values do.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub source: Option<&'a str>,
}

/// A condition of a milestone.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct CriterionView<'a> {
    /// What must hold.
    pub text: &'a str,
    /// Whether it holds.
    pub status: StepStatus,
}

/// A task, and what its own file says where the rest is derived.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct PlanTask<'a> {
    /// The task with everything that is derived of it.
    #[serde(flatten)]
    pub task: TaskView,
    /// What the file says where the rest is derived.
    pub stated: Stated<'a>,
    /// The whole file, where it says more than its values do.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub source: Option<&'a str>,
}

/// What the file of a task says.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct Stated<'a> {
    /// The status, for what commits cannot show.
    pub status: Option<FileStatus>,
    /// The estimate, in its own units.
    pub estimate: Option<String>,
    /// The milestones that the task itself names.
    pub milestones: &'a [String],
    /// The names of its fields in the order of the file.
    pub fields: Vec<&'a str>,
}

/// Tasks that are made when they are written, one after the other: a large plan is never there twice.
#[derive(Debug, Clone, Copy)]
pub struct TaskRows<'a> {
    plan: &'a Plan,
    parts: &'a PlanParts,
}

impl<'a> PlanView<'a> {
    /// The document of those parts.
    pub fn of(plan: &'a Plan, parts: &'a PlanParts) -> Self {
        let current = parts.tasks.iter().copied().filter(|&at| !plan.entry(at).archived);
        Self {
            head: Head::of(plan),
            format: PLAN_FORMAT,
            name: &parts.name,
            totals: Totals::of(plan, current),
            config: parts.config.as_deref().map(|source| ConfigView { source }),
            groups: PlanGroup::all(plan, parts),
            milestones: PlanMilestone::all(plan, parts),
            notes: &parts.notes,
            tasks: TaskRows { plan, parts },
        }
    }
}

impl<'a> TaskRows<'a> {
    /// The tasks, one after the other.
    pub fn iter(&self) -> impl Iterator<Item = PlanTask<'a>> {
        let Self { plan, parts } = *self;
        parts.tasks.iter().map(move |&at| PlanTask::of(plan, at, &parts.sources))
    }
}

impl Serialize for TaskRows<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self.iter())
    }
}

impl<'a> PlanTask<'a> {
    fn of(plan: &'a Plan, at: usize, sources: &'a BTreeMap<String, String>) -> Self {
        let entry = plan.entry(at);
        let stated = Stated {
            status: entry.task.status,
            estimate: entry.task.estimate.map(|e| e.to_string()),
            milestones: &entry.task.milestones,
            fields: entry.task.fields.iter().map(|(name, _)| name.as_str()).collect(),
        };
        Self { task: TaskView::of(plan, at), stated, source: sources.get(&entry.path).map(String::as_str) }
    }
}

impl<'a> PlanGroup<'a> {
    fn all(plan: &'a Plan, parts: &'a PlanParts) -> Vec<Self> {
        let calendar = plan.snapshot.config.calendar;
        let mut members: HashMap<&str, Vec<usize>> = HashMap::new();
        for &at in &parts.tasks {
            let mut dir = plan.entry(at).path.as_str();
            while let Some((above, _)) = dir.rsplit_once('/').filter(|(above, _)| *above != PLAN_DIR) {
                members.entry(above).or_default().push(at);
                dir = above;
            }
        }
        let view = |entry: &'a GroupEntry| {
            let group = &entry.group;
            let archived = is_archived(&entry.path);
            let tasks = members.get(entry.path.as_str()).map_or(&[][..], Vec::as_slice);
            let counted = tasks.iter().copied().filter(|_| !archived);
            let file = format!("{}/group.toml", entry.path);
            Self {
                group: entry.name.as_str(),
                path: &entry.path,
                archived,
                title: group.title.as_deref(),
                estimate: group.estimate.map(|e| estimate(e, calendar)),
                declared_tasks: group.declared_tasks,
                due: group.due.map(|d| d.to_string()),
                depends: group.depends.iter().map(ToString::to_string).collect(),
                milestones: &group.milestones,
                description: group.description.as_deref(),
                steps: group.steps.iter().map(step).collect(),
                totals: Totals::of(plan, counted),
                stated: GroupStated { estimate: group.estimate.map(|e| e.to_string()) },
                source: parts.sources.get(&file).map(String::as_str),
            }
        };
        parts.groups.iter().map(view).collect()
    }
}

impl<'a> PlanMilestone<'a> {
    fn all(plan: &'a Plan, parts: &'a PlanParts) -> Vec<Self> {
        let mut members: HashMap<&str, Vec<usize>> = HashMap::new();
        for &at in parts.tasks.iter().filter(|&&at| !plan.entry(at).archived) {
            for name in plan.milestones(at) {
                members.entry(name).or_default().push(at);
            }
        }
        let view = |entry: &'a MilestoneEntry| {
            let milestone = &entry.milestone;
            let tasks = members.get(entry.name.as_str()).map_or(&[][..], Vec::as_slice);
            Self {
                milestone: &entry.name,
                path: &entry.path,
                title: milestone.title.as_deref(),
                due: milestone.due.map(|d| d.to_string()),
                goal: milestone.goal.as_deref(),
                description: milestone.description.as_deref(),
                groups: milestone.groups.iter().map(ToString::to_string).collect(),
                tasks: milestone.tasks.iter().map(ToString::to_string).collect(),
                criteria: milestone
                    .criteria
                    .iter()
                    .map(|c| CriterionView { text: &c.text, status: c.status })
                    .collect(),
                totals: Totals::of(plan, tasks.iter().copied()),
                source: parts.sources.get(&entry.path).map(String::as_str),
            }
        };
        parts.milestones.iter().map(view).collect()
    }
}

/// Whether a path lies under `.tasks/archive/`.
fn is_archived(path: &str) -> bool {
    path.strip_prefix(".tasks/archive").is_some_and(|rest| rest.starts_with('/'))
}

fn estimate(estimate: Estimate, calendar: Calendar) -> EstimateView {
    let (min_minutes, max_minutes) = estimate.minutes(calendar);
    EstimateView { min_minutes, max_minutes }
}

fn step(step: &Step) -> StepView {
    StepView {
        text: step.text.clone(),
        status: step.status.unwrap_or(StepStatus::Pending),
        stated: step.status,
        notes: step.notes.clone(),
    }
}
