//! Dates that what remains makes impossible.

use super::whole::Plan;
use crate::model::{Calendar, GroupName, Minutes};
use jiff::civil::Date;
use std::collections::HashMap;

/// Whose date it is.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Deadline {
    /// A task's own, by its position.
    Task(usize),
    /// A group's, by its name.
    Group(GroupName),
    /// A milestone's, by its name.
    Milestone(String),
}

/// A date that cannot be kept: the longest chain of work that has to be done before it, by the lower bounds of estimates,
/// is longer than the working time that is left, however many people work.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Risk {
    /// Whose date it is.
    pub deadline: Deadline,
    /// The date.
    pub due: Date,
    /// The longest chain.
    pub needs: Minutes,
    /// The working time from `today` to the date, both included.
    pub has: Minutes,
}

impl Plan {
    /// The dates that cannot be kept from `today` on: those of tasks first, then groups, then milestones.
    pub fn dates_at_risk(&self, today: Date) -> Vec<Risk> {
        let least = self.least_until();
        let calendar = self.snapshot.config.calendar;
        let (of_groups, of_milestones) = self.longest_by_gathering(&least);
        let mut risks = Vec::new();
        let mut judge = |deadline: Deadline, due: Option<Date>, needs: Minutes| {
            let Some(due) = due else { return };
            let has = working_minutes(today, due, calendar);
            if needs > has {
                risks.push(Risk { deadline, due, needs, has });
            }
        };
        for at in self.current().filter(|&at| !self.states[at].status.is_settled()) {
            judge(Deadline::Task(at), self.entry(at).task.due, least[at]);
        }
        for group in &self.snapshot.groups {
            let needs = of_groups.get(group.name.as_str()).copied().unwrap_or(0);
            judge(Deadline::Group(group.name.clone()), group.group.due, needs);
        }
        for milestone in &self.snapshot.milestones {
            let needs = of_milestones.get(milestone.name.as_str()).copied().unwrap_or(0);
            judge(Deadline::Milestone(milestone.name.clone()), milestone.milestone.due, needs);
        }
        risks
    }

    /// The longest of the chains that end with an open task, optional ones left out: by the names of the groups that the
    /// task lies in, and by those of its milestones.
    fn longest_by_gathering(&self, least: &[Minutes]) -> (HashMap<&str, Minutes>, HashMap<&str, Minutes>) {
        let (mut of_groups, mut of_milestones) = (HashMap::new(), HashMap::new());
        for (at, milestones) in self.current_milestones() {
            let entry = self.entry(at);
            if self.states[at].status.is_settled() || entry.task.optional {
                continue;
            }
            let raise = |longest: &mut Minutes| *longest = least[at].max(*longest);
            entry.group.with_outer().for_each(|name| raise(of_groups.entry(name).or_insert(0)));
            for name in milestones {
                raise(of_milestones.entry(name).or_insert(0));
            }
        }
        (of_groups, of_milestones)
    }
}

/// The working time from one day to another, both included. As many days of each week count, from Monday on, as the
/// calendar's week holds days.
fn working_minutes(from: Date, to: Date, calendar: Calendar) -> Minutes {
    let Ok(days) = u64::try_from(to.since(from).map_or(0, |span| span.get_days()) + 1) else { return 0 };
    if to < from || calendar.day == 0 {
        return 0;
    }
    let per_week = (calendar.week / calendar.day).clamp(1, 7);
    let first = u64::try_from(from.weekday().to_monday_zero_offset()).unwrap_or(0);
    let rest = (0..days % 7).filter(|day| (first + day) % 7 < per_week).count() as u64;
    (days / 7 * per_week + rest) * calendar.day
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::plan::Inputs;

    #[test]
    fn weekends_are_no_working_time() {
        let day = |text: &str| text.parse::<Date>().unwrap();
        let monday = day("2026-11-23");
        let days = |to: &str, calendar| working_minutes(monday, day(to), calendar) / 480;
        for (to, expected) in [("2026-11-22", 0), ("2026-11-23", 1), ("2026-11-29", 5), ("2026-12-01", 7)] {
            assert_eq!(days(to, Calendar::default()), expected, "{to}");
        }
        assert_eq!(days("2026-11-29", Calendar { day: 480, week: 7 * 480 }), 7);
        assert_eq!(days("9999-12-31", Calendar { day: 480, week: 7 * 480 }), 2_912_117);
    }

    #[test]
    fn a_date_is_at_risk_if_the_chain_before_it_is_too_long() {
        let files = [
            ("a/1", "title = \"One\"\nestimate = \"3d\"\nmilestones = [\"m\"]\n"),
            (
                "a/2",
                "title = \"Two\"\nestimate = \"1d-9d\"\ndepends = [\"1\"]\ndue = 2026-11-25\nmilestones = [\"m\"]\n",
            ),
            ("3", "title = \"Three\"\nestimate = \"3d\"\ndue = 2026-11-25\n"),
            ("a/group", "due = 2026-11-25\n"),
            ("milestones/m", "due = 2026-11-26\n"),
        ];
        let plan = Plan::derive(Inputs::sample(&files));
        let risks = plan.dates_at_risk("2026-11-23".parse().unwrap());
        let told: Vec<String> =
            risks.iter().map(|r| format!("{:?} {} {}", r.deadline, r.needs, r.has)).collect();
        assert_eq!(told, ["Task(2) 1920 1440", "Group(GroupName(\"a\")) 1920 1440"]);
    }
}
