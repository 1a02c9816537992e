//! The plan in trees.

use super::{common::TestRepo, history, oid, open, record, rules};
use std::collections::{BTreeSet, HashSet};
use tasks::git::{GitError, HistoryOptions};
use tasks::model::TaskId;

#[test]
fn the_plan_at_a_commit_is_its_tree_without_links() {
    let repo = TestRepo::new();
    let none = repo.commit("nothing yet");
    repo.write(".tasks/a/1.toml", "title = \"one\"\n");
    repo.write(".tasks/config.toml", "version = 1\n");
    repo.write(".tasks/.hidden.toml", "x");
    repo.write(".tasks/2.toml~", "x");
    repo.write(".tasks/notes.md", "x");
    repo.write(".tasks/big.toml", &"#".repeat((1 << 20) + 1));
    std::os::unix::fs::symlink("/etc/passwd", repo.path().join(".tasks/3.toml")).unwrap();
    let plan = repo.commit("plan");
    let opened = open(&repo);
    assert_eq!(opened.plan_files(oid(&none)).unwrap(), None);
    let read = opened.plan_files(oid(&plan)).unwrap().unwrap();
    let mut paths: Vec<_> = read.files.iter().map(|f| f.path.as_str()).collect();
    paths.sort_unstable();
    assert_eq!(paths, [".tasks/a/1.toml", ".tasks/config.toml"]);
    let mut codes: Vec<_> = read.problems.iter().map(|p| p.code).collect();
    codes.sort_unstable();
    assert_eq!(codes, ["symlink", "unreadable-file"]);

    let mut same = tasks::files::read_plan(repo.path()).unwrap().unwrap();
    same.files.sort_by(|a, b| a.path.cmp(&b.path));
    let mut files = read.files;
    files.sort_by(|a, b| a.path.cmp(&b.path));
    assert_eq!(same.files, files, "work tree and commit agree");

    std::fs::remove_dir_all(repo.path().join(".tasks")).unwrap();
    std::os::unix::fs::symlink("/tmp", repo.path().join(".tasks")).unwrap();
    let linked = repo.commit("linked");
    let error = open(&repo).plan_files(oid(&linked)).unwrap_err();
    assert!(matches!(error, GitError::PlanIsNoDirectory { what: "a symbolic link", .. }), "{error}");
}

/// Which file is a task is one rule: what the plan passes over is no task of a branch, and its name is nobody's id.
#[test]
fn files_that_are_no_tasks_take_no_ids_and_settle_nothing() {
    let repo = TestRepo::new();
    repo.write(".tasks/1.toml", "title = \"one\"\n");
    repo.write(".tasks/archive/milestones/2.toml", "title = \"two\"\nstatus = \"cancelled\"\n");
    for path in
        [".old/1", ".old/900", "milestones/500", "milestones/x/501", "templates/2000", "a~/3000", "a/#b#/1"]
    {
        repo.write(&format!(".tasks/{path}.toml"), "title = \"no task\"\nstatus = \"completed\"\n");
    }
    // Deeper than a plan nests.
    let deep = "d/".repeat(70);
    repo.write(&format!(".tasks/{deep}4000.toml"), "title = \"deep\"\nstatus = \"completed\"\n");
    let tip = oid(&repo.commit("plan"));
    let opened = open(&repo);
    let ever: BTreeSet<String> = opened.ids_ever(&[tip]).unwrap().iter().map(str::to_owned).collect();
    assert_eq!(ever.into_iter().collect::<Vec<_>>(), ["1", "2"]);
    let own = opened.own_plans(&[tip]).unwrap().remove(0);
    let id = |text: &str| text.parse::<TaskId>().unwrap();
    for none in ["900", "500", "501", "2000", "3000", "4000"] {
        assert!(!own.has(&id(none)), "{none}");
    }
    assert!(own.has(&id("1")) && own.settled(&id("1")).is_none() && own.settled(&id("2")).is_some());
    let delta = opened.plan_delta(None, tip).unwrap().unwrap();
    assert!(delta.iter().all(|file| !file.path.contains("4000")));
    let read = opened.plan_files(tip).unwrap().unwrap();
    assert!(read.files.iter().all(|file| !file.path.contains("4000")));
    let deepest = format!(".tasks/{}", deep.split_at(2 * 65 - 1).0);
    let problems: Vec<_> = read.problems.iter().map(|p| (p.path.as_deref(), p.code)).collect();
    assert_eq!(problems, [(Some(deepest.as_str()), "unreadable-file")]);
    let error = opened.merged_plan(tip, tip).err().map(|error| error.to_string()).unwrap_or_default();
    assert!(error.contains("64 levels"), "{error}");
}

