//! Makes the repository.

use super::history::Commit;
use super::story::history;
use jiff::Timestamp;
use std::ffi::OsStr;
use std::fs;
use std::io::{self, BufRead, BufReader, Read, Write};
use std::path::{Path, PathBuf};
use std::process::{Command, ExitStatus, Stdio};

/// Why the demo could not be made.
#[derive(Debug, thiserror::Error)]
pub enum DemoError {
    /// Something is there already, and is left as it is.
    #[error("cannot make the demo in {}: it exists and is not an empty directory; name a new one", .0.display())]
    Occupied(PathBuf),
    /// The directory cannot be read or made.
    #[error("cannot make the directory {}", .0.display())]
    Directory(PathBuf, #[source] io::Error),
    /// Git is not there, or cannot be talked to.
    #[error("cannot run git; is it installed and on the PATH?")]
    Start(#[source] io::Error),
    /// Git refused.
    #[error("git {command} failed ({status}): {message}")]
    Git {
        /// Its subcommand.
        command: &'static str,
        /// How it ended.
        status: ExitStatus,
        /// What it wrote to its standard error.
        message: String,
    },
}

/// Makes the demo's repository in `dir`, as if it were `now`, with the branch `main` checked out.
///
/// The directory is made if it is missing. The user's configuration of Git, its hooks and its templates have no part in
/// it, so the same `now` gives the same commits everywhere.
///
/// # Errors
///
/// If `dir` holds anything at all, before anything is written; or if Git cannot be run or fails.
pub fn create(dir: &Path, now: Timestamp) -> Result<(), DemoError> {
    make_empty(dir)?;
    run(dir, "init", &["--quiet", "--object-format=sha1", "--initial-branch=main", "--template="])?;
    import(dir, &history(now))?;
    run(dir, "reset", &["--quiet", "--hard", "main"])?;
    // Lists of "mine" show something in the demo, whoever runs it.
    run(dir, "config", &["tasks.me", "mira@example.com"])
}

fn make_empty(dir: &Path) -> Result<(), DemoError> {
    let failed = |error| DemoError::Directory(dir.to_owned(), error);
    match fs::read_dir(dir) {
        Ok(mut entries) => match entries.next() {
            None => Ok(()),
            Some(_) => Err(DemoError::Occupied(dir.to_owned())),
        },
        Err(error) if error.kind() == io::ErrorKind::NotFound => fs::create_dir_all(dir).map_err(failed),
        Err(error) if error.kind() == io::ErrorKind::NotADirectory => {
            Err(DemoError::Occupied(dir.to_owned()))
        }
        Err(error) => Err(failed(error)),
    }
}

/// Feeds the commits to `git fast-import`, asking it for the ids that messages quote as soon as it knows them.
fn import(dir: &Path, commits: &[Commit]) -> Result<(), DemoError> {
    let mut child = git(dir, "fast-import")
        .args(["--quiet", "--done"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .map_err(DemoError::Start)?;
    let pipes = (child.stdin.take(), child.stdout.take(), child.stderr.take());
    let (Some(mut input), Some(output), Some(mut errors)) = pipes else {
        return Err(DemoError::Start(io::ErrorKind::BrokenPipe.into()));
    };
    let talk = feed(&mut input, &mut BufReader::new(output), commits);
    drop(input);
    let mut message = String::new();
    let heard = errors.read_to_string(&mut message);
    let status = child.wait().map_err(DemoError::Start)?;
    finished("fast-import", status, &message)?;
    // Git's own words, had it failed, say more than a broken pipe.
    talk.and(heard.map(drop)).map_err(DemoError::Start)
}

fn feed(input: &mut impl Write, output: &mut impl BufRead, commits: &[Commit]) -> io::Result<()> {
    for commit in commits {
        let quoted = commit.quotes.map(|mark| id_of(mark, input, output)).transpose()?;
        commit.write(quoted.as_deref(), input)?;
    }
    input.write_all(b"done\n")?;
    input.flush()
}

fn id_of(mark: u32, input: &mut impl Write, output: &mut impl BufRead) -> io::Result<String> {
    writeln!(input, "get-mark :{mark}")?;
    input.flush()?;
    let mut id = String::new();
    output.read_line(&mut id)?;
    Ok(id.trim_end().to_owned())
}

fn run(dir: &Path, command: &'static str, arguments: &[&str]) -> Result<(), DemoError> {
    let output = git(dir, command).args(arguments).stdin(Stdio::null()).output().map_err(DemoError::Start)?;
    finished(command, output.status, &String::from_utf8_lossy(&output.stderr))
}

fn finished(command: &'static str, status: ExitStatus, message: &str) -> Result<(), DemoError> {
    if status.success() {
        return Ok(());
    }
    Err(DemoError::Git { command, status, message: message.trim_end().to_owned() })
}

/// Git without anything of the user's: no configuration but the repository's own, no hooks, and none of the variables by
/// which a surrounding Git (this may run in a hook or an alias) would point it elsewhere.
fn git(dir: &Path, command: &str) -> Command {
    let mut git = Command::new("git");
    for (name, _) in std::env::vars_os() {
        if name.as_encoded_bytes().starts_with(b"GIT_") && name != OsStr::new("GIT_EXEC_PATH") {
            git.env_remove(name);
        }
    }
    git.env("GIT_CONFIG_GLOBAL", if cfg!(windows) { "NUL" } else { "/dev/null" })
        .env("GIT_CONFIG_NOSYSTEM", "1")
        .current_dir(dir)
        .args(["-c", "core.hooksPath=/dev/null", command]);
    git
}
