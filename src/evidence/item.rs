//! Evidence as values.

use crate::git::{History, Person, Pos};
use crate::message::{Effect, Reference, Rule};

/// All that history says of the tasks of a snapshot.
#[derive(Debug, Default)]
pub struct Evidence {
    /// One for each task of the snapshot, in its order.
    pub tasks: Vec<TaskEvidence>,
    /// References to ids that the plan does not know, reachable from the tip, ancestors first.
    pub unknown: Vec<UnknownReference>,
}

/// What history says of one task.
#[derive(Debug, Clone, Default)]
pub struct TaskEvidence {
    /// Every reference to it that is reachable from the tip, or lies beyond the boundary; ancestors first.
    pub items: Vec<Item>,
    /// The item that completes it.
    pub completed_by: Option<usize>,
    /// The newest item that shows it as begun.
    pub started_by: Option<usize>,
    /// The item that reopened it, if that is the last word.
    pub reopened_by: Option<usize>,
    /// For each step that commits completed, the step's position from 0 and the item.
    pub steps: Vec<(usize, usize)>,
    /// Work on topic branches that is not merged yet, and claims.
    pub branches: Vec<BranchWork>,
    /// Trunks on which it is completed, if it is not completed at the tip.
    pub on_trunks: Vec<TrunkWork>,
}

impl TaskEvidence {
    /// The newest commit that took a completion back, and the one that had completed the task.
    pub fn taken_back(&self) -> Option<(Pos, Pos)> {
        self.items.iter().rev().find_map(|item| match item.ignored {
            Some(Ignored::UndoneBy(by) | Ignored::ReopenedBy(by)) if item.effect == Effect::Completes => {
                Some((by, item.commit))
            }
            _ => None,
        })
    }
}

/// A reference to a task, with its effect and why it has or lacks one.
#[derive(Debug, Clone)]
pub struct Item {
    /// The commit.
    pub commit: Pos,
    /// What the form does.
    pub effect: Effect,
    /// The form.
    pub rule: Rule,
    /// The line of the message, from 1.
    pub line: u32,
    /// The part of the message, from 0.
    pub part: u32,
    /// The reference among those of the part, from 0.
    pub reference: u32,
    /// What became of the steps that it names. There are many items and few of those, so it takes no room where there is none.
    pub carried: Option<Box<Carried>>,
    /// Why it has no effect; `None` if it counts.
    pub ignored: Option<Ignored>,
}

/// Steps that a commit names by their numbers, as today's task has them.
#[derive(Debug, Clone, Default)]
pub struct Carried {
    /// The steps it completes today, as positions from 0.
    pub steps: Vec<usize>,
    /// Step numbers whose text today's task does not have any more, with that text.
    pub lost: Vec<(u32, String)>,
}

impl Item {
    /// The steps it completes today, as positions from 0.
    pub fn steps(&self) -> &[usize] {
        self.carried.as_ref().map_or(&[], |carried| &carried.steps)
    }

    /// Step numbers whose text today's task does not have any more, with that text.
    pub fn lost_steps(&self) -> &[(u32, String)] {
        self.carried.as_ref().map_or(&[], |carried| &carried.lost)
    }

    /// The reference itself.
    pub fn of<'h>(&self, history: &'h History) -> Option<&'h Reference> {
        reference(history, self.commit, self.part, self.reference)
    }

    /// The line of the message, cut where it is very long.
    pub fn text<'h>(&self, history: &'h History) -> &'h str {
        self.of(history).map_or("", |reference| &reference.text)
    }
}

/// A reference by its place in a message.
pub(super) fn reference(history: &History, commit: Pos, part: u32, reference: u32) -> Option<&Reference> {
    history.record(commit)?.message.parts.get(part as usize)?.references.get(reference as usize)
}

/// Why a reference has no effect.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Ignored {
    /// Only anchored forms have an effect.
    Prose,
    /// The commit changes nothing but plan files, and the form is not a trailer.
    PlanOnly,
    /// A later commit reverts it.
    UndoneBy(Pos),
    /// The commit lies beyond the adoption boundary.
    BeforeBoundary,
    /// It was authored before the task's `reopened`.
    BeforeReopened,
    /// A `fixup!`, `squash!` or `amend!` commit.
    Fixup,
    /// The commit is listed in `[references] ignore`.
    Listed,
    /// Another word of its id list is no reference.
    Void(String),
    /// The task had none of those steps at that commit.
    NoSuchStep,
    /// A later reopening took it back.
    ReopenedBy(Pos),
    /// A later completion answers this reopening.
    CompletedBy(Pos),
    /// Another reference of the same commit is the later one, and wins.
    LaterInCommit,
    /// The id was given twice, and the commit's own tree does not tell which task is meant.
    Ambiguous,
    /// The commit's own tree shows that another task is meant, which was renumbered to this id.
    OtherTask(String),
}

/// Work on a task that is in flight: on a topic branch, or by a claim.
#[derive(Debug, Clone)]
pub struct BranchWork {
    /// The branch's name, or the reference of the claim.
    pub name: String,
    /// Completes, starts or completes steps.
    pub effect: Effect,
    /// The newest commit that says so; `None` for a claim.
    pub commit: Option<Pos>,
    /// Who wrote that commit, or made the claim.
    pub author: Person,
    /// When the first commit on the task was written, or the claim made, in seconds since the epoch.
    pub since: i64,
    /// The linked worktree that the claim was made in; `None` for the main one, and for a branch.
    pub worktree: Option<String>,
}

/// A trunk on which a task is completed.
#[derive(Debug, Clone)]
pub struct TrunkWork {
    /// The trunk's name.
    pub name: String,
    /// The commit that completes it there.
    pub commit: Pos,
}

/// A reference to an id that the plan does not know.
#[derive(Debug, Clone)]
pub struct UnknownReference {
    /// The word as written.
    pub word: String,
    /// The commit.
    pub commit: Pos,
    /// What the form does.
    pub effect: Effect,
    /// The line of the message.
    pub text: String,
}
