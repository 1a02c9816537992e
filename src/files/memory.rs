//! Task files that were read before: the plan cache.
//!
//! One file for each worktree remembers what clean task files say, with the stamp by which each is told to be unchanged.
//! It is only ever a copy. What is missing, damaged, of another version or of another place is as good as none; a file
//! whose stamp differs is read again; and no file is remembered that could change without changing its stamp.

use super::apply::temporary_in;
use super::record::{Bytes, put_length, put_text};
use super::stamp::Stamp;
use crate::format::path_cmp;
use std::borrow::Cow;
use std::collections::{BTreeMap, HashMap};
use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::time::SystemTime;

/// Raised whenever a file would be laid out, or a task be read, in another way.
const FORMAT: u32 = 1;

/// What the file begins with.
const MAGIC: &[u8; 8] = b"tasks\0p\n";

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
}

impl Memory {
    /// With fewer task files it takes as long to look into the cache as into them.
    pub const LEAST: usize = 500;
}

/// What is remembered of the files below one root.
pub(super) struct Known<'a> {
    dirs: HashMap<&'a str, Vec<Slot<'a>>>,
    /// How many files there are.
    pub len: usize,
}

/// What is remembered of one file.
pub(super) struct Slot<'a> {
    name: &'a str,
    /// Where the file stands in the order of paths among those that are remembered.
    pub rank: usize,
    pub stamp: Stamp,
    /// The task.
    pub record: &'a [u8],
}

/// What is remembered of one directory, and a finger in it: a directory that did not change is listed in the order in which
/// it was the last time.
pub(super) struct Folder<'k> {
    slots: &'k [Slot<'k>],
    next: usize,
    /// Positions by name, once that is needed.
    names: Option<HashMap<&'k str, usize>>,
}

/// A file that is to be remembered.
pub(super) struct Entry<'e> {
    pub path: &'e str,
    pub stamp: Stamp,
    pub record: Cow<'e, [u8]>,
}

impl Memory {
    /// The content of the file; `None` if it cannot be read.
    pub(super) fn load(&self) -> Option<Vec<u8>> {
        fs::read(&self.file).ok()
    }

    /// Whether what is known should be written anew: `storable` files could be remembered, `fresh` of them are not, and
    /// `gone` of those that are remembered are there no more. Reading a few files again takes less time than writing.
    pub(super) fn is_due(&self, storable: usize, fresh: usize, gone: usize, is_known: bool) -> bool {
        storable >= self.least && (!is_known || fresh + gone > self.least / 8 + storable / 50)
    }

    /// Replaces the file; within each directory the entries come in the order in which it is listed.
    pub(super) fn store(&self, root: &Path, entries: &[Entry<'_>]) {
        self.write(&self.encode(root, entries));
    }

    /// Replaces the content of the file. What goes wrong goes wrong in silence: the next command reads what it is a copy of.
    pub(super) fn write(&self, bytes: &[u8]) {
        let Some(dir) = self.file.parent() else { return };
        let write = || -> std::io::Result<()> {
            fs::create_dir_all(dir)?;
            let mut temporary = temporary_in(dir)?;
            temporary.write_all(bytes)?;
            temporary.persist(&self.file)?;
            Ok(())
        };
        let _ = write();
    }

    fn encode(&self, root: &Path, entries: &[Entry<'_>]) -> Vec<u8> {
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
        let mut body = self.head(root);
        put_length(&mut body, entries.len());
        put_length(&mut body, dirs.len());
        for (dir, files) in dirs {
            put_text(&mut body, dir);
            put_length(&mut body, files.len());
            for (name, at) in files {
                put_text(&mut body, name);
                put_length(&mut body, ranks[at]);
                entries[at].stamp.put(&mut body);
                put_length(&mut body, entries[at].record.len());
                body.extend_from_slice(&entries[at].record);
            }
        }
        let mut bytes = MAGIC.to_vec();
        bytes.extend_from_slice(&crc32fast::hash(&body).to_le_bytes());
        bytes.append(&mut body);
        bytes
    }

    /// What has to be the same for anything in the file to hold: the layout, the program, and the place.
    fn head(&self, root: &Path) -> Vec<u8> {
        let mut head = FORMAT.to_le_bytes().to_vec();
        put_text(&mut head, self.program);
        put_text(&mut head, &root.to_string_lossy());
        head
    }

    /// What the bytes of the file say about `root`; `None` if they are damaged, or speak of something else.
    pub(super) fn parse<'a>(&self, root: &Path, bytes: &'a [u8]) -> Option<Known<'a>> {
        let mut rest = Bytes(bytes.strip_prefix(MAGIC)?);
        let sum = u32::from_le_bytes(rest.array()?);
        if crc32fast::hash(rest.0) != sum {
            return None;
        }
        let mut rest = Bytes(rest.0.strip_prefix(self.head(root).as_slice())?);
        let len = rest.length()?;
        let mut known = Known { dirs: HashMap::new(), len };
        for _ in 0..rest.length()? {
            let dir = rest.text()?;
            let slots = rest.list(Slot::read)?;
            known.dirs.insert(dir, slots);
        }
        Some(known).filter(|known| known.dirs.values().flatten().all(|slot| slot.rank < len))
    }
}

impl Known<'_> {
    /// What is remembered of a directory.
    pub fn folder(&self, dir: &str) -> Folder<'_> {
        Folder { slots: self.dirs.get(dir).map_or(&[], Vec::as_slice), next: 0, names: None }
    }
}

impl<'k> Folder<'k> {
    /// What is remembered of the file of that name, if it still has that stamp.
    pub fn find(&mut self, name: &str, stamp: &Stamp) -> Option<&'k Slot<'k>> {
        // A file or two may be gone.
        let near = self.slots.iter().enumerate().skip(self.next).take(4).find(|(_, slot)| slot.name == name);
        let at = match near {
            Some((at, _)) => at,
            None => *self.names().get(name)?,
        };
        self.next = at + 1;
        Some(&self.slots[at]).filter(|slot| slot.stamp == *stamp)
    }

    fn names(&mut self) -> &HashMap<&'k str, usize> {
        let slots = self.slots;
        self.names.get_or_insert_with(|| slots.iter().enumerate().map(|(at, slot)| (slot.name, at)).collect())
    }
}

impl<'a> Slot<'a> {
    fn read(bytes: &mut Bytes<'a>) -> Option<Self> {
        let (name, rank, stamp) = (bytes.text()?, bytes.length()?, Stamp::read(bytes)?);
        let length = bytes.length()?;
        Some(Self { name, rank, stamp, record: bytes.take(length)? })
    }
}
