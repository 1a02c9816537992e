//! Where history ends.

use super::{common::TestRepo, forge, history, oid, open, read, rules, subjects};
use std::collections::HashSet;
use tasks::config::Since;
use tasks::git::{GitError, HistoryOptions};

fn three_commits() -> (TestRepo, Vec<String>) {
    let repo = TestRepo::new();
    let commits = (1..=3).map(|n| repo.commit(&format!("task {n}: x"))).collect();
    (repo, commits)
}

#[test]
fn a_shallow_history_is_incomplete_unless_the_boundary_lies_within() {
    let (origin, commits) = three_commits();
    let repo = crate::clone_of(&origin, &["--depth=2"]);
    assert!(open(&repo).is_shallow().unwrap());
    let cut = history(&repo);
    assert!(!cut.complete);
    assert_eq!(subjects(&cut), ["task 2: x", "task 3: x"]);
    let within = Since::Commit(commits[1].clone());
    let answer = read(&repo, Some(&within), false).unwrap();
    assert!(answer.complete);
    assert_eq!(subjects(&answer), ["task 3: x"]);
    let beyond = Since::Commit(commits[0].clone());
    let error = read(&repo, Some(&beyond), false).unwrap_err();
    assert_eq!(error, GitError::Boundary { oid: commits[0].clone(), shallow: true });
    let tomorrow = Since::Date("2023-11-16".parse().unwrap());
    assert!(read(&repo, Some(&tomorrow), false).unwrap().complete);
    assert!(history(&origin).complete);
}

#[test]
fn the_boundary_hides_or_marks() {
    let (repo, commits) = three_commits();
    for name in [commits[0].clone(), commits[0][..7].to_owned()] {
        let since = Since::Commit(name);
        let hidden = read(&repo, Some(&since), false).unwrap();
        assert_eq!(subjects(&hidden), ["task 2: x", "task 3: x"]);
        assert_eq!(hidden.len(), 2);
        let marked = read(&repo, Some(&since), true).unwrap();
        assert_eq!(
            marked.records().map(|(_, r)| r.before_boundary).collect::<Vec<_>>(),
            [true, false, false]
        );
    }
    let error = read(&repo, Some(&Since::Commit("main".into())), false).unwrap_err();
    assert_eq!(error, GitError::Boundary { oid: "main".into(), shallow: false });
    for (date, rest) in [("2023-11-14", 3), ("2023-11-15", 0)] {
        let since = Since::Date(date.parse().unwrap());
        let history = read(&repo, Some(&since), false).unwrap();
        assert_eq!((history.records().count(), history.len()), (rest, rest), "{date}");
        let marked = read(&repo, Some(&since), true).unwrap();
        assert_eq!(marked.records().filter(|(_, r)| !r.before_boundary).count(), rest);
        assert_eq!(marked.records().count(), 3);
    }
}

#[test]
fn the_day_of_the_boundary_begins_at_midnight_utc() {
    let repo = TestRepo::new();
    repo.commit("one");
    let midnight = 1_700_006_400; // 2023-11-15T00:00:00Z
    for (offset, zone) in [(-1, "+1400"), (0, "-1200")] {
        let people = format!("author A <a@x> 5 +0000\ncommitter A <a@x> {} {zone}\n", midnight + offset);
        forge(&repo, &people, &format!("task 1: {offset}\n"));
    }
    let since = Since::Date("2023-11-15".parse().unwrap());
    assert_eq!(subjects(&read(&repo, Some(&since), false).unwrap()), ["task 1: 0"]);
}

#[test]
fn a_damaged_commit_graph_is_as_good_as_none() {
    let (repo, commits) = three_commits();
    repo.git(&["commit-graph", "write", "--reachable"]);
    let graph = repo.path().join(".git/objects/info/commit-graph");
    let whole = std::fs::read(&graph).unwrap();
    let since = Since::Commit(commits[0].clone());
    for damaged in [&whole[..20], &whole[..whole.len() / 2], b"", b"CGPHxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"]
    {
        std::fs::remove_file(&graph).unwrap();
        std::fs::write(&graph, damaged).unwrap();
        assert_eq!(subjects(&read(&repo, Some(&since), false).unwrap()), ["task 2: x", "task 3: x"]);
        let opened = open(&repo);
        assert_eq!(opened.merge_base(oid(&commits[0]), oid(&commits[2])).unwrap(), Some(oid(&commits[0])));
        assert!(opened.plan_changes(oid(&commits[2]), None).unwrap().is_empty());
    }
}

