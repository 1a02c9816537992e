//! Boards and graphs, with the real program on real repositories.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod board;
#[path = "../common/mod.rs"]
mod common;
mod graph;
mod hostile;

use common::TestRepo;
use serde_json::Value;
use std::path::Path;
use std::process::{Command, Output};

/// Two weeks after the first commits of a test repository.
const NOW: &str = "2023-11-28T22:13:20Z";

/// `tasks` with nothing of this machine's but its programs, at a fixed time, on a terminal of so many columns or in a pipe.
fn tasks(dir: &Path, columns: Option<usize>, args: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_tasks"));
    command
        .args(args)
        .current_dir(dir)
        .env_clear()
        .envs(std::env::vars().filter(|(name, _)| name == "PATH"))
        .envs([("HOME", "/nonexistent"), ("GIT_CONFIG_GLOBAL", "/dev/null"), ("GIT_CONFIG_NOSYSTEM", "1")])
        .envs([("TASKS_NOW", NOW), ("NO_COLOR", "1"), ("TZ", "UTC")])
        .envs(columns.map(|columns| ("COLUMNS", columns.to_string())));
    command.output().unwrap()
}

/// What the command prints; it has to succeed.
fn shown(repo: &TestRepo, args: &[&str]) -> String {
    let output = tasks(repo.path(), Some(80), args);
    assert!(output.status.success(), "{args:?}: {}", error(&output));
    String::from_utf8(output.stdout).unwrap()
}

fn error(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

fn json(repo: &TestRepo, args: &[&str]) -> Value {
    serde_json::from_str(&shown(repo, &[args, &["--format", "json"]].concat())).unwrap()
}

/// A plan of those files, each a path below `.tasks/` without its ending and what follows a title; committed.
fn plan_repo(files: &[(&str, &str)]) -> TestRepo {
    let repo = TestRepo::new();
    repo.write(".tasks/config.toml", "version = 1\n");
    for (path, text) in files {
        let name = path.rsplit('/').next().unwrap();
        let has_title = text.contains("title =") || path.starts_with("milestones/") || name == "group";
        let title = if has_title { String::new() } else { format!("title = \"Task {name}\"\n") };
        repo.write(&format!(".tasks/{path}.toml"), &format!("{title}{text}\n"));
    }
    repo.commit("plan: start");
    repo
}

/// A commit that does something besides naming tasks.
fn work(repo: &TestRepo, message: &str) {
    let count = repo.git(&["rev-list", "--count", "--all"]);
    repo.write(&format!("code-{count}.txt"), &count);
    repo.commit(message);
}
