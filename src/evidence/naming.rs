//! References resolved to the tasks of a snapshot.

use super::item::{Carried, Ignored, Item};
use crate::git::{History, NamedWord, Pos, Sighting};
use crate::message::{Effect, Reference, Rule};
use crate::model::TaskId;
use crate::snapshot::{Snapshot, TaskEntry};
use camino::Utf8Path;
use std::collections::{HashMap, HashSet};

/// One task named by one reference. `item.ignored` holds what is wrong with it wherever it is looked at from; what
/// depends on the tip is added later.
#[derive(Debug)]
pub struct Naming {
    pub task: usize,
    pub item: Item,
}

/// A word that names no task of the plan.
#[derive(Debug)]
pub struct UnknownWord {
    pub word: usize,
    pub commit: Pos,
    pub effect: Effect,
    pub part: u32,
    pub reference: u32,
}

/// Names by which commits can mean certain tasks: their ids, and those they had before.
#[derive(Debug)]
pub struct Names(HashSet<String>);

impl Names {
    /// Those of these tasks.
    pub fn of<'a>(tasks: impl Iterator<Item = &'a TaskEntry>) -> Self {
        let ids = tasks.flat_map(|entry| entry.task.aka.iter().chain([&entry.id]));
        Self(ids.map(|id| id.key().into_owned()).collect())
    }

    fn has(&self, word: &str) -> bool {
        let folded = || word.bytes().any(|b| b.is_ascii_uppercase()).then(|| word.to_ascii_lowercase());
        self.0.contains(word) || folded().is_some_and(|word| self.0.contains(&word))
    }
}

/// Resolves every reference of a history: for each task what names it, and the words that name none; ancestors first. With
/// names, what has none of them is passed over.
pub fn resolve(
    snapshot: &Snapshot,
    history: &History,
    among: Option<&Names>,
) -> (Vec<Vec<Naming>>, Vec<UnknownWord>) {
    let is_asked = |words: &[NamedWord]| {
        among.is_none_or(|names| words.iter().any(|named| names.has(history.word(named.word))))
    };
    let mut resolver = Resolver::new(snapshot, history);
    if among.is_none() {
        resolver.meanings = vec![None; history.word_count()];
    }
    let mut by_task = resolver.room();
    let mut named = history.named_words().peekable();
    let mut words: Vec<NamedWord> = Vec::new();
    while let Some(first) = named.next() {
        words.clear();
        words.push(first);
        while let Some(next) = named.next_if(|next| is_same_reference(next, &first)) {
            words.push(next);
        }
        if !is_asked(&words) {
            continue;
        }
        resolver.reference(&words);
        for naming in resolver.namings.drain(..) {
            by_task[naming.task].push(naming);
        }
    }
    (by_task, resolver.unknown)
}

/// Whether two words stand in one reference.
pub fn is_same_reference(one: &NamedWord, other: &NamedWord) -> bool {
    let place = |n: &NamedWord| (n.commit, n.part, n.reference);
    place(one) == place(other)
}

/// What words stand for in one snapshot.
pub struct Resolver<'a> {
    snapshot: &'a Snapshot,
    history: &'a History,
    /// Tasks by the ids they had before they were renumbered.
    former: HashMap<&'a TaskId, Vec<usize>>,
    ignored: HashSet<Pos>,
    /// What the words stand for that stand for the same in every commit, by number; empty unless most are looked at.
    meanings: Vec<Option<Meaning>>,
    namings: Vec<Naming>,
    unknown: Vec<UnknownWord>,
}

