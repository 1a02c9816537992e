//! Which id each task of a draft has in the plan, and which of them the plan has already.

use super::draft::Draft;
use super::place::{NewId, Placing, Source};
use super::slug;
use crate::model::{Task, TaskId, id_number};
use crate::snapshot::Snapshot;
use std::collections::{HashMap, HashSet};

/// From which likeness on two titles are taken for one that was changed.
const LIKE_ENOUGH: f32 = 0.75;

/// More pairs of titles are not compared.
const MOST_PAIRS: usize = 40_000;

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
    gone: Vec<usize>,
}

impl Identified {
    /// Whether the document was imported before.
    pub fn again(&self) -> bool {
        self.again
    }

    /// The positions of the tasks of the plan that came from the document and are no longer in it, archived ones left out.
    pub fn gone(&self) -> &[usize] {
        &self.gone
    }

    /// The id in the plan of the task that the document calls `own`.
    pub fn id_of(&self, own: &TaskId) -> TaskId {
        self.by_own_id.get(own).unwrap_or(own).clone()
    }

    /// The field by which the task at that place remembers where it came from.
    pub fn source_field(&self, at: usize, task: &Task) -> (String, String) {
        let [usual, other] = Task::SOURCE_FIELDS;
        let own = task.fields.iter().any(|(name, _)| name == usual);
        let name = if own { other } else { usual };
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
    let sources = sources(draft, placing.source.now);
    let known_sources = known_sources(plan, placing.source);
    let mut known: Vec<Option<usize>> =
        sources.iter().map(|source| known_sources.get(source.as_str()).copied()).collect();
    let head = format!("{}#", placing.source.now);
    retitled(draft, plan, &known_sources, &head, &mut known);
    let here: HashSet<usize> = known.iter().flatten().copied().collect();
    let came = known_sources.iter().filter(|(source, at)| source.starts_with(&head) && !here.contains(at));
    let mut gone: Vec<usize> = came.map(|(_, at)| *at).filter(|&at| !plan.tasks[at].archived).collect();
    gone.sort_unstable();
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
    let numbers =
        taken.iter().chain(placing.given).filter_map(|id| id_number(id.as_str(), placing.prefix.as_str()));
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
    Identified { ids, known, sources, by_own_id, again, gone }
}

/// `plan.md#1.2`, or `plan.md#write-the-parser` for a task without an id.
fn sources(draft: &Draft, name: &str) -> Vec<String> {
    let mut names = slug::Names::default();
    let tasks = draft.groups.iter().flat_map(|group| &group.tasks);
    tasks
        .map(|found| {
            let label = found.id.as_ref().map_or_else(
                // Titles without a Latin letter have no slug to tell them apart.
                || slug::slug(&found.task.title, &found.task.title),
                ToString::to_string,
            );
            names.unique(&format!("{name}#{label}"))
        })
        .collect()
}

fn is_source(name: &str) -> bool {
    Task::SOURCE_FIELDS.contains(&name)
}

/// Finds again the tasks without an id of their own whose title was changed in the document: of those that the document no
/// longer has, the one whose title is most like the new one.
fn retitled(
    draft: &Draft,
    plan: &Snapshot,
    sources: &HashMap<String, usize>,
    head: &str,
    known: &mut [Option<usize>],
) {
    let found: HashSet<usize> = known.iter().flatten().copied().collect();
    let came = sources.iter().filter(|(source, at)| source.starts_with(head) && !found.contains(at));
    let mut gone: Vec<usize> = came.map(|(_, at)| *at).collect();
    gone.sort_unstable();
    let tasks: Vec<_> = draft.groups.iter().flat_map(|group| &group.tasks).collect();
    let new: Vec<usize> = (0..tasks.len()).filter(|&i| known[i].is_none() && tasks[i].id.is_none()).collect();
    if gone.len().saturating_mul(new.len()) > MOST_PAIRS {
        return;
    }
    let mut pairs: Vec<(f32, usize, usize)> = Vec::new();
    for &i in &new {
        for &at in &gone {
            let likeness = likeness(&tasks[i].task.title, &plan.tasks[at].task.title);
            if likeness >= LIKE_ENOUGH {
                pairs.push((likeness, i, at));
            }
        }
    }
    pairs.sort_by(|a, b| b.0.total_cmp(&a.0).then((a.1, a.2).cmp(&(b.1, b.2))));
    let mut used = HashSet::new();
    for (_, i, at) in pairs {
        if known[i].is_none() && used.insert(at) {
            known[i] = Some(at);
        }
    }
}

/// How much of two titles is the same, from 0 to 1, by characters.
fn likeness(one: &str, other: &str) -> f32 {
    similar::TextDiff::from_chars(one, other).ratio()
}

/// The tasks of the plan by the place of the document that they came from, as it is called now.
fn known_sources(plan: &Snapshot, source: Source<'_>) -> HashMap<String, usize> {
    let mut known = HashMap::new();
    for (at, entry) in plan.tasks.iter().enumerate() {
        for (name, text) in &entry.task.fields {
            if is_source(name) {
                let place = source.former.and_then(|former| text.strip_prefix(former)?.strip_prefix('#'));
                let name = place.map_or_else(|| text.clone(), |place| format!("{}#{place}", source.now));
                known.entry(name).or_insert(at);
            }
        }
    }
    known
}
