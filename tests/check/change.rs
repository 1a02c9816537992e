//! What a change brings: ranges, the index, and gates.

use crate::common::{TestRepo, hermetic};
use crate::onto::diverged;
use crate::{ONE, codes, depends, exit, json, places, plan, stderr, stdout, tasks, tasks_with, write};

/// A plan with an inherited error and an inherited slip in a message.
fn inherited() -> TestRepo {
    let repo = plan(&[("a/1.toml", &depends("99")), ("a/2.toml", ONE), ("a/3.toml", ONE)]);
    repo.commit("task 98: a slip");
    repo.git(&["switch", "-q", "-c", "topic"]);
    repo
}

#[test]
fn nobody_is_blamed_for_what_was_there() {
    let repo = inherited();
    // The file with the inherited finding moves, and its lines as well.
    repo.git(&["mv", ".tasks/a", ".tasks/b"]);
    repo.write(".tasks/b/1.toml", &format!("# moved\n\n{}", depends("99")));
    repo.commit("Move");
    assert_eq!(codes(repo.path(), &["--range", "main..HEAD"]), Vec::<String>::new());
    assert_eq!(exit(repo.path(), &["--range", "main"]), 0);
    write(&repo, &[("b/2.toml", &depends("77"))]);
    repo.commit("Depend on what is not there");
    assert_eq!(places(repo.path(), &["--range", "main..HEAD"]), ["error unknown-dependency b/2.toml:2:12"]);
    assert_eq!(exit(repo.path(), &["--range", "main..HEAD"]), 1);
    assert_eq!(codes(repo.path(), &["--range", "HEAD~1..HEAD~1"]), Vec::<String>::new());
    assert_eq!(codes(repo.path(), &["--range", "HEAD~2..HEAD~1"]), Vec::<String>::new());
}

#[test]
fn what_is_mended_on_the_other_side_is_not_brought_back() {
    let repo = inherited();
    write(&repo, &[("a/3.toml", "title = \"Three\"\n")]);
    repo.commit("Reword");
    repo.git(&["switch", "-q", "main"]);
    write(&repo, &[("a/1.toml", ONE)]);
    repo.commit("Mend");
    repo.git(&["switch", "-q", "topic"]);
    for range in ["main..topic", "main...topic", "main.."] {
        assert_eq!(codes(repo.path(), &["--range", range]), Vec::<String>::new(), "{range}");
    }
    assert_eq!(codes(repo.path(), &["--onto", "main"]), Vec::<String>::new());
}

#[test]
fn a_slip_in_a_message_under_review_is_an_error() {
    let repo = inherited();
    let slip = repo.commit("task 97: another slip");
    let args = ["--range", "main..HEAD"];
    assert_eq!(codes(repo.path(), &args), ["error unknown-reference"]);
    assert_eq!(json(repo.path(), &args)["findings"][0]["commit"], slip.as_str());
    assert_eq!(codes(repo.path(), &["--onto", "main"]), ["error unknown-reference"]);
    // What is pushed for good is forgiven, but not by the push that brings it.
    repo.write(".tasks/config.toml", &format!("version = 1\n[references]\nignore = [\"{slip}\"]\n"));
    repo.commit("Forgive");
    assert_eq!(codes(repo.path(), &args), ["info policy-change", "error unknown-reference"]);
    let later = ["--range", &format!("{slip}..HEAD")];
    assert_eq!(codes(repo.path(), &later), ["info policy-change"]);
    assert_eq!(exit(repo.path(), &later), 0);
    assert_eq!(codes(repo.path(), &["--at", "HEAD"]).len(), 2, "only what was inherited is left");
}

#[test]
fn a_reference_that_was_meant_to_do_something_and_does_not_is_told() {
    let repo = plan(&[("1.toml", "title = \"One\"\n\n[[steps]]\ntext = \"first\"\n")]);
    let base = repo.git(&["rev-parse", "HEAD"]);
    let range = format!("{base}..HEAD");
    for (n, message) in
        ["task 1 step 9: x", "task 1 steps 1-2: x", "Parse\n\nCloses-Task: task 1\n", "task 1 - x"]
            .into_iter()
            .enumerate()
    {
        repo.write("code", &n.to_string());
        repo.commit(message);
        assert_eq!(
            codes(repo.path(), &["--range", &range]),
            vec!["error idle-reference"; n + 1],
            "{message}"
        );
    }
    for fine in ["task 1 step 1: x", "Parse\n\nas task 1 step 1 said: no", "Parse\n\nRefs-Task: 1\n"] {
        repo.write("code", fine);
        repo.commit(fine);
    }
    assert_eq!(codes(repo.path(), &["--range", &range]).len(), 4);
}

