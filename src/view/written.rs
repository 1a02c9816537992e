//! What commands that write answer.

use crate::changeset::{ChangeSet, FileChange};
use crate::snapshot::task_name;
use schemars::JsonSchema;
use serde::Serialize;

/// What a command did, or would do: in the answer of every command that writes.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Written {
    /// Whether this is what would be done, and nothing was written.
    pub dry_run: bool,
    /// Every file that is another now.
    pub files: Vec<WrittenFile>,
    /// What is said of it to people, line by line.
    pub said: Vec<String>,
    /// How the plan files would change, as a unified difference; null where they have changed.
    pub diff: Option<String>,
}

/// A file that was written.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct WrittenFile {
    /// From the root of the repository.
    pub path: String,
    /// What became of it. A file that was moved is removed at one path and created at another.
    pub change: FileFate,
    /// The task that it is of; null for any other file.
    pub id: Option<String>,
}

/// What became of a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum FileFate {
    /// It is new.
    Created,
    /// It says something else.
    Changed,
    /// It is gone.
    Removed,
}

/// The answer of commands that write: what they did, and to which tasks.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct WrittenView {
    /// The version of the JSON contract.
    pub schema: u32,
    /// The tasks that were asked for or made, and those whose files were written.
    pub tasks: Vec<WrittenTask>,
    /// What was done.
    #[serde(flatten)]
    pub written: Written,
}

/// A task of which a command says something.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct WrittenTask {
    /// Its id.
    pub id: String,
    /// Its file as it lies now; null where it has none any more, or none was looked for.
    pub path: Option<String>,
    /// Whether anything of it was changed.
    pub changed: bool,
}

impl Written {
    /// What became of plan files, with the text that says so.
    pub fn new(changes: &ChangeSet, said: &str) -> Self {
        let files = changes.files.iter().filter_map(WrittenFile::of).collect();
        Self { files, said: said.lines().map(str::to_owned).collect(), ..Self::default() }
    }

    /// The same where nothing was written; `diff` is how the files would change.
    #[must_use]
    pub fn as_dry_run(self, diff: String) -> Self {
        Self { dry_run: true, diff: Some(diff), ..self }
    }
}

impl WrittenFile {
    fn of(change: &FileChange) -> Option<Self> {
        let fate = match (&change.before, &change.after) {
            (None, Some(_)) => FileFate::Created,
            (Some(_), None) => FileFate::Removed,
            (before, after) if before != after => FileFate::Changed,
            _ => return None,
        };
        let id = task_name(&change.path).map(str::to_owned);
        Some(Self { path: change.path.clone(), change: fate, id })
    }
}

impl WrittenView {
    /// The tasks of files that were written, and of those that were to be and are as they should be already.
    pub fn new(changes: &ChangeSet, written: Written) -> Self {
        let mut tasks: Vec<WrittenTask> = Vec::new();
        for file in &changes.files {
            let Some(id) = task_name(&file.path) else { continue };
            let at = tasks.iter().position(|task| task.id == id).unwrap_or_else(|| {
                tasks.push(WrittenTask { id: id.to_owned(), path: None, changed: false });
                tasks.len() - 1
            });
            tasks[at].changed |= file.before != file.after;
            if file.after.is_some() {
                tasks[at].path = Some(file.path.clone());
            }
        }
        Self::of_tasks(tasks, written)
    }

    /// The same of tasks whose files were not written.
    pub fn of_tasks(tasks: Vec<WrittenTask>, written: Written) -> Self {
        Self { schema: 1, tasks, written }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn change(path: &str, before: Option<&str>, after: Option<&str>) -> FileChange {
        let bytes = |text: Option<&str>| text.map(|text| text.as_bytes().to_vec());
        FileChange { path: path.to_owned(), before: bytes(before), after: bytes(after) }
    }

    #[test]
    fn a_task_is_told_once_with_the_path_that_it_has_now() {
        let files = vec![
            change(".tasks/b/1.toml", None, Some("x")),
            change(".tasks/a/1.toml", Some("x"), None),
            change(".tasks/2.toml", Some("y"), None),
            change(".tasks/3.toml", Some("z"), Some("z")),
            change(".tasks/config.toml", Some("v"), Some("w")),
        ];
        let changes = ChangeSet { files };
        let view = WrittenView::new(&changes, Written::new(&changes, "one\ntwo\n"));
        let task = |id: &str, path: Option<&str>, changed| WrittenTask {
            id: id.to_owned(),
            path: path.map(str::to_owned),
            changed,
        };
        let expected = [
            task("1", Some(".tasks/b/1.toml"), true),
            task("2", None, true),
            task("3", Some(".tasks/3.toml"), false),
        ];
        assert_eq!(view.tasks, expected);
        let fates: Vec<(FileFate, Option<&str>)> =
            view.written.files.iter().map(|file| (file.change, file.id.as_deref())).collect();
        let (created, removed) = (FileFate::Created, FileFate::Removed);
        let one = Some("1");
        assert_eq!(fates, [(created, one), (removed, one), (removed, Some("2")), (FileFate::Changed, None)]);
        assert_eq!(view.written.said, ["one", "two"]);
    }
}
