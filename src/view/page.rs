//! The plan as a page to look at.

use super::counts::CountsRow;
use super::graph::GraphView;
use super::list::Head;
use super::status::{GroupTotals, MilestoneView, groups, milestones};
use super::task::TaskView;
use super::time::{rfc3339, span_of_minutes};
use super::why::WhyView;
use crate::model::{Minutes, Status};
use crate::plan::{CriticalPath, Plan, Totals, WorkUnit};
use schemars::JsonSchema;
use serde::Serialize;
use std::cmp::Reverse;
use std::collections::HashMap;

/// How many tasks a column of the board shows at most; the table has all of them.
const CARDS: usize = 12;
/// Up to how many open tasks the picture of dependencies draws; of more it draws the groups.
const BOXES: usize = 60;
/// How many rows the timeline has at most, unless the critical path itself is longer.
const SPANS: usize = 30;
/// How many tasks of a long critical path the timeline shows at most.
const LONGEST: usize = 80;

/// What a page is made of besides the plan.
#[derive(Debug, Clone, Default)]
pub struct PageInputs {
    /// What the plan is called.
    pub name: String,
    /// How often the totals were counted: `day` or `week`.
    pub by: &'static str,
    /// The plan's totals over time, the oldest first.
    pub rows: Vec<CountsRow>,
}

/// All that `tasks report --format html` shows, before it is drawn.
#[derive(Debug, Clone)]
pub struct PageView {
    /// Of what it speaks.
    pub head: Head,
    /// All tasks that are not archived.
    pub totals: Totals,
    /// Each group with its subgroups.
    pub groups: Vec<GroupTotals>,
    /// Each milestone.
    pub milestones: Vec<MilestoneView>,
    /// What the plan is called.
    pub name: String,
    /// When the tip was committed, RFC 3339: the time of which the page speaks. Null where there is no commit yet.
    pub as_of: Option<String>,
    /// How often the totals were counted: `day` or `week`.
    pub counted_by: &'static str,
    /// The totals over time, the oldest first.
    pub counts: Vec<CountsRow>,
    /// The columns of the board.
    pub board: Vec<Lane>,
    /// The longest chain of remaining work.
    pub critical_path: PathView,
    /// When open tasks can and must begin: the critical path, and the tasks that can slip the least. Empty where no open
    /// task waits for another, which leaves nothing to tell.
    pub timeline: Vec<SpanView>,
    /// How many open tasks the timeline leaves out.
    pub timeline_left_out: usize,
    /// What remains and how it hangs together; null where no open task waits for another.
    pub picture: Option<GraphView>,
    /// All tasks that are not archived, by the group they lie in; a group comes before its subgroups.
    pub sections: Vec<PageSection>,
    /// How many tasks are archived; the page leaves them out.
    pub archived: usize,
}

/// A column of the board.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct Lane {
    /// Its key: `ready`, `in_progress`, `blocked`, `completed`, `cancelled` or `unknown`.
    pub key: &'static str,
    /// How many tasks are in it.
    pub total: usize,
    /// The first of them: ready ones in the order in which to take them, completed ones the newest first.
    pub cards: Vec<Card>,
}

/// A task on the board.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct Card {
    /// Its id.
    pub id: String,
    /// Its title.
    pub title: String,
    /// What matters in this column, in a few words; may be empty.
    pub note: String,
}

/// The longest chain of remaining work.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct PathView {
    /// `minutes` of the upper bounds of estimates, or `tasks` where no open task has one.
    pub unit: &'static str,
    /// How long it is, in that unit.
    pub length: u64,
    /// The same for people.
    pub length_text: String,
    /// How many of its tasks have no estimate of their own and count as the median of those that have one.
    pub guessed: usize,
    /// The ids of its tasks, each waiting for the one before it.
    pub tasks: Vec<String>,
}

/// When an open task can and must begin and end, in the unit of the critical path, from now.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct SpanView {
    /// The task's id.
    pub id: String,
    /// Its title.
    pub title: String,
    /// Whether it is on the critical path.
    pub critical: bool,
    /// When all that it waits for can be done.
    pub earliest_start: u64,
    /// The same with its own work.
    pub earliest_finish: u64,
    /// When it must be done, so that the whole takes no longer.
    pub latest_finish: u64,
    /// When it can begin, for people.
    pub start_text: String,
    /// How long it takes, for people.
    pub work_text: String,
    /// By how much it can slip, for people; empty where it cannot.
    pub slack_text: String,
}

