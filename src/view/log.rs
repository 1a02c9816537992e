//! What happened to tasks.

use super::evidence::short;
use super::list::Head;
use super::time::rfc3339;
use crate::diff::{FieldChange, task_changes};
use crate::evidence::{Ignored, Item};
use crate::git::{FileDelta, Oid, PlanChange, Pos};
use crate::message::Effect;
use crate::model::{FileStatus, Task, TaskId};
use crate::plan::Plan;
use camino::Utf8Path;
use schemars::JsonSchema;
use serde::Serialize;
use std::cmp::Reverse;
use std::collections::{HashMap, HashSet};

/// The answer of `tasks log`.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct LogView {
    /// Of what it speaks.
    #[serde(flatten)]
    pub head: Head,
    /// From where on: a time or a revision; null for all of history.
    pub since: Option<String>,
    /// Whether that is two weeks ago because nobody asked for anything else.
    pub since_by_default: bool,
    /// How many events there are; more than are listed where a limit was given.
    pub total: usize,
    /// The newest first.
    pub events: Vec<EventView>,
}

/// Something that happened to a task.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct EventView {
    /// When the commit was written, RFC 3339.
    pub time: String,
    /// The object id of the commit.
    pub commit: String,
    /// Who wrote it.
    pub author: String,
    /// What happened.
    pub kind: EventKind,
    /// The task, by the id it had then.
    pub id: String,
    /// Its title.
    pub title: String,
    /// The line of the message that says so, or from where to where.
    pub detail: Option<String>,
    /// The keys of the file that changed.
    pub fields: Vec<FieldView>,
}

/// What happened to a task.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum EventKind {
    /// Its file was added.
    Created,
    /// Its file was removed.
    Removed,
    /// Its file was changed.
    Edited,
    /// Its file was moved to another group.
    Moved,
    /// Its file was moved to the archive.
    Archived,
    /// Its file was given another name, so the task has another id.
    Renumbered,
    /// A commit completed it.
    Completed,
    /// A commit began it.
    Started,
    /// A commit completed steps of it.
    Stepped,
    /// A commit took its completion back.
    Reopened,
    /// A commit reverted one that completed, began or reopened it.
    Reverted,
}

/// A key of a task's file, before and after.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct FieldView {
    /// The key; `step 3` for a step.
    pub name: String,
    /// The value before; null if there was none.
    pub before: Option<String>,
    /// The value after; null if there is none.
    pub after: Option<String>,
}

/// A task's file before and after a commit, read.
pub struct TaskDelta<'a> {
    /// The commit.
    pub change: &'a PlanChange,
    /// The file.
    pub file: &'a FileDelta,
    /// The id that the file's name is.
    pub id: TaskId,
    /// What it said before; `None` also if that could not be read.
    pub before: Option<Task>,
    /// What it said after; `None` also if that cannot be read.
    pub after: Option<Task>,
}

impl EventKind {
    /// Every kind.
    pub const ALL: [Self; 11] = [
        Self::Completed,
        Self::Started,
        Self::Stepped,
        Self::Reopened,
        Self::Reverted,
        Self::Created,
        Self::Edited,
        Self::Moved,
        Self::Renumbered,
        Self::Archived,
        Self::Removed,
    ];

    /// The word by which it is asked for.
    pub fn name(self) -> &'static str {
        match self {
            Self::Stepped => "step",
            other => other.as_str(),
        }
    }

    /// The word for people.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Created => "created",
            Self::Removed => "removed",
            Self::Edited => "edited",
            Self::Moved => "moved",
            Self::Archived => "archived",
            Self::Renumbered => "renumbered",
            Self::Completed => "completed",
            Self::Started => "started",
            Self::Stepped => "step done",
            Self::Reopened => "reopened",
            Self::Reverted => "reverted",
        }
    }
}

/// What of the events is asked for.
#[derive(Debug, Default)]
pub struct LogWindow {
    /// From where on: a time or a revision; `None` for all of history.
    pub since: Option<String>,
    /// Whether that was not asked for.
    pub by_default: bool,
    /// How many events; `None` for all.
    pub limit: Option<usize>,
}

/// An event and what it is sorted by: committer time, then descent.
type Dated = (i64, Option<usize>, EventView);

