//! Every rule finds its case, at its place.

use crate::common::TestRepo;
use crate::{File, ONE, codes, exit, json, places, plan, stderr, stdout, tasks, write};
use std::collections::BTreeSet;

/// Files, and what is found in them.
const CASES: &[(&[File], &[&str])] = &[
    (
        &[("1.toml", "title = \"a\"\n<<<<<<< HEAD\n=======\n>>>>>>> x\n")],
        &["error conflict-markers 1.toml:2:1"],
    ),
    (&[("1.toml", "title = ")], &["error unreadable-file 1.toml:1:9"]),
    (&[("a b.toml", ONE)], &["error invalid-file-name a b.toml"]),
    (&[("config.toml", "[ids]\nprefix = \"P-\"\n")], &["error missing-version config.toml:1:1"]),
    (&[("1.toml", "priority = \"low\"\n")], &["error missing-title 1.toml:1:1"]),
    (
        &[("1.toml", "title = \"One\"\n[[steps]]\nstatus = \"completed\"\n")],
        &["error missing-text 1.toml:2:1"],
    ),
    (&[("1.toml", "title = 3\n")], &["error wrong-type 1.toml:1:9"]),
    (&[("1.toml", "title = \"\"\n")], &["error bad-value 1.toml:1:9"]),
    (&[("1.toml", "title = \"One\"\ndepend = [\"2\"]\n")], &["error near-miss-key 1.toml:2:1"]),
    (
        &[("config.toml", "version = 1\n[check]\noverdu = \"off\"\n")],
        &["error near-miss-key config.toml:3:1"],
    ),
    (&[("config.toml", "version = 1\n[check]\nmy-own = \"off\"\n")], &["info unknown-key config.toml:3:1"]),
    (
        &[("1.toml", "title = \"One\"\n[fields]\ndepends = [\"2\"]\n")],
        &["error key-without-effect 1.toml:3:1"],
    ),
    (&[("1.toml", "title = \"One\"\nowner = \"me\"\n")], &["info unknown-key 1.toml:2:1"]),
    (
        &[(
            "1.toml",
            "# c\ntitle = \"xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx\"\n",
        )],
        &["info long-title 1.toml:2:1"],
    ),
    (
        &[("1.toml", "title = \"One\"\ntags = [\n  \"a\",\n  \"b\",\n  \"a\",\n]\n")],
        &["warning repeated-item 1.toml:3:3"],
    ),
    (&[("a/1.toml", ONE), ("b/1.toml", ONE)], &["error duplicate-id b/1.toml"]),
    (&[("1.toml", ONE), ("2.toml", "title = \"One\"\naka = [\"1\"]\n")], &["warning former-id 2.toml:2:8"]),
    (&[("01-a/1.toml", ONE), ("02-a/2.toml", ONE)], &["warning duplicate-group 02-a"]),
    (&[("1.toml", "title = \"One\"\ndepends = [\"9\"]\n")], &["error unknown-dependency 1.toml:2:12"]),
    (&[("1.toml", "title = \"One\"\ndepends = [\"a/\"]\n")], &["error unknown-dependency 1.toml:2:12"]),
    (
        &[("1.toml", ONE), ("a/2.toml", ONE), ("a/group.toml", "depends = [\"1\", \"b/\"]\n")],
        &["error unknown-dependency a/group.toml:1:17"],
    ),
    (
        &[("archive/1.toml", "title = \"One\"\ndepends = [\"9\"]\n")],
        &["warning open-in-archive archive/1.toml"],
    ),
    (&[("1.toml", "title = \"One\"\ndepends = [\"1\"]\n")], &["error self-dependency 1.toml:2:12"]),
    (
        &[
            ("1.toml", "title = \"One\"\ndepends = [\"2\"]\n"),
            ("2.toml", "title = \"Two\"\ndepends = [\"1\"]\n"),
        ],
        &["error cycle 1.toml:2:12"],
    ),
    (
        &[
            ("a/group.toml", "depends = [\"b/\"]\n"),
            ("b/group.toml", "depends = [\"a/\"]\n"),
            ("b/1.toml", ONE),
        ],
        &["info empty-group a/group.toml", "error cycle a/group.toml:1:1"],
    ),
    (
        &[
            ("1.toml", "title = \"One\"\ndepends = [\"2\"]\n"),
            ("2.toml", "title = \"Two\"\nstatus = \"cancelled\"\n"),
        ],
        &["warning cancelled-dependency 1.toml:2:12"],
    ),
    (
        &[("1.toml", "title = \"One\"\ndepends = [\"t2\"]\n"), ("T2.toml", ONE)],
        &["info other-case 1.toml:2:12"],
    ),
    (&[("a/group.toml", "title = \"A\"\n")], &["info empty-group a/group.toml"]),
    (&[("1.toml", "title = \"One\"\nmilestones = [\"beta\"]\n")], &["warning unknown-milestone 1.toml:2:15"]),
    (
        &[("milestones/m.toml", "title = \"M\"\ngroups = [\"x/\"]\n")],
        &["warning unknown-group milestones/m.toml:2:11"],
    ),
    (
        &[("milestones/m.toml", "title = \"M\"\ntasks = [7]\n")],
        &["warning unknown-task milestones/m.toml:2:10"],
    ),
    (
        &[("1.toml", "title = \"One\"\nstatus = \"blocked\"\n")],
        &["warning blocked-without-reason 1.toml:2:1"],
    ),
    (&[("1.toml", "title = \"One\"\nstatus = \"blocked\"\nreason = \"rain\"\n")], &[]),
    (
        &[(
            "1.toml",
            "title = \"One\"\nstatus = \"completed\"\n[[steps]]\nstatus = \"completed\"\ntext = \"a\"\n[[steps]]\ntext = \"b\"\n",
        )],
        &["warning completed-with-open-steps 1.toml:6:1"],
    ),
    (
        &[
            ("config.toml", "version = 1\n[estimates]\nmax = \"1d\"\n"),
            ("1.toml", "title = \"One\"\nestimate = \"2h-9h\"\n"),
        ],
        &["warning estimate-out-of-bounds 1.toml:2:1"],
    ),
    (
        &[("config.toml", "version = 1\n[estimates]\nmin = \"30m\"\nmax = \"15m\"\n")],
        &["error bad-value config.toml:4:7"],
    ),
    (
        &[("1.toml", "title = \"One\"\nfiles = [\"src/gone.rs:27\", \".tasks/1.toml\"]\n")],
        &["info missing-file 1.toml:2:10"],
    ),
    (
        &[
            ("1.toml", "title = \"One\"\ndue = 2023-11-14\n"),
            ("2.toml", "title = \"Two\"\ndue = 2023-11-15\n"),
        ],
        &["warning overdue 1.toml:2:1"],
    ),
    (&[("a/group.toml", "due = 2023-11-14\n"), ("a/1.toml", ONE)], &["warning overdue a/1.toml"]),
    (
        &[("1.toml", "title = \"One\"\nstatus = \"in_progress\"\ndepends = [\"2\"]\n"), ("2.toml", ONE)],
        &["info early-start 1.toml:3:1"],
    ),
];

