//! The plan as a merge would leave it, held against what Git itself says.

use crate::common::TestRepo;
use crate::{oid, open};
use std::collections::BTreeMap;
use std::process::Command;
use tasks::snapshot::PlanFile;

/// A small generator, so that a failing seed can be run again.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(self.0 >> 33).unwrap() % sides
    }
}

type Files = BTreeMap<String, Vec<String>>;

fn text(lines: &[String]) -> String {
    lines.join("\n") + "\n"
}

/// Changes a few files: a line replaced, inserted or removed, a file added, removed or moved.
fn change(files: &mut Files, dice: &mut Dice, side: &str) {
    change_in(8, files, dice, side);
}

/// The same in the first so many ways; the ninth moves a directory.
fn change_in(ways: usize, files: &mut Files, dice: &mut Dice, side: &str) {
    for n in 0..=dice.roll(3) {
        let names: Vec<String> = files.keys().cloned().collect();
        let name = &names[dice.roll(names.len())];
        match dice.roll(ways) {
            0 => {
                drop(
                    files.insert(format!("a/{}{n}.toml", dice.roll(3)), vec![format!("title = \"{side}\"")]),
                );
            }
            8 => {
                // All of a directory, as far as it is there.
                let (from, to) = (["a/", "b/", "a/c/"][dice.roll(3)], ["e/", "", "a/", "c/a/"][dice.roll(4)]);
                let all: Vec<String> = files.keys().filter(|path| path.starts_with(from)).cloned().collect();
                for path in all.iter().filter(|_| from != to) {
                    let lines = files.remove(path).unwrap();
                    files.insert(format!("{to}{}", &path[from.len()..]), lines);
                }
            }
            1 => drop(files.remove(name)),
            2 => {
                let lines = files.remove(name).unwrap();
                files.insert(format!("{}/{name}", ["c", "d"][dice.roll(2)]), lines);
            }
            3 => {
                let lines = files.get_mut(name).unwrap();
                let at = dice.roll(lines.len());
                lines.insert(at, format!("# {side} {n}"));
            }
            4 => {
                let lines = files.get_mut(name).unwrap();
                if lines.len() > 3 {
                    lines.remove(dice.roll(lines.len()));
                }
            }
            _ => {
                let lines = files.get_mut(name).unwrap();
                let at = dice.roll(lines.len());
                lines[at] = format!("k{at} = \"{side} {n}\"");
            }
        }
        if files.is_empty() {
            files.insert("1.toml".to_owned(), vec!["title = \"1\"".to_owned()]);
        }
    }
}

fn put(repo: &TestRepo, files: &Files) -> String {
    let _ = std::fs::remove_dir_all(repo.path().join(".tasks"));
    for (path, lines) in files {
        repo.write(&format!(".tasks/{path}"), &text(lines));
    }
    repo.commit("change")
}

/// What `git merge-tree` makes of two commits: the plan's files, or nothing where it would stop.
fn by_git(repo: &TestRepo, ours: &str, theirs: &str) -> Option<BTreeMap<String, String>> {
    let git = Command::new("git")
        .args(["-c", "merge.directoryRenames=conflict", "merge-tree", "--write-tree", ours, theirs])
        .current_dir(repo.path())
        .output()
        .unwrap();
    match git.status.code() {
        Some(0) => {}
        Some(1) => return None,
        _ => panic!("{git:?}"),
    }
    let tree = String::from_utf8(git.stdout).unwrap();
    let tree = tree.lines().next().unwrap();
    let file = |path: &str| (path.to_owned(), repo.git(&["cat-file", "blob", &format!("{tree}:{path}")]));
    Some(repo.git(&["ls-tree", "-r", "--name-only", tree]).lines().map(file).collect())
}

