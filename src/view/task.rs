//! One task, as the JSON contract has it.

use super::evidence::EvidenceView;
use super::time::rfc3339;
use crate::message::Effect;
use crate::model::{Priority, Status, Step, StepStatus};
use crate::plan::Plan;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// A task with everything that is derived of it.
#[expect(clippy::struct_excessive_bools, reason = "the JSON contract names them")]
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct TaskView {
    /// Its id.
    pub id: String,
    /// Its title.
    pub title: String,
    /// The path of its file from the root of the repository.
    pub path: String,
    /// The name of its group; empty for a task that lies directly under `.tasks/`.
    pub group: String,
    /// The derived status.
    pub status: Status,
    /// Pending with every dependency settled.
    pub ready: bool,
    /// Outside progress and gates.
    pub optional: bool,
    /// Put away under `archive/`.
    pub archived: bool,
    /// How urgent it is.
    pub priority: Option<Priority>,
    /// How much work it is.
    pub estimate: Option<EstimateView>,
    /// When it is due, `YYYY-MM-DD`.
    pub due: Option<String>,
    /// Who works on it.
    pub assignees: Vec<String>,
    /// Free labels.
    pub tags: Vec<String>,
    /// The milestones it belongs to, however it came to belong there.
    pub milestones: Vec<String>,
    /// Ids and groups (with a final slash) as the file has them.
    pub depends: Vec<String>,
    /// Open tasks that it waits for, its groups' dependencies included, and names of what is missing.
    pub blocked_by: Vec<String>,
    /// Open tasks that wait for it.
    pub blocks: Vec<String>,
    /// Why it is blocked or cancelled, as the file says.
    pub reason: Option<String>,
    /// Who or what it waits on, as the file says.
    pub waiting_on: Option<String>,
    /// Its checklist.
    pub steps: Vec<StepView>,
    /// Its steps, counted.
    pub progress: ProgressView,
    /// Paths in the repository, with an optional `:line`.
    pub files: Vec<String>,
    /// Addresses of related pages.
    pub links: Vec<String>,
    /// Free text by name.
    pub fields: BTreeMap<String, String>,
    /// When it was written down, RFC 3339.
    pub created: Option<String>,
    /// Evidence authored before this does not count, RFC 3339.
    pub reopened: Option<String>,
    /// Ids it had before.
    pub aka: Vec<String>,
    /// Markdown.
    pub description: Option<String>,
    /// The evidence that counts, the newest first.
    pub evidence: Vec<EvidenceView>,
    /// Work on topic branches that is not merged yet, and claims.
    pub branches: Vec<BranchView>,
    /// Trunks on which it is completed although it is not completed here.
    pub completed_on: Vec<String>,
    /// The day it is due by its own date or that of the nearest group around it, `YYYY-MM-DD`.
    pub effective_due: Option<String>,
    /// Not settled although its date, or that of its group, has passed.
    pub overdue: bool,
}

/// An estimate in minutes; both bounds are equal where no range is given.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct EstimateView {
    /// The least.
    pub min_minutes: u64,
    /// The most.
    pub max_minutes: u64,
}

/// A step with its derived state.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct StepView {
    /// What is to be done.
    pub text: String,
    /// Its state, commits included.
    pub status: StepStatus,
    /// What the file says of its state.
    pub stated: Option<StepStatus>,
    /// Remarks.
    pub notes: Vec<String>,
}

/// Steps, counted; cancelled ones are left out.
#[derive(Debug, Clone, Copy, Serialize, JsonSchema)]
pub struct ProgressView {
    /// Done.
    pub completed: usize,
    /// All.
    pub total: usize,
}

/// Work on a topic branch, or a claim.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct BranchView {
    /// The branch, or the reference of the claim.
    pub name: String,
    /// Whether it is a claim.
    pub claim: bool,
    /// What its newest commit on the task does; a claim starts it.
    pub effect: Effect,
    /// Who wrote that commit, or made the claim.
    pub author: String,
    /// When the first commit on the task was written, or the claim was made, RFC 3339.
    pub time: String,
    /// The linked worktree that the claim was made in; null for the main one, and for a branch.
    pub worktree: Option<String>,
}

