//! What is broken, missing or may not be read: a warning where the answer stands without it, else a refusal.

use crate::common::hermetic;
use crate::{ANSWER, PAGE, err, neutral, out, planned, refuses, tasks};
use std::path::Path;
use std::process::Command;
#[cfg(unix)]
use std::process::Output;

/// What the program answers to somebody whom permissions bind, which root is only without a capability; `None` where that
/// cannot be arranged.
#[cfg(unix)]
fn bound_by_permissions(dir: &Path, args: &[&str]) -> Option<Output> {
    let program = env!("CARGO_BIN_EXE_tasks");
    if std::fs::read_dir(dir.join(".tasks")).is_err() || std::fs::read_dir(dir.join(".tasks/a")).is_err() {
        return Some(tasks(dir, args));
    }
    let less = ["--bounding-set=-dac_override,-dac_read_search", "--inh-caps=-all", program];
    let output = hermetic("setpriv", dir, &[&less[..], args].concat()).output().ok()?;
    (output.status.code() != Some(127)).then_some(output)
}

#[cfg(unix)]
#[test]
fn what_may_not_be_read_is_never_taken_for_nothing() {
    use std::os::unix::fs::PermissionsExt;
    let repo = planned(&[]);
    repo.write(".tasks/a/3.toml", "title = \"Three\"\n");
    let mode = |path: &str, mode| {
        let path = repo.path().join(path);
        std::fs::set_permissions(path, std::fs::Permissions::from_mode(mode)).unwrap();
    };
    mode(".tasks", 0o000);
    let row = "`.tasks` may not be read";
    assert!(PAGE.contains(row));
    for args in [&["list", "--format", "json"][..], &["--no-cache", "list"], &["new", "Four"], &["check"]] {
        let Some(output) = bound_by_permissions(repo.path(), args) else { return };
        let said = neutral(&err(&output), repo.path());
        let expected = "error: cannot read <repo>/.tasks: Permission denied (os error 13)\n";
        assert_eq!((said.as_str(), output.status.code()), (expected, Some(2)), "{args:?}");
        assert_eq!(out(&output), "");
    }
    mode(".tasks", 0o755);
    mode(".tasks/a", 0o000);
    let row = "subdirectory that may not be read";
    assert!(PAGE.contains(row));
    let said = |args: &[&str]| {
        let output = bound_by_permissions(repo.path(), args).unwrap();
        (output.status.code(), out(&output), neutral(&err(&output), repo.path()))
    };
    let (code, _, warned) = said(&["list"]);
    assert_eq!((code, warned.contains("plan files have errors (1)")), (Some(0), true), "{warned}");
    let (code, found, _) = said(&["check"]);
    assert!(code == Some(1) && found.contains("[unreadable-file]\n  --> .tasks/a\n"), "{found}");
    let (code, _, refused) = said(&["new", "Four"]);
    assert!(code == Some(2) && refused.contains("cannot read <repo>/.tasks/a: "), "{refused}");
    mode(".tasks/a", 0o755);
}

/// Somebody may have pushed what nobody can read to the end.
#[test]
fn folders_nest_up_to_a_limit() {
    let repo = planned(&[]);
    let deepest = "d/".repeat(64);
    repo.write(&format!(".tasks/{deepest}4.toml"), "title = \"Four\"\n");
    assert!(out(&tasks(repo.path(), &["list"])).contains("Four"));
    repo.write(&format!(".tasks/{deepest}d/5.toml"), "title = \"Five\"\n");
    let row = "folders nested too deep";
    assert!(PAGE.contains(row));
    let listed = tasks(repo.path(), &["list"]);
    assert!(out(&listed).contains("Four") && !out(&listed).contains("Five"));
    assert!(err(&listed).contains("plan files have errors (1)"), "{}", err(&listed));
    let found = out(&tasks(repo.path(), &["check"]));
    assert!(
        found.contains("[unreadable-file]") && found.contains("folders nest at most 64 levels deep"),
        "{found}"
    );
    for args in [&["new", "Six"][..], &["move", "1", &format!("{deepest}d/d")]] {
        let refused = tasks(repo.path(), args);
        let said = err(&refused);
        assert!(
            refused.status.code() == Some(2) && said.contains("folders nest at most 64 levels deep"),
            "{said}"
        );
    }
    // What came in with history is passed over, and keeps nobody from going on.
    repo.commit("deep");
    std::fs::remove_dir_all(repo.path().join(".tasks/d")).unwrap();
    repo.commit("no longer");
    let written = tasks(repo.path(), &["new", "Six"]);
    assert_eq!(out(&written), "5 .tasks/5.toml\n", "{}", err(&written));
    let refused = tasks(repo.path(), &["move", "1", &format!("{deepest}d")]);
    assert!(err(&refused).contains("folders nest at most 64 levels deep"), "{}", err(&refused));
}

