//! How tasks stand on several branches, by what is reachable from each.

use super::whole::Plan;
use crate::evidence::{Evidence, Sweep, TaskEvidence, Topic, Trunk, Viewpoint, derive};
use crate::git::{OwnPlan, Pos};
use crate::model::FileStatus;
use schemars::JsonSchema;
use serde::Serialize;

/// A branch to look from.
pub struct Column {
    /// Its name.
    pub name: String,
    /// Its head.
    pub head: Pos,
    /// What its own plan says.
    pub own: OwnPlan,
    /// Whether work lands there.
    pub trunk: bool,
    /// Whether it is checked out here.
    pub here: bool,
    /// Of a remote topic branch: the local branch that it is the same as.
    pub twin: Option<String>,
    /// Whether nothing that could matter is cut off by a shallow clone.
    pub complete: bool,
}

/// How a task stands on a branch.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum BranchState {
    /// Completed by a commit there, or by the branch's own file.
    Completed,
    /// Begun there: by a commit, or a step is completed.
    InProgress,
    /// It was completed there, and that was reverted or reopened, and no other work on it counts there.
    Reverted,
    /// Cancelled by the branch's own file.
    Cancelled,
    /// Nothing there completes or begins it.
    Missing,
    /// History is too shallow to tell.
    Unknown,
}

/// A task on a branch.
#[derive(Debug, Clone, Copy)]
pub struct Cell {
    /// How it stands.
    pub state: BranchState,
    /// The commit that says so.
    pub commit: Option<Pos>,
    /// Whether the branch's own plan has the task.
    pub in_plan: bool,
    /// Whether the branch works on it with commits that have landed on no trunk.
    pub in_flight: bool,
}

/// Tasks on branches.
pub struct Matrix {
    /// The branches.
    pub columns: Vec<Column>,
    /// For each task its position in the plan, and a cell for each branch.
    pub rows: Vec<(usize, Vec<Cell>)>,
}

impl Matrix {
    /// The tasks at those positions on every branch. What a task is and what references mean is as the plan has it; what
    /// counts is what each branch reaches, and what its own files settle.
    pub fn of(plan: &Plan, columns: Vec<Column>, tasks: &[usize]) -> Self {
        let flights = flights(plan, &columns);
        let trunks: Vec<Pos> = columns.iter().filter(|c| c.trunk).map(|c| c.head).collect();
        let landed = plan.history.reachable(&trunks);
        let mut rows: Vec<(usize, Vec<Cell>)> =
            tasks.iter().map(|&at| (at, Vec::with_capacity(columns.len()))).collect();
        let mut sweep = Sweep::of(&plan.snapshot, &plan.history, columns.first().map(|c| c.head));
        for column in &columns {
            sweep.move_to(column.head);
            for (at, cells) in &mut rows {
                let cell = cell(plan, column, *at, sweep.task(*at));
                let mut works = flights.tasks[*at].branches.iter();
                let is_open = matches!(cell.state, BranchState::Reverted | BranchState::InProgress);
                let undone = sweep.task(*at).taken_back().filter(|_| is_open);
                let takes_back = undone.is_some_and(|(by, _)| !landed.contains(by));
                let in_flight = takes_back
                    || works.any(|work| {
                        work.name == column.name || column.twin.as_deref() == Some(work.name.as_str())
                    });
                cells.push(Cell { in_flight, ..cell });
            }
        }
        Self { columns, rows }
    }

    /// Keeps the rows that say something: the trunks differ, or a branch has work that has landed nowhere. A topic branch
    /// that is merely behind is no difference, unless `all` branches are to be compared.
    pub fn keep_telling(&mut self, all: bool) {
        let columns = &self.columns;
        self.rows.retain(|(_, cells)| {
            let compared = columns.iter().zip(cells).filter(|(column, _)| all || column.trunk);
            let mut states = compared.map(|(_, cell)| cell.state);
            let first = states.next();
            states.any(|state| Some(state) != first) || cells.iter().any(|cell| cell.in_flight)
        });
    }

    /// Keeps the rows of tasks that are completed on a trunk, but neither completed nor cancelled on one of the branches
    /// of these names.
    pub fn keep_missing_on(&mut self, names: &[String]) {
        let columns = &self.columns;
        let is_settled = |cell: &Cell| matches!(cell.state, BranchState::Completed | BranchState::Cancelled);
        self.rows.retain(|(_, cells)| {
            let cells = || columns.iter().zip(cells);
            cells().any(|(c, cell)| c.trunk && cell.state == BranchState::Completed)
                && cells().any(|(c, cell)| names.contains(&c.name) && !is_settled(cell))
        });
    }

    /// Drops the topic branches that work on none of the tasks; `named` are kept all the same, and the one that is
    /// checked out.
    pub fn drop_idle_topics(&mut self, named: &[String]) {
        let is_kept: Vec<bool> = self
            .columns
            .iter()
            .enumerate()
            .map(|(n, c)| {
                c.trunk
                    || c.here
                    || named.contains(&c.name)
                    || self.rows.iter().any(|(_, cells)| cells[n].in_flight)
            })
            .collect();
        let mut kept = is_kept.iter();
        self.columns.retain(|_| *kept.next().unwrap_or(&false));
        for (_, cells) in &mut self.rows {
            let mut kept = is_kept.iter();
            cells.retain(|_| *kept.next().unwrap_or(&false));
        }
    }
}

/// Where work is in flight, as it is seen from the trunks.
fn flights(plan: &Plan, columns: &[Column]) -> Evidence {
    let (trunks, topics): (Vec<&Column>, Vec<&Column>) = columns.iter().partition(|c| c.trunk);
    let trunks: Vec<Trunk> = trunks.iter().map(|c| Trunk { name: c.name.clone(), head: c.head }).collect();
    let tip = trunks.first().map(|trunk| trunk.head);
    let topics = topics.iter().map(|c| Topic { name: c.name.clone(), head: c.head, twin: c.twin.clone() });
    let viewpoint = Viewpoint { tip, trunks, topics: topics.collect(), claims: Vec::new() };
    derive(&plan.snapshot, &plan.history, &viewpoint)
}

fn cell(plan: &Plan, column: &Column, at: usize, evidence: &TaskEvidence) -> Cell {
    let id = &plan.entry(at).id;
    let commit_of = |item: Option<usize>| item.map(|item| evidence.items[item].commit);
    let (state, commit) = if let Some(status) = column.own.settled(id) {
        let state =
            if status == FileStatus::Cancelled { BranchState::Cancelled } else { BranchState::Completed };
        (state, None)
    } else if let Some(by) = evidence.completed_by {
        (BranchState::Completed, commit_of(Some(by)))
    } else if !column.complete {
        (BranchState::Unknown, None)
    } else if evidence.started_by.is_some() || !evidence.steps.is_empty() {
        let newest = evidence.started_by.or(evidence.steps.last().map(|(_, item)| *item));
        (BranchState::InProgress, commit_of(newest))
    } else if let Some((by, _)) = evidence.taken_back() {
        (BranchState::Reverted, Some(by))
    } else {
        (BranchState::Missing, None)
    };
    Cell { state, commit, in_plan: column.own.has(id), in_flight: false }
}
