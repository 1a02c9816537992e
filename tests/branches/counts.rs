//! `log --counts`.

use super::{json, plan_repo, tasks, told, work};
use crate::common::TestRepo;
use serde_json::{Value, json};
use std::fmt::Write as _;

/// What `status --at` says, in the words of a row.
fn status(repo: &TestRepo, commit: &str) -> Value {
    let totals = json(repo.path(), &["status", "--at", commit])["totals"].clone();
    let (tasks, steps, minutes) = (&totals["tasks"], &totals["steps"], &totals["minutes"]);
    let number = |value: &Value| value.as_u64().unwrap();
    json!({
        "total": tasks["total"],
        "open": number(&tasks["pending"]) + number(&tasks["blocked"]),
        "in_progress": tasks["in_progress"],
        "completed": tasks["completed"],
        "cancelled": tasks["cancelled"],
        "optional": tasks["optional"],
        "unknown": tasks["unknown"],
        "steps": steps["total"],
        "steps_completed": steps["completed"],
        "minutes_completed": minutes["completed"],
        "minutes_left_min": number(&minutes["total_min"]) - number(&minutes["completed"]),
    })
}

/// Makes the commits again, each on a day of its own: those of test repositories are a minute apart.
fn spread(repo: &TestRepo) {
    let exported = repo.git(&["fast-export", "HEAD"]);
    let (mut stream, mut time) = (String::new(), 1_700_000_000);
    for line in exported.lines() {
        if let Some((who, _)) = line.strip_prefix("committer ").and_then(|rest| rest.rsplit_once("> ")) {
            time += 90_000;
            let _ = writeln!(stream, "committer {who}> {time} +0000");
        } else {
            let _ = writeln!(stream, "{line}");
        }
    }
    repo.git_with(&["fast-import", "--quiet", "--force"], stream.as_bytes());
    repo.git(&["reset", "-q", "--hard", "HEAD"]);
}

/// A life with everything that changes what counts.
fn eventful() -> TestRepo {
    let repo = TestRepo::new();
    work(&repo, "before any plan");
    repo.write(".tasks/config.toml", "version = 1\n");
    for id in 1..=6 {
        let text = format!(
            "title = \"Task {id}\"\nestimate = \"{id}h-{}h\"\n\n[[steps]]\ntext = \"a\"\n\n[[steps]]\ntext = \"b\"\n",
            id + 1
        );
        repo.write(&format!(".tasks/g/{id}.toml"), &text);
    }
    repo.commit("plan: start");
    work(&repo, "task 1 and cleanup: void, as cleanup is no task yet");
    work(&repo, "task 2: done");
    repo.write(".tasks/cleanup.toml", "title = \"Cleanup\"\n");
    repo.commit("plan: cleanup is a task, so the list holds");
    work(&repo, "task 3 step 1: half");
    repo.git(&["checkout", "-q", "-b", "side"]);
    work(&repo, "task 4: on the side");
    repo.git(&["checkout", "-q", "main"]);
    work(&repo, "task 7: of which there is none yet");
    repo.git(&["merge", "-q", "--no-ff", "-m", "Merge branch 'side'", "side"]);
    repo.write(".tasks/7.toml", "title = \"Seven\"\noptional = true\n");
    repo.commit("plan: seven");
    repo.git(&["revert", "--no-edit", "-m", "1", "HEAD~1"]);
    repo.git(&["revert", "--no-edit", "HEAD"]);
    repo.write(".tasks/h/2.toml", "title = \"Another two\"\n");
    repo.commit("plan: the id 2 twice");
    repo.git(&["mv", ".tasks/g/2.toml", ".tasks/z2.toml"]);
    repo.write(".tasks/z2.toml", "title = \"Task 2\"\naka = [\"2\"]\nestimate = \"1d\"\n");
    repo.commit("plan: one of them renumbered");
    work(&repo, "not so\n\nReopens-Task: cleanup");
    repo.write(".tasks/config.toml", "version = 1\n\n[estimates]\nday = \"4h\"\n");
    repo.commit("plan: shorter days");
    repo.write(".tasks/config.toml", "version = 1\n\n[references]\nkeywords = [\"issue\"]\n");
    work(&repo, "issue 5: by another word");
    repo.git(&["mv", ".tasks/g/5.toml", ".tasks/5.toml"]);
    repo.git(&["rm", "-q", ".tasks/g/6.toml"]);
    repo.write(".tasks/archive/1.toml", "title = \"One\"\nstatus = \"completed\"\n");
    repo.git(&["rm", "-q", ".tasks/g/1.toml"]);
    repo.write(".tasks/g/3.toml", "title = \"Three\"\nstatus = \"cancelled\"\n");
    repo.commit("plan: tidied");
    repo.write(".tasks/g/4.toml", "title = ");
    repo.commit("plan: broken");
    repo.write(".tasks/g/4.toml", "title = \"Four again\"\nreopened = 2099-01-01T00:00:00Z\n");
    repo.write(".tasks/config.toml", "version = 1\n");
    repo.commit("plan: the old word again");
    repo
}

