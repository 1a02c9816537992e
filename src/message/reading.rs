//! Reading a message: the subject form only, until the whole grammar is here.

use super::{Effect, Message, Part, Reference, Revert, RevertKind, Rule};

/// What a repository's own configuration says of references.
#[derive(Debug, Clone, Default)]
pub struct Rules(());

/// Whether the raw bytes of a message may say anything of tasks.
pub fn may_matter(bytes: &[u8], _rules: &Rules) -> bool {
    let has = |word: &[u8]| bytes.windows(word.len()).any(|w| w.eq_ignore_ascii_case(word));
    has(b"task") || has(b"revert")
}

/// What a message says.
pub fn read(text: &str, _is_merge: bool, _rules: &Rules) -> Message {
    let subject = text.lines().next().unwrap_or_default();
    let mut part = Part { subject: subject.to_owned(), ..Part::default() };
    if let Some((id, _)) = subject.strip_prefix("task ").and_then(|rest| rest.split_once(": ")) {
        let mut words = id.split(" step ");
        part.references.push(Reference {
            effect: Effect::Completes,
            rule: Rule::Subject,
            words: words.next().map(str::to_owned).into_iter().collect(),
            steps: words.filter_map(|n| n.parse().ok()).collect(),
            line: 1,
            text: subject.to_owned(),
        });
    }
    if let Some(quoted) = subject.strip_prefix("Revert \"") {
        let subject = quoted.trim_end_matches('"').to_owned();
        part.revert = Some(Revert { subject, kind: RevertKind::Revert, commits: Vec::new() });
    }
    Message { parts: vec![part] }
}

/// A subject without what forges add to it.
pub fn comparable_subject(subject: &str) -> &str {
    subject.trim()
}
