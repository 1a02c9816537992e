//! Where templates include or extend each other in a circle: the engine names them, and not the place.

use tera::ErrorKind;
use unicode_width::UnicodeWidthStr;

/// A circle as the engine shows other errors: the templates in their order, and the tag that closes it with file, line and
/// caret. `None` if the error is none, or the tag is not found.
pub fn circle(error: &ErrorKind, templates: &[(&str, &str)]) -> Option<String> {
    let (what, first, chain) = match error {
        ErrorKind::CircularInclude { tpl, include_chain } => ("include", tpl, include_chain),
        ErrorKind::CircularExtend { tpl, inheritance_chain } => ("extend", tpl, inheritance_chain),
        _ => return None,
    };
    let mut names: Vec<&str> = chain.iter().map(String::as_str).collect();
    if names.len() < 2 || names.first() != Some(&first.as_str()) {
        names.insert(0, first);
    }
    let [.., closing, last] = names.as_slice() else { return None };
    let (_, text) = templates.iter().find(|(name, _)| name == closing)?;
    let (at, width) = tag(text, what, last)?;
    let start = text[..at].rfind('\n').map_or(0, |end| end + 1);
    let line = text[start..].lines().next().unwrap_or_default();
    let (number, before) = (text[..start].matches('\n').count() + 1, &text[start..at]);
    Some(format!(
        "error: Circular {what}: {}\n   --> {closing}:{number}:{}\n    |\n{number:3} | {line}\n    | {}{}",
        names.join(" \u{2192} "),
        before.chars().count() + 1,
        " ".repeat(before.width()),
        "^".repeat(width)
    ))
}

/// Where the tag names a template, in quotes, and how wide that is.
fn tag(text: &str, what: &str, name: &str) -> Option<(usize, usize)> {
    let is_tag = |at: usize| {
        let head = text[..at]
            .rfind("{%")
            .map(|start| text[start + 2..at].trim_matches(['-', ' ', '\t', '\n', '\r']));
        head.is_some_and(|head| head.starts_with(what))
    };
    let quoted = ['"', '\'', '`'].map(|quote| format!("{quote}{name}{quote}"));
    let found = quoted.iter().flat_map(|quoted| text.match_indices(quoted.as_str()));
    found.filter(|&(at, _)| is_tag(at)).min().map(|(at, quoted)| (at, quoted.width()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn include(chain: &[&str]) -> ErrorKind {
        let include_chain = chain.iter().map(|&name| name.to_owned()).collect();
        ErrorKind::CircularInclude { tpl: chain[0].to_owned(), include_chain }
    }

    #[test]
    fn the_tag_that_closes_the_circle_is_shown() {
        let texts =
            [("a.md", "{% include \"b.md\" %}"), ("b.md", "\"a.md\"\n\u{fc}: {%- include 'a.md' %} x")];
        let expected = "error: Circular include: a.md \u{2192} b.md \u{2192} a.md\n   --> b.md:2:16\n    |\n  2 | \
                        \u{fc}: {%- include 'a.md' %} x\n    |                ^^^^^^";
        assert_eq!(circle(&include(&["a.md", "b.md", "a.md"]), &texts).as_deref(), Some(expected));
        assert_eq!(circle(&include(&["a.md", "a.md"]), &texts), None, "there is no such tag");
        let itself =
            ErrorKind::CircularExtend { tpl: "d".to_owned(), inheritance_chain: vec!["d".to_owned()] };
        let told = circle(&itself, &[("d", "{% extends 'd' %}")]).unwrap();
        assert!(told.starts_with("error: Circular extend: d \u{2192} d\n   --> d:1:12\n"), "{told}");
    }
}
