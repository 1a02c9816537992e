//! What was done between two revisions.

use super::parts::{count, percent, status_word, widest};
use crate::model::Status;
use crate::view::{
    CommitView, Landing, OpenTask, Paint, PlanChangesView, ReleaseGateView, ReportTask, ReportView, Screen,
    WhyMissing,
};

/// How many columns of a line an id takes at most.
const ID: usize = 16;

/// How many ids of one kind of change are named.
const MOST: usize = 12;

/// The range, what was completed and reverted, and how the plan stands.
pub fn report(view: &ReportView, screen: &mut Screen) {
    heading(view, screen);
    for section in &view.completed {
        let title = if section.title.is_empty() { "Completed" } else { &section.title };
        tasks(title, &section.tasks, screen);
    }
    taken_back(view, screen);
    left_behind(view, screen);
    tasks("Completed before, worked on since", &view.continued, screen);
    tasks("In progress", &view.in_progress, screen);
    milestone(view, screen);
    groups(view, screen);
    if let Some(plan) = &view.plan {
        changes(plan, screen);
    }
    contributors(view, screen);
    let short = |oid: Option<&String>| oid.and_then(|oid| oid.get(..8)).unwrap_or_default().to_owned();
    let (plan, tip) = (short(view.head.revision.as_ref()), short(view.head.history.tip.as_ref()));
    screen.line().put(Paint::Dim, &format!("plan {plan}, history {tip}")).line();
}

/// Whether everything is there that was required, and what is not.
pub fn release_gate(gate: &ReleaseGateView, screen: &mut Screen) {
    let head = if gate.met {
        format!("{}: all of {} completed", gate.milestone, count(gate.required, "task"))
    } else if gate.missing.is_empty() {
        let required = count(gate.required, "task");
        format!("{}: {} of {required} completed, but not met", gate.milestone, gate.required)
    } else {
        let missing = count(gate.missing.len(), "task");
        format!("{}: {missing} of {} not completed", gate.milestone, gate.required)
    };
    screen.put(if gate.met { Paint::Good } else { Paint::Bad }, &head).line();
    let width = widest(gate.missing.iter().map(|task| task.id.as_str()), ID);
    for task in &gate.missing {
        named(&task.id, &task.title, width, screen);
        let commit = task.commit.as_deref().and_then(|oid| oid.get(..8)).unwrap_or_default();
        let why = match task.why {
            WhyMissing::Missing => format!("{}, nothing completes it", status_word(task.status)),
            WhyMissing::Reverted => format!("reverted by {commit}"),
            WhyMissing::NotBackported => {
                format!("completed on {} by {commit}, not here", task.completed_on.join(", "))
            }
            WhyMissing::Unknown => "history is too shallow to tell".to_owned(),
        };
        below(Paint::Waiting, &why, width, screen);
    }
    criteria(&gate.unmet, screen);
    super::check::not_known(&gate.unknown, &gate.unreadable, screen);
}

/// Criteria that do not hold.
fn criteria(unmet: &[String], screen: &mut Screen) {
    for criterion in unmet {
        screen.plain("  ").rest(Paint::Waiting, &format!("criterion: {criterion}")).line();
    }
}

/// A task's id, in a column, and its title.
fn named(id: &str, title: &str, width: usize, screen: &mut Screen) {
    screen.plain("  ").cell(Paint::Id, id, width).plain("  ").rest(Paint::Plain, title).line();
}

/// What is said of a task, below its title.
fn below(paint: Paint, text: &str, width: usize, screen: &mut Screen) {
    screen.pad_to(width + 4).rest(paint, text).line();
}

fn heading(view: &ReportView, screen: &mut Screen) {
    let name = view.range.version.as_deref().unwrap_or("Unreleased");
    screen.put(Paint::Heading, name).plain("  ").put(Paint::Dim, &view.range.date).plain("  ");
    screen.rest(Paint::Dim, &view.range.text).line();
    let totals = &view.totals.tasks;
    let all = format!(
        "{} completed, {} of {} in all, {}",
        count(view.completed_total, "task"),
        totals.completed,
        totals.total,
        percent(totals.completed, totals.total)
    );
    screen.paragraph(Paint::Plain, &all, 0);
}

fn title(text: &str, number: usize, screen: &mut Screen) {
    let room = screen.width().saturating_sub(8);
    screen.line().cut(Paint::Heading, text, room);
    screen.put(Paint::Dim, &format!("  {number}")).line();
}

fn tasks(heading: &str, tasks: &[ReportTask], screen: &mut Screen) {
    if tasks.is_empty() {
        return;
    }
    title(heading, tasks.len(), screen);
    let width = widest(tasks.iter().map(|task| task.id.as_str()), ID);
    for task in tasks {
        named(&task.id, &task.title, width, screen);
        let mut said: Vec<String> = task.commits.iter().map(commit).collect();
        if said.is_empty() && task.completed_at.is_none() && task.landed.is_none() {
            said.push("by its file".to_owned());
        }
        let by = task.authors.join(", ");
        let line = if by.is_empty() { said.join(", ") } else { format!("{by}: {}", said.join(", ")) };
        below(Paint::Dim, &line, width, screen);
    }
}

/// The beginning of its id, and how it landed unless that was directly.
fn commit(commit: &CommitView) -> String {
    match commit.landed {
        Landing::Direct => commit.short.clone(),
        Landing::Merge => format!("{} merged", commit.short),
        Landing::Squash => {
            let number = commit.pull_request.as_ref().map_or(String::new(), |number| format!(" {number}"));
            format!("{} squashed{number}", commit.short)
        }
        Landing::CherryPick => {
            let from = commit.picked_from.as_deref().unwrap_or_default();
            format!("{} picked from {}", commit.short, from.get(..8).unwrap_or(from))
        }
    }
}

