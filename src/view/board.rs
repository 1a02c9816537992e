//! Tasks in columns.

use super::list::Head;
use super::status::{StatusBy, milestones, values};
use super::task::TaskView;
use super::time::rfc3339;
use crate::model::{Priority, Status, natural_cmp};
use crate::plan::Plan;
use crate::snapshot::GroupEntry;
use schemars::JsonSchema;
use serde::{Serialize, Serializer};
use std::cmp::Reverse;
use std::collections::HashMap;

/// The statuses in the order of their columns: what can be taken, what is under way, what waits, what is over.
const STATUSES: [Status; 6] = [
    Status::Pending,
    Status::InProgress,
    Status::Blocked,
    Status::Completed,
    Status::Cancelled,
    Status::Unknown,
];

/// What the columns of a board stand for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum BoardBy {
    /// Statuses.
    Status,
    /// The groups that tasks lie in.
    Group,
    /// Milestones; a task of two stands in both columns.
    Milestone,
    /// Assignees; a task of two stands in both columns.
    Assignee,
    /// Priorities.
    Priority,
    /// Tags; a task with two stands in both columns.
    Tag,
}

/// How many cards a column has at most.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct BoardLimits {
    /// Cards of open tasks.
    pub open: usize,
    /// Cards of settled tasks.
    pub settled: usize,
}

/// The answer of `tasks board`.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct BoardView<'p> {
    /// Of what it speaks.
    #[serde(flatten)]
    pub head: Head,
    /// What the columns stand for.
    pub by: BoardBy,
    /// How many tasks fit the filters.
    pub total: usize,
    /// The columns, from left to right.
    pub columns: Vec<BoardColumn<'p>>,
}

/// A column.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct BoardColumn<'p> {
    /// A status (`ready`, `in_progress`, `blocked`, `completed`, `cancelled`, `unknown`), or the group, milestone, assignee,
    /// priority or tag; empty for tasks that have none.
    pub key: String,
    /// The same for people.
    pub title: String,
    /// How many tasks are in it; more than it has cards where a limit was given.
    pub total: usize,
    /// Its tasks: what has begun, what is ready, what waits, each in the order in which to take tasks; then what is settled,
    /// the newest first.
    #[schemars(with = "Vec<CardView>")]
    pub tasks: Cards<'p>,
}

/// A task on a board.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct CardView {
    /// The task.
    #[serde(flatten)]
    pub task: TaskView,
    /// When the commit that completed it was made, RFC 3339; null where no commit did.
    pub completed_at: Option<String>,
}

/// Cards that are made when they are asked for: all at once, those of a large plan would take more room than the plan.
#[derive(Debug, Clone)]
pub struct Cards<'p> {
    plan: &'p Plan,
    tasks: Vec<usize>,
}

impl<'p> BoardView<'p> {
    /// The board of some tasks. Columns of statuses that `admits` lets through stand there even where they are empty, if
    /// work passes through them; of everything else only those that have tasks.
    pub fn of(
        plan: &'p Plan,
        by: BoardBy,
        mut tasks: Vec<usize>,
        limits: BoardLimits,
        admits: impl Fn(Status) -> bool,
    ) -> Self {
        let total = tasks.len();
        tasks.sort_by_cached_key(|&at| {
            (rank(plan.states[at].status), Reverse(plan.completed_at(at)), plan.standing(at))
        });
        let passed = |key: &str| by == BoardBy::Status && !matches!(key, "cancelled" | "unknown");
        let columns = filled(plan, &tasks, by, known(plan, by, admits)).into_iter();
        let columns = columns
            .filter(|column| !column.tasks.is_empty() || passed(&column.key))
            .map(|column| BoardColumn::of(plan, column, limits))
            .collect();
        Self { head: Head::of(plan), by, total, columns }
    }
}

impl<'p> BoardColumn<'p> {
    fn of(plan: &'p Plan, filling: Filling, limits: BoardLimits) -> Self {
        let Filling { key, title, mut tasks, .. } = filling;
        let total = tasks.len();
        let (mut open, mut settled) = (limits.open, limits.settled);
        tasks.retain(|&at| {
            let left = if plan.states[at].status.is_settled() { &mut settled } else { &mut open };
            let has_room = *left > 0;
            *left = left.saturating_sub(1);
            has_room
        });
        Self { key, title, total, tasks: Cards { plan, tasks } }
    }
}

