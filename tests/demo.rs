//! The demo's repository, made for real.

use jiff::Timestamp;
use std::collections::BTreeSet;
use std::fs;
use std::path::Path;
use std::process::Command;
use tasks::demo::{DemoError, create, history, plan};
use tasks::format::canonical;
use tasks::snapshot::{PlanFile, Snapshot};

fn now() -> Timestamp {
    "2026-11-20T12:00:00Z".parse().expect("a timestamp")
}

/// The output of git, which must succeed.
fn git(dir: &Path, arguments: &[&str]) -> String {
    let output = Command::new("git")
        .args(arguments)
        .current_dir(dir)
        .env("GIT_CONFIG_GLOBAL", "/dev/null")
        .env("GIT_CONFIG_NOSYSTEM", "1")
        .env("LC_ALL", "C")
        .output()
        .expect("git runs");
    let text = |bytes| String::from_utf8(bytes).expect("git writes UTF-8");
    assert!(output.status.success(), "git {arguments:?}: {}", text(output.stderr));
    text(output.stdout)
}

#[test]
fn the_command_makes_it_where_it_is_told_to() {
    let temporary = tempfile::tempdir().unwrap();
    let output = Command::new(env!("CARGO_BIN_EXE_tasks"))
        .args(["demo", "here"])
        .current_dir(temporary.path())
        .env("TASKS_NOW", now().to_string())
        .output()
        .unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    assert!(temporary.path().join("here/.tasks/config.toml").is_file());
}

#[test]
fn the_repository_is_sound_and_clean_and_holds_the_plan() {
    let temporary = tempfile::tempdir().unwrap();
    let dir = temporary.path().join("tidepool");
    create(&dir, now()).unwrap();

    git(&dir, &["fsck", "--strict", "--no-dangling"]);
    assert_eq!(git(&dir, &["status", "--porcelain"]), "");
    assert_eq!(git(&dir, &["branch", "--show-current"]).trim(), "main");
    let branches = git(&dir, &["branch", "--format=%(refname:short)"]);
    assert_eq!(branches.lines().collect::<Vec<_>>(), ["curve", "main", "photos", "release/1.0"]);
    let unmerged = git(&dir, &["branch", "--no-merged", "main", "--format=%(refname:short)"]);
    assert_eq!(unmerged.lines().collect::<Vec<_>>(), ["curve", "release/1.0"]);

    let planned = plan(now());
    let tracked = git(&dir, &["ls-files", ".tasks"]);
    let expected: BTreeSet<String> = planned.iter().map(|(path, _)| format!(".tasks/{path}")).collect();
    assert_eq!(tracked.lines().map(str::to_owned).collect::<BTreeSet<_>>(), expected);
    for (path, text) in planned {
        assert_eq!(fs::read_to_string(dir.join(".tasks").join(&path)).unwrap(), text, "{path}");
        toml::from_str::<toml::Table>(&text).unwrap();
    }
}

#[test]
fn the_command_makes_it_where_it_is_told_or_here() {
    let outside = tempfile::tempdir().unwrap();
    for (arguments, dir) in [(&["demo", "there"][..], "there"), (&["demo"], "tasks-demo")] {
        let output = Command::new(env!("CARGO_BIN_EXE_tasks"))
            .args(arguments)
            .current_dir(outside.path())
            .env("GIT_CONFIG_GLOBAL", "/dev/null")
            .env("GIT_CONFIG_NOSYSTEM", "1")
            .output()
            .unwrap();
        let text = String::from_utf8(output.stdout).unwrap();
        let error = String::from_utf8(output.stderr).unwrap();
        assert!(output.status.success(), "{arguments:?}: {error}");
        assert!(text.contains("main  11 of 24 tasks completed"), "{text}");
        git(&outside.path().join(dir), &["rev-parse", "HEAD"]);
    }
}

#[test]
fn a_message_quotes_the_commit_it_means() {
    let dir = tempfile::tempdir().unwrap();
    create(dir.path(), now()).unwrap();
    let one = |arguments: &[&str]| git(dir.path(), arguments).trim().to_owned();

    let reverted = one(&["log", "main", "--format=%H", "--grep=^task 6:"]);
    let revert = one(&["log", "main", "--format=%B", "--grep=^Revert "]);
    assert!(revert.contains(&format!("\n\nThis reverts commit {reverted}.\n")), "{revert}");
    assert!(!git(dir.path(), &["ls-files"]).contains("tides/cache.py"));

    let original = one(&["log", "main", "--format=%H", "--grep=^task 20:"]);
    let picked = one(&["log", "main..release/1.0", "--format=%B"]);
    assert!(picked.ends_with(&format!("(cherry picked from commit {original})")), "{picked}");
    let dates = |commit: &str| one(&["log", "-1", "--format=%at %aN", commit]);
    assert_eq!(dates("release/1.0"), dates(&original));
    assert_eq!(git(dir.path(), &["log", "--all", "--format=%B"]).matches("{id}").count(), 0);
}

#[test]
fn the_same_moment_gives_the_same_commits() {
    let heads = |now| {
        let dir = tempfile::tempdir().unwrap();
        create(dir.path(), now).unwrap();
        git(dir.path(), &["for-each-ref"])
    };
    let later = "2027-02-03T00:00:01Z".parse().unwrap();
    assert_eq!(heads(now()), heads(now()));
    assert_ne!(heads(now()), heads(later));
}

#[test]
fn what_a_directory_holds_is_left_alone() {
    let dir = tempfile::tempdir().unwrap();
    let file = dir.path().join("thesis.txt");
    fs::write(&file, "years of work").unwrap();
    assert!(matches!(create(dir.path(), now()), Err(DemoError::Occupied(_))));
    assert!(matches!(create(&file, now()), Err(DemoError::Occupied(_))));
    assert_eq!(fs::read_dir(dir.path()).unwrap().count(), 1);
    assert_eq!(fs::read_to_string(&file).unwrap(), "years of work");
}

#[test]
fn commits_lie_in_the_past_and_after_their_parents() {
    for now in [now(), "2027-03-01T00:00:00Z".parse().unwrap()] {
        let commits = history(now);
        let people: BTreeSet<_> = commits.iter().map(|c| c.person.name).collect();
        assert_eq!(people.len(), 3);
        for commit in &commits {
            assert!(commit.committed < now, "{commit:?}");
            assert!(commit.authored <= commit.committed, "{commit:?}");
            for parent in &commit.parents {
                let parent = commits.iter().find(|c| c.mark == *parent).unwrap();
                assert!(parent.committed < commit.committed, "{commit:?}");
            }
        }
    }
}

#[test]
fn the_example_is_canonical_and_without_findings() {
    let files = plan(now());
    for (path, text) in &files {
        let path = format!(".tasks/{path}");
        let canonical = canonical(&path, text.as_bytes()).unwrap();
        assert_eq!(String::from_utf8(canonical).unwrap(), *text, "{path}");
    }
    let file = |(path, text): (String, String)| PlanFile {
        path: format!(".tasks/{path}"),
        bytes: text.into_bytes(),
    };
    let snapshot = Snapshot::read(files.into_iter().map(file).collect(), Vec::new());
    assert!(snapshot.problems.is_empty(), "{:?}", snapshot.problems);
    assert_eq!(snapshot.tasks.len(), 27);
    assert_eq!(snapshot.tasks.iter().filter(|t| t.archived).count(), 1);
}
