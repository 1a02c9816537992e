//! What the plan cache holds, and the shelf from which details of tasks are taken.

use super::memory::{HEAD, MAGIC, checksum};
use super::read::read_file;
use super::record::Bytes;
use super::stamp::Stamp;
use crate::format::parse_task;
use crate::model::{Details, LateDetails, Shelf, Step, Task};
use std::borrow::Cow;
use std::collections::HashMap;
use std::fs::File;
use std::io::{Read, Seek, SeekFrom};
use std::ops::Range;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, OnceLock};

/// So many details are read one by one; who asks for more will ask for most.
const FEW: usize = 16;

/// What is remembered of the files below one root.
pub(super) struct Remembered {
    root: PathBuf,
    /// The first half of the file, which has been found undamaged.
    briefs: Vec<u8>,
    /// How many files there are.
    pub len: usize,
    /// Where in the first half the name of each directory is, and the files in it; in the order of the names.
    dirs: Vec<(Range<usize>, Range<usize>)>,
    /// The file itself: one that has been replaced meanwhile can still be read.
    file: Mutex<File>,
    asked: AtomicUsize,
    /// The second half, once most of it is asked for; `None` if it cannot be read.
    details: OnceLock<Option<Vec<u8>>>,
    details_len: usize,
}

/// What is remembered of one file.
pub(super) struct Slot<'a> {
    name: &'a [u8],
    /// Where the file stands in the order of paths among those that are remembered.
    pub rank: usize,
    pub stamp: Stamp,
    /// What says where the details are.
    place: usize,
    /// What nearly every answer needs.
    pub brief: &'a [u8],
    /// Where the next one begins.
    end: usize,
}

/// What is remembered of one directory, and a finger in it: a directory that did not change is listed in the order in which
/// it was the last time.
pub(super) struct Folder<'k> {
    known: &'k Remembered,
    /// Where the slots that are yet to be met are.
    rest: Range<usize>,
    all: Range<usize>,
    /// Places of slots by name, once that is needed.
    names: Option<HashMap<&'k [u8], usize>>,
}

impl Remembered {
    /// What a file says, if it begins with that key.
    pub fn load(path: &Path, root: &Path, key: &[u8]) -> Option<Self> {
        let mut file = File::open(path).ok()?;
        let mut head = [0; HEAD];
        file.read_exact(&mut head).ok()?;
        let mut rest = Bytes(head.strip_prefix(MAGIC)?);
        let sum = u32::from_le_bytes(rest.array()?);
        let lengths = rest.0;
        let briefs_len = u32::from_le_bytes(rest.array()?);
        let details_len = u64::from_le_bytes(rest.array()?);
        let size = file.metadata().ok()?.len();
        if (HEAD as u64 + u64::from(briefs_len)).checked_add(details_len) != Some(size) {
            return None;
        }
        let mut briefs = Vec::with_capacity(usize::try_from(briefs_len).ok()?);
        file.by_ref().take(u64::from(briefs_len)).read_to_end(&mut briefs).ok()?;
        if checksum(&[lengths, &briefs]) != sum {
            return None;
        }
        let (len, dirs) = parse(&briefs, key)?;
        Some(Self {
            root: root.to_owned(),
            briefs,
            len,
            dirs,
            file: Mutex::new(file),
            asked: AtomicUsize::new(0),
            details: OnceLock::new(),
            details_len: usize::try_from(details_len).ok()?,
        })
    }

