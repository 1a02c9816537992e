//! Values as a document has them, and their reading.

use crate::model::{
    Criterion, Dependency, Details, Estimate, FileStatus, Group, GroupName, Milestone, Priority, Step,
    StepStatus, Task, TaskId,
};
use serde::Deserialize;
use std::str::FromStr;

/// A task as texts.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub(super) struct RawTask {
    pub title: String,
    pub priority: Option<String>,
    #[serde(skip)]
    pub estimate: Option<String>,
    pub due: Option<String>,
    pub optional: bool,
    pub depends: Vec<String>,
    pub assignees: Vec<String>,
    pub tags: Vec<String>,
    #[serde(skip)]
    pub milestones: Vec<String>,
    pub files: Vec<String>,
    pub links: Vec<String>,
    pub created: Option<String>,
    #[serde(skip)]
    pub status: Option<String>,
    pub reason: Option<String>,
    pub waiting_on: Option<String>,
    pub reopened: Option<String>,
    pub aka: Vec<String>,
    pub description: Option<String>,
    pub steps: Vec<RawStep>,
    #[serde(skip)]
    pub fields: Vec<(String, String)>,
}

/// A step as texts.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub(super) struct RawStep {
    pub text: String,
    #[serde(rename = "stated")]
    pub status: Option<String>,
    pub notes: Vec<String>,
}

/// A group as texts.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub(super) struct RawGroup {
    pub title: Option<String>,
    #[serde(skip)]
    pub estimate: Option<String>,
    pub declared_tasks: Option<u64>,
    pub due: Option<String>,
    pub depends: Vec<String>,
    pub milestones: Vec<String>,
    pub description: Option<String>,
    pub steps: Vec<RawStep>,
}

/// A milestone as texts.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub(super) struct RawMilestone {
    pub title: Option<String>,
    pub due: Option<String>,
    pub goal: Option<String>,
    pub groups: Vec<String>,
    pub tasks: Vec<String>,
    pub description: Option<String>,
    pub criteria: Vec<RawCriterion>,
}

/// A condition as texts.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub(super) struct RawCriterion {
    pub text: String,
    pub status: Option<String>,
}

impl RawTask {
    /// The task; an error says what was expected.
    pub fn read(&self) -> Result<Task, String> {
        if self.title.trim().is_empty() || self.title.contains('\n') {
            return Err(format!("a title is one line of text; found {:?}", cut(&self.title)));
        }
        let details = Details {
            tags: self.tags.clone(),
            files: self.files.clone(),
            links: self.links.clone(),
            created: parsed(self.created.as_ref(), "a time such as 2026-11-21T10:03:07Z")?,
            waiting_on: self.waiting_on.clone(),
            description: self.description.clone(),
            steps: steps(&self.steps)?,
            fields: self.fields.clone(),
        };
        Ok(Task {
            title: self.title.clone(),
            priority: word(self.priority.as_ref(), "critical, high, medium or low", Priority::from_name)?,
            estimate: parsed::<Estimate>(self.estimate.as_ref(), "an estimate such as 2h or 2h-3h")?,
            due: parsed(self.due.as_ref(), "a day such as 2026-12-01")?,
            optional: self.optional,
            depends: dependencies(&self.depends)?,
            assignees: self.assignees.clone(),
            milestones: self.milestones.clone(),
            status: word(
                self.status.as_ref(),
                "completed, cancelled, blocked or in_progress",
                FileStatus::from_name,
            )?,
            reason: self.reason.clone(),
            reopened: parsed(self.reopened.as_ref(), "a time such as 2026-11-21T10:03:07Z")?,
            aka: self.aka.iter().map(|id| task_id(id)).collect::<Result<_, _>>()?,
            details: details.into(),
        })
    }
}

impl RawGroup {
    /// The group.
    pub fn read(&self) -> Result<Group, String> {
        Ok(Group {
            declared_tasks: self.declared_tasks,
            title: self.title.clone(),
            description: self.description.clone(),
            depends: dependencies(&self.depends)?,
            milestones: self.milestones.clone(),
            estimate: parsed(self.estimate.as_ref(), "an estimate such as 2h or 2h-3h")?,
            due: parsed(self.due.as_ref(), "a day such as 2026-12-01")?,
            steps: steps(&self.steps)?,
        })
    }
}

impl RawMilestone {
    /// The milestone.
    pub fn read(&self) -> Result<Milestone, String> {
        let criterion = |raw: &RawCriterion| -> Result<Criterion, String> {
            let status = word(raw.status.as_ref(), STEP_STATES, StepStatus::from_name)?;
            Ok(Criterion { text: raw.text.clone(), status: status.unwrap_or(StepStatus::Pending) })
        };
        Ok(Milestone {
            title: self.title.clone(),
            due: parsed(self.due.as_ref(), "a day such as 2026-12-01")?,
            goal: self.goal.clone(),
            description: self.description.clone(),
            groups: self.groups.iter().map(|name| group_name(name)).collect(),
            tasks: self.tasks.iter().map(|id| task_id(id).map(Dependency::Task)).collect::<Result<_, _>>()?,
            criteria: self.criteria.iter().map(criterion).collect::<Result<_, _>>()?,
        })
    }
}

/// The id of a task.
pub(super) fn task_id(text: &str) -> Result<TaskId, String> {
    text.parse().map_err(|error| format!("{:?} is no id: {error}", cut(text)))
}

const STEP_STATES: &str = "pending, in_progress, blocked, completed or cancelled";

fn steps(raw: &[RawStep]) -> Result<Vec<Step>, String> {
    let step = |raw: &RawStep| {
        let status = word(raw.status.as_ref(), STEP_STATES, StepStatus::from_name)?;
        Ok(Step { text: raw.text.clone(), status, notes: raw.notes.clone() })
    };
    raw.iter().map(step).collect()
}

fn dependencies(names: &[String]) -> Result<Vec<Dependency>, String> {
    let one = |name: &String| match name.strip_suffix('/') {
        Some(group) => Ok(group_name(group)),
        None => task_id(name).map(Dependency::Task),
    };
    names.iter().map(one).collect()
}

fn group_name(name: &str) -> Dependency {
    Dependency::Group(GroupName::from_dir(name))
}

fn parsed<T: FromStr>(text: Option<&String>, expected: &str) -> Result<Option<T>, String> {
    let Some(text) = text else { return Ok(None) };
    text.parse().map(Some).map_err(|_| format!("expected {expected}, found {:?}", cut(text)))
}

fn word<T>(
    text: Option<&String>,
    expected: &str,
    known: impl Fn(&str) -> Option<T>,
) -> Result<Option<T>, String> {
    let Some(text) = text else { return Ok(None) };
    known(text).map(Some).ok_or_else(|| format!("expected {expected}, found {:?}", cut(text)))
}

fn cut(text: &str) -> String {
    text.chars().take(40).collect()
}
