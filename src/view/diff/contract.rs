//! The JSON contract of `tasks diff`.

use crate::diff::PartChangeKind;
use crate::model::Status;
use crate::view::{EstimateView, TaskView};
use schemars::JsonSchema;
use serde::Serialize;
use std::collections::BTreeMap;

/// The answer of `tasks diff`.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct DiffView {
    /// The version of the JSON contract.
    pub schema: u32,
    /// The commit of the earlier version; null for an empty plan.
    pub base: Option<String>,
    /// The commit of the later version; null for the work tree and the index.
    pub head: Option<String>,
    /// What was compared, for people: where the earlier version is from.
    pub base_name: String,
    /// Where the later version is from.
    pub head_name: String,
    /// How the commits of the later version were taken to land; null where they are read as they are.
    pub landing: Option<LandingView>,
    /// Whether nothing that could matter is cut off by a shallow clone.
    pub history_complete: bool,
    /// What differs between the files.
    #[serde(flatten)]
    pub files: PlanDiffView,
    /// Tasks that commits complete, by id.
    pub completes: Vec<String>,
    /// Tasks that commits begin.
    pub starts: Vec<String>,
    /// Tasks whose completion commits take back.
    pub reopens: Vec<String>,
    /// Steps that commits complete.
    pub completes_steps: Vec<StepsView>,
    /// Tasks that the branch's own commits complete, but not as they land.
    pub lost_in_landing: Vec<String>,
    /// What commits name that the plan does not have.
    pub unknown: Vec<UnknownView>,
    /// What follows.
    pub consequences: ConsequencesView,
    /// The titles of the tasks that are named by id.
    pub titles: BTreeMap<String, String>,
}

/// What differs between the plan files.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct PlanDiffView {
    /// Tasks that only the later version has.
    pub added: Vec<TaskView>,
    /// Tasks that only the earlier version has.
    pub removed: Vec<TaskView>,
    /// Tasks whose files say something else.
    pub changed: Vec<ChangedTask>,
    /// Tasks whose files lie in another directory.
    pub moved: Vec<Moved>,
    /// Tasks that have another id.
    pub renumbered: Vec<Renumbered>,
    /// Keys of the configuration.
    pub config: Vec<FieldDiff>,
    /// Groups that differ.
    pub groups: Vec<ChangedPart>,
    /// Milestones that differ.
    pub milestones: Vec<ChangedPart>,
    /// Files that can be read in the earlier version only.
    pub unreadable: Vec<UnreadableView>,
}

/// How commits land.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct LandingView {
    /// `merge`, `squash` or `rebase`.
    #[serde(rename = "as")]
    pub kind: &'static str,
    /// The message that was read; null for a rebase.
    pub message: Option<String>,
}

/// A task whose file says something else.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct ChangedTask {
    /// Its id in the later version.
    pub id: String,
    /// Its title there.
    pub title: String,
    /// The keys that differ.
    pub fields: Vec<FieldDiff>,
}

/// A key whose value differs.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct FieldDiff {
    /// The key; `step 3` for a step.
    pub name: String,
    /// The value before; null if there was none.
    pub before: Option<String>,
    /// The value after; null if there is none.
    pub after: Option<String>,
    /// Of texts of several lines what differs, with a line of context; else nothing.
    pub lines: Vec<LineView>,
}

/// A line of two texts held against each other.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct LineView {
    /// `-` for what goes, `+` for what comes, a blank for what stays, `@` for lines that are left out here.
    pub sign: char,
    /// The line; how many for those left out.
    pub text: String,
}

/// A task whose file lies in another directory.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct Moved {
    /// Its id in the later version.
    pub id: String,
    /// Its title there.
    pub title: String,
    /// The path of its file before.
    pub before: String,
    /// And after.
    pub after: String,
}

/// A task that has another id.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct Renumbered {
    /// Its id before.
    pub before: String,
    /// And after.
    pub after: String,
    /// Its title.
    pub title: String,
    /// Whether its `aka` names the id it had, so that commits keep their task.
    pub remembered: bool,
}

/// A group or a milestone that differs.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct ChangedPart {
    /// Its name.
    pub name: String,
    /// What became of it.
    pub kind: PartChangeKind,
    /// The keys that differ.
    pub fields: Vec<FieldDiff>,
}

