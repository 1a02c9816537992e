//! The largest number that history has in an id, which new ids come after.
//!
//! It follows from the commits alone, so it is kept with all that decides which they are and how they are read. Whoever adds
//! tasks one after the other need not look through every id for each.

use super::cache::{self, Key, checksum};
use super::{GitError, HistoryOptions, Oid, Repo};
use crate::model::largest_number;
use std::fs;
use std::path::{Path, PathBuf};

const MAGIC: &[u8; 8] = b"tsksnumb";

impl Repo {
    /// The largest integer behind `prefix` in any id that a commit reachable from `tips` has as a task's file, or names; 0 if
    /// there is none.
    pub fn largest_number(
        &self,
        tips: &[Oid],
        options: &HistoryOptions<'_>,
        prefix: &str,
    ) -> Result<u64, GitError> {
        let place = self.number_place(tips, options, prefix)?;
        if let Some(known) = place.as_ref().and_then(|(path, key)| load(path, *key)) {
            return Ok(known);
        }
        let (ever, named) = (self.ids_ever(tips)?, self.words_named(tips, options)?);
        let largest = largest_number(prefix, ever.iter().chain(named.iter()));
        if let Some((path, key)) = place.filter(|_| !self.is_imagined()) {
            store(&path, key, largest);
        }
        Ok(largest)
    }

    /// Where the number lies, and under which key; `None` without a cache.
    fn number_place(
        &self,
        tips: &[Oid],
        options: &HistoryOptions<'_>,
        prefix: &str,
    ) -> Result<Option<(PathBuf, u64)>, GitError> {
        let Some(dir) = self.cache_dir() else { return Ok(None) };
        let mut key = Key::default();
        for text in [cache::VERSION.to_string(), self.object_format(), options.rules.fingerprint()] {
            key.add(&text);
        }
        key.add(&format!("{:?} {}", options.since, options.beyond_boundary));
        key.add(prefix);
        key.add_oids(self.shallow_commits()?.iter().copied());
        key.add_oids(tips.iter().copied());
        Ok(Some((dir.join("number"), key.finish())))
    }
}

/// The number that was stored under `key`.
fn load(path: &Path, key: u64) -> Option<u64> {
    let bytes: [u8; 32] = fs::read(path).ok()?.try_into().ok()?;
    let word = |at: usize| bytes[at..at + 8].try_into().map(u64::from_le_bytes).ok();
    let is_ours = bytes.starts_with(MAGIC) && word(8)? == key && word(24)? == checksum(&bytes[..24]);
    if is_ours { word(16) } else { None }
}

/// Stores it, in one step; what cannot be written is found out again.
fn store(path: &Path, key: u64, number: u64) {
    let mut bytes = MAGIC.to_vec();
    bytes.extend_from_slice(&key.to_le_bytes());
    bytes.extend_from_slice(&number.to_le_bytes());
    bytes.extend_from_slice(&checksum(&bytes).to_le_bytes());
    cache::replace(path, &bytes);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_comes_back_by_its_key_alone_and_never_from_damage() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("tasks/number");
        assert_eq!(load(&path, 7), None);
        store(&path, 7, 412);
        assert_eq!((load(&path, 7), load(&path, 8)), (Some(412), None));
        let bytes = fs::read(&path).unwrap();
        for bit in 0..bytes.len() * 8 {
            let mut damaged = bytes.clone();
            damaged[bit / 8] ^= 1 << (bit % 8);
            fs::write(&path, &damaged).unwrap();
            assert_eq!(load(&path, 7), None, "bit {bit}");
        }
        fs::write(&path, &bytes[..31]).unwrap();
        assert_eq!(load(&path, 7), None);
    }
}
