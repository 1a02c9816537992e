//! Which plan files there are, by their names alone, and which ids their tasks had before: what it takes to change one file
//! of ten thousand, or to add one.
//!
//! A directory changes whenever an entry of it comes, goes or is replaced. So what was listed is remembered, a file for each
//! work tree, and holds as long as the directory has the stamp that it had then; the rule against times that are too close
//! to tell is that of the plan cache. Commands of this program and of Git replace files and never write into them. Where a
//! file may have been written into, by an editor, its name is the same as before; former ids, which nobody else writes, are
//! looked for again with whatever else changes in that directory.

use super::FilesError;
use super::memory::Memory;
use super::paths::Paths;
use super::read::{is_plan, read_into};
use super::record::{Bytes, put_length, put_text};
use super::scan::{Met, list};
use super::stamp::Stamp;
use crate::format::{MAX_FILE_SIZE, is_task_path, parse_task};
use crate::model::TaskId;
use crate::snapshot::{PLAN_DIR, is_plan_file_name};
use std::collections::HashMap;
use std::path::Path;

/// What the file begins with; another layout has another word.
const MAGIC: &[u8; 8] = b"tasks\0l2";

/// Reading a file takes as long as remembering so many.
const WEIGHT: usize = 4;

/// The plan files of a work tree.
#[derive(Debug, Default)]
pub struct Listing {
    folders: Vec<Folder>,
    /// How many file names were listed now and could be remembered.
    fresh: usize,
    /// How many that were remembered are not there any more.
    gone: usize,
    is_known: bool,
}

/// One directory. Names come with a slash behind each.
#[derive(Debug, Default, PartialEq, Eq)]
struct Folder {
    /// From the root, with `/` between parts.
    dir: String,
    /// `None` if nothing can be remembered of it.
    stamp: Option<Stamp>,
    /// Of the plan files in it.
    names: String,
    /// How many these are.
    count: usize,
    /// Of the directories in it.
    dirs: String,
    /// The former ids of the tasks in it, once they are known.
    former: Option<String>,
}

impl Listing {
    /// Lists what there is below `root`; `None` if there is no `.tasks`. An error if a directory cannot be read: the ids in it
    /// would be given again.
    pub fn read(root: &Path, memory: Option<&Memory>) -> Result<Option<Self>, FilesError> {
        if !is_plan(&root.join(PLAN_DIR))? {
            return Ok(None);
        }
        let known = memory.and_then(|memory| parse(memory, root));
        let mut listing = Self { is_known: known.is_some(), ..Self::default() };
        let mut known = known.unwrap_or_default();
        let mut dirs = vec![PLAN_DIR.to_owned()];
        while let Some(dir) = dirs.pop() {
            let stamp = stamp(root, &dir);
            let unchanged = known.remove(&dir).filter(|known| stamp.is_some() && known.stamp == stamp);
            let folder = if let Some(folder) = unchanged {
                folder
            } else {
                let stamp = stamp.filter(|stamp| memory.is_some_and(|memory| !stamp.is_racy(memory.now)));
                let folder = Folder::read(root, dir, stamp)?;
                listing.fresh += if folder.stamp.is_some() { folder.count } else { 0 };
                folder
            };
            dirs.extend(names(&folder.dirs).map(|name| format!("{}/{name}", folder.dir)));
            listing.folders.push(folder);
        }
        listing.gone = known.values().map(|folder| folder.count).sum();
        if let Some(memory) = memory {
            listing.remember(root, memory);
        }
        Ok(Some(listing))
    }

    /// The paths of all plan files.
    pub fn paths(&self) -> Paths {
        let mut paths = Paths::default();
        for folder in &self.folders {
            names(&folder.names).for_each(|name| paths.push(&folder.dir, name));
        }
        paths
    }

    /// The ids that tasks had before they were renumbered. Looks into the files of directories for which that is not
    /// remembered.
    pub fn former_ids(&mut self, root: &Path, memory: Option<&Memory>) -> Vec<TaskId> {
        let mut buffer = Vec::new();
        for folder in self.folders.iter_mut().filter(|folder| folder.former.is_none()) {
            folder.look_into(root, &mut buffer);
            self.fresh += if folder.stamp.is_some() { folder.count * WEIGHT } else { 0 };
        }
        if let Some(memory) = memory {
            self.remember(root, memory);
        }
        let former = self.folders.iter().filter_map(|folder| folder.former.as_deref());
        former.flat_map(names).filter_map(|id| id.parse().ok()).collect()
    }

    /// Writes down what was listed, if that is worth it.
    fn remember(&mut self, root: &Path, memory: &Memory) {
        let storable = self.folders.iter().filter(|folder| folder.stamp.is_some());
        let count = storable.clone().map(|folder| folder.count).sum();
        if !memory.is_due(count, self.fresh, self.gone, self.is_known) {
            return;
        }
        let mut body = memory.key(root);
        put_length(&mut body, storable.clone().count());
        storable.for_each(|folder| folder.put(&mut body));
        let mut bytes = MAGIC.to_vec();
        bytes.extend_from_slice(&crc32fast::hash(&body).to_le_bytes());
        bytes.append(&mut body);
        memory.write(&bytes);
        (self.fresh, self.gone, self.is_known) = (0, 0, true);
    }
}