/// Ids are names of files, and a name is taken by whatever has it.
#[cfg(unix)]
#[test]
fn what_is_no_file_is_told_and_keeps_nobody_waiting() {
    let repo = planned(&[]);
    let pipe = Command::new("mkfifo").arg(repo.path().join(".tasks/6.toml")).status();
    assert!(pipe.unwrap().success());
    std::fs::create_dir(repo.path().join(".tasks/8.toml")).unwrap();
    let check = tasks(repo.path(), &["check"]);
    let text = out(&check);
    assert_eq!(check.status.code(), Some(1), "{text}");
    assert!(text.contains("it is no regular file [unreadable-file]\n  --> .tasks/6.toml\n"), "{text}");
    assert!(text.contains("[folder-name]\n  --> .tasks/8.toml\n"), "{text}");
    let fmt = tasks(repo.path(), &["fmt"]);
    assert!(err(&fmt).contains(".tasks/6.toml: it is no regular file"), "{}", err(&fmt));
    assert_eq!((out(&fmt).as_str(), fmt.status.code()), ("", Some(2)));
    assert_eq!(tasks(repo.path(), &["resolve"]).status.code(), Some(0));
    assert_eq!(out(&tasks(repo.path(), &["new", "Nine"])), "9 .tasks/9.toml\n");
}
#[test]
fn missing_objects_are_named() {
    let repo = planned(&[]);
    let middle = repo.git(&["rev-parse", "HEAD"]);
    repo.commit("Go on");
    let object = repo.path().join(".git/objects").join(&middle[..2]).join(&middle[2..]);
    std::fs::remove_file(object).unwrap();
    refuses("missing commit", repo.path(), &["list"]);
}

#[test]
fn a_branch_whose_history_is_not_whole_is_left_out() {
    let repo = planned(&[]);
    repo.git(&["checkout", "-q", "-b", "side"]);
    let lost = repo.commit("task 2 wip: lost");
    repo.commit("Go on");
    repo.git(&["checkout", "-q", "main"]);
    std::fs::remove_file(repo.path().join(".git/objects").join(&lost[..2]).join(&lost[2..])).unwrap();
    let row = "branch whose history is not whole";
    warns(row, repo.path(), &["list", "--all"], ANSWER);
    let planned = out(&tasks(repo.path(), &["-q", "new", "--dry-run", "Three"]));
    warns(row, repo.path(), &["new", "--dry-run", "Three"], &planned);
    repo.git(&["checkout", "-q", "-f", "-B", "main", "side"]);
    refuses("missing commit", repo.path(), &["list"]);
}

/// The repository answers and says something on standard error besides; the page has a row with the answer.
fn warns(row: &str, dir: &Path, args: &[&str], answer: &str) {
    let line = PAGE.lines().find(|line| line.starts_with(&format!("| {row} | ")));
    let line = line.unwrap_or_else(|| panic!("docs/limits.md has no row {row:?}"));
    let output = tasks(dir, args);
    let said = neutral(&err(&output), dir);
    let cell = line.split(" | ").nth(1).unwrap_or_default();
    for part in cell.split('`').skip(1).step_by(2) {
        assert_eq!(said.matches(part).count(), 1, "{row}, {args:?}: {part:?} is not once in {said:?}");
    }
    assert_eq!((out(&output).as_str(), output.status.code()), (answer, Some(0)), "{row}: {said}");
}

#[test]
fn a_broken_reference_costs_a_warning_and_not_the_answer() {
    let repo = planned(&[]);
    repo.write(".git/refs/heads/gone", &format!("{}\n", "12".repeat(20)));
    let row = "branch without its commit";
    warns(row, repo.path(), &["list", "--all"], ANSWER);
    let planned = out(&tasks(repo.path(), &["-q", "new", "--dry-run", "Three"]));
    assert!(planned.contains("+++ b/.tasks/3.toml"), "{planned}");
    warns(row, repo.path(), &["new", "--dry-run", "Three"], &planned);
    for alone in [&["list", "--all", "--at", "HEAD"][..], &["list", "--all", "--no-branches"]] {
        let output = tasks(repo.path(), alone);
        assert_eq!((out(&output).as_str(), err(&output).as_str()), (ANSWER, ""), "{alone:?}: not looked at");
    }
    repo.git(&["update-ref", "-d", "refs/heads/gone"]);

    for name in ["refs/heads/empty", "refs/remotes/origin/empty", "refs/tasks/claims/2"] {
        repo.write(&format!(".git/{name}"), "");
        let row = format!("broken reference `{name}`");
        warns(&row, repo.path(), &["list", "--all"], ANSWER);
        std::fs::remove_file(repo.path().join(".git").join(name)).unwrap();
        assert_eq!(err(&tasks(repo.path(), &["list"])), "", "the command mends it");
    }
    repo.write(".git/refs/tags/v1.0", "");
    let report = tasks(repo.path(), &["report"]);
    assert!(
        report.status.success() && err(&report).contains(".git/refs/tags/v1.0 holds no"),
        "{}",
        err(&report)
    );
    repo.write(".git/refs/tags/v1.0", &format!("{}\n", "12".repeat(20)));
    assert!(tasks(repo.path(), &["report"]).status.success());
    let identity = [("GIT_AUTHOR_NAME", "Ann"), ("GIT_AUTHOR_EMAIL", "ann@example.com")];
    repo.write(".git/refs/tasks/claims/2", "");
    let start =
        hermetic(env!("CARGO_BIN_EXE_tasks"), repo.path(), &["start", "2"]).envs(identity).output().unwrap();
    assert!(err(&start).contains(".git/refs/tasks/claims/2 holds no"), "{}", err(&start));
}
