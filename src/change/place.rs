//! Where files lie: folders of groups, and what changes with them.

use crate::model::{Dependency, GroupName, is_device_name};
use crate::snapshot::{PLAN_DIR, is_ignored_name};
use std::collections::BTreeSet;

/// The folder of tasks that were put away.
const ARCHIVE: &str = ".tasks/archive";

/// Folders at the top that are no groups.
const RESERVED: [&str; 3] = ["archive", "milestones", "templates"];

/// Why a text names no folder.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PlaceError {
    /// A part of it cannot be a folder's name.
    #[error("{name:?} cannot be a group: {why}")]
    BadName {
        /// The text given.
        name: String,
        /// What is wrong with it.
        why: &'static str,
    },
    /// Two folders have that name.
    #[error("two folders are called {name}: {one} and {two}; name one of them by its path")]
    Ambiguous {
        /// The name.
        name: String,
        /// One folder.
        one: String,
        /// The other.
        two: String,
    },
}

/// The folders of all groups, such as `.tasks/01-database`, as the paths of the plan files show them; without the archive.
pub fn folders<'a>(paths: impl IntoIterator<Item = &'a str>) -> BTreeSet<&'a str> {
    let mut found = BTreeSet::new();
    let mut last = "";
    for path in paths {
        let Some((dir, _)) = path.rsplit_once('/') else { continue };
        // Mostly one file follows another of the same folder.
        if std::mem::replace(&mut last, dir) == dir {
            continue;
        }
        let above = dir.match_indices('/').map(|(at, _)| &dir[..at]);
        found.extend(above.chain([dir]).filter(|dir| *dir != PLAN_DIR && !is_reserved(dir)));
    }
    found
}

fn is_reserved(dir: &str) -> bool {
    let top = dir.strip_prefix(".tasks/").and_then(|within| within.split('/').next());
    top.is_none_or(|top| RESERVED.contains(&top))
}

/// The folder that a user means: one of `folders` by its path or by the group's name, else a new one within the nearest
/// that there is; `/` and `.` are `.tasks` itself.
pub fn folder(text: &str, folders: &BTreeSet<&str>) -> Result<String, PlaceError> {
    let within = text.strip_prefix(PLAN_DIR).filter(|rest| rest.is_empty() || rest.starts_with('/'));
    let within = within.unwrap_or(text).trim_matches('/');
    if matches!(within, "" | ".") {
        return Ok(PLAN_DIR.to_owned());
    }
    if let Some(why) = within.split('/').find_map(bad_part) {
        return Err(PlaceError::BadName { name: text.to_owned(), why });
    }
    if RESERVED.contains(&within.split('/').next().unwrap_or(within)) {
        let why = "archive, milestones and templates are folders of the plan itself";
        return Err(PlaceError::BadName { name: text.to_owned(), why });
    }
    let mut head = within;
    let (found, new) = loop {
        if let Some(known) = known(head, folders)? {
            break (known, within[head.len()..].trim_start_matches('/'));
        }
        match head.rsplit_once('/') {
            Some((parent, _)) => head = parent,
            None => break (PLAN_DIR, within),
        }
    };
    // What is there already can be named, whatever it is called.
    match new.split('/').find_map(bad_new_part) {
        Some(why) => Err(PlaceError::BadName { name: text.to_owned(), why }),
        None if new.is_empty() => Ok(found.to_owned()),
        None => Ok(format!("{found}/{new}")),
    }
}

/// What is wrong with the name of a folder that is to be made.
fn bad_new_part(part: &str) -> Option<&'static str> {
    if is_device_name(part) {
        Some("it is the name of a device on Windows")
    } else if part.ends_with('.') {
        Some("Windows has no names that end in a dot")
    } else {
        None
    }
}

/// The folder that has this path below `.tasks/`, else the one group of this name.
fn known<'a>(within: &str, folders: &BTreeSet<&'a str>) -> Result<Option<&'a str>, PlaceError> {
    let path = format!("{PLAN_DIR}/{within}");
    if let Some(folder) = folders.get(path.as_str()) {
        return Ok(Some(folder));
    }
    let name = GroupName::from_dir(within);
    let mut named = folders.iter().filter(|dir| group_of(dir) == name);
    match (named.next(), named.next()) {
        (Some(one), Some(two)) => Err(PlaceError::Ambiguous {
            name: within.to_owned(),
            one: (*one).to_owned(),
            two: (*two).to_owned(),
        }),
        (one, _) => Ok(one.copied()),
    }
}

fn group_of(dir: &str) -> GroupName {
    GroupName::from_dir(dir.strip_prefix(PLAN_DIR).unwrap_or(dir))
}

fn bad_part(part: &str) -> Option<&'static str> {
    if part.is_empty() || matches!(part, "." | "..") {
        Some("a part of it is empty or made of dots")
    } else if is_ignored_name(part) {
        Some("folders whose name begins with a dot or ends in ~ are not read")
    } else if part.to_ascii_lowercase().strip_suffix(".toml").is_some() {
        Some("that is the name of a file")
    } else if part.chars().any(|c| c.is_control() || "\\:*?\"<>|".contains(c)) {
        Some("a character in it is not allowed in file names everywhere")
    } else if part != part.trim() {
        Some("a part of it begins or ends with a blank")
    } else {
        None
    }
}

