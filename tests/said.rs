//! What commands say of what they did is so, and what they cannot do they say.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod common;

use common::{TestRepo, hermetic};
use std::process::Output;

/// What a command answers: its exit code, and both of its streams.
fn run(repo: &TestRepo, args: &[&str], env: &[(&str, &str)]) -> (i32, String) {
    let Output { status, stdout, stderr } = hermetic(env!("CARGO_BIN_EXE_tasks"), repo.path(), args)
        .env("TASKS_NOW", "2030-01-01T00:00:00Z")
        .envs(env.iter().copied())
        .output()
        .unwrap();
    let text = [stdout, stderr].map(|bytes| String::from_utf8_lossy(&bytes).into_owned()).concat();
    (status.code().unwrap(), text)
}

/// The same for a command that has to succeed.
fn tasks(repo: &TestRepo, args: &[&str]) -> String {
    let (code, text) = run(repo, args, &[]);
    assert_eq!(code, 0, "tasks {args:?}: {text}");
    text
}

/// The same for one that has to be refused.
fn refused(repo: &TestRepo, args: &[&str]) -> String {
    let (code, text) = run(repo, args, &[]);
    assert_eq!(code, 2, "tasks {args:?}: {text}");
    text
}

fn read(repo: &TestRepo, path: &str) -> String {
    std::fs::read_to_string(repo.path().join(path)).unwrap()
}

fn plan(files: &[(&str, &str)]) -> TestRepo {
    let repo = TestRepo::new();
    repo.write(".tasks/config.toml", "version = 1\n");
    for (path, text) in files {
        repo.write(&format!(".tasks/{path}"), text);
    }
    repo.commit("plan: start");
    repo
}

#[test]
fn the_log_of_a_job_has_no_commands_of_a_plan() {
    let repo = plan(&[("1.toml", "title = \"##[error]a\"\n\ndescription = \"x\\n::error::b\"\n")]);
    for name in ["GITHUB_ACTIONS", "TF_BUILD"] {
        let (_, text) = run(&repo, &["show", "1"], &[(name, "true")]);
        assert!(text.contains("1  # #[error]a\n") && text.contains("\n  : :error::b\n"), "{text}");
        let (_, text) = run(&repo, &["show", "1", "--format", "json"], &[(name, "true")]);
        assert!(text.contains("\"\\u0023#[error]a\""), "{text}");
        let (_, text) = run(&repo, &["show", "##[error]"], &[(name, "true")]);
        assert!(text.contains("# #[error]") && !text.contains("##["), "{text}");
    }
    assert!(tasks(&repo, &["show", "1"]).contains("\n  ::error::b\n"));
}

#[test]
fn a_step_that_a_commit_completes_is_left_to_that_commit() {
    let repo = plan(&[("1.toml", "title = \"T\"\n\n[[steps]]\ntext = \"a\"\n")]);
    let commit = repo.commit("task 1 step 1: x")[..8].to_owned();
    let before = read(&repo, ".tasks/1.toml");
    let text = refused(&repo, &["step", "1", "1", "--undo"]);
    assert!(text.contains(&format!("completed by the commit {commit}, not by the file")), "{text}");
    assert!(text.contains(&format!("git revert {commit} opens it again")), "{text}");
    let text = tasks(&repo, &["step", "1", "1"]);
    assert_eq!(text, format!("1 step 1 is completed already by {commit}; nothing written\n"));
    assert_eq!(read(&repo, ".tasks/1.toml"), before);
    let text = tasks(&repo, &["step", "1", "1", "--add", "b"]);
    assert_eq!(text, format!("1 step 1 is completed already by {commit}; step 2 added: b\n"));
    assert_eq!(tasks(&repo, &["step", "1", "2"]), "1 step 2 completed\n");
    assert_eq!(tasks(&repo, &["step", "1", "2", "--undo"]), "1 step 2 open again\n");
}

