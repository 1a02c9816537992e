//! Tasks by the objects that their files are: what is remembered of the plans of commits.
//!
//! What an object says never changes, so that a task that is remembered under the object's id cannot be out of date. The
//! cache is only ever a copy: what is missing, damaged or of another version is as good as none.

use super::memory::{Memory, checksum};
use super::record::{Bytes, put_brief, put_details, put_length, put_text};
use crate::model::{Details, LateDetails, Shelf, Task};
use std::borrow::Cow;
use std::collections::HashMap;
use std::fs;
use std::sync::Arc;

/// Raised whenever the file would be laid out, or a task be read, in another way.
const FORMAT: u32 = 1;

/// What the file begins with.
const MAGIC: &[u8; 8] = b"tasks\0b\n";

/// Tasks by the ids of objects. Each is taken apart once, however many plans have it.
pub struct Blobs {
    memory: Option<Memory>,
    known: Arc<Known>,
    /// Of those that are known the ones that were asked for.
    tasks: Vec<Option<Arc<Task>>>,
    /// How many those are.
    used: usize,
    fresh: HashMap<Box<[u8]>, Arc<Task>>,
}

/// What the file says: ids in their order, each with the end of its record. All of it has been found undamaged.
#[derive(Default)]
struct Known {
    bytes: Vec<u8>,
    /// How many bytes an id has.
    width: usize,
    /// Where the table begins.
    table: usize,
    /// Where the records begin.
    records: usize,
    len: usize,
    /// For each first byte of an id how many ids come before it.
    fan: Vec<usize>,
}

impl Blobs {
    /// What is remembered of objects whose ids have `width` bytes; nothing without a memory.
    pub fn open(memory: Option<Memory>, width: usize) -> Self {
        let bytes = memory.as_ref().and_then(|memory| fs::read(&memory.file).ok());
        let known = memory.as_ref().zip(bytes).and_then(|(memory, bytes)| Known::parse(memory, width, bytes));
        let known = known.unwrap_or_else(|| Known { width, ..Known::default() });
        let tasks = vec![None; known.len];
        Self { memory, known: Arc::new(known), tasks, used: 0, fresh: HashMap::new() }
    }

    /// The task that an object is known to be.
    pub fn find(&mut self, oid: &[u8]) -> Option<Arc<Task>> {
        let Some(at) = self.known.find(oid) else { return self.fresh.get(oid).map(Arc::clone) };
        if self.tasks[at].is_none() {
            // The cache is whole and yet may say what nobody would write there.
            let task = self.known.task(at);
            let Some(task) = task else { return self.fresh.get(oid).map(Arc::clone) };
            self.tasks[at] = Some(Arc::new(task));
            self.used += 1;
        }
        self.tasks[at].clone()
    }

    /// Notes the task that an object is, which was read without a finding.
    pub fn learn(&mut self, oid: &[u8], task: Task) -> Arc<Task> {
        let task = Arc::new(task);
        self.fresh.insert(oid.into(), Arc::clone(&task));
        task
    }

    /// Writes down what was learnt, if that is worth it. What goes wrong goes wrong in silence.
    pub fn keep(self) {
        let Some(memory) = &self.memory else { return };
        let needed = self.used + self.fresh.len();
        if memory.is_due(needed, self.fresh.len(), 0, self.known.len > 0)
            && let Some(bytes) = self.encode(memory, needed)
        {
            memory.write(&bytes);
        }
    }

    /// `None` if there is more than the layout has room for.
    fn encode(&self, memory: &Memory, needed: usize) -> Option<Vec<u8>> {
        let mut records: Vec<(&[u8], Vec<u8>)> = Vec::new();
        for (oid, task) in &self.fresh {
            records.push((oid, record_of(task)));
        }
        // Other branches may ask for the rest, but not everything that ever was has to be kept.
        let mut spare = needed / 2 + memory.least;
        for (at, task) in self.tasks.iter().enumerate() {
            if task.is_none() && spare == 0 {
                continue;
            }
            spare -= usize::from(task.is_none());
            let oid = self.known.oid(at);
            if let Some(record) = self.known.record(at).filter(|_| !self.fresh.contains_key(oid)) {
                records.push((oid, record.to_vec()));
            }
        }
        records.sort_unstable_by_key(|(oid, _)| *oid);
        let mut body = head(memory, self.known.width);
        body.extend_from_slice(&u32::try_from(records.len()).ok()?.to_le_bytes());
        let mut end = 0;
        for (oid, record) in &records {
            end += record.len();
            body.extend_from_slice(oid);
            body.extend_from_slice(&u32::try_from(end).ok()?.to_le_bytes());
        }
        for (_, record) in &records {
            body.extend_from_slice(record);
        }
        Some([MAGIC.as_slice(), &checksum(&[&body]).to_le_bytes(), &body].concat())
    }
}

