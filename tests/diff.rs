//! `tasks diff` on real repositories.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod common;

use common::{TestRepo, hermetic};
use serde_json::Value;
use std::path::Path;
use std::process::{Command, Output};

/// Runs `tasks` with nothing of this machine's but its programs, at a fixed time shortly after the first commits.
fn tasks(dir: &Path, args: &[&str]) -> Output {
    hermetic(env!("CARGO_BIN_EXE_tasks"), dir, args)
        .envs([("TASKS_NOW", "2023-11-15T00:00:00Z"), ("NO_COLOR", "1"), ("COLUMNS", "100")])
        .output()
        .unwrap()
}

/// What it prints; it has to succeed.
fn text(dir: &Path, args: &[&str]) -> String {
    let output = tasks(dir, args);
    assert!(output.status.success(), "{args:?}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap()
}

fn json(dir: &Path, args: &[&str]) -> Value {
    let args = [&["diff", "--format", "json"], args].concat();
    serde_json::from_str(&text(dir, &args)).unwrap()
}

/// The ids or words of a list, joined by blanks.
fn words(value: &Value) -> String {
    let word = |v: &Value| v.as_str().or_else(|| v["id"].as_str()).unwrap().to_owned();
    value.as_array().unwrap().iter().map(word).collect::<Vec<_>>().join(" ")
}

fn task(title: &str, rest: &str) -> String {
    format!("title = \"{title}\"\n{rest}")
}

/// `main` with five tasks in two groups; a branch `topic` that changes the plan and works on it.
fn branched() -> TestRepo {
    let repo = TestRepo::new();
    repo.write(".tasks/config.toml", "version = 1\n");
    repo.write(".tasks/01-a/1.toml", &task("One", "estimate = \"2h\"\n"));
    repo.write(
        ".tasks/01-a/2.toml",
        &task("Two", "estimate = \"1h\"\ndepends = [\"1\"]\nmilestones = [\"m\"]\n"),
    );
    repo.write(".tasks/02-b/3.toml", &task("Three", "description = \"first\\nsecond\\n\"\n"));
    repo.write(".tasks/02-b/4.toml", &task("Four", ""));
    repo.write(".tasks/02-b/5.toml", &task("Five", ""));
    repo.write(".tasks/milestones/m.toml", "title = \"M\"\ndue = 2023-11-15\n");
    repo.commit("plan: start");
    repo.git(&["checkout", "-q", "-b", "topic"]);
    repo.write(
        ".tasks/02-b/3.toml",
        &task("Three", "priority = \"high\"\ndescription = \"first\\n2nd\\n\"\ndepends = [\"4\"]\n"),
    );
    repo.write(".tasks/02-b/4.toml", &task("Four", "depends = [\"3\"]\n"));
    repo.git(&["mv", ".tasks/02-b/5.toml", ".tasks/01-a/5.toml"]);
    repo.write(".tasks/02-b/6.toml", &task("Six", "estimate = \"9h\"\nmilestones = [\"m\"]\n"));
    repo.commit("plan: think again");
    repo.write("code", "1");
    repo.commit("task 1: done");
    repo.write("code", "2");
    repo.commit("task 5 wip: begun, and task 77");
    repo.write("code", "3");
    repo.commit("task 99: a typo");
    repo
}

#[test]
fn a_branch_is_compared_with_where_it_left_the_trunk() {
    let repo = branched();
    // The trunk goes on; the branch is not charged with that.
    repo.git(&["checkout", "-q", "main"]);
    repo.write(".tasks/01-a/9.toml", &task("Nine", ""));
    repo.commit("plan: go on");
    repo.git(&["checkout", "-q", "topic"]);
    let view = json(repo.path(), &[]);
    assert_eq!(view["head"], Value::Null, "the work tree");
    assert_eq!(view["base"], repo.git(&["merge-base", "main", "topic"]));
    assert_eq!(words(&view["added"]), "6");
    assert_eq!(words(&view["removed"]), "");
    assert_eq!(words(&view["moved"]), "5");
    assert_eq!(words(&view["changed"]), "3 4");
    assert_eq!(words(&view["completes"]), "1");
    assert_eq!(words(&view["starts"]), "5");
    assert_eq!(view["unknown"][0]["word"], "77");
    assert_eq!(view["unknown"][1]["word"], "99");
    let after = &view["consequences"];
    assert_eq!(words(&after["ready_gained"]), "2 6");
    assert_eq!(words(&after["ready_lost"]), "3 4");
    assert_eq!(words(&after["cycles_added"][0]), "3 4");
    assert_eq!(after["critical_path"]["before"]["length"], 180);
    assert_eq!(after["critical_path"]["after"]["length"], 540, "6: what is on the cycle is never reached");
    assert_eq!(after["milestones"][0]["gained"][0], "6");
    assert_eq!(after["dates_at_risk"][0]["name"], "m");
    assert_eq!(after["remaining_tasks"], serde_json::json!({"before": 5, "after": 5}));
    // What is not committed yet counts here, and not between commits.
    repo.write(".tasks/7.toml", &task("Seven", ""));
    assert_eq!(words(&json(repo.path(), &[])["added"]), "6 7");
    assert_eq!(words(&json(repo.path(), &["main...topic"])["added"]), "6");
    assert_eq!(words(&json(repo.path(), &["main..topic"])["removed"]), "9");
    assert_eq!(words(&json(repo.path(), &["main", "topic"])["removed"]), "9");
    assert_eq!(words(&json(repo.path(), &["HEAD"])["added"]), "7");
    assert_eq!(words(&json(repo.path(), &["--staged"])["added"]), "");
    repo.git(&["add", "-A"]);
    assert_eq!(words(&json(repo.path(), &["--cached"])["added"]), "7");
}

#[test]
fn it_is_told_what_was_compared_and_what_follows() {
    let repo = branched();
    let base = repo.git(&["rev-parse", "--short=8", "main"]);
    let shown = text(repo.path(), &["diff", "main...topic"]);
    let topic = repo.git(&["rev-parse", "--short=8", "topic"]);
    assert!(shown.starts_with(&format!(
        "topic ({topic}) against the merge base of main and topic ({base})\n1 task added, 1 moved, 2 changed\n"
    )), "{shown}");
    for part in [
        "+ 6  Six  in b, ready, 9h\n",
        "  5  Five  02-b/ \u{2192} 01-a/\n",
        "    priority: - \u{2192} high\n",
        "        first\n      - second\n      + 2nd\n",
        "New cycles\n  3 \u{2192} 4 \u{2192} 3\n",
        "Completes\n  1  One\n",
        "  3  Three  waits for 4\n",
    ] {
        assert!(shown.contains(part), "{part:?} is missing:\n{shown}");
    }
    let narrow = Command::new(env!("CARGO_BIN_EXE_tasks"))
        .args(["diff", "main...topic"])
        .current_dir(repo.path())
        .env("COLUMNS", "40")
        .output()
        .unwrap();
    let narrow = String::from_utf8(narrow.stdout).unwrap();
    assert!(narrow.lines().all(|line| line.chars().count() <= 40), "{narrow}");
}

#[test]
fn what_commits_do_depends_on_how_they_land() {
    let repo = branched();
    let effects = |args: &[&str]| {
        let view = json(repo.path(), &[&["main...topic"], args].concat());
        let unknown: Vec<&str> =
            view["unknown"].as_array().unwrap().iter().map(|u| u["word"].as_str().unwrap()).collect();
        [&view["completes"], &view["starts"], &view["lost_in_landing"]].map(words).join("/")
            + "/"
            + &unknown.join(" ")
    };
    assert_eq!(effects(&[]), "1/5//77 99");
    assert_eq!(effects(&["--as", "merge"]), "1/5//77 99");
    assert_eq!(effects(&["--as", "merge", "--title", "task 2: both"]), "1 2/5//77 99");
    assert_eq!(effects(&["--as", "rebase"]), "1/5//77 99");
    assert_eq!(effects(&["--as", "squash", "--title", "Do things (#7)"]), "//1/");
    assert_eq!(effects(&["--as", "squash", "--title", "task 2: things (#7)"]), "2//1/");
    std::fs::write(repo.path().join("../body"), "* task 1: done\n\n* task 3 wip: more\n").unwrap();
    let body = ["--as", "squash", "--title", "Do things (#7)", "--body", "../body"];
    assert_eq!(effects(&body), "1/3//");
    for (args, word) in [
        (&["--as", "squash"][..], "--title"),
        (&["--as", "rebase", "--title", "x"], "leave out --title"),
        (&["--title", "x"], "--as"),
    ] {
        let output = tasks(repo.path(), &[&["diff"], args].concat());
        assert_eq!(output.status.code(), Some(2), "{args:?}");
        assert!(String::from_utf8_lossy(&output.stderr).contains(word), "{args:?}");
    }
    // Nothing of what was imagined is left.
    assert_eq!(
        repo.git(&["count-objects"]).split(' ').next(),
        Some(
            &*repo.git(&["rev-list", "--all", "--objects", "--no-object-names"]).lines().count().to_string()
        )
    );
}

#[test]
fn a_rebase_changes_neither_what_plans_nor_what_reverts() {
    let repo = branched();
    repo.write("code", "4");
    let second = repo.commit("task 2: done");
    repo.git(&["checkout", "-q", "main"]);
    repo.write("other", "1");
    repo.commit("Go on");
    repo.git(&["checkout", "-q", "topic"]);
    repo.git(&["merge", "-q", "--no-edit", "main"]);
    repo.write(".tasks/01-a/2.toml", &task("Two, planned", ""));
    repo.commit("task 4: only plans");
    repo.git(&["revert", "--no-edit", &second]);
    let view = json(repo.path(), &["main...topic", "--as", "rebase"]);
    assert_eq!(
        words(&view["completes"]),
        "1",
        "a plan-only commit behind a merge completes nothing, and the revert undoes"
    );
}

#[test]
fn the_exit_code_and_a_plan_that_begins_or_breaks() {
    let repo = TestRepo::new();
    repo.commit("start");
    let code = |args: &[&str]| tasks(repo.path(), args).status.code();
    assert_eq!(code(&["diff"]), Some(2), "there is no plan at all");
    repo.write(".tasks/1.toml", &task("One", ""));
    assert_eq!(words(&json(repo.path(), &[])["added"]), "1");
    assert_eq!((code(&["diff"]), code(&["diff", "--exit-code"])), (Some(0), Some(1)));
    repo.commit("plan");
    assert_eq!(code(&["diff", "--exit-code"]), Some(0));
    assert_eq!(text(repo.path(), &["diff", "HEAD"]).lines().last(), Some("no differences"));
    repo.write(".tasks/1.toml", "title = ");
    let view = json(repo.path(), &[]);
    assert_eq!(
        (words(&view["removed"]), &view["unreadable"][0]["path"]),
        (String::new(), &".tasks/1.toml".into())
    );
    for args in [&["diff", "nowhere"][..], &["diff", "a", "b", "c"], &["list", "--format", "markdown"]] {
        assert_eq!(code(args), Some(2), "{args:?}");
    }
}

#[test]
fn a_comment_holds_no_more_than_it_may_and_nothing_active() {
    let repo = branched();
    for n in 100..400 {
        let title = format!("</details> ```` @ada #1 <b>{n}</b> [x](y) https://example.com");
        repo.write(&format!(".tasks/02-b/{n}.toml"), &task(&title, ""));
    }
    repo.commit("plan: much");
    let comment = |args: &[&str]| {
        text(repo.path(), &[&["diff", "main...topic", "--format", "markdown"], args].concat())
    };
    let whole = comment(&["--max-bytes", "1000000"]);
    assert!(whole.starts_with("<!-- tasks-diff -->\n### Plan: 301 tasks added"), "{whole}");
    assert!(!whole.contains("Cut to fit"));
    for most in [1024_usize, 2000, 5000, 20_000, whole.len() - 1, whole.len()] {
        let cut = comment(&["--max-bytes", &most.to_string()]);
        assert!(cut.len() <= most, "{} of {most}", cut.len());
        assert_eq!(cut.contains("Cut to fit"), most < whole.len(), "{most}");
        let (mut open, mut links) = (0, 0);
        let mut text = String::new();
        for event in pulldown_cmark::Parser::new_ext(&cut, pulldown_cmark::Options::all()) {
            use pulldown_cmark::{Event, Tag};
            match event {
                Event::Html(html) | Event::InlineHtml(html) => {
                    open += html.matches("<details>").count();
                    open -= html.matches("</details>").count();
                    assert!(!html.contains("<b>"), "{html}");
                }
                Event::Start(Tag::Link { .. } | Tag::Image { .. }) => links += 1,
                Event::Text(part) => text.push_str(&part),
                _ => {}
            }
        }
        assert_eq!((open, links), (0, 0), "at {most}: {cut}");
        assert!(!text.contains("@ada") && !text.contains("#1 "), "at {most}");
    }
    let output = tasks(repo.path(), &["diff", "main...topic", "--format", "markdown", "--max-bytes", "100"]);
    assert_eq!(output.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&output.stderr).contains("at least 1024 bytes"));
}

