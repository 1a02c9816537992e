//! `tasks import`, as a user runs it.

#![expect(clippy::unwrap_used, reason = "a panic is how a test fails")]

mod common;

use common::{TestRepo, hermetic};
use serde_json::Value;
use std::collections::BTreeMap;
use std::io::Write;
use std::process::{Command, Output, Stdio};
use tasks::snapshot::Snapshot;
use walkdir::WalkDir;

const PLAN: &str = "\
# Garden

A plan for the spring.

## Phase 1: Soil (4 hours)

The ground comes first.

### Task 1.1: Dig the beds
**Estimate**: 2h

- [x] Find the spade
- [ ] Turn the earth

### Task 1.2: Bring compost
**Depends on**: 1.1

- [ ] Order it

## Phase 2: Seeds

### Task 2.1: Sow peas

- [ ] Soak them
";

fn repo() -> TestRepo {
    let repo = TestRepo::new();
    repo.write(".tasks/config.toml", "version = 1\n");
    repo
}

fn run(repo: &TestRepo, args: &[&str], input: &str) -> Output {
    let mut child = hermetic(env!("CARGO_BIN_EXE_tasks"), repo.path(), args)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    // The command may be done before it has read anything.
    let _ = child.stdin.take().unwrap().write_all(input.as_bytes());
    child.wait_with_output().unwrap()
}

fn tasks(repo: &TestRepo, args: &[&str]) -> String {
    let output = run(repo, args, "");
    let error = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "tasks {args:?}: {error}");
    String::from_utf8(output.stdout).unwrap()
}

fn json(repo: &TestRepo, args: &[&str]) -> Value {
    serde_json::from_str(&tasks(repo, &[args, &["--format", "json"]].concat())).unwrap()
}

/// Every file below `.tasks/` with its text.
fn files(repo: &TestRepo) -> BTreeMap<String, String> {
    let plan = repo.path().join(".tasks");
    let files = WalkDir::new(&plan).into_iter().flatten().filter(|entry| entry.file_type().is_file());
    files
        .map(|entry| {
            let path = entry.path().strip_prefix(&plan).unwrap().to_str().unwrap().to_owned();
            (path, std::fs::read_to_string(entry.path()).unwrap())
        })
        .collect()
}

fn column(list: &Value, key: &str) -> Vec<String> {
    list["tasks"].as_array().unwrap().iter().map(|task| task[key].as_str().unwrap().to_owned()).collect()
}

#[test]
fn a_document_becomes_groups_and_tasks() {
    let repo = repo();
    repo.write("plan.md", PLAN);
    let said = tasks(&repo, &["import", "plan.md"]);
    assert!(said.starts_with("Imported plan.md: 2 groups, 3 tasks, 4 steps"), "{said}");
    let list = json(&repo, &["list", "--all"]);
    assert_eq!(column(&list, "id"), ["1.1", "1.2", "2.1"]);
    assert_eq!(column(&list, "group"), ["soil", "soil", "seeds"]);
    assert_eq!(list["tasks"][0]["steps"][0]["status"], "completed");
    assert_eq!(list["tasks"][1]["depends"], serde_json::json!(["1.1"]));
    let files = files(&repo);
    let read = tasks::files::read_plan(repo.path()).unwrap().unwrap();
    assert_eq!(Snapshot::read(read.files, read.problems).problems, []);
    assert!(files["01-soil/group.toml"].contains("The ground comes first."));
    assert!(files["01-soil/1.1.toml"].contains("source = \"plan.md#1.1\""));
    assert!(files["plan.md"].starts_with("# Garden\n\nA plan for the spring."), "{files:?}");
}

#[test]
fn a_second_import_doubles_nothing() {
    let repo = repo();
    repo.write("plan.md", PLAN);
    tasks(&repo, &["import", "plan.md"]);
    let before = files(&repo);
    let said = tasks(&repo, &["import", "plan.md"]);
    assert!(
        said.contains("3 tasks were imported before") && said.contains("Nothing had to be written"),
        "{said}"
    );
    assert_eq!(files(&repo), before);

    // What is new in the document comes into the group that is there.
    repo.write(
        "plan.md",
        &PLAN.replace("## Phase 2", "### Task 1.3: Rake\n\n- [ ] Find the rake\n\n## Phase 2"),
    );
    tasks(&repo, &["import", "plan.md"]);
    let mut after = files(&repo);
    assert!(after.remove("01-soil/1.3.toml").is_some_and(|text| text.contains("Rake")));
    assert_eq!(after, before);
}

