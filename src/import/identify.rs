//! Which id each task of a draft has in the plan, and which of them the plan has already.

use super::draft::Draft;
use super::place::{NewId, Placing};
use super::slug;
use crate::model::{Task, TaskId};
use crate::snapshot::Snapshot;
use std::collections::{HashMap, HashSet};

/// The field by which a task remembers where it came from.
const SOURCE: &str = "source";

/// The same for a task that has a field of that name of its own.
const OTHER_SOURCE: &str = "imported from";

/// The tasks of a draft in its order, all groups in one row.
#[derive(Debug)]
pub struct Identified {
    /// Their ids in the plan.
    pub ids: Vec<TaskId>,
    /// The positions of those that the plan has.
    pub known: Vec<Option<usize>>,
    sources: Vec<String>,
    by_own_id: HashMap<TaskId, TaskId>,
    again: bool,
}

impl Identified {
    /// Whether the document was imported before.
    pub fn again(&self) -> bool {
        self.again
    }

    /// The id in the plan of the task that the document calls `own`.
    pub fn id_of(&self, own: &TaskId) -> TaskId {
        self.by_own_id.get(own).unwrap_or(own).clone()
    }

    /// The field by which the task at that place remembers where it came from.
    pub fn source_field(&self, at: usize, task: &Task) -> (String, String) {
        let own = task.fields.iter().any(|(name, _)| name == SOURCE);
        let name = if own { OTHER_SOURCE } else { SOURCE };
        (name.to_owned(), self.sources[at].clone())
    }

    /// The tasks that are new and whose id is not the document's.
    pub fn new_ids(&self, draft: &Draft) -> Vec<NewId> {
        let tasks = draft.groups.iter().flat_map(|group| &group.tasks).enumerate();
        let changed =
            tasks.filter(|(at, task)| self.known[*at].is_none() && task.id.as_ref() != Some(&self.ids[*at]));
        changed
            .map(|(at, found)| NewId {
                line: found.line,
                from: found.id.clone(),
                to: self.ids[at].clone(),
                title: found.task.title.clone(),
            })
            .collect()
    }
}

/// Gives every task of the draft its id: that of the task it was imported as, else the document's own where it is free,
/// else the prefix and the next integer, in the order of the document.
pub fn identify(draft: &Draft, plan: &Snapshot, placing: &Placing<'_>) -> Identified {
    let sources = sources(draft, placing.source);
    let known_sources = known_sources(plan);
    let known: Vec<Option<usize>> =
        sources.iter().map(|source| known_sources.get(source.as_str()).copied()).collect();
    let head = format!("{}#", placing.source);
    let again = known_sources.keys().any(|source| source.starts_with(&head));

    let mut taken: HashSet<TaskId> = placing.taken.clone();
    for entry in &plan.tasks {
        taken.insert(entry.id.clone());
        taken.extend(entry.task.aka.iter().cloned());
    }
    let tasks: Vec<_> = draft.groups.iter().flat_map(|group| &group.tasks).collect();
    let mut ids: Vec<Option<TaskId>> = Vec::with_capacity(tasks.len());
    for (found, known) in tasks.iter().zip(&known) {
        ids.push(match known {
            Some(at) => Some(plan.tasks[*at].id.clone()),
            None => found.id.clone().filter(|id| taken.insert(id.clone())),
        });
    }
    let numbers = taken.iter().chain(placing.given).filter_map(|id| id.number(placing.prefix.as_str()));
    // What is larger is no number of a task, and would leave no room above.
    let mut next = numbers.filter(|number| *number < u64::from(u32::MAX)).max().unwrap_or(0);
    let mut allocate = || {
        next += 1;
        let mut id = placing.prefix.id(next);
        while placing.given.contains(&id) || !taken.insert(id.clone()) {
            next += 1;
            id = placing.prefix.id(next);
        }
        id
    };
    let ids: Vec<TaskId> = ids.into_iter().map(|id| id.unwrap_or_else(&mut allocate)).collect();
    let own = tasks.iter().zip(&ids).filter_map(|(found, id)| Some((found.id.clone()?, id.clone())));
    let by_own_id = own.collect();
    Identified { ids, known, sources, by_own_id, again }
}

/// `plan.md#1.2`, or `plan.md#write-the-parser` for a task without an id.
fn sources(draft: &Draft, name: &str) -> Vec<String> {
    let mut taken = HashSet::new();
    let tasks = draft.groups.iter().flat_map(|group| &group.tasks);
    tasks
        .map(|found| {
            let label = found.id.as_ref().map_or_else(
                // Titles without a Latin letter have no slug to tell them apart.
                || slug::slug(&found.task.title, &found.task.title),
                ToString::to_string,
            );
            slug::unique(&format!("{name}#{label}"), &mut taken)
        })
        .collect()
}

fn known_sources(plan: &Snapshot) -> HashMap<&str, usize> {
    let mut known = HashMap::new();
    for (at, entry) in plan.tasks.iter().enumerate() {
        for (name, text) in &entry.task.fields {
            if name == SOURCE || name == OTHER_SOURCE {
                known.entry(text.as_str()).or_insert(at);
            }
        }
    }
    known
}
