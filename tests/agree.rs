//! What is read of a real repository against what Git itself says of it: of the repository that `TASKS_TEST_REPO` names,
//! else of this project's own, else of a small one.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod common;

use common::TestRepo;
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::process::Command;
use tasks::git::{Env, Oid, Repo};

/// How many pairs of commits are compared.
const PAIRS: usize = 24;

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

/// The object ids that a Git command prints, in its order, and whether it ended with 0.
fn printed(path: &Path, args: &[&str]) -> (Vec<Oid>, bool) {
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
    let text = String::from_utf8(output.stdout).unwrap();
    (text.lines().map(|line| line.parse().unwrap()).collect(), output.status.success())
}

/// The same as a set.
fn git(path: &Path, args: &[&str]) -> (BTreeSet<Oid>, bool) {
    let (oids, is_success) = printed(path, args);
    (oids.into_iter().collect(), is_success)
}

/// Pairs of commits near to each other and far apart, the same ones each time.
fn pairs(commits: &[Oid]) -> Vec<(Oid, Oid)> {
    let mut dice = 0x9e37_79b9_7f4a_7c15_u64;
    let mut below = |sides: usize| {
        dice ^= dice << 13;
        dice ^= dice >> 7;
        dice ^= dice << 17;
        usize::try_from(dice >> 16).unwrap() % sides
    };
    let mut pair = |n: usize| {
        let one = below(commits.len());
        let other = if n.is_multiple_of(2) { below(commits.len()) } else { one.saturating_sub(below(40)) };
        (commits[one], commits[other])
    };
    (0..PAIRS).map(&mut pair).collect()
}

#[test]
fn ancestry_is_what_git_says() {
    let (path, _kept) = subject();
    let repo = Repo::open(&path, Env::Isolated).unwrap();
    let head = repo.head().unwrap().oid.unwrap();
    let (commits, _) = printed(&path, &["rev-list", &head.to_string()]);
    let all: BTreeSet<Oid> = commits.iter().copied().collect();
    let reached: BTreeSet<Oid> = repo.span(&[head], &[]).unwrap().added.into_iter().collect();
    assert!(reached == all, "{} commits are reachable, and to Git {}", reached.len(), all.len());

    for (a, b) in pairs(&commits) {
        let (one, other) = (a.to_string(), b.to_string());
        let (of_one, _) = git(&path, &["rev-list", &one, &format!("^{other}")]);
        let (of_other, _) = git(&path, &["rev-list", &other, &format!("^{one}")]);
        let span = repo.span(&[a], &[b]).unwrap();
        assert!(BTreeSet::from_iter(span.added) == of_one, "{one} ^{other}");
        assert!(BTreeSet::from_iter(span.removed) == of_other, "{other} ^{one}");
        let (_, is_ancestor) = git(&path, &["merge-base", "--is-ancestor", &one, &other]);
        assert_eq!(repo.is_ancestor(a, b).unwrap(), is_ancestor, "{one} {other}");
        let (bases, _) = git(&path, &["merge-base", "--all", &one, &other]);
        let base = repo.merge_base(a, b).unwrap();
        assert!(base.map_or(bases.is_empty(), |base| bases.contains(&base)), "{one} {other}: {base:?}");
    }
}
