//! `branches` and `--plan-from`.

use super::{json, plan_repo, tasks, told, work};
use crate::common::TestRepo;
use proptest::prelude::*;
use std::fmt::Write as _;

/// Each task with the state on each branch, an in-flight one with `!`, one that the branch does not plan with `*`.
fn matrix(repo: &TestRepo, args: &[&str]) -> String {
    let view = json(repo.path(), &[&["branches"], args].concat());
    let mut text = String::new();
    for task in view["tasks"].as_array().unwrap() {
        let _ = write!(text, "{}", task["id"].as_str().unwrap());
        for cell in task["on"].as_array().unwrap() {
            let flight = if cell["in_flight"] == true { "!" } else { "" };
            let strange = if cell["in_plan"] == true { "" } else { "*" };
            let (branch, state) = (cell["branch"].as_str().unwrap(), cell["state"].as_str().unwrap());
            let _ = write!(text, " {branch}:{state}{flight}{strange}");
        }
        text.push('\n');
    }
    text
}

/// `main` with 1 to 6, of which 5 and 6 are planned after `release/1.2` went off, and what is done on both.
fn two_trunks() -> TestRepo {
    let repo = plan_repo(4);
    repo.write(".tasks/config.toml", "version = 1\n\n[branches]\ntrunk = [\"main\", \"release/*\"]\n");
    repo.commit("plan: trunks");
    repo.git(&["branch", "release/1.2"]);
    for id in 5..=6 {
        repo.write(&format!(".tasks/{id}.toml"), &format!("title = \"Task {id}\"\n"));
    }
    repo.commit("plan: more");
    for id in [1, 2, 3, 5] {
        work(&repo, &format!("task {id}: done on main"));
    }
    repo
}

#[test]
fn each_branch_answers_by_what_it_reaches_and_its_own_files() {
    let repo = two_trunks();
    let picked = repo.git(&["rev-parse", "main~3"]);
    repo.git(&["checkout", "-q", "release/1.2"]);
    repo.git(&["cherry-pick", &picked]);
    work(&repo, "task 2: done");
    repo.git(&["revert", "--no-edit", "HEAD"]);
    repo.write(".tasks/3.toml", "title = \"Task 3\"\nstatus = \"cancelled\"\n");
    repo.commit("plan: not on this line");
    repo.git(&["checkout", "-q", "main"]);
    let all = "1 main:completed release/1.2:completed\n2 main:completed release/1.2:reverted\n\
               3 main:completed release/1.2:cancelled\n5 main:completed release/1.2:missing*\n";
    assert_eq!(matrix(&repo, &[]), all.split_once('\n').unwrap().1);
    assert_eq!(matrix(&repo, &["1", "2", "3", "5"]), all);
    assert_eq!(matrix(&repo, &["--only", "release/*", "#2"]), "2 release/1.2:reverted\n");
    let missing = "2 main:completed release/1.2:reverted\n5 main:completed release/1.2:missing*\n";
    assert_eq!(matrix(&repo, &["--missing-on", "release/1.2"]), missing);
    let cell = &json(repo.path(), &["branches", "1", "--only", "release/1.2"])["tasks"][0]["on"][0];
    assert_eq!(cell["commit"].as_str().unwrap(), repo.git(&["rev-parse", "release/1.2~3"]));
    assert_eq!(cell["author"], "Ann");
    // A revision is as good as a branch.
    repo.git(&["tag", "v1", "main~2"]);
    let tagged = matrix(&repo, &["--only", "v1,main", "1", "3"]);
    assert_eq!(tagged, "1 main:completed v1:completed\n3 main:completed v1:missing\n");
    let wrong = told(&tasks(repo.path(), &["branches", "--only", "nope"]));
    assert!(wrong.starts_with("2\nerror: there is no branch or revision \"nope\"\nhint: "), "{wrong}");
}

