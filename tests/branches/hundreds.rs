//! Hundreds of branches: the right answers, and one look at history for all of them.

use super::{json, plan_repo};
use std::fmt::Write as _;

const BRANCHES: usize = 300;

/// A commit for `git fast-import`.
fn commit(stream: &mut String, branch: &str, from: Option<&str>, time: i64, message: &str) {
    let mark = stream.matches("\nmark ").count() + 1;
    let _ = writeln!(
        stream,
        "commit refs/{branch}\nmark :{mark}\ncommitter A <a@x> {time} +0000\ndata {}",
        message.len()
    );
    let _ = writeln!(stream, "{message}");
    if let Some(from) = from {
        let _ = writeln!(stream, "from {from}");
    }
    let _ = writeln!(
        stream,
        "M 100644 inline {}.txt\ndata 1\nx",
        message.len() % 7 + usize::from(from.is_some())
    );
}

#[test]
fn three_hundred_branches_are_told_apart() {
    let repo = plan_repo(BRANCHES);
    let mut stream = String::new();
    // 1,000 commits on main; each branch goes off somewhere and works on the task of its number.
    let start = 1_699_000_000;
    for n in 0..1000 {
        let from = (n == 0).then_some("refs/heads/main^0");
        commit(&mut stream, "heads/main", from, start + n, &format!("work {n}"));
    }
    for n in 1..=BRANCHES {
        let (branch, from) = (format!("heads/topic/{n}"), format!(":{}", 1000 - n * 3));
        let time = if n % 10 == 0 { start - 90 * 86_400 } else { start + 2000 };
        let message = if n % 2 == 0 { format!("task {n}: done") } else { format!("task {n} wip: begun") };
        commit(&mut stream, &branch, Some(&from), time, &message);
        // A third are pushed as well; of those every other has one commit more there.
        if n % 3 == 0 {
            let remote = format!("remotes/origin/topic/{n}");
            let _ = writeln!(stream, "reset refs/{remote}\nfrom refs/heads/topic/{n}\n");
            if n % 6 == 0 {
                commit(&mut stream, &remote, None, time + 1, &format!("task {n}: done there"));
            }
        }
    }
    // Every seventh has been squashed onto main since.
    for n in (7..=BRANCHES).step_by(7) {
        commit(&mut stream, "heads/main", None, start + 3000, &format!("task {n}: squashed (#{n})"));
    }
    repo.git_with(&["fast-import", "--quiet"], stream.as_bytes());
    repo.git(&["reset", "-q", "--hard", "main"]);

    let list = json(repo.path(), &["list", "--all"]);
    for (n, task) in (1..).zip(list["tasks"].as_array().unwrap()) {
        let expected = if n % 7 == 0 {
            "completed"
        } else if n % 10 == 0 {
            "pending"
        } else {
            "in_progress"
        };
        assert_eq!(task["status"], expected, "{n}");
        if expected == "in_progress" {
            let branches = task["branches"].as_array().unwrap();
            assert_eq!(branches.len(), 1, "{n}: {branches:?}");
            assert_eq!(branches[0]["name"], format!("topic/{n}"));
            assert_eq!(branches[0]["effect"], if n % 2 == 0 { "completes" } else { "starts" });
        }
    }
    let view = json(repo.path(), &["branches"]);
    let in_flight = (1..=BRANCHES).filter(|n| n % 7 != 0 && n % 10 != 0).count();
    assert_eq!(view["tasks"].as_array().unwrap().len(), in_flight);
    // Local branches, and the remote ones that are ahead of them.
    let ahead = (1..=BRANCHES).filter(|n| n % 7 != 0 && n % 10 != 0 && n % 6 == 0).count();
    assert_eq!(view["branches"].as_array().unwrap().len(), 1 + in_flight + ahead);
}
