//! What a repository is, and its branches.

use super::{common::TestRepo, history, oid, open, record};
use std::fmt::Write;
use std::path::Path;
use std::process::Command;
use tasks::config::Config;
use tasks::git::{Env, GitError, Head, Repo};

#[test]
fn a_directory_outside_any_repository_is_told_apart() {
    let dir = tempfile::tempdir().unwrap();
    let Err(error) = Repo::open(dir.path(), Env::Isolated) else { panic!("opened") };
    assert_eq!(error, GitError::NotARepository { dir: dir.path().to_owned() });
}

#[test]
fn head_is_unborn_on_a_branch_or_detached() {
    let repo = TestRepo::new();
    assert_eq!(open(&repo).head().unwrap(), Head { oid: None, branch: Some("main".into()) });
    assert!(history(&repo).is_empty());
    let one = repo.commit("one");
    assert_eq!(open(&repo).head().unwrap(), Head { oid: Some(oid(&one)), branch: Some("main".into()) });
    repo.git(&["checkout", "-q", "--detach"]);
    assert_eq!(open(&repo).head().unwrap(), Head { oid: Some(oid(&one)), branch: None });
}

#[test]
fn revisions_name_commits_or_say_why_not() {
    let repo = TestRepo::new();
    let one = repo.commit("one");
    repo.git(&["tag", "-a", "-m", "x", "v1"]);
    let opened = open(&repo);
    for rev in ["HEAD", "main", "v1", &one[..8], "HEAD^{commit}"] {
        assert_eq!(opened.resolve(rev).unwrap(), oid(&one), "{rev}");
    }
    let tree = opened.resolve("HEAD^{tree}").unwrap_err().to_string();
    assert!(tree.starts_with("\"HEAD^{tree}\" names a tree, and a commit is expected; "), "{tree}");
    for rev in ["nowhere", "HEAD^", ""] {
        let text = opened.resolve(rev).unwrap_err().to_string();
        assert!(text.starts_with(&format!("cannot find the revision {rev:?}: ")), "{text}");
        assert!(text.ends_with("name a branch, a tag or a commit id"), "{text}");
    }
}

#[test]
fn directories_are_found_in_linked_worktrees_and_bare_repositories() {
    let repo = TestRepo::new();
    let one = repo.commit("one");
    repo.git(&["worktree", "add", "-q", "../linked", "-b", "side"]);
    let linked = repo.path().with_file_name("linked");
    let opened = Repo::open(&linked, Env::Isolated).unwrap();
    assert_eq!(opened.common_dir(), repo.path().join(".git"));
    assert_eq!(opened.git_dir(), repo.path().join(".git/worktrees/linked"));
    assert_eq!(opened.work_dir(), Some(linked.as_path()));
    assert_eq!(opened.head().unwrap(), Head { oid: Some(oid(&one)), branch: Some("side".into()) });

    let bare = crate::clone_of(&repo, &["--bare"]);
    let opened = open(&bare);
    assert!(opened.is_bare());
    assert_eq!(opened.common_dir(), bare.path());
    assert_eq!(opened.resolve("HEAD").unwrap(), oid(&one));
    assert_eq!(opened.object_format(), "sha1");
}

#[test]
fn formats_that_git_would_refuse_are_refused() {
    let reftable = TestRepo::init(&["--ref-format=reftable"]);
    let Err(error) = Repo::open(reftable.path(), Env::Isolated) else { panic!("opened") };
    assert!(error.to_string().contains("reftable"), "{error}");

    let unknown = TestRepo::new();
    unknown.git(&["config", "extensions.fromTheFuture", "1"]);
    assert!(Repo::open(unknown.path(), Env::Isolated).is_ok(), "version 0 knows no extensions");
    unknown.git(&["config", "core.repositoryFormatVersion", "1"]);
    let Err(error) = Repo::open(unknown.path(), Env::Isolated) else { panic!("opened") };
    assert!(error.to_string().to_lowercase().contains("fromthefuture"), "{error}");

    let version = TestRepo::new();
    version.git(&["config", "core.repositoryFormatVersion", "2"]);
    assert!(Repo::open(version.path(), Env::Isolated).is_err());
}

#[test]
fn sha256_repositories_are_read() {
    let repo = TestRepo::init(&["--object-format=sha256"]);
    repo.write(".tasks/1.toml", "title = \"x\"\n");
    let one = repo.commit("task 1: one");
    assert_eq!(open(&repo).object_format(), "sha256");
    assert_eq!(open(&repo).plan_files(oid(&one)).unwrap().unwrap().files.len(), 1);
    assert!(record(&history(&repo), &one).plan_only);
}