/// Where an archived file lay before; `None` for one that is not archived.
pub fn unarchived(path: &str) -> Option<String> {
    let within = path.strip_prefix(ARCHIVE)?.strip_prefix('/')?;
    Some(format!("{PLAN_DIR}/{within}"))
}

/// Where a file lies once the folder `from` is called `to`; `None` if it does not lie in it. What was archived out of
/// the group goes with it.
pub fn moved(path: &str, from: &str, to: &str) -> Option<String> {
    if let Some(rest) = path.strip_prefix(from).filter(|rest| rest.starts_with('/')) {
        return Some(format!("{to}{rest}"));
    }
    let archived = path.strip_prefix(ARCHIVE)?.strip_prefix('/')?;
    let (from, to) = (group_of(from), to.strip_prefix(".tasks/")?);
    let depth = from.as_str().split('/').count();
    let parts: Vec<&str> = archived.split('/').collect();
    if parts.len() <= depth || GroupName::from_dir(&parts[..depth].join("/")) != from {
        return None;
    }
    Some(format!("{ARCHIVE}/{to}/{}", parts[depth..].join("/")))
}

/// What a dependency on a group is called once the folder `from` is called `to`; `None` if it stays as it is.
pub fn renamed_dependency(dependency: &Dependency, from: &str, to: &str) -> Option<Dependency> {
    let Dependency::Group(name) = dependency else { return None };
    let (from, to) = (group_of(from), group_of(to));
    if from == to || !name.is_within(&from) {
        return None;
    }
    let rest = &name.as_str()[from.as_str().len()..];
    Some(Dependency::Group(GroupName::from_dir(&format!("{to}{rest}"))))
}

#[cfg(test)]
mod tests {
    use super::*;

    const PATHS: [&str; 7] = [
        ".tasks/config.toml",
        ".tasks/1.toml",
        ".tasks/01-db/02-schema/5.toml",
        ".tasks/02-api/group.toml",
        ".tasks/archive/03-old/7.toml",
        ".tasks/milestones/beta.toml",
        ".tasks/templates/x.toml",
    ];

    #[test]
    fn folders_are_those_above_files() {
        let found: Vec<&str> = folders(PATHS).into_iter().collect();
        assert_eq!(found, [".tasks/01-db", ".tasks/01-db/02-schema", ".tasks/02-api"]);
    }

    #[test]
    fn a_folder_is_found_by_path_and_by_name() {
        let folders = folders(PATHS);
        for (text, expected) in [
            ("/", ".tasks"),
            (".", ".tasks"),
            (".tasks/", ".tasks"),
            ("db", ".tasks/01-db"),
            ("db/", ".tasks/01-db"),
            ("01-db", ".tasks/01-db"),
            (".tasks/01-db", ".tasks/01-db"),
            ("db/schema", ".tasks/01-db/02-schema"),
            ("db/new/deep", ".tasks/01-db/new/deep"),
            ("new", ".tasks/new"),
        ] {
            assert_eq!(folder(text, &folders).as_deref(), Ok(expected), "{text}");
        }
        for text in ["archive/x", "milestones", "../x", "a//b", ".git", "a\\b", "x.toml", "a~"] {
            assert!(matches!(folder(text, &folders), Err(PlaceError::BadName { .. })), "{text}");
        }
        for text in ["con", "a/NUL", "db/com1.x", "01-db/x."] {
            assert!(matches!(folder(text, &folders), Err(PlaceError::BadName { .. })), "{text}");
        }
        assert_eq!(folder("aux", &BTreeSet::from([".tasks/aux"])).as_deref(), Ok(".tasks/aux"));
        let twice = BTreeSet::from([".tasks/01-a", ".tasks/02-a"]);
        assert!(matches!(folder("a", &twice), Err(PlaceError::Ambiguous { .. })));
    }

    #[test]
    fn files_go_with_their_folder_out_of_the_archive_too() {
        let to = |path| moved(path, ".tasks/01-db", ".tasks/storage");
        assert_eq!(to(".tasks/01-db/x/5.toml").as_deref(), Some(".tasks/storage/x/5.toml"));
        assert_eq!(to(".tasks/archive/07-db/5.toml").as_deref(), Some(".tasks/archive/storage/5.toml"));
        assert_eq!(to(".tasks/archive/db.toml"), None);
        assert_eq!(to(".tasks/01-dbx/5.toml"), None);
    }

    #[test]
    fn dependencies_on_a_group_and_what_is_in_it_follow() {
        let group = |name| Dependency::Group(GroupName::from_dir(name));
        let to = |name| renamed_dependency(&group(name), ".tasks/01-db", ".tasks/storage");
        assert_eq!(to("db"), Some(group("storage")));
        assert_eq!(to("db/schema"), Some(group("storage/schema")));
        assert_eq!(to("dbx"), None);
        assert_eq!(renamed_dependency(&group("db"), ".tasks/01-db", ".tasks/02-db"), None);
        assert_eq!(renamed_dependency(&Dependency::Task("5".parse().unwrap()), ".tasks/5", ".tasks/6"), None);
    }
}
