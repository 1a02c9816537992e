//! Charts of counts: bars of progress, and lines and areas over time.
//!
//! A chart is a box of 1000 by 400 units that is stretched to whatever room it has; texts stand beside it, so that they are as
//! large on a phone as on a wall. What stands beside it is therefore spaced evenly: ticks from top to bottom, dates from left
//! to right.

use crate::plan::TaskCount;
use crate::view::CountsRow;
use schemars::JsonSchema;
use serde::Serialize;
use std::fmt::Write as _;

/// The width of a chart, in its own units.
pub const WIDTH: usize = 1000;
/// The height of a chart, in its own units.
pub const HEIGHT: usize = 400;
/// How many points a line has at most; of more, every so many are shown.
const POINTS: usize = 180;
/// How many rows the table beside a chart has at most.
const ROWS: usize = 40;

/// Counts over time.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Chart {
    /// The numbers beside the lines of the grid, from top to bottom.
    pub ticks: Vec<usize>,
    /// The heights of those lines.
    pub grid: Vec<usize>,
    /// Dates below it, evenly spaced, the first and the last at its edges.
    pub dates: Vec<String>,
    /// What is drawn, from back to front.
    pub layers: Vec<Layer>,
    /// A column for each point in time, to point at.
    pub columns: Vec<Column>,
    /// The same in words.
    pub description: String,
    /// The same as a table, of every so many points in time where there are many.
    pub table: Vec<TableRow>,
}

/// A line or an area.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Layer {
    /// What it counts, as a class for colours.
    pub key: &'static str,
    /// What it counts.
    pub label: &'static str,
    /// Whether it is an area; a line otherwise.
    pub area: bool,
    /// Its points, as SVG has them.
    pub points: String,
    /// How many there are at the end.
    pub last: usize,
}

/// A point in time.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Column {
    /// Where it begins.
    pub x: usize,
    /// How wide it is.
    pub width: usize,
    /// What it shows.
    pub text: String,
}

/// A row of the table.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct TableRow {
    /// The last day of the period.
    pub date: String,
    /// What each layer comes to, in the order of the layers.
    pub values: Vec<usize>,
}

/// Parts of a bar of 1000 units.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Bar {
    /// From left to right.
    pub parts: Vec<Part>,
    /// Completed tasks of a hundred, rounded down.
    pub percent: usize,
}

/// A part of a bar.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Part {
    /// What it counts, as a class for colours.
    pub key: &'static str,
    /// Where it begins.
    pub x: usize,
    /// How wide it is.
    pub width: usize,
}

/// What one layer is made of.
struct Series {
    key: &'static str,
    label: &'static str,
    area: bool,
    /// Where it begins and ends in each row.
    spans: Vec<(usize, usize)>,
}

/// Scope and completed work over time; `None` where there are not two points in time with tasks. Completed tasks that were archived still count.
pub fn burn_up(rows: &[CountsRow]) -> Option<Chart> {
    let rows = sampled(with_tasks(rows), POINTS);
    let completed: Vec<(usize, usize)> = rows.iter().map(|row| (0, row.completed + row.archived)).collect();
    let total: Vec<(usize, usize)> = rows.iter().map(|row| (0, row.total + row.archived)).collect();
    let series = [
        Series { key: "scope", label: "all tasks", area: false, spans: total },
        Series { key: "completed", label: "completed", area: true, spans: completed },
    ];
    let [first, .., last] = rows.as_slice() else { return None };
    let description = format!(
        "On {} {} of {} tasks were completed, on {} {} of {}.",
        first.date,
        first.completed + first.archived,
        first.total + first.archived,
        last.date,
        last.completed + last.archived,
        last.total + last.archived
    );
    Some(chart(&rows, &series, description))
}

/// How many tasks were in which state over time, one above the other; `None` as for [`burn_up`].
pub fn flow(rows: &[CountsRow]) -> Option<Chart> {
    type Count = fn(&CountsRow) -> usize;
    let rows = sampled(with_tasks(rows), POINTS);
    let states: [(&'static str, &'static str, Count); 4] = [
        ("completed", "completed", |row| row.completed + row.archived),
        ("in_progress", "in progress", |row| row.in_progress),
        ("open", "not begun", |row| row.open),
        ("unknown", "unknown", |row| row.unknown),
    ];
    let mut below = vec![0; rows.len()];
    let mut series = Vec::new();
    for (key, label, count) in states {
        let counts: Vec<usize> = rows.iter().map(|row| count(row)).collect();
        if key == "unknown" && counts.iter().all(|&count| count == 0) {
            continue;
        }
        let spans: Vec<(usize, usize)> =
            below.iter().zip(&counts).map(|(&below, count)| (below, below + count)).collect();
        below = spans.iter().map(|span| span.1).collect();
        series.push(Series { key, label, area: true, spans });
    }
    // The legend reads from top to bottom as the areas lie.
    series.reverse();
    let [_, .., last] = rows.as_slice() else { return None };
    let description = format!(
        "On {} {} tasks were not begun, {} in progress and {} completed.",
        last.date,
        last.open,
        last.in_progress,
        last.completed + last.archived
    );
    Some(chart(&rows, &series, description))
}

