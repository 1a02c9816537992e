//! What runners of jobs obey in their logs: workflow commands of GitHub's runners and of Azure's.

use std::borrow::Cow;
use unicode_width::UnicodeWidthChar;

/// Older commands, which are found anywhere in a line, however their letters are written.
const ANYWHERE: [&str; 2] = ["##[", "##vso["];

/// The line of a log with all broken up in it that a runner would obey: a blank parts what begins a command.
pub fn disobeyed(line: &str) -> Cow<'_, str> {
    let mut at = commands(line);
    let first = line.len() - line.trim_start_matches(|c: char| c.is_whitespace() || is_passed_over(c)).len();
    if begins(&line[first..], "::") {
        at.insert(0, first);
    }
    put_after(line, &at, |c| format!("{c} "))
}

/// The same for a document in JSON, which stays the same document.
pub fn disobeyed_json(document: &str) -> Cow<'_, str> {
    put_after(document, &commands(document), |c| format!("\\u{:04x}", u32::from(c)))
}

/// Where commands begin that need not stand at the start of a line.
fn commands(text: &str) -> Vec<usize> {
    let is_command = |at: &usize| ANYWHERE.iter().any(|command| begins(&text[*at..], command));
    text.match_indices('#').map(|(at, _)| at).filter(is_command).collect()
}

/// Whether a text begins so for a runner, which compares by the rules of a language: without regard to what has no width.
fn begins(text: &str, with: &str) -> bool {
    let mut seen = text.chars().filter(|&c| !is_passed_over(c)).map(|c| c.to_ascii_lowercase());
    with.chars().all(|c| seen.next() == Some(c))
}

fn is_passed_over(c: char) -> bool {
    c == '\u{ad}' || c.width().unwrap_or(0) == 0
}

/// The text with other words for the characters at these places, which are of one byte each.
fn put_after<'t>(text: &'t str, places: &[usize], other: impl Fn(char) -> String) -> Cow<'t, str> {
    if places.is_empty() {
        return text.into();
    }
    let mut made = String::with_capacity(text.len() + 6 * places.len());
    let mut from = 0;
    for &at in places {
        made.push_str(&text[from..at]);
        made.extend(text[at..].chars().next().map(&other));
        from = at + 1;
    }
    made.push_str(&text[from..]);
    made.into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_runner_obeys_is_parted() {
        for (line, expected) in [
            ("plain text", "plain text"),
            ("a::b and c ::d::", "a::b and c ::d::"),
            ("## A heading", "## A heading"),
            ("::error::x", ": :error::x"),
            (" \u{3000}\t::set-env name=a::b", " \u{3000}\t: :set-env name=a::b"),
            ("\u{200d}::error::x", "\u{200d}: :error::x"),
            (" :\u{ad}:error::x", " : \u{ad}:error::x"),
            ("1  ##[error]x ##[group]", "1  # #[error]x # #[group]"),
            ("###[error]", "## #[error]"),
            ("a ##VSO[task.setvariable]b", "a # #VSO[task.setvariable]b"),
            ("#\u{1b}#\u{1b}[0m[x", "# \u{1b}#\u{1b}[0m[x"),
        ] {
            assert_eq!(disobeyed(line), expected, "{line:?}");
        }
    }

    #[test]
    fn a_document_in_json_stays_the_same() {
        let document = "{\n  \"a\": \"::x ##[error]\\n##vso[y] ##\"\n}";
        let made = disobeyed_json(document);
        assert_eq!(made, "{\n  \"a\": \"::x \\u0023#[error]\\n\\u0023#vso[y] ##\"\n}");
        let read = |text: &str| serde_json::from_str::<serde_json::Value>(text).map_err(|e| e.to_string());
        assert_eq!(read(&made), read(document));
    }
}
