//! An exported plan held against the plan that is there.

use super::read::{Content, Exported, ExportedFile};
use crate::format::{
    canonical, parse_group, parse_milestone, parse_task, render_group, render_milestone, render_task,
};
use crate::import::folders::Folders;
use crate::import::place::{NewId, Placing};
use crate::import::slug;
use crate::model::{Dependency, Group, GroupName, Milestone, Task, TaskId, id_number};
use crate::snapshot::{PLAN_DIR, PlanFile, Snapshot, TaskEntry};
use std::collections::{HashMap, HashSet};

/// The field by which a task that could not keep its id remembers which one it had.
const SOURCE: &str = "source";

/// A file that is new or says something else than the document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RestoredFile {
    /// Relative to the root of the repository.
    pub path: String,
    /// What the file holds now, as far as the document could hold it; `None` for a new file or one that cannot be read.
    pub before: Option<String>,
    /// What it is to hold.
    pub after: String,
    /// Of a file that is there: the keys that differ.
    pub keys: Vec<String>,
}

/// An exported plan as files.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Restored {
    /// At most one for each path. Files that hold the same already are not among them.
    pub files: Vec<RestoredFile>,
    /// Tasks with another id than the document gives, in its order.
    pub new_ids: Vec<NewId>,
    /// How many of the tasks the plan had.
    pub known_tasks: usize,
    /// How many groups the document has.
    pub groups: usize,
}

/// Turns an exported plan into files. `files` are those of the plan that is there.
///
/// A task stays the same task if the plan has its id with the same path, title or time of creation. Where another task
/// has its id, it gets a new one, and what depends on it follows.
pub fn place<'p>(
    exported: &Exported,
    plan: &'p Snapshot,
    files: &'p [PlanFile],
    placing: &'p Placing<'_>,
) -> Restored {
    let mut folders = Folders::new(plan);
    let base = placing.group.map_or_else(String::new, |group| folders.find_or_add(group));
    let there = files.iter().map(|file| (file.path.as_str(), file.bytes.as_slice())).collect();
    let sources = |entry: &'p TaskEntry| {
        let fields = entry.task.fields.iter().filter(|(name, _)| name == SOURCE);
        fields.map(move |(_, text)| (text.as_str(), entry))
    };
    let mut placer = Placer {
        plan,
        placing,
        base,
        there,
        by_path: plan.tasks.iter().map(|entry| (entry.path.as_str(), entry)).collect(),
        by_source: plan.tasks.iter().rev().flat_map(sources).collect(),
        ids: HashMap::new(),
        placed: Restored::default(),
    };
    let found = placer.identify(exported);
    for (file, found) in exported.files.iter().zip(found) {
        placer.file(file, found);
    }
    placer.placed
}

/// What became of a task of the document.
enum Found<'a> {
    /// It is no task.
    Other,
    /// The plan has it.
    Known(&'a TaskEntry),
    /// The plan does not have it; it gets this id, and remembers the one it had.
    New(TaskId, Option<String>),
}

struct Placer<'a> {
    plan: &'a Snapshot,
    placing: &'a Placing<'a>,
    base: String,
    there: HashMap<&'a str, &'a [u8]>,
    by_path: HashMap<&'a str, &'a TaskEntry>,
    /// The tasks of the plan by what they remember.
    by_source: HashMap<&'a str, &'a TaskEntry>,
    /// What ids of the document became.
    ids: HashMap<TaskId, TaskId>,
    placed: Restored,
}

