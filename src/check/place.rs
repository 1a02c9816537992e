//! Where in its file a finding lies, and the order of findings.

use crate::finding::{Finding, Place};
use crate::model::natural_cmp;
use std::cmp::Ordering;

/// Gives findings that have none a place in their file, as far as `text_of` knows the file, and puts all in order: by
/// path, then by place; what lies in no file comes last, as it was.
pub fn locate(findings: &mut [Finding], text_of: impl Fn(&str) -> Option<String>) {
    for finding in findings.iter_mut().filter(|f| f.place.is_none()) {
        let text = finding.path.as_deref().and_then(&text_of);
        if let Some(text) = text {
            let at = keys(finding.code).iter().find_map(|key| offset(&text, key, quoted(&finding.message)));
            finding.place = at.map(|at| Place::at(&text, at));
        }
    }
    findings.sort_by(|a, b| by_path(a, b).then_with(|| a.place.cmp(&b.place)));
}

fn by_path(a: &Finding, b: &Finding) -> Ordering {
    match (&a.path, &b.path) {
        (Some(a), Some(b)) => natural_cmp(a, b).then_with(|| a.cmp(b)),
        (a, b) => a.is_none().cmp(&b.is_none()),
    }
}

/// The keys that a rule is about; the first that is there counts.
fn keys(code: &str) -> &'static [&'static str] {
    match code {
        "unknown-dependency" | "self-dependency" | "cycle" | "early-completion" => &["depends"],
        "unknown-milestone" => &["milestones"],
        "unknown-group" => &["groups"],
        "unknown-task" => &["tasks"],
        "blocked-without-reason" => &["status"],
        "completed-with-open-steps" | "lost-step" => &["steps"],
        "declared-tasks" => &["declared_tasks", "declared"],
        "declared-estimate" => &["estimate", "declared"],
        _ => &[],
    }
}

/// The word that a message begins with, in its quotes.
fn quoted(message: &str) -> Option<&str> {
    let end = message.strip_prefix('"')?.find('"')? + 2;
    message.get(..end)
}

/// Where the key stands at the beginning of a line, or else the word after it.
fn offset(text: &str, key: &str, word: Option<&str>) -> Option<usize> {
    let mut start = 0;
    for line in text.split_inclusive('\n') {
        let bare = line.trim_start_matches(['\u{feff}', ' ', '\t', '[']);
        let rest = bare.strip_prefix(key).map(|rest| rest.trim_start_matches([' ', '\t']));
        if rest.is_some_and(|rest| rest.starts_with(['=', ']'])) {
            let at = start + line.len() - bare.len();
            return Some(word.and_then(|word| text[at..].find(word)).map_or(at, |after| at + after));
        }
        start += line.len();
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::finding::Severity;

    #[test]
    fn findings_lie_where_their_word_is() {
        let text = "\u{feff}title = \"depends\"\r\ndepends = [\r\n  \"1\",\r\n  \"41\",\r\n]\n[[steps]]\n";
        let cases = [
            ("unknown-dependency", "\"41\" is no task", Some((4, 3))),
            ("cycle", "these wait for each other", Some((2, 1))),
            ("lost-step", "step 3", Some((6, 3))),
            ("unknown-milestone", "\"beta\" is", None),
            ("nested-plan", "a plan", None),
        ];
        for (code, message, place) in cases {
            let mut findings = [Finding::new(code, Severity::Error, message).with_path("a")];
            locate(&mut findings, |_| Some(text.to_owned()));
            assert_eq!(findings[0].place, place.map(|(line, column)| Place { line, column }), "{code}");
        }
    }

    #[test]
    fn findings_come_by_path_and_those_of_history_last() {
        let finding = |path: Option<&str>, line: u32| {
            let finding =
                Finding::new("x-y", Severity::Error, "m").with_place(Some(Place { line, column: 1 }));
            path.map_or(finding.clone(), |path| finding.with_path(path))
        };
        let mut findings =
            [finding(None, 1), finding(Some("10"), 1), finding(Some("9"), 2), finding(Some("9"), 1)];
        locate(&mut findings, |_| None);
        let order = findings.each_ref().map(|f| (f.path.as_deref(), f.place.map(|p| p.line)));
        assert_eq!(
            order,
            [(Some("9"), Some(1)), (Some("9"), Some(2)), (Some("10"), Some(1)), (None, Some(1))]
        );
    }
}
