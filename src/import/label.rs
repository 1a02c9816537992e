//! Headings and items taken apart: marks, the word and number they begin with, the title, the parenthesis.

use super::bullet::checkbox;
use super::marks::{
    priority_of_mark, priority_of_words, status_of_mark, status_of_words, struck, trim_marks,
};
use super::{dates, estimates};
use crate::model::{Estimate, Priority, StepStatus};
use jiff::Span;
use regex::Regex;
use std::sync::LazyLock;

/// What a heading or an item announces itself as.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Kind {
    /// `Task 1.2: …`, `AUTH-12: …`.
    Task,
    /// `Phase 3: …`, `Sprint 2`, `PRIORITY 1: …`, `HIGH PRIORITY`.
    Group,
    /// `3. …`, `1.2 …`: either of them.
    Number,
    /// No label.
    #[default]
    Plain,
}

/// A heading or the text of an item, taken apart.
#[derive(Debug, Clone, Default)]
pub struct Label {
    /// What it announces itself as.
    pub kind: Kind,
    /// The word before the number, in lower case: `phase`.
    pub word: String,
    /// The number or id.
    pub key: Option<String>,
    /// The rest without marks, `**` and what is in the fields below.
    pub title: String,
    /// The state its marks and words stand for.
    pub status: Option<StepStatus>,
    /// The priority that its words or marks stand for.
    pub priority: Option<Priority>,
    /// Coloured marks, for a legend to explain.
    pub marks: Vec<char>,
    /// Length of work in a parenthesis at the end.
    pub estimate: Option<Estimate>,
    /// A count of tasks in a parenthesis at the end.
    pub count: Option<u64>,
    /// A window of time in a parenthesis at the end.
    pub window: Option<(String, Span)>,
    /// A parenthesis right after the number: `Sprint 1 (Day 1): …`.
    pub when: Option<String>,
    /// Another parenthesis at the end, which is still part of the title.
    pub paren: Option<String>,
    /// `[P]`, `[US1]`: flags in brackets after the number.
    pub flags: Vec<String>,
    /// Words that were left out of the title, for the description.
    pub left_out: Vec<String>,
}

const TASK_WORDS: &str = "task|subtask|sub-task|story|user story|issue|ticket|item|todo|job|action|action item|step|feature|bug|aufgabe|tarea|tarefa|tâche|tache|etappe|schritt|paso|passo|任务|任務|タスク|步骤|công việc|nhiệm vụ|bước";
const GROUP_WORDS: &str = "phase|sprint|milestone|stage|epic|week|wave|iteration|priority|part|section|module|track|day|month|quarter|release|workstream|fase|etapa|étape|semana|semaine|woche|abschnitt|módulo|sprint|priorität|prioridad|prioridade|giai đoạn|tuần|阶段|階段|フェーズ|スプリント|模块";

fn pattern(text: &str) -> Regex {
    Regex::new(text).unwrap_or_else(|error| unreachable!("a constant pattern: {error}"))
}

const ID: &str = r"(?:[A-Za-z]{1,10}[-_]?)?\d+(?:[.\-]\d+)*[a-z]?";
const END: &str = r"(?:\s*[:.)：、]+|\s*[-–—]+)?(?:\s+|$)";

static TASK: LazyLock<Regex> =
    LazyLock::new(|| pattern(&format!(r"(?i)^({TASK_WORDS})\s*[#№-]?\s*({ID})(?:{END}|[：:、])\s*(.*)$")));
static GROUP: LazyLock<Regex> = LazyLock::new(|| {
    pattern(&format!(
        r"(?i)^({GROUP_WORDS})\s*[#-]?\s*(\d+(?:[.\-–]\d+)*[a-z]?|[IVX]+|[A-H])(?:{END}|[：:、])\s*(.*)$"
    ))
});
static ORDINAL_GROUP: LazyLock<Regex> =
    LazyLock::new(|| pattern(r"^第([一二三四五六七八九十\d]+)(阶段|階段|章|部分|期|步)[:：、]?\s*(.*)$"));