#[test]
fn a_changed_document_meets_an_edited_plan() {
    let repo = repo();
    repo.write("plan.md", PLAN);
    tasks(&repo, &["import", "plan.md"]);
    let path = ".tasks/01-soil/1.1.toml";
    let edited = files(&repo)["01-soil/1.1.toml"].replace(
        "title = \"Dig the beds\"",
        "# mine\ntitle = \"Dig both beds\" # two\n\npriority = \"high\"",
    );
    repo.write(path, &edited);
    repo.git(&["add", "-A"]);
    let changed = PLAN
        .replace("**Estimate**: 2h", "**Estimate**: 3h")
        .replace("- [ ] Turn the earth", "- [ ] Turn the earth\n- [ ] Rake it")
        .replace("The ground comes first.", "The ground comes before all.")
        .replace("A plan for the spring.", "A plan for the summer.")
        .replace(
            "### Task 2.1: Sow peas\n\n- [ ] Soak them\n",
            "### Task 2.2: Sow beans\n\n- [ ] Soak them\n",
        );
    repo.write("plan.md", &changed);
    let outcome = json(&repo, &["import", "plan.md"]);
    let updated = outcome["updated"].as_array().unwrap();
    let keys: Vec<String> = updated.iter().map(|file| format!("{} {}", file["path"], file["keys"])).collect();
    assert_eq!(
        keys,
        [
            "\".tasks/01-soil/1.1.toml\" [\"estimate\",\"steps\"]",
            "\".tasks/01-soil/group.toml\" [\"description\"]",
            "\".tasks/plan.md\" [\"text\"]"
        ]
    );
    assert_eq!(
        (&outcome["conflicts"], &outcome["gone"]),
        (&serde_json::json!([]), &serde_json::json!(["2.1"]))
    );
    let now = files(&repo);
    let kept = now["01-soil/1.1.toml"].split("# imported").next().unwrap();
    let expected = edited.split("# imported").next().unwrap().replace("2h", "3h").replace(
        "text = \"Turn the earth\"\n",
        "text = \"Turn the earth\"\n\n[[steps]]\ntext = \"Rake it\"\n",
    );
    assert_eq!(kept, expected);
    assert!(now["01-soil/group.toml"].contains("before all") && now["plan.md"].contains("summer"));
    assert!(now.contains_key("02-seeds/2.1.toml") && now["02-seeds/2.2.toml"].contains("Sow beans"));
    assert!(tasks(&repo, &["import", "plan.md"]).contains("Nothing had to be written"));
    assert_eq!(files(&repo), now);
}

#[test]
fn what_both_changed_waits_for_a_decision() {
    let repo = repo();
    repo.write("plan.md", PLAN);
    tasks(&repo, &["import", "plan.md"]);
    let soil = |repo: &TestRepo| files(repo)["01-soil/1.1.toml"].clone();
    repo.write(".tasks/01-soil/1.1.toml", &soil(&repo).replace("2h", "5h"));
    let edited = files(&repo);
    repo.write("plan.md", &PLAN.replace("**Estimate**: 2h", "**Estimate**: 3h"));
    for _ in 0..2 {
        let output = run(&repo, &["import", "plan.md", "--format", "json"], "");
        let error = String::from_utf8_lossy(&output.stderr).into_owned();
        assert!(error.contains(".tasks/01-soil/1.1.toml: changed here and in plan.md"), "{error}");
        let outcome: Value = serde_json::from_slice(&output.stdout).unwrap();
        assert_eq!(outcome["conflicts"][0]["keys"], serde_json::json!(["estimate"]));
        assert_eq!(files(&repo), edited);
    }
    assert_eq!(run(&repo, &["import", "plan.md", "--update", "--keep"], "").status.code(), Some(2));
    tasks(&repo, &["import", "plan.md", "--keep"]);
    assert!(soil(&repo).contains("5h"));
    assert_eq!(json(&repo, &["import", "plan.md"])["conflicts"], serde_json::json!([]));
    repo.write("plan.md", &PLAN.replace("**Estimate**: 2h", "**Estimate**: 4h"));
    tasks(&repo, &["import", "plan.md", "--update"]);
    assert!(soil(&repo).contains("4h"));
}

