//! The rules on small plans, and the laws that hold for any document.

use super::{Draft, Options, Placed, Placing, Resolve, Source, merge, place, read, read_all};
use crate::format::canonical;
use crate::model::{FileStatus, Priority, StepStatus};
use crate::snapshot::Snapshot;
use proptest::prelude::*;
use std::collections::HashSet;

fn draft(text: &str) -> Draft {
    read("plan.md", text.as_bytes(), &Options::default()).unwrap()
}

/// Groups with their tasks: title of the group, then "id title" of each.
fn shape(draft: &Draft) -> Vec<(String, Vec<String>)> {
    let task =
        |t: &super::DraftTask| format!("{} {}", t.id.as_ref().map_or("-", |id| id.as_str()), t.task.title);
    draft.groups.iter().map(|g| (g.title.clone(), g.tasks.iter().map(task).collect())).collect()
}

fn expect(text: &str, groups: &[(&str, &[&str])]) -> Draft {
    let draft = draft(text);
    let expected: Vec<(String, Vec<String>)> = groups
        .iter()
        .map(|(g, tasks)| ((*g).to_owned(), tasks.iter().map(|&t| t.to_owned()).collect()))
        .collect();
    assert_eq!(shape(&draft), expected, "{text}");
    draft
}

#[test]
fn labelled_headings_under_phases_are_tasks_and_their_items_steps() {
    let text = "# Plan\n\n## PHASE 1: Base & more\n\n### Task 1.1: Make it ✅ COMPLETED\n**Objective**: Have it\n- ✅ one\n- ⏳ two\n\n\
        ### Task 1.2: Drop it ⛔ NOT NEEDED\n- ❌ three\n\n---\n\n## PHASE 2: Rest\n\n### Task 2.1: Go on (Optional)\n1. four\n   - note\n";
    let draft = expect(
        text,
        &[("Base & more", &["1.1 Make it", "1.2 Drop it"]), ("Rest", &["2.1 Go on (Optional)"])],
    );
    assert_eq!(draft.title.as_deref(), Some("Plan"));
    let first = &draft.groups[0].tasks[0].task;
    assert_eq!(first.status, Some(FileStatus::Completed));
    assert_eq!(first.fields, [("objective".to_owned(), "Have it".to_owned())]);
    let states: Vec<_> = first.steps.iter().map(|s| (s.text.as_str(), s.status)).collect();
    assert_eq!(states, [("one", Some(StepStatus::Completed)), ("two", None)]);
    assert_eq!(draft.groups[0].tasks[1].task.status, Some(FileStatus::Cancelled));
    assert_eq!(draft.groups[0].tasks[1].task.steps[0].status, Some(StepStatus::Cancelled));
    let optional = &draft.groups[1].tasks[0].task;
    assert!(optional.optional);
    assert_eq!(optional.steps[0].notes, ["note"]);
    assert_eq!((draft.groups[0].slug.as_str(), draft.groups[0].key.as_deref()), ("base-more", Some("1")));
    assert_eq!((draft.report.tasks, draft.report.steps), (3, 4));
}

#[test]
fn numbered_headings_are_tasks_below_a_group_and_groups_where_they_count_tasks() {
    let text = "# T\n## PRIORITY 1: CRITICAL (Next 24 Hours)\n### 1. Log in\n- [x] a\n- [ ] b\n- **Blocker**: c\n## Areas\n### 2. Area (40 tasks)\n- x\n\n**More:**\n- y\n";
    let draft = expect(text, &[("CRITICAL", &["1 Log in"]), ("Area", &["- x"])]);
    let group = &draft.groups[0];
    assert_eq!(group.due_window.as_deref(), Some("Next 24 Hours"));
    assert_eq!(group.tasks[0].task.priority, Some(Priority::Critical));
    assert_eq!(group.tasks[0].task.fields, [("blocker".to_owned(), "c".to_owned())]);
    assert_eq!(draft.groups[1].declared_tasks, Some(40));
    assert!(draft.groups[1].description.contains("**More:**\n\n- y"));
}

#[test]
fn a_phase_that_is_named_again_with_plain_items_says_the_same_again() {
    let boxed = "# T\n## Phase 1: Base\n- [x] Log in\n- [ ] Log out\n## Phase 2: Rest\n- Ship\n";
    let both: &[(&str, &[&str])] = &[("Base", &["- Log in", "- Log out"]), ("Rest", &["- Ship"])];
    expect(boxed, both);
    let again = format!("{boxed}## Order of work\n### Phase 1: Base\n- logging in and out\n");
    expect(&again, both);
}

