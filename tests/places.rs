//! The commands that begin a plan and say where its tasks lie, run as a user runs them.

mod common;

use common::TestRepo;
use std::process::{Command, Output};

/// Runs the program at a fixed time.
fn output(repo: &TestRepo, args: &[&str], input: &str, editor: &str) -> Output {
    use std::io::Write;
    let mut child = Command::new(env!("CARGO_BIN_EXE_tasks"))
        .args(args)
        .current_dir(repo.path())
        .env_clear()
        .envs(std::env::vars().filter(|(name, _)| name == "PATH"))
        .envs([("HOME", "/nonexistent"), ("GIT_CONFIG_GLOBAL", "/dev/null"), ("GIT_CONFIG_NOSYSTEM", "1")])
        .envs([("TASKS_NOW", "2026-11-21T10:00:00Z"), ("GIT_EDITOR", editor)])
        .stdin(std::process::Stdio::piped())
        .stdout(std::process::Stdio::piped())
        .stderr(std::process::Stdio::piped())
        .spawn()
        .unwrap();
    child.stdin.take().unwrap().write_all(input.as_bytes()).unwrap();
    child.wait_with_output().unwrap()
}

/// What a command that succeeds prints.
fn tasks(repo: &TestRepo, args: &[&str]) -> String {
    let output = output(repo, args, "", "false");
    let error = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "tasks {args:?}: {error}");
    String::from_utf8(output.stdout).unwrap()
}

/// What a command that fails says.
fn refusal(repo: &TestRepo, args: &[&str]) -> String {
    let output = output(repo, args, "", "false");
    assert_eq!(output.status.code(), Some(2), "tasks {args:?}");
    String::from_utf8(output.stderr).unwrap()
}

fn read(repo: &TestRepo, path: &str) -> String {
    std::fs::read_to_string(repo.path().join(path)).unwrap_or_else(|e| panic!("{path}: {e}"))
}

fn exists(repo: &TestRepo, path: &str) -> bool {
    repo.path().join(path).exists()
}

const CONFIG: &str = ".tasks/config.toml";

#[test]
fn init_without_commits_sets_no_boundary_and_may_be_repeated() {
    let repo = TestRepo::new();
    assert!(tasks(&repo, &["init", "--dry-run"]).contains("+version = 1"));
    assert!(!exists(&repo, CONFIG));
    tasks(&repo, &["init", "--prefix", "PROJ-"]);
    let config = read(&repo, CONFIG);
    assert_eq!(config, "version = 1\n\n[ids]\nprefix = \"PROJ-\"\n");
    assert!(tasks(&repo, &["init"]).contains("exists already"));
    assert_eq!(read(&repo, CONFIG), config);
    assert!(refusal(&repo, &["init", "--prefix", "a b"]).contains("cannot be the start"));
}

#[test]
fn init_counts_from_what_is_published_or_from_today() {
    let origin = TestRepo::new();
    let published = origin.commit("task 1: long ago");
    tasks(&origin, &["init"]);
    assert_eq!(read(&origin, CONFIG), "version = 1\n\n[history]\nsince = \"2026-11-21\"\n");
    let clone = TestRepo::made_by(&["clone", "-q", &origin.path().display().to_string(), "."]);
    clone.commit("task 2: not pushed");
    tasks(&clone, &["init"]);
    assert_eq!(read(&clone, CONFIG), format!("version = 1\n\n[history]\nsince = \"{published}\"\n"));
}

#[test]
fn init_leaves_the_files_of_other_programs_alone() {
    let repo = TestRepo::new();
    repo.write(".tasks/a/1.md", "# One\n");
    assert!(refusal(&repo, &["init"]).contains(".tasks/a/1.md"));
    assert!(!exists(&repo, CONFIG));
    repo.write(".tasks/a/1.toml", "title = \"One\"\n");
    tasks(&repo, &["init", "--editor"]);
    assert!(exists(&repo, CONFIG) && exists(&repo, ".tasks/schema.json"));
    let other = TestRepo::new();
    other.write(".tasks/settings.toml", "color = true\n");
    assert!(refusal(&other, &["init"]).contains(".tasks/settings.toml"));
}