#[test]
fn an_import_that_is_killed_is_completed_by_the_next() {
    let group = |g: usize| {
        let tasks: Vec<String> =
            (1..=25).map(|t| format!("- [ ] Do thing {t} of part {g}\n  - with care")).collect();
        format!("## Phase {g}: Part {g}\n\nAbout part {g}.\n\n{}\n", tasks.join("\n"))
    };
    let document = format!("# Big\n\nSome words.\n\n{}", (1..=4).map(group).collect::<Vec<_>>().join("\n"));
    let fresh = || {
        let repo = repo();
        repo.write("big.md", &document);
        repo
    };
    let whole = fresh();
    let began = std::time::Instant::now();
    tasks(&whole, &["import", "big.md"]);
    let (takes, wanted) = (began.elapsed(), files(&whole));
    let mut cut_short = 0;
    for part in 1..=6 {
        let repo = fresh();
        let mut child = Command::new(env!("CARGO_BIN_EXE_tasks"))
            .args(["import", "big.md", "-q"])
            .current_dir(repo.path())
            .spawn()
            .unwrap();
        std::thread::sleep(takes * part / 6);
        // SIGKILL; it may be done by now.
        let _ = child.kill();
        child.wait().unwrap();
        let left = files(&repo);
        let plan: BTreeMap<_, _> = left.iter().filter(|(path, _)| !path.contains(".tasks-")).collect();
        cut_short += usize::from(plan.len() < wanted.len());
        for (path, text) in plan {
            assert_eq!(Some(text), wanted.get(path), "{path} is whole after {part}/6");
        }
        tasks(&repo, &["status"]);
        tasks(&repo, &["import", "big.md"]);
        assert_eq!(files(&repo), wanted, "completed after {part}/6");
    }
    assert!(cut_short > 0, "none was killed in time");
}

#[test]
fn a_task_without_a_number_is_known_by_a_title_like_its_own() {
    let repo = repo();
    repo.write("todo.md", "# Todo\n\n## All\n\n- [ ] Write the parser\n- [ ] Paint the shed\n");
    tasks(&repo, &["import", "todo.md"]);
    tasks(&repo, &["set", "1", "priority=high"]);
    repo.write("todo.md", "# Todo\n\n## All\n\n- [ ] Write the parsers\n- [ ] Buy seeds\n");
    let outcome = json(&repo, &["import", "todo.md"]);
    assert_eq!(outcome["gone"], serde_json::json!(["2"]));
    let list = json(&repo, &["list", "--all"]);
    assert_eq!(column(&list, "title"), ["Write the parsers", "Paint the shed", "Buy seeds"]);
    assert_eq!(list["tasks"][0]["priority"], "high");
}

#[test]
fn taken_ids_give_way() {
    let repo = repo();
    repo.write(".tasks/07-old/1.1.toml", "title = \"Old\"\n");
    repo.write(".tasks/07-old/41.toml", "title = \"Old too\"\n");
    repo.commit("plan: start");
    repo.git(&["rm", "-q", ".tasks/07-old/41.toml"]);
    repo.commit("task 50: done long ago");
    repo.write("plan.md", PLAN);
    let outcome = json(&repo, &["import", "plan.md"]);
    let new = &outcome["new_ids"][0];
    // Neither the id of the deleted task nor the one that a commit names is given again.
    assert_eq!((new["from"].as_str(), new["to"].as_str()), (Some("1.1"), Some("51")));
    assert_eq!(outcome["new_ids"].as_array().unwrap().len(), 1);
    let files = files(&repo);
    assert!(files["07-old/1.1.toml"].contains("Old"));
    assert!(files["08-soil/51.toml"].contains("Dig the beds"));
    assert!(files["08-soil/1.2.toml"].contains("depends = [\n  \"51\",\n]"), "{}", files["08-soil/1.2.toml"]);
    assert!(files.contains_key("09-seeds/2.1.toml"));
}

#[test]
fn ids_on_other_branches_are_not_given_again() {
    let origin = repo();
    origin.commit("plan: start");
    origin.git(&["checkout", "-q", "-b", "topic"]);
    origin.write(".tasks/8.toml", "title = \"Elsewhere\"\n");
    origin.commit("plan: add 8");
    origin.git(&["checkout", "-q", "main"]);
    let clone = TestRepo::made_by(&["clone", "-q", &origin.path().display().to_string(), "."]);
    clone.write("todo.md", "# Todo\n\n## All\n\n- [ ] Do a thing\n");
    tasks(&clone, &["import", "todo.md"]);
    assert_eq!(column(&json(&clone, &["list", "--all"]), "id"), ["9"]);
}