impl Folder {
    /// Lists a directory whose stamp was taken before. A name of a plan file is taken whatever has it, be it no file.
    fn read(root: &Path, dir: String, stamp: Option<Stamp>) -> Result<Self, FilesError> {
        let mut folder = Self { stamp, ..Self::default() };
        let mut below = Vec::new();
        list(root, &dir, &mut below, &mut |met: Met<'_>| match met {
            Met::File(place) | Met::Folder(place) | Met::Link(place) | Met::Other(place) => {
                if is_plan_file_name(place.name) {
                    put_name(&mut folder.names, place.name);
                    folder.count += 1;
                }
                Ok(())
            }
            Met::Unnamed(_) => Ok(()),
            Met::Unreadable(dir, error) => Err(FilesError::io("read", root.join(dir))(error)),
        })?;
        for path in &below {
            put_name(&mut folder.dirs, &path[dir.len() + 1..]);
        }
        Ok(Self { dir, ..folder })
    }

    /// Finds the former ids. Most files say nothing of the kind, and finding that out is cheaper than parsing them.
    fn look_into(&mut self, root: &Path, buffer: &mut Vec<u8>) {
        let mut former = String::new();
        for name in names(&self.names) {
            let path = format!("{}/{name}", self.dir);
            buffer.clear();
            let is_read = is_task_path(&path) && read_into(&root.join(&path), buffer).is_ok();
            if is_read && buffer.len() <= MAX_FILE_SIZE && may_have_former_ids(buffer) {
                let task = parse_task(&path, buffer).value;
                task.iter().flat_map(|task| &task.aka).for_each(|id| put_name(&mut former, id.as_str()));
            }
        }
        self.former = Some(former);
    }

    fn put(&self, out: &mut Vec<u8>) {
        let Some(stamp) = &self.stamp else { return };
        put_text(out, &self.dir);
        stamp.put(out);
        put_length(out, self.count);
        put_text(out, &self.names);
        put_text(out, &self.dirs);
        out.push(u8::from(self.former.is_some()));
        put_text(out, self.former.as_deref().unwrap_or_default());
    }

    fn take(bytes: &mut Bytes<'_>) -> Option<Self> {
        let dir = bytes.text()?.to_owned();
        let stamp = Some(Stamp::read(bytes)?);
        let count = bytes.length()?;
        let (names, dirs) = (bytes.text()?.to_owned(), bytes.text()?.to_owned());
        let [is_looked_into] = bytes.array()?;
        let former = Some(bytes.text()?.to_owned()).filter(|_| is_looked_into == 1);
        Some(Self { dir, stamp, names, count, dirs, former })
    }
}

/// The key itself, or an escape by which it could be written.
fn may_have_former_ids(bytes: &[u8]) -> bool {
    bytes.contains(&b'\\') || bytes.windows(3).any(|word| word == b"aka")
}

fn put_name(out: &mut String, name: &str) {
    out.push_str(name);
    out.push('/');
}

/// The names of which each has a slash behind it.
fn names(text: &str) -> impl Iterator<Item = &str> {
    let mut start = 0;
    let ends = text.bytes().enumerate().filter(|(_, byte)| *byte == b'/');
    ends.map(move |(end, _)| &text[std::mem::replace(&mut start, end + 1)..end])
}

/// What tells whether a directory is as it was; `None` if that cannot be told.
fn stamp(root: &Path, dir: &str) -> Option<Stamp> {
    let meta = root.join(dir).symlink_metadata().ok().filter(|meta| meta.is_dir() && cfg!(unix))?;
    Stamp::of(&meta)
}