/// The same by `check --onto`.
fn in_memory(repo: &TestRepo, ours: &str, theirs: &str) -> Option<BTreeMap<String, String>> {
    let (merged, listing) = open(repo).merged_plan(oid(ours), oid(theirs)).unwrap().unwrap();
    let plan = merged.files_of(listing).unwrap();
    let stops = plan.problems.iter().any(|finding| finding.code == "merge-conflict");
    let file = |file: PlanFile| (file.path, String::from_utf8(file.bytes).unwrap().trim_end().to_owned());
    (!stops).then(|| plan.files.into_iter().map(file).collect())
}

fn some_files() -> Files {
    let lines = |id: usize| (0..12).map(|n| format!("k{n} = \"{id} {n}\"")).collect::<Vec<_>>();
    let mut files: Files = (1..6).map(|id| (format!("a/{id}.toml"), lines(id))).collect();
    files.insert("b/group.toml".to_owned(), lines(9));
    files
}

#[test]
fn a_merge_in_memory_is_what_git_makes_of_it() {
    let (mut clean, mut conflicts) = (0, 0);
    for seed in 0..40 {
        let dice = &mut Dice(seed);
        let repo = TestRepo::new();
        let base = some_files();
        put(&repo, &base);
        let mut sides = Vec::new();
        for side in ["ours", "theirs"] {
            repo.git(&["switch", "-q", "-c", side, "main"]);
            let mut files = base.clone();
            change_in(9, &mut files, dice, side);
            sides.push(put(&repo, &files));
        }
        let expected = by_git(&repo, &sides[0], &sides[1]);
        assert_eq!(in_memory(&repo, &sides[0], &sides[1]), expected, "seed {seed}");
        *if expected.is_some() { &mut clean } else { &mut conflicts } += 1;
    }
    assert!(clean > 7 && conflicts > 2, "{clean} clean, {conflicts} conflicts");
}

/// A commit of those files with those parents.
fn commit_on(repo: &TestRepo, files: &Files, parents: &[&str]) -> String {
    put(repo, files);
    let mut command = vec!["commit-tree", "HEAD^{tree}", "-m", "x"];
    command.extend(parents.iter().flat_map(|parent| ["-p", parent]));
    repo.git(&command)
}

/// Of each file one side's.
fn mixed(a: &Files, b: &Files, dice: &mut Dice) -> Files {
    let mut files = a.clone();
    for (path, lines) in b {
        if dice.roll(2) == 0 {
            files.insert(path.clone(), lines.clone());
        }
    }
    files
}

#[test]
fn branches_that_merged_each_other_are_merged_as_git_merges_them() {
    let (mut clean, mut conflicts) = (0, 0);
    for seed in 0..40 {
        let dice = &mut Dice(seed);
        let repo = TestRepo::new();
        let base = some_files();
        let root = commit_on(&repo, &base, &[]);
        let (mut files, mut tips) = ([base.clone(), base], [root.clone(), root]);
        for _ in 0..=dice.roll(3) {
            for side in [0, 1] {
                change(&mut files[side], dice, ["ours", "theirs"][side]);
                tips[side] = commit_on(&repo, &files[side], &[&tips[side]]);
            }
            let merged = [mixed(&files[0], &files[1], dice), mixed(&files[1], &files[0], dice)];
            let parents = tips.clone();
            for side in [0, 1] {
                files[side].clone_from(&merged[side]);
                tips[side] = commit_on(&repo, &merged[side], &[&parents[side], &parents[1 - side]]);
            }
        }
        for side in [0, 1] {
            change(&mut files[side], dice, ["mine", "yours"][side]);
            tips[side] = commit_on(&repo, &files[side], &[&tips[side]]);
        }
        assert_eq!(repo.git(&["merge-base", "--all", &tips[0], &tips[1]]).lines().count(), 2, "seed {seed}");
        let expected = by_git(&repo, &tips[0], &tips[1]);
        assert_eq!(in_memory(&repo, &tips[0], &tips[1]), expected, "seed {seed}");
        *if expected.is_some() { &mut clean } else { &mut conflicts } += 1;
    }
    assert!(clean > 3 && conflicts > 3, "{clean} clean, {conflicts} conflicts");
}