/// The tasks that lie directly in one group.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct PageSection {
    /// The group's name; empty for tasks that lie directly under `.tasks/`.
    pub group: String,
    /// Its title, or its name.
    pub title: String,
    /// What it adds up to, its subgroups included, as in [`PageView::groups`].
    pub totals: Totals,
    /// Whether there are tasks in its subgroups, which `tasks` leaves to their own sections.
    pub has_subgroups: bool,
    /// Whether all tasks are settled that lie directly in it.
    pub settled: bool,
    /// The tasks that lie directly in it, in natural order of their paths.
    pub tasks: Vec<PageTask>,
}

/// A task, and why it has its status.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct PageTask {
    /// The task; its evidence is every reference to it, the newest first, with those that have no effect.
    #[serde(flatten)]
    pub task: TaskView,
    /// Not settled although it was due before the tip was committed.
    pub late: bool,
    /// Why it has its status, in one sentence.
    pub because: String,
}

impl PageView {
    /// The page of a plan. The clock has no part in it: what is late is so as of the tip.
    pub fn of(plan: &Plan, inputs: PageInputs) -> Self {
        let time = plan.tip.and_then(|tip| plan.history.position(&tip)).map(|pos| plan.history.time(pos));
        let as_of = time.map(rfc3339);
        let day = as_of.as_deref().and_then(|time| time.get(..10)).unwrap_or_default();
        let path = plan.critical_path();
        let measure = Measure { unit: path.unit, day: plan.snapshot.config.calendar.day };
        let (timeline, timeline_left_out) = timeline(plan, &path, measure);
        let groups = groups(plan);
        Self {
            head: Head::of(plan),
            totals: Totals::of(plan, plan.current()),
            sections: sections(plan, &groups, day),
            groups,
            milestones: milestones(plan),
            name: inputs.name,
            counted_by: inputs.by,
            counts: inputs.rows,
            board: board(plan),
            picture: (!timeline.is_empty()).then(|| GraphView::readable(plan, BOXES)),
            timeline,
            timeline_left_out,
            archived: plan.snapshot.tasks.iter().filter(|entry| entry.archived).count(),
            critical_path: PathView {
                unit: if path.unit == WorkUnit::Minutes { "minutes" } else { "tasks" },
                length: path.length,
                length_text: measure.text(path.length),
                guessed: path.guessed,
                tasks: path.tasks.iter().map(|&at| plan.entry(at).id.to_string()).collect(),
            },
            as_of,
        }
    }
}

/// The columns that have tasks, and those for work that is under way even where they are empty.
fn board(plan: &Plan) -> Vec<Lane> {
    let of = |status: Status| -> Vec<usize> {
        plan.current().filter(|&at| plan.states[at].status == status).collect()
    };
    let mut completed = of(Status::Completed);
    completed.sort_by_key(|&at| Reverse(plan.completed_at(at)));
    let lanes = [
        ("ready", plan.next()),
        ("in_progress", of(Status::InProgress)),
        ("blocked", of(Status::Blocked)),
        ("completed", completed),
        ("cancelled", of(Status::Cancelled)),
        ("unknown", of(Status::Unknown)),
    ];
    let lane = |(key, tasks): (&'static str, Vec<usize>)| {
        let is_shown = !tasks.is_empty() || !matches!(key, "cancelled" | "unknown");
        let cards = tasks.iter().take(CARDS).map(|&at| card(plan, at)).collect();
        is_shown.then_some(Lane { key, total: tasks.len(), cards })
    };
    lanes.into_iter().filter_map(lane).collect()
}

fn card(plan: &Plan, at: usize) -> Card {
    let (entry, state) = (plan.entry(at), &plan.states[at]);
    let task = &entry.task;
    let mut words: Vec<String> = task.optional.then(|| "optional".to_owned()).into_iter().collect();
    match state.status {
        Status::Pending => {
            words.extend(task.priority.map(|priority| priority.as_str().to_owned()));
            words.extend(task.estimate.map(|estimate| estimate.to_string()));
        }
        Status::InProgress => {
            let (done, all) = state.step_progress();
            words.extend((all > 0).then(|| format!("{done} of {all} steps")));
            words.extend(task.assignees.first().cloned());
        }
        Status::Blocked if state.row == Some(3) => words.extend(task.reason.clone()),
        Status::Blocked => {
            let labels: Vec<String> = plan.blocked_by(at).iter().map(|by| by.label(&plan.snapshot)).collect();
            let more =
                if labels.len() > 3 { format!(" and {} more", labels.len() - 3) } else { String::new() };
            words.push(format!("waits for {}{more}", labels[..labels.len().min(3)].join(", ")));
        }
        Status::Completed => {
            let day = plan.completed_at(at).map(rfc3339);
            words.extend(day.and_then(|time| time.get(..10).map(str::to_owned)));
        }
        Status::Cancelled => words.extend(task.reason.clone()),
        Status::Unknown => {}
    }
    Card { id: entry.id.to_string(), title: task.title.clone(), note: words.join(" · ") }
}

