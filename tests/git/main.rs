//! The Git room against real repositories.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod boundary;
mod cached;
#[path = "../common/mod.rs"]
mod common;
mod merge;
mod plan;
mod random;
mod reading;
mod repository;
mod steps;

use common::TestRepo;
use std::collections::HashSet;
use tasks::config::Since;
use tasks::git::{Env, GitError, History, HistoryOptions, Oid, Record, Repo};
use tasks::message::Rules;

/// A clone of `source`, with further arguments of `git clone`.
fn clone_of(source: &TestRepo, args: &[&str]) -> TestRepo {
    let url = format!("file://{}", source.path().display());
    TestRepo::made_by(&[&["clone", "-q"], args, &[url.as_str(), "."]].concat())
}

fn open(repo: &TestRepo) -> Repo {
    Repo::open(repo.path(), Env::Isolated).unwrap()
}

/// How messages are read unless a plan says otherwise.
fn rules() -> Rules {
    Rules::default()
}

fn oid(hex: &str) -> Oid {
    Oid::from_hex(hex.as_bytes()).unwrap()
}

fn read(repo: &TestRepo, since: Option<&Since>, beyond_boundary: bool) -> Result<History, GitError> {
    let (rules, sight) = (rules(), HashSet::new());
    let repo = open(repo);
    let tips: Vec<Oid> = repo.head()?.oid.into_iter().collect();
    repo.history(&tips, &HistoryOptions { rules: &rules, since, beyond_boundary, sight: &sight })
}

fn history(repo: &TestRepo) -> History {
    read(repo, None, false).unwrap()
}

fn record<'a>(history: &'a History, hex: &str) -> &'a Record {
    history.record(history.position(&oid(hex)).unwrap()).unwrap()
}

fn subjects(history: &History) -> Vec<&str> {
    history.records().map(|(_, record)| record.subject.as_str()).collect()
}

/// Puts a commit object with these lines between tree and message on top of `HEAD`.
fn forge(repo: &TestRepo, headers: &str, message: &str) -> String {
    let tree = repo.git(&["rev-parse", "HEAD^{tree}"]);
    let parent = repo.git(&["rev-parse", "HEAD"]);
    let raw = format!("tree {tree}\nparent {parent}\n{headers}\n{message}");
    let args = ["hash-object", "-w", "--literally", "--stdin", "-t", "commit"];
    let commit = repo.git_with(&args, raw.as_bytes());
    std::fs::write(repo.path().join(".git/refs/heads/main"), format!("{commit}\n")).unwrap();
    commit
}
