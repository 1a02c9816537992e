//! Tasks in columns.

use super::list::{Row, at, note, table, waits_for};
use super::parts::{at_work, count, mark, priority_paint};
use crate::model::Status;
use crate::view::{BoardColumn, BoardView, CardView, Paint, Screen, TaskView, width_of, wrap};

/// How narrow a column may be, in columns of the screen.
const LEAST: usize = 18;
/// How wide it may be: a longer line is hard to read.
const MOST: usize = 60;
/// Between two columns.
const GAP: usize = 2;
/// On a narrower screen columns stand one below the other.
const NARROW: usize = 60;
/// How many lines a title, or a fact, may take.
const LINES: usize = 2;

/// Columns side by side, as many as the screen has room for; in a file or a pipe one below the other, a line for each task.
pub fn board(view: &BoardView<'_>, screen: &mut Screen) {
    let (beside, width) = measure(view.columns.len(), screen);
    for (number, columns) in view.columns.chunks(beside).enumerate() {
        if number > 0 {
            screen.line();
        }
        match columns {
            [column] if screen.is_endless() => section(column, screen),
            _ => side_by_side(columns, width, screen),
        }
    }
    if view.total == 0 || view.columns.len() > 1 {
        if !view.columns.is_empty() {
            screen.line();
        }
        screen.put(Paint::Dim, &count(view.total, "task")).line();
    }
}

/// How many columns stand beside each other, and how wide each is: rows of columns that are as even as they can be.
fn measure(columns: usize, screen: &Screen) -> (usize, usize) {
    let width = screen.width();
    let is_narrow = screen.is_endless() || width < NARROW;
    let most = if is_narrow { 1 } else { ((width + GAP) / (LEAST + GAP)).max(1) };
    let rows = columns.div_ceil(most).max(1);
    let beside = columns.div_ceil(rows).max(1);
    (beside, ((width + GAP) / beside - GAP).min(MOST))
}

/// A column below others: as a table, as `tasks list` has it.
fn section(column: &BoardColumn<'_>, screen: &mut Screen) {
    let room = screen.width().saturating_sub(2 + column.total.to_string().len());
    screen.cut(Paint::Heading, &column.title, room).put(Paint::Dim, &format!("  {}", column.total)).line();
    let note = |card: &CardView| completed(card).unwrap_or_else(|| note(&card.task));
    let rows: Vec<Row> = column.tasks.brief().map(|card| Row::of(note(&card), card.task)).collect();
    table(screen, &rows);
    if let Some(more) = more(column) {
        screen.put(Paint::Dim, &more).line();
    }
}

/// Pieces of text, one after the other.
type Line = Vec<(Paint, String)>;

