//! Where a draft goes: the files that it becomes in a plan that may have some already.

use super::draft::{Draft, DraftGroup, DraftMilestone};
use super::facts::facts;
use super::folders::Folders;
use super::identify::{Identified, identify};
use super::prefix::Prefix;
use super::slug;
use super::stamp::Stamp;
use crate::format::{render_group, render_milestone, render_task};
use crate::model::{Declared, Dependency, Group, GroupName, Milestone, Task, TaskId};
use crate::snapshot::{MilestoneEntry, PLAN_DIR, Snapshot};
use camino::Utf8Path;
use std::collections::{HashMap, HashSet};

/// What a document is known by.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Source<'a> {
    /// Its path in the repository, or its name.
    pub now: &'a str,
    /// What the plan knows it by, where it was moved since.
    pub former: Option<&'a str>,
}

/// What placing needs to know besides the draft and the plan.
#[derive(Debug, Clone, Copy)]
pub struct Placing<'a> {
    /// The document: tasks remember it.
    pub source: Source<'a>,
    /// The group that takes everything in; the root where there is none.
    pub group: Option<&'a str>,
    /// What new ids start with.
    pub prefix: &'a Prefix,
    /// Ids that are taken although no task of the snapshot has them: those of files that cannot be read.
    pub taken: &'a HashSet<TaskId>,
    /// Ids that were given once; a new id is larger than all of them.
    pub given: &'a HashSet<TaskId>,
    /// The paths of all plan files.
    pub paths: &'a HashSet<&'a str>,
}

/// A file that is to be written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PlacedFile {
    /// Relative to the root of the repository.
    pub path: String,
    /// What the document says, as a new file in canonical form.
    pub text: String,
    /// Whether the plan has the file, so that the text is to be merged into it.
    pub is_known: bool,
}

/// A task whose id is not the document's.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewId {
    /// The line of the document, from 1.
    pub line: u32,
    /// The id in the document.
    pub from: Option<TaskId>,
    /// The id in the plan.
    pub to: TaskId,
    /// The title.
    pub title: String,
}

/// A draft as files.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Placed {
    /// A file for each group, task and milestone, at most one for each path.
    pub files: Vec<PlacedFile>,
    /// Tasks with another id than the document gives, in its order.
    pub new_ids: Vec<NewId>,
    /// How many of the tasks the plan had.
    pub known_tasks: usize,
    /// Tasks of the plan that came from the document and are no longer in it, archived ones left out.
    pub gone: Vec<TaskId>,
    /// How many groups with a name the draft has.
    pub groups: usize,
    /// What the document says of its own size.
    pub declared: Declared,
    /// What the document says of the plan as a whole, and where that goes: no plan file, so that any text may be in it.
    pub notes: Option<(String, String)>,
}

/// Turns a draft into files.
///
/// A task of which the plan knows that it came from the same place of the same document stays where it is; all others
/// come into new groups, after those that are there.
pub fn place(draft: &Draft, plan: &Snapshot, placing: &Placing<'_>) -> Placed {
    let identified = identify(draft, plan, placing);
    let mut placed =
        Placed { new_ids: identified.new_ids(draft), declared: draft.declared, ..Placed::default() };
    let mut folders = Folders::new(plan);
    let base = placing.group.map_or_else(String::new, |group| folders.find_or_add(group));
    let mut hand = Placer { plan, placing, identified: &identified, placed: &mut placed };
    let dirs = hand.directories(draft, &mut folders, &base);
    let milestones = hand.milestone_names(draft, &dirs);
    let slugs = draft.groups.iter().zip(&dirs).rev().filter(|(group, _)| !group.slug.is_empty());
    let groups = slugs.map(|(group, dir)| (group.slug.as_str(), dir.as_str())).collect();
    let names = Names { groups, dirs: &dirs, milestones: &milestones };
    let mut at = 0;
    for (group, dir) in draft.groups.iter().zip(&dirs) {
        for found in &group.tasks {
            hand.task(at, &found.task, dir, &names);
            at += 1;
        }
        // Behind its tasks, by which an import that was cut short finds the group again.
        if !group.slug.is_empty() {
            hand.placed.groups += 1;
            hand.group(group, dir);
        }
    }
    for milestone in &draft.milestones {
        hand.milestone(milestone, &names);
    }
    placed.notes = notes(draft, placing.source.now);
    placed.gone = identified.gone().iter().map(|&at| plan.tasks[at].id.clone()).collect();
    placed
}

