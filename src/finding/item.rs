//! One finding.

use super::{Spot, rule};
use crate::model::{GroupName, TaskId};
use crate::snapshot::TOO_DEEP;

/// How much a finding matters. Only errors make `tasks check` exit with 1.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, schemars::JsonSchema,
)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// The plan says something that cannot be so.
    Error,
    /// Worth a look.
    Warning,
    /// Good to know.
    Info,
}

impl Severity {
    /// The word that views use.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Error => "error",
            Self::Warning => "warning",
            Self::Info => "info",
        }
    }
}

/// A place in a text: line and column, both counted from 1, the column in characters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Place {
    /// Counted from 1.
    pub line: u32,
    /// Counted from 1, in characters.
    pub column: u32,
}

impl Place {
    /// The place of the byte at `offset` in `text`; the end of the text for an offset beyond it.
    pub fn at(text: &str, offset: usize) -> Self {
        let mut end = offset.min(text.len());
        while !text.is_char_boundary(end) {
            end -= 1;
        }
        let before = &text[..end];
        let start = before.rfind('\n').map_or(0, |i| i + 1);
        let count = |n: usize| u32::try_from(n).unwrap_or(u32::MAX);
        Self {
            line: count(before.bytes().filter(|&b| b == b'\n').count() + 1),
            column: count(before[start..].chars().filter(|&c| c != '\u{feff}').count() + 1),
        }
    }
}

/// Something `tasks check` reports.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// The rule's stable name in kebab case, such as `unknown-dependency`.
    pub code: &'static str,
    /// How much it matters unless the plan's configuration says otherwise.
    pub severity: Severity,
    /// The file, relative to the root of the repository with `/` between parts.
    pub path: Option<String>,
    /// Where in the file.
    pub place: Option<Place>,
    /// What in the file it is about; its place follows from that and from the file's text.
    pub spot: Option<Spot>,
    /// The tasks it is about.
    pub ids: Vec<TaskId>,
    /// What is wrong, in one sentence that starts in lower case and has no full stop.
    pub message: String,
    /// What to do about it.
    pub help: Option<String>,
    /// The commit whose message it is about, by its object id.
    pub commit: Option<String>,
    /// What tells it from others of its code on the same tasks, where the message would not do: it may name lines, paths
    /// or numbers that change although the finding is the same.
    pub key: Option<String>,
}

