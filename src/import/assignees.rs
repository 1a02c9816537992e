//! Who works on what: names behind a title, values of labels such as "Owner", and what a document says once for a group
//! or for all of itself.

use super::draft::Draft;
use super::fields::{self, Meaning};
use crate::model::Task;
use regex::Regex;
use std::sync::LazyLock;

fn pattern(text: &str) -> Regex {
    Regex::new(text).unwrap_or_else(|error| unreachable!("a constant pattern: {error}"))
}

static BEHIND: LazyLock<Regex> =
    LazyLock::new(|| pattern(r"^(.*\S)\s+(?:\(@([A-Za-z][\w.-]*)\)|@([A-Za-z][\w.-]*))$"));
static ASSIGNMENTS: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"(?i)^(?:(.+?)(?:\s*[-–—:]\s*|'s\s+|’s\s+)task assignments|task assignments\s*(?:[-–—:]|for)\s*(.+))$",
    )
});
static CODE: LazyLock<Regex> = LazyLock::new(|| pattern(r"^[A-Z]{1,4}\d{1,4}$"));

/// What stands where nobody is named yet.
const NOBODY: [&str; 8] = ["tbd", "tba", "n/a", "na", "none", "nobody", "unassigned", "open"];

/// The names that the value of a label lists; `None` if it is no list of names, or names nobody yet.
///
/// A role is one, and in few words: "Role: admin of the shop" says what a task is about.
pub fn named(label: &str, value: &str) -> Option<Vec<String>> {
    let is_one = |names: &Vec<String>| names.len() == 1 && names[0].split_whitespace().count() <= 3;
    names(value).filter(|names| !label.to_lowercase().ends_with("role") || is_one(names))
}

fn names(value: &str) -> Option<Vec<String>> {
    let names: Vec<String> = value
        .split([',', ';', '&'])
        .map(|name| name.trim().trim_matches(['*', '`']).trim_start_matches('@').trim().to_owned())
        .filter(|name| !name.is_empty())
        .collect();
    let is_name = |name: &String| {
        name.split_whitespace().count() <= 4
            && name.chars().any(char::is_alphanumeric)
            && !name.ends_with(['.', '!', '?', ':'])
            && !NOBODY.contains(&name.to_lowercase().as_str())
    };
    (!names.is_empty() && names.iter().all(is_name)).then_some(names)
}

/// Takes `@ada` and `(@ada)` at the end of a title out of it.
pub fn take_behind(task: &mut Task) {
    let mut found = Vec::new();
    while let Some(end) = BEHIND.captures(&task.title) {
        found.extend(end.get(2).or(end.get(3)).map(|name| name.as_str().to_owned()));
        let rest = end[1].to_owned();
        task.title = rest;
    }
    fields::add_all(&mut task.assignees, found.into_iter().rev().collect());
}

/// Gives tasks that name nobody the assignees of their group, or of the document: those of a line "Assigned to: …" that
/// is the only one there, and whoever a document is titled for ("C1 - Task assignments"). The lines stay where they are.
pub fn spread(draft: &mut Draft) {
    let titled = draft.title.as_deref().and_then(titled_for);
    let all = said_once(&draft.description).or(titled);
    for group in &mut draft.groups {
        let Some(names) = said_once(&group.description).or_else(|| all.clone()) else { continue };
        for found in group.tasks.iter_mut().filter(|found| found.task.assignees.is_empty()) {
            found.task.assignees.clone_from(&names);
        }
    }
}

/// The assignees that a text names, if it does so once. An owner of a group or of a plan need not do its work.
fn said_once(text: &str) -> Option<Vec<String>> {
    let assigned = |line: &str| {
        let field = fields::of_line(line.trim_start_matches(['-', '*', ' ']).trim())
            .or_else(|| fields::of_line(line))?;
        let label = field.label.to_lowercase();
        let is_told = fields::meaning(&label) == Meaning::Assignee && label.starts_with("assign");
        if is_told { names(&field.value) } else { None }
    };
    let mut found = text.lines().filter_map(assigned);
    found.next().filter(|_| found.next().is_none())
}

