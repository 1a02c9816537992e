//! Texts of several lines, which are Markdown of their own.

use super::inline::{NOTHING, is_hidden, read_entity};
use pulldown_cmark::{Event, Options, Parser, Tag};
use std::fmt::Write;

/// Fenced code, line by line.
#[derive(Debug, Default)]
pub struct Fences {
    open: Option<(char, usize)>,
}

impl Fences {
    /// Takes the next line; whether it is code or one of its fences.
    pub fn takes(&mut self, line: &str) -> bool {
        let text = line.trim();
        let Some(sign) = text.chars().next().filter(|c| matches!(c, '`' | '~')) else {
            return self.open.is_some();
        };
        let length = text.len() - text.trim_start_matches(sign).len();
        match self.open {
            Some((open, least)) => {
                if open == sign && length >= least && text.len() == length {
                    self.open = None;
                }
                true
            }
            None if length >= 3 && (sign == '~' || !text[length..].contains('`')) => {
                self.open = Some((sign, length));
                true
            }
            None => false,
        }
    }

    /// Whether a fence is open.
    pub fn is_open(&self) -> bool {
        self.open.is_some()
    }
}

/// Above a description whose last line has no end; most have one.
const UNENDED: &str = "<!-- without a final line end -->";

/// Whether a line begins an item of a checklist that nothing is around: `- [ ] text`, `* [x] text`.
pub fn is_box(line: &str) -> bool {
    let rest = line.strip_prefix(['-', '*', '+']).and_then(|rest| rest.strip_prefix(" ["));
    let rest = rest.and_then(|rest| rest.strip_prefix([' ', 'x', 'X'])?.strip_prefix(']'));
    rest.is_some_and(|rest| rest.chars().next().is_none_or(char::is_whitespace))
}

/// A description as part of a document: as it is where it closes what it opens and has neither headings nor a checklist,
/// which would be the steps there, else as a quote.
pub fn text(description: &str) -> String {
    let (body, ended) = match description.strip_suffix('\n') {
        Some(body) => (body, true),
        None => (description, false),
    };
    let tame = is_tame(body);
    let is_list = body.starts_with(|c: char| matches!(c, '-' | '+' | '*') || c.is_ascii_digit());
    let above = match (ended, tame && is_list) {
        (false, _) => format!("{UNENDED}\n\n"),
        // Keeps a list apart from the list above it.
        (true, true) => format!("{NOTHING}\n\n"),
        (true, false) => String::new(),
    };
    format!("{above}{}", if tame { visible(body) } else { quote(body, "") })
}

/// The description of which [`text`] made these lines.
pub fn read_text(lines: &[&str]) -> String {
    let above = lines.first().filter(|line| matches!(**line, UNENDED | NOTHING));
    let skip = usize::from(above.is_some());
    let skip = skip + lines[skip..].iter().take_while(|line| line.trim().is_empty()).count();
    let body = &lines[skip..];
    let mut text = if body.first().is_some_and(|line| line.starts_with('>')) {
        read_quote(body.iter().copied())
    } else {
        unescaped(&body.join("\n"))
    };
    if above != Some(&UNENDED) {
        text.push('\n');
    }
    text
}

/// A text as a quote, every line behind `indent`.
pub fn quote(text: &str, indent: &str) -> String {
    let mut out = String::new();
    for (n, line) in visible(text).split('\n').enumerate() {
        let newline = if n == 0 { "" } else { "\n" };
        let blank = if line.is_empty() { "" } else { " " };
        let _ = write!(out, "{newline}{indent}>{blank}{line}");
    }
    out
}

/// A text as fenced code.
pub fn code(text: &str, language: &str) -> String {
    let longest = text.split(|c| c != '`').map(str::len).max().unwrap_or(0);
    let fence = "`".repeat(longest.max(2) + 1);
    format!("{fence}{language}\n{}\n{fence}", visible(text.strip_suffix('\n').unwrap_or(text)))
}

/// The text of which [`code`] made these lines, fences included; it ends in a line feed.
pub fn read_code(lines: &[&str]) -> Option<String> {
    let [first, inner @ .., last] = lines else { return None };
    let fence = last.trim_end();
    let is_fence = fence.len() >= 3 && fence.bytes().all(|b| b == b'`') && first.starts_with(fence);
    is_fence.then(|| format!("{}\n", unescaped(&inner.join("\n"))))
}

/// The text of which [`quote`] made these lines.
pub fn read_quote<'a>(lines: impl Iterator<Item = &'a str>) -> String {
    let line = |line: &'a str| {
        let line = line.trim_start();
        let line = line.strip_prefix('>').unwrap_or(line);
        line.strip_prefix(' ').unwrap_or(line)
    };
    unescaped(&lines.map(line).collect::<Vec<_>>().join("\n"))
}

