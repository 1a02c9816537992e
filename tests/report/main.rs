//! Reports as a release makes them, with the real program on real repositories.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

#[path = "../common/mod.rs"]
mod common;
mod page;
mod pipeline;
mod ranges;
mod templates;
#[path = "../common/work.rs"]
mod work;

use common::{TestRepo, hermetic};
use serde_json::Value;
use std::path::Path;
use std::process::{Command, Output};
use work::work;

/// Two weeks after the first commits of a test repository.
const NOW: &str = "2023-11-28T22:13:20Z";

/// `tasks` with nothing of this machine's but its programs, at a fixed time.
fn command(dir: &Path, args: &[&str]) -> Command {
    let mut command = hermetic(env!("CARGO_BIN_EXE_tasks"), dir, args);
    command.envs([("TASKS_NOW", NOW), ("NO_COLOR", "1"), ("COLUMNS", "80")]);
    command
}

/// Exit code, standard output and standard error, as one text.
fn told(dir: &Path, args: &[&str]) -> String {
    text_of(&command(dir, args).output().unwrap())
}

fn text_of(output: &Output) -> String {
    let (out, err) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    format!("{}\n{out}{err}", output.status.code().unwrap())
}

/// `tasks report` as JSON.
fn report(dir: &Path, args: &[&str]) -> Value {
    let output = command(dir, &[&["report", "--format", "json"], args].concat()).output().unwrap();
    serde_json::from_slice(&output.stdout).unwrap_or_else(|e| panic!("{args:?}: {e}: {output:?}"))
}

/// The ids of tasks in a list of the report.
fn ids(list: &Value) -> String {
    let ids = list.as_array().unwrap().iter().map(|task| task["id"].as_str().unwrap());
    ids.collect::<Vec<_>>().join(" ")
}

/// The ids of what was completed.
fn completed(view: &Value) -> String {
    let sections = view["completed"].as_array().unwrap().iter();
    sections.map(|section| ids(&section["tasks"])).collect::<Vec<_>>().join(" ")
}

/// Tasks 1 to `count` of the milestone `beta`, committed.
fn plan_repo(count: usize) -> TestRepo {
    let repo = TestRepo::new();
    repo.write(".tasks/config.toml", "version = 1\n\n[branches]\ntrunk = [\"main\", \"release/*\"]\n");
    repo.write(".tasks/milestones/beta.toml", "title = \"Public beta\"\n");
    for id in 1..=count {
        let text = format!("title = \"Task {id}\"\n\nmilestones = [\n  \"beta\",\n]\n");
        repo.write(&format!(".tasks/{id}.toml"), &text);
    }
    repo.commit("plan: start");
    repo
}