/// What is kept of a task: what nearly every answer needs as one block, and the details behind it.
fn record_of(task: &Task) -> Vec<u8> {
    let (mut brief, mut record) = (Vec::new(), Vec::new());
    put_brief(&mut brief, task);
    put_length(&mut record, brief.len());
    record.extend_from_slice(&brief);
    put_details(&mut record, task);
    record
}

/// What has to be the same for anything in the file to hold: the layout, the program, and the kind of ids.
fn head(memory: &Memory, width: usize) -> Vec<u8> {
    let mut head = FORMAT.to_le_bytes().to_vec();
    put_text(&mut head, memory.program);
    put_length(&mut head, width);
    head
}

impl Known {
    fn parse(memory: &Memory, width: usize, bytes: Vec<u8>) -> Option<Self> {
        let mut rest = Bytes(bytes.strip_prefix(MAGIC)?);
        let sum = u32::from_le_bytes(rest.array()?);
        if checksum(&[rest.0]) != sum {
            return None;
        }
        let mut rest = Bytes(rest.0.strip_prefix(head(memory, width).as_slice())?);
        let len = u32::from_le_bytes(rest.array()?) as usize;
        let table = bytes.len() - rest.0.len();
        let records = table.checked_add(len.checked_mul(width + 4)?).filter(|&end| end <= bytes.len())?;
        let mut known = Self { bytes, width, table, records, len, fan: vec![0; 257] };
        for at in 0..len {
            let first = known.oid(at).first().copied()?;
            known.fan[usize::from(first) + 1] += 1;
        }
        for byte in 1..known.fan.len() {
            known.fan[byte] += known.fan[byte - 1];
        }
        Some(known)
    }

    fn oid(&self, at: usize) -> &[u8] {
        let start = self.table + at * (self.width + 4);
        &self.bytes[start..start + self.width]
    }

    /// Where the record at `at` ends, from where records begin.
    fn end(&self, at: usize) -> Option<usize> {
        let start = self.table + at * (self.width + 4) + self.width;
        Some(u32::from_le_bytes(Bytes(self.bytes.get(start..)?).array()?) as usize)
    }

    fn record(&self, at: usize) -> Option<&[u8]> {
        let start = if at == 0 { 0 } else { self.end(at - 1)? };
        self.bytes.get(self.records..)?.get(start..self.end(at)?)
    }

    /// The task of a record; its details stay where they are until they are asked for.
    fn task(self: &Arc<Self>, at: usize) -> Option<Task> {
        let place = u32::try_from(at).ok()?;
        let brief = Bytes(self.record(at)?).block()?;
        Bytes(brief).brief(|told| LateDetails::shelved(Arc::clone(self) as Arc<dyn Shelf>, place, told))
    }

    /// The bytes of the details of a record.
    fn details(&self, at: u32) -> Option<&[u8]> {
        let mut bytes = Bytes(self.record(at as usize)?);
        bytes.block()?;
        Some(bytes.0)
    }

    fn find(&self, oid: &[u8]) -> Option<usize> {
        let first = usize::from(*oid.first()?);
        let (mut low, mut high) = (*self.fan.get(first)?, *self.fan.get(first + 1)?);
        while low < high {
            let middle = low.midpoint(high);
            match self.oid(middle).cmp(oid) {
                std::cmp::Ordering::Less => low = middle + 1,
                std::cmp::Ordering::Equal => return Some(middle),
                std::cmp::Ordering::Greater => high = middle,
            }
        }
        None
    }
}

impl Shelf for Known {
    fn take(&self, place: u32) -> Details {
        self.details(place).and_then(|bytes| Bytes(bytes).details()).unwrap_or_default()
    }

    fn bytes(&self, place: u32) -> Option<Cow<'_, [u8]>> {
        self.details(place).map(Cow::Borrowed)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::fs;
    use std::time::SystemTime;
    use tempfile::TempDir;