/// The document's words on the plan as a whole, as a file beside the plan files.
fn notes(draft: &Draft, source: &str) -> Option<(String, String)> {
    let title = draft.title.as_deref().map(|title| format!("# {title}"));
    let text = draft.description.trim_matches('\n');
    let parts: Vec<&str> =
        title.as_deref().into_iter().chain((!text.trim().is_empty()).then_some(text)).collect();
    if parts.is_empty() {
        return None;
    }
    let stem = Utf8Path::new(source).file_stem().unwrap_or(source);
    let name = slug::slug(stem, "plan");
    Some((format!("{PLAN_DIR}/{name}.md"), format!("{}\n", parts.join("\n\n"))))
}

/// What the draft's own names became.
struct Names<'a> {
    /// Directories of groups by their slugs.
    groups: HashMap<&'a str, &'a str>,
    dirs: &'a [String],
    milestones: &'a HashMap<&'a str, String>,
}

impl Names<'_> {
    fn group(&self, slug: &str) -> Option<GroupName> {
        self.groups.get(slug).map(|dir| GroupName::from_dir(dir))
    }
}

struct Placer<'a> {
    plan: &'a Snapshot,
    placing: &'a Placing<'a>,
    identified: &'a Identified,
    placed: &'a mut Placed,
}

impl Placer<'_> {
    /// The directory of every group of the draft, relative to `.tasks/`.
    fn directories(&self, draft: &Draft, folders: &mut Folders, base: &str) -> Vec<String> {
        let emptied = self.emptied(base);
        let mut used = HashSet::new();
        let mut at = 0;
        let mut dirs = Vec::with_capacity(draft.groups.len());
        for group in &draft.groups {
            let tasks = at..at + group.tasks.len();
            at = tasks.end;
            if group.slug.is_empty() {
                dirs.push(base.to_owned());
                continue;
            }
            // Where its tasks were brought at the first import, they are followed.
            let known = tasks.filter_map(|i| self.identified.known[i]).map(|i| &self.plan.tasks[i]);
            let homes = known.filter(|entry| !entry.archived).filter_map(|entry| directory(&entry.path));
            let home = homes.filter(|dir| !dir.is_empty() && *dir != base).map(str::to_owned).next();
            let home = home.or_else(|| emptied.get(group.slug.as_str()).map(|&dir| dir.to_owned()));
            let dir = match home {
                Some(dir) if used.insert(dir.clone()) => dir,
                _ => folders.add(base, &group.slug),
            };
            used.insert(dir.clone());
            dirs.push(dir);
        }
        dirs
    }

    /// By the slugs of groups the directories of those of which the document has none of the old tasks any more: each
    /// holds such a task, and has the group's name.
    fn emptied(&self, base: &str) -> HashMap<String, &str> {
        let gone = self.identified.gone().iter().filter_map(|&at| directory(&self.plan.tasks[at].path));
        let mut emptied = HashMap::new();
        let mut last = None;
        for dir in gone.filter(|dir| !dir.is_empty() && *dir != base) {
            // Tasks of a directory mostly follow each other.
            if last.replace(dir) != Some(dir) {
                let name = GroupName::from_dir(Utf8Path::new(dir).file_name().unwrap_or(dir));
                for slug in slugs_of(name.as_str()) {
                    emptied.entry(slug.to_owned()).or_insert(dir);
                }
            }
        }
        emptied
    }

    /// The file name of every milestone of the draft: that of the milestone it was imported as, else the draft's own,
    /// or another where that is taken.
    fn milestone_names<'d>(&self, draft: &'d Draft, dirs: &[String]) -> HashMap<&'d str, String> {
        let mut taken: slug::Names =
            self.plan.milestones.iter().map(|m| m.name.to_ascii_lowercase()).collect();
        let mut used = HashSet::new();
        let mut names = HashMap::new();
        for milestone in &draft.milestones {
            let known = self.known_milestone(milestone, dirs).filter(|name| used.insert(*name));
            let name = known.map_or_else(|| taken.unique(&milestone.slug), str::to_owned);
            names.insert(milestone.slug.as_str(), name);
        }
        names
    }

    /// The milestone that this one was imported as: it shares a member or a condition; else it is the only one of that
    /// name and title.
    fn known_milestone(&self, milestone: &DraftMilestone, dirs: &[String]) -> Option<&str> {
        if !self.identified.again() {
            return None;
        }
        let members = self.members(milestone, dirs);
        let is_named = |entry: &&MilestoneEntry| is_named(&entry.name, &milestone.slug);
        let shares = |entry: &&MilestoneEntry| {
            let known = &entry.milestone;
            known.groups.iter().chain(&known.tasks).any(|member| members.contains(member))
                || known.criteria.iter().any(|one| milestone.criteria.iter().any(|c| c.text == one.text))
        };
        let named: Vec<&MilestoneEntry> = self.plan.milestones.iter().filter(is_named).collect();
        let found = named.iter().copied().find(shares).or(match named[..] {
            [one] if one.milestone.title.as_deref() == Some(&milestone.title) => Some(one),
            _ => None,
        });
        found.map(|entry| entry.name.as_str())
    }

    /// The groups and tasks that a milestone names, groups first.
    fn members(&self, milestone: &DraftMilestone, dirs: &[String]) -> Vec<Dependency> {
        let dirs = milestone.groups.iter().filter_map(|&at| dirs.get(at));
        let groups = dirs.map(|dir| GroupName::from_dir(dir)).filter(|name| !name.is_root());
        let tasks = milestone.tasks.iter().map(|id| Dependency::Task(self.identified.id_of(id)));
        groups.map(Dependency::Group).chain(tasks).collect()
    }

    fn group(&mut self, group: &DraftGroup, dir: &str) {
        let new = Group {
            title: Some(group.title.clone()).filter(|title| !title.is_empty()),
            description: text(&group.description),
            estimate: group.estimate,
            due: group.due,
            declared_tasks: group.declared_tasks,
            ..Group::default()
        };
        if new != Group::default() {
            self.put(format!("{PLAN_DIR}/{dir}/group.toml"), render_group(&new));
        }
    }

    fn task(&mut self, at: usize, task: &Task, dir: &str, names: &Names<'_>) {
        let mut new = task.clone();
        for dependency in &mut new.depends {
            match dependency {
                Dependency::Task(id) => *id = self.identified.id_of(id),
                Dependency::Group(name) => *name = names.group(name.as_str()).unwrap_or_else(|| name.clone()),
            }
        }
        for name in &mut new.milestones {
            if let Some(other) = names.milestones.get(name.as_str()) {
                name.clone_from(other);
            }
        }
        new.fields.push(self.identified.source_field(at, task));
        if let Some(known) = self.identified.known[at] {
            self.placed.known_tasks += 1;
            self.put(self.plan.tasks[known].path.clone(), render_task(&new));
            return;
        }
        let folder = if dir.is_empty() { PLAN_DIR.to_owned() } else { format!("{PLAN_DIR}/{dir}") };
        self.put(format!("{folder}/{}.toml", self.identified.ids[at]), render_task(&new));
    }

    fn milestone(&mut self, milestone: &DraftMilestone, names: &Names<'_>) {
        let when = milestone.when.as_ref().filter(|when| !milestone.description.contains(when.as_str()));
        let description = match when {
            Some(when) => format!("When: {when}\n\n{}", milestone.description),
            None => milestone.description.clone(),
        };
        let members = self.members(milestone, names.dirs);
        let (groups, tasks) = members.into_iter().partition(|member| matches!(member, Dependency::Group(_)));
        let new = Milestone {
            title: Some(milestone.title.clone()).filter(|title| !title.is_empty()),
            due: milestone.due,
            goal: milestone.goal.clone(),
            description: text(&description),
            groups,
            tasks,
            criteria: milestone.criteria.clone(),
        };
        let name = names.milestones.get(milestone.slug.as_str()).unwrap_or(&milestone.slug);
        let path = format!("{PLAN_DIR}/milestones/{name}.toml");
        self.put(path, render_milestone(&new));
    }

    /// Notes a new file, or what is to be merged into the one that is there.
    fn put(&mut self, path: String, mut text: String) {
        let is_known = self.placing.paths.contains(path.as_str());
        if let Some(facts) = facts(&path, text.as_bytes()) {
            Stamp::of(&facts).put(self.placing.source.now, &mut text);
        }
        self.placed.files.push(PlacedFile { path, text, is_known });
    }
}

/// Whether a name is a slug, or the slug with the number that it got where it was taken.
fn is_named(name: &str, slug: &str) -> bool {
    slugs_of(name).any(|of| of == slug)
}

/// The slugs that something of this name may have: the name, and the name without the number that it got where it was
/// taken.
fn slugs_of(name: &str) -> impl Iterator<Item = &str> {
    let numbered = name.rsplit_once('-');
    let is_number = |digits: &str| !digits.is_empty() && digits.bytes().all(|b| b.is_ascii_digit());
    [Some(name), numbered.filter(|(_, digits)| is_number(digits)).map(|(slug, _)| slug)].into_iter().flatten()
}

/// `01-database` for `.tasks/01-database/412.toml`.
fn directory(path: &str) -> Option<&str> {
    Some(Utf8Path::new(path).strip_prefix(PLAN_DIR).ok()?.parent()?.as_str())
}

/// Markdown as files have it: with one line end at its end; nothing where there is nothing.
fn text(markdown: &str) -> Option<String> {
    let text = markdown.trim_matches('\n').trim_end();
    (!text.trim().is_empty()).then(|| format!("{text}\n"))
}
