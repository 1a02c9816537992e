//! `tasks check` on real repositories.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod anywhere;
mod change;
#[path = "../common/mod.rs"]
mod common;
mod forms;
mod mend;
mod onto;
mod rules;

use common::{TestRepo, hermetic};
use serde_json::Value;
use std::path::Path;
use std::process::Output;

/// A task that says nothing else.
const ONE: &str = "title = \"One\"\n";

/// A task that waits for another.
fn depends(on: &str) -> String {
    format!("title = \"T\"\ndepends = [\"{on}\"]\n")
}

/// Runs `tasks` with nothing of this machine's but its programs, at a fixed time shortly after the first commits.
fn tasks(dir: &Path, args: &[&str]) -> Output {
    tasks_with(dir, args, &[])
}

/// The same with further variables.
fn tasks_with(dir: &Path, args: &[&str], variables: &[(&str, &str)]) -> Output {
    hermetic(env!("CARGO_BIN_EXE_tasks"), dir, args)
        .envs([("TASKS_NOW", "2023-11-15T00:00:00Z"), ("NO_COLOR", "1"), ("COLUMNS", "100")])
        .envs(variables.iter().copied())
        .output()
        .unwrap()
}

fn stdout(output: &Output) -> String {
    String::from_utf8(output.stdout.clone()).unwrap()
}

fn stderr(output: &Output) -> String {
    String::from_utf8(output.stderr.clone()).unwrap()
}

fn json(dir: &Path, args: &[&str]) -> Value {
    let output = tasks(dir, &[&["check"], args, &["--format", "json"]].concat());
    serde_json::from_slice(&output.stdout).unwrap_or_else(|e| panic!("{args:?}: {e}: {output:?}"))
}

/// The findings in order: severity and code.
fn codes(dir: &Path, args: &[&str]) -> Vec<String> {
    let findings = json(dir, args);
    let findings = findings["findings"].as_array().unwrap().iter();
    findings.map(|f| format!("{} {}", f["severity"].as_str().unwrap(), f["code"].as_str().unwrap())).collect()
}

/// The same with the place: file below `.tasks/`, line and column.
fn places(dir: &Path, args: &[&str]) -> Vec<String> {
    let findings = json(dir, args);
    let place = |f: &Value| {
        let path = f["path"].as_str().map_or("-", |path| path.strip_prefix(".tasks/").unwrap_or(path));
        let line = f["line"].as_u64().map_or(String::new(), |line| format!(":{line}:{}", f["column"]));
        format!("{} {} {path}{line}", f["severity"].as_str().unwrap(), f["code"].as_str().unwrap())
    };
    findings["findings"].as_array().unwrap().iter().map(place).collect()
}

fn exit(dir: &Path, args: &[&str]) -> i32 {
    tasks(dir, &[&["check"], args].concat()).status.code().unwrap()
}

/// A file below `.tasks/`: its path and what it says.
type File<'a> = (&'a str, &'a str);

fn write(repo: &TestRepo, files: &[File]) {
    for (path, text) in files {
        repo.write(&format!(".tasks/{path}"), text);
    }
}

/// A repository with a plan of these files.
fn plan(files: &[File]) -> TestRepo {
    let repo = TestRepo::new();
    repo.write(".tasks/config.toml", "version = 1\n");
    write(&repo, files);
    repo.commit("plan");
    repo
}
