//! Messages within a message: what forges and `git merge --squash` gather into one commit.

use super::Rule;
use super::lines::{Line, lines, strip_word};
use super::subject::is_forge_squash;
use std::borrow::Cow;

/// A whole message that stands within another.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Inner<'a> {
    /// The byte at which it starts, its header included.
    pub start: usize,
    /// The byte behind it.
    pub end: usize,
    /// Without bullet and indentation.
    pub text: Cow<'a, str>,
    /// The number of its first line.
    pub first_line: u32,
    /// Whether its header names several parents.
    pub is_merge: bool,
    /// What its subject forms count as.
    pub rule: Rule,
}

const MARKER: &str = "Squashed commit of the following:";

/// How deep Git indents the messages it gathers.
const INDENT: &str = "    ";

/// The messages within `text`, in the order of the text. The subject is on line `number` and spans the
/// bytes `subject`; `block` is where the trailers of the whole start.
pub(super) fn split(text: &str, subject: (usize, usize), number: u32, block: usize) -> Vec<Inner<'_>> {
    let found = if is_forge_squash(&text[subject.0..subject.1]) {
        bullets(text, subject.1, number.saturating_add(1), block)
    } else {
        Vec::new()
    };
    if found.is_empty() { gathered(text, subject.0, number) } else { found }
}

/// A forge's squash: the body from byte `from` on begins with a bullet, and bullets split it.
fn bullets(text: &str, from: usize, number: u32, block: usize) -> Vec<Inner<'_>> {
    let mut starts: Vec<(usize, u32)> = Vec::new();
    let mut is_after_blank = true;
    for line in lines(&text[from..], number) {
        if is_after_blank && line.text.starts_with("* ") {
            starts.push((from + line.start, line.number));
        } else if starts.is_empty() && !line.is_blank() {
            return Vec::new();
        }
        is_after_blank = line.is_blank();
    }
    let last = starts.last().map_or(text.len(), |&(start, _)| end_of_last(text, start, block));
    let ends = starts.iter().skip(1).map(|&(start, _)| start).chain([last]);
    let inner = |(&(start, first_line), end)| Inner {
        start,
        end,
        text: outdent(&text[start + 2..end]),
        first_line,
        is_merge: false,
        rule: Rule::SquashBullet,
    };
    starts.iter().zip(ends).map(inner).collect()
}

/// Where the last bullet's message ends: at the line of dashes that forges write before the co-authors.
fn end_of_last(text: &str, start: usize, block: usize) -> usize {
    let (mut dashes, mut end) = (None, text.len());
    for line in lines(&text[start..], 0) {
        if line.text.len() >= 3 && line.text.bytes().all(|b| b == b'-') {
            dashes = Some(start + line.start);
        } else if !line.is_blank() {
            let is_trailer =
                start + line.start == block || strip_word(line.text, "co-authored-by:").is_some();
            end = dashes.take().filter(|_| is_trailer).unwrap_or(end);
        }
    }
    end
}

/// Some forges indent the body of each bullet by two blanks, which would hide its trailers.
fn outdent(text: &str) -> Cow<'_, str> {
    let mut body = lines(text, 0).skip(1).filter(|line| !line.is_blank()).peekable();
    if body.peek().is_none() || !body.all(|line| line.text.starts_with("  ")) {
        return Cow::Borrowed(text);
    }
    Cow::Owned(text.split_inclusive('\n').map(|line| line.strip_prefix("  ").unwrap_or(line)).collect())
}

/// What `git merge --squash` gathers: headers as in `git log`, and indented messages.
fn gathered(text: &str, from: usize, number: u32) -> Vec<Inner<'_>> {
    let mut found = Vec::new();
    if !text.contains(MARKER) {
        return found;
    }
    let mut rest = lines(&text[from..], number).peekable();
    while let Some(line) = rest.next() {
        if line.text != MARKER {
            continue;
        }
        while rest.next_if(Line::is_blank).is_some() {}
        while let Some(header) = rest.next_if(|line| is_commit(line.text)) {
            let mut is_merge = false;
            while let Some(field) = rest.next_if(|line| is_field(line.text)) {
                is_merge |= field.text.starts_with("Merge:");
            }
            let (mut message, mut end, mut first_line) = (String::new(), header.end, None);
            while let Some(line) = rest.next_if(|line| line.is_blank() || line.text.starts_with(INDENT)) {
                end = line.end;
                first_line = first_line.or(Some(line.number));
                message.push_str(line.text.strip_prefix(INDENT).unwrap_or_default());
                message.push('\n');
            }
            found.push(Inner {
                start: from + header.start,
                end: from + end,
                text: Cow::Owned(message),
                first_line: first_line.unwrap_or(header.number),
                is_merge,
                rule: Rule::SquashedCommit,
            });
        }
    }
    found
}

fn is_commit(line: &str) -> bool {
    let id = line.strip_prefix("commit ").and_then(|rest| rest.split(' ').next()).unwrap_or_default();
    (7..=64).contains(&id.len()) && id.bytes().all(|b| b.is_ascii_hexdigit())
}

/// `Author: …`, `Date: …`, `Merge: …`
fn is_field(line: &str) -> bool {
    let name = line.bytes().take_while(u8::is_ascii_alphabetic).count();
    name > 0 && line[name..].starts_with(':')
}