impl Cards<'_> {
    /// The cards in their order.
    pub fn iter(&self) -> impl Iterator<Item = CardView> {
        self.tasks.iter().map(|&at| self.card(at, TaskView::of(self.plan, at)))
    }

    /// The same for a terminal, as [`TaskView::brief`] has them.
    pub fn brief(&self) -> impl Iterator<Item = CardView> {
        self.tasks.iter().map(|&at| self.card(at, TaskView::brief(self.plan, at)))
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.tasks.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.tasks.is_empty()
    }

    fn card(&self, at: usize, task: TaskView) -> CardView {
        let completed_at = self.plan.completed_at(at).filter(|_| task.status == Status::Completed);
        CardView { task, completed_at: completed_at.map(rfc3339) }
    }
}

impl Serialize for Cards<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self.iter())
    }
}

/// A column while it is filled.
struct Filling {
    key: String,
    title: String,
    /// Its place among those whose order is known.
    place: Option<usize>,
    tasks: Vec<usize>,
}

/// The columns of the tasks: those whose order is known, then others by name, and what has none last.
fn filled(plan: &Plan, tasks: &[usize], by: BoardBy, known: Vec<(String, String)>) -> Vec<Filling> {
    let new = |(place, (key, title))| Filling { key, title, place: Some(place), tasks: Vec::new() };
    let mut columns: Vec<Filling> = known.into_iter().enumerate().map(new).collect();
    let mut places: HashMap<String, usize> =
        columns.iter().enumerate().map(|(at, column)| (column.key.clone(), at)).collect();
    for &task in tasks {
        for key in keys(plan, task, by) {
            let at = *places.entry(key).or_insert_with_key(|key| {
                let title = if key.is_empty() { none(by) } else { key };
                columns.push(Filling {
                    key: key.clone(),
                    title: title.to_owned(),
                    place: None,
                    tasks: Vec::new(),
                });
                columns.len() - 1
            });
            columns[at].tasks.push(task);
        }
    }
    columns.sort_by(|a, b| {
        let known = |column: &Filling| (column.key.is_empty(), column.place.unwrap_or(usize::MAX));
        known(a).cmp(&known(b)).then_with(|| natural_cmp(&a.key, &b.key))
    });
    columns
}

/// The columns in which a task stands.
fn keys(plan: &Plan, at: usize, by: BoardBy) -> Vec<String> {
    let by = match by {
        BoardBy::Status => return vec![status_key(plan.states[at].status).to_owned()],
        BoardBy::Group => StatusBy::Group,
        BoardBy::Milestone => StatusBy::Milestone,
        BoardBy::Assignee => StatusBy::Assignee,
        BoardBy::Priority => StatusBy::Priority,
        BoardBy::Tag => StatusBy::Tag,
    };
    let keys = values(plan, at, by);
    if keys.is_empty() { vec![String::new()] } else { keys }
}

/// The columns whose order does not follow from their names, with their titles.
fn known(plan: &Plan, by: BoardBy, admits: impl Fn(Status) -> bool) -> Vec<(String, String)> {
    match by {
        BoardBy::Status => {
            let of = |status: Status| (status_key(status).to_owned(), status_title(status).to_owned());
            STATUSES.into_iter().filter(|&status| admits(status)).map(of).collect()
        }
        BoardBy::Group => {
            let groups = plan.snapshot.groups.iter().filter(|entry| !entry.name.is_root());
            let title =
                |entry: &GroupEntry| entry.group.title.clone().unwrap_or_else(|| entry.name.to_string());
            groups.map(|entry| (entry.name.to_string(), title(entry))).collect()
        }
        BoardBy::Milestone => milestones(plan).into_iter().map(|m| (m.milestone, m.title)).collect(),
        BoardBy::Priority => Priority::ALL.map(|p| (p.as_str().to_owned(), p.as_str().to_owned())).to_vec(),
        BoardBy::Assignee | BoardBy::Tag => Vec::new(),
    }
}

/// The title of the column of tasks that have none.
fn none(by: BoardBy) -> &'static str {
    match by {
        BoardBy::Status => "",
        BoardBy::Group => "no group",
        BoardBy::Milestone => "no milestone",
        BoardBy::Assignee => "nobody",
        BoardBy::Priority => "no priority",
        BoardBy::Tag => "no tag",
    }
}

