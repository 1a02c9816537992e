//! Reverts and re-applies.

use super::lines::{lines, trim};
use super::subject::strip_forge_prefix;
use super::{Revert, RevertKind};
use regex::Regex;
use std::borrow::Cow;
use std::sync::LazyLock;

const REVERT: &str = "Revert \"";
const REAPPLY: &str = "Reapply \"";

/// What Git writes, which it wraps; `git revert --reference` adds the subject and the date in brackets.
static SENTENCE: LazyLock<Regex> = LazyLock::new(|| {
    let blank = r"(?:[ \t]+(?:\r?\n)?[ \t]*|\r?\n[ \t]*)";
    let sha = "([0-9a-fA-F]{7,64})";
    let reference = r"(?: \([^\n]*\))?";
    let mainline = format!("(?:,{blank}reversing{blank}changes{blank}made{blank}to{blank}{sha}\\b)?");
    let pattern = format!(r"(?m)^[ \t]*This{blank}reverts{blank}commit{blank}{sha}\b{reference}{mainline}");
    Regex::new(&pattern).expect("the pattern is constant")
});

/// The same as a paragraph's first line, as Git leaves it: under another title nothing less is a revert.
static OPENING: LazyLock<Regex> = LazyLock::new(|| {
    let sha = "([0-9a-fA-F]{7,64})";
    let pattern =
        format!(r"^This reverts commit {sha}\b(?: \([^\n]*\))?(?:\.[ \t]*$|,[ \t]*(?:reversing\b|$))");
    Regex::new(&pattern).expect("the pattern is constant")
});

/// The subject without a trailing `(#123)` or `(!123)`, of which forges may have added several.
///
/// Forges quote the title of a request, which lacks them, when they revert it.
pub(super) fn comparable_subject(subject: &str) -> &str {
    let mut rest = trim(subject);
    while let Some(shorter) = strip_number(rest) {
        rest = shorter;
    }
    rest
}

/// What is compared of a subject: it lacks such numbers, and a forge's `Merged PR 5: `, at every level of quoting, since each
/// button that reverts a revert may have left them there.
pub fn comparable_title(subject: &str) -> Cow<'_, str> {
    let bare = |subject| {
        let numberless = comparable_subject(subject);
        strip_forge_prefix(numberless).unwrap_or(numberless)
    };
    let mut rest = bare(subject);
    let mut marks = Vec::new();
    while let Some((mark, quoted)) = quotation(rest) {
        marks.push(mark);
        rest = bare(quoted);
    }
    if marks.is_empty() {
        return Cow::Borrowed(rest);
    }
    let closing = "\"".repeat(marks.len());
    Cow::Owned(marks.concat() + rest + &closing)
}

/// What a subject that quotes another starts with, and the other.
fn quotation(subject: &str) -> Option<(&'static str, &str)> {
    let (mark, rest) =
        [REVERT, REAPPLY].iter().find_map(|mark| Some((*mark, subject.strip_prefix(mark)?)))?;
    Some((mark, rest.strip_suffix('"')?))
}

/// Reads a subject as that of a revert; the commits are added by [`commits`].
pub(super) fn read(subject: &str) -> Option<Revert> {
    let (mark, quoted) = quotation(comparable_subject(subject))?;
    let kind = if mark == REVERT { RevertKind::Revert } else { RevertKind::Reapply };
    Some(Revert { subject: quoted.to_owned(), kind, commits: Vec::new() })
}

/// The commits that a piece of a body says it reverts.
pub(super) fn commits(body: &str) -> impl Iterator<Item = (String, Option<String>)> {
    SENTENCE
        .captures_iter(body)
        .map(|found| (found[1].to_owned(), found.get(2).map(|sha| sha.as_str().to_owned())))
}

/// A revert whose title somebody has reworded, as `git revert --edit` and `--reference` let them: what Git's own sentence
/// says, where it begins a paragraph among `pieces` of the body.
pub(super) fn retitled<'a>(pieces: impl Iterator<Item = &'a str> + Clone) -> Option<Revert> {
    let opens = |piece: &str| {
        let mut is_after_blank = false;
        lines(piece, 0).any(|line| {
            let is_first = std::mem::replace(&mut is_after_blank, line.is_blank());
            is_first && OPENING.is_match(line.text)
        })
    };
    let is_one = pieces.clone().any(opens);
    is_one.then(|| {
        let commits = pieces.flat_map(commits).collect();
        Revert { subject: String::new(), kind: RevertKind::Retitled, commits }
    })
}

