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

/// How many characters of a title, and of what else there is to say, an entry keeps where room is scarce.
const BRIEF: usize = 40;

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
    /// What is left of it where there is no room for any entry: its heading, and how many entries it has.
    bare: String,
}

/// An entry with its details, without them, and with the beginnings of its texts alone.
#[derive(Debug)]
struct Item {
    long: String,
    short: String,
    brief: String,
}

impl Item {
    /// The longest form that takes no more than that many bytes.
    fn within(&self, room: usize) -> Option<&str> {
        [&self.long, &self.short, &self.brief].into_iter().find(|text| text.len() <= room).map(String::as_str)
    }
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
        let mut reserved: usize = self.parts.iter().map(|part| part.bare.len()).sum();
        for part in &self.parts {
            // What comes behind it is to keep its heading at least.
            reserved -= part.bare.len();
            let free = most.saturating_sub(out.len() + NOTE);
            let room = free.saturating_sub(reserved + part.open.len() + part.close.len());
            let cut = part.cut(room);
            left_out += part.entries.len() - cut.taken;
            shortened += cut.shortened;
            if cut.taken > 0 {
                out.push_str(&part.open);
                out.push_str(&cut.body);
                out.push_str(part.close);
            } else if part.bare.len() <= free {
                out.push_str(&part.bare);
            }
        }
        let _ = write!(
            out,
            "\n*Cut to fit: {left_out} entries are left out and {shortened} shown in short. `tasks diff` shows all.*\n"
        );
        out
    }
}

/// As many entries of a list as there is room for.
struct Cut {
    body: String,
    taken: usize,
    shortened: usize,
}

impl Part {
    /// The entries that fit into that many bytes, with a line on the rest. Each leaves room for the beginnings of those
    /// behind it, if there is that much.
    fn cut(&self, room: usize) -> Cut {
        const REST: usize = 24;
        let mut cut = Cut { body: String::new(), taken: 0, shortened: 0 };
        let mut behind: usize = self.entries.iter().map(|item| item.brief.len()).sum();
        let room = if behind <= room { room } else { room.saturating_sub(REST) };
        for item in &self.entries {
            behind -= item.brief.len();
            let free = room.saturating_sub(cut.body.len());
            let own = free.saturating_sub(behind).max(item.brief.len());
            let Some(text) = item.within(own.min(free)) else { break };
            cut.body.push_str(text);
            cut.taken += 1;
            cut.shortened += usize::from(text.len() < item.long.len());
        }
        let rest = self.entries.len() - cut.taken;
        if rest > 0 && cut.taken > 0 {
            let _ = writeln!(cut.body, "- and {rest} more");
        }
        cut
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
    let (heading, count) = (section.heading, section.entries.len());
    let bare = format!("\n{mark}**{heading}:** {count}\n");
    if let [entry] = section.entries.as_slice() {
        let text = |line: String| format!("**{heading}:** {line}\n");
        let (long, brief) = (text(line(entry)), text(brief(entry)));
        let item = Item { short: long.clone(), long, brief };
        return Part { open: format!("\n{mark}"), entries: vec![item], close: "", bare };
    }
    let entries = section.entries.iter().map(item).collect();
    if count <= UNFOLDED {
        return Part { open: format!("\n{mark}**{heading}:**\n\n"), entries, close: "", bare };
    }
    Part { open: folded(&format!("{mark}{heading}"), count), entries, close: "\n</details>\n", bare }
}

fn change(section: &Section) -> Part {
    Part {
        open: folded(section.heading, section.entries.len()),
        entries: section.entries.iter().map(item).collect(),
        close: "\n</details>\n",
        bare: format!("\n**{}:** {}\n", section.heading, section.entries.len()),
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
    Item { long, short, brief: format!("- {}\n", brief(entry)) }
}

/// The same line with the beginnings of its texts.
fn brief(entry: &Entry) -> String {
    let cut = |text: &str| match text.char_indices().nth(BRIEF) {
        Some((end, _)) => format!("{}\u{2026}", text[..end].trim_end()),
        None => text.to_owned(),
    };
    line(&Entry {
        name: entry.name.clone(),
        title: cut(&entry.title),
        aside: cut(&entry.aside),
        fields: Vec::new(),
    })
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
