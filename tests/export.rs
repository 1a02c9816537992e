//! `tasks export` and the way back, as a user runs them.

#![expect(clippy::unwrap_used, reason = "a panic is how a test fails")]

mod common;

use common::{TestRepo, hermetic};
use std::collections::BTreeMap;
use std::path::Path;
use std::process::{Command, Output};
use walkdir::WalkDir;

const TASK: &str = "\
title = \"Rotate `tokens` for @ada #7 | <b>\"

priority = \"high\"

estimate = \"2h-3h\"

depends = [
  \"2\",
  \"auth/\",
]

created = 2026-11-21T10:03:07Z

status = \"blocked\"

reason = \"=legal\"

description = \"\"\"
# Why

- [ ] not a step

```
```sh
\"\"\"

[[steps]]
text = \"Invalidate\"

[[steps]]
status = \"completed\"
text = \"Track\"
notes = [
  \"# only for mobile\",
]

[fields]
Due = \"soon\"
";

fn run(dir: &Path, args: &[&str]) -> Output {
    hermetic(env!("CARGO_BIN_EXE_tasks"), dir, args).output().unwrap()
}

/// Standard output and standard error of a command that has to succeed.
fn tasks(repo: &TestRepo, args: &[&str]) -> (String, String) {
    let output = run(repo.path(), args);
    let error = String::from_utf8(output.stderr).unwrap();
    assert!(output.status.success(), "tasks {args:?}: {error}");
    (String::from_utf8(output.stdout).unwrap(), error)
}

/// Every file below `.tasks/` with its text.
fn files(repo: &TestRepo) -> BTreeMap<String, String> {
    let files = WalkDir::new(repo.path().join(".tasks")).into_iter().flatten();
    files
        .filter(|entry| entry.file_type().is_file())
        .map(|entry| {
            let path = entry.path().strip_prefix(repo.path()).unwrap().to_str().unwrap().to_owned();
            (path, std::fs::read_to_string(entry.path()).unwrap())
        })
        .collect()
}

fn repo() -> TestRepo {
    let repo = TestRepo::new();
    repo.write(".tasks/config.toml", "# ours\nversion = 1\n\n[ids]\nprefix = \"\"\n");
    repo.write(".tasks/01-auth/group.toml", "title = \"Auth\"\n\nestimate = \"1w\"\n");
    repo.write(".tasks/01-auth/1.toml", TASK);
    repo.write(".tasks/01-auth/02-deep/2.toml", "title = \"Second\"\n\n[[steps]]\ntext = \"Only\"\n");
    repo.write(".tasks/archive/old/3.toml", "title = \"Old\"\n\nstatus = \"cancelled\"\n");
    repo.write(".tasks/milestones/beta.toml", "title = \"Beta\"\n\n[[criteria]]\ntext = \"Safe\"\n");
    repo.write(".tasks/about.md", "# About\n\nThe plan.\n");
    repo.write("src/second.rs", "");
    repo.commit("task 2: second\n\nPart-of-Task: 1");
    repo
}

#[test]
fn every_format_comes_back_in_a_new_repository_and_changes_nothing_where_it_came_from() {
    let repo = repo();
    let out = repo.path().parent().unwrap().to_owned();
    for ending in ["md", "json", "csv"] {
        let name = out.join(format!("plan.{ending}"));
        let name = name.to_str().unwrap();
        let (printed, _) = tasks(&repo, &["export", "-o", name]);
        assert_eq!(printed, "");
        let before = files(&repo);
        let (said, _) = tasks(&repo, &["import", name]);
        assert!(said.contains("3 tasks were imported before") && said.contains("Nothing had"), "{said}");
        assert_eq!(files(&repo), before);

        let fresh = TestRepo::new();
        tasks(&fresh, &["import", name]);
        let mut expected = before;
        if ending == "csv" {
            expected.retain(|path, _| path != ".tasks/about.md" && !path.contains("milestones"));
            expected.remove(".tasks/01-auth/group.toml");
            expected.insert(".tasks/config.toml".to_owned(), "version = 1\n".to_owned());
        }
        assert_eq!(files(&fresh), expected, "{ending}");
    }
}

#[test]
fn the_document_shows_what_commits_did_and_import_does_not_write_it() {
    let repo = repo();
    let (document, _) = tasks(&repo, &["export"]);
    for line in [
        "# repo",
        "**1 of 2 tasks completed, 50 %** · 1 of 3 steps · 0m of 2h-3h of work",
        "## Auth",
        "### ⛔ Task 1: Rotate `tokens` for @<!-- -->ada #7 | \\<b>",
        "- **Status:** blocked",
        "- **\"Due\":** soon",
        "- [x] Track",
        "  - \\# only for mobile",
        "#### ✅ Task 2: Second",
        "## old (archive)",
        "### ❌ Task 3: Old",
        "## Notes: about.md",
        "> # About",
    ] {
        assert!(document.lines().any(|found| found == line), "{line} in\n{document}");
    }
}