/// How far a set of tasks is: what is completed, and what is in progress.
pub fn bar(tasks: &TaskCount) -> Bar {
    let mut parts = Vec::new();
    let mut before = 0;
    for (key, count) in [("completed", tasks.completed), ("in_progress", tasks.in_progress)] {
        let x = scale(before, tasks.total, WIDTH);
        let width = scale(before + count, tasks.total, WIDTH) - x;
        if width > 0 {
            parts.push(Part { key, x, width });
        }
        before += count;
    }
    Bar { parts, percent: scale(tasks.completed, tasks.total, 100) }
}

/// Where a span stands in a bar of 1000 units that ends with `end`; something that takes no time is still to be seen.
pub fn place(start: u64, finish: u64, end: u64) -> (usize, usize) {
    let unit = |amount: u64| {
        let amount = u128::from(amount.min(end)) * WIDTH as u128 / u128::from(end.max(1));
        usize::try_from(amount).unwrap_or(WIDTH)
    };
    let x = unit(start).min(WIDTH - 4);
    (x, unit(finish).saturating_sub(x).max(4))
}

/// Leaves out what lies before the first task.
fn with_tasks(rows: &[CountsRow]) -> &[CountsRow] {
    let first = rows.iter().position(|row| row.total + row.archived + row.cancelled + row.optional > 0);
    &rows[first.unwrap_or(rows.len())..]
}

/// The last one and, if there are too many, every so many before it.
fn sampled(rows: &[CountsRow], most: usize) -> Vec<&CountsRow> {
    let every = rows.len().div_ceil(most).max(1);
    let mut kept: Vec<&CountsRow> = rows.iter().rev().step_by(every).collect();
    kept.reverse();
    kept
}

fn chart(rows: &[&CountsRow], series: &[Series], description: String) -> Chart {
    debug_assert!(rows.len() > 1, "a chart has a beginning and an end");
    let highest = series.iter().flat_map(|series| &series.spans).map(|span| span.1).max().unwrap_or(0);
    let step = step(highest);
    let top = highest.div_ceil(step).max(1) * step;
    let ticks: Vec<usize> = (0..=top / step).rev().map(|n| n * step).collect();
    let y = |count: usize| HEIGHT - scale(count, top, HEIGHT);
    let x = |at: usize| scale(at, rows.len() - 1, WIDTH);
    let layer = |series: &Series| Layer {
        key: series.key,
        label: series.label,
        area: series.area,
        points: points(series, x, y),
        last: series.spans.last().map_or(0, |span| span.1 - span.0),
    };
    Chart {
        grid: ticks.iter().map(|&tick| y(tick)).collect(),
        ticks,
        dates: dates(rows),
        layers: series.iter().map(layer).collect(),
        columns: columns(rows, series, x),
        description,
        table: table(rows, series),
    }
}

fn points(series: &Series, x: impl Fn(usize) -> usize, y: impl Fn(usize) -> usize) -> String {
    let mut text = String::new();
    let mut put = |at: usize, count: usize| {
        let gap = if text.is_empty() { "" } else { " " };
        let _ = write!(text, "{gap}{},{}", x(at), y(count));
    };
    for (at, span) in series.spans.iter().enumerate() {
        put(at, span.1);
    }
    if series.area {
        for (at, span) in series.spans.iter().enumerate().rev() {
            put(at, span.0);
        }
    }
    text
}

fn columns(rows: &[&CountsRow], series: &[Series], x: impl Fn(usize) -> usize) -> Vec<Column> {
    let half = WIDTH / (rows.len() - 1) / 2;
    let column = |(at, row): (usize, &&CountsRow)| {
        let (left, right) = (x(at).saturating_sub(half), (x(at) + half).min(WIDTH));
        let values: Vec<String> = series.iter().map(|s| format!("{} {}", amount(s, at), s.label)).collect();
        Column { x: left, width: right - left, text: format!("{}: {}", row.date, values.join(", ")) }
    };
    rows.iter().enumerate().map(column).collect()
}

fn table(rows: &[&CountsRow], series: &[Series]) -> Vec<TableRow> {
    let every = rows.len().div_ceil(ROWS).max(1);
    let row = |at: usize| TableRow {
        date: rows[at].date.clone(),
        values: series.iter().map(|series| amount(series, at)).collect(),
    };
    // The newest first.
    (0..rows.len()).rev().step_by(every).map(row).collect()
}

fn amount(series: &Series, at: usize) -> usize {
    let (low, high) = series.spans[at];
    high - low
}

/// As many dates as can be spaced evenly, four at most.
fn dates(rows: &[&CountsRow]) -> Vec<String> {
    let last = rows.len() - 1;
    let parts = (1..=3).rev().find(|parts| last.is_multiple_of(*parts)).unwrap_or(1);
    (0..=parts).map(|part| rows[part * last / parts].date.clone()).collect()
}

