//! What a message says: its parts, their references and what they revert.

use super::Effect;
use serde::{Deserialize, Serialize};

/// A commit message, read.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Message {
    /// In reading order, never empty. A plain message is one part. A squash has the part of its own
    /// subject first, then one part for each message it holds (those of `git merge --squash` oldest
    /// first), then, if something that names tasks follows them, one more with the subject again: what
    /// stands behind the bullets belongs to the whole commit and has the last word.
    pub parts: Vec<Part>,
}

/// One message within a message.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Part {
    /// The first line that is not blank, without blanks around it.
    pub subject: String,
    /// In reading order.
    pub references: Vec<Reference>,
    /// Set if the whole part is a revert or a re-apply.
    pub revert: Option<Revert>,
    /// Set if nothing in this part has an effect. Its references keep the effect they would have had,
    /// so that they can be named as near misses.
    pub inert: Option<Inert>,
}

/// Why a part has no effect: Git's marks for commits that are meant to be folded into others.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Inert {
    /// `fixup! …`
    Fixup,
    /// `squash! …`
    Squash,
    /// `amend! …`
    Amend,
}

impl Inert {
    /// The mark as it stands in the subject.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Fixup => "fixup!",
            Self::Squash => "squash!",
            Self::Amend => "amend!",
        }
    }
}

/// A message's naming of one or more tasks, and the effect it asks for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reference {
    /// The effect it asks for.
    pub effect: Effect,
    /// The rule that found it.
    pub rule: Rule,
    /// The words of the id list as written, without `#`. Every one is an id by its syntax. Except with
    /// [`Rule::Mention`], a word that turns out to be no reference voids the whole of it.
    pub words: Vec<String>,
    /// The step numbers named, as written. With an effect other than [`Effect::CompletesSteps`] they
    /// only say which steps the work was on.
    pub steps: Vec<u32>,
    /// The line of the whole message, counted from 1.
    pub line: u32,
    /// That line without blanks around it, cut at 200 characters.
    pub text: String,
}

/// The rules by which a reference is found.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Rule {
    /// `task 412: text`
    Subject,
    /// `task 412 wip: text`
    SubjectWip,
    /// `task 412 step 3: text`
    SubjectStep,
    /// The first body line of a forge's merge commit.
    ForgeMerge,
    /// `Merged PR 5: task 412: text`
    ForgePrefix,
    /// `Closes-Task: 412`
    TrailerCloses,
    /// `Part-of-Task: 412`
    TrailerPartOf,
    /// `Refs-Task: 412`
    TrailerRefs,
    /// `Reopens-Task: 412`
    TrailerReopens,
    /// The subject of a bullet in a forge's squash.
    SquashBullet,
    /// The subject of a message under `Squashed commit of the following:`.
    SquashedCommit,
    /// A pattern of the configuration.
    Pattern,
    /// A name anywhere else.
    Mention,
}

impl Rule {
    /// Whether it is a trailer, which is explicit and counts where a subject form does not.
    pub fn is_trailer(self) -> bool {
        matches!(self, Self::TrailerCloses | Self::TrailerPartOf | Self::TrailerRefs | Self::TrailerReopens)
    }

    /// The stable name, as in JSON.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Subject => "subject",
            Self::SubjectWip => "subject-wip",
            Self::SubjectStep => "subject-step",
            Self::ForgeMerge => "forge-merge",
            Self::ForgePrefix => "forge-prefix",
            Self::TrailerCloses => "trailer-closes",
            Self::TrailerPartOf => "trailer-part-of",
            Self::TrailerRefs => "trailer-refs",
            Self::TrailerReopens => "trailer-reopens",
            Self::SquashBullet => "squash-bullet",
            Self::SquashedCommit => "squashed-commit",
            Self::Pattern => "pattern",
            Self::Mention => "mention",
        }
    }

    /// One sentence on what the rule is.
    pub fn description(self) -> &'static str {
        match self {
            Self::Subject => "The subject names the task before a colon.",
            Self::SubjectWip => {
                "The subject names the task before a colon and says that it is work in progress."
            }
            Self::SubjectStep => "The subject names steps of the task before a colon.",
            Self::ForgeMerge => {
                "The first body line of a forge's merge commit names the task before a colon."
            }
            Self::ForgePrefix => "The subject names the task before a colon, behind the prefix of a forge.",
            Self::TrailerCloses => "A trailer says that the commit closes the task.",
            Self::TrailerPartOf => "A trailer says that the commit is part of the task.",
            Self::TrailerRefs => "A trailer refers to the task.",
            Self::TrailerReopens => "A trailer reopens the task.",
            Self::SquashBullet => "The subject of one of the messages in a forge's squash names the task.",
            Self::SquashedCommit => {
                "The subject of one of the messages that `git merge --squash` gathered names the task."
            }
            Self::Pattern => "A pattern of the configuration matches the line.",
            Self::Mention => "The text mentions the task, which has no effect.",
        }
    }
}

/// A part that undoes another commit, or brings one back.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Revert {
    /// The quoted subject, exactly as it stands between the outer quotes; empty where none is quoted.
    pub subject: String,
    /// Which of the two.
    pub kind: RevertKind,
    /// The commits that `This reverts commit …` names, in reading order; each with the parent that
    /// `reversing changes made to …` names, if it does. Hexadecimal, 7 to 64 digits, as written. With a
    /// re-apply it is the revert that is named here.
    pub commits: Vec<(String, Option<String>)>,
}

/// What a [`Revert`] does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum RevertKind {
    /// `Revert "…"` undoes the commit.
    Revert,
    /// `Reapply "…"` undoes its revert.
    Reapply,
    /// Git's sentence under a title of somebody's own undoes the commits that it names, and no others.
    Retitled,
}
