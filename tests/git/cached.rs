//! Caches that cannot be used, each of which has to be as good as none.

use super::{clone_of, common::TestRepo, oid, rules};
use std::collections::HashSet;
use std::fs;
use std::path::PathBuf;
use tasks::git::{Env, HistoryOptions, Oid, Repo};
use tasks::message::{Rules, SubjectEffect};

/// What a history says, without what depends on how it came about.
fn answer(repo: &Repo, tips: &[Oid], rules: &Rules) -> String {
    let sight = HashSet::new();
    let options = HistoryOptions { rules, since: None, beyond_boundary: false, sight: &sight };
    let history = repo.history(tips, &options).unwrap();
    let records: Vec<_> = history.records().map(|(pos, record)| (history.oid(pos), record)).collect();
    let mut ids: Vec<String> = repo.ids_ever(tips).unwrap().iter().map(ToString::to_string).collect();
    ids.sort();
    ids.dedup();
    format!("{records:?} {} {ids:?}", history.complete)
}

fn open(repo: &TestRepo) -> Repo {
    Repo::open(repo.path(), Env::Isolated).unwrap()
}

fn same(repo: &TestRepo, what: &str) {
    let tips: Vec<Oid> = open(repo).head().unwrap().oid.into_iter().collect();
    let plain = answer(&open(repo), &tips, &rules());
    assert_eq!(answer(&open(repo).with_cache(), &tips, &rules()), plain, "{what}");
}

fn files(repo: &TestRepo) -> [PathBuf; 2] {
    ["history", "ids"].map(|name| repo.path().join(".git/tasks").join(name))
}

/// Three commits, read once.
fn warm() -> TestRepo {
    let repo = TestRepo::new();
    for n in 1..=3 {
        repo.write(&format!(".tasks/{n}.toml"), "title = \"x\"\n");
        repo.write("src", &n.to_string());
        repo.commit(&format!("task {n}: x"));
    }
    same(&repo, "cold");
    assert!(files(&repo).iter().all(|file| file.exists()));
    repo
}

#[test]
fn what_was_read_is_not_read_again() {
    let repo = warm();
    let head = oid(&repo.git(&["rev-parse", "HEAD"]));
    let before = answer(&open(&repo).with_cache(), &[head], &rules());
    // The commits themselves are not needed any more; only the tip may have a mail map.
    let kept = [head, oid(&repo.git(&["rev-parse", "HEAD^{tree}"]))].map(|oid| {
        let hex = oid.to_string();
        format!("{}/{}", &hex[..2], &hex[2..])
    });
    let [objects, gone] = ["objects", "gone"].map(|name| repo.path().join(".git").join(name));
    fs::rename(&objects, &gone).unwrap();
    for file in kept {
        fs::create_dir_all(objects.join(&file[..2])).unwrap();
        fs::copy(gone.join(&file), objects.join(&file)).unwrap();
    }
    assert_eq!(answer(&open(&repo).with_cache(), &[head], &rules()), before);
}

#[test]
fn no_damage_shows() {
    let repo = warm();
    for file in files(&repo) {
        let sound = fs::read(&file).unwrap();
        for at in (0..sound.len()).step_by(7) {
            let mut bytes = sound.clone();
            bytes[at] ^= 1 << (at % 8);
            fs::write(&file, &bytes).unwrap();
            same(&repo, &format!("{} with a bit of byte {at} turned", file.display()));
        }
        for len in [0, 1, 8, 31, 32, 33, sound.len() / 2, sound.len() - 1] {
            fs::write(&file, &sound[..len]).unwrap();
            same(&repo, &format!("{} cut to {len} bytes", file.display()));
        }
        for foreign in [&b"not ours at all"[..], &[sound.as_slice(), b"x"].concat(), &[0; 4096]] {
            fs::write(&file, foreign).unwrap();
            same(&repo, "a foreign file");
        }
        fs::remove_file(&file).unwrap();
        fs::create_dir(&file).unwrap();
        same(&repo, "a directory in its place");
        fs::remove_dir(&file).unwrap();
    }
}