impl<'a> Placer<'a> {
    /// Says of every file of the document which task it is; ids that the document has come before new ones.
    fn identify(&mut self, exported: &Exported) -> Vec<Found<'a>> {
        let mut taken: HashSet<TaskId> = self.placing.taken.clone();
        taken.extend(
            self.plan.tasks.iter().flat_map(|entry| entry.task.aka.iter().cloned().chain([entry.id.clone()])),
        );
        let mut found: Vec<Option<Found<'a>>> = Vec::new();
        for file in &exported.files {
            found.push(self.keep_id(file, &mut taken));
        }
        let own = exported.files.iter().filter_map(|file| match &file.content {
            Content::Task(id, _) => id.clone(),
            _ => None,
        });
        let numbers: Vec<TaskId> =
            own.chain(taken.iter().cloned()).chain(self.placing.given.iter().cloned()).collect();
        let prefix = self.placing.prefix;
        let numbers = numbers.iter().filter_map(|id| id_number(id.as_str(), prefix.as_str()));
        let mut next = numbers.filter(|number| *number < u64::from(u32::MAX)).max().unwrap_or(0);
        let mut all = Vec::with_capacity(found.len());
        for (file, found) in exported.files.iter().zip(found) {
            all.push(match (found, &file.content) {
                (Some(found), _) => found,
                (None, Content::Task(old, task)) => {
                    next += 1;
                    let id = prefix.id(next);
                    let source = Some(self.label(file));
                    self.ids.extend(old.iter().map(|old| (old.clone(), id.clone())));
                    let (from, title) = (old.clone(), task.title.clone());
                    self.placed.new_ids.push(NewId { line: file.line, from, to: id.clone(), title });
                    Found::New(id, source)
                }
                (None, _) => Found::Other,
            });
        }
        all
    }

    /// The task that keeps the id of the document or was imported before; `None` where a new id is needed.
    fn keep_id(&mut self, file: &ExportedFile, taken: &mut HashSet<TaskId>) -> Option<Found<'a>> {
        let Content::Task(id, task) = &file.content else { return Some(Found::Other) };
        let Some(id) = id else {
            return self.by_source.get(self.label(file).as_str()).copied().map(Found::Known);
        };
        let path = self.path(&file.place, id.as_str());
        let same = |entry: &&TaskEntry| {
            entry.task.title == task.title
                || entry.task.created.is_some() && entry.task.created == task.created
        };
        if let Some(entry) = self.by_path.get(path.as_str()).copied().or(self.plan.task(id).filter(same)) {
            return Some(Found::Known(entry));
        }
        if let Some(entry) = self.by_source.get(self.label(file).as_str()) {
            self.ids.insert(id.clone(), entry.id.clone());
            return Some(Found::Known(entry));
        }
        // A file at that place which cannot be read is most likely this task.
        let is_there = self.there.contains_key(path.as_str());
        (taken.insert(id.clone()) || is_there).then(|| Found::New(id.clone(), None))
    }

    /// What a task that could not keep its id, or had none, remembers: `plan.md#412`, `plan.md#write-the-parser`.
    fn label(&self, file: &ExportedFile) -> String {
        let name = match &file.content {
            Content::Task(Some(id), _) => id.to_string(),
            Content::Task(None, task) => slug::slug(&task.title, &task.title),
            _ => String::new(),
        };
        format!("{}#{name}", self.placing.source.now)
    }

    /// `.tasks/01-database/412.toml`, below the group that takes everything in.
    fn path(&self, dir: &str, stem: &str) -> String {
        let dir = self.dir(dir);
        if dir.is_empty() {
            format!("{PLAN_DIR}/{stem}.toml")
        } else {
            format!("{PLAN_DIR}/{dir}/{stem}.toml")
        }
    }

    /// Where a directory of the document goes: to the group of its name, if there is one.
    fn dir(&self, dir: &str) -> String {
        let (archive, inner) = match dir.strip_prefix("archive") {
            Some("") => ("archive", ""),
            Some(rest) if rest.starts_with('/') => ("archive", &rest[1..]),
            _ => ("", dir),
        };
        let joined = join(&self.base, inner);
        if archive.is_empty() {
            let name = GroupName::from_dir(&joined);
            let is_it = |path: &&str| {
                !name.is_root() && !path.starts_with("archive/") && GroupName::from_dir(path) == name
            };
            let paths = || self.plan.groups.iter().filter_map(|g| g.path.strip_prefix(".tasks/"));
            if !paths().any(|path| path == joined)
                && let Some(path) = paths().find(is_it)
            {
                return path.to_owned();
            }
        }
        join(archive, &joined)
    }

    fn file(&mut self, file: &ExportedFile, found: Found<'_>) {
        match &file.content {
            Content::Config(text) => self.whole(format!("{PLAN_DIR}/config.toml"), text),
            Content::Note(text) => self.whole(format!("{PLAN_DIR}/{}", file.place), text),
            Content::Milestone(milestone) => {
                let mut milestone = milestone.clone();
                let moved = self.follow(&mut milestone.groups) | self.follow(&mut milestone.tasks);
                let source = file.source.as_ref().filter(|_| !moved);
                self.put(format!("{PLAN_DIR}/milestones/{}.toml", file.place), &milestone, source);
            }
            Content::Group(group) => {
                self.placed.groups += 1;
                let mut group = group.clone();
                let moved = self.follow(&mut group.depends);
                let path = self.path(&file.place, "group");
                if group != Group::default() || file.source.is_some() {
                    self.put(path, &group, file.source.as_ref().filter(|_| !moved));
                }
            }
            Content::Task(_, task) => {
                let mut task = Task::clone(task);
                let moved = self.follow(&mut task.depends);
                let source = file.source.as_ref().filter(|_| !moved);
                match found {
                    Found::Known(entry) => {
                        self.placed.known_tasks += 1;
                        let remembered = entry.task.fields.iter().find(|(name, _)| name == SOURCE);
                        let renumbered =
                            remembered.filter(|_| !task.fields.iter().any(|(name, _)| name == SOURCE));
                        task.fields.extend(renumbered.cloned());
                        // A table has one order of fields for all tasks, so their order alone is no difference.
                        task.fields.sort_by_key(|(name, _)| {
                            let known = entry.task.fields.iter().position(|(known, _)| known == name);
                            known.unwrap_or(usize::MAX)
                        });
                        self.put(entry.path.clone(), &task, source);
                    }
                    Found::New(id, remembered) => {
                        let path = self.path(&file.place, id.as_str());
                        let source = source.filter(|_| remembered.is_none());
                        task.fields.extend(remembered.map(|text| (SOURCE.to_owned(), text)));
                        self.put(path, &task, source);
                    }
                    Found::Other => {}
                }
            }
        }
    }

    /// Lets dependencies follow what became of ids and groups; whether any of them changed.
    fn follow(&self, dependencies: &mut [Dependency]) -> bool {
        let mut changed = false;
        for dependency in dependencies {
            let new = match dependency {
                Dependency::Task(id) => self.ids.get(id).cloned().map(Dependency::Task),
                Dependency::Group(_) if self.base.is_empty() => None,
                Dependency::Group(name) => {
                    Some(Dependency::Group(GroupName::from_dir(&join(&self.base, name.as_str()))))
                }
            };
            if let Some(new) = new {
                changed = true;
                *dependency = new;
            }
        }
        changed
    }

    /// A file that the document holds as text.
    fn whole(&mut self, path: String, text: &str) {
        let before = self.there.get(path.as_str()).map(|bytes| String::from_utf8_lossy(bytes).into_owned());
        let plain = before.as_deref().map(|text| text.replace("\r\n", "\n"));
        if before.as_deref() == Some(text) || plain.as_deref() == Some(text) {
            return;
        }
        let keys = before.as_deref().map(|before| differing_keys(before, text)).unwrap_or_default();
        self.placed.files.push(RestoredFile { path, before, after: text.to_owned(), keys });
    }

    /// Notes a new file, or the one that is there if the document says something else.
    fn put<T: Kept>(&mut self, path: String, value: &T, source: Option<&String>) {
        let plain = value.render();
        let verbatim =
            source.filter(|text| T::parse(&path, text.as_bytes()).is_some_and(|v| v.render() == plain));
        let after = verbatim.cloned().unwrap_or(plain);
        let Some(bytes) = self.there.get(path.as_str()) else {
            self.placed.files.push(RestoredFile { path, before: None, after, keys: Vec::new() });
            return;
        };
        let known = T::parse(&path, bytes).map(|known| known.render());
        let form = |bytes: &[u8]| canonical(&path, bytes).ok();
        if known.as_deref() == Some(&value.render())
            && (verbatim.is_none() || form(bytes) == form(after.as_bytes()))
        {
            return;
        }
        let keys = known.as_deref().map(|known| differing_keys(known, &after)).unwrap_or_default();
        self.placed.files.push(RestoredFile { path, before: known, after, keys });
    }
}