    /// What is remembered of a directory.
    pub fn folder(&self, dir: &str) -> Folder<'_> {
        let found = self.dirs.binary_search_by(|(name, _)| self.briefs[name.clone()].cmp(dir.as_bytes()));
        let all = found.map_or(0..0, |at| self.dirs[at].1.clone());
        Folder { known: self, rest: all.clone(), all, names: None }
    }

    /// The slot at a place that a folder has given.
    pub fn slot(&self, at: usize) -> Option<Slot<'_>> {
        let mut bytes = Bytes(self.briefs.get(at..)?);
        let name = bytes.block()?;
        let rank = bytes.length().filter(|&rank| rank < self.len)?;
        let stamp = Stamp::read(&mut bytes)?;
        let place = self.briefs.len() - bytes.0.len();
        bytes.array::<12>()?;
        let brief = bytes.block()?;
        Some(Slot { name, rank, stamp, place, brief, end: self.briefs.len() - bytes.0.len() })
    }

    /// The task that a slot remembers; its details stay where they are until they are asked for.
    pub fn task(self: &Arc<Self>, slot: &Slot<'_>) -> Option<Task> {
        let place = u32::try_from(slot.place).ok()?;
        Bytes(slot.brief).brief(|told| LateDetails::shelved(Arc::clone(self) as Arc<dyn Shelf>, place, told))
    }

    /// The bytes of the details; `None` if they are damaged.
    pub fn details_of(&self, slot: &Slot<'_>) -> Option<Cow<'_, [u8]>> {
        self.details_at(slot.place)
    }

    fn details_at(&self, place: usize) -> Option<Cow<'_, [u8]>> {
        let mut bytes = Bytes(self.briefs.get(place..)?);
        let mut number = || bytes.array().map(u32::from_le_bytes);
        let (start, len, sum) = (number()? as usize, number()? as usize, number()?);
        let details = self.read(start..start.checked_add(len)?)?;
        (checksum(&[&details]) == sum).then_some(details)
    }

    fn read(&self, range: Range<usize>) -> Option<Cow<'_, [u8]>> {
        if range.end > self.details_len {
            return None;
        }
        if self.asked.fetch_add(1, Ordering::Relaxed) < FEW {
            return self.read_at(range).map(Cow::Owned);
        }
        let all = self.details.get_or_init(|| self.read_at(0..self.details_len));
        Some(all.as_ref()?.get(range)?.into())
    }

    fn read_at(&self, range: Range<usize>) -> Option<Vec<u8>> {
        let mut file = self.file.lock().ok()?;
        file.seek(SeekFrom::Start((HEAD + self.briefs.len() + range.start) as u64)).ok()?;
        let mut bytes = Vec::with_capacity(range.len());
        file.by_ref().take(range.len() as u64).read_to_end(&mut bytes).ok()?;
        (bytes.len() == range.len()).then_some(bytes)
    }

    /// The details from the task file itself, for a shelf on which they are damaged. The task has the steps that it was said
    /// to have, also where the file has changed meanwhile.
    fn read_again(&self, place: usize) -> Option<Details> {
        let (dir, at) = self.dirs.iter().find_map(|(dir, slots)| {
            let mut at = slots.start;
            while let Some(slot) = self.slot(at).filter(|slot| slots.contains(&at) && slot.place != place) {
                at = slot.end;
            }
            slots.contains(&at).then_some((dir, at))
        })?;
        let slot = self.slot(at)?;
        let path = [&self.briefs[dir.clone()], b"/", slot.name].concat();
        let file = read_file(&self.root, String::from_utf8(path).ok()?).ok();
        let task = file.and_then(|file| parse_task(&file.path, &file.bytes).value);
        let mut details = task.unwrap_or_default().details.into_inner();
        Bytes(slot.brief).brief(|told| {
            details.steps.resize(told.steps.len(), Step::default());
            for (step, stated) in details.steps.iter_mut().zip(told.steps) {
                step.status = stated;
            }
            LateDetails::default()
        })?;
        Some(details)
    }
}

impl Shelf for Remembered {
    fn take(&self, place: u32) -> Details {
        let place = place as usize;
        let whole = |bytes: &Cow<'_, [u8]>| {
            let mut bytes = Bytes(bytes);
            bytes.details().filter(|_| bytes.0.is_empty())
        };
        let kept = self.details_at(place).as_ref().and_then(whole);
        kept.or_else(|| self.read_again(place)).unwrap_or_default()
    }

    fn bytes(&self, place: u32) -> Option<Cow<'_, [u8]>> {
        self.details_at(place as usize)
    }
}

impl<'k> Folder<'k> {
    /// The place of what is remembered of the file of that name, and what that is.
    pub fn find(&mut self, name: &str) -> Option<(usize, Slot<'k>)> {
        let name = name.as_bytes();
        let mut at = self.rest.start;
        // A file or two may be gone.
        for _ in 0..4 {
            let Some(slot) = self.slot(at) else { break };
            if slot.name == name {
                self.rest.start = slot.end;
                return Some((at, slot));
            }
            at = slot.end;
        }
        let at = *self.names().get(name)?;
        let slot = self.slot(at)?;
        self.rest.start = slot.end;
        Some((at, slot))
    }

    fn slot(&self, at: usize) -> Option<Slot<'k>> {
        if self.all.contains(&at) { self.known.slot(at) } else { None }
    }

    fn names(&mut self) -> &HashMap<&'k [u8], usize> {
        if self.names.is_none() {
            let mut names = HashMap::new();
            let mut at = self.all.start;
            while let Some(slot) = self.slot(at) {
                names.insert(slot.name, at);
                at = slot.end;
            }
            self.names = Some(names);
        }
        self.names.get_or_insert_default()
    }
}

/// How many files there are, and where the directories are.
#[expect(clippy::type_complexity, reason = "as the field has it")]
fn parse(briefs: &[u8], key: &[u8]) -> Option<(usize, Vec<(Range<usize>, Range<usize>)>)> {
    let mut rest = Bytes(briefs.strip_prefix(key)?);
    let len = rest.length()?;
    let dirs = rest.list(|rest| {
        let mut block = || {
            let len = rest.block()?.len();
            let end = briefs.len() - rest.0.len();
            Some(end - len..end)
        };
        Some((block()?, block()?))
    })?;
    Some((len, dirs)).filter(|_| rest.0.is_empty())
}
