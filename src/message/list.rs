//! Id lists: `412`, `#412`, `412, 413 and 414`, `412 & 413`.

use super::Rules;
use super::lines::{skip_blanks, strip_word};
use crate::model::TaskId;

/// The most characters an id has.
const MAX_ID_LENGTH: usize = 64;

/// The words of the list at the start of `text`, and what follows it. `None` if any word of it is no id.
///
/// With `rules` an item may repeat the keyword: `412, task 413`.
pub(super) fn strict<'a>(text: &'a str, rules: Option<&Rules>) -> Option<(Vec<String>, &'a str)> {
    let mut words = Vec::new();
    let mut rest = text.strip_prefix('#').unwrap_or(text);
    loop {
        let (word, after) = run(rest);
        if !is_id(word) {
            return None;
        }
        words.push(word.to_owned());
        let Some(next) = separator(after) else {
            return Some((words, after));
        };
        let headless = rules.and_then(|rules| rules.strip_head(next));
        rest = headless.unwrap_or_else(|| next.strip_prefix('#').unwrap_or(next));
    }
}

/// The words of a text that is a list and nothing else; one final full stop is ignored.
pub(super) fn whole(text: &str) -> Option<Vec<String>> {
    let (words, rest) = strict(text.strip_suffix('.').unwrap_or(text), None)?;
    skip_blanks(rest).is_empty().then_some(words)
}

/// The longest list at the start of `text` in prose, and how many bytes of it were used.
///
/// A word without a digit is taken only if it is the first, and ends the list: whether it is an id, only
/// the plan can tell. It counts as unused, since it may be a keyword itself.
pub(super) fn prose(text: &str) -> (Vec<String>, usize) {
    let mut words = Vec::new();
    let (mut used, mut rest) = (0, text);
    while let Some((word, after, is_cut)) = prose_word(rest) {
        let has_digit = word.bytes().any(|b| b.is_ascii_digit());
        if has_digit || words.is_empty() {
            words.push(word.to_owned());
        }
        if !has_digit {
            break;
        }
        used = text.len() - after.len();
        // Punctuation behind a word belongs to the sentence, and ends the list with it.
        let Some(next) = separator(after).filter(|_| !is_cut) else {
            break;
        };
        rest = next.strip_prefix('#').unwrap_or(next);
    }
    (words, used)
}

/// The numbers of the list at the start of `text`, and what follows it. `None` if a word of it is none.
pub(super) fn numbers(text: &str) -> Option<(Vec<u32>, &str)> {
    let mut found = Vec::new();
    let mut rest = text;
    loop {
        rest = rest.strip_prefix('#').unwrap_or(rest);
        let (word, after) = run(rest);
        if !word.bytes().all(|b| b.is_ascii_digit()) {
            return None;
        }
        found.push(word.parse().ok()?);
        let Some(next) = separator(after) else {
            return Some((found, after));
        };
        rest = strip_step(next).unwrap_or(next);
    }
}

/// Removes `step` or `steps` and the blanks behind it.
pub(super) fn strip_step(text: &str) -> Option<&str> {
    let rest = strip_word(text, "step")?;
    let rest = strip_word(rest, "s").unwrap_or(rest);
    let next = skip_blanks(rest);
    (next.len() < rest.len()).then_some(next)
}

/// What follows `,`, `and` or `&`, or a comma with one of the others.
fn separator(text: &str) -> Option<&str> {
    let next = skip_blanks(text);
    if let Some(rest) = next.strip_prefix(',') {
        let rest = skip_blanks(rest);
        return Some(conjunction(rest).unwrap_or(rest));
    }
    let is_apart = next.len() < text.len();
    conjunction(next).filter(|_| is_apart || next.starts_with('&'))
}

fn conjunction(text: &str) -> Option<&str> {
    if let Some(rest) = text.strip_prefix('&') {
        return Some(skip_blanks(rest));
    }
    let rest = strip_word(text, "and")?;
    rest.starts_with([' ', '\t', '#']).then(|| skip_blanks(rest))
}

fn is_id(word: &str) -> bool {
    word.parse::<TaskId>().is_ok()
}

/// The characters of ids at the start of `text`, one more than an id has at the most, and the rest.
/// The bound keeps reading linear where words overlap.
fn run(text: &str) -> (&str, &str) {
    let allowed = |b: &u8| b.is_ascii_alphanumeric() || matches!(b, b'.' | b'_' | b'-');
    let length = text.bytes().take(MAX_ID_LENGTH + 1).take_while(allowed).count();
    text.split_at(length)
}

/// The id at the start of `text`, what follows it, and whether punctuation was cut off its end.
fn prose_word(text: &str) -> Option<(&str, &str, bool)> {
    let (found, after) = run(text);
    let word = found.trim_end_matches(['.', '_', '-']);
    let is_cut = word.len() < found.len();
    let goes_on = !is_cut && after.chars().next().is_some_and(char::is_alphanumeric);
    (!goes_on && is_id(word)).then(|| (word, &text[word.len()..], is_cut))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn strict_lists_take_every_separator_and_only_ids() {
        let list = |text| strict(text, Some(&Rules::default())).map(|(words, rest)| (words.join(" "), rest));
        let some = |words: &str, rest| Some((words.to_owned(), rest));
        for (text, expected) in [
            ("412: x", some("412", ": x")),
            ("#412, #413: x", some("412 413", ": x")),
            ("412,413 and 414", some("412 413 414", "")),
            ("412, 413, AND 414", some("412 413 414", "")),
            ("412 & 413&414", some("412 413 414", "")),
            ("412, task 413 and task-414:", some("412 413 414", ":")),
            ("412 wip:", some("412", " wip:")),
            ("412 and: x", some("412", " and: x")),
            ("412, foo bar", some("412 foo", " bar")),
            ("412, : x", None),
            ("412, -1: x", None),
            ("412.: x", None),
            ("com1: x", None),
        ] {
            assert_eq!(list(text), expected, "{text}");
        }
    }

    #[test]
    fn prose_takes_the_longest_prefix() {
        let words = |text| prose(text).0.join(" ");
        for (text, expected) in [
            ("412 and 413, which", "412 413"),
            ("412, 413.", "412 413"),
            ("412. 413", "412"),
            ("412, 413 and then", "412 413"),
            ("force, and 412", "force"),
            ("412's", "412"),
            ("412\u{e4}", ""),
            ("-412", ""),
            ("1.1.1, T2", "1.1.1 T2"),
            ("412....", "412"),
            (&"x".repeat(65), ""),
        ] {
            assert_eq!(words(text), expected, "{text}");
        }
    }

    #[test]
    fn step_numbers() {
        assert_eq!(numbers("2, 3: x"), Some((vec![2, 3], ": x")));
        assert_eq!(numbers("1, 2 and step #3: x"), Some((vec![1, 2, 3], ": x")));
        assert_eq!(numbers("1-3: x"), None);
        assert_eq!(numbers("99999999999: x"), None);
        assert_eq!(numbers(": x"), None);
        assert_eq!(strip_step("Steps  2"), Some("2"));
        assert_eq!(strip_step("stepson 2"), None);
    }
}
