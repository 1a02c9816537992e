//! What a report covers.

use super::common::TestRepo;
use super::{completed, ids, plan_repo, report, told, work};

#[test]
fn a_range_is_what_one_end_reaches_and_the_other_does_not() {
    let repo = plan_repo(6);
    let dir = repo.path();
    work(&repo, "task 1: done");
    repo.git(&["tag", "v1.0.0-rc.1"]);
    work(&repo, "task 2: done");
    repo.git(&["tag", "-a", "v1.0.0", "-m", "one"]);
    repo.git(&["tag", "nightly"]);
    // Side work that is older than the tag by its dates, and merged behind it.
    repo.git(&["checkout", "-q", "-b", "side", "v1.0.0-rc.1"]);
    work(&repo, "task 3: on the side");
    repo.git(&["checkout", "-q", "main"]);
    work(&repo, "task 4: done");
    repo.git(&["merge", "-q", "--no-ff", "--no-edit", "side"]);
    repo.git(&["tag", "v1.10.0"]);
    repo.git(&["tag", "v1.9.0", "v1.0.0-rc.1"]);
    work(&repo, "task 5: done\n\nCo-authored-by: Cy <cy@example.com>");

    let of = |args: &[&str]| {
        let view = report(dir, args);
        format!("{}: {}", view["range"]["text"].as_str().unwrap(), completed(&view))
    };
    let head = repo.git(&["rev-parse", "HEAD"])[..8].to_owned();
    assert_eq!(of(&[]), format!("v1.10.0..{head}: 5"));
    assert_eq!(of(&["--unreleased"]), of(&[]));
    assert_eq!(of(&["--latest"]), "v1.9.0..v1.10.0: 2 3 4");
    assert_eq!(of(&["v1.0.0..v1.10.0"]), "v1.0.0..v1.10.0: 3 4");
    assert_eq!(of(&["nightly.."]), format!("nightly..{head}: 3 4 5"));
    assert_eq!(of(&["nightly..", "--at", "v1.10.0"]), "nightly..v1.10.0: 3 4");
    assert_eq!(of(&["--all"]), format!("{head}: 1 2 3 4 5"));
    assert_eq!(of(&["--latest", "--at", "v1.0.0"]), "v1.9.0: 1");
    assert_eq!(of(&["--since", "v1.0.0"]), format!("v1.0.0..{head}: 3 4 5"));
    assert_eq!(of(&["--since", "4w"]), format!("{head}: 1 2 3 4 5"));
    let nothing = of(&["--since", "2023-11-20"]);
    assert!(nothing.ends_with(": ") && nothing.starts_with(&head), "{nothing}");

    let view = report(dir, &["v1.0.0.."]);
    let landed = |id: &str| {
        let tasks = view["completed"][0]["tasks"].as_array().unwrap();
        tasks.iter().find(|task| task["id"] == id).unwrap()["landed"].clone()
    };
    assert_eq!((landed("3"), landed("4")), ("merge".into(), "direct".into()));
    let people: Vec<String> = view["contributors"]
        .as_array()
        .unwrap()
        .iter()
        .map(|p| format!("{} {} {}", p["name"].as_str().unwrap(), p["commits"], p["tasks"]))
        .collect();
    assert_eq!(people, ["Ann 3 [\"3\",\"4\",\"5\"]", "Cy 1 [\"5\"]"]);
    assert_eq!(view["revision"].as_str(), view["range"]["to"]["commit"].as_str());
    assert_eq!(told(dir, &["report", "v1.0.0.."]), told(dir, &["report", "v1.0.0..HEAD"]));
}

