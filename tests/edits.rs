//! Commands that edit task files, run as a user runs them.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod common;

use common::{TestRepo, hermetic};
use std::fs;
use std::process::Output;

const FULL: &str = "# the parser\r\ntitle = 'Parser'  # keep\r\n\r\npriority = \"low\"\r\n\r\ndescription = \"\"\"\r\nWhy.\r\n\"\"\"\r\n\r\n[[steps]]\r\ntext = \"one\"\r\n\r\n[[steps]]\r\ntext = \"two\"\r\n";

fn plan() -> TestRepo {
    let repo = TestRepo::new();
    repo.write(".tasks/config.toml", "version = 1\n");
    repo.write(".tasks/412.toml", FULL);
    repo.write(".tasks/01-database/408.toml", "title = \"Schema\"\n\ndepends = [\n  \"407\",\n]\n");
    repo.write(".tasks/01-database/407.toml", "title = \"Server\"\n");
    repo
}

fn run(repo: &TestRepo, args: &[&str]) -> Output {
    hermetic(env!("CARGO_BIN_EXE_tasks"), repo.path(), args)
        .env("TASKS_NOW", "2026-11-21T10:00:00.5Z")
        .output()
        .unwrap()
}

/// What a command that has to succeed prints.
fn ok(repo: &TestRepo, args: &[&str]) -> String {
    let output = run(repo, args);
    let error = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(0), "{args:?}: {error}");
    String::from_utf8(output.stdout).unwrap()
}

/// The error of a command that has to fail, and to leave every file as it was.
fn refused(repo: &TestRepo, args: &[&str]) -> String {
    let before = [".tasks/412.toml", ".tasks/01-database/408.toml", ".tasks/01-database/407.toml"]
        .map(|path| (path, read(repo, path)));
    let output = run(repo, args);
    assert_eq!(output.status.code(), Some(2), "{args:?}");
    assert!(output.stdout.is_empty(), "{args:?}");
    for (path, text) in before {
        assert_eq!(read(repo, path), text, "{args:?}");
    }
    String::from_utf8(output.stderr).unwrap()
}

fn read(repo: &TestRepo, path: &str) -> String {
    fs::read_to_string(repo.path().join(path)).unwrap()
}

fn task(repo: &TestRepo) -> String {
    read(repo, ".tasks/412.toml")
}

#[test]
fn set_changes_the_lines_it_names_and_no_others() {
    let repo = plan();
    let args = ["set", "412", "priority=high", "tags+=api,web", "depends+=database/", "fields.cost=12"];
    assert_eq!(ok(&repo, &args), "412 set: priority, tags, depends, fields.cost\n");
    let expected = FULL.replace("\"low\"\r\n", "\"high\"\r\n\r\ndepends = [\r\n  \"database/\",\r\n]\r\n\r\ntags = [\r\n  \"api\",\r\n  \"web\",\r\n]\r\n")
        + "\r\n[fields]\r\ncost = \"12\"\r\n";
    assert_eq!(task(&repo), expected);
    assert_eq!(ok(&repo, &args), "412 is unchanged\n");
    ok(&repo, &["set", "412", "priority=low", "tags=", "depends-=database/", "fields.cost="]);
    assert_eq!(task(&repo), FULL);
}

#[test]
fn set_takes_several_tasks_and_writes_all_or_none() {
    let repo = plan();
    assert_eq!(ok(&repo, &["set", "407", "#408", "407", "due=2026-12-01"]), "407 set: due\n408 set: due\n");
    assert!(read(&repo, ".tasks/01-database/407.toml").ends_with("due = 2026-12-01\n"));
    let error = refused(&repo, &["set", "407", "499", "due=2026-12-02"]);
    assert!(error.contains("there is no task 499"), "{error}");
}

