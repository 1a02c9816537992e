//! What another id for a task changes in the files of a plan.

use crate::format::Document;
use crate::model::{Dependency, TaskId};
use crate::snapshot::{PLAN_DIR, Snapshot, TaskEntry};
use camino::Utf8Path;

use super::error::ChangeError;

/// A list of a plan file that names the task.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mention {
    /// The file.
    pub path: String,
    /// The key of the list.
    pub key: &'static str,
    /// The id as it is written there, each time it is.
    pub written: Vec<String>,
}

/// Which task a mention means where two have the id.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Meant {
    /// The one that gets another id.
    This,
    /// The one that keeps it.
    Other,
    /// Nothing tells.
    Unknown,
}

/// Every list that names a task by its id: `depends` of tasks and groups, `tasks` of milestones. These are all keys that hold
/// ids but `aka`, where a former id of another task stays what it was.
pub fn mentions(snapshot: &Snapshot, id: &TaskId) -> Vec<Mention> {
    let mut found = Vec::new();
    let mut note = |path: String, key: &'static str, list: &[Dependency]| {
        let named = |d: &&Dependency| matches!(d, Dependency::Task(named) if named == id);
        let written: Vec<String> = list.iter().filter(named).map(ToString::to_string).collect();
        if !written.is_empty() {
            found.push(Mention { path, key, written });
        }
    };
    for entry in &snapshot.tasks {
        note(entry.path.clone(), "depends", &entry.task.depends);
    }
    for entry in &snapshot.groups {
        note(format!("{}/group.toml", entry.path), "depends", &entry.group.depends);
    }
    for entry in &snapshot.milestones {
        note(entry.path.clone(), "tasks", &entry.milestone.tasks);
    }
    found
}

/// Which of two tasks of one id a mention means. `apart` are the plan as it was before the two met: in each only one task
/// has the id, so whoever named it there meant that one.
pub fn meant(mention: &Mention, task: &TaskEntry, apart: &[Snapshot]) -> Meant {
    let mut votes = apart.iter().filter_map(|then| {
        let named = mentions(then, &task.id)
            .iter()
            .any(|m| file_name(&m.path) == file_name(&mention.path) && m.key == mention.key);
        let there = then.task(&task.id).filter(|_| named)?;
        Some(is_same(there, task))
    });
    match votes.next() {
        Some(first) if votes.all(|vote| vote == first) => {
            if first {
                Meant::This
            } else {
                Meant::Other
            }
        }
        _ => Meant::Unknown,
    }
}

/// A task's file keeps its name when it moves to another group; a group's file is told by its folder.
fn file_name(path: &str) -> &str {
    match Utf8Path::new(path).file_name() {
        Some("group.toml") | None => path,
        Some(name) => name,
    }
}

/// Whether two files of one id, of different times, hold one task: by `created`, which nobody changes, else by place and title.
fn is_same(a: &TaskEntry, b: &TaskEntry) -> bool {
    match (a.task.created, b.task.created) {
        (Some(a), Some(b)) if a != b => false,
        (Some(_), Some(_)) => a.path == b.path || a.task.title == b.task.title,
        _ => a.path == b.path,
    }
}

/// A plan file in which `old`, as it is written there, is called `new`.
pub fn rename_in(
    path: &str,
    bytes: &[u8],
    mentions: &[&Mention],
    new: &TaskId,
) -> Result<Vec<u8>, ChangeError> {
    let mut document = Document::parse(path, bytes)?;
    for mention in mentions {
        for written in &mention.written {
            document.list_rename(mention.key, written, new.as_str());
        }
    }
    Ok(document.into_bytes())
}

/// The file of the task itself under its new id: the old one becomes a former one, so that commits which name it are still
/// this task's; a former id that it gets back is none any more.
pub fn remember_id(path: &str, bytes: &[u8], task: &TaskEntry, new: &TaskId) -> Result<Vec<u8>, ChangeError> {
    let mut document = Document::parse(path, bytes)?;
    let again: Vec<String> = task.task.aka.iter().filter(|id| *id == new).map(ToString::to_string).collect();
    document.list_remove("aka", &again);
    document.list_add("aka", &[task.id.to_string()]);
    Ok(document.into_bytes())
}

/// The files whose texts seem to name the task: by its id behind a keyword or `#`, by its path, or, where an id is more than
/// a number, by the id alone.
pub fn texts_naming(snapshot: &Snapshot, id: &TaskId, keywords: &[String]) -> Vec<String> {
    let names = |text: &String| names(text, id.as_str(), keywords);
    let mut found: Vec<String> = Vec::new();
    for entry in &snapshot.tasks {
        let task = &entry.task;
        let steps = task.steps.iter().flat_map(|step| std::iter::once(&step.text).chain(&step.notes));
        let lines = [&task.description, &task.reason, &task.waiting_on].into_iter().flatten();
        let lists = task.files.iter().chain(&task.links).chain(task.fields.iter().map(|(_, text)| text));
        if std::iter::once(&task.title).chain(lines).chain(steps).chain(lists).any(names) {
            found.push(entry.path.clone());
        }
    }
    for entry in &snapshot.groups {
        let steps = entry.group.steps.iter().map(|step| &step.text);
        if entry.group.description.iter().chain(&entry.group.title).chain(steps).any(names) {
            found.push(format!("{}/group.toml", entry.path));
        }
    }
    for entry in &snapshot.milestones {
        let milestone = &entry.milestone;
        let criteria = milestone.criteria.iter().map(|criterion| &criterion.text);
        if milestone
            .goal
            .iter()
            .chain(&milestone.description)
            .chain(&milestone.title)
            .chain(criteria)
            .any(names)
        {
            found.push(entry.path.clone());
        }
    }
    found
}

