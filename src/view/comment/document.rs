//! The comment as a whole, and how it is cut.

use super::escape::{fenced, literal};
use crate::view::diff::{DiffView, Entry, FieldDiff, Outline, Section, Tone};
use std::fmt::Write;

/// The first line of every comment, by which one that is there already is found and replaced.
pub const MARKER: &str = "<!-- tasks-diff -->";

/// A comment has to have room for its head and for the sentence on what was left out.
const LEAST: usize = 1024;

/// More entries of a consequence than these are folded.
const UNFOLDED: usize = 6;

/// The limit is too small to say anything sensible.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a comment needs at least {LEAST} bytes, and {0} are allowed")]
pub struct TooSmall(pub usize);

/// A comment on a pull request: the summary and what follows first, what changed folded below.
#[derive(Debug)]
pub struct Comment {
    head: String,
    parts: Vec<Part>,
}

/// A list that may be folded, and may lose its last entries.
#[derive(Debug)]
struct Part {
    open: String,
    entries: Vec<Item>,
    close: &'static str,
}

/// An entry with its details, and without them.
#[derive(Debug)]
struct Item {
    long: String,
    short: String,
}

impl Comment {
    /// The comment on a difference.
    pub fn of(view: &DiffView) -> Self {
        let outline = Outline::of(view);
        let compared = literal(&outline.compared);
        let sum = literal(&outline.sum);
        let mut head = format!("{MARKER}\n### Plan: {sum}\n\n{compared}\n");
        if !view.history_complete {
            head.push_str("\n**History is too shallow here to know every status.**\n");
        }
        let mut parts: Vec<Part> = Vec::new();
        for section in &outline.consequences {
            parts.push(consequence(section));
        }
        parts.extend(outline.changes.iter().map(change));
        Self { head, parts }
    }

    /// The Markdown, in at most `most` bytes: what does not fit is counted at the end, and no list is left open.
    pub fn into_text(self, most: usize) -> Result<String, TooSmall> {
        let whole = self.written(|_, item| Some(&item.long));
        if whole.len() <= most {
            return Ok(whole);
        }
        if most < LEAST {
            return Err(TooSmall(most));
        }
        Ok(self.cut(most))
    }

    fn written<'a>(&'a self, pick: impl Fn(&Part, &'a Item) -> Option<&'a String>) -> String {
        let mut out = self.head.clone();
        for part in &self.parts {
            out.push_str(&part.open);
            part.entries.iter().filter_map(|item| pick(part, item)).for_each(|text| out.push_str(text));
            out.push_str(part.close);
        }
        out
    }

    fn cut(&self, most: usize) -> String {
        const NOTE: usize = 160;
        let mut out = cut_at(&self.head, LEAST / 2);
        let (mut shortened, mut left_out) = (0, 0);
        for part in &self.parts {
            let mut body = String::new();
            let mut taken = 0;
            let room = most.saturating_sub(out.len() + part.open.len() + part.close.len() + NOTE + 40);
            for item in &part.entries {
                let is_long = body.len() + item.long.len() > room;
                let text = if is_long { &item.short } else { &item.long };
                if body.len() + text.len() > room {
                    break;
                }
                body.push_str(text);
                taken += 1;
                shortened += usize::from(is_long && item.short != item.long);
            }
            let rest = part.entries.len() - taken;
            left_out += rest;
            if taken > 0 {
                if rest > 0 {
                    let _ = writeln!(body, "- and {rest} more");
                }
                out.push_str(&part.open);
                out.push_str(&body);
                out.push_str(part.close);
            }
        }
        let _ = write!(
            out,
            "\n*Cut to fit: {left_out} entries are left out and {shortened} shown without details. `tasks diff` shows all.*\n"
        );
        out
    }
}

/// The text up to that many bytes, at the end of a character; what it cuts through are words alone.
fn cut_at(text: &str, most: usize) -> String {
    if text.len() <= most {
        return text.to_owned();
    }
    let end = (0..=most).rev().find(|&end| text.is_char_boundary(end)).unwrap_or(0);
    // Not within an escape or an entity.
    let end = text[..end].rfind(' ').unwrap_or(end);
    format!("{}\u{2026}\n", &text[..end])
}

fn consequence(section: &Section) -> Part {
    let mark = match section.tone {
        Tone::Good => "\u{2705} ",
        Tone::Bad => "\u{26a0}\u{fe0f} ",
        Tone::Plain => "",
    };
    let count = section.entries.len();
    if let [entry] = section.entries.as_slice() {
        let text = format!("**{}:** {}\n", section.heading, line(entry));
        let item = Item { long: text.clone(), short: text };
        return Part { open: format!("\n{mark}"), entries: vec![item], close: "" };
    }
    let entries = section.entries.iter().map(item).collect();
    if count <= UNFOLDED {
        return Part { open: format!("\n{mark}**{}:**\n\n", section.heading), entries, close: "" };
    }
    Part { open: folded(&format!("{mark}{}", section.heading), count), entries, close: "\n</details>\n" }
}

fn change(section: &Section) -> Part {
    Part {
        open: folded(section.heading, section.entries.len()),
        entries: section.entries.iter().map(item).collect(),
        close: "\n</details>\n",
    }
}

fn folded(heading: &str, count: usize) -> String {
    format!("\n<details><summary>{heading} ({count})</summary>\n\n")
}

fn item(entry: &Entry) -> Item {
    let short = format!("- {}\n", line(entry));
    let mut long = short.clone();
    for field in &entry.fields {
        long.push_str(&field_text(field));
    }
    Item { long, short }
}

/// `**412** Rotate refresh tokens: waits for 408`
fn line(entry: &Entry) -> String {
    let mut text = String::new();
    if !entry.name.is_empty() {
        let _ = write!(text, "**{}**", literal(&entry.name));
    }
    if !entry.title.is_empty() {
        let _ = write!(text, " {}", literal(&entry.title));
    }
    if !entry.aside.is_empty() {
        let dash = if text.is_empty() { "" } else { " \u{2013} " };
        let _ = write!(text, "{dash}{}", literal(&entry.aside));
    }
    text
}

fn field_text(field: &FieldDiff) -> String {
    let name = literal(&field.name);
    if !field.lines.is_empty() {
        let lines = field.lines.iter().map(|line| match line.sign {
            '@' => format!("@@ {} unchanged @@", line.text),
            sign => format!("{sign}{}", line.text),
        });
        return format!("  - {name}:\n{}", fenced("diff", lines, "    "));
    }
    let value = |value: &Option<String>| value.as_deref().map(|value| literal(value.trim_end()));
    match (value(&field.before), value(&field.after)) {
        (None, Some(after)) => format!("  - {name}: **{after}** (was not set)\n"),
        (Some(before), None) => format!("  - {name}: removed (was {before})\n"),
        (before, after) => {
            let (before, after) = (before.unwrap_or_default(), after.unwrap_or_default());
            format!("  - {name}: {before} \u{2192} **{after}**\n")
        }
    }
}
