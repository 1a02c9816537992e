//! The plan of a work tree, read with the help of what is remembered of it.

use super::FilesError;
use super::memory::{Known, Memory};
use super::read::{is_plan, plan_file, read_file, read_plan, refuse_too_many};
use super::scan::{Met, Place, walk};
use super::stamp::Stamp;
use crate::finding::Finding;
use crate::format::{is_task_path, parse_task};
use crate::snapshot::{PLAN_DIR, PlanFile, ReadTask, Snapshot};
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
    let mut reading = Reading {
        root,
        memory,
        known: known.as_ref(),
        count: 0,
        hits: Vec::new(),
        fresh: Vec::new(),
        files: Vec::new(),
        problems: Vec::new(),
    };
    reading.hits.resize_with(known.as_ref().map_or(0, |known| known.len), || None);
    walk(root, |met| {
        reading.take(met);
        refuse_too_many(reading.count, &plan)
    })?;
    reading.remember();
    let Reading { hits, fresh, files, problems, .. } = reading;
    let mut tasks: Vec<ReadTask> = hits.into_iter().flatten().collect();
    let sorted = tasks.len();
    tasks.extend(fresh.into_iter().map(|(task, _)| task));
    Ok(Some(Snapshot::read_on(tasks, sorted, files, problems)))
}

struct Reading<'a> {
    root: &'a Path,
    memory: &'a Memory,
    known: Option<&'a Known<'a>>,
    /// How many plan files were met.
    count: usize,
    /// Task files that were remembered, each at its rank.
    hits: Vec<Option<ReadTask>>,
    /// Other clean task files; a stamp where they can be remembered.
    fresh: Vec<(ReadTask, Option<Stamp>)>,
    /// All others.
    files: Vec<PlanFile>,
    problems: Vec<Finding>,
}

impl Reading<'_> {
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
        let path = place.path();
        if !is_task_path(&path) {
            self.files.push(read_file(self.root, path)?);
            return Ok(());
        }
        // Taken before the file is read: if it changes meanwhile, its stamp is another the next time.
        let stamp = place.metadata().ok().and_then(|meta| Stamp::of(&meta));
        if let (Some(known), Some(stamp)) = (self.known, stamp)
            && let Some((rank, task)) = known.task(place.dir, place.name, &stamp)
        {
            self.hits[rank] = Some(ReadTask { path, task });
            return Ok(());
        }
        let file = read_file(self.root, path)?;
        let parsed = parse_task(&file.path, &file.bytes);
        match parsed.value {
            // What findings say is for those to tell who read the file again.
            Some(task) if parsed.problems.is_empty() => {
                let stamp = stamp.filter(|stamp| !stamp.is_racy(self.memory.now));
                self.fresh.push((ReadTask { path: file.path, task }, stamp));
            }
            _ => self.files.push(file),
        }
        Ok(())
    }

    /// Writes down what was read, if that is worth it.
    fn remember(&self) {
        let fresh = self.fresh.iter().filter_map(|(read, stamp)| Some((read, (*stamp)?)));
        let (hits, new) = (self.hits.iter().flatten().count(), fresh.clone().count());
        if !self.memory.is_due(hits + new, new, self.hits.len() - hits, self.known.is_some()) {
            return;
        }
        let stamp = |read| -> Option<(&ReadTask, Stamp)> { Some((read, self.known?.stamp(&read.path)?)) };
        self.memory.store(self.root, self.hits.iter().flatten().filter_map(stamp).chain(fresh).collect());
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
        snapshot.tasks.into_iter().map(|entry| entry.task.title).collect()
    }

    /// Makes the memory say something else of the first task than its file.
    fn deceive(dir: &TempDir, memory: &Memory) {
        let path = |name: &str| format!(".tasks/{name}.toml");
        let stamp = |name: &str| Stamp::of(&fs::metadata(dir.path().join(path(name))).unwrap()).unwrap();
        let task = |name: &str, title: &str| {
            let text = format!("title = \"{title}\"\n");
            (
                ReadTask { path: path(name), task: parse_task("x", text.as_bytes()).value.unwrap() },
                stamp(name),
            )
        };
        let tasks = [task("1", "remembered"), task("a/2", "two")];
        memory.store(dir.path(), tasks.iter().map(|(read, stamp)| (read, *stamp)).collect());
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