#[test]
fn tasks_without_ids_keep_their_order_and_take_the_prefix() {
    let repo = repo();
    let many: Vec<String> = (1..=12).map(|n| format!("- [ ] Do thing {n}")).collect();
    repo.write("todo.md", &format!("# Todo\n\n## All\n\n{}\n", many.join("\n")));
    tasks(&repo, &["import", "todo.md", "--prefix", "P-", "--group", "later/home"]);
    let list = json(&repo, &["list", "--all"]);
    let ids: Vec<String> = (1..=12).map(|n| format!("P-{n}")).collect();
    let titles: Vec<String> = (1..=12).map(|n| format!("Do thing {n}")).collect();
    assert_eq!((column(&list, "id"), column(&list, "title")), (ids, titles));
    assert_eq!(column(&list, "group")[0], "later/home/all");
    assert!(files(&repo).contains_key("01-later/01-home/01-all/P-1.toml"));
}

#[test]
fn a_dry_run_writes_nothing() {
    let repo = repo();
    repo.write("plan.md", PLAN);
    let before = files(&repo);
    let said = tasks(&repo, &["import", "plan.md", "--dry-run"]);
    assert!(said.contains("Would import plan.md") && said.contains(".tasks/01-soil/1.1.toml"), "{said}");
    assert_eq!(files(&repo), before);
}

#[test]
fn folders_and_standard_input_are_documents() {
    let repo = TestRepo::new();
    repo.write("docs/1.md", "# One\n\n## A\n\n- [ ] First\n");
    repo.write("docs/2.md", "# Two\n\n## B\n\n- [ ] Second\n");
    repo.write("docs/picture.svg", "<svg/>");
    tasks(&repo, &["import", "docs"]);
    let output = run(&repo, &["import", "-"], "# Three\n\n## C\n\n- [ ] Third\n");
    assert!(output.status.success());
    // There was no plan, so the import began one.
    assert_eq!(files(&repo)["config.toml"], "version = 1\n");
    assert_eq!(column(&json(&repo, &["list", "--all"]), "title"), ["First", "Second", "Third"]);
}

#[test]
fn what_cannot_be_read_is_an_error() {
    let repo = repo();
    repo.write("empty.md", "");
    repo.write("broken.json", "{");
    let before = files(&repo);
    for args in [["import", "empty.md"], ["import", "broken.json"], ["import", "missing.md"]] {
        let output = run(&repo, &args, "");
        assert_eq!(output.status.code(), Some(2), "{args:?}");
        assert!(String::from_utf8_lossy(&output.stderr).contains(args[1]), "{args:?}");
        assert!(output.stdout.is_empty(), "{args:?}");
    }
    assert_eq!(run(&repo, &["import", "empty.md", "--prefix", "-"], "").status.code(), Some(2));
    repo.write("binary.md", "# Plan\n\n- [ ] One\u{0}\n");
    let said = |args: &[&str]| String::from_utf8(run(&repo, args, "").stderr).unwrap();
    let refused = said(&["import", "binary.md"]);
    assert!(refused.contains("cannot read binary.md: line 3 holds a NUL byte"), "{refused}");
    std::fs::remove_file(repo.path().join("binary.md")).unwrap();
    repo.write("fine.md", "# Plan\n\n- [ ] One\n");
    for (group, why) in
        [("../x", "made of dots"), ("archive", "folders of the plan itself"), ("con", "device")]
    {
        let refused = said(&["import", "fine.md", "--group", group]);
        assert!(refused.contains("cannot be a group") && refused.contains(why), "{group}: {refused}");
    }
    std::fs::remove_file(repo.path().join("fine.md")).unwrap();
    assert_eq!(files(&repo), before);
}

