//! Labels with a value: `**Time**: 15 min`, `- **Blocker**: …`, `Files: a, b`.

use super::{assignees, dates, estimates, marks, roles};
use crate::format::FileKind;
use crate::model::{StepStatus, Task};
use regex::Regex;
use std::sync::LazyLock;

/// A label with what follows it on its line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Field {
    /// The label as written, without `**` and colon.
    pub label: String,
    /// What follows; empty where a list or a block is announced.
    pub value: String,
}

/// What a label stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Meaning {
    /// How much work.
    Estimate,
    /// Paths.
    Files,
    /// A priority.
    Priority,
    /// A state.
    Status,
    /// Who.
    Assignee,
    /// Until when.
    Due,
    /// After what.
    Depends,
    /// Free labels.
    Tags,
    /// A list of steps.
    Steps,
    /// Free text.
    Other,
}

fn pattern(text: &str) -> Regex {
    Regex::new(text).unwrap_or_else(|error| unreachable!("a constant pattern: {error}"))
}

static BOLD: LazyLock<Regex> = LazyLock::new(|| {
    pattern(r"^(?:\*\*|__)\s*([^*]{1,80}?)\s*([:：])?\s*(?:\*\*|__)\s*(\([^)]*\))?\s*([:：])?\s*(.*)$")
});
static ITALIC: LazyLock<Regex> = LazyLock::new(|| pattern(r"^[_*]([\p{L}][\p{L} ]{1,40}):\s*([^_*]+)[_*]$"));
static PLAIN: LazyLock<Regex> = LazyLock::new(|| pattern(r"^([\p{L}][\p{L} -]{1,40})[:：]\s*(.*)$"));
static CODE: LazyLock<Regex> = LazyLock::new(|| pattern(r"`([^`]+)`"));

/// The field that a line is, if it begins with a label.
///
/// A bold or slanted label counts with a colon; a plain one only if it is known and its value fits.
pub fn of_line(line: &str) -> Option<Field> {
    let text = marks::trim_marks(line).0;
    let text = if text.starts_with(['*', '_']) { text } else { line.trim() };
    if let Some(found) = BOLD.captures(text)
        && (found.get(2).is_some() || found.get(4).is_some())
    {
        let label = match found.get(3) {
            Some(paren) => format!("{} {}", &found[1], paren.as_str()),
            None => found[1].to_owned(),
        };
        return Some(Field { label, value: found[5].trim().to_owned() });
    }
    if let Some(found) = ITALIC.captures(text) {
        return Some(Field { label: found[1].trim().to_owned(), value: found[2].trim().to_owned() });
    }
    let found = PLAIN.captures(text)?;
    let field = Field { label: found[1].trim().to_owned(), value: found[2].trim().to_owned() };
    let fits = match meaning(&field.label) {
        Meaning::Other => false,
        Meaning::Steps => field.value.is_empty(),
        Meaning::Estimate => estimates::leading(&field.value).is_some(),
        Meaning::Priority => marks::priority_of_words(&field.value).is_some(),
        Meaning::Status => marks::status_of_words(&field.value).is_some(),
        Meaning::Due => dates::date_in(&field.value).is_some(),
        Meaning::Files => field.value.is_empty() || CODE.is_match(&field.value),
        // Not only who works on a task has a role.
        Meaning::Assignee if field.label.to_lowercase().ends_with("role") => {
            assignees::named(&field.label, &field.value).is_some()
        }
        Meaning::Assignee | Meaning::Depends | Meaning::Tags => !field.value.is_empty(),
    };
    fits.then_some(field)
}

/// The label that an item begins with, known or not: `Verification:`, `Description: …`.
pub fn label_of(text: &str) -> Option<Field> {
    of_line(text).or_else(|| {
        let found = PLAIN.captures(text)?;
        Some(Field { label: found[1].trim().to_owned(), value: found[2].trim().to_owned() })
    })
}