#[test]
fn a_change_cannot_switch_off_its_own_judge() {
    let repo = inherited();
    write(
        &repo,
        &[
            ("config.toml", "version = 1\n[check]\nunknown-dependency = \"off\"\n"),
            ("a/2.toml", &depends("77")),
        ],
    );
    repo.commit("Hide");
    assert_eq!(
        places(repo.path(), &["--range", "main..HEAD"]),
        ["error unknown-dependency a/2.toml:2:12", "info policy-change config.toml"]
    );
    assert_eq!(codes(repo.path(), &["--at", "HEAD"]), ["warning unknown-reference"]);
    // From the next change on it holds.
    write(&repo, &[("a/3.toml", &depends("76"))]);
    repo.commit("Hide more");
    assert_eq!(codes(repo.path(), &["--range", "HEAD~1"]), Vec::<String>::new());
}

#[test]
fn a_change_has_no_say_in_what_its_own_commits_mean() {
    for (key, text) in [
        ("keywords", "[references]\nkeywords = [\"zzz\"]"),
        ("subject", "[references]\nsubject = \"starts\""),
        ("ignore", "[references]\nignore = [\"SLIP\", \"EARLY\"]"),
        ("patterns", "[references]\npatterns = [{ regex = '(?<id>1)', effect = \"links\" }]"),
        ("since", "[history]\nsince = 2027-01-01"),
    ] {
        let repo = plan(&[("1.toml", &depends("2")), ("2.toml", ONE)]);
        repo.git(&["switch", "-q", "-c", "topic"]);
        repo.write("code", "1\n");
        let slip = repo.commit("task 97: a slip");
        repo.write("code", "2\n");
        let early = repo.commit("task 1: too early");
        let text = text.replace("SLIP", &slip).replace("EARLY", &early);
        write(&repo, &[("config.toml", &format!("version = 1\n{text}\n"))]);
        repo.commit("Read it in another way");
        for args in [["--range", "main..HEAD"], ["--range", "main...HEAD"], ["--onto", "main"]] {
            let found = json(repo.path(), &args);
            let found = found["findings"].as_array().unwrap();
            let code = |code: &str| found.iter().find(|f| f["code"] == code);
            for expected in ["unknown-reference", "early-completion"] {
                let found = code(expected).unwrap_or_else(|| panic!("{key} {args:?}: no {expected}"));
                assert_eq!(found["severity"], "error", "{key} {args:?}");
            }
            let changed = code("policy-change").unwrap()["message"].as_str().unwrap();
            assert!(changed.ends_with(key), "{changed}");
            let errors = found.iter().filter(|f| f["severity"] == "error").count();
            assert_eq!(errors, 2, "{key} {args:?}: {found:?}");
        }
    }
}

#[test]
fn rules_of_a_base_that_cannot_be_used_do_not_keep_it_from_being_mended() {
    let repo = plan(&[("1.toml", ONE)]);
    let patterns = |regex: &str| {
        let config = format!(
            "version = 1\n[references]\npatterns = [{{ regex = '{regex}', effect = \"completes\" }}]\n"
        );
        write(&repo, &[("config.toml", &config)]);
        repo.commit("Patterns");
    };
    patterns("(");
    assert_eq!(exit(repo.path(), &["--at", "HEAD"]), 2);
    patterns("(?<id>X-\\d+)");
    assert_eq!(codes(repo.path(), &["--range", "HEAD~1..HEAD"]), ["info policy-change"]);
}

