//! Text on one line.

use std::fmt::Write;

/// A comment that shows nothing: it stands for an empty text, and between an `@` and the name that would be notified.
pub(super) const NOTHING: &str = "<!-- -->";

/// Where a line of text is to stand.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Place {
    /// Behind other text.
    Within,
    /// At the start of a line, where `#`, `-` and `1.` would begin a block.
    Start,
    /// In a cell of a table.
    Cell,
    /// Between commas.
    Item,
    /// Before a colon, in bold.
    Label,
}

/// A text to stand behind other text of its line, such as a title behind `### Task 412:`.
///
/// Emphasis and code stay what they are; HTML, images and mentions become plain text.
pub fn inline(text: &str) -> String {
    escape(text, Place::Within)
}

/// A text to stand alone on its line, or first in a list item.
pub fn line(text: &str) -> String {
    escape(text, Place::Start)
}

/// A text to stand in a cell of a table.
pub fn cell(text: &str) -> String {
    escape(text, Place::Cell)
}

pub(super) fn escape(text: &str, place: Place) -> String {
    if text.is_empty() {
        return NOTHING.to_owned();
    }
    let parts =
        if matches!(place, Place::Cell | Place::Item | Place::Label) { None } else { code_spans(text) };
    let mut out = String::with_capacity(text.len() + 8);
    for (code, start, end) in parts.unwrap_or_else(|| vec![(false, 0, text.len())]) {
        if code {
            out.push_str(&text[start..end]);
        } else {
            escape_part(&mut out, text, start..end, place);
        }
    }
    out
}

/// Code spans and what lies between them, as ranges; `None` if a span holds what must be escaped everywhere.
fn code_spans(text: &str) -> Option<Vec<(bool, usize, usize)>> {
    let mut parts = Vec::new();
    let (mut done, mut at) = (0, 0);
    while let Some(start) = text[at..].find('`').map(|n| at + n) {
        let length = run(text, start);
        match closing(text, start + length, length) {
            Some(end) => {
                if text[start..end].chars().any(is_hidden) {
                    return None;
                }
                parts.extend([(false, done, start), (true, start, end)]);
                (done, at) = (end, end);
            }
            None => at = start + length,
        }
    }
    parts.push((false, done, text.len()));
    parts.retain(|(_, start, end)| start < end);
    Some(parts)
}

/// How many backticks stand at `at`.
pub(super) fn run(text: &str, at: usize) -> usize {
    text.as_bytes()[at..].iter().take_while(|&&b| b == b'`').count()
}

/// The end of the next run of exactly `length` backticks.
pub(super) fn closing(text: &str, from: usize, length: usize) -> Option<usize> {
    let mut at = from;
    while let Some(start) = text[at..].find('`').map(|n| at + n) {
        let found = run(text, start);
        at = start + found;
        if found == length {
            return Some(at);
        }
    }
    None
}

fn escape_part(out: &mut String, text: &str, part: std::ops::Range<usize>, place: Place) {
    let outer = |at: usize, c: char| {
        c.is_whitespace() && (text[..at].trim().is_empty() || text[at..].trim().is_empty())
    };
    for (n, c) in text[part.clone()].char_indices() {
        let at = part.start + n;
        let rest = &text[at + c.len_utf8()..];
        if is_hidden(c) || outer(at, c) {
            let _ = write!(out, "&#{};", u32::from(c));
            continue;
        }
        let active = match c {
            '\\' | '<' | '`' => true,
            '&' => rest.starts_with('#') || is_entity(rest),
            '!' => rest.starts_with('['),
            '|' => place == Place::Cell,
            ',' | '>' => place == Place::Item,
            ':' | '*' | '"' if place == Place::Label => true,
            // What would close a heading, or look like the remark behind a step.
            '#' | '*' if rest.is_empty() => true,
            _ => false,
        };
        if active || place == Place::Start && begins_block(text, at, c) {
            out.push('\\');
        }
        out.push(c);
        if c == '@' && is_mention(&text[..at], rest) {
            out.push_str(NOTHING);
        }
    }
}

/// Whether the character at `at` could begin a block at the start of a line.
fn begins_block(text: &str, at: usize, c: char) -> bool {
    match c {
        '#' | '-' | '+' | '*' | '>' | '=' | '~' | '[' | '_' | ':' => at == 0,
        '.' | ')' => at > 0 && text[..at].bytes().all(|b| b.is_ascii_digit()),
        _ => false,
    }
}