fn side_by_side(columns: &[BoardColumn<'_>], width: usize, screen: &mut Screen) {
    let columns: Vec<Vec<Line>> = columns.iter().map(|column| lines(column, width)).collect();
    for row in 0..columns.iter().map(Vec::len).max().unwrap_or(0) {
        for (number, line) in columns.iter().enumerate() {
            let mut room = width;
            for (paint, text) in line.get(row).into_iter().flatten().filter(|(_, text)| !text.is_empty()) {
                screen.pad_to(number * (width + GAP) + width - room).cut(*paint, text, room);
                room = room.saturating_sub(width_of(text));
            }
        }
        screen.line();
    }
}

fn lines(column: &BoardColumn<'_>, width: usize) -> Vec<Line> {
    let number = format!(" {}", column.total);
    let room = width.saturating_sub(number.len());
    let title = wrap(&column.title, room, 1).concat();
    let mut lines = vec![
        vec![(Paint::Heading, title), (Paint::Dim, number)],
        vec![(Paint::Dim, "\u{2500}".repeat(width))],
    ];
    for card in column.tasks.brief() {
        lines.extend(self::card(&card, width));
    }
    lines.extend(more(column).map(|more| vec![(Paint::Dim, more)]));
    lines
}

/// A card: its mark, id and priority, its title, and what else there is to say.
fn card(card: &CardView, width: usize) -> Vec<Line> {
    let task = &card.task;
    let (mark, paint) = mark(task);
    let mut head =
        vec![(paint, mark.to_owned()), (Paint::Plain, " ".to_owned()), (Paint::Id, task.id.clone())];
    if let Some(priority) = task.priority.filter(|_| !task.status.is_settled()) {
        head.push((priority_paint(priority), format!("  {}", priority.as_str())));
    }
    let used: usize = head.iter().map(|(_, text)| width_of(text)).sum();
    let mut facts = facts(task);
    if let Some(share) = completed(card).or_else(|| steps(task)) {
        if used + 2 + share.len() <= width {
            head.push((Paint::Dim, format!("  {share}")));
        } else {
            facts.push((Paint::Dim, share));
        }
    }
    let faded = if task.status.is_settled() { Paint::Dim } else { Paint::Plain };
    let indented = |paint: Paint, text: String| vec![(Paint::Plain, "  ".to_owned()), (paint, text)];
    let room = width - 2;
    let mut lines = vec![head];
    lines.extend(wrap(&task.title, room, LINES).into_iter().map(|line| indented(faded, line)));
    // How much of the last line is used; a title shares its line with nothing.
    let mut used = usize::MAX;
    for (paint, fact) in facts {
        let needed = width_of(&fact);
        match lines.last_mut() {
            Some(line) if used.saturating_add(2 + needed) <= room => {
                line.push((paint, format!("  {fact}")));
                used += 2 + needed;
            }
            _ => {
                lines.extend(wrap(&fact, room, LINES).into_iter().map(|line| indented(paint, line)));
                used = if needed <= room { needed } else { usize::MAX };
            }
        }
    }
    lines
}

/// What matters besides the title, the most pressing first.
fn facts(task: &TaskView) -> Vec<(Paint, String)> {
    let mut facts = Vec::new();
    let due = task.effective_due.as_ref().filter(|_| !task.status.is_settled());
    let due = due.map(|due| format!("due {due}"));
    let due = due.map(|due| (if task.overdue { Paint::Bad } else { Paint::Dim }, due));
    facts.extend(due.clone().filter(|_| task.overdue));
    match task.status {
        Status::Blocked if !task.blocked_by.is_empty() => facts.push((Paint::Waiting, waits_for(task))),
        Status::Blocked => facts.extend(task.reason.clone().map(|reason| (Paint::Waiting, reason))),
        Status::InProgress => facts.extend(task.branches.first().map(|work| (Paint::Active, at_work(work)))),
        Status::Cancelled => facts.extend(task.reason.clone().map(|reason| (Paint::Dim, reason))),
        Status::Pending | Status::Completed | Status::Unknown => {}
    }
    if task.status.is_settled() {
        return facts;
    }
    let who: Vec<String> = task.assignees.iter().map(|name| at(name)).collect();
    facts.extend((!who.is_empty()).then(|| (Paint::Dim, who.join(" "))));
    facts.extend(due.filter(|_| !task.overdue));
    facts
}

/// The day on which a task was completed.
fn completed(card: &CardView) -> Option<String> {
    Some(card.completed_at.as_ref()?.get(..10)?.to_owned())
}

/// How many of its steps an open task has behind it.
fn steps(task: &TaskView) -> Option<String> {
    let steps = task.progress;
    (steps.total > 0 && !task.status.is_settled()).then(|| format!("{}/{}", steps.completed, steps.total))
}

fn more(column: &BoardColumn<'_>) -> Option<String> {
    let left = column.total - column.tasks.len();
    (left > 0).then(|| format!("and {left} more"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::plan::{Inputs, Plan};
    use crate::view::{BoardBy, BoardLimits};
    use proptest::prelude::*;

    const LIMITS: BoardLimits = BoardLimits { open: 10, settled: 1 };

    fn plan(files: &[(&str, String)]) -> Plan {
        Plan::derive(Inputs { today: "2026-11-21".parse().ok(), ..Inputs::sample(files) })
    }

    fn shown(plan: &Plan, by: BoardBy, mut screen: Screen) -> String {
        let tasks = plan.current().collect();
        board(&BoardView::of(plan, by, tasks, LIMITS, |_| true), &mut screen);
        screen.into_text()
    }

    fn small() -> Plan {
        plan(&[
            ("1", "title = \"Give every station its time zone\"\npriority = \"high\"\ndue = 2026-11-19\nassignees = [\"jonas@example.com\"]\n".to_owned()),
            ("2", "title = \"Find walks\"\nstatus = \"in_progress\"\n[[steps]]\ntext = \"a\"\nstatus = \"completed\"\n[[steps]]\ntext = \"b\"\n".to_owned()),
            ("3", "title = \"Tell the clubs\"\ndepends = [\"1\", \"2\"]\n".to_owned()),
            ("4", "title = \"Old\"\nstatus = \"completed\"\n".to_owned()),
            ("5", "title = \"Older\"\nstatus = \"completed\"\n".to_owned()),
        ])
    }

    #[test]
    fn columns_stand_side_by_side_and_count_what_they_do_not_show() {
        let expected = "\
Ready 1             In progress 1       Blocked 1           Completed 2
------------------  ------------------  ------------------  ------------------
o 1  high           d 2  1/2            # 3                 v 4
  Give every          Find walks          Tell the clubs      Old
  station its tim~                        waits for 1, 2    and 1 more
  due 2026-11-19
  @jonas

5 tasks
";
        let plain = |text: String| {
            [
                ("\u{2500}", "-"),
                ("\u{25cb}", "o"),
                ("\u{25d0}", "d"),
                ("\u{25a0}", "#"),
                ("\u{2713}", "v"),
                ("\u{2026}", "~"),
            ]
            .iter()
            .fold(text, |text, (sign, letter)| text.replace(sign, letter))
        };
        assert_eq!(plain(shown(&small(), BoardBy::Status, Screen::unstyled(80))), expected);
    }

    #[test]
    fn a_narrow_screen_has_one_column_and_a_pipe_a_line_for_each_task() {
        let narrow = shown(&small(), BoardBy::Status, Screen::unstyled(40));
        assert!(
            narrow.contains(
                "\n  Give every station its time zone\n  due 2026-11-19  @jonas\n\nIn progress 1\n"
            ),
            "{narrow}"
        );
        let piped = shown(&small(), BoardBy::Status, Screen::unstyled(80).endless());
        let line = "\u{25cb} 1  Give every station its time zone  high  due 2026-11-19, @jonas\n";
        assert!(piped.starts_with(&format!("Ready  1\n{line}\nIn progress  1\n")), "{piped}");
        assert_eq!(
            piped,
            shown(&small(), BoardBy::Status, Screen::unstyled(200).endless()),
            "no width, no difference"
        );
    }

    #[test]
    fn columns_that_do_not_fit_beside_each_other_stand_in_even_rows() {
        let measured = |columns, width| measure(columns, &Screen::unstyled(width));
        for (columns, width, expected) in [
            (4, 80, (4, 18)),
            (4, 78, (4, 18)),
            (4, 77, (2, 37)),
            (5, 80, (3, 25)),
            (4, 59, (1, 59)),
            (1, 200, (1, 60)),
            (4, 1000, (4, 60)),
            (0, 80, (1, 60)),
        ] {
            assert_eq!(measured(columns, width), expected, "{columns} columns at {width}");
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]

        #[test]
        fn no_line_is_wider_than_the_screen(
            titles in prop::collection::vec("[ a-d\u{301}\u{6f22}\u{2764}\u{fe0f}\u{200d}\u{1f469}\u{1f1e9}\u{1b}\u{202e}\u{e31}]{1,60}", 1..7),
            id in "[a-z][a-z0-9.-]{0,40}[a-z0-9]",
            width in 20_usize..130,
            by in prop::sample::select(vec![BoardBy::Status, BoardBy::Assignee, BoardBy::Tag, BoardBy::Group]),
        ) {
            let quoted = |text: &str| toml::Value::String(text.to_owned()).to_string();
            let rest = ["", "status = \"in_progress\"", "status = \"completed\"", "status = \"cancelled\"\nreason = \"a very long reason of many words\"", "priority = \"critical\"\ndue = 2026-11-01"];
            let file = |(at, title): (usize, &String)| {
                let name = quoted(title);
                let text = format!("title = {name}\nassignees = [{name}, \"b\"]\ntags = [{name}]\n{}\n", rest[at % rest.len()]);
                (format!("group {at} of a long name/{id}{at}"), text)
            };
            let files: Vec<(String, String)> = titles.iter().enumerate().map(file).collect();
            let files: Vec<(&str, String)> = files.iter().map(|(path, text)| (path.as_str(), text.clone())).collect();
            let plan = plan(&files);
            let text = shown(&plan, by, Screen::unstyled(width));
            for line in text.lines() {
                prop_assert!(width_of(line) <= width, "{}: {line:?}", width_of(line));
                prop_assert!(!line.contains(['\u{1b}', '\u{202e}']), "{line:?}");
            }
        }
    }
}
