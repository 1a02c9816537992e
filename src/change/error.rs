//! Why a change is refused.

use crate::finding::Finding;
use crate::format::FormatError;
use crate::model::Status;

/// Why a change is refused. Nothing has been written then.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ChangeError {
    /// The file cannot be edited.
    #[error(transparent)]
    Format(#[from] FormatError),
    /// There is no key of that name.
    #[error("a task has no key {key:?} to set")]
    UnknownKey {
        /// What was asked for.
        key: String,
        /// The known key that was probably meant.
        near: Option<&'static str>,
    },
    /// A key whose value is not set this way.
    #[error("{key} is not set by hand")]
    NotByHand {
        /// The key.
        key: &'static str,
        /// What to do instead.
        help: &'static str,
    },
    /// `+=` or `-=` for something that is no list.
    #[error("{key} is no list, so nothing can be added to it or taken out")]
    NoList {
        /// The key.
        key: String,
    },
    /// `+=` or `-=` without anything behind it.
    #[error("{text} names nothing")]
    NothingNamed {
        /// The argument.
        text: String,
    },
    /// The file has something else where a list or a text belongs.
    #[error("{path}: {key} is not {expected}, and would be lost")]
    OtherType {
        /// The file.
        path: String,
        /// The key.
        key: String,
        /// What belongs there.
        expected: &'static str,
    },
    /// A value that says nothing known.
    #[error("{key} cannot be {value:?}: expected {expected}")]
    BadValue {
        /// The key.
        key: String,
        /// What was given.
        value: String,
        /// What would do.
        expected: String,
        /// The word that was probably meant.
        near: Option<&'static str>,
    },
    /// A title that is removed.
    #[error("a task cannot be without a title")]
    NoTitle,
    /// A text that must not be empty.
    #[error("the {what} is empty")]
    Empty {
        /// What it is.
        what: &'static str,
    },
    /// A blocked task that does not say why.
    #[error("a blocked task needs a reason")]
    NoReason,
    /// A dependency that the plan does not have.
    #[error("there is no {} {name}", if name.ends_with('/') { "group" } else { "task" })]
    UnknownDependency {
        /// What was given.
        name: String,
        /// What was probably meant.
        near: Option<String>,
    },
    /// A milestone that the plan does not have.
    #[error("there is no milestone {name}")]
    UnknownMilestone {
        /// What was given.
        name: String,
        /// What was probably meant.
        near: Option<String>,
    },
    /// A key that is set after something else was done to it, which would have no effect.
    #[error("{key} is set twice, and the last would win")]
    Twice {
        /// The key.
        key: String,
    },
    /// A task that would wait for itself directly.
    #[error("{id} cannot depend on itself")]
    Itself {
        /// The task.
        id: String,
    },
    /// Tasks that would wait for each other; the first is repeated at the end.
    #[error("these would wait for each other: {}", ids.join(" -> "))]
    Cycle {
        /// The round.
        ids: Vec<String>,
    },
    /// A settled task that is to be claimed.
    #[error("task {id} is {} already", .status.as_str())]
    Settled {
        /// The task.
        id: String,
        /// What it is.
        status: Status,
    },
    /// The file would say something that it must not.
    #[error("the change does not fit: {}", .0.message)]
    WouldBreak(Box<Finding>),
}

impl ChangeError {
    /// What to do about it.
    pub fn help(&self) -> Option<String> {
        let near = |word: &str| format!("did you mean {word}?");
        match self {
            Self::UnknownKey { near: Some(word), .. } | Self::BadValue { near: Some(word), .. } => {
                Some(near(word))
            }
            Self::UnknownDependency { near: Some(word), .. }
            | Self::UnknownMilestone { near: Some(word), .. } => Some(near(word)),
            Self::UnknownMilestone { name, .. } => {
                Some(format!("it would be .tasks/milestones/{name}.toml, with a title and a date"))
            }
            Self::Twice { .. } => Some("name each key once; key=a,b sets several items of a list".to_owned()),
            Self::UnknownKey { .. } => Some("free text goes into fields: fields.NAME=TEXT".to_owned()),
            Self::NotByHand { help, .. } => Some((*help).to_owned()),
            Self::NoList { key } => Some(format!("set it with {key}=VALUE")),
            Self::OtherType { key, .. } if key == "steps" => Some("correct the file".to_owned()),
            Self::OtherType { key, .. } => {
                Some(format!("correct the file, or replace all of it with {key}=…"))
            }
            Self::NoReason => Some("add reason=TEXT, or use tasks block ID --reason TEXT".to_owned()),
            Self::UnknownDependency { name, .. } if name.ends_with('/') => {
                Some("tasks status shows every group; tasks move makes one".to_owned())
            }
            Self::UnknownDependency { .. } => Some("tasks list --all --archived shows every id".to_owned()),
            Self::Settled { id, status: Status::Cancelled } => {
                Some(format!("tasks reopen {id} takes it up again"))
            }
            Self::Settled { id, .. } => {
                Some(format!("tasks why {id} says by what; tasks reopen {id} opens it again"))
            }
            Self::WouldBreak(finding) => finding.help.clone(),
            _ => None,
        }
    }
}
