//! What the hooks for commits say and do.

use super::{BIN, Place, path_with};

fn installed() -> Place {
    let place = Place::repository();
    place.ok(BIN, &["hook", "install"]);
    place
}

/// What is said when something outside the plan is committed with that message, a minute behind the commit before it.
fn commit(place: &Place, code: i32, message: &str) -> String {
    place.write("code", message);
    place.ok("git", &["add", "-A"]);
    let count = place.ok("git", &["rev-list", "--count", "HEAD"]);
    let date = format!("2036-11-21T10:{:0>2}:00Z", count.trim());
    let later = place.clone().with("GIT_AUTHOR_DATE", &date).with("GIT_COMMITTER_DATE", &date);
    later.fails(code, "git", &["commit", "-q", "-m", message])
}

#[test]
fn a_message_is_told_what_it_will_do() {
    let place = installed();
    for (message, said) in [
        ("fix: a leak", ""),
        ("task force: assemble", ""),
        ("fixup! task 999: x", ""),
        ("see task 999", ""),
        ("fix (task 412)", "links 412 only; to complete it, begin with task 412:\n"),
        ("task 412 wip: begin", "starts 412 Rotate refresh tokens\n"),
        (
            "task 413: tell",
            "completes 413 Tell users\nwarning: 413 is blocked by 412 Rotate refresh tokens\n",
        ),
        ("x\n\nReopens-Task: 413", "reopens 413 Tell users\n"),
        (
            "task 412 step 1: read",
            "completes step 1 (Read) of 412 Rotate refresh tokens, 1 of 3 steps open\n",
        ),
        (
            "task 412 step 7: what",
            "links 412 only; to complete it, begin with task 412:\n\
             warning: 412 Rotate refresh tokens has 3 steps: there is no step 7\n",
        ),
        ("task 412: rotate", "completes 412 Rotate refresh tokens, 1 of 3 steps open\n"),
        ("task 412: more", "completes 412 Rotate refresh tokens, which is completed already\n"),
        ("tasks 408 and 413: both", "completes 408 Keep sessions\ncompletes 413 Tell users\n"),
    ] {
        assert_eq!(commit(&place, 0, message), said, "{message}");
    }
    let head = place.ok("git", &["rev-parse", "HEAD~2"]);
    let revert = format!("Revert \"task 412: rotate\"\n\nThis reverts commit {head}");
    let said = commit(&place, 0, revert.trim_end());
    assert!(said.starts_with("takes back what"), "{said}");
    assert!(said.contains("for 412 Rotate refresh tokens"), "{said}");
    assert_eq!(place.ok(BIN, &["-q", "hook", "run", "commit-msg", "code"]), "");
}

#[test]
fn forms_that_name_nothing_are_refused_with_near_ids_and_the_message_is_kept() {
    let place = installed();
    let said = commit(&place, 1, "task 421: rotate");
    assert!(
        said.contains("error: \"421\" is no task of this plan: task 421: rotate; did you mean 412 Rotate"),
        "{said}"
    );
    assert!(said.contains("git commit -e -F .git/COMMIT_EDITMSG"), "{said}");
    assert_eq!(place.read(".git/COMMIT_EDITMSG"), "task 421: rotate\n");
    for message in ["x\n\nCloses-Task: 999", "tasks 412, 999: x", "task 412:"] {
        commit(&place, 1, message);
    }
    assert!(commit(&place, 0, "x\n\nRefs-Task: 999").starts_with("warning: \"999\" is no task"));
    assert!(commit(&place, 0, "tasks 412, foo: x").contains("\"foo\" is no task"));
}

#[test]
fn planning_is_told_from_work() {
    let place = installed();
    place.write(".tasks/408.toml", "title = \"Keep all sessions\"\n");
    place.ok("git", &["add", "-A"]);
    let said = place.ok("git", &["commit", "-q", "-m", "task 408: reword"]);
    assert!(said.contains("warning: 408 Keep all sessions: what is staged only changes the plan"), "{said}");
}

#[test]
fn a_commit_that_replaces_another_is_told_from_what_was_before_both() {
    let place = installed();
    let earlier = place.clone().with("GIT_AUTHOR_DATE", "2026-11-20T10:00:00Z");
    let amend = |args: &[&str]| place.ok("git", &[&["commit", "-q", "--amend"], args].concat());
    let rotates = "completes 412 Rotate refresh tokens, 2 of 3 steps open\n";
    place.write("code", "x");
    place.ok("git", &["add", "-A"]);
    assert_eq!(earlier.ok("git", &["commit", "-q", "-m", "task 412: rotate"]), rotates);
    assert_eq!(amend(&["--no-edit"]), rotates);
    assert_eq!(amend(&["-m", "task 412: rotate, better"]), rotates);
    // Without the commit that goes, 412 is open again.
    assert_eq!(
        amend(&["-m", "task 413: tell"]),
        "completes 413 Tell users\nwarning: 413 is blocked by 412 Rotate refresh tokens\n"
    );
    // What it had besides stays in it.
    place.write(".tasks/408.toml", "title = \"Keep all sessions\"\n");
    place.ok("git", &["add", "-A"]);
    assert_eq!(amend(&["-m", "task 412: rotate"]), rotates);
    let said = commit(&place, 0, "task 412: more");
    assert_eq!(said, "completes 412 Rotate refresh tokens, which is completed already\n");
    assert_eq!(place.ok("git", &["log", "--format=%s", "-2"]), "task 412: more\ntask 412: rotate\n");
}

