//! `todo.txt`: a task on each line, `(A) 2026-11-01 Call the printer +flyers @phone due:2026-12-01`.

use super::dates;
use super::document::line_count;
use super::draft::Draft;
use super::record::{self, Entries, Record};
use serde_json::Value;

/// Reads every line that is not blank as a task; its first project is its group.
pub fn read(text: &str) -> Draft {
    let lines = (1..).zip(text.lines()).filter(|(_, line)| !line.trim().is_empty());
    let mut draft = record::gather(lines.map(|(number, line)| task(number, line.trim())).collect(), false);
    draft.report.lines = line_count(text);
    draft
}

fn task(line: u32, text: &str) -> Record {
    let mut entries: Entries = Vec::new();
    let mut say = |name: &str, value: &str| entries.push((name.to_owned(), Value::from(value)));
    let mut rest = text;
    let is_done = rest.strip_prefix("x ").map(|behind| rest = behind).is_some();
    if is_done {
        say("status", "done");
    }
    if let Some((letter, behind)) = priority(rest) {
        say("priority", letter);
        rest = behind;
    }
    let mut days = Vec::new();
    while let Some((day, behind)) = rest.split_once(' ').filter(|(word, _)| is_day(word)) {
        days.push(day);
        rest = behind;
    }
    // Of two days the first is that of completion.
    let names: &[&str] =
        if is_done && days.len() > 1 { &["completed on", "written on"] } else { &["written on"] };
    for (name, day) in names.iter().zip(&days) {
        say(name, day);
    }
    let (mut title, mut group, mut tags) = (Vec::new(), None, Vec::new());
    for word in rest.split_whitespace() {
        let pair = word
            .split_once(':')
            .filter(|(name, value)| is_name(name) && !value.is_empty() && !value.starts_with('/'));
        match (word.strip_prefix('+'), word.strip_prefix('@'), pair) {
            (Some(project), ..) if is_name(project) && group.is_none() => group = Some(project.to_owned()),
            (Some(tag), ..) | (_, Some(tag), _) if is_name(tag) => tags.push(tag),
            (_, _, Some(("pri", letter))) => say("priority", letter_priority(letter).unwrap_or(letter)),
            (_, _, Some(("t", day))) => say("start", day),
            (_, _, Some(("rec", every))) => say("recurs", every),
            (_, _, Some((name, value))) => say(name, value),
            _ => title.push(word),
        }
    }
    if !tags.is_empty() {
        say("tags", &tags.join(","));
    }
    let title = if title.is_empty() { text.to_owned() } else { title.join(" ") };
    say("title", &title);
    Record { line, group, entries }
}

/// `(A) ` at the start, as a word, and what follows.
fn priority(text: &str) -> Option<(&'static str, &str)> {
    let (letter, rest) = text.strip_prefix('(')?.split_once(") ")?;
    Some((letter_priority(letter)?, rest))
}

fn letter_priority(letter: &str) -> Option<&'static str> {
    match letter.as_bytes() {
        [b'A'] => Some("critical"),
        [b'B'] => Some("high"),
        [b'C'] => Some("medium"),
        [b'D'..=b'Z'] => Some("low"),
        _ => None,
    }
}

fn is_day(word: &str) -> bool {
    word.len() == 10 && dates::date_in(word).is_some()
}

fn is_name(word: &str) -> bool {
    word.starts_with(char::is_alphabetic) && !word.contains(',')
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{FileStatus, Priority};

    #[test]
    fn a_line_is_a_task() {
        let text = "(A) 2026-11-01 Call the printer +flyers @phone due:2026-12-01 see http://x.example\n\n\
            x 2026-11-05 2026-11-01 Choose the paper +flyers pri:B\nBook it\n";
        let draft = read(text);
        let groups: Vec<(&str, usize)> =
            draft.groups.iter().map(|group| (group.title.as_str(), group.tasks.len())).collect();
        assert_eq!(groups, [("flyers", 2), ("", 1)]);
        let [first, second] = &draft.groups[0].tasks[..] else { panic!("two") };
        assert_eq!((first.task.title.as_str(), first.line), ("Call the printer see http://x.example", 1));
        assert_eq!(first.task.priority, Some(Priority::Critical));
        assert_eq!(
            (first.task.due, &first.task.tags[..]),
            (Some(jiff::civil::date(2026, 12, 1)), &["phone".to_owned()][..])
        );
        assert_eq!(
            (second.task.status, second.task.priority),
            (Some(FileStatus::Completed), Some(Priority::High))
        );
        let fields = [("completed on", "2026-11-05"), ("written on", "2026-11-01")];
        assert_eq!(second.task.fields, fields.map(|(name, text)| (name.to_owned(), text.to_owned())));
    }
}