#[test]
fn every_rule_over_files_finds_its_case() {
    for (files, expected) in CASES {
        let repo = plan(files);
        assert_eq!(places(repo.path(), &[]), *expected, "{files:?}");
        let fails = expected.iter().any(|finding| finding.starts_with("error"));
        assert_eq!(exit(repo.path(), &[]), i32::from(fails), "{files:?}");
        let strict = fails || expected.iter().any(|finding| finding.starts_with("warning"));
        assert_eq!(exit(repo.path(), &["--strict"]), i32::from(strict), "{files:?}");
        // A revision is judged as the work tree is.
        assert_eq!(places(repo.path(), &["--at", "HEAD"]), *expected, "{files:?}");
    }
}

#[test]
fn every_rule_has_its_severity_in_the_table() {
    let told: BTreeSet<(&str, &str)> = CASES
        .iter()
        .flat_map(|(_, expected)| *expected)
        .map(|finding| {
            let mut words = finding.split(' ');
            (words.next().unwrap(), words.next().unwrap())
        })
        .collect();
    for (severity, code) in &told {
        assert_eq!(tasks::finding::rule(code).unwrap().level(), *severity, "{code}");
    }
}

#[test]
fn a_sound_plan_has_no_findings() {
    let repo = plan(&[("a/1.toml", ONE), ("a/2.toml", "title = \"Two\"\ndepends = [\"1\"]\n")]);
    repo.commit("task 1: done");
    let output = tasks(repo.path(), &["check"]);
    assert_eq!(stdout(&output), "no findings\n");
    assert_eq!(output.status.code(), Some(0));
    assert_eq!(codes(repo.path(), &[]), Vec::<String>::new());
}

