//! The plan cache never changes an answer.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use proptest::prelude::*;
use std::fs::{self, File, FileTimes};
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};
use tasks::files::{Memory, read_snapshot};
use tasks::snapshot::Snapshot;
use tempfile::TempDir;

/// How many files there are at first.
const FILES: usize = 24;

/// Something that happens to a plan between two commands.
#[derive(Debug, Clone)]
enum Event {
    /// Another title, of the same length or not.
    Edit(usize, String),
    /// A title of the same length, and the old time of modification.
    Forge(usize),
    /// A key that does not fit.
    Break(usize),
    Remove(usize),
    /// To where another may be.
    Rename(usize, usize),
    Swap(usize, usize),
    /// Into another group, and back.
    Move(usize),
    /// A bit of the cache.
    Flip(usize),
    Cut(usize),
    Forget,
    Nothing,
}

fn event() -> impl Strategy<Value = Event> {
    let file = || 0..FILES + 4;
    prop_oneof![
        4 => (file(), "[a-c]{1,3}").prop_map(|(at, title)| Event::Edit(at, title)),
        3 => file().prop_map(Event::Forge),
        1 => file().prop_map(Event::Break),
        1 => file().prop_map(Event::Remove),
        2 => (file(), file()).prop_map(|(a, b)| Event::Rename(a, b)),
        2 => (file(), file()).prop_map(|(a, b)| Event::Swap(a, b)),
        1 => file().prop_map(Event::Move),
        1 => (0..10_000usize).prop_map(Event::Flip),
        1 => (0..10_000usize).prop_map(Event::Cut),
        1 => Just(Event::Forget),
        1 => Just(Event::Nothing),
    ]
}

fn path(root: &Path, at: usize) -> PathBuf {
    root.join(format!(".tasks/{:02}-g/{at}.toml", at % 3))
}

fn write(path: &Path, title: &str) {
    let done = if title.starts_with('a') { "status = \"completed\"\n" } else { "" };
    let text = format!(
        "title = \"{title}\"\ntags = [\"x\"]\ndescription = \"of {title}\"\n[[steps]]\ntext = \"{title}\"\n{done}"
    );
    fs::write(path, text).unwrap();
}

fn happen(root: &Path, cache: &Path, event: &Event) {
    let other = root.join("other");
    match event {
        Event::Edit(at, title) => write(&path(root, *at), title),
        Event::Forge(at) => {
            let path = path(root, *at);
            let Ok(text) = fs::read_to_string(&path) else { return };
            let time = fs::metadata(&path).unwrap().modified().unwrap();
            fs::write(&path, text.replace('a', "z").replace('b', "a").replace('c', "b")).unwrap();
            File::options()
                .write(true)
                .open(&path)
                .unwrap()
                .set_times(FileTimes::new().set_modified(time))
                .unwrap();
        }
        Event::Break(at) => fs::write(path(root, *at), "title = 1\nstray = 2\n").unwrap(),
        Event::Remove(at) => drop(fs::remove_file(path(root, *at))),
        Event::Rename(a, b) => drop(fs::rename(path(root, *a), path(root, *b))),
        Event::Swap(a, b) => {
            let (a, b) = (path(root, *a), path(root, *b));
            if a != b && a.exists() && b.exists() {
                fs::rename(&a, &other).unwrap();
                fs::rename(&b, &a).unwrap();
                fs::rename(&other, &b).unwrap();
            }
        }
        Event::Move(at) => {
            let there = root.join(format!(".tasks/{at}.toml"));
            let here = path(root, *at);
            let (from, to) = if here.exists() { (here, there) } else { (there, here) };
            drop(fs::rename(from, to));
        }
        Event::Flip(bit) => {
            if let Ok(mut bytes) = fs::read(cache) {
                let bit = bit % (bytes.len() * 8);
                bytes[bit / 8] ^= 1 << (bit % 8);
                fs::write(cache, bytes).unwrap();
            }
        }
        Event::Cut(end) => {
            if let Ok(bytes) = fs::read(cache) {
                fs::write(cache, &bytes[..end % bytes.len()]).unwrap();
            }
        }
        Event::Forget => drop(fs::remove_file(cache)),
        Event::Nothing => {}
    }
}

fn whole(snapshot: &Snapshot) -> String {
    let Snapshot { config, tasks, groups, milestones, problems, index, shared, group_index } = snapshot;
    // What is known of steps before anybody reads their texts.
    let stated: Vec<Vec<_>> = tasks.iter().map(|entry| entry.task.details.stated_steps().collect()).collect();
    let mut index: Vec<_> = index.iter().map(|(id, at)| (*at, id)).collect();
    index.sort();
    let mut shared: Vec<_> = shared.iter().collect();
    shared.sort();
    let mut group_index: Vec<_> = group_index.iter().collect();
    group_index.sort();
    let mut problems: Vec<String> = problems.iter().map(|p| format!("{p:?}")).collect();
    problems.sort();
    format!(
        "{stated:?}\n{config:?}\n{tasks:#?}\n{groups:?}\n{milestones:?}\n{problems:?}\n{index:?}\n{shared:?}\n{group_index:?}"
    )
}

fn root() -> TempDir {
    let dir = TempDir::new().unwrap();
    for group in 0..3 {
        fs::create_dir_all(dir.path().join(format!(".tasks/{group:02}-g"))).unwrap();
    }
    for at in 0..FILES {
        write(&path(dir.path(), at), "abc");
    }
    fs::write(dir.path().join(".tasks/00-g/group.toml"), "title = \"g\"\n").unwrap();
    dir
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn whatever_happens_the_answer_is_that_of_the_files(
        rounds in prop::collection::vec(prop::collection::vec(event(), 0..5), 1..8),
    ) {
        let dir = root();
        let cache = dir.path().join("cache");
        // As if each command came long after what was written before it.
        let now = SystemTime::now() + Duration::from_secs(3600);
        let memory = Memory { file: cache.clone(), program: "test", now, least: 16, is_forsaken: |_| false };
        for events in rounds {
            let known = read_snapshot(dir.path(), Some(&memory)).unwrap().unwrap();
            prop_assert_eq!(whole(&known), whole(&read_snapshot(dir.path(), None).unwrap().unwrap()));
            // The clock of the file system goes in steps of some milliseconds.
            std::thread::sleep(Duration::from_millis(15));
            for event in &events {
                happen(dir.path(), &cache, event);
            }
        }
        let known = read_snapshot(dir.path(), Some(&memory)).unwrap().unwrap();
        prop_assert_eq!(whole(&known), whole(&read_snapshot(dir.path(), None).unwrap().unwrap()));
    }
}

#[test]
fn an_edit_within_one_step_of_the_clock_is_seen() {
    let dir = root();
    let file = dir.path().join("cache");
    for round in 0..60 {
        let title = ["abc", "cab", "bca"][round % 3];
        write(&path(dir.path(), 5), title);
        let memory = Memory {
            file: file.clone(),
            program: "test",
            now: SystemTime::now(),
            least: 1,
            is_forsaken: |_| false,
        };
        let snapshot = read_snapshot(dir.path(), Some(&memory)).unwrap().unwrap();
        assert_eq!(snapshot.task(&"5".parse().unwrap()).unwrap().task.title, title);
    }
}