fn status_key(status: Status) -> &'static str {
    if status == Status::Pending { "ready" } else { status.as_str() }
}

fn status_title(status: Status) -> &'static str {
    match status {
        Status::Pending => "Ready",
        Status::InProgress => "In progress",
        Status::Blocked => "Blocked",
        Status::Completed => "Completed",
        Status::Cancelled => "Cancelled",
        Status::Unknown => "Unknown",
    }
}

/// What comes first within a column.
fn rank(status: Status) -> usize {
    match status {
        Status::InProgress => 0,
        Status::Pending => 1,
        Status::Blocked => 2,
        Status::Unknown => 3,
        Status::Completed => 4,
        Status::Cancelled => 5,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::plan::Inputs;

    const ALL: BoardLimits = BoardLimits { open: usize::MAX, settled: usize::MAX };

    fn plan() -> Plan {
        let files = [
            ("config", "version = 1"),
            ("milestones/late", "title = \"The end\"\ndue = 2027-01-01"),
            ("milestones/soon", "due = 2026-12-01"),
            ("02-app/group", "title = \"The app\""),
            (
                "02-app/1",
                "title = \"a\"\npriority = \"low\"\nassignees = [\"wen\", \"ann\"]\nmilestones = [\"late\"]",
            ),
            (
                "02-app/2",
                "title = \"b\"\ndepends = [\"1\"]\nmilestones = [\"soon\", \"late\"]\npriority = \"high\"",
            ),
            (
                "10-data/3",
                "title = \"c\"\nstatus = \"in_progress\"\npriority = \"high\"\nmilestones = [\"other\"]",
            ),
            ("4", "title = \"d\"\npriority = \"critical\"\nassignees = [\"ann\"]"),
            ("5", "title = \"e\"\nstatus = \"completed\""),
            ("6", "title = \"f\"\nstatus = \"cancelled\""),
        ];
        Plan::derive(Inputs::sample(&files))
    }

    /// `title total: ids` of every column.
    fn told(view: &BoardView<'_>) -> String {
        let column = |column: &BoardColumn<'_>| {
            let ids: Vec<String> = column.tasks.brief().map(|card| card.task.id).collect();
            format!("{} {}: {}", column.title, column.total, ids.join(" "))
        };
        view.columns.iter().map(column).collect::<Vec<_>>().join(" | ")
    }

    #[test]
    fn columns_and_cards_come_in_their_order() {
        let plan = plan();
        let open = |status: Status| !status.is_settled();
        for (by, expected) in [
            (BoardBy::Status, "Ready 2: 4 1 | In progress 1: 3 | Blocked 1: 2"),
            (BoardBy::Group, "The app 2: 1 2 | data 1: 3 | no group 1: 4"),
            (BoardBy::Milestone, "soon 1: 2 | The end 2: 1 2 | other 1: 3 | no milestone 1: 4"),
            (BoardBy::Assignee, "ann 2: 4 1 | wen 1: 1 | nobody 2: 3 2"),
            (BoardBy::Priority, "critical 1: 4 | high 2: 3 2 | low 1: 1"),
            (BoardBy::Tag, "no tag 4: 3 4 1 2"),
        ] {
            let tasks = plan.current().filter(|&at| open(plan.states[at].status)).collect();
            assert_eq!(told(&BoardView::of(&plan, by, tasks, ALL, open)), expected, "{by:?}");
        }
    }

    #[test]
    fn what_work_passes_through_stays_and_limits_leave_counts() {
        let plan = plan();
        let of =
            |tasks: Vec<usize>, limits| told(&BoardView::of(&plan, BoardBy::Status, tasks, limits, |_| true));
        assert_eq!(of(Vec::new(), ALL), "Ready 0:  | In progress 0:  | Blocked 0:  | Completed 0: ");
        assert_eq!(
            of(plan.current().collect(), BoardLimits { open: 1, settled: 0 }),
            "Ready 2: 4 | In progress 1: 3 | Blocked 1: 2 | Completed 1:  | Cancelled 1: "
        );
        let all = BoardView::of(&plan, BoardBy::Tag, plan.current().collect(), ALL, |_| true);
        assert_eq!(
            (told(&all).as_str(), all.total),
            ("no tag 6: 3 4 1 2 5 6", 6),
            "what is settled comes last"
        );
    }
}
