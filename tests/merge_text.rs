//! Edits of different parts of a task merge as plain text, with Git's own three-way merge and no driver.

use std::fs;
use std::process::Command;
use tasks::format::{Document, Value, canonical, parse_task};
use tasks::model::{Dependency, StepStatus, Task};

const PATH: &str = ".tasks/412.toml";

const BARE: &str = "title = \"Task 412\"\n\n[[steps]]\ntext = \"first\"\n\n[[steps]]\ntext = \"second\"\n\n[[steps]]\ntext = \"third\"\n";

/// What one branch does, and what must be seen in the merged task.
type Edit = (&'static str, fn(&mut Document), fn(&Task) -> bool);

const EDITS: &[Edit] = &[
    ("title", |d| text(d, "title", "New title"), |t| t.title == "New title"),
    ("priority", |d| text(d, "priority", "high"), |t| t.priority.is_some_and(|p| p.as_str() == "high")),
    ("estimate", |d| text(d, "estimate", "3h"), |t| t.estimate.is_some_and(|e| e.to_string() == "3h")),
    (
        "due",
        |d| d.set("due", &Value::Date(jiff::civil::date(2027, 1, 31))),
        |t| t.due == Some(jiff::civil::date(2027, 1, 31)),
    ),
    ("assignees", |d| list(d, "assignees", &["ada"]), |t| t.assignees == ["ada"]),
    (
        "a dependency",
        |d| d.list_add("depends", &["300".to_owned()]),
        |t| t.depends.contains(&Dependency::Task("300".parse().expect("an id"))),
    ),
    ("a tag", |d| d.list_add("tags", &["zeta".to_owned()]), |t| t.tags == ["alpha", "beta", "zeta"]),
    (
        "description",
        |d| d.set("description", &Value::Multiline("New text".to_owned())),
        |t| t.description.as_deref() == Some("New text"),
    ),
    ("a file", |d| d.list_add("files", &["src/z.rs".to_owned()]), |t| t.files == ["src/a.rs", "src/z.rs"]),
    ("a milestone", |d| d.list_add("milestones", &["rc".to_owned()]), |t| t.milestones == ["beta", "rc"]),
    ("first field", |d| d.set_field("cost", Some("high")), |t| field(t, "cost") == "high"),
    ("second field", |d| d.set_field("team", Some("core")), |t| field(t, "team") == "core"),
    ("first step", |d| tick(d, 1), |t| ticked(t, 0)),
    ("second step", |d| tick(d, 2), |t| ticked(t, 1)),
    ("last step", |d| tick(d, 3), |t| ticked(t, 2)),
    (
        "block",
        |d| {
            text(d, "status", "blocked");
            text(d, "reason", "waits for legal");
        },
        |t| t.status.is_some() && t.reason.as_deref() == Some("waits for legal"),
    ),
];

fn text(document: &mut Document, key: &str, text: &str) {
    document.set(key, &Value::Text(text.to_owned()));
}

fn list(document: &mut Document, key: &str, items: &[&str]) {
    document.set(key, &Value::List(items.iter().map(|&i| i.to_owned()).collect()));
}

fn tick(document: &mut Document, number: usize) {
    document.set_step_status(number, Some(StepStatus::Completed)).expect("the step is there");
}

fn field<'a>(task: &'a Task, name: &str) -> &'a str {
    task.fields.iter().find(|(n, _)| n == name).map_or("", |(_, text)| text)
}

fn ticked(task: &Task, index: usize) -> bool {
    task.steps[index].status == Some(StepStatus::Completed)
}

fn edited(bytes: &[u8], edit: impl FnOnce(&mut Document)) -> Vec<u8> {
    let mut document = Document::parse(PATH, bytes).expect("the file is readable");
    edit(&mut document);
    document.into_bytes()
}