/// How work is measured, for people.
#[derive(Debug, Clone, Copy)]
struct Measure {
    unit: WorkUnit,
    /// Minutes in a day of work.
    day: Minutes,
}

impl Measure {
    /// `45m`, `6h30m`, `3 d`, `2.5 d` (with blanks that do not break), `1 task`, `4 tasks`.
    fn text(self, amount: u64) -> String {
        match self.unit {
            WorkUnit::Tasks if amount == 1 => "1 task".to_owned(),
            WorkUnit::Tasks => format!("{amount} tasks"),
            WorkUnit::Minutes if amount < self.day.max(1) => span_of_minutes(amount),
            WorkUnit::Minutes => {
                let tenths = (amount * 10 + self.day / 2) / self.day;
                match tenths % 10 {
                    0 => format!("{}\u{a0}d", tenths / 10),
                    part => format!("{}.{part}\u{a0}d", tenths / 10),
                }
            }
        }
    }
}

/// The critical path and what can slip the least, in the order of their beginnings; and how many open tasks that leaves out.
fn timeline(plan: &Plan, path: &CriticalPath, measure: Measure) -> (Vec<SpanView>, usize) {
    let span = |at: usize| path.spans[at];
    if path.spans.iter().flatten().all(|span| span.earliest_start == 0) {
        return (Vec::new(), 0);
    }
    let mut others: Vec<usize> =
        plan.current().filter(|&at| span(at).is_some() && !path.tasks.contains(&at)).collect();
    let all = others.len() + path.tasks.len();
    others.sort_by_key(|&at| span(at).map(|span| (span.slack(), span.earliest_start)));
    let mut shown: Vec<usize> = path.tasks.iter().copied().take(LONGEST).collect();
    shown.extend(others.into_iter().take(SPANS.saturating_sub(shown.len())));
    shown.sort_by_key(|&at| span(at).map(|span| (span.earliest_start, span.slack(), span.earliest_finish)));
    let view = |at: usize| {
        let span = span(at)?;
        let entry = plan.entry(at);
        let slack = span.slack();
        Some(SpanView {
            id: entry.id.to_string(),
            title: entry.task.title.clone(),
            critical: path.tasks.contains(&at),
            earliest_start: span.earliest_start,
            earliest_finish: span.earliest_finish,
            latest_finish: span.latest_finish,
            start_text: if span.earliest_start == 0 {
                "at once".to_owned()
            } else {
                measure.text(span.earliest_start)
            },
            work_text: measure.text(span.earliest_finish.saturating_sub(span.earliest_start)),
            slack_text: if slack == 0 { String::new() } else { measure.text(slack) },
        })
    };
    let left_out = all.saturating_sub(shown.len());
    (shown.into_iter().filter_map(view).collect(), left_out)
}

fn sections(plan: &Plan, groups: &[GroupTotals], day: &str) -> Vec<PageSection> {
    let mut own: HashMap<&str, Vec<usize>> = HashMap::new();
    for at in plan.current() {
        own.entry(plan.entry(at).group.as_str()).or_default().push(at);
    }
    let section = |group: &GroupTotals| {
        let tasks = own.get(group.group.as_str())?;
        let totals = Totals::of(plan, tasks.iter().copied());
        Some(PageSection {
            title: group.title.clone(),
            group: group.group.clone(),
            has_subgroups: totals != group.totals,
            totals: group.totals,
            settled: tasks.iter().all(|&at| plan.states[at].status.is_settled()),
            tasks: tasks.iter().map(|&at| PageTask::of(plan, at, day)).collect(),
        })
    };
    groups.iter().filter_map(section).collect()
}

impl PageTask {
    fn of(plan: &Plan, at: usize, day: &str) -> Self {
        let mut task = TaskView::of(plan, at);
        let late = !task.status.is_settled() && task.effective_due.as_deref().is_some_and(|due| due < day);
        let why = WhyView::of(plan, at);
        task.evidence = why.evidence;
        Self { task, late, because: why.because }
    }
}
