//! Task files.

use super::keys::TASK;
use super::read::{Node, Parsed, Reader, file, scalar};
use super::source::shown;
use super::values::{date, dependencies, estimate, ids, moment, steps};
use crate::finding::Severity;
use crate::model::{FileStatus, Priority, Task};
use toml::Spanned;
use toml::de::{DeTable, DeValue};

/// Reads a task file. A task without a usable title has its id, the file's name, as its title.
pub fn parse_task(path: &str, bytes: &[u8]) -> Parsed<Task> {
    file(path, bytes, build)
}

fn build(reader: &mut Reader<'_>, table: DeTable<'_>) -> Task {
    let mut task = Task::default();
    let mut has_title = false;
    for (key, value) in table {
        match key.get_ref().as_ref() {
            "title" => {
                has_title = true;
                task.title = title(reader, value).unwrap_or_default();
            }
            "priority" => task.priority = priority(reader, value),
            "estimate" => task.estimate = estimate(reader, "estimate", value),
            "due" => task.due = date(reader, "due", &value),
            "optional" => task.optional = reader.boolean("optional", &value).unwrap_or_default(),
            "depends" => task.depends = dependencies(reader, "depends", value),
            "assignees" => task.assignees = reader.texts("assignees", value, "names"),
            "tags" => task.tags = reader.texts("tags", value, "tags"),
            "milestones" => task.milestones = reader.texts("milestones", value, "milestones"),
            "files" => task.files = reader.texts("files", value, "paths"),
            "links" => task.links = reader.texts("links", value, "addresses"),
            "created" => task.created = moment(reader, "created", &value),
            "status" => task.status = status(reader, value),
            "reason" => task.reason = reader.filled("reason", value),
            "waiting_on" => task.waiting_on = reader.filled("waiting_on", value),
            "reopened" => task.reopened = moment(reader, "reopened", &value),
            "aka" => task.aka = ids(reader, "aka", value),
            "description" => task.description = reader.text("description", value),
            "steps" => task.steps = steps(reader, value),
            "fields" => task.fields = fields(reader, value),
            _ => reader.stray(&key, TASK, &[], "a task"),
        }
    }
    if !has_title {
        reader.missing("missing-title", 0, "the task has no title", "begin the file with title = \"…\"");
    }
    if task.title.is_empty() {
        let name = reader.path.rsplit('/').next().unwrap_or(reader.path);
        name.strip_suffix(".toml").unwrap_or(name).clone_into(&mut task.title);
    }
    task
}

fn title(reader: &mut Reader<'_>, value: Node<'_>) -> Option<String> {
    let span = value.span();
    let title = reader.text("title", value)?;
    let wrong = if title.trim().is_empty() {
        "the title is empty"
    } else if title.contains('\n') {
        "the title has more than one line"
    } else {
        return Some(title);
    };
    let help = "write one line, and the rest in description".to_owned();
    reader.report("bad-value", Severity::Error, span.start, wrong.to_owned(), help);
    None
}

fn priority(reader: &mut Reader<'_>, value: Node<'_>) -> Option<Priority> {
    reader.word("priority", value, &Priority::ALL.map(Priority::as_str), Priority::from_name)
}

fn status(reader: &mut Reader<'_>, value: Node<'_>) -> Option<FileStatus> {
    if value.get_ref().as_str() == Some("pending") {
        let message =
            "status is derived from commits and dependencies, and pending is never written".to_owned();
        reader.bad_value(&value, message, "remove the line".to_owned());
        return None;
    }
    // What imports write besides, `in_progress`, is read and not advised.
    let words = ["completed", "cancelled", "blocked"];
    reader.word("status", value, &words, FileStatus::from_name)
}

