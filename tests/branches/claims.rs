//! `start`, `release` and `next --claim`.

use super::{command, json, plan_repo, tasks, told, work};
use crate::common::TestRepo;
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

/// What somebody is told.
fn said(dir: &Path, who: &str, args: &[&str]) -> String {
    told(&command(dir, who, args).output().unwrap())
}

/// The claims as Git itself shows them: id and who.
fn claims(repo: &TestRepo) -> String {
    repo.git(&["for-each-ref", "--format=%(refname:lstrip=3) %(taggername)", "refs/tasks"])
}

/// Another clone of what a bare repository holds.
fn clone_of(bare: &TestRepo) -> TestRepo {
    TestRepo::made_by(&["clone", "-q", bare.path().to_str().unwrap(), "."])
}

fn bare_copy(repo: &TestRepo) -> TestRepo {
    TestRepo::made_by(&["clone", "-q", "--bare", repo.path().to_str().unwrap(), "."])
}

#[test]
fn a_claim_is_work_in_progress_for_everybody_until_it_is_released() {
    let repo = plan_repo(3);
    assert_eq!(said(repo.path(), "Ann", &["start", "#2"]), "0\n2 claimed: Task 2\n");
    assert_eq!(claims(&repo), "2 Ann");
    let shown = json(repo.path(), &["show", "2"]);
    assert_eq!(shown["tasks"][0]["status"], "in_progress");
    let claim = &shown["tasks"][0]["branches"][0];
    assert_eq!(claim["name"], "refs/tasks/claims/2");
    assert_eq!((&claim["author"], &claim["time"]), (&"Ann".into(), &super::NOW.into()));
    let why = json(repo.path(), &["why", "2"]);
    assert_eq!(why["row"], 5);
    assert_eq!(why["because"], "claimed by Ann in the main worktree, 2023-11-15T00:00:00Z");
    let next: Vec<String> = json(repo.path(), &["next"])["tasks"]
        .as_array()
        .unwrap()
        .iter()
        .map(|task| task["id"].as_str().unwrap().to_owned())
        .collect();
    assert_eq!(next, ["1", "3"]);
    assert!(said(repo.path(), "Ann", &["status"]).contains("claimed by Ann"));
    assert!(said(repo.path(), "Ann", &["list", "--mine"]).contains("Task 2"));
    assert!(!said(repo.path(), "Bob", &["list", "--mine"]).contains("Task 2"));
    // Elsewhere nothing is known of it: the same answer on every clone.
    for args in [&["show", "2", "--no-branches"][..], &["show", "2", "--at", "HEAD"]] {
        assert_eq!(json(repo.path(), args)["tasks"][0]["status"], "pending");
    }
    let again = said(repo.path(), "Ann", &["start", "2"]);
    assert_eq!(again, "0\n2 is yours already, since just now\n");
    let other = said(repo.path(), "Bob", &["start", "2"]);
    assert!(
        other.starts_with(
            "2\nerror: task 2 is claimed by Ann <ann@example.com> in the main worktree, just now"
        ),
        "{other}"
    );
    let other = said(repo.path(), "Bob", &["release", "2"]);
    assert!(other.starts_with("2\n") && other.contains("--force"), "{other}");
    assert_eq!(said(repo.path(), "Ann", &["release", "2"]), "0\n2 released\n");
    assert_eq!(claims(&repo), "");
    assert!(said(repo.path(), "Ann", &["release", "2"]).contains("nobody has claimed task 2"));
    said(repo.path(), "Ann", &["start", "1"]);
    assert_eq!(said(repo.path(), "Bob", &["release", "--force", "1"]), "0\n1 released\n");
}