#[test]
fn of_tags_of_equal_precedence_the_later_in_history_is_the_later_release() {
    let repo = plan_repo(4);
    let dir = repo.path();
    work(&repo, "task 1: done");
    repo.git(&["tag", "v1.0.0+build5"]);
    work(&repo, "task 2: done");
    repo.git(&["tag", "v1.0.0"]);
    let of = |args: &[&str]| {
        let view = report(dir, args);
        format!("{}: {}", view["range"]["text"].as_str().unwrap(), completed(&view))
    };
    assert_eq!(of(&["--latest"]), "v1.0.0+build5..v1.0.0: 2");
    assert_eq!(of(&["--tag", "v1.0.0"]), "v1.0.0+build5..v1.0.0: 2");
    assert_eq!(of(&["--latest", "--at", "v1.0.0+build5"]), "v1.0.0+build5: 1");
    // A clock that is wrong decides nothing where one descends from the other.
    let early = "commit refs/heads/main\ncommitter Bob <bob@example.com> 1000000000 +0000\ndata 12\ntask 3: done\n\
                 from refs/heads/main^0\nM 644 inline odd.txt\ndata 1\nx\n";
    repo.git_with(&["fast-import", "--quiet"], early.as_bytes());
    repo.git(&["tag", "v1.0.0+build4"]);
    assert_eq!(of(&["--latest"]), "v1.0.0..v1.0.0+build4: 3");
    work(&repo, "task 4: done");
    repo.git(&["tag", "v1.1.0"]);
    assert_eq!(of(&["--latest"]), "v1.0.0+build4..v1.1.0: 4");
    assert_eq!(of(&["--tag", "v1.0.0"]), "v1.0.0+build5..v1.0.0: 2");
}

#[test]
fn what_totals_leave_out_is_said_beside_what_was_completed() {
    let repo = plan_repo(3);
    work(&repo, "tasks 1, 2: done");
    repo.write(".tasks/2.toml", "title = \"Task 2\"\noptional = true\n");
    repo.commit("Do without the second");
    assert!(
        told(repo.path(), &["report", "--all"])
            .contains("2 tasks completed (1 optional), 1 of 2 in all without such, 50 %\n")
    );
    repo.git(&["mv", ".tasks/1.toml", ".tasks/archive-1.toml"]);
    std::fs::create_dir(repo.path().join(".tasks/archive")).unwrap();
    repo.git(&["mv", ".tasks/archive-1.toml", ".tasks/archive/1.toml"]);
    repo.commit("Put it away");
    let said = told(repo.path(), &["report", "--all"]);
    let all = "2 tasks completed (1 archived, 1 optional), 0 of 1 in all without such, 0 %\n";
    assert!(said.contains(all), "{said}");
    let notes = told(repo.path(), &["report", "--all", "--format", "markdown"]);
    assert!(
        notes.contains("2 tasks completed (1 archived, 1 optional), 0 of 1 in all without such.\n"),
        "{notes}"
    );
}

#[test]
fn a_version_is_found_whose_commit_names_no_task_and_which_the_cache_does_not_know() {
    let repo = plan_repo(3);
    let dir = repo.path();
    work(&repo, "task 1: done");
    work(&repo, "Release 1.0");
    repo.git(&["tag", "v1.0"]);
    work(&repo, "task 2: done");
    work(&repo, "Tidy up");
    assert!(
        told(dir, &["list", "--no-branches"]).starts_with("0\n"),
        "the cache is written without the tags"
    );
    let of = |args: &[&str]| {
        let view = report(dir, args);
        format!("{}: {}", view["range"]["text"].as_str().unwrap(), completed(&view))
    };
    let head = repo.git(&["rev-parse", "HEAD"])[..8].to_owned();
    assert_eq!(of(&["--unreleased"]), format!("v1.0..{head}: 2"));
    assert_eq!(of(&["--latest"]), "v1.0: 1");

    // Versions that the trunk does not reach, although nothing that they say of tasks is new to it.
    repo.git(&["checkout", "-q", "-b", "release/1.1", "v1.0"]);
    for tag in ["v1.1", "v1.1.1"] {
        work(&repo, &format!("Release {tag}"));
        repo.git(&["tag", tag]);
    }
    assert_eq!(of(&["--at", "HEAD~1"]), "v1.1..v1.1: ");
    assert_eq!(of(&["--latest"]), "v1.1..v1.1.1: ");
    repo.git(&["checkout", "-q", "main"]);
    assert_eq!(of(&[]), format!("v1.0..{head}: 2"));
    assert_eq!(of(&["--no-cache"]), of(&[]));
    // Merged, it is the latest one.
    repo.git(&["merge", "-q", "--no-ff", "--no-edit", "release/1.1"]);
    let head = repo.git(&["rev-parse", "HEAD"])[..8].to_owned();
    assert_eq!(of(&[]), format!("v1.1.1..{head}: 2"));
}

