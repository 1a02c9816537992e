//! Histories of every shape, with whatever dates, against what their making says and what Git says.

use super::{common::TestRepo, oid, open, rules};
use proptest::prelude::*;
use std::collections::{BTreeSet, HashMap, HashSet};
use std::fmt::Write;
use tasks::config::Since;
use tasks::git::{HistoryOptions, Oid};

/// A commit: its parents as bits over the four before it, its time, whether it names a task, and what it does to the
/// plan.
type Spec = (u8, i64, bool, u8);

struct Made {
    repo: TestRepo,
    oids: Vec<Oid>,
    parents: Vec<Vec<usize>>,
}

fn parents(specs: &[Spec]) -> Vec<Vec<usize>> {
    let of = |(n, spec): (usize, &Spec)| {
        (1..=4).filter(|i| spec.0 & (1 << (i - 1)) != 0 && *i <= n).map(|i| n - i).collect()
    };
    specs.iter().enumerate().map(of).collect()
}

fn make(specs: &[Spec]) -> Made {
    let repo = TestRepo::new();
    let parents = parents(specs);
    let mut stream = String::new();
    for (n, (_, time, names, plan)) in specs.iter().enumerate() {
        let message = if *names { format!("task {n}: x") } else { format!("commit {n}") };
        let who = format!("A <a@x> {time} +0000");
        write!(stream, "commit refs/heads/c{n}\nmark :{}\nauthor {who}\ncommitter {who}\n", n + 1).unwrap();
        write!(stream, "data {}\n{message}\n", message.len()).unwrap();
        for (i, parent) in parents[n].iter().enumerate() {
            writeln!(stream, "{} :{}", if i == 0 { "from" } else { "merge" }, parent + 1).unwrap();
        }
        match plan {
            0 => stream.push_str("D .tasks\n"),
            1..=3 => write!(stream, "M 644 inline .tasks/{plan}.toml\ndata 1\n{plan}\n").unwrap(),
            _ => write!(stream, "M 644 inline src\ndata {}\n{n}\n", n.to_string().len()).unwrap(),
        }
        stream.push('\n');
    }
    repo.git_with(&["fast-import", "--quiet", "--export-marks=marks"], stream.as_bytes());
    let marks = std::fs::read_to_string(repo.path().join("marks")).unwrap();
    let mark = |line: &str| -> (usize, Oid) {
        let (n, hex) = line[1..].split_once(' ').unwrap();
        (n.parse().unwrap(), oid(hex))
    };
    let by_mark: HashMap<usize, Oid> = marks.lines().map(mark).collect();
    Made { repo, oids: (1..=specs.len()).map(|n| by_mark[&n]).collect(), parents }
}

impl Made {
    fn ancestors(&self, of: usize) -> BTreeSet<usize> {
        let mut set = BTreeSet::new();
        let mut stack = vec![of];
        while let Some(n) = stack.pop() {
            if set.insert(n) {
                stack.extend(&self.parents[n]);
            }
        }
        set
    }

    fn oids(&self, commits: impl IntoIterator<Item = usize>) -> BTreeSet<Oid> {
        commits.into_iter().map(|n| self.oids[n]).collect()
    }

    fn check(&self, specs: &[Spec], tip: usize, old: usize) -> Result<(), TestCaseError> {
        let opened = open(&self.repo);
        let (new_side, old_side) = (self.ancestors(tip), self.ancestors(old));
        let span = opened.span(&[self.oids[tip]], &[self.oids[old]]).unwrap();
        prop_assert_eq!(BTreeSet::from_iter(span.added), self.oids(new_side.difference(&old_side).copied()));
        prop_assert_eq!(
            BTreeSet::from_iter(span.removed),
            self.oids(old_side.difference(&new_side).copied())
        );
        prop_assert_eq!(opened.is_ancestor(self.oids[old], self.oids[tip]).unwrap(), new_side.contains(&old));

        let (rules, sight) = (rules(), HashSet::new());
        let since = Since::Commit(self.oids[old].to_string());
        for since in [None, Some(&since)] {
            let options = HistoryOptions { rules: &rules, since, beyond_boundary: false, sight: &sight };
            let history = opened.history(&[self.oids[tip]], &options).unwrap();
            let expected: BTreeSet<usize> =
                new_side.iter().copied().filter(|n| since.is_none() || !old_side.contains(n)).collect();
            let named: Vec<usize> = expected.iter().copied().filter(|&n| specs[n].2).collect();
            prop_assert_eq!(history.len(), named.len());
            let tip_pos = history.position(&self.oids[tip]);
            prop_assert_eq!(tip_pos.is_some(), expected.contains(&tip));
            for &n in &named {
                let pos = history.position(&self.oids[n]).unwrap();
                prop_assert_eq!(history.time(pos), specs[n].1);
                prop_assert!(history.record(pos).is_some());
                prop_assert!(history.is_ancestor(pos, tip_pos.unwrap()));
                let up = self.ancestors(n);
                for &m in &named {
                    let other = history.position(&self.oids[m]).unwrap();
                    prop_assert_eq!(history.is_ancestor(other, pos), up.contains(&m));
                    prop_assert!(m == n || !up.contains(&m) || other < pos);
                }
            }
        }
        Ok(())
    }