#[test]
fn the_object_is_sound_small_and_no_part_of_history() {
    let repo = plan_repo(1);
    said(repo.path(), "A <\u{e9}>", &["start", "1"]);
    let shown = repo.git(&["cat-file", "-p", "refs/tasks/claims/1"]);
    assert!(shown.contains("type tree\ntag 1\ntagger A \u{e9} <a "), "{shown}");
    assert!(shown.contains("\n\ntask 1 wip: Task 1\n\nToken: "), "{shown}");
    repo.git(&["fsck", "--strict"]);
    assert_eq!(repo.git(&["rev-list", "--all", "--count"]), "1");
    repo.git(&["pack-refs", "--all"]);
    repo.git(&["gc", "-q", "--prune=now"]);
    assert_eq!(json(repo.path(), &["show", "1"])["tasks"][0]["status"], "in_progress");
    assert_eq!(said(repo.path(), "A <\u{e9}>", &["release", "1"]), "0\n1 released\n");
    assert_eq!(claims(&repo), "");
}

#[test]
fn five_processes_in_five_worktrees_get_five_tasks() {
    let repo = plan_repo(6);
    let trees: Vec<PathBuf> = (0..5).map(|n| repo.path().with_file_name(format!("tree-{n}"))).collect();
    for tree in &trees {
        repo.git(&["worktree", "add", "-q", "--detach", tree.to_str().unwrap()]);
    }
    // All under one name and at one time, so that nothing but the reference keeps them apart.
    let start = |tree: &PathBuf| {
        let mut command = command(tree, "Ann", &["next", "--claim", "-q"]);
        command.stdout(std::process::Stdio::piped()).spawn().unwrap()
    };
    let running: Vec<_> = trees.iter().map(start).collect();
    let ids: BTreeSet<String> = running
        .into_iter()
        .map(|child| {
            let output = child.wait_with_output().unwrap();
            assert!(output.status.success(), "{}", told(&output));
            String::from_utf8(output.stdout).unwrap().trim().to_owned()
        })
        .collect();
    assert_eq!(ids.into_iter().collect::<Vec<_>>(), ["1", "2", "3", "4", "5"]);
    let last = tasks(repo.path(), &["next", "--claim", "--format", "json"]);
    let last: serde_json::Value = serde_json::from_slice(&last.stdout).unwrap();
    assert_eq!((&last["tasks"][0]["id"], &last["tasks"][0]["status"]), (&"6".into(), &"in_progress".into()));
    let none = said(repo.path(), "Ann", &["next", "--claim"]);
    assert!(none.starts_with("1\nerror: nothing is ready that nobody has claimed"), "{none}");
    // The same person in another worktree is another worker.
    let holder =
        repo.git(&["for-each-ref", "--format=%(refname:lstrip=3) %(contents)", "--count=1", "refs/tasks"]);
    let tree = holder.lines().find_map(|line| line.strip_prefix("Worktree: ")).unwrap().to_owned();
    let id = holder.split(' ').next().unwrap();
    let refused = said(repo.path(), "Ann", &["start", id]);
    assert!(refused.contains(&format!("in worktree {tree}")), "{refused}");
    for command in [&["list"][..], &["status"], &["show", id], &["why", id]] {
        let told = said(repo.path(), "Ann", command);
        assert!(told.contains(&format!("Ann in worktree {tree}")), "{command:?}: {told}");
    }
    let shown = json(repo.path(), &["show", id, "6"]);
    let worktree = |task: usize| shown["tasks"][task]["branches"][0]["worktree"].clone();
    assert_eq!(worktree(0), tree.as_str());
    // The last one was claimed in the main worktree.
    assert!(worktree(1).is_null());
    assert!(said(repo.path(), "Ann", &["show", "6"]).contains("claimed  Ann in the main worktree"));
}

