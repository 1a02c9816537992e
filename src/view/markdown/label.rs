//! Labels such as `- **Due:** 2026-12-01`.

use super::inline::{Place, escape, read_char, read_inline};

/// Labels that stand for keys of their own; a field of such a name stands in quotes.
pub const LABELS: [&str; 17] = [
    "Status",
    "Reason",
    "Waiting on",
    "Priority",
    "Estimate",
    "Due",
    "Optional",
    "Depends on",
    "Assignees",
    "Tags",
    "Milestones",
    "Files",
    "Links",
    "Goal",
    "Groups",
    "Tasks",
    "Declared tasks",
];

/// The name of a field as the text of a label.
pub fn label(name: &str) -> String {
    let known = LABELS.iter().any(|label| label.eq_ignore_ascii_case(name));
    let escaped = escape(name, Place::Label);
    if known || name.is_empty() || name.starts_with('"') { format!("\"{escaped}\"") } else { escaped }
}

/// A label and what follows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Labelled<'a> {
    /// The label, or the name of a field.
    pub label: String,
    /// Whether it stood in quotes, so that it is the name of a field in any case.
    pub quoted: bool,
    /// What follows it on its line, still escaped.
    pub value: &'a str,
}

/// Reads `- **LABEL:** value`.
pub fn read_label(line: &str) -> Option<Labelled<'_>> {
    let rest = line.strip_prefix("- **")?;
    let mut at = 0;
    loop {
        let c = rest[at..].chars().next()?;
        if rest[at..].starts_with(":**") {
            break;
        }
        at += read_char(&rest[at..], c).1;
    }
    let (name, value) = (&rest[..at], rest[at + 3..].trim_start());
    let inner = name.strip_prefix('"').and_then(|name| name.strip_suffix('"'));
    Some(Labelled { label: read_inline(inner.unwrap_or(name)), quoted: inner.is_some(), value })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_field_of_a_known_name_stands_in_quotes() {
        assert_eq!(label("Impact"), "Impact");
        assert_eq!(label("due"), "\"due\"");
        assert_eq!(read_label("- **Due:** x").map(|l| l.quoted), Some(false));
        assert_eq!(read_label("- a"), None);
    }

    proptest! {
        #[test]
        fn every_name_reads_back(name in "(due|[`\\\\*:\"& a<@\n]{0,8})") {
            let line = format!("- **{}:** x", label(&name));
            let read = read_label(&line).unwrap();
            prop_assert_eq!((read.label, read.value), (name, "x"), "{}", line);
        }
    }
}