/// Whether the items of a list are what is known of a task, one label each, and not what is to be done: all of them
/// begin with a label, and two of those are usual ones.
pub fn are_labels<'a>(items: impl Iterator<Item = &'a str>) -> bool {
    let mut usual = 0;
    for text in items {
        let Some(field) = label_of(text) else { return false };
        let is_told = meaning(&field.label) != Meaning::Other
            || tells_of_a_task(&field.label)
            || roles::purpose(&field.label).is_some();
        usual += usize::from(is_told);
    }
    usual >= 2
}

/// The text of a line that is bold as a whole: a label without a colon, perhaps.
pub fn whole_bold(line: &str) -> Option<&str> {
    let inner = line.trim().strip_prefix("**")?.strip_suffix("**")?;
    (!inner.contains("**") && !inner.is_empty()).then_some(inner)
}

/// What a label stands for.
pub fn meaning(label: &str) -> Meaning {
    let words = label.to_lowercase();
    let words = words.split(['(', '（']).next().unwrap_or("").trim();
    match words {
        "time"
        | "estimate"
        | "estimated time"
        | "estimated effort"
        | "effort"
        | "time estimate"
        | "duration"
        | "estimation"
        | "estimated duration"
        | "est"
        | "loe"
        | "hours"
        | "aufwand"
        | "dauer"
        | "schätzung"
        | "estimación"
        | "tiempo"
        | "tiempo estimado"
        | "esfuerzo"
        | "estimativa"
        | "temps"
        | "durée"
        | "工时"
        | "预计时间"
        | "時間"
        | "所要時間"
        | "見積"
        | "thời gian"
        | "thời gian ước tính" => Meaning::Estimate,
        "priority" | "priorität" | "prioridad" | "prioridade" | "priorité" | "优先级" | "優先度"
        | "độ ưu tiên" => Meaning::Priority,
        "status" | "state" | "estado" | "statut" | "状态" | "状態" | "trạng thái" => Meaning::Status,
        "assignee" | "assignees" | "owner" | "assigned to" | "assigned" | "owners" | "responsible"
        | "role" | "assigned role" | "agent" | "assigned agent" | "dri" | "zuständig" | "verantwortlich"
        | "responsable" | "responsável" | "负责人" | "担当" | "担当者" => Meaning::Assignee,
        "due" | "due date" | "deadline" | "frist" | "fällig" | "fecha límite" | "prazo" | "échéance"
        | "截止日期" | "期限" => Meaning::Due,
        "depends on" | "depends" | "dependencies" | "dependency" | "blocked by" | "requires" | "after"
        | "abhängigkeiten" | "hängt ab von" | "dependencias" | "depende de" | "dependências"
        | "dépendances" | "依赖" | "依存" | "phụ thuộc" => Meaning::Depends,
        "tags" | "labels" | "tag" | "label" | "etiquetas" | "标签" => Meaning::Tags,
        _ if words.starts_with("file")
            || matches!(
                words,
                "datei" | "dateien" | "archivo" | "archivos" | "fichier" | "fichiers" | "文件" | "ファイル"
            ) =>
        {
            Meaning::Files
        }
        _ if roles::announces_steps(words) => Meaning::Steps,
        _ => Meaning::Other,
    }
}

/// Whether a label tells of a task: two of them make a heading one.
pub fn tells_of_a_task(label: &str) -> bool {
    !matches!(meaning(label), Meaning::Other | Meaning::Tags)
        || matches!(
            label.to_lowercase().as_str(),
            "deliverable" | "impact" | "acceptance criteria" | "objective"
        )
}