#[test]
fn a_claim_that_is_shared_goes_to_the_first_who_pushes() {
    let origin = plan_repo(3);
    let bare = bare_copy(&origin);
    let (ann, bob) = (clone_of(&bare), clone_of(&bare));
    assert_eq!(said(ann.path(), "Ann", &["start", "1", "--push"]), "0\n1 claimed: Task 1\n");
    assert_eq!(claims(&bare), "1 Ann");
    // Bob takes 2 and then loses 1: he keeps neither, and knows who has it.
    let lost = said(bob.path(), "Bob", &["start", "2", "1", "--push=origin"]);
    assert!(
        lost.starts_with(
            "2\nerror: task 1 is at origin claimed by Ann <ann@example.com> in the main worktree, just now"
        ),
        "{lost}"
    );
    assert_eq!(claims(&bob), "1 Ann");
    assert_eq!(claims(&bare), "1 Ann");
    assert!(said(bob.path(), "Bob", &["list"]).contains("claimed by Ann"));
    // The next one is taken, and what is lost on the way is passed over.
    let carol = clone_of(&bare);
    assert_eq!(said(carol.path(), "Carol", &["next", "--claim", "--push", "-q"]), "0\n2\n");
    assert_eq!(claims(&bare), "1 Ann\n2 Carol");
    assert_eq!(said(ann.path(), "Ann", &["start", "1", "--push"]), "0\n1 is yours already, since just now\n");
    carol.git(&["fetch", "-q", "origin", "refs/tasks/claims/*:refs/tasks/claims/*"]);
    assert_eq!(claims(&carol), "1 Ann\n2 Carol");
    assert_eq!(said(ann.path(), "Ann", &["release", "1", "--push"]), "0\n1 released, at origin as well\n");
    assert_eq!((claims(&bare), claims(&ann)), ("2 Carol".to_owned(), String::new()));
    // A remote that cannot be reached leaves no claim behind, and its name is no option.
    for remote in ["nowhere", "--upload-pack=touch x", "-oProxyCommand=x"] {
        let failed = said(ann.path(), "Ann", &["start", "3", &format!("--push={remote}")]);
        assert!(failed.starts_with("2\nerror: cannot share refs/tasks/claims/3 with"), "{failed}");
        assert!(failed.contains("the claim was withdrawn"), "{failed}");
        assert_eq!(claims(&ann), "");
    }
}

#[test]
fn of_two_who_push_at_the_same_moment_one_has_the_task() {
    let origin = plan_repo(1);
    let bare = bare_copy(&origin);
    let clones: Vec<TestRepo> = (0..4).map(|_| clone_of(&bare)).collect();
    let start = |(n, clone): (usize, &TestRepo)| {
        let mut command = command(clone.path(), &format!("P{n}"), &["start", "1", "--push"]);
        command.stdout(std::process::Stdio::piped()).stderr(std::process::Stdio::piped()).spawn().unwrap()
    };
    let running: Vec<_> = clones.iter().enumerate().map(start).collect();
    let outputs: Vec<_> = running.into_iter().map(|child| child.wait_with_output().unwrap()).collect();
    let winners: Vec<usize> =
        outputs.iter().enumerate().filter(|(_, o)| o.status.success()).map(|(n, _)| n).collect();
    let [winner] = winners.as_slice() else { panic!("{:?}", outputs.iter().map(told).collect::<Vec<_>>()) };
    let holder = format!("1 P{winner}");
    assert_eq!(claims(&bare), holder);
    for (clone, output) in clones.iter().zip(&outputs) {
        assert_eq!(claims(clone), holder);
        assert!(output.status.success() || told(output).contains(&format!("claimed by P{winner}")));
    }
}

#[test]
fn a_stale_claim_counts_no_more_and_is_replaced() {
    let repo = plan_repo(1);
    let bare = bare_copy(&repo);
    repo.git(&["remote", "add", "hub", bare.path().to_str().unwrap()]);
    let mut long_ago = command(repo.path(), "Ann", &["start", "1", "--push"]);
    assert!(long_ago.env("TASKS_NOW", "2023-08-01T00:00:00Z").output().unwrap().status.success());
    assert_eq!(json(repo.path(), &["show", "1"])["tasks"][0]["status"], "pending");
    assert_eq!(said(repo.path(), "Bob", &["start", "1", "--push"]), "0\n1 claimed: Task 1\n");
    assert_eq!((claims(&repo), claims(&bare)), ("1 Bob".to_owned(), "1 Bob".to_owned()));
}