    /// Against the definition, from what Git says of each commit's plan.
    fn check_changes(&self, tip: usize) -> Result<(), TestCaseError> {
        let plan = |oid: &Oid| self.repo.git(&["ls-tree", &oid.to_string(), ".tasks"]);
        let plans: Vec<String> = self.oids.iter().map(plan).collect();
        let differs = |n: &usize| match self.parents[*n].as_slice() {
            [] => !plans[*n].is_empty(),
            parents => parents.iter().all(|p| plans[*p] != plans[*n]),
        };
        let expected = self.oids(self.ancestors(tip).into_iter().filter(differs));
        let changes = open(&self.repo).plan_changes(self.oids[tip], None).unwrap();
        prop_assert!(changes.is_sorted_by(|a, b| a.time >= b.time));
        let number = |oid: Oid| self.oids.iter().position(|&o| o == oid).unwrap();
        for (i, change) in changes.iter().enumerate() {
            let n = number(change.oid);
            let mut behind = changes[i + 1..].iter().filter(|c| c.time == change.time).map(|c| number(c.oid));
            prop_assert!(
                !behind.any(|m| self.ancestors(m).contains(&n)),
                "a commit stands before its descendant"
            );
            prop_assert!(!change.files.is_empty() || self.parents[n].len() > 1);
        }
        prop_assert_eq!(changes.iter().map(|c| c.oid).collect::<BTreeSet<_>>(), expected);
        Ok(())
    }
}

fn specs() -> impl Strategy<Value = (Vec<Spec>, usize, usize)> {
    // Few times, so that there are equal and backward ones.
    let spec = (0_u8..16, (0_i64..6).prop_map(|t| 1_700_000_000 + t * 1000), any::<bool>(), 0_u8..6);
    proptest::collection::vec(spec, 1..16).prop_flat_map(|specs| {
        let len = specs.len();
        (Just(specs), 0..len, 0..len)
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn every_store_gives_the_same_history((specs, tip, old) in specs()) {
        let made = make(&specs);
        made.check(&specs, tip, old)?;
        made.check_changes(tip)?;
        // Half of it in a graph, and then all of it.
        let half = made.oids[specs.len() / 2].to_string();
        made.repo.git_with(&["commit-graph", "write", "--stdin-commits"], format!("{half}\n").as_bytes());
        made.check(&specs, tip, old)?;
        made.check_changes(tip)?;
        made.repo.git(&["repack", "-q", "-a", "-d"]);
        made.repo.git(&["-c", "commitGraph.generationVersion=1", "commit-graph", "write", "--reachable"]);
        made.check(&specs, tip, old)?;
        made.check_changes(tip)?;
    }

    #[test]
    fn git_agrees((mut specs, tip, old) in specs()) {
        // With dates that descend, Git itself is right.
        for (n, spec) in (0..).zip(&mut specs) {
            spec.1 = 1_700_000_000 + n;
        }
        let made = make(&specs);
        let opened = open(&made.repo);
        let (a, b) = (made.oids[tip], made.oids[old]);
        let list = made.repo.git(&["rev-list", &a.to_string(), &format!("^{b}")]);
        let span = opened.span(&[a], &[b]).unwrap();
        prop_assert_eq!(BTreeSet::from_iter(span.added), list.lines().map(oid).collect::<BTreeSet<_>>());
        let branches = opened.branches().unwrap();
        let refs = made.repo.git(&["for-each-ref", "--format=%(refname) %(objectname)", "refs/heads"]);
        let mut ours: Vec<String> = branches.iter().map(|b| format!("{} {}", b.full_name, b.tip)).collect();
        ours.sort();
        prop_assert_eq!(ours.join("\n"), refs);
        let base = opened.merge_base(a, b).unwrap().map(|oid| oid.to_string());
        let related = !made.ancestors(tip).is_disjoint(&made.ancestors(old));
        prop_assert_eq!(base.is_some(), related);
        if let Some(base) = base {
            let all = made.repo.git(&["merge-base", "--all", &a.to_string(), &b.to_string()]);
            prop_assert!(all.lines().any(|line| line == base));
        }
    }
}