static CODE: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"^\[?([A-Z][A-Z0-9]{0,9}-\d+(?:\.\d+)*|[A-Z]{1,3}\d{1,4}(?:\.\d+)*)\]?(\s*[:.)：]\s+|：|\s+[-–—]\s+|\]?\s+)(\S.*)$",
    )
});
static NUMBER: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"^(?:#(\d{1,6})[:.)]?\s+|(\d{1,4}(?:\.\d{1,4})*)(?:[.):]+\s+(?:[-–—]\s+)?|[：、]\s*|\s+[-–—]\s+)|(\d{1,4}(?:\.\d{1,4})+)\s+)(\D.*|\d.*)$",
    )
});
static WHEN: LazyLock<Regex> = LazyLock::new(|| pattern(r"^\(([^()]+)\)\s*[:–—-]*\s*(.*)$"));
static RANK: LazyLock<Regex> =
    LazyLock::new(|| pattern(r"(?i)^\((P[0-4]|critical|urgent|high|medium|low)\)\s*[:–—-]?\s+"));
static FLAGS: LazyLock<Regex> = LazyLock::new(|| pattern(r"^\[([A-Za-z][A-Za-z0-9 _-]{0,15})\]\s+"));
static PAREN: LazyLock<Regex> = LazyLock::new(|| pattern(r"^(.*\S)\s*[(\[（]([^()\[\]（）]+)[)\]）]$"));
static COUNT: LazyLock<Regex> =
    LazyLock::new(|| pattern(r"(?i)^(\d{1,6})\s+(?:tasks?|items?|issues?|aufgaben|tareas|tarefas|tâches)$"));
static WORDS_AT_END: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"^(.*\S?)(?:\s+[-–—:]\s+|\s*\*\*\s*|\s*[\u{2300}-\u{23ff}\u{2500}-\u{27bf}\u{2b00}-\u{2bff}\u{1f300}-\u{1faff}\u{fffd}â]\u{fe0f}?\s*)([\p{L}][\p{L} '’!-]*)$",
    )
});

/// Takes a heading apart. One with a box is a task, unless it says that it is something else.
pub fn heading(raw: &str) -> Label {
    let mut label = Label::default();
    let (boxed, _, length) = checkbox(raw.trim());
    let text = take_marks(&mut label, &raw.trim()[length..], true);
    let text = take_ending(&mut label, &text);
    take_label(&mut label, &text);
    if let Some(boxed) = boxed {
        if label.kind == Kind::Plain {
            label.kind = Kind::Task;
        }
        label.status = Some(boxed).filter(|&status| status != StepStatus::Pending).or(label.status);
    }
    label
}

/// Takes the text of an item apart. An item has no words at its end, only marks.
pub fn item(raw: &str) -> Label {
    let mut label = Label::default();
    let text = take_marks(&mut label, raw.trim(), false);
    take_label(&mut label, &text);
    label
}

/// Marks at both edges, and a word of state at the end; the text without them and without `**`.
fn take_marks(label: &mut Label, raw: &str, words_at_end: bool) -> String {
    let (mut text, mut marks) = trim_marks(raw);
    let mut words = None;
    if words_at_end
        && let Some(found) = WORDS_AT_END.captures(text)
        && let (Some(head), Some(word)) = (found.get(1), found.get(2))
        && let Some(status) = status_of_words(word.as_str())
    {
        words = Some(status);
        label.left_out.push(word.as_str().to_owned());
        let between = trim_marks(&text[head.end()..word.start()]).1;
        marks.extend(between);
        let (rest, more) = trim_marks(&text[..head.end()]);
        // The dash before the mark before the word.
        text = rest.trim_end_matches([' ', '-', '–', '—', ':']);
        marks.extend(more);
    }
    let plain = text.replace("**", "").replace("__", "");
    let (plain, more) = trim_marks(&plain);
    marks.extend(more);
    let plain = plain.trim();
    let gone = struck(plain);
    label.status = words
        .or_else(|| marks.iter().find_map(|&c| status_of_mark(c)))
        .or_else(|| gone.map(|_| StepStatus::Cancelled));
    label.priority = marks.iter().find_map(|&c| priority_of_mark(c));
    label.marks = marks;
    gone.unwrap_or(plain).trim().to_owned()
}