#[test]
fn a_plan_is_not_removed_in_silence() {
    let repo = TestRepo::new();
    repo.commit("before");
    repo.git(&["branch", "old"]);
    write(&repo, &[("config.toml", "version = 1\n"), ("1.toml", ONE)]);
    repo.commit("plan");
    repo.git(&["switch", "-q", "-c", "topic"]);
    repo.git(&["rm", "-rq", ".tasks"]);
    repo.commit("Tidy up");
    for args in [["--range", "main..topic"], ["--range", "main...topic"], ["--onto", "main"]] {
        assert_eq!(codes(repo.path(), &args), ["error plan-removed"], "{args:?}");
        assert_eq!(exit(repo.path(), &args), 1, "{args:?}");
    }
    // A file of it that the other side changes is no better.
    repo.git(&["switch", "-q", "main"]);
    write(&repo, &[("1.toml", "title = \"Other\"\n")]);
    repo.commit("Reword");
    repo.git(&["switch", "-q", "topic"]);
    assert_eq!(codes(repo.path(), &["--onto", "main"]), ["error plan-removed"]);
    // A branch that never had one removes none.
    repo.git(&["switch", "-q", "old"]);
    repo.commit("task 9: what no plan knows");
    for args in [["--range", "main..old"], ["--range", "main...old"]] {
        assert_eq!(codes(repo.path(), &args), Vec::<String>::new(), "{args:?}");
    }
    assert_eq!(exit(repo.path(), &["--range", "HEAD~1..old"]), 2, "nobody has a plan");
    // The base may want it.
    repo.git(&["switch", "-q", "main"]);
    write(&repo, &[("config.toml", "version = 1\n[check]\nplan-removed = \"off\"\n")]);
    repo.commit("Allow it");
    assert_eq!(codes(repo.path(), &["--range", "main..topic"]), Vec::<String>::new());
}

#[test]
fn a_plan_of_notes_alone_is_none() {
    let repo = plan(&[("milestones/beta.toml", "title = \"Beta\"\n"), ("a/1.toml", ONE)]);
    let change = |paths: &[&str], kept: &str| {
        repo.git(&["switch", "-q", "-C", "topic", "main"]);
        repo.git(&[&["rm", "-rq"], paths].concat());
        repo.write(kept, "x\n");
        repo.commit("Tidy up");
    };
    for kept in [".tasks/notes.md", ".tasks/a/notes.md", ".tasks/templates/x.toml", ".tasks/.old/1.toml"] {
        change(&[".tasks"], kept);
        for args in [["--range", "main..topic"], ["--range", "main...topic"], ["--onto", "main"]] {
            assert_eq!(codes(repo.path(), &args), ["error plan-removed"], "{kept} {args:?}");
        }
    }
    // A plan without tasks is one.
    change(&[".tasks/a", ".tasks/milestones"], ".tasks/notes.md");
    assert_eq!(codes(repo.path(), &["--range", "main..topic"]), Vec::<String>::new());
    change(&[".tasks/config.toml", ".tasks/milestones"], ".tasks/notes.md");
    assert_eq!(codes(repo.path(), &["--range", "main..topic"]), Vec::<String>::new());
    // What was none is not removed.
    change(&[".tasks"], ".tasks/notes.md");
    repo.commit("Go on");
    assert_eq!(codes(repo.path(), &["--range", "HEAD~1..HEAD"]), Vec::<String>::new());
}

#[test]
fn a_task_that_was_renumbered_brings_nothing_that_was_there() {
    let steps = "[[steps]]\ntext = \"a\"\n";
    let repo = plan(&[
        ("2.toml", &depends("99")),
        ("3.toml", &format!("title = \"T\"\ndepends = [\"2\", \"4\"]\ndepend = []\n{steps}")),
        ("4.toml", "title = \"Four\"\nstatus = \"cancelled\"\n"),
    ]);
    repo.write("code", "1\n");
    repo.commit("task 3: completed with an open step, and before what it waits for");
    repo.git(&["switch", "-q", "-c", "topic"]);
    for (old, new) in [("2", "50"), ("3", "1"), ("4", "60")] {
        let output = tasks(repo.path(), &["renumber", old, new]);
        assert!(output.status.success(), "{output:?}");
    }
    repo.commit("Renumber");
    assert!(codes(repo.path(), &["--at", "HEAD"]).len() >= 4, "{:?}", codes(repo.path(), &["--at", "HEAD"]));
    for args in [["--range", "main..HEAD"], ["--range", "main...HEAD"], ["--onto", "main"]] {
        assert_eq!(codes(repo.path(), &args), Vec::<String>::new(), "{args:?}");
    }
    write(&repo, &[("50.toml", &(depends("99").replace("99\"", "99\", \"98\"") + "aka = [\"2\"]\n"))]);
    repo.commit("Depend on more");
    assert_eq!(codes(repo.path(), &["--range", "main..HEAD"]), ["error unknown-dependency"]);
}