#[test]
fn long_subjects_push_no_heading_out_of_a_comment() {
    let repo = branched();
    let long = "which says all there is to say and then goes on to say it again ".repeat(4);
    for n in 0..3 {
        repo.write("code", &n.to_string());
        repo.commit(&format!("task {}: {n} {long}", n + 1));
        repo.write("code", &format!("{n} again"));
        repo.commit(&format!("task 90{n}: {long}"));
    }
    let comment = |most: &str| {
        text(repo.path(), &["diff", "main...topic", "--format", "markdown", "--max-bytes", most])
    };
    let headings = |comment: &str| -> Vec<String> {
        let regex = regex::Regex::new(
            r"(?m)^(?:<details><summary>)?(?:\S+ )?(?:\*\*)?([A-Z][A-Za-z ]+?)(?:\*\*|:| \()",
        )
        .unwrap();
        regex.captures_iter(comment).map(|found| found[1].to_owned()).filter(|h| h != "Plan").collect()
    };
    let whole = comment("1000000");
    let all = headings(&whole);
    for heading in ["Completes", "Names no task", "Added"] {
        assert!(all.iter().any(|h| h == heading), "{all:?}: {whole}");
    }
    for most in [1024, 1500, whole.len() - 1] {
        let cut = comment(&most.to_string());
        assert!(cut.len() <= most && cut.contains("Cut to fit"), "{cut}");
        assert_eq!(headings(&cut), all, "{most}: {cut}");
    }
}

