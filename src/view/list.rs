//! Lists of tasks.

use super::evidence::short;
use super::task::TaskView;
use super::time::span_of_minutes;
use crate::model::Priority;
use crate::plan::{Plan, WorkUnit};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize, Serializer};

/// What every document begins with: of what it speaks.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
pub struct Head {
    /// The version of the JSON contract.
    pub schema: u32,
    /// The revision the plan files are of; null for the work tree.
    pub revision: Option<String>,
    /// The history that was read.
    pub history: HistoryView,
}

/// The history that was read.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
pub struct HistoryView {
    /// The commit whose ancestors count; null where there is no commit yet.
    pub tip: Option<String>,
    /// Whether nothing that could matter is cut off by a shallow clone.
    pub complete: bool,
}

/// The answer of `tasks list`.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct ListView<'p> {
    /// Of what it speaks.
    #[serde(flatten)]
    pub head: Head,
    /// How many tasks fit the filters; more than are listed where a limit was given.
    pub total: usize,
    /// The tasks.
    #[schemars(with = "Vec<TaskView>")]
    pub tasks: TaskViews<'p>,
}

/// Views of tasks, each made when it is asked for: all at once, those of a large plan would take more room than the plan.
#[derive(Debug, Clone)]
pub struct TaskViews<'p> {
    plan: &'p Plan,
    tasks: Vec<usize>,
}

/// The answer of `tasks show`.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct ShowView {
    /// Of what it speaks.
    #[serde(flatten)]
    pub head: Head,
    /// The tasks, in the order asked for.
    pub tasks: Vec<TaskView>,
}

/// The answer of `tasks next`.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct NextView {
    /// Of what it speaks.
    #[serde(flatten)]
    pub head: Head,
    /// How many tasks are ready.
    pub total: usize,
    /// Ready tasks in the order in which to take them.
    pub tasks: Vec<ReasonedTask>,
}

/// The answer of `tasks next --order`.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct OrderView {
    /// Of what it speaks.
    #[serde(flatten)]
    pub head: Head,
    /// How many tasks remain and can be ordered.
    pub total: usize,
    /// All that remains, in an order that respects every dependency.
    pub tasks: Vec<ReasonedTask>,
    /// What cannot be ordered: on a cycle, or behind one or behind something missing.
    pub unordered: Vec<TaskView>,
}

/// A task and why it stands where it stands.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct ReasonedTask {
    /// The task.
    #[serde(flatten)]
    pub task: TaskView,
    /// A few words.
    pub because: String,
    /// The longest chain of remaining work that hangs on it, in minutes of estimates, or in tasks where no task has an
    /// estimate.
    pub chain: u64,
    /// The unit of `chain`.
    pub chain_unit: &'static str,
}

impl Head {
    /// The head of every answer about this plan.
    pub fn of(plan: &Plan) -> Self {
        Self {
            schema: 1,
            revision: plan.revision.map(|oid| oid.to_string()),
            history: HistoryView {
                tip: plan.tip.map(|oid| oid.to_string()),
                complete: plan.history.complete,
            },
        }
    }
}

impl<'p> ListView<'p> {
    /// The view of the tasks at those positions, `total` of which fit the filters.
    pub fn of(plan: &'p Plan, tasks: Vec<usize>, total: usize) -> Self {
        Self { head: Head::of(plan), total, tasks: TaskViews::of(plan, tasks) }
    }
}

impl<'p> TaskViews<'p> {
    /// The views of the tasks at those positions.
    pub fn of(plan: &'p Plan, tasks: Vec<usize>) -> Self {
        Self { plan, tasks }
    }

    /// The views in their order.
    pub fn iter(&self) -> impl Iterator<Item = TaskView> {
        self.tasks.iter().map(|&at| TaskView::of(self.plan, at))
    }

