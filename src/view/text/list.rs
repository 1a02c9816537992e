//! Lists of tasks.

use super::parts::{at_work, count, estimate, mark, priority_paint, widest};
use crate::model::{Priority, Status};
use crate::view::{ListView, NextView, OrderView, Paint, ReasonedTask, Screen, TaskView, width_of};

/// A table that fits the screen: columns that say nothing are left out, and the title gives way.
pub fn list(view: &ListView<'_>, screen: &mut Screen) {
    table(screen, &view.tasks.brief().map(|task| Row::of(note(&task), task)).collect::<Vec<_>>());
    footer(screen, view.tasks.len(), view.total, "task");
}

/// Ready tasks, each with why it stands there.
pub fn next(view: &NextView, screen: &mut Screen) {
    reasoned(screen, &view.tasks);
    footer(screen, view.tasks.len(), view.total, "ready task");
}

/// All that remains, in order.
pub fn order(view: &OrderView, screen: &mut Screen) {
    let tasks = view.tasks.iter().map(|t| &t.task);
    table(screen, &tasks.map(|task| Row::of(dependencies(task), task.clone())).collect::<Vec<_>>());
    footer(screen, view.tasks.len(), view.total, "task");
    if !view.unordered.is_empty() {
        screen.line();
        screen.put(Paint::Bad, "Cannot be ordered: on a cycle, or behind something that is missing").line();
        table(
            screen,
            &view.unordered.iter().map(|task| Row::of(note(task), task.clone())).collect::<Vec<_>>(),
        );
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
pub(super) fn at(assignee: &str) -> String {
    format!("@{}", assignee.split('@').find(|part| !part.is_empty()).unwrap_or(assignee))
}

/// `@mira @jonas`, and how many more there are.
fn people(assignees: &[String]) -> Option<String> {
    let shown: Vec<String> = assignees.iter().take(2).map(|a| at(a)).collect();
    let more = match assignees.len().saturating_sub(2) {
        0 => String::new(),
        more => format!(" +{more}"),
    };
    (!shown.is_empty()).then(|| format!("{}{more}", shown.join(" ")))
}

/// What stands at the right edge of a ready task.
fn aside(task: &TaskView) -> String {
    let mut words: Vec<String> = people(&task.assignees).into_iter().collect();
    words.extend(task.estimate.map(estimate));
    words.join(" ")
}

/// What a table shows of a task.
pub(super) struct Row {
    mark: (&'static str, Paint),
    id: String,
    title: String,
    priority: Option<Priority>,
    estimate: String,
    note: String,
    is_settled: bool,
    is_overdue: bool,
}

impl Row {
    pub(super) fn of(note: String, task: TaskView) -> Self {
        Self {
            mark: mark(&task),
            id: task.id,
            title: task.title,
            priority: task.priority,
            estimate: task.estimate.map(estimate).unwrap_or_default(),
            note,
            is_settled: task.status.is_settled(),
            is_overdue: task.overdue,
        }
    }
}

/// A line for each row: columns that say nothing are left out, and the title gives way.
pub(super) fn table(screen: &mut Screen, rows: &[Row]) {
    let width = screen.at_most(screen.width());
    let ids = widest(rows.iter().map(|r| r.id.as_str()), screen.at_most(24).min(width / 4));
    let priority = |r: &Row| r.priority.map_or("", Priority::as_str);
    let priorities = widest(rows.iter().map(priority), 8);
    let mut estimates = widest(rows.iter().map(|r| r.estimate.as_str()), 11);
    let mut notes = widest(rows.iter().map(|r| r.note.as_str()), width / 4);
    let titles = widest(rows.iter().map(|r| r.title.as_str()), width);
    let gap = |columns: usize| if columns == 0 { 0 } else { columns + 2 };
    let room = |estimates: usize, notes: usize| {
        (width.saturating_sub(2 + ids)).saturating_sub(2 + gap(priorities) + gap(estimates) + gap(notes))
    };
    // On a narrow screen the title comes first: estimates give way, then notes.
    if room(estimates, notes) < titles.min(30) {
        estimates = 0;
    }
    if room(estimates, notes) < titles.min(24) {
        notes = notes.min(width / 5);
    }
    let title_width = room(estimates, notes).min(titles).max(1);
    for row in rows {
        let (mark, paint) = row.mark;
        screen.put(paint, mark).plain(" ").cell(Paint::Id, &row.id, ids).plain("  ");
        let faded = if row.is_settled { Paint::Dim } else { Paint::Plain };
        screen.cell(faded, &row.title, title_width);
        if priorities > 0 {
            let paint = row.priority.map_or(Paint::Plain, priority_paint);
            screen.plain("  ").cell(paint, priority(row), priorities);
        }
        if estimates > 0 {
            screen.plain("  ").right(Paint::Plain, &row.estimate, estimates);
        }
        if !row.note.is_empty() {
            screen.plain("  ");
            let paint = if row.is_overdue { Paint::Bad } else { Paint::Dim };
            screen.rest(paint, &row.note);
        }
        screen.line();
    }
}

/// What there is to say of a task besides its columns: the most pressing first.
pub(super) fn note(task: &TaskView) -> String {
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
        words.extend(people(&task.assignees));
        if !task.overdue {
            words.extend(task.effective_due.as_ref().map(|due| format!("due {due}")));
        }
    }
    words.join(", ")
}

/// `waits for 3, 4`, with the number of others.
pub(super) fn waits_for(task: &TaskView) -> String {
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

#[cfg(test)]
mod tests {
    use super::people;

    #[test]
    fn two_people_are_named_and_the_others_counted() {
        let told = |names: &[&str]| people(&names.iter().map(|&n| n.to_owned()).collect::<Vec<_>>());
        assert_eq!(told(&[]), None);
        assert_eq!(told(&["mira@example.com"]).as_deref(), Some("@mira"));
        assert_eq!(told(&["a", "b"]).as_deref(), Some("@a @b"));
        assert_eq!(told(&["a", "b", "c", "d"]).as_deref(), Some("@a @b +2"));
    }
}
