//! Tasks on branches.

use super::list::Head;
use super::time::rfc3339;
use crate::model::Status;
use crate::plan::{BranchState, Cell, Column, Matrix, Plan};
use schemars::JsonSchema;
use serde::Serialize;

/// The answer of `tasks branches`.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct BranchesView {
    /// Of what it speaks: `revision` is whose plan says which tasks there are and what references mean.
    #[serde(flatten)]
    pub head: Head,
    /// Where that plan is from: a branch or revision; null where there is no commit yet.
    pub plan: Option<String>,
    /// The branches, trunks first.
    pub branches: Vec<ColumnView>,
    /// The tasks.
    pub tasks: Vec<RowView>,
    /// Whether the branches were asked for, so that each of them matters for each task.
    #[serde(skip)]
    pub asked_for: bool,
}

/// A branch.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct ColumnView {
    /// Its name.
    pub name: String,
    /// The object id of its head.
    pub tip: String,
    /// Whether work lands there.
    pub trunk: bool,
    /// Whether it is checked out here.
    pub here: bool,
    /// Committer time of its head, RFC 3339.
    pub time: String,
}

/// A task on every branch.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct RowView {
    /// Its id.
    pub id: String,
    /// Its title.
    pub title: String,
    /// Its status here.
    pub status: Status,
    /// How it stands on each branch, in the order of `branches`.
    pub on: Vec<CellView>,
}

/// A task on a branch.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct CellView {
    /// The branch.
    pub branch: String,
    /// How the task stands there.
    pub state: BranchState,
    /// Whether the branch works on it with commits that have landed on no trunk.
    pub in_flight: bool,
    /// Whether the branch's own plan has the task.
    pub in_plan: bool,
    /// The object id of the commit that says so; null where a file does, or nothing.
    pub commit: Option<String>,
    /// Who wrote that commit.
    pub author: Option<String>,
    /// When it was written, RFC 3339.
    pub time: Option<String>,
}

impl BranchesView {
    /// The view of a matrix; `source` is where the plan is from, `asked_for` whether the branches were asked for.
    pub fn of(plan: &Plan, matrix: &Matrix, source: Option<String>, asked_for: bool) -> Self {
        let column = |column: &Column| ColumnView {
            name: column.name.clone(),
            tip: plan.history.oid(column.head).to_string(),
            trunk: column.trunk,
            here: column.here,
            time: rfc3339(plan.history.time(column.head)),
        };
        let row = |(at, cells): &(usize, Vec<Cell>)| RowView {
            id: plan.entry(*at).id.to_string(),
            title: plan.entry(*at).task.title.clone(),
            status: plan.states[*at].status,
            on: matrix.columns.iter().zip(cells).map(|(c, cell)| cell_view(plan, &c.name, *cell)).collect(),
        };
        Self {
            head: Head::of(plan),
            plan: source,
            branches: matrix.columns.iter().map(column).collect(),
            tasks: matrix.rows.iter().map(row).collect(),
            asked_for,
        }
    }
}

fn cell_view(plan: &Plan, branch: &str, cell: Cell) -> CellView {
    let record = cell.commit.and_then(|commit| plan.history.record(commit));
    CellView {
        branch: branch.to_owned(),
        state: cell.state,
        in_flight: cell.in_flight,
        in_plan: cell.in_plan,
        commit: cell.commit.map(|commit| plan.history.oid(commit).to_string()),
        author: record.map(|record| record.author.name.clone()),
        time: record.map(|record| rfc3339(record.author_time)),
    }
}
