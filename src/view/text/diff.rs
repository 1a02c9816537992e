//! What differs between two versions of a plan.

use super::parts::widest;
use crate::view::{DiffView, Entry, FieldDiff, Outline, Paint, Screen, Section, Tone, width_of};

/// What was compared, what changed, and what follows.
pub fn diff(view: &DiffView, screen: &mut Screen) {
    let outline = Outline::of(view);
    screen.paragraph(Paint::Dim, &outline.compared, 0);
    if view.is_empty() && outline.consequences.is_empty() {
        screen.plain("no differences").line();
        return;
    }
    screen.paragraph(Paint::Heading, &outline.sum, 0);
    for section in &outline.changes {
        changes(section, screen);
    }
    for section in &outline.consequences {
        consequence(section, screen);
    }
    if !view.history_complete {
        screen.line();
        screen.paragraph(Paint::Bad, "history is too shallow here to know every status", 0);
    }
}

/// The keys of one file that differ.
pub fn file_diff(path: &str, fields: &[FieldDiff], screen: &mut Screen) {
    screen.put(Paint::Heading, path).line();
    for one in fields {
        field(one, 2, screen);
    }
}

fn paint(tone: Tone) -> Paint {
    match tone {
        Tone::Good => Paint::Good,
        Tone::Bad => Paint::Bad,
        Tone::Plain => Paint::Active,
    }
}

fn changes(section: &Section, screen: &mut Screen) {
    heading(section, screen);
    let sign = match section.heading {
        "Added" => "+ ",
        "Removed" => "- ",
        _ => "  ",
    };
    let names = widest(section.entries.iter().map(|entry| entry.name.as_str()), 20);
    for entry in &section.entries {
        screen.put(paint(section.tone), sign);
        one(entry, names, screen);
        for changed in &entry.fields {
            field(changed, 4, screen);
        }
    }
}

fn consequence(section: &Section, screen: &mut Screen) {
    heading(section, screen);
    let names = widest(section.entries.iter().map(|entry| entry.name.as_str()), 20);
    for entry in &section.entries {
        screen.plain("  ");
        one(entry, names, screen);
    }
}

fn heading(section: &Section, screen: &mut Screen) {
    screen.line();
    let count =
        if section.entries.len() > 1 { format!("  {}", section.entries.len()) } else { String::new() };
    if width_of(section.heading) + count.len() > screen.width() {
        screen.paragraph(paint(section.tone), &format!("{}{count}", section.heading), 0);
    } else {
        screen.put(paint(section.tone), section.heading).put(Paint::Dim, &count).line();
    }
}

/// On one line if it fits there, else what else there is to say below. Where the names take too much of a narrow line, all
/// the rest stands below them.
fn one(entry: &Entry, names: usize, screen: &mut Screen) {
    let mut hang = if entry.name.is_empty() { 2 } else { 4 + names.max(width_of(&entry.name)) };
    if !entry.name.is_empty() {
        screen.put(Paint::Id, &entry.name);
        if hang * 3 > screen.width() && !(entry.title.is_empty() && entry.aside.is_empty()) {
            hang = 4;
            screen.line();
        }
        screen.pad_to(hang);
    }
    let needed = hang + width_of(&entry.title) + 2 + width_of(&entry.aside);
    if entry.title.is_empty() {
        if entry.aside.is_empty() {
            screen.line();
        } else {
            screen.paragraph(Paint::Plain, &entry.aside, hang);
        }
    } else if entry.aside.is_empty() {
        screen.paragraph(Paint::Plain, &entry.title, hang);
    } else if needed <= screen.width() {
        screen.plain(&entry.title).plain("  ").put(Paint::Dim, &entry.aside).line();
    } else {
        screen.paragraph(Paint::Plain, &entry.title, hang);
        screen.paragraph(Paint::Dim, &entry.aside, hang);
    }
}

/// On one line if it fits there, else what goes and what comes on lines of their own.
fn field(field: &FieldDiff, indent: usize, screen: &mut Screen) {
    screen.pad_to(indent).put(Paint::Heading, &field.name).plain(":");
    let shown = |value: &Option<String>| value.as_deref().map_or("-", str::trim_end).to_owned();
    let (before, after) = (shown(&field.before), shown(&field.after));
    let width = indent + width_of(&field.name) + 6 + width_of(&before) + width_of(&after);
    if field.lines.is_empty() && width <= screen.width() {
        screen.plain(" ").put(Paint::Bad, &before).plain(" \u{2192} ").put(Paint::Good, &after).line();
        return;
    }
    screen.line();
    if field.lines.is_empty() {
        for (sign, value, paint) in [("-", &field.before, Paint::Bad), ("+", &field.after, Paint::Good)] {
            if let Some(value) = value {
                text_line(sign, value.trim_end(), paint, indent + 2, screen);
            }
        }
        return;
    }
    for line in &field.lines {
        let at = indent + 2;
        match line.sign {
            '@' => screen.pad_to(at).put(Paint::Dim, &format!("({} unchanged)", line.text)).line(),
            '-' => text_line("-", &line.text, Paint::Bad, at, screen),
            '+' => text_line("+", &line.text, Paint::Good, at, screen),
            _ => text_line(" ", &line.text, Paint::Dim, at, screen),
        };
    }
}

fn text_line<'a>(
    sign: &str,
    text: &str,
    paint: Paint,
    indent: usize,
    screen: &'a mut Screen,
) -> &'a mut Screen {
    screen.pad_to(indent).put(paint, sign).plain(" ");
    if text.trim().is_empty() { screen.line() } else { screen.paragraph(paint, text, indent + 2) }
}