#[test]
fn nested_plans_are_seen_in_the_index() {
    let repo = TestRepo::new();
    repo.write(".tasks/1.toml", "");
    repo.write("sub/dir/.tasks/1.toml", "");
    repo.write("sub/dir/.tasks/2.toml", "");
    repo.write("x.tasks/1.toml", "");
    repo.git(&["add", "-A"]);
    assert_eq!(open(&repo).nested_plans().unwrap(), ["sub/dir"]);
}

#[test]
fn only_what_touches_nothing_else_is_planning() {
    let repo = TestRepo::new();
    repo.write("src", "1");
    let code = repo.commit("task 1: code");
    repo.write(".tasks/1.toml", "title = \"x\"");
    let plan = repo.commit("task 1: plan");
    let empty = repo.commit("task 1: empty");
    repo.write(".tasks/1.toml", "title = \"y\"");
    repo.write("src", "2");
    let both = repo.commit("task 1: both");
    repo.git(&["rm", "-q", "-r", ".tasks"]);
    let gone = repo.commit("task 1: no plan");
    let history = history(&repo);
    for (commit, plan_only) in [(code, false), (plan, true), (empty, false), (both, false), (gone, true)] {
        let record = record(&history, &commit);
        assert_eq!(record.plan_only, plan_only, "{}", record.subject);
    }
}

#[test]
fn a_root_commit_is_compared_with_nothing_and_a_merge_with_its_first_parent() {
    let repo = TestRepo::new();
    repo.write(".tasks/1.toml", "title = \"x\"");
    let root = repo.commit("task 1: root");
    repo.git(&["checkout", "-q", "-b", "side"]);
    repo.write("src", "1");
    repo.commit("side");
    repo.git(&["checkout", "-q", "main"]);
    repo.write(".tasks/2.toml", "title = \"x\"");
    repo.commit("main");
    repo.git(&["merge", "-q", "--no-ff", "-m", "task 1: merge", "side"]);
    let merge = repo.git(&["rev-parse", "HEAD"]);
    let args = ["commit-tree", "-p", "side", "-p", "main^1", "-m", "task 1: other way", "main^1^{tree}"];
    let onto = repo.git(&args);
    repo.git(&["reset", "-q", "--hard", &onto]);
    let history = history(&repo);
    assert!(record(&history, &root).plan_only);
    assert!(!record(&history, &onto).plan_only, "removes src");
    assert!(history.position(&oid(&merge)).is_none());
    repo.git(&["reset", "-q", "--hard", &merge]);
    assert!(!record(&super::history(&repo), &merge).plan_only);
}

#[test]
fn tasks_named_by_step_are_sighted_in_the_commits_own_tree() {
    let repo = TestRepo::new();
    repo.write(".tasks/a/T1.toml", "title = \"One\"\ncreated = 2026-01-02T03:04:05Z\n[[steps]]\ntext = \"s1\"\n[[steps]]\ntext = \"s2\"\n");
    repo.write(".tasks/2.toml", "title = ");
    repo.write(".tasks/milestones/t1.toml", "title = \"no task\"");
    let stepped = repo.commit("task t1 step 2: x");
    repo.git(&["rm", "-q", ".tasks/a/T1.toml"]);
    let gone = repo.commit("task t1 step 1: gone");
    let named = repo.commit("task 2: x");
    let history = history(&repo);
    let sighting = &record(&history, &stepped).sightings[0];
    assert_eq!((sighting.path.as_str(), sighting.title.as_str()), (".tasks/a/T1.toml", "One"));
    assert_eq!(sighting.created.unwrap().to_string(), "2026-01-02T03:04:05Z");
    assert_eq!(sighting.steps, ["s1", "s2"]);
    assert_eq!(record(&history, &stepped).sightings.len(), 1);
    assert!(record(&history, &gone).sightings.is_empty());
    assert!(record(&history, &named).sightings.is_empty());

    let sight: HashSet<TaskId> = HashSet::from(["2".parse().unwrap()]);
    let rules = rules();
    let options = HistoryOptions { rules: &rules, since: None, beyond_boundary: false, sight: &sight };
    let history = open(&repo).history(&[oid(&named)], &options).unwrap();
    let sightings = &record(&history, &named).sightings;
    assert_eq!(sightings.len(), 1, "broken, but there");
    assert_eq!((sightings[0].path.as_str(), sightings[0].title.as_str()), (".tasks/2.toml", ""));
}