/// Parentheses at the end that are a state, a length, a count or a window.
fn take_ending(label: &mut Label, text: &str) -> String {
    let mut text = text.to_owned();
    while let Some(found) = PAREN.captures(&text) {
        let (head, inner) = (found[1].to_owned(), found[2].to_owned());
        let head = head.trim_end().to_owned();
        if let Some(estimate) = estimates::whole(&inner) {
            label.estimate = Some(estimate);
        } else if let Some(count) = COUNT.captures(&inner) {
            label.count = count[1].parse().ok();
            label.left_out.push(inner);
        } else if let Some(span) = dates::window(&inner) {
            label.left_out.push(inner.clone());
            label.window = Some((inner, span));
        } else if let Some(status) = status_of_words(&inner).filter(|_| label.status.is_none()) {
            label.status = Some(status);
            label.left_out.push(inner);
        } else {
            label.paren = Some(inner);
            break;
        }
        text = head;
    }
    text
}

fn take_label(label: &mut Label, text: &str) {
    let (kind, word, key, rest) = split_label(text);
    label.kind = kind;
    label.word = word;
    label.key = key;
    let mut rest = rest;
    if let Some(found) = WHEN.captures(rest)
        && kind == Kind::Group
    {
        label.when = Some(found[1].to_owned());
        rest = found.get(2).map_or("", |m| m.as_str());
    }
    if let Some(found) = RANK.captures(rest)
        && label.key.is_some()
    {
        label.priority = priority_of_words(&found[1]).or(label.priority);
        rest = &rest[found[0].len()..];
    }
    while let Some(found) = FLAGS.captures(rest) {
        if label.key.is_none() {
            break;
        }
        label.flags.push(found[1].to_owned());
        rest = &rest[found[0].len()..];
    }
    let (rest, more) = if label.key.is_some() { trim_marks(rest) } else { (rest, Vec::new()) };
    if label.priority.is_none() {
        label.priority = more.iter().find_map(|&c| priority_of_mark(c));
    }
    label.title = if rest.is_empty() { text.to_owned() } else { rest.to_owned() };
    let lower = label.title.to_lowercase();
    let bare = lower.split(['(', '[']).next().unwrap_or("");
    if label.word.starts_with("prio") || lower.contains("priority") || lower.contains("priorität") {
        let words = lower.split_whitespace().find_map(priority_of_words);
        let number = || label.key.as_deref().filter(|_| label.word.starts_with("prio")).map(by_rank);
        label.priority = words.filter(|_| !lower.contains(':')).or(label.priority).or_else(number);
        if label.kind == Kind::Plain && label.priority.is_some() && bare.split_whitespace().count() <= 3 {
            label.kind = Kind::Group;
        }
    }
    if let Some(word) =
        label.paren.as_deref().and_then(|p| p.to_lowercase().strip_prefix("priority:").map(str::to_owned))
    {
        label.priority = priority_of_words(&word).or(label.priority);
    }
}

/// Whether a code needs no sign behind it to be an id: `T001`, `AUTH-12`; `S3` and `UTF8` do.
fn plain_code(key: &str) -> bool {
    key.contains('-') || key.bytes().filter(u8::is_ascii_digit).count() >= 3
}

/// "Priority 1" without a word is critical, 2 high, 3 medium, the rest low.
fn by_rank(number: &str) -> Priority {
    match number {
        "0" | "1" => Priority::Critical,
        "2" => Priority::High,
        "3" => Priority::Medium,
        _ => Priority::Low,
    }
}

