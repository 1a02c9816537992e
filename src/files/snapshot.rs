//! The plan of a work tree, read with the help of what is remembered of it.

use super::FilesError;
use super::memory::{Entry, Folder, Known, Memory, Slot};
use super::read::{is_plan, plan_file, read_file, read_plan, refuse_too_many};
use super::record::{Bytes, put_task};
use super::scan::{Met, Place, walk};
use super::stamp::Stamp;
use crate::finding::Finding;
use crate::format::{is_task_path, parse_task};
use crate::model::Task;
use crate::snapshot::{PLAN_DIR, PlanFile, Snapshot};
use std::path::Path;

/// The plan below `root`, as [`read_plan`] and [`Snapshot::read`] have it; `None` if there is no `.tasks`. Task files that
/// are remembered are not read again.
pub fn read_snapshot(root: &Path, memory: Option<&Memory>) -> Result<Option<Snapshot>, FilesError> {
    let Some(memory) = memory else {
        return Ok(read_plan(root)?.map(|plan| Snapshot::read(plan.files, plan.problems)));
    };
    let plan = root.join(PLAN_DIR);
    if !is_plan(&plan)? {
        return Ok(None);
    }
    let bytes = memory.load();
    let known = bytes.as_deref().and_then(|bytes| memory.parse(root, bytes));
    let mut reading = Reading::new(root, known.as_ref());
    walk(root, |met| {
        reading.take(met);
        refuse_too_many(reading.count, &plan)
    })?;
    reading.remember(memory);
    match reading.finish() {
        Some(snapshot) => Ok(Some(snapshot)),
        // The cache is whole and yet says what nobody would write there.
        None => read_snapshot(root, None),
    }
}

struct Reading<'k> {
    root: &'k Path,
    known: Option<&'k Known<'k>>,
    /// The directory that is being listed.
    folder: Option<(String, Folder<'k>)>,
    /// How many plan files were met.
    count: usize,
    /// Task files that are remembered, each at its rank.
    hits: Vec<Option<Hit<'k>>>,
    /// Other task files without findings.
    fresh: Vec<Fresh>,
    /// All others.
    files: Vec<PlanFile>,
    problems: Vec<Finding>,
}

struct Hit<'k> {
    /// How many plan files were met before it.
    met: usize,
    path: String,
    slot: &'k Slot<'k>,
}

struct Fresh {
    met: usize,
    path: String,
    task: Task,
    stamp: Option<Stamp>,
}

impl<'k> Reading<'k> {
    fn new(root: &'k Path, known: Option<&'k Known<'k>>) -> Self {
        let mut hits = Vec::new();
        hits.resize_with(known.map_or(0, |known| known.len), || None);
        let (fresh, files, problems) = (Vec::new(), Vec::new(), Vec::new());
        Self { root, known, folder: None, count: 0, hits, fresh, files, problems }
    }

    fn take(&mut self, met: Met<'_>) {
        match plan_file(met) {
            Some(Ok(place)) => {
                if let Err(finding) = self.file(&place) {
                    self.problems.push(*finding);
                }
            }
            Some(Err(finding)) => self.problems.push(*finding),
            None => {}
        }
    }

    fn file(&mut self, place: &Place<'_>) -> Result<(), Box<Finding>> {
        self.count += 1;
        let (met, path) = (self.count, place.path());
        // Taken before the file is read: if it changes meanwhile, its stamp is another the next time.
        let stamp = place.metadata().ok().and_then(|meta| Stamp::of(&meta));
        if let Some(slot) = stamp.and_then(|stamp| self.recall(place, &stamp)) {
            self.hits[slot.rank] = Some(Hit { met, path, slot });
            return Ok(());
        }
        let file = read_file(self.root, path)?;
        if !is_task_path(&file.path) {
            self.files.push(file);
            return Ok(());
        }
        let parsed = parse_task(&file.path, &file.bytes);
        match parsed.value {
            // What findings say is for those to tell who read the file again.
            Some(task) if parsed.problems.is_empty() => {
                self.fresh.push(Fresh { met, path: file.path, task, stamp });
            }
            _ => self.files.push(file),
        }
        Ok(())
    }

    fn recall(&mut self, place: &Place<'_>, stamp: &Stamp) -> Option<&'k Slot<'k>> {
        let known = self.known?;
        if self.folder.as_ref().is_none_or(|(dir, _)| dir != place.dir) {
            self.folder = Some((place.dir.to_owned(), known.folder(place.dir)));
        }
        self.folder.as_mut()?.1.find(place.name, stamp)
    }

