//! From the files of a plan to a snapshot.

use super::{Parsed, parse_config, parse_group, parse_milestone, parse_task};
use crate::finding::{Finding, Severity};
use crate::model::{Group, GroupName, IdError, Milestone, Task, TaskId};
use crate::shell;
use crate::snapshot::{GroupEntry, MilestoneEntry, PLAN_DIR, Place, PlanFile, Snapshot, TaskEntry};
use std::cmp::Ordering;
use std::collections::HashMap;
use std::sync::Arc;

impl Snapshot {
    /// Reads the files of one revision. Nothing is an error: what cannot be read is a finding among `problems`, which
    /// begin with those that the caller had.
    ///
    /// Files whose name, or a folder's above them, starts with `.` or ends in `~`, files that are not `.toml`, and
    /// everything under `templates/` are not part of the plan.
    pub fn read(files: Vec<PlanFile>, edge_problems: Vec<Finding>) -> Self {
        Self::read_on(Vec::new(), 0, |_| None::<Task>, files, edge_problems)
    }

    /// The same where some task files were read before: those of the paths `known`, the first `sorted` of which come in the
    /// order of [`path_cmp`]. What each says `task` gives, by its position; it is asked once for each, so that nothing but
    /// the snapshot has to hold them all. None of the paths may be among `files`.
    pub fn read_on<T: Into<Arc<Task>>>(
        mut known: Vec<String>,
        sorted: usize,
        mut task: impl FnMut(usize) -> Option<T>,
        mut files: Vec<PlanFile>,
        edge_problems: Vec<Finding>,
    ) -> Self {
        let mut builder =
            Builder { snapshot: Self { problems: edge_problems, ..Self::default() }, groups: HashMap::new() };
        let paths: Vec<&str> =
            known.iter().map(String::as_str).chain(files.iter().map(|f| f.path.as_str())).collect();
        builder.snapshot.tasks.reserve(paths.len());
        for at in natural_order(&paths, sorted) {
            if let Some(at) = at.checked_sub(known.len()) {
                builder.take(std::mem::take(&mut files[at]));
            } else {
                let path = std::mem::take(&mut known[at]);
                builder.known_task(path, || task(at).map(Into::into));
            }
        }
        builder.finish()
    }
}

/// Whether the file at this path is read as a task, if its name is an id.
pub fn is_task_path(path: &str) -> bool {
    matches!(Place::of(path), Place::Task { .. })
}

struct Builder {
    snapshot: Snapshot,
    /// What the directories that are groups say, by their paths relative to the root of the repository.
    groups: HashMap<String, (GroupName, bool, Group)>,
}

impl Builder {
    fn take(&mut self, file: PlanFile) {
        match Place::of(&file.path) {
            Place::Ignored => {}
            Place::Config => {
                self.snapshot.config = self.keep(parse_config(&file.path, &file.bytes)).unwrap_or_default();
            }
            Place::Milestone(name) => {
                let milestone = self.keep::<Milestone>(parse_milestone(&file.path, &file.bytes));
                if let Some(milestone) = milestone {
                    let entry = MilestoneEntry { name: name.to_owned(), path: file.path.clone(), milestone };
                    self.snapshot.milestones.push(entry);
                }
            }
            Place::Group { dir, archived } => {
                self.directory(dir, archived);
                if let Some(group) = self.keep(parse_group(&file.path, &file.bytes))
                    && let Some(known) = self.groups.get_mut(&group_path(dir, archived))
                {
                    known.2 = group;
                }
            }
            Place::Task { .. } => self.task(file.path, |path| parse_task(path, &file.bytes)),
            Place::Misplaced(why) => {
                let finding =
                    Finding::new("invalid-file-name", Severity::Error, format!("{why}; it is not read"))
                        .with_path(&file.path)
                        .with_help("move or remove it");
                self.snapshot.problems.push(finding);
            }
        }
    }

    fn task(&mut self, path: String, parse: impl FnOnce(&str) -> Parsed<Task>) {
        let Some((id, group, archived)) = self.place(&path) else { return };
        let mut parsed = parse(&path);
        for problem in &mut parsed.problems {
            problem.ids.push(id.clone());
        }
        let Some(task) = self.keep(parsed) else { return };
        self.snapshot.tasks.push(TaskEntry { id, path, group, archived, task: task.into() });
    }

