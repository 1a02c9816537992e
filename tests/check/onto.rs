//! The plan as it will be after a merge.

use crate::common::TestRepo;
use crate::{ONE, codes, depends, exit, json, places, plan, tasks, write};

/// A file below `.tasks/` that is written or removed.
pub type Edit<'a> = (&'a str, Option<&'a str>);

/// `main` and `topic` with these files on top of a common plan of 1 and 2.
pub fn diverged(main: &[Edit], topic: &[Edit]) -> TestRepo {
    let long = format!("title = \"Long\"\n\ndescription = \"\"\"\n{}\"\"\"\n", "line\n".repeat(20));
    let repo = plan(&[("1.toml", ONE), ("2.toml", ONE), ("a/3.toml", &long)]);
    let apply = |files: &[Edit]| {
        for (path, text) in files {
            match text {
                Some(text) => write(&repo, &[(path, text)]),
                None => drop(repo.git(&["rm", "-q", &format!(".tasks/{path}")])),
            }
        }
        repo.commit("Change");
    };
    repo.git(&["branch", "topic"]);
    apply(main);
    repo.git(&["switch", "-q", "topic"]);
    apply(topic);
    repo
}

#[test]
fn the_merged_plan_is_judged_before_the_merge() {
    let (two, one) = (depends("2"), depends("1"));
    let going = |title: &str| format!("title = \"{title}\"\ncreated = 2023-11-14T00:00:00Z\n");
    let cases: &[(&[Edit], &[Edit], &[&str])] = &[
        // The same id on both sides, in different places.
        (&[("a/7.toml", Some(ONE))], &[("b/7.toml", Some(ONE))], &["error duplicate-id b/7.toml"]),
        // A cycle that only both sides together make.
        (&[("1.toml", Some(&two))], &[("2.toml", Some(&one))], &["error cycle 1.toml:2:12"]),
        // A dependency that the other side deleted.
        (&[("2.toml", None)], &[("1.toml", Some(&two))], &["error unknown-dependency 1.toml:2:12"]),
        // The same line changed in two ways; the task is still there for what depends on it.
        (
            &[("1.toml", Some("title = \"Ours\"\n"))],
            &[("1.toml", Some("title = \"Theirs\"\n")), ("2.toml", Some(&one))],
            &["error merge-conflict 1.toml"],
        ),
        // The same id in the same place: two tasks that must not be blended.
        (
            &[("7.toml", Some("title = \"Ours\"\n"))],
            &[("7.toml", Some("title = \"Theirs\"\n"))],
            &["error duplicate-id 7.toml"],
        ),
        // One task that went both ways.
        (
            &[("7.toml", Some(&going("Ours")))],
            &[("7.toml", Some(&going("Theirs")))],
            &["error merge-conflict 7.toml"],
        ),
        // Changed here, removed there.
        (&[("1.toml", None)], &[("1.toml", Some(&two))], &["error merge-conflict 1.toml"]),
        // Changes that fit together bring nothing.
        (&[("1.toml", Some(&two))], &[("8.toml", Some(ONE))], &[]),
    ];
    for (main, topic, expected) in cases {
        let repo = diverged(main, topic);
        assert_eq!(places(repo.path(), &["--onto", "main"]), *expected, "{main:?} {topic:?}");
        assert_eq!(exit(repo.path(), &["--onto", "main"]), i32::from(!expected.is_empty()));
        // Git says the same of conflicts.
        let conflict = expected.iter().any(|f| f.contains("merge-conflict") || f.ends_with(" 7.toml"));
        let merge = std::process::Command::new("git")
            .args(["merge-tree", "--write-tree", "main", "topic"])
            .current_dir(repo.path())
            .output()
            .unwrap();
        assert_eq!(merge.status.code(), Some(i32::from(conflict)), "{main:?} {topic:?}");
    }
}

#[test]
fn two_tasks_in_one_file_are_named_with_what_heals_them() {
    let repo =
        diverged(&[("a/7.toml", Some("title = \"Ours\"\n"))], &[("a/7.toml", Some("title = \"Theirs\"\n"))]);
    let found = &json(repo.path(), &["--onto", "main"])["findings"][0];
    let message = found["message"].as_str().unwrap();
    assert!(message.contains("\"Theirs\" here, and \"Ours\""), "{message}");
    assert!(found["help"].as_str().unwrap().contains("tasks renumber 7 on this branch"), "{found}");
    assert!(tasks(repo.path(), &["renumber", "7"]).status.success());
    repo.commit("Take another number");
    assert_eq!(codes(repo.path(), &["--onto", "main"]), Vec::<String>::new());
}

