//! A set of changes to plan files: what writing commands make and one place applies.

/// One file before and after. Both `None` is no change; a renamed file is one that goes and one that comes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FileChange {
    /// Relative to the root of the repository, with `/` between parts.
    pub path: String,
    /// The bytes the change was made from; `None` where there was no file. Applying is refused if the file on disk
    /// is no longer this.
    pub before: Option<Vec<u8>>,
    /// The bytes to write; `None` removes the file.
    pub after: Option<Vec<u8>>,
}

/// Changes that belong together: prepared whole, then put in place.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ChangeSet {
    /// At most one for each path.
    pub files: Vec<FileChange>,
}

impl ChangeSet {
    /// Whether nothing would be written.
    pub fn is_empty(&self) -> bool {
        self.files.iter().all(|f| f.before == f.after)
    }

    /// The paths of files that come into being.
    pub fn created(&self) -> impl Iterator<Item = &str> {
        self.files.iter().filter(|f| f.before.is_none() && f.after.is_some()).map(|f| f.path.as_str())
    }
}
