//! A server that judges what is pushed to it.

use super::{BIN, Place};

struct Team {
    server: Place,
    ann: Place,
    bob: Place,
}

/// A bare server with the hook, and two clones of it.
fn team(hook: &str) -> Team {
    let first = Place::repository();
    let server = first.beside("the server.git");
    server.ok("git", &["init", "-q", "--bare", "-b", "main", "."]);
    first.ok("git", &["push", "-q", server.path.to_str().unwrap(), "main"]);
    server.ok(BIN, &["hook", "install", hook]);
    let clone = |name: &str| {
        let clone = first.beside(name);
        clone.ok("git", &["clone", "-q", server.path.to_str().unwrap(), "."]);
        clone
    };
    Team { ann: clone("ann's"), bob: clone("bob's"), server }
}

/// The findings come back as lines of the remote.
fn refused(place: &Place, args: &[&str], code: &str) -> String {
    let before = place.ok("git", &["ls-remote", "origin"]);
    let said = place.fails(1, "git", &[&["push", "-q", "origin"], args].concat());
    let found = said.lines().any(|line| line.starts_with("remote:") && line.contains(&format!("[{code}]")));
    assert!(found, "{code}: {said}");
    assert_eq!(place.ok("git", &["ls-remote", "origin"]), before, "nothing of a refused push moves");
    said
}

fn accepted(place: &Place, args: &[&str]) {
    place.ok("git", &[&["push", "-q", "origin"], args].concat());
}

/// From one to the next: accepted, refused for a cycle, refused for an id that was given twice, each followed by the same
/// push without the fault; then a merge that only the driver manages.
#[test]
fn a_team_pushes_parallel_branches() {
    let Team { server, ann, bob } = team("pre-receive");
    let objects = || server.ok("git", &["count-objects", "-v"]);

    ann.ok(BIN, &["new", "Speed up sign-in"]);
    assert!(ann.path.join(".tasks/414.toml").exists());
    ann.write("code", "x");
    ann.commit("task 412: rotate");
    accepted(&ann, &["main"]);
    assert!(server.ok(BIN, &["why", "412"]).contains("completed"), "the server knows what was pushed");

    // Each edge is harmless on its own; the second makes a cycle with what is there: 413 waits for 412.
    bob.ok("git", &["pull", "-q", "--rebase"]);
    bob.write(".tasks/408.toml", "title = \"Keep sessions\"\n\ndepends = [\n  \"413\",\n]\n");
    bob.write(".tasks/412.toml", "title = \"Rotate refresh tokens\"\n\ndepends = [\n  \"408\",\n]\n");
    bob.commit("plan: order");
    let before = objects();
    let said = refused(&bob, &["main"], "cycle");
    assert!(said.contains("main is refused, judged by what the push brings"), "{said}");
    assert_eq!(objects(), before, "nothing of a refused push stays");
    bob.write(".tasks/412.toml", "title = \"Rotate refresh tokens\"\n");
    bob.ok("git", &["commit", "-q", "-a", "--amend", "-m", "plan: order"]);
    accepted(&bob, &["main"]);

    // Ann does not know Bob's 415 and takes the number too. Neither branch has it twice.
    bob.ok(BIN, &["new", "Show devices", "--group", "web"]);
    bob.commit("plan: devices");
    accepted(&bob, &["main"]);
    ann.ok("git", &["checkout", "-q", "-b", "keys"]);
    ann.ok(BIN, &["new", "Passkeys", "--group", "keys"]);
    assert!(ann.path.join(".tasks/keys/415.toml").exists());
    ann.commit("plan: keys");
    let said = refused(&ann, &["keys"], "duplicate-id");
    assert!(said.contains("keys is refused, judged as merged into main"), "{said}");
    ann.ok("git", &["fetch", "-q"]);
    ann.ok(BIN, &["renumber", "415", "416"]);
    ann.commit("plan: another number");
    accepted(&ann, &["keys"]);

    merges(&ann, &bob);
}