#[test]
fn colour_follows_the_configuration_of_git() {
    let repo = plan(&[("1.toml", "title = \"T\"\n")]);
    let is_coloured = |env: &[(&str, &str)]| run(&repo, &["list"], env).1.contains('\u{1b}');
    assert!(is_coloured(&[("CLICOLOR_FORCE", "1")]) && !is_coloured(&[("CLICOLOR_FORCE", "0")]));
    repo.git(&["config", "color.ui", "always"]);
    assert!(is_coloured(&[]) && !is_coloured(&[("NO_COLOR", "1")]));
    repo.git(&["config", "color.tasks", "auto"]);
    assert!(!is_coloured(&[]));
}

/// What `edit` answers with a script for an editor, which finds the files in its arguments.
fn edited(repo: &TestRepo, script: &str, ids: &[&str]) -> (i32, String) {
    run(
        repo,
        &[&["edit"], ids].concat(),
        &[("GIT_EDITOR", script), ("TMPDIR", repo.path().to_str().unwrap())],
    )
}

#[test]
fn a_mistake_in_the_editor_is_told_with_its_place_and_loses_nothing() {
    let repo = plan(&[("1.toml", "title = \"one\"\n"), ("2.toml", "title = \"two\"")]);
    let (code, text) = edited(&repo, "sed -i s/^title.*/title/", &["1"]);
    let (place, _) = text.split_once("/1.toml:2:").unwrap_or_else(|| panic!("{text}"));
    assert!(code == 2 && place.contains("hint: ") && text.contains("the text is kept in "), "{text}");
    let (code, text) = edited(&repo, "sed -i 's/^title = .two.*/title = 2/; s/one/eins/'", &["1", "2"]);
    assert!(code == 2 && text.contains("/2.toml:2:"), "{text}");
    let dir = text.split("the text is kept in ").nth(1).unwrap().trim();
    assert!(read(&repo, &format!("{dir}/1.toml")).contains("eins"), "{dir}");
    let (code, text) = edited(&repo, "rm", &["1"]);
    assert!(code == 2 && text.contains("the editor left no file behind") && !text.contains("kept"), "{text}");
    assert_eq!(repo.git(&["status", "--porcelain", ".tasks"]), "");
    let (code, text) = edited(&repo, "true", &["1", "2", "1"]);
    assert_eq!((code, text.as_str()), (0, "unchanged: .tasks/1.toml\nunchanged: .tasks/2.toml\n"));
    let (code, text) = edited(&repo, "sed -i -e s/two/zwei/", &["1", "#2"]);
    assert_eq!((code, text.as_str()), (0, "unchanged: .tasks/1.toml\nedited 2: .tasks/2.toml\n"));
    assert_eq!(read(&repo, ".tasks/2.toml"), "title = \"zwei\"");
}

#[test]
fn a_shallow_clone_archives_what_it_knows_to_be_settled() {
    let depends = "title = \"T\"\n\ndepends = [\n  \"3\",\n]\n";
    let done = "title = \"T\"\n\nstatus = \"completed\"\n";
    let full = plan(&[
        ("1.toml", done),
        ("2.toml", "title = \"T\"\n"),
        ("3.toml", "title = \"T\"\n"),
        ("4.toml", depends),
    ]);
    full.commit("task 3: hidden");
    full.commit("task 2: within reach");
    let url = format!("file://{}", full.path().display());
    let repo = TestRepo::made_by(&["clone", "-q", "--depth=1", &url, "."]);
    repo.git(&["config", "user.name", "Ann"]);
    repo.git(&["config", "user.email", "ann@example.com"]);
    let (code, text) = run(&repo, &["archive", "3"], &[]);
    assert_eq!(code, 3, "{text}");
    assert!(
        text.contains("too shallow to know whether 3 is settled") && text.contains("git fetch --unshallow"),
        "{text}"
    );
    let (code, text) = run(&repo, &["start", "4"], &[]);
    assert!(code == 0 && text.contains("warning: 4 may wait for 3: "), "{text}");
    assert_eq!(tasks(&repo, &["archive", "1"]), "archived 1\n");
    let text = tasks(&repo, &["archive", "--settled"]);
    assert!(text.contains("archived 2\n") && text.contains("of 2 tasks this clone is too shallow"), "{text}");
    assert_eq!(run(&repo, &["archive", "--settled"], &[]).0, 3);
}

