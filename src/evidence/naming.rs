//! References resolved to the tasks of a snapshot.

use super::item::{Ignored, Item};
use crate::git::{History, Pos, Record, Sighting};
use crate::message::{Effect, Part, Reference, Rule};
use crate::model::TaskId;
use crate::snapshot::{Snapshot, TaskEntry};
use std::collections::HashMap;

/// One task named by one reference. `item.ignored` holds what is wrong with it wherever it is looked at from; what
/// depends on the tip is added later.
#[derive(Debug)]
pub struct Naming {
    pub task: usize,
    pub part: usize,
    pub item: Item,
}

/// A word that names no task of the plan.
#[derive(Debug)]
pub struct UnknownWord<'a> {
    pub word: &'a str,
    pub commit: Pos,
    pub reference: &'a Reference,
}

/// Resolves every reference of a history, ancestors first.
pub fn resolve<'a>(snapshot: &Snapshot, history: &'a History) -> (Vec<Naming>, Vec<UnknownWord<'a>>) {
    let resolver = Resolver::new(snapshot, history);
    let (mut namings, mut unknown) = (Vec::new(), Vec::new());
    for (commit, record) in history.records() {
        for (at, part) in record.message.parts.iter().enumerate() {
            for reference in &part.references {
                resolver.reference(commit, record, (at, part), reference, &mut namings, &mut unknown);
            }
        }
    }
    (namings, unknown)
}

/// What words stand for in one snapshot.
pub struct Resolver<'a> {
    snapshot: &'a Snapshot,
    /// Tasks by the ids they had before they were renumbered.
    former: HashMap<&'a TaskId, Vec<usize>>,
    ignored: std::collections::HashSet<Pos>,
}

/// What a word of an id list stands for.
enum Meaning {
    Task(usize),
    /// One of these, but the commit's tree does not tell which.
    Undecided(Vec<usize>),
    /// A task that is now known by another id, and the one that has the id today.
    Renumbered(usize, Option<usize>),
    Unknown,
    Prose,
}

impl<'a> Resolver<'a> {
    pub fn new(snapshot: &'a Snapshot, history: &'a History) -> Self {
        let mut former: HashMap<&TaskId, Vec<usize>> = HashMap::new();
        for (at, entry) in snapshot.tasks.iter().enumerate() {
            for id in &entry.task.aka {
                former.entry(id).or_default().push(at);
            }
        }
        let listed = snapshot.config.references.ignore.iter();
        let ignored = listed.flat_map(|prefix| history.with_prefix(prefix)).collect();
        Self { snapshot, former, ignored }
    }