/// Both sides insert at one place: Git's own merge stops, the driver takes both.
fn merges(ann: &Place, bob: &Place) {
    for (place, branch, other) in [(ann, "keys", "416"), (bob, "main", "415")] {
        place.ok("git", &["checkout", "-q", branch]);
        place.ok(BIN, &["set", "414", &format!("tags+=t{other}")]);
        place.commit("plan: tags");
        accepted(place, &[branch]);
    }
    ann.ok("git", &["fetch", "-q"]);
    ann.fails(1, "git", &["merge", "-q", "origin/main", "-m", "Merge main"]);
    ann.ok("git", &["merge", "--abort"]);
    ann.ok(BIN, &["init", "--merge-driver"]);
    ann.commit("plan: merge by meaning");
    ann.ok("git", &["merge", "-q", "origin/main", "-m", "Merge main"]);
    let merged = ann.read(".tasks/414.toml");
    assert!(merged.contains("\"t415\"") && merged.contains("\"t416\""), "{merged}");
    accepted(ann, &["keys:main"]);
}

#[test]
fn commits_of_a_push_that_name_nothing_are_refused() {
    let Team { server, ann, .. } = team("pre-receive");
    // As a pack in quarantine, instead of loose objects.
    server.ok("git", &["config", "receive.unpackLimit", "1"]);
    ann.write("code", "x");
    ann.commit("task 999: nothing");
    refused(&ann, &["main"], "unknown-reference");
    ann.ok("git", &["commit", "-q", "--amend", "-m", "task 408: something"]);
    accepted(&ann, &["main"]);
}

/// For `update` as for `pre-receive`: on the trunk and on a branch that is to be merged there.
#[test]
fn a_push_does_not_switch_off_its_judge_and_takes_no_plan_away() {
    for hook in ["pre-receive", "update"] {
        let Team { ann, .. } = team(hook);
        let before = ann.ok("git", &["rev-parse", "HEAD"]).trim().to_owned();
        ann.write("code", "x");
        ann.commit("task 999: nothing");
        let slip = ann.ok("git", &["rev-parse", "HEAD"]).trim().to_owned();
        ann.write(
            ".tasks/config.toml",
            &format!("version = 1\n[references]\nignore = [\"{slip}\"]\n[history]\nsince = 2090-01-01\n"),
        );
        ann.commit("plan: forgive");
        refused(&ann, &["main"], "unknown-reference");
        refused(&ann, &["main:topic"], "unknown-reference");
        ann.ok("git", &["reset", "-q", "--hard", &before]);
        ann.ok("git", &["rm", "-rq", ".tasks"]);
        ann.write(".tasks/notes.md", "x");
        ann.commit("Tidy up, and leave notes");
        refused(&ann, &["main"], "plan-removed");
        refused(&ann, &["main:topic"], "plan-removed");
        ann.ok("git", &["reset", "-q", "--hard", &before]);
        ann.ok("git", &["rm", "-rq", ".tasks"]);
        ann.commit("Tidy up");
        refused(&ann, &["main"], "plan-removed");
        refused(&ann, &["main:topic"], "plan-removed");
        refused(&ann, &["main:release/1"], "plan-removed");
        // Neither is a trunk moved to where it had no plan yet; a branch from there is as good as any.
        ann.ok("git", &["checkout", "-q", "--orphan", "before"]);
        ann.write("code", "y");
        ann.commit("task 999: of no plan");
        refused(&ann, &["--force", "before:main"], "plan-removed");
        accepted(&ann, &["before"]);
    }
}

#[test]
fn what_is_no_plan_passes() {
    let Team { server, ann, .. } = team("pre-receive");
    ann.ok("git", &["checkout", "-q", "--orphan", "pages"]);
    ann.ok("git", &["rm", "-rfq", "."]);
    ann.write("index.html", "x");
    ann.commit("task 999: a page");
    ann.ok("git", &["tag", "-a", "v1", "-m", "one"]);
    accepted(&ann, &["pages", "v1"]);
    accepted(&ann, &[":pages"]);
    ann.ok("git", &["checkout", "-q", "main"]);
    accepted(&ann, &["main:refs/tasks/claims/412"]);
    assert!(!server.ok("git", &["for-each-ref"]).contains("pages"));
}

