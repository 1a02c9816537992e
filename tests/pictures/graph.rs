//! `tasks graph`.

use super::{TestRepo, error, json, plan_repo, shown, tasks, work};
use serde_json::Value;
use std::fmt::Write as _;

/// Ten tasks: 1 before 2 before 3, which the whole group `b` waits for; 7 after 6, which is settled; 8 by itself.
fn repo() -> TestRepo {
    let repo = plan_repo(&[
        ("milestones/beta", "title = \"Beta\""),
        ("a/1", "estimate = \"2h\""),
        ("a/2", "depends = [\"1\"]\nestimate = \"1h\""),
        ("a/3", "depends = [\"1\", \"2\"]\nmilestones = [\"beta\"]"),
        ("b/group", "title = \"Bees\"\ndepends = [\"a/\"]"),
        ("b/4", "milestones = [\"beta\"]"),
        ("b/c/5", "depends = [\"4\"]"),
        ("6", ""),
        ("7", "depends = [\"6\"]\nmilestones = [\"late\"]"),
        ("8", "status = \"cancelled\""),
        ("9", "depends = [\"7\"]\nstatus = \"blocked\"\nreason = \"legal\""),
        ("90", "depends = [\"9\"]\nmilestones = [\"late\"]"),
    ]);
    work(&repo, "task 6: done");
    repo
}

/// The ids of the nodes, and the edges: `1>2`, `1~2` where an open task between them is not drawn.
fn told(view: &Value) -> (String, String) {
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    let nodes = view["nodes"].as_array().unwrap().iter().map(|node| text(&node["id"]));
    let mut nodes: Vec<String> = nodes.collect();
    nodes.sort();
    let edge = |edge: &Value| {
        let sign = if edge["indirect"] == true { "~" } else { ">" };
        format!("{}{sign}{}", text(&edge["from"]), text(&edge["to"]))
    };
    let mut edges: Vec<String> = view["edges"].as_array().unwrap().iter().map(edge).collect();
    edges.sort();
    (nodes.join(" "), edges.join(" "))
}

#[test]
fn every_selection_draws_what_it_names() {
    let repo = repo();
    for (args, nodes, edges) in [
        (&[][..], "1 2 3 4 5 7 9 90", "1>2 2>3 3>4 4>5 7>9 9>90"),
        (&["--all"], "1 2 3 4 5 6 7 8 9 90", "1>2 2>3 3>4 4>5 6>7 7>9 9>90"),
        (&["--focus", "3", "--depth", "1"], "1 2 3 4 5", "1>2 2>3 3>4 4>5"),
        (&["--focus", "1", "--depth", "0"], "1", ""),
        (&["--focus", "#5", "--depth", "1", "--group", "b"], "4 5", "4>5"),
        (&["--focus", "8"], "8", ""),
        (&["--focus", "7"], "7 9 90", "7>9 9>90"),
        (&["--focus", "7", "--all", "--depth", "1"], "6 7 9", "6>7 7>9"),
        (&["--ready"], "1 2 3 4 5 7 9", "1>2 2>3 3>4 4>5 7>9"),
        (&["--group", "b"], "4 5", "4>5"),
        (&["--group", "b/c,a"], "1 2 3 5", "1>2 2>3 3>5"),
        (&["--milestone", "late"], "7 90", "7~90"),
        (&["--milestone", "BETA"], "3 4", "3>4"),
        (&["--milestone", "beta", "--group", "b"], "4", ""),
        (&["--ready", "--group", "b/c"], "5", ""),
    ] {
        let view = json(&repo, &[&["graph"], args].concat());
        let (found, links) = told(&view);
        assert_eq!((found.as_str(), links.as_str()), (nodes, edges), "{args:?}");
    }
}

#[test]
fn the_tree_in_a_terminal_says_what_is_critical_and_what_else_is_waited_for() {
    let repo = plan_repo(&[
        ("1", "estimate = \"2h\""),
        ("2", "estimate = \"1h\""),
        ("3", "title = \"Something that has a longer title\"\ndepends = [\"1\", \"2\"]"),
        ("4", "depends = [\"1\"]\nestimate = \"15m\""),
    ]);
    let wide = "\
○ 1* Task 1
├─■ 3* Something that has a longer title  also after 2
└─■ 4  Task 4
○ 2  Task 2

4 tasks; * on the critical path
";
    assert_eq!(shown(&repo, &["graph"]), wide);
    let narrow = String::from_utf8(tasks(repo.path(), Some(40), &["graph"]).stdout).unwrap();
    assert!(
        narrow.contains("\n├─■ 3* Something that has a longer title\n│   also after 2\n└─■ 4"),
        "{narrow}"
    );
    assert_eq!(shown(&repo, &["graph", "--focus", "2", "--depth", "0"]), "○ 2  Task 2\n\n1 task\n");
}