#[test]
fn the_list_sorted_as_next_has_what_waits_behind_what_is_ready() {
    let task = |keys: &str| format!("title = \"T\"\n\n{keys}\n");
    let repo = plan(&[
        ("1.toml", &task("priority = \"critical\"\n\ndepends = [\n  \"2\",\n]")),
        ("2.toml", &task("priority = \"low\"")),
        ("3.toml", &task("status = \"completed\"")),
        ("4.toml", &task("priority = \"low\"\n\nstatus = \"in_progress\"")),
        ("5.toml", &task("priority = \"high\"")),
        ("6.toml", &task("priority = \"critical\"\n\ndepends = [\n  \"none1\",\n]")),
    ]);
    let ids = |args: &[&str]| -> Vec<char> {
        let text = tasks(&repo, args);
        text.lines().take(6).filter_map(|line| line.chars().find(char::is_ascii_digit)).collect()
    };
    assert_eq!(ids(&["list", "--all", "--sort", "next", "-q"]), ['4', '5', '2', '1', '6', '3']);
}

#[test]
fn a_task_whose_file_cannot_be_read_is_not_missing() {
    let repo = plan(&[("1.toml", "title = \"T\"\n\naka = [\n  \"18\",\n]\n"), ("2.toml", "title = \n")]);
    std::fs::create_dir(repo.path().join(".tasks/18.toml")).unwrap();
    let text = refused(&repo, &["show", "18"]);
    assert!(text.contains("error: task 18 cannot be read: .tasks/18.toml: a folder has the name"), "{text}");
    let text = refused(&repo, &["show", "2"]);
    assert!(
        text.contains("error: task 2 cannot be read: .tasks/2.toml:1:9: this is not valid TOML"),
        "{text}"
    );
    assert!(refused(&repo, &["show", "3"]).contains("there is no task 3"));
}

#[test]
fn help_is_a_command_and_what_cannot_be_printed_is_a_failure() {
    let repo = plan(&[]);
    assert_eq!(tasks(&repo, &["help", "list"]), tasks(&repo, &["list", "--help"]));
    assert!(refused(&repo, &["help", "nonsense"]).contains("nonsense"));
    let full = std::fs::OpenOptions::new().write(true).open("/dev/full").unwrap();
    let bin = env!("CARGO_BIN_EXE_tasks");
    let status = hermetic(bin, repo.path(), &["--help"]).stdout(full).status().unwrap();
    assert_eq!(status.code(), Some(2));
    let text = tasks(&repo, &["export", "--help"]);
    assert!(!text.contains("possible values: text, json") && text.contains("csv"), "{text}");
    std::fs::create_dir(repo.path().join("man")).unwrap();
    tasks(&repo, &["man", "--dir", "man"]);
    let is_there = |page: &str| repo.path().join("man").join(page).exists();
    assert!(is_there("tasks-list.1") && !is_there("tasks-render-template.1") && !is_there("tasks-help.1"));
}

#[test]
fn directories_go_on_from_each_other() {
    let repo = plan(&[("a/1.toml", "title = \"T\"\n")]);
    let text = tasks(&repo, &["-C", ".tasks", "-C", "a", "set", "1", "priority=low", "--dry-run"]);
    assert!(text.contains("+priority"), "{text}");
    assert!(refused(&repo, &["-C", ".tasks", "-C", ".tasks", "list"]).contains("cannot start in .tasks"));
    let text = refused(&repo, &["-C", ".tasks", "list", "-C", "a"]);
    assert!(text.contains("-C stands before the command and behind it"), "{text}");
}

#[test]
fn claims_can_be_tried() {
    let repo = plan(&[("1.toml", "title = \"T\"\n"), ("2.toml", "title = \"U\"\n")]);
    repo.git(&["config", "user.name", "Ann"]);
    repo.git(&["config", "user.email", "ann@example.com"]);
    let refs = || repo.git(&["for-each-ref", "refs/tasks"]);
    assert_eq!(tasks(&repo, &["start", "1", "--dry-run"]), "1 would be claimed: T\n");
    assert!(tasks(&repo, &["next", "--claim", "--dry-run"]).starts_with("1 would be claimed\n"));
    assert!(tasks(&repo, &["start", "1", "--dry-run", "--format", "json"]).contains("\"dry_run\": true"));
    assert_eq!(refs(), "");
    tasks(&repo, &["start", "1"]);
    let before = refs();
    assert!(tasks(&repo, &["start", "1", "--dry-run"]).contains("is yours already"));
    assert_eq!(tasks(&repo, &["next", "--claim", "--dry-run", "-q"]), "2\n");
    assert_eq!(tasks(&repo, &["release", "1", "--dry-run"]), "1 would be released\n");
    assert_eq!(refs(), before);
    assert!(refused(&repo, &["next", "--dry-run"]).contains("without --claim"));
}

