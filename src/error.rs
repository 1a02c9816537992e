//! The one error of the shell: what went wrong, what to do, and the exit code it becomes.

use std::fmt;

/// How a command ends other than with success. The discriminants are the exit codes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Exit {
    /// The answer is no: findings, differences, a stale file.
    No = 1,
    /// It could not be done: usage, configuration, IO, a broken repository, a lock held too long.
    Failed = 2,
    /// History is too shallow to answer.
    Shallow = 3,
}

/// Why a command ends other than with success.
#[derive(Debug)]
pub struct CliError {
    /// The exit code.
    pub exit: Exit,
    /// What went wrong; empty where the answer itself has said so.
    pub message: String,
    /// More of it, such as the place in a file, a line each.
    pub details: Vec<String>,
    /// What to do about it, a line each.
    pub hints: Vec<String>,
}

impl CliError {
    /// It could not be done.
    pub fn failed(message: impl fmt::Display) -> Self {
        Self { exit: Exit::Failed, message: message.to_string(), details: Vec::new(), hints: Vec::new() }
    }

    /// The answer is no, and has been given.
    pub fn no() -> Self {
        Self { exit: Exit::No, message: String::new(), details: Vec::new(), hints: Vec::new() }
    }

    /// The answer is no, in these words.
    pub fn no_because(message: impl fmt::Display) -> Self {
        Self { exit: Exit::No, ..Self::failed(message) }
    }

    /// History is too shallow to answer.
    pub fn shallow(message: impl fmt::Display) -> Self {
        let error = Self {
            exit: Exit::Shallow,
            message: message.to_string(),
            details: Vec::new(),
            hints: Vec::new(),
        };
        error
            .hint("git fetch --unshallow brings the rest of history")
            .hint("--allow-shallow answers with the status \"unknown\" where it must")
    }

    /// Adds a line on what to do.
    #[must_use]
    pub fn hint(mut self, hint: impl fmt::Display) -> Self {
        self.hints.push(hint.to_string());
        self
    }
}

/// Every error of the rooms below is a failure whose text says what to do.
macro_rules! failures {
    ($($error:ty),+ $(,)?) => {
        $(impl From<$error> for CliError {
            fn from(error: $error) -> Self {
                Self::failed(error)
            }
        })+
    };
}

failures!(
    crate::change::AllocateError,
    crate::change::PlaceError,
    crate::files::FilesError,
    crate::format::FormatError,
    crate::message::RulesError,
    crate::report::ChangelogError,
    std::io::Error
);

impl From<crate::report::TemplateError> for CliError {
    /// The engine shows the line with a caret below it, on lines of their own.
    fn from(error: crate::report::TemplateError) -> Self {
        let text = error.to_string();
        let mut lines = text.lines().map(str::to_owned);
        let first = lines.next().unwrap_or_default();
        Self { details: lines.collect(), ..Self::failed(first) }
    }
}

impl From<crate::change::ChangeError> for CliError {
    fn from(error: crate::change::ChangeError) -> Self {
        let help = error.help();
        let error = Self::failed(error);
        match help {
            Some(help) => error.hint(help),
            None => error,
        }
    }
}

impl From<crate::git::GitError> for CliError {
    fn from(error: crate::git::GitError) -> Self {
        use crate::git::GitError;
        match &error {
            GitError::NotARepository { .. } => Self::failed(&error)
                .hint("git init, then tasks init, begin a plan here")
                .hint("tasks demo shows one"),
            GitError::Boundary { shallow: true, .. } => Self::shallow(&error),
            _ => Self::failed(error),
        }
    }
}
