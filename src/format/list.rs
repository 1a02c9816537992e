//! Splicing elements into and out of an array, in the style that the array has.

use super::layout::{elements, line_end, line_start, scalar_text};
use crate::model::natural_cmp;
use std::ops::Range;

/// Inserts an element, TOML already. A list that is sorted stays so if `sorted` asks for it; otherwise the element
/// comes last. The text to insert uses `newline`.
pub(super) fn insert(text: &mut String, array: &Range<usize>, element: &str, sorted: bool, newline: &str) {
    let all = elements(text, array);
    let at = if sorted { sorted_position(text, &all, element) } else { all.len() };
    let (offset, insertion) = match at.checked_sub(1).map(|i| &all[i]) {
        Some(before) => after(text, before, element, newline),
        None if all.is_empty() => {
            into_empty(text, array, element, newline);
            return;
        }
        None => in_front(text, array, &all[0], element, newline),
    };
    if let Some(before) = at.checked_sub(1).map(|i| &all[i])
        && insertion.starts_with(is_indent)
        && comma_after(text, before.end).is_none()
        && offset > before.end
    {
        text.insert_str(offset, &insertion);
        text.insert(before.end, ',');
        return;
    }
    text.insert_str(offset, &insertion);
}

/// Takes out the element at `at`, with its line and the comment on it if nothing else stands there.
pub(super) fn remove(text: &mut String, array: &Range<usize>, at: usize) {
    remove_all(text, array, &[at]);
}

/// Takes out the elements at these places, which rise.
pub(super) fn remove_all(text: &mut String, array: &Range<usize>, places: &[usize]) {
    let all = elements(text, array);
    // What comes before stays where it is.
    places.iter().rev().for_each(|&at| take_out(text, array, &all, at));
}

fn take_out(text: &mut String, array: &Range<usize>, all: &[Range<usize>], at: usize) {
    let element = &all[at];
    let comma = comma_after(text, element.end);
    let end = comma.map_or(element.end, |c| c + 1);
    let start = line_start(text, element.start);
    if is_blank(&text[start..element.start]) && start > array.start && rest_is_comment(text, end) {
        let stop = line_end(text.as_bytes(), end);
        text.replace_range(start..stop, "");
        return;
    }
    let range = match comma {
        Some(comma) => {
            let blanks = text[comma + 1..].bytes().take_while(|b| matches!(b, b' ' | b'\t')).count();
            element.start..comma + 1 + blanks
        }
        None => match at.checked_sub(1).map(|i| all[i].end) {
            Some(previous) if !text[previous..element.start].contains('#') => previous..element.end,
            _ => element.clone(),
        },
    };
    text.replace_range(range, "");
}

/// Puts another element, TOML already, into the place of the one at `at`; its comment stays with it. A list that was sorted
/// stays so if `sorted` asks for it and that can be had without touching a comment.
pub(super) fn replace(
    text: &mut String,
    array: &Range<usize>,
    at: usize,
    element: &str,
    sorted: bool,
    newline: &str,
) {
    let all = elements(text, array);
    let was_sorted = sorted && is_sorted(text, &all);
    let old = all[at].clone();
    let array = array.start..array.end - old.len() + element.len();
    text.replace_range(old, element);
    let all = elements(text, &array);
    if !was_sorted || is_sorted(text, &all) {
        return;
    }
    if !text[array.clone()].contains('\n') {
        let length = text.len();
        remove(text, &array, at);
        let array = array.start..array.end - (length - text.len());
        insert(text, &array, element, sorted, newline);
    } else if let Some(line) = own_line(text, &array, &all[at]) {
        let mut rest = all;
        rest.remove(at);
        let to = match sorted_position(text, &rest, element).checked_sub(1) {
            Some(before) => own_line(text, &array, &rest[before]).map(|line| line.end),
            None => own_line(text, &array, &rest[0]).map(|_| line_end(text.as_bytes(), array.start)),
        };
        let Some(to) = to else { return };
        let moved = text[line.clone()].to_owned();
        // What comes later in the text first, so that the other place stays where it is.
        if to > line.start {
            text.insert_str(to, &moved);
            text.replace_range(line, "");
        } else {
            text.replace_range(line, "");
            text.insert_str(to, &moved);
        }
    }
}