#[test]
fn set_refuses_what_cannot_be() {
    let repo = plan();
    for (argument, expected) in [
        ("priorty=high", "did you mean priority?"),
        ("priority=hihg", "did you mean high?"),
        ("due=tomorrow", "YYYY-MM-DD"),
        ("estimate=soon", "2h-3h"),
        ("estimate=5h-2h", "the smaller bound first"),
        ("title=", "without a title"),
        ("depends=4O8", "there is no task 4O8"),
        ("depends=databas/", "did you mean database/?"),
        ("depends+=412", "412 cannot depend on itself"),
        ("status=blocked", "needs a reason"),
        ("status=pending", "status= removes the line"),
        ("fields.tags=x", "tags has no effect inside [fields]"),
    ] {
        let error = refused(&repo, &["set", "412", argument]);
        assert!(error.contains(expected), "{argument}: {error}");
    }
    assert!(refused(&repo, &["set", "412"]).contains("key=value"));
    assert!(refused(&repo, &["set", "due="]).contains("no task is named"));
    assert!(refused(&repo, &["--at", "HEAD", "set", "412", "due="]).contains("--at"));
}

#[test]
fn tasks_that_would_wait_for_each_other_are_refused() {
    let repo = plan();
    let error = refused(&repo, &["set", "407", "depends=408"]);
    assert!(error.contains("these would wait for each other: 407 -> 408 -> 407"), "{error}");
    let error = refused(&repo, &["set", "--dry-run", "407", "depends=408"]);
    assert!(error.contains("407 -> 408 -> 407"), "{error}");
    ok(&repo, &["set", "412", "depends=408"]);
    assert!(refused(&repo, &["set", "407", "depends+=412"]).contains("wait for each other"));
}

#[test]
fn other_files_are_not_read_unless_dependencies_change() {
    let repo = plan();
    repo.write(".tasks/bad.toml", "title = \n");
    assert_eq!(ok(&repo, &["done", "407"]), "407 completed\n");
    let error = refused(&repo, &["done", "412", "bad"]);
    assert!(error.contains(".tasks/bad.toml: line 1, column"), "{error}");
}

#[test]
fn notes_are_appended() {
    let repo = plan();
    assert_eq!(ok(&repo, &["note", "412", "Ask", "Ann."]), "412 noted\n");
    assert_eq!(task(&repo), FULL.replace("Why.\r\n", "Why.\r\n\r\nAsk Ann.\r\n"));
    assert_eq!(ok(&repo, &["note", "412", "half done", "--step", "2"]), "412 step 2 noted\n");
    let noted = task(&repo);
    assert!(noted.contains("text = \"two\"\r\n") && noted.contains("half done"), "{noted}");
    assert!(refused(&repo, &["note", "412", "x", "--step", "3"]).contains("has no step 3: it has 2"));
    assert!(refused(&repo, &["note", "412", " "]).contains("the note is empty"));
}

#[test]
fn a_task_is_blocked_and_unblocked() {
    let repo = plan();
    assert_eq!(
        ok(&repo, &["block", "412", "407", "--reason", "waits for legal"]),
        "412 blocked: waits for legal\n407 blocked: waits for legal\n"
    );
    assert!(task(&repo).contains("status = \"blocked\"\r\n\r\nreason = \"waits for legal\"\r\n"));
    assert_eq!(
        ok(&repo, &["block", "412", "--reason", "contract", "--waiting-on", "Ann"]),
        "412 blocked: contract (waiting on Ann)\n"
    );
    assert!(task(&repo).contains("waiting_on = \"Ann\"\r\n"));
    assert_eq!(ok(&repo, &["reopen", "412"]), "412 unblocked\n");
    assert_eq!(task(&repo), FULL);
    assert!(refused(&repo, &["block", "412", "--reason", " "]).contains("the reason is empty"));
    assert_eq!(run(&repo, &["block", "412"]).status.code(), Some(2));
}