#[test]
fn what_is_settled_is_not_claimed_and_its_claim_goes() {
    let repo = plan_repo(5);
    for (id, who) in [("1", "Ann"), ("2", "Bob"), ("3", "Ann")] {
        said(repo.path(), who, &["start", id]);
    }
    work(&repo, "task 1, 2: done");
    // The commits of a test repository are made a day before its claims; this one is made after.
    let landed = "1700100000 +0000";
    let tree = repo.git(&["rev-parse", "HEAD^{tree}"]);
    let commit = format!(
        "tree {tree}\nparent {}\nauthor A <a@x> {landed}\ncommitter A <a@x> {landed}\n\ntask 1, 2: landed\n",
        repo.git(&["rev-parse", "HEAD~1"])
    );
    let commit = repo.git_with(&["hash-object", "-t", "commit", "-w", "--stdin"], commit.as_bytes());
    repo.git(&["reset", "-q", "--hard", &commit]);
    repo.write(".tasks/4.toml", "title = \"Four\"\nstatus = \"cancelled\"\n");
    repo.write(".tasks/5.toml", "title = \"Five\"\ndepends = [\"3\"]\n");
    for (id, why) in [("1", "task 1 is completed already"), ("4", "task 4 is cancelled already")] {
        let refused = said(repo.path(), "Ann", &["start", id]);
        assert!(refused.starts_with(&format!("2\nerror: {why}\nhint: ")), "{refused}");
    }
    let unknown = said(repo.path(), "Ann", &["start", "77"]);
    assert!(unknown.starts_with("2\nerror: there is no task 77"), "{unknown}");
    // Those of the two completed tasks went as soon as anything was claimed.
    let blocked = said(repo.path(), "Ann", &["start", "5"]);
    assert_eq!(blocked, "0\n5 claimed: Five\nwarning: 5 waits for 3\n");
    assert_eq!(claims(&repo), "3 Ann\n5 Ann");
    repo.write(".tasks/3.toml", "title = \"Three\"\nstatus = \"completed\"\n");
    let theirs = said(repo.path(), "Bob", &["release", "--settled"]);
    assert_eq!(theirs, "0\nno claim is of a settled task\n");
    assert_eq!(said(repo.path(), "Ann", &["release", "--settled"]), "0\n3 released\n");
    for args in [&["start", "5", "--at", "HEAD"][..], &["next", "--claim", "--plan-from", "HEAD"]] {
        assert!(said(repo.path(), "Ann", args).contains("is for reading"), "{args:?}");
    }
    let nowhere = said(repo.path(), "Ann", &["start", "5", "--push"]);
    assert!(
        nowhere.starts_with("2\nerror: cannot share with a remote: this repository has none"),
        "{nowhere}"
    );
    let push = said(repo.path(), "Ann", &["next", "--push"]);
    assert!(push.starts_with("2\nerror: --push shares a claim"), "{push}");
}