/// `amp;`
fn is_entity(rest: &str) -> bool {
    let name = rest.find(|c: char| !c.is_ascii_alphanumeric()).unwrap_or(rest.len());
    name > 0 && rest[name..].starts_with(';')
}

/// Whether an `@` between these texts notifies somebody: not in a mail address, not in a web address.
fn is_mention(before: &str, after: &str) -> bool {
    let word = before.rsplit(char::is_whitespace).next().unwrap_or(before);
    let joined = before.ends_with(|c: char| c.is_ascii_alphanumeric());
    !joined && !word.contains("://") && after.starts_with(|c: char| c.is_ascii_alphanumeric() || c == '_')
}

/// What would break the line, change its direction or not be seen at all.
pub(super) fn is_hidden(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{feff}')
}

/// The text of which [`inline`], [`line()`] or [`cell`] made this.
pub fn read_inline(markdown: &str) -> String {
    let mut out = String::with_capacity(markdown.len());
    let mut at = 0;
    while let Some(c) = markdown[at..].chars().next() {
        let rest = &markdown[at..];
        if c == '`' {
            let length = run(markdown, at);
            let end = closing(markdown, at + length, length).unwrap_or(at + length);
            out.push_str(&markdown[at..end]);
            at = end;
        } else {
            let (read, length) = read_char(rest, c);
            out.extend(read);
            at += length;
        }
    }
    out
}

/// The character that a piece of Markdown begins with, and how much of it that takes.
pub(super) fn read_char(rest: &str, c: char) -> (Option<char>, usize) {
    match c {
        '\\' => match rest[1..].chars().next().filter(char::is_ascii_punctuation) {
            Some(escaped) => (Some(escaped), 2),
            None => (Some(c), 1),
        },
        '<' if rest.starts_with(NOTHING) => (None, NOTHING.len()),
        '&' => match read_entity(rest) {
            Some((hidden, length)) => (Some(hidden), length),
            None => (Some(c), 1),
        },
        c => (Some(c), c.len_utf8()),
    }
}

/// `&#10;`
pub(super) fn read_entity(rest: &str) -> Option<(char, usize)> {
    let digits = rest.strip_prefix("&#")?;
    let end = digits.find(';').filter(|&end| (1..=7).contains(&end))?;
    let number: u32 = digits[..end].parse().ok()?;
    Some((char::from_u32(number)?, end + 3))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn what_people_write_stays_readable() {
        for text in
            ["Rotate `Vec<T>` tokens", "**Important**: a_b, c*d", "R&D (optional) ✅", "ada@example.com"]
        {
            assert_eq!(inline(text), text);
        }
    }

    #[test]
    fn nothing_becomes_active() {
        for (text, markdown) in [
            ("ask @ada", "ask @<!-- -->ada"),
            ("<b>", "\\<b>"),
            ("`<b>` <b>", "`<b>` \\<b>"),
            ("![x](y)", "\\![x](y)"),
            ("a `b", "a \\`b"),
            ("&lt;", "\\&lt;"),
            ("C #", "C \\#"),
            (" a\n", "&#32;a&#10;"),
            ("", NOTHING),
        ] {
            assert_eq!(inline(text), markdown);
        }
        for (text, markdown) in [("# a", "\\# a"), ("12. a", "12\\. a"), ("- [ ] a", "\\- [ ] a")] {
            assert_eq!(line(text), markdown);
        }
        assert_eq!(cell("a|`b|c`"), "a\\|\\`b\\|c\\`");
    }

    proptest! {
        #[test]
        fn every_text_reads_back(text in "[`\\\\<>&#@!\\[\\]()*_|,;. a1\n\t\r\u{202e}\u{e9}-]{0,16}") {
            for form in [inline, line, cell] {
                let markdown = form(&text);
                prop_assert_eq!(&read_inline(&markdown), &text, "{}", markdown);
                prop_assert!(!markdown.contains('\n'));
                prop_assert_eq!(markdown.trim(), &markdown);
            }
        }

        #[test]
        fn any_text_reads_back(text in any::<String>()) {
            for form in [inline, line, cell] {
                prop_assert_eq!(&read_inline(&form(&text)), &text);
            }
        }
    }
}
