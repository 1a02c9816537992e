//! The laws of merging, over generated plan files and the edits of two sides.

use crate::format::{Document, Outline, Value};
use crate::merge::{Favor, Labels, Merged, Options, merge};
use crate::model::{Step, StepStatus};
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::test_runner::{Config, TestCaseError, TestRunner};
use std::cell::Cell;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::process::Command;

const PATH: &str = ".tasks/412.toml";

/// An edit: what is done, where, and with which value.
type Edit = (u8, u8, u8);

/// A file and what two sides did to it.
#[derive(Clone)]
struct Case {
    base: Vec<u8>,
    ours: Vec<u8>,
    theirs: Vec<u8>,
}

/// Cases of at most so many edits on a side, of the first kinds.
fn cases(most: usize, kinds: u8) -> impl Strategy<Value = Case> {
    let edits = |most| vec((0..kinds, any::<u8>(), any::<u8>()), 0..most);
    (edits(10), edits(most), edits(most), 0_u8..4).prop_map(|(base, ours, theirs, style)| {
        let start = [
            "title = \"t\"\n",
            "# head\n\ntitle = 't' # keep\n",
            "\u{feff}title = \"t\"\r\n",
            "title = \"t\"",
        ];
        let base = edited(start[usize::from(style)].as_bytes(), &base, 0);
        Case { ours: edited(&base, &ours, 1), theirs: edited(&base, &theirs, 2), base }
    })
}

impl fmt::Debug for Case {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (name, bytes) in [("base", &self.base), ("ours", &self.ours), ("theirs", &self.theirs)] {
            writeln!(f, "==== {name}\n{}", shown(bytes))?;
        }
        Ok(())
    }
}

/// How many kinds of edits there are, and how many of them move nothing.
const EDITS: u8 = 16;
const WITHOUT_MOVES: u8 = 14;

fn edited(file: &[u8], edits: &[Edit], side: u8) -> Vec<u8> {
    let mut file = file.to_vec();
    for (n, edit) in edits.iter().enumerate() {
        file = if edit.0 < 10 {
            by_writer(&file, *edit)
        } else {
            by_hand(&file, *edit, usize::from(side) * 100 + n)
        };
    }
    file
}