#[test]
fn an_edited_document_updates_the_plan_and_adds_new_tasks_once() {
    let repo = repo();
    let (document, _) = tasks(&repo, &["export"]);
    let edited = document
        .replace("- [ ] Invalidate", "- [x] Invalidate")
        .replace("## Notes: about.md", "### Task: Brand new\n\n- **Priority:** low\n\n## Notes: about.md");
    let path = repo.path().parent().unwrap().join("plan.md");
    std::fs::write(&path, edited).unwrap();
    let path = path.to_str().unwrap();
    let before = files(&repo);
    let (_, said) = tasks(&repo, &["import", path]);
    assert!(said.contains(".tasks/01-auth/1.toml: ") && said.contains(": steps"), "{said}");
    assert_eq!(files(&repo)[".tasks/01-auth/1.toml"], before[".tasks/01-auth/1.toml"]);
    tasks(&repo, &["import", "--update", path]);
    let after = files(&repo);
    assert!(after[".tasks/01-auth/1.toml"].contains("status = \"completed\"\ntext = \"Invalidate\""));
    let new = &after[".tasks/archive/old/4.toml"];
    assert!(new.starts_with("title = \"Brand new\"\n\npriority = \"low\"\n"), "{new}");
    assert_eq!(after.len(), before.len() + 1);
}

#[test]
fn a_task_that_was_imported_takes_what_its_exported_document_says_and_keeps_its_stamp() {
    let repo = TestRepo::new();
    repo.write("notes.md", "# Plan\n\n- [ ] Write the parser\n- [ ] Write the tests\n");
    tasks(&repo, &["import", "notes.md"]);
    let stamp = |text: &str| text.lines().find(|line| line.starts_with("# imported from")).map(str::to_owned);
    let path = ".tasks/1.toml";
    let old = stamp(&files(&repo)[path]);
    assert!(old.is_some());
    let (document, _) = tasks(&repo, &["export"]);
    repo.write("out.md", &document.replace("Write the parser", "Write the whole parser"));
    tasks(&repo, &["import", "--update", "out.md"]);
    let after = files(&repo);
    assert!(after[path].contains("Write the whole parser"), "{}", after[path]);
    assert_eq!(stamp(&after[path]), old);
    assert_eq!(after[path].matches("# imported from").count(), 1);
}

#[test]
fn a_new_heading_is_the_group_or_the_task_that_it_describes() {
    let repo = repo();
    let (document, _) = tasks(&repo, &["export"]);
    let new = "## New docs\n\nAll about it.\n\n- **Due:** 2027-01-15\n\n### Task: Write it\n\n### Inner part\n\n#### Task: Draw it\n\n\
        ### Print it\n\n- **Estimate:** 2h\n\n**Steps**\n\n- [ ] Ask for an offer\n\n### Just words\n\nNo more.\n\n\
        ## Notes: about.md";
    let edited = document.replace("## Notes: about.md", new);
    repo.write("plan.md", &edited);
    let (_, said) = tasks(&repo, &["import", "plan.md"]);
    let line = edited.lines().position(|line| line == "### Just words").unwrap() + 1;
    assert!(said.contains(&format!("plan.md:{line}: this heading is no group and no task")), "{said}");
    let after = files(&repo);
    let place = |title: &str| {
        let found = after.iter().find(|(_, text)| text.starts_with(&format!("title = \"{title}\"")));
        found.unwrap_or_else(|| panic!("{title}: {after:?}")).0.rsplit_once('/').unwrap().0.to_owned()
    };
    let group = place("New docs");
    assert!(group.starts_with(".tasks/0") && group.ends_with("-new-docs"), "{group}");
    assert_eq!(place("Write it"), group);
    assert_eq!(place("Inner part"), format!("{group}/inner-part"));
    assert_eq!(place("Draw it"), format!("{group}/inner-part"));
    assert_eq!(place("Print it"), group);
    assert!(
        after.values().any(|text| text.contains("Ask for an offer") && text.contains("estimate = \"2h\""))
    );
    tasks(&repo, &["import", "plan.md"]);
    assert_eq!(files(&repo), after);
}

