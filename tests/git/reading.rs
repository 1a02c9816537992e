//! Commits as they are read: people, encodings, and what is broken or missing.

use super::{common::TestRepo, forge, history, oid, open, read, record, subjects};
use tasks::git::GitError;

#[test]
fn people_go_by_the_mail_map_and_messages_by_their_encoding() {
    let repo = TestRepo::new();
    repo.write(".mailmap", "Ann Smith <ann@work.example> <ann@example.com>\n");
    repo.git(&["add", "-A"]);
    let mut message = b"task 1: gr\xfcn\n\nmore \xe4\n".to_vec();
    repo.git_with(&["-c", "i18n.commitEncoding=ISO-8859-1", "commit", "-q", "-F", "-"], &message);
    let latin = repo.git(&["rev-parse", "HEAD"]);
    message = "task 2: grün\n".into();
    message.extend_from_slice(b"\n\xff\n");
    let raw = [b"tree 4b825dc642cb6eb9a060e54bf8d69288fbee4904\nauthor A <a@x> 1 +0000\ncommitter A <a@x> 1 +0000\n\n"
        .as_slice(), &message].concat();
    let broken = repo.git_with(&["hash-object", "-w", "--stdin", "-t", "commit"], &raw);
    let opened = open(&repo);
    let history = history(&repo);
    let first = record(&history, &latin);
    assert_eq!(first.subject, "task 1: grün");
    assert_eq!((first.author.name.as_str(), first.author.email.as_str()), ("Ann Smith", "ann@work.example"));
    assert_eq!(opened.commit_info(oid(&latin)).unwrap().message, "task 1: grün\n\nmore ä\n");
    let info = opened.commit_info(oid(&broken)).unwrap();
    assert_eq!((info.subject(), info.author.name.as_str()), ("task 2: grün", "A"));
    assert_eq!(info.message, "task 2: grün\n\n\u{fffd}\n");
}

#[test]
fn a_malformed_commit_costs_a_warning() {
    let repo = TestRepo::new();
    let below = repo.commit("task 1: below");
    let bad = forge(&repo, "author nobody\ncommitter C <c@x> 77 +0000\n", "task 2: bad author\n");
    let absurd =
        forge(&repo, "author A <a@x> 5 +0000\ncommitter C <c@x> 99999999999999999999 +0000\n", "task 3: x\n");
    let history = history(&repo);
    assert_eq!(subjects(&history), ["task 1: below", "task 2: bad author", "task 3: x"]);
    assert_eq!(record(&history, &bad).author_time, 77);
    assert_eq!(record(&history, &absurd).author_time, 5);
    assert_eq!(history.time(history.position(&oid(&absurd)).unwrap()), 0);
    let expected = [
        format!("commit {bad} has a broken author line"),
        format!("commit {absurd} has a broken committer line"),
    ];
    assert_eq!(history.warnings, expected);
    assert!(history.complete && history.position(&oid(&below)).is_some());
}

#[test]
fn text_behind_a_nul_is_not_read() {
    let repo = TestRepo::new();
    repo.commit("one");
    let people = "author A <a@x> 5 +0000\ncommitter A <a@x> 5 +0000\n";
    let hidden = forge(&repo, people, "harmless\0\ntask 1: forged\n");
    assert!(subjects(&history(&repo)).is_empty());
    assert_eq!(open(&repo).commit_info(oid(&hidden)).unwrap().message, "harmless");
}

#[test]
fn a_missing_commit_is_an_error_and_never_an_end() {
    let repo = TestRepo::new();
    let one = repo.commit("task 1: one");
    repo.commit("task 2: two");
    std::fs::remove_file(repo.path().join(".git/objects").join(&one[..2]).join(&one[2..])).unwrap();
    let error = read(&repo, None, false).unwrap_err();
    assert!(
        matches!(&error, GitError::MissingObject { oid: missing, promisor: None, .. } if *missing == oid(&one)),
        "{error}"
    );
}

#[test]
fn a_partial_clone_names_what_is_missing_and_how_to_get_it() {
    let origin = TestRepo::new();
    origin.git(&["config", "uploadpack.allowFilter", "true"]);
    origin.write(".tasks/1.toml", "title = \"x\"\n");
    origin.commit("task 1: one");
    let repo = crate::clone_of(&origin, &["--filter=blob:none", "--no-checkout"]);
    let opened = open(&repo);
    assert_eq!(opened.promisor().as_deref(), Some("origin"));
    assert_eq!(subjects(&history(&repo)), ["task 1: one"]);
    let text = opened.plan_files(opened.resolve("HEAD").unwrap()).unwrap_err().to_string();
    assert!(text.contains(".tasks/1.toml") && text.contains("git fetch -q --stdin origin"), "{text}");
}

#[test]
fn replace_refs_and_grafts_forge_nothing() {
    let repo = TestRepo::new();
    let one = repo.commit("task 1: one");
    let two = repo.commit("two");
    let fake = repo.git(&["commit-tree", "-m", "task 9: forged", "HEAD^{tree}"]);
    repo.git(&["replace", &two, &fake]);
    repo.write(".git/info/grafts", &format!("{two}\n"));
    let history = history(&repo);
    assert_eq!(subjects(&history), ["task 1: one"]);
    assert!(history.position(&oid(&one)).is_some());
}
