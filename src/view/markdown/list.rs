//! Lists of names on one line.

use super::inline::{Place, closing, escape, is_hidden, read_char, run};

/// How the items of a list look.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Style {
    /// As text.
    Plain,
    /// As code, where that can hold them.
    Code,
}

/// Items between commas; web addresses become links.
pub fn list<S: AsRef<str>>(items: &[S], style: Style) -> String {
    let items: Vec<String> = items.iter().map(|item| item_of(item.as_ref(), style)).collect();
    items.join(", ")
}

fn item_of(item: &str, style: Style) -> String {
    let plain =
        !item.contains(|c: char| c.is_whitespace() || is_hidden(c) || matches!(c, '`' | '<' | '>' | '\\'));
    if plain && (item.starts_with("https://") || item.starts_with("http://")) {
        return format!("<{item}>");
    }
    let fits = !item.is_empty() && item.trim() == item && !item.contains(|c| c == '`' || is_hidden(c));
    if style == Style::Code && fits { format!("`{item}`") } else { escape(item, Place::Item) }
}

/// The items of which [`list`] made this.
pub fn read_list(markdown: &str) -> Vec<String> {
    let mut items = Vec::new();
    let mut at = 0;
    loop {
        at += markdown[at..].len() - markdown[at..].trim_start().len();
        let (item, end) = read_item(markdown, at);
        items.push(item);
        match markdown[end..].chars().next() {
            Some(_) => at = end + 1,
            None => return items,
        }
    }
}

/// The item at `at`, and where it ends: at a comma or at the end.
fn read_item(markdown: &str, start: usize) -> (String, usize) {
    let rest = &markdown[start..];
    let whole = if rest.starts_with('`') {
        let length = run(markdown, start);
        closing(markdown, start + length, length).map(|end| (start + length, end - length, end))
    } else if rest.starts_with("<http") {
        rest.find('>').map(|end| (start + 1, start + end, start + end + 1))
    } else {
        None
    };
    if let Some((from, to, end)) = whole {
        let comma = markdown[end..].find(',').map_or(markdown.len(), |n| end + n);
        if markdown[end..comma].trim().is_empty() {
            return (markdown[from..to].to_owned(), comma);
        }
    }
    let mut out = String::new();
    let mut at = start;
    while let Some(c) = markdown[at..].chars().next().filter(|&c| c != ',') {
        let (read, length) = read_char(&markdown[at..], c);
        // Blanks that belong to an item are escaped.
        out.extend(read.filter(|_| !markdown[at..].split(',').next().is_some_and(|r| r.trim().is_empty())));
        at += length;
    }
    (out, at)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn items_are_links_code_or_text() {
        assert_eq!(list(&["https://e.org/a_b?c&d", "x"], Style::Plain), "<https://e.org/a_b?c&d>, x");
        assert_eq!(list(&["src/a.rs:27", "a`b"], Style::Code), "`src/a.rs:27`, a\\`b");
        assert_eq!(list(&["a, b", "@c"], Style::Plain), "a\\, b, @<!-- -->c");
        assert_eq!(read_list("`a`, b , 408"), ["a", "b", "408"]);
    }

    proptest! {
        #[test]
        fn every_list_reads_back(items in prop::collection::vec("(https?://)?[`\\\\<>, a&#@\n\u{e9}]{0,6}", 1..5)) {
            for style in [Style::Plain, Style::Code] {
                let markdown = list(&items, style);
                prop_assert_eq!(&read_list(&markdown), &items, "{}", markdown);
            }
        }
    }
}