/// A task with every key that the edits change, in canonical form.
fn base(created: bool, newline: &str) -> Vec<u8> {
    let file = edited(BARE.replace('\n', newline).as_bytes(), |d| {
        text(d, "priority", "low");
        text(d, "estimate", "1h");
        d.set("due", &Value::Date(jiff::civil::date(2027, 1, 1)));
        list(d, "assignees", &["bob"]);
        list(d, "depends", &["200", "400"]);
        list(d, "tags", &["alpha", "beta"]);
        if created {
            d.set("created", &Value::Time(jiff::Timestamp::UNIX_EPOCH));
        }
        d.set("description", &Value::Multiline("Old text".to_owned()));
        list(d, "files", &["src/a.rs"]);
        list(d, "milestones", &["beta"]);
        d.set_field("cost", Some("low"));
        d.set_field("team", Some("web"));
    });
    assert_eq!(
        String::from_utf8(canonical(PATH, &file).expect("the file is readable")).expect("UTF-8"),
        String::from_utf8(file.clone()).expect("UTF-8"),
        "writing commands leave the canonical form"
    );
    file
}

fn merge(base: &[u8], ours: &[u8], theirs: &[u8]) -> Result<Vec<u8>, String> {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let path = |name: &str| folder.path().join(name);
    for (name, bytes) in [("ours", ours), ("base", base), ("theirs", theirs)] {
        fs::write(path(name), bytes).expect("the folder is writable");
    }
    let output = Command::new("git")
        .current_dir(folder.path())
        .env("GIT_CEILING_DIRECTORIES", folder.path())
        .args(["merge-file", "-p", "ours", "base", "theirs"])
        .output()
        .expect("git runs");
    if output.status.success() {
        Ok(output.stdout)
    } else {
        Err(String::from_utf8_lossy(&output.stdout).into())
    }
}

fn every_pair_merges(base: &[u8]) {
    for (one, edit_one, seen_one) in EDITS {
        for (other, edit_other, seen_other) in EDITS {
            if one == other {
                continue;
            }
            let merged = merge(base, &edited(base, edit_one), &edited(base, edit_other))
                .unwrap_or_else(|conflict| panic!("{one} with {other} conflict:\n{conflict}"));
            let shown = String::from_utf8_lossy(&merged);
            let task =
                parse_task(PATH, &merged).value.unwrap_or_else(|| panic!("{one} with {other}:\n{shown}"));
            assert!(seen_one(&task) && seen_other(&task), "{one} with {other} lost an edit:\n{shown}");
        }
    }
}

#[test]
fn every_pair_of_edits_merges() {
    every_pair_merges(&base(true, "\n"));
}

#[test]
fn every_pair_of_edits_merges_without_a_creation_time() {
    every_pair_merges(&base(false, "\n"));
}

#[test]
fn every_pair_of_edits_merges_with_windows_line_endings() {
    every_pair_merges(&base(true, "\r\n"));
}

#[test]
fn lists_and_descriptions_merge_where_the_edits_are_apart() {
    let base = edited(&base(true, "\n"), |d| {
        list(d, "depends", &["200", "300", "400"]);
        list(d, "tags", &["beta", "gamma", "zeta"]);
        d.set("description", &Value::Multiline("First.\n\nSecond.\n\nThird.\n".to_owned()));
    });
    let one = edited(&base, |d| {
        d.list_add("depends", &["100".to_owned()]);
        d.list_remove("tags", &["beta".to_owned()]);
        d.set("description", &Value::Multiline("The first.\n\nSecond.\n\nThird.\n".to_owned()));
    });
    let other = edited(&base, |d| {
        d.list_add("depends", &["500".to_owned()]);
        d.list_add("tags", &["zulu".to_owned()]);
        d.set("description", &Value::Multiline("First.\n\nSecond.\n\nThe third.\n".to_owned()));
    });
    let merged = merge(&base, &one, &other).unwrap_or_else(|conflict| panic!("{conflict}"));
    let task = parse_task(PATH, &merged).value.expect("the file is readable");
    let depends: Vec<String> = task.depends.iter().map(ToString::to_string).collect();
    assert_eq!(depends, ["100", "200", "300", "400", "500"]);
    assert_eq!(task.tags, ["gamma", "zeta", "zulu"]);
    assert_eq!(task.description.as_deref(), Some("The first.\n\nSecond.\n\nThe third.\n"));
}

#[test]
fn two_new_keys_at_one_place_conflict_and_are_not_blended() {
    let base = base(true, "\n");
    let one = edited(&base, |d| text(d, "status", "blocked"));
    let other = edited(&base, |d| text(d, "status", "cancelled"));
    assert!(merge(&base, &one, &other).is_err());
}