#[test]
fn what_was_taken_back_is_said_with_what_it_undoes() {
    let repo = plan_repo(6);
    let dir = repo.path();
    for id in 1..=3 {
        work(&repo, &format!("task {id}: done"));
    }
    repo.git(&["tag", "v1.0"]);
    repo.git(&["revert", "--no-edit", "HEAD"]);
    let revert = repo.git(&["rev-parse", "HEAD"]);
    // Done and taken back between both ends: neither.
    work(&repo, "task 4: done");
    repo.git(&["revert", "--no-edit", "HEAD"]);
    // Reopened by its file, and cancelled.
    repo.write(".tasks/1.toml", "title = \"Task 1\"\n\nreopened = 2024-01-01T00:00:00Z\n");
    repo.write(".tasks/2.toml", "title = \"Task 2\"\n\nstatus = \"cancelled\"\nreason = \"not now\"\n");
    repo.write(".tasks/5.toml", "title = \"Task 5\"\n\nstatus = \"completed\"\n");
    repo.write(".tasks/7.toml", "title = \"Task 7\"\n");
    repo.git(&["rm", "-q", "-f", ".tasks/6.toml"]);
    repo.commit("plan: think again");
    let view = report(dir, &["v1.0.."]);
    assert_eq!((completed(&view), ids(&view["reverted"])), ("5".to_owned(), "1 2 3".to_owned()));
    assert_eq!(view["reverted"][2]["by"]["subject"], "Revert \"task 3: done\"");
    assert_eq!(view["reverted"][2]["undoes"]["subject"], "task 3: done");
    assert_eq!(
        (&view["reverted"][0]["by"], &view["reverted"][0]["undoes"]["subject"]),
        (&().into(), &"task 1: done".into())
    );
    let plan = &view["plan"];
    assert_eq!(
        (ids(&plan["added"]), ids(&plan["removed"]), ids(&plan["cancelled"])),
        ("7".into(), "6".into(), "2".into())
    );
    assert_eq!(ids(&plan["edited"]), "1 2 5");
    let notes = told(dir, &["report", "v1.0..", "--format", "markdown"]);
    assert!(notes.contains("- Task 1 (1): reopened by its file, after "), "{notes}");
    assert!(notes.contains("- Task 2 (2): cancelled by its file"), "{notes}");
    assert!(notes.contains("- Cancelled: Task 2 (2): not now\n"), "{notes}");
    assert!(notes.contains("- Task 5 (5) · by its file\n"), "{notes}");
    // A revert that is reverted completes again, by the older commit.
    repo.git(&["revert", "--no-edit", &revert]);
    let view = report(dir, &["v1.0.."]);
    assert_eq!((completed(&view), ids(&view["reverted"])), ("5".to_owned(), "1 2".to_owned()));
}

