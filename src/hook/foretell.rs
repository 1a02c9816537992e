//! What a message will do once it is a commit's.

use crate::config::References;
use crate::message::{Effect, Message, Part, Reference, Rule, SubjectEffect};
use crate::model::{FileStatus, Status, StepStatus, TaskId, nearest};
use crate::plan::{Blocker, Plan};
use std::collections::BTreeSet;

/// How many near ids are named for one that is unknown.
const MAX_NEAR: usize = 3;

/// How much a line matters.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Weight {
    /// What the commit does.
    Effect,
    /// What may be another than was meant.
    Warning,
    /// Why the commit is refused.
    Refusal,
}

/// One thing to say of a message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line {
    /// How much it matters.
    pub weight: Weight,
    /// The sentence, in lower case and without a full stop.
    pub text: String,
    /// What follows it by how things stand: `, 2 of 5 steps open`, or nothing.
    pub remark: String,
}

impl Line {
    /// A line without a remark.
    pub fn new(weight: Weight, text: String) -> Self {
        Self { weight, text, remark: String::new() }
    }
}

/// What surrounds a message.
#[derive(Debug, Clone, Copy, Default)]
pub struct Circumstances {
    /// The commit will be a merge.
    pub is_merge: bool,
    /// Nothing but plan files is to be committed.
    pub is_plan_only: bool,
}

/// What a message means to do with one task; the last word of a commit counts.
struct Deed {
    task: usize,
    effect: Effect,
    rule: Rule,
    steps: BTreeSet<usize>,
}

/// Says what a message will do, in reading order. A [`Weight::Refusal`] among the lines refuses the commit.
pub fn foretell(message: &Message, plan: &Plan, around: Circumstances) -> Vec<Line> {
    let mut teller = Teller { plan, around, deeds: Vec::new(), lines: Vec::new() };
    for part in &message.parts {
        teller.reverts(part);
        if part.inert.is_none() {
            for reference in &part.references {
                teller.reference(reference);
            }
        }
    }
    teller.say()
}

/// What is true whichever of two accounts of a message is: the lines of both, and of the remarks those that both have.
pub fn agreed(one: Vec<Line>, other: &[Line]) -> Vec<Line> {
    let common = |line: Line| {
        let same = other.iter().find(|o| (o.weight, &o.text) == (line.weight, &line.text))?;
        let remark = if same.remark == line.remark { line.remark } else { String::new() };
        Some(Line { remark, ..line })
    };
    one.into_iter().filter_map(common).collect()
}

/// How `412` is to be named to complete it, for those who only mentioned it.
fn advice(references: &References, id: &TaskId) -> String {
    match (references.keywords.first(), references.subject) {
        (Some(keyword), SubjectEffect::Completes) => format!("to complete it, begin with {keyword} {id}:"),
        _ => format!("to complete it, end with the line Closes-Task: {id}"),
    }
}

struct Teller<'a> {
    plan: &'a Plan,
    around: Circumstances,
    deeds: Vec<Deed>,
    lines: Vec<Line>,
}