#[test]
fn a_group_takes_in_what_is_new_and_that_is_said() {
    let repo = repo();
    repo.write("plan.md", "# Plan\n\n## Build\n\n- [ ] One\n");
    tasks(&repo, &["import", "plan.md", "--group", "work"]);
    assert!(files(&repo).contains_key("01-work/01-build/1.toml"), "{:?}", files(&repo).keys());
    let said = |args: &[&str]| String::from_utf8(run(&repo, args, "").stderr).unwrap();
    assert_eq!(said(&["import", "plan.md", "--group", "work"]), "");
    assert_eq!(said(&["import", "plan.md", "--group", ".tasks/01-work"]), "");
    let warned = said(&["import", "plan.md", "--group", "other"]);
    assert!(warned.contains("--group takes in only what is new"), "{warned}");
}

#[test]
fn many_warnings_of_a_kind_are_counted() {
    let repo = repo();
    let lines: Vec<u8> = (0..40)
        .flat_map(|n| format!("- [ ] Task {n} caf\u{e9}\n").chars().map(|c| c as u8).collect::<Vec<u8>>())
        .collect();
    std::fs::write(repo.path().join("plan.md"), [b"# Plan\n\n".as_slice(), &lines].concat()).unwrap();
    let said = |args: &[&str]| String::from_utf8(run(&repo, args, "").stderr).unwrap();
    let warned = said(&["import", "--dry-run", "plan.md"]);
    assert_eq!(warned.lines().count(), 11, "{warned}");
    assert!(warned.ends_with("plan.md: and 30 more of these; --verbose shows all\n"), "{warned}");
    assert_eq!(said(&["import", "--dry-run", "--verbose", "plan.md"]).matches("not UTF-8").count(), 40);
}

#[test]
fn milestones_of_two_documents_stay_apart() {
    let repo = repo();
    let document = "# T\n## Phase 1: NAME\n### Task 1: One\n- a\n## Completion criteria\n**Mark ready_to_ship: true when:**\n- NAME runs\n\
        ## Strategy\n### Sprint 1 (Day 1): Begin\n- Complete Phase 1\n- **Result**: begun\n";
    repo.write("a.md", &document.replace("NAME", "Engine"));
    repo.write("b.md", &document.replace("NAME", "Wheel"));
    tasks(&repo, &["import", "a.md"]);
    tasks(&repo, &["import", "b.md"]);
    let before = files(&repo);
    assert!(before["milestones/ready_to_ship.toml"].contains("Engine runs"));
    assert!(before["milestones/ready_to_ship-2.toml"].contains("Wheel runs"));
    let sprints: Vec<&str> = before.values().filter(|t| t.contains("begun")).map(String::as_str).collect();
    assert_eq!(sprints.len(), 2);
    assert!(
        sprints.iter().any(|text| text.contains("\"engine/\"") && text.contains("When: Day 1")),
        "{sprints:?}"
    );
    assert!(sprints.iter().any(|text| text.contains("\"wheel/\"")), "{sprints:?}");
    for name in ["a.md", "b.md"] {
        tasks(&repo, &["import", name, "--update"]);
        assert_eq!(files(&repo), before, "{name}");
    }
}

#[test]
fn what_a_document_declares_of_itself_is_held_against_its_tasks() {
    let repo = repo();
    let text = "# Big\n\n**Total Tasks**: 10\n\n## 1. Soil (8 tasks)\n- dig\n- rake\n\n## 2. Seeds (4 tasks)\n- sow\n\n\
        ## Phase 3: Rest (1-2 hours)\n### Task 9: Sit down\n**Time**: 3 hours\n- bench\n";
    repo.write("big.md", text);
    tasks(&repo, &["import", "big.md"]);
    assert!(files(&repo)["config.toml"].ends_with("[declared]\n\"big.md\" = \"10 tasks\"\n"));
    assert!(files(&repo)["01-soil/group.toml"].contains("declared_tasks = 8\n"));
    let found = json(&repo, &["check"]);
    let findings = found["findings"].as_array().unwrap();
    let said: Vec<String> =
        findings.iter().map(|f| format!("{} {} {}", f["code"], f["line"], f["message"])).collect();
    let expected = [
        ("declared-tasks", "the group \"Soil\" declares 8 tasks, and the plan has 2 of them"),
        ("declared-tasks", "the group \"Seeds\" declares 4 tasks, and the plan has 1 of them"),
        ("declared-estimate", "the group \"Rest\" declares 1h-2h of work, and its tasks add up to 3h"),
        ("declared-tasks", "\"big.md\" declares 10 tasks, and the plan has 4 of them"),
        ("declared-tasks", "\"big.md\" declares 10 tasks, and its groups declare 12 together"),
    ];
    for (code, message) in expected {
        let found = findings.iter().find(|f| f["code"] == code && f["message"] == message);
        let found = found.unwrap_or_else(|| panic!("{message} in {said:#?}"));
        assert!(found["line"].is_u64() && found["severity"] == "info", "{found}");
    }
    // Three of the largest numbers that TOML has are more than a sum can hold.
    for group in ["01-soil", "02-seeds", "03-rest"] {
        let text = files(&repo)[&format!("{group}/group.toml")].clone();
        let kept =
            text.lines().filter(|line| !line.starts_with("declared_tasks")).collect::<Vec<_>>().join("\n");
        repo.write(
            &format!(".tasks/{group}/group.toml"),
            &format!("{kept}\ndeclared_tasks = {}\n", i64::MAX),
        );
    }
    assert!(json(&repo, &["check"]).to_string().contains("its groups declare 18446744073709551615 together"));
    assert_eq!(findings.len(), expected.len(), "{said:#?}");
    let before = files(&repo);
    tasks(&repo, &["import", "big.md"]);
    assert_eq!(files(&repo), before);
}

