//! Import after export gives the same plan, whatever is in it.

use super::{Exported, place, read};
use crate::export::{self, Selection};
use crate::format::{canonical, render_group, render_milestone, render_task};
use crate::import::{Placing, Prefix, Source};
use crate::model::{
    Criterion, Dependency, Details, Estimate, FileStatus, Group, GroupName, Milestone, Priority, Status,
    Step, StepStatus, Task,
};
use crate::plan::{Inputs, Plan};
use crate::snapshot::{PlanFile, Snapshot};
use crate::view::{Note, PlanView};
use proptest::collection::{btree_map, vec};
use proptest::option;
use proptest::prelude::*;
use proptest::sample::select;
use std::collections::{BTreeMap, HashSet};

/// Pieces of text that mean something to Markdown, CSV, JSON, TOML, a terminal or the importer.
const AWKWARD: &[&str] = &[
    "#",
    "# a",
    "## Task 5: b",
    "- [ ] c",
    "- [x] d",
    "- ",
    "* ",
    "1. ",
    "12) ",
    "> ",
    "```",
    "~~~",
    "````",
    "`",
    "``",
    "`a|b`",
    "|",
    "| a | b |",
    "|--|--|",
    "---",
    "===",
    "***",
    "\\",
    "\\`",
    "\\|",
    "&",
    "&amp;",
    "&#10;",
    "&amp;#10;",
    "<",
    "<!--",
    "-->",
    "<!-- -->",
    "<b>",
    "</details>",
    "<script>",
    "@ada",
    "a@b.c",
    "#12",
    "[x](y)",
    "![x](y)",
    "[a]: b",
    "**Steps**",
    "**Criteria**",
    "**Due:** x",
    "- **Due:** 2026-01-01",
    "- **a:**",
    "*(blocked)*",
    "*(by commits)*",
    "<!-- group: x -->",
    "<!-- tasks export 1",
    "tasks-plan",
    "stated_status",
    "✅",
    "🚧",
    "👩‍🚀",
    "(optional)",
    "(archive)",
    "(untitled)",
    "Task 5:",
    "\u{202e}",
    "\u{200f}",
    "\u{feff}",
    "\u{2028}",
    "\u{85}",
    "\u{1b}[31m",
    "\u{0}",
    "\t",
    "  ",
    " ",
    "\n",
    "\n\n",
    "\r\n",
    "\r",
    "    code",
    "a",
    "é",
    "É…",
    "'",
    "\"",
    "\"\"\"",
    "'a",
    "=1+1",
    "+1",
    "-1",
    "@x",
    ",",
    ", ",
    ";",
    ":",
    ":**",
    "[x]",
    "[ ] ",
    "[\"",
    "{{ x }}",
    "{% if %}",
    "$x$",
    "%",
    "https://e.org/a_b?c=1&d",
    "_",
    "~",
    "!",
    "end\n",
];

fn text() -> impl Strategy<Value = String> {
    prop_oneof![
        4 => vec(select(AWKWARD), 0..6).prop_map(|parts| parts.concat()),
        1 => any::<String>(),
        1 => Just("Plain words, on one line".to_owned()),
    ]
}

fn title() -> impl Strategy<Value = String> {
    text()
        .prop_map(|text| text.replace('\n', " "))
        .prop_filter("a title says something", |t| !t.trim().is_empty())
}

/// Text that says something, as all but descriptions and fields must.
fn filled() -> impl Strategy<Value = String> {
    text().prop_filter("says something", |text| !text.trim().is_empty())
}

fn texts() -> impl Strategy<Value = Vec<String>> {
    vec(filled(), 0..3)
}

const IDS: &[&str] = &["1", "2", "10", "T001", "1.1.1", "bd-a1b2", "PROJ-7", "x--y"];
const DIRS: &[&str] =
    &["", "01-db", "01-db/02-schema", "api", "b c/d--e", "archive", "archive/01-db", "archive/03-old"];