fn names(text: &str, id: &str, keywords: &[String]) -> bool {
    let (text, id) = (text.to_ascii_lowercase(), id.to_ascii_lowercase());
    let part = |c: char| c.is_alphanumeric() || matches!(c, '_' | '-');
    let is_number = id.bytes().all(|b| b.is_ascii_digit());
    text.match_indices(&id).any(|(at, _)| {
        let (before, after) = (&text[..at], &text[at + id.len()..]);
        if let Some(rest) = after.strip_prefix(".toml") {
            return before.ends_with('/') && before.contains(PLAN_DIR) && !rest.starts_with(part);
        }
        if after.starts_with(part) || after.strip_prefix('.').is_some_and(|rest| rest.starts_with(part)) {
            return false;
        }
        let bare = before.trim_end_matches([' ', '-', '#']);
        let is_keyword = |word: &String| {
            let word = word.to_ascii_lowercase();
            let singular = bare.strip_suffix('s').filter(|bare| bare.ends_with(&word)).unwrap_or(bare);
            singular.strip_suffix(word.as_str()).is_some_and(|rest| !rest.ends_with(part))
        };
        let introduced =
            before.ends_with('#') || (bare.len() < before.len() && keywords.iter().any(is_keyword));
        introduced || (!is_number && !before.ends_with(part) && !before.ends_with('.'))
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::snapshot::PlanFile;

    fn snapshot(files: &[(&str, &str)]) -> Snapshot {
        let file = |&(path, text): &(&str, &str)| PlanFile {
            path: format!(".tasks/{path}"),
            bytes: text.as_bytes().to_vec(),
        };
        Snapshot::read(files.iter().map(file).collect(), Vec::new())
    }

    const WAITS: &str = "title = \"w\"\ndepends = [\n  \"4\",\n  \"t7\",\n]\n";

    #[test]
    fn what_holds_ids_is_found_and_renamed() {
        let plan = snapshot(&[
            ("a/T7.toml", "title = \"t\"\n"),
            ("5.toml", WAITS),
            ("6.toml", "title = \"x\"\naka = [\"T7\"]\n"),
            ("a/group.toml", "depends = [\"T7\"]\n"),
            ("milestones/m.toml", "title = \"m\"\ntasks = [\"T7\", 9]\n"),
        ]);
        let found = mentions(&plan, &"T7".parse().unwrap());
        let places: Vec<(&str, &str)> = found.iter().map(|m| (m.path.as_str(), m.key)).collect();
        let expected = [
            (".tasks/5.toml", "depends"),
            (".tasks/a/group.toml", "depends"),
            (".tasks/milestones/m.toml", "tasks"),
        ];
        assert_eq!(places, expected);
        let renamed = rename_in("x", WAITS.as_bytes(), &[&found[0]], &"1".parse().unwrap()).unwrap();
        assert_eq!(
            String::from_utf8(renamed).unwrap(),
            "title = \"w\"\ndepends = [\n  \"1\",\n  \"4\",\n]\n"
        );
    }

    #[test]
    fn a_mention_means_the_task_that_was_there_when_it_was_written() {
        let ours = ("a/7.toml", "title = \"ours\"\ncreated = 2026-01-01T00:00:00Z\n");
        let theirs = ("b/7.toml", "title = \"theirs\"\ncreated = 2026-01-02T00:00:00Z\n");
        let waits = |name: &'static str| (name, "title = \"w\"\ndepends = [\"7\"]\n");
        let now =
            snapshot(&[ours, theirs, waits("1.toml"), waits("c/2.toml"), waits("3.toml"), waits("8.toml")]);
        let apart = [
            snapshot(&[ours, waits("1.toml"), waits("8.toml")]),
            snapshot(&[theirs, waits("2.toml"), waits("8.toml")]),
        ];
        let found = mentions(&now, &"7".parse().unwrap());
        let told =
            |at: usize| -> Vec<Meant> { found.iter().map(|m| meant(m, &now.tasks[at], &apart)).collect() };
        let position = |path: &str| now.tasks.iter().position(|t| t.path == path).unwrap();
        let paths: Vec<&str> = found.iter().map(|m| m.path.as_str()).collect();
        assert_eq!(paths, [".tasks/1.toml", ".tasks/3.toml", ".tasks/8.toml", ".tasks/c/2.toml"]);
        assert_eq!(
            told(position(".tasks/a/7.toml")),
            [Meant::This, Meant::Unknown, Meant::Unknown, Meant::Other]
        );
        assert_eq!(
            told(position(".tasks/b/7.toml")),
            [Meant::Other, Meant::Unknown, Meant::Unknown, Meant::This]
        );
    }

    #[test]
    fn texts_name_a_task_by_what_introduces_it() {
        let keywords = ["task".to_owned()];
        for (text, id, expected) in [
            ("see task 412.", "412", true),
            ("Tasks 412 and 413", "412", true),
            ("after #412, then", "412", true),
            ("in .tasks/a/412.toml", "412", true),
            ("a/412.toml", "412", false),
            ("412 of them", "412", false),
            ("subtask 412", "412", false),
            ("task 4120", "412", false),
            ("task 412.1", "412", false),
            ("until BD-a1 is there", "bd-a1", true),
            ("xbd-a1, bd-a12", "bd-a1", false),
            ("-\u{fc}bd-a1", "bd-a1", false),
        ] {
            assert_eq!(names(text, id, &keywords), expected, "{text}");
        }
    }
}