#[test]
fn branches_are_local_or_remote_and_know_their_twin() {
    let origin = TestRepo::new();
    origin.commit("one");
    origin.git(&["branch", "topic/a"]);
    origin.git(&["branch", "release/1.0"]);
    let repo = crate::clone_of(&origin, &[]);
    repo.git(&["checkout", "-q", "topic/a"]);
    let two = repo.commit("two");
    let opened = open(&repo);
    let branches = opened.branches().unwrap();
    let names: Vec<_> = branches.iter().map(|b| (b.name.as_str(), b.twin.as_deref())).collect();
    let expected = [
        ("main", None),
        ("topic/a", None),
        ("origin/main", Some("main")),
        ("origin/release/1.0", None),
        ("origin/topic/a", Some("topic/a")),
    ];
    assert_eq!(names, expected);
    for branch in &branches {
        assert_eq!(repo.git(&["rev-parse", &branch.full_name]), branch.tip.to_string());
        assert_eq!(repo.git(&["log", "-1", "--format=%ct", &branch.full_name]), branch.time.to_string());
    }
    assert_eq!(branches[1].tip, oid(&two));
    let trunks = |config: &Config| -> Vec<String> {
        opened.trunks(&branches, config).unwrap().into_iter().map(|b| b.name).collect()
    };
    assert_eq!(opened.default_branch().unwrap().as_deref(), Some("main"));
    assert_eq!(trunks(&Config::default()), ["main", "origin/main"]);
    let configured = Config { trunk: vec!["release/*".into()], ..Config::default() };
    assert_eq!(trunks(&configured), ["origin/release/1.0"]);
    repo.git(&["pack-refs", "--all"]);
    assert_eq!(open(&repo).branches().unwrap(), branches);
}

#[test]
fn the_default_branch_is_asked_of_origin_then_guessed() {
    let repo = TestRepo::new();
    repo.commit("one");
    repo.git(&["branch", "-m", "master"]);
    assert_eq!(open(&repo).default_branch().unwrap().as_deref(), Some("master"));
    repo.git(&["branch", "-m", "other"]);
    assert_eq!(open(&repo).default_branch().unwrap(), None);
    let clone = crate::clone_of(&repo, &[]);
    assert_eq!(open(&clone).default_branch().unwrap().as_deref(), Some("other"));
    assert_eq!(open(&clone).upstream_trunk().unwrap(), Some(open(&clone).resolve("HEAD").unwrap()));
    clone.git(&["remote", "set-head", "origin", "--delete"]);
    assert_eq!(open(&clone).upstream_trunk().unwrap(), Some(open(&clone).resolve("HEAD").unwrap()));
    assert_eq!(open(&repo).upstream_trunk().unwrap(), None);
}

#[test]
fn the_trunk_that_others_see_is_never_a_topic_branch_of_ones_own() {
    let tip = |repo: &TestRepo| open(repo).upstream_trunk().unwrap().map(|oid| oid.to_string());
    for (name, is_known) in [("main", true), ("master", true), ("develop", false)] {
        let origin = TestRepo::new();
        origin.commit("one");
        origin.git(&["branch", "-m", name]);
        origin.git(&["config", "receive.denyCurrentBranch", "ignore"]);
        let trunk = origin.git(&["rev-parse", "HEAD"]);
        let clone = crate::clone_of(&origin, &[]);
        clone.git(&["remote", "set-head", "origin", "--delete"]);
        clone.git(&["checkout", "-q", "-b", "topic"]);
        clone.commit("two");
        clone.git(&["push", "-q", "-u", "origin", "topic"]);
        assert_eq!(tip(&clone), is_known.then(|| trunk.clone()), "{name}");
        // What the topic is to be merged into is the trunk, whatever its name.
        clone.git(&["branch", "-q", &format!("--set-upstream-to=origin/{name}")]);
        assert_eq!(tip(&clone), Some(trunk.clone()), "{name}");
        clone.git(&["branch", "--unset-upstream"]);
        assert_eq!(tip(&clone), is_known.then_some(trunk), "{name}");
    }
}

#[test]
fn an_ambiguous_abbreviation_is_said_to_be_one() {
    let repo = TestRepo::new();
    let mut stream = String::new();
    for n in 0..1200 {
        let who = format!("A <a@x> {} +0000", 1_700_000_000 + n);
        write!(stream, "commit refs/heads/main\nauthor {who}\ncommitter {who}\ndata 1\nx\n").unwrap();
    }
    repo.git_with(&["fast-import", "--quiet"], stream.as_bytes());
    let list = repo.git(&["rev-list", "--all"]);
    let mut prefixes: Vec<&str> = list.lines().map(|line| &line[..4]).collect();
    prefixes.sort_unstable();
    let twice = prefixes.windows(2).find(|pair| pair[0] == pair[1]).unwrap()[0];
    let text = open(&repo).resolve(twice).unwrap_err().to_string();
    assert!(text.contains("ambiguous") && text.contains(twice), "{text}");
}