#[test]
fn figures_and_words_behind_a_line_make_no_task() {
    let phase = "# T\n## Phase 1: Base\n### Task 1.1: Log in\n**Priority**: high\n- [ ] a\n";
    let base: &[(&str, &[&str])] = &[("Base", &["1.1 Log in"])];
    expect(phase, base);
    expect(&format!("{phase}## Numbers\n**Tasks**: 24\n**Steps**: 3 of 7\n"), base);
    let closing =
        "## Thanks\nTo all who helped.\n\n---\n\n**Status**: draft\n**Owner**: ann\n**Priority**: low\n";
    expect(&format!("{phase}{closing}"), base);
}

#[test]
fn a_window_ends_where_a_base_is_known() {
    let text = "# T\n## HIGH PRIORITY (Next Week)\n### 1. Log in\n- a\n";
    let base_date = Some(jiff::civil::date(2026, 1, 1));
    let with = read("a.md", text.as_bytes(), &Options { base_date }).unwrap();
    assert_eq!(with.groups[0].due, Some(jiff::civil::date(2026, 1, 8)));
    assert_eq!(draft(text).groups[0].due, None);
    let dated = format!("**Last Updated**: January 3, 2026\n\n{text}");
    assert_eq!(draft(&dated).groups[0].due, Some(jiff::civil::date(2026, 1, 10)));
}

#[test]
fn boxes_are_tasks_where_no_heading_is_and_boxes_in_them_steps() {
    let text = "## Tasks\n- [x] 1. First\n  - [x] 1.1 Part\n    - detail\n  - [ ]* 1.2 Maybe\n- [-] 2. Second\n  - plain detail\n\n## Notes\n- a remark\n";
    let draft = expect(text, &[("Tasks", &["1 First", "2 Second"])]);
    let tasks = &draft.groups[0].tasks;
    assert_eq!(tasks[0].task.steps[0].notes, ["detail"]);
    assert_eq!(tasks[0].task.steps[1].notes, ["optional"]);
    assert_eq!(tasks[1].task.status, Some(FileStatus::InProgress));
    assert_eq!(tasks[1].task.description.as_deref(), Some("- plain detail"));
    assert!(draft.description.contains("a remark"));
}

#[test]
fn labelled_boxes_belong_to_their_phase_and_unlabelled_ones_to_their_section() {
    let labelled = "## Phase 1: A\n### Tests\n- [ ] T001 [P] [US1] one\n### Code\n- [ ] T002 two\n";
    let draft = expect(labelled, &[("A", &["T001 one", "T002 two"])]);
    assert_eq!(draft.groups[0].tasks[0].task.tags, ["parallel", "US1"]);
    expect(
        "## Phase 1: A\n### Tests\n- [ ] one\n### Code\n- [ ] two\n",
        &[("Tests", &["- one"]), ("Code", &["- two"])],
    );
}

#[test]
fn plain_lists_are_tasks_where_nothing_else_is() {
    let text = "# Roadmap\n\n## Overview\n- about\n\n## Parser\n- read it\n  - by hand\n- print it\n";
    let draft = expect(text, &[("Parser", &["- read it", "- print it"])]);
    assert_eq!(draft.groups[0].tasks[0].task.steps[0].text, "by hand");
    expect("- just\n- these\n", &[("", &["- just", "- these"])]);
    let german = "# Plan\n## Phase 1: Aufbau\n### Server einrichten\n- Konto anlegen\n- Testen\n## Phase 2: Betrieb\n### Überwachen\n- Alarme\n";
    expect(german, &[("Aufbau", &["- Server einrichten"]), ("Betrieb", &["- Überwachen"])]);
}

#[test]
fn what_repeats_the_tasks_is_merged_by_number() {
    let text = "# T\n## Phase 1: A\n### Task 1: One\n- a\n### Task 2: Two\n- b\n## Progress\n- [x] Task 1: first\n- [ ] Task 2: second\n\
        ## Start\n**Current Task**: Task 2\n";
    let draft = expect(text, &[("A", &["1 One", "2 Two"])]);
    let states: Vec<_> = draft.groups[0].tasks.iter().map(|t| t.task.status).collect();
    assert_eq!(states, [Some(FileStatus::Completed), Some(FileStatus::InProgress)]);
}