#[test]
fn prose_names_no_task_and_what_names_none_is_told_newest_first() {
    let config = "version = 1\n[check]\ncommit-without-task = \"warning\"\n";
    let repo = plan(&[("1.toml", ONE), ("force.toml", ONE), ("config.toml", config)]);
    let base = repo.git(&["rev-parse", "HEAD"]);
    let prose = [
        "no task at all",
        "Fix the task at hand",
        "task zeal: assemble",
        "Hurry 1",
        "Hurry 2",
        "Hurry 3",
        "Hurry 4",
        "Hurry 5",
    ];
    for (n, message) in prose.into_iter().enumerate() {
        repo.write("code", &n.to_string());
        repo.commit(message);
    }
    for named in
        ["task force: assemble", "mend what task 1 broke", "task 9: unknown", "x\n\nRefs-Task: FORCE\n"]
    {
        repo.write("code", named);
        repo.commit(named);
    }
    let found = json(repo.path(), &["--range", &base]);
    let told = found["findings"].as_array().unwrap().iter().filter(|f| f["code"] == "commit-without-task");
    let told: Vec<&str> = told.map(|f| f["message"].as_str().unwrap().split(": ").last().unwrap()).collect();
    let newest_first: Vec<&str> = prose.iter().rev().map(|text| text.split(": ").last().unwrap()).collect();
    assert_eq!(told, newest_first);
}

#[test]
fn commits_without_a_task_are_told_where_the_base_wants_that() {
    let repo =
        plan(&[("1.toml", ONE), ("config.toml", "version = 1\n[check]\ncommit-without-task = \"error\"\n")]);
    let base = repo.git(&["rev-parse", "HEAD"]);
    repo.write("code", "1\n");
    repo.commit("task 1: named");
    repo.git(&["revert", "--no-edit", "HEAD"]);
    write(&repo, &[("2.toml", ONE)]);
    repo.commit("Plan only");
    repo.write("code", "2\n");
    repo.commit("fixup! task 1: named");
    repo.write("code", "3\n");
    repo.commit("Hurry");
    let found = json(repo.path(), &["--range", &base]);
    assert_eq!(found["findings"].as_array().unwrap().len(), 1, "{found}");
    assert!(found["findings"][0]["message"].as_str().unwrap().ends_with("names no task: Hurry"), "{found}");
    assert_eq!(codes(repo.path(), &[]), Vec::<String>::new());
}

#[test]
fn commits_beyond_the_boundary_need_no_task() {
    let repo = plan(&[("1.toml", ONE)]);
    let base = repo.git(&["rev-parse", "HEAD"]);
    for code in ["1\n", "2\n"] {
        repo.write("code", code);
        repo.commit(&format!("Hurry {code}"));
    }
    let adoption = repo.git(&["rev-parse", "HEAD"]);
    let since =
        format!("version = 1\n[history]\nsince = \"{adoption}\"\n[check]\ncommit-without-task = \"error\"\n");
    let wanting = |branch: &str, config: &str| {
        repo.git(&["checkout", "-q", "-b", branch, &base]);
        write(&repo, &[("config.toml", config)]);
        repo.commit("Want tasks");
    };
    wanting("bounded", &since);
    wanting("unbounded", "version = 1\n[check]\ncommit-without-task = \"error\"\n");
    repo.git(&["checkout", "-q", "main"]);
    write(&repo, &[("config.toml", &since)]);
    repo.commit("Adopt");
    let without = |range: &str| {
        let codes = codes(repo.path(), &["--range", range]);
        codes.iter().filter(|code| code.ends_with("commit-without-task")).count()
    };
    assert_eq!(without("bounded..main"), 0);
    repo.write("code", "3\n");
    repo.commit("Hurry on");
    assert_eq!(without("bounded..main"), 1);
    assert_eq!(without("unbounded..main"), 3, "a change sets no boundary for itself");
}

#[test]
fn a_new_plan_is_judged_by_itself() {
    let repo = TestRepo::new();
    repo.commit("before");
    write(&repo, &[("1.toml", &depends("9"))]);
    repo.commit("plan");
    assert_eq!(codes(repo.path(), &["--range", "HEAD~1..HEAD"]), ["error unknown-dependency"]);
}

