//! The forms in which findings come.

use crate::common::TestRepo;
use crate::{plan, stdout, tasks, tasks_with};
use serde_json::{Value, json};

fn faulty() -> TestRepo {
    let repo = plan(&[
        ("a/1.toml", "title = \"One\"\ndepends = [\"9\"]\nmilestones = [\"beta\"]\n"),
        ("b \u{fc}/2.toml", "title = \"Two\"\nowner = \"me\"\n"),
    ]);
    repo.commit("task 77: a slip\n\n##[add-path]/x\n");
    repo
}

fn parsed(repo: &TestRepo, format: &str) -> Value {
    let output = tasks(repo.path(), &["check", "--format", format]);
    assert_eq!(output.status.code(), Some(1), "{output:?}");
    serde_json::from_slice(&output.stdout).unwrap()
}

#[test]
fn annotations_come_by_themselves_on_a_runner() {
    let repo = faulty();
    let commit = &repo.git(&["rev-parse", "HEAD"])[..8];
    let expected = format!(
        "\
::error file=.tasks/a/1.toml,line=2,col=12,title=unknown-dependency::\"9\" is no task of this plan, so what depends on it stays blocked%0Aremove it, or write the task that it names
::warning file=.tasks/a/1.toml,line=3,col=15,title=unknown-milestone::\"beta\" is a milestone without a file%0Awrite .tasks/milestones/beta.toml with a title and a date
::warning title=unknown-reference::commit {commit} names \"77\", which is no task of this plan: task 77: a slip%0Aif it never was one, list the commit in [references] ignore of .tasks/config.toml
::notice file=.tasks/b \u{fc}/2.toml,line=2,col=1,title=unknown-key::owner is no known key; it is kept, without effect%0Aput free text under [fields]
errors: 1, warnings: 2, remarks: 1
"
    );
    assert_eq!(stdout(&tasks(repo.path(), &["check", "--format", "github"])), expected);
    let runner = [("GITHUB_ACTIONS", "true")];
    assert_eq!(stdout(&tasks_with(repo.path(), &["check"], &runner)), expected);
    let text = stdout(&tasks_with(repo.path(), &["check", "--format", "text"], &runner));
    assert!(text.starts_with("error: "), "{text}");
}

#[test]
fn code_quality_has_fingerprints_that_do_not_move() {
    let repo = faulty();
    let before = parsed(&repo, "gitlab");
    assert_eq!(before[0]["check_name"], "unknown-dependency");
    assert_eq!(before[0]["severity"], "major");
    assert_eq!(before[0]["location"], json!({ "path": ".tasks/a/1.toml", "lines": { "begin": 2 } }));
    assert_eq!(before[3]["location"]["path"], ".tasks/config.toml");
    repo.write(".tasks/a/1.toml", "\n\ntitle = \"One\"\ndepends = [\"9\"]\nmilestones = [\"beta\"]\n");
    let after = parsed(&repo, "gitlab");
    assert_eq!(after[0]["location"]["lines"]["begin"], 4);
    for (old, new) in before.as_array().unwrap().iter().zip(after.as_array().unwrap()) {
        assert_eq!(old["fingerprint"], new["fingerprint"]);
    }
}

#[test]
fn code_scanning_reads_the_log() {
    let repo = faulty();
    let log = parsed(&repo, "sarif");
    assert_eq!(log["version"], "2.1.0");
    let run = &log["runs"][0];
    let result = &run["results"][0];
    let rule =
        &run["tool"]["driver"]["rules"][usize::try_from(result["ruleIndex"].as_u64().unwrap()).unwrap()];
    assert_eq!(
        (&rule["id"], &result["ruleId"]),
        (&"unknown-dependency".into(), &"unknown-dependency".into())
    );
    assert_eq!(rule["defaultConfiguration"], json!({ "enabled": true, "level": "error" }));
    assert_eq!(
        result["locations"][0]["physicalLocation"],
        json!({
            "artifactLocation": { "uri": ".tasks/a/1.toml", "uriBaseId": "%SRCROOT%" },
            "region": { "startLine": 2, "startColumn": 12 },
        })
    );
    let uri = &run["results"][2]["locations"][0]["physicalLocation"]["artifactLocation"]["uri"];
    assert_eq!(uri, ".tasks/b%20%C3%BC/2.toml");
    assert_eq!(run["results"][3]["level"], "warning");
}

#[test]
fn a_narrow_terminal_shows_what_matters() {
    let long = format!("title = \"One\"\ntags = [\"{}\", \"a\", \"a\"]\n", "x".repeat(60));
    let repo = plan(&[("1.toml", &long), ("2.toml", "title = \"Two\"\ndepends = [\"9\"]\n")]);
    let shown = stdout(&tasks_with(repo.path(), &["check"], &[("COLUMNS", "40")]));
    assert!(shown.lines().all(|line| line.chars().count() <= 40), "{shown}");
    let marks =
        shown.lines().filter(|line| line.trim_start().starts_with("| ") && line.contains('^')).count();
    assert_eq!(marks, 2, "{shown}");
}

#[test]
fn other_commands_refuse_forms_of_findings() {
    let repo = faulty();
    for args in [&["list", "--format", "sarif"][..], &["check", "--gate", "beta", "--format", "github"]] {
        assert_eq!(tasks(repo.path(), args).status.code(), Some(2), "{args:?}");
    }
}

#[test]
fn answers_are_described_by_their_schema() {
    let repo = faulty();
    let schema: Value =
        serde_json::from_str(&stdout(&tasks(repo.path(), &["schema", "--for", "check"]))).unwrap();
    let view = parsed(&repo, "json");
    for key in view["findings"][0].as_object().unwrap().keys() {
        assert!(schema["$defs"]["FindingView"]["properties"][key].is_object(), "{key}");
    }
}
