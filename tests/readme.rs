//! Keeps the README true: every console block is what the command really prints in the demo's repository.
//!
//! A block is generated from the comment above it:
//!
//! ````text
//! <!-- output: tasks next --limit 3 -->
//! ```console
//! $ tasks next --limit 3
//! …
//! ```
//! ````
//!
//! The commands run in order, in one repository. `TASKS_UPDATE_README=1 cargo test --test readme` rewrites the blocks.

use std::fmt::Write;
use std::fs;
use std::path::Path;
use std::process::Command;

const NOW: &str = "2026-11-20T12:00:00Z";
const MARK: &str = "<!-- output: ";
const OPEN: &str = "```console";

#[test]
fn console_blocks_are_what_the_commands_print() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("README.md");
    let written = fs::read_to_string(&path).unwrap();
    let temporary = tempfile::tempdir().unwrap();
    let dir = temporary.path().join("tidepool");
    tasks::demo::create(&dir, NOW.parse().unwrap()).unwrap();

    let real = rendered(&written, |command| run(&dir, command));
    if std::env::var_os("TASKS_UPDATE_README").is_some_and(|value| value == "1") {
        fs::write(&path, &real).unwrap();
        return;
    }
    snapbox::assert_data_eq!(written, snapbox::Data::text(real).raw());
}

#[test]
fn blocks_are_rewritten_from_their_comments_and_nothing_else_is() {
    let before = "a\n\n<!-- output: x y -->\n```console\n$ old\nold\n```\n\n```sh\n$ z\n```\n";
    let after = "a\n\n<!-- output: x y -->\n```console\n$ x y\n<x y>\n```\n\n```sh\n$ z\n```\n";
    assert_eq!(rendered(before, |command| format!("<{command}>\n")), after);
}

#[test]
#[should_panic(expected = "a console block without its comment")]
fn a_block_that_nothing_checks_is_refused() {
    rendered("```console\n$ x\n```\n", |_| String::new());
}

#[test]
fn words_keep_what_is_quoted() {
    assert_eq!(
        words("git commit -m 'task 6: cache'  --quiet"),
        ["git", "commit", "-m", "task 6: cache", "--quiet"]
    );
}

/// The document with every console block printed anew.
fn rendered(text: &str, mut output: impl FnMut(&str) -> String) -> String {
    let mut out = String::new();
    let mut lines = text.lines();
    while let Some(line) = lines.next() {
        assert!(line != OPEN, "a console block without its comment");
        out.push_str(line);
        out.push('\n');
        let Some(command) = line.strip_prefix(MARK).and_then(|rest| rest.strip_suffix(" -->")) else {
            continue;
        };
        assert_eq!(lines.next(), Some(OPEN), "a console block follows {line}");
        assert!(lines.any(|line| line == "```"), "the block of {command} ends");
        let _ = writeln!(out, "{OPEN}\n$ {command}");
        for line in output(command).trim_end().lines() {
            out.push_str(line.trim_end());
            out.push('\n');
        }
        out.push_str("```\n");
    }
    out
}

/// Runs one command in `dir`, with nothing of this machine's but its programs. Gives standard output, then standard
/// error, then how it ended unless all was well.
fn run(dir: &Path, command: &str) -> String {
    let words = words(command);
    let (program, arguments) = words.split_first().expect("a command");
    let program = match program.as_str() {
        "tasks" => env!("CARGO_BIN_EXE_tasks"),
        "git" => "git",
        other => panic!("the README runs tasks and git only, not {other}"),
    };
    let output = Command::new(program)
        .args(arguments)
        .current_dir(dir)
        .env_clear()
        .env("PATH", std::env::var_os("PATH").unwrap_or_default())
        .env("HOME", dir)
        .env("GIT_CONFIG_GLOBAL", "/dev/null")
        .env("GIT_CONFIG_NOSYSTEM", "1")
        .envs(["GIT_AUTHOR_NAME", "GIT_COMMITTER_NAME"].map(|name| (name, "Mira Okafor")))
        .envs(["GIT_AUTHOR_EMAIL", "GIT_COMMITTER_EMAIL"].map(|name| (name, "mira@example.com")))
        .envs(["GIT_AUTHOR_DATE", "GIT_COMMITTER_DATE", "TASKS_NOW"].map(|name| (name, NOW)))
        .envs([("COLUMNS", "80"), ("NO_COLOR", "1"), ("LC_ALL", "C"), ("TZ", "UTC"), ("TERM", "dumb")])
        .output()
        .expect("the command runs");
    let mut printed = String::from_utf8(output.stdout).expect("UTF-8");
    printed.push_str(&String::from_utf8_lossy(&output.stderr));
    if !output.status.success() {
        let _ = writeln!(printed, "[{}]", output.status);
    }
    printed
}

/// The words of a command line: blanks separate, single and double quotes keep together.
fn words(command: &str) -> Vec<String> {
    let mut words = Vec::new();
    let (mut word, mut quote, mut open) = (String::new(), None, false);
    for c in command.chars() {
        match quote {
            Some(q) if c == q => quote = None,
            Some(_) => word.push(c),
            None if c == '\'' || c == '"' => (quote, open) = (Some(c), true),
            None if c.is_whitespace() => {
                if open {
                    words.push(std::mem::take(&mut word));
                }
                open = false;
            }
            None => {
                word.push(c);
                open = true;
            }
        }
    }
    if open {
        words.push(word);
    }
    words
}
