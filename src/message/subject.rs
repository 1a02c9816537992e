//! The anchored forms of a subject: `task 412: text`, work in progress, steps.

use super::lines::{lines, skip_blanks, strip_word, trim};
use super::revert::comparable_subject;
use super::{Effect, Inert, Rules, SubjectEffect, list};

/// A subject that names tasks before its colon.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Form {
    /// The words of the id list.
    pub words: Vec<String>,
    /// The step numbers; then there is one word.
    pub steps: Vec<u32>,
    /// Whether it says `wip`.
    pub is_wip: bool,
    /// How many bytes stand behind the colon.
    pub rest: usize,
}

impl Form {
    /// Reads `text`, which has no blanks around it, as a subject.
    pub fn read(text: &str, rules: &Rules) -> Option<Self> {
        let prefixed = wip_prefix(text);
        let (words, mut rest) = list::strict(rules.strip_head(prefixed.unwrap_or(text))?, Some(rules))?;
        let mut is_wip = prefixed.is_some();
        if let Some(after) = wip_word(rest) {
            (is_wip, rest) = (true, after);
        }
        let mut steps = Vec::new();
        if let Some(after) = list::strip_step(skip_blanks(rest)).filter(|_| rest.starts_with([' ', '\t'])) {
            (steps, rest) = list::numbers(after)?;
        }
        if let Some(after) = wip_word(rest) {
            (is_wip, rest) = (true, after);
        }
        let rest = rest.strip_prefix(':')?;
        let said = trim(rest);
        // Whose steps they would be, nobody could tell.
        let is_ambiguous = !steps.is_empty() && words.len() > 1;
        if said.is_empty() || is_ambiguous {
            return None;
        }
        is_wip |= wip_mark(said).is_some() || strip_word(said, "wip").is_some_and(is_word_end);
        Some(Self { words, steps, is_wip, rest: rest.len() })
    }

    /// What it asks for, where a plain subject does `plain`.
    pub fn effect(&self, plain: SubjectEffect) -> Effect {
        match (self.is_wip, self.steps.is_empty(), plain) {
            (true, _, _) | (false, true, SubjectEffect::Starts) => Effect::Starts,
            (false, false, _) => Effect::CompletesSteps,
            (false, true, SubjectEffect::Completes) => Effect::Completes,
        }
    }
}

/// Removes Git's marks for commits that are to be folded into others. The outermost one counts.
pub(super) fn strip_inert(subject: &str) -> (Option<Inert>, &str) {
    let (mut inert, mut rest) = (None, subject);
    'marks: loop {
        for mark in [Inert::Fixup, Inert::Squash, Inert::Amend] {
            if let Some(after) = rest.strip_prefix(mark.as_str()) {
                inert = inert.or(Some(mark));
                rest = trim(after);
                continue 'marks;
            }
        }
        return (inert, rest);
    }
}

/// Removes `Merged PR 5: `.
pub(super) fn strip_forge_prefix(subject: &str) -> Option<&str> {
    let number = subject.strip_prefix("Merged PR ")?;
    let rest = number.trim_start_matches(|c: char| c.is_ascii_digit());
    let is_number = rest.len() < number.len();
    rest.strip_prefix(": ").filter(|_| is_number).map(trim)
}

/// Whether a forge wrote the subject of this merge commit, and the title of the request into its body.
pub(super) fn is_forge_merge(subject: &str) -> bool {
    let numbered = |text: &str, prefix: &str| {
        let rest = text.strip_prefix(prefix)?;
        let after = rest.trim_start_matches(|c: char| c.is_ascii_digit());
        (after.len() < rest.len()).then(|| after.to_owned())
    };
    let is_request = numbered(subject, "Merge pull request #")
        .is_some_and(|rest| rest.starts_with(" from ") || rest.starts_with(" in "));
    let is_branch = subject
        .strip_prefix("Merge branch '")
        .is_some_and(|rest| rest.contains("' into '") && rest.ends_with('\''));
    let is_named = subject
        .strip_prefix("Merged in ")
        .and_then(|rest| rest.rsplit_once(" (pull request #"))
        .and_then(|(_, number)| number.strip_suffix(')'))
        .is_some_and(|number| !number.is_empty() && number.bytes().all(|b| b.is_ascii_digit()));
    is_request || is_branch || is_named || strip_forge_prefix(subject).is_some()
}