#[test]
fn what_is_staged_is_judged_and_not_what_lies_about() {
    let repo = plan(&[("1.toml", ONE), ("2.toml", ONE)]);
    write(&repo, &[("1.toml", &depends("9"))]);
    repo.git(&["add", "-A"]);
    write(&repo, &[("1.toml", ONE), ("2.toml", "title = ")]);
    assert_eq!(places(repo.path(), &["--staged"]), ["error unknown-dependency 1.toml:2:12"]);
    assert_eq!(codes(repo.path(), &[]), ["error unreadable-file"]);
    // `git commit PATH` uses an index of its own.
    let other = repo.path().join(".git/other-index");
    let index = other.to_str().unwrap();
    let sets = [("GIT_INDEX_FILE", index)];
    std::process::Command::new("git")
        .args(["read-tree", "HEAD"])
        .current_dir(repo.path())
        .envs(sets)
        .status()
        .unwrap();
    let output = tasks_with(repo.path(), &["check", "--staged"], &sets);
    assert_eq!(stdout(&output), "no findings\n");
    // A relative path begins at the top of the work tree, to which Git goes, wherever it was called.
    for dir in [".", ".tasks"] {
        let dir = repo.path().join(dir);
        let sets = [("GIT_INDEX_FILE", ".git/other-index")];
        let listed = hermetic("git", &dir, &["ls-files", "--full-name"]).envs(sets).output().unwrap();
        assert!(stdout(&listed).contains("1.toml"), "{dir:?}: {listed:?}");
        assert_eq!(stdout(&tasks_with(&dir, &["check", "--staged"], &sets)), "no findings\n", "{dir:?}");
    }
    let dir = repo.path().join(".tasks");
    let output = tasks_with(&dir, &["check", "--staged"], &[("GIT_INDEX_FILE", ".git/none")]);
    assert_eq!(output.status.code(), Some(2), "{output:?}");
}

#[test]
fn a_sparse_index_and_a_conflict_in_the_index_are_read() {
    let repo = plan(&[("1.toml", ONE), ("deep/2.toml", &(depends("9") + "files = [\"docs/there\"]\n"))]);
    repo.write("docs/there", "1\n");
    repo.write("src/code", "1\n");
    repo.commit("code");
    repo.git(&["sparse-checkout", "set", "--cone", "--sparse-index", "src"]);
    assert!(repo.git(&["ls-files", "--sparse"]).contains(".tasks/\n"), "the index is sparse");
    assert_eq!(places(repo.path(), &["--staged"]), ["error unknown-dependency deep/2.toml:2:12"]);
    assert_eq!(places(repo.path(), &[]), ["error unknown-dependency deep/2.toml:2:12"]);

    let repo = diverged(
        &[("1.toml", Some("title = \"Ours\"\n"))],
        &[("1.toml", Some("title = \"Theirs\"\n")), ("2.toml", Some(&depends("1")))],
    );
    let merge = std::process::Command::new("git")
        .args(["merge", "-q", "main"])
        .current_dir(repo.path())
        .output()
        .unwrap();
    assert!(!merge.status.success());
    assert_eq!(places(repo.path(), &["--staged"]), ["error merge-conflict 1.toml"]);
}

