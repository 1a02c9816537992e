//! The plan of a work tree, read with the help of what is remembered of it.

use super::FilesError;
use super::memory::{Entry, Memory};
use super::read::{is_plan, plan_file, read_file, read_plan, refuse_too_many, refuse_unreadable_plan};
use super::record::{put_brief, put_details};
use super::remembered::{Folder, Remembered};
use super::scan::{Met, Place, walk};
use super::stamp::Stamp;
use crate::finding::Finding;
use crate::format::{is_task_path, parse_task};
use crate::model::Task;
use crate::snapshot::{PLAN_DIR, PlanFile, Snapshot};
use std::path::Path;
use std::sync::Arc;

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
    let known = memory.load(root).map(Arc::new);
    let mut reading = Reading::new(root, known.as_ref());
    walk(root, |met| {
        reading.take(refuse_unreadable_plan(root, met)?);
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
    known: Option<&'k Arc<Remembered>>,
    /// The directory that is being listed.
    folder: Option<(String, Folder<'k>)>,
    /// How many plan files were met.
    count: usize,
    /// Task files that are remembered, each at its rank.
    hits: Vec<Option<Hit>>,
    /// Other task files without findings.
    fresh: Vec<Fresh>,
    /// All others.
    files: Vec<PlanFile>,
    problems: Vec<Finding>,
}

struct Hit {
    /// How many plan files were met before it.
    met: usize,
    path: String,
    /// The place of what is remembered of it.
    slot: usize,
}

struct Fresh {
    met: usize,
    path: String,
    task: Task,
    stamp: Option<Stamp>,
}

impl<'k> Reading<'k> {
    fn new(root: &'k Path, known: Option<&'k Arc<Remembered>>) -> Self {
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
        if let Some((slot, rank)) = stamp.and_then(|stamp| self.recall(place, &stamp)) {
            self.hits[rank] = Some(Hit { met, path, slot });
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

    /// The place of what is remembered of a file that still has that stamp, and its rank.
    fn recall(&mut self, place: &Place<'_>, stamp: &Stamp) -> Option<(usize, usize)> {
        let known = self.known?;
        if self.folder.as_ref().is_none_or(|(dir, _)| dir != place.dir) {
            self.folder = Some((place.dir.to_owned(), known.folder(place.dir)));
        }
        let (at, slot) = self.folder.as_mut()?.1.find(place.name)?;
        (slot.stamp == *stamp).then_some((at, slot.rank))
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
        let old = self.hits.iter().flatten().filter_map(|hit| {
            let known = self.known?;
            let slot = known.slot(hit.slot)?;
            let (stamp, brief, details) = (slot.stamp, slot.brief.into(), known.details_of(&slot)?);
            Some((hit.met, Entry { path: &hit.path, stamp, brief, details }))
        });
        let new = fresh.map(|(read, stamp)| (read.met, Entry::of(&read.path, stamp, &read.task)));
        let mut entries: Vec<(usize, Entry<'_>)> = old.chain(new).collect();
        entries.sort_by_key(|(met, _)| *met);
        let entries: Vec<Entry<'_>> = entries.into_iter().map(|(_, entry)| entry).collect();
        memory.store(self.root, &entries);
    }

    /// The snapshot; `None` if what is remembered makes no sense.
    fn finish(self) -> Option<Snapshot> {
        let (mut paths, mut slots) = (Vec::with_capacity(self.count), Vec::with_capacity(self.hits.len()));
        for hit in self.hits.into_iter().flatten() {
            paths.push(hit.path);
            slots.push(hit.slot);
        }
        let mut fresh = Vec::with_capacity(self.fresh.len());
        for read in self.fresh {
            paths.push(read.path);
            fresh.push(read.task);
        }
        let mut is_sound = true;
        let task = |at: usize| {
            let task = match at.checked_sub(slots.len()) {
                None => self.known.and_then(|known| known.task(&known.slot(slots[at])?)),
                Some(at) => Some(std::mem::take(&mut fresh[at])),
            };
            is_sound &= task.is_some();
            task
        };
        let snapshot = Snapshot::read_on(paths, slots.len(), task, self.files, self.problems);
        is_sound.then_some(snapshot)
    }
}

impl<'e> Entry<'e> {
    fn of(path: &'e str, stamp: Stamp, task: &Task) -> Self {
        let (mut brief, mut details) = (Vec::new(), Vec::new());
        put_brief(&mut brief, task);
        put_details(&mut details, task);
        Self { path, stamp, brief: brief.into(), details: details.into() }
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
        fs::write(dir.path().join(".tasks/a/2.toml"), "title = \"two\"\ndescription = \"d\"\n").unwrap();
        let now = SystemTime::now() + Duration::from_secs(60);
        let file = dir.path().join("cache/plan");
        (dir, Memory { file, program: "1", now, least: 1, is_forsaken: |_| false })
    }

    /// The title of the first task, and what both are described as.
    fn texts(dir: &TempDir, memory: &Memory) -> [String; 3] {
        let snapshot = read_snapshot(dir.path(), Some(memory)).unwrap().unwrap();
        let [one, two] = <[_; 2]>::try_from(snapshot.tasks).unwrap();
        let described = |task: &Task| task.description.clone().unwrap_or_default();
        [one.task.title.clone(), described(&one.task), described(&two.task)]
    }

    const AS_THE_FILES_SAY: [&str; 3] = ["one", "", "d"];
    const AS_REMEMBERED: [&str; 3] = ["remembered", "never", "of old"];

    /// Makes the memory say something else of both tasks than their files.
    fn deceive(dir: &TempDir, memory: &Memory) {
        let entry = |path: &'static str, text: &str| {
            let stamp = Stamp::of(&fs::metadata(dir.path().join(path)).unwrap()).unwrap();
            Entry::of(path, stamp, &parse_task("x", text.as_bytes()).value.unwrap())
        };
        let one = entry(".tasks/1.toml", "title = \"remembered\"\ndescription = \"never\"\n");
        let two = entry(".tasks/a/2.toml", "title = \"two\"\ndescription = \"of old\"\n");
        memory.store(dir.path(), &[one, two]);
    }

    #[test]
    fn a_record_that_makes_no_sense_costs_nothing() {
        let (dir, memory) = plan();
        let path = ".tasks/1.toml";
        let stamp = Stamp::of(&fs::metadata(dir.path().join(path)).unwrap()).unwrap();
        let junk = || b"junk".as_slice().into();
        memory.store(dir.path(), &[Entry { path, stamp, brief: junk(), details: junk() }]);
        assert_eq!(texts(&dir, &memory), AS_THE_FILES_SAY);
        let path = ".tasks/a/2.toml";
        let stamp = Stamp::of(&fs::metadata(dir.path().join(path)).unwrap()).unwrap();
        let entry = Entry::of(path, stamp, &parse_task("x", b"title = \"two\"\n").value.unwrap());
        memory.store(dir.path(), &[Entry { details: junk(), ..entry }]);
        assert_eq!(texts(&dir, &memory), AS_THE_FILES_SAY);
    }

    #[test]
    fn an_unchanged_file_is_not_read_again() {
        let (dir, memory) = plan();
        assert_eq!(texts(&dir, &memory), AS_THE_FILES_SAY);
        assert!(memory.file.exists());
        deceive(&dir, &memory);
        assert_eq!(texts(&dir, &memory), AS_REMEMBERED);
    }

    #[test]
    fn what_the_memory_says_of_another_place_or_program_or_in_damage_does_not_count() {
        let (dir, memory) = plan();
        deceive(&dir, &memory);
        let bytes = fs::read(&memory.file).unwrap();
        assert!(memory.load(dir.path()).is_some());
        assert!(memory.load(&dir.path().join("x")).is_none());
        assert!(Memory { program: "2", ..memory.clone() }.load(dir.path()).is_none());
        let said = |damaged: &[u8]| {
            // Damage would have it written anew.
            let memory = Memory { least: 3, ..memory.clone() };
            fs::write(&memory.file, damaged).unwrap();
            texts(&dir, &memory)
        };
        for bit in 0..bytes.len() * 8 {
            let mut damaged = bytes.clone();
            damaged[bit / 8] ^= 1 << (bit % 8);
            let texts = said(&damaged);
            let is_known = texts[0] == AS_REMEMBERED[0];
            assert!(is_known || texts == AS_THE_FILES_SAY, "bit {bit}: {texts:?}");
            for (at, text) in texts.iter().enumerate() {
                assert!(
                    [AS_REMEMBERED[at], AS_THE_FILES_SAY[at]].contains(&text.as_str()),
                    "bit {bit}: {text}"
                );
            }
            assert_ne!(texts, AS_REMEMBERED.map(str::to_owned), "bit {bit}");
        }
        for end in 0..bytes.len() {
            assert_eq!(said(&bytes[..end]), AS_THE_FILES_SAY, "cut at {end}");
        }
    }

    #[test]
    fn details_of_a_memory_that_is_replaced_meanwhile_are_those_of_its_titles() {
        let (dir, memory) = plan();
        deceive(&dir, &memory);
        let snapshot = read_snapshot(dir.path(), Some(&memory)).unwrap().unwrap();
        fs::write(dir.path().join(".tasks/a/2.toml"), "title = \"new\"\ndescription = \"new\"\n").unwrap();
        fs::remove_file(&memory.file).unwrap();
        let later = read_snapshot(dir.path(), Some(&memory)).unwrap().unwrap();
        assert_eq!(snapshot.tasks[1].task.description.as_deref(), Some("of old"));
        assert_eq!(later.tasks[1].task.description.as_deref(), Some("new"));
    }

    #[test]
    fn details_that_are_damaged_have_the_steps_that_were_counted() {
        let (dir, memory) = plan();
        let file = dir.path().join(".tasks/a/2.toml");
        let steps = |texts: &[&str]| {
            let step = |text: &&str| format!("[[steps]]\ntext = \"{text}\"\nstatus = \"completed\"\n");
            fs::write(&file, format!("title = \"two\"\n{}", texts.iter().map(step).collect::<String>()))
                .unwrap();
        };
        steps(&["a", "b"]);
        read_snapshot(dir.path(), Some(&memory)).unwrap();
        let mut bytes = fs::read(&memory.file).unwrap();
        *bytes.last_mut().unwrap() ^= 1;
        fs::write(&memory.file, bytes).unwrap();
        let snapshot = read_snapshot(dir.path(), Some(&memory)).unwrap().unwrap();
        let again = read_snapshot(dir.path(), Some(&memory)).unwrap().unwrap();
        steps(&["c"]);
        let texts = |snapshot: &Snapshot| -> Vec<String> {
            snapshot.tasks[1].task.steps.iter().map(|step| step.text.clone()).collect()
        };
        assert_eq!(texts(&snapshot), ["c", ""]);
        assert_eq!(snapshot.tasks[1].task.details.stated_steps().flatten().count(), 2);
        fs::remove_file(&file).unwrap();
        assert_eq!(texts(&again), ["", ""]);
    }

    #[test]
    fn what_was_modified_just_now_is_not_remembered() {
        let (dir, memory) = plan();
        let memory = Memory { now: SystemTime::now(), ..memory };
        assert_eq!(texts(&dir, &memory), AS_THE_FILES_SAY);
        assert!(!memory.file.exists());
    }

    #[test]
    fn a_memory_that_cannot_be_written_is_none() {
        let (dir, memory) = plan();
        let memory = Memory { file: dir.path().join(".tasks/1.toml/plan"), ..memory };
        assert_eq!(texts(&dir, &memory), AS_THE_FILES_SAY);
    }

    #[test]
    fn what_nobody_reads_any_more_is_removed() {
        let (dir, memory) = plan();
        let is_forsaken = |path: &Path| path.file_name().is_some_and(|name| name == "plan-gone");
        let memory = Memory { is_forsaken, ..memory };
        let beside = |name: &str| dir.path().join("cache").join(name);
        fs::create_dir(dir.path().join("cache")).unwrap();
        fs::write(beside("plan-gone"), "").unwrap();
        fs::write(beside("plan-there"), "").unwrap();
        read_snapshot(dir.path(), Some(&memory)).unwrap();
        assert_eq!((beside("plan-gone").exists(), beside("plan-there").exists()), (false, true));
    }
}
