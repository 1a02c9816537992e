//! Text that stays text in Markdown.

use crate::view::screen::harmless;
use std::fmt::Write;

/// A blank of no width: it keeps a sign and a word apart that would together be a mention, a reference or a link.
const APART: &str = "&#8203;";

/// A text as one line of Markdown that shows nothing but that text: no emphasis, no HTML, no image, no link, nobody
/// mentioned, no issue, commit or merge request referred to. Unlike what an exported plan holds, it is not meant to be
/// read again.
pub fn literal(text: &str) -> String {
    let safe = harmless(text);
    let mut out = String::with_capacity(safe.len() + 16);
    let mut rest = safe.as_ref();
    while let Some(c) = rest.chars().next() {
        let word = hex_word(rest).filter(|_| !out.ends_with(|c: char| c.is_ascii_alphanumeric()));
        if let Some(word) = word {
            // What looks like an object id would be linked to the commit.
            let _ = write!(out, "{}{APART}{}", &word[..4], &word[4..]);
            rest = &rest[word.len()..];
            continue;
        }
        rest = &rest[c.len_utf8()..];
        let next = rest.chars().next();
        let joins = next.is_some_and(|next| next.is_alphanumeric() || matches!(next, '_' | '"' | '['));
        let word = |word: &str| before(&out, word);
        // `@ada`, `#12`, `!12`, `GH-12`, `https://`, `www.`: each is cut behind its sign.
        let refers = match c {
            '@' | '#' | '!' | '~' | '%' | '$' | '&' | '^' => joins,
            '-' => joins && word("gh"),
            '.' => joins && word("www"),
            ':' => next == Some('/'),
            _ => false,
        };
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            ',' | ';' | '/' | '%' | '?' => out.push(c),
            c if c.is_ascii_punctuation() => {
                out.push('\\');
                out.push(c);
            }
            c => out.push(c),
        }
        if refers {
            out.push_str(APART);
        }
    }
    out
}

/// Whether a text ends in that word, which is in lower case.
fn before(text: &str, word: &str) -> bool {
    let start = text.len().saturating_sub(word.len());
    text.get(start..).is_some_and(|end| end.eq_ignore_ascii_case(word))
}

/// Seven to sixty-four hexadecimal digits that are a word of their own, and no number.
fn hex_word(text: &str) -> Option<&str> {
    let end = text.find(|c: char| !c.is_ascii_alphanumeric()).unwrap_or(text.len());
    let word = &text[..end];
    let is_hex = word.bytes().all(|b| b.is_ascii_hexdigit()) && !word.bytes().all(|b| b.is_ascii_digit());
    ((7..=64).contains(&end) && is_hex).then_some(word)
}

/// Lines as fenced code that they cannot end.
pub fn fenced<'a>(language: &str, lines: impl Iterator<Item = String> + Clone + 'a, indent: &str) -> String {
    let longest = |line: String| line.split(|c| c != '`').map(str::len).max().unwrap_or(0);
    let fence = "`".repeat(lines.clone().map(longest).max().unwrap_or(0).max(2) + 1);
    let mut out = format!("{indent}{fence}{language}\n");
    for line in lines {
        let _ = writeln!(out, "{indent}{}", harmless(&line));
    }
    let _ = writeln!(out, "{indent}{fence}");
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use pulldown_cmark::{Event, Options, Parser, Tag};

    /// What a reader sees, and whether anything but text is there.
    fn rendered(markdown: &str) -> (String, bool) {
        let mut text = String::new();
        let mut active = false;
        for event in Parser::new_ext(markdown, Options::all()) {
            match event {
                Event::Text(part) => text.push_str(&part),
                Event::Start(Tag::Paragraph | Tag::List(_) | Tag::Item) | Event::End(_) => {}
                _ => active = true,
            }
        }
        (text, active)
    }

    #[test]
    fn signs_are_cut_from_what_they_would_refer_to() {
        for (text, part) in [
            ("ask @ada", "@&#8203;ada"),
            ("fix #12", "\\#&#8203;12"),
            ("GH-12", "GH\\-&#8203;12"),
            ("https://example.com", "https\\:&#8203;//example\\.com"),
            ("www.example.com", "www\\.&#8203;example"),
            ("ops-1, 20261121", "ops\\-1, 20261121"),
            ("deadbeefcafe", "dead&#8203;beefcafe"),
        ] {
            assert!(literal(text).contains(part), "{}", literal(text));
        }
        assert_eq!(literal("Rotate 12 tokens"), "Rotate 12 tokens");
        assert_eq!(literal("a\nb\u{202e}"), "a b\\\\u\\{202e\\}");
    }

    #[test]
    fn a_fence_is_longer_than_what_it_holds() {
        let lines = ["````".to_owned(), "a".to_owned()];
        assert_eq!(fenced("diff", lines.into_iter(), "  "), "  `````diff\n  ````\n  a\n  `````\n");
    }

    proptest! {
        #[test]
        fn nothing_but_the_text_is_shown(text in "[`\\\\<>&#@!\\[\\]()*_|~:/;.,=+ a1\"'\n$^{}-]{0,24}") {
            let (shown, active) = rendered(&format!("- x {}", literal(&text)));
            prop_assert!(!active, "{}", literal(&text));
            let plain: String = shown.chars().filter(|&c| c != '\u{200b}').collect();
            let expected = format!("x {}", text.replace('\n', " "));
            prop_assert_eq!(plain.trim(), expected.trim());
        }

        #[test]
        fn whatever_it_is(text in any::<String>()) {
            let (_, active) = rendered(&format!("- x {}", literal(&text)));
            prop_assert!(!active);
            prop_assert!(!literal(&text).contains('\n'));
        }
    }
}
