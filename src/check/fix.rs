//! What mends itself: slips of which it is certain what was meant.

use crate::finding::Finding;
use crate::format::{Document, FileKind, parse_config, parse_group, parse_milestone, parse_task};
use crate::model::TaskId;
use crate::snapshot::Snapshot;
use std::collections::HashMap;

/// A file that was mended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mended {
    /// Its new content.
    pub bytes: Vec<u8>,
    /// What was done, a sentence each.
    pub done: Vec<String>,
}

/// More mends than any file needs.
const MOST: usize = 1000;

/// Mends the file at `path`; `None` if there is nothing that could be. A mend after which the file has a finding that it
/// did not have is not made.
pub fn mend(snapshot: &Snapshot, path: &str, bytes: &[u8]) -> Option<Mended> {
    let mut document = Document::parse(path, bytes).ok()?;
    let mut before = counts(path, &document);
    let mut done = Vec::new();
    while done.len() < MOST {
        let mut sound = None;
        let mut is_sound = |mended: &Document| {
            let after = counts(path, mended);
            let is = after.iter().all(|(problem, n)| before.get(problem).is_some_and(|old| n <= old));
            sound = is.then_some(after);
            is
        };
        let mended = document.mended(MOST - done.len(), &mut is_sound);
        let Some((mended, what)) = mended.or_else(|| respelled(snapshot, &document, &mut is_sound)) else {
            break;
        };
        document = mended;
        done.extend(what);
        before = sound.unwrap_or_default();
    }
    (!done.is_empty()).then(|| Mended { bytes: document.into_bytes(), done })
}

/// How often each problem is in a file.
fn counts(path: &str, document: &Document) -> HashMap<(&'static str, String), usize> {
    let mut counts = HashMap::new();
    for problem in problems(path, &document.clone().into_bytes()) {
        *counts.entry((problem.code, problem.message)).or_default() += 1;
    }
    counts
}

fn problems(path: &str, bytes: &[u8]) -> Vec<Finding> {
    match FileKind::of(path) {
        FileKind::Task => parse_task(path, bytes).problems,
        FileKind::Group => parse_group(path, bytes).problems,
        FileKind::Milestone => parse_milestone(path, bytes).problems,
        FileKind::Config => parse_config(path, bytes).problems,
    }
}