/// The line of an element that has one for itself, with its comma and comment.
fn own_line(text: &str, array: &Range<usize>, element: &Range<usize>) -> Option<Range<usize>> {
    let start = line_start(text, element.start);
    let end = comma_after(text, element.end)? + 1;
    let is_alone = start > array.start
        && is_blank(&text[start..element.start])
        && !text[element.end..end].contains('\n')
        && rest_is_comment(text, end);
    is_alone.then(|| start..line_end(text.as_bytes(), end))
}

fn is_sorted(text: &str, all: &[Range<usize>]) -> bool {
    let texts: Option<Vec<String>> = all.iter().map(|r| scalar_text(&text[r.clone()])).collect();
    texts.is_some_and(|texts| texts.is_sorted_by(|a, b| natural_cmp(a, b).is_le()))
}

/// An element of a list with its comments.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Item<'a> {
    /// The comments on lines of their own above it.
    pub above: Vec<&'a str>,
    /// The element as it is written.
    pub raw: &'a str,
    /// The comments on its own line.
    pub behind: Vec<&'a str>,
}

/// The elements of an array with their comments, and the comments behind the last.
pub(super) fn items<'a>(text: &'a str, array: &Range<usize>) -> (Vec<Item<'a>>, Vec<&'a str>) {
    let mut items: Vec<Item<'a>> = Vec::new();
    let mut at = array.start + 1;
    for element in elements(text, array) {
        let (behind, above) = comments(&text[at..element.start]);
        let raw = &text[element.clone()];
        if let Some(last) = items.last_mut() {
            last.behind = behind;
            items.push(Item { above, raw, behind: Vec::new() });
        } else {
            let above = behind.into_iter().chain(above).collect();
            items.push(Item { above, raw, behind: Vec::new() });
        }
        at = element.end;
    }
    let (behind, mut tail) = comments(&text[at..array.end - 1]);
    match items.last_mut() {
        Some(last) => last.behind = behind,
        None => tail = behind.into_iter().chain(tail).collect(),
    }
    (items, tail)
}

