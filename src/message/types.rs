//! What reading a message yields.

/// What a reference does to the tasks it names.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, schemars::JsonSchema,
)]
#[serde(rename_all = "kebab-case")]
pub enum Effect {
    /// The work is done.
    Completes,
    /// The work has begun.
    Starts,
    /// Steps are done, and with them the work has begun.
    CompletesSteps,
    /// Nothing but a link.
    Links,
    /// The work is not done after all.
    Reopens,
}

/// The form by which a reference was recognised.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Rule {
    /// Placeholder of the subject form.
    Subject,
    /// Placeholder.
    Mention,
}

/// What a whole message says.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Message {
    /// The messages in it, in the order in which they are read; one, unless a forge or `git merge --squash` put several
    /// into one.
    pub parts: Vec<Part>,
}

/// One message, or one of those that a squash put together.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Part {
    /// Its first line.
    pub subject: String,
    /// In reading order.
    pub references: Vec<Reference>,
    /// Whether it reverts or re-applies another.
    pub revert: Option<Revert>,
    /// It is a `fixup!`, `squash!` or `amend!`: its references have no effect.
    pub inert: bool,
}

/// A naming of tasks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reference {
    /// What it does.
    pub effect: Effect,
    /// By which form.
    pub rule: Rule,
    /// The words of the id list as written, without `#`.
    pub words: Vec<String>,
    /// The numbers of the steps it names, from 1.
    pub steps: Vec<u32>,
    /// The line in the whole message, from 1.
    pub line: u32,
    /// That line, trimmed and cut.
    pub text: String,
}

/// A part that reverts or re-applies another.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Revert {
    /// The quoted subject.
    pub subject: String,
    /// Which of the two.
    pub kind: RevertKind,
    /// The commits it names.
    pub commits: Vec<RevertedCommit>,
}

/// Whether a part takes back or brings back.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RevertKind {
    /// `Revert "S"`
    Revert,
    /// `Reapply "S"`
    Reapply,
}

/// A commit named by `This reverts commit …`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RevertedCommit {
    /// Its object id as written, maybe abbreviated.
    pub oid: String,
    /// The parent that was kept, of a merge: `reversing changes made to …`.
    pub mainline: Option<String>,
}