#[test]
fn goals_gates_and_sprints_are_milestones_and_complete_nothing() {
    let text = "# T\n## Phase 1: A\n### Task 1: One\n- a\n## Completion criteria\n**Mark ready_to_ship: true when:**\n- ✅ it runs\n\
        ## Strategy\n### Sprint 1 (Day 1): Begin\n- Complete Phase 1\n- **Result**: begun\n\n**Status**: ✅ Ready\n";
    let draft = expect(text, &[("A", &["1 One"])]);
    let gate = &draft.milestones[0];
    assert_eq!(gate.slug, "ready_to_ship");
    assert_eq!(gate.criteria[0].status, StepStatus::Pending);
    let sprint = &draft.milestones[1];
    assert_eq!(
        (sprint.groups.as_slice(), sprint.when.as_deref(), sprint.goal.as_deref()),
        (&[0][..], Some("Day 1"), Some("begun"))
    );
    assert_eq!(draft.groups[0].tasks[0].task.status, None);
}

#[test]
fn fields_files_code_and_legend_of_a_task() {
    let text = "**Legend**: 🔴 Critical | 🟢 Low\n## Soon\n### 🔴 1. Do\n**Time**: 15 min\n**Files**:\n- `a.rs:1`\n- all of `b`\n\n**Issues:**\n- bad\n\n\
        **Steps**:\n1. one:\n   ```sh\n   # no heading\n   ```\n2. two\n";
    let draft = expect(text, &[("Soon", &["1 Do"])]);
    let task = &draft.groups[0].tasks[0].task;
    assert_eq!(task.priority, Some(Priority::Critical));
    assert_eq!(task.estimate.unwrap().to_string(), "15m");
    assert_eq!(task.files, ["a.rs:1"]);
    let fields = [("stated files", "- all of `b`"), ("Issues", "- bad")];
    assert_eq!(task.fields, fields.map(|(k, v)| (k.to_owned(), v.to_owned())));
    assert_eq!(task.steps.len(), 2);
    assert_eq!(task.description.as_deref(), Some("Step 1:\n\n```sh\n# no heading\n```"));
}

#[test]
fn dependencies_are_taken_where_every_name_is_a_task() {
    let text = "## Phase 1: A\n### Task 1: One\n- a\n### Task 2: Two\n**Depends on**: Task 1\n- b\n### Task 3: Three\n**Depends on**: the weather\n- c\n";
    let draft = draft(text);
    let tasks = &draft.groups[0].tasks;
    assert_eq!(tasks[1].task.depends.iter().map(ToString::to_string).collect::<Vec<_>>(), ["1"]);
    assert_eq!(tasks[2].task.fields[0].1, "the weather");
}

#[test]
fn a_number_used_twice_gets_the_number_of_its_group() {
    let text = "## Phase 1: A\n### 1. One\n- a\n## Phase 2: B\n### 1. Other\n- b\n";
    expect(text, &[("A", &["1 One"]), ("B", &["2.1 Other"])]);
}

#[test]
fn a_cut_end_is_kept_and_named() {
    let cut = draft("## Phase 1: A\n### Task 1: One\n- first\n- secon");
    assert_eq!(cut.groups[0].tasks[0].task.steps[1].text, "secon");
    assert_eq!(cut.warnings[0].line, 4);
}

#[test]
fn a_file_with_front_matter_is_one_task_and_a_folder_one_plan() {
    let one = "---\nid: B-1\ntitle: One\nstatus: Done\n---\n\n## Criteria\n- [x] #1 runs\n\n1. just text\n";
    let two = "---\nid: B-2\ntitle: Two\nstatus: To Do\ndependencies:\n  - B-1\n---\ntext\n";
    let files = [("a.md".to_owned(), one.into()), ("b.md".to_owned(), two.into())];
    let draft = read_all("folder", &files, &Options::default()).unwrap();
    assert_eq!(shape(&draft), [(String::new(), vec!["B-1 One".to_owned(), "B-2 Two".to_owned()])]);
    let tasks = &draft.groups[0].tasks;
    assert_eq!(tasks[0].task.steps[0].text, "runs");
    assert_eq!(tasks[1].task.depends.len(), 1);
}