#[test]
fn each_row_is_the_status_at_its_commit() {
    let repo = eventful();
    spread(&repo);
    let view = json(repo.path(), &["log", "--counts"]);
    let rows = view["rows"].as_array().unwrap();
    let commits: Vec<&str> = rows.iter().map(|row| row["commit"].as_str().unwrap()).collect();
    assert!(rows.len() > 15, "{}", rows.len());
    for row in rows {
        let expected = status(&repo, row["commit"].as_str().unwrap());
        for (name, value) in expected.as_object().unwrap() {
            assert_eq!(&row[name], value, "{name} on {} at {}", row["date"], row["commit"]);
        }
    }
    assert_eq!(commits.last().unwrap(), &repo.git(&["rev-parse", "HEAD"]));
    assert_eq!(rows.last().unwrap()["archived"], 1);
    // What a week says is what its last day says, or the tip.
    let weeks = json(repo.path(), &["log", "--counts", "--by", "week"]);
    for week in weeks["rows"].as_array().unwrap() {
        let day = rows.iter().rev().find(|row| row["date"].as_str() <= week["date"].as_str()).unwrap();
        assert_eq!(week["commit"], day["commit"], "{}", week["date"]);
    }
    let csv = tasks(repo.path(), &["log", "--counts", "--format", "csv", "-n", "3"]);
    let csv = String::from_utf8(csv.stdout).unwrap();
    let lines: Vec<&str> = csv.lines().collect();
    assert!(lines[0].starts_with("date,commit,total,open,in_progress,completed,"), "{csv}");
    let last = rows.last().unwrap();
    let cells = format!("{},{},{},", last["date"], last["commit"], last["total"]).replace('"', "");
    assert!(lines.len() == 4 && lines[3].starts_with(&cells), "{csv}");
}

#[test]
fn what_cannot_be_counted_is_said() {
    let repo = plan_repo(2);
    work(&repo, "task 1: done");
    let text = told(&tasks(repo.path(), &["log", "--counts"]));
    assert_eq!(
        text,
        format!(
            "0\n            tasks  done  begun\n2023-11-14      2     1      0  {0}{1}\n",
            "\u{2588}".repeat(15),
            "\u{2591}".repeat(15)
        )
    );
    for (args, message) in [
        (&["list", "--format", "csv"][..], "this command does not answer in --format csv"),
        (
            &["log", "--counts", "--plan-from", "main"],
            "--counts reads at each commit the plan of that commit",
        ),
        (&["log", "--counts", "--since", "main"], "--since is \"main\": --counts starts at a day"),
    ] {
        let refused = told(&tasks(repo.path(), args));
        assert!(refused.starts_with(&format!("2\nerror: {message}")), "{refused}");
    }
    assert_eq!(json(repo.path(), &["log", "--counts", "--since", "2024-01-01"])["rows"], json!([]));
    let empty = TestRepo::new();
    empty.write(".tasks/1.toml", "title = \"One\"\n");
    assert!(
        told(&tasks(empty.path(), &["log", "--counts"])).starts_with("2\nerror: no commit has a plan yet")
    );
    let url = format!("file://{}", repo.path().display());
    let clone = TestRepo::made_by(&["clone", "-q", "--depth", "1", &url, "."]);
    assert!(told(&tasks(clone.path(), &["log", "--counts"])).starts_with("3\nerror: "));
}
