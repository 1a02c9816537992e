//! `tasks log` on real repositories.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod common;

use common::{TestRepo, hermetic};
use serde_json::Value;
use std::path::Path;
use std::process::Output;

/// Runs `tasks` with nothing of this machine's but its programs, at a fixed time shortly after the first commits.
fn tasks(dir: &Path, args: &[&str]) -> Output {
    hermetic(env!("CARGO_BIN_EXE_tasks"), dir, args)
        .envs([("TASKS_NOW", "2023-11-15T00:00:00Z"), ("NO_COLOR", "1"), ("COLUMNS", "100")])
        .output()
        .unwrap()
}

fn text(dir: &Path, args: &[&str]) -> String {
    let output = tasks(dir, args);
    format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr))
}

fn json(dir: &Path, args: &[&str]) -> Value {
    let output = tasks(dir, &[args, &["--format", "json"]].concat());
    serde_json::from_slice(&output.stdout).unwrap_or_else(|e| panic!("{args:?}: {e}: {output:?}"))
}

/// A file below `.tasks/`: its path and what it says.
type File<'a> = (&'a str, &'a str);

fn plan(files: &[File]) -> TestRepo {
    let repo = TestRepo::new();
    repo.write(".tasks/config.toml", "version = 1\n");
    for (path, text) in files {
        repo.write(&format!(".tasks/{path}"), text);
    }
    repo.commit("plan");
    repo
}

/// Kinds, ids and details of events, the newest first.
fn events(dir: &Path, args: &[&str]) -> Vec<String> {
    let log = json(dir, &[&["log"], args].concat());
    let events = log["events"].as_array().unwrap().iter();
    events.map(|e| format!("{} {}", e["kind"].as_str().unwrap(), e["id"].as_str().unwrap())).collect()
}

/// A plan of two tasks with a history of everything that can happen.
fn eventful() -> TestRepo {
    let repo =
        plan(&[("a/1.toml", "title = \"One\"\npriority = \"low\"\n"), ("a/2.toml", "title = \"Two\"\n")]);
    repo.commit("wip: task 1: begin");
    repo.write(".tasks/a/1.toml", "title = \"One\"\npriority = \"high\"\ntags = [\"x\"]\n");
    repo.commit("Raise the priority");
    repo.write("code", "1\n");
    repo.commit("task 1: do it");
    repo.git(&["revert", "--no-edit", "HEAD"]);
    repo.git(&["mv", ".tasks/a/1.toml", ".tasks/1.toml"]);
    repo.commit("Move it");
    repo.write("code", "2\n");
    repo.commit("task 1: do it again");
    repo.commit("Not yet\n\nReopens-Task: 1");
    repo.git(&["rm", "-q", ".tasks/a/2.toml"]);
    repo.commit("Drop two");
    repo
}

#[test]
fn the_life_of_a_task_is_told() {
    let repo = eventful();
    let life = [
        "reopened 1",
        "completed 1",
        "moved 1",
        "reverted 1",
        "completed 1",
        "edited 1",
        "started 1",
        "created 1",
    ];
    assert_eq!(events(repo.path(), &["1"]), life);
    assert_eq!(events(repo.path(), &["1", "--limit", "2"]), life[..2]);
    assert_eq!(events(repo.path(), &["2"]), ["removed 2", "created 2"]);
    let log = json(repo.path(), &["log", "1"]);
    assert_eq!(log["total"], 8);
    let edited = &log["events"][5];
    assert_eq!(edited["author"], "Ann");
    assert_eq!(edited["fields"][0]["name"], "priority");
    assert_eq!(
        (&edited["fields"][0]["before"], &edited["fields"][0]["after"]),
        (&"low".into(), &"high".into())
    );
    assert_eq!((&edited["fields"][1]["before"], &edited["fields"][1]["after"]), (&Value::Null, &"x".into()));
    let shown = text(repo.path(), &["log", "1"]);
    assert!(shown.contains("    priority: low -> high\n"), "{shown}");
    assert!(shown.contains(".tasks/a/1.toml -> .tasks/1.toml"), "{shown}");
}

#[test]
fn a_line_of_the_log_fits_the_terminal() {
    let repo = plan(&[("1.toml", &format!("title = \"{}\"\n", "long ".repeat(40).trim_end()))]);
    let shown = text(repo.path(), &["log", "1"]);
    assert!(shown.lines().all(|line| line.chars().count() <= 100), "{shown}");
}

#[test]
fn a_renumbered_task_keeps_its_life_whichever_id_is_asked_for() {
    let repo = plan(&[("1.toml", "title = \"One\"\n")]);
    repo.git(&["rm", "-q", ".tasks/1.toml"]);
    repo.write(".tasks/7.toml", "title = \"One\"\n");
    repo.commit("Renumber");
    repo.write(".tasks/7.toml", "title = \"One\"\naka = [\"1\"]\n");
    repo.commit("Remember");
    for id in ["7", "1"] {
        assert_eq!(events(repo.path(), &[id]), ["edited 7", "renumbered 7", "created 1"]);
    }
    assert!(tasks(repo.path(), &["renumber", "7"]).status.success());
    repo.commit("Renumber again");
    for id in ["8", "7", "1"] {
        assert_eq!(events(repo.path(), &[id])[0], "renumbered 8", "{id}");
    }
}

