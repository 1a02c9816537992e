//! What differs between two texts, line by line.

use similar::{ChangeTag, TextDiff};
use std::time::Duration;

/// How many unchanged lines are shown around a change.
const CONTEXT: usize = 1;

/// Texts that differ everywhere are compared less and less finely after this.
const PATIENCE: Duration = Duration::from_millis(200);

/// Longer steps are compared by equality alone.
const MAX_REWORDED: usize = 500;

/// A line of two texts held against each other.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum LineChange {
    /// Both have it; shown for orientation.
    Kept(String),
    /// Only the earlier text has it.
    Removed(String),
    /// Only the later text has it.
    Added(String),
    /// So many lines that both have are left out here.
    Skipped(usize),
}

/// The lines that differ, with a line of context around them; nothing where no line differs.
pub fn line_changes(before: &str, after: &str) -> Vec<LineChange> {
    let diff = TextDiff::configure().timeout(PATIENCE).diff_lines(before, after);
    let mut lines = Vec::new();
    let mut done = 0;
    for group in diff.grouped_ops(CONTEXT) {
        let start = group.first().map_or(done, |op| op.old_range().start);
        skip(start - done, &mut lines);
        for change in group.iter().flat_map(|op| diff.iter_changes(op)) {
            let text = change.value().trim_end_matches(['\n', '\r']).to_owned();
            lines.push(match change.tag() {
                ChangeTag::Equal => LineChange::Kept(text),
                ChangeTag::Delete => LineChange::Removed(text),
                ChangeTag::Insert => LineChange::Added(text),
            });
        }
        done = group.last().map_or(done, |op| op.old_range().end);
    }
    if !lines.is_empty() {
        skip(before.lines().count().saturating_sub(done), &mut lines);
    }
    lines
}

fn skip(count: usize, lines: &mut Vec<LineChange>) {
    if count > 0 {
        lines.push(LineChange::Skipped(count));
    }
}

/// Whether one line reads like the other with a few words changed: at least half of their words are the same.
pub(super) fn is_reworded(before: &str, after: &str) -> bool {
    before.len().max(after.len()) <= MAX_REWORDED && TextDiff::from_words(before, after).ratio() >= 0.5
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn shown(before: &str, after: &str) -> String {
        let line = |line: LineChange| match line {
            LineChange::Kept(text) => format!(" {text}"),
            LineChange::Removed(text) => format!("-{text}"),
            LineChange::Added(text) => format!("+{text}"),
            LineChange::Skipped(count) => format!("@{count}"),
        };
        line_changes(before, after).into_iter().map(line).collect::<Vec<_>>().join("|")
    }

    #[test]
    fn only_what_changed_and_its_neighbours_are_shown() {
        assert_eq!(shown("a\nb\nc\nd\ne\n", "a\nb\nX\nd\ne\n"), "@1| b|-c|+X| d|@1");
        assert_eq!(shown("", "a\nb"), "+a|+b");
        assert_eq!(shown("a\r\nb", "a\nb"), "-a|+a| b");
        assert_eq!(shown("a", "a"), "");
    }

    #[test]
    fn a_step_is_reworded_if_half_of_it_stays() {
        assert!(is_reworded("write the manual", "write the long manual"));
        assert!(!is_reworded("write the manual", "measure it"));
        assert!(!is_reworded("a", "b"));
    }

    proptest! {
        #[test]
        fn the_lines_of_both_texts_are_accounted_for(before in "([ab]\n){0,9}", after in "([ab]\n){0,9}") {
            let changes = line_changes(&before, &after);
            prop_assert_eq!(changes.is_empty(), before == after);
            let of = |line: &LineChange| match line {
                LineChange::Kept(_) => (1, 1),
                LineChange::Removed(_) => (1, 0),
                LineChange::Added(_) => (0, 1),
                LineChange::Skipped(count) => (*count, *count),
            };
            if before != after {
                let sum = changes.iter().map(of).fold((0, 0), |a, b| (a.0 + b.0, a.1 + b.1));
                prop_assert_eq!(sum, (before.lines().count(), after.lines().count()));
            }
        }
    }
}
