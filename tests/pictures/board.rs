//! `tasks board`.

use super::{TestRepo, error, json, plan_repo, shown, tasks, work};
use serde_json::Value;

/// Eight tasks of every status; 12 is overdue.
fn repo() -> TestRepo {
    let repo = plan_repo(&[
        ("milestones/beta", "title = \"Public beta\""),
        ("app/group", "title = \"The app\""),
        (
            "app/12",
            "title = \"Give every station its time zone\"\npriority = \"high\"\ndue = 2023-11-20\nassignees = [\"jonas@example.com\"]",
        ),
        (
            "app/13",
            "title = \"\u{6f22}\u{5b57}\u{306e}\u{984c}\u{540d}\u{306f}\u{5e45}\u{304c}\u{5e83}\u{3044}\"\nmilestones = [\"beta\"]",
        ),
        ("14", "depends = [\"12\", \"13\"]"),
        ("15", "[[steps]]\ntext = \"a\"\n[[steps]]\ntext = \"b\""),
        ("16", ""),
        ("17", ""),
        ("18", "status = \"cancelled\"\nreason = \"not worth it\""),
        ("19", "tags = [\"x\"]"),
    ]);
    work(&repo, "task 15 step 1: begin");
    work(&repo, "task 16: first");
    work(&repo, "task 17: second");
    repo
}

/// `key total: ids` of every column.
fn columns(view: &Value) -> Vec<String> {
    let ids = |column: &Value| {
        let cards = column["tasks"].as_array().unwrap().iter();
        cards.map(|card| card["id"].as_str().unwrap()).collect::<Vec<_>>().join(" ")
    };
    let column =
        |column: &Value| format!("{} {}: {}", column["key"].as_str().unwrap(), column["total"], ids(column));
    view["columns"].as_array().unwrap().iter().map(column).collect()
}

#[test]
fn a_board_in_a_terminal_on_a_narrow_one_and_in_a_pipe() {
    let repo = repo();
    let wide = "\
Ready 3             In progress 1       Blocked 1           Completed 2
──────────────────  ──────────────────  ──────────────────  ──────────────────
○ 12  high          ◐ 15  1/2           ■ 14                ✓ 17  2023-11-14
  Give every          Task 15             Task 14             Task 17
  station its tim…                        waits for 12, 13  ✓ 16  2023-11-14
  due 2023-11-20                                              Task 16
  @jonas
○ 13
  漢字の題名は幅が
  広い
○ 19
  Task 19

7 tasks
";
    assert_eq!(shown(&repo, &["board"]), wide);
    let narrow = String::from_utf8(tasks(repo.path(), Some(40), &["board"]).stdout).unwrap();
    assert!(narrow.starts_with("Ready 3\n────────"), "{narrow}");
    assert!(narrow.contains("\n  Give every station its time zone\n  due 2023-11-20  @jonas\n"), "{narrow}");
    let piped = String::from_utf8(tasks(repo.path(), None, &["board", "--limit", "1"]).stdout).unwrap();
    let expected = "\
Ready  3
○ 12  Give every station its time zone  high  due 2023-11-20, @jonas
and 2 more

In progress  1
◐ 15  Task 15

Blocked  1
■ 14  Task 14  waits for 12, 13

Completed  2
✓ 17  Task 17  2023-11-14
and 1 more

7 tasks
";
    assert_eq!(piped, expected);
}

#[test]
fn columns_of_other_kinds_and_the_filters_of_list() {
    let repo = repo();
    let of = |args: &[&str]| columns(&json(&repo, &[&["board"], args].concat()));
    let status = ["ready 3: 12 13 19", "in_progress 1: 15", "blocked 1: 14", "completed 2: 17 16"];
    assert_eq!(of(&[]), status);
    assert_eq!(of(&["--all"]), [&status[..], &["cancelled 1: 18"]].concat());
    assert_eq!(of(&["--status", "cancelled,in_progress"]), ["in_progress 1: 15", "cancelled 1: 18"]);
    assert_eq!(of(&["--ready"]), ["ready 3: 12 13 19"]);
    assert_eq!(of(&["--overdue"]), ["ready 1: 12", "in_progress 0: ", "blocked 0: "]);
    assert_eq!(of(&["--by", "group"]), ["app 2: 12 13", " 3: 15 19 14"]);
    assert_eq!(of(&["--by", "milestone", "--all"]), ["beta 1: 13", " 7: 15 12 19 14 17 16 18"]);
    assert_eq!(of(&["--by", "assignee", "--group", "app"]), ["jonas@example.com 1: 12", " 1: 13"]);
    assert_eq!(of(&["--by", "priority", "station"]), ["high 1: 12"]);
    assert_eq!(of(&["--by", "tag", "--tag", "x"]), ["x 1: 19"]);
    let view = json(&repo, &["board", "--by", "milestone"]);
    assert_eq!((&view["schema"], &view["by"], &view["total"]), (&1.into(), &"milestone".into(), &5.into()));
    assert_eq!(view["columns"][0]["title"], "Public beta");
    let done = &json(&repo, &["board"])["columns"][3]["tasks"][0];
    assert_eq!(
        (&done["completed_at"], &done["status"]),
        (&"2023-11-14T22:28:20Z".into(), &"completed".into())
    );
}

#[test]
fn what_is_asked_for_wrongly_is_told() {
    let repo = repo();
    for (args, expected) in [
        (&["board", "--milestone", "bata"][..], "did you mean beta?"),
        (&["board", "--group", "apple"], "there is no group"),
        (
            &["board", "--by", "colour"],
            "[possible values: status, group, milestone, assignee, priority, tag]",
        ),
        (&["board", "--format", "csv"], "it knows text, json"),
    ] {
        let output = tasks(repo.path(), Some(80), args);
        assert_eq!(output.status.code(), Some(2), "{args:?}");
        assert!(error(&output).contains(expected), "{args:?}: {}", error(&output));
    }
    assert_eq!(shown(&repo, &["board", "--by", "tag", "nothing has this"]), "0 tasks\n");
}