#[test]
fn changes_of_the_plan_are_told_with_renames() {
    let repo = TestRepo::new();
    repo.write(".tasks/1.toml", "one");
    repo.write(".tasks/2.toml", "two");
    let first = repo.commit("first");
    repo.write("src", "x");
    repo.commit("elsewhere");
    repo.git(&["mv", ".tasks/2.toml", ".tasks/5.toml"]);
    repo.write(".tasks/a/1.toml", "one, moved and changed");
    repo.git(&["rm", "-q", ".tasks/1.toml"]);
    let second = repo.commit("second");
    let opened = open(&repo);
    let changes = opened.plan_changes(oid(&second), None).unwrap();
    let heads: Vec<_> = changes.iter().map(|c| (c.oid, c.subject.as_str(), c.author.name.as_str())).collect();
    assert_eq!(heads, [(oid(&second), "second", "Ann"), (oid(&first), "first", "Ann")]);
    let files: Vec<_> = changes[0]
        .files
        .iter()
        .map(|f| (f.path.as_str(), f.renamed_from.as_deref().unwrap_or("-")))
        .collect();
    assert_eq!(files, [(".tasks/5.toml", ".tasks/2.toml"), (".tasks/a/1.toml", ".tasks/1.toml")]);
    let after = opened.blob(changes[0].files[1].after.unwrap()).unwrap();
    assert_eq!(after, b"one, moved and changed");
    assert!(changes[1].files.iter().all(|f| f.before.is_none() && f.after.is_some()));
    assert_eq!(opened.plan_changes(oid(&second), Some(oid(&first))).unwrap().len(), 1);
}

#[test]
fn ids_are_remembered_of_every_branch_and_ever() {
    let repo = TestRepo::new();
    repo.write(".tasks/1.toml", "");
    repo.commit("one");
    repo.git(&["checkout", "-q", "-b", "side"]);
    repo.write(".tasks/g/7.toml", "");
    repo.commit("seven");
    repo.git(&["rm", "-q", ".tasks/g/7.toml"]);
    repo.write(".tasks/g/6.toml", "");
    let side = repo.commit("six");
    repo.git(&["checkout", "-q", "main"]);
    repo.write(".tasks/2.toml", "");
    let main = repo.commit("two");
    let tips = [oid(&main), oid(&side)];
    let words = open(&repo).ids_ever(&tips).unwrap();
    assert_eq!(words.iter().collect::<BTreeSet<_>>(), BTreeSet::from(["1", "2", "6", "7"]));
}

#[test]
fn a_merge_changed_only_what_agrees_with_no_parent() {
    let repo = TestRepo::new();
    repo.commit("root");
    repo.git(&["checkout", "-q", "-b", "side"]);
    repo.write(".tasks/1.toml", "side");
    repo.commit("side");
    repo.git(&["checkout", "-q", "main"]);
    repo.write(".tasks/2.toml", "main");
    repo.commit("main");
    repo.git(&["merge", "-q", "--no-ff", "--no-commit", "side"]);
    repo.write(".tasks/3.toml", "merge");
    let merge = repo.commit("merge");
    let changes = open(&repo).plan_changes(oid(&merge), None).unwrap();
    let paths = |n: usize| changes[n].files.iter().map(|f| f.path.as_str()).collect::<Vec<_>>();
    assert_eq!((changes[0].subject.as_str(), paths(0)), ("merge", vec![".tasks/3.toml"]));
    assert_eq!(changes.len(), 3);
}