#[test]
fn a_narrow_terminal_is_not_exceeded() {
    let repo = branched();
    for width in [20, 28, 40] {
        let output = hermetic(env!("CARGO_BIN_EXE_tasks"), repo.path(), &["diff", "main...topic"])
            .envs([("TASKS_NOW", "2023-11-15T00:00:00Z"), ("NO_COLOR", "1"), ("COLUMNS", &width.to_string())])
            .output()
            .unwrap();
        for line in String::from_utf8(output.stdout).unwrap().lines() {
            // A word is not broken.
            let is_word = line.trim_start_matches([' ', '+', '-']).split(' ').count() == 1;
            assert!(line.chars().count() <= width || is_word, "{width}: {line:?}");
        }
    }
}

#[test]
fn git_diff_shows_keys_through_the_driver() {
    let repo = branched();
    repo.write(".gitattributes", ".tasks/**/*.toml diff=tasks\n");
    repo.git(&["config", "diff.tasks.command", &format!("'{}' diff --driver", env!("CARGO_BIN_EXE_tasks"))]);
    let shown = repo.git(&["diff", "-M", "main", "topic", "--", ".tasks"]);
    for part in [
        ".tasks/02-b/3.toml\n  priority: - \u{2192} high\n",
        "    - second\n    + 2nd\n",
        ".tasks/02-b/5.toml \u{2192} .tasks/01-a/5.toml\n",
        ".tasks/02-b/6.toml\n  title: - \u{2192} Six\n",
    ] {
        assert!(shown.contains(part), "{part:?} is missing:\n{shown}");
    }
    assert!(!shown.contains("@@"), "{shown}");
    let file = ".tasks/02-b/3.toml";
    repo.git(&["update-index", "--chmod=+x", file]);
    assert_eq!(
        repo.git(&["diff", "--cached", file]).trim(),
        format!("{file}\n  mode: 100644 \u{2192} 100755")
    );
    let output = tasks(repo.path(), &["diff", "--driver", "a", "b"]);
    assert_eq!(output.status.code(), Some(2));
}

#[test]
fn a_branch_without_a_plan_is_an_empty_plan_where_another_end_has_one() {
    let repo = TestRepo::new();
    repo.commit("before");
    repo.git(&["branch", "old"]);
    let exit = |range: &str, more: &[&str]| {
        tasks(repo.path(), &[&["diff", range, "--exit-code"], more].concat()).status.code()
    };
    assert_eq!(exit("main...old", &[]), Some(2), "nobody has a plan");
    repo.write(".tasks/config.toml", "version = 1\n");
    repo.write(".tasks/1.toml", &task("One", ""));
    repo.commit("plan: start");
    repo.git(&["switch", "-q", "old"]);
    repo.write("code", "1");
    repo.commit("task 9: what no plan knows");
    // Nothing of the plan is changed by merging it.
    for more in [&[][..], &["--format", "markdown"], &["--format", "json"], &["--as", "merge"]] {
        assert_eq!(exit("main...old", more), Some(0), "{more:?}");
    }
    assert_eq!(words(&json(repo.path(), &["old...main"])["added"]), "1");
    assert_eq!(words(&json(repo.path(), &["main..old"])["removed"]), "1");
    assert_eq!(words(&json(repo.path(), &["old..main"])["added"]), "1");
}