#[test]
fn topic_branches_show_what_has_landed_nowhere() {
    let repo = two_trunks();
    repo.git(&["checkout", "-q", "-b", "feature", "main~2"]);
    work(&repo, "task 4: done here");
    work(&repo, "task 6 wip: begun here");
    repo.git(&["checkout", "-q", "-b", "takes-back", "main"]);
    repo.git(&["revert", "--no-edit", "main~3"]);
    repo.git(&["checkout", "-q", "-b", "merged", "main~1"]);
    repo.git(&["checkout", "-q", "-b", "backport", "release/1.2"]);
    repo.git(&["cherry-pick", "main~2"]);
    repo.git(&["checkout", "-q", "main"]);
    let rows = matrix(&repo, &["4", "6", "1", "2"]);
    let expected = "4 main:missing release/1.2:missing backport:missing feature:completed! takes-back:missing\n\
        6 main:missing release/1.2:missing* backport:missing* feature:in_progress! takes-back:missing\n\
        1 main:completed release/1.2:missing backport:missing feature:completed takes-back:reverted!\n\
        2 main:completed release/1.2:missing backport:completed! feature:completed takes-back:completed\n";
    assert_eq!(rows, expected);
    let text = told(&tasks(repo.path(), &["branches"]));
    assert!(
        text.lines().nth(1).unwrap().ends_with("main  release/1.2  backport  feature  takes-back"),
        "{text}"
    );
    assert!(text.ends_with("what the tasks are is as in the work tree.\n"), "{text}");
    // On a narrow screen a line for each state, and no word of branches that are merely behind.
    let mut narrow = super::command(repo.path(), "Ann", &["branches"]);
    let narrow = told(&narrow.env("COLUMNS", "40").output().unwrap());
    assert!(narrow.contains("6  Task 6\n  \u{25d0} feature\n  \u{b7} main, release/1.2*\n\n"), "{narrow}");
    assert!(narrow.lines().all(|line| line.chars().count() <= 40), "{narrow}");
    assert!(matrix(&repo, &["4", "--all"]).contains("merged:missing"));
    // What a squash has landed is in flight no more.
    let squashed = work(&repo, "task 4: squashed (#3)");
    assert!(!matrix(&repo, &["4"]).contains('!'), "{squashed}");
    assert_eq!(json(repo.path(), &["show", "4", "--at", "release/1.2"])["tasks"][0]["status"], "pending");
}

#[test]
fn where_you_stand_is_shown_and_work_begun_again_is_in_progress() {
    let repo = two_trunks();
    repo.git(&["checkout", "-q", "-b", "idle", "main~2"]);
    let rows = matrix(&repo, &["1", "3"]);
    assert_eq!(
        rows,
        "1 main:completed release/1.2:missing idle:completed\n3 main:completed release/1.2:missing idle:missing\n"
    );
    repo.git(&["checkout", "-q", "-b", "again", "main"]);
    repo.git(&["revert", "--no-edit", "main~3"]);
    assert_eq!(matrix(&repo, &["1"]), "1 main:completed release/1.2:missing again:reverted!\n");
    work(&repo, "task 1 wip: again");
    assert_eq!(matrix(&repo, &["1"]), "1 main:completed release/1.2:missing again:in_progress!\n");
}

#[test]
fn what_was_begun_before_it_was_taken_back_counts_as_status_says() {
    let repo = two_trunks();
    repo.git(&["checkout", "-q", "-b", "begun", "main"]);
    work(&repo, "task 4 wip: first half");
    work(&repo, "task 4: second half");
    repo.git(&["revert", "--no-edit", "HEAD"]);
    assert_eq!(json(repo.path(), &["show", "4", "--at", "begun"])["tasks"][0]["status"], "in_progress");
    assert_eq!(matrix(&repo, &["4"]), "4 main:missing release/1.2:missing begun:in_progress!\n");
    // A reopening ends what was begun as well, so that nothing counts any more.
    work(&repo, "again\n\nReopens-Task: 4");
    assert_eq!(matrix(&repo, &["4"]), "4 main:missing release/1.2:missing begun:reverted!\n");
    // What landed and is taken back here is in flight, although work that landed with it counts still.
    repo.git(&["checkout", "-q", "main"]);
    work(&repo, "task 6 wip: first half");
    let landed = work(&repo, "task 6: second half");
    repo.git(&["checkout", "-q", "-b", "takes-back"]);
    repo.git(&["revert", "--no-edit", &landed]);
    let only = matrix(&repo, &["6", "--only", "main,takes-back"]);
    assert_eq!(only, "6 main:completed takes-back:in_progress!\n");
}

