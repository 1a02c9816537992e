//! The comment by which an imported file remembers what the document said.
//!
//! `# imported from plan.md: title=1f3a9c estimate=0b1c22 steps=9a8b7c:..x` ends the file. A second import has to know
//! what the first one brought, to tell what was edited here from what was changed there. A digest of each key is enough for
//! that, and it stays with the file when the task is moved or renumbered, in every clone, committed or not. Where the
//! comment is missing, nothing is taken from a document unasked.

use super::facts::{Fact, Facts};
use crate::format::Value;
use crate::model::{Step, StepStatus};
use std::fmt::Write;

const HEAD: &str = "# imported from ";

/// What a document said when it was last imported: a mark for each key of which it said something.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Stamp {
    marks: Vec<(String, String)>,
}

impl Stamp {
    /// The stamp of what a document says.
    pub fn of(facts: &Facts) -> Self {
        let mut stamp = Self::default();
        for (key, fact) in facts {
            stamp.set(key, Some(&mark(fact)));
        }
        stamp
    }

    /// The stamp that a file bears.
    pub fn find(text: &str) -> Option<Self> {
        let line = text.lines().rev().find_map(|line| line.trim().strip_prefix(HEAD))?;
        let (_, marks) = line.rsplit_once(": ")?;
        let marks = marks.split_whitespace().filter_map(|mark| mark.split_once('='));
        Some(Self { marks: marks.map(|(key, mark)| (key.to_owned(), mark.to_owned())).collect() })
    }

    /// The mark of a key.
    pub fn get(&self, key: &str) -> Option<&str> {
        let name = name(key);
        self.marks.iter().find(|(known, _)| *known == name).map(|(_, mark)| mark.as_str())
    }

    /// Sets the mark of a key, or removes it.
    pub fn set(&mut self, key: &str, mark: Option<&str>) {
        let name = name(key);
        self.marks.retain(|(known, _)| *known != name);
        self.marks.extend(mark.map(|mark| (name, mark.to_owned())));
    }

    /// The line, as it stands in a file.
    fn line(&self, source: &str) -> String {
        let source: String = source.chars().map(|c| if c.is_control() { '?' } else { c }).collect();
        let marks: Vec<String> = self.marks.iter().map(|(key, mark)| format!("{key}={mark}")).collect();
        format!("{HEAD}{source}: {}", marks.join(" "))
    }

    /// Writes it into a file: in the place of the one that is there, else at the end.
    pub fn put(&self, source: &str, text: &mut String) {
        let line = self.line(source);
        let mut start = text.len();
        for old in text.split_inclusive('\n').rev() {
            start -= old.len();
            if old.trim().starts_with(HEAD) {
                let end = start + old.trim_end_matches(['\n', '\r']).len();
                text.replace_range(start..end, &line);
                return;
            }
        }
        let newline = if text.contains("\r\n") { "\r\n" } else { "\n" };
        if !text.is_empty() && !text.ends_with('\n') {
            text.push_str(newline);
        }
        let _ = write!(text, "{newline}{line}{newline}");
    }
}

/// The text as it was before importing wrote its comment, and that comment, as they stand at the end of a file; the comment
/// is empty where there is none.
pub fn parted(text: &str) -> (&str, &str) {
    let start =
        text.rfind(HEAD).filter(|&at| text[..at].ends_with("\n\n") && text[at..].lines().count() == 1);
    start.map_or((text, ""), |at| text.split_at(at - 1))
}

/// The text without the comment that importing wrote.
pub fn unstamped(text: &str) -> String {
    let kept = text.split_inclusive('\n').filter(|line| !line.trim().starts_with(HEAD));
    kept.collect()
}

/// A key as one word: what names of fields have besides letters and digits would part the marks.
fn name(key: &str) -> String {
    let is_part = |c: char| c.is_alphanumeric() || matches!(c, '.' | '_' | '-');
    key.chars().map(|c| if is_part(c) { c } else { '-' }).collect()
}