    fn known_task(&mut self, path: String, task: impl FnOnce() -> Option<Arc<Task>>) {
        let Some((id, group, archived)) = self.place(&path) else { return };
        if let Some(task) = task() {
            self.snapshot.tasks.push(TaskEntry { id, path, group, archived, task });
        }
    }

    /// What the path of a task says.
    fn place(&mut self, path: &str) -> Option<(TaskId, GroupName, bool)> {
        // Most files have a neighbour, and are what that is.
        let (folder, name) = path.rsplit_once('/').unwrap_or(("", path));
        let neighbour = self.snapshot.tasks.last().filter(|last| parent_of(&last.path) == folder);
        let (group, archived) = if let Some(last) = neighbour {
            (last.group.clone(), last.archived)
        } else {
            let Place::Task { dir, archived, .. } = Place::of(path) else { return None };
            self.directory(dir, archived);
            (GroupName::from_dir(dir), archived)
        };
        let id = self.name(path, name.strip_suffix(".toml").unwrap_or(name))?;
        Some((id, group, archived))
    }

    /// Notes a directory and those around it as groups.
    fn directory(&mut self, dir: &str, archived: bool) {
        let mut dir = dir;
        while !dir.is_empty() {
            let path = group_path(dir, archived);
            if self.groups.contains_key(&path) {
                return;
            }
            self.groups.insert(path, (GroupName::from_dir(dir), archived, Group::default()));
            dir = dir.rsplit_once('/').map_or("", |(head, _)| head);
        }
    }

    /// Keeps the findings, passes on the value.
    fn keep<T>(&mut self, parsed: Parsed<T>) -> Option<T> {
        self.snapshot.problems.extend(parsed.problems);
        parsed.value
    }

    /// The id that a file name is, or a finding.
    fn name(&mut self, path: &str, stem: &str) -> Option<TaskId> {
        let error = match stem.parse() {
            Ok(id) => return Some(id),
            Err(error) => error,
        };
        let help = match error {
            IdError::Reserved(_) => {
                "rename the file; config, schema, group, milestones, templates and archive are taken"
            }
            _ => {
                "rename the file: letters, digits, '.', '_' and '-', a letter or digit at both ends, at most 64 characters"
            }
        };
        let message = format!("the file's name is no id, so it is not read: {error}");
        let finding =
            Finding::new("invalid-file-name", Severity::Error, message).with_path(path).with_help(help);
        self.snapshot.problems.push(finding);
        None
    }

    fn finish(mut self) -> Snapshot {
        self.index();
        self.groups();
        self.snapshot
    }

    fn index(&mut self) {
        let snapshot = &mut self.snapshot;
        snapshot.index.reserve(snapshot.tasks.len());
        for (at, entry) in snapshot.tasks.iter().enumerate() {
            let first = *snapshot.index.entry(entry.id.clone()).or_insert(at);
            if first != at {
                let other = &snapshot.tasks[first];
                // The one that was written down later has fewer commits to its name.
                let later = if other.task.created > entry.task.created { other } else { entry };
                let finding = Finding::new(
                    "duplicate-id",
                    Severity::Error,
                    format!("{} is the id of two tasks: {} and {}", entry.id, other.path, entry.path),
                )
                .with_path(&entry.path)
                .with_ids([entry.id.clone()])
                .with_key("")
                .with_help(format!(
                    "give the later one another id: tasks renumber {}",
                    shell::word(&later.path)
                ));
                snapshot.problems.push(finding);
            }
        }
    }

    /// Live groups first; a group in the archive is one of its own only where no live group has its name.
    fn groups(&mut self) {
        let mut all: Vec<(String, (GroupName, bool, Group))> =
            std::mem::take(&mut self.groups).into_iter().collect();
        all.sort_by_cached_key(|(path, (_, archived, _))| (*archived, path_key(path), path.clone()));
        let mut first: HashMap<GroupName, String> = HashMap::with_capacity(all.len());
        for (path, (name, archived, group)) in all {
            if let Some(other) = first.get(&name) {
                if archived {
                    continue;
                }
                let finding = Finding::new(
                    "duplicate-group",
                    Severity::Warning,
                    format!("{name} is the name of two groups: {other} and {path}"),
                )
                .with_path(&path)
                .with_help("rename one of the folders; the number in front is no part of a group's name");
                self.snapshot.problems.push(finding);
            } else {
                first.insert(name.clone(), path.clone());
            }
            let at = self.snapshot.groups.len();
            self.snapshot.group_index.entry(name.clone()).or_default().push(at);
            self.snapshot.groups.push(GroupEntry { name, path, group });
        }
    }
}

