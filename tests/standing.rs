//! Commands that ask whether a task is completed look at few files, and answer as those that look at the whole plan.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod common;

use common::{TestRepo, hermetic};
use serde_json::Value;

fn tasks(repo: &TestRepo, args: &[&str]) -> String {
    let output = hermetic(env!("CARGO_BIN_EXE_tasks"), repo.path(), args)
        .env("TASKS_NOW", "2030-01-01T00:00:00Z")
        .output()
        .unwrap();
    assert!(output.status.success(), "tasks {args:?}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap()
}

fn task(repo: &TestRepo, path: &str, keys: &str) {
    repo.write(&format!(".tasks/{path}.toml"), &format!("title = \"{path}\"\n\n{keys}"));
}

fn work(repo: &TestRepo, message: &str) {
    repo.write("work.txt", message);
    repo.commit(message);
}

/// Every way in which what a commit says of one task hangs on another file, or on another commit. The release branch is
/// checked out.
fn plan() -> TestRepo {
    let repo = TestRepo::new();
    repo.write(".tasks/config.toml", "version = 1\n[branches]\ntrunk = [\"main\", \"release\"]\n");
    for id in ["1", "2", "4", "5", "6", "a/7", "8", "9", "10", "11", "12", "13", "alpha", "omega"] {
        task(&repo, id, "created = 2026-01-01T00:00:00Z\n");
    }
    task(&repo, "3", "reopened = 2029-01-01T00:00:00Z\n");
    task(&repo, "14", "status = \"completed\"\n");
    repo.commit("plan: start");
    work(&repo, "task 1: done");
    work(&repo, "task 2: done");
    repo.git(&["revert", "--no-edit", "HEAD"]);
    work(&repo, "task 3: done before it was reopened");
    work(&repo, "tasks 4, alpha: the other id has no digit");
    work(&repo, "tasks 5, omega: the other id was given up later");
    work(&repo, "tasks 6, nonsense: this is no list of ids");
    work(&repo, "task 7: of the task that is 16 now");
    work(&repo, "task 8: of the task that is 17 now");
    work(&repo, "tasks 10, 11: done");
    work(&repo, "Open it again\n\nReopens-Task: 11");
    work(&repo, "task 12 wip: begun");
    task(&repo, "13", "priority = \"low\"\n");
    repo.commit("task 13: only planned");
    repo.git(&["branch", "release"]);
    work(&repo, "task 9: on the trunk alone");
    repo.git(&["checkout", "-q", "release"]);
    repo.git(&["mv", ".tasks/omega.toml", ".tasks/15.toml"]);
    task(&repo, "15", "created = 2026-01-01T00:00:00Z\naka = [\n  \"omega\",\n]\n");
    repo.git(&["mv", ".tasks/a/7.toml", ".tasks/a/16.toml"]);
    task(&repo, "a/16", "created = 2026-01-01T00:00:00Z\naka = [\n  \"7\",\n]\n");
    repo.git(&["mv", ".tasks/8.toml", ".tasks/17.toml"]);
    task(&repo, "17", "created = 2026-01-01T00:00:00Z\naka = [\n  \"8\",\n]\n");
    task(&repo, "7", "created = 2026-02-02T00:00:00Z\n");
    repo.commit("plan: renumber");
    repo
}

/// What `done` and `reopen` are expected to say, by what the whole plan says.
fn agree(repo: &TestRepo, id: &str) -> bool {
    let json: Value =
        serde_json::from_str(&tasks(repo, &["show", id, "--no-branches", "--format", "json"])).unwrap();
    let task = &json["tasks"][0];
    let is_settled = task["status"] == "completed";
    let by_commit = is_settled && id != "14";
    let done = tasks(repo, &["done", id]);
    assert_eq!(done.contains("is completed already by"), by_commit, "{id}: {done}");
    repo.git(&["checkout", "-q", "--", ".tasks"]);
    let reopened = tasks(repo, &["reopen", id]);
    assert_eq!(reopened.contains("is open already"), !is_settled, "{id}: {reopened}");
    repo.git(&["checkout", "-q", "--", ".tasks"]);
    by_commit
}

#[test]
fn few_files_tell_what_all_of_them_would() {
    let repo = plan();
    let ids =
        ["1", "2", "3", "4", "5", "6", "7", "9", "10", "11", "12", "13", "14", "15", "16", "17", "alpha"];
    let completed: Vec<&str> = ids.into_iter().filter(|id| agree(&repo, id)).collect();
    assert_eq!(completed, ["1", "4", "5", "10", "15", "16", "17", "alpha"]);
    repo.git(&["checkout", "-q", "main"]);
    let completed: Vec<&str> = ["7", "8", "9", "omega"].into_iter().filter(|id| agree(&repo, id)).collect();
    assert_eq!(completed, ["7", "8", "9", "omega"]);
}
