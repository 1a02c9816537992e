//! Partial clones: what is missing can be fetched at one go, by the command that is told.

use crate::common::{TestRepo, hermetic};
use crate::{ANSWER, PAGE, clone_of, err, out, planned, refuses, tasks};

/// Does what the refusal of a command says, which is what the page says.
fn fetch_as_told(repo: &TestRepo, args: &[&str]) {
    let said = err(&tasks(repo.path(), args));
    let start = said.find("git rev-list").unwrap_or_else(|| panic!("{args:?}: {said}"));
    let command = &said[start..said.find(" brings the whole plan").unwrap()];
    assert!(PAGE.contains(&format!("\n    {command}\n")), "not on the page: {command}");
    let done = hermetic("sh", repo.path(), &["-c", command]).output().unwrap();
    assert!(done.status.success(), "{}", err(&done));
}

#[test]
fn a_partial_clone_fetches_all_history_of_the_plan_at_one_go() {
    let origin = planned(&[]);
    for round in 0..3 {
        origin.write(".tasks/2.toml", &format!("title = \"Two\"\n\naka = [\n  \"old-{round}\",\n]\n"));
        origin.write(".mailmap", "Anna <ann@example.com>\n");
        origin.commit(&format!("task old-{round} wip: plan"));
    }
    origin.git(&["checkout", "-q", "-b", "side", "HEAD~2"]);
    origin.write(".tasks/1.toml", "title = \"Uno\"\n");
    origin.commit("Another");
    origin.git(&["checkout", "-q", "main"]);
    origin.git(&["config", "uploadpack.allowFilter", "true"]);
    origin.git(&["config", "uploadpack.allowAnySHA1InWant", "true"]);
    // The work tree has the plan of HEAD; history is compared by what it was before.
    let repo = clone_of(&origin, &["--filter=blob:none"]);
    let row = "partial, old blobs missing";
    refuses(row, repo.path(), &["--no-cache", "log"]);
    fetch_as_told(&repo, &["--no-cache", "log"]);
    for args in
        [&["status"][..], &["log"], &["branches"], &["report"], &["diff", "HEAD~2"], &["log", "--counts"]]
    {
        let output = tasks(repo.path(), &[&["--no-cache"], args].concat());
        assert!(output.status.success(), "{args:?}: {}", err(&output));
    }
}

#[test]
fn a_partial_clone_names_what_brings_the_plan() {
    let origin = planned(&[]);
    origin.git(&["config", "uploadpack.allowFilter", "true"]);
    origin.git(&["config", "uploadpack.allowAnySHA1InWant", "true"]);
    let repo = clone_of(&origin, &["--filter=blob:none", "--bare"]);
    refuses("partial, blobs missing", repo.path(), &["list"]);
    fetch_as_told(&repo, &["list"]);
    assert_eq!(out(&tasks(repo.path(), &["list", "--all"])), ANSWER, "the command mends it");

    let repo = clone_of(&origin, &["--filter=tree:0", "--bare"]);
    refuses("partial, trees missing", repo.path(), &["list"]);
    repo.git(&["fetch", "-q", "--refetch", "--filter=blob:none"]);
    refuses("partial, blobs missing", repo.path(), &["list"]);
}