/// Gives a task what a field says, and what cannot be said otherwise as a field of its own.
pub fn apply(task: &mut Task, field: &Field) {
    let value = field.value.as_str();
    let taken = match meaning(&field.label) {
        Meaning::Estimate => match estimates::leading(value) {
            Some((estimate, rest)) if task.estimate.is_none() => {
                task.estimate = Some(estimate);
                rest.is_empty()
            }
            _ => false,
        },
        Meaning::Files => {
            let (files, all) = paths(value);
            add_all(&mut task.files, files);
            all
        }
        Meaning::Priority => {
            let priority = marks::priority_of_words(value);
            task.priority = priority.or(task.priority);
            priority.is_some() && value.split_whitespace().count() <= 2
        }
        Meaning::Status => {
            let status = state(value);
            if let Some(status) = status {
                set_status(task, status, value);
            }
            let plain = marks::trim_marks(value).0;
            status.is_some() && (plain.is_empty() || marks::status_of_words(plain).is_some())
        }
        Meaning::Assignee => {
            let names = assignees::named(&field.label, value);
            let is_told = names.is_some();
            add_all(&mut task.assignees, names.unwrap_or_default());
            is_told
        }
        Meaning::Due => {
            let date = dates::date_in(value);
            task.due = date.or(task.due);
            date.is_some_and(|date| date.to_string() == value)
        }
        Meaning::Tags => {
            let tags = value.split([',', ';']).map(|tag| tag.trim().trim_matches('`').to_owned());
            add_all(&mut task.tags, tags.filter(|tag| !tag.is_empty()).collect());
            true
        }
        Meaning::Depends | Meaning::Steps | Meaning::Other => false,
    };
    if !taken {
        add(task, &field.label, value);
    }
}

/// The state that a value names; a mark counts only without words, since "✅ Ready" completes nothing.
fn state(value: &str) -> Option<StepStatus> {
    let plain = marks::trim_marks(value).0;
    if plain.is_empty() {
        return value.chars().find_map(marks::status_of_mark);
    }
    let head = plain.split(['(', '-', '–', '—', ',']).next().unwrap_or(plain);
    marks::status_of_words(plain).or_else(|| marks::status_of_words(head))
}

/// Writes a state that a document states, with its words as the reason where one is wanted.
pub fn set_status(task: &mut Task, status: StepStatus, words: &str) {
    task.status = marks::file_status(status);
    if status == StepStatus::Blocked && task.reason.is_none() {
        task.reason =
            Some(if words.is_empty() { "blocked in the imported plan".to_owned() } else { words.to_owned() });
    }
}

/// The code spans that a text consists of, and whether there is nothing else in it.
pub fn paths(text: &str) -> (Vec<String>, bool) {
    let files: Vec<String> = CODE.captures_iter(text).map(|found| found[1].trim().to_owned()).collect();
    if files.is_empty() {
        let bare = !text.is_empty() && !text.contains(char::is_whitespace) && text.contains(['.', '/']);
        return if bare { (vec![text.to_owned()], true) } else { (files, false) };
    }
    let rest = CODE.replace_all(text, "");
    let only = rest.chars().all(|c| c.is_whitespace() || matches!(c, ',' | ';' | '&' | '+'));
    (files, only)
}

/// The path that an item begins with, and whether there is nothing else in it.
pub fn leading_path(text: &str) -> Option<(String, bool)> {
    let rest = text.strip_prefix('`')?;
    let (path, rest) = rest.split_once('`')?;
    Some((path.trim().to_owned(), rest.trim().is_empty()))
}

/// Adds free text by name. A name that a task file has a key for gets a word before it.
pub fn add(task: &mut Task, label: &str, value: &str) {
    let name = name_of(label);
    if let Some((_, old)) = task.fields.iter_mut().find(|(key, _)| *key == name) {
        if !value.is_empty() {
            old.push('\n');
            old.push_str(value);
        }
        return;
    }
    task.fields.push((name, value.to_owned()));
}

