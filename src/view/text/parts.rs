//! What several answers have in common.

use crate::model::{Priority, Status};
use crate::view::{
    BranchView, EstimateView, Paint, Screen, TaskView, in_worktree, span_of_minutes, width_of,
};

/// The mark and the paint of a task.
pub fn mark(task: &TaskView) -> (&'static str, Paint) {
    mark_of(task.status)
}

/// The mark and the paint of a status.
pub fn mark_of(status: Status) -> (&'static str, Paint) {
    match status {
        Status::Pending => ("\u{25cb}", Paint::Plain),
        Status::InProgress => ("\u{25d0}", Paint::Active),
        Status::Blocked => ("\u{25a0}", Paint::Waiting),
        Status::Completed => ("\u{2713}", Paint::Good),
        Status::Cancelled => ("\u{2717}", Paint::Dim),
        Status::Unknown => ("?", Paint::Bad),
    }
}

/// The word of a status, `ready` for what is pending: nothing else is.
pub fn status_word(status: Status) -> &'static str {
    match status {
        Status::Pending => "ready",
        Status::InProgress => "in progress",
        other => other.as_str(),
    }
}

/// `Ann on feature`, `claimed by Ann`, or `claimed by Ann in worktree x`.
pub fn at_work(branch: &BranchView) -> String {
    match &branch.worktree {
        _ if !branch.claim => format!("{} on {}", branch.author, branch.name),
        Some(name) => format!("claimed by {} {}", branch.author, in_worktree(Some(name))),
        None => format!("claimed by {}", branch.author),
    }
}

/// `2h`, or `2h-3h`.
pub fn estimate(estimate: EstimateView) -> String {
    let (min, max) = (span_of_minutes(estimate.min_minutes), span_of_minutes(estimate.max_minutes));
    if min == max { min } else { format!("{min}-{max}") }
}

/// How a priority looks.
pub fn priority_paint(priority: Priority) -> Paint {
    match priority {
        Priority::Critical => Paint::Bad,
        Priority::High => Paint::Waiting,
        Priority::Medium => Paint::Plain,
        Priority::Low => Paint::Dim,
    }
}

/// The width of the widest of some texts, at most `most`.
pub fn widest<'a>(texts: impl Iterator<Item = &'a str>, most: usize) -> usize {
    texts.map(width_of).max().unwrap_or(0).min(most)
}

/// `34 %`, rounded down, so that only what is whole says 100 %.
pub fn percent(part: usize, whole: usize) -> String {
    format!("{} %", (part * 100).checked_div(whole).unwrap_or(0))
}

/// `34 %`, of a share from 0 to 1.
pub fn percent_of(share: f64) -> String {
    format!("{:.0} %", share * 100.0)
}

/// `1 task`, `2 tasks`.
pub fn count(number: usize, noun: &str) -> String {
    if number == 1 { format!("1 {noun}") } else { format!("{number} {noun}s") }
}

/// One line for a task: mark, id, title, and at the right edge what else there is to say.
pub fn task_line(screen: &mut Screen, task: &TaskView, id_width: usize, aside: &str, aside_paint: Paint) {
    let (mark, paint) = mark(task);
    screen.plain("  ").put(paint, mark).plain(" ");
    screen.cell(Paint::Id, &task.id, id_width).plain("  ");
    let start = 6 + id_width;
    let most = screen.at_most((screen.width() / 2).saturating_sub(2));
    let aside_width = width_of(aside).min(most);
    let room = screen.width().saturating_sub(start).saturating_sub(if aside.is_empty() {
        0
    } else {
        aside_width + 2
    });
    screen.cell(Paint::Plain, &task.title, room);
    if !aside.is_empty() {
        screen.plain("  ").right(aside_paint, aside, aside_width);
    }
    screen.line();
}
