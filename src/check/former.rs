//! Rules over the ids that tasks had before they were renumbered.
//!
//! Several tasks may have had one id, and one may have it today: that is what healing a number which two clones took comes to.
//! A commit that names it is understood by its own tree then, so what matters is whether that can tell the tasks apart.

use super::tasks::on_task;
use crate::finding::{Finding, Spot};
use crate::model::TaskId;
use crate::snapshot::{Snapshot, TaskEntry};
use camino::Utf8Path;
use std::collections::HashMap;

/// Former ids that say nothing, or that are another task's just as well.
pub(super) fn former_ids(snapshot: &Snapshot, found: &mut Vec<Finding>) {
    let mut claims: HashMap<&TaskId, Vec<&TaskEntry>> = HashMap::new();
    for entry in &snapshot.tasks {
        for (at, id) in entry.task.aka.iter().enumerate() {
            if *id == entry.id {
                let message = format!("aka of {} names the id that the task has today", entry.id);
                found.push(finding(entry, id, message, "remove it from aka"));
            } else if !entry.task.aka[..at].contains(id) {
                let others = claims.entry(id).or_insert_with(|| snapshot.task(id).into_iter().collect());
                if let Some(other) = others.iter().find(|other| are_alike(other, entry)) {
                    found.push(claimed_twice(entry, other, id));
                }
                others.push(entry);
            }
        }
    }
}

/// Whether nothing that stays with a task through its life tells two of them apart.
fn are_alike(a: &TaskEntry, b: &TaskEntry) -> bool {
    let place = |entry: &TaskEntry| Utf8Path::new(&entry.path).parent().map(ToOwned::to_owned);
    match (a.task.created, b.task.created) {
        (Some(a), Some(b)) => a == b,
        (None, None) => a.task.title == b.task.title && place(a) == place(b),
        _ => false,
    }
}

fn claimed_twice(entry: &TaskEntry, other: &TaskEntry, id: &TaskId) -> Finding {
    let what = if other.id == *id {
        format!("{} is said to have been {id}, which {} is", entry.id, other.path)
    } else {
        format!("{} and {} are both said to have been {id}", entry.id, other.id)
    };
    let message = format!("{what}, and nothing tells which of the two a commit means by that");
    finding(entry, id, message, "remove the id from aka of the task that never had it")
}

fn finding(entry: &TaskEntry, id: &TaskId, message: String, help: &str) -> Finding {
    on_task("former-id", message, entry).with_spot(Spot::Item("aka", id.to_string())).with_help(help)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(files: &[(&str, &str)]) -> Vec<String> {
        let mut found = Vec::new();
        former_ids(&Snapshot::sample(files), &mut found);
        found.into_iter().map(|finding| finding.message).collect()
    }

    #[test]
    fn ids_that_commits_can_still_tell_apart_are_fine() {
        let (nine, ten) = ("created = 2026-11-21T09:00:00Z\n", "created = 2026-11-21T10:00:00Z\n");
        for (a, b) in [(nine, ten), (nine, ""), ("", "# another title\n")] {
            let title = if b.starts_with('#') { "B" } else { "A" };
            let (a, b) = (format!("title = \"A\"\n{a}"), format!("title = \"{title}\"\n{b}"));
            let former = |text: &str| format!("{text}aka = [\"7\"]\n");
            assert_eq!(told(&[("7", &a), ("8", &former(&b))]), Vec::<String>::new(), "{a} {b}");
            assert_eq!(told(&[("8", &former(&a)), ("9", &former(&b))]), Vec::<String>::new(), "{a} {b}");
        }
        let same = "title = \"A\"\naka = [\"7\", \"7\", \"6\"]\n";
        assert_eq!(told(&[("8", same), ("a/9", same)]), Vec::<String>::new());
    }

    #[test]
    fn ids_that_say_nothing_or_are_claimed_by_a_copy_are_told() {
        assert_eq!(
            told(&[("T8", "title = \"A\"\naka = [\"t8\"]\n")]),
            ["aka of T8 names the id that the task has today"]
        );
        let copy = "title = \"A\"\ncreated = 2026-11-21T09:00:00Z\naka = [\"7\"]\n";
        let told_of_copies = told(&[("8", copy), ("a/9", copy)]);
        assert_eq!(told_of_copies.len(), 1);
        assert!(
            told_of_copies[0].starts_with("8 and 9 are both")
                || told_of_copies[0].starts_with("9 and 8 are both")
        );
        let today = told(&[("7", "title = \"A\"\n"), ("8", "title = \"A\"\naka = [\"7\"]\n")]);
        assert!(today[0].starts_with("8 is said to have been 7, which .tasks/7.toml is, and"), "{today:?}");
    }
}
