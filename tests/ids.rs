//! Ids: nobody gets one that another task has or had, and a task that gets another one keeps its commits.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod common;

use common::{TestRepo, hermetic};
use serde_json::Value;
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::process::Output;

fn output(dir: &Path, args: &[&str]) -> Output {
    hermetic(env!("CARGO_BIN_EXE_tasks"), dir, args)
        .envs([("TASKS_NOW", "2026-11-21T10:00:00Z")])
        .output()
        .unwrap()
}

/// What a command that succeeds prints.
fn tasks(repo: &TestRepo, args: &[&str]) -> String {
    let output = output(repo.path(), args);
    assert!(output.status.success(), "tasks {args:?}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap()
}

/// What a command that fails says.
fn refusal(repo: &TestRepo, args: &[&str]) -> String {
    let output = output(repo.path(), args);
    assert_eq!(output.status.code(), Some(2), "tasks {args:?}");
    String::from_utf8(output.stderr).unwrap()
}

/// The status of a task, and the first lines of the commits that count for it.
fn standing(repo: &TestRepo, id: &str) -> (String, Vec<String>) {
    let json: Value = serde_json::from_str(&tasks(repo, &["show", id, "--format", "json"])).unwrap();
    let task = &json["tasks"][0];
    let subjects =
        task["evidence"].as_array().unwrap().iter().map(|e| e["subject"].as_str().unwrap().to_owned());
    (task["status"].as_str().unwrap().to_owned(), subjects.collect())
}

fn read(repo: &TestRepo, path: &str) -> String {
    std::fs::read_to_string(repo.path().join(path)).unwrap_or_else(|e| panic!("{path}: {e}"))
}

/// Work on files outside the plan, with a message.
fn work(repo: &TestRepo, message: &str) {
    repo.write("work.txt", message);
    repo.commit(message);
}

const WAITS: &str = "title = \"w\"\n\ndepends = [\n  \"2\",\n]\n";

/// Two branches that gave the id 2 to a task each, before they are merged; `a` is checked out.
fn two_branches() -> TestRepo {
    let repo = TestRepo::new();
    repo.write(".tasks/config.toml", "version = 1\n");
    repo.write(".tasks/1.toml", "title = \"one\"\n");
    repo.commit("plan: start");
    repo.git(&["checkout", "-qb", "b"]);
    repo.write(".tasks/b/2.toml", "title = \"paint\"\n\ncreated = 2026-01-02T00:00:00Z\n");
    repo.write(".tasks/b/11.toml", WAITS);
    repo.write(".tasks/12.toml", WAITS);
    repo.write(".tasks/milestones/m.toml", "title = \"m\"\n\ntasks = [\n  \"2\",\n]\n");
    repo.commit("plan: paint");
    repo.write("paint.txt", "x");
    repo.commit("task 2: paint it");
    repo.git(&["checkout", "-q", "main"]);
    repo.git(&["checkout", "-qb", "a"]);
    repo.write(".tasks/a/2.toml", "title = \"rotate\"\n\ncreated = 2026-01-01T00:00:00Z\n");
    repo.write(".tasks/a/10.toml", WAITS);
    repo.write(".tasks/12.toml", WAITS);
    repo.commit("plan: rotate");
    work(&repo, "task 2 wip: begin to rotate");
    repo
}

#[test]
fn two_tasks_of_one_id_are_healed_and_keep_their_commits() {
    let repo = two_branches();
    repo.git(&["merge", "-q", "-m", "Merge b", "b"]);
    let findings = output(repo.path(), &["check"]);
    assert_eq!(findings.status.code(), Some(1));
    let findings = String::from_utf8(findings.stdout).unwrap();
    assert!(findings.contains(".tasks/a/2.toml and .tasks/b/2.toml"), "{findings}");
    assert!(findings.contains("tasks renumber .tasks/b/2.toml"), "{findings}");
    for args in [&["renumber", "2"][..], &["done", "2"]] {
        let said = refusal(&repo, args);
        assert!(said.contains("two files have the id 2: "), "{said}");
        assert!(said.contains("tasks renumber .tasks/a/2.toml or tasks renumber .tasks/b/2.toml"), "{said}");
    }
    work(&repo, "task 2: either of them");

    let before = repo.git(&["status", "--porcelain"]);
    assert!(tasks(&repo, &["renumber", ".tasks/b/2.toml", "--dry-run"]).contains("+++ b/.tasks/b/13.toml"));
    assert_eq!(repo.git(&["status", "--porcelain"]), before);
    let said = tasks(&repo, &["renumber", ".tasks/b/2.toml"]);
    assert!(said.contains("2 is now 13: .tasks/b/13.toml"), "{said}");
    assert!(
        said.contains("2 files name it now by its new id: .tasks/b/11.toml, .tasks/milestones/m.toml"),
        "{said}"
    );
    assert!(said.contains(".tasks/12.toml names 2 in depends, and nothing tells"), "{said}");
    assert!(read(&repo, ".tasks/b/13.toml").contains("aka = [\n  \"2\",\n]"));
    assert_eq!(read(&repo, ".tasks/b/11.toml"), WAITS.replace('2', "13"));
    assert_eq!(
        (read(&repo, ".tasks/a/10.toml"), read(&repo, ".tasks/12.toml")),
        (WAITS.into(), WAITS.into())
    );
    repo.commit("plan: heal");

    let painted = ("completed".to_owned(), vec!["task 2: paint it".to_owned()]);
    assert_eq!(standing(&repo, "13"), painted);
    assert_eq!(
        standing(&repo, "2"),
        ("in_progress".to_owned(), vec!["task 2 wip: begin to rotate".to_owned()])
    );
    let findings = tasks(&repo, &["check"]);
    assert!(findings.contains("could mean more than one task (2, 13)"), "{findings}");

    work(&repo, "task 2: rotate");
    assert_eq!(standing(&repo, "2").0, "completed");
    assert_eq!(standing(&repo, "13"), painted);
    work(&repo, "Paint again\n\nReopens-Task: 13");
    assert_eq!((standing(&repo, "2").0.as_str(), standing(&repo, "13").0.as_str()), ("completed", "pending"));
}

#[test]
fn a_merge_that_is_not_committed_yet_is_healed_as_well_and_git_undoes_it() {
    let repo = two_branches();
    repo.git(&["merge", "-q", "--no-commit", "b"]);
    tasks(&repo, &["renumber", ".tasks/a/2.toml", "40"]);
    assert_eq!(read(&repo, ".tasks/a/10.toml"), WAITS.replace('2', "40"));
    assert_eq!(read(&repo, ".tasks/b/11.toml"), WAITS);
    repo.commit("Merge b");
    assert_eq!(standing(&repo, "40").0, "in_progress");
    assert_eq!(standing(&repo, "2").0, "completed");
    tasks(&repo, &["renumber", "40", "fourty"]);
    assert!(read(&repo, ".tasks/a/fourty.toml").contains("aka = [\n  \"2\",\n  \"40\",\n]"));
    repo.commit("plan: a word for it");
    repo.git(&["revert", "--no-edit", "HEAD"]);
    assert_eq!(repo.git(&["diff", "HEAD~2", "HEAD"]), "");
    assert_eq!(standing(&repo, "40").0, "in_progress");
}

#[test]
fn what_names_a_task_names_it_by_its_new_id() {
    let repo = TestRepo::new();
    repo.write(".tasks/config.toml", "version = 1\n");
    repo.write(".tasks/db/T7.toml", "title = \"t\"  # kept\n");
    repo.write(".tasks/8.toml", "title = \"see task T7\"\ndepends = [\"t7\"]\n");
    repo.write(".tasks/db/group.toml", "depends = [\n  \"8\",\n]\n");
    repo.commit("plan: start");
    work(&repo, "task T7: do it");
    let json: Value = serde_json::from_str(&tasks(&repo, &["renumber", "t7", "--format", "json"])).unwrap();
    assert_eq!((&json["before"], &json["after"]), (&Value::from("T7"), &Value::from("9")));
    assert_eq!((&json["changed"], &json["texts"]), (&json["texts"], &Value::from(vec![".tasks/8.toml"])));
    assert_eq!(read(&repo, ".tasks/8.toml"), "title = \"see task T7\"\ndepends = [\"9\"]\n");
    assert!(read(&repo, ".tasks/db/9.toml").starts_with("title = \"t\"  # kept\n"));
    assert_eq!(standing(&repo, "9").0, "completed");
    assert!(refusal(&repo, &["renumber", "9", "8"]).contains("there is a task 8 already"));
    assert!(refusal(&repo, &["renumber", "9", "9"]).contains("has that id already"));
    assert!(refusal(&repo, &["renumber", ".tasks/nothing.toml"]).contains("is no task file"));
    tasks(&repo, &["renumber", "9", "T7"]);
    assert!(!read(&repo, ".tasks/db/T7.toml").contains("\"T7\""));
}

#[test]
fn an_id_that_was_given_is_not_given_again() {
    let repo = TestRepo::new();
    repo.write(".tasks/config.toml", "version = 1\n");
    repo.commit("plan: start");
    let new = |title: &str| tasks(&repo, &["new", title]).split(' ').next().unwrap().to_owned();
    assert_eq!(new("removed"), "1");
    repo.commit("plan: one");
    tasks(&repo, &["rm", "1"]);
    repo.commit("plan: none");
    assert_eq!(new("archived"), "2");
    tasks(&repo, &["done", "2"]);
    tasks(&repo, &["archive", "2"]);
    assert_eq!(new("renumbered"), "3");
    tasks(&repo, &["renumber", "3", "50"]);
    assert_eq!(new("next"), "51");
    for id in ["1", "2", "3"] {
        assert_eq!(output(repo.path(), &["new", "again", "--id", id]).status.code(), Some(2), "{id}");
    }
}

#[test]
fn the_next_id_is_the_same_whatever_is_remembered() {
    let repo = TestRepo::new();
    repo.write(".tasks/config.toml", "version = 1\n");
    repo.commit("plan: start");
    let next = |expected: &str| {
        for _ in 0..2 {
            let with = tasks(&repo, &["new", "t", "--dry-run"]);
            assert_eq!(with, tasks(&repo, &["new", "t", "--dry-run", "--no-cache"]));
            assert!(with.contains(&format!("+++ b/.tasks/{expected}.toml")), "{expected}: {with}");
        }
    };
    next("1");
    work(&repo, "task 40: no such task");
    next("41");
    repo.git(&["checkout", "-qb", "side"]);
    repo.write(".tasks/60.toml", "title = \"t\"\n");
    repo.commit("plan: sixty");
    repo.git(&["checkout", "-q", "main"]);
    next("61");
    repo.git(&["branch", "-qD", "side"]);
    next("41");
    repo.write(".tasks/config.toml", "version = 1\n[ids]\nprefix = \"P-\"\n");
    next("P-1");
    repo.write(".tasks/config.toml", "version = 1\n[references]\nkeywords = [\"job\"]\n");
    next("1");
    repo.write(".tasks/config.toml", "version = 1\n");
    next("41");
    repo.write(".tasks/milestones/2026.toml", "title = \"m\"\n");
    repo.write(".tasks/x.toml", "title = \"t\"\naka = [\"77\"]\n");
    next("78");
}

#[test]
fn fifty_commands_in_two_worktrees_give_fifty_ids() {
    let repo = TestRepo::new();
    repo.write(".tasks/config.toml", "version = 1\n");
    repo.commit("plan: start");
    let linked: PathBuf = repo.path().join("../linked");
    repo.git(&["worktree", "add", "-q", "../linked"]);
    let ids: Vec<String> = std::thread::scope(|scope| {
        let start = |at: u32| {
            let dir = if at.is_multiple_of(2) { repo.path() } else { &linked };
            scope.spawn(move || {
                let output = output(dir, &["new", "one of fifty"]);
                assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
                String::from_utf8(output.stdout).unwrap().split(' ').next().unwrap().to_owned()
            })
        };
        let running: Vec<_> = (0..50).map(start).collect();
        running.into_iter().map(|thread| thread.join().unwrap()).collect()
    });
    let distinct: BTreeSet<u32> = ids.iter().map(|id| id.parse().unwrap()).collect();
    assert_eq!(distinct, (1..=50).collect());
    let files = |dir: &Path| std::fs::read_dir(dir.join(".tasks")).unwrap().count();
    assert_eq!((files(repo.path()), files(&linked)), (26, 26));
}

/// What new ids are like, and what commits say, is decided by the configuration: without it nothing is decided.
#[test]
fn commands_that_go_by_a_broken_configuration_refuse() {
    let repo = TestRepo::new();
    repo.write(".tasks/1.toml", "title = \"one\"\n");
    repo.write("plan.md", "- [ ] two\n");
    let config = repo.path().join(".tasks/config.toml");
    let large = format!("version = 1\n{}", "#".repeat(1 << 20));
    let refused = |kind: &str, reason: &str| {
        let commands: [&[&str]; 5] = [
            &["new", "two"],
            &["new", "two", "--dry-run"],
            &["done", "1"],
            &["renumber", "1"],
            &["import", "plan.md"],
        ];
        for args in commands {
            let said = refusal(&repo, args);
            assert!(said.contains(reason) && said.contains("tasks check"), "{kind}: {args:?}: {said}");
        }
        assert!(
            !repo.path().join(".tasks/2.toml").exists() && !repo.path().join(".tasks/PROJ-1.toml").exists()
        );
    };
    for (kind, text, reason) in [
        ("conflict", "version = 1\n<<<<<<< HEAD\n[ids]\nprefix = \"PROJ-\"\n", "merge conflict"),
        ("large", &large, "larger than 1 MiB"),
    ] {
        repo.write(".tasks/config.toml", text);
        refused(kind, reason);
    }
    std::fs::remove_file(&config).unwrap();
    std::fs::create_dir(&config).unwrap();
    refused("folder", "has the name of a plan file");
    std::fs::remove_dir(&config).unwrap();
    #[cfg(unix)]
    {
        repo.write("elsewhere.toml", "version = 1\n");
        std::os::unix::fs::symlink("../elsewhere.toml", &config).unwrap();
        refused("link", "symbolic link");
        std::fs::remove_file(&config).unwrap();
    }
    assert!(tasks(&repo, &["new", "two"]).starts_with("2 "));
}
