//! Groups: directories of tasks.

use super::{Dependency, Estimate, Step};
use std::borrow::Borrow;
use std::fmt;
use std::sync::Arc;

/// A group's name: its path under `.tasks/` without the ordinals of its directories, `database/schema`
/// for `01-database/02-schema`. The root, where tasks lie directly under `.tasks/`, is the empty name.
///
/// All tasks of a group share one text.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct GroupName(Arc<str>);

impl GroupName {
    /// The name of the directory `path`, given relative to `.tasks/` (or to `.tasks/archive/`), with `/` between parts.
    pub fn from_dir(path: &str) -> Self {
        let parts: Vec<&str> = path.split('/').filter(|p| !p.is_empty()).map(without_ordinal).collect();
        Self(parts.join("/").into())
    }

    /// The group of this name, as [`Self::as_str`] gives it.
    pub fn from_name(name: &str) -> Self {
        Self(name.into())
    }

    /// The name as written, without a final slash.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether this is the root: no group at all.
    pub fn is_root(&self) -> bool {
        self.0.is_empty()
    }

    /// Whether `self` is `other` or lies within it. Every group lies within the root.
    pub fn is_within(&self, other: &Self) -> bool {
        other.is_root()
            || self.0.strip_prefix(&*other.0).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
    }

    /// The name of this group and of every group around it, the innermost first; nothing for the root.
    pub fn with_outer(&self) -> impl Iterator<Item = &str> {
        let own = Some(self.as_str()).filter(|name| !name.is_empty());
        std::iter::successors(own, |name| Some(name.rsplit_once('/')?.0))
    }

    /// The group around this one; `None` for the root.
    pub fn parent(&self) -> Option<Self> {
        if self.is_root() {
            return None;
        }
        Some(Self(self.0.rsplit_once('/').map_or("", |(head, _)| head).into()))
    }
}

/// `database` for `01-database`: a number followed by `-`, `_` or `.` is an ordinal, unless nothing follows it.
fn without_ordinal(part: &str) -> &str {
    let rest = part.trim_start_matches(|c: char| c.is_ascii_digit());
    if rest.len() == part.len() {
        return part;
    }
    match rest.strip_prefix(['-', '_', '.']) {
        Some(name) if !name.is_empty() => name,
        _ => part,
    }
}

impl Borrow<str> for GroupName {
    fn borrow(&self) -> &str {
        &self.0
    }
}

impl serde::Serialize for GroupName {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.0)
    }
}

impl fmt::Display for GroupName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}

/// What a `group.toml` says. A directory without one is a group all the same, with the default value.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Group {
    /// The heading to show; the directory's name where it is missing.
    pub title: Option<String>,
    /// Markdown.
    pub description: Option<String>,
    /// What every task of the group waits for.
    pub depends: Vec<Dependency>,
    /// Milestones that every task of the group belongs to.
    pub milestones: Vec<String>,
    /// A declared estimate for the whole group, to be held against the sum of its tasks.
    pub estimate: Option<Estimate>,
    /// When the group is due.
    pub due: Option<jiff::civil::Date>,
    /// How many tasks the group is said to have, to be held against those it has.
    pub declared_tasks: Option<u64>,
    /// A checklist of the group itself.
    pub steps: Vec<Step>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ordinals_are_no_part_of_a_name() {
        let name = |path: &str| GroupName::from_dir(path).as_str().to_owned();
        assert_eq!(name("01-database/02-schema"), "database/schema");
        assert_eq!(name("database"), "database");
        assert_eq!(name("2_api"), "api");
        assert_eq!(name("2024"), "2024");
        assert_eq!(name("3-"), "3-");
        assert_eq!(name("3d-models"), "3d-models");
        assert_eq!(name(""), "");
    }

    #[test]
    fn within_goes_by_whole_parts() {
        let name = GroupName::from_dir;
        assert!(name("a/b").is_within(&name("a")));
        assert!(name("a").is_within(&name("")));
        assert!(!name("ab").is_within(&name("a")));
        assert_eq!(name("a/b").parent(), Some(name("a")));
        assert_eq!(name("a").parent(), Some(name("")));
        assert_eq!(name("").parent(), None);
        assert_eq!(name("a/b/c").with_outer().collect::<Vec<_>>(), ["a/b/c", "a/b", "a"]);
        assert_eq!(name("").with_outer().next(), None);
    }
}