/// What a word of an id list stands for.
#[derive(Debug, Clone)]
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
            // An id that it has today, or that is named twice, does not make two tasks of one.
            for id in entry.task.aka.iter().filter(|id| **id != entry.id) {
                let tasks = former.entry(id).or_default();
                if tasks.last() != Some(&at) {
                    tasks.push(at);
                }
            }
        }
        let listed = snapshot.config.references.ignore.iter();
        let ignored = listed.flat_map(|prefix| history.with_prefix(prefix)).collect();
        let meanings = Vec::new();
        Self { snapshot, history, former, ignored, meanings, namings: Vec::new(), unknown: Vec::new() }
    }

    /// Lists for what names each task, with room for as many as there are words that are its id.
    fn room(&self) -> Vec<Vec<Naming>> {
        let mut counts = vec![0; self.history.word_count()];
        for named in self.history.named_words() {
            counts[named.word] += 1;
        }
        let mut by_task: Vec<Vec<Naming>> = self.snapshot.tasks.iter().map(|_| Vec::new()).collect();
        for (word, count) in counts.into_iter().enumerate().filter(|(_, count)| *count > 0) {
            let id = self.history.word(word).parse::<TaskId>();
            if let Some(&task) = id.ok().and_then(|id| self.snapshot.index.get(&id)) {
                by_task[task].reserve_exact(count);
            }
        }
        by_task
    }

    /// What the references that were taken name, in their order; they are taken no more.
    pub fn take(&mut self) -> Vec<Naming> {
        self.unknown.clear();
        std::mem::take(&mut self.namings)
    }

    /// Takes the words of one reference.
    pub fn reference(&mut self, words: &[NamedWord]) {
        let Some(&first) = words.first() else { return };
        // The most frequent case by far.
        if let [named] = words
            && let Meaning::Task(task) = self.meaning(named)
        {
            let general = self.at_large(named);
            return self.name(named, task, general);
        }
        let meanings: Vec<Meaning> = words.iter().map(|named| self.meaning(named)).collect();
        let stray = meanings.iter().position(|m| matches!(m, Meaning::Prose));
        let void = stray.filter(|_| first.rule != Rule::Mention).map(|at| words[at].word);
        let general = match void {
            Some(word) => Some(Ignored::Void(self.history.word(word).to_owned())),
            None => self.at_large(&first),
        };
        for (named, meaning) in words.iter().zip(meanings) {
            match meaning {
                Meaning::Task(task) => self.name(named, task, general.clone()),
                Meaning::Undecided(tasks) => {
                    for task in tasks {
                        self.name(named, task, general.clone().or(Some(Ignored::Ambiguous)));
                    }
                }
                Meaning::Renumbered(task, today) => {
                    self.name(named, task, general.clone());
                    if let Some(today) = today {
                        let other = Ignored::OtherTask(self.snapshot.tasks[task].id.to_string());
                        self.name(named, today, general.clone().or(Some(other)));
                    }
                }
                Meaning::Unknown if void.is_none() && !self.ignored.contains(&named.commit) => {
                    let &NamedWord { word, commit, effect, part, reference, .. } = named;
                    self.unknown.push(UnknownWord { word, commit, effect, part, reference });
                }
                Meaning::Unknown | Meaning::Prose => {}
            }
        }
    }

    /// What keeps a reference from having an effect, whatever task it names.
    fn at_large(&self, named: &NamedWord) -> Option<Ignored> {
        if named.rule == Rule::Mention {
            Some(Ignored::Prose)
        } else if self.history.is_before_boundary(named.commit) {
            Some(Ignored::BeforeBoundary)
        } else if self.ignored.contains(&named.commit) {
            Some(Ignored::Listed)
        } else if named.inert {
            Some(Ignored::Fixup)
        } else if !named.rule.is_trailer() && named.plan_only {
            Some(Ignored::PlanOnly)
        } else {
            None
        }
    }

    fn name(&mut self, named: &NamedWord, task: usize, ignored: Option<Ignored>) {
        let entry = &self.snapshot.tasks[task];
        let mut item = Item {
            commit: named.commit,
            effect: named.effect,
            rule: named.rule,
            line: named.line,
            part: named.part,
            reference: named.reference,
            carried: None,
            ignored,
        };
        if item.effect == Effect::CompletesSteps {
            self.carry(named, entry, &mut item);
        }
        if item.ignored.is_none()
            && let Some(reopened) = entry.task.reopened
            && self.history.author_time(item.commit).is_some_and(|time| time < reopened.as_second())
        {
            item.ignored = Some(Ignored::BeforeReopened);
        }
        self.namings.push(Naming { task, item });
    }

    /// Finds the steps that a reference means in today's task.
    fn carry(&self, named: &NamedWord, entry: &TaskEntry, item: &mut Item) {
        let Some(record) = self.history.record(item.commit) else { return };
        let word = self.history.word(named.word);
        let sighting = record.sightings.iter().find(|s| s.id.as_str().eq_ignore_ascii_case(word));
        let texts: &[String] = sighting.map_or(&[], |s| &s.steps);
        let numbers: &[u32] = item.of(self.history).map_or(&[], |reference: &Reference| &reference.steps);
        let carried = carry_steps(numbers, texts, entry);
        if carried.steps.is_empty() && carried.lost.is_empty() {
            item.ignored.get_or_insert(Ignored::NoSuchStep);
        } else {
            item.carried = Some(Box::new(carried));
        }
    }

    fn meaning(&mut self, named: &NamedWord) -> Meaning {
        if let Some(Some(meaning)) = self.meanings.get(named.word) {
            return meaning.clone();
        }
        let word = self.history.word(named.word);
        let Ok(id) = word.parse::<TaskId>() else { return self.always(named, Meaning::Prose) };
        let today = self.snapshot.index.get(&id).copied();
        let Some(former) = self.former.get(&id) else {
            let meaning = match today {
                Some(task) => Meaning::Task(task),
                None if word.bytes().any(|b| b.is_ascii_digit()) => Meaning::Unknown,
                None => Meaning::Prose,
            };
            return self.always(named, meaning);
        };
        let candidates: Vec<usize> = today.into_iter().chain(former.iter().copied()).collect();
        let sightings = self.history.record(named.commit).map_or(&[][..], |record| &record.sightings);
        match self.as_then(&id, &candidates, sightings) {
            Some(task) if Some(task) == today => Meaning::Task(task),
            Some(task) => Meaning::Renumbered(task, today),
            None if candidates.len() == 1 => Meaning::Renumbered(candidates[0], None),
            None => Meaning::Undecided(candidates),
        }
    }

    fn always(&mut self, named: &NamedWord, meaning: Meaning) -> Meaning {
        if let Some(known) = self.meanings.get_mut(named.word) {
            *known = Some(meaning.clone());
        }
        meaning
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
        only(&|entry| then.created.is_some() && entry.task.created == then.created).or_else(|| {
            only(&|entry| {
                Utf8Path::new(&entry.path).parent() == Utf8Path::new(&then.path).parent()
                    && entry.task.title == then.title
            })
        })
    }
}

/// Carries step numbers of a commit to today's steps by their texts. Of equal texts, the nth stays the nth.
fn carry_steps(numbers: &[u32], then: &[String], entry: &TaskEntry) -> Carried {
    let mut carried = Carried::default();
    for &number in numbers {
        let Some(at) = (number as usize).checked_sub(1).filter(|&at| at < then.len()) else { continue };
        let text = &then[at];
        let nth = then[..at].iter().filter(|t| *t == text).count();
        let mut today = entry.task.steps.iter().enumerate().filter(|(_, step)| step.text == *text);
        match today.nth(nth) {
            Some((step, _)) => carried.steps.push(step),
            None => carried.lost.push((number, text.clone())),
        }
    }
    carried
}