/// Free text by name, in the order of the file. Numbers, dates and booleans are taken as they are written.
fn fields(reader: &mut Reader<'_>, value: Node<'_>) -> Vec<(String, String)> {
    let span = value.span();
    let table = match value.into_inner() {
        DeValue::Table(table) => table,
        other => {
            let help = "write [fields], and name = \"text\" on the next line".to_owned();
            reader.wrong_type(&Spanned::new(span, other), "a table", help);
            return Vec::new();
        }
    };
    let mut fields = Vec::with_capacity(table.len());
    for (key, value) in table {
        let known = TASK.iter().any(|k| k.name == key.get_ref().as_ref());
        if known {
            reader.without_effect(&key, "[fields]");
        }
        let (at, span) = (key.span().start, value.span());
        let name = key.into_inner().into_owned();
        match value.into_inner() {
            DeValue::String(text) => fields.push((at, name, text.into_owned())),
            DeValue::Array(_) | DeValue::Table(_) if known => {}
            other => {
                if scalar(&other).is_some() {
                    fields.push((at, name, reader.text[span].to_owned()));
                } else {
                    let help = format!("write {} = \"…\"", shown(&name, 40));
                    reader.wrong_type(&Spanned::new(span, other), "a string", help);
                }
            }
        }
    }
    fields.sort_by_key(|field| field.0);
    fields.into_iter().map(|(_, name, text)| (name, text)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::finding::Finding;
    use crate::model::{Dependency, StepStatus};

    const WHOLE: &str = r#"title = "Rotate refresh tokens"

priority = "high"

estimate = "2h-3h"

due = 2026-12-01

optional = true

depends = [
  408,
  "409",
  "01-database/",
]

assignees = ["c1"]

created = 2026-11-21T11:03:07.5+01:00

status = "blocked"

reason = "legal"

waiting_on = "them"

aka = ["413", 7]

description = """
Markdown, as long as it needs to be.
"""

[[steps]]
text = "Invalidate the old token"

[[steps]]
status = "completed"
text = "Track the token family"
notes = [
  "only for mobile clients",
]

[fields]
z = "Refresh flow"
a = 7
"#;

    /// A line of a task file that does not fit: the finding's code, line and column, and parts of message and help.
    type Misfit = (&'static str, &'static str, u32, u32, &'static str, &'static str);

    const MISFITS: &[Misfit] = &[
        (
            "depends = 408",
            "wrong-type",
            2,
            11,
            "expected a list of ids, found an integer",
            "write depends = [\"408\"]",
        ),
        ("depends = [\"a b\"]", "bad-value", 2, 12, "an id consists of", "an id is"),
        ("depends = [\"/\"]", "bad-value", 2, 12, "expected the name of a group", "database/"),
        ("depends = [-1]", "bad-value", 2, 12, "starts and ends", "an id is"),
        ("tags = [1]", "wrong-type", 2, 9, "expected a string, found an integer", "write \"1\""),
        (
            "priority = \"hihg\"",
            "bad-value",
            2,
            12,
            "expected critical, high, medium or low",
            "priority = \"high\"",
        ),
        ("status = \"pending\"", "bad-value", 2, 10, "status is derived", "remove the line"),
        (
            "status = \"done\"",
            "bad-value",
            2,
            10,
            "expected completed, cancelled or blocked, found \"done\"",
            "status =",
        ),
        (
            "due = \"2026-12-01\"",
            "wrong-type",
            2,
            7,
            "expected a date without a time",
            "due = 2026-12-01, without quotes",
        ),
        ("due = 2026-02-30", "unreadable-file", 2, 0, "not valid TOML", ""),
        ("created = 2026-12-01", "wrong-type", 2, 11, "with an offset", "created = "),
        ("estimate = 2", "wrong-type", 2, 12, "an estimate in quotes", "estimate = \"2h\""),
        ("estimate = \"soon\"", "bad-value", 2, 12, "expected an estimate, found \"soon\"", "2h-3h"),
        ("optional = \"yes\"", "wrong-type", 2, 12, "expected true or false", "optional = true"),
        ("steps = [\"a\"]", "wrong-type", 2, 10, "expected a table, found a string", "[[steps]]"),
        ("depend = [\"1\"]", "near-miss-key", 2, 1, "depend is no known key", "depends"),
        ("Tags = []", "near-miss-key", 2, 1, "Tags", "did you mean tags?"),
        ("[[step]]", "near-miss-key", 2, 3, "step is no known key", "steps"),
        ("owner = \"me\"", "unknown-key", 2, 1, "owner is no known key; it is kept", "[fields]"),
        (
            "[fields]\ndepends = [\"1\"]",
            "key-without-effect",
            3,
            1,
            "depends has no effect inside [fields]",
            "top of the file",
        ),
        (
            "[[steps]]\ntext = \"a\"\ntags = [\"1\"]",
            "key-without-effect",
            4,
            1,
            "inside a step",
            "top of the file",
        ),
        ("[[steps]]\ntext = \"a\"\nnote = [\"1\"]", "near-miss-key", 4, 1, "note", "notes"),
        ("reason = \" \"", "bad-value", 2, 10, "reason is empty", "write reason = \"…\", or remove the line"),
        ("waiting_on = \"\"", "bad-value", 2, 14, "waiting_on is empty", "remove the line"),
        ("assignees = [\"a\", \"\"]", "bad-value", 2, 19, "assignees has an empty item", "remove it"),
        ("tags = [\"\"]", "bad-value", 2, 9, "tags has an empty item", "remove it"),
        ("milestones = [\"\"]", "bad-value", 2, 15, "milestones has an empty item", "remove it"),
        ("links = [\" \"]", "bad-value", 2, 10, "links has an empty item", "remove it"),
        ("files = [\"\"]", "bad-value", 2, 10, "files has an empty item", "remove it"),
        ("[[steps]]\ntext = \"\"", "missing-text", 2, 1, "no text", "text ="),
        (
            "[[steps]]\ntext = \"a\"\nnotes = [\"\"]",
            "bad-value",
            4,
            10,
            "notes has an empty item",
            "remove it",
        ),
        ("[[steps]]\nstatus = \"completed\"", "missing-text", 2, 1, "no text", "text ="),
        ("\u{1b}[31m = 1", "unreadable-file", 2, 0, "not valid TOML", ""),
        ("a = \"\u{fc}\" x", "unreadable-file", 2, 9, "not valid TOML", ""),
        (
            "description = \"\"\"\n<<<<<<< ours\n\"\"\"",
            "conflict-markers",
            3,
            1,
            "merge conflict",
            "tasks resolve",
        ),
    ];

    fn problems(text: &str) -> Vec<Finding> {
        parse_task(".tasks/412.toml", text.as_bytes()).problems
    }

    #[test]
    fn every_key_is_read_with_either_line_ending() {
        for text in [WHOLE.to_owned(), WHOLE.replace('\n', "\r\n"), format!("\u{feff}{WHOLE}")] {
            let parsed = parse_task(".tasks/412.toml", text.as_bytes());
            assert_eq!(parsed.problems, []);
            let task = parsed.value.unwrap();
            assert_eq!(task.title, "Rotate refresh tokens");
            assert_eq!(task.priority, Some(Priority::High));
            assert_eq!(task.estimate.unwrap().to_string(), "2h-3h");
            assert_eq!(task.due, Some(jiff::civil::date(2026, 12, 1)));
            assert!(task.optional);
            let depends: Vec<String> = task.depends.iter().map(Dependency::to_string).collect();
            assert_eq!(depends, ["408", "409", "database/"]);
            assert_eq!(task.created.unwrap().to_string(), "2026-11-21T10:03:07.5Z");
            assert_eq!(task.status, Some(FileStatus::Blocked));
            assert_eq!((task.reason.as_deref(), task.waiting_on.as_deref()), (Some("legal"), Some("them")));
            assert_eq!(task.aka, ["413".parse().unwrap(), "7".parse().unwrap()]);
            assert_eq!(task.description.as_deref(), Some("Markdown, as long as it needs to be.\n"));
            assert_eq!(task.steps[1].status, Some(StepStatus::Completed));
            assert_eq!(task.steps[1].notes, ["only for mobile clients"]);
            assert_eq!(task.fields, [("z".into(), "Refresh flow".into()), ("a".into(), "7".into())]);
        }
    }

    #[test]
    fn what_does_not_fit_says_where_and_what_would() {
        for &(text, code, line, column, message, help) in MISFITS {
            let found = problems(&format!("title = \"t\"\n{text}\n"));
            assert_eq!(found.len(), 1, "{text}: {found:?}");
            let place = found[0].place.unwrap();
            assert_eq!((found[0].code, place.line), (code, line), "{text}: {found:?}");
            assert!(column == 0 || place.column == column, "{text}: {place:?}");
            assert!(found[0].message.contains(message), "{text}: {}", found[0].message);
            assert!(found[0].help.as_deref().unwrap_or_default().contains(help), "{text}: {found:?}");
            assert!(!found[0].message.contains(char::is_control));
        }
    }

    #[test]
    fn a_task_without_a_usable_title_is_called_by_its_id() {
        for (text, code) in [
            ("", "missing-title"),
            ("title = \"\"", "bad-value"),
            ("title = 1", "wrong-type"),
            ("title = \"a\\nb\"", "bad-value"),
        ] {
            let parsed = parse_task(".tasks/a/412.toml", text.as_bytes());
            assert_eq!(parsed.problems.iter().map(|p| p.code).collect::<Vec<_>>(), [code]);
            assert_eq!(parsed.value.unwrap().title, "412");
        }
    }

    #[test]
    fn one_bad_key_costs_nothing_else() {
        let parsed =
            parse_task("x/1.toml", b"title = \"t\"\ndue = 1\npriority = \"x\"\ntags = [\"a\", 1, \"b\"]\n");
        let task = parsed.value.unwrap();
        assert_eq!((task.title.as_str(), task.due, &task.tags), ("t", None, &vec!["a".into(), "b".into()]));
        let lines: Vec<u32> = parsed.problems.iter().filter_map(|p| Some(p.place?.line)).collect();
        assert_eq!(lines, [2, 3, 4]);
    }

    #[test]
    fn what_cannot_be_read_is_one_finding() {
        let deep = format!("a = {}", "[".repeat(1000));
        let large = vec![b'#'; super::super::MAX_FILE_SIZE + 1];
        let cases: [(&[u8], &str); 4] = [
            (b"title = \"a\"\ntitle = \"b\"\n", "not valid TOML"),
            (b"title = \"\xff\"", "not UTF-8"),
            (deep.as_bytes(), "not valid TOML"),
            (&large, "the file has more than the 1048576 bytes that are allowed"),
        ];
        for (bytes, message) in cases {
            let parsed = parse_task("x/1.toml", bytes);
            assert_eq!(parsed.value, None);
            assert_eq!(parsed.problems.len(), 1);
            assert_eq!(parsed.problems[0].code, "unreadable-file");
            assert!(parsed.problems[0].message.contains(message), "{:?}", parsed.problems);
            assert!(parsed.problems[0].message.len() < 300);
        }
    }

    #[test]
    fn the_findings_of_one_file_are_limited() {
        let found = problems(&format!("title = \"t\"\ntags = [{}]\n", "1,".repeat(5000)));
        assert_eq!(found.len(), 101);
        assert_eq!(found[100].message, "4900 more things in this file do not fit");
    }

    #[test]
    fn moments_that_cannot_be_written_again_are_refused() {
        for (moment, fits) in [
            ("0000-01-01T00:00:00Z", true),
            ("0000-01-01T00:00:00+05:00", false),
            ("9999-12-29T00:00:00-23:59", true),
            ("2026-11-21T10:03:60Z", true),
        ] {
            let text = format!("title = \"t\"\ncreated = {moment}\n");
            let parsed = parse_task("x/1.toml", text.as_bytes());
            assert_eq!(parsed.problems.is_empty(), fits, "{moment}");
            let written = crate::format::render_task(&parsed.value.clone().unwrap_or_default());
            assert_eq!(parse_task("x/1.toml", written.as_bytes()), Parsed { problems: vec![], ..parsed });
        }
    }

    #[test]
    fn a_known_key_in_fields_keeps_its_text() {
        let parsed = parse_task("x/1.toml", b"title = \"t\"\n[fields]\nreason = \"r\"\n");
        assert_eq!(parsed.problems[0].code, "key-without-effect");
        assert_eq!(parsed.value.unwrap().fields, [("reason".into(), "r".into())]);
    }
}
