//! The work tree: what is read of it, and that what is written is written whole or not at all.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use proptest::prelude::*;
use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};
use tasks::changeset::{ChangeSet, FileChange};
use tasks::files::{FilesError, Listing, Lock, apply, read_one, read_plan};
use tempfile::TempDir;

/// A root with these files.
fn root(files: &[(&str, &str)]) -> TempDir {
    let dir = TempDir::new().unwrap();
    for (path, text) in files {
        let path = dir.path().join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }
    dir
}

fn change(path: &str, before: Option<&str>, after: Option<&str>) -> FileChange {
    let bytes = |text: Option<&str>| text.map(|text| text.as_bytes().to_vec());
    FileChange { path: path.to_owned(), before: bytes(before), after: bytes(after) }
}

fn put(root: &Path, files: Vec<FileChange>) -> Result<(), FilesError> {
    let common = TempDir::new().unwrap();
    let lock = Lock::acquire(common.path(), Duration::ZERO).unwrap();
    apply(root, &ChangeSet { files }, &lock)
}

/// Every file below the root, and every directory that is empty.
fn listing(root: &Path) -> BTreeMap<PathBuf, String> {
    let mut found = BTreeMap::new();
    for entry in walkdir::WalkDir::new(root).min_depth(1) {
        let entry = entry.unwrap();
        let path = entry.path().strip_prefix(root).unwrap().to_owned();
        if entry.file_type().is_file() {
            found.insert(path, fs::read_to_string(entry.path()).unwrap());
        } else if entry.file_type().is_dir() && fs::read_dir(entry.path()).unwrap().next().is_none() {
            found.insert(path, "(empty)".to_owned());
        }
    }
    found
}

fn names(root: &Path) -> Vec<String> {
    listing(root).into_keys().map(|path| path.to_str().unwrap().to_owned()).collect()
}

#[test]
fn only_plan_files_are_read() {
    let dir = root(&[
        (".tasks/1.toml", "one"),
        (".tasks/a/b/2.toml", "two"),
        (".tasks/.1.toml.swp", ""),
        (".tasks/.hidden/3.toml", ""),
        (".tasks/1.toml~", ""),
        (".tasks/#1.toml#", ""),
        (".tasks/a/readme.md", ""),
        ("elsewhere/4.toml", ""),
    ]);
    let mut plan = read_plan(dir.path()).unwrap().unwrap();
    plan.files.sort_by(|a, b| a.path.cmp(&b.path));
    let read: Vec<_> = plan.files.iter().map(|f| (f.path.as_str(), f.bytes.as_slice())).collect();
    assert_eq!(read, [(".tasks/1.toml", &b"one"[..]), (".tasks/a/b/2.toml", b"two")]);
    assert!(plan.problems.is_empty());
    assert_eq!(read_plan(&dir.path().join("elsewhere")).unwrap(), None);
}

#[test]
fn a_plan_that_is_no_directory_is_an_error() {
    let dir = root(&[(".tasks", "a file")]);
    assert!(read_plan(dir.path()).unwrap_err().to_string().contains("is a file, not a directory"));
    assert!(put(dir.path(), vec![change(".tasks/1.toml", None, Some("x"))]).is_err());
}

#[test]
fn what_is_too_large_costs_a_finding() {
    let limit = "#".repeat(1 << 20);
    let dir = root(&[(".tasks/1.toml", &limit), (".tasks/2.toml", &format!("{limit}#"))]);
    let plan = read_plan(dir.path()).unwrap().unwrap();
    assert_eq!(plan.files.len(), 1);
    assert_eq!(plan.problems.len(), 1);
    assert_eq!(
        (plan.problems[0].code, plan.problems[0].path.as_deref()),
        ("unreadable-file", Some(".tasks/2.toml"))
    );
}

#[cfg(unix)]
mod unix {
    use super::*;
    use std::os::unix::ffi::OsStrExt;
    use std::os::unix::fs::{PermissionsExt, symlink};

