//! Hooks in real repositories: commits, pushes, installing, and the ready-made pieces for CI.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod commits;
#[path = "../common/hermetic.rs"]
mod hermetic;
mod installing;
mod pushes;
mod ready;

use hermetic::hermetic;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Output;
use std::rc::Rc;
use tempfile::TempDir;

const BIN: &str = env!("CARGO_BIN_EXE_tasks");

/// A directory in which commands run, out of reach of whoever runs the tests. The path has a blank in it.
#[derive(Clone)]
struct Place {
    top: Rc<TempDir>,
    path: PathBuf,
    env: Vec<(String, String)>,
}

impl Place {
    fn new() -> Self {
        let top = TempDir::new().unwrap();
        let path = top.path().canonicalize().unwrap().join("a place");
        fs::create_dir(&path).unwrap();
        Self { top: Rc::new(top), path, env: Vec::new() }
    }

    /// A repository with a plan and one commit.
    fn repository() -> Self {
        let place = Self::new();
        place.ok("git", &["init", "-q", "-b", "main", "."]);
        place.write(".tasks/config.toml", "version = 1\n");
        place.write(".tasks/408.toml", "title = \"Keep sessions\"\n");
        let steps = "\n[[steps]]\ntext = \"Read\"\n\n[[steps]]\nstatus = \"completed\"\ntext = \"Write\"\n\n\
                     [[steps]]\ntext = \"Test\"\n";
        place.write(".tasks/412.toml", &format!("title = \"Rotate refresh tokens\"\n{steps}"));
        place.write(".tasks/413.toml", "title = \"Tell users\"\n\ndepends = [\n  \"412\",\n]\n");
        place.commit("plan: begin");
        place
    }

    /// Another directory beside this one.
    fn beside(&self, name: &str) -> Self {
        let path = self.top.path().canonicalize().unwrap().join(name);
        fs::create_dir_all(&path).unwrap();
        Self { top: Rc::clone(&self.top), path, env: self.env.clone() }
    }

    #[must_use]
    fn with(mut self, name: &str, value: &str) -> Self {
        self.env.push((name.to_owned(), value.to_owned()));
        self
    }

    fn run(&self, program: &str, args: &[&str]) -> Output {
        let mut command = hermetic(program, &self.path, args);
        command
            .envs([("GIT_AUTHOR_NAME", "Ann"), ("GIT_AUTHOR_EMAIL", "ann@example.com")])
            .envs([("GIT_COMMITTER_NAME", "Bob"), ("GIT_COMMITTER_EMAIL", "bob@example.com")])
            .env("TASKS_NOW", "2026-11-21T10:00:00Z")
            .envs(self.env.iter().map(|(name, value)| (name, value)));
        command.output().unwrap()
    }

    /// What a command printed on both streams; it has to succeed.
    fn ok(&self, program: &str, args: &[&str]) -> String {
        let output = self.run(program, args);
        let said = said(&output);
        assert!(output.status.success(), "{program} {args:?}: {said}");
        said
    }

    /// The same of one that has to end with that code.
    fn fails(&self, code: i32, program: &str, args: &[&str]) -> String {
        let output = self.run(program, args);
        let said = said(&output);
        assert_eq!(output.status.code(), Some(code), "{program} {args:?}: {said}");
        said
    }

    fn write(&self, name: &str, text: &str) {
        let path = self.path.join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }

    fn read(&self, name: &str) -> String {
        fs::read_to_string(self.path.join(name)).unwrap()
    }

    /// Writes a program.
    fn program(&self, name: &str, text: &str) -> PathBuf {
        self.write(name, text);
        let path = self.path.join(name);
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt;
            fs::set_permissions(&path, fs::Permissions::from_mode(0o755)).unwrap();
        }
        path
    }

    fn commit(&self, message: &str) {
        self.ok("git", &["add", "-A"]);
        self.ok("git", &["commit", "-q", "--allow-empty", "--no-verify", "-m", message]);
    }
}

fn said(output: &Output) -> String {
    String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr)
}

/// The path on which programs are looked for, with a directory before it.
fn path_with(dir: &Path) -> String {
    let mut all = vec![dir.to_owned()];
    all.extend(std::env::split_paths(&std::env::var_os("PATH").unwrap()));
    std::env::join_paths(all).unwrap().into_string().unwrap()
}