#[test]
fn findings_say_where_and_what_to_do() {
    let repo = plan(&[
        ("a/412.toml", "title = \"One\"\ndepends = [\n  \"413\",\n  \"4133\",\n]\n"),
        ("a/413.toml", "title = \"Two\"\n"),
    ]);
    let shown = stdout(&tasks(repo.path(), &["check"]));
    let expected =
        "error: \"4133\" is no task of this plan, so what depends on it stays blocked [unknown-dependency]
  --> .tasks/a/412.toml:4:3
  4 |   \"4133\",
    |   ^^^^^^
  help: did you mean 413?

1 error
";
    assert_eq!(shown, expected);
    let found = &json(repo.path(), &["--at", "HEAD"])["findings"][0];
    assert_eq!((&found["line"], &found["column"], &found["ids"][0]), (&4.into(), &3.into(), &"412".into()));
}

#[test]
fn a_round_is_named() {
    let task = |next: &str| format!("title = \"T\"\ndepends = [\"{next}\"]\n");
    let repo = plan(&[("a.toml", &task("c")), ("b.toml", &task("a")), ("c.toml", &task("b"))]);
    let shown = stdout(&tasks(repo.path(), &["check"]));
    assert!(shown.contains("a -> c -> b -> a"), "{shown}");
}

#[test]
fn what_commits_say_wrong_is_a_warning_and_comes_last() {
    let repo = plan(&[
        ("1.toml", "title = \"One\"\n[[steps]]\ntext = \"first\"\n"),
        ("200.toml", "title = \"Two\"\ndepends = [\"1\"]\n"),
    ]);
    repo.commit("task 200: too early");
    let unknown = repo.commit("task 201: a slip");
    repo.commit("only prose about task 202");
    repo.write("code", "1\n");
    repo.commit("task 1 step 1: first");
    repo.write(".tasks/1.toml", "title = \"One\"\n[[steps]]\ntext = \"something else\"\n");
    repo.commit("reword");
    let expected = [
        "warning lost-step 1.toml:2:3",
        "warning early-completion 200.toml:2:1",
        "warning unknown-reference -",
    ];
    assert_eq!(places(repo.path(), &[]), expected);
    let output = tasks(repo.path(), &["check"]);
    assert_eq!(output.status.code(), Some(0));
    let shown = stdout(&output);
    assert!(shown.contains(&format!("commit {} names \"201\"", &unknown[..8])), "{shown}");
    assert!(shown.contains("did you mean 200?"), "{shown}");
    assert!(shown.contains("task 201: a slip"), "{shown}");
    assert!(!shown.contains("202"), "{shown}");
}

#[test]
fn work_that_was_reverted_in_part_is_told_and_work_done_again_is_not() {
    let repo = plan(&[("1.toml", ONE), ("2.toml", ONE)]);
    for id in ["1", "2"] {
        repo.write("a", id);
        repo.commit(&format!("task {id}: first half"));
        repo.write("b", id);
        repo.commit(&format!("task {id}: second half"));
        repo.git(&["revert", "--no-edit", "HEAD~1"]);
    }
    repo.commit("task 2: both halves again");
    assert_eq!(places(repo.path(), &[]), ["warning partly-reverted 1.toml"]);
}