#[test]
fn a_task_in_a_folder_that_the_other_side_renamed_is_a_conflict_as_for_git() {
    let repo = plan(&[("alpha/1.toml", ONE), ("alpha/2.toml", ONE), ("alpha/3.toml", ONE)]);
    repo.git(&["switch", "-q", "-c", "renames"]);
    repo.git(&["mv", ".tasks/alpha", ".tasks/gamma"]);
    repo.commit("Rename the group");
    repo.git(&["switch", "-q", "-c", "adds", "main"]);
    write(&repo, &[("alpha/4.toml", ONE), ("beta/5.toml", &depends("4"))]);
    repo.commit("Add to the group");
    for (onto, at) in [("renames", "adds"), ("adds", "renames")] {
        let args = ["--onto", onto, "--at", at];
        assert_eq!(places(repo.path(), &args), ["error merge-conflict gamma/4.toml"]);
        let found = json(repo.path(), &args);
        let message = found["findings"][0]["message"].as_str().unwrap();
        assert!(
            message.contains(".tasks/alpha/4.toml") && message.contains("git merge would stop"),
            "{message}"
        );
    }
}

#[test]
fn a_task_that_one_side_moved_and_both_changed_is_one_conflict_where_it_is_now() {
    let long = |last: &str| format!("title = \"One\"\n\npriority = \"{last}\"\n\n# {}\n", "x".repeat(200));
    let repo = plan(&[("1.toml", &long("low")), ("2.toml", ONE)]);
    repo.git(&["switch", "-q", "-c", "moves"]);
    std::fs::create_dir(repo.path().join(".tasks/grp")).unwrap();
    write(&repo, &[("grp/group.toml", "title = \"Group\"\n")]);
    repo.git(&["mv", ".tasks/1.toml", ".tasks/grp/1.toml"]);
    write(&repo, &[("grp/1.toml", &long("high"))]);
    repo.commit("Move");
    repo.git(&["switch", "-q", "-c", "changes", "main"]);
    write(&repo, &[("1.toml", &long("critical"))]);
    repo.commit("Change");
    for (onto, at) in [("moves", "changes"), ("changes", "moves")] {
        let args = ["--onto", onto, "--at", at];
        assert_eq!(places(repo.path(), &args), ["error merge-conflict grp/1.toml"]);
        let found = json(repo.path(), &args);
        let message = found["findings"][0]["message"].as_str().unwrap();
        assert!(message.contains("without the merge driver"), "{message}");
    }
    // Moved by both to different places.
    repo.git(&["checkout", "-q", "-B", "changes", "main"]);
    std::fs::create_dir(repo.path().join(".tasks/else")).unwrap();
    repo.git(&["mv", ".tasks/1.toml", ".tasks/else/1.toml"]);
    repo.commit("Move elsewhere");
    assert_eq!(places(repo.path(), &["--onto", "moves"]), ["error merge-conflict grp/1.toml"]);
    assert_eq!(
        places(repo.path(), &["--onto", "changes", "--at", "moves"])[0],
        "error merge-conflict else/1.toml"
    );
    // Moved by one, removed by the other.
    repo.git(&["checkout", "-q", "-B", "changes", "main"]);
    repo.git(&["rm", "-q", ".tasks/1.toml"]);
    repo.commit("Remove");
    assert_eq!(places(repo.path(), &["--onto", "moves"]), ["error merge-conflict grp/1.toml"]);
}

#[test]
fn a_merge_follows_renames_and_writes_nothing() {
    let repo = diverged(&[("1.toml", Some("title = \"New\"\n"))], &[("2.toml", Some("title = \"New\"\n"))]);
    repo.git(&["mv", ".tasks/a", ".tasks/b"]);
    repo.commit("Move the group");
    repo.git(&["switch", "-q", "main"]);
    let text = std::fs::read_to_string(repo.path().join(".tasks/a/3.toml")).unwrap();
    repo.write(".tasks/a/3.toml", &text.replacen("\n\n", "\n\ndepends = [\"99\"]\n\n", 1));
    repo.commit("Change what is moved there");
    repo.git(&["switch", "-q", "topic"]);
    // A merge driver is a program; none is started.
    repo.write(".git/info/attributes", "*.toml merge=evil\n");
    repo.git(&["config", "merge.evil.driver", "touch started; false"]);
    let objects = |repo: &TestRepo| repo.git(&["count-objects", "-v"]);
    let before = objects(&repo);
    // Seen from main the dependency is inherited, wherever its file is in the end.
    assert_eq!(codes(repo.path(), &["--onto", "main"]), Vec::<String>::new());
    repo.git(&["switch", "-q", "main"]);
    assert_eq!(places(repo.path(), &["--onto", "topic"]), ["error unknown-dependency b/3.toml:3:12"]);
    assert_eq!(objects(&repo), before);
    assert!(!repo.path().join("started").exists());
}

#[test]
fn evidence_of_both_sides_counts_for_the_merge() {
    let repo = diverged(&[("1.toml", Some(&depends("2")))], &[("8.toml", Some(ONE))]);
    repo.commit("task 1: too early, once it is merged");
    assert_eq!(codes(repo.path(), &["--onto", "main"]), ["error early-completion"]);
    repo.git(&["switch", "-q", "main"]);
    repo.commit("task 2: in time");
    repo.git(&["switch", "-q", "topic"]);
    assert_eq!(codes(repo.path(), &["--onto", "main"]), Vec::<String>::new());
}
