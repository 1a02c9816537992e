//! What a merge cannot decide, as Git would say it.

use crate::finding::Finding;
use crate::model::{Task, TaskId};
use crate::snapshot::PLAN_DIR;
use gix::bstr::ByteSlice;
use gix::diff::tree_with_rewrites::Change;
use gix::merge::tree::{Conflict, Resolution, ResolutionFailure, TreatAsUnresolved};

/// A file for which `git merge` would stop.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Clash {
    /// Where Git would leave it, from the root of the repository.
    pub path: String,
    /// Where else it lies or lay: one file is in one conflict.
    pub others: Vec<String>,
    /// Why.
    pub why: Why,
}

/// Why a merge stops for a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Why {
    /// Both sides changed it at the same place.
    Changed,
    /// Both sides added it, each in its own way.
    Added,
    /// One side changed or moved what the other removed.
    Removed,
    /// Each side moved it to another place.
    Moved,
    /// One side put it where the other side had renamed the directory.
    Relocated,
    /// Files of both sides want the same place, or something else that does not fit.
    Placed,
}

impl Clash {
    /// What Git would stop for of what the merge of two trees found.
    pub fn of(conflict: &Conflict) -> Option<Self> {
        let (ours, theirs) = conflict.changes_in_resolution();
        if let Ok(Resolution::SourceLocationAffectedByRename { final_location }) = &conflict.resolution {
            // The other is the directory.
            let file = if theirs.entry_mode().is_tree() { ours } else { theirs };
            return Some(Self::relocated(&path(file.location()), &path(final_location.as_bstr())));
        }
        if !conflict.is_unresolved(TreatAsUnresolved::git()) {
            return None;
        }
        let why = match &conflict.resolution {
            Err(
                ResolutionFailure::OursModifiedTheirsDeleted | ResolutionFailure::OursDeletedTheirsRenamed,
            ) => Why::Removed,
            Err(ResolutionFailure::OursRenamedTheirsRenamedDifferently { .. }) => Why::Moved,
            Err(_) => Why::Placed,
            Ok(_) if is_addition(ours) && is_addition(theirs) => Why::Added,
            Ok(_) => Why::Changed,
        };
        if let Ok(Resolution::OursModifiedTheirsRenamedAndChangedThenRename {
            final_location: Some(place),
            ..
        }) = &conflict.resolution
        {
            return Some(Self::relocated(&path(theirs.location()), &path(place.as_bstr())));
        }
        // A file that only one side moved is where that side has it.
        let place = if is_rename(ours) || !is_rename(theirs) { ours } else { theirs };
        let all = [ours, theirs].into_iter().flat_map(|change| [change.location(), source(change)]);
        Some(Self::new(path(place.location()), all.map(path).collect(), why))
    }

    /// A file that is new on one side, in a directory that the other side renamed; both from the root of the repository.
    pub fn relocated(from: &str, to: &str) -> Self {
        Self::new(to.to_owned(), vec![from.to_owned()], Why::Relocated)
    }

    fn new(path: String, mut others: Vec<String>, why: Why) -> Self {
        others.sort();
        others.dedup();
        others.retain(|other| *other != path);
        Self { path, others, why }
    }

    /// Whether it is about the file at `path`.
    pub fn is_about(&self, path: &str) -> bool {
        self.path == path || self.others.iter().any(|other| other == path)
    }

    /// What is said of it.
    pub fn finding(&self) -> Finding {
        let other = self.others.first().map_or("", String::as_str);
        let (what, help) = match self.why {
            Why::Changed => (
                "both sides changed this file, and git merge would stop here without the merge driver, which forges \
                 do not run"
                    .to_owned(),
                "merge the other branch into this one and resolve the file: tasks resolve",
            ),
            Why::Added => (
                "both sides added this file, and git merge would stop here".to_owned(),
                "tasks renumber gives one of two tasks another id; of one task, merge the other branch into this one \
                 and resolve the file: tasks resolve",
            ),
            Why::Removed => (
                "one side changed this file, the other removed it, and git merge would stop here".to_owned(),
                "merge the other branch into this one; git add keeps the file, git rm lets it go",
            ),
            Why::Moved => (
                "each side moved this file to another place, and git merge would stop here".to_owned(),
                "merge the other branch into this one and keep one of the two: git add, git rm",
            ),
            Why::Relocated if other.is_empty() => (
                "one side put this file into a folder that the other side broke up, and git merge would stop here"
                    .to_owned(),
                RELOCATE,
            ),
            Why::Relocated => (
                format!("one side added {other}, the other renamed the folder, and git merge would stop here"),
                RELOCATE,
            ),
            Why::Placed => (
                "the two sides do not fit together here, and git merge would stop".to_owned(),
                "merge the other branch into this one and resolve the file: tasks resolve",
            ),
        };
        Finding::of("merge-conflict", what).with_path(&self.path).with_help(help)
    }
}

/// The finding that both sides added a file of that id and mean two tasks by it; `None` where it may be one, which only went
/// both ways.
pub(super) fn two_tasks(path: &str, [ours, theirs]: [&Task; 2]) -> Option<Finding> {
    let id: TaskId = path.rsplit('/').next()?.strip_suffix(".toml")?.parse().ok()?;
    let is_one = match (ours.created, theirs.created) {
        (Some(ours), Some(theirs)) => ours == theirs,
        _ => ours.title == theirs.title,
    };
    let (ours, theirs) = (&ours.title, &theirs.title);
    let message = format!(
        "{id} is the id of two tasks: {theirs:?} here, and {ours:?} where it is to be merged; git merge would stop at \
         their file"
    );
    let help = format!("tasks renumber {id} on this branch gives its task another id");
    (!is_one).then(|| {
        Finding::of("duplicate-id", message).with_path(path).with_ids([id]).with_key("").with_help(help)
    })
}

const RELOCATE: &str = "merge the other branch into this one; git add keeps the file there, git mv moves it";

fn path(location: &gix::bstr::BStr) -> String {
    format!("{PLAN_DIR}/{}", location.to_str_lossy())
}

/// Where the file was before.
fn source(change: &Change) -> &gix::bstr::BStr {
    match change {
        Change::Rewrite { source_location, copy: false, .. } => source_location.as_bstr(),
        _ => change.location(),
    }
}

fn is_rename(change: &Change) -> bool {
    matches!(change, Change::Rewrite { copy: false, .. })
}

fn is_addition(change: &Change) -> bool {
    matches!(change, Change::Addition { .. })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::format::parse_task;

    #[test]
    fn two_tasks_are_told_by_when_they_were_written_down_or_by_their_titles() {
        let (nine, ten) = ("created = 2026-11-21T09:00:00Z", "created = 2026-11-21T10:00:00Z");
        for (ours, theirs, are_two) in [
            (("A", ""), ("B", ""), true),
            (("A", ""), ("A", ""), false),
            (("A", nine), ("A", ten), true),
            (("A", nine), ("B", nine), false),
            (("A", nine), ("B", ""), true),
            (("A", nine), ("A", ""), false),
        ] {
            let task = |(title, rest): (&str, &str)| {
                parse_task(".tasks/7.toml", format!("title = \"{title}\"\n{rest}\n").as_bytes())
                    .value
                    .unwrap()
            };
            let found = two_tasks(".tasks/api/7.toml", [&task(ours), &task(theirs)]);
            assert_eq!(found.is_some(), are_two, "{ours:?} {theirs:?}");
        }
    }
}