#[test]
fn a_text_without_tasks_is_refused() {
    assert!(read("a.md", b"# Title\n\nProse.\n", &Options::default()).is_err());
}

/// Pieces of plans; `@` becomes a word that occurs nowhere else.
const PIECES: [&str; 38] = [
    "# @",
    "## Phase 1: @",
    "## @",
    "### Task 3: @ (Next Week)",
    "### 4. @ ✅ DONE",
    "### @",
    "#### @",
    "## Notes @",
    "## Success criteria @",
    "- @",
    "- [ ] @",
    "- [x] T007 [P] @",
    "1. @",
    "2. @ @",
    "  - @",
    "    - [ ] @",
    "**@**: @",
    "**Steps @**:",
    "**Files**: `@`, @",
    "**Time**: 2 hours @",
    "**Files @**:",
    "- `@` @",
    "| @ | @ |\n|---|---|\n| @ | @ |",
    "```\n# @\n- [ ] @\n```",
    "> @",
    "@ @",
    "<!-- @ -->",
    "---",
    "",
    "- **@**: @",
    "[@]: https://example.com/@",
    "**@ @:**",
    "- [ ] @ 📅 2026-12-01 🔁 @ #@",
    "- @ @done(@) (2 hours) due:2026-12-01",
    "- @ (@@) @@",
    "## Done\n- @",
    "## Backlog\n- @\n  - @",
    "| Title | @ |\n|---|---|\n| @ | @ |",
];

fn document() -> impl Strategy<Value = String> {
    let pieces = prop::collection::vec((0..PIECES.len(), any::<bool>()), 1..25);
    let starts = prop::sample::select(vec!["## Phase 9: start\n- [ ] begin\n\n", "## Todo\n- begin\n\n"]);
    (pieces, starts).prop_map(|(pieces, start)| {
        let mut count = 0;
        let mut out = start.to_owned();
        for (piece, blank) in pieces {
            for c in PIECES[piece].chars() {
                if c == '@' {
                    count += 1;
                    out.extend(["w", &count.to_string(), "x"]);
                } else {
                    out.push(c);
                }
            }
            out.push_str(if blank { "\n\n" } else { "\n" });
        }
        out
    })
}

/// The files that a document becomes in a repository without a plan.
fn placed(text: &str) -> Placed {
    let (prefix, none, paths) = ("".parse().unwrap(), HashSet::new(), HashSet::new());
    let placing = Placing {
        source: Source { now: "plan.md", former: None },
        group: None,
        prefix: &prefix,
        taken: &none,
        given: &none,
        paths: &paths,
    };
    place(&draft(text), &Snapshot::default(), &placing)
}

proptest! {
    #[test]
    fn what_is_imported_twice_is_as_it_was(text in document()) {
        for file in placed(&text).files {
            let merged = merge(&file.path, "plan.md", file.text.as_bytes(), &file.text, Resolve::Report).unwrap();
            prop_assert_eq!(String::from_utf8(merged.bytes).unwrap(), file.text.clone());
            prop_assert_eq!((merged.updated.len(), merged.conflicts.len()), (0, 0));
            let form = canonical(&file.path, file.text.as_bytes()).unwrap();
            prop_assert_eq!(String::from_utf8(form).unwrap(), file.text);
        }
    }

    #[test]
    fn no_word_of_a_document_is_lost(text in document()) {
        let placed = placed(&text);
        let texts: Vec<String> =
            placed.files.into_iter().map(|file| file.text).chain(placed.notes.map(|notes| notes.1)).collect();
        let seen = texts.join("\n");
        for word in text.split(|c: char| !c.is_ascii_alphanumeric()).filter(|w| w.starts_with('w') && w.ends_with('x')) {
            prop_assert!(seen.contains(word), "{word} of {text:?} is lost in {seen}");
        }
    }

    #[test]
    fn any_text_is_read_or_refused(text in "[-#*`|>~:.0-9\\[\\] \txT✅⭐é\n]{0,200}", ending in "(md|org|csv|json|jsonl)") {
        let _ = read(&format!("a.{ending}"), text.as_bytes(), &Options::default());
    }

    #[test]
    fn any_bytes_are_read_or_refused(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
        let _ = read("a.md", &bytes, &Options::default());
    }
}
