//! Keeps the floors of the house: a room imports only from its own floor or from below, and some crates live on one
//! floor only. ARCHITECTURE.md says what each floor is for.

use regex::Regex;
use std::fs;
use std::path::Path;
use walkdir::WalkDir;

/// The top-level modules by floor.
const FLOORS: [&[&str]; 5] = [
    &["changeset", "config", "finding", "format", "message", "model", "shell", "snapshot"],
    &["files", "git"],
    &["change", "check", "diff", "evidence", "forecast", "merge", "plan"],
    &["export", "import", "picture", "report", "view"],
    &["bin", "cli", "demo", "error", "hook", "main", "ui", "workspace"],
];

/// Where the environment may be read: by the shell, and by the room that opens repositories as Git's variables say.
const ENVIRONMENT: &[&str] = &["git", "bin", "cli", "demo", "error", "hook", "main", "ui", "workspace"];

/// What may be named only on some floors or in some rooms. A stopwatch (`Instant`) is no clock: it tells no date.
const ONLY: [(&str, &str, &[&str]); 7] = [
    ("gix", r"\bgix::", &["git"]),
    ("walkdir", r"\bwalkdir::", &["files"]),
    ("tempfile", r"\btempfile::", &["files", "git", "cli"]),
    ("clap", r"\bclap(_complete|_mangen)?::", FLOORS[4]),
    ("the environment", r"\bstd::env\b|\benv!|\boption_env!", ENVIRONMENT),
    ("the clock", r"\b(Timestamp|SystemTime|Zoned)::now\b", FLOORS[4]),
    ("templates and Markdown", r"\b(tera|pulldown_cmark)::", FLOORS[3]),
];

#[test]
fn no_room_knows_a_higher_floor() {
    let reference = Regex::new(r"\b(?:crate|tasks)::(\w+)").expect("a regular expression");
    let mut wrong = Vec::new();
    for (path, room, code) in sources() {
        let own = floor(&room).unwrap_or_else(|| panic!("src/{path}: give the module {room} a floor"));
        assert!(!code.contains("crate::{"), "src/{path}: name each module on a line of its own");
        for name in reference.captures_iter(&code).map(|c| c[1].to_owned()) {
            if floor(&name).is_some_and(|other| other > own) {
                wrong.push(format!("src/{path} (floor {own}) uses {name}"));
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn crates_and_the_world_stay_in_their_rooms() {
    let mut wrong = Vec::new();
    for (what, pattern, rooms) in ONLY {
        let pattern = Regex::new(pattern).expect("a regular expression");
        for (path, room, code) in sources() {
            if pattern.is_match(&code) && !rooms.contains(&room.as_str()) {
                wrong.push(format!("src/{path} uses {what}, which belongs in {rooms:?}"));
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

fn floor(room: &str) -> Option<usize> {
    FLOORS.iter().position(|rooms| rooms.contains(&room))
}

/// Every source file but `lib.rs`: its path, its top-level module, and its code without comments and unit tests.
fn sources() -> Vec<(String, String, String)> {
    let src = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut found = Vec::new();
    for entry in WalkDir::new(&src) {
        let entry = entry.expect("src can be read");
        let path = entry.path().strip_prefix(&src).expect("a path below src");
        let path = path.to_str().expect("a path in UTF-8").replace('\\', "/");
        let is_test = path.ends_with("/tests.rs") || path.contains("/tests/");
        if entry.path().extension().is_none_or(|extension| extension != "rs") || path == "lib.rs" || is_test {
            continue;
        }
        let text = fs::read_to_string(entry.path()).expect("a source file can be read");
        let code: Vec<&str> = text
            .lines()
            .take_while(|line| !line.starts_with("#[cfg(test)]"))
            .filter(|line| !line.trim_start().starts_with("//"))
            .collect();
        let room = path.split('/').next().unwrap_or(&path).trim_end_matches(".rs").to_owned();
        found.push((path, room, code.join("\n")));
    }
    assert!(found.len() > 20, "found only {} source files", found.len());
    found
}