/// The first dependency that can be written as the file that it means is, and the sentence for it.
fn respelled(
    snapshot: &Snapshot,
    document: &Document,
    is_sound: &mut impl FnMut(&Document) -> bool,
) -> Option<(Document, Vec<String>)> {
    document.list("depends").into_iter().find_map(|written| {
        let id: TaskId = written.parse().ok()?;
        let other = snapshot.task(&id).filter(|other| other.id.as_str() != id.as_str())?;
        let mut mended = document.clone();
        let is = mended.respell("depends", id.as_str(), other.id.as_str()) && is_sound(&mended);
        is.then(|| (mended, vec![format!("wrote {id} as {}", other.id)]))
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::snapshot::PlanFile;
    use proptest::prelude::*;

    fn mended(path: &str, text: &str) -> Option<String> {
        let file =
            |path: &str, text: &str| PlanFile { path: path.to_owned(), bytes: text.as_bytes().to_vec() };
        let files = vec![file(path, text), file(".tasks/T2.toml", "title = \"Two\"\n")];
        let snapshot = Snapshot::read(files, Vec::new());
        mend(&snapshot, path, text.as_bytes()).map(|mended| String::from_utf8(mended.bytes).unwrap())
    }

    #[test]
    fn what_is_certain_is_mended_and_nothing_else_is_touched() {
        let cases = [
            ("# c\ntitel = \"One\" # t\n", Some("# c\ntitle = \"One\" # t\n")),
            (
                "title = \"One\"\r\n[[step]]\r\ntext = \"a\"\r\n",
                Some("title = \"One\"\r\n[[steps]]\r\ntext = \"a\"\r\n"),
            ),
            (
                "title = \"One\"\n[[steps]]\ntext = \"a\"\nnote = [\"n\"]\n",
                Some("title = \"One\"\n[[steps]]\ntext = \"a\"\nnotes = [\"n\"]\n"),
            ),
            (
                "title = \"One\"\n\n[fields]\nx = \"y\"\n\ndepends = [\n  \"T2\",\n]\n",
                Some("title = \"One\"\n\ndepends = [\n  \"T2\",\n]\n\n[fields]\nx = \"y\"\n"),
            ),
            (
                "title = \"One\"\n\n[[steps]]\ntext = \"a\"\ntags = [\"x\"]\n",
                Some("title = \"One\"\n\ntags = [\"x\"]\n\n[[steps]]\ntext = \"a\"\n"),
            ),
            (
                "title = \"One\"\ntags = [\n  \"a\",\n  \"a\",\n  \"b\",\n]\n",
                Some("title = \"One\"\ntags = [\n  \"a\",\n  \"b\",\n]\n"),
            ),
            (
                "title = \"One\"\ntags = [\n  # ours\n  \"api\", # agreed\n  \"b\",\n  \"api\",\n]\n",
                Some("title = \"One\"\ntags = [\n  # ours\n  \"api\", # agreed\n  \"b\",\n]\n"),
            ),
            (
                "title = \"One\"\ntags = [\"a\", \"b\", \"a\"]\n",
                Some("title = \"One\"\ntags = [\"a\", \"b\"]\n"),
            ),
            (
                "title = \"One\"\n\n[fields]\n# on it\ndue = 2026-12-24 # Christmas\nx = \"y\"\n",
                Some("title = \"One\"\n\n# on it\ndue = 2026-12-24 # Christmas\n\n[fields]\nx = \"y\"\n"),
            ),
            // All that stand under one name are meant alike, beside right ones too.
            (
                "title = \"One\"\n[[step]] # 1\ntext = \"a\"\n[[ \"step\" ]]\ntext = \"b\"\n[[stepps]]\ntext = \"c\"\n",
                Some(
                    "title = \"One\"\n[[steps]] # 1\ntext = \"a\"\n[[steps]]\ntext = \"b\"\n[[steps]]\ntext = \"c\"\n",
                ),
            ),
            (
                "title = \"One\"\n[[steps]]\ntext = \"a\"\n[[step]]\ntext = \"b\"\n",
                Some("title = \"One\"\n[[steps]]\ntext = \"a\"\n[[steps]]\ntext = \"b\"\n"),
            ),
            (
                "title = \"One\"\ndepends = [\n  \"t2\", # why\n]\n",
                Some("title = \"One\"\ndepends = [\n  \"T2\", # why\n]\n"),
            ),
        ];
        for (text, after) in cases {
            assert_eq!(mended(".tasks/1.toml", text).as_deref(), after, "{text}");
        }
    }

    #[test]
    fn what_is_not_certain_stays() {
        let cases = [
            "title = \"One\"\n",
            // Both are there, and nobody can tell which is meant.
            "title = \"One\"\ntitel = \"Two\"\n",
            // It would become a finding of another kind.
            "title = \"One\"\ndepend = 3.5\n",
            // Somebody has said something of both.
            "title = \"One\"\ntags = [\n  \"a\", # one\n  \"a\", # other\n]\n",
            // What a task is said to be must not change by itself.
            "title = \"One\"\n[fields]\nstatus = \"completed\"\n",
            "title = \"One\"\ndepends = [\"2\"]\n[fields]\ndepends = [\"1\"]\n",
            // Each step says something else of itself, and neither of the task.
            "title = \"One\"\n[[steps]]\ntext = \"a\"\npriority = \"high\"\n[[steps]]\ntext = \"b\"\npriority = \"low\"\n",
            "title = \"One\"\n[fields]\ndue = 2026-12-24\n[[steps]]\ntext = \"b\"\ndue = 2026-12-24\n",
            // Only a part of them could be renamed.
            "title = \"One\"\n[[step]]\ntext = \"a\"\n[step.more]\nx = 1\n",
            "title = \"One\"\nsteps = [{ text = \"a\" }]\n[[step]]\ntext = \"b\"\n",
            "title = ",
        ];
        for text in cases {
            assert_eq!(mended(".tasks/1.toml", text), None, "{text}");
        }
    }

    #[test]
    fn all_criteria_of_a_milestone_are_mended() {
        let text = "title = \"B\"\n[[criterion]]\ntext = \"a\"\n[[criterion]]\ntext = \"b\"\n";
        let after = text.replace("criterion", "criteria");
        assert_eq!(mended(".tasks/milestones/beta.toml", text), Some(after));
    }

    #[test]
    fn codes_of_rules_are_mended_in_the_configuration() {
        let text = "version = 1\n[check]\noverdu = \"off\"\n";
        assert_eq!(
            mended(".tasks/config.toml", text).as_deref(),
            Some("version = 1\n[check]\noverdue = \"off\"\n")
        );
    }

    #[test]
    fn many_slips_are_mended_in_one_go() {
        let tags = (0..900).map(|n| format!("  \"tag{}\",\n", n % 10)).collect::<Vec<_>>().concat();
        let steps = (0..90)
            .map(|n| format!("[[steps]]\ntext = \"{n}\"\nnote = [\"n\"]\n"))
            .collect::<Vec<_>>()
            .concat();
        let text = format!("title = \"One\"\ntags = [\n{tags}]\n{steps}");
        let after = mended(".tasks/1.toml", &text).unwrap();
        assert_eq!(after.matches("\"tag").count(), 10);
        assert_eq!(after.matches("\nnotes = ").count(), 90);
        let more = text.replace(
            "]\n[[steps]]\ntext = \"0\"",
            "  \"tag0\", # ours\n  \"tag0\",\n]\n[[steps]]\ntext = \"0\"",
        );
        assert_eq!(mended(".tasks/1.toml", &more).unwrap().matches("\"tag").count(), 11);
    }

    /// Lines of which some are slips; together they may be no TOML.
    const LINES: &[&str] = &[
        "title = \"One\"",
        "titel = \"Two\"",
        "depends = [\"t2\", \"T2\"]",
        "depend = [\n  \"t2\", # why\n]",
        "tags = ['a', \"a\", \"b\"]",
        "tags = [\n  # of a\n  'a',\n  \"a\", # again\n  \"b\",\n  \"a\",\n]",
        "due = 2026-12-24 # Christmas",
        "Tags = 3",
        "# a comment",
        "",
        "[fields]",
        "[feilds]",
        "[[steps]]",
        "[[step]]",
        "text = \"a\"",
        "note = [\"n\"]",
        "milestones = [\"beta\", \"beta\"]",
        "owner = \"me\"",
        "status = \"completed\"",
    ];

    proptest! {
        #[test]
        fn mending_breaks_nothing_and_is_done_at_once(
            picks in proptest::collection::vec(0..LINES.len(), 1..9),
            crlf in any::<bool>(),
        ) {
            let end = if crlf { "\r\n" } else { "\n" };
            let text: String = picks.iter().map(|&at| LINES[at].replace('\n', end) + end).collect();
            let path = ".tasks/1.toml";
            let Some(after) = mended(path, &text) else { return Ok(()) };
            let old = problems(path, text.as_bytes()).len();
            prop_assert!(problems(path, after.as_bytes()).len() <= old, "{text}\nbecame\n{after}");
            prop_assert_eq!(after.matches('#').count(), text.matches('#').count(), "{}\nbecame\n{}", text, after);
            prop_assert_eq!(after.matches('\n').count(), after.matches(end).count());
            prop_assert_eq!(mended(path, &after), None, "{}", after);
        }
    }
}