/// What stays the same of a finding when lines move and files are renamed.
pub type Identity = (&'static str, String, String);

impl Finding {
    /// A finding without place, ids and help; the `with_` functions add them. The severity has to be that of the table
    /// of rules.
    pub fn new(code: &'static str, severity: Severity, message: impl Into<String>) -> Self {
        debug_assert!(
            rule(code).is_some_and(|rule| rule.severity.unwrap_or(severity) == severity),
            "{code} is not in the table of rules, or has another severity there"
        );
        Self {
            code,
            severity,
            path: None,
            place: None,
            spot: None,
            ids: Vec::new(),
            message: message.into(),
            help: None,
            commit: None,
            key: None,
        }
    }

    /// A finding of that rule, with the rule's severity; a warning if the rule is off by default.
    pub fn of(code: &'static str, message: impl Into<String>) -> Self {
        let severity = rule(code).and_then(|rule| rule.severity).unwrap_or(Severity::Warning);
        Self::new(code, severity, message)
    }

    /// What tells this finding from all others, whatever lines and names of folders become of it.
    pub fn identity(&self) -> Identity {
        let ids: Vec<String> = self.ids.iter().map(|id| id.key().to_string()).collect();
        // The numbers of folders only sort, so a folder that gets another one is still the same.
        let path =
            || self.path.as_deref().map_or(String::new(), |path| GroupName::from_dir(path).to_string());
        let about = if ids.is_empty() { path() } else { ids.join(" ") };
        (self.code, about, self.key.clone().unwrap_or_else(|| self.message.clone()))
    }

    /// A symbolic link below `.tasks/`: not followed, since it could lead anywhere.
    pub fn symlink(path: impl Into<String>) -> Self {
        Self::new("symlink", Severity::Error, "a symbolic link inside the plan is not followed")
            .with_path(path)
            .with_help("put the file itself here")
    }

    /// A file whose name is not UTF-8; `path` shows it as well as possible.
    pub fn file_name(path: impl Into<String>) -> Self {
        Self::new("file-name", Severity::Error, "the name is not UTF-8, so the file is not read")
            .with_path(path)
            .with_help("rename it")
    }

    /// A file that would be read if its ending were written in lower case.
    pub fn ending(path: impl Into<String>) -> Self {
        Self::of("file-name", "the name does not end in .toml in lower case, so the file is not read")
            .with_path(path)
            .with_help("rename it by git mv, so that it ends in .toml")
    }

    /// A directory below `.tasks/` that is called like a plan file.
    pub fn folder_name(path: impl Into<String>) -> Self {
        Self::of("folder-name", "a folder has the name of a plan file, which can therefore not be written")
            .with_path(path)
            .with_help("rename it, or remove it if it is empty")
    }

    /// A folder beyond [`crate::snapshot::MAX_DEPTH`].
    pub fn too_deep(path: impl Into<String>) -> Self {
        Self::new("unreadable-file", Severity::Error, format!("what lies in it is not read: {TOO_DEEP}"))
            .with_path(path)
            .with_help("move it further up")
    }

    /// A file beyond [`crate::format::MAX_FILE_SIZE`].
    pub fn too_large(path: impl Into<String>) -> Self {
        Self::new("unreadable-file", Severity::Error, "the file is larger than 1 MiB, so it is not read")
            .with_path(path)
            .with_help("keep long texts in files of their own and name them in `files`")
    }

    /// Adds the file.
    #[must_use]
    pub fn with_path(mut self, path: impl Into<String>) -> Self {
        self.path = Some(path.into());
        self
    }

    /// Adds the place in the file.
    #[must_use]
    pub fn with_place(mut self, place: Option<Place>) -> Self {
        self.place = place;
        self
    }

    /// Adds what in the file it is about.
    #[must_use]
    pub fn with_spot(mut self, spot: Spot) -> Self {
        self.spot = Some(spot);
        self
    }

    /// Adds the commit whose message it is about.
    #[must_use]
    pub fn with_commit(mut self, oid: &(impl ToString + ?Sized)) -> Self {
        self.commit = Some(oid.to_string());
        self
    }

    /// Adds what tells it from others of its kind, where the message would not do.
    #[must_use]
    pub fn with_key(mut self, key: impl Into<String>) -> Self {
        self.key = Some(key.into());
        self
    }

    /// Adds the tasks it is about.
    #[must_use]
    pub fn with_ids(mut self, ids: impl IntoIterator<Item = TaskId>) -> Self {
        self.ids.extend(ids);
        self
    }

    /// Adds what to do about it.
    #[must_use]
    pub fn with_help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_finding_is_the_same_when_its_file_moves() {
        let at = |path: &str, line: u32| {
            Finding::of("self-dependency", "m")
                .with_path(path)
                .with_place(Some(Place { line, column: 1 }))
                .with_ids(["T1".parse().unwrap()])
        };
        assert_eq!(at(".tasks/a/T1.toml", 3).identity(), at(".tasks/b/t1.toml", 7).identity());
        assert_ne!(at("a", 1).identity(), at("a", 1).with_key("other").identity());
    }

    #[test]
    fn places_count_characters_from_one() {
        let text = "\u{feff}a = 1\n\u{fc}x = 2\r\n";
        assert_eq!(Place::at(text, 0), Place { line: 1, column: 1 });
        assert_eq!(Place::at(text, 3), Place { line: 1, column: 1 });
        assert_eq!(Place::at(text, text.find('x').unwrap()), Place { line: 2, column: 2 });
        assert_eq!(Place::at(text, 999), Place { line: 3, column: 1 });
    }
}