const LOWER: [&str; 22] = [
    "deliverable",
    "deliverables",
    "impact",
    "blocker",
    "risk",
    "risks",
    "benefit",
    "objective",
    "goal",
    "purpose",
    "critical",
    "essential",
    "note",
    "notes",
    "requirements",
    "context",
    "rationale",
    "effort",
    "time",
    "acceptance",
    "result",
    "type",
];
fn name_of(label: &str) -> String {
    let label: String = label.chars().filter(|c| !c.is_control()).collect();
    let label = label.trim();
    let lower = label.to_lowercase();
    let singular = |key: &str| {
        key == lower || key.strip_suffix('s') == Some(&lower) || lower.strip_suffix('s') == Some(key)
    };
    if FileKind::Task.names().chain(FileKind::step_names()).chain(["id"]).any(singular) {
        return format!("stated {lower}");
    }
    if LOWER.contains(&lower.as_str()) { lower } else { label.to_owned() }
}

/// Adds what is not there yet.
pub fn add_all(list: &mut Vec<String>, more: Vec<String>) {
    for value in more {
        if !list.contains(&value) {
            list.push(value);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{FileStatus, Priority};

    fn field(line: &str) -> Option<(String, String)> {
        of_line(line).map(|f| (f.label, f.value))
    }

    #[test]
    fn lines_that_are_fields() {
        for (line, label, value) in [
            ("**Time**: 15 min", "Time", "15 min"),
            ("**Time:** 15 min", "Time", "15 min"),
            ("**Files to fix (50+):**", "Files to fix (50+)", ""),
            ("**Action Steps** (only if needed):", "Action Steps (only if needed)", ""),
            ("🎯 **Goal**: x", "Goal", "x"),
            ("_Requirements: 8.1, 8.2_", "Requirements", "8.1, 8.2"),
            ("Estimate: 2h", "Estimate", "2h"),
            ("Steps:", "Steps", ""),
        ] {
            assert_eq!(field(line), Some((label.to_owned(), value.to_owned())), "{line}");
        }
        for line in ["**Pick 2 items**", "Note that: x", "**a** and **b**: c", "Time: flies", "plain"] {
            assert_eq!(field(line), None, "{line}");
        }
    }

    fn task(lines: &[&str]) -> Task {
        let mut task = Task::default();
        for line in lines {
            apply(&mut task, &of_line(line).unwrap());
        }
        task
    }

    #[test]
    fn fields_become_what_they_say() {
        let seen = task(&[
            "**Estimated Effort**: 8-16 hours (if pursued)",
            "**Files**: `a.rs:1`, `b.rs`",
            "**Priority**: 🔴 High",
            "**Owner**: @ada, Bob",
            "**Due**: 2026-01-02",
            "**Status**: ✅ Completed",
            "**Deliverable**: It runs",
        ]);
        assert_eq!(seen.estimate.unwrap().to_string(), "8h-16h");
        assert_eq!(seen.files, ["a.rs:1", "b.rs"]);
        assert_eq!(seen.priority, Some(Priority::High));
        assert_eq!(seen.assignees, ["ada", "Bob"]);
        assert_eq!(seen.due, Some(jiff::civil::date(2026, 1, 2)));
        assert_eq!(seen.status, Some(FileStatus::Completed));
        let expected = [("Estimated Effort", "8-16 hours (if pursued)"), ("deliverable", "It runs")];
        assert_eq!(seen.fields, expected.map(|(k, v)| (k.to_owned(), v.to_owned())));
    }

    #[test]
    fn lists_of_labels_and_lists_of_work() {
        let labels = |items: &[&str]| are_labels(items.iter().copied());
        assert!(labels(&["Description: x", "Verification:", "Assumptions:", "Completion criteria:"]));
        assert!(labels(&["**Priority**: high", "Files: `a.rs`"]));
        assert!(!labels(&["Backend: add the route", "Frontend: add the page"]));
        assert!(!labels(&["Assumptions:", "Completion criteria:", "Write it"]));
    }

    #[test]
    fn a_ready_status_completes_nothing_and_is_kept() {
        let seen = task(&["**Status**: ✅ Ready to go"]);
        assert_eq!(seen.status, None);
        assert_eq!(seen.fields, [("stated status".to_owned(), "✅ Ready to go".to_owned())]);
    }
}