fn depends() -> impl Strategy<Value = Vec<Dependency>> {
    let group = select(vec!["db", "db/schema", "api", "gone"])
        .prop_map(|n| Dependency::Group(GroupName::from_dir(n)));
    let id = select(IDS).prop_map(|id| Dependency::Task(id.parse().unwrap()));
    vec(prop_oneof![group, id], 0..3)
}

fn estimate() -> impl Strategy<Value = Option<Estimate>> {
    option::of(select(vec!["15m", "2h-3h", "1.5d", "1w", "2-3h", "90m-2h"]))
        .prop_map(|e| e.map(|e| e.parse().unwrap()))
}

fn due() -> impl Strategy<Value = Option<jiff::civil::Date>> {
    option::of(select(vec!["2026-12-01", "0001-01-01", "9999-12-31"]))
        .prop_map(|d| d.map(|d| d.parse().unwrap()))
}

fn moment() -> impl Strategy<Value = Option<jiff::Timestamp>> {
    option::of(select(vec!["2026-11-21T10:03:07Z", "2026-11-21T10:03:07.123456789Z"]))
        .prop_map(|t| t.map(|t| t.parse().unwrap()))
}

fn step() -> impl Strategy<Value = Step> {
    let status = option::of(select(StepStatus::ALL));
    (text(), status, texts()).prop_map(|(text, status, notes)| Step { text, status, notes })
}

fn fields() -> impl Strategy<Value = Vec<(String, String)>> {
    let name = prop_oneof![3 => text(), 1 => select(vec!["Due", "goal", "Status", "source", ""]).prop_map(str::to_owned)];
    // A key of the file itself below [fields] is an error there.
    let known = |name: &String| render_task(&Task { title: name.clone(), ..Task::default() }).is_empty();
    vec((name, text()), 0..4).prop_map(move |fields| {
        let mut seen = HashSet::new();
        fields.into_iter().filter(|(name, _)| !known(name) && seen.insert(name.clone())).collect()
    })
}

fn task() -> impl Strategy<Value = Task> {
    let first = (
        title(),
        option::of(select(Priority::ALL.to_vec())),
        estimate(),
        due(),
        any::<bool>(),
        depends(),
        texts(),
        texts(),
        texts(),
        texts(),
    );
    let second = (
        vec(prop_oneof![filled(), Just("https://example.com/a_(b)?c=1&d=@e".to_owned())], 0..3),
        moment(),
        option::of(select(FileStatus::ALL)),
        option::of(filled()),
        option::of(filled()),
        moment(),
        vec(select(vec!["413", "old-1"]), 0..2),
        option::of(text()),
        vec(step(), 0..4),
        fields(),
    );
    (first, second).prop_map(|(a, b)| Task {
        title: a.0,
        priority: a.1,
        estimate: a.2,
        due: a.3,
        optional: a.4,
        depends: a.5,
        assignees: a.6,
        milestones: a.8,
        status: b.2,
        reason: b.3,
        reopened: b.5,
        aka: b.6.into_iter().map(|id| id.parse().unwrap()).collect(),
        details: Details {
            tags: a.7,
            files: a.9,
            links: b.0,
            created: b.1,
            waiting_on: b.4,
            description: b.7,
            steps: b.8,
            fields: b.9,
        }
        .into(),
    })
}

fn group() -> impl Strategy<Value = Group> {
    (option::of(filled()), option::of(text()), depends(), texts(), estimate(), due(), vec(step(), 0..3))
        .prop_map(|(title, description, depends, milestones, estimate, due, steps)| Group {
            declared_tasks: due.map(|_| 7),
            title,
            description,
            depends,
            milestones,
            estimate,
            due,
            steps,
        })
}

fn milestone() -> impl Strategy<Value = Milestone> {
    let criterion = (text(), select(StepStatus::ALL)).prop_map(|(text, status)| Criterion { text, status });
    let is_group = |d: &Dependency| matches!(d, Dependency::Group(_));
    (option::of(filled()), due(), option::of(filled()), option::of(text()), depends(), vec(criterion, 0..3))
        .prop_map(move |(title, due, goal, description, members, criteria)| {
            let (groups, tasks) = members.into_iter().partition(is_group);
            Milestone { title, due, goal, description, groups, tasks, criteria }
        })
}

