//! What the tool says of the demo's repository: the demo shows what it promises.

use serde_json::Value;
use std::collections::BTreeMap;
use std::path::Path;
use std::process::Command;

const NOW: &str = "2026-11-20T12:00:00Z";

/// The status of every task, by id.
fn statuses(dir: &Path, arguments: &[&str]) -> BTreeMap<String, String> {
    let output = Command::new(env!("CARGO_BIN_EXE_tasks"))
        .args(["list", "--all", "--format", "json"])
        .args(arguments)
        .current_dir(dir)
        .env("GIT_CONFIG_GLOBAL", "/dev/null")
        .env("GIT_CONFIG_NOSYSTEM", "1")
        .env("TASKS_NOW", NOW)
        .output()
        .expect("the binary runs");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let list: Value = serde_json::from_slice(&output.stdout).expect("JSON");
    let text = |task: &Value, key: &str| task[key].as_str().expect("a string").to_owned();
    let tasks = list["tasks"].as_array().expect("a list of tasks");
    tasks.iter().map(|task| (text(task, "id"), text(task, "status"))).collect()
}

#[test]
fn every_line_fits_a_narrow_terminal_and_none_is_cut_in_a_pipe() {
    let dir = tempfile::tempdir().unwrap();
    tasks::demo::create(dir.path(), NOW.parse().unwrap()).unwrap();
    let shown = |arguments: &[&str], columns: Option<&str>| {
        let mut command = Command::new(env!("CARGO_BIN_EXE_tasks"));
        command.args(arguments).current_dir(dir.path()).env_remove("COLUMNS").env("TASKS_NOW", NOW);
        command.env("GIT_CONFIG_GLOBAL", "/dev/null").env("GIT_CONFIG_NOSYSTEM", "1").env("NO_COLOR", "1");
        command.envs(columns.map(|columns| ("COLUMNS", columns)));
        String::from_utf8(command.output().expect("the binary runs").stdout).expect("UTF-8")
    };
    let commands: [&[&str]; 7] = [
        &["status"],
        &["board"],
        &["list", "--all"],
        &["next"],
        &["why", "8"],
        &["log"],
        &["show", "16", "8"],
    ];
    for arguments in commands {
        let narrow = shown(arguments, Some("40"));
        let long = narrow.lines().find(|line| line.chars().count() > 40);
        assert!(!narrow.is_empty() && long.is_none(), "{arguments:?}: {long:?}");
        assert!(!shown(arguments, None).contains('\u{2026}'), "{arguments:?}");
    }
}

#[test]
fn each_branch_has_its_own_truth() {
    let dir = tempfile::tempdir().unwrap();
    tasks::demo::create(dir.path(), NOW.parse().unwrap()).unwrap();
    let expect = |arguments: &[&str], expected: &[(&str, &str)]| {
        let found = statuses(dir.path(), arguments);
        for (ids, status) in expected {
            for id in ids.split(' ') {
                assert_eq!(found.get(id).map(String::as_str), Some(*status), "task {id} with {arguments:?}");
            }
        }
    };
    expect(
        &[],
        &[
            ("2 3 8 9 10 14 15 20 21 24 ops-1", "completed"),
            ("5", "cancelled"),
            ("4 7 16 17 ops-2", "in_progress"),
            ("11 22 23 25", "blocked"),
            ("6 12 13 18 19", "pending"),
        ],
    );
    expect(&["--no-branches"], &[("16", "pending"), ("17", "in_progress")]);
    expect(
        &["--at", "release/1.0"],
        &[("12 13 20 24", "completed"), ("6 7 16 18 21 ops-1", "pending"), ("17", "in_progress")],
    );
}