#[test]
fn how_a_commit_landed_is_seen_from_the_end_that_has_it() {
    let repo = plan_repo(3);
    let dir = repo.path();
    work(&repo, "Begin");
    repo.git(&["checkout", "-q", "-b", "release/1.0"]);
    let direct = work(&repo, "task 1: on the release branch");
    repo.git(&["checkout", "-q", "-b", "side"]);
    work(&repo, "task 2: on the side");
    repo.git(&["checkout", "-q", "release/1.0"]);
    repo.git(&["merge", "-q", "--no-ff", "--no-edit", "side"]);
    repo.git(&["checkout", "-q", "main"]);
    work(&repo, "Go on");
    let left = |args: &[&str]| {
        let view = report(dir, args);
        let told = view["left_behind"].as_array().unwrap().iter();
        let told = told.map(|task| format!("{} {}", task["id"], task["commit"]["landed"]));
        told.collect::<Vec<_>>().join(", ").replace('"', "")
    };
    assert_eq!(left(&["release/1.0..main"]), "1 direct, 2 merge");
    let notes = told(dir, &["report", "release/1.0~1..main", "--format", "markdown"]);
    assert!(notes.contains(&direct[..8]) && !notes.contains("merged"), "{notes}");
    // What the newer end has by a merge is merged there, although it was made right on the older one.
    repo.git(&["merge", "-q", "--no-ff", "--no-edit", "release/1.0"]);
    repo.git(&["revert", "--no-edit", &direct]);
    let view = report(dir, &["release/1.0..main"]);
    assert_eq!(view["reverted"][0]["undoes"]["landed"], "merge");
}

#[test]
fn a_range_that_is_none_says_how_to_write_it() {
    let repo = plan_repo(1);
    let dir = repo.path();
    for (args, error) in [
        (&["main"][..], "error: \"main\" is no range\nhint: main.. covers what came after main"),
        (
            &["v1.0"],
            "error: \"v1.0\" is no range\nhint: v1.0.. covers what came after v1.0, A..B what B reaches and A does not\n\
             hint: --latest --at v1.0 covers what v1.0 brought",
        ),
        (&["--tag", " "], "error: \" \" is no name of a version\nhint: --tag takes"),
        (&["--context", "--from-context", "x"], "error: the argument '--context' cannot be used with"),
        (&["..main"], "error: the range \"..main\" has no older end\nhint: --all --at main"),
        (&["a...b"], "error: \"a...b\" is no range: there are two dots between its ends\nhint: a..b is"),
        (&["nope..main"], "error: cannot find the revision \"nope\""),
        (
            &["HEAD..main", "--at", "main"],
            "error: --at main and the newer end of the range, main, are two answers",
        ),
        (
            &["--latest"],
            "error: no tag that HEAD reaches is a version\nhint: versions are tags such as v1.2.0",
        ),
        (&["--unreleased"], "error: no tag that HEAD reaches is a version"),
        (&["--since", "soon"], "error: cannot find the revision \"soon\""),
        (&["-o", "x.pdf"], "error: cannot tell a format by the ending .pdf"),
        (&["-o", "nowhere/x.md"], "error: "),
    ] {
        let said = told(dir, &[&["report"], args].concat());
        assert!(said.starts_with(&format!("2\n{error}")), "{args:?}: {said}");
    }
    let empty = TestRepo::new();
    assert!(told(empty.path(), &["report"]).starts_with("2\nerror: there is no commit yet"));
    repo.write(".tasks/9.toml", "title = \"Not committed\"\n");
    assert!(report(dir, &[])["totals"]["tasks"]["total"] == 1, "the work tree is no part of a report");
}

#[test]
fn a_shallow_clone_cannot_tell() {
    let repo = plan_repo(2);
    work(&repo, "task 1: done");
    repo.git(&["tag", "v1.0"]);
    work(&repo, "task 2: done");
    let url = format!("file://{}", repo.path().display());
    let clone = TestRepo::made_by(&["clone", "-q", "--depth", "1", &url, "."]);
    for args in [&[][..], &["--latest"], &["--all"], &["--since", "2w"], &["--require", "beta"]] {
        let said = told(clone.path(), &[&["report"], args].concat());
        assert!(said.starts_with("3\nerror: this clone is shallow"), "{args:?}: {said}");
    }
    let said = told(clone.path(), &["report", "v1.0.."]);
    assert!(
        said.contains("hint: this clone is shallow and may lack it: git fetch --unshallow --tags"),
        "{said}"
    );
    let said = told(clone.path(), &["report", "--all", "--allow-shallow"]);
    assert!(said.starts_with("0\n"), "{said}");
}
