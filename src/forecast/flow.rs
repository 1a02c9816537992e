//! How work flows: how long tasks take from start to completion, and how old is what has begun.

use super::simulate::quantile;
use crate::message::Effect;
use crate::model::Status;
use crate::plan::Plan;

/// Some durations: how many, and where they lie. In seconds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Spread {
    /// How many there are.
    pub count: usize,
    /// Half of them are at most this long.
    pub median: i64,
    /// 85 % of them are at most this long.
    pub p85: i64,
}

impl Spread {
    /// Of some durations; `None` of none.
    pub fn of(mut seconds: Vec<i64>) -> Option<Self> {
        seconds.sort_unstable();
        let at = |share| quantile(&seconds, share);
        Some(Self { count: seconds.len(), median: at(0.5)?, p85: at(0.85)? })
    }
}

/// How work flows through a plan.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Flow {
    /// From the first commit that starts a task to the one that completes it, over tasks that have both.
    pub cycle: Option<Spread>,
    /// Of each task in progress by commits: its position and for how many seconds, the oldest first.
    pub in_progress: Vec<(usize, i64)>,
}

impl Flow {
    /// The flow of a plan as of a moment, in seconds since the epoch.
    pub fn of(plan: &Plan, now: i64) -> Self {
        let mut cycles = Vec::new();
        let mut in_progress = Vec::new();
        for (at, evidence) in plan.evidence.tasks.iter().enumerate() {
            let begins = |effect: Effect| matches!(effect, Effect::Starts | Effect::CompletesSteps);
            let counts = evidence.items.iter().filter(|item| item.ignored.is_none() && begins(item.effect));
            let Some(start) = counts.map(|item| plan.history.time(item.commit)).min() else { continue };
            if let Some(done) = evidence.completed_by {
                cycles.push((plan.history.time(evidence.items[done].commit) - start).max(0));
            } else if plan.states[at].status == Status::InProgress {
                in_progress.push((at, (now - start).max(0)));
            }
        }
        in_progress.sort_by_key(|&(at, age)| (std::cmp::Reverse(age), at));
        Self { cycle: Spread::of(cycles), in_progress }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_spread_names_median_and_85th_percentile() {
        let spread = Spread::of((1..=20).rev().collect());
        assert_eq!(spread, Some(Spread { count: 20, median: 10, p85: 17 }));
        assert_eq!(Spread::of(Vec::new()), None);
    }
}
