//! The JSON contract of `tasks report`, which is also what a template sees.

use crate::message::Effect;
use crate::model::{Priority, Status};
use crate::plan::Totals;
use crate::view::{EstimateView, FieldView, GroupTotals, Head, MilestoneView};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// The answer of `tasks report`. The same revision gives the same answer on every clone.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
pub struct ReportView {
    /// Of what it speaks.
    #[serde(flatten)]
    pub head: Head,
    /// What it covers: what is reachable from the newer end and not from the older one.
    pub range: RangeView,
    /// All tasks at the newer end that are not archived.
    pub totals: Totals,
    /// How many tasks were completed in the range.
    pub completed_total: usize,
    /// How many of those are archived, so that `totals` leaves them out.
    pub completed_archived: usize,
    /// How many of those are optional and not archived, which `totals` leaves out as well.
    pub completed_optional: usize,
    /// What was completed, by group; archived tasks included.
    pub completed: Vec<TaskSection>,
    /// What was completed at the older end already, and worked on since.
    pub continued: Vec<ReportTask>,
    /// What was completed at the older end and was taken back.
    pub reverted: Vec<RevertedTask>,
    /// What the older end has completed by commits that the newer end does not reach.
    pub left_behind: Vec<LeftBehindView>,
    /// What has begun and is not completed, with the work of the range.
    pub in_progress: Vec<ReportTask>,
    /// What can be begun, in the order in which to take it.
    pub ready: Vec<OpenTask>,
    /// What waits for other tasks, or for something outside the plan.
    pub blocked: Vec<OpenTask>,
    /// The milestone asked for.
    pub milestone: Option<ReleaseMilestone>,
    /// Every milestone.
    pub milestones: Vec<MilestoneView>,
    /// Who did the work, those who did most first.
    pub contributors: Vec<ContributorView>,
    /// Each group with its subgroups.
    pub groups: Vec<GroupProgress>,
    /// What changed in the plan itself; null where the range has no older end.
    pub plan: Option<PlanChangesView>,
    /// Whether everything is there that was required; null where nothing was.
    pub gate: Option<ReleaseGateView>,
}

/// What a report covers.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
pub struct RangeView {
    /// `v1.0..v1.1`, with the beginnings of object ids where there are no names.
    pub text: String,
    /// The older end; null where everything is covered.
    pub from: Option<EndView>,
    /// The newer end.
    pub to: EndView,
    /// The version that the newer end is; null where it has none yet.
    pub version: Option<String>,
    /// The day of the newer end's commit, UTC, `YYYY-MM-DD`.
    pub date: String,
}

/// An end of a range.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
pub struct EndView {
    /// The revision as it was named, or the beginning of the object id.
    pub name: String,
    /// The object id of the commit.
    pub commit: String,
    /// Its committer time, RFC 3339.
    pub time: String,
}

/// Tasks of a group.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
pub struct TaskSection {
    /// The group's name; empty for tasks directly under `.tasks/`.
    pub group: String,
    /// Its title, those of the groups around it before it; empty for tasks directly under `.tasks/`.
    pub title: String,
    /// Its tasks, those of subgroups left out.
    pub tasks: Vec<ReportTask>,
}

/// A task and the work on it.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
pub struct ReportTask {
    /// Its id.
    pub id: String,
    /// Its title.
    pub title: String,
    /// The name of its group.
    pub group: String,
    /// Its status at the newer end.
    pub status: Status,
    /// Outside progress and gates.
    pub optional: bool,
    /// Put away under `archive/`.
    pub archived: bool,
    /// How urgent it is.
    pub priority: Option<Priority>,
    /// How much work it is.
    pub estimate: Option<EstimateView>,
    /// Free labels.
    pub tags: Vec<String>,
    /// The milestones it belongs to.
    pub milestones: Vec<String>,
    /// Who works on it, as its file says.
    pub assignees: Vec<String>,
    /// The commits of the range that worked on it, ancestors first.
    pub commits: Vec<CommitView>,
    /// Who wrote them, each once.
    pub authors: Vec<String>,
    /// How what completed it landed; null where it is not completed, or by its file.
    pub landed: Option<Landing>,
    /// When what completed it was written, RFC 3339; null where its file says so.
    pub completed_at: Option<String>,
}

/// A commit that worked on a task.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
pub struct CommitView {
    /// Its object id.
    pub commit: String,
    /// The beginning of it.
    pub short: String,
    /// The first line of its message.
    pub subject: String,
    /// Who wrote it.
    pub author: String,
    /// When it was written, RFC 3339.
    pub time: String,
    /// What it did.
    pub effect: Option<Effect>,
    /// How it landed.
    pub landed: Landing,
    /// The pull request that its subject names: `#12`.
    pub pull_request: Option<String>,
    /// The commit that it says it was picked from.
    pub picked_from: Option<String>,
}

/// How a commit landed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Landing {
    /// Written on the branch itself: it is the tip or one of its first parents.
    Direct,
    /// Brought in by a merge.
    Merge,
    /// The commits of a branch as one, by a forge or by `git merge --squash`.
    Squash,
    /// Picked from another branch, as `git cherry-pick -x` notes it.
    CherryPick,
}

