//! Branches that tell, claims, and totals over time, with the real program on real repositories.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod claims;
#[path = "../common/mod.rs"]
mod common;
mod counts;
mod hundreds;
mod matrix;
#[path = "../common/work.rs"]
mod work;

use common::{TestRepo, hermetic};
use serde_json::Value;
use std::path::Path;
use std::process::{Command, Output};
use work::work;

/// An hour after the first commits of a test repository.
const NOW: &str = "2023-11-15T00:00:00Z";

/// `tasks` with nothing of this machine's but its programs, as somebody, at a fixed time.
fn command(dir: &Path, who: &str, args: &[&str]) -> Command {
    let mut command = hermetic(env!("CARGO_BIN_EXE_tasks"), dir, args);
    command
        .envs([("GIT_AUTHOR_NAME", who), ("GIT_AUTHOR_EMAIL", &format!("{who}@example.com").to_lowercase())])
        .envs([("TASKS_NOW", NOW), ("NO_COLOR", "1"), ("COLUMNS", "80")]);
    command
}

fn tasks(dir: &Path, args: &[&str]) -> Output {
    command(dir, "Ann", args).output().unwrap()
}

/// Exit code, standard output and standard error, as one text.
fn told(output: &Output) -> String {
    let (out, err) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    format!("{}\n{out}{err}", output.status.code().unwrap())
}

fn json(dir: &Path, args: &[&str]) -> Value {
    let output = tasks(dir, &[args, &["--format", "json"]].concat());
    serde_json::from_slice(&output.stdout).unwrap_or_else(|e| panic!("{args:?}: {e}: {output:?}"))
}

/// Tasks 1 to `count`, each with a title, committed.
fn plan_repo(count: usize) -> TestRepo {
    let repo = TestRepo::new();
    repo.write(".tasks/config.toml", "version = 1\n");
    for id in 1..=count {
        repo.write(&format!(".tasks/{id}.toml"), &format!("title = \"Task {id}\"\n"));
    }
    repo.commit("plan: start");
    repo
}
