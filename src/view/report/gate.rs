//! Whether a milestone may be released, and what is open in it.

use super::build::open_task;
use super::contract::{MissingTask, OpenTask, ReleaseGateView, ReleaseMilestone, WhyMissing};
use crate::check::{Gate, unreadable};
use crate::model::Status;
use crate::plan::{Plan, Totals};
use crate::view::MilestoneView;
use crate::view::status::milestones;

/// The milestone of that name with what is open in it.
pub(super) fn release_milestone(plan: &Plan, name: &str) -> ReleaseMilestone {
    let known = milestones(plan).into_iter().find(|milestone| milestone.milestone == name);
    // Tasks may name a milestone that has no file.
    let totals = known.unwrap_or_else(|| {
        let totals = Totals::of(plan, plan.current().filter(|&at| plan.milestones(at).contains(&name)));
        MilestoneView {
            milestone: name.to_owned(),
            title: name.to_owned(),
            due: None,
            goal: None,
            reached: totals.tasks.completed == totals.tasks.total,
            totals,
            criteria: [0, 0],
            overdue: false,
        }
    });
    let is_open = |at: &usize| !plan.states[*at].status.is_settled();
    let open: Vec<OpenTask> = members(plan, name).filter(is_open).map(|at| open_task(plan, at)).collect();
    ReleaseMilestone { totals, open, unmet: unmet(plan, name) }
}

/// Whether everything is reachable from the tip that the milestone requires. What `check --gate` wants holds here too; besides,
/// tasks in the archive count, since a release may lack what another branch has long put away, and of each the reason is told.
pub(super) fn gate(plan: &Plan, name: &str) -> ReleaseGateView {
    let is_required =
        |at: &usize| !plan.entry(*at).task.optional && plan.states[*at].status != Status::Cancelled;
    let required: Vec<usize> = members(plan, name).filter(is_required).collect();
    let is_missing = |at: &&usize| plan.states[**at].status != Status::Completed;
    let missing: Vec<MissingTask> = required.iter().filter(is_missing).map(|&at| missing(plan, at)).collect();
    let gate = Gate::of(plan, name);
    let unknown: Vec<String> = gate.iter().flat_map(|gate| &gate.unknown).map(ToString::to_string).collect();
    let unreadable: Vec<String> = unreadable(plan).into_iter().map(str::to_owned).collect();
    let unmet = unmet(plan, name);
    let met = [&unmet, &unknown, &unreadable].iter().all(|lacking| lacking.is_empty()) && missing.is_empty();
    ReleaseGateView {
        milestone: name.to_owned(),
        met,
        required: required.len(),
        missing,
        unmet,
        unknown,
        unreadable,
    }
}

/// The tasks of a milestone, archived ones included.
fn members<'p>(plan: &'p Plan, name: &'p str) -> impl Iterator<Item = usize> + 'p {
    (0..plan.snapshot.tasks.len()).filter(move |&at| plan.milestones(at).contains(&name))
}

fn missing(plan: &Plan, at: usize) -> MissingTask {
    let (entry, status, evidence) = (plan.entry(at), plan.states[at].status, &plan.evidence.tasks[at]);
    let taken_back = evidence.taken_back().map(|(by, _)| by);
    let (why, commit) = match (taken_back, evidence.on_trunks.first()) {
        _ if status == Status::Unknown => (WhyMissing::Unknown, None),
        (Some(by), _) => (WhyMissing::Reverted, Some(by)),
        (None, Some(trunk)) => (WhyMissing::NotBackported, Some(trunk.commit)),
        (None, None) => (WhyMissing::Missing, None),
    };
    let record = commit.and_then(|commit| plan.history.record(commit));
    MissingTask {
        id: entry.id.to_string(),
        title: entry.task.title.clone(),
        status,
        why,
        completed_on: evidence.on_trunks.iter().map(|trunk| trunk.name.clone()).collect(),
        commit: commit.map(|commit| plan.history.oid(commit).to_string()),
        subject: record.map(|record| record.subject.clone()),
    }
}

fn unmet(plan: &Plan, name: &str) -> Vec<String> {
    let gate = Gate::of(plan, name);
    gate.iter().flat_map(|gate| &gate.criteria).map(|criterion| criterion.text.to_owned()).collect()
}