    #[test]
    fn links_and_odd_names_cost_a_finding_each() {
        let dir = root(&[(".tasks/1.toml", "one"), ("out/2.toml", "two")]);
        symlink(dir.path().join("out"), dir.path().join(".tasks/linked")).unwrap();
        symlink("/etc/passwd", dir.path().join(".tasks/3.toml")).unwrap();
        fs::write(dir.path().join(".tasks").join(std::ffi::OsStr::from_bytes(b"\xff.toml")), "x").unwrap();
        let plan = read_plan(dir.path()).unwrap().unwrap();
        assert_eq!(plan.files.len(), 1);
        let mut found: Vec<_> = plan.problems.iter().map(|p| (p.code, p.path.as_deref().unwrap())).collect();
        found.sort_unstable();
        let expected = [
            ("file-name", ".tasks/\u{fffd}.toml"),
            ("symlink", ".tasks/3.toml"),
            ("symlink", ".tasks/linked"),
        ];
        assert_eq!(found, expected);
    }

    #[test]
    fn what_is_no_file_is_a_finding_and_is_never_opened() {
        let dir = root(&[(".tasks/1.toml", "one"), (".tasks/5.toml/6.toml", "six")]);
        let pipe = std::process::Command::new("mkfifo").arg(dir.path().join(".tasks/2.toml")).status();
        assert!(pipe.unwrap().success());
        let plan = read_plan(dir.path()).unwrap().unwrap();
        assert_eq!(plan.files.len(), 2);
        let mut found: Vec<_> = plan.problems.iter().map(|p| (p.code, p.path.as_deref().unwrap())).collect();
        found.sort_unstable();
        assert_eq!(found, [("folder-name", ".tasks/5.toml"), ("unreadable-file", ".tasks/2.toml")]);
        let error = read_one(dir.path(), ".tasks/2.toml").unwrap_err().to_string();
        assert!(error.ends_with("2.toml: it is no regular file"), "{error}");
        let names = Listing::read(dir.path(), None).unwrap().unwrap().paths();
        assert!(names.contains(".tasks/2.toml") && names.contains(".tasks/5.toml"), "names are taken");
        assert!(put(dir.path(), vec![change(".tasks/2.toml", Some(""), Some("x"))]).is_err());
    }

    #[test]
    fn nothing_is_read_or_written_through_a_link() {
        let dir = root(&[("out/1.toml", "one")]);
        symlink(dir.path().join("out"), dir.path().join(".tasks")).unwrap();
        assert!(read_plan(dir.path()).unwrap_err().to_string().contains("is a symbolic link"));
        assert!(put(dir.path(), vec![change(".tasks/1.toml", Some("one"), Some("x"))]).is_err());

        let dir = root(&[("out/1.toml", "one"), (".tasks/2.toml", "two")]);
        symlink(dir.path().join("out"), dir.path().join(".tasks/linked")).unwrap();
        symlink(dir.path().join("out/1.toml"), dir.path().join(".tasks/1.toml")).unwrap();
        for path in [".tasks/linked/1.toml", ".tasks/1.toml"] {
            let error = put(dir.path(), vec![change(path, Some("one"), Some("x"))]).unwrap_err();
            assert!(matches!(error, FilesError::Forbidden { .. }), "{error}");
        }
        assert_eq!(fs::read_to_string(dir.path().join("out/1.toml")).unwrap(), "one");
    }

    #[test]
    fn a_file_keeps_its_mode() {
        let dir = root(&[(".tasks/1.toml", "one")]);
        let path = dir.path().join(".tasks/1.toml");
        fs::set_permissions(&path, fs::Permissions::from_mode(0o640)).unwrap();
        put(dir.path(), vec![change(".tasks/1.toml", Some("one"), Some("two"))]).unwrap();
        assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o640);
        fs::write(dir.path().join("reference"), "").unwrap();
        put(dir.path(), vec![change(".tasks/2.toml", None, Some("x"))]).unwrap();
        let mode = |name: &str| fs::metadata(dir.path().join(name)).unwrap().permissions().mode();
        assert_eq!(mode(".tasks/2.toml"), mode("reference"), "as the user's mask has it");
    }
}

