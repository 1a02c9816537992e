//! The document's words on the plan as a whole, in a Markdown file beside the plan files.

use super::merge::Resolve;
use super::place::Source;
use super::stamp::digest;

const HEAD: &str = "<!-- imported from ";
const TAIL: &str = " -->";

/// What becomes of a file of notes that meets its document again.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Notes {
    /// The file came from another document, or from none.
    Foreign,
    /// It stays as it is.
    Kept,
    /// It is to hold this.
    Updated(String),
    /// It was edited here and changed in the document, and stays as it is.
    Conflict,
}

/// The file that a text becomes: its last line says where it came from, and what it was.
pub fn stamped(source: &str, text: &str) -> String {
    format!("{text}\n{}{}{TAIL}\n", head(source), digest(&[text]))
}

/// Brings what the document says into the file that is there.
pub fn merge_notes(source: Source<'_>, found: &str, text: &str, resolve: Resolve) -> Notes {
    let new = stamped(source.now, text);
    let lines = found.trim_end();
    let (body, last) = lines.rsplit_once('\n').unwrap_or(("", lines));
    let mut names = std::iter::once(source.now).chain(source.former);
    let said = names.find_map(|name| last.strip_prefix(head(name).as_str())?.strip_suffix(TAIL));
    let Some(said) = said else {
        return if found == text { Notes::Updated(new) } else { Notes::Foreign };
    };
    if found == new || digest(&[text]) == said {
        Notes::Kept
    } else if digest(&[body]) == said || body == text || resolve == Resolve::Document {
        Notes::Updated(new)
    } else if resolve == Resolve::Plan {
        Notes::Updated(format!("{body}\n{}{}{TAIL}\n", head(source.now), digest(&[text])))
    } else {
        Notes::Conflict
    }
}

fn head(source: &str) -> String {
    let plain = source.chars().map(|c| if c.is_control() || matches!(c, '<' | '>') { '?' } else { c });
    format!("{HEAD}{}: text=", plain.collect::<String>())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn notes_follow_the_document_unless_they_were_edited() {
        let (report, old, new) = (Resolve::Report, "# Old\n", "# New\n");
        let file = stamped("a.md", old);
        let from = |now| Source { now, former: None };
        let merge = |found: &str, text: &str, resolve| merge_notes(from("a.md"), found, text, resolve);
        assert_eq!(merge(&file, old, report), Notes::Kept);
        assert_eq!(merge(&file, new, report), Notes::Updated(stamped("a.md", new)));
        let edited = file.replace("Old", "Mine");
        assert_eq!(merge(&edited, old, report), Notes::Kept);
        assert_eq!(merge(&edited, new, report), Notes::Conflict);
        assert_eq!(merge(&edited, new, Resolve::Document), Notes::Updated(stamped("a.md", new)));
        let Notes::Updated(settled) = merge(&edited, new, Resolve::Plan) else { panic!("settled") };
        assert!(settled.starts_with("# Mine"));
        assert_eq!(merge(&settled, new, report), Notes::Kept);
        assert_eq!(merge_notes(from("b.md"), &file, old, report), Notes::Foreign);
        let moved = Source { now: "docs/a.md", former: Some("a.md") };
        assert_eq!(merge_notes(moved, &file, new, report), Notes::Updated(stamped("docs/a.md", new)));
        assert_eq!(merge("# Other\n", old, report), Notes::Foreign);
    }
}
