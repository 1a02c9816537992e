//! What is remembered of the plans of commits never changes an answer.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod common;

use common::TestRepo;
use std::fs;
use std::path::PathBuf;
use std::process::Command;

/// With fewer tasks nothing is remembered.
const TASKS: usize = 520;

/// Status and output of a command.
fn tasks(repo: &TestRepo, args: &[&str], env: &[(&str, &str)]) -> (Option<i32>, String) {
    let output = Command::new(env!("CARGO_BIN_EXE_tasks"))
        .args(args)
        .current_dir(repo.path())
        .env_clear()
        .envs(std::env::vars().filter(|(name, _)| name == "PATH"))
        .envs([("GIT_CONFIG_GLOBAL", "/dev/null"), ("GIT_CONFIG_NOSYSTEM", "1")])
        .envs([("TASKS_NOW", "2023-11-15T10:00:00Z"), ("TZ", "UTC")])
        .envs(env.iter().copied())
        .output()
        .unwrap();
    (output.status.code(), String::from_utf8([output.stdout, output.stderr].concat()).unwrap())
}

/// A trunk and a topic branch, which differ in all that files can: content, place, name, kind, and whether they can be read.
fn repo() -> TestRepo {
    let repo = TestRepo::new();
    repo.write(".tasks/config.toml", "version = 1\n");
    for id in 0..TASKS {
        let text = format!("title = \"Task {id}\"\ntags = [\"t{}\"]\n[[steps]]\ntext = \"s\"\n", id % 3);
        repo.write(&format!(".tasks/{:02}-g/{id}.toml", id % 7), &text);
    }
    repo.commit("plan: start");
    repo.git(&["checkout", "-q", "-b", "topic"]);
    for id in (0..TASKS).step_by(40) {
        repo.write(&format!(".tasks/{:02}-g/{id}.toml", id % 7), &format!("title = \"Another {id}\"\n"));
    }
    // The same object as a task, twice as a task, and as a group.
    repo.write(".tasks/x/group.toml", "title = \"Same\"\n");
    repo.write(".tasks/x/2000.toml", "title = \"Same\"\n");
    repo.write(".tasks/y/2001.toml", "title = \"Same\"\n");
    repo.write(".tasks/milestones/m.toml", "title = \"Same\"\n");
    repo.write(".tasks/x/2002.toml", "title = \"Broken\"\ndepend = [\"1\"]\n");
    repo.write(".tasks/x/2003.toml", "title = \n");
    repo.git(&["mv", ".tasks/01-g/1.toml", ".tasks/x/1.toml"]);
    repo.git(&["rm", "-q", ".tasks/02-g/2.toml"]);
    repo.commit("Plan more");
    repo.write("src", "x");
    repo.commit("task 3: finish");
    repo.git(&["checkout", "-q", "main"]);
    repo.write(".tasks/04-g/4.toml", "title = \"On main\"\ndepends = [\"2\"]\n");
    repo.commit("Plan on main");
    repo.git(&["checkout", "-q", "topic"]);
    repo.write(".tasks/05-g/5.toml", "title = \"Staged\"\ndepends = [\"5000\"]\n");
    repo.git(&["add", ".tasks"]);
    repo
}

fn cache(repo: &TestRepo) -> PathBuf {
    repo.path().join(".git/tasks/blobs")
}

const COMMANDS: [&[&str]; 8] = [
    &["diff", "main...topic", "--format", "json"],
    &["diff", "main..topic"],
    &["diff", "--staged", "--format", "json"],
    &["check", "--range", "main..topic", "--format", "json"],
    &["check", "--onto", "main", "--format", "json"],
    &["check", "--staged", "--format", "json"],
    &["check", "--at", "topic", "--format", "json"],
    &["list", "--at", "main", "--format", "json"],
];

#[test]
fn every_command_answers_as_without_it_however_damaged_it_is() {
    let repo = repo();
    let plain = |args: &&[&str]| tasks(&repo, &[*args, &["--no-cache"]].concat(), &[]);
    let expected: Vec<_> = COMMANDS.iter().map(plain).collect();
    assert!(expected[3].1.contains("unreadable-file") && expected[4].1.contains("unknown-dependency"));
    assert!(!cache(&repo).exists());
    for round in 0..6 {
        for (args, expected) in COMMANDS.iter().zip(&expected) {
            assert_eq!(tasks(&repo, args, &[]), *expected, "{args:?} in round {round}");
        }
        let mut bytes = fs::read(cache(&repo)).unwrap();
        let at = bytes.len() * (2 * round + 1) / 13;
        match round {
            0 => {}
            1 | 2 => bytes.truncate(at),
            _ => bytes[at] ^= 1 << round,
        }
        fs::write(cache(&repo), bytes).unwrap();
    }
}

#[test]
fn what_is_not_accepted_yet_is_not_remembered() {
    let repo = repo();
    let aside = repo.path().join("aside");
    fs::create_dir(&aside).unwrap();
    let objects = repo.path().join(".git/objects");
    let env = [
        ("GIT_OBJECT_DIRECTORY", aside.to_str().unwrap()),
        ("GIT_ALTERNATE_OBJECT_DIRECTORIES", objects.to_str().unwrap()),
    ];
    let args = COMMANDS[3];
    let expected = tasks(&repo, args, &env);
    assert!(!cache(&repo).exists());
    assert_eq!(tasks(&repo, args, &[]), expected);
    assert!(cache(&repo).exists());
    assert_eq!(tasks(&repo, args, &env), expected);
}

#[test]
fn a_place_that_cannot_be_written_is_done_without() {
    let repo = repo();
    let expected = tasks(&repo, COMMANDS[0], &[]);
    fs::remove_dir_all(repo.path().join(".git/tasks")).unwrap();
    repo.write(".git/tasks", "no directory");
    assert_eq!(tasks(&repo, COMMANDS[0], &[]), expected);
}
