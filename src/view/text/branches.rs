//! Tasks on branches.

use super::parts::widest;
use crate::plan::BranchState;
use crate::view::{BranchesView, CellView, ColumnView, Paint, RowView, Screen, width_of};

/// The states in the order in which they are told.
const STATES: [BranchState; 6] = [
    BranchState::Completed,
    BranchState::InProgress,
    BranchState::Reverted,
    BranchState::Missing,
    BranchState::Cancelled,
    BranchState::Unknown,
];

/// Each task with a column for each branch; where those do not fit, with a line for each state.
pub fn branches(view: &BranchesView, screen: &mut Screen) {
    let names: Vec<&str> = view.branches.iter().map(|b| b.name.as_str()).collect();
    if view.tasks.is_empty() {
        let on = if names.len() <= 6 { names.join(", ") } else { format!("{} branches", names.len()) };
        let text = if names.is_empty() {
            "there is no branch with a commit yet".to_owned()
        } else {
            format!("no task to show for {on}")
        };
        screen.put(Paint::Dim, &text).line();
        return;
    }
    let ids = widest(view.tasks.iter().map(|task| task.id.as_str()), screen.at_most(20));
    let columns: usize = names.iter().map(|name| width_of(name) + 2).sum();
    let titles = widest(view.tasks.iter().map(|task| task.title.as_str()), screen.at_most(60));
    let room = screen.at_most(screen.width()).saturating_sub(ids + 2 + columns);
    if room >= titles.min(18) {
        table(view, ids, titles.min(room), screen);
    } else {
        lists(view, ids, screen);
    }
    legend(view, screen);
}

fn table(view: &BranchesView, ids: usize, titles: usize, screen: &mut Screen) {
    screen.pad_to(ids + 2).cell(Paint::Plain, "", titles);
    for branch in &view.branches {
        let paint = if branch.trunk { Paint::Commit } else { Paint::Active };
        screen.plain("  ").put(paint, &branch.name);
    }
    screen.line();
    for task in &view.tasks {
        screen.cell(Paint::Id, &task.id, ids).plain("  ").cell(Paint::Plain, &task.title, titles);
        for (branch, cell) in view.branches.iter().zip(&task.on) {
            let (mark, paint) = mark(cell.state);
            let paint = if matters(view, branch, cell) { paint } else { Paint::Dim };
            let strange = if is_strange(cell) { "*" } else { "" };
            let width = width_of(&branch.name);
            screen.plain("  ").put(paint, mark).cell(Paint::Dim, strange, width.saturating_sub(1));
        }
        screen.line();
    }
}

fn lists(view: &BranchesView, ids: usize, screen: &mut Screen) {
    for task in &view.tasks {
        screen.put(Paint::Id, &task.id).pad_to(ids).plain("  ").rest(Paint::Plain, &task.title).line();
        for state in STATES {
            one_state(task, state, view, screen);
        }
    }
}

/// The branches on which a task stands like that.
fn one_state(task: &RowView, state: BranchState, view: &BranchesView, screen: &mut Screen) {
    let is_told =
        |(branch, cell): &(&ColumnView, &CellView)| cell.state == state && matters(view, branch, cell);
    let names: Vec<String> = view
        .branches
        .iter()
        .zip(&task.on)
        .filter(is_told)
        .map(|(_, cell)| format!("{}{}", cell.branch, if is_strange(cell) { "*" } else { "" }))
        .collect();
    if names.is_empty() {
        return;
    }
    let (mark, paint) = mark(state);
    screen.plain("  ").put(paint, mark).plain(" ");
    screen.paragraph(Paint::Plain, &names.join(", "), 4);
}

/// What the marks mean, and by whose definitions it all goes.
fn legend(view: &BranchesView, screen: &mut Screen) {
    screen.line();
    let cells = || view.tasks.iter().flat_map(|task| &task.on);
    let used = STATES.iter().filter(|&&state| cells().any(|cell| cell.state == state));
    let mut words: Vec<String> = used.map(|&state| format!("{} {}", mark(state).0, word(state))).collect();
    if cells().any(is_strange) {
        words.push("* not in that branch's own plan".to_owned());
    }
    screen.paragraph(Paint::Dim, &words.join(", "), 0);
    let plan = match (&view.head.revision, &view.plan) {
        (None, _) => "the work tree".to_owned(),
        (Some(_), Some(source)) => source.clone(),
        (Some(oid), None) => oid.get(..8).unwrap_or(oid).to_owned(),
    };
    let rule = format!("By what each branch reaches; what the tasks are is as in {plan}.");
    screen.paragraph(Paint::Dim, &rule, 0);
}

/// Whether a branch has a word in this: what a topic branch merely has from a trunk, or lacks because it is behind, is
/// told of the trunk.
fn matters(view: &BranchesView, branch: &ColumnView, cell: &CellView) -> bool {
    branch.trunk || branch.here || cell.in_flight || view.asked_for
}

/// A branch that says something of a task that it does not plan, or lacks it because it never had it.
fn is_strange(cell: &CellView) -> bool {
    !cell.in_plan
}

fn word(state: BranchState) -> &'static str {
    match state {
        BranchState::Completed => "completed",
        BranchState::InProgress => "in progress",
        BranchState::Reverted => "reverted or reopened",
        BranchState::Cancelled => "cancelled",
        BranchState::Missing => "missing",
        BranchState::Unknown => "history too shallow",
    }
}

fn mark(state: BranchState) -> (&'static str, Paint) {
    match state {
        BranchState::Completed => ("\u{2713}", Paint::Good),
        BranchState::InProgress => ("\u{25d0}", Paint::Active),
        BranchState::Reverted => ("\u{21ba}", Paint::Bad),
        BranchState::Cancelled => ("\u{2717}", Paint::Dim),
        BranchState::Missing => ("\u{b7}", Paint::Waiting),
        BranchState::Unknown => ("?", Paint::Bad),
    }
}