/// The mark of a fact: a digest; of a checklist a digest of its texts, and a letter for the state of each item.
pub fn mark(fact: &Fact) -> String {
    match fact {
        Fact::Value(value) => digest(&[&plain(value)]),
        Fact::Checklist(steps) => {
            let states: String = steps.iter().map(|step| letter(step.status)).collect();
            format!("{}:{states}", texts(steps))
        }
    }
}

/// The digest of the texts of a checklist, without their states.
pub fn texts(steps: &[Step]) -> String {
    let parts: Vec<String> =
        steps.iter().map(|step| format!("{}\u{1}{}", step.text, step.notes.join("\u{1}"))).collect();
    digest(&parts.iter().map(String::as_str).collect::<Vec<_>>())
}

/// The states that the mark of a checklist holds, in the order of its items; `None` if it is no such mark.
pub fn states(mark: &str) -> Option<(&str, Vec<Option<StepStatus>>)> {
    let (texts, states) = mark.split_once(':')?;
    let state = |c| match c {
        'x' => Some(StepStatus::Completed),
        'o' => Some(StepStatus::InProgress),
        '!' => Some(StepStatus::Blocked),
        '-' => Some(StepStatus::Cancelled),
        _ => None,
    };
    Some((texts, states.chars().map(state).collect()))
}

fn letter(status: Option<StepStatus>) -> char {
    match status {
        None | Some(StepStatus::Pending) => '.',
        Some(StepStatus::Completed) => 'x',
        Some(StepStatus::InProgress) => 'o',
        Some(StepStatus::Blocked) => '!',
        Some(StepStatus::Cancelled) => '-',
    }
}

fn plain(value: &Value) -> String {
    match value {
        Value::Text(text) | Value::Multiline(text) => text.clone(),
        Value::List(items) => items.join("\n"),
        Value::Date(date) => date.to_string(),
        Value::Time(time) => time.to_string(),
        Value::Bool(value) => value.to_string(),
        Value::Integer(value) => value.to_string(),
    }
}

/// Six hexadecimal digits of the 64-bit FNV-1a digest: they have to tell two versions of a value apart, nothing more.
pub fn digest(parts: &[&str]) -> String {
    let mut hash = 0xcbf2_9ce4_8422_2325_u64;
    for part in parts {
        for byte in part.bytes().chain([0]) {
            hash = (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3);
        }
    }
    format!("{:06x}", (hash ^ (hash >> 32)) & 0xff_ffff)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_stamp_reads_back_and_is_replaced_in_its_place() {
        let facts = vec![
            ("title".to_owned(), Fact::Value(Value::Text("t".to_owned()))),
            ("fields.Done = when: it".to_owned(), Fact::Value(Value::Text("x".to_owned()))),
            ("steps".to_owned(), Fact::Checklist(vec![Step { text: "a".to_owned(), ..Step::default() }])),
        ];
        let stamp = Stamp::of(&facts);
        let mut text = "title = \"t\"\r\n".to_owned();
        stamp.put("a: b.md", &mut text);
        assert_eq!(Stamp::find(&text), Some(stamp.clone()));
        assert!(text.ends_with("\r\n") && text.contains("\r\n\r\n# imported from a: b.md: title="), "{text}");
        let once = text.clone();
        stamp.put("a: b.md", &mut text);
        assert_eq!(text, once);
        text.push_str("# mine\r\n");
        Stamp::default().put("c.md", &mut text);
        assert_eq!(text, "title = \"t\"\r\n\r\n# imported from c.md: \r\n# mine\r\n");
    }

    #[test]
    fn a_file_is_parted_where_its_stamp_begins() {
        let mut text = "title = \"t\"\n".to_owned();
        Stamp::default().put("a.md", &mut text);
        assert_eq!(parted(&text), ("title = \"t\"\n", "\n# imported from a.md: \n"));
        text.push_str("# mine\n");
        for other in [text.as_str(), "title = \"t\"\n", "a = 1\n# imported from b.md: \n", ""] {
            assert_eq!(parted(other), (other, ""));
        }
    }

    #[test]
    fn a_digest_does_not_change_between_versions_of_the_program() {
        assert_eq!(digest(&["Rotate refresh tokens"]), "c3e1e4");
        assert_ne!(digest(&["ab", "c"]), digest(&["a", "bc"]));
    }
}