/// The distance of ticks: 1, 2 or 5 times a power of ten, so that there are at most five.
fn step(highest: usize) -> usize {
    let mut unit = 1;
    loop {
        for factor in [1, 2, 5] {
            if highest <= factor * unit * 5 {
                return factor * unit;
            }
        }
        unit *= 10;
    }
}

/// `part` of `whole` on a scale of `length`; nothing of nothing is nothing.
fn scale(part: usize, whole: usize, length: usize) -> usize {
    (part * length).checked_div(whole).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn row(day: usize, [open, in_progress, completed, archived]: [usize; 4]) -> CountsRow {
        CountsRow {
            date: format!("2026-11-{day:02}"),
            commit: String::new(),
            total: open + in_progress + completed,
            open,
            in_progress,
            completed,
            cancelled: 0,
            optional: 0,
            unknown: 0,
            archived,
            steps_completed: 0,
            steps: 0,
            minutes_completed: 0,
            minutes_left_min: 0,
            minutes_left_max: 0,
        }
    }

    #[test]
    fn areas_lie_on_each_other_and_lines_start_at_the_first_task() {
        let rows = [row(1, [0; 4]), row(2, [4, 0, 0, 0]), row(3, [2, 1, 2, 0]), row(4, [2, 1, 2, 5])];
        let chart = flow(&rows).unwrap();
        let told: Vec<(&str, &str)> = chart.layers.iter().map(|l| (l.key, l.points.as_str())).collect();
        assert_eq!(
            told,
            [
                ("open", "0,240 500,200 1000,0 1000,80 500,280 0,400"),
                ("in_progress", "0,400 500,280 1000,80 1000,120 500,320 0,400"),
                ("completed", "0,400 500,320 1000,120 1000,400 500,400 0,400"),
            ]
        );
        assert_eq!(chart.ticks, [10, 8, 6, 4, 2, 0]);
        assert_eq!(chart.dates, ["2026-11-02", "2026-11-03", "2026-11-04"]);
        assert_eq!(chart.columns[1].text, "2026-11-03: 2 not begun, 1 in progress, 2 completed");
        assert_eq!(chart.table[0], TableRow { date: "2026-11-04".into(), values: vec![2, 1, 7] });
        let burn_up = burn_up(&rows).unwrap();
        assert_eq!(burn_up.layers[0].points, "0,240 500,200 1000,0", "archiving takes nothing off the scope");
        assert_eq!(burn_up.description, "On 2026-11-02 0 of 4 tasks were completed, on 2026-11-04 7 of 10.");
    }

    #[test]
    fn few_points_and_none() {
        assert_eq!(burn_up(&[]), None);
        assert_eq!(flow(&[row(1, [0; 4]), row(2, [1, 0, 0, 0])]), None, "there is one point with tasks");
        let two = burn_up(&[row(1, [1, 0, 1, 0]), row(2, [0, 0, 2, 0])]).unwrap();
        assert_eq!(two.layers[1].points, "0,200 1000,0 1000,400 0,400");
        assert_eq!(two.dates, ["2026-11-01", "2026-11-02"]);
    }

    #[test]
    fn ticks_are_round_and_few() {
        for (highest, expected) in [(0, 1), (5, 1), (6, 2), (11, 5), (26, 10), (999, 200), (1001, 500)] {
            assert_eq!(step(highest), expected, "{highest}");
        }
    }

    #[test]
    fn a_bar_without_open_work_is_full() {
        let count = TaskCount { total: 3, completed: 1, in_progress: 2, ..TaskCount::default() };
        let told: Vec<(usize, usize)> = bar(&count).parts.iter().map(|part| (part.x, part.width)).collect();
        assert_eq!(told, [(0, 333), (333, 667)]);
        assert_eq!(bar(&TaskCount::default()), Bar { parts: Vec::new(), percent: 0 });
    }

    proptest! {
        #[test]
        fn everything_stays_in_the_box(counts in prop::collection::vec(prop::array::uniform4(0_usize..50), 0..400), start in 0_u64..100, work in 0_u64..100) {
            let rows: Vec<CountsRow> = counts.into_iter().map(|counts| row(1, counts)).collect();
            for chart in [burn_up(&rows), flow(&rows)].into_iter().flatten() {
                prop_assert!(chart.columns.len() <= POINTS && chart.table.len() <= ROWS && chart.ticks.len() <= 6);
                for layer in &chart.layers {
                    for point in layer.points.split(' ') {
                        let (x, y) = point.split_once(',').unwrap();
                        prop_assert!(x.parse::<usize>().unwrap() <= WIDTH && y.parse::<usize>().unwrap() <= HEIGHT);
                    }
                }
            }
            let (x, width) = place(start, start + work, 150);
            prop_assert!(width > 0 && x + width <= WIDTH);
        }
    }
}
