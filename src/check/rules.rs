//! All rules together, with the severities that a configuration gives them.

use super::depends::{Known, peopled};
use super::hidden::hidden_files;
use super::{clock, declared, depends, former, history, tasks};
use crate::config::Config;
use crate::finding::{Finding, rule};
use crate::git::Hidden;
use crate::plan::Plan;
use jiff::Timestamp;
use jiff::civil::Date;
use std::collections::HashSet;

/// What the plan itself does not tell.
#[derive(Debug, Clone, Default)]
pub struct Around {
    /// Directories below the root that have plans of their own.
    pub nested: Vec<String>,
    /// Plan files of the work tree that Git is told to ignore.
    pub hidden: Vec<Hidden>,
    /// Of the files that tasks name, those that do not exist at this revision.
    pub missing_files: HashSet<String>,
    /// The day and the moment by which dates are judged; without them none is.
    pub now: Option<(Date, Timestamp)>,
}

/// Everything that is wrong with the plan, by the severities and bounds of `policy`, which is the plan's own
/// configuration unless a change is judged.
///
/// Where history is cut off, what it would have to say is left out and the rules over files hold all the same.
pub fn check(plan: &Plan, around: &Around, policy: &Config) -> Vec<Finding> {
    let snapshot = &plan.snapshot;
    let (known, peopled) = (Known::new(snapshot), peopled(snapshot));
    let mut found = snapshot.problems.clone();
    tasks::long_titles(snapshot, &mut found);
    tasks::repeated_items(snapshot, &mut found);
    former::former_ids(snapshot, &mut found);
    depends::unknown(snapshot, &known, &mut found);
    depends::cycles(plan, &mut found);
    depends::cycles_of_empty_groups(snapshot, &peopled, &mut found);
    depends::cancelled(plan, &mut found);
    depends::other_case(snapshot, &mut found);
    tasks::empty_groups(snapshot, &peopled, &mut found);
    tasks::milestones(snapshot, &mut found);
    tasks::members_of_milestones(snapshot, &known, &mut found);
    tasks::blocked_without_reason(plan, &mut found);
    tasks::completed_with_open_steps(plan, &mut found);
    tasks::estimates(plan, policy, &mut found);
    tasks::missing_files(plan, &around.missing_files, &mut found);
    declared::groups(plan, &mut found);
    declared::documents(plan, &mut found);
    found.extend(around.nested.iter().map(|dir| {
        Finding::of("nested-plan", "a plan below the root is not read")
            .with_path(format!("{dir}/.tasks"))
            .with_help("a repository has one plan, at its root; move the tasks there, as a group")
    }));
    found.extend(hidden_files(&around.hidden));
    if plan.history.complete {
        if let Some((today, now)) = around.now {
            clock::overdue(plan, today, &mut found);
            clock::stale(plan, policy, now, &mut found);
        }
        tasks::open_in_archive(plan, &mut found);
        history::lost_steps(plan, &mut found);
        history::idle_references(plan, &mut found);
        history::early_starts(plan, &mut found);
        history::early_completions(plan, &mut found);
        history::partly_reverted(plan, &mut found);
        history::unknown_references(plan, &known, &mut found);
        history::ambiguous_references(plan, &mut found);
        history::malformed_commits(plan, &mut found);
    }
    found.into_iter().filter_map(|finding| as_configured(policy, finding)).collect()
}

/// Whether a rule reports anything under that configuration.
pub fn is_on(policy: &Config, code: &str) -> bool {
    match policy.check.get(code) {
        Some(level) => level.is_some(),
        None => rule(code).is_some_and(|rule| rule.severity.is_some()),
    }
}

/// The finding with the severity that is wanted, or nothing where the rule is off.
pub(super) fn as_configured(policy: &Config, mut finding: Finding) -> Option<Finding> {
    if !is_on(policy, finding.code) {
        return None;
    }
    if let Some(Some(severity)) = policy.check.get(finding.code) {
        finding.severity = *severity;
    }
    Some(finding)
}