    /// The same for tables, as [`TaskView::brief`] has them.
    pub fn brief(&self) -> impl Iterator<Item = TaskView> {
        self.tasks.iter().map(|&at| TaskView::brief(self.plan, at))
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.tasks.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.tasks.is_empty()
    }
}

impl Serialize for TaskViews<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self.iter())
    }
}

impl ShowView {
    /// The view of the tasks at those positions.
    pub fn of(plan: &Plan, tasks: &[usize]) -> Self {
        Self { head: Head::of(plan), tasks: views(plan, tasks) }
    }
}

impl NextView {
    /// The first `limit` of the ready tasks among those that `keep` lets through.
    pub fn of(plan: &Plan, limit: Option<usize>, keep: impl Fn(usize) -> bool) -> Self {
        let (next, total) = plan.next_among(limit.unwrap_or(usize::MAX), keep);
        Self { head: Head::of(plan), total, tasks: reasoned(plan, next.into_iter()) }
    }

    /// These tasks, whatever else is ready.
    pub fn of_tasks(plan: &Plan, tasks: &[usize]) -> Self {
        Self { head: Head::of(plan), total: tasks.len(), tasks: reasoned(plan, tasks.iter().copied()) }
    }
}

impl OrderView {
    /// The first `limit` of all that remains among those that `keep` lets through.
    pub fn of(plan: &Plan, limit: Option<usize>, keep: impl Fn(usize) -> bool) -> Self {
        let (sequence, rest) = plan.sequence();
        let kept = |list: Vec<usize>| list.into_iter().filter(|&at| keep(at)).collect::<Vec<_>>();
        let (sequence, rest) = (kept(sequence), kept(rest));
        let shown = sequence.iter().take(limit.unwrap_or(usize::MAX));
        Self {
            head: Head::of(plan),
            total: sequence.len(),
            tasks: reasoned(plan, shown.copied()),
            unordered: views(plan, &rest),
        }
    }
}

fn views(plan: &Plan, tasks: &[usize]) -> Vec<TaskView> {
    tasks.iter().map(|&at| TaskView::of(plan, at)).collect()
}

fn reasoned(plan: &Plan, tasks: impl Iterator<Item = usize>) -> Vec<ReasonedTask> {
    let unit = plan.weights().0;
    let reason = |at: usize| {
        let chain = plan.standing(at).chain.0;
        ReasonedTask {
            task: TaskView::of(plan, at),
            because: because(plan, at, unit),
            chain,
            chain_unit: match unit {
                WorkUnit::Minutes => "minutes",
                WorkUnit::Tasks => "tasks",
            },
        }
    };
    tasks.map(reason).collect()
}

/// The keys of the order that say something about this task, in their order.
fn because(plan: &Plan, at: usize, unit: WorkUnit) -> String {
    let (standing, evidence) = (plan.standing(at), &plan.evidence.tasks[at]);
    let mut words = Vec::new();
    if plan.states[at].status == crate::model::Status::InProgress {
        words.push("begun".to_owned());
    }
    if let Some(due) = plan.due(at).filter(|_| !standing.in_time) {
        words.push(format!("overdue since {due}"));
    }
    if standing.priority != Priority::Medium {
        words.push(standing.priority.as_str().to_owned());
    }
    let waiting = plan.blocks(at).len();
    match (standing.chain.0, unit) {
        (0, _) => words.push("nothing waits for it".to_owned()),
        (chain, WorkUnit::Minutes) => {
            words.push(format!("{} of work hangs on it, {waiting} next", span_of_minutes(chain)));
        }
        (chain, WorkUnit::Tasks) => words.push(format!("a chain of {chain} hangs on it, {waiting} next")),
    }
    if let Some(trunk) = evidence.on_trunks.first() {
        words.push(format!("completed on {} by {}", trunk.name, short(plan, trunk.commit)));
    }
    if let Some(by) = evidence.reopened_by {
        words.push(format!("reopened by {}", short(plan, evidence.items[by].commit)));
    }
    words.join(", ")
}