#[test]
fn a_gate_opens_when_its_milestone_is_reached() {
    let milestone = "title = \"Public beta\"\ntasks = [\"1\"]\ngroups = [\"a/\"]\n[[criteria]]\ntext = \"80 % coverage\"\n";
    let repo = plan(&[
        ("milestones/beta.toml", milestone),
        ("1.toml", ONE),
        ("a/2.toml", ONE),
        ("a/3.toml", "title = \"Three\"\noptional = true\n"),
        ("4.toml", ONE),
    ]);
    let gate = ["check", "--gate", "beta"];
    repo.commit("task 1: done");
    let output = tasks(repo.path(), &gate);
    assert_eq!(output.status.code(), Some(1));
    let shown = stdout(&output);
    assert!(shown.contains("2  One") && !shown.contains("Three"), "{shown}");
    assert!(shown.contains("[ ] 80 % coverage"), "{shown}");
    assert!(shown.ends_with("not reached: 1 of 2 tasks settled, 0 of 1 criterion met\n"), "{shown}");
    let view = json(repo.path(), &["--gate", "beta"]);
    assert_eq!(
        (&view["met"], &view["open"][0]["id"], &view["total"]),
        (&false.into(), &"2".into(), &2.into())
    );
    repo.commit("task 2: done");
    repo.write(".tasks/milestones/beta.toml", &milestone.replace("text", "status = \"completed\"\ntext"));
    assert_eq!(tasks(repo.path(), &gate).status.code(), Some(0));
    repo.write(".tasks/milestones/beta.toml", "title = \"B\"\ntasks = [\"77\"]\n");
    assert_eq!(tasks(repo.path(), &gate).status.code(), Some(1));
    // What cannot be read may be a task of the milestone.
    write(&repo, &[("milestones/beta.toml", "title = \"B\"\ntasks = [\"1\"]\n"), ("9.toml", "title = ")]);
    let hidden = tasks(repo.path(), &gate);
    assert_eq!(hidden.status.code(), Some(1));
    assert!(stdout(&hidden).contains(".tasks/9.toml cannot be read"), "{hidden:?}");
    let unknown = tasks(repo.path(), &["check", "--gate", "bet"]);
    assert_eq!(unknown.status.code(), Some(2));
    assert!(stderr(&unknown).contains("did you mean beta?"), "{unknown:?}");
    write(&repo, &[("9.toml", ONE), ("milestones/beta.toml", "title = \"B\"\ntasks = \n")]);
    let broken = tasks(repo.path(), &gate);
    assert_eq!(broken.status.code(), Some(2));
    assert!(stderr(&broken).contains("cannot be read: .tasks/milestones/beta.toml:2:9: "), "{broken:?}");
}

#[test]
fn a_gate_that_nothing_belongs_to_is_open_and_says_so() {
    let repo = plan(&[("milestones/beta.toml", "title = \"B\"\n"), ("1.toml", ONE)]);
    let gate = || tasks(repo.path(), &["check", "--gate", "beta"]);
    let empty = gate();
    assert_eq!(empty.status.code(), Some(0));
    assert!(stderr(&empty).contains("warning: the milestone beta: no task"), "{empty:?}");
    // What belongs to it and is put away is no mistake.
    for (path, text) in [
        ("archive/1.toml", "title = \"One\"\nstatus = \"completed\"\nmilestones = [\"beta\"]\n"),
        ("1.toml", "title = \"One\"\noptional = true\nmilestones = [\"beta\"]\n"),
        ("milestones/beta.toml", "title = \"B\"\n[[criteria]]\nstatus = \"completed\"\ntext = \"x\"\n"),
    ] {
        repo.git(&["checkout", "-q", "--", "."]);
        repo.git(&["clean", "-fdq"]);
        if path.starts_with("archive") {
            repo.git(&["rm", "-q", "--cached", ".tasks/1.toml"]);
            std::fs::remove_file(repo.path().join(".tasks/1.toml")).unwrap();
        }
        write(&repo, &[(path, text)]);
        let output = gate();
        assert_eq!((output.status.code(), stderr(&output).as_str()), (Some(0), ""), "{path}");
        repo.git(&["reset", "-q", "--hard"]);
    }
}

#[test]
fn what_cannot_be_judged_is_no_finding() {
    let repo = plan(&[("1.toml", ONE)]);
    for args in [
        &["--range", "nowhere..HEAD"][..],
        &["--onto", "nowhere"],
        &["--range", "HEAD..HEAD", "--at", "HEAD"],
        &["--staged", "--at", "HEAD"],
        &["--range", "HEAD", "--onto", "HEAD"],
        &["--dry-run"],
    ] {
        assert_eq!(exit(repo.path(), args), 2, "{args:?}");
    }
    repo.commit("two");
    repo.commit("three");
    let url = format!("file://{}", repo.path().display());
    let clone = TestRepo::made_by(&["clone", "-q", "--depth", "2", &url, "."]);
    for args in [&["--range", "HEAD~1..HEAD"][..], &["--onto", "HEAD~1"], &["--gate", "beta"]] {
        let output = tasks(clone.path(), &[&["check"], args].concat());
        assert_eq!(output.status.code(), Some(3), "{args:?}: {output:?}");
        assert!(output.stdout.is_empty() && stderr(&output).contains("--unshallow"), "{output:?}");
    }
    assert_eq!(exit(clone.path(), &["--range", "HEAD~1..HEAD", "--allow-shallow"]), 0);
}