/// A plan as files in canonical form.
fn plan() -> impl Strategy<Value = BTreeMap<String, String>> {
    let tasks = btree_map(select(IDS), (select(DIRS), task()), 1..5);
    let groups = btree_map(select(DIRS), group(), 0..4);
    let milestones = btree_map(select(vec!["beta", "v1.0", "a b", "ready_for_merge"]), milestone(), 0..3);
    let notes = option::of(text());
    let config = select(vec![
        "version = 1\n",
        "# ours: ```\nversion = 1\n\n[ids]\nprefix = \"PROJ-\" # & <b>\n",
        "version = 1\n[references]\nkeywords = [\"task\", \"ticket\"]\n",
    ]);
    (tasks, groups, milestones, config, notes).prop_map(|(tasks, groups, milestones, config, notes)| {
        let mut files = BTreeMap::from([(".tasks/config.toml".to_owned(), config.to_owned())]);
        for (id, (dir, task)) in &tasks {
            let dir = if dir.is_empty() { String::new() } else { format!("{dir}/") };
            files.insert(format!(".tasks/{dir}{id}.toml"), render_task(task));
        }
        for (dir, group) in groups {
            // An empty file says nothing, and a directory without tasks would be no group without it.
            if !dir.is_empty() && dir != "archive" && group != Group::default() {
                files.insert(format!(".tasks/{dir}/group.toml"), render_group(&group));
            }
        }
        for (name, milestone) in milestones {
            files.insert(format!(".tasks/milestones/{name}.toml"), render_milestone(&milestone));
        }
        files.extend(notes.map(|text| (".tasks/my-plan.md".to_owned(), text)));
        files
    })
}

fn plan_files(files: &BTreeMap<String, String>) -> Vec<PlanFile> {
    let file =
        |(path, text): (&String, &String)| PlanFile { path: path.clone(), bytes: text.clone().into_bytes() };
    files.iter().map(file).collect()
}

/// The plan of those files; `seed` decides which commits there are, as far as statuses tell.
fn derived(files: &BTreeMap<String, String>, seed: u8) -> Plan {
    let snapshot = Snapshot::read(plan_files(files), Vec::new());
    let mut plan = Plan::derive(Inputs { snapshot, ..Inputs::default() });
    for (at, state) in plan.states.iter_mut().enumerate() {
        if (seed >> (at % 8)) & 1 == 1 {
            state.status = Status::ALL[usize::from(seed) % Status::ALL.len()];
            for (n, step) in state.steps.iter_mut().enumerate() {
                if n % 2 == 0 && !step.is_settled() {
                    *step = StepStatus::Completed;
                }
            }
        }
    }
    plan
}

#[derive(Debug, Clone, Copy)]
enum Form {
    Markdown,
    Json,
    Csv,
}

fn document(files: &BTreeMap<String, String>, seed: u8, form: Form) -> String {
    let plan = derived(files, seed);
    let all = plan_files(files);
    let excess = export::excess(&plan, &all);
    let mut parts = export::parts(&plan, "My # plan".to_owned(), &Selection::default(), &all, excess);
    let is_note = |path: &&String| *path == ".tasks/my-plan.md";
    let note = |path: &String| Note { name: path[".tasks/".len()..].to_owned(), text: files[path].clone() };
    parts.notes = files.keys().filter(is_note).map(note).collect();
    let view = PlanView::of(&plan, &parts);
    match form {
        Form::Markdown => export::markdown(&view).unwrap(),
        Form::Json => serde_json::to_string(&view).unwrap(),
        Form::Csv => export::csv(&view).unwrap(),
    }
}

fn exported(document: &str) -> Exported {
    read("plan", document.as_bytes()).expect("the document says what it is").unwrap()
}

