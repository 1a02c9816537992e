//! Real repositories for tests, out of reach of whoever runs them.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod hermetic;

pub use hermetic::hermetic;
use std::cell::Cell;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use tempfile::TempDir;

/// A repository in a temporary directory, with a clock that goes on by a minute for each command.
pub struct TestRepo {
    _dir: TempDir,
    path: PathBuf,
    clock: Cell<i64>,
}

impl TestRepo {
    /// An empty repository with a work tree, on an unborn `main`.
    pub fn new() -> Self {
        Self::init(&[])
    }

    /// The same with further arguments of `git init`.
    pub fn init(args: &[&str]) -> Self {
        Self::made_by(&[&["init", "-q", "-b", "main"], args, &["."]].concat())
    }

    /// What a Git command makes in an empty directory.
    pub fn made_by(args: &[&str]) -> Self {
        let dir = TempDir::new().unwrap();
        let path = dir.path().canonicalize().unwrap().join("repo");
        std::fs::create_dir(&path).unwrap();
        let repo = Self { _dir: dir, path, clock: Cell::new(1_700_000_000) };
        repo.git(args);
        repo
    }

    /// The top of the work tree, or the bare repository.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// What the command wrote, without the final line end; it has to succeed.
    pub fn git(&self, args: &[&str]) -> String {
        self.git_with(args, b"")
    }

    /// The same with something on standard input.
    pub fn git_with(&self, args: &[&str], input: &[u8]) -> String {
        self.clock.set(self.clock.get() + 60);
        let date = format!("{} +0000", self.clock.get());
        let mut child = hermetic("git", &self.path, args)
            .envs([("GIT_AUTHOR_NAME", "Ann"), ("GIT_AUTHOR_EMAIL", "ann@example.com")])
            .envs([("GIT_COMMITTER_NAME", "Bob"), ("GIT_COMMITTER_EMAIL", "bob@example.com")])
            .envs([("GIT_AUTHOR_DATE", &date), ("GIT_COMMITTER_DATE", &date)])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        child.stdin.take().unwrap().write_all(input).unwrap();
        let output = child.wait_with_output().unwrap();
        let error = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "git {args:?}: {error}");
        String::from_utf8_lossy(&output.stdout).trim_end().to_owned()
    }

    /// Writes a file of the work tree.
    pub fn write(&self, path: &str, text: &str) {
        let path = self.path.join(path);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
    }

    /// Commits the whole work tree, and gives the object id.
    pub fn commit(&self, message: &str) -> String {
        self.git(&["add", "-A"]);
        self.git_with(
            &["commit", "-q", "--allow-empty", "--cleanup=verbatim", "-F", "-"],
            message.as_bytes(),
        );
        self.git(&["rev-parse", "HEAD"])
    }
}