#[test]
fn where_a_commit_may_replace_another_only_what_holds_either_way_is_said() {
    let place = installed();
    let at = |time: &str| {
        let date = format!("2036-11-21T{time}Z");
        place
            .clone()
            .with("GIT_AUTHOR_DATE", &date)
            .with("GIT_COMMITTER_DATE", &date)
            .with("TASKS_NOW", &date)
    };
    let commit =
        |time: &str, args: &[&str]| at(time).ok("git", &[&["commit", "-q", "--allow-empty"], args].concat());
    place.write("code", "x");
    place.ok("git", &["add", "-A"]);
    commit("10:00:00", &["-m", "task 408: first"]);
    // The same second: git commit --amend and a new commit look the same to a hook.
    let completes = "completes 408 Keep sessions\n";
    assert_eq!(commit("10:00:00", &["--amend", "-m", "task 408: better"]), completes);
    assert_eq!(commit("10:00:00", &["--amend", "-m", "task 408 wip: more"]), "starts 408 Keep sessions\n");
    assert_eq!(commit("10:00:00", &["--amend", "-m", "task 408: again"]), completes);
    assert_eq!(commit("10:00:00", &["-m", "task 408: more"]), completes);
    assert!(
        at("10:00:00")
            .fails(1, "git", &["commit", "--allow-empty", "--amend", "-m", "task 999: x"])
            .contains("999")
    );
    // What depends on neither is said in full.
    assert_eq!(
        commit("10:00:00", &["--amend", "-m", "task 412: x"]),
        "completes 412 Rotate refresh tokens, 2 of 3 steps open\n"
    );
    // A date that is neither of the commit before nor after it was chosen by somebody.
    assert_eq!(
        commit("10:00:00", &["--amend", "-m", "task 412: y", "--date", "2036-11-20T10:00:00Z"]),
        "completes 412 Rotate refresh tokens\n"
    );
}

#[test]
fn what_is_picked_comes_upon_what_is_there_even_if_both_are_of_one_second() {
    let place = installed();
    place.ok("git", &["checkout", "-q", "-b", "topic"]);
    let earlier = place.clone().with("GIT_AUTHOR_DATE", "2026-11-20T10:00:00Z");
    for (text, message) in [("a", "task 412: rotate"), ("b", "task 413: tell")] {
        place.write("code", text);
        place.ok("git", &["add", "-A"]);
        earlier.ok("git", &["commit", "-q", "-m", message]);
    }
    place.ok("git", &["checkout", "-q", "main"]);
    place.ok("git", &["cherry-pick", "topic~1"]);
    place.write("code", "c");
    place.ok("git", &["commit", "-q", "-a", "--amend", "--no-edit", "--no-verify"]);
    place.fails(1, "git", &["cherry-pick", "topic"]);
    place.write("code", "b");
    place.ok("git", &["add", "-A"]);
    let said = place.ok("git", &["-c", "core.editor=true", "cherry-pick", "--continue"]);
    assert!(said.contains("completes 413 Tell users\n") && !said.contains("is blocked"), "{said}");
}

#[test]
fn what_git_cuts_off_is_not_read() {
    let place = installed();
    place.ok("git", &["config", "core.commentChar", ";"]);
    let cut = "; ------------------------ >8 ------------------------";
    place.write("message", &format!("fix: x\n; task 999: x\n{cut}\n\nCloses-Task: 999\n"));
    let file = place.path.join("message");
    let editing = place.clone().with("GIT_EDITOR", &format!("cp '{}'", file.display()));
    assert_eq!(editing.ok("git", &["commit", "-q", "--allow-empty", "-v"]), "");
    assert_eq!(place.ok("git", &["log", "-1", "--format=%B"]).trim(), "fix: x");
    place.write("message", "; comment\ntask 999: x\n");
    editing.fails(1, "git", &["commit", "-q", "--allow-empty"]);
    // Without an editor Git takes nothing out, and so the comment is the subject.
    assert_eq!(place.ok("git", &["commit", "-q", "--allow-empty", "-F", "message"]), "");
}

#[test]
fn squashes_say_what_they_hold_and_merges_only_what_they_do() {
    let place = installed();
    place.ok("git", &["checkout", "-q", "-b", "topic"]);
    place.write("code", "x");
    place.commit("task 412: rotate");
    place.write("more", "x");
    place.commit("see task 413");
    place.ok("git", &["checkout", "-q", "main"]);
    place.ok("git", &["merge", "-q", "--squash", "topic"]);
    let said = place.ok("git", &["commit", "-q", "--no-edit"]);
    assert_eq!(said, "completes 412 Rotate refresh tokens, 2 of 3 steps open\nlinks 413 Tell users\n");
    place.ok("git", &["checkout", "-q", "-b", "other", "HEAD~1"]);
    assert_eq!(place.ok("git", &["merge", "-q", "--no-ff", "topic", "-m", "Merge task-412"]), "");
}

