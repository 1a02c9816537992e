//! Which commits are reachable from which.

use super::{oids, printed, subject};
use std::collections::BTreeSet;
use std::path::Path;
use tasks::git::{Env, Oid, Repo};

/// How many pairs of commits are compared unless the environment says otherwise.
const PAIRS: usize = 24;

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
    let count = std::env::var("TASKS_TEST_PAIRS").map_or(PAIRS, |count| count.parse().unwrap());
    (0..count).map(&mut pair).collect()
}

/// What is reachable from one of two commits only: from the one, and from the other.
fn sides(path: &Path, one: &Oid, other: &Oid) -> (BTreeSet<Oid>, BTreeSet<Oid>) {
    let (bytes, _) = printed(path, &["rev-list", "--left-right", &format!("{one}...{other}")]);
    let text = String::from_utf8(bytes).unwrap();
    let of = |mark| text.lines().filter_map(move |line| line.strip_prefix(mark)?.parse().ok()).collect();
    (of('<'), of('>'))
}

#[test]
fn ancestry_is_what_git_says() {
    let (path, _kept) = subject();
    let repo = Repo::open(&path, Env::Isolated).unwrap();
    let head = repo.head().unwrap().oid.unwrap();
    let (commits, _) = oids(&path, &["rev-list", &head.to_string()]);
    let all: BTreeSet<Oid> = commits.iter().copied().collect();
    let reached: BTreeSet<Oid> = repo.span(&[head], &[]).unwrap().added.into_iter().collect();
    assert!(reached == all, "{} commits are reachable, and to Git {}", reached.len(), all.len());

    let pairs = pairs(&commits);
    let mut apart = 0;
    for &(a, b) in &pairs {
        let (of_one, of_other) = sides(&path, &a, &b);
        apart += of_one.len() + of_other.len();
        let span = repo.span(&[a], &[b]).unwrap();
        assert!(BTreeSet::from_iter(span.added) == of_one, "{a} ^{b}");
        assert!(BTreeSet::from_iter(span.removed) == of_other, "{b} ^{a}");
        assert_eq!(repo.is_ancestor(a, b).unwrap(), of_one.is_empty(), "{a} {b}");
        let (bases, _) = oids(&path, &["merge-base", "--all", &a.to_string(), &b.to_string()]);
        let base = repo.merge_base(a, b).unwrap();
        assert!(base.map_or(bases.is_empty(), |base| bases.contains(&base)), "{a} {b}: {base:?}");
    }
    eprintln!("{} commits, {} pairs, {apart} commits between them", all.len(), pairs.len());
}
