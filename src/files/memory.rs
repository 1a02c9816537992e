//! Task files that were read before: the plan cache.
//!
//! One file for each worktree remembers what clean task files say, with the stamp by which each is told to be unchanged.
//! It is only ever a copy. What is missing, damaged, of another version or of another place is as good as none; a file
//! whose stamp differs is read again; and no file is remembered that could change without changing its stamp.
//!
//! The file has two halves. The first says of each task what nearly every answer needs, and is read whole. The second holds
//! the details, and of it only what somebody asks for is read: see [`Remembered`].

use super::record::{put_length, put_text};
use super::remembered::Remembered;
use super::stamp::Stamp;
use super::temporary::temporary_in;
use crate::format::path_cmp;
use std::borrow::Cow;
use std::collections::BTreeMap;
use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::time::SystemTime;

/// Raised whenever a file would be laid out, or a task be read, in another way.
const FORMAT: u32 = 3;

/// What the file begins with.
pub(super) const MAGIC: &[u8; 8] = b"tasks\0p\n";

/// Before the first half: the magic, its checksum, its length, and the length of the second half.
pub(super) const HEAD: usize = 8 + 4 + 4 + 8;

/// Where parsed tasks are remembered.
#[derive(Debug, Clone)]
pub struct Memory {
    /// The file. Nothing else is written, and a directory that is missing is made.
    pub file: PathBuf,
    /// The version of this program: another may read task files in another way.
    pub program: &'static str,
    /// Now, or earlier: what was modified shortly before is not remembered.
    pub now: SystemTime,
    /// Fewer task files than these are not remembered.
    pub least: usize,
    /// Files beside it of which this says that nobody will read them any more; they are removed when the file is written.
    pub is_forsaken: fn(&Path) -> bool,
}

/// A file that is to be remembered.
pub(super) struct Entry<'e> {
    pub path: &'e str,
    pub stamp: Stamp,
    /// What nearly every answer needs.
    pub brief: Cow<'e, [u8]>,
    pub details: Cow<'e, [u8]>,
}

impl Memory {
    /// With fewer task files it takes as long to look into the cache as into them.
    pub const LEAST: usize = 500;

    /// What is remembered of the files below `root`; `None` if the file is damaged, or speaks of something else.
    pub(super) fn load(&self, root: &Path) -> Option<Remembered> {
        Remembered::load(&self.file, root, &self.key(root))
    }

    /// Whether what is known should be written anew: `storable` files could be remembered, `fresh` of them are not, and
    /// `gone` of those that are remembered are there no more. Reading a few files again takes less time than writing.
    pub(super) fn is_due(&self, storable: usize, fresh: usize, gone: usize, is_known: bool) -> bool {
        storable >= self.least && (!is_known || fresh + gone > self.least / 8 + storable / 50)
    }

    /// Replaces the file; within each directory the entries come in the order in which it is listed. What goes wrong goes
    /// wrong in silence: the next command reads the files themselves.
    pub(super) fn store(&self, root: &Path, entries: &[Entry<'_>]) {
        if let Some(bytes) = self.encode(root, entries) {
            self.write(&bytes);
        }
    }

    /// Replaces the file, or leaves it as it is; files of worktrees that are gone are removed.
    pub(super) fn write(&self, bytes: &[u8]) {
        let Some(dir) = self.file.parent() else { return };
        let write = || -> std::io::Result<()> {
            fs::create_dir_all(dir)?;
            let mut temporary = temporary_in(dir)?;
            temporary.write_all(bytes)?;
            temporary.persist(&self.file)?;
            for entry in fs::read_dir(dir)? {
                let path = entry?.path();
                if path != self.file && (self.is_forsaken)(&path) {
                    fs::remove_file(path)?;
                }
            }
            Ok(())
        };
        let _ = write();
    }

    /// `None` if there is more than the layout has room for.
    fn encode(&self, root: &Path, entries: &[Entry<'_>]) -> Option<Vec<u8>> {
        let mut order: Vec<usize> = (0..entries.len()).collect();
        order.sort_by(|&a, &b| path_cmp(entries[a].path, entries[b].path));
        let mut ranks = vec![0; entries.len()];
        for (rank, at) in order.into_iter().enumerate() {
            ranks[at] = rank;
        }
        let mut dirs: BTreeMap<&str, Vec<(&str, usize)>> = BTreeMap::new();
        for (at, entry) in entries.iter().enumerate() {
            let (dir, name) = entry.path.rsplit_once('/').unwrap_or(("", entry.path));
            dirs.entry(dir).or_default().push((name, at));
        }
        let (mut briefs, mut details) = (self.key(root), Vec::new());
        put_length(&mut briefs, entries.len());
        put_length(&mut briefs, dirs.len());
        for (dir, files) in dirs {
            put_text(&mut briefs, dir);
            let mut slots = Vec::new();
            for (name, at) in files {
                put_text(&mut slots, name);
                put_length(&mut slots, ranks[at]);
                entries[at].put(&mut slots, &mut details)?;
            }
            put_length(&mut briefs, slots.len());
            briefs.extend_from_slice(&slots);
        }
        let lengths =
            [&u32::try_from(briefs.len()).ok()?.to_le_bytes()[..], &details.len().to_le_bytes()].concat();
        let sum = checksum(&[&lengths, &briefs]);
        Some([MAGIC.as_slice(), &sum.to_le_bytes(), &lengths, &briefs, &details].concat())
    }

    /// What has to be the same for anything in the file to hold: the layout, the program, and the place.
    pub(super) fn key(&self, root: &Path) -> Vec<u8> {
        let mut key = FORMAT.to_le_bytes().to_vec();
        put_text(&mut key, self.program);
        put_text(&mut key, &root.to_string_lossy());
        key
    }
}

impl Entry<'_> {
    fn put(&self, slots: &mut Vec<u8>, details: &mut Vec<u8>) -> Option<()> {
        self.stamp.put(slots);
        slots.extend_from_slice(&u32::try_from(details.len()).ok()?.to_le_bytes());
        slots.extend_from_slice(&u32::try_from(self.details.len()).ok()?.to_le_bytes());
        slots.extend_from_slice(&checksum(&[&self.details]).to_le_bytes());
        details.extend_from_slice(&self.details);
        put_length(slots, self.brief.len());
        slots.extend_from_slice(&self.brief);
        Some(())
    }
}

/// The checksum of several pieces in a row.
pub(super) fn checksum(pieces: &[&[u8]]) -> u32 {
    let mut hasher = crc32fast::Hasher::new();
    for piece in pieces {
        hasher.update(piece);
    }
    hasher.finalize()
}