fn taken_back(view: &ReportView, screen: &mut Screen) {
    if !view.reverted.is_empty() {
        title("Reverted", view.reverted.len(), screen);
    }
    let width = widest(view.reverted.iter().map(|task| task.id.as_str()), ID);
    for task in &view.reverted {
        named(&task.id, &task.title, width, screen);
        let by = match &task.by {
            Some(by) => format!("{} {}", by.short, by.subject),
            None if task.status == Status::Cancelled => "cancelled by its file".to_owned(),
            None => "reopened by its file".to_owned(),
        };
        below(Paint::Bad, &by, width, screen);
        if let Some(what) = &task.undoes {
            below(Paint::Dim, &format!("undoes {} {}", what.short, what.subject), width, screen);
        }
    }
}

fn left_behind(view: &ReportView, screen: &mut Screen) {
    let from = view.range.from.as_ref().map_or("", |from| from.name.as_str());
    if !view.left_behind.is_empty() {
        title(&format!("Only in {from}"), view.left_behind.len(), screen);
    }
    let width = widest(view.left_behind.iter().map(|task| task.id.as_str()), ID);
    for task in &view.left_behind {
        named(&task.id, &task.title, width, screen);
        if let Some(commit) = &task.commit {
            below(Paint::Waiting, &format!("{} {}", commit.short, commit.subject), width, screen);
        }
    }
}

fn milestone(view: &ReportView, screen: &mut Screen) {
    let Some(milestone) = &view.milestone else { return };
    title(&format!("Still open in {}", milestone.totals.title), milestone.open.len(), screen);
    let width = widest(milestone.open.iter().map(|task| task.id.as_str()), ID);
    for task in &milestone.open {
        open(task, width, screen);
    }
    criteria(&milestone.unmet, screen);
}

fn open(task: &OpenTask, width: usize, screen: &mut Screen) {
    let mut aside = status_word(task.status).to_owned();
    if !task.blocked_by.is_empty() {
        aside = format!("{aside} by {}", task.blocked_by.join(", "));
    }
    screen.plain("  ").cell(Paint::Id, &task.id, width).plain("  ");
    let room = screen.width().saturating_sub(width + 4);
    let most = room / 2;
    screen.cell(Paint::Plain, &task.title, room.saturating_sub(most + 2)).plain("  ");
    screen.rest(Paint::Dim, &aside).line();
}

fn groups(view: &ReportView, screen: &mut Screen) {
    if view.groups.is_empty() {
        return;
    }
    screen.line().put(Paint::Heading, "Progress").line();
    let name = |title: &str| if title.is_empty() { "(no group)".to_owned() } else { title.to_owned() };
    let names: Vec<String> = view.groups.iter().map(|group| name(&group.totals.title)).collect();
    let width = widest(names.iter().map(String::as_str), screen.width() / 2);
    for (name, group) in names.iter().zip(&view.groups) {
        let tasks = &group.totals.totals.tasks;
        screen.plain("  ").cell(Paint::Plain, name, width).plain("  ").bar(tasks.completed, tasks.total, 8);
        screen.right(Paint::Plain, &format!("{}/{}", tasks.completed, tasks.total), 8);
        if group.completed_in_range > 0 {
            screen.put(Paint::Good, &format!("  +{}", group.completed_in_range));
        }
        screen.line();
    }
}

fn changes(plan: &PlanChangesView, screen: &mut Screen) {
    let ids = |tasks: &[crate::view::NamedTask]| tasks.iter().map(|task| task.id.clone()).collect::<Vec<_>>();
    let moved =
        |tasks: &[crate::view::MovedTask]| tasks.iter().map(|task| task.id.clone()).collect::<Vec<_>>();
    let renumbered =
        plan.renumbered.iter().map(|task| format!("{} to {}", task.before, task.after)).collect();
    let kinds: [(&str, Vec<String>); 8] = [
        ("added", ids(&plan.added)),
        ("removed", ids(&plan.removed)),
        ("cancelled", ids(&plan.cancelled)),
        ("archived", ids(&plan.archived)),
        ("renumbered", renumbered),
        ("moved", moved(&plan.moved)),
        ("edited", plan.edited.iter().map(|task| task.id.clone()).collect()),
        ("files", plan.files.clone()),
    ];
    if kinds.iter().all(|(_, names)| names.is_empty()) {
        return;
    }
    screen.line().put(Paint::Heading, "Changes to the plan").line();
    for (kind, names) in kinds.iter().filter(|(_, names)| !names.is_empty()) {
        let more = names.len().saturating_sub(MOST);
        let more = if more > 0 { format!(" and {more} more") } else { String::new() };
        let few = names[..names.len().min(MOST)].join(", ");
        screen.plain("  ").cell(Paint::Plain, kind, 12).rest(Paint::Dim, &format!("{few}{more}")).line();
    }
}

fn contributors(view: &ReportView, screen: &mut Screen) {
    if view.contributors.is_empty() {
        return;
    }
    screen.line().put(Paint::Heading, "Contributors").line();
    let width = widest(view.contributors.iter().map(|person| person.name.as_str()), 30);
    for person in &view.contributors {
        let said = format!("{}, {}", count(person.tasks.len(), "task"), count(person.commits, "commit"));
        screen.plain("  ").cell(Paint::Plain, &person.name, width).plain("  ").rest(Paint::Dim, &said).line();
    }
}