fn group_path(dir: &str, archived: bool) -> String {
    if archived { format!("{PLAN_DIR}/archive/{dir}") } else { format!("{PLAN_DIR}/{dir}") }
}

fn parent_of(path: &str) -> &str {
    path.rsplit_once('/').map_or("", |(head, _)| head)
}

/// Compares paths part by part, each in natural order; of two equal ones the order of bytes decides.
pub fn path_cmp(a: &str, b: &str) -> Ordering {
    path_key(a).cmp(&path_key(b)).then_with(|| a.cmp(b))
}

/// The positions of paths in their order, as [`path_cmp`] has it. The first `sorted` are in order; a few others are put in
/// between without a look at most of those.
fn natural_order(paths: &[&str], sorted: usize) -> Vec<usize> {
    let sorted = if paths.len() > sorted + sorted / 8 { 0 } else { sorted };
    let (head, rest) = paths.split_at(sorted);
    let mut keyed: Vec<(Vec<u8>, usize)> = rest.iter().map(|path| path_key(path)).zip(sorted..).collect();
    keyed.sort_unstable_by(|a, b| a.0.cmp(&b.0).then_with(|| paths[a.1].cmp(paths[b.1])));
    let mut order = Vec::with_capacity(paths.len());
    let mut done = 0;
    for (_, at) in keyed {
        let end = done + head[done..].partition_point(|path| path_cmp(path, paths[at]).is_lt());
        order.extend(done..end);
        order.push(at);
        done = end;
    }
    order.extend(done..sorted);
    order
}

/// Bytes whose order is the natural order of paths: a slash sorts before everything, and a run of digits is its length
/// followed by its digits, so that comparing needs no parsing.
pub fn path_key(path: &str) -> Vec<u8> {
    let path = path.strip_suffix(".toml").unwrap_or(path).as_bytes();
    let mut key = Vec::with_capacity(path.len() + 8);
    let mut at = 0;
    while at < path.len() {
        let byte = path[at];
        if byte.is_ascii_digit() {
            let end = path[at..].iter().position(|b| !b.is_ascii_digit()).map_or(path.len(), |n| at + n);
            let zeros = path[at..end].iter().take_while(|&&b| b == b'0').count();
            let digits = &path[at + zeros..end];
            key.push(b'0');
            key.push(u8::try_from(digits.len()).unwrap_or(u8::MAX));
            key.extend_from_slice(digits);
            at = end;
        } else {
            key.push(if byte == b'/' { 0 } else { byte.to_ascii_lowercase() });
            at += 1;
        }
    }
    key
}

#[cfg(test)]
impl Snapshot {
    /// Of files below `.tasks/`: the path of each without its ending, and what it says.
    pub(crate) fn sample(files: &[(impl AsRef<str>, impl AsRef<str>)]) -> Self {
        let file = |(path, text): &(_, _)| sample_file(AsRef::as_ref(path), AsRef::as_ref(text));
        Self::read(files.iter().map(file).collect(), Vec::new())
    }
}

