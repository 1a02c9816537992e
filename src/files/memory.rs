//! Task files that were read before: the plan cache.
//!
//! One file for each worktree remembers what clean task files say, with the stamp by which each is told to be unchanged.
//! It is only ever a copy. What is missing, damaged, of another version or of another place is as good as none; a file
//! whose stamp differs is read again; and no file is remembered that could change without changing its stamp.

use super::apply::temporary_in;
use super::record::{Bytes, put_length, put_task, put_text};
use super::stamp::Stamp;
use crate::format::path_cmp;
use crate::model::Task;
use crate::snapshot::ReadTask;
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
    /// By directory; in each by the bytes of the name.
    dirs: HashMap<&'a str, Vec<Slot<'a>>>,
    /// How many files there are.
    pub len: usize,
}

struct Slot<'a> {
    name: &'a str,
    /// Where the file stands in the order of paths among those that are remembered.
    rank: usize,
    stamp: Stamp,
    record: &'a [u8],
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

    /// Replaces the file. What goes wrong goes wrong in silence: the next command reads the files themselves.
    pub(super) fn store(&self, root: &Path, tasks: Vec<(&ReadTask, Stamp)>) {
        let Some(dir) = self.file.parent() else { return };
        let bytes = self.encode(root, tasks);
        let write = || -> std::io::Result<()> {
            fs::create_dir_all(dir)?;
            let mut temporary = temporary_in(dir)?;
            temporary.write_all(&bytes)?;
            temporary.persist(&self.file)?;
            Ok(())
        };
        let _ = write();
    }

    fn encode(&self, root: &Path, mut tasks: Vec<(&ReadTask, Stamp)>) -> Vec<u8> {
        tasks.sort_by(|a, b| path_cmp(&a.0.path, &b.0.path));
        let mut dirs: BTreeMap<&str, Vec<(&str, usize)>> = BTreeMap::new();
        for (rank, (read, _)) in tasks.iter().enumerate() {
            let (dir, name) = read.path.rsplit_once('/').unwrap_or(("", &read.path));
            dirs.entry(dir).or_default().push((name, rank));
        }
        let mut body = self.head(root);
        put_length(&mut body, tasks.len());
        put_length(&mut body, dirs.len());
        let mut record = Vec::new();
        for (dir, mut files) in dirs {
            files.sort_unstable();
            put_text(&mut body, dir);
            put_length(&mut body, files.len());
            for (name, rank) in files {
                let (read, stamp) = &tasks[rank];
                put_text(&mut body, name);
                put_length(&mut body, rank);
                stamp.put(&mut body);
                record.clear();
                put_task(&mut record, &read.task);
                put_length(&mut body, record.len());
                body.extend_from_slice(&record);
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
    /// The task that a file says, if it still has the stamp, and its rank.
    pub fn task(&self, dir: &str, name: &str, stamp: &Stamp) -> Option<(usize, Task)> {
        let slot = self.slot(dir, name).filter(|slot| slot.stamp == *stamp)?;
        Some((slot.rank, Bytes(slot.record).task()?))
    }

    /// The stamp that a file had.
    pub fn stamp(&self, path: &str) -> Option<Stamp> {
        let (dir, name) = path.rsplit_once('/')?;
        self.slot(dir, name).map(|slot| slot.stamp)
    }

    fn slot(&self, dir: &str, name: &str) -> Option<&Slot<'_>> {
        let slots = self.dirs.get(dir)?;
        slots.binary_search_by(|slot| slot.name.cmp(name)).ok().map(|at| &slots[at])
    }
}

impl<'a> Slot<'a> {
    fn read(bytes: &mut Bytes<'a>) -> Option<Self> {
        let (name, rank, stamp) = (bytes.text()?, bytes.length()?, Stamp::read(bytes)?);
        let length = bytes.length()?;
        Some(Self { name, rank, stamp, record: bytes.take(length)? })
    }
}
