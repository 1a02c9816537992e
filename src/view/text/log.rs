//! What happened to tasks.

use super::parts::count;
use crate::view::{EventKind, EventView, FieldView, LogView, Paint, Screen, width_of};

/// How many events of one commit stand alone. A commit that brings in a whole plan is one line.
const MOST: usize = 4;

/// A title that has less room than this many columns gets a line of its own.
const NARROW: usize = 12;

/// Each event with its commit and what changed, the newest first.
pub fn log(view: &LogView, screen: &mut Screen) {
    for same in view.events.chunk_by(|a, b| a.commit == b.commit && a.kind == b.kind) {
        if same.len() > MOST && same.iter().all(|event| event.fields.is_empty()) {
            many(same, screen);
        } else {
            for event in same {
                one(event, screen);
            }
        }
    }
    footer(view, screen);
}

/// What is not listed, and how far back was looked where nobody said how far.
fn footer(view: &LogView, screen: &mut Screen) {
    let left = view.total - view.events.len();
    let mut said = match (view.total, left, &view.since) {
        (0, _, Some(since)) if !view.since_by_default => format!("nothing happened since {since}"),
        (0, ..) => "nothing happened".to_owned(),
        (_, 0, _) => count(view.total, "event"),
        _ => format!("and {} before", count(left, "event")),
    };
    if view.since_by_default {
        said.push_str(" in the last two weeks; --since tells of more");
    } else if view.total > 0 && left == 0 {
        return;
    }
    screen.paragraph(Paint::Dim, &said, 0);
}

/// What one commit did to many tasks alike.
fn many(events: &[EventView], screen: &mut Screen) {
    let Some(first) = events.first() else { return };
    start(first, screen);
    let author = width_of(&first.author).min(24);
    let head = format!("{}  ", count(events.len(), "task"));
    let room = screen.width().saturating_sub(44 + head.len() + author);
    let ids: Vec<&str> = events.iter().map(|event| event.id.as_str()).collect();
    screen.piece(Paint::Heading, &count(events.len(), "task"), 2, 4).plain("  ");
    if room >= NARROW {
        screen.cut(Paint::Id, &ids.join(", "), room).plain("  ");
        screen.cut(Paint::Dim, &first.author, 24).line();
    } else {
        screen.rest(Paint::Dim, &first.author).line();
    }
}

/// When, which commit and what it did.
fn start(event: &EventView, screen: &mut Screen) {
    // Where there is little room the day will do.
    let most = if screen.width() < 60 { 10 } else { 16 };
    let time = event.time.get(..most).unwrap_or(&event.time).replacen('T', " ", 1);
    screen.put(Paint::Dim, &time).plain("  ");
    screen.put(Paint::Commit, event.commit.get(..8).unwrap_or(&event.commit)).plain("  ");
    screen.cell(paint(event.kind), event.kind.as_str(), 10);
}

fn one(event: &EventView, screen: &mut Screen) {
    start(event, screen);
    screen.piece(Paint::Id, &event.id, 2, 4).plain("  ");
    let author = width_of(&event.author).min(24);
    let room = screen.width().saturating_sub(44 + width_of(&event.id) + author);
    if room < NARROW {
        screen.rest(Paint::Dim, &event.author).line();
        screen.plain("    ").rest(Paint::Plain, &event.title).line();
    } else {
        screen.cut(Paint::Plain, &event.title, room).plain("  ").cut(Paint::Dim, &event.author, 24).line();
    }
    if let Some(detail) = &event.detail {
        screen.plain("    ").rest(Paint::Dim, detail).line();
    }
    for field in &event.fields {
        changed(field, screen);
    }
}

/// On one line if it fits there, else what goes and what comes on lines of their own, cut.
fn changed(field: &FieldView, screen: &mut Screen) {
    let (before, after) = (field.before.as_deref(), field.after.as_deref());
    let width = width_of(&field.name) + 10 + width_of(before.unwrap_or("-")) + width_of(after.unwrap_or("-"));
    let one_line = |value: Option<&str>| value.is_none_or(|value| !value.contains('\n'));
    screen.plain("    ").put(Paint::Heading, &field.name).plain(":");
    if width <= screen.width() && one_line(before) && one_line(after) {
        screen.plain(" ").put(Paint::Dim, before.unwrap_or("-")).plain(" -> ");
        screen.plain(after.unwrap_or("-")).line();
        return;
    }
    screen.line();
    for (sign, value, paint) in [("- ", before, Paint::Bad), ("+ ", after, Paint::Good)] {
        for line in value.into_iter().flat_map(str::lines) {
            screen.plain("      ").put(paint, sign).rest(Paint::Plain, line).line();
        }
    }
}

fn paint(kind: EventKind) -> Paint {
    match kind {
        EventKind::Completed => Paint::Good,
        EventKind::Started | EventKind::Stepped => Paint::Active,
        EventKind::Reopened => Paint::Waiting,
        EventKind::Reverted | EventKind::Removed => Paint::Bad,
        EventKind::Created => Paint::Heading,
        EventKind::Edited | EventKind::Moved | EventKind::Archived | EventKind::Renumbered => Paint::Plain,
    }
}