#[cfg(test)]
fn sample_file(path: &str, text: &str) -> PlanFile {
    PlanFile { path: format!(".tasks/{path}.toml"), bytes: text.as_bytes().to_vec() }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::natural_cmp;
    use proptest::prelude::*;

    fn read(files: &[(&str, &str)]) -> Snapshot {
        let files = files
            .iter()
            .map(|&(path, text)| PlanFile { path: path.to_owned(), bytes: text.as_bytes().to_vec() })
            .collect();
        Snapshot::read(files, Vec::new())
    }

    const TASK: &str = "title = \"t\"\n";

    fn codes(snapshot: &Snapshot) -> Vec<(&'static str, &str)> {
        snapshot.problems.iter().map(|p| (p.code, p.path.as_deref().unwrap_or_default())).collect()
    }

    #[test]
    fn every_file_finds_its_place() {
        let snapshot = read(&[
            (".tasks/10.toml", TASK),
            (".tasks/2.toml", TASK),
            (".tasks/2.1.toml", TASK),
            (".tasks/01-db/02-schema/5.toml", TASK),
            (".tasks/01-db/group.toml", "title = \"Database\"\n"),
            (".tasks/archive/03-old/7.toml", TASK),
            (".tasks/archive/01-db/8.toml", TASK),
            (".tasks/config.toml", "version = 1\n[ids]\nprefix = \"P-\"\n"),
            (".tasks/milestones/beta.toml", "title = \"Beta\"\n"),
            (".tasks/README.md", "# hi"),
            (".tasks/templates/x.toml", "not toml"),
            (".tasks/.hidden.toml", "not toml"),
            (".tasks/.cache/1.toml", "not toml"),
            (".tasks/4.toml~", "not toml"),
            (".tasks/.4.toml.swp", "\u{1}"),
            ("src/1.toml", TASK),
        ]);
        assert_eq!(codes(&snapshot), []);
        let tasks: Vec<(&str, &str, bool)> =
            snapshot.tasks.iter().map(|t| (t.id.as_str(), t.group.as_str(), t.archived)).collect();
        assert_eq!(
            tasks,
            [
                ("5", "db/schema", false),
                ("2", "", false),
                ("2.1", "", false),
                ("10", "", false),
                ("8", "db", true),
                ("7", "old", true),
            ]
        );
        let groups: Vec<(&str, &str)> =
            snapshot.groups.iter().map(|g| (g.name.as_str(), g.path.as_str())).collect();
        assert_eq!(
            groups,
            [
                ("db", ".tasks/01-db"),
                ("db/schema", ".tasks/01-db/02-schema"),
                ("old", ".tasks/archive/03-old"),
            ]
        );
        assert_eq!(snapshot.groups[0].group.title.as_deref(), Some("Database"));
        assert_eq!(snapshot.config.id_prefix, "P-");
        assert_eq!(snapshot.milestones[0].name, "beta");
        assert_eq!(snapshot.task(&"10".parse().unwrap()).unwrap().path, ".tasks/10.toml");
    }

    #[test]
    fn what_cannot_be_so_is_a_finding_and_the_rest_is_read() {
        let snapshot = read(&[
            (".tasks/1.toml", "title = "),
            (".tasks/a/2.toml", TASK),
            (".tasks/b/2.toml", TASK),
            (".tasks/a b.toml", TASK),
            (".tasks/x/config.toml", TASK),
            (".tasks/group.toml", ""),
            (".tasks/01-c/3.toml", TASK),
            (".tasks/02-c/4.toml", TASK),
            (".tasks/5.toml", "title = \"a\"\n<<<<<<< HEAD\n"),
            (".tasks/milestones/deep/x.toml", ""),
        ]);
        let mut codes = codes(&snapshot);
        codes.sort_unstable();
        assert_eq!(
            codes,
            [
                ("conflict-markers", ".tasks/5.toml"),
                ("duplicate-group", ".tasks/02-c"),
                ("duplicate-id", ".tasks/b/2.toml"),
                ("invalid-file-name", ".tasks/a b.toml"),
                ("invalid-file-name", ".tasks/group.toml"),
                ("invalid-file-name", ".tasks/milestones/deep/x.toml"),
                ("invalid-file-name", ".tasks/x/config.toml"),
                ("unreadable-file", ".tasks/1.toml"),
            ]
        );
        assert_eq!(snapshot.tasks.len(), 4);
        let unreadable = snapshot.problems.iter().find(|p| p.code == "unreadable-file").unwrap();
        assert_eq!(unreadable.ids, ["1".parse().unwrap()]);
        let duplicate = snapshot.problems.iter().find(|p| p.code == "duplicate-id").unwrap();
        assert!(duplicate.message.contains(".tasks/a/2.toml and .tasks/b/2.toml"));
        assert_eq!(snapshot.task(&"2".parse().unwrap()).unwrap().path, ".tasks/a/2.toml");
        assert!(snapshot.has_group(&GroupName::from_dir("c")));
    }

    #[test]
    fn ids_that_differ_in_case_are_one() {
        let snapshot = read(&[(".tasks/T1.toml", TASK), (".tasks/a/t1.toml", TASK)]);
        assert_eq!(codes(&snapshot).iter().map(|c| c.0).collect::<Vec<_>>(), ["duplicate-id"]);
    }

    proptest! {
        #[test]
        fn keys_order_as_names_do(a in "[a0-2.]{1,6}", b in "[A0-2.-]{1,6}") {
            let (x, y) = (path_key(&a), path_key(&b));
            if x != y {
                prop_assert_eq!(x.cmp(&y), natural_cmp(&a, &b));
            }
        }
    }
}
