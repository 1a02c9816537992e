//! What a line of a list says of its task besides the title: `📅 2026-12-01`, `due:2026-12-01`, `@due(2026-12-01)`, `@ada`,
//! `#auth`, as Obsidian, `todo.txt`, `TaskPaper` and forges write it.

use super::fields::{self, Field};
use super::{dates, estimates, marks};
use crate::model::{StepStatus, Task};
use regex::{Captures, Regex};
use std::sync::LazyLock;

fn pattern(text: &str) -> Regex {
    Regex::new(text).unwrap_or_else(|error| unreachable!("a constant pattern: {error}"))
}

static DATED: LazyLock<Regex> =
    LazyLock::new(|| pattern(r"(📅|📆|🗓|⏳|⌛|🛫|✅|❌|➕)\x{fe0f}?\s*(\d{4}-\d{2}-\d{2})"));
static RECURS: LazyLock<Regex> = LazyLock::new(|| pattern(r"🔁\x{fe0f}?\s*([\p{L}\d ,]+)"));
static CALL: LazyLock<Regex> = LazyLock::new(|| pattern(r"(^|\s)@([a-z]+)\(([^()]*)\)"));
static PAIR: LazyLock<Regex> = LazyLock::new(|| pattern(r"(^|\s)(?:due|deadline):(\d{4}-\d{2}-\d{2})\b"));
static LAST: LazyLock<Regex> = LazyLock::new(|| {
    pattern(r"^(.*\S)\s+(?:\(@([A-Za-z][\w.-]*)\)|@([A-Za-z][\w.-]*)|#(\p{L}[\p{L}\d_/-]*))$")
});

/// Takes what a line says of its task out of it. The rest is the title.
pub fn take(task: &mut Task, whole: &str) -> String {
    let text = DATED.replace_all(whole, |found: &Captures<'_>| dated(task, found));
    let text = RECURS.replace_all(&text, |found: &Captures<'_>| {
        fields::add(task, "recurs", found[1].trim());
        " ".to_owned()
    });
    let text = CALL.replace_all(&text, |found: &Captures<'_>| {
        if called(task, &found[2], &found[3]) { found[1].to_owned() } else { found[0].to_owned() }
    });
    let text = PAIR.replace_all(&text, |found: &Captures<'_>| {
        task.due = dates::date_in(&found[2]).or(task.due);
        if task.due.is_some() { found[1].to_owned() } else { found[0].to_owned() }
    });
    let mut text = if text == whole {
        text.trim().to_owned()
    } else {
        text.split_whitespace().collect::<Vec<_>>().join(" ")
    };
    let (mut names, mut tags) = (Vec::new(), Vec::new());
    if let Some((rest, inner)) = text.strip_suffix(')').and_then(|text| text.rsplit_once(" ("))
        && let (Some(estimate), None) = (estimates::whole(inner), task.estimate)
    {
        task.estimate = Some(estimate);
        text = rest.trim_end().to_owned();
    }
    while let Some(found) = LAST.captures(&text) {
        names.extend(found.get(2).or(found.get(3)).map(|name| name.as_str().to_owned()));
        tags.extend(found.get(4).map(|tag| tag.as_str().to_owned()));
        let rest = found[1].to_owned();
        text = rest;
    }
    fields::add_all(&mut task.assignees, names.into_iter().rev().collect());
    fields::add_all(&mut task.tags, tags.into_iter().rev().collect());
    text
}

fn dated(task: &mut Task, found: &Captures<'_>) -> String {
    let (mark, day) = (&found[1], &found[2]);
    let Some(date) = dates::date_in(day) else { return found[0].to_owned() };
    match mark {
        "⏳" | "⌛" => fields::add(task, "scheduled", day),
        "🛫" => fields::add(task, "start", day),
        "➕" => fields::add(task, "written on", day),
        "✅" => {
            fields::set_status(task, StepStatus::Completed, "");
            fields::add(task, "completed on", day);
        }
        "❌" => {
            fields::set_status(task, StepStatus::Cancelled, "");
            fields::add(task, "cancelled on", day);
        }
        _ => task.due = Some(date),
    }
    " ".to_owned()
}

/// Whether a name with a value in parentheses is understood.
fn called(task: &mut Task, name: &str, value: &str) -> bool {
    let value = value.trim();
    match name {
        "due" | "deadline" if dates::date_in(value).is_some() => task.due = dates::date_in(value),
        "done" | "completed" => {
            fields::set_status(task, StepStatus::Completed, "");
            if !value.is_empty() {
                fields::add(task, "completed on", value);
            }
        }
        "cancelled" | "canceled" => {
            fields::set_status(task, StepStatus::Cancelled, "");
            if !value.is_empty() {
                fields::add(task, "cancelled on", value);
            }
        }
        "priority" | "prio" if marks::priority_of_words(value).is_some() => {
            task.priority = marks::priority_of_words(value);
        }
        "est" | "estimate" if estimates::whole(value).is_some() => task.estimate = estimates::whole(value),
        "start" | "defer" | "scheduled" => fields::add(task, name, value),
        "assignee" | "owner" | "tags" | "tag" if !value.is_empty() => {
            fields::apply(task, &Field { label: name.to_owned(), value: value.to_owned() });
        }
        _ => return false,
    }
    true
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::FileStatus;

    fn taken(text: &str) -> (String, Task) {
        let mut task = Task::default();
        (take(&mut task, text), task)
    }

    #[test]
    fn dates_people_and_tags_are_taken_out_of_the_line() {
        let (title, task) =
            taken("Order seeds 📅 2026-03-01 🔁 every week ⏳ 2026-02-20 #garden #spring/early");
        assert_eq!((title.as_str(), task.due), ("Order seeds", Some(jiff::civil::date(2026, 3, 1))));
        assert_eq!(task.tags, ["garden", "spring/early"]);
        let fields = [("scheduled", "2026-02-20"), ("recurs", "every week")];
        assert_eq!(task.fields, fields.map(|(name, text)| (name.to_owned(), text.to_owned())));
        let (title, task) = taken("Announce it @due(2026-12-01) @priority(1) @odd(x) for @ada @bob (@eve)");
        assert_eq!(title, "Announce it @odd(x) for");
        assert_eq!(task.assignees, ["ada", "bob", "eve"]);
        assert!(task.due.is_some() && task.priority.is_some());
        let (title, task) = taken("Count the servers (2 heures)");
        assert_eq!(
            (title.as_str(), task.estimate.unwrap().to_string()),
            ("Count the servers", "2h".to_owned())
        );
        assert_eq!(taken("Sort it ✅ 2026-01-02").1.status, Some(FileStatus::Completed));
        assert_eq!(taken("Drop it ❌ 2026-01-02").1.status, Some(FileStatus::Cancelled));
        assert_eq!(taken("Pay due:2026-01-02").1.due, Some(jiff::civil::date(2026, 1, 2)));
    }

    #[test]
    fn other_lines_stay_as_they_are() {
        for text in [
            "Fix #12",
            "mail ada@example.com",
            "@ada",
            "C# and F#",
            "use 📅 often",
            "due:soon",
            "see @types/node",
        ] {
            assert_eq!(taken(text), (text.to_owned(), Task::default()));
        }
    }
}