impl Teller<'_> {
    fn add(&mut self, weight: Weight, text: String) {
        self.push(Line::new(weight, text));
    }

    fn push(&mut self, line: Line) {
        if !self.lines.contains(&line) {
            self.lines.push(line);
        }
    }

    fn title(&self, task: usize) -> String {
        let entry = self.plan.entry(task);
        format!("{} {}", entry.id, entry.task.title)
    }

    /// What the commits that are reverted did by themselves.
    fn reverts(&mut self, part: &Part) {
        let Some(revert) = &part.revert else { return };
        for (named, _) in &revert.commits {
            let named = named.to_ascii_lowercase();
            let mut touched = Vec::new();
            for (task, evidence) in self.plan.evidence.tasks.iter().enumerate() {
                let acts = evidence.items.iter().any(|item| {
                    item.effect != Effect::Links
                        && item.ignored.is_none()
                        && self.plan.history.oid(item.commit).to_string().starts_with(&named)
                });
                if acts {
                    touched.push(task);
                }
            }
            for task in touched {
                let short = &named[..named.len().min(8)];
                let text = format!("takes back what {short} did for {}", self.title(task));
                self.add(Weight::Effect, text);
            }
        }
    }

    fn reference(&mut self, reference: &Reference) {
        let found: Vec<Option<usize>> = reference.words.iter().map(|word| self.task(word)).collect();
        let is_prose = |(word, task): (&String, &Option<usize>)| {
            task.is_none() && !word.bytes().any(|byte| byte.is_ascii_digit())
        };
        let stray = reference.words.iter().zip(&found).find(|pair| is_prose(*pair)).map(|(word, _)| word);
        if let Some(stray) = stray.filter(|_| reference.rule != Rule::Mention) {
            if found.iter().any(Option::is_some) {
                let text = format!("{:?} does nothing: {stray:?} is no task", reference.text);
                self.add(Weight::Warning, text);
            }
            return;
        }
        for (word, task) in reference.words.iter().zip(found) {
            match task {
                Some(task) if self.is_shared(task) => {
                    let id = &self.plan.entry(task).id;
                    let text = format!(
                        "{id} is the id of more than one task, so the commit counts for none of them"
                    );
                    self.add(Weight::Warning, text);
                }
                Some(task) => self.names(task, reference),
                None if reference.rule == Rule::Mention => {}
                None => self.unknown(word, reference),
            }
        }
    }

    /// Whether several tasks have the id of that one: then the commit's own tree will not tell which is meant.
    fn is_shared(&self, task: usize) -> bool {
        self.plan.snapshot.shared.contains_key(&self.plan.entry(task).id)
    }

    /// The task that a word names: the one that has the id, else the only one that had it.
    fn task(&self, word: &str) -> Option<usize> {
        let id: TaskId = word.parse().ok()?;
        let tasks = &self.plan.snapshot.tasks;
        self.plan.position(&id).or_else(|| {
            let mut former = (0..tasks.len()).filter(|&at| tasks[at].task.aka.contains(&id));
            former.next().filter(|_| former.next().is_none())
        })
    }

    fn unknown(&mut self, word: &str, reference: &Reference) {
        let weight = if reference.effect == Effect::Links { Weight::Warning } else { Weight::Refusal };
        let near = self.near(word);
        let help = match near.as_slice() {
            [] => "tasks list --all shows every id".to_owned(),
            near => format!("did you mean {}?", near.join(", or ")),
        };
        self.add(weight, format!("{word:?} is no task of this plan: {}; {help}", reference.text));
    }

    fn near(&self, word: &str) -> Vec<String> {
        let mut near: Vec<usize> = Vec::new();
        while near.len() < MAX_NEAR {
            let others = self.plan.current().filter(|at| !near.contains(at));
            let Some(id) = nearest(word, others.map(|at| self.plan.entry(at).id.as_str())) else { break };
            match self.task(id) {
                Some(at) => near.push(at),
                None => break,
            }
        }
        near.into_iter().map(|at| self.title(at)).collect()
    }

    fn names(&mut self, task: usize, reference: &Reference) {
        let mut effect = reference.effect;
        let acts = effect != Effect::Links;
        if acts && self.around.is_plan_only && !reference.rule.is_trailer() {
            let text = format!(
                "{}: what is staged only changes the plan, and planning does no work; a trailer such as \
                 Closes-Task: {} says it all the same",
                self.title(task),
                self.plan.entry(task).id
            );
            self.add(Weight::Warning, text);
            return;
        }
        let mut steps = BTreeSet::new();
        if effect == Effect::CompletesSteps {
            steps = self.steps(task, reference);
            if steps.is_empty() {
                effect = Effect::Links;
            }
        }
        let known = self.deeds.iter_mut().find(|deed| deed.task == task);
        match known {
            Some(deed) if effect == Effect::Links => deed.steps.extend(steps),
            // A start never undoes a completion, in one commit no more than in two.
            Some(deed) if deed.effect == Effect::Completes && effect != Effect::Reopens => {
                deed.steps.extend(steps);
            }
            Some(deed) => {
                deed.steps.extend(steps);
                (deed.effect, deed.rule) = (effect, reference.rule);
            }
            None => self.deeds.push(Deed { task, effect, rule: reference.rule, steps }),
        }
    }

    /// The steps that a reference completes, from 0; those that the task lacks are told.
    fn steps(&mut self, task: usize, reference: &Reference) -> BTreeSet<usize> {
        let count = self.plan.entry(task).task.steps.len();
        let mut steps = BTreeSet::new();
        for &number in &reference.steps {
            if let Some(at) = (number as usize).checked_sub(1).filter(|&at| at < count) {
                steps.insert(at);
                continue;
            }
            let has = match count {
                0 => "has no steps".to_owned(),
                1 => "has 1 step".to_owned(),
                count => format!("has {count} steps"),
            };
            let text = format!("{} {has}: there is no step {number}", self.title(task));
            self.add(Weight::Warning, text);
        }
        steps
    }

    /// The lines: what is done, in the order in which tasks are named, then what to look at.
    fn say(mut self) -> Vec<Line> {
        let deeds = std::mem::take(&mut self.deeds);
        let acts = deeds.iter().any(|deed| deed.effect != Effect::Links);
        let told = std::mem::take(&mut self.lines);
        for deed in &deeds {
            match deed.effect {
                Effect::Links if self.around.is_merge && deed.rule == Rule::Mention => {}
                Effect::Links => self.links(deed, acts),
                _ => self.acts(deed),
            }
        }
        let completing: Vec<usize> =
            deeds.iter().filter(|deed| deed.effect == Effect::Completes).map(|deed| deed.task).collect();
        for &task in &completing {
            self.doubts(task, &completing);
        }
        for line in told {
            self.push(line);
        }
        self.lines
    }

    fn links(&mut self, deed: &Deed, others_act: bool) {
        let id = &self.plan.entry(deed.task).id;
        let is_open = !self.plan.states[deed.task].status.is_settled();
        let text = if is_open && !others_act && deed.rule != Rule::TrailerRefs {
            format!("links {id} only; {}", advice(&self.plan.snapshot.config.references, id))
        } else {
            format!("links {}", self.title(deed.task))
        };
        self.add(Weight::Effect, text);
    }

    fn acts(&mut self, deed: &Deed) {
        let title = self.title(deed.task);
        let open = self.open_steps(deed);
        let is_completed = self.plan.states[deed.task].status == Status::Completed;
        let (text, remark) = match deed.effect {
            Effect::Completes if is_completed => {
                (format!("completes {title}"), ", which is completed already".to_owned())
            }
            Effect::Completes => (format!("completes {title}"), open),
            Effect::Reopens => (format!("reopens {title}"), String::new()),
            Effect::Starts if is_completed => {
                (format!("starts {title}"), ", which stays completed".to_owned())
            }
            Effect::Starts if deed.steps.is_empty() => (format!("starts {title}"), String::new()),
            _ => (format!("completes {} of {title}", self.named_steps(deed)), open),
        };
        self.push(Line { weight: Weight::Effect, text, remark });
    }

    /// `, 2 of 5 steps open` as the commit will leave them; nothing where none is.
    fn open_steps(&self, deed: &Deed) -> String {
        let steps = &self.plan.states[deed.task].steps;
        let is_open = |(at, step): &(usize, &StepStatus)| {
            !deed.steps.contains(at) && !matches!(step, StepStatus::Completed | StepStatus::Cancelled)
        };
        let open = steps.iter().enumerate().filter(is_open).count();
        let all = steps.iter().filter(|step| **step != StepStatus::Cancelled).count();
        if open == 0 { String::new() } else { format!(", {open} of {all} steps open") }
    }

    /// `step 3 (Track the token family)`, or `steps 2 and 3`.
    fn named_steps(&self, deed: &Deed) -> String {
        let mut numbers: Vec<String> = deed.steps.iter().map(|at| (at + 1).to_string()).collect();
        let steps = &self.plan.entry(deed.task).task.steps;
        match (numbers.pop(), deed.steps.first()) {
            (Some(only), Some(&at)) if numbers.is_empty() => format!("step {only} ({})", steps[at].text),
            (Some(last), _) => format!("steps {} and {last}", numbers.join(", ")),
            (None, _) => "nothing".to_owned(),
        }
    }

    /// Why completing a task may be a mistake.
    fn doubts(&mut self, task: usize, completing: &[usize]) {
        let (entry, state) = (self.plan.entry(task), &self.plan.states[task]);
        if entry.task.status == Some(FileStatus::Cancelled) {
            let text = format!("{} is cancelled in its file, and stays so", entry.id);
            self.add(Weight::Warning, text);
        } else if state.status == Status::Blocked && entry.task.status == Some(FileStatus::Blocked) {
            let reason = entry.task.reason.as_deref().unwrap_or("no reason is given");
            let text = format!("{} is blocked: {reason}", entry.id);
            self.add(Weight::Warning, text);
        } else if !state.status.is_settled() {
            let blockers = self.plan.blocked_by(task);
            let open: Vec<String> = blockers
                .iter()
                .filter(|blocker| !matches!(blocker, Blocker::Task(at) if completing.contains(at)))
                .map(|blocker| match blocker {
                    Blocker::Task(at) => self.title(*at),
                    missing @ Blocker::Missing(_) => missing.label(&self.plan.snapshot),
                })
                .collect();
            if !open.is_empty() {
                let text = format!("{} is blocked by {}", entry.id, open.join(", "));
                self.add(Weight::Warning, text);
            }
        }
    }
}
