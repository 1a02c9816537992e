//! The dashboard.

use super::parts::{at_work, count, percent, task_line, widest};
use crate::plan::Totals;
use crate::view::{
    MilestoneView, Paint, Screen, StatusView, TaskView, TaskViews, TotalsBy, span_of_minutes, width_of,
};

/// How many tasks a section lists before it counts the rest.
const MOST: usize = 8;

/// Totals, groups, milestones, what is under way, what is ready, what is late.
pub fn status(view: &StatusView<'_>, screen: &mut Screen) {
    headline(view, screen);
    match &view.by {
        Some(by) => rows_by(by, screen),
        None => groups(view, screen),
    }
    milestones(view, screen);
    section(screen, "Late", &view.overdue, view.overdue.len(), |t| (due(t), Paint::Bad));
    section(screen, "In progress", &view.in_progress, view.in_progress.len(), |t| (who(t), Paint::Dim));
    section(screen, "Waiting", &view.waiting, view.waiting.len(), |t| {
        (t.waiting_on.clone().or_else(|| t.reason.clone()).unwrap_or_default(), Paint::Dim)
    });
    section(
        screen,
        "Completed on a trunk, not here",
        &view.completed_elsewhere,
        view.completed_elsewhere.len(),
        |t| (t.completed_on.join(", "), Paint::Commit),
    );
    ready(view, screen);
}

/// The headline, the first of what is under way and of what is ready.
pub fn brief(view: &StatusView<'_>, screen: &mut Screen) {
    headline(view, screen);
    match view.completed_elsewhere.len() {
        0 => {}
        n => {
            screen.put(Paint::Commit, &format!("{n} completed on a trunk but not here")).line();
        }
    }
    section(screen, "In progress", &view.in_progress, view.in_progress.len(), |t| (who(t), Paint::Dim));
    ready(view, screen);
}

/// Here optional tasks can be taken as well, which the totals leave out.
fn ready(view: &StatusView<'_>, screen: &mut Screen) {
    let title = if view.ready > view.totals.tasks.ready { "Ready, with what is optional" } else { "Ready" };
    section(screen, title, &view.next, view.ready, |t| {
        (t.priority.map_or("", crate::model::Priority::as_str).to_owned(), Paint::Dim)
    });
}

fn headline(view: &StatusView<'_>, screen: &mut Screen) {
    let totals = &view.totals;
    if let Some(branch) = &view.branch {
        screen.put(Paint::Commit, branch).plain("  ");
    }
    let (done, all) = (totals.tasks.completed, totals.tasks.total);
    screen.put(Paint::Heading, &format!("{} of {}", done, count(all, "task")));
    screen.plain(&format!(" completed, {}", percent(done, all)));
    let mut aside = Vec::new();
    if totals.steps.total > 0 {
        aside.push(format!("{} of {}", totals.steps.completed, count(totals.steps.total, "step")));
    }
    aside.extend(work(totals));
    screen.line();
    if !aside.is_empty() {
        screen.paragraph(Paint::Dim, &aside.join(", "), 0);
    }
    let columns = screen.width().min(80);
    screen.bar(done, all, columns).line();
    let counts = [
        (totals.tasks.ready, "ready", Paint::Plain),
        (totals.tasks.in_progress, "in progress", Paint::Active),
        (totals.tasks.blocked, "blocked", Paint::Waiting),
        (totals.tasks.overdue, "late", Paint::Bad),
        (totals.tasks.unknown, "unknown", Paint::Bad),
        (totals.tasks.cancelled, "cancelled", Paint::Dim),
        (totals.tasks.optional, "optional", Paint::Dim),
    ];
    let mut counts = counts.into_iter().filter(|(number, ..)| *number > 0).peekable();
    let mut gap = 0;
    while let Some((number, word, paint)) = counts.next() {
        let comma = if counts.peek().is_some() { "," } else { "" };
        screen.piece(paint, &format!("{number} {word}{comma}"), gap, 0);
        gap = 1;
    }
    screen.line();
}

/// `3h of 20h-30h of work`, if anything is estimated.
fn work(totals: &Totals) -> Option<String> {
    let minutes = &totals.minutes;
    if minutes.total_max == 0 {
        return None;
    }
    let (min, max) = (span_of_minutes(minutes.total_min), span_of_minutes(minutes.total_max));
    let all = if min == max { min } else { format!("{min}-{max}") };
    Some(format!("{} of {all} of work", span_of_minutes(minutes.completed)))
}

fn groups(view: &StatusView<'_>, screen: &mut Screen) {
    if view.groups.iter().all(|g| g.group.is_empty()) {
        return;
    }
    let rows: Vec<Row<'_>> = view
        .groups
        .iter()
        .map(|g| Row {
            indent: 2 * g.group.matches('/').count(),
            name: if g.group.is_empty() { "(no group)" } else { &g.title },
            totals: &g.totals,
            counts: tasks_of(&g.totals),
            aside: [
                g.due.as_ref().map(|d| format!("due {d}")),
                g.declared_minutes.and_then(|declared| drift(declared, &g.totals)),
            ]
            .into_iter()
            .flatten()
            .collect::<Vec<_>>()
            .join(", "),
        })
        .collect();
    table(screen, "Groups", &rows);
}

/// What a group declares, where its tasks add up to something else.
fn drift(declared: [u64; 2], totals: &Totals) -> Option<String> {
    let fits = totals.minutes.total_min >= declared[0] && totals.minutes.total_max <= declared[1];
    (!fits && totals.minutes.total_max > 0).then(|| format!("declared {}", range(declared)))
}

