//! The hooks of Git that are served.

/// A hook of Git.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum Hook {
    /// Reads a commit's message before the commit is made, and says what it will do.
    CommitMsg,
    /// Offers the task of the branch in an empty message.
    PrepareCommitMsg,
    /// Judges a push before any of its branches moves.
    PreReceive,
    /// Judges each branch of a push by itself.
    Update,
}

impl Hook {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::CommitMsg, Self::PrepareCommitMsg, Self::PreReceive, Self::Update];

    /// As Git calls it.
    pub fn name(self) -> &'static str {
        match self {
            Self::CommitMsg => "commit-msg",
            Self::PrepareCommitMsg => "prepare-commit-msg",
            Self::PreReceive => "pre-receive",
            Self::Update => "update",
        }
    }

    /// Whether it judges what others push. Such a hook refuses what it cannot judge; the others let pass.
    pub fn judges(self) -> bool {
        matches!(self, Self::PreReceive | Self::Update)
    }

    /// Whether Git tells it of its work on standard input.
    pub fn reads_input(self) -> bool {
        self == Self::PreReceive
    }

    /// Those that are installed unless others are named: a bare repository is pushed to, a work tree committed from.
    pub fn usual(is_bare: bool) -> &'static [Self] {
        if is_bare { &[Self::PreReceive] } else { &[Self::CommitMsg, Self::PrepareCommitMsg] }
    }
}
