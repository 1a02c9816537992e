//! What is read of a real repository against what Git itself says of it: of the repository that `TASKS_TEST_REPO` names,
//! else of this project's own, else of a small one. `TASKS_TEST_PAIRS` says how many pairs of its commits are compared.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]
#![expect(clippy::print_stderr, reason = "how much was compared is worth knowing")]

mod ancestry;
#[path = "../common/mod.rs"]
mod common;
mod texts;

use common::TestRepo;
use std::path::{Path, PathBuf};
use std::process::Command;
use tasks::git::Oid;

/// The repository, and what keeps it there.
fn subject() -> (PathBuf, Option<TestRepo>) {
    if let Some(path) = std::env::var_os("TASKS_TEST_REPO") {
        return (path.into(), None);
    }
    let own = PathBuf::from(env!("CARGO_MANIFEST_DIR"));
    if own.join(".git").exists() {
        return (own, None);
    }
    let repo = TestRepo::new();
    repo.commit("root");
    for n in 0..8 {
        let side = format!("side{n}");
        repo.git(&["checkout", "-q", "-b", &side]);
        repo.write(&side, "");
        repo.commit(&side);
        repo.git(&["checkout", "-q", "main"]);
        repo.commit(&format!("main {n}"));
        if n % 2 == 0 {
            repo.git(&["merge", "-q", "--no-edit", &side]);
        }
    }
    (repo.path().to_owned(), Some(repo))
}

/// What a Git command prints, and whether it ended with 0.
fn printed(path: &Path, args: &[&str]) -> (Vec<u8>, bool) {
    let output = Command::new("git")
        .args(["--no-replace-objects", "-C"])
        .arg(path)
        .args(args)
        .env_clear()
        .envs(std::env::vars().filter(|(name, _)| name == "PATH"))
        .envs([("GIT_CONFIG_GLOBAL", "/dev/null"), ("GIT_CONFIG_NOSYSTEM", "1")])
        .env("GIT_CONFIG_COUNT", "1")
        .envs([("GIT_CONFIG_KEY_0", "safe.directory"), ("GIT_CONFIG_VALUE_0", "*")])
        .output()
        .unwrap();
    assert!(output.status.code().is_some_and(|code| code < 2), "{args:?}: {output:?}");
    (output.stdout, output.status.success())
}

/// The object ids that it prints, one a line, in its order.
fn oids(path: &Path, args: &[&str]) -> (Vec<Oid>, bool) {
    let (bytes, is_success) = printed(path, args);
    let text = String::from_utf8(bytes).unwrap();
    (text.lines().map(|line| line.parse().unwrap()).collect(), is_success)
}
