//! Rules that go by the clock.

use super::tasks::on_task;
use crate::config::Config;
use crate::finding::{Finding, Spot};
use crate::model::Status;
use crate::plan::Plan;
use jiff::Timestamp;
use jiff::civil::Date;

/// Open tasks whose date has passed.
pub(super) fn overdue(plan: &Plan, today: Date, found: &mut Vec<Finding>) {
    let groups_have_dates = plan.snapshot.groups.iter().any(|g| g.group.due.is_some());
    for at in plan.current().filter(|&at| !plan.states[at].status.is_settled()) {
        let entry = plan.entry(at);
        let due = if groups_have_dates { plan.due(at) } else { entry.task.due };
        let Some(due) = due.filter(|due| *due < today) else { continue };
        let by = if entry.task.due.is_some() { "" } else { ", by its group" };
        // One more day does not make it another finding.
        let finding = on_task("overdue", format!("{} was due on {due}{by}", entry.id), entry)
            .with_spot(Spot::Key("due"))
            .with_help(format!("finish it, or set another date: tasks set {} due=YYYY-MM-DD", entry.id));
        found.push(finding);
    }
}

/// Tasks in progress that no commit has named for long.
pub(super) fn stale(plan: &Plan, policy: &Config, now: Timestamp, found: &mut Vec<Finding>) {
    let longest = i64::try_from(policy.stale_after.saturating_mul(60)).unwrap_or(i64::MAX);
    let oldest = now.as_second().saturating_sub(longest);
    for at in plan.current().filter(|&at| plan.states[at].status == Status::InProgress) {
        let times = plan.evidence.tasks[at].items.iter().map(|item| plan.history.time(item.commit));
        let Some(last) = times.max().filter(|&last| last < oldest) else { continue };
        let entry = plan.entry(at);
        let day = Timestamp::from_second(last).map(|time| time.strftime("%Y-%m-%d").to_string());
        let message = format!(
            "{} is in progress, and no commit has named it since {}",
            entry.id,
            day.unwrap_or_else(|_| "long ago".to_owned())
        );
        let finding = on_task("stale-in-progress", message, entry).with_help(format!(
            "go on with it, or tasks reopen {0}, or tasks block {0} --reason TEXT",
            entry.id
        ));
        found.push(finding);
    }
}
