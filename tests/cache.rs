//! The cache of history, as somebody at the command line sees it: not at all.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod common;

use common::{TestRepo, hermetic};
use std::path::PathBuf;

/// What a command prints, on both streams.
fn tasks(repo: &TestRepo, args: &[&str], env: &[(&str, &str)]) -> String {
    let output = hermetic(env!("CARGO_BIN_EXE_tasks"), repo.path(), args)
        .envs([("TASKS_NOW", "2023-11-15T10:00:00Z")])
        .envs(env.iter().copied())
        .output()
        .unwrap();
    let text = [output.stdout, output.stderr].concat();
    assert!(output.status.success(), "{args:?}: {}", String::from_utf8_lossy(&text));
    String::from_utf8(text).unwrap()
}

/// Two branches with work on three tasks.
fn repo() -> TestRepo {
    let repo = TestRepo::new();
    repo.write(".tasks/config.toml", "version = 1\n");
    for id in 1..=3 {
        repo.write(&format!(".tasks/{id}.toml"), &format!("title = \"Task {id}\"\n"));
    }
    repo.commit("plan: start");
    repo.git(&["checkout", "-q", "-b", "topic"]);
    repo.write("two", "");
    repo.commit("wip: task 2: begin");
    repo.git(&["checkout", "-q", "main"]);
    repo.write("one", "");
    repo.commit("task 1: finish");
    repo
}

fn cache(repo: &TestRepo) -> PathBuf {
    repo.path().join(".git/tasks")
}

#[test]
fn every_command_answers_as_without_it() {
    let repo = repo();
    let steps: [&[&str]; 6] = [
        &["status", "-s"],
        &["commit", "-q", "--allow-empty", "-m", "Part\n\nCloses-Task: 3"],
        &["merge", "-q", "--no-edit", "topic"],
        &["reset", "-q", "--hard", "HEAD~1"],
        &["checkout", "-q", "topic"],
        &["checkout", "-q", "-B", "topic", "main~1"],
    ];
    for step in steps {
        repo.git(step);
        for args in [
            &["list", "--all", "--format", "json"][..],
            &["status"],
            &["why", "2"],
            &["log", "--since", "3w"],
            &["check"],
            &["check", "--onto", "main~1"],
            &["branches", "--all"],
            &["log", "--counts"],
            &["diff", "main~1..topic", "--as", "squash", "--title", "task 3: landed"],
            &["list", "--all", "--at", "main~1"],
            &["new", "--dry-run", "Another"],
        ] {
            let plain = tasks(&repo, &[args, &["--no-cache"]].concat(), &[]);
            for heat in ["cold", "warm"] {
                assert_eq!(tasks(&repo, args, &[]), plain, "{args:?} after {step:?}, {heat}");
            }
        }
    }
    assert!(cache(&repo).join("history").is_file() && cache(&repo).join("ids").is_file());
}

#[test]
fn it_can_be_done_without() {
    let repo = repo();
    tasks(&repo, &["list", "--no-cache"], &[]);
    tasks(&repo, &["list"], &[("TASKS_NO_CACHE", "1")]);
    assert!(!cache(&repo).exists());
    tasks(&repo, &["list"], &[("TASKS_NO_CACHE", "0")]);
    assert!(cache(&repo).join("history").is_file());
}

#[test]
fn what_is_only_imagined_is_not_kept() {
    let repo = repo();
    let title = "task 3: landed";
    tasks(&repo, &["diff", "main~1..main", "--as", "squash", "--title", title], &[]);
    let kept = std::fs::read(cache(&repo).join("history")).unwrap();
    let says = |text: &str| kept.windows(text.len()).any(|bytes| bytes == text.as_bytes());
    assert!(says("task 1: finish") && !says(title));
}

#[test]
fn every_worktree_remembers_for_itself_while_it_is_there() {
    let repo = repo();
    (1000..1600).for_each(|id| repo.write(&format!(".tasks/g/{id}.toml"), "title = \"A task\"\n"));
    repo.commit("plan: many");
    let side = repo.path().join("side");
    repo.git(&["worktree", "add", "-q", "side"]);
    for name in ["plan-gone", "paths-gone", "paths-side"] {
        repo.write(&format!(".git/tasks/{name}"), "");
    }
    // What was written in the last two seconds is not remembered.
    std::thread::sleep(std::time::Duration::from_millis(2100));
    for dir in [repo.path(), &side] {
        let dir = dir.to_str().unwrap();
        tasks(&repo, &["-C", dir, "list"], &[]);
        tasks(&repo, &["-C", dir, "set", "1000", "priority=high"], &[]);
    }
    let length = |name| std::fs::metadata(cache(&repo).join(name)).map_or(0, |meta| meta.len());
    for name in ["plan", "plan-side", "paths", "paths-side"] {
        assert!(length(name) > 1000, "{name}");
    }
    assert!(["plan-gone", "paths-gone"].iter().all(|name| !cache(&repo).join(name).exists()));
}
