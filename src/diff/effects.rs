//! What the commits between two versions say of tasks.

use super::plan::PlanDiff;
use crate::git::{Pos, PosSet};
use crate::message::Effect;
use crate::model::Spellings;
use crate::plan::Plan;

/// What commits do to tasks, as positions in the later version.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Effects {
    /// Tasks that commits complete which were not completed by commits before.
    pub completes: Vec<usize>,
    /// Tasks that commits begin.
    pub starts: Vec<usize>,
    /// Tasks whose completion commits take back: by reopening them, or by reverting what completed them.
    pub reopens: Vec<usize>,
    /// Steps that commits complete.
    pub steps: Vec<StepsDone>,
    /// What they name that the plan does not have.
    pub unknown: Vec<UnknownName>,
}

/// Steps of a task that commits complete.
#[derive(Debug, PartialEq, Eq)]
pub struct StepsDone {
    /// The task.
    pub task: usize,
    /// The numbers of the steps, from 1.
    pub steps: Vec<usize>,
}

/// A name of a task that the plan does not have.
#[derive(Debug, PartialEq, Eq)]
pub struct UnknownName {
    /// The word as written.
    pub word: String,
    /// What the form would do.
    pub effect: Effect,
    /// The line of the message.
    pub line: String,
    /// The commit.
    pub commit: Pos,
    /// The nearest id that there is.
    pub near: Option<String>,
}

impl Effects {
    /// What the evidence of `after` has that the evidence of `before` has not. `known` is what is reachable from the
    /// earlier version, as places in the history of `after`.
    pub fn of(before: &Plan, after: &Plan, diff: &PlanDiff, known: &PosSet) -> Self {
        let mut effects = Self { unknown: unknown(after, known), ..Self::default() };
        let mut former: Vec<Option<usize>> = vec![None; after.snapshot.tasks.len()];
        for &(old, new) in &diff.pairs {
            former[new] = Some(old);
        }
        for (new, old) in former.into_iter().enumerate() {
            effects.task(after, new, old.map(|old| (before, old)));
        }
        effects
    }

    fn task(&mut self, after: &Plan, new: usize, old: Option<(&Plan, usize)>) {
        let is = &after.evidence.tasks[new];
        let was = old.map(|(before, old)| &before.evidence.tasks[old]);
        let was_completed = was.is_some_and(|was| was.completed_by.is_some());
        let was_begun = was.is_some_and(|was| was.started_by.is_some());
        if is.completed_by.is_some() {
            if !was_completed {
                self.completes.push(new);
            }
        } else if was_completed {
            self.reopens.push(new);
        } else if is.started_by.is_some() && !was_begun {
            self.starts.push(new);
        }
        if is.steps.is_empty() {
            return;
        }
        let done = |was: Option<(&Plan, usize)>, text: &str| {
            was.is_some_and(|(before, old)| {
                let steps = &before.entry(old).task.steps;
                before.evidence.tasks[old].steps.iter().any(|(at, _)| steps[*at].text == text)
            })
        };
        let steps = &after.entry(new).task.steps;
        let fresh = is.steps.iter().filter(|(at, _)| !done(old, &steps[*at].text));
        let numbers: Vec<usize> = fresh.map(|(at, _)| at + 1).collect();
        if !numbers.is_empty() {
            self.steps.push(StepsDone { task: new, steps: numbers });
        }
    }

    /// Whether commits do nothing to any task.
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}

fn unknown(after: &Plan, known: &PosSet) -> Vec<UnknownName> {
    let ids = Spellings::new(after.snapshot.tasks.iter().map(|task| task.id.as_str()));
    let fresh = after.evidence.unknown.iter().filter(|unknown| !known.contains(unknown.commit));
    fresh
        .map(|unknown| UnknownName {
            word: unknown.word.clone(),
            effect: unknown.effect,
            line: unknown.text.clone(),
            commit: unknown.commit,
            near: ids.nearest(&unknown.word).map(str::to_owned),
        })
        .collect()
}
