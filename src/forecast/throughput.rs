//! How much is completed in a week.

/// Seconds of a week.
pub const WEEK: i64 = 7 * 24 * 3600;

/// With fewer weeks there is not enough history to forecast from.
pub const MIN_WEEKS: usize = 12;

/// No more than this many of the latest weeks are drawn from: a team of two years ago is another team.
pub const WINDOW: usize = 12;

/// What was completed in each week, the oldest first; whole weeks that end at one moment.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Weekly {
    /// The sum of sizes of what was completed in each of the weeks.
    pub sizes: Vec<f64>,
    /// How many tasks were.
    pub tasks: Vec<u32>,
}

impl Weekly {
    /// Counts completions, given as seconds since the epoch and size, in the weeks before `until`. The first week is the
    /// first whole one after the earliest completion: before it, the work on that may have gone on for long.
    pub fn of(completions: &[(i64, f64)], until: i64) -> Self {
        let before = completions.iter().filter(|(time, _)| *time < until);
        let Some(first) = before.clone().map(|(time, _)| *time).min() else { return Self::default() };
        let weeks = usize::try_from((until - first) / WEEK).unwrap_or(0);
        let mut weekly = Self { sizes: vec![0.0; weeks], tasks: vec![0; weeks] };
        for (time, size) in before {
            let ago = usize::try_from((until - 1 - time) / WEEK).unwrap_or(usize::MAX);
            if ago < weeks {
                weekly.sizes[weeks - 1 - ago] += size;
                weekly.tasks[weeks - 1 - ago] += 1;
            }
        }
        weekly
    }

    /// How many weeks there are.
    pub fn len(&self) -> usize {
        self.sizes.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.sizes.is_empty()
    }

    /// The weeks to draw from: the latest [`WINDOW`]; `None` if there are fewer than [`MIN_WEEKS`].
    pub fn observations(&self) -> Option<&[f64]> {
        observations(&self.sizes)
    }
}

/// The latest weeks of some, if they are enough.
pub(super) fn observations(sizes: &[f64]) -> Option<&[f64]> {
    (sizes.len() >= MIN_WEEKS).then(|| &sizes[sizes.len().saturating_sub(WINDOW)..])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn weeks_are_whole_and_end_at_the_moment_given() {
        let until = 100 * WEEK;
        // Two in the last week, none in the one before, one two weeks ago; the earliest is no whole week before.
        let completions = [
            (until - 1, 1.0),
            (until - WEEK, 2.0),
            (until - 2 * WEEK - 1, 4.0),
            (until - 3 * WEEK - 5, 8.0),
            (until, 16.0),
        ];
        let weekly = Weekly::of(&completions, until);
        assert_eq!(weekly.sizes, [4.0, 0.0, 3.0]);
        assert_eq!(weekly.tasks, [1, 0, 2]);
    }

    #[test]
    fn nothing_completed_is_no_week() {
        assert!(Weekly::of(&[], 0).is_empty());
        assert!(Weekly::of(&[(10, 1.0)], 10).is_empty());
    }

    #[test]
    fn too_few_weeks_are_no_observations() {
        let weeks = |n: usize| Weekly { sizes: (0..n).map(|n| n as f64).collect(), tasks: vec![0; n] };
        assert_eq!(weeks(MIN_WEEKS - 1).observations(), None);
        assert_eq!(weeks(MIN_WEEKS).observations().map(<[f64]>::len), Some(MIN_WEEKS));
        let many = weeks(WINDOW + 3);
        assert_eq!(many.observations().and_then(|o| o.first()), Some(&3.0), "the latest ones");
    }
}