/// `in worktree x`, or `in the main worktree`: where a claim was made.
pub fn in_worktree(name: Option<&str>) -> String {
    name.map_or_else(|| "in the main worktree".to_owned(), |name| format!("in worktree {name}"))
}

impl TaskView {
    /// The view of the task at that position.
    pub fn of(plan: &Plan, at: usize) -> Self {
        let (task, evidence) = (&plan.entry(at).task, &plan.evidence.tasks[at]);
        let counts = evidence.items.iter().rev().filter(|item| item.ignored.is_none());
        let details = task.details.to_details();
        Self {
            tags: details.tags,
            milestones: plan.milestones(at).into_iter().map(str::to_owned).collect(),
            depends: task.depends.iter().map(ToString::to_string).collect(),
            blocks: plan.blocks(at).into_iter().map(ToString::to_string).collect(),
            waiting_on: details.waiting_on,
            steps: steps(details.steps, &plan.states[at].steps),
            files: details.files,
            links: details.links,
            fields: details.fields.into_iter().collect(),
            created: details.created.map(|t| t.to_string()),
            reopened: task.reopened.map(|t| t.to_string()),
            aka: task.aka.iter().map(ToString::to_string).collect(),
            description: details.description,
            evidence: counts.map(|item| EvidenceView::of(plan, item)).collect(),
            ..Self::brief(plan, at)
        }
    }

    /// What a line of a table can show of the task: lists and texts that are long or costly to make are empty, all but
    /// `assignees`, `blocked_by`, `branches` and `completed_on`.
    pub fn brief(plan: &Plan, at: usize) -> Self {
        let (entry, state, evidence) = (plan.entry(at), &plan.states[at], &plan.evidence.tasks[at]);
        let task = &entry.task;
        let (completed, total) = state.step_progress();
        Self {
            id: entry.id.to_string(),
            title: task.title.clone(),
            path: entry.path.clone(),
            group: entry.group.to_string(),
            status: state.status,
            ready: state.is_ready(),
            optional: task.optional,
            archived: entry.archived,
            priority: task.priority,
            estimate: task.estimate.map(|e| {
                let (min_minutes, max_minutes) = e.minutes(plan.snapshot.config.calendar);
                EstimateView { min_minutes, max_minutes }
            }),
            due: task.due.map(|d| d.to_string()),
            assignees: task.assignees.clone(),
            tags: Vec::new(),
            milestones: Vec::new(),
            depends: Vec::new(),
            blocked_by: plan.blocked_by(at).iter().map(|b| b.label(&plan.snapshot)).collect(),
            blocks: Vec::new(),
            reason: task.reason.clone(),
            waiting_on: None,
            steps: Vec::new(),
            progress: ProgressView { completed, total },
            files: Vec::new(),
            links: Vec::new(),
            fields: BTreeMap::new(),
            created: None,
            reopened: None,
            aka: Vec::new(),
            description: None,
            evidence: Vec::new(),
            branches: branches(plan, at),
            completed_on: evidence.on_trunks.iter().map(|t| t.name.clone()).collect(),
            effective_due: plan.due(at).map(|d| d.to_string()),
            overdue: plan.is_overdue(at),
        }
    }
}

fn steps(steps: Vec<Step>, states: &[StepStatus]) -> Vec<StepView> {
    let view = |(step, &status): (Step, &StepStatus)| StepView {
        text: step.text,
        status,
        stated: step.status,
        notes: step.notes,
    };
    steps.into_iter().zip(states).map(view).collect()
}

fn branches(plan: &Plan, at: usize) -> Vec<BranchView> {
    let view = |work: &crate::evidence::BranchWork| BranchView {
        name: work.name.clone(),
        claim: work.commit.is_none(),
        effect: work.effect,
        author: work.author.name.clone(),
        time: rfc3339(work.since),
        worktree: work.worktree.clone(),
    };
    plan.evidence.tasks[at].branches.iter().map(view).collect()
}
