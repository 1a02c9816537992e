//! One task in full.

use super::parts::{estimate, mark, priority_paint, status_word};
use crate::message::Effect;
use crate::model::StepStatus;
use crate::view::{Paint, Screen, ShowView, TaskView, ago, in_worktree, width_of};

/// Every task in full, an empty line between two. `now` is in seconds since the epoch.
pub fn show(view: &ShowView, now: i64, screen: &mut Screen) {
    for (n, task) in view.tasks.iter().enumerate() {
        if n > 0 {
            screen.line();
        }
        one(task, now, screen);
    }
}

fn one(task: &TaskView, now: i64, screen: &mut Screen) {
    let hang = width_of(&task.id) + 2;
    screen.put(Paint::Id, &task.id).pad_to(hang).paragraph(Paint::Heading, &task.title, hang);
    let (mark, paint) = mark(task);
    screen.put(paint, mark).plain(" ").put(paint, status_word(task.status));
    let mut words = Vec::new();
    words.extend(task.reason.clone());
    words.extend(task.waiting_on.as_ref().map(|w| format!("waiting on {w}")));
    if !task.status.is_settled() {
        words.extend(task.completed_on.iter().map(|t| format!("completed on {t}, but not here")));
    }
    words.extend(task.archived.then(|| "archived".to_owned()));
    words.extend(task.optional.then(|| "optional".to_owned()));
    if words.is_empty() {
        screen.line();
    } else {
        screen.plain(" ").paragraph(Paint::Dim, &words.join(", "), 2);
    }
    facts(task, screen);
    if let Some(description) = &task.description {
        screen.line();
        screen.paragraph(Paint::Plain, description, 2);
    }
    steps(task, screen);
    work(task, now, screen);
}

fn facts(task: &TaskView, screen: &mut Screen) {
    if let Some(priority) = task.priority {
        fact(screen, "priority", priority.as_str(), priority_paint(priority));
    }
    if let Some(minutes) = task.estimate {
        fact(screen, "estimate", &estimate(minutes), Paint::Plain);
    }
    if let Some(due) = &task.effective_due {
        let of_group = if task.due.is_none() { ", the date of its group" } else { "" };
        let text = format!("{due}{of_group}{}", if task.overdue { ", overdue" } else { "" });
        fact(screen, "due", &text, if task.overdue { Paint::Bad } else { Paint::Plain });
    }
    fact(screen, "group", &task.group, Paint::Plain);
    let lists: [(&str, &[String]); 7] = [
        ("assignees", &task.assignees),
        ("tags", &task.tags),
        ("milestones", &task.milestones),
        ("depends on", &task.depends),
        ("waits for", &task.blocked_by),
        ("blocks", &task.blocks),
        ("aka", &task.aka),
    ];
    for (name, list) in lists {
        fact(screen, name, &list.join(", "), Paint::Plain);
    }
    for file in &task.files {
        fact(screen, "file", file, Paint::Plain);
    }
    for link in &task.links {
        fact(screen, "link", link, Paint::Plain);
    }
    for (name, text) in &task.fields {
        fact(screen, name, text, Paint::Plain);
    }
    fact(screen, "written in", &task.path, Paint::Dim);
}

/// A name and its text, which goes on under itself; nothing for an empty one.
fn fact(screen: &mut Screen, name: &str, text: &str, paint: Paint) {
    const COLUMN: usize = 14;
    if text.is_empty() {
        return;
    }
    screen.plain("  ").put(Paint::Dim, name).plain(" ").pad_to(COLUMN);
    if width_of(name) + 3 > COLUMN {
        screen.line();
    }
    screen.paragraph(paint, text, COLUMN);
}

fn steps(task: &TaskView, screen: &mut Screen) {
    if task.steps.is_empty() {
        return;
    }
    let (done, all) = (task.progress.completed, task.progress.total);
    screen.line();
    screen.put(Paint::Heading, "Steps").put(Paint::Dim, &format!("  {done} of {all}")).line();
    let digits = task.steps.len().to_string().len();
    for (n, step) in task.steps.iter().enumerate() {
        let (mark, paint) = match step.status {
            StepStatus::Completed => ("\u{2713}", Paint::Good),
            StepStatus::Cancelled => ("\u{2717}", Paint::Dim),
            StepStatus::InProgress => ("\u{25d0}", Paint::Active),
            StepStatus::Blocked => ("\u{25a0}", Paint::Waiting),
            StepStatus::Pending => ("\u{25cb}", Paint::Plain),
        };
        screen.plain("  ").put(paint, mark).plain(" ");
        screen.right(Paint::Dim, &(n + 1).to_string(), digits).plain("  ");
        screen.paragraph(Paint::Plain, &step.text, 6 + digits);
        for note in &step.notes {
            screen.paragraph(Paint::Dim, note, 8 + digits);
        }
    }
}

fn work(task: &TaskView, now: i64, screen: &mut Screen) {
    if task.evidence.is_empty() && task.branches.is_empty() {
        return;
    }
    screen.line();
    screen.put(Paint::Heading, "Work").line();
    let when = |time: &str| {
        let seconds = time.parse::<jiff::Timestamp>().map_or(now, jiff::Timestamp::as_second);
        ago(seconds, now)
    };
    for branch in &task.branches {
        if branch.claim {
            screen.plain("  ").put(Paint::Active, "claimed");
        } else {
            let verb = if branch.effect == Effect::Completes { "completed" } else { "in progress" };
            screen.plain("  ").put(Paint::Active, verb).plain(" on ").put(Paint::Commit, &branch.name);
        }
        let place = if branch.claim {
            format!(" {}", in_worktree(branch.worktree.as_deref()))
        } else {
            String::new()
        };
        let said = format!("{}{place}, {}", branch.author, when(&branch.time));
        beside(screen, &said);
    }
    for evidence in &task.evidence {
        let commit = evidence.commit.get(..8).unwrap_or(&evidence.commit);
        screen.plain("  ").put(Paint::Commit, commit).plain(" ").plain(effect_word(evidence.effect));
        if !evidence.steps.is_empty() {
            let numbers: Vec<String> = evidence.steps.iter().map(ToString::to_string).collect();
            let noun = if numbers.len() == 1 { "step" } else { "steps" };
            screen.plain(&format!(" {noun} {}", numbers.join(", ")));
        }
        let said = format!("{}, {}", evidence.author, when(&evidence.time));
        beside(screen, &said);
        screen.plain("    ").rest(Paint::Plain, &evidence.line).line();
    }
}

/// Writes the rest of a line; below it, where it does not fit, and broken where it is longer than a line.
fn beside(screen: &mut Screen, said: &str) {
    let indent = 4;
    if indent + width_of(said) <= screen.width() {
        screen.piece(Paint::Dim, said, 2, indent).line();
    } else {
        screen.line().paragraph(Paint::Dim, said, indent);
    }
}

/// What an effect does, as a verb.
pub fn effect_word(effect: Effect) -> &'static str {
    match effect {
        Effect::Completes | Effect::CompletesSteps => "completes",
        Effect::Starts => "starts",
        Effect::Links => "links",
        Effect::Reopens => "reopens",
    }
}