#[test]
fn what_a_branch_applies_again_is_in_flight_there() {
    let repo = two_trunks();
    work(&repo, "task 4: x");
    repo.git(&["revert", "--no-edit", "HEAD"]);
    repo.git(&["checkout", "-q", "-b", "again"]);
    work(&repo, "Reapply \"task 4: x\" (#9)");
    repo.git(&["checkout", "-q", "main"]);
    assert_eq!(matrix(&repo, &["4"]), "4 main:reverted release/1.2:missing again:completed!\n");
    assert!(matrix(&repo, &[]).contains("again:completed!"));
}

/// A commit: its parents as bits over the three before it, and what it says.
fn messages() -> impl Strategy<Value = Vec<(u8, &'static str)>> {
    let said = [
        "task 1: do",
        "task 1: do",
        "task 1 wip: begin",
        "task 1 step 1: tick",
        "Revert \"task 1: do\"",
        "Revert \"task 1 wip: begin\"",
        "Reapply \"task 1: do\"",
        "again\n\nReopens-Task: 1",
        "task 2: other",
    ];
    proptest::collection::vec((1u8..8, proptest::sample::select(said.to_vec())), 2..12)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn a_cell_is_what_status_says_at_that_branch(commits in messages()) {
        let repo = plan_repo(2);
        repo.write(".tasks/1.toml", "title = \"One\"\n\n[[steps]]\ntext = \"tick\"\n");
        let root = repo.commit("plan: steps");
        let mut stream = String::new();
        for (n, (parents, message)) in commits.iter().enumerate() {
            let who = format!("A <a@x> {} +0000", 1_700_000_000 + 60 * n);
            write!(stream, "commit refs/heads/c{n}\nmark :{}\nauthor {who}\ncommitter {who}\n", n + 1).unwrap();
            writeln!(stream, "data {}\n{message}", message.len()).unwrap();
            let parents = (1..=3).filter(|i| parents & (1 << (i - 1)) != 0 && *i <= n).map(|i| n - i);
            let parents: Vec<String> = parents.map(|parent| format!(":{}", parent + 1)).collect();
            let first = parents.first().map_or(root.as_str(), String::as_str);
            writeln!(stream, "from {first}").unwrap();
            for parent in parents.iter().skip(1) {
                writeln!(stream, "merge {parent}").unwrap();
            }
            write!(stream, "M 644 inline src\ndata 2\n{n:02}\n\n").unwrap();
        }
        repo.git_with(&["fast-import", "--quiet"], stream.as_bytes());
        let view = json(repo.path(), &["branches", "1", "2", "--only", "c*"]);
        for n in 0..commits.len() {
            let branch = format!("c{n}");
            let shown = json(repo.path(), &["show", "1", "2", "--at", &branch, "--no-branches"]);
            for (task, row) in shown["tasks"].as_array().unwrap().iter().zip(view["tasks"].as_array().unwrap()) {
                let cell = row["on"].as_array().unwrap().iter().find(|cell| cell["branch"] == branch.as_str());
                let state = cell.unwrap()["state"].as_str().unwrap();
                let expected = if matches!(state, "missing" | "reverted") { "pending" } else { state };
                prop_assert_eq!(task["status"].as_str().unwrap(), expected, "{} on {}", task["id"], branch);
            }
        }
    }
}

