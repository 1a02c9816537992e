//! Unusual repositories: the rows of docs/limits.md, each with a real one.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod broken;
#[path = "../common/mod.rs"]
mod common;
mod partial;

use common::{TestRepo, hermetic};
use std::collections::BTreeSet;
use std::path::Path;
use std::process::{Command, Output};

const PAGE: &str = include_str!("../../docs/limits.md");

/// What `tasks list --all` shows of the plan of [`planned`].
const ANSWER: &str = "✓ 1  One\n○ 2  Two\n2 tasks\n";

fn tasks(dir: &Path, args: &[&str]) -> Output {
    hermetic(env!("CARGO_BIN_EXE_tasks"), dir, args)
        .envs([("TASKS_NOW", "2023-11-15T00:00:00Z"), ("NO_COLOR", "1"), ("COLUMNS", "100")])
        .output()
        .unwrap()
}

fn out(output: &Output) -> String {
    String::from_utf8_lossy(&output.stdout).into_owned()
}

fn err(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

/// The repository answers as any other would, and the page has a row for it.
fn answers(row: &str, dir: &Path) {
    assert!(PAGE.contains(&format!("\n| {row} | ")), "docs/limits.md has no row {row:?}");
    let output = tasks(dir, &["list", "--all"]);
    assert_eq!((out(&output).as_str(), output.status.code()), (ANSWER, Some(0)), "{row}: {}", err(&output));
}

/// The repository is refused in the words of the page, with its exit code and nothing on standard output.
fn refuses(row: &str, dir: &Path, args: &[&str]) {
    let line = PAGE.lines().find(|line| line.starts_with(&format!("| {row} | ")));
    let line = line.unwrap_or_else(|| panic!("docs/limits.md has no row {row:?}"));
    let cells: Vec<&str> = line.trim_matches('|').split(" | ").map(str::trim).collect();
    let output = tasks(dir, args);
    let said = neutral(&err(&output), dir);
    let quoted = cells[1].split('`').skip(1).step_by(2);
    for part in quoted {
        assert!(said.contains(part), "{row}: {part:?} is not in {said:?}");
    }
    let code = output.status.code().map(|code| code.to_string());
    assert_eq!(code.as_deref(), Some(cells[2]), "{row}: {said}");
    assert_eq!(out(&output), "", "{row}");
}

/// The text with object ids and the path of the repository taken out.
fn neutral(text: &str, dir: &Path) -> String {
    let text = text.replace(&dir.display().to_string(), "<repo>");
    let is_oid = |word: &str| word.len() >= 8 && word.bytes().all(|b| b.is_ascii_hexdigit());
    let mut said = String::new();
    for word in text.split_inclusive(|c: char| !c.is_ascii_alphanumeric()) {
        let bare = word.trim_end_matches(|c: char| !c.is_ascii_alphanumeric());
        if is_oid(bare) {
            said.push_str("<oid>");
            said.push_str(&word[bare.len()..]);
        } else {
            said.push_str(word);
        }
    }
    said
}

/// Tasks 1 and 2, of which the first is completed by a commit.
fn planned(args: &[&str]) -> TestRepo {
    let repo = TestRepo::init(args);
    repo.write(".tasks/config.toml", "version = 1\n");
    repo.write(".tasks/1.toml", "title = \"One\"\n");
    repo.write(".tasks/2.toml", "title = \"Two\"\n");
    repo.write("src/code", "1\n");
    repo.commit("plan: start");
    repo.write("src/code", "2\n");
    repo.commit("task 1: do it");
    repo
}

fn clone_of(origin: &TestRepo, args: &[&str]) -> TestRepo {
    let url = format!("file://{}", origin.path().display());
    TestRepo::made_by(&[&["clone", "-q"], args, &[url.as_str(), "."]].concat())
}

/// Fails as Git does, which is what the test wants.
fn git_stops(repo: &TestRepo, args: &[&str]) {
    let git =
        Command::new("git").args(args).current_dir(repo.path()).env("GIT_EDITOR", "true").output().unwrap();
    assert!(!git.status.success(), "git {args:?} succeeded");
}

#[test]
fn without_commits_the_work_tree_answers() {
    let repo = TestRepo::new();
    repo.write(".tasks/config.toml", "version = 1\n");
    repo.write(".tasks/1.toml", "title = \"One\"\nstatus = \"completed\"\n");
    repo.write(".tasks/2.toml", "title = \"Two\"\n");
    answers("unborn", repo.path());
    refuses("unborn, `--at HEAD`", repo.path(), &["--at", "HEAD", "list"]);
}

#[test]
fn a_detached_head_is_a_tip_like_any_other() {
    let repo = planned(&[]);
    repo.git(&["checkout", "-q", "--detach"]);
    answers("detached", repo.path());
    assert!(out(&tasks(repo.path(), &["status"])).starts_with("detached at "));
}

/// Two branches that give task 1 different titles.
fn disagreeing() -> TestRepo {
    let repo = planned(&[]);
    repo.git(&["checkout", "-q", "-b", "topic"]);
    repo.write(".tasks/1.toml", "title = \"Uno\"\n");
    repo.commit("Say it in Italian");
    repo.git(&["checkout", "-q", "main"]);
    repo.write(".tasks/1.toml", "title = \"Eins\"\n");
    repo.commit("Say it in German");
    repo
}

#[test]
fn a_conflicting_merge_hides_one_file_and_not_the_plan() {
    let repo = disagreeing();
    git_stops(&repo, &["merge", "-q", "topic"]);
    let output = tasks(repo.path(), &["status"]);
    assert!(out(&output).starts_with("main (merging)  0 of 1 task"), "{}", out(&output));
    assert_eq!(out(&tasks(repo.path(), &["list", "--all"])), "○ 2  Two\n");
    let check = tasks(repo.path(), &["check"]);
    assert_eq!(check.status.code(), Some(1));
    assert!(out(&check).contains(".tasks/1.toml:1:1"), "{}", out(&check));
    assert!(
        out(&check).ends_with("\n1 error\n"),
        "the task that cannot be read is not unknown: {}",
        out(&check)
    );
    refuses("merging, writing to a file with markers", repo.path(), &["done", "1"]);
    repo.git(&["checkout", "-q", "--ours", ".tasks/1.toml"]);
    repo.write(".tasks/1.toml", "title = \"One\"\n");
    answers("merging", repo.path());
}

#[test]
fn a_rebase_in_progress_is_named() {
    let repo = disagreeing();
    repo.git(&["checkout", "-q", "topic"]);
    git_stops(&repo, &["rebase", "-q", "main"]);
    assert!(out(&tasks(repo.path(), &["status"])).starts_with("topic (rebasing)  "));
    repo.write(".tasks/1.toml", "title = \"One\"\n");
    answers("rebasing", repo.path());
}

#[test]
fn a_linked_worktree_has_its_own_plan() {
    let repo = planned(&[]);
    repo.git(&["worktree", "add", "-q", "-b", "side", "../linked"]);
    repo.write(".tasks/3.toml", "title = \"Only in the main work tree\"\n");
    answers("linked worktree", &repo.path().with_file_name("linked"));
}

#[test]
fn a_submodule_has_its_own_plan() {
    let (inner, outer) = (planned(&[]), planned(&[]));
    let url = inner.path().display().to_string();
    outer.git(&["-c", "protocol.file.allow=always", "submodule", "--quiet", "add", &url, "module"]);
    outer.write("module/.tasks/2.toml", "title = \"Two\"\n");
    answers("submodule", &outer.path().join("module"));
    answers("submodule", outer.path());
    assert_eq!(out(&tasks(outer.path(), &["check"])), "no findings\n");
}

#[test]
fn a_bare_repository_answers_and_is_not_written() {
    let bare = clone_of(&planned(&[]), &["--bare"]);
    answers("bare", bare.path());
    refuses("bare, writing", bare.path(), &["new", "Three"]);
    for args in [&["diff", "--staged"], &["check", "--staged"]] {
        refuses("bare, `--staged`", bare.path(), args);
    }
    for (rev, kind) in [("HEAD^{tree}", "tree"), ("HEAD:src/code", "blob")] {
        let said = err(&tasks(bare.path(), &["--at", rev, "list"]));
        assert!(said.contains(&format!("{rev:?} names a {kind}, and a commit is expected")), "{said}");
    }
}

#[test]
fn borrowed_objects_and_split_indexes_make_no_difference() {
    let origin = planned(&[]);
    let source = origin.path().display().to_string();
    let borrower = TestRepo::made_by(&["clone", "-q", "--shared", &source, "."]);
    answers("alternates", borrower.path());
    origin.git(&["update-index", "--split-index"]);
    answers("split index", origin.path());
    assert_eq!(out(&tasks(origin.path(), &["check"])), "no findings\n");
}

#[test]
fn a_sparse_checkout_hides_nothing_and_is_not_written() {
    let repo = clone_of(&planned(&[]), &[]);
    repo.git(&["sparse-checkout", "set", "--no-cone", "/src", "/.tasks/1.toml", "/.tasks/config.toml"]);
    assert!(!repo.path().join(".tasks/2.toml").exists());
    answers("sparse checkout", repo.path());
    for args in [&["new", "Three"][..], &["done", "2"], &["init"]] {
        refuses("sparse checkout, writing", repo.path(), args);
    }
    repo.git(&["sparse-checkout", "add", ".tasks"]);
    assert_eq!(tasks(repo.path(), &["done", "2"]).status.code(), Some(0), "the command mends it");
}

#[test]
fn a_sparse_index_keeps_the_plan_as_one_entry() {
    let repo = clone_of(&planned(&[]), &[]);
    repo.git(&["sparse-checkout", "set", "--cone", "--sparse-index", "src"]);
    assert_eq!(repo.git(&["ls-files", "--sparse"]), ".tasks/\nsrc/code");
    answers("sparse index", repo.path());
    repo.git(&["sparse-checkout", "disable"]);
    answers("sparse index", repo.path());
}

#[test]
fn a_work_tree_that_lacks_the_plan_of_head_says_so() {
    let repo = clone_of(&planned(&[]), &["--no-checkout"]);
    let row = "work tree without the plan of HEAD";
    refuses(row, repo.path(), &["list"]);
    refuses(row, repo.path(), &["init"]);
    refuses(row, repo.path(), &["new", "Three"]);
    repo.git(&["checkout", "HEAD", "--", ".tasks"]);
    assert_eq!(out(&tasks(repo.path(), &["list", "--all"])), ANSWER, "the command mends it");
}

#[test]
fn the_hash_function_makes_no_difference() {
    answers("SHA-256", planned(&["--object-format=sha256"]).path());
}

#[test]
fn formats_that_cannot_be_read_are_refused() {
    refuses("none", TestRepo::new().path().parent().unwrap(), &["list"]);
    refuses("reftable", TestRepo::init(&["--ref-format=reftable"]).path(), &["list"]);
    let repo = planned(&[]);
    repo.git(&["config", "core.repositoryFormatVersion", "1"]);
    repo.git(&["config", "extensions.fromTheFuture", "true"]);
    refuses("unknown extension", repo.path(), &["list"]);
}

#[cfg(unix)]
#[test]
fn a_plan_directory_that_is_a_link_is_refused() {
    let repo = planned(&[]);
    std::fs::rename(repo.path().join(".tasks"), repo.path().join("elsewhere")).unwrap();
    std::os::unix::fs::symlink("elsewhere", repo.path().join(".tasks")).unwrap();
    refuses("`.tasks` is a link", repo.path(), &["list"]);
}

/// Only root can give files away; elsewhere the row is left untested.
#[cfg(unix)]
#[test]
fn a_repository_of_another_owner_is_read_and_starts_nothing() {
    let repo = planned(&[]);
    repo.git(&["config", "core.pager", "touch pwned; cat"]);
    let given = Command::new("chown").args(["-R", "65534", "."]).current_dir(repo.path()).output().unwrap();
    if !given.status.success() {
        return;
    }
    answers("other owner", repo.path());
    assert!(!repo.path().join("pwned").exists());
}

#[test]
fn nothing_forges_history() {
    let repo = planned(&[]);
    let fake = repo.git(&["commit-tree", "-m", "task 2: forged", "HEAD^{tree}"]);
    repo.git(&["replace", "HEAD", &fake]);
    repo.write(".git/info/grafts", &format!("{}\n", repo.git(&["rev-parse", "HEAD"])));
    answers("replace refs", repo.path());
}

/// A commit made of raw bytes on top of HEAD, and an ordinary one above it.
fn raw_commit(repo: &TestRepo, people: &str, message: &str) {
    let head = repo.git(&["rev-parse", "HEAD"]);
    let tree = repo.git(&["write-tree"]);
    let raw = format!("tree {tree}\nparent {head}\n{people}\n\n{message}");
    let oid = repo.git_with(&["hash-object", "-w", "-t", "commit", "--literally", "--stdin"], raw.as_bytes());
    repo.git(&["update-ref", "refs/heads/main", &oid]);
    repo.commit("Go on");
}

#[test]
fn odd_commits_cost_at_most_a_warning() {
    let repo = planned(&[]);
    let people = "author A <a@x> 1700000000 +0000\ncommitter A <a@x> 1700000000 +0000";
    raw_commit(&repo, people, "Harmless\0\n\nCloses-Task: 2\n");
    answers("text after a NUL", repo.path());
    raw_commit(&repo, "author broken\ncommitter broken", "Nothing of note\n");
    answers("malformed commit", repo.path());
    let warning = err(&tasks(repo.path(), &["list"]));
    assert!(
        warning.starts_with("warning: commit ") && warning.contains("broken committer line"),
        "{warning}"
    );
    assert_eq!(err(&tasks(repo.path(), &["-q", "list"])), "");
}

#[test]
fn a_damaged_commit_graph_is_left_aside() {
    let repo = planned(&[]);
    repo.git(&["commit-graph", "write", "--reachable"]);
    let graph = repo.path().join(".git/objects/info/commit-graph");
    let intact = std::fs::read(&graph).unwrap();
    for damage in [&b""[..], &b"not a graph"[..], &intact[..intact.len() / 2]] {
        std::fs::remove_file(&graph).unwrap();
        std::fs::write(&graph, damage).unwrap();
        answers("damaged commit-graph", repo.path());
    }
}

#[test]
fn a_broken_branch_of_head_is_refused_with_what_to_write_into_it() {
    let repo = planned(&[]);
    let head = repo.git(&["rev-parse", "HEAD"]);
    repo.write(".git/refs/heads/main", "");
    refuses("broken branch of HEAD", repo.path(), &["list"]);
    let log = std::fs::read_to_string(repo.path().join(".git/logs/refs/heads/main")).unwrap();
    assert_eq!(log.lines().last().and_then(|line| line.split(' ').nth(1)), Some(head.as_str()));
}

#[test]
fn a_namespace_is_for_serving_alone() {
    let repo = planned(&[]);
    let listed = hermetic(env!("CARGO_BIN_EXE_tasks"), repo.path(), &["list", "--all"])
        .envs([("GIT_NAMESPACE", "foo"), ("TASKS_NOW", "2023-11-15T00:00:00Z")])
        .output()
        .unwrap();
    assert_eq!((out(&listed).as_str(), err(&listed).as_str()), (ANSWER, ""));
}

#[test]
fn a_shallow_clone_answers_where_the_boundary_lies_within() {
    let origin = planned(&[]);
    let shallow = clone_of(&origin, &["--depth", "1"]);
    refuses("shallow", shallow.path(), &["list"]);
    let allowed = tasks(shallow.path(), &["--allow-shallow", "list", "--all"]);
    assert_eq!(out(&allowed), "✓ 1  One\n? 2  Two  history too shallow\n2 tasks\n");

    let boundary = origin.git(&["rev-parse", "HEAD~1"]);
    origin.write(".tasks/config.toml", &format!("version = 1\n\n[history]\nsince = \"{boundary}\"\n"));
    origin.commit("Set the boundary");
    let deep_enough = clone_of(&origin, &["--depth", "3"]);
    answers("shallow, boundary within", deep_enough.path());
}

#[test]
fn every_row_of_the_page_is_tried() {
    let source = [include_str!("main.rs"), include_str!("broken.rs"), include_str!("partial.rs")].concat();
    let calls = ["answers(\"", "refuses(\"", "let row = \""];
    let tried = |row: &str| {
        row.starts_with("broken reference ")
            || calls.iter().any(|call| source.contains(&format!("{call}{row}\"")))
    };
    let rows: BTreeSet<&str> = PAGE
        .lines()
        .filter_map(|line| line.strip_prefix("| ")?.split(" | ").next())
        .filter(|row| *row != "repository")
        .collect();
    assert!(rows.len() > 25, "the page has no tables");
    for row in rows {
        assert!(tried(row), "no test for the row {row:?}");
    }
}
