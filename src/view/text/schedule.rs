//! When each task that remains can and must begin.

use super::parts::{count, mark_of, widest};
use crate::view::{Paint, ScheduleView, ScheduledTask, Screen, span_of_minutes};

/// On a narrower screen the columns that follow from others are left out.
const NARROW: usize = 60;

/// The critical path, and a table of all that remains.
pub fn schedule(view: &ScheduleView, screen: &mut Screen) {
    headline(view, screen);
    if view.tasks.is_empty() {
        return;
    }
    let amount =
        |amount: u64| if view.unit == "tasks" { amount.to_string() } else { span_of_minutes(amount) };
    let columns: [(&str, fn(&ScheduledTask) -> u64); 5] = [
        ("work", |task| task.work),
        ("earliest", |task| task.earliest_start),
        ("latest", |task| task.latest_start),
        ("done by", |task| task.latest_finish),
        ("slack", |task| task.slack),
    ];
    let is_narrow = !screen.is_endless() && screen.width() < NARROW;
    let columns: Vec<_> =
        columns.iter().filter(|(name, _)| !is_narrow || matches!(*name, "work" | "slack")).collect();
    let cells: Vec<Vec<String>> =
        view.tasks.iter().map(|task| columns.iter().map(|(_, of)| amount(of(task))).collect()).collect();
    let widths: Vec<usize> = columns
        .iter()
        .enumerate()
        .map(|(at, (name, _))| widest(cells.iter().map(|row| row[at].as_str()).chain([*name]), usize::MAX))
        .collect();
    let ids =
        widest(view.tasks.iter().map(|task| task.id.as_str()), screen.at_most(20).min(screen.width() / 4));
    let aside: usize = widths.iter().map(|width| width + 2).sum();
    let room = screen.at_most(screen.width()).saturating_sub(5 + ids + aside);
    let titles = widest(view.tasks.iter().map(|task| task.title.as_str()), room).max(1);
    screen.line().pad_to(5 + ids + titles);
    for ((name, _), width) in columns.iter().zip(&widths) {
        screen.plain("  ").right(Paint::Dim, name, *width);
    }
    screen.line();
    for (task, cells) in view.tasks.iter().zip(&cells) {
        let (mark, paint) = mark_of(task.status);
        let own = if task.critical { Paint::Bad } else { Paint::Id };
        screen.put(paint, mark).plain(" ").cut(own, &task.id, ids);
        screen.put(Paint::Bad, if task.critical { "*" } else { "" }).pad_to(5 + ids).cell(
            Paint::Plain,
            &task.title,
            titles,
        );
        for (at, (cell, width)) in cells.iter().zip(&widths).enumerate() {
            let is_guess = at == 0 && !task.estimated;
            screen.plain("  ").right(if is_guess { Paint::Dim } else { Paint::Plain }, cell, *width);
        }
        screen.line();
    }
}

/// How long the path is, and by what it was measured.
fn headline(view: &ScheduleView, screen: &mut Screen) {
    screen.put(Paint::Heading, "Critical path").plain(" ");
    let length = view.critical_path.len();
    let said = match (view.unit, view.guessed) {
        _ if length == 0 => "nothing remains".to_owned(),
        ("tasks", _) => {
            format!("{}; no open task has an estimate, so tasks are counted", count(length, "task"))
        }
        (_, guessed) => {
            let work = format!(
                "{}, {} by the upper bounds of estimates",
                count(length, "task"),
                span_of_minutes(view.length)
            );
            match guessed {
                0 => work,
                1 => format!("{work}; 1 has none and counts as the median of the others"),
                n => format!("{work}; {n} have none and count as the median of the others"),
            }
        }
    };
    screen.paragraph(Paint::Plain, &said, 0);
    if length > 0 {
        screen.paragraph(Paint::Dim, &view.critical_path.join(" \u{2192} "), 2);
    }
}