/// What is remembered of the directories below `root`, by their paths; `None` if that is damaged, or of something else.
fn parse(memory: &Memory, root: &Path) -> Option<HashMap<String, Folder>> {
    let bytes = std::fs::read(&memory.file).ok()?;
    let mut rest = Bytes(bytes.strip_prefix(MAGIC)?);
    let sum = u32::from_le_bytes(rest.array()?);
    if crc32fast::hash(rest.0) != sum {
        return None;
    }
    let mut rest = Bytes(rest.0.strip_prefix(memory.key(root).as_slice())?);
    let folders = rest.list(Folder::take)?;
    Some(folders.into_iter().map(|folder| (folder.dir.clone(), folder)).collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fs;
    use std::time::{Duration, SystemTime};
    use tempfile::TempDir;

    /// A plan, and a memory for which all that is there was written long ago.
    fn plan() -> (TempDir, Memory) {
        let dir = tempfile::tempdir().unwrap();
        fs::create_dir_all(dir.path().join(".tasks/a/b")).unwrap();
        fs::create_dir_all(dir.path().join(".tasks/.git")).unwrap();
        for path in ["1.toml", "a/2.toml", "a/b/3.toml", "a/note.md", "a/.hidden.toml", ".git/4.toml"] {
            fs::write(dir.path().join(".tasks").join(path), "title = \"t\"\n").unwrap();
        }
        let now = SystemTime::now() + Duration::from_secs(60);
        let memory = Memory {
            file: dir.path().join("cache/paths"),
            program: "1",
            now,
            least: 1,
            is_forsaken: |_| false,
        };
        (dir, memory)
    }

    fn read(dir: &TempDir, memory: Option<&Memory>) -> Listing {
        Listing::read(dir.path(), memory).unwrap().unwrap()
    }

    fn paths(dir: &TempDir, memory: Option<&Memory>) -> Vec<String> {
        let mut paths: Vec<String> = read(dir, memory).paths().iter().map(str::to_owned).collect();
        paths.sort();
        paths
    }

    fn former(dir: &TempDir, memory: &Memory) -> Vec<String> {
        let ids = read(dir, Some(memory)).former_ids(dir.path(), Some(memory));
        ids.iter().map(ToString::to_string).collect()
    }

    #[test]
    fn files_are_found_with_and_without_a_memory() {
        let (dir, memory) = plan();
        let expected = [".tasks/1.toml", ".tasks/a/2.toml", ".tasks/a/b/3.toml"];
        assert_eq!(paths(&dir, None), expected);
        assert!(!memory.file.exists());
        for _ in 0..2 {
            assert_eq!(paths(&dir, Some(&memory)), expected);
            assert!(memory.file.exists());
        }
        assert!(Listing::read(&dir.path().join("cache"), Some(&memory)).unwrap().is_none());
    }

    #[test]
    fn whatever_comes_goes_or_moves_is_seen_at_once() {
        let (dir, memory) = plan();
        let plan = dir.path().join(".tasks");
        paths(&dir, Some(&memory));
        let changes: [&dyn Fn() -> std::io::Result<()>; 6] = [
            &|| fs::write(plan.join("a/b/9.toml"), ""),
            &|| fs::remove_file(plan.join("a/2.toml")),
            &|| fs::rename(plan.join("a/b"), plan.join("c")),
            &|| fs::rename(plan.join("1.toml"), plan.join("c/1.toml")),
            &|| fs::create_dir(plan.join("d")).and_then(|()| fs::write(plan.join("d/5.toml"), "")),
            &|| fs::remove_dir_all(plan.join("c")),
        ];
        for (at, change) in changes.iter().enumerate() {
            // The memory believes that this is long ago; times within one step of the clock could not be told apart.
            std::thread::sleep(Duration::from_millis(20));
            change().unwrap();
            assert_eq!(paths(&dir, Some(&memory)), paths(&dir, None), "change {at}");
        }
    }

    #[test]
    fn a_directory_that_changed_just_now_is_not_remembered() {
        let (dir, memory) = plan();
        let memory = Memory { now: SystemTime::now(), ..memory };
        assert_eq!(paths(&dir, Some(&memory)).len(), 3);
        assert!(!memory.file.exists());
    }

    #[test]
    fn former_ids_are_found_once_and_again_when_a_file_is_replaced() {
        let (dir, memory) = plan();
        assert!(former(&dir, &memory).is_empty());
        std::thread::sleep(Duration::from_millis(20));
        let write = |path: &str, text: &str| {
            fs::write(dir.path().join(".tasks/new"), text).unwrap();
            fs::rename(dir.path().join(".tasks/new"), dir.path().join(path)).unwrap();
        };
        write(".tasks/a/2.toml", "title = \"t\"\naka = [\"7\", \"x-1\"]\n");
        assert_eq!(former(&dir, &memory), ["7", "x-1"]);
        std::thread::sleep(Duration::from_millis(20));
        write(".tasks/1.toml", "title = \"t\"\n\"\\u0061ka\" = [\"8\"]\n");
        assert_eq!(former(&dir, &memory), ["8", "7", "x-1"]);
        assert_eq!(former(&dir, &memory), ["8", "7", "x-1"]);
    }

    #[test]
    fn damage_and_other_places_do_not_count() {
        let (dir, memory) = plan();
        let expected = paths(&dir, Some(&memory));
        let bytes = fs::read(&memory.file).unwrap();
        assert!(parse(&memory, dir.path()).is_some());
        assert!(parse(&memory, &dir.path().join("x")).is_none());
        assert!(parse(&Memory { program: "2", ..memory.clone() }, dir.path()).is_none());
        for at in 0..bytes.len() {
            let mut damaged = bytes.clone();
            damaged[at] ^= 1;
            fs::write(&memory.file, &damaged).unwrap();
            assert!(parse(&memory, dir.path()).is_none(), "byte {at}");
            fs::write(&memory.file, &bytes[..at]).unwrap();
            assert!(parse(&memory, dir.path()).is_none(), "cut at {at}");
        }
        assert_eq!(paths(&dir, Some(&memory)), expected);
    }
}
