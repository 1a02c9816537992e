//! Saying what commits cannot: that a task is blocked, cancelled, done without a commit, or open again; and notes.

use super::error::ChangeError;
use crate::format::{Document, Value};
use crate::model::{FileStatus, Task};
use jiff::Timestamp;

/// Whether the file says that the task is blocked.
pub fn is_blocked(task: &Task) -> bool {
    task.status == Some(FileStatus::Blocked)
}

/// Done, although no commit says so.
pub fn complete(document: &mut Document) {
    set_status(document, FileStatus::Completed);
    document.remove("reason");
    document.remove("waiting_on");
}

/// Waits for something outside the plan. What an earlier block said is replaced whole.
pub fn block(document: &mut Document, reason: &str, waiting_on: Option<&str>) -> Result<(), ChangeError> {
    set_status(document, FileStatus::Blocked);
    document.set("reason", &text("reason", reason)?);
    match waiting_on {
        Some(who) => document.set("waiting_on", &text("name to wait on", who)?),
        None => document.remove("waiting_on"),
    }
    Ok(())
}

/// Not to be done. Without a reason that of an earlier cancellation stays; that of a block goes.
pub fn cancel(document: &mut Document, task: &Task, reason: Option<&str>) -> Result<(), ChangeError> {
    set_status(document, FileStatus::Cancelled);
    match reason {
        Some(reason) => document.set("reason", &text("reason", reason)?),
        None if task.status == Some(FileStatus::Cancelled) => {}
        None => document.remove("reason"),
    }
    document.remove("waiting_on");
    Ok(())
}

/// Open again: evidence authored before `now` no longer counts. A blocked task is only unblocked.
pub fn reopen(document: &mut Document, task: &Task, now: Timestamp) {
    for key in ["status", "reason", "waiting_on"] {
        document.remove(key);
    }
    if !is_blocked(task) {
        let whole = Timestamp::from_second(now.as_second()).unwrap_or(now);
        document.set("reopened", &Value::Time(whole));
    }
}

/// Appends a paragraph to the description.
pub fn add_paragraph(
    document: &mut Document,
    path: &str,
    task: &Task,
    paragraph: &str,
) -> Result<(), ChangeError> {
    let paragraph = paragraph.trim();
    if paragraph.is_empty() {
        return Err(ChangeError::Empty { what: "note" });
    }
    if task.description.is_none() && document.has("description") {
        let key = "description".to_owned();
        return Err(ChangeError::OtherType { path: path.to_owned(), key, expected: "text" });
    }
    document.append_paragraph("description", paragraph);
    Ok(())
}

fn set_status(document: &mut Document, status: FileStatus) {
    document.set("status", &Value::Text(status.as_str().to_owned()));
}

fn text(what: &'static str, text: &str) -> Result<Value, ChangeError> {
    let text = text.trim();
    if text.is_empty() { Err(ChangeError::Empty { what }) } else { Ok(Value::Text(text.to_owned())) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::change::edit_task;

    fn edited(text: &str, edit: impl FnOnce(&mut Document, &Task) -> Result<(), ChangeError>) -> String {
        let found = edit_task(".tasks/1.toml", text.as_bytes().to_vec(), |d, t, _| edit(d, t)).unwrap();
        String::from_utf8(found.file.after.unwrap()).unwrap()
    }

    #[test]
    fn a_cancellation_keeps_its_own_reason_only() {
        let cancelled = "title = \"t\"\n\nstatus = \"cancelled\"\n\nreason = \"dropped\"\n";
        assert_eq!(edited(cancelled, |d, t| cancel(d, t, None)), cancelled);
        let blocked = "title = \"t\"\n\nstatus = \"blocked\"\n\nreason = \"legal\"\n\nwaiting_on = \"Ann\"\n";
        assert_eq!(
            edited(blocked, |d, t| cancel(d, t, None)).trim_end(),
            "title = \"t\"\n\nstatus = \"cancelled\""
        );
    }

    #[test]
    fn reopening_sets_a_moment_unless_the_task_was_only_blocked() {
        let now: Timestamp = "2026-11-21T10:00:00.75Z".parse().unwrap();
        let reopened = |text: &str| {
            edited(text, |d, t| {
                reopen(d, t, now);
                Ok(())
            })
        };
        assert!(reopened("title = \"t\"\n").contains("reopened = 2026-11-21T10:00:00Z\n"));
        assert!(!reopened("title = \"t\"\nstatus = \"completed\"\n").contains("status"));
        assert_eq!(reopened("title = \"t\"\nstatus = \"blocked\"\nreason = \"x\"\n"), "title = \"t\"\n");
    }

    #[test]
    fn a_note_is_a_paragraph_of_its_own() {
        let once = edited("title = \"t\"\n", |d, t| add_paragraph(d, "p", t, " one "));
        let twice = edited(&once, |d, t| add_paragraph(d, "p", t, "two"));
        assert!(twice.contains("\none\n\ntwo\n"), "{twice}");
    }
}