#[test]
fn an_id_that_was_given_twice_makes_references_ambiguous() {
    // Two clones gave the id 1; one task was renumbered, and nothing but the id tells them apart.
    let repo = plan(&[("1.toml", "title = \"Same\"\n"), ("2.toml", "title = \"Same\"\naka = [\"1\"]\n")]);
    repo.commit("task 1: which?");
    assert_eq!(codes(repo.path(), &[]), ["warning former-id", "warning ambiguous-reference"]);
}

#[test]
fn a_commit_without_a_readable_author_is_a_remark() {
    let repo = plan(&[("1.toml", ONE)]);
    let tree = repo.git(&["rev-parse", "HEAD^{tree}"]);
    let parent = repo.git(&["rev-parse", "HEAD"]);
    let raw = format!("tree {tree}\nparent {parent}\nauthor nobody\ncommitter nobody\n\ntask 1: done\n");
    let commit =
        repo.git_with(&["hash-object", "-w", "--literally", "--stdin", "-t", "commit"], raw.as_bytes());
    std::fs::write(repo.path().join(".git/refs/heads/main"), format!("{commit}\n")).unwrap();
    assert_eq!(codes(repo.path(), &[]), ["info malformed-commit"]);
}

#[test]
fn work_that_rests_for_long_is_told() {
    let repo = plan(&[("1.toml", ONE), ("config.toml", "version = 1\n[branches]\nstale_after = \"30m\"\n")]);
    repo.commit("task 1 wip: begin");
    assert_eq!(places(repo.path(), &[]), ["warning stale-in-progress 1.toml"]);
    write(&repo, &[("config.toml", "version = 1\n[branches]\nstale_after = \"2d\"\n")]);
    assert_eq!(codes(repo.path(), &[]), Vec::<String>::new());
}

#[test]
fn the_configuration_sets_severities() {
    let repo = plan(&[("1.toml", "title = \"One\"\ndepends = [\"9\"]\nmilestones = [\"beta\"]\n")]);
    let set = |levels: &str| repo.write(".tasks/config.toml", &format!("version = 1\n[check]\n{levels}"));
    set("unknown-dependency = \"info\"\n");
    assert_eq!(codes(repo.path(), &[]), ["info unknown-dependency", "warning unknown-milestone"]);
    assert_eq!(exit(repo.path(), &[]), 0);
    set("unknown-dependency = \"off\"\nunknown-milestone = \"error\"\n");
    assert_eq!(codes(repo.path(), &[]), ["error unknown-milestone"]);
    assert_eq!(exit(repo.path(), &[]), 1);
}

#[test]
fn a_slip_in_the_configuration_stops_only_what_it_has_a_say_in() {
    let repo = plan(&[("1.toml", ONE)]);
    let set = |text: &str| repo.write(".tasks/config.toml", &format!("version = 1\n{text}\n"));
    let ends = |args: &[&str]| tasks(repo.path(), args).status.code();
    for (text, list, new) in [
        ("[check]\nlong-titles = \"off\"\noverdue = \"of\"", 0, 0),
        ("[ids]\nprefix = \"a b\"", 0, 2),
        ("[estimates]\nmax = \"a lot\"", 0, 0),
        ("[estimates]\nday = \"a lot\"", 2, 0),
        ("[branch]\ntrunk = [\"main\"]", 2, 2),
        ("[reference]\nkeywords = [\"job\"]", 2, 2),
    ] {
        set(text);
        assert_eq!(exit(repo.path(), &[]), 1, "{text}");
        assert!(codes(repo.path(), &[]).iter().all(|code| code.starts_with("error")), "{text}");
        for args in [&["list"][..], &["status"], &["why", "1"]] {
            assert_eq!(ends(args), Some(list), "{text}: {args:?}");
        }
        assert_eq!(ends(&["new", "--dry-run", "Two"]), Some(new), "{text}");
        assert_eq!(ends(&["renumber", "--dry-run", "1"]), Some(new), "{text}");
        assert_eq!(ends(&["set", "1", "priority=low"]), Some(0), "{text}");
    }
}

