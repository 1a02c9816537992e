//! `tasks forecast` on a real repository.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod common;

use common::{TestRepo, hermetic};
use serde_json::Value;
use std::fmt::Write as _;
use std::path::Path;
use std::process::Output;

const WEEK: i64 = 7 * 24 * 3600;

/// Monday, 2024-01-01.
const START: i64 = 1_704_067_200;

fn tasks(dir: &Path, args: &[&str]) -> Output {
    tasks_at(dir, "80", args)
}

/// The same on a terminal of so many columns.
fn tasks_at(dir: &Path, columns: &str, args: &[&str]) -> Output {
    hermetic(env!("CARGO_BIN_EXE_tasks"), dir, args)
        .envs([("TASKS_NOW", "2024-01-01T00:00:00Z"), ("NO_COLOR", "1"), ("COLUMNS", columns)])
        .output()
        .unwrap()
}

fn text(output: &Output) -> String {
    String::from_utf8_lossy(&output.stdout).into_owned()
}

fn json(dir: &Path, args: &[&str]) -> Value {
    let output = tasks(dir, &[&["forecast", "--format", "json"], args].concat());
    serde_json::from_slice(&output.stdout).unwrap_or_else(|e| panic!("{args:?}: {e}: {output:?}"))
}

/// A plan of `tasks` tasks, of which two were completed in each of the `weeks` weeks before [`START`]. The last one waits
/// for the one before it and belongs to a milestone.
fn steady(tasks: usize, weeks: usize) -> TestRepo {
    let repo = TestRepo::new();
    repo.write(".tasks/config.toml", "version = 1\n");
    repo.write(".tasks/milestones/end.toml", "title = \"The end\"\ndue = 2024-01-21\n");
    for id in 1..=tasks {
        let last = format!("depends = [\"{}\"]\nmilestones = [\"end\"]\n", id - 1);
        let rest = if id == tasks { last } else { String::new() };
        repo.write(&format!(".tasks/{id}.toml"), &format!("title = \"Task {id}\"\n{rest}"));
    }
    repo.commit("plan: start");
    let mut stream = String::new();
    for done in 0..2 * weeks {
        let time = START - i64::try_from(2 * weeks - done).unwrap() * WEEK / 2;
        let subject = format!("task {}: do it", done + 1);
        let from = if done == 0 { "from refs/heads/main^0\n" } else { "" };
        write!(
            stream,
            "commit refs/heads/main\nauthor A <a@x> {time} +0000\ncommitter A <a@x> {time} +0000\ndata {}\n{subject}\n{from}M 100644 inline code\ndata 3\n{:03}\n",
            subject.len(),
            done
        )
        .unwrap();
    }
    repo.git_with(&["fast-import", "--quiet", "--date-format=raw"], stream.as_bytes());
    repo.git(&["reset", "-q", "--hard"]);
    repo
}

#[test]
fn a_steady_team_is_forecast_by_division() {
    let repo = steady(50, 20);
    let view = json(repo.path(), &[]);
    assert_eq!(view["throughput"]["tasks_per_week"], Value::from(vec![2; 20]));
    let plan = &view["targets"][0];
    assert_eq!((&plan["tasks"], &plan["milestone"]), (&Value::from(10), &Value::Null));
    let dates: Vec<&Value> = plan["dates"].as_array().unwrap().iter().map(|d| &d["date"]).collect();
    assert_eq!(dates, ["2024-02-05", "2024-02-05", "2024-02-05"], "ten tasks at two a week");
    let end = &view["targets"][1];
    assert_eq!((&end["milestone"], &end["tasks"]), (&Value::from("end"), &Value::from(2)));
    assert_eq!(end["dates"][1]["date"], "2024-01-08", "the milestone's task and the one it waits for");
    assert_eq!(
        (&end["chance"]["by"], &end["chance"]["chance"]),
        (&Value::from("2024-01-21"), &Value::from(1.0))
    );
    assert_eq!(view["backtest"]["held"], Value::from(vec![1.0; 3]));
    assert_eq!(json(repo.path(), &[]), view, "the same seed gives the same answer");
}