#[test]
fn files_come_change_move_and_go() {
    let dir = root(&[(".tasks/1.toml", "one"), (".tasks/a/b/2.toml", "two"), (".tasks/a/3.toml", "three")]);
    let changes = vec![
        change(".tasks/1.toml", Some("one"), Some("one!")),
        change(".tasks/a/b/2.toml", Some("two"), None),
        change(".tasks/c/d/2.toml", None, Some("two")),
        change(".tasks/a/3.toml", Some("three"), None),
        change(".tasks/same.toml", None, None),
    ];
    put(dir.path(), changes).unwrap();
    let expected = [(".tasks/1.toml", "one!"), (".tasks/c/d/2.toml", "two")];
    let expected = expected.map(|(path, text)| (PathBuf::from(path), text.to_owned()));
    assert_eq!(listing(dir.path()), BTreeMap::from(expected));
    put(
        dir.path(),
        vec![change(".tasks/1.toml", Some("one!"), None), change(".tasks/c/d/2.toml", Some("two"), None)],
    )
    .unwrap();
    assert_eq!(names(dir.path()), [".tasks"], "the plan itself stays");
}

#[test]
fn a_first_file_makes_the_plan() {
    let dir = root(&[]);
    put(dir.path(), vec![change(".tasks/config.toml", None, Some("version = 1\n"))]).unwrap();
    assert_eq!(names(dir.path()), [".tasks/config.toml"]);
}

#[test]
fn a_name_may_change_its_case() {
    let dir = root(&[(".tasks/T1.toml", "one")]);
    put(
        dir.path(),
        vec![change(".tasks/T1.toml", Some("one"), None), change(".tasks/t1.toml", None, Some("two"))],
    )
    .unwrap();
    assert_eq!(names(dir.path()), [".tasks/t1.toml"]);
}

#[test]
fn what_changed_meanwhile_stops_everything() {
    let files = [(".tasks/1.toml", "one"), (".tasks/2.toml", "two")];
    let good = || change(".tasks/new/5.toml", None, Some("five"));
    let cases = [
        (change(".tasks/1.toml", Some("eno"), Some("x")), "was changed"),
        (change(".tasks/1.toml", Some("longer"), None), "was changed"),
        (change(".tasks/3.toml", Some("x"), Some("y")), "was removed"),
        (change(".tasks/2.toml", None, Some("x")), "was created"),
    ];
    for (bad, what) in cases {
        let dir = root(&files);
        let before = listing(dir.path());
        let error = put(dir.path(), vec![good(), bad]).unwrap_err();
        assert!(matches!(&error, FilesError::Changed { .. }) && error.to_string().contains(what), "{error}");
        assert_eq!(listing(dir.path()), before);
    }
}

/// Kills a process in the middle of a change of many files, as soon as its journal is seen and a little later; and then the
/// one that goes on with it.
#[cfg(unix)]
#[test]
fn whoever_comes_after_a_crash_completes_the_work() {
    use std::process::{Command, Stdio};
    const FILES: usize = 150;
    for delay in (0..6).map(|n| Duration::from_micros(300 * n)) {
        let dir = root(&[]);
        let git = Command::new("git").args(["init", "-q"]).arg(dir.path()).status().unwrap();
        assert!(git.success());
        fs::create_dir_all(dir.path().join(".tasks/old")).unwrap();
        for at in 1..=FILES {
            fs::write(dir.path().join(format!(".tasks/old/{at}.toml")), format!("title = \"{at}\"\n"))
                .unwrap();
        }
        let tasks = |args: &[&str]| {
            let mut command = Command::new(env!("CARGO_BIN_EXE_tasks"));
            command.args(args).current_dir(dir.path()).stdout(Stdio::null()).stderr(Stdio::piped());
            command
        };
        let mut running = tasks(&["move", "old/", "new/"]).spawn().unwrap();
        let journal = dir.path().join(".git/tasks/journal");
        while !journal.exists() && running.try_wait().unwrap().is_none() {}
        std::thread::sleep(delay);
        running.kill().unwrap();
        running.wait().unwrap();
        let mut again = tasks(&["set", "1", "priority=low"]).spawn().unwrap();
        std::thread::sleep(Duration::from_millis(2) + delay * 4);
        again.kill().unwrap();
        again.wait().unwrap();
        let count =
            |group: &str| fs::read_dir(dir.path().join(".tasks").join(group)).map_or(0, Iterator::count);
        let is_torn = journal.exists() && count("old") > 0;
        // Any writing command does.
        let said = tasks(&["set", "1", "priority=high"]).output().unwrap();
        assert!(said.status.success(), "{}", String::from_utf8_lossy(&said.stderr));
        if is_torn {
            assert!(String::from_utf8_lossy(&said.stderr).contains("completed what an interrupted command"));
        }
        let (old, new) = if count("old") > 0 { ("old", "new") } else { ("new", "old") };
        assert!(!is_torn || new == "old", "what was torn is whole, at the new place");
        for at in 2..=FILES {
            let text = fs::read_to_string(dir.path().join(format!(".tasks/{old}/{at}.toml"))).unwrap();
            assert_eq!(text, format!("title = \"{at}\"\n"));
            assert!(!dir.path().join(format!(".tasks/{new}/{at}.toml")).exists());
        }
        assert!(!dir.path().join(".git/tasks/journal").exists());
        assert!(
            !is_torn || names(dir.path()).iter().all(|name| !name.contains(".tasks-")),
            "{:?}",
            names(&dir.path().join(".tasks"))
        );
    }
}

