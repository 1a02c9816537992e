//! Merges in real repositories: with the driver, without it, and mended afterwards.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod common;

use common::TestRepo;
use std::fs;
#[cfg(unix)]
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

const BIN: &str = env!("CARGO_BIN_EXE_tasks");

/// Every key that Git's own merge needs as an anchor is absent: what both sides add, they add at one place.
const BASE: &str = "title = \"Parser\"\n\ntags = [\n  \"core\",\n]\n\ndescription = \"\"\"\nFirst.\n\nSecond.\n\"\"\"\n\n\
                    [[steps]]\ntext = \"Read the grammar\"\n\n[[steps]]\ntext = \"Write the tests\"\n";

fn command(repo: &TestRepo, program: &str, args: &[&str]) -> Command {
    let mut command = Command::new(program);
    command
        .args(args)
        .current_dir(repo.path())
        .env_clear()
        .envs(std::env::vars().filter(|(name, _)| name == "PATH"))
        .envs([("HOME", "/nonexistent"), ("GIT_CONFIG_GLOBAL", "/dev/null"), ("GIT_CONFIG_NOSYSTEM", "1")])
        .envs([("GIT_AUTHOR_NAME", "Ann"), ("GIT_AUTHOR_EMAIL", "ann@example.com"), ("GIT_EDITOR", "true")])
        .envs([("GIT_COMMITTER_NAME", "Bob"), ("GIT_COMMITTER_EMAIL", "bob@example.com")])
        .env("TASKS_NOW", "2026-11-21T10:00:00Z");
    command
}

fn tasks(repo: &TestRepo, args: &[&str]) -> Output {
    command(repo, BIN, args).output().unwrap()
}