#[test]
fn an_id_that_a_task_has_and_had_is_told_and_still_counts() {
    let repo = plan(&[("7.toml", "title = \"Seven\"\naka = [\"7\", \"6\", \"6\"]\n")]);
    repo.commit("task 7: done");
    repo.commit("task 6 wip: and once more");
    assert_eq!(
        places(repo.path(), &[]),
        ["warning former-id 7.toml:2:8", "warning repeated-item 7.toml:2:13"]
    );
    let shown = stdout(&tasks(repo.path(), &["why", "7"]));
    assert!(shown.contains("completed") && !shown.contains("two tasks"), "{shown}");
    assert_eq!(json(repo.path(), &[])["findings"][0]["ids"][0], "7");
}

#[test]
fn a_nested_plan_is_found() {
    let repo = plan(&[("1.toml", ONE)]);
    repo.write("sub/.tasks/2.toml", "title = \"Two\"\n");
    repo.commit("nest");
    assert_eq!(codes(repo.path(), &[]), ["warning nested-plan"]);
}

#[test]
fn files_that_git_is_told_to_ignore_are_named_with_the_pattern() {
    let repo = plan(&[("1.toml", ONE)]);
    repo.write(".gitignore", "target\n*.toml\n");
    let said = stderr(&tasks(repo.path(), &["new", "Two"]));
    assert!(
        said.contains(".tasks/2.toml: the pattern \"*.toml\" in .gitignore, line 2, hides this file"),
        "{said}"
    );
    // The first task is tracked, so the pattern does not hide it.
    assert_eq!(places(repo.path(), &[]), ["warning hidden-from-git 2.toml"]);
    assert_eq!(exit(repo.path(), &[]), 0);
    repo.write(".gitignore", "*.toml\n!/.tasks/\n!/.tasks/**\n");
    assert_eq!(codes(repo.path(), &[]), Vec::<String>::new());
    repo.write(".git/info/exclude", "# private\n.tasks/\n");
    repo.write(".gitignore", "");
    let all = stdout(&tasks(repo.path(), &["check"]));
    assert!(
        all.contains("the pattern \".tasks/\" in .git/info/exclude, line 2, hides this file from Git"),
        "{all}"
    );
    // At a revision there is nothing that Git could pass over.
    assert_eq!(codes(repo.path(), &["--at", "HEAD"]), Vec::<String>::new());
    let fresh = TestRepo::new();
    fresh.write(".gitignore", "[0-9]*.toml\n");
    let said = stderr(&tasks(fresh.path(), &["init"]));
    assert!(said.contains(".tasks/1.toml: the pattern \"[0-9]*.toml\" in .gitignore, line 1"), "{said}");
}

#[test]
fn a_shallow_clone_checks_the_files_alone() {
    let source = plan(&[("1.toml", "title = \"One\"\ndepends = [\"9\"]\n")]);
    source.commit("task 77: unknown");
    source.commit("more");
    let url = format!("file://{}", source.path().display());
    let clone = TestRepo::made_by(&["clone", "-q", "--depth", "1", &url, "."]);
    assert_eq!(codes(clone.path(), &[]), ["error unknown-dependency"]);
    assert_eq!(exit(clone.path(), &[]), 1);
    assert_eq!(codes(source.path(), &[]), ["error unknown-dependency", "warning unknown-reference"]);
}

#[test]
fn rules_are_explained_by_their_codes() {
    let repo = plan(&[]);
    let all = stdout(&tasks(repo.path(), &["check", "--explain"]));
    let firsts = |line: &&str| !line.starts_with(' ');
    assert_eq!(all.lines().filter(firsts).count(), tasks::finding::RULES.len());
    let one = stdout(&tasks(repo.path(), &["check", "--explain", "cycle"]));
    assert!(one.starts_with("cycle  error\n") && one.contains("cycle = \"off\""), "{one}");
    let unknown = tasks(repo.path(), &["check", "--explain", "cycel"]);
    assert_eq!(unknown.status.code(), Some(2));
    assert!(stderr(&unknown).contains("did you mean cycle?"), "{unknown:?}");
}