#[test]
fn pictures_are_written_in_every_form_and_the_ending_tells_which() {
    let repo = repo();
    let mermaid = shown(&repo, &["graph", "--group", "a", "--format", "mermaid"]);
    let expected = "flowchart LR
  n0[\"○ 1<br>Task 1\"]:::ready
  n1[\"■ 2<br>Task 2\"]:::blocked
  n2[\"■ 3<br>Task 3\"]:::blocked
  n0 ==> n1
  n1 ==> n2
";
    assert!(mermaid.starts_with(expected) && mermaid.ends_with("  class n0,n1,n2 critical\n"), "{mermaid}");
    let dot = shown(&repo, &["graph", "--group", "a", "--format", "dot"]);
    assert!(dot.contains("  subgraph cluster_0 {\n    label=\"a\";\n"), "{dot}");
    assert!(dot.contains("    \"1\" [label=\"1: Task 1\\nready\", tooltip="), "{dot}");
    assert!(
        dot.contains("  \"1\" -> \"2\" [color=\"#d1400c\", penwidth=2];\n") && dot.ends_with("}\n"),
        "{dot}"
    );
    let svg = shown(&repo, &["graph", "--format", "svg"]);
    assert!(svg.starts_with("<svg xmlns=\"http://www.w3.org/2000/svg\" ") && svg.ends_with("</svg>\n"));
    assert_eq!(
        svg.matches("<g class=\"n ").count(),
        8 + 2,
        "a box for each task, and two statuses in the legend"
    );
    assert!(svg.contains("prefers-color-scheme: dark") && !svg.contains("<script") && !svg.contains("href"));
    for (file, format) in
        [("p.svg", "svg"), ("p.gv", "dot"), ("p.dot", "dot"), ("p.mmd", "mermaid"), ("p.json", "json")]
    {
        assert_eq!(shown(&repo, &["graph", "-o", file]), "");
        let written = std::fs::read_to_string(repo.path().join(file)).unwrap();
        assert_eq!(written, shown(&repo, &["graph", "--format", format]), "{file}");
    }
}

#[test]
fn what_is_asked_for_wrongly_is_told() {
    let repo = repo();
    for (args, expected) in [
        (&["--focus", "99"][..], "there is no task 99"),
        (&["--focus", "a b"], "is no task id"),
        (&["--depth", "2"], "--focus <ID>"),
        (&["--focus", "1", "--depth", "far"], "invalid value 'far'"),
        (&["--group", "aa"], "the groups are a, b, b/c"),
        (&["--milestone", "gamma"], "there is no milestone \"gamma\""),
        (&["--max-nodes", "0"], "--max-nodes"),
        (&["-o", "plan.txt"], "cannot tell a format by the ending of plan.txt"),
        (&["--format", "csv"], "it knows text, json, svg, dot, mermaid"),
    ] {
        let output = tasks(repo.path(), Some(80), &[&["graph"], args].concat());
        assert_eq!((output.status.code(), output.stdout.len()), (Some(2), 0), "{args:?}");
        assert!(error(&output).contains(expected), "{args:?}: {}", error(&output));
    }
    assert!(!repo.path().join("plan.txt").exists());
}

#[test]
fn cycles_and_dangling_dependencies_are_drawn_as_they_are() {
    let repo = plan_repo(&[
        ("1", "depends = [\"3\"]"),
        ("2", "depends = [\"1\"]"),
        ("3", "depends = [\"2\", \"gone\", \"lost/\"]"),
        ("4", "depends = [\"4\", \"3\"]"),
        ("5", ""),
    ]);
    let (nodes, edges) = told(&json(&repo, &["graph"]));
    assert_eq!((nodes.as_str(), edges.as_str()), ("1 2 3 4 5", "1>2 2>3 3>1 3>4"));
    let tree = shown(&repo, &["graph"]);
    for id in 1..=5 {
        let rows = tree.lines().filter(|line| line.contains(&format!("Task {id}"))).count();
        assert_eq!(rows, 1, "task {id} stands once in {tree}");
    }
    let svg = shown(&repo, &["graph", "--format", "svg"]);
    assert_eq!(svg.matches("<path class=\"h\"").count(), 4, "every arrow has its head");
    let chart = shown(&repo, &["graph", "--format", "mermaid"]);
    assert_eq!(chart.matches("-->").count() + chart.matches("==>").count(), 4);
    assert_eq!(shown(&repo, &["graph", "--format", "dot"]).matches(" -> ").count(), 4);
}

#[test]
fn an_empty_plan_is_an_empty_picture() {
    let empty = plan_repo(&[]);
    let settled = plan_repo(&[("1", "status = \"completed\"")]);
    for repo in [empty, settled] {
        assert_eq!(shown(&repo, &["graph"]), "nothing to draw\n");
        assert_eq!(json(&repo, &["graph"])["nodes"], Value::Array(Vec::new()));
        assert!(shown(&repo, &["graph", "--format", "svg"]).ends_with("</svg>\n"));
        assert!(shown(&repo, &["graph", "--format", "dot"]).starts_with("digraph tasks {\n"));
        assert!(shown(&repo, &["graph", "--format", "mermaid"]).starts_with("flowchart LR\n  classDef"));
    }
}

/// `count` tasks in groups of fifty, each waiting for the one before it.
fn large(count: usize) -> TestRepo {
    let repo = TestRepo::new();
    repo.write(".tasks/config.toml", "version = 1\n");
    for id in 1..=count {
        let depends = if id > 1 { format!("depends = [\"{}\"]\n", id - 1) } else { String::new() };
        repo.write(
            &format!(".tasks/g{:02}/{id}.toml", (id - 1) / 50),
            &format!("title = \"Task {id}\"\n{depends}"),
        );
    }
    repo.commit("plan: start");
    repo
}

#[test]
fn a_thousand_tasks_are_drawn_by_group_and_it_is_said() {
    let repo = large(1000);
    for format in ["svg", "dot", "mermaid"] {
        let output = tasks(repo.path(), Some(80), &["graph", "--format", format]);
        assert!(output.status.success());
        let said = "1000 tasks are too many to draw: 20 groups stand for them";
        assert!(error(&output).contains(said), "{format}: {}", error(&output));
        let text = String::from_utf8(output.stdout).unwrap();
        assert!(text.contains("g19/") && !text.contains("Task 1000"), "{format}: {text}");
    }
    let view = json(&repo, &["graph", "--max-nodes", "30"]);
    assert_eq!((&view["total"], &view["folded"], &view["left_out"]), (&1000.into(), &true.into(), &0.into()));
    assert_eq!((view["nodes"].as_array().unwrap().len(), view["edges"].as_array().unwrap().len()), (20, 19));
    let few = tasks(repo.path(), Some(80), &["graph", "--max-nodes", "3", "--format", "dot"]);
    assert!(error(&few).contains("997 of 1000 tasks are left out, those that come last"), "{}", error(&few));
    let (nodes, edges) = told(&json(&repo, &["graph", "--max-nodes", "3"]));
    assert_eq!((nodes.as_str(), edges.as_str()), ("1 2 3", "1>2 2>3"));
    let tree = shown(&repo, &["graph"]);
    assert_eq!(tree.lines().count(), 1000 + 2, "a terminal scrolls: it gets all of them");
    assert!(tree.lines().all(|line| line.chars().count() <= 80), "however deep the tree is");
}

#[test]
fn a_tangle_of_groups_is_narrowed_and_it_is_said() {
    let repo = TestRepo::new();
    repo.write(".tasks/config.toml", "version = 1\n");
    for id in 1..=80 {
        let depends = if id > 1 { format!("depends = [\"{}\"]\n", id - 1) } else { String::new() };
        repo.write(&format!(".tasks/g{}/{id}.toml", id % 10), &format!("title = \"Task {id}\"\n{depends}"));
    }
    repo.commit("plan: start");
    for format in ["svg", "dot", "mermaid"] {
        let output = tasks(repo.path(), Some(80), &["graph", "--format", format, "--max-nodes", "50"]);
        let said = "80 tasks are too many to draw, and so are the arrows among their groups: the critical path is drawn as far \
                    as there is room, with what leads directly to it, and 60 tasks are left out";
        assert!(error(&output).contains(said), "{format}: {}", error(&output));
    }
    let view = json(&repo, &["graph", "--max-nodes", "50"]);
    assert_eq!((&view["narrowed"], &view["chain_left_out"]), (&true.into(), &60.into()));
}

#[test]
fn mermaid_stays_within_what_forges_draw_and_says_what_is_left_out() {
    let repo = TestRepo::new();
    repo.write(".tasks/config.toml", "version = 1\n");
    let all = (1..=30).fold(String::new(), |mut all, id| {
        let _ = write!(all, "\"a{id}\", ");
        all
    });
    for id in 1..=30 {
        repo.write(&format!(".tasks/a{id}.toml"), "title = \"First\"\n");
        repo.write(&format!(".tasks/b{id}.toml"), &format!("title = \"Then\"\ndepends = [{all}]\n"));
    }
    repo.commit("plan: start");
    let output = tasks(repo.path(), Some(80), &["graph", "--format", "mermaid"]);
    let chart = String::from_utf8(output.stdout.clone()).unwrap();
    // 30 first tasks and as many that wait for all of them as have 500 arrows or fewer.
    assert_eq!(
        (chart.matches("-->").count() + chart.matches("==>").count(), chart.matches("<br>").count()),
        (480, 46)
    );
    let said = "14 of 60 boxes and 420 of 900 arrows are left out";
    assert!(chart.starts_with(&format!("flowchart LR\n  %% {said}")), "{}", &chart[..200]);
    assert!(error(&output).contains("14 of 60 boxes and 420 arrows are left out"), "{}", error(&output));

    let long = TestRepo::new();
    long.write(".tasks/config.toml", "version = 1\n");
    for id in 1..=300 {
        long.write(&format!(".tasks/{id}.toml"), &format!("title = \"{}\"\n", "&\u{1f600}".repeat(60)));
    }
    long.commit("plan: start");
    let chart = shown(&long, &["graph", "--format", "mermaid"]);
    let characters = chart.chars().count();
    assert!((49_000..=50_000).contains(&characters), "{characters}");
    assert!(chart.contains("boxes and 0 of 0 arrows are left out"), "{}", &chart[..200]);
}