#[test]
fn a_task_is_done_cancelled_and_reopened() {
    let repo = plan();
    ok(&repo, &["block", "412", "--reason", "legal"]);
    assert_eq!(ok(&repo, &["done", "412"]), "412 completed\n");
    assert!(task(&repo).contains("status = \"completed\"") && !task(&repo).contains("reason"));
    assert_eq!(ok(&repo, &["done", "412"]), "412 is unchanged\n");
    assert_eq!(ok(&repo, &["cancel", "412", "--reason", "too dear"]), "412 cancelled: too dear\n");
    assert!(task(&repo).contains("status = \"cancelled\"\r\n\r\nreason = \"too dear\"\r\n"));
    assert_eq!(ok(&repo, &["reopen", "412"]), "412 reopened\n");
    let opened = task(&repo);
    assert!(opened.contains("reopened = 2026-11-21T10:00:00Z\r\n"), "{opened}");
    assert!(!opened.contains("status") && !opened.contains("reason"), "{opened}");
}

#[test]
fn reopening_discards_a_completion_whose_clock_is_ahead() {
    let repo = plan();
    repo.commit("plan: start");
    repo.write("code.txt", "x");
    repo.git(&["add", "-A"]);
    for (date, reopened) in [
        ("2026-11-21T10:00:00Z", "reopened = 2026-11-21T10:00:01Z"),
        ("2026-11-21T10:20:00Z", "reopened = 2026-11-21T10:20:01Z"),
    ] {
        let author = format!("--date={date}");
        repo.git(&["commit", "-q", "--allow-empty", "-m", "task 407: done", &author]);
        assert_eq!(ok(&repo, &["reopen", "407"]), "407 reopened\n");
        assert!(read(&repo, ".tasks/01-database/407.toml").contains(reopened));
        assert!(ok(&repo, &["list", "--status", "pending"]).contains("407"));
    }
}

#[test]
fn a_new_task_has_no_empty_values_and_prints_its_id() {
    let repo = plan();
    for (args, expected) in [
        (["new", "x", "--step", " "], "the step is empty"),
        (["new", "x", "--tag", "a,"], "the tag is empty"),
        (["new", "x", "--assignee", ""], "the assignee is empty"),
        (["new", "x", "--estimate", "5h-2h"], "the least is more than the most"),
    ] {
        let error = refused(&repo, &args);
        assert!(error.contains(expected), "{args:?}: {error}");
    }
    assert_eq!(ok(&repo, &["new", "-q", "x"]), "413\n");
    assert_eq!(ok(&repo, &["new", "y"]), "414 .tasks/414.toml\n");
}

#[test]
fn the_last_task_of_a_group_that_others_wait_for_does_not_go_unnoticed() {
    let repo = plan();
    repo.write(".tasks/solo/9.toml", "title = \"Alone\"\n");
    ok(&repo, &["set", "412", "depends=solo/"]);
    for args in [&["move", "9", "/"][..], &["rm", "9"]] {
        let error = refused(&repo, args);
        assert!(error.contains("412 names solo/"), "{args:?}: {error}");
        assert!(repo.path().join(".tasks/solo/9.toml").exists());
    }
    assert_eq!(ok(&repo, &["rm", "--force", "9"]), "removed 9; no longer named by 412\n");
    assert!(!task(&repo).contains("solo"));
}

#[cfg(unix)]
#[test]
fn a_task_that_cannot_be_changed_is_told_from_one_that_is_not_there() {
    let repo = plan();
    std::os::unix::fs::symlink("412.toml", repo.path().join(".tasks/500.toml")).unwrap();
    repo.write(".tasks/600.toml", "title = \"Was five\"\naka = [\"5\"]\n");
    let linked = refused(&repo, &["set", "500", "priority=high"]);
    assert!(linked.contains(".tasks/500.toml: a symbolic link inside the plan is not followed"), "{linked}");
    let renumbered = refused(&repo, &["done", "5"]);
    assert!(renumbered.contains("it was renumbered: 600 has it as aka"), "{renumbered}");
    assert!(refused(&repo, &["step", "411", "1"]).contains("did you mean 412?"));
    let export = run(&repo, &["export", "--format", "json"]);
    let told = String::from_utf8(export.stderr).unwrap();
    assert!(told.contains("left out: files that cannot be read (.tasks/500.toml)"), "{told}");
}