/// The title of the request that a forge's merge commit brings in: the first line of its body.
pub fn merged_title(message: &str) -> Option<&str> {
    let mut filled = lines(message, 1).filter(|line| !line.is_blank());
    filled.next().filter(|subject| is_forge_merge(trim(subject.text)))?;
    filled.next().map(|line| trim(line.text))
}

/// Whether the subject ends in the number of a request, as forges write it when they squash.
pub(super) fn is_forge_squash(subject: &str) -> bool {
    comparable_subject(subject).len() < trim(subject).len()
}

/// `wip: `, `[wip] ` or `(wip) ` before everything else.
fn wip_prefix(text: &str) -> Option<&str> {
    let rest = match wip_mark(text) {
        Some(rest) => rest.strip_prefix(':').unwrap_or(rest),
        None => strip_word(text, "wip")?.strip_prefix(':')?,
    };
    Some(skip_blanks(rest))
}

/// ` wip`, `[wip]` or `(wip)` between the list and the colon.
fn wip_word(text: &str) -> Option<&str> {
    let next = skip_blanks(text);
    if let Some(rest) = wip_mark(next) {
        return Some(rest);
    }
    let rest = strip_word(next, "wip").filter(|_| next.len() < text.len())?;
    rest.starts_with([' ', '\t', ':']).then_some(rest)
}

fn wip_mark(text: &str) -> Option<&str> {
    strip_word(text, "[wip]").or_else(|| strip_word(text, "(wip)"))
}

/// Whether a word ends before `rest`: `wip, half` is the word, `wipe`, `wip-limit` and `wip.txt` are others.
fn is_word_end(rest: &str) -> bool {
    let glue = |c: char| matches!(c, '-' | '_' | '.' | '/' | '\'' | '\u{2019}');
    let next = rest.strip_prefix(glue).unwrap_or(rest);
    !rest.starts_with('_') && !next.chars().next().is_some_and(char::is_alphanumeric)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_word_that_merely_begins_with_wip_is_none() {
        for (text, expected) in [
            ("wip", true),
            ("WIP half", true),
            ("wip: half", true),
            ("wip, half", true),
            ("wip.", true),
            ("wip - half", true),
            ("[Wip]half", true),
            ("(wip)", true),
            ("wipe", false),
            ("wip-limit", false),
            ("wip_x", false),
            ("wip.txt", false),
            ("wip2", false),
            ("half wip", false),
        ] {
            let form = Form::read(&format!("task 412: {text}"), &Rules::default()).unwrap();
            assert_eq!(form.is_wip, expected, "{text}");
        }
    }

    #[test]
    fn subjects_of_forges() {
        for subject in [
            "Merge pull request #5 from someone/feature",
            "Merge pull request #5 in PROJ/repo from feature to main",
            "Merge branch 'x' into 'y'",
            "Merged in x (pull request #5)",
            "Merged PR 5: anything",
        ] {
            assert!(is_forge_merge(subject), "{subject}");
        }
        for subject in [
            "Merge branch 'x'",
            "Merge branch 'x' into y",
            "Merge pull request # from x",
            "Merge pull request #5",
            "Merged in x",
            "Merged in x (pull request #)",
            "Merged PR : x",
            "merge pull request #5 from x",
        ] {
            assert!(!is_forge_merge(subject), "{subject}");
        }
    }

    #[test]
    fn the_title_of_a_request_follows_the_subject_of_a_forge() {
        for (message, expected) in [
            ("Merge pull request #5 from a/b\n\n x \ny", Some("x")),
            ("\nMerge branch 'x' into 'y'\r\n\r\nx\r\n", Some("x")),
            ("Merged in x (pull request #5)\nx", Some("x")),
            ("Merge pull request #5 from a/b\n\n", None),
            ("Merge branch 'x'\n\nx", None),
            ("", None),
        ] {
            assert_eq!(merged_title(message), expected, "{message:?}");
        }
    }

    #[test]
    fn marks_are_stripped_however_often() {
        assert_eq!(strip_inert("fixup! squash! task 4: x"), (Some(Inert::Fixup), "task 4: x"));
        assert_eq!(strip_inert("amend! x"), (Some(Inert::Amend), "x"));
        assert_eq!(strip_inert("fix up! x"), (None, "fix up! x"));
    }
}