#[test]
fn narrow_terminals_are_heeded() {
    let repo = plan(&[
        ("1.toml", "title = \"T\"\n\nmilestones = [\n  \"beta\",\n]\n"),
        ("milestones/beta.toml", "title = \"Beta\"\n\n[[criteria]]\ntext = \"c\"\n"),
    ]);
    repo.git(&["config", "user.name", "Ann of the quite considerable family name"]);
    repo.write("work", "");
    repo.git(&["add", "-A"]);
    let author = "Ann of the quite considerable family name <ann@example.com>";
    repo.git(&["commit", "-q", "--author", author, "-m", "task 1 wip: x"]);
    for args in [&[][..], &["check", "--gate", "beta"], &["show", "1"]] {
        let (_, text) = run(&repo, args, &[("COLUMNS", "40")]);
        assert!(text.lines().all(|line| line.chars().count() <= 40), "{args:?}: {text}");
    }
}

#[test]
fn an_id_that_commits_name_is_not_given() {
    let repo = plan(&[("1.toml", "title = \"T\"\n")]);
    repo.commit("task 50: foo");
    let text = refused(&repo, &["new", "x", "--id", "50"]);
    assert!(text.contains("commits name 50 already") && text.contains("choose another id"), "{text}");
    assert_eq!(tasks(&repo, &["new", "x", "--id", "49"]), "49 .tasks/49.toml\n");
}

#[test]
fn where_no_plan_is_recognised_that_is_said() {
    let repo = TestRepo::new();
    repo.write(".tasks/state.json", "{}\n");
    let text = refused(&repo, &["status"]);
    assert!(text.contains(
        "no plan is recognised here: another program keeps files in .tasks, such as .tasks/state.json"
    ));
    assert!(refused(&repo, &["init"]).contains("another program keeps files in .tasks"));
    let repo = TestRepo::new();
    repo.commit("empty");
    let bare = TestRepo::made_by(&["clone", "-q", "--bare", repo.path().to_str().unwrap(), "."]);
    let text = refused(&bare, &["status"]);
    assert!(text.contains("bare repository") && text.contains("in a clone that has a work tree"), "{text}");
}

#[test]
fn a_plan_of_a_newer_format_is_not_written_to() {
    let repo = plan(&[("1.toml", "priority = \"low\"\ntitle = \"T\"\n\n[[steps]]\ntext = \"a\"\n")]);
    repo.write(".tasks/config.toml", "version = 2\n");
    repo.commit("plan: newer");
    for args in [
        &["fmt"][..],
        &["set", "1", "due=2026-12-01"],
        &["note", "1", "x"],
        &["step", "1", "1"],
        &["move", "1", "a"],
        &["edit", "1"],
        &["done", "1"],
        &["cancel", "1"],
        &["init", "--editor"],
    ] {
        let (code, text) = run(&repo, args, &[("GIT_EDITOR", "true")]);
        assert!(code == 2 && text.contains("a newer version of tasks reads it"), "{args:?}: {text}");
    }
    assert_eq!(repo.git(&["status", "--porcelain"]), "");
}

#[cfg(unix)]
#[test]
fn a_folder_for_editors_that_is_a_link_is_not_followed() {
    let repo = plan(&[]);
    let elsewhere = tempfile::TempDir::new().unwrap();
    std::os::unix::fs::symlink(elsewhere.path(), repo.path().join(".vscode")).unwrap();
    let text = refused(&repo, &["init", "--editor"]);
    assert!(text.contains(".vscode is a symbolic link"), "{text}");
    assert!(elsewhere.path().read_dir().unwrap().next().is_none());
    assert!(!repo.path().join(".tasks/schema.json").exists());
}