#[test]
fn waiting_that_never_ends_is_told() {
    let repo = plan();
    repo.write(".tasks/01-database/407.toml", "title = \"Server\"\ndepends = [\"408\"]\n");
    repo.write(".tasks/412.toml", "title = \"Parser\"\ndepends = [\"99\", \"x/\"]\n");
    assert!(ok(&repo, &["why", "407"]).contains("it waits for 408, on a cycle: 407 -> 408 -> 407"));
    let why = ok(&repo, &["why", "412"]);
    let why = why.split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(
        why.contains("99, which is no task of the plan") && why.contains("x/, which is no group"),
        "{why}"
    );
    for command in ["status", "next"] {
        let error = String::from_utf8(run(&repo, &[command]).stderr).unwrap();
        assert!(error.contains("the plan has errors") && error.contains("tasks check"), "{error}");
    }
}

#[test]
fn what_is_so_already_is_not_written() {
    let repo = plan();
    repo.commit("plan");
    repo.write("parser.rs", "");
    let commit = repo.commit("task 412: parse\n\nPart-of-Task: 407");
    let before = task(&repo);
    let said = format!("412 is completed already by {}; nothing written\n408 completed\n", &commit[..8]);
    assert_eq!(ok(&repo, &["done", "412", "408"]), said);
    assert_eq!(task(&repo), before);
    assert_eq!(ok(&repo, &["done", "--force", "412"]), "412 completed\n");
    assert_ne!(task(&repo), before);
    // Work that has begun is not discarded by opening what is open.
    assert_eq!(ok(&repo, &["reopen", "407", "412"]), "407 is open already; nothing written\n412 reopened\n");
    assert!(!read(&repo, ".tasks/01-database/407.toml").contains("reopened"));
}

#[test]
fn what_is_opened_again_leaves_the_archive() {
    let repo = plan();
    ok(&repo, &["done", "408", "407"]);
    ok(&repo, &["archive", "408", "407"]);
    repo.commit("put away\n\nReopens-Task: 407");
    assert_eq!(ok(&repo, &["reopen", "408"]), "408 reopened, and moved to .tasks/01-database/408.toml\n");
    assert!(read(&repo, ".tasks/01-database/408.toml").contains("reopened = 2026"));
    assert!(ok(&repo, &["list"]).contains("408"));
}

#[test]
fn a_broken_configuration_gives_no_status_but_can_be_found_and_mended() {
    let repo = plan();
    repo.commit("ticket 412: parse");
    for (config, place) in [
        ("version = 1\n[references]\nkeywords = [\"ticket\"\n", ".tasks/config.toml:"),
        ("version = 1\n[references]\nkeyword = [\"ticket\"]\n", ".tasks/config.toml:3:1: keyword"),
        ("version = 1\n[references]\nkeywords = \"ticket\"\n", ".tasks/config.toml:3:12: "),
    ] {
        repo.write(".tasks/config.toml", config);
        for args in
            [&["status"][..], &["list"], &["next"], &["why", "412"], &["done", "412"], &["diff"], &["export"]]
        {
            let error = refused(&repo, args);
            assert!(error.contains(place) && error.contains("tasks check"), "{args:?}: {error}");
        }
        assert_eq!(run(&repo, &["check"]).status.code(), Some(1), "{config}");
        ok(&repo, &["set", "412", "priority=low"]);
    }
    repo.write(".tasks/config.toml", "[references]\nkeywords = [\"ticket\"]\n");
    assert!(ok(&repo, &["list", "--all"]).contains("412"));
}