#[test]
fn documents_of_one_name_stay_apart_and_one_that_is_moved_is_followed() {
    let repo = repo();
    repo.write("a/plan.md", PLAN);
    repo.write("b/plan.md", "# Shed\n\n## Phase 1: Walls\n\n### Task 1.1: Lay bricks\n\n- [ ] One by one\n");
    tasks(&repo, &["import", "a/plan.md"]);
    tasks(&repo, &["import", "b/plan.md"]);
    let list = json(&repo, &["list", "--all"]);
    assert_eq!(column(&list, "title"), ["Dig the beds", "Bring compost", "Sow peas", "Lay bricks"]);
    let before = files(&repo);
    assert!(before["01-soil/1.1.toml"].contains("source = \"a/plan.md#1.1\""));

    std::fs::rename(repo.path().join("a/plan.md"), repo.path().join("plan.md")).unwrap();
    let outcome = json(&repo, &["import", "plan.md"]);
    assert_eq!((&outcome["known_tasks"], &outcome["conflicts"]), (&3.into(), &serde_json::json!([])));
    let after = files(&repo);
    assert!(after.keys().eq(before.keys()), "{:?}", after.keys());
    assert!(after["01-soil/1.1.toml"].contains("source = \"plan.md#1.1\""));
    let other = before.iter().find(|(_, text)| text.contains("Lay bricks")).unwrap();
    assert_eq!(after.get(other.0), Some(other.1));
}

#[test]
fn a_folder_and_a_file_of_it_are_not_both_imported() {
    for (first, second) in [("docs/a.md", "docs"), ("docs", "docs/a.md")] {
        let repo = repo();
        repo.write("docs/a.md", "# P\n\n## G\n\n- [ ] one thing\n- [ ] two things\n");
        tasks(&repo, &["import", first]);
        let before = files(&repo);
        let refused = run(&repo, &["import", second], "");
        let error = String::from_utf8_lossy(&refused.stderr).into_owned();
        assert_eq!(refused.status.code(), Some(2), "{error}");
        assert!(error.contains(&format!("imported from {first} before")), "{error}");
        assert_eq!(files(&repo), before);
        tasks(&repo, &["import", first]);
    }
}

#[test]
fn numbered_explanations_beside_boxes_are_no_tasks() {
    let explained = "# Cache\n\n## Design\n\n### 1. Why a cache\n\nReading is slow.\n\n### 2. What it holds\n\nTitles.\n\n";
    let boxes = "## Work\n\n- [x] Write the reader\n- [ ] Write the cache\n";
    let repo = repo();
    assert_eq!(run(&repo, &["import", "-"], &[explained, boxes].concat()).status.code(), Some(0));
    let found = json(&repo, &["list", "--all"]);
    assert_eq!(column(&found, "title"), ["Write the reader", "Write the cache"]);
    let kept = files(&repo).into_values().collect::<String>();
    assert!(kept.contains("Reading is slow.") && kept.contains("Titles."), "{kept}");
    // Without boxes elsewhere such headings are all that there is to do.
    let alone = self::repo();
    assert_eq!(run(&alone, &["import", "-"], explained).status.code(), Some(0));
    let found = json(&alone, &["list", "--all"]);
    assert_eq!(column(&found, "title"), ["Why a cache", "What it holds"]);
}