/// A value that a plan file holds.
trait Kept: Sized {
    fn parse(path: &str, bytes: &[u8]) -> Option<Self>;
    fn render(&self) -> String;
}

macro_rules! kept {
    ($($type:ty: $parse:path, $render:path;)+) => {
        $(impl Kept for $type {
            fn parse(path: &str, bytes: &[u8]) -> Option<Self> {
                $parse(path, bytes).value
            }

            fn render(&self) -> String {
                $render(self)
            }
        })+
    };
}

kept! {
    Task: parse_task, render_task;
    Group: parse_group, render_group;
    Milestone: parse_milestone, render_milestone;
}

/// The names of the keys that two files do not have in common.
fn differing_keys(a: &str, b: &str) -> Vec<String> {
    let table = |text: &str| toml::from_str::<toml::Table>(text).unwrap_or_default();
    let (a, b) = (table(a), table(b));
    let mut names: Vec<String> = a
        .keys()
        .chain(b.keys().filter(|name| !a.contains_key(*name)))
        .filter(|name| a.get(*name) != b.get(*name))
        .cloned()
        .collect();
    names.sort();
    names
}

fn join(above: &str, name: &str) -> String {
    match (above, name) {
        ("", name) => name.to_owned(),
        (above, "") => above.to_owned(),
        (above, name) => format!("{above}/{name}"),
    }
}