fn range([min, max]: [u64; 2]) -> String {
    if min == max {
        span_of_minutes(min)
    } else {
        format!("{}-{}", span_of_minutes(min), span_of_minutes(max))
    }
}

fn rows_by(by: &TotalsBy, screen: &mut Screen) {
    let rows: Vec<Row<'_>> = by
        .rows
        .iter()
        .map(|row| Row {
            indent: 0,
            name: if row.name.is_empty() { "(none)" } else { &row.name },
            totals: &row.totals,
            counts: tasks_of(&row.totals),
            aside: String::new(),
        })
        .collect();
    let heading = match by.by {
        crate::view::StatusBy::Group => "By group",
        crate::view::StatusBy::Priority => "By priority",
        crate::view::StatusBy::Assignee => "By assignee",
        crate::view::StatusBy::Tag => "By tag",
        crate::view::StatusBy::Milestone => "By milestone",
    };
    table(screen, heading, &rows);
}

fn milestones(view: &StatusView<'_>, screen: &mut Screen) {
    let aside = |m: &MilestoneView| {
        let mut words = Vec::new();
        if m.reached && m.totals.tasks.total + m.criteria[1] > 0 {
            words.push("reached".to_owned());
        }
        words.extend(
            m.due.as_ref().map(
                |due| {
                    if m.overdue { format!("due {due}, late") } else { format!("due {due}") }
                },
            ),
        );
        if m.criteria[1] > 0 {
            words.push(format!("{} of {} criteria", m.criteria[0], m.criteria[1]));
        }
        words.join(", ")
    };
    let rows: Vec<Row<'_>> = view
        .milestones
        .iter()
        .map(|m| Row {
            indent: 0,
            name: &m.title,
            totals: &m.totals,
            // One that gathers no tasks is as far as its criteria are.
            counts: if m.totals.tasks.total == 0 { m.criteria.into() } else { tasks_of(&m.totals) },
            aside: aside(m),
        })
        .collect();
    table(screen, "Milestones", &rows);
}

/// A name with its progress.
struct Row<'a> {
    indent: usize,
    name: &'a str,
    totals: &'a Totals,
    /// How much of it is done, and how much there is.
    counts: (usize, usize),
    aside: String,
}

/// The tasks that are completed, and all.
fn tasks_of(totals: &Totals) -> (usize, usize) {
    (totals.tasks.completed, totals.tasks.total)
}

fn table(screen: &mut Screen, heading: &str, rows: &[Row<'_>]) {
    if rows.is_empty() {
        return;
    }
    screen.line();
    screen.put(Paint::Heading, heading).line();
    let width = screen.width();
    let names =
        rows.iter().map(|r| r.indent + width_of(r.name)).max().unwrap_or(0).min(screen.at_most(width / 3));
    let counts: Vec<String> = rows.iter().map(|r| format!("{}/{}", r.counts.0, r.counts.1)).collect();
    let count_width = widest(counts.iter().map(String::as_str), 12);
    let works: Vec<String> = rows.iter().map(|row| estimated(row.totals)).collect();
    let work_width = widest(works.iter().map(String::as_str), 16);
    let bar = (width / 10).clamp(6, 24);
    let has_room = 2 + names + 2 + bar + 2 + count_width + 2 + 5 + 2 + work_width <= screen.at_most(width);
    for ((row, count), work) in rows.iter().zip(&counts).zip(&works) {
        let (done, all) = row.counts;
        screen
            .pad_to(2 + row.indent)
            .cell(Paint::Plain, row.name, names.saturating_sub(row.indent))
            .plain("  ");
        screen.bar(done, all, bar).plain("  ");
        screen.right(Paint::Plain, count, count_width).plain("  ");
        screen.right(Paint::Dim, &percent(done, all), 5);
        if work_width > 0 && has_room && (!work.is_empty() || !row.aside.is_empty()) {
            screen.plain("  ").right(Paint::Dim, work, work_width);
        }
        if !row.aside.is_empty() {
            screen.plain("  ").rest(Paint::Dim, &row.aside);
        }
        screen.line();
    }
}

/// The work that the tasks are estimated at, in all.
fn estimated(totals: &Totals) -> String {
    let minutes = totals.minutes;
    if minutes.total_max == 0 { String::new() } else { range([minutes.total_min, minutes.total_max]) }
}

fn section(
    screen: &mut Screen,
    heading: &str,
    tasks: &TaskViews<'_>,
    total: usize,
    aside: impl Fn(&TaskView) -> (String, Paint),
) {
    if tasks.is_empty() {
        return;
    }
    screen.line();
    screen.put(Paint::Heading, heading);
    screen.put(Paint::Dim, &format!("  {total}")).line();
    let shown: Vec<TaskView> = tasks.iter().take(MOST).collect();
    let ids = widest(shown.iter().map(|t| t.id.as_str()), 20);
    for task in &shown {
        let (text, paint) = aside(task);
        task_line(screen, task, ids, &text, paint);
    }
    if total > shown.len() {
        screen.put(Paint::Dim, &format!("  and {} more", total - shown.len())).line();
    }
}

fn due(task: &TaskView) -> String {
    task.effective_due.as_ref().map_or_else(|| "late".to_owned(), |due| format!("due {due}"))
}

/// Who is at it, and where.
fn who(task: &TaskView) -> String {
    let steps = match task.progress {
        p if p.total > 0 => format!(", {}/{}", p.completed, p.total),
        _ => String::new(),
    };
    if let Some(branch) = task.branches.first() {
        return format!("{}{steps}", at_work(branch));
    }
    let author = task.evidence.first().map(|e| e.author.clone());
    let name = task.assignees.first().cloned().or(author).unwrap_or_default();
    format!("{name}{steps}").trim_start_matches(", ").to_owned()
}