#[test]
fn a_failure_of_the_hook_lets_the_commit_pass() {
    let place = installed();
    place.write(".tasks/config.toml", "version = 99\n");
    let said = commit(&place, 0, "task 999: x");
    assert!(said.contains("the commit goes on"), "{said}");
    // A program that crashes or is of another kind is no reason to lose a message either.
    let hook = place.read(".git/hooks/commit-msg");
    for exe in [place.program("crash", "#!/bin/sh\nexit 139\n"), place.path.join("not here")] {
        place.write(".git/hooks/commit-msg", &hook.replace(BIN, exe.to_str().unwrap()));
        commit(&place, 0, &format!("task 999: {}", exe.display()));
    }
}

#[test]
fn a_plan_that_is_not_there_says_nothing() {
    let place = Place::new();
    place.ok("git", &["init", "-q", "-b", "main", "."]);
    place.ok(BIN, &["hook", "install"]);
    assert_eq!(place.ok("git", &["commit", "-q", "--allow-empty", "-m", "task 412: x"]), "");
}

#[test]
fn the_task_of_the_branch_is_offered_in_an_empty_message_only() {
    let place = installed();
    place.ok("git", &["checkout", "-q", "-b", "feature/412-rotate"]);
    let editing = place.clone().with("GIT_EDITOR", "cat");
    let said = editing.fails(1, "git", &["commit", "--allow-empty"]);
    assert!(said.contains("\n# task 412: Rotate refresh tokens\n"), "{said}");
    assert!(said.contains("empty commit message"), "an offer that is not taken up changes nothing: {said}");
    place.ok("git", &["config", "tasks.prepare", "subject"]);
    let said = editing.fails(1, "git", &["commit", "--allow-empty"]);
    assert!(said.starts_with("task 412: \n"), "{said}");
    assert!(said.contains("says nothing behind task 412:"), "{said}");
    let taken = place.clone().with("GIT_EDITOR", "sed -i '1s/$/rotate/'");
    assert!(taken.ok("git", &["commit", "-q", "--allow-empty"]).starts_with("completes 412"));
    for args in [&["-m", "x"][..], &["--amend"], &["-C", "HEAD"]] {
        let said = editing.ok("git", &[&["commit", "-q", "--allow-empty"], args].concat());
        assert!(!said.starts_with("task 412: \n") && !said.contains("\n# task 412"), "{args:?}: {said}");
    }
    place.ok("git", &["config", "tasks.prepare", "off"]);
    assert!(!editing.fails(1, "git", &["commit", "--allow-empty"]).contains("412:"));
    place.ok("git", &["config", "tasks.prepare", "always"]);
    let said = editing.fails(1, "git", &["commit", "--allow-empty"]);
    assert!(said.contains("it may be comment, subject or off; the commit goes on"), "{said}");
}

#[test]
fn worktrees_and_other_directories_use_the_same_hooks() {
    let place = installed();
    let other = place.beside("it's a linked tree");
    place.ok("git", &["worktree", "add", "-q", other.path.to_str().unwrap(), "-b", "412-x"]);
    assert!(
        other.ok("git", &["commit", "-q", "--allow-empty", "-m", "task 412: x"]).starts_with("completes 412")
    );
    let said = other.fails(1, "git", &["commit", "-q", "--allow-empty", "-m", "task 999: x"]);
    // The command of the hint can be copied, whatever the path is.
    let command = said.split_once("kept: ").unwrap().1.split_once(" takes it up").unwrap().0;
    let editing = other.clone().with("GIT_EDITOR", "sed -i s/999/408/");
    assert!(
        editing.ok("sh", &["-c", &format!("{command} --allow-empty")]).contains("completes 408"),
        "{said}"
    );
    assert!(other.ok(BIN, &["hook", "status"]).contains("commit-msg          installed"));
    // A program started from a desktop has hardly a path.
    let bare = place.clone().with("PATH", "/usr/bin:/bin");
    assert!(
        bare.ok("git", &["commit", "-q", "--allow-empty", "-m", "task 408: x"]).starts_with("completes 408")
    );
    place.write("sub/x", "");
    let inside = Place { path: place.path.join("sub"), ..place.clone() };
    inside.ok("git", &["add", "."]);
    assert!(inside.ok("git", &["commit", "-q", "x", "-m", "task 413: x"]).starts_with("completes 413"));
    let moved = place.beside("bin");
    moved.program("tasks", &format!("#!/bin/sh\nexec '{BIN}' \"$@\"\n"));
    let hook = place.read(".git/hooks/commit-msg").replace(BIN, "/gone/tasks");
    place.write(".git/hooks/commit-msg", &hook);
    let on_path = place.clone().with("PATH", &path_with(&moved.path));
    assert!(
        on_path
            .ok("git", &["commit", "-q", "--allow-empty", "-m", "task 412: y"])
            .starts_with("completes 412")
    );
    assert!(place.ok(BIN, &["hook", "status"]).contains("stale"));
}