/// What importing the document into a plan writes, in canonical form.
fn written(document: &str, into: &BTreeMap<String, String>) -> BTreeMap<String, String> {
    let files = plan_files(into);
    let snapshot = Snapshot::read(files.clone(), Vec::new());
    let taken = snapshot.tasks.iter().map(|entry| entry.id.clone()).collect();
    let paths = into.keys().map(String::as_str).collect();
    let prefix = "".parse::<Prefix>().unwrap();
    let placing = Placing {
        source: Source { now: "plan", former: None },
        group: None,
        prefix: &prefix,
        taken: &taken,
        given: &HashSet::new(),
        paths: &paths,
    };
    let restored = place(&exported(document), &snapshot, &files, &placing);
    assert_eq!(restored.new_ids, []);
    let form = |path: &str, text: &str| {
        if path == ".tasks/my-plan.md" {
            text.to_owned()
        } else {
            String::from_utf8(canonical(path, text.as_bytes()).unwrap()).unwrap()
        }
    };
    restored.files.iter().map(|file| (file.path.clone(), form(&file.path, &file.after))).collect()
}

/// The files of a plan that a form can hold, as it holds them.
fn held(files: &BTreeMap<String, String>, form: Form) -> BTreeMap<String, String> {
    let is_task = |path: &str| {
        !path.ends_with("/group.toml")
            && !path.starts_with(".tasks/milestones/")
            && path != ".tasks/config.toml"
            && path != ".tasks/my-plan.md"
    };
    let bare = |path: &str, text: &str| path == ".tasks/config.toml" && text.trim() == "version = 1";
    let keeps = |path: &str, text: &str| match form {
        Form::Markdown => !bare(path, text),
        Form::Json => true,
        Form::Csv => is_task(path),
    };
    files.iter().filter(|(path, text)| keeps(path, text)).map(|(p, t)| (p.clone(), t.clone())).collect()
}

proptest! {
    #[test]
    fn a_document_that_was_cut_to_pieces_is_read_or_refused(
        files in plan(), form in select(vec![Form::Markdown, Form::Json, Form::Csv]), keep in vec(any::<bool>(), 1..40),
    ) {
        let document = document(&files, 0, form);
        let lines = document.split_inclusive('\n').enumerate();
        let cut: String = lines.filter(|(n, _)| *n == 0 || keep[n % keep.len()]).map(|(_, line)| line).collect();
        if let Some(Ok(exported)) = read("plan", cut.as_bytes()) {
            // A heading that has lost the comment which tells what it was is a task that somebody has added.
            let headings = cut.lines().filter(|line| line.starts_with('#')).count();
            prop_assert!(exported.report.tasks <= headings.max(4), "{cut}");
        }
    }

    #[test]
    fn markdown_brings_back_the_same_plan(files in plan(), seed in any::<u8>()) {
        let document = document(&files, seed, Form::Markdown);
        prop_assert_eq!(written(&document, &BTreeMap::new()), held(&files, Form::Markdown), "{}", document);
        prop_assert_eq!(written(&document, &files), BTreeMap::new());
        let crlf = document.replace('\n', "\r\n");
        prop_assert_eq!(written(&crlf, &files), BTreeMap::new(), "with CRLF");
    }

    #[test]
    fn json_brings_back_the_same_plan(files in plan(), seed in any::<u8>()) {
        let document = document(&files, seed, Form::Json);
        prop_assert_eq!(written(&document, &BTreeMap::new()), held(&files, Form::Json), "{}", document);
        prop_assert_eq!(written(&document, &files), BTreeMap::new());
    }

    #[test]
    fn a_table_brings_back_the_same_tasks_and_starts_no_formula(files in plan(), seed in any::<u8>()) {
        let document = document(&files, seed, Form::Csv);
        let mut reader = csv::ReaderBuilder::new().has_headers(false).from_reader(document.as_bytes());
        for record in reader.records() {
            for cell in &record.unwrap() {
                prop_assert!(!cell.starts_with(['=', '+', '-', '@', '\t', '\r']), "{:?}", cell);
            }
        }
        prop_assert_eq!(written(&document, &files), BTreeMap::new(), "{}", document);
    }
}
