//! Totals over time.

use crate::view::{CountsRow, CountsView, Paint, Screen, span_of_minutes};

/// A column: its name, and what it shows of a row.
type Column = (&'static str, fn(&CountsRow) -> String);

/// A line for each period, with a bar of what is done. Columns that say nothing anywhere, and those for which there is
/// no room, are left out.
pub fn counts(view: &CountsView, screen: &mut Screen) {
    if view.rows.is_empty() {
        screen.put(Paint::Dim, "no commit has a plan").line();
        return;
    }
    let columns: [Column; 7] = [
        ("tasks", |row| row.total.to_string()),
        ("done", |row| row.completed.to_string()),
        ("begun", |row| row.in_progress.to_string()),
        ("left", left),
        ("cancelled", |row| row.cancelled.to_string()),
        ("optional", |row| row.optional.to_string()),
        ("archived", |row| row.archived.to_string()),
    ];
    let says_nothing = |cell: &String| cell == "0" || cell == "0m";
    let mut used = 12;
    let mut shown: Vec<(usize, &str, Vec<String>)> = Vec::new();
    for (at, (name, cell)) in columns.into_iter().enumerate() {
        let cells: Vec<String> = view.rows.iter().map(cell).collect();
        let width = cells.iter().map(String::len).max().unwrap_or(0).max(name.len());
        if (at < 3 || !cells.iter().all(says_nothing)) && used + width + 2 <= screen.at_most(screen.width()) {
            used += width + 2;
            shown.push((width, name, cells));
        }
    }
    let bar = screen.width().saturating_sub(used).min(30);
    screen.pad_to(10);
    for (width, name, _) in &shown {
        screen.plain("  ").right(Paint::Heading, name, *width);
    }
    screen.line();
    for (n, row) in view.rows.iter().enumerate() {
        screen.put(Paint::Dim, &row.date).pad_to(10);
        for (width, name, cells) in &shown {
            let paint = if *name == "done" { Paint::Good } else { Paint::Plain };
            screen.plain("  ").right(paint, &cells[n], *width);
        }
        if bar >= 6 {
            screen.plain("  ").bar(row.completed, row.total, bar);
        }
        screen.line();
    }
}

/// The work that is left: `20h-30h`.
fn left(row: &CountsRow) -> String {
    let (min, max) = (span_of_minutes(row.minutes_left_min), span_of_minutes(row.minutes_left_max));
    if min == max { min } else { format!("{min}-{max}") }
}