#[test]
fn two_tasks_that_had_one_id_have_a_life_each() {
    // In folders of their own, in one folder, and with a title that is another today.
    for (alpha, beta, old_title) in
        [("ga/7", "gb/7", "alpha"), ("7", "gb/7", "alpha"), ("ga/7", "gb/7", "raw")]
    {
        let repo = plan(&[("a/1.toml", "title = \"One\"\n")]);
        let of = |name: &str| format!(".tasks/{name}.toml");
        repo.git(&["checkout", "-q", "-b", "one"]);
        repo.write(&of(alpha), &format!("title = \"{old_title}\"\n"));
        repo.commit("plan alpha");
        repo.write(&of(alpha), "title = \"alpha\"\npriority = \"low\"\n");
        repo.commit("edit alpha");
        repo.git(&["checkout", "-q", "main"]);
        repo.write(&of(beta), "title = \"beta\"\n");
        repo.commit("plan beta");
        repo.commit("task 7: beta is done");
        repo.git(&["merge", "-q", "--no-edit", "one"]);
        let output = tasks(repo.path(), &["renumber", &of(alpha)]);
        assert!(output.status.success(), "{output:?}");
        repo.commit("heal");
        assert_eq!(events(repo.path(), &["7"]), ["completed 7", "created 7"], "{alpha}");
        assert_eq!(events(repo.path(), &["8"]), ["renumbered 8", "edited 7", "created 7"], "{alpha}");
        let both = ["renumbered 8", "completed 7", "created 7", "edited 7", "created 7"];
        let mut shown = events(repo.path(), &["7", "8"]);
        shown.sort();
        let mut both = both.to_vec();
        both.sort_unstable();
        assert_eq!(shown, both, "{alpha}");
    }
}

#[test]
fn the_news_of_a_plan_begin_where_they_are_wanted() {
    let repo = eventful();
    let all = events(repo.path(), &[]);
    assert_eq!(all.len(), 10, "{all:?}");
    assert_eq!(all[0], "removed 2");
    assert_eq!(events(repo.path(), &["--since", "HEAD~2"]), ["removed 2", "reopened 1"]);
    assert_eq!(events(repo.path(), &["--since", "2023-11-15"]), Vec::<String>::new());
    assert_eq!(events(repo.path(), &["--since", "2023-11-14"]).len(), 10);
    assert_eq!(events(repo.path(), &["--since", "1h"]), Vec::<String>::new());
    assert_eq!(events(repo.path(), &["--since", "24h"]).len(), 10);
    assert_eq!(text(repo.path(), &["log", "--since", "1h"]), "nothing happened since 2023-11-14T23:00:00Z\n");
    let last =
        |args: &[&str]| text(repo.path(), &[&["log"], args].concat()).lines().last().unwrap().to_owned();
    let window = "in the last two weeks; --since tells of more";
    assert_eq!(last(&["-n", "4"]), format!("and 6 events before {window}"));
    assert_eq!(last(&[]), format!("10 events {window}"));
    assert_eq!(last(&["--only", "archived"]), format!("nothing happened {window}"));
    assert_eq!(last(&["-n", "4", "--since", "24h"]), "and 6 events before");
    assert_eq!(last(&["1", "-n", "4"]), "and 4 events before");
    assert!(!text(repo.path(), &["log", "--since", "24h"]).contains(" events"));
    assert_eq!(json(repo.path(), &["log"])["since_by_default"], true);
    assert_eq!(json(repo.path(), &["log", "1"])["since_by_default"], false);
}

#[test]
fn a_log_of_nothing_known_helps() {
    let repo = plan(&[("412.toml", "title = \"One\"\n")]);
    let cases = [
        (&["log", "413"][..], "did you mean 412?"),
        (&["log", "4 2"], "is no task id"),
        (&["log", "--since", "nowhere"], "--since takes a day"),
    ];
    for (args, help) in cases {
        let output = tasks(repo.path(), args);
        assert_eq!(output.status.code(), Some(2), "{args:?}");
        assert!(String::from_utf8_lossy(&output.stderr).contains(help), "{args:?}: {output:?}");
    }
    let unborn = TestRepo::new();
    unborn.write(".tasks/1.toml", "title = \"One\"\n");
    assert_eq!(events(unborn.path(), &["1"]), Vec::<String>::new());
}

#[test]
fn what_files_say_and_new_ids_are_events() {
    let repo = plan(&[("1.toml", "title = \"One\"\n")]);
    for (args, message) in [
        (&["done", "1"][..], "say so"),
        (&["reopen", "1"], "not yet"),
        (&["renumber", "1", "auth-1"], "another id"),
    ] {
        assert!(tasks(repo.path(), args).status.success(), "{args:?}");
        repo.commit(message);
    }
    let expected = ["renumbered auth-1", "reopened 1", "completed 1", "created 1"];
    assert_eq!(events(repo.path(), &[]), expected);
    assert_eq!(events(repo.path(), &["auth-1", "--only", "renumbered"]), expected[..1]);
    assert_eq!(events(repo.path(), &["--only", "completed"]), expected[2..3]);
}