#[test]
fn each_branch_of_a_push_is_judged_and_one_fault_refuses_all() {
    let Team { ann, .. } = team("pre-receive");
    ann.ok("git", &["checkout", "-q", "-b", "broken"]);
    ann.write(".tasks/408.toml", "title = \"Keep sessions\"\ndepend = [\"412\"]\n");
    ann.commit("plan: a slip");
    ann.ok("git", &["checkout", "-q", "-b", "release/1", "main"]);
    ann.write("code", "x");
    ann.commit("task 408: x");
    let said = refused(&ann, &["broken", "release/1"], "near-miss-key");
    assert!(said.contains(".tasks/408.toml:2"), "{said}");
    accepted(&ann, &["release/1"]);
    // A conflict with the trunk can wait until the branch is merged.
    ann.ok("git", &["checkout", "-q", "-b", "topic", "main"]);
    for (branch, title) in [("main", "A"), ("topic", "B")] {
        ann.ok("git", &["checkout", "-q", branch]);
        ann.write(".tasks/408.toml", &format!("title = \"{title}\"\n"));
        ann.commit("plan: a title");
        accepted(&ann, &[branch]);
    }
}

#[test]
fn update_judges_each_branch_by_itself() {
    let Team { ann, .. } = team("update");
    ann.ok("git", &["checkout", "-q", "-b", "good"]);
    ann.commit("task 408: x");
    ann.ok("git", &["checkout", "-q", "-b", "bad"]);
    ann.commit("task 999: x");
    let said = ann.fails(1, "git", &["push", "-q", "origin", "good", "bad"]);
    assert!(said.contains("[unknown-reference]"), "{said}");
    let remote = ann.ok("git", &["ls-remote", "origin"]);
    assert!(remote.contains("refs/heads/good") && !remote.contains("refs/heads/bad"), "{remote}");
}

/// Unlike a mere conflict this does not wait until the branch is merged.
#[test]
fn two_tasks_in_one_file_are_refused() {
    for hook in ["pre-receive", "update"] {
        let Team { ann, bob, .. } = team(hook);
        bob.ok(BIN, &["new", "Show devices"]);
        bob.commit("plan: devices");
        accepted(&bob, &["main"]);
        let later = ann.clone().with("TASKS_NOW", "2026-11-21T10:00:01Z");
        later.ok(BIN, &["new", "Passkeys"]);
        ann.commit("plan: keys");
        let said = refused(&ann, &["main:keys"], "duplicate-id");
        assert!(said.contains("\"Passkeys\" here, and \"Show devices\""), "{said}");
        assert!(said.contains("tasks renumber 414"), "{said}");
        ann.ok(BIN, &["renumber", "414"]);
        ann.commit("plan: another number");
        accepted(&ann, &["main:keys"]);
    }
}

#[test]
fn what_cannot_be_judged_is_refused() {
    let Team { server, ann, .. } = team("pre-receive");
    ann.write(".tasks/config.toml", "version = 99\n");
    ann.commit("plan: a newer format");
    refused(&ann, &["main"], "format-too-new");
    refused(&ann, &["main:topic"], "format-too-new");
    ann.ok("git", &["reset", "-q", "--hard", "HEAD~1"]);
    ann.write(
        ".tasks/config.toml",
        "version = 1\n[references]\npatterns = [{ regex = '(', effect = \"completes\" }]\n",
    );
    ann.commit("plan: a pattern that is none");
    let said = ann.fails(1, "git", &["push", "-q", "origin", "main"]);
    assert!(said.contains("could not be judged, so it is refused"), "{said}");
    ann.ok("git", &["reset", "-q", "--hard", "HEAD~1"]);
    let hook = server.read("hooks/pre-receive");
    server.write("hooks/pre-receive", &hook.replace(BIN, "/gone/tasks"));
    ann.commit("fix: x");
    let said = ann.fails(1, "git", &["push", "-q", "origin", "main"]);
    assert!(said.contains("the program is not here"), "{said}");
}

#[test]
fn a_hook_that_is_there_already_gets_its_input() {
    let Team { server, ann, .. } = team("pre-receive");
    server.ok(BIN, &["hook", "uninstall"]);
    let theirs = "#!/bin/sh\nwhile read old new ref; do echo \"theirs: $ref\"; done\n";
    server.program("hooks/pre-receive", theirs);
    server.ok(BIN, &["hook", "install"]);
    ann.commit("fix: x");
    ann.ok("git", &["branch", "other"]);
    let said = ann.ok("git", &["push", "-q", "origin", "main", "other"]);
    assert!(said.contains("theirs: refs/heads/main") && said.contains("theirs: refs/heads/other"), "{said}");
    server.ok(BIN, &["hook", "uninstall"]);
    assert_eq!(server.read("hooks/pre-receive"), theirs);
}