#[test]
fn a_date_is_answered_with_a_chance() {
    let repo = steady(50, 20);
    for (by, chance) in [("2024-01-20", 0.0), ("2024-02-05", 1.0)] {
        let view = json(repo.path(), &["--by", by]);
        assert_eq!(view["targets"][0]["chance"]["chance"], chance, "{by}");
    }
    let said = text(&tasks(repo.path(), &["forecast", "--milestone", "end"]));
    assert!(said.contains("The end  2 tasks left\n  P50  2024-01-08  1.0 weeks\n"), "{said}");
    assert!(!said.contains("Whole plan"), "{said}");
    let narrow = text(&tasks_at(repo.path(), "40", &["forecast"]));
    let unit = "As of 2024-01-01  2.0 tasks a week over\nthe last 12 weeks, measured in task\ncounts\n";
    assert!(narrow.starts_with(unit) && narrow.lines().all(|line| line.len() <= 40), "{narrow}");
    let unknown = tasks(repo.path(), &["forecast", "--milestone", "emd"]);
    assert_eq!(unknown.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&unknown.stderr).contains("did you mean end?"));
}

#[test]
fn too_little_history_forecasts_nothing() {
    let repo = steady(50, 11);
    let output = tasks(repo.path(), &["forecast"]);
    assert_eq!(output.status.code(), Some(1));
    let said = text(&output);
    assert!(said.contains("not enough history: 11 whole weeks") && said.contains("12 are needed"), "{said}");
    assert_eq!(json(repo.path(), &[])["targets"][0]["dates"], Value::Array(Vec::new()));
}

#[test]
fn the_past_is_replayed() {
    let repo = steady(170, 80);
    let said = text(&tasks(repo.path(), &["forecast", "--backtest"]));
    assert!(said.contains("as simulated    100.0 %  100.0 %  100.0 %"), "{said}");
    assert!(said.contains("rescaled        100.0 %  100.0 %  100.0 %"), "{said}");
}

#[test]
fn estimates_weigh_and_chains_take_their_time() {
    let repo = steady(50, 20);
    repo.write(".tasks/50.toml", "title = \"Large\"\nestimate = \"6w\"\nmilestones = [\"end\"]\n");
    repo.commit("Estimate the last one");
    let view = json(repo.path(), &["--milestone", "end"]);
    assert_eq!(view["throughput"]["unit"], "estimates");
    assert_eq!(
        view["targets"][0]["dates"][0]["date"], "2024-02-12",
        "six weeks for one person, whatever the team does"
    );
}

/// A plan of five tasks: 1 and 2 before 3, which belongs to a milestone; 4 waits for 2; 5 for nothing.
fn chain(estimates: [&str; 5]) -> TestRepo {
    let repo = TestRepo::new();
    repo.write(".tasks/config.toml", "version = 1\n");
    repo.write(".tasks/milestones/end.toml", "title = \"The end\"\n");
    let rest = ["", "", "depends = [\"1\", \"2\"]\nmilestones = [\"end\"]\n", "depends = [\"2\"]\n", ""];
    for (id, (estimate, rest)) in (1..).zip(estimates.iter().zip(rest)) {
        let estimate =
            if estimate.is_empty() { String::new() } else { format!("estimate = \"{estimate}\"\n") };
        repo.write(&format!(".tasks/{id}.toml"), &format!("title = \"Task {id}\"\n{estimate}{rest}"));
    }
    repo.commit("plan: start");
    repo
}

