//! What the messages of commits are, and their trailers.

use super::common::TestRepo;
use super::{printed, subject};
use std::path::Path;
use tasks::git::{Env, Oid, Repo};
use tasks::message::trailers;

/// What `git log` shows of each commit by a format, decoded as far as it is UTF-8.
fn logged(path: &Path, format: &str) -> Vec<(Oid, String)> {
    let (bytes, _) = printed(path, &["log", "-z", &format!("--format=%H%n{format}")]);
    let texts = bytes.split(|&b| b == 0).filter(|text| !text.is_empty());
    let shown = texts.map(|text| {
        let end = text.iter().position(|&b| b == b'\n').unwrap();
        let oid = Oid::from_hex(&text[..end]).unwrap();
        (oid, String::from_utf8_lossy(&text[end + 1..]).into_owned())
    });
    shown.collect()
}

/// What is not as Git has it, of how many.
fn differences(
    path: &Path,
    format: &str,
    ours: impl Fn(&str) -> String,
) -> (Vec<(Oid, String, String)>, usize) {
    let repo = Repo::open(path, Env::Isolated).unwrap();
    let logged = logged(path, format);
    let count = logged.len();
    let pairs =
        logged.into_iter().map(|(oid, theirs)| (oid, ours(&repo.commit_info(oid).unwrap().message), theirs));
    (pairs.filter(|(_, ours, theirs)| ours != theirs).collect(), count)
}

fn lines_of_trailers(message: &str) -> String {
    let lines = trailers(message).into_iter().map(|(key, value)| [key, ": ", &value, "\n"].concat());
    lines.collect()
}

fn compare(path: &Path) {
    let (different, count) = differences(path, "%B", str::to_owned);
    assert!(different.is_empty(), "{} of {count} messages: {:#?}", different.len(), different.first());
    let (different, count) = differences(path, "%(trailers:only,unfold)", lines_of_trailers);
    assert!(different.is_empty(), "{} of {count} trailers: {:#?}", different.len(), different.first());
    eprintln!("{count} messages and their trailers");
}

#[test]
fn messages_and_trailers_are_what_git_shows() {
    let (path, _kept) = subject();
    compare(&path);
}

#[test]
fn so_are_odd_ones() {
    let repo = TestRepo::new();
    repo.commit("root");
    let tree = repo.git(&["rev-parse", "HEAD^{tree}"]);
    let mut parent = repo.git(&["rev-parse", "HEAD"]);
    let odd: [(&str, &[u8]); 15] = [
        ("", b"No line end"),
        ("", b"\n\n  Blank lines before\n\n\nand between\n\n"),
        ("", b"Not UTF-8 \xff\xfe\n\nKey: v\xe9\n"),
        ("", b"Cut\n\nA: b\n\0C: d\n"),
        ("", b""),
        ("encoding ISO-8859-1\n", b"Caf\xe9 and \x80\x9f\n\nClosed-by: Ren\xe9\n"),
        ("encoding latin1\n", b"Caf\xe9\n"),
        ("encoding windows-1252\n", b"\x80 100\n"),
        ("encoding UTF-8\n", "Caf\u{e9}\n".as_bytes()),
        ("encoding Shift_JIS\n", b"\x83e\x83X\x83g\n"),
        ("encoding EUC-KR\n", b"\xb0\xa1\n"),
        ("encoding no-such-thing\n", b"caf\xc3\xa9\n"),
        (
            "encoding ISO-8859-1\ngpgsig -----BEGIN\n x\n -----END\n",
            b"Signed \xe9\n\nA: b\n c\n\n# comment\n",
        ),
        ("", b"Folded\n\nKey: one\n  two\n\tthree\nSigned-off-by: A\n"),
        ("", b"Mixed\r\n\r\nKey: one\r\nprose\r\nSigned-off-by: A <a@x>\r\n"),
    ];
    for (headers, message) in odd {
        let who = "A <a@x> 1700000000 +0000";
        let head = format!("tree {tree}\nparent {parent}\nauthor {who}\ncommitter {who}\n{headers}\n");
        let bytes = [head.as_bytes(), message].concat();
        parent = repo.git_with(&["hash-object", "-w", "--literally", "--stdin", "-t", "commit"], &bytes);
    }
    repo.git(&["update-ref", "refs/heads/main", &parent]);
    compare(repo.path());
}
