//! All rules together, with the severities that the plan's configuration gives them.

use super::{declared, depends, history, tasks};
use crate::finding::{Finding, Severity};
use crate::plan::Plan;

/// Everything that is wrong with the plan; `nested` are the directories below the root that have plans of their own.
///
/// Where history is cut off, what it would have to say is left out and the rules over files hold all the same.
pub fn check(plan: &Plan, nested: &[String]) -> Vec<Finding> {
    let mut found = plan.snapshot.problems.clone();
    depends::unknown(&plan.snapshot, &mut found);
    depends::cycles(plan, &mut found);
    tasks::milestones(&plan.snapshot, &mut found);
    tasks::members_of_milestones(&plan.snapshot, &mut found);
    tasks::blocked_without_reason(plan, &mut found);
    tasks::completed_with_open_steps(plan, &mut found);
    declared::groups(plan, &mut found);
    declared::documents(plan, &mut found);
    found.extend(nested.iter().map(|dir| {
        Finding::new("nested-plan", Severity::Warning, "a plan below the root is not read")
            .with_path(format!("{dir}/.tasks"))
            .with_help("a repository has one plan, at its root; move the tasks there, as a group")
    }));
    if plan.history.complete {
        history::lost_steps(plan, &mut found);
        history::early_completions(plan, &mut found);
        history::unknown_references(plan, &mut found);
        history::ambiguous_references(plan, &mut found);
        history::malformed_commits(plan, &mut found);
    }
    found.into_iter().filter_map(|finding| as_configured(plan, finding)).collect()
}

/// The finding with the severity that the plan wants, or nothing where the rule is off.
fn as_configured(plan: &Plan, mut finding: Finding) -> Option<Finding> {
    if let Some(severity) = plan.snapshot.config.check.get(finding.code) {
        finding.severity = (*severity)?;
    }
    Some(finding)
}
