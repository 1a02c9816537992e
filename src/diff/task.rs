//! What differs between two versions of a task, key by key.

use super::field::{FieldChange, joined, push, push_all, shown};
use super::steps::step_changes;
use crate::model::{FileStatus, Priority, Task};
use std::collections::BTreeSet;

/// What differs between two versions of a task, in the order of the keys of a file. Steps are the same if their texts
/// are, or if one reads like the other reworded. The order of `[fields]` means nothing.
pub fn task_changes(before: &Task, after: &Task) -> Vec<FieldChange> {
    let mut changes: Vec<FieldChange> = Vec::new();
    push_all(&mut changes, single_values(before), single_values(after));
    step_changes(&before.steps, &after.steps, &mut changes);
    let names: BTreeSet<&str> = before.fields.iter().chain(&after.fields).map(|(n, _)| n.as_str()).collect();
    for name in names {
        let of = |task: &Task| task.fields.iter().find(|(n, _)| n == name).map(|(_, text)| text.clone());
        push(&mut changes, &format!("fields.{name}"), of(before), of(after));
    }
    changes
}

/// Every key that has one text, or a list of them.
fn single_values(task: &Task) -> Vec<(&'static str, Option<String>)> {
    vec![
        ("title", Some(task.title.clone())),
        ("status", task.status.map(FileStatus::as_str).map(str::to_owned)),
        ("reason", task.reason.clone()),
        ("waiting_on", task.waiting_on.clone()),
        ("reopened", shown(task.reopened.as_ref())),
        ("priority", task.priority.map(Priority::as_str).map(str::to_owned)),
        ("estimate", shown(task.estimate.as_ref())),
        ("due", shown(task.due.as_ref())),
        ("optional", task.optional.then(|| "true".to_owned())),
        ("depends", joined(&task.depends)),
        ("assignees", joined(&task.assignees)),
        ("tags", joined(&task.tags)),
        ("milestones", joined(&task.milestones)),
        ("files", joined(&task.files)),
        ("links", joined(&task.links)),
        ("created", shown(task.created.as_ref())),
        ("aka", joined(&task.aka)),
        ("description", task.description.clone()),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::format::parse_task;
    use proptest::prelude::*;

    fn task(text: &str) -> Task {
        parse_task("1.toml", text.as_bytes()).value.unwrap()
    }

    #[test]
    fn every_key_that_differs_is_named() {
        let step = |text: &str, more: &str| format!("[[steps]]\ntext = \"{text}\"\n{more}");
        let done = "status = \"completed\"\n";
        let cases = [
            ("priority = \"low\"", "priority = \"high\"", "priority: low > high"),
            ("", "due = 2026-01-02", "due: - > 2026-01-02"),
            ("tags = [\"a\"]", "tags = [\"a\", \"b\"]", "tags: a > a, b"),
            ("depends = [\"2\", \"a/\"]", "", "depends: 2, a/ > -"),
            ("optional = true", "", "optional: true > -"),
            ("estimate = \"2h\"", "estimate = \"3h\"", "estimate: 2h > 3h"),
            ("[fields]\nx = \"1\"", "[fields]\nx = \"2\"", "fields.x: 1 > 2"),
            (&step("a", ""), &step("a", done), "step 1: pending > completed"),
            (&step("a", ""), &(step("b", "") + &step("a", "")), "step 1: - > b"),
            (&(step("a", "") + &step("b", "")), &(step("b", "") + &step("a", "")), "step order: 1, 2 > 2, 1"),
            (
                &step("write the manual", ""),
                &step("write the long manual", done),
                "step 1 text: write the manual > write the long manual; step 1: pending > completed",
            ),
            (&step("a", ""), "", "step 1: a > -"),
            (
                &(step("a", "") + &step("a", "")),
                &(step("a", done) + &step("a", "")),
                "step 1: pending > completed",
            ),
            ("# remark", "", ""),
        ];
        for (before, after, expected) in cases {
            let with_title = |rest: &str| task(&format!("title = \"T\"\n{rest}\n"));
            let changes = task_changes(&with_title(before), &with_title(after));
            let shown = |value: &Option<String>| value.clone().unwrap_or_else(|| "-".to_owned());
            let lines: Vec<String> = changes
                .iter()
                .map(|c| format!("{}: {} > {}", c.name, shown(&c.before), shown(&c.after)))
                .collect();
            assert_eq!(lines.join("; "), expected, "{before} to {after}");
        }
    }

    proptest! {
        #[test]
        fn two_versions_differ_in_nothing_or_in_something_that_is_named(a in any_task(), b in any_task()) {
            prop_assert_eq!(task_changes(&a, &a), []);
            let changes = task_changes(&a, &b);
            prop_assert_eq!(changes.is_empty(), a == b, "{:?}", changes);
            for change in &changes {
                prop_assert_ne!(&change.before, &change.after);
            }
            // The other way round the same keys differ, and what was before is after.
            let mut there: Vec<_> = changes.iter().filter(|c| !c.name.starts_with("step")).collect();
            let back = task_changes(&b, &a);
            for change in back.iter().filter(|c| !c.name.starts_with("step")) {
                let at = there.iter().position(|c| c.name == change.name && c.before == change.after && c.after == change.before);
                prop_assert!(at.is_some(), "{:?}", change);
                there.remove(at.unwrap());
            }
            prop_assert!(there.is_empty());
        }

        #[test]
        fn a_key_that_changes_is_named_and_no_other(task in any_task(), other in any_task(), key in 0_usize..18) {
            let mut changed = task.clone();
            let name = copy_key(&mut changed, &other, key);
            let names: Vec<String> = task_changes(&task, &changed).into_iter().map(|c| c.name).collect();
            let expected: &[&str] = if changed == task { &[] } else { &[name] };
            prop_assert_eq!(names, expected);
        }
    }

    fn copy_key(to: &mut Task, from: &Task, key: usize) -> &'static str {
        let (from, details) = (from.clone(), from.details.get().clone());
        match key {
            0 => (to.title = from.title, "title").1,
            1 => (to.status = from.status, "status").1,
            2 => (to.reason = from.reason, "reason").1,
            3 => (to.waiting_on = details.waiting_on, "waiting_on").1,
            4 => (to.reopened = from.reopened, "reopened").1,
            5 => (to.priority = from.priority, "priority").1,
            6 => (to.estimate = from.estimate, "estimate").1,
            7 => (to.due = from.due, "due").1,
            8 => (to.optional = from.optional, "optional").1,
            9 => (to.depends = from.depends, "depends").1,
            10 => (to.assignees = from.assignees, "assignees").1,
            11 => (to.tags = details.tags, "tags").1,
            12 => (to.milestones = from.milestones, "milestones").1,
            13 => (to.files = details.files, "files").1,
            14 => (to.links = details.links, "links").1,
            15 => (to.created = details.created, "created").1,
            16 => (to.aka = from.aka, "aka").1,
            _ => (to.description = details.description, "description").1,
        }
    }

    /// A task of which every key is there or not, with few values, so that two of them often agree.
    fn any_task() -> impl Strategy<Value = Task> {
        let lines = [
            "status = \"completed\"",
            "reason = \"r\"",
            "waiting_on = \"w\"",
            "reopened = 2026-01-01T00:00:00Z",
            "priority = \"high\"",
            "estimate = \"2h\"",
            "due = 2026-12-01",
            "optional = true",
            "depends = [\"2\", \"a/\"]",
            "assignees = [\"c1\"]",
            "tags = [\"t\", \"u\"]",
            "milestones = [\"beta\"]",
            "files = [\"src/a.rs\"]",
            "links = [\"https://example.com\"]",
            "created = 2026-01-01T00:00:00Z",
            "aka = [\"9\"]",
            "description = \"d\"",
        ];
        let keys = prop::collection::vec(any::<bool>(), lines.len());
        let steps = prop::collection::vec(("[ab]", any::<bool>(), any::<bool>()), 0..4);
        ("[xy]", keys, steps, prop::option::of("[pq]")).prop_map(move |(title, keys, steps, field)| {
            let mut text = format!("title = \"{title}\"\n");
            for (line, _) in lines.iter().zip(keys).filter(|(_, there)| *there) {
                text.extend([line, "\n"]);
            }
            for (step, done, noted) in steps {
                let status = if done { "status = \"completed\"\n" } else { "" };
                let notes = if noted { "notes = [\"n\"]\n" } else { "" };
                text.extend(["[[steps]]\n", status, "text = \"", &step, "\"\n", notes]);
            }
            if let Some(value) = field {
                text.extend(["[fields]\nf = \"", &value, "\"\n"]);
            }
            task(&text)
        })
    }
}