/// A task that was taken back.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
pub struct RevertedTask {
    /// Its id.
    pub id: String,
    /// Its title.
    pub title: String,
    /// Its status at the newer end.
    pub status: Status,
    /// The commit that took it back; null where its file did.
    pub by: Option<CommitView>,
    /// The commit that had completed it, which is what was undone; null where its file had.
    pub undoes: Option<CommitView>,
}

/// A task that only the older end has completed.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
pub struct LeftBehindView {
    /// Its id.
    pub id: String,
    /// Its title.
    pub title: String,
    /// Its status at the newer end.
    pub status: Status,
    /// The commit that completes it at the older end.
    pub commit: Option<CommitView>,
}

/// A task that is not settled.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
pub struct OpenTask {
    /// Its id.
    pub id: String,
    /// Its title.
    pub title: String,
    /// The name of its group.
    pub group: String,
    /// Its status.
    pub status: Status,
    /// Outside progress and gates.
    pub optional: bool,
    /// How urgent it is.
    pub priority: Option<Priority>,
    /// How much work it is.
    pub estimate: Option<EstimateView>,
    /// The day it is due by its own date or that of a group around it, `YYYY-MM-DD`.
    pub due: Option<String>,
    /// Who works on it, as its file says.
    pub assignees: Vec<String>,
    /// Open tasks that it waits for, and names of what is missing.
    pub blocked_by: Vec<String>,
    /// Why it is blocked, as its file says.
    pub reason: Option<String>,
}

/// The milestone of a release.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
pub struct ReleaseMilestone {
    /// How far it is.
    #[serde(flatten)]
    pub totals: MilestoneView,
    /// Its tasks that are not settled; optional ones included.
    pub open: Vec<OpenTask>,
    /// Its criteria that do not hold.
    pub unmet: Vec<String>,
}

/// Somebody who did work.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
pub struct ContributorView {
    /// By the mail map.
    pub name: String,
    /// How many commits of the range that worked on tasks they wrote, co-authored ones included.
    pub commits: usize,
    /// The tasks they worked on.
    pub tasks: Vec<String>,
}

/// A group and how far it is.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
pub struct GroupProgress {
    /// What it adds up to.
    #[serde(flatten)]
    pub totals: GroupTotals,
    /// How many of its tasks were completed in the range, archived ones and those of subgroups included.
    pub completed_in_range: usize,
}

/// What changed in the plan between both ends of the range.
#[derive(Debug, Clone, Default, Serialize, Deserialize, JsonSchema)]
pub struct PlanChangesView {
    /// Tasks that the older end's plan lacks.
    pub added: Vec<NamedTask>,
    /// Tasks that the newer end's plan lacks.
    pub removed: Vec<NamedTask>,
    /// Tasks that are cancelled now.
    pub cancelled: Vec<NamedTask>,
    /// Tasks that were put away.
    pub archived: Vec<NamedTask>,
    /// Tasks that have another group.
    pub moved: Vec<MovedTask>,
    /// Tasks that have another id.
    pub renumbered: Vec<MovedTask>,
    /// Tasks whose files say something else.
    pub edited: Vec<EditedTask>,
    /// Other files of the plan that differ: the configuration, groups, milestones.
    pub files: Vec<String>,
}

/// A task by its name.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
pub struct NamedTask {
    /// Its id.
    pub id: String,
    /// Its title.
    pub title: String,
    /// Why it was cancelled, as its file says.
    pub reason: Option<String>,
}

/// A task that lies elsewhere.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
pub struct MovedTask {
    /// Its id.
    pub id: String,
    /// Its title.
    pub title: String,
    /// The group or id it had.
    pub before: String,
    /// The group or id it has.
    pub after: String,
}

/// A task whose file says something else.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
pub struct EditedTask {
    /// Its id.
    pub id: String,
    /// Its title.
    pub title: String,
    /// The keys that differ.
    pub fields: Vec<FieldView>,
}

/// Whether a milestone may be released.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
pub struct ReleaseGateView {
    /// The milestone that is required.
    pub milestone: String,
    /// Whether nothing is missing.
    pub met: bool,
    /// How many tasks it requires; optional and cancelled ones are none of them.
    pub required: usize,
    /// Those that are not completed at the tip.
    pub missing: Vec<MissingTask>,
    /// Criteria that do not hold.
    pub unmet: Vec<String>,
    /// Tasks and groups that the milestone names, and that the plan does not have.
    pub unknown: Vec<String>,
    /// Files of the plan that cannot be read: any of them may be a task of the milestone.
    pub unreadable: Vec<String>,
}

/// A task that is required and not completed.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
pub struct MissingTask {
    /// Its id.
    pub id: String,
    /// Its title.
    pub title: String,
    /// Its status at the tip.
    pub status: Status,
    /// What is wrong.
    pub why: WhyMissing,
    /// The trunks where it is completed.
    pub completed_on: Vec<String>,
    /// The commit that took it back, or the one to pick from a trunk.
    pub commit: Option<String>,
    /// That commit's subject.
    pub subject: Option<String>,
}

/// Why a task that is required is not there.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum WhyMissing {
    /// Nothing that is reachable completes it.
    Missing,
    /// It was completed, and that was taken back.
    Reverted,
    /// It is completed on a trunk, by commits that the tip does not reach.
    NotBackported,
    /// History is too shallow to tell.
    Unknown,
}
