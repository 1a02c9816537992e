//! What is found wherever the plan is read from: work tree, index, commits and merges.

use crate::{ONE, depends, exit, places, plan, tasks, write};

#[test]
fn a_nested_plan_is_found_wherever_the_plan_is_read_from() {
    let repo = plan(&[("1.toml", ONE)]);
    repo.write("old/deep/.tasks/1.toml", ONE);
    repo.write("src/code", "1\n");
    repo.commit("Nest");
    let at = |path: &str| vec![format!("warning nested-plan {path}/.tasks")];
    let none = Vec::<String>::new();
    assert_eq!(places(repo.path(), &["--at", "HEAD"]), at("old/deep"));
    assert_eq!(places(repo.path(), &["--at", "HEAD~1"]), none);
    assert_eq!(places(repo.path(), &["--staged"]), at("old/deep"));
    repo.git(&["switch", "-q", "-c", "topic"]);
    repo.write("src/code", "2\n");
    repo.commit("Go on");
    assert_eq!(places(repo.path(), &["--range", "main..HEAD"]), none, "it was there");
    assert_eq!(places(repo.path(), &["--onto", "main"]), none);
    repo.write("src/new/.tasks/1.toml", ONE);
    repo.git(&["add", "-A"]);
    assert_eq!(places(repo.path(), &["--staged"]), [at("old/deep"), at("src/new")].concat());
    repo.commit("Nest more");
    for args in [["--range", "main..HEAD"], ["--range", "main...HEAD"], ["--onto", "main"]] {
        assert_eq!(places(repo.path(), &args), at("src/new"), "{args:?}");
    }
    // What the other side removes is not brought back.
    repo.git(&["switch", "-q", "main"]);
    repo.git(&["rm", "-rq", "old"]);
    repo.commit("Remove");
    repo.git(&["switch", "-q", "topic"]);
    assert_eq!(places(repo.path(), &["--onto", "main"]), at("src/new"));
    // A sparse index keeps a directory as one entry.
    repo.git(&["sparse-checkout", "set", "--cone", "--sparse-index", ".tasks"]);
    assert!(repo.git(&["ls-files", "--sparse"]).lines().any(|line| line == "src/"), "the index is sparse");
    assert_eq!(places(repo.path(), &["--staged"]), [at("old/deep"), at("src/new")].concat());
}

#[test]
fn a_newer_format_is_the_one_finding_wherever_the_plan_is_read_from() {
    let repo = plan(&[("1.toml", &depends("9"))]);
    repo.git(&["switch", "-q", "-c", "topic"]);
    write(
        &repo,
        &[("config.toml", "version = 2\n[check]\nformat-too-new = \"off\"\n"), ("2.toml", "title = ")],
    );
    repo.commit("task 77: a newer format");
    let expected = ["error format-too-new config.toml:1:11"];
    for args in [&[][..], &["--at", "topic"], &["--staged"], &["--range", "main..topic"], &["--onto", "main"]]
    {
        assert_eq!(places(repo.path(), args), expected, "{args:?}");
        assert_eq!(exit(repo.path(), args), 1, "{args:?}");
    }
    for args in [&["list"][..], &["check", "--gate", "beta"], &["new", "Two"], &["set", "1", "title=Two"]] {
        assert_eq!(tasks(repo.path(), args).status.code(), Some(2), "{args:?}");
    }
    // It is no better where the newer one is what the change is judged against.
    repo.git(&["switch", "-q", "-c", "older"]);
    write(&repo, &[("config.toml", "version = 1\n")]);
    repo.commit("Back");
    assert_eq!(places(repo.path(), &["--range", "topic..older"]), ["error format-too-new config.toml"]);
    repo.git(&["rm", "-rq", ".tasks"]);
    repo.commit("Remove");
    assert_eq!(places(repo.path(), &["--range", "topic..older"]), ["error format-too-new config.toml"]);
}

#[test]
fn a_file_that_is_no_task_for_the_case_of_its_ending_is_found_wherever_the_plan_is_read_from() {
    let repo = plan(&[("1.toml", ONE)]);
    for path in ["50.TOML", "a/group.Toml", "templates/x.TOML", "notes.md", ".old/51.TOML", "52.TOML~"] {
        write(&repo, &[(path, ONE)]);
    }
    let expected = ["error file-name 50.TOML", "error file-name a/group.Toml"];
    assert_eq!(places(repo.path(), &[]), expected);
    repo.commit("Shout");
    for args in [&["--at", "HEAD"][..], &["--staged"], &["--range", "HEAD~1..HEAD"]] {
        assert_eq!(places(repo.path(), args), expected, "{args:?}");
    }
}
