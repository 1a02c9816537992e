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
    let (code, text) = edited(&repo, "sed -i s/o/0/2", &["1", "2", "1"]);
    assert_eq!((code, text.as_str()), (0, "unchanged: .tasks/1.toml\nunchanged: .tasks/2.toml\n"));
    let (code, text) = edited(&repo, "sed -i -e s/two/zwei/", &["1", "#2"]);
    assert_eq!((code, text.as_str()), (0, "unchanged: .tasks/1.toml\nedited 2: .tasks/2.toml\n"));
    assert_eq!(read(&repo, ".tasks/2.toml"), "title = \"zwei\"");
}