/// What the commands of this program do.
fn by_writer(file: &[u8], (what, place, value): Edit) -> Vec<u8> {
    let mut document = Document::parse(PATH, file).unwrap();
    let pick = |from: &[&'static str]| from[usize::from(place) % from.len()];
    let word = format!("w{}", value % 6);
    let steps = document.steps();
    let step = if steps == 0 { 0 } else { usize::from(place) % steps + 1 };
    match what {
        0 => document.set(pick(&["title", "priority", "estimate", "reason", "status"]), &Value::Text(word)),
        1 | 2 => document.list_add(pick(&["depends", "tags", "files", "milestones"]), &[word]),
        3 => drop(document.list_remove(pick(&["depends", "tags", "files", "milestones"]), &[word])),
        4 if steps > 0 => {
            let status = [Some(StepStatus::Completed), Some(StepStatus::Cancelled), None];
            document.set_step_status(step, status[usize::from(value % 3)]).unwrap();
        }
        5 => document.add_step(&Step { text: format!("step {word} of many"), ..Step::default() }),
        // Twice the same remark in one file could be of one step, and could not be told apart.
        6 if steps > 0 && !shown(file).contains(&format!("note {value}")) => {
            document.add_step_note(step, &format!("note {value}")).unwrap();
        }
        7 => document
            .set_field(pick(&["a", "b b", "c"]), Some(&word).filter(|_| value < 200).map(String::as_str)),
        8 => document.remove(pick(&["priority", "tags", "depends", "description", "reason"])),
        9 => {
            let mut lines: Vec<String> = (0..6).map(|n| format!("line {n}")).collect();
            lines[usize::from(place) % 6] = format!("line {word} \"\\");
            let end = if place % 5 == 0 { "" } else { "\n" };
            document.set("description", &Value::Multiline(lines.join("\n") + end));
        }
        _ => {}
    }
    document.into_bytes()
}

/// What people do in their editors: comments, keys that nobody knows, another order.
fn by_hand(file: &[u8], (what, place, value): Edit, unique: usize) -> Vec<u8> {
    let mut outline = Outline::parse(PATH, file).unwrap();
    let at = |len: usize| usize::from(place) % len.max(1);
    let (roots, tables) = (outline.root.len(), outline.tables.len());
    match what {
        10 => outline.root[at(roots)].lead += &["# comment ", &unique.to_string(), "\n"].concat(),
        11 => {
            let mut part = outline.root[0].clone();
            part.path = vec![format!("unknown{}", value % 3)];
            part.lead = "\n".to_owned();
            part.before = format!("{} = ", part.path[0]);
            part.value = ["1", "[1, 2]", "{ a = 1 }", "[\n  3,\n  4,\n]"][at(4)].to_owned();
            part.behind = "\n".to_owned();
            match outline.root.iter_mut().find(|old| old.path == part.path) {
                Some(old) => old.value = part.value,
                None => outline.root.push(part),
            }
        }
        12 if tables > 0 => drop(outline.tables.remove(at(tables))),
        14 if tables > 1 => outline.tables.swap(at(tables), (at(tables) + 1) % tables),
        13 if tables > 0 => {
            let table = &mut outline.tables[at(tables)];
            if let Some(part) = table.parts.iter_mut().find(|part| part.path == ["text"]) {
                part.value = part.value.replacen("of many", &format!("of very many {}", value % 3), 1);
            }
        }
        15 if roots > 2 => {
            let moved = outline.root.remove(1 + at(roots - 1));
            outline.root.push(moved);
        }
        _ => {}
    }
    written(&outline)
}

fn written(outline: &Outline) -> Vec<u8> {
    let mut text = String::new();
    for part in &outline.root {
        text += &(part.lead.clone() + &part.lines());
    }
    for table in &outline.tables {
        text += &(table.lead.clone() + &table.lines());
    }
    text += &outline.tail;
    if outline.open {
        text.pop();
    }
    if outline.crlf {
        text = text.replace('\n', "\r\n");
    }
    if outline.bom { format!("\u{feff}{text}").into_bytes() } else { text.into_bytes() }
}

fn merged(base: &[u8], ours: &[u8], theirs: &[u8], favor: Option<Favor>) -> Merged {
    let labels = Labels { ours: "ours", theirs: "theirs", size: 7 };
    merge(PATH, base, ours, theirs, &Options { labels, favor })
}

fn shown(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

/// What a file says, by what it is about: independent of the order of keys and of lists that have none, and of the way
/// it is written. Steps go by their text, and by their number among those of the same text.
fn meaning(bytes: &[u8]) -> Result<BTreeMap<String, String>, TestCaseError> {
    let text = shown(bytes);
    let table: toml::Table = toml::from_str(text.trim_start_matches('\u{feff}'))
        .map_err(|error| TestCaseError::fail(format!("{error}\n{text}")))?;
    let mut out = BTreeMap::new();
    for (key, value) in table {
        match (key.as_str(), value) {
            ("steps", toml::Value::Array(steps)) => steps_of(&steps, &mut out),
            ("fields", toml::Value::Table(fields)) => {
                out.extend(
                    fields.into_iter().map(|(name, value)| (format!("fields.{name}"), value.to_string())),
                );
            }
            (_, toml::Value::Array(list)) if !key.starts_with("unknown") => {
                out.extend(list.iter().map(|item| (format!("{key} {item}"), String::new())));
            }
            (_, value) => drop(out.insert(key, value.to_string())),
        }
    }
    Ok(out)
}

fn steps_of(steps: &[toml::Value], out: &mut BTreeMap<String, String>) {
    let mut times: BTreeMap<String, usize> = BTreeMap::new();
    for step in steps {
        let text = step["text"].to_string();
        let time = times.entry(text.clone()).or_default();
        *time += 1;
        let name = format!("step {text} {time}");
        out.insert(name.clone(), String::new());
        if let Some(status) = step.get("status") {
            out.insert(format!("{name} status"), status.to_string());
        }
        for note in step.get("notes").and_then(toml::Value::as_array).into_iter().flatten() {
            out.insert(format!("{name} note {note}"), String::new());
        }
    }
}

/// The step that something is about.
fn step_of(name: &str) -> Option<&str> {
    name.starts_with("step ").then(|| {
        let end = name.rfind('"').filter(|_| !name.contains(" note ")).or_else(|| name.find("\" "));
        let end = end.unwrap_or(name.len() - 1);
        let digits = name[end + 2..].bytes().take_while(u8::is_ascii_digit).count();
        &name[..end + 2 + digits]
    })
}

/// Whether no side has two steps of one text: by their texts, which a test goes by, such twins cannot be told apart.
fn has_no_twins(case: &Case) -> bool {
    [&case.base, &case.ours, &case.theirs].into_iter().all(|side| !has_twins(side))
}

fn has_twins(file: &[u8]) -> bool {
    let text = shown(file);
    let texts: Vec<&str> = text.lines().filter(|line| line.starts_with("text = ")).collect();
    texts.iter().collect::<BTreeSet<_>>().len() < texts.len()
}

fn identity(case: &Case) -> Result<(), TestCaseError> {
    let (b, x) = (&case.base, &case.ours);
    for (base, ours, theirs) in [(b, x, b), (b, b, x), (b, x, x)] {
        let merged = merged(base, ours, theirs, None);
        prop_assert_eq!((shown(&merged.bytes), merged.conflicts), (shown(x), 0));
    }
    Ok(())
}

fn commutativity(case: &Case) -> Result<(), TestCaseError> {
    let one = merged(&case.base, &case.ours, &case.theirs, None);
    let other = merged(&case.base, &case.theirs, &case.ours, None);
    prop_assert_eq!(one.conflicts, other.conflicts, "{}\n----\n{}", shown(&one.bytes), shown(&other.bytes));
    if one.conflicts == 0 {
        prop_assert_eq!(meaning(&one.bytes)?, meaning(&other.bytes)?);
        let order = |bytes: &[u8]| {
            shown(bytes).lines().filter(|l| l.starts_with("text")).map(str::to_owned).collect::<Vec<_>>()
        };
        prop_assert_eq!(order(&one.bytes), order(&other.bytes));
    }
    Ok(())
}

/// Whichever side is taken in conflicts, what only one side changed is there; and so is every comment.
fn no_edit_is_lost(case: &Case) -> Result<(), TestCaseError> {
    let (base, ours, theirs) = (meaning(&case.base)?, meaning(&case.ours)?, meaning(&case.theirs)?);
    let conflicts = merged(&case.base, &case.ours, &case.theirs, None).conflicts;
    for favor in [Favor::Ours, Favor::Theirs] {
        let bytes = merged(&case.base, &case.ours, &case.theirs, Some(favor)).bytes;
        // One side reworded a step into what the other added.
        if has_twins(&bytes) {
            continue;
        }
        let result = meaning(&bytes)?;
        let all: BTreeSet<&String> = base.keys().chain(ours.keys()).chain(theirs.keys()).collect();
        for name in all {
            // A step that a side removed or reworded is not compared any further.
            let is_gone =
                |side: &BTreeMap<String, String>| step_of(name).is_some_and(|step| !side.contains_key(step));
            if step_of(name) != Some(name) && (is_gone(&ours) || is_gone(&theirs)) {
                continue;
            }
            let Some(want) = wanted(base.get(name), ours.get(name), theirs.get(name)) else { continue };
            // Of a step that both reworded alike nothing is known by its new text.
            let is_new = step_of(name).is_some_and(|step| !base.contains_key(step));
            let has =
                |side: &BTreeMap<String, String>| step_of(name).is_some_and(|step| side.contains_key(step));
            if is_new && has(&ours) && has(&theirs) && ours.get(name) != theirs.get(name) {
                continue;
            }
            // A step that one side removed or reworded and the other changed is a conflict as a whole.
            if conflicts > 0 && (is_new || step_of(name) == Some(name) && want.is_none()) {
                continue;
            }
            prop_assert_eq!(result.get(name), want, "{} of\n{}", name, shown(&bytes));
        }
    }
    Ok(())
}

/// What becomes of something that not both sides changed.
fn wanted<T: PartialEq + Copy>(base: T, ours: T, theirs: T) -> Option<T> {
    if ours == base { Some(theirs) } else { (theirs == base || ours == theirs).then_some(ours) }
}

/// Every value and every comment of the result is of one of the sides, and comments that nobody removed are there.
fn nothing_is_invented(case: &Case) -> Result<(), TestCaseError> {
    let result = merged(&case.base, &case.ours, &case.theirs, None);
    let comments = |bytes: &[u8]| {
        shown(bytes)
            .lines()
            .filter_map(|l| Some(l[l.find("# comment ")?..].to_owned()))
            .collect::<BTreeSet<_>>()
    };
    let (o, t, m) = (comments(&case.ours), comments(&case.theirs), comments(&result.bytes));
    prop_assert!(
        m.iter().all(|comment| o.contains(comment) || t.contains(comment)),
        "{}",
        shown(&result.bytes)
    );
    prop_assert!(o.intersection(&t).all(|comment| m.contains(comment)), "{}", shown(&result.bytes));
    let lines = |bytes: &[u8]| {
        shown(bytes)
            .lines()
            .map(|l| l.trim_matches(|c: char| " ,\"\u{feff}".contains(c)).to_owned())
            .collect::<BTreeSet<_>>()
    };
    if result.conflicts > 0 {
        return Ok(());
    }
    let known: BTreeSet<String> = lines(&case.ours).into_iter().chain(lines(&case.theirs)).collect();
    let read = meaning(&result.bytes)?;
    let sides = [meaning(&case.ours)?, meaning(&case.theirs)?];
    for (name, value) in &read {
        let is_said = sides.iter().any(|side| side.get(name) == Some(value));
        let by_parts = name == "description" || name.starts_with("unknown") || step_of(name).is_some();
        prop_assert!(is_said || by_parts, "{} = {} of\n{}", name, value, shown(&result.bytes));
    }
    for line in lines(&result.bytes) {
        let by_element = line.contains('[') || line.contains(']') || line.contains('{');
        prop_assert!(known.contains(&line) || by_element, "{:?} of\n{}", line, shown(&result.bytes));
    }
    Ok(())
}

/// Whether something that only one side changed is not so in a result.
fn loses_an_edit(case: &Case, result: &BTreeMap<String, String>) -> Result<bool, TestCaseError> {
    let (base, ours, theirs) = (meaning(&case.base)?, meaning(&case.ours)?, meaning(&case.theirs)?);
    let mut names = base.keys().chain(ours.keys()).chain(theirs.keys());
    Ok(names.any(|name| {
        let wanted = wanted(base.get(name), ours.get(name), theirs.get(name));
        wanted.is_some_and(|wanted| result.get(name) != wanted)
    }))
}

/// What `git merge-file` makes of the three files, if it finds no conflict.
fn by_git(dir: &std::path::Path, case: &Case) -> Option<Vec<u8>> {
    for (name, bytes) in [("ours", &case.ours), ("base", &case.base), ("theirs", &case.theirs)] {
        std::fs::write(dir.join(name), bytes).unwrap();
    }
    let output = Command::new("git")
        .current_dir(dir)
        .env("GIT_CEILING_DIRECTORIES", dir)
        .args(["merge-file", "-p", "ours", "base", "theirs"])
        .output()
        .expect("git runs");
    output.status.success().then_some(output.stdout)
}

fn run(
    cases: u32,
    strategy: &impl Strategy<Value = Case>,
    law: impl Fn(&Case) -> Result<(), TestCaseError>,
) -> u32 {
    let count = Cell::new(0);
    let config = Config { cases, failure_persistence: None, ..Config::default() };
    let result = TestRunner::new(config).run(strategy, |case| {
        count.set(count.get() + 1);
        law(&case)
    });
    if let Err(error) = result {
        panic!("{error}");
    }
    count.get()
}

#[test]
#[expect(clippy::print_stdout, reason = "the number of cases is part of what the test says")]
fn ten_thousand_merges_keep_the_laws() {
    let strategy = cases(6, EDITS);
    let without_twins = cases(6, EDITS).prop_filter("twins", has_no_twins);
    let n: u32 = 2500;
    let counts = [
        ("identity", run(n, &strategy, identity)),
        ("commutativity", run(n, &strategy, commutativity)),
        ("no edit is lost", run(n, &without_twins, no_edit_is_lost)),
        ("nothing is invented", run(n, &strategy, nothing_is_invented)),
    ];
    for (name, count) in counts {
        println!("{name}: {count} cases");
    }
    let total: u32 = counts.iter().map(|(_, count)| count).sum();
    println!("{total} cases in all");
    assert_eq!(total, 10_000);
}

/// Moves are left out: merging by lines brings back what one side moved and the other removed.
#[test]
#[expect(clippy::print_stdout, reason = "the number of cases is part of what the test says")]
fn where_git_merges_by_lines_the_result_means_the_same() {
    let dir = tempfile::tempdir().unwrap();
    let strategy = cases(3, WITHOUT_MOVES).prop_filter("twins", has_no_twins);
    let agreed = Cell::new(0);
    let count = run(500, &strategy, |case| {
        let Some(text) = by_git(dir.path(), case) else { return Ok(()) };
        let Ok(want) = meaning(&text) else { return Ok(()) };
        // By lines, a key of the file can come to stand below a header, where it means nothing, and what was added to a list
        // in another that took its place.
        if loses_an_edit(case, &want)? {
            return Ok(());
        }
        let result = merged(&case.base, &case.ours, &case.theirs, None);
        prop_assert_eq!(result.conflicts, 0, "{}\n---- git:\n{}", shown(&result.bytes), shown(&text));
        prop_assert_eq!(
            meaning(&result.bytes)?,
            want,
            "{}\n---- git:\n{}",
            shown(&result.bytes),
            shown(&text)
        );
        agreed.set(agreed.get() + 1);
        Ok(())
    });
    println!("{count} merges, {} of them merged by git as well", agreed.get());
    assert!(agreed.get() > 50);
}