#[test]
fn row_five_counts_what_is_squashed_or_twice_there_once() {
    let repo = two_trunks();
    repo.git(&["checkout", "-q", "-b", "feature"]);
    work(&repo, "task 4: done here");
    repo.git(&["checkout", "-q", "main"]);
    // As seen from a release branch, what main has squashed is done there and not in flight.
    work(&repo, "task 4: squashed (#3)");
    repo.git(&["checkout", "-q", "release/1.2"]);
    let task = &json(repo.path(), &["show", "4"])["tasks"][0];
    assert_eq!((&task["status"], &task["completed_on"][0]), (&"pending".into(), &"main".into()));
    assert!(task["branches"].as_array().unwrap().is_empty());
    // A pick of it that is on its way is newer.
    repo.git(&["checkout", "-q", "-b", "pick"]);
    repo.git(&["cherry-pick", "main"]);
    repo.git(&["checkout", "-q", "release/1.2"]);
    assert_eq!(json(repo.path(), &["show", "4"])["tasks"][0]["branches"][0]["name"], "pick");

    // A remote branch and its local twin are one, whichever is ahead, by name or as upstream.
    let pushed = repo.git(&["rev-parse", "pick"]);
    repo.git(&["remote", "add", "origin", "/nonexistent"]);
    let names = || {
        let branches = &json(repo.path(), &["show", "4"])["tasks"][0]["branches"];
        let names = branches.as_array().unwrap().iter().map(|b| format!("{} {}", b["name"], b["effect"]));
        names.collect::<Vec<_>>().join(", ").replace('"', "")
    };
    repo.git(&["update-ref", "refs/remotes/origin/pick", &pushed]);
    repo.git(&["checkout", "-q", "pick"]);
    work(&repo, "task 4 wip: more");
    repo.git(&["checkout", "-q", "release/1.2"]);
    assert_eq!(names(), "pick completes");
    repo.git(&["update-ref", "-d", "refs/remotes/origin/pick"]);
    repo.git(&["update-ref", "refs/remotes/origin/ann/pick", &pushed]);
    assert_eq!(names(), "pick completes, origin/ann/pick completes");
    repo.git(&["config", "remote.origin.fetch", "+refs/heads/*:refs/remotes/origin/*"]);
    repo.git(&["branch", "-q", "--set-upstream-to=origin/ann/pick", "pick"]);
    assert_eq!(names(), "pick completes");
}

#[test]
fn an_old_branch_is_read_with_the_plan_of_a_newer_one() {
    let repo = plan_repo(2);
    repo.git(&["branch", "release/1.0"]);
    repo.git(&["checkout", "-q", "release/1.0"]);
    work(&repo, "issue 3: done");
    repo.git(&["checkout", "-q", "main"]);
    repo.write(".tasks/3.toml", "title = \"Task 3\"\n");
    repo.write(".tasks/config.toml", "version = 1\n\n[references]\nkeywords = [\"issue\"]\n");
    repo.commit("plan: words");
    let old = json(repo.path(), &["list", "--all", "--at", "release/1.0"]);
    assert_eq!(old["total"], 2);
    let args = ["list", "--all", "--at", "release/1.0", "--plan-from", "main"];
    let new = json(repo.path(), &args);
    assert_eq!((&new["total"], &new["tasks"][2]["status"]), (&3.into(), &"completed".into()));
    assert_eq!(new["revision"].as_str().unwrap(), repo.git(&["rev-parse", "main"]));
    assert_eq!(new["history"]["tip"].as_str().unwrap(), repo.git(&["rev-parse", "release/1.0"]));
    // And the other way round: the plan of old against the work of today.
    repo.write(".tasks/9.toml", "title = \"Not committed\"\n");
    assert_eq!(json(repo.path(), &["list", "--plan-from", "release/1.0"])["total"], 2);
    for args in [["done", "1", "--plan-from", "main"], ["new", "x", "--plan-from", "main"]] {
        let refused = told(&tasks(repo.path(), &args));
        assert!(refused.starts_with("2\nerror: --plan-from main is for reading"), "{refused}");
    }
    let missing = told(&tasks(repo.path(), &["list", "--plan-from", "nope"]));
    assert!(missing.starts_with("2\nerror: cannot find the revision \"nope\""), "{missing}");
}

#[test]
fn a_shallow_clone_does_not_guess_what_a_branch_lacks() {
    let source = two_trunks();
    let url = format!("file://{}", source.path().display());
    let args = ["clone", "-q", "--depth", "2", "--no-single-branch", &url, "."];
    let clone = TestRepo::made_by(&args);
    assert!(told(&tasks(clone.path(), &["branches"])).starts_with("3\nerror: "));
    let rows = matrix(&clone, &["1", "5", "--allow-shallow"]);
    assert_eq!(
        rows,
        "1 main:unknown origin/release/1.2:unknown\n5 main:completed origin/release/1.2:unknown*\n"
    );
}