fn ok(repo: &TestRepo, args: &[&str]) -> String {
    let output = tasks(repo, args);
    assert_eq!(output.status.code(), Some(0), "{args:?}: {}", text(&output.stderr));
    text(&output.stdout)
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

fn read(repo: &TestRepo, path: &str) -> String {
    fs::read_to_string(repo.path().join(path)).unwrap()
}

fn plan() -> TestRepo {
    let repo = TestRepo::new();
    repo.write(".tasks/config.toml", "version = 1\n");
    for id in ["200", "300"] {
        repo.write(&format!(".tasks/{id}.toml"), "title = \"t\"\n");
    }
    repo.write(".tasks/412.toml", BASE);
    repo.commit("plan: begin");
    repo
}

/// Does something on a new branch from `main`, and commits it.
fn branch(repo: &TestRepo, name: &str, edit: impl FnOnce(&TestRepo)) {
    repo.git(&["checkout", "-q", "-b", name, "main"]);
    edit(repo);
    repo.commit(&format!("plan: {name}"));
}

fn by_command(commands: &'static [&'static [&'static str]]) -> impl Fn(&TestRepo) {
    move |repo| {
        for command in commands {
            ok(repo, command);
        }
    }
}

type Pair = (&'static [&'static [&'static str]], &'static [&'static [&'static str]], &'static [&'static str]);

/// What two branches do, and the lines of the task when both are merged. Git's own merge manages none of them.
const PAIRS: &[Pair] = &[
    (&[&["set", "412", "depends+=200"]], &[&["set", "412", "depends+=300"]], &["  \"200\",", "  \"300\","]),
    (
        &[&["set", "412", "tags+=alpha"]],
        &[&["set", "412", "tags+=beta"]],
        &["  \"alpha\",", "  \"beta\",", "  \"core\","],
    ),
    (&[&["set", "412", "fields.a=1"]], &[&["set", "412", "fields.b=2"]], &["a = \"1\"", "b = \"2\""]),
    (
        &[&["step", "412", "--add", "Publish"]],
        &[&["step", "412", "--add", "Announce"]],
        &["text = \"Announce\"", "text = \"Publish\"", "text = \"Write the tests\""],
    ),
    (
        &[&["set", "412", "priority=high"]],
        &[&["set", "412", "estimate=2h"]],
        &["priority = \"high\"", "estimate = \"2h\""],
    ),
];

fn register(repo: &TestRepo) {
    ok(repo, &["init", "--merge-driver"]);
    repo.commit("plan: merge by meaning");
}

#[test]
fn with_the_driver_merge_rebase_and_cherry_pick_take_both() {
    for (n, (one, other, want)) in PAIRS.iter().enumerate() {
        let repo = plan();
        let add = by_command(one);
        repo.git(&["checkout", "-q", "main"]);
        branch(&repo, "bare-one", add);
        branch(&repo, "bare-other", by_command(other));
        let stock = command(&repo, "git", &["merge", "-q", "bare-one", "-m", "m"]).output().unwrap();
        assert_eq!(stock.status.code(), Some(1), "{one:?} with {other:?} merges without the driver");
        repo.git(&["merge", "--abort"]);
        repo.git(&["checkout", "-q", "main"]);
        register(&repo);
        branch(&repo, "one", by_command(one));
        branch(&repo, "other", by_command(other));
        match n % 3 {
            0 => repo.git(&["merge", "-q", "one", "-m", "m"]),
            1 => repo.git(&["rebase", "-q", "one"]),
            _ => repo.git(&["cherry-pick", "one"]),
        };
        let merged = read(&repo, ".tasks/412.toml");
        for line in *want {
            assert!(merged.lines().any(|l| l == *line), "{one:?} with {other:?} lost {line}:\n{merged}");
        }
        ok(&repo, &["check"]);
        ok(&repo, &["fmt", "--check"]);
    }
}

#[test]
fn a_step_is_renamed_on_one_branch_and_ticked_on_the_other() {
    let repo = plan();
    register(&repo);
    branch(&repo, "rename", |repo| {
        repo.write(".tasks/412.toml", &BASE.replace("Read the grammar", "Read the whole grammar"));
    });
    branch(&repo, "tick", by_command(&[&["step", "412", "1"]]));
    repo.git(&["merge", "-q", "rename", "-m", "m"]);
    let want = "[[steps]]\nstatus = \"completed\"\ntext = \"Read the whole grammar\"\n";
    assert!(read(&repo, ".tasks/412.toml").contains(want), "{}", read(&repo, ".tasks/412.toml"));
}

#[test]
fn conflicts_are_marked_listed_and_mended() {
    let repo = plan();
    register(&repo);
    branch(&repo, "one", by_command(&[&["set", "412", "priority=high", "tags+=x", "title=Parse"]]));
    branch(&repo, "other", by_command(&[&["set", "412", "priority=low", "tags+=y"]]));
    let merge = command(&repo, "git", &["merge", "-q", "one", "-m", "m"]).output().unwrap();
    assert_eq!(merge.status.code(), Some(1));
    let want = BASE
        .replace("Parser", "Parse")
        .replace(
            "tags",
            "<<<<<<< HEAD\npriority = \"low\"\n=======\npriority = \"high\"\n>>>>>>> one\n\ntags",
        )
        .replace("  \"core\",\n", "  \"core\",\n  \"x\",\n  \"y\",\n");
    assert_eq!(read(&repo, ".tasks/412.toml"), want);

    let list = tasks(&repo, &["list"]);
    assert!(text(&list.stderr).contains(".tasks/412.toml:3 is in conflict"), "{}", text(&list.stderr));
    let check = tasks(&repo, &["check"]);
    assert_eq!(check.status.code(), Some(1));
    assert!(text(&check.stdout).contains("--> .tasks/412.toml:3:1"), "{}", text(&check.stdout));

    let still = tasks(&repo, &["resolve"]);
    assert_eq!((still.status.code(), read(&repo, ".tasks/412.toml")), (Some(1), want));
    assert!(text(&still.stdout).starts_with("conflict .tasks/412.toml:3\n"), "{}", text(&still.stdout));
    let dry = ok(&repo, &["resolve", "--theirs", "--dry-run"]);
    assert!(dry.contains("-<<<<<<< HEAD\n"), "{dry}");
    let done = ok(&repo, &["resolve", "--theirs", ".tasks/412.toml"]);
    assert_eq!(done, "resolved .tasks/412.toml\ngit add .tasks marks them as resolved\n");
    assert!(
        read(&repo, ".tasks/412.toml")
            .contains("priority = \"high\"\n\ntags = [\n  \"core\",\n  \"x\",\n  \"y\",\n")
    );
    repo.git(&["add", ".tasks"]);
    repo.git(&["commit", "-q", "--no-edit"]);
    assert_eq!(ok(&repo, &["resolve"]), "no plan file has conflicts\n");
}

#[test]
fn what_the_stock_merge_left_is_mended_from_the_index_or_from_the_markers() {
    for (n, style) in ["merge", "diff3", "zdiff3"].into_iter().enumerate() {
        let repo = plan();
        branch(&repo, "one", by_command(&[&["set", "412", "tags=one", "depends=200"]]));
        branch(&repo, "other", by_command(&[&["set", "412", "tags=core,other", "depends=300"]]));
        let merge = format!("merge.conflictStyle={style}");
        let merge = command(&repo, "git", &["-c", &merge, "merge", "-q", "one", "-m", "m"]).output().unwrap();
        assert_eq!(merge.status.code(), Some(1));
        if n > 0 {
            // Some people commit the markers; then the index knows nothing any more.
            repo.git(&["add", "-A"]);
        }
        let json: serde_json::Value =
            serde_json::from_str(&ok(&repo, &["resolve", "--format", "json"])).unwrap();
        assert_eq!(json["resolved"][0]["path"], ".tasks/412.toml");
        assert_eq!(
            (&json["resolved"][0]["has_base"], &json["resolved"][0]["unmerged"]),
            (&true.into(), &(n == 0).into())
        );
        let want = BASE.replace(
            "tags = [\n  \"core\",\n",
            "depends = [\n  \"200\",\n  \"300\",\n]\n\ntags = [\n  \"one\",\n  \"other\",\n",
        );
        assert_eq!(read(&repo, ".tasks/412.toml"), want, "{style}");
    }
}

#[test]
fn two_tasks_of_one_id_are_not_blended_and_a_removed_one_is_told() {
    let repo = plan();
    register(&repo);
    branch(&repo, "one", |repo| {
        repo.write(".tasks/413.toml", "title = \"One\"\n");
        fs::remove_file(repo.path().join(".tasks/412.toml")).unwrap();
    });
    branch(&repo, "other", |repo| {
        repo.write(".tasks/413.toml", "title = \"Other\"\n\ndue = 2027-01-01\n");
        repo.write(".tasks/412.toml", &BASE.replace("Parser", "Parse"));
    });
    let merge = command(&repo, "git", &["merge", "-q", "one", "-m", "m"]).output().unwrap();
    assert_eq!(merge.status.code(), Some(1));
    assert_eq!(
        read(&repo, ".tasks/413.toml"),
        "<<<<<<< HEAD\ntitle = \"Other\"\n\ndue = 2027-01-01\n=======\ntitle = \"One\"\n>>>>>>> one\n"
    );
    let left = tasks(&repo, &["resolve"]);
    assert_eq!(left.status.code(), Some(1));
    let said = text(&left.stdout);
    assert!(said.starts_with("conflict .tasks/412.toml was removed by theirs"), "{said}");
    assert!(said.contains("conflict .tasks/413.toml:1\n"), "{said}");
}

/// Git leaves the new task in the index of one side alone; nobody removed it.
#[test]
fn a_new_task_in_a_renamed_folder_is_not_said_to_be_removed() {
    let repo = plan();
    branch(&repo, "fill", |repo| {
        for id in ["1", "2", "3"] {
            repo.write(&format!(".tasks/alpha/{id}.toml"), &format!("title = \"Task {id}\"\n"));
        }
    });
    let merge = |onto: &str, other: &str| {
        repo.git(&["checkout", "-q", onto]);
        let merge = command(&repo, "git", &["merge", "-q", other]).output().unwrap();
        assert_eq!(merge.status.code(), Some(1), "{merge:?}");
    };
    repo.git(&["checkout", "-q", "-b", "moves", "fill"]);
    repo.git(&["mv", ".tasks/alpha", ".tasks/gamma"]);
    repo.commit("Rename");
    repo.git(&["checkout", "-q", "-b", "adds", "fill"]);
    repo.write(".tasks/alpha/4.toml", "title = \"Four\"\n");
    repo.commit("Add");
    for (onto, other, side) in [("moves", "adds", "theirs"), ("adds", "moves", "ours")] {
        merge(onto, other);
        let left = tasks(&repo, &["resolve"]);
        assert_eq!(left.status.code(), Some(1));
        let said = text(&left.stdout);
        assert!(
            said.starts_with(&format!("conflict .tasks/gamma/4.toml is new on one side ({side})")),
            "{said}"
        );
        assert!(said.contains("git add keeps") && !said.contains("git rm"), "{said}");
        let json = tasks(&repo, &["resolve", "--format", "json"]);
        let json: serde_json::Value = serde_json::from_slice(&json.stdout).unwrap();
        let conflict = &json["conflicts"][0];
        assert_eq!((&conflict["new_on"], &conflict["removed_by"]), (&side.into(), &serde_json::Value::Null));
        repo.git(&["add", ".tasks"]);
        assert_eq!(tasks(&repo, &["resolve"]).status.code(), Some(0));
        repo.git(&["reset", "-q", "--hard"]);
    }
}

#[cfg(unix)]
#[test]
fn the_driver_is_found_without_a_path_and_git_merges_where_there_is_none() {
    let repo = plan();
    // Where the program lies has a blank and a quote in it.
    let folder = repo.path().join("it's here");
    fs::create_dir(&folder).unwrap();
    let exe = folder.join("tasks");
    // A link, for a copy that is still open for writing where another thread forks cannot be run.
    fs::hard_link(BIN, &exe).or_else(|_| fs::copy(BIN, &exe).map(drop)).unwrap();
    let registered = command(&repo, exe.to_str().unwrap(), &["init", "--merge-driver"]).output().unwrap();
    assert_eq!(registered.status.code(), Some(0), "{}", text(&registered.stderr));
    assert_eq!(read(&repo, ".tasks/.gitattributes"), "*.toml merge=tasks\n");
    let config = read(&repo, ".git/config");
    command(&repo, exe.to_str().unwrap(), &["init", "--merge-driver"]).output().unwrap();
    assert_eq!(
        (read(&repo, ".git/config"), read(&repo, ".tasks/.gitattributes")),
        (config, "*.toml merge=tasks\n".to_owned())
    );
    repo.git(&["add", ".tasks"]);
    repo.git(&["commit", "-q", "-m", "plan: merge by meaning"]);
    let both = |priority: &'static str, tag: &'static str| {
        move |repo: &TestRepo| {
            ok(repo, &["set", "412", priority, &format!("tags+={tag}")]);
        }
    };
    for (name, priority, tag) in [("one", "priority=high", "x"), ("other", "due=2027-01-01", "y")] {
        repo.git(&["checkout", "-q", "-b", name, "main"]);
        both(priority, tag)(&repo);
        repo.git(&["commit", "-q", "-am", "plan: edit"]);
    }
    // As under a program with windows: the path has Git and the shell and nothing else.
    let short = short_path(&repo);
    let merge = |args: &[&str]| command(&repo, "git", args).env("PATH", &short).output().unwrap();
    assert_eq!(merge(&["merge", "-q", "one", "-m", "m"]).status.code(), Some(0));
    assert!(read(&repo, ".tasks/412.toml").contains("  \"x\",\n  \"y\",\n"));
    repo.git(&["reset", "-q", "--hard", "HEAD^"]);
    fs::remove_file(&exe).unwrap();
    let stock = merge(&["merge", "-q", "one", "-m", "m"]);
    assert_eq!(stock.status.code(), Some(1), "{}", text(&stock.stderr));
    let left = read(&repo, ".tasks/412.toml");
    assert!(left.contains("<<<<<<< ours\n") && left.contains("priority = \"high\""), "{left}");
}

#[cfg(unix)]
/// A directory with links to what Git needs to run a driver, and to no `tasks`.
fn short_path(repo: &TestRepo) -> PathBuf {
    let dir = repo.path().join(".git/short-path");
    fs::create_dir(&dir).unwrap();
    for program in ["git", "sh", "test", "cat", "sed"] {
        let found = std::env::var("PATH").unwrap();
        let found = found.split(':').map(|dir| Path::new(dir).join(program)).find(|path| path.exists());
        std::os::unix::fs::symlink(found.unwrap(), dir.join(program)).unwrap();
    }
    dir
}

#[test]
fn a_linked_worktree_registers_for_all() {
    let repo = plan();
    let linked = repo.path().parent().unwrap().join("linked");
    repo.git(&["worktree", "add", "-q", linked.to_str().unwrap()]);
    let output = command(&repo, BIN, &["init", "--merge-driver"]).current_dir(&linked).output().unwrap();
    assert_eq!(output.status.code(), Some(0), "{}", text(&output.stderr));
    assert!(repo.git(&["config", "merge.tasks.driver"]).contains("merge-driver %O %A %B %L %P"));
    assert!(linked.join(".tasks/.gitattributes").exists());
    repo.git(&["config", "--remove-section", "merge.tasks"]);
}

#[test]
fn the_driver_fails_so_that_git_stops() {
    let repo = plan();
    repo.write("o", BASE);
    repo.write("a", &BASE.replace("Parser", "A"));
    repo.write("b", &BASE.replace("Parser", "B"));
    let code = |args: &[&str]| tasks(&repo, &[&["merge-driver"], args].concat()).status.code();
    assert_eq!(code(&["o", "a", "missing", "7", ".tasks/1.toml"]), Some(129));
    assert_eq!(code(&["o", "a"]), Some(129));
    assert_eq!(code(&["o", "a", "b", "seven"]), Some(129));
    assert_eq!(code(&["o", "a", "b", "7", ".tasks/1.toml", "%S", "%X", "%Y", "more"]), Some(129));
    assert_eq!(read(&repo, "a"), BASE.replace("Parser", "A"));
    assert_eq!(code(&["o", "a", "b", "9", ".tasks/1.toml", "base", "-x", "%Y"]), Some(1));
    let marked = "<<<<<<<<< -x\ntitle = \"A\"\n=========\ntitle = \"B\"\n>>>>>>>>> theirs\n";
    assert_eq!(read(&repo, "a"), BASE.replace("title = \"Parser\"\n", marked));
    assert_eq!(code(&["o", "o", "b", "7", ".tasks/1.toml"]), Some(0));
    assert_eq!(read(&repo, "o"), BASE.replace("Parser", "B"));
    #[cfg(unix)]
    {
        repo.write("elsewhere", BASE);
        std::os::unix::fs::symlink("elsewhere", repo.path().join("link")).unwrap();
        assert_eq!(code(&["a", "link", "b", "7", ".tasks/1.toml"]), Some(129));
        assert_eq!(read(&repo, "elsewhere"), BASE);
    }
}