/// Elements with their comments as an array, one a line.
pub(super) fn render(items: &[Item<'_>], tail: &[&str]) -> String {
    let mut out = String::from("[");
    for item in items {
        for line in &item.above {
            out.push_str("\n  ");
            out.push_str(line);
        }
        out.push_str("\n  ");
        out.push_str(item.raw);
        out.push(',');
        for comment in &item.behind {
            out.push(' ');
            out.push_str(comment);
        }
    }
    for line in tail {
        out.push_str("\n  ");
        out.push_str(line);
    }
    out.push_str(if out.len() > 1 { "\n]" } else { "]" });
    out
}

/// The comments between two elements: those on the line of the first, and those on lines of their own.
fn comments(gap: &str) -> (Vec<&str>, Vec<&str>) {
    let (mut behind, mut above) = (Vec::new(), Vec::new());
    for (n, line) in gap.split('\n').enumerate() {
        let line = line.trim_start_matches([' ', '\t', ',']).trim_end();
        if line.starts_with('#') {
            if n == 0 { behind.push(line) } else { above.push(line) }
        }
    }
    (behind, above)
}

fn sorted_position(text: &str, all: &[Range<usize>], element: &str) -> usize {
    let texts: Option<Vec<String>> = all.iter().map(|r| scalar_text(&text[r.clone()])).collect();
    match (texts, scalar_text(element)) {
        (Some(texts), Some(new)) if texts.is_sorted_by(|a, b| natural_cmp(a, b).is_le()) => {
            texts.partition_point(|old| natural_cmp(old, &new).is_le())
        }
        _ => all.len(),
    }
}

/// Behind an element: on a line of its own if that element has one, else on the same line.
fn after(text: &str, before: &Range<usize>, element: &str, newline: &str) -> (usize, String) {
    let comma = comma_after(text, before.end);
    let end = comma.map_or(before.end, |c| c + 1);
    let indent = &text[line_start(text, before.start)..before.start];
    if is_blank(indent) && rest_is_comment(text, end) {
        let indent = if indent.is_empty() { "  " } else { indent };
        (line_end(text.as_bytes(), end), format!("{indent}{element},{newline}"))
    } else if let Some(comma) = comma {
        (comma + 1, format!(" {element},"))
    } else {
        (before.end, format!(", {element}"))
    }
}

fn in_front(
    text: &str,
    array: &Range<usize>,
    first: &Range<usize>,
    element: &str,
    newline: &str,
) -> (usize, String) {
    let start = line_start(text, first.start);
    let indent = &text[start..first.start];
    if start > array.start && is_blank(indent) {
        (line_end(text.as_bytes(), array.start), format!("{indent}{element},{newline}"))
    } else {
        (first.start, format!("{element}, "))
    }
}

fn into_empty(text: &mut String, array: &Range<usize>, element: &str, newline: &str) {
    let close = array.end - 1;
    let start = line_start(text, close);
    if start > array.start && is_blank(&text[start..close]) {
        text.insert_str(start, &format!("  {element},{newline}"));
    } else {
        text.replace_range(array.clone(), &format!("[{newline}  {element},{newline}]"));
    }
}

/// The comma behind an element, past blanks, line endings and comments.
fn comma_after(text: &str, end: usize) -> Option<usize> {
    let bytes = text.as_bytes();
    let mut at = end;
    while let Some(byte) = bytes.get(at) {
        match byte {
            b',' => return Some(at),
            b' ' | b'\t' | b'\r' | b'\n' => at += 1,
            b'#' => at = line_end(bytes, at),
            _ => return None,
        }
    }
    None
}

/// Whether nothing but a comment follows on the line.
fn rest_is_comment(text: &str, at: usize) -> bool {
    let end = line_end(text.as_bytes(), at);
    let rest = text[at..end].trim_start();
    end > at && text[..end].ends_with('\n') && (rest.is_empty() || rest.starts_with('#'))
}

fn is_blank(text: &str) -> bool {
    text.chars().all(is_indent)
}

fn is_indent(c: char) -> bool {
    c == ' ' || c == '\t'
}

#[cfg(test)]
mod tests {
    use super::*;

    fn inserted(array: &str, element: &str, sorted: bool) -> String {
        let mut text = array.to_owned();
        let range = 0..text.len();
        insert(&mut text, &range, element, sorted, "\n");
        text
    }

    fn removed(array: &str, at: usize) -> String {
        let mut text = array.to_owned();
        let range = 0..text.len();
        remove(&mut text, &range, at);
        text
    }

    #[test]
    fn an_element_goes_where_the_style_of_the_list_puts_it() {
        for (array, element, want) in [
            ("[]", "\"a\"", "[\n  \"a\",\n]"),
            ("[\n]", "\"a\"", "[\n  \"a\",\n]"),
            ("[ # c\n]", "\"a\"", "[ # c\n  \"a\",\n]"),
            ("[\"2\", \"10\"]", "\"9\"", "[\"2\", \"9\", \"10\"]"),
            ("[\"2\", \"10\"]", "\"1\"", "[\"1\", \"2\", \"10\"]"),
            ("[\"2\", \"10\"]", "\"11\"", "[\"2\", \"10\", \"11\"]"),
            ("[\"2\",]", "\"11\"", "[\"2\", \"11\",]"),
            ("[2, 10]", "\"9\"", "[2, \"9\", 10]"),
            ("[\n  \"b\", # x\n]", "\"c\"", "[\n  \"b\", # x\n  \"c\",\n]"),
            ("[\n  \"b\" # x\n]", "\"c\"", "[\n  \"b\", # x\n  \"c\",\n]"),
            ("[\n\t\"b\"\n]", "\"c\"", "[\n\t\"b\",\n\t\"c\",\n]"),
            ("[\n  # x\n  \"b\",\n]", "\"a\"", "[\n  \"a\",\n  # x\n  \"b\",\n]"),
            ("[\n  \"b\"]", "\"c\"", "[\n  \"b\", \"c\"]"),
            ("[\"b\",\n  \"d\",\n]", "\"c\"", "[\"b\", \"c\",\n  \"d\",\n]"),
            ("[\"z\", \"b\"]", "\"c\"", "[\"z\", \"b\", \"c\"]"),
            ("[\n  \"b\"\n  , \"d\"]", "\"c\"", "[\n  \"b\"\n  , \"c\", \"d\"]"),
        ] {
            assert_eq!(inserted(array, element, true), want, "{array}");
        }
        assert_eq!(inserted("[\"b\"]", "\"a\"", false), "[\"b\", \"a\"]");
    }

    #[test]
    fn an_element_that_is_replaced_keeps_its_comment() {
        for (array, at, element, want) in [
            ("[\"2\"] # x", 0, "\"9\"", "[\"9\"] # x"),
            ("[\"2\", \"5\"]", 0, "\"9\"", "[\"5\", \"9\"]"),
            ("[\"5\", \"2\"]", 0, "\"9\"", "[\"9\", \"2\"]"),
            ("[\n  \"2\", # two\n]", 0, "\"9\"", "[\n  \"9\", # two\n]"),
            ("[\n  \"2\", # two\n  \"5\", # five\n]", 0, "\"9\"", "[\n  \"5\", # five\n  \"9\", # two\n]"),
            ("[\r\n  \"2\", # two\r\n  \"5\",\r\n]", 1, "\"1\"", "[\r\n  \"1\",\r\n  \"2\", # two\r\n]"),
            (
                "[\n  \"2\",\n  # both\n  \"5\",\n  \"7\",\n]",
                0,
                "\"6\"",
                "[\n  # both\n  \"5\",\n  \"6\",\n  \"7\",\n]",
            ),
            // What cannot be put in order without touching a comment or a comma stays where it is.
            ("[\n  \"2\", # two\n  \"5\" # five\n]", 0, "\"9\"", "[\n  \"9\", # two\n  \"5\" # five\n]"),
            ("[\"2\", # two\n  \"5\"]", 0, "\"9\"", "[\"9\", # two\n  \"5\"]"),
        ] {
            let mut text = array.to_owned();
            let range = 0..text.find(']').unwrap() + 1;
            replace(&mut text, &range, at, element, true, "\n");
            assert_eq!(text, want, "{array}");
        }
    }

    #[test]
    fn elements_leave_together_as_they_do_one_by_one() {
        for array in [
            "[\"a\", \"b\", \"c\", \"d\"]",
            "[\"a\" , \"b\" , \"c\" , \"d\" ]",
            "[\n  \"a\",\n  \"b\",\n  \"c\",\n  \"d\",\n]",
            "[\n  \"a\",\n  \"b\",\n  \"c\",\n  \"d\"\n]",
            "[\n  # x\n  \"a\", \"b\",\n  \"c\", # y\n  \"d\",\n]",
            "[\"a\", \"b\",\n  \"c\", \"d\"]",
        ] {
            // Something stays, as of what stands twice.
            for places in 0..8_u8 {
                let places: Vec<usize> = (1..4).filter(|at| places >> (at - 1) & 1 == 1).collect();
                let mut text = array.to_owned();
                remove_all(&mut text, &(0..array.len()), &places);
                let mut single = array.to_owned();
                for (gone, at) in places.iter().enumerate() {
                    let range = 0..single.len();
                    remove(&mut single, &range, at - gone);
                }
                assert_eq!(text, single, "{array} without {places:?}");
            }
        }
    }

    #[test]
    fn an_element_leaves_with_its_line() {
        for (array, at, want) in [
            ("[\"a\"]", 0, "[]"),
            ("[\"a\", \"b\"]", 0, "[\"b\"]"),
            ("[\"a\", \"b\"]", 1, "[\"a\"]"),
            ("[\"a\", \"b\", ]", 1, "[\"a\", ]"),
            ("[\n  \"a\", # x\n  \"b\",\n]", 0, "[\n  \"b\",\n]"),
            ("[\n  \"a\",\n  \"b\" # x\n]", 1, "[\n  \"a\",\n]"),
            ("[\n  # x\n  \"a\"]", 0, "[\n  # x\n  ]"),
        ] {
            assert_eq!(removed(array, at), want, "{array}");
        }
    }
}
