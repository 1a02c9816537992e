//! Lists of tasks.

use super::parts::{at_work, count, estimate, mark, priority_paint, widest};
use crate::model::Status;
use crate::view::{ListView, NextView, OrderView, Paint, ReasonedTask, Screen, TaskView, width_of};

/// A table that fits the screen: columns that say nothing are left out, and the title gives way.
pub fn list(view: &ListView, screen: &mut Screen) {
    let notes: Vec<String> = view.tasks.iter().map(note).collect();
    table(screen, &view.tasks.iter().collect::<Vec<_>>(), &notes);
    footer(screen, view.tasks.len(), view.total, "task");
}

/// Ready tasks, each with why it stands there.
pub fn next(view: &NextView, screen: &mut Screen) {
    reasoned(screen, &view.tasks);
    footer(screen, view.tasks.len(), view.total, "ready task");
}

/// All that remains, in order.
pub fn order(view: &OrderView, screen: &mut Screen) {
    let tasks: Vec<&TaskView> = view.tasks.iter().map(|t| &t.task).collect();
    let notes: Vec<String> = tasks.iter().map(|t| dependencies(t)).collect();
    table(screen, &tasks, &notes);
    footer(screen, view.tasks.len(), view.total, "task");
    if !view.unordered.is_empty() {
        screen.line();
        screen.put(Paint::Bad, "Cannot be ordered: on a cycle, or behind something that is missing").line();
        let tasks: Vec<&TaskView> = view.unordered.iter().collect();
        let notes: Vec<String> = tasks.iter().map(|t| note(t)).collect();
        table(screen, &tasks, &notes);
    }
}

fn reasoned(screen: &mut Screen, tasks: &[ReasonedTask]) {
    let ids = widest(tasks.iter().map(|t| t.task.id.as_str()), 20);
    for reasoned in tasks {
        let (mark, paint) = mark(&reasoned.task);
        screen.put(paint, mark).plain(" ").cell(Paint::Id, &reasoned.task.id, ids).plain("  ");
        let aside = aside(&reasoned.task);
        let room = screen.width().saturating_sub(4 + ids + width_of(&aside) + 2);
        screen.cell(Paint::Plain, &reasoned.task.title, room).plain("  ").put(Paint::Dim, &aside).line();
        screen.paragraph(Paint::Dim, &reasoned.because, 4 + ids);
    }
}

/// `@mira` for `mira@example.com`.
fn at(assignee: &str) -> String {
    format!("@{}", assignee.split('@').find(|part| !part.is_empty()).unwrap_or(assignee))
}

/// What stands at the right edge of a ready task.
fn aside(task: &TaskView) -> String {
    let mut words: Vec<String> = task.assignees.iter().take(2).map(|a| at(a)).collect();
    words.extend(task.estimate.map(estimate));
    words.join(" ")
}

fn table(screen: &mut Screen, tasks: &[&TaskView], notes: &[String]) {
    let width = screen.width();
    let ids = widest(tasks.iter().map(|t| t.id.as_str()), 24.min(width / 4));
    let priority = |t: &&TaskView| t.priority.map_or("", crate::model::Priority::as_str);
    let priorities = widest(tasks.iter().map(priority), 8);
    let estimates: Vec<String> = tasks.iter().map(|t| t.estimate.map(estimate).unwrap_or_default()).collect();
    let mut estimate_width = widest(estimates.iter().map(String::as_str), 11);
    let mut notes_width = widest(notes.iter().map(String::as_str), width / 4);
    let titles = widest(tasks.iter().map(|t| t.title.as_str()), width);
    let gap = |columns: usize| if columns == 0 { 0 } else { columns + 2 };
    let room = |estimate: usize, notes: usize| {
        (width.saturating_sub(2 + ids)).saturating_sub(2 + gap(priorities) + gap(estimate) + gap(notes))
    };
    // On a narrow screen the title comes first: estimates give way, then notes.
    if room(estimate_width, notes_width) < titles.min(30) {
        estimate_width = 0;
    }
    if room(estimate_width, notes_width) < titles.min(24) {
        notes_width = notes_width.min(width / 5);
    }
    let title_width = room(estimate_width, notes_width).min(titles).max(1);
    for ((task, note), estimate) in tasks.iter().zip(notes).zip(&estimates) {
        let (mark, paint) = mark(task);
        screen.put(paint, mark).plain(" ").cell(Paint::Id, &task.id, ids).plain("  ");
        let faded = if task.status.is_settled() { Paint::Dim } else { Paint::Plain };
        screen.cell(faded, &task.title, title_width);
        if priorities > 0 {
            let paint = task.priority.map_or(Paint::Plain, priority_paint);
            screen.plain("  ").cell(paint, priority(task), priorities);
        }
        if estimate_width > 0 {
            screen.plain("  ").right(Paint::Plain, estimate, estimate_width);
        }
        if !note.is_empty() {
            screen.plain("  ");
            let paint = if task.overdue { Paint::Bad } else { Paint::Dim };
            screen.rest(paint, note);
        }
        screen.line();
    }
}

/// What there is to say of a task besides its columns: the most pressing first.
fn note(task: &TaskView) -> String {
    let mut words = Vec::new();
    if let (true, Some(due)) = (task.overdue, &task.effective_due) {
        words.push(format!("due {due}"));
    }
    match task.status {
        Status::Blocked if !task.blocked_by.is_empty() => words.push(waits_for(task)),
        Status::Blocked => words.push(task.reason.clone().unwrap_or_else(|| "blocked".to_owned())),
        Status::InProgress => {
            words.extend(task.branches.first().map(at_work));
        }
        Status::Cancelled => words.extend(task.reason.clone()),
        Status::Unknown => words.push("history too shallow".to_owned()),
        Status::Pending | Status::Completed => {}
    }
    if !task.status.is_settled() {
        words.extend(task.completed_on.first().map(|trunk| format!("completed on {trunk}")));
        words.extend(task.assignees.first().map(|a| at(a)));
        if !task.overdue {
            words.extend(task.effective_due.as_ref().map(|due| format!("due {due}")));
        }
    }
    words.join(", ")
}

fn waits_for(task: &TaskView) -> String {
    let shown = task.blocked_by.iter().take(3).cloned().collect::<Vec<_>>().join(", ");
    match task.blocked_by.len().saturating_sub(3) {
        0 => format!("waits for {shown}"),
        more => format!("waits for {shown} and {more} more"),
    }
}

fn dependencies(task: &TaskView) -> String {
    if task.blocked_by.is_empty() { String::new() } else { waits_for(task).replacen("waits for", "after", 1) }
}

fn footer(screen: &mut Screen, shown: usize, total: usize, noun: &str) {
    if shown > 1 || total == 0 || shown < total {
        let text =
            if shown < total { format!("{shown} of {}", count(total, noun)) } else { count(total, noun) };
        screen.put(Paint::Dim, &text).line();
    }
}