#[test]
fn steps_are_completed_opened_and_added() {
    let repo = plan();
    assert_eq!(ok(&repo, &["step", "412", "1", "2"]), "412 steps 1, 2 completed\n");
    assert_eq!(task(&repo).matches("status = \"completed\"\r\n").count(), 2);
    assert_eq!(ok(&repo, &["step", "412", "1"]), "412 step 1 was completed already\n");
    assert_eq!(ok(&repo, &["step", "412", "1", "2", "--undo"]), "412 steps 1, 2 open again\n");
    assert_eq!(ok(&repo, &["step", "412", "2", "2", "2"]), "412 step 2 completed\n");
    let both = ok(&repo, &["step", "412", "2", "1", "1"]);
    assert_eq!(both, "412 step 1 completed; step 2 was completed already\n");
    assert_eq!(ok(&repo, &["step", "412", "1", "2", "1", "--undo"]), "412 steps 1, 2 open again\n");
    assert_eq!(ok(&repo, &["step", "412", "1", "--undo"]), "412 step 1 was open already\n");
    assert_eq!(task(&repo), FULL);
    assert_eq!(ok(&repo, &["step", "412", "--add", "three"]), "412 step 3 added: three\n");
    assert_eq!(task(&repo), format!("{FULL}\r\n[[steps]]\r\ntext = \"three\"\r\n"));
    assert!(refused(&repo, &["step", "412", "1", "4"]).contains("has no step 4: it has 3"));
    for number in ["0", "one", "1-2", "99999999999999999999"] {
        let error = refused(&repo, &["step", "412", number]);
        assert!(error.contains("expected the number of a step, counted from 1"), "{error}");
    }
    assert_eq!(run(&repo, &["step", "412"]).status.code(), Some(2));
}

#[test]
fn files_are_brought_into_canonical_form() {
    let repo = plan();
    let odd = "tags = [\"b\", \"a\"]\n# about\ntitle = 'x'\n";
    repo.write(".tasks/9.toml", odd);
    let output = run(&repo, &["fmt", "9", "--check"]);
    assert_eq!(output.status.code(), Some(1));
    assert_eq!(String::from_utf8(output.stdout).unwrap(), ".tasks/9.toml\n");
    assert!(output.stderr.is_empty());
    assert_eq!(read(&repo, ".tasks/9.toml"), odd);
    assert!(ok(&repo, &["fmt", "9", "--dry-run"]).contains("+++ b/.tasks/9.toml"));
    assert_eq!(read(&repo, ".tasks/9.toml"), odd);
    assert!(ok(&repo, &["fmt"]).contains(".tasks/9.toml\n"));
    assert!(read(&repo, ".tasks/9.toml").starts_with("# about\ntitle = "));
    assert_eq!(ok(&repo, &["fmt"]), "every file is in canonical form\n");
    assert_eq!(ok(&repo, &["fmt", "--check"]), "");
    repo.write(".tasks/bad.toml", "title = \n");
    // One that cannot be read does not keep the others from being formatted.
    repo.write(".tasks/9.toml", "title='t'\n");
    let output = run(&repo, &["fmt"]);
    assert_eq!(output.status.code(), Some(2));
    assert_eq!(String::from_utf8(output.stdout).unwrap(), ".tasks/9.toml\n");
    assert!(String::from_utf8(output.stderr).unwrap().contains(".tasks/bad.toml: line 1"));
    assert_eq!(read(&repo, ".tasks/9.toml"), "title = 't'\n");
    assert!(refused(&repo, &["fmt"]).contains(".tasks/bad.toml: line 1"));
}

#[test]
fn a_dry_run_shows_the_difference_and_writes_nothing() {
    let repo = plan();
    for args in [
        &["set", "412", "priority=high", "--dry-run"][..],
        &["note", "412", "text", "--dry-run"],
        &["block", "412", "--reason", "x", "--dry-run"],
        &["cancel", "412", "--dry-run"],
        &["done", "412", "--dry-run"],
        &["step", "412", "1", "--dry-run"],
    ] {
        let shown = ok(&repo, args);
        assert!(shown.starts_with("--- a/.tasks/412.toml\n+++ b/.tasks/412.toml\n@@"), "{args:?}: {shown}");
        assert_eq!(task(&repo), FULL, "{args:?}");
    }
    assert!(!repo.path().join(".git/tasks").exists());
}