fn split_label(text: &str) -> (Kind, String, Option<String>, &str) {
    let rest_of = |found: &regex::Captures<'_>, n: usize| found.get(n).map_or(0..0, |m| m.range());
    if let Some(found) = TASK.captures(text) {
        return (Kind::Task, found[1].to_lowercase(), Some(found[2].to_owned()), &text[rest_of(&found, 3)]);
    }
    if let Some(found) = GROUP.captures(text) {
        return (Kind::Group, found[1].to_lowercase(), Some(found[2].to_owned()), &text[rest_of(&found, 3)]);
    }
    if let Some(found) = ORDINAL_GROUP.captures(text) {
        return (Kind::Group, "第".to_owned(), Some(found[1].to_owned()), &text[rest_of(&found, 3)]);
    }
    if let Some(found) = CODE.captures(text)
        && (!found[2].trim().is_empty() || plain_code(&found[1]))
    {
        let key = &found[1];
        let band = key.len() <= 3 && key.starts_with(['P', 'M', 'Q', 'S', 'E']) && !key.contains('-');
        let kind = if band { Kind::Group } else { Kind::Task };
        return (kind, String::new(), Some(key.to_owned()), &text[rest_of(&found, 3)]);
    }
    if let Some(found) = NUMBER.captures(text)
        && let Some(key) = found.get(1).or(found.get(2)).or(found.get(3))
    {
        return (Kind::Number, String::new(), Some(key.as_str().to_owned()), &text[rest_of(&found, 4)]);
    }
    (Kind::Plain, String::new(), None, text)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn seen(raw: &str) -> (Kind, Option<String>, String) {
        let label = heading(raw);
        (label.kind, label.key, label.title)
    }

    #[test]
    fn headings_taken_apart() {
        for (raw, kind, key, title) in [
            ("Task 1.1.1: Set up - staging", Kind::Task, Some("1.1.1"), "Set up - staging"),
            ("**Task 3: Write it** ⭐ CURRENT", Kind::Task, Some("3"), "Write it"),
            ("🗄️ PHASE 1: DATABASE (2-3 hours)", Kind::Group, Some("1"), "DATABASE"),
            ("🔴 1. Improve types", Kind::Number, Some("1"), "Improve types"),
            ("AUTH-12: Log in", Kind::Task, Some("AUTH-12"), "Log in"),
            ("P0 - Blockers", Kind::Group, Some("P0"), "Blockers"),
            ("Phase 2 — Build", Kind::Group, Some("2"), "Build"),
            ("第一阶段：准备", Kind::Group, Some("一"), "准备"),
            ("Aufgabe 4: Prüfen", Kind::Task, Some("4"), "Prüfen"),
            (
                "🔥 CRITICAL PRIORITY (Do These First)",
                Kind::Group,
                None,
                "CRITICAL PRIORITY (Do These First)",
            ),
            ("Task Categories", Kind::Plain, None, "Task Categories"),
            ("3D models", Kind::Plain, None, "3D models"),
        ] {
            assert_eq!(seen(raw), (kind, key.map(str::to_owned), title.to_owned()), "{raw}");
        }
    }

    #[test]
    fn endings_say_state_length_count_and_window() {
        let label = heading("Task 1: Set up ✅ COMPLETED");
        assert_eq!((label.title.as_str(), label.status), ("Set up", Some(StepStatus::Completed)));
        assert_eq!(heading("Task 1: Store ⛔ NOT NEEDED").status, Some(StepStatus::Cancelled));
        assert_eq!(heading("Phase 1: Base ✅ COMPLETE!").title, "Base");
        assert_eq!(heading("Base (in progress)").status, Some(StepStatus::InProgress));
        assert_eq!(heading("### 1. Names (48 tasks)".trim_start_matches("### ")).count, Some(48));
        assert_eq!(heading("Work (1-2 hours)").estimate.map(|e| e.to_string()).as_deref(), Some("1h-2h"));
        assert_eq!(heading("HIGH (Next Week)").window.map(|w| w.0).as_deref(), Some("Next Week"));
        assert_eq!(heading("Cache (Optional)").title, "Cache (Optional)");
    }

    #[test]
    fn priorities_of_headings() {
        assert_eq!(heading("PRIORITY 2: HIGH").priority, Some(Priority::High));
        assert_eq!(heading("Medium Priority (Soon)").priority, Some(Priority::Medium));
        assert_eq!(heading("🟢 9. Later").priority, Some(Priority::Low));
        assert_eq!(heading("Phase 1: High load").priority, None);
        assert_eq!(heading("F1. Freeze — ✅ Complete").title, "Freeze");
        let ranked = heading("[x] ITEM-7 (P1) Sign it");
        assert_eq!((ranked.title.as_str(), ranked.priority), ("Sign it", Some(Priority::High)));
        assert_eq!((ranked.kind, ranked.status), (Kind::Task, Some(StepStatus::Completed)));
        assert_eq!((heading("[ ] Ship it").kind, heading("[ ] Ship it").status), (Kind::Task, None));
    }

    #[test]
    fn items_keep_their_text_and_show_their_number() {
        let label = item("T008 [P] [US1] Add `x` to y (2 hours)");
        assert_eq!((label.key.as_deref(), label.title.as_str()), (Some("T008"), "Add `x` to y (2 hours)"));
        assert_eq!(label.flags, ["P", "US1"]);
        assert_eq!(item("✅ **Title**: text").title, "Title: text");
        assert_eq!(item("1.10 Store it").key.as_deref(), Some("1.10"));
        assert_eq!(item("#3 It works").key.as_deref(), Some("3"));
    }
}
