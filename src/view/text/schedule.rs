//! When each task that remains can and must begin.

use super::forecast::left_out;
use super::parts::{count, mark_of, widest};
use crate::view::{Paint, ScheduleView, ScheduledTask, Screen, span_of_minutes};

/// On a narrower screen the columns that follow from others are left out, and on a still narrower one all but the slack.
const NARROW: usize = 60;
const NARROWEST: usize = 32;

/// The critical path, and a table of all that remains.
pub fn schedule(view: &ScheduleView, screen: &mut Screen) {
    headline(view, screen);
    left_out(&view.unreachable, screen);
    if !view.tasks.is_empty() {
        table(view, screen);
    }
}

/// An amount of every task: its name, what it is, and how wide the column is.
struct Column {
    name: &'static str,
    of: fn(&ScheduledTask) -> u64,
    width: usize,
}

/// The columns for which there is room, as wide as they have to be.
fn columns(view: &ScheduleView, width: usize) -> Vec<Column> {
    let column = |name, least, of: fn(&ScheduledTask) -> u64| {
        let cells: Vec<String> = view.tasks.iter().map(|task| amount(view, of(task))).collect();
        let most = widest(cells.iter().map(String::as_str).chain([name]), usize::MAX);
        (width >= least).then_some(Column { name, of, width: most })
    };
    let columns = [
        column("work", NARROWEST, |task| task.work),
        column("earliest", NARROW, |task| task.earliest_start),
        column("latest", NARROW, |task| task.latest_start),
        column("done by", NARROW, |task| task.latest_finish),
        column("slack", 0, |task| task.slack),
    ];
    columns.into_iter().flatten().collect()
}

fn amount(view: &ScheduleView, amount: u64) -> String {
    if view.unit == "tasks" { amount.to_string() } else { span_of_minutes(amount) }
}

fn table(view: &ScheduleView, screen: &mut Screen) {
    let width = screen.at_most(screen.width());
    let columns = columns(view, width);
    let most = screen.at_most(20).min(screen.width() / 4);
    let ids = widest(view.tasks.iter().map(|task| task.id.as_str()), most);
    let aside: usize = columns.iter().map(|column| column.width + 2).sum();
    let room = width.saturating_sub(5 + ids + aside);
    let titles = widest(view.tasks.iter().map(|task| task.title.as_str()), room).max(1);
    screen.line().pad_to(5 + ids).cell(Paint::Plain, "", titles);
    for column in &columns {
        screen.plain("  ").right(Paint::Dim, column.name, column.width);
    }
    screen.line();
    for task in &view.tasks {
        let (mark, paint) = mark_of(task.status);
        let (own, star) = if task.critical { (Paint::Bad, "*") } else { (Paint::Id, "") };
        screen.put(paint, mark).plain(" ").cut(own, &task.id, ids).put(Paint::Bad, star);
        screen.pad_to(5 + ids).cell(Paint::Plain, &task.title, titles);
        for column in &columns {
            let is_guess = column.name == "work" && !task.estimated;
            let paint = if is_guess { Paint::Dim } else { Paint::Plain };
            screen.plain("  ").right(paint, &amount(view, (column.of)(task)), column.width);
        }
        screen.line();
    }
}

/// How long the path is, and by what it was measured.
fn headline(view: &ScheduleView, screen: &mut Screen) {
    screen.put(Paint::Heading, "Critical path").plain(" ");
    let length = view.critical_path.len();
    let said = match (view.unit, view.guessed) {
        _ if length == 0 && !view.unreachable.is_empty() => {
            "nothing of what remains can be reached".to_owned()
        }
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