#[test]
fn borrowed_objects_split_indices_and_submodules_are_read() {
    let source = TestRepo::new();
    source.write(".tasks/1.toml", "one");
    source.write("sub/.tasks/1.toml", "one");
    let one = source.commit("one");
    let shared = crate::clone_of(&source, &["--shared"]);
    assert_eq!(open(&shared).plan_files(oid(&one)).unwrap().unwrap().files.len(), 1);
    shared.git(&["update-index", "--split-index"]);
    shared.write("other/.tasks/1.toml", "x");
    shared.git(&["add", "-A"]);
    assert_eq!(open(&shared).nested_plans().unwrap(), ["other", "sub"]);

    let outer = TestRepo::new();
    let url = format!("file://{}", source.path().display());
    outer.git(&["-c", "protocol.file.allow=always", "submodule", "--quiet", "add", &url, "inner"]);
    let within = Repo::open(&outer.path().join("inner/sub"), Env::Isolated).unwrap();
    assert_eq!(within.work_dir(), Some(outer.path().join("inner").as_path()));
    assert_eq!(within.head().unwrap().oid, Some(oid(&one)));
    assert!(open(&outer).nested_plans().unwrap().is_empty());
}

/// Not a test of its own: what another test runs in a process with an environment of its own.
#[test]
#[ignore = "run by git_dir_and_work_tree_come_from_the_environment"]
fn tells_what_is_opened() {
    let repo = Repo::open(Path::new("."), Env::Process).unwrap();
    let said = (repo.git_dir(), repo.work_dir(), repo.config_string("tasks.me"));
    std::io::Write::write_fmt(&mut std::io::stdout(), format_args!("opened {said:?}\n")).unwrap();
}

#[test]
fn git_dir_and_work_tree_come_from_the_environment() {
    let (repo, elsewhere) = (TestRepo::new(), TestRepo::new());
    repo.git(&["config", "tasks.me", "ann"]);
    let git_dir = repo.path().join(".git");
    let opened = |dir: &Path, variables: &[(&str, &Path)]| {
        let output = Command::new(std::env::current_exe().unwrap())
            .args(["--exact", "repository::tells_what_is_opened", "--ignored", "--nocapture"])
            .current_dir(dir)
            .env_clear()
            .envs(variables.iter().copied())
            .output()
            .unwrap();
        let text = String::from_utf8(output.stdout).unwrap();
        let said = text.lines().find_map(|line| line.split_once("opened ")).map(|(_, said)| said.to_owned());
        said.unwrap_or(text)
    };
    let expected = |tree: &Path| format!("{:?}", (&git_dir, Some(tree), Some("ann")));
    assert_eq!(opened(repo.path(), &[]), expected(repo.path()));
    assert_eq!(opened(elsewhere.path(), &[("GIT_DIR", &git_dir)]), expected(elsewhere.path()));
    repo.commit("one");
    repo.git(&["worktree", "add", "-q", "../linked", "-b", "side"]);
    let (linked, private) = (repo.path().with_file_name("linked"), git_dir.join("worktrees/linked"));
    let hook = format!("{:?}", (&private, Some(&linked), Some("ann")));
    assert_eq!(opened(&linked, &[("GIT_DIR", &private)]), hook, "as in a hook of a linked worktree");
    assert_eq!(
        opened(repo.path(), &[("GIT_DIR", Path::new(".git"))]),
        expected(repo.path()),
        "as in any other hook"
    );
    let apart = TestRepo::init(&["--separate-git-dir=../apart"]);
    apart.git(&["config", "tasks.me", "ann"]);
    let private = apart.path().with_file_name("apart");
    let hook = format!("{:?}", (&private, Some(apart.path()), Some("ann")));
    assert_eq!(opened(apart.path(), &[("GIT_DIR", &private)]), hook);
    let bare = TestRepo::init(&["--bare"]);
    let hook = format!("{:?}", (bare.path(), None::<&Path>, None::<&str>));
    assert_eq!(opened(bare.path(), &[("GIT_DIR", Path::new("."))]), hook, "as in a hook of a server");
    let both = [("GIT_DIR", git_dir.as_path()), ("GIT_WORK_TREE", repo.path())];
    assert_eq!(opened(elsewhere.path(), &both), expected(repo.path()));
}