    /// Adds what one reference names.
    pub fn reference<'h>(
        &self,
        commit: Pos,
        record: &Record,
        (at, part): (usize, &Part),
        reference: &'h Reference,
        namings: &mut Vec<Naming>,
        unknown: &mut Vec<UnknownWord<'h>>,
    ) {
        let meanings: Vec<Meaning> =
            reference.words.iter().map(|word| self.meaning(word, &record.sightings)).collect();
        let stray = meanings.iter().position(|m| matches!(m, Meaning::Prose));
        let stray = stray.map(|i| &reference.words[i]).filter(|_| reference.rule != Rule::Mention);
        let general = stray
            .map(|w| Ignored::Void(w.clone()))
            .or_else(|| self.at_large(commit, record, part, reference));
        for (word, meaning) in reference.words.iter().zip(meanings) {
            let mut name = |task: usize, special: Option<Ignored>| {
                let item = self.item(commit, record, reference, (word, task), general.clone().or(special));
                namings.push(Naming { task, part: at, item });
            };
            match meaning {
                Meaning::Task(task) => name(task, None),
                Meaning::Undecided(tasks) => {
                    for task in tasks {
                        name(task, Some(Ignored::Ambiguous));
                    }
                }
                Meaning::Renumbered(task, today) => {
                    name(task, None);
                    if let Some(today) = today {
                        let other = self.snapshot.tasks[task].id.to_string();
                        name(today, Some(Ignored::OtherTask(other)));
                    }
                }
                Meaning::Unknown if stray.is_none() && !self.ignored.contains(&commit) => {
                    unknown.push(UnknownWord { word, commit, reference });
                }
                Meaning::Unknown | Meaning::Prose => {}
            }
        }
    }

    /// What keeps a reference from having an effect, whatever task it names.
    fn at_large(&self, commit: Pos, record: &Record, part: &Part, reference: &Reference) -> Option<Ignored> {
        if reference.rule == Rule::Mention {
            Some(Ignored::Prose)
        } else if record.before_boundary {
            Some(Ignored::BeforeBoundary)
        } else if self.ignored.contains(&commit) {
            Some(Ignored::Listed)
        } else if part.inert.is_some() {
            Some(Ignored::Fixup)
        } else if record.plan_only && !reference.rule.is_trailer() {
            Some(Ignored::PlanOnly)
        } else {
            None
        }
    }

    fn item(
        &self,
        commit: Pos,
        record: &Record,
        reference: &Reference,
        (word, task): (&str, usize),
        ignored: Option<Ignored>,
    ) -> Item {
        let entry = &self.snapshot.tasks[task];
        let mut item = Item {
            commit,
            effect: reference.effect,
            rule: reference.rule,
            line: reference.line,
            text: reference.text.clone(),
            steps: Vec::new(),
            lost_steps: Vec::new(),
            ignored,
        };
        if reference.effect == Effect::CompletesSteps {
            let sighting = record.sightings.iter().find(|s| s.id.as_str().eq_ignore_ascii_case(word));
            let texts: &[String] = sighting.map_or(&[], |s| &s.steps);
            carry_steps(&reference.steps, texts, entry, &mut item);
            if item.steps.is_empty() && item.lost_steps.is_empty() && item.ignored.is_none() {
                item.ignored = Some(Ignored::NoSuchStep);
            }
        }
        if item.ignored.is_none()
            && let Some(reopened) = entry.task.reopened
            && record.author_time < reopened.as_second()
        {
            item.ignored = Some(Ignored::BeforeReopened);
        }
        item
    }

    fn meaning(&self, word: &str, sightings: &[Sighting]) -> Meaning {
        let Ok(id) = word.parse::<TaskId>() else { return Meaning::Prose };
        let today = self.snapshot.index.get(&id).copied();
        let Some(former) = self.former.get(&id) else {
            return match today {
                Some(task) => Meaning::Task(task),
                None if word.bytes().any(|b| b.is_ascii_digit()) => Meaning::Unknown,
                None => Meaning::Prose,
            };
        };
        let candidates: Vec<usize> = today.into_iter().chain(former.iter().copied()).collect();
        match self.as_then(&id, &candidates, sightings) {
            Some(task) if Some(task) == today => Meaning::Task(task),
            Some(task) => Meaning::Renumbered(task, today),
            None if candidates.len() == 1 => Meaning::Renumbered(candidates[0], None),
            None => Meaning::Undecided(candidates),
        }
    }

    /// Which of the tasks that have or had an id the commit's own tree shows under it.
    fn as_then(&self, id: &TaskId, candidates: &[usize], sightings: &[Sighting]) -> Option<usize> {
        let mut sighted = sightings.iter().filter(|s| s.id == *id);
        // Between a merge and its healing two tasks have the id, and a commit made then could mean either.
        let then = sighted.next().filter(|_| sighted.next().is_none())?;
        let only = |fits: &dyn Fn(&TaskEntry) -> bool| {
            let mut fitting = candidates.iter().copied().filter(|&t| fits(&self.snapshot.tasks[t]));
            fitting.next().filter(|_| fitting.next().is_none())
        };
        let folder = |path: &str| path.rsplit_once('/').map_or(String::new(), |(head, _)| head.to_owned());
        only(&|entry| then.created.is_some() && entry.task.created == then.created).or_else(|| {
            only(&|entry| folder(&entry.path) == folder(&then.path) && entry.task.title == then.title)
        })
    }
}

/// Carries step numbers of a commit to today's steps by their texts. Of equal texts, the nth stays the nth.
fn carry_steps(numbers: &[u32], then: &[String], entry: &TaskEntry, item: &mut Item) {
    for &number in numbers {
        let Some(at) = (number as usize).checked_sub(1).filter(|&at| at < then.len()) else { continue };
        let text = &then[at];
        let nth = then[..at].iter().filter(|t| *t == text).count();
        let mut today = entry.task.steps.iter().enumerate().filter(|(_, step)| step.text == *text);
        match today.nth(nth) {
            Some((step, _)) => item.steps.push(step),
            None => item.lost_steps.push((number, text.clone())),
        }
    }
}