#[test]
fn the_caches_of_others_are_told_from_ours() {
    let (repo, other) = (warm(), warm());
    other.commit("task 7: y");
    same(&other, "another repository");
    for (ours, theirs) in files(&repo).iter().zip(files(&other)) {
        fs::copy(theirs, ours).unwrap();
    }
    // What it says of its commits is true; there is no harm in knowing them.
    same(&repo, "the cache of another repository");

    let starts = Rules::new(&["task".to_owned()], SubjectEffect::Starts, &[]).unwrap();
    let head = oid(&repo.git(&["rev-parse", "HEAD"]));
    let plain = answer(&open(&repo), &[head], &starts);
    assert_eq!(answer(&open(&repo).with_cache(), &[head], &starts), plain, "other rules");
    same(&repo, "the first rules again");
}

#[test]
fn old_tips_may_be_gone() {
    let repo = warm();
    repo.git(&["reset", "-q", "--hard", "HEAD~2"]);
    repo.commit("task 9: another way");
    repo.git(&["reflog", "expire", "--expire=now", "--all"]);
    repo.git(&["gc", "-q", "--prune=now"]);
    same(&repo, "after the old tip was collected");
    repo.git(&["reset", "-q", "--hard", "HEAD~1"]);
    same(&repo, "after going back");
}

#[test]
fn a_damaged_graph_does_no_harm() {
    let repo = warm();
    repo.git(&["commit-graph", "write", "--reachable"]);
    let graph = repo.path().join(".git/objects/info/commit-graph");
    repo.commit("task 4: x");
    same(&repo, "a graph that lacks the tip");
    let mut bytes = fs::read(&graph).unwrap();
    let len = bytes.len();
    bytes[len / 2..].fill(0xff);
    fs::remove_file(&graph).unwrap();
    fs::write(&graph, bytes).unwrap();
    repo.commit("task 5: x");
    same(&repo, "a damaged graph");
}

#[test]
fn a_directory_that_cannot_be_written_to_is_read_only() {
    let repo = warm();
    fs::remove_dir_all(repo.path().join(".git/tasks")).unwrap();
    // A file where the directory would be keeps even root from writing.
    fs::write(repo.path().join(".git/tasks"), "").unwrap();
    same(&repo, "no directory to write to");
    assert!(repo.path().join(".git/tasks").is_file());
}

#[test]
fn what_a_shallow_clone_cuts_off_comes_back_when_it_is_deepened() {
    let repo = warm();
    let clone = clone_of(&repo, &["--depth=1"]);
    same(&clone, "shallow");
    same(&clone, "shallow, warm");
    clone.git(&["fetch", "-q", "--deepen=1"]);
    same(&clone, "deeper");
    clone.git(&["fetch", "-q", "--unshallow"]);
    same(&clone, "whole");
}

#[test]
fn readers_and_writers_do_not_wait_for_each_other() {
    let repo = warm();
    for n in 4..=24 {
        repo.commit(&format!("task {n}: x"));
    }
    let tips: Vec<Oid> = (0..20).map(|n| oid(&repo.git(&["rev-parse", &format!("HEAD~{n}")]))).collect();
    let plain: Vec<String> = tips.iter().map(|tip| answer(&open(&repo), &[*tip], &rules())).collect();
    std::thread::scope(|scope| {
        for offset in 0..4 {
            let (repo, tips, plain) = (repo.path(), &tips, &plain);
            scope.spawn(move || {
                for round in 0..3 * tips.len() {
                    let at = (round * 7 + offset * 5) % tips.len();
                    let opened = Repo::open(repo, Env::Isolated).unwrap().with_cache();
                    assert_eq!(answer(&opened, &[tips[at]], &Rules::default()), plain[at]);
                }
            });
        }
    });
    let left = fs::read_dir(repo.path().join(".git/tasks")).unwrap().count();
    assert_eq!(left, 2, "no temporary file stays behind");
}
