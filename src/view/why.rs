//! Why a task has its status.

use super::evidence::{EvidenceView, short};
use super::list::Head;
use super::task::in_worktree;
use super::time::rfc3339;
use crate::message::Effect;
use crate::model::{Dependency, FileStatus, Status};
use crate::plan::{Blocker, Plan};
use schemars::JsonSchema;
use serde::Serialize;

/// The answer of `tasks why`.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct WhyView {
    /// Of what it speaks.
    #[serde(flatten)]
    pub head: Head,
    /// The task.
    pub id: String,
    /// Its title.
    pub title: String,
    /// Its status.
    pub status: Status,
    /// The row of the status table, 1 to 7; null where history is too shallow to tell.
    pub row: Option<u8>,
    /// That row's condition.
    pub rule: &'static str,
    /// One sentence.
    pub because: String,
    /// Every reference to it, the newest first, with those that have no effect.
    pub evidence: Vec<EvidenceView>,
}

/// The answer of `tasks why`, as a document.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(untagged)]
pub enum WhyAnswer {
    /// Where one task was asked for.
    One(Box<WhyView>),
    /// Where several were.
    Several {
        /// The version of the JSON contract.
        schema: u32,
        /// In the order in which they were asked for.
        tasks: Vec<WhyView>,
    },
}

impl From<Vec<WhyView>> for WhyAnswer {
    fn from(mut views: Vec<WhyView>) -> Self {
        match views.pop() {
            Some(view) if views.is_empty() => Self::One(Box::new(view)),
            last => {
                views.extend(last);
                Self::Several { schema: 1, tasks: views }
            }
        }
    }
}

impl WhyView {
    /// The view of the task at that position.
    pub fn of(plan: &Plan, at: usize) -> Self {
        let (entry, state) = (plan.entry(at), &plan.states[at]);
        let overruled = overruled_by(plan, at);
        let evidence = plan.evidence.tasks[at].items.iter().rev().map(|item| {
            let mut view = EvidenceView::of(plan, item);
            let disagrees = match item.effect {
                Effect::Completes => state.status != Status::Completed,
                Effect::Starts | Effect::CompletesSteps | Effect::Reopens => true,
                Effect::Links => false,
            };
            if let (Some(word), true, true) = (overruled, view.in_effect, disagrees) {
                view.in_effect = false;
                view.ignored_because = Some(format!("overruled by the file: status = {word:?}"));
            }
            view
        });
        Self {
            head: Head::of(plan),
            id: entry.id.to_string(),
            title: entry.task.title.clone(),
            status: state.status,
            row: state.row,
            rule: rule(state.row),
            because: because(plan, at),
            evidence: evidence.collect(),
        }
    }
}

/// The file's word, where it decides whatever commits say.
fn overruled_by(plan: &Plan, at: usize) -> Option<&'static str> {
    let word = plan.entry(at).task.status?;
    word.is_settled().then(|| word.as_str())
}

/// The condition of a row of the status table.
fn rule(row: Option<u8>) -> &'static str {
    match row {
        Some(1) => "the file says completed or cancelled",
        Some(2) => "completing evidence",
        Some(3) => "the file says blocked",
        Some(4) => "starting evidence, a completed step, or the file says in_progress",
        Some(5) => "evidence on a topic branch that is not merged, or a claim",
        Some(6) => "a dependency is not settled",
        Some(7) => "nothing else holds: pending, and ready",
        _ => "history is too shallow to tell",
    }
}

fn because(plan: &Plan, at: usize) -> String {
    let (task, evidence) = (&plan.entry(at).task, &plan.evidence.tasks[at]);
    let reason = task.reason.as_ref().map_or(String::new(), |r| format!(": {r}"));
    match plan.states[at].row {
        Some(1) => {
            let word = task.status.map_or("", FileStatus::as_str);
            format!("the file says status = {word:?}{reason}")
        }
        Some(2) => evidence.completed_by.map_or(String::new(), |by| by_item(plan, at, by, "completed")),
        Some(3) => {
            let on = task.waiting_on.as_ref().map_or(String::new(), |w| format!(", waiting on {w}"));
            format!("the file says status = \"blocked\"{reason}{on}")
        }
        Some(4) => begun(plan, at),
        Some(5) => on_branches(plan, at),
        Some(6) => waits(plan, at),
        Some(7) => pending(plan, at),
        _ => "history is too shallow to tell; commits that are not here may complete it".to_owned(),
    }
}

fn by_item(plan: &Plan, at: usize, item: usize, verb: &str) -> String {
    let item = &plan.evidence.tasks[at].items[item];
    let record = plan.history.record(item.commit);
    let author = record.map_or("", |r| r.author.name.as_str());
    let day = rfc3339(record.map_or(0, |r| r.author_time));
    let day = day.get(..10).unwrap_or(&day);
    format!("{verb} by {} of {author}, {day}: {}", short(plan, item.commit), item.text(&plan.history))
}

/// For whom it waits, and why that may never end.
fn waits(plan: &Plan, at: usize) -> String {
    let label = |blocker: &Blocker| match blocker {
        Blocker::Task(_) => blocker.label(&plan.snapshot),
        Blocker::Missing(Dependency::Group(name)) => format!("{name}/, which is no group of the plan"),
        Blocker::Missing(Dependency::Task(id)) => format!("{id}, which is no task of the plan"),
    };
    let open: Vec<String> = plan.blocked_by(at).iter().map(label).collect();
    let sentence = format!("it waits for {}", open.join(", "));
    let cycles = plan.graph.cycles().into_iter().zip(plan.graph.entangled());
    let Some((round, _)) = cycles.into_iter().find(|(_, members)| members.contains(&at)) else {
        return sentence;
    };
    let ids = round.iter().chain(round.first()).map(|&task| plan.entry(task).id.as_str());
    format!("{sentence}, on a cycle: {}", ids.collect::<Vec<_>>().join(" -> "))
}

fn begun(plan: &Plan, at: usize) -> String {
    let (task, evidence) = (&plan.entry(at).task, &plan.evidence.tasks[at]);
    if let Some(by) = evidence.started_by {
        return by_item(plan, at, by, "started");
    }
    if task.status == Some(FileStatus::InProgress) {
        return "the file says status = \"in_progress\"".to_owned();
    }
    let (completed, total) = plan.states[at].step_progress();
    format!("{completed} of {total} steps are completed")
}

fn on_branches(plan: &Plan, at: usize) -> String {
    let work = |work: &crate::evidence::BranchWork| {
        let Some(commit) = work.commit else {
            let place = in_worktree(work.worktree.as_deref());
            return format!("claimed by {} {place}, {}", work.author.name, rfc3339(work.since));
        };
        let verb = if work.effect == Effect::Completes { "completed" } else { "started" };
        let commit = short(plan, commit);
        format!("{verb} on {} by {} ({commit}), which is not merged", work.name, work.author.name)
    };
    let work: Vec<String> = plan.evidence.tasks[at].branches.iter().map(work).collect();
    work.join(", and ")
}

fn pending(plan: &Plan, at: usize) -> String {
    let evidence = &plan.evidence.tasks[at];
    let sentence = if let Some(by) = evidence.reopened_by {
        by_item(plan, at, by, "reopened")
    } else if plan.entry(at).task.depends.is_empty() {
        "no evidence that counts, and nothing that it waits for".to_owned()
    } else {
        "no evidence that counts, and every dependency is settled".to_owned()
    };
    let elsewhere = evidence.on_trunks.first().map_or(String::new(), |trunk| {
        format!("; completed on {} by {}, but not here", trunk.name, short(plan, trunk.commit))
    });
    sentence + &elsewhere
}