/// A file that can be read in the earlier version only.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct UnreadableView {
    /// The file.
    pub path: String,
    /// Why it cannot be read.
    pub message: String,
}

/// Steps of a task.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct StepsView {
    /// The task.
    pub id: String,
    /// Their numbers, from 1.
    pub steps: Vec<usize>,
}

/// A name of a task that the plan does not have.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct UnknownView {
    /// The word as written.
    pub word: String,
    /// The line of the message.
    pub line: String,
    /// The commit; null where it is yet to be made.
    pub commit: Option<String>,
    /// Whether it would have had an effect.
    pub would_have_effect: bool,
    /// The nearest id that there is.
    pub near: Option<String>,
}

/// What follows from a difference.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct ConsequencesView {
    /// Tasks that are ready now and were not.
    pub ready_gained: Vec<String>,
    /// Tasks that were ready and wait for something now.
    pub ready_lost: Vec<String>,
    /// For tasks that ceased to be ready, for what they wait.
    pub waits_for: BTreeMap<String, Vec<String>>,
    /// Tasks of both versions whose derived status differs.
    pub status: Vec<StatusMove>,
    /// Rounds of tasks that wait for each other and did not before.
    pub cycles_added: Vec<Vec<String>>,
    /// The longest chains of remaining work.
    pub critical_path: SidesOf<CriticalPathView>,
    /// The estimates of open tasks.
    pub remaining_minutes: SidesOf<EstimateView>,
    /// How many tasks are open.
    pub remaining_tasks: SidesOf<usize>,
    /// How many of those have no estimate.
    pub unestimated_tasks: SidesOf<usize>,
    /// Milestones that gain or lose work.
    pub milestones: Vec<MilestoneWork>,
    /// Dates that cannot be kept now and could before, or by more than before.
    pub dates_at_risk: Vec<DateAtRisk>,
}

/// A value before and after.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
pub struct SidesOf<T> {
    /// In the earlier version.
    pub before: T,
    /// In the later version.
    pub after: T,
}

/// A task whose derived status differs.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct StatusMove {
    /// Its id.
    pub id: String,
    /// Its status before.
    pub before: Status,
    /// And after.
    pub after: Status,
}

/// The longest chain of remaining work.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct CriticalPathView {
    /// `minutes`, or `tasks` where nothing open has an estimate.
    pub unit: &'static str,
    /// How long it is, by upper bounds.
    pub length: u64,
    /// Its tasks, each waiting for the one before it.
    pub tasks: Vec<String>,
    /// How many of them have no estimate and count as the median of the others.
    pub guessed: usize,
}

/// A milestone that gains or loses work.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct MilestoneWork {
    /// Its name.
    pub milestone: String,
    /// Tasks that belong to it now and did not before.
    pub gained: Vec<String>,
    /// Tasks that belonged to it and do not now.
    pub lost: Vec<String>,
    /// Its open tasks.
    pub remaining_tasks: SidesOf<usize>,
    /// Their estimates.
    pub remaining_minutes: SidesOf<EstimateView>,
}

/// A date that cannot be kept.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct DateAtRisk {
    /// `task`, `group` or `milestone`.
    pub kind: &'static str,
    /// Its id or name.
    pub name: String,
    /// The date, `YYYY-MM-DD`.
    pub due: String,
    /// The least that has to be done before, one task after the other.
    pub needs_minutes: u64,
    /// The working time that is left until then.
    pub has_minutes: u64,
}

impl DiffView {
    /// Whether neither files nor commits change the plan.
    pub fn is_empty(&self) -> bool {
        let PlanDiffView {
            added,
            removed,
            changed,
            moved,
            renumbered,
            config,
            groups,
            milestones,
            unreadable,
        } = &self.files;
        let tasks = added.is_empty() && removed.is_empty() && changed.is_empty() && moved.is_empty();
        let parts = groups.is_empty() && milestones.is_empty() && config.is_empty();
        let lists = [&self.completes, &self.starts, &self.reopens];
        let commits = lists.iter().all(|ids| ids.is_empty()) && self.completes_steps.is_empty();
        tasks && renumbered.is_empty() && parts && unreadable.is_empty() && commits && self.unknown.is_empty()
    }
}
