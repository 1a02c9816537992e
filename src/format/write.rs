//! TOML from values. Line endings here are LF; whoever puts the text into a file converts them.

use super::source::is_conflict_marker;
use std::fmt::Write;

/// A string in one line.
pub(super) fn line(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 2);
    out.push('"');
    for c in text.chars() {
        match c {
            '"' => out.push_str("\\\""),
            '\n' => out.push_str("\\n"),
            '\t' => out.push_str("\\t"),
            c => character(&mut out, c),
        }
    }
    out.push('"');
    out
}

/// A string over several lines. Its content stays readable; only what TOML or a terminal would take for something
/// else is escaped, and so is what would look like a merge conflict.
pub(super) fn lines(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 8);
    out.push_str("\"\"\"\n");
    let mut quotes = 0;
    for part in text.split_inclusive('\n') {
        let mut rest = part;
        if is_conflict_marker(part) {
            let _ = write!(out, "\\u{:04X}", u32::from(part.as_bytes()[0]));
            (rest, quotes) = (&part[1..], 0);
        }
        for c in rest.chars() {
            quotes = if c == '"' { quotes + 1 } else { 0 };
            match c {
                '"' if quotes == 3 => {
                    out.push_str("\\\"");
                    quotes = 0;
                }
                '"' | '\n' | '\t' => out.push(c),
                c => character(&mut out, c),
            }
        }
    }
    if quotes > 0 {
        out.pop();
        out.push_str("\\\"");
    }
    out.push_str("\"\"\"");
    out
}

/// What stands between the quotes of [`lines`].
pub(super) fn within_lines(text: &str) -> String {
    let whole = lines(text);
    whole["\"\"\"\n".len()..whole.len() - 3].to_owned()
}

/// Whether a text may stand between `'''` as it is.
pub(super) fn is_literal(text: &str) -> bool {
    let mut escaped = String::new();
    text.chars().filter(|c| !matches!(c, '\\' | '\n' | '\t')).for_each(|c| character(&mut escaped, c));
    let plain = text.chars().filter(|c| !matches!(c, '\\' | '\n' | '\t'));
    escaped.chars().eq(plain) && !text.contains("'''") && !text.split_inclusive('\n').any(is_conflict_marker)
}

/// Free text: one line if it is one.
pub(super) fn text(text: &str) -> String {
    if text.contains('\n') { lines(text) } else { line(text) }
}

/// A list, one item a line. `items` are TOML already.
pub(super) fn list(items: impl IntoIterator<Item = String>) -> String {
    let mut out = String::from("[");
    for item in items {
        let _ = write!(out, "\n  {item},");
    }
    out.push_str(if out.len() > 1 { "\n]" } else { "]" });
    out
}

/// A list of strings, one a line.
pub(super) fn strings<S: AsRef<str>>(items: &[S]) -> String {
    list(items.iter().map(|item| line(item.as_ref())))
}

/// A key, quoted where it must be.
pub(super) fn key(name: &str) -> String {
    let bare = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'-');
    if !name.is_empty() && name.bytes().all(bare) { name.to_owned() } else { line(name) }
}

fn character(out: &mut String, c: char) {
    match c {
        '\\' => out.push_str("\\\\"),
        '\r' => out.push_str("\\r"),
        c if c.is_control() || is_bidirectional(c) => {
            let _ = write!(out, "\\u{:04X}", u32::from(c));
        }
        c => out.push(c),
    }
}

/// The characters that change the direction of what follows, and so can hide it.
fn is_bidirectional(c: char) -> bool {
    matches!(c, '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::format::source::raw_text;
    use proptest::prelude::*;
    use toml::de::DeValue;

    fn read(toml: &str) -> String {
        DeValue::parse(toml).unwrap().get_ref().as_str().unwrap().to_owned()
    }

    #[test]
    fn what_a_terminal_obeys_is_escaped() {
        assert_eq!(line("a\u{1b}[0m\u{202e}\u{9b}\u{7f}"), r#""a\u001B[0m\u202E\u009B\u007F""#);
        assert_eq!(lines("a\u{1b}\tb\r\n"), "\"\"\"\na\\u001B\tb\\r\n\"\"\"");
    }

    #[test]
    fn quotes_never_close_a_string_early() {
        assert_eq!(lines("a\"\"\"b"), "\"\"\"\na\"\"\\\"b\"\"\"");
        assert_eq!(lines("say \"hi\""), "\"\"\"\nsay \"hi\\\"\"\"\"");
    }

    #[test]
    fn a_description_of_a_conflict_is_no_conflict() {
        let text = "<<<<<<< HEAD\na\n=======\nb\n>>>>>>> x\n";
        let toml = lines(text);
        assert_eq!(read(&toml), text);
        assert!(raw_text("x", format!("description = {toml}\n").as_bytes()).is_ok());
    }

    #[test]
    fn keys_are_bare_where_they_can_be() {
        assert_eq!(key("due-by_1"), "due-by_1");
        assert_eq!(key("Due by"), "\"Due by\"");
        assert_eq!(key(""), "\"\"");
    }

    proptest! {
        #[test]
        fn every_string_reads_back(text in "([\"\\\\<> \t\n\r\u{1b}\u{202e}a]|<<<<<<< |\"\"\"){0,12}") {
            prop_assert_eq!(&read(&line(&text)), &text);
            prop_assert_eq!(&read(&lines(&text)), &text);
            prop_assert!(!line(&text).contains('\n'));
        }

        #[test]
        fn any_string_reads_back(text in any::<String>()) {
            prop_assert_eq!(&read(&line(&text)), &text);
            prop_assert_eq!(&read(&lines(&text)), &text);
        }
    }
}