/// Sets the generation of every commit in a commit-graph file, as `f` has it from its position.
fn set_generations(graph: &mut [u8], f: impl Fn(u32) -> u32) {
    let word = |bytes: &[u8], at: usize| u32::from_be_bytes(bytes[at..at + 4].try_into().unwrap());
    let chunks = usize::from(graph[6]);
    let table = (0..chunks).map(|n| 8 + n * 12);
    let entry = table.clone().find(|&at| &graph[at..at + 4] == b"CDAT").unwrap();
    let (start, end) = (word(graph, entry + 8) as usize, word(graph, entry + 20) as usize);
    for (n, at) in (0..).zip((start..end).step_by(36)) {
        let low = word(graph, at + 28) & 3;
        graph[at + 28..at + 32].copy_from_slice(&(f(n) << 2 | low).to_be_bytes());
    }
}

#[test]
fn generations_that_say_nothing_are_not_believed() {
    let (repo, commits) = three_commits();
    repo.git(&["checkout", "-q", "--detach", &commits[0]]);
    let side = repo.commit("side");
    repo.git(&["tag", "side"]);
    repo.git(&["commit-graph", "write", "--reachable"]);
    let graph = repo.path().join(".git/objects/info/commit-graph");
    let whole = std::fs::read(&graph).unwrap();
    let rules: [fn(u32) -> u32; 3] = [|_| 0, |_| 5, |n| n + 1];
    for rule in rules {
        let mut bytes = whole.clone();
        set_generations(&mut bytes, rule);
        std::fs::remove_file(&graph).unwrap();
        std::fs::write(&graph, bytes).unwrap();
        let mut span = open(&repo).span(&[oid(&commits[2])], &[oid(&side)]).unwrap();
        span.added.sort_unstable();
        let mut added = vec![oid(&commits[1]), oid(&commits[2])];
        added.sort_unstable();
        assert_eq!((span.added, span.removed), (added, vec![oid(&side)]));
    }
}

#[test]
fn ancestry_ends_where_a_shallow_clone_is_cut() {
    let (origin, commits) = three_commits();
    let repo = crate::clone_of(&origin, &["--depth=2"]);
    let opened = open(&repo);
    let (cut, tip) = (oid(&commits[1]), oid(&commits[2]));
    assert_eq!(opened.merge_base(cut, tip).unwrap(), Some(cut));
    assert!(opened.is_ancestor(cut, tip).unwrap());
    assert!(matches!(opened.is_ancestor(oid(&commits[0]), tip), Err(GitError::MissingObject { .. })));
    assert!(opened.plan_changes(tip, None).unwrap().is_empty());
}

#[test]
fn a_history_is_as_complete_as_its_first_tip() {
    let (origin, commits) = three_commits();
    origin.git(&["checkout", "-q", "-b", "side", &commits[0]]);
    let side: Vec<String> = (4..=6).map(|n| origin.commit(&format!("task {n}: x"))).collect();
    let repo = crate::clone_of(&origin, &["--depth=2", "--no-single-branch"]);
    let (main, side) = (oid(&commits[2]), oid(&side[2]));
    let since = Since::Commit(commits[1].clone());
    let (rules, sight) = (rules(), HashSet::new());
    let options =
        HistoryOptions { rules: &rules, since: Some(&since), beyond_boundary: false, sight: &sight };
    for (tips, complete) in [(vec![main, side], true), (vec![side, main], false), (vec![main], true)] {
        assert_eq!(open(&repo).history(&tips, &options).unwrap().complete, complete, "{tips:?}");
    }
}