    /// Writes down what was read, if that is worth it.
    fn remember(&self, memory: &Memory) {
        let fresh = self.fresh.iter().filter_map(|read| {
            let stamp = read.stamp.filter(|stamp| !stamp.is_racy(memory.now))?;
            Some((read, stamp))
        });
        let (hits, new) = (self.hits.iter().flatten().count(), fresh.clone().count());
        if !memory.is_due(hits + new, new, self.hits.len() - hits, self.known.is_some()) {
            return;
        }
        let old = self.hits.iter().flatten().map(|hit| {
            let (stamp, record) = (hit.slot.stamp, hit.slot.record.into());
            (hit.met, Entry { path: &hit.path, stamp, record })
        });
        let new = fresh.map(|(read, stamp)| {
            let mut record = Vec::new();
            put_task(&mut record, &read.task);
            (read.met, Entry { path: &read.path, stamp, record: record.into() })
        });
        let mut entries: Vec<(usize, Entry<'_>)> = old.chain(new).collect();
        entries.sort_by_key(|(met, _)| *met);
        let entries: Vec<Entry<'_>> = entries.into_iter().map(|(_, entry)| entry).collect();
        memory.store(self.root, &entries);
    }

    /// The snapshot; `None` if what is remembered makes no sense.
    fn finish(self) -> Option<Snapshot> {
        let (mut paths, mut records) = (Vec::with_capacity(self.count), Vec::with_capacity(self.hits.len()));
        for hit in self.hits.into_iter().flatten() {
            paths.push(hit.path);
            records.push(hit.slot.record);
        }
        let mut fresh = Vec::with_capacity(self.fresh.len());
        for read in self.fresh {
            paths.push(read.path);
            fresh.push(read.task);
        }
        let mut is_sound = true;
        let task = |at: usize| {
            let task = match at.checked_sub(records.len()) {
                None => Bytes(records[at]).task(),
                Some(at) => Some(std::mem::take(&mut fresh[at])),
            };
            is_sound &= task.is_some();
            task
        };
        let snapshot = Snapshot::read_on(paths, records.len(), task, self.files, self.problems);
        is_sound.then_some(snapshot)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fs;
    use std::time::{Duration, SystemTime};
    use tempfile::TempDir;

    /// A plan of two tasks, and a memory for which all that is there was written long ago.
    fn plan() -> (TempDir, Memory) {
        let dir = tempfile::tempdir().unwrap();
        fs::create_dir_all(dir.path().join(".tasks/a")).unwrap();
        fs::write(dir.path().join(".tasks/1.toml"), "title = \"one\"\n").unwrap();
        fs::write(dir.path().join(".tasks/a/2.toml"), "title = \"two\"\n").unwrap();
        let now = SystemTime::now() + Duration::from_secs(60);
        let memory = Memory { file: dir.path().join("cache/plan"), program: "1", now, least: 1 };
        (dir, memory)
    }

    fn titles(dir: &TempDir, memory: &Memory) -> Vec<String> {
        let snapshot = read_snapshot(dir.path(), Some(memory)).unwrap().unwrap();
        snapshot.tasks.into_iter().map(|entry| entry.task.title.clone()).collect()
    }

    /// Makes the memory say something else of the first task than its file.
    fn deceive(dir: &TempDir, memory: &Memory) {
        let entry = |path: &'static str, title: &str| {
            let text = format!("title = \"{title}\"\n");
            let mut record = Vec::new();
            put_task(&mut record, &parse_task("x", text.as_bytes()).value.unwrap());
            let stamp = Stamp::of(&fs::metadata(dir.path().join(path)).unwrap()).unwrap();
            Entry { path, stamp, record: record.into() }
        };
        memory.store(dir.path(), &[entry(".tasks/1.toml", "remembered"), entry(".tasks/a/2.toml", "two")]);
    }

    #[test]
    fn a_record_that_makes_no_sense_costs_nothing() {
        let (dir, memory) = plan();
        let path = ".tasks/1.toml";
        let stamp = Stamp::of(&fs::metadata(dir.path().join(path)).unwrap()).unwrap();
        memory.store(dir.path(), &[Entry { path, stamp, record: b"junk".as_slice().into() }]);
        assert_eq!(titles(&dir, &memory), ["one", "two"]);
    }

    #[test]
    fn an_unchanged_file_is_not_read_again() {
        let (dir, memory) = plan();
        assert_eq!(titles(&dir, &memory), ["one", "two"]);
        assert!(memory.file.exists());
        deceive(&dir, &memory);
        assert_eq!(titles(&dir, &memory), ["remembered", "two"]);
    }

    #[test]
    fn what_the_memory_says_of_another_place_or_program_or_in_damage_does_not_count() {
        let (dir, memory) = plan();
        deceive(&dir, &memory);
        let bytes = fs::read(&memory.file).unwrap();
        assert!(memory.parse(dir.path(), &bytes).is_some());
        assert!(memory.parse(&dir.path().join("x"), &bytes).is_none());
        assert!(Memory { program: "2", ..memory.clone() }.parse(dir.path(), &bytes).is_none());
        for bit in 0..bytes.len() * 8 {
            let mut damaged = bytes.clone();
            damaged[bit / 8] ^= 1 << (bit % 8);
            assert!(memory.parse(dir.path(), &damaged).is_none(), "bit {bit}");
        }
        for end in 0..bytes.len() {
            assert!(memory.parse(dir.path(), &bytes[..end]).is_none(), "cut at {end}");
        }
        fs::write(&memory.file, &bytes[..bytes.len() / 2]).unwrap();
        assert_eq!(titles(&dir, &memory), ["one", "two"]);
    }

    #[test]
    fn what_was_modified_just_now_is_not_remembered() {
        let (dir, memory) = plan();
        let memory = Memory { now: SystemTime::now(), ..memory };
        assert_eq!(titles(&dir, &memory), ["one", "two"]);
        assert!(!memory.file.exists());
    }

    #[test]
    fn a_memory_that_cannot_be_written_is_none() {
        let (dir, memory) = plan();
        let memory = Memory { file: dir.path().join(".tasks/1.toml/plan"), ..memory };
        assert_eq!(titles(&dir, &memory), ["one", "two"]);
    }
}
