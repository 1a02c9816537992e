//! The directories of a plan's groups, old and new.

use super::slug;
use crate::model::GroupName;
use crate::snapshot::{PLAN_DIR, Snapshot};
use std::collections::HashMap;

/// Directories relative to `.tasks/`, to which new ones are added with the next ordinal.
pub struct Folders {
    dirs: Vec<String>,
    /// In lower case; a group in the archive has its name as well.
    names: slug::Names,
    /// By a directory, the largest ordinal of any in it.
    ordinals: HashMap<String, u32>,
}

impl Folders {
    /// Those of a plan.
    pub fn new(plan: &Snapshot) -> Self {
        let inner = |path: &str| path.strip_prefix(PLAN_DIR)?.strip_prefix('/').map(str::to_owned);
        let live = |dir: &String| dir != "archive" && !dir.starts_with("archive/");
        let dirs: Vec<String> =
            plan.groups.iter().filter_map(|entry| inner(&entry.path)).filter(live).collect();
        let mut ordinals = HashMap::new();
        for dir in &dirs {
            let (above, own) = dir.rsplit_once('/').unwrap_or(("", dir));
            let digits = own.bytes().take_while(u8::is_ascii_digit).count();
            if let Ok(ordinal) = own[..digits].parse::<u32>() {
                let largest: &mut u32 = ordinals.entry(above.to_owned()).or_insert(0);
                *largest = ordinal.max(*largest);
            }
        }
        let names = plan.groups.iter().map(|entry| entry.name.as_str().to_ascii_lowercase()).collect();
        Self { dirs, names, ordinals }
    }

    /// The directory of the group of that name or path; each part that is missing is made.
    pub fn find_or_add(&mut self, group: &str) -> String {
        if let Some(known) = self.dirs.iter().find(|dir| *dir == group) {
            return known.clone();
        }
        let mut dir = String::new();
        for part in group.split('/').filter(|part| !part.is_empty()) {
            let wanted = join(GroupName::from_dir(&dir).as_str(), GroupName::from_dir(part).as_str());
            let is_it = |known: &&String| GroupName::from_dir(known).as_str().eq_ignore_ascii_case(&wanted);
            let known = self.dirs.iter().find(is_it).cloned();
            dir = known.unwrap_or_else(|| self.add(&dir, &slug::slug(part, "group")));
        }
        dir
    }

    /// A new directory within `base`, behind all that are there; its name is `slug`, or `slug-2` where that is taken.
    pub fn add(&mut self, base: &str, slug: &str) -> String {
        let name = join(GroupName::from_dir(base).as_str(), slug);
        let unique = self.names.unique(&name);
        let last = unique.rsplit_once('/').map_or(unique.as_str(), |(_, last)| last);
        let ordinal = self.ordinals.entry(base.to_owned()).or_insert(0);
        *ordinal = ordinal.saturating_add(1);
        let dir = join(base, &format!("{ordinal:02}-{last}"));
        self.dirs.push(dir.clone());
        dir
    }
}

fn join(above: &str, name: &str) -> String {
    if above.is_empty() { name.to_owned() } else { format!("{above}/{name}") }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::snapshot::PlanFile;

    #[test]
    fn new_directories_come_behind_the_others() {
        let file = |path: &str| PlanFile { path: path.to_owned(), bytes: b"title = \"t\"\n".to_vec() };
        let files = vec![file(".tasks/07-api/1.toml"), file(".tasks/archive/01-old/2.toml")];
        let mut folders = Folders::new(&Snapshot::read(files, Vec::new()));
        assert_eq!(folders.add("", "setup"), "08-setup");
        assert_eq!(folders.add("", "api"), "09-api-2");
        assert_eq!(folders.add("", "old"), "10-old-2");
        assert_eq!(folders.find_or_add("api"), "07-api");
        assert_eq!(folders.find_or_add("API/Data Model"), "07-api/01-data-model");
        assert_eq!(folders.add("07-api", "x"), "07-api/02-x");
    }
}
