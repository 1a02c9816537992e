//! Which tasks may be claimed, and which claims have come to an end.

use super::ChangeError;
use crate::evidence::claimed_task;
use crate::git::Claim;
use crate::plan::Plan;

/// Whether the task at that position may be claimed. What speaks against it without forbidding it is given as the end of
/// a sentence: `412 …`.
pub fn may_claim(plan: &Plan, at: usize) -> Result<Option<String>, ChangeError> {
    let (entry, status) = (plan.entry(at), plan.states[at].status);
    if status.is_settled() {
        return Err(ChangeError::Settled { id: entry.id.to_string(), status });
    }
    let waits_for: Vec<String> = plan.blocked_by(at).iter().map(|b| b.label(&plan.snapshot)).collect();
    if plan.states[at].row == Some(3) {
        let reason = entry.task.reason.as_deref().unwrap_or("its file says so");
        return Ok(Some(format!("is blocked: {reason}")));
    }
    if !waits_for.is_empty() && !plan.history.complete {
        let waits_for = waits_for.join(", ");
        return Ok(Some(format!("may wait for {waits_for}: this clone is too shallow to know")));
    }
    if !waits_for.is_empty() {
        return Ok(Some(format!("waits for {}", waits_for.join(", "))));
    }
    let elsewhere = plan.evidence.tasks[at].branches.iter().find(|work| work.commit.is_some());
    Ok(elsewhere.map(|work| format!("is in progress on {} by {}", work.name, work.author.name)))
}

/// The task that a claim is of, also under an id that it had.
pub fn claimed(plan: &Plan, claim: &Claim) -> Option<usize> {
    claimed_task(&plan.snapshot, &claim.id, &claim.title)
}

/// Whether a claim makes its task one in progress: it is not stale, and nothing newer has ended it.
pub fn claim_counts(plan: &Plan, claim: &Claim) -> bool {
    let name = claim.reference();
    let counts = |at: usize| plan.evidence.tasks[at].branches.iter().any(|work| work.name == name);
    claimed(plan, claim).is_some_and(counts)
}

/// Whether the task of a claim is settled, so that the claim can go. Somebody else's goes only when a trunk has the
/// completion, which everybody sees; one's own also when the task is settled here.
pub fn claim_is_over(plan: &Plan, claim: &Claim, is_mine: bool) -> bool {
    let Some(at) = claimed(plan, claim) else { return false };
    let evidence = &plan.evidence.tasks[at];
    let is_newer = |commit| plan.history.time(commit) >= claim.since;
    let on_trunk = |commit| plan.viewpoint.trunks.iter().any(|t| plan.history.is_ancestor(commit, t.head));
    let here = evidence.completed_by.map(|by| evidence.items[by].commit);
    (is_mine && plan.states[at].status.is_settled())
        || here.is_some_and(|commit| is_newer(commit) && on_trunk(commit))
        || evidence.on_trunks.iter().any(|trunk| is_newer(trunk.commit))
}
