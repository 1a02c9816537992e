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
//! The commands run in order, in the demo's repository until `<!-- repository: name -->` begins an empty one. A block behind
//! `<!-- file: plan.md -->` is written there. `TASKS_UPDATE_README=1 cargo test --test readme` rewrites the blocks.

use std::fmt::Write;
use std::fs;
use std::path::Path;
use std::process::Command;

const NOW: &str = "2026-11-20T12:00:00Z";
const MARK: &str = "<!-- output: ";
const REPOSITORY: &str = "<!-- repository: ";
const FILE: &str = "<!-- file: ";
const OPEN: &str = "```console";

/// What the document asks for.
enum Ask<'a> {
    Run(&'a str),
    Repository(&'a str),
    File(&'a str, &'a str),
}

#[test]
fn console_blocks_are_what_the_commands_print() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("README.md");
    let written = fs::read_to_string(&path).unwrap();
    let temporary = tempfile::tempdir().unwrap();
    let dir = temporary.path().join("tidepool");
    tasks::demo::create(&dir, NOW.parse().unwrap()).unwrap();

    let mut dir = dir;
    let real = rendered(&written, |ask| match ask {
        Ask::Run(command) => run(&dir, command),
        Ask::Repository(name) => {
            dir = temporary.path().join(name);
            fs::create_dir(&dir).unwrap();
            run(&dir, "git init --quiet -b main")
        }
        Ask::File(path, text) => {
            fs::write(dir.join(path), text).unwrap();
            String::new()
        }
    });
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
    let run = |ask: Ask<'_>| match ask {
        Ask::Run(command) => format!("<{command}>\n"),
        Ask::Repository(_) | Ask::File(..) => String::new(),
    };
    assert_eq!(rendered(before, run), after);
}

#[test]
fn repositories_and_files_are_asked_for_and_stay_as_they_are_written() {
    let text = "<!-- repository: r -->\n<!-- file: a.md -->\n```markdown\n# A\n```\nb\n";
    let mut seen = Vec::new();
    let same = rendered(text, |ask| {
        seen.push(match ask {
            Ask::Run(command) => command.to_owned(),
            Ask::Repository(name) => format!("in {name}"),
            Ask::File(path, text) => format!("{path}: {text}"),
        });
        String::new()
    });
    assert_eq!((same.as_str(), seen), (text, vec!["in r".to_owned(), "a.md: # A\n".to_owned()]));
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
fn rendered(text: &str, mut answer: impl FnMut(Ask<'_>) -> String) -> String {
    let mut out = String::new();
    let mut lines = text.lines();
    while let Some(line) = lines.next() {
        assert!(line != OPEN, "a console block without its comment");
        out.push_str(line);
        out.push('\n');
        let value = |mark: &str| line.strip_prefix(mark).and_then(|rest| rest.strip_suffix(" -->"));
        if let Some(name) = value(REPOSITORY) {
            answer(Ask::Repository(name));
        } else if let Some(path) = value(FILE) {
            let block: Vec<&str> = lines.by_ref().take_while(|line| *line != "```").collect();
            let (open, file) = block.split_first().expect("a block follows the name of a file");
            let file: String = file.iter().flat_map(|line| [line, "\n"]).collect();
            answer(Ask::File(path, &file));
            let _ = write!(out, "{open}\n{file}```\n");
        } else if let Some(command) = value(MARK) {
            assert_eq!(lines.next(), Some(OPEN), "a console block follows {line}");
            assert!(lines.any(|line| line == "```"), "the block of {command} ends");
            let _ = writeln!(out, "{OPEN}\n$ {command}");
            for line in answer(Ask::Run(command)).trim_end().lines() {
                out.push_str(line.trim_end());
                out.push('\n');
            }
            out.push_str("```\n");
        }
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