#[test]
fn the_schedule_says_when_work_can_and_must_begin_and_by_what_it_was_measured() {
    let repo = chain(["2h", "1h-4h", "", "9h", "30m"]);
    let said = text(&tasks(repo.path(), &["forecast", "--schedule"]));
    let expected = "\
Critical path  2 tasks, 13h by the upper bounds of estimates
  2 \u{2192} 4

             work  earliest  latest  done by  slack
\u{25cb} 2*  Task 2    4h        0m      0m       4h     0m
\u{25cb} 1   Task 1    2h        0m      7h       9h     7h
\u{25cb} 5   Task 5   30m        0m  12h30m      13h  12h30m
\u{25a0} 4*  Task 4    9h        4h      4h      13h     0m
\u{25a0} 3   Task 3    4h        4h      9h      13h     5h
";
    let squeezed = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ");
    assert_eq!(squeezed(&said), squeezed(expected), "{said}");
    let output = tasks(repo.path(), &["forecast", "--schedule", "--milestone", "END", "--format", "json"]);
    assert_eq!(output.status.code(), Some(0), "a schedule needs no history");
    let view: Value = serde_json::from_slice(&output.stdout).unwrap();
    let told = |field: &str| -> Vec<String> {
        let tasks = view["tasks"].as_array().unwrap().iter();
        tasks.map(|task| format!("{}:{}", task["id"].as_str().unwrap(), task[field])).collect()
    };
    assert_eq!(
        (&view["milestone"], &view["unit"], &view["length"]),
        (&"end".into(), &"minutes".into(), &480.into())
    );
    assert_eq!((&view["critical_path"], &view["guessed"]), (&serde_json::json!(["2", "3"]), &1.into()));
    assert_eq!(told("slack"), ["2:0", "1:120", "3:0"]);
    assert_eq!(told("latest_start"), ["2:0", "1:120", "3:240"]);
    assert_eq!(told("estimated"), ["2:true", "1:true", "3:false"]);
}

#[test]
fn without_estimates_the_schedule_counts_tasks() {
    let repo = chain([""; 5]);
    let said = text(&tasks(repo.path(), &["forecast", "--schedule"]));
    assert!(
        said.starts_with("Critical path  2 tasks; no open task has an estimate, so tasks are counted\n"),
        "{said}"
    );
    let slack: Vec<&str> = said.lines().skip(4).filter_map(|line| line.split_whitespace().last()).collect();
    assert_eq!(slack, ["0", "0", "1", "0", "0"], "{said}");
    let refused = tasks(repo.path(), &["forecast", "--schedule", "--by", "2024-02-01"]);
    assert_eq!(refused.status.code(), Some(2));
    for id in 1..=5 {
        repo.write(&format!(".tasks/{id}.toml"), "title = \"Done\"\nstatus = \"completed\"\n");
    }
    assert_eq!(text(&tasks(repo.path(), &["forecast", "--schedule"])), "Critical path  nothing remains\n");
}

#[test]
fn the_schedule_leaves_out_and_names_what_can_never_be_reached() {
    let repo = chain([""; 5]);
    repo.write(".tasks/2.toml", "title = \"Task 2\"\ndepends = [\"4\"]\n");
    let output = tasks(repo.path(), &["forecast", "--schedule"]);
    let said = text(&output);
    assert!(said.contains("\n  2, 3, 4: left out, since they can never be reached\n"), "{said}");
    assert_eq!(said.lines().filter(|line| line.contains(" Task ")).count(), 2, "{said}");
    for id in [1, 5] {
        repo.write(&format!(".tasks/{id}.toml"), "title = \"Lost\"\ndepends = [\"99\"]\n");
    }
    let said = text(&tasks(repo.path(), &["forecast", "--schedule"]));
    assert!(said.starts_with("Critical path  nothing of what remains can be reached\n  1, 2, 3"), "{said}");
}

#[test]
fn figures_of_the_flow_come_without_a_forecast_and_with_one() {
    let repo = steady(10, 3);
    repo.git(&["commit", "-q", "--allow-empty", "-m", "task 7 wip: begin"]);
    let view = json(repo.path(), &[]);
    assert_eq!((&view["throughput"]["mean"], &view["throughput"]["enough"]), (&2.0.into(), &false.into()));
    assert_eq!((&view["cycle_hours"], &view["in_progress"][0]["id"]), (&Value::Null, &"7".into()));
    let said = text(&tasks(repo.path(), &["forecast"]));
    assert!(said.contains("so far 2.0 tasks a week\n") && said.contains("no cycle time: "), "{said}");
    assert!(said.contains("In progress, the oldest first\n  7  Task 7"), "{said}");
    repo.git(&["commit", "-q", "--allow-empty", "-m", "task 7: end"]);
    let view = json(repo.path(), &["--as-of", "2024-01-08"]);
    assert_eq!((&view["cycle_hours"]["count"], &view["in_progress"]), (&1.into(), &Value::Array(Vec::new())));
}
