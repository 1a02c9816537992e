//! Evidence, with its commit.

use super::time::rfc3339;
use crate::evidence::{Ignored, Item};
use crate::git::Pos;
use crate::message::Effect;
use crate::plan::Plan;
use schemars::JsonSchema;
use serde::Serialize;

/// A reference to a task, with its effect and why it has or lacks one.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct EvidenceView {
    /// The object id of the commit.
    pub commit: String,
    /// What the form does.
    pub effect: Effect,
    /// The form, such as `subject` or `closes-trailer`.
    pub rule: &'static str,
    /// The line of the message.
    pub line: String,
    /// The number of that line, from 1.
    pub line_number: u32,
    /// Whether it counts.
    pub in_effect: bool,
    /// Why it does not.
    pub ignored_because: Option<String>,
    /// The commit's subject.
    pub subject: String,
    /// Who wrote it.
    pub author: String,
    /// When it was written, RFC 3339.
    pub time: String,
    /// The numbers of today's steps that it completes.
    pub steps: Vec<usize>,
}

impl EvidenceView {
    /// The view of one item of a task's evidence.
    pub fn of(plan: &Plan, item: &Item) -> Self {
        let record = plan.history.record(item.commit);
        Self {
            commit: plan.history.oid(item.commit).to_string(),
            effect: item.effect,
            rule: item.rule.as_str(),
            line: item.text(&plan.history).to_owned(),
            line_number: item.line,
            in_effect: item.ignored.is_none(),
            ignored_because: item.ignored.as_ref().map(|why| because(plan, why)),
            subject: record.map(|r| r.subject.clone()).unwrap_or_default(),
            author: record.map(|r| r.author.name.clone()).unwrap_or_default(),
            time: rfc3339(record.map_or(0, |r| r.author_time)),
            steps: item.steps().iter().map(|at| at + 1).collect(),
        }
    }
}

/// The first characters of a commit's object id.
pub fn short(plan: &Plan, pos: Pos) -> String {
    plan.history.oid(pos).to_hex_with_len(8).to_string()
}

/// Why a reference has no effect, as half a sentence.
fn because(plan: &Plan, why: &Ignored) -> String {
    match why {
        Ignored::Prose => "prose: a name outside an anchored form only links".to_owned(),
        Ignored::PlanOnly => {
            "plan-only: the commit changes nothing but plan files, which plans work and does not do it"
                .to_owned()
        }
        Ignored::UndoneBy(by) => format!("undone by {}", short(plan, *by)),
        Ignored::BeforeBoundary => "before the boundary set by [history] since".to_owned(),
        Ignored::BeforeReopened => "authored before the task's `reopened`".to_owned(),
        Ignored::Fixup => "fixup!, squash! and amend! commits do nothing".to_owned(),
        Ignored::Listed => "the commit is listed in [references] ignore".to_owned(),
        Ignored::Void(word) => format!("{word:?} in its id list is no task, which voids the form"),
        Ignored::NoSuchStep => "the task had no such step at that commit".to_owned(),
        Ignored::ReopenedBy(by) => format!("reopened by {}", short(plan, *by)),
        Ignored::CompletedBy(by) => format!("completed again by {}", short(plan, *by)),
        Ignored::LaterInCommit => "a later line of the same message says otherwise".to_owned(),
        Ignored::Ambiguous => {
            "the id was given twice, and the commit's own tree does not tell which task is meant".to_owned()
        }
        Ignored::OtherTask(id) => format!("the commit's own tree shows that it means what is now task {id}"),
    }
}