    fn memory() -> (TempDir, Memory) {
        let dir = tempfile::tempdir().unwrap();
        let file = dir.path().join("cache/blobs");
        (dir, Memory { file, program: "1", now: SystemTime::UNIX_EPOCH, least: 1, is_forsaken: |_| false })
    }

    fn oid(number: u8) -> Vec<u8> {
        let mut oid = vec![number.wrapping_mul(37); 20];
        oid[19] = number;
        oid
    }

    fn task(title: &str) -> Task {
        let details = Details { description: Some(title.repeat(3)), ..Details::default() };
        Task { title: title.to_owned(), details: details.into(), ..Task::default() }
    }

    /// Learns what is not known yet, as whoever reads plans does, and gives the titles.
    fn ask(memory: Option<&Memory>, numbers: &[u8]) -> Vec<String> {
        let mut blobs = Blobs::open(memory.cloned(), 20);
        let title = |number: &u8| {
            let found = blobs.find(&oid(*number));
            found.unwrap_or_else(|| blobs.learn(&oid(*number), task(&number.to_string()))).title.clone()
        };
        let titles = numbers.iter().map(title).collect();
        blobs.keep();
        titles
    }

    #[test]
    fn what_was_learnt_is_known_the_next_time() {
        let (_dir, memory) = memory();
        ask(Some(&memory), &[1, 2, 3]);
        let mut blobs = Blobs::open(Some(memory.clone()), 20);
        assert_eq!(*blobs.find(&oid(2)).unwrap(), task("2"));
        assert!(Arc::ptr_eq(&blobs.find(&oid(2)).unwrap(), &blobs.find(&oid(2)).unwrap()));
        assert!(blobs.find(&oid(4)).is_none());
        assert!(Blobs::open(Some(Memory { program: "2", ..memory.clone() }), 20).find(&oid(2)).is_none());
        assert!(Blobs::open(Some(memory), 32).find(&oid(2)).is_none());
    }

    #[test]
    fn what_nobody_asks_for_is_dropped_in_the_end() {
        let (_dir, memory) = memory();
        let size = || fs::metadata(&memory.file).unwrap().len();
        ask(Some(&memory), &(0..40).collect::<Vec<u8>>());
        let first = size();
        for number in 100..200 {
            ask(Some(&memory), &[number]);
        }
        assert!(size() < first, "{} {first}", size());
    }

    #[test]
    fn damage_and_places_that_cannot_be_written_cost_nothing() {
        let (dir, memory) = memory();
        ask(Some(&memory), &[1, 2]);
        let bytes = fs::read(&memory.file).unwrap();
        let is_known = |bytes: Vec<u8>| Known::parse(&memory, 20, bytes).is_some();
        assert!(is_known(bytes.clone()));
        for bit in 0..bytes.len() * 8 {
            let mut damaged = bytes.clone();
            damaged[bit / 8] ^= 1 << (bit % 8);
            assert!(!is_known(damaged), "bit {bit}");
        }
        assert!((0..bytes.len()).all(|end| !is_known(bytes[..end].to_vec())));
        fs::write(dir.path().join("file"), "").unwrap();
        let nowhere = Memory { file: dir.path().join("file/blobs"), ..memory.clone() };
        assert_eq!(ask(Some(&nowhere), &[1]), ["1"]);
    }

    proptest! {
        #[test]
        fn a_whole_file_of_nonsense_is_no_panic(body in prop::collection::vec(any::<u8>(), 0..200), len in 0..6u32) {
            let (_dir, memory) = memory();
            let mut whole = head(&memory, 20);
            whole.extend_from_slice(&len.to_le_bytes());
            whole.extend_from_slice(&body);
            let mut bytes = MAGIC.to_vec();
            bytes.extend_from_slice(&checksum(&[&whole]).to_le_bytes());
            bytes.append(&mut whole);
            if let Some(known) = Known::parse(&memory, 20, bytes).map(Arc::new) {
                for at in 0..known.len {
                    let _ = (known.find(known.oid(at)), known.task(at).map(|task| task.steps.len()));
                }
            }
        }

        #[test]
        fn answers_are_those_without_a_cache(rounds in prop::collection::vec(prop::collection::vec(0..30u8, 0..20), 1..8)) {
            let (_dir, memory) = memory();
            for numbers in &rounds {
                prop_assert_eq!(ask(Some(&memory), numbers), ask(None, numbers));
            }
        }
    }
}