/// Whoever a document is titled for: the code at the front ("C1 MECHANIC"), else the name as a whole.
fn titled_for(title: &str) -> Option<Vec<String>> {
    let title = super::marks::trim_marks(title).0;
    let found = ASSIGNMENTS.captures(title)?;
    let name = found.get(1).or(found.get(2))?.as_str();
    let first = name.split_whitespace().next().filter(|word| CODE.is_match(word));
    names(first.unwrap_or(name)).filter(|names| names.len() == 1)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::import::{Options, read};

    fn assignees(text: &str) -> Vec<(String, Vec<String>)> {
        let draft = read("p.md", text.as_bytes(), &Options::default()).unwrap();
        let tasks = draft.groups.into_iter().flat_map(|group| group.tasks);
        tasks.map(|found| (found.task.title, found.task.assignees)).collect()
    }

    fn expected(tasks: &[(&str, &[&str])]) -> Vec<(String, Vec<String>)> {
        let names = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect();
        tasks.iter().map(|(title, of)| ((*title).to_owned(), names(of))).collect()
    }

    #[test]
    fn values_are_names_or_are_none() {
        for (value, expected) in [
            ("Ada", Some(&["Ada"][..])),
            ("@ada, Bob Smith & `C1`", Some(&["ada", "Bob Smith", "C1"])),
            ("Coder (C1)", Some(&["Coder (C1)"])),
            ("TBD", None),
            ("n/a", None),
            ("-", None),
            ("", None),
            ("Ada, once the contract with the other team is signed", None),
            ("whoever signs it.", None),
        ] {
            let expected = expected.map(|names| names.iter().map(|name| (*name).to_owned()).collect());
            assert_eq!(names(value), expected, "{value}");
        }
    }

    #[test]
    fn people_near_a_task_are_its_assignees() {
        let text = "# Plan\n\n## Phase 1\n\n### Task 1: Build it (@carol)\nRole: QA\n- [ ] a\n\n### Task 2: Ship it @dave @eve\n\
            DRI: @zed\n- [ ] b\n\n### Task 3: Sell it\n**Owner**: TBD\nRole: admin of the shop, once it is open\n- [ ] c\n\n\
            ### Task 4: Mail ops@example.com\n- **Agent:** C1\n- [ ] d\n";
        assert_eq!(
            assignees(text),
            expected(&[
                ("Build it", &["carol", "QA"]),
                ("Ship it", &["dave", "eve", "zed"]),
                ("Sell it", &[]),
                ("Mail ops@example.com", &["C1"]),
            ])
        );
        let draft = read("p.md", text.as_bytes(), &Options::default()).unwrap();
        let third = &draft.groups[0].tasks[2].task;
        // What names nobody is kept all the same.
        let kept = format!("{:?} {:?}", third.fields, third.description);
        assert!(kept.contains("TBD") && kept.contains("admin of the shop"), "{kept}");
    }

    #[test]
    fn what_is_said_once_for_a_group_or_a_document_is_meant_for_all_its_tasks() {
        let text = "# Plan\n\n**Owner:** Ada\n\n## Phase 1\n\n**Assigned to:** C2\n\n### Task 1: Build\n- [ ] a\n\n\
            ### Task 2: Ship\nOwner: Bob\n- [ ] b\n\n## Phase 2\n\n### Task 3: Sell\n- [ ] c\n";
        assert_eq!(assignees(text), expected(&[("Build", &["C2"]), ("Ship", &["Bob"]), ("Sell", &[])]));
        for (title, of) in [
            ("🔧 C1 MECHANIC - TASK ASSIGNMENTS", &["C1"][..]),
            ("Task Assignments for Ada Lovelace", &["Ada Lovelace"]),
            ("Ada's task assignments", &["Ada"]),
            ("Task assignments", &[]),
            ("Task assignments: how we share out the work of the whole year", &[]),
        ] {
            let text = format!("# {title}\n\n## Phase 1\n\n### Task 1: Build\n- [ ] a\n");
            assert_eq!(assignees(&text), expected(&[("Build", of)]), "{title}");
        }
    }
}