impl LogView {
    /// The view of changes to files, and of what the commits that `within` accepts say of the tasks at `tasks`; of the kinds
    /// that `keep` accepts. Of commits of the same second the one comes first that has the greater of `places`.
    pub fn of(
        plan: &Plan,
        deltas: &[TaskDelta<'_>],
        tasks: &[usize],
        within: impl Fn(Pos) -> bool,
        keep: impl Fn(EventKind) -> bool,
        places: &HashMap<Oid, usize>,
        window: LogWindow,
    ) -> Self {
        let mut dated: Vec<Dated> = Vec::new();
        let renumberings = Renumberings::of(deltas);
        for delta in deltas {
            let place = places.get(&delta.change.oid).copied();
            if renumberings.is_old(delta) {
                continue;
            }
            if let Some(old) = renumberings.old(delta) {
                dated.push((delta.change.time, place, renumbering(&deltas[old], delta)));
                continue;
            }
            dated.extend(file_events(delta).into_iter().map(|event| (delta.change.time, place, event)));
        }
        let mut said = Vec::new();
        for &at in tasks {
            evidence_events(plan, at, &within, &mut said);
        }
        let place = |pos: Pos| places.get(&plan.history.oid(pos)).copied();
        dated.extend(said.into_iter().map(|(pos, event)| (plan.history.time(pos), place(pos), event)));
        dated.retain(|(_, _, event)| keep(event.kind));
        dated.sort_by_key(|(time, place, _)| Reverse((*time, *place)));
        let total = dated.len();
        let events =
            dated.into_iter().take(window.limit.unwrap_or(usize::MAX)).map(|(_, _, event)| event).collect();
        Self { head: Head::of(plan), since: window.since, since_by_default: window.by_default, total, events }
    }
}

/// The files that one commit removed where it added another for the same task, which has a new id.
struct Renumberings<'a> {
    /// By commit and id, the first removed file.
    removed: HashMap<(Oid, &'a TaskId), usize>,
    /// By commit, the former ids of added tasks.
    former: HashSet<(Oid, &'a TaskId)>,
}

impl<'a> Renumberings<'a> {
    fn of(deltas: &'a [TaskDelta<'_>]) -> Self {
        let (mut removed, mut former) = (HashMap::new(), HashSet::new());
        for (at, delta) in deltas.iter().enumerate() {
            if delta.file.after.is_none() {
                removed.entry((delta.change.oid, &delta.id)).or_insert(at);
            }
            former.extend(former_ids(delta).map(|id| (delta.change.oid, id)));
        }
        Self { removed, former }
    }

    /// Whether the file is one of those that were removed.
    fn is_old(&self, delta: &TaskDelta<'_>) -> bool {
        delta.file.after.is_none() && self.former.contains(&(delta.change.oid, &delta.id))
    }

    /// The removed file in whose place this one came.
    fn old(&self, new: &TaskDelta<'_>) -> Option<usize> {
        former_ids(new).filter_map(|id| self.removed.get(&(new.change.oid, id)).copied()).min()
    }
}

/// The ids that the task of an added file had before.
fn former_ids<'a>(delta: &'a TaskDelta<'_>) -> impl Iterator<Item = &'a TaskId> {
    let task = delta.after.as_ref().filter(|_| delta.file.before.is_none());
    task.into_iter().flat_map(|task| &task.aka)
}

fn renumbering(old: &TaskDelta<'_>, new: &TaskDelta<'_>) -> EventView {
    let detail = format!("{} -> {}", old.file.path, new.file.path);
    file_event(new, EventKind::Renumbered, Some(detail), Vec::new())
}

fn file_event(
    delta: &TaskDelta<'_>,
    kind: EventKind,
    detail: Option<String>,
    fields: Vec<FieldChange>,
) -> EventView {
    let task = delta.after.as_ref().or(delta.before.as_ref());
    EventView {
        time: rfc3339(delta.change.author_time),
        commit: delta.change.oid.to_string(),
        author: delta.change.author.name.clone(),
        kind,
        id: delta.id.to_string(),
        title: task.map_or_else(|| delta.id.to_string(), |task| task.title.clone()),
        detail,
        fields: fields.into_iter().map(FieldView::from).collect(),
    }
}

/// What an edit of the file says of the task: that it is completed, open again, or something else.
fn kind_of_edit(delta: &TaskDelta<'_>) -> EventKind {
    let (Some(before), Some(after)) = (&delta.before, &delta.after) else { return EventKind::Edited };
    let is_completed = |task: &Task| task.status == Some(FileStatus::Completed);
    let is_settled = |task: &Task| is_completed(task) || task.status == Some(FileStatus::Cancelled);
    let is_reopened = after.reopened.is_some() && after.reopened != before.reopened;
    match (is_completed(before), is_completed(after)) {
        (false, true) => EventKind::Completed,
        (true, false) if !is_settled(after) => EventKind::Reopened,
        _ if is_reopened && !is_settled(after) => EventKind::Reopened,
        _ => EventKind::Edited,
    }
}

/// What a commit did to a task's file.
fn file_events(delta: &TaskDelta<'_>) -> Vec<EventView> {
    let event = |kind, detail, fields| file_event(delta, kind, detail, fields);
    let file = delta.file;
    match (file.before, file.after) {
        (None, _) => return vec![event(EventKind::Created, Some(file.path.clone()), Vec::new())],
        (_, None) => return vec![event(EventKind::Removed, Some(file.path.clone()), Vec::new())],
        (before, after) if before == after && file.renamed_from.is_none() => return Vec::new(),
        _ => {}
    }
    let mut events = Vec::new();
    // Of two events of one commit the later comes first, and a file is edited where it then lies.
    if file.before != file.after {
        let (detail, fields) = match (&delta.before, &delta.after) {
            (Some(before), Some(after)) => {
                let fields = task_changes(before, after);
                let layout = fields.is_empty().then(|| "only comments or layout".to_owned());
                (layout, fields)
            }
            (_, None) => (Some("so that it cannot be read".to_owned()), Vec::new()),
            (None, Some(_)) => (Some("so that it can be read again".to_owned()), Vec::new()),
        };
        events.push(event(kind_of_edit(delta), detail, fields));
    }
    if let Some(from) = &file.renamed_from {
        let in_archive = |path: &str| path.starts_with(".tasks/archive/");
        let kind = if Utf8Path::new(from).file_name() != Utf8Path::new(&file.path).file_name() {
            EventKind::Renumbered
        } else if in_archive(&file.path) && !in_archive(from) {
            EventKind::Archived
        } else {
            EventKind::Moved
        };
        events.push(event(kind, Some(format!("{from} -> {}", file.path)), Vec::new()));
    }
    events
}

/// What commits said of a task, those included that were undone or answered later, and the undoing.
fn evidence_events(plan: &Plan, at: usize, within: &impl Fn(Pos) -> bool, dated: &mut Vec<(Pos, EventView)>) {
    let mut seen: HashSet<(Pos, EventKind)> = HashSet::new();
    for item in &plan.evidence.tasks[at].items {
        let Some((kind, note)) = said(plan, item) else { continue };
        if within(item.commit) && seen.insert((item.commit, kind)) {
            dated.push(dated_event(
                plan,
                at,
                item.commit,
                kind,
                format!("{}{note}", item.text(&plan.history)),
            ));
        }
        if let Some(Ignored::UndoneBy(by)) = item.ignored
            && within(by)
            && seen.insert((by, EventKind::Reverted))
        {
            let detail =
                format!("{} by {}: {}", kind.as_str(), short(plan, item.commit), item.text(&plan.history));
            dated.push(dated_event(plan, at, by, EventKind::Reverted, detail));
        }
    }
}

/// What a reference did when it was made, and what became of it; `None` for what never had an effect.
fn said(plan: &Plan, item: &Item) -> Option<(EventKind, String)> {
    let kind = match item.effect {
        Effect::Completes => EventKind::Completed,
        Effect::Starts => EventKind::Started,
        Effect::CompletesSteps => EventKind::Stepped,
        Effect::Reopens => EventKind::Reopened,
        Effect::Links => return None,
    };
    let note = match &item.ignored {
        None => String::new(),
        Some(Ignored::UndoneBy(by)) => format!(" (undone by {})", short(plan, *by)),
        Some(Ignored::ReopenedBy(by)) => format!(" (reopened by {})", short(plan, *by)),
        Some(Ignored::CompletedBy(by)) => format!(" (completed again by {})", short(plan, *by)),
        Some(Ignored::BeforeReopened) => " (reopened in the file)".to_owned(),
        Some(_) => return None,
    };
    Some((kind, note))
}

fn dated_event(plan: &Plan, at: usize, commit: Pos, kind: EventKind, detail: String) -> (Pos, EventView) {
    let (entry, record) = (plan.entry(at), plan.history.record(commit));
    let event = EventView {
        time: rfc3339(record.map_or_else(|| plan.history.time(commit), |r| r.author_time)),
        commit: plan.history.oid(commit).to_string(),
        author: record.map(|r| r.author.name.clone()).unwrap_or_default(),
        kind,
        id: entry.id.to_string(),
        title: entry.task.title.clone(),
        detail: Some(detail),
        fields: Vec::new(),
    };
    (commit, event)
}

impl From<FieldChange> for FieldView {
    fn from(change: FieldChange) -> Self {
        Self { name: change.name, before: change.before, after: change.after }
    }
}
