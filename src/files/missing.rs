//! Which files of the work tree do not exist.

use std::collections::HashSet;
use std::path::{Component, Path};

/// Of `paths`, relative to `root`, those that do not exist. Paths that lead out of it do not exist.
pub fn missing<'p>(root: &Path, paths: impl IntoIterator<Item = &'p str>) -> HashSet<String> {
    let mut known: HashSet<&str> = HashSet::new();
    let mut missing = HashSet::new();
    for path in paths {
        if known.insert(path) && !exists(root, Path::new(path)) {
            missing.insert(path.to_owned());
        }
    }
    missing
}

fn exists(root: &Path, path: &Path) -> bool {
    path.components().all(|part| matches!(part, Component::Normal(_)))
        && root.join(path).symlink_metadata().is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_lies_outside_does_not_exist() {
        let dir = tempfile::tempdir().unwrap();
        std::fs::write(dir.path().join("a"), "").unwrap();
        let found = missing(dir.path(), ["a", "b", "../a", "/etc/passwd", "b"]);
        assert_eq!(found, ["b", "../a", "/etc/passwd"].map(str::to_owned).into());
    }
}