fn strip_number(text: &str) -> Option<&str> {
    let inner = text.strip_suffix(')')?;
    let rest = inner.trim_end_matches(|c: char| c.is_ascii_digit());
    if rest.len() == inner.len() {
        return None;
    }
    rest.strip_suffix("(#").or_else(|| rest.strip_suffix("(!")).map(trim)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_of_requests_do_not_count() {
        for (subject, expected) in [
            ("x (#12)", "x"),
            ("x (!12)", "x"),
            ("x (#1) (#2)", "x"),
            ("x (#)", "x (#)"),
            ("x (12)", "x (12)"),
            ("x (#1) y", "x (#1) y"),
            ("(#1)", ""),
        ] {
            assert_eq!(comparable_subject(subject), expected);
        }
    }

    #[test]
    fn titles_are_compared_without_what_forges_add_at_every_level_of_quoting() {
        for (subject, expected) in [
            ("x (#1) (!2)", "x"),
            ("Revert \"x (#5)\"", "Revert \"x\""),
            ("Revert \"x\" (#6)", "Revert \"x\""),
            ("Reapply \"x (#5)\" (#7)", "Reapply \"x\""),
            (
                "Revert \"Reapply \"Revert \"x (#1)\" (#2)\" (!3)\" (#4)",
                "Revert \"Reapply \"Revert \"x\"\"\"",
            ),
            ("Revert \"say \"x (#1)\"\"", "Revert \"say \"x (#1)\"\""),
            ("Merged PR 5: x", "x"),
            ("Merged PR 6: Revert \"Merged PR 5: x (#1)\"", "Revert \"x\""),
            ("Merged PR x", "Merged PR x"),
            ("Revert \"", "Revert \""),
            ("Revert \"x (#1)", "Revert \"x"),
            ("Revert \"\"", "Revert \"\""),
        ] {
            assert_eq!(comparable_title(subject), expected);
        }
    }

    #[test]
    fn every_sentence_of_git() {
        let a = "1".repeat(40);
        let b = "b".repeat(40);
        let found = |body: &str| commits(body).collect::<Vec<_>>();
        let one = vec![(a.clone(), None)];
        let both = vec![(a.clone(), Some(b.clone()))];
        assert_eq!(found(&format!("This reverts commit {a}.")), one);
        assert_eq!(found(&format!("This reverts\ncommit {a}.")), one);
        assert_eq!(found(&format!("This reverts commit {a}, reversing\nchanges made to {b}.")), both);
        assert_eq!(found(&format!("This reverts commit {a}, reversing\r\nchanges made to {b}.")), both);
        assert_eq!(
            found(&format!("This reverts commit {a} (x (y), 2026-11-21), reversing\nchanges made to {b}")),
            both
        );
        assert_eq!(
            found("This reverts commit 1234567 (task 4: x, 2026-11-21)."),
            [("1234567".to_owned(), None)]
        );
        assert_eq!(
            found(
                "This reverts commit 123456.\nThis reverts commit abcdefg1.\nSo This reverts commit 1234567"
            ),
            []
        );
        assert_eq!(found(&format!("This reverts commit {a}.\nThis reverts commit {b}.")).len(), 2);
    }

    #[test]
    fn the_quoted_subject_is_exact() {
        let subject = |text| read(text).map(|found| (found.kind, found.subject));
        assert_eq!(subject("Revert \"a \"b\"\" (#5)"), Some((RevertKind::Revert, "a \"b\"".to_owned())));
        assert_eq!(subject("Reapply \"a (#4)\""), Some((RevertKind::Reapply, "a (#4)".to_owned())));
        assert_eq!(subject("Revert \"Revert \"a\"\""), Some((RevertKind::Revert, "Revert \"a\"".to_owned())));
        assert_eq!(subject("Revert \"a\" since b"), None);
        assert_eq!(subject("Revert \""), None);
        assert_eq!(subject("revert \"a\""), None);
    }
}