#[test]
fn a_claim_stays_with_a_task_that_gets_another_id() {
    let repo = plan_repo(3);
    said(repo.path(), "Ann", &["start", "1"]);
    said(repo.path(), "Ann", &["renumber", "1", "auth-1"]);
    let branch = |id: &str| json(repo.path(), &["show", id])["tasks"][0]["branches"][0]["name"].clone();
    assert_eq!(branch("auth-1"), "refs/tasks/claims/1");
    let refused = said(repo.path(), "Bob", &["start", "auth-1"]);
    assert!(refused.starts_with("2\nerror: task 1 is claimed by Ann"), "{refused}");
    assert_eq!(
        said(repo.path(), "Ann", &["start", "auth-1"]),
        "0\nauth-1 is yours already, since just now\n"
    );
    assert_eq!(said(repo.path(), "Bob", &["next", "--claim", "-q"]), "0\n2\n");
    assert_eq!(claims(&repo), "1 Ann\n2 Bob");
    // Git alone undoes a renumbering, and the claim is where it was.
    repo.git(&["clean", "-fq"]);
    repo.git(&["checkout", "-q", "."]);
    assert_eq!(branch("1"), "refs/tasks/claims/1");
    said(repo.path(), "Ann", &["renumber", "1", "auth-1"]);
    assert_eq!(said(repo.path(), "Ann", &["release", "auth-1"]), "0\n1 released\n");
    assert_eq!(claims(&repo), "2 Bob");
    // One that counts no more is replaced under the new id.
    let mut long_ago = command(repo.path(), "Ann", &["start", "3"]);
    assert!(long_ago.env("TASKS_NOW", "2023-08-01T00:00:00Z").output().unwrap().status.success());
    said(repo.path(), "Ann", &["renumber", "3", "auth-3"]);
    assert_eq!(said(repo.path(), "Bob", &["start", "auth-3"]), "0\nauth-3 claimed: Task 3\n");
    assert_eq!(claims(&repo), "2 Bob\nauth-3 Bob");
}

#[test]
fn of_two_tasks_that_had_one_id_a_claim_is_of_the_one_it_was_made_for() {
    let repo = plan_repo(1);
    repo.git(&["checkout", "-q", "-b", "side"]);
    repo.write(".tasks/a/2.toml", "title = \"Ours\"\n");
    repo.commit("plan: ours");
    said(repo.path(), "Ann", &["start", "2"]);
    repo.git(&["checkout", "-q", "main"]);
    repo.write(".tasks/b/2.toml", "title = \"Theirs\"\n");
    repo.commit("plan: theirs");
    repo.git(&["merge", "-q", "side"]);
    let healed = said(repo.path(), "Ann", &["renumber", ".tasks/a/2.toml", "3"]);
    assert!(healed.starts_with("0\n"), "{healed}");
    let shown = json(repo.path(), &["show", "2", "3"]);
    let status = |task: usize| shown["tasks"][task]["status"].clone();
    assert_eq!((status(0), status(1)), ("pending".into(), "in_progress".into()));
}

#[test]
fn an_id_is_claimed_once_whatever_its_case_and_spelling() {
    let repo = TestRepo::new();
    for id in ["T001", "a..b", "x.lock"] {
        repo.write(&format!(".tasks/{id}.toml"), &format!("title = \"{id}\"\n"));
    }
    // Before the first commit.
    assert_eq!(said(repo.path(), "Ann", &["start", "t001", "A..B", "x.lock"]).lines().count(), 4);
    let refused = said(repo.path(), "Bob", &["start", "T001"]);
    assert!(refused.starts_with("2\nerror: task t001 is claimed by Ann"), "{refused}");
    assert_eq!(json(repo.path(), &["list", "--status", "in_progress"])["total"], 3);
    repo.commit("plan: start");
    repo.git(&["fsck", "--strict"]);
}

#[test]
fn a_bare_repository_can_be_claimed_in_and_nobody_claims_namelessly() {
    let repo = plan_repo(2);
    let bare = bare_copy(&repo);
    assert_eq!(said(bare.path(), "Ann", &["start", "1"]), "0\n1 claimed: Task 1\n");
    assert_eq!(said(bare.path(), "Bob", &["next", "--claim", "-q"]), "0\n2\n");
    let mut nobody = command(repo.path(), "Ann", &["start", "1"]);
    nobody.env_remove("GIT_AUTHOR_NAME").env_remove("GIT_AUTHOR_EMAIL");
    let refused = told(&nobody.output().unwrap());
    assert!(refused.starts_with("2\nerror: cannot tell who you are: set user.name"), "{refused}");
    repo.git(&["config", "user.name", "Conf"]);
    repo.git(&["config", "user.email", "conf@example.com"]);
    assert!(nobody.output().unwrap().status.success());
    assert_eq!(claims(&repo), "1 Conf");
}