/// Whether a text can stand in a document as it is.
fn is_tame(text: &str) -> bool {
    let edge = |line: Option<&str>| line.is_some_and(|line| !line.trim().is_empty());
    if !edge(text.split('\n').next()) || !edge(text.rsplit('\n').next()) || text.starts_with(['>', ' ', '\t'])
    {
        return false;
    }
    let mut fences = Fences::default();
    for line in text.split('\n') {
        let begins = |signs: &[&str]| signs.iter().any(|sign| line.trim_start().starts_with(sign));
        let reaches_out = is_box(line) || begins(&["#", "<!--", "**Steps**", "**Criteria**"]);
        if !fences.takes(line) && reaches_out {
            return false;
        }
    }
    !fences.is_open() && !opens_more_than_it_closes(text)
}

/// Whether a text has headings or HTML, or goes on in what follows it.
fn opens_more_than_it_closes(text: &str) -> bool {
    const AFTER: &str = "**after**";
    let whole = format!("{text}\n\n{AFTER}\n");
    let after = whole.len() - AFTER.len() - 1;
    let mut depth = 0_usize;
    let mut apart = false;
    for (event, range) in Parser::new_ext(&whole, Options::ENABLE_TABLES).into_offset_iter() {
        match event {
            Event::Start(Tag::Heading { .. } | Tag::HtmlBlock) | Event::Html(_) | Event::InlineHtml(_) => {
                return true;
            }
            Event::Start(tag) => {
                apart |= depth == 0 && tag == Tag::Paragraph && range.start == after;
                depth += 1;
            }
            Event::End(_) => depth -= 1,
            _ => {}
        }
    }
    !apart
}

/// Hidden characters written out, so that they are seen and survive.
fn visible(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for (at, c) in text.char_indices() {
        match c {
            '\n' | '\t' => out.push(c),
            '&' if text[at + 1..].trim_start_matches("amp;").starts_with('#') => out.push_str("&amp;"),
            c if is_hidden(c) => {
                let _ = write!(out, "&#{};", u32::from(c));
            }
            c => out.push(c),
        }
    }
    out
}

/// The text of which [`visible`] made this.
fn unescaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut at = 0;
    while let Some(start) = text[at..].find('&').map(|n| at + n) {
        out.push_str(&text[at..start]);
        let rest = &text[start..];
        at = start + 1;
        if let Some((hidden, length)) = read_entity(rest) {
            out.push(hidden);
            at = start + length;
        } else {
            out.push('&');
            let tail =
                rest[1..].strip_prefix("amp;").filter(|t| t.trim_start_matches("amp;").starts_with('#'));
            at += if tail.is_some() { "amp;".len() } else { 0 };
        }
    }
    out.push_str(&text[at..]);
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn back(description: &str) -> String {
        let text = text(description);
        read_text(&text.split('\n').collect::<Vec<_>>())
    }

    #[test]
    fn a_plain_description_is_left_as_it_is() {
        for body in [
            "Some *text*.",
            "a\n- b [ ] c\n- [x](y)\n```\n- [ ] d\n```",
            "a\n\n- b\n- c\n\n    code",
            "x\n```sh\n# y\n```",
            "a  \nb\tc | d",
        ] {
            let description = format!("{body}\n");
            assert_eq!(text(&description), body);
        }
        assert_eq!(text("- a\n"), "<!-- -->\n\n- a");
    }

    #[test]
    fn what_would_reach_beyond_itself_is_quoted() {
        for body in [
            "# a",
            "a\n---",
            "```\na",
            "<div>",
            "a <b>",
            "a\n\n<!-- b",
            "~~~\n```",
            "- a\n\n  ```\n  b",
            " a",
            "**Steps**",
            "- [ ] a",
            "a\n* [x] b",
        ] {
            let description = format!("{body}\n");
            assert!(
                text(&description).lines().all(|line| line.starts_with('>')),
                "{body}: {}",
                text(&description)
            );
            assert_eq!(back(&description), description);
        }
    }

    proptest! {
        #[test]
        fn every_description_reads_back(
            parts in prop::collection::vec("(# |- |- \\[x\\] |\\* |1\\. |> |```|~~~|<!-- -->|<b>|&#10;|&amp;#|\\*\\*Steps\\*\\*|---|a| |\t|\r)?[\n]?", 0..8),
        ) {
            let description = parts.concat();
            prop_assert_eq!(&back(&description), &description, "{}", text(&description));
            let quoted = quote(&description, "  ");
            prop_assert_eq!(&read_quote(quoted.split('\n')), &description);
        }

        #[test]
        fn any_description_reads_back(description in any::<String>()) {
            prop_assert_eq!(back(&description), description);
        }
    }
}
