//! The plan as a merge would leave it, held against what Git itself says.

use crate::common::TestRepo;
use crate::{oid, open};
use std::collections::BTreeMap;
use std::process::Command;

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
    for n in 0..=dice.roll(3) {
        let names: Vec<String> = files.keys().cloned().collect();
        let name = &names[dice.roll(names.len())];
        match dice.roll(8) {
            0 => {
                drop(
                    files.insert(format!("a/{}{n}.toml", dice.roll(3)), vec![format!("title = \"{side}\"")]),
                );
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

#[test]
fn a_merge_in_memory_is_what_git_makes_of_it() {
    let (mut clean, mut conflicts) = (0, 0);
    for seed in 0..30 {
        let dice = &mut Dice(seed);
        let repo = TestRepo::new();
        let lines = |id: usize| (0..12).map(|n| format!("k{n} = \"{id} {n}\"")).collect::<Vec<_>>();
        let mut base: Files = (1..6).map(|id| (format!("a/{id}.toml"), lines(id))).collect();
        base.insert("b/group.toml".to_owned(), lines(9));
        put(&repo, &base);
        let mut sides = Vec::new();
        for side in ["ours", "theirs"] {
            repo.git(&["switch", "-q", "-c", side, "main"]);
            let mut files = base.clone();
            change(&mut files, dice, side);
            sides.push(put(&repo, &files));
        }
        let git = Command::new("git")
            .args(["-c", "merge.directoryRenames=false", "merge-tree", "--write-tree", "ours", "theirs"])
            .current_dir(repo.path())
            .output()
            .unwrap();
        let plan = open(&repo).merged_plan(oid(&sides[0]), oid(&sides[1])).unwrap().unwrap();
        let stops = plan.problems.iter().any(|finding| finding.code == "merge-conflict");
        assert_eq!(git.status.code(), Some(i32::from(stops)), "seed {seed}: {git:?} {:?}", plan.problems);
        if stops {
            conflicts += 1;
            continue;
        }
        clean += 1;
        let tree = String::from_utf8(git.stdout).unwrap();
        let tree = tree.lines().next().unwrap();
        let mut expected = BTreeMap::new();
        for path in repo.git(&["ls-tree", "-r", "--name-only", tree]).lines() {
            expected.insert(path.to_owned(), repo.git(&["cat-file", "blob", &format!("{tree}:{path}")]));
        }
        let found: BTreeMap<String, String> = plan
            .files
            .into_iter()
            .map(|file| (file.path, String::from_utf8(file.bytes).unwrap().trim_end().to_owned()))
            .collect();
        assert_eq!(found, expected, "seed {seed}");
    }
    assert!(clean > 7 && conflicts > 2, "{clean} clean, {conflicts} conflicts");
}