#[test]
fn a_new_heading_that_may_mean_either_is_refused() {
    let repo = repo();
    let (document, _) = tasks(&repo, &["export"]);
    let new = "### New docs\n\n### Task: Write it\n\n## Notes: about.md";
    let edited = document.replace("## Notes: about.md", new);
    repo.write("plan.md", &edited);
    let before = files(&repo);
    let line = edited.lines().position(|line| line == "### New docs").unwrap() + 1;
    let refused = Command::new(env!("CARGO_BIN_EXE_tasks"))
        .args(["import", "plan.md"])
        .current_dir(repo.path())
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&refused.stderr).into_owned();
    assert!(said.contains(&line.to_string()) && said.contains("<!-- group: new-docs -->"), "{said}");
    assert_eq!((refused.status.code(), files(&repo)), (Some(2), before));
    repo.write("plan.md", &edited.replace("### New docs\n", "### New docs\n<!-- group: new-docs -->\n"));
    tasks(&repo, &["import", "plan.md"]);
    let new = files(&repo).into_iter().find(|(_, text)| text.starts_with("title = \"Write it\"")).unwrap();
    assert!(new.0.starts_with(".tasks/new-docs/"), "{new:?}");
}

#[test]
fn where_ids_are_taken_tasks_get_new_ones_and_what_depends_on_them_follows() {
    let from = repo();
    let path = from.path().parent().unwrap().join("plan.md");
    tasks(&from, &["export", "-o", path.to_str().unwrap()]);
    let other = TestRepo::new();
    other.write(".tasks/config.toml", "version = 1\n");
    other.write(".tasks/2.toml", "title = \"Something else\"\n");
    for _ in 0..2 {
        tasks(&other, &["import", path.to_str().unwrap()]);
        let files = files(&other);
        assert_eq!(files[".tasks/2.toml"], "title = \"Something else\"\n");
        assert!(files[".tasks/01-auth/02-deep/4.toml"].contains("source = \"plan.md#2\""), "{files:?}");
        assert!(
            files[".tasks/01-auth/1.toml"].contains("depends = [\n  \"4\",\n  \"auth/\",\n]"),
            "{files:?}"
        );
        assert_eq!(files.len(), 8, "{files:?}");
    }
}

#[test]
fn what_a_document_cannot_hold_is_said_and_json_holds_it() {
    let repo = repo();
    repo.write(".tasks/01-auth/5.toml", "# why\ntitle = \"Five\"\n\nowner = \"me\"\n");
    repo.write(".tasks/6.toml", "title = ");
    repo.write(".tasks/templates/weekly.md", "x");
    let (_, said) = tasks(&repo, &["export"]);
    for part in [
        "comments and keys that are not known (.tasks/01-auth/5.toml)",
        "files that cannot be read (.tasks/6.toml)",
        "files that are no plan files (.tasks/templates/weekly.md)",
    ] {
        assert!(said.contains(part), "{said}");
    }
    let (json, said) = tasks(&repo, &["export", "--format", "json"]);
    assert!(!said.contains("comments") && said.contains("6.toml"), "{said}");
    let fresh = TestRepo::new();
    fresh.write("plan.json", &json);
    tasks(&fresh, &["import", "plan.json"]);
    assert_eq!(files(&fresh)[".tasks/01-auth/5.toml"], "# why\ntitle = \"Five\"\n\nowner = \"me\"\n");
}

#[test]
fn a_part_of_the_plan_is_its_tasks_with_what_is_around_them() {
    let repo = repo();
    let (document, _) = tasks(&repo, &["export", "--group", "auth/deep"]);
    assert!(document.contains("Task 2:") && document.contains("## Auth"), "{document}");
    assert!(
        !document.contains("Task 1:") && !document.contains("Beta") && !document.contains("Notes"),
        "{document}"
    );
    let (document, _) = tasks(&repo, &["export", "--open", "--format", "csv"]);
    assert_eq!(document.lines().filter(|line| line.contains(".tasks/")).count(), 1, "{document}");
    assert!(document.contains(",'=legal,"), "{document}");
}

#[test]
fn what_cannot_be_done_says_so() {
    let repo = repo();
    for (args, message) in [
        (&["export", "-o", "plan.pdf"][..], "cannot tell a format by the ending .pdf"),
        (&["export", "-o", "no/plan.md"], "cannot write no/plan.md: there is no folder no"),
        (&["export", "--group", "deap"], "there is no group \"deap\""),
        (&["list", "--format", "csv"], "does not answer in --format csv"),
    ] {
        let output = run(repo.path(), args);
        let error = String::from_utf8_lossy(&output.stderr).into_owned();
        assert_eq!(output.status.code(), Some(2), "{args:?}: {error}");
        assert!(error.contains(message), "{args:?}: {error}");
    }
    let (document, _) = tasks(&repo, &["export"]);
    repo.write("plan.md", &document.replace("2h-3h\n- **Depends", "soon\n- **Depends"));
    let output = run(repo.path(), &["import", "plan.md"]);
    let error = String::from_utf8_lossy(&output.stderr).into_owned();
    let line = 1 + document.lines().position(|line| line == "- **Estimate:** 2h-3h").unwrap();
    let expected = format!("plan.md: line {line}: expected an estimate such as 2h or 2h-3h, found \"soon\"");
    assert!(error.contains(&expected), "{error}");
}