#[test]
fn paths_outside_the_plan_are_refused() {
    let dir = root(&[(".tasks/1.toml", "one"), ("src", "x")]);
    let before = listing(dir.path());
    for path in [
        "src",
        "../x",
        ".tasks",
        ".tasks/",
        ".tasks/../x",
        ".tasks/./x",
        ".tasks//x",
        "/etc/x",
        ".tasks/a\\b",
        ".tasks/1.toml/x",
        "",
    ] {
        let error = put(dir.path(), vec![change(path, None, Some("x"))]).unwrap_err();
        assert!(matches!(error, FilesError::Forbidden { .. }), "{path}: {error}");
    }
    let twice = vec![change(".tasks/5.toml", None, Some("x")), change(".tasks/5.toml", None, Some("y"))];
    assert!(put(dir.path(), twice).is_err());
    let nested = vec![change(".tasks/x", None, Some("x")), change(".tasks/x/y.toml", None, Some("y"))];
    assert!(put(dir.path(), nested).is_err());
    assert_eq!(listing(dir.path()), before);
}

#[test]
fn a_lock_is_held_by_one_at_a_time() {
    let dir = TempDir::new().unwrap();
    let lock = Lock::acquire(dir.path(), Duration::ZERO).unwrap();
    let start = Instant::now();
    let error = Lock::acquire(dir.path(), Duration::from_millis(30)).unwrap_err();
    assert!(start.elapsed() >= Duration::from_millis(30));
    let text = error.to_string();
    assert!(text.contains(&format!("process {}", std::process::id())), "{text}");
    assert!(text.contains("tasks/lock"), "{text}");
    let waiting = {
        let dir = dir.path().to_owned();
        std::thread::spawn(move || Lock::acquire(&dir, Duration::from_secs(20)).is_ok())
    };
    drop(lock);
    assert!(waiting.join().unwrap(), "whoever waits gets it");
}

/// Two states of a few files: `None` is no file.
fn states() -> impl Strategy<Value = Vec<(Option<String>, Option<String>)>> {
    let text = || proptest::option::of("[a-c]{0,3}");
    proptest::collection::vec((text(), text()), 6)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(32))]

    #[test]
    fn applying_a_change_and_its_opposite_restores_every_byte(states in states()) {
        const PATHS: [&str; 6] = ["1.toml", "a/2.toml", "a/3.toml", "a/b/4.toml", "c/5.toml", "c/6.toml"];
        let files = |after: bool| -> BTreeMap<PathBuf, String> {
            let chosen = |(path, state): (&str, &(Option<String>, Option<String>))| {
                let text = if after { state.1.clone() } else { state.0.clone() };
                text.map(|text| (Path::new(".tasks").join(path), text))
            };
            PATHS.into_iter().zip(&states).filter_map(chosen).collect()
        };
        let dir = root(&[]);
        let write = |old: &BTreeMap<PathBuf, String>, new: &BTreeMap<PathBuf, String>| {
            let change = |path: &str| {
                let path = format!(".tasks/{path}");
                let text = |files: &BTreeMap<PathBuf, String>| files.get(Path::new(&path)).cloned();
                change(&path, text(old).as_deref(), text(new).as_deref())
            };
            put(dir.path(), PATHS.into_iter().map(change).collect()).unwrap();
            let mut found = listing(dir.path());
            found.remove(Path::new(".tasks"));
            found
        };
        let (before, after) = (files(false), files(true));
        prop_assert_eq!(&write(&BTreeMap::new(), &before), &before);
        prop_assert_eq!(&write(&before, &after), &after);
        prop_assert_eq!(&write(&after, &before), &before);
    }
}
