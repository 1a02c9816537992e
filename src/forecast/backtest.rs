//! The past replayed: what would have been promised then, and whether it was kept.

use super::simulate::{Finish, Piece, QUANTILES, Simulation, quantile, simulate};
use super::throughput::{MIN_WEEKS, WINDOW, observations};

/// For work of about this many weeks the past is asked.
pub const HORIZONS: [usize; 4] = [2, 4, 8, 12];

/// A replay waits this many times its horizon for the outcome; what is not finished then was not kept.
const PATIENCE: usize = 3;

/// With fewer outcomes, promises are not rescaled.
pub const MIN_REPLAYS: usize = 12;

/// How many futures a replay draws.
const RUNS: usize = 500;

/// By what the weeks of each of the [`QUANTILES`] are to be multiplied.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Factors(pub [f64; 3]);

impl Factors {
    /// As simulated.
    pub const PLAIN: Self = Self([1.0; 3]);

    /// The factor of any share: between those of the [`QUANTILES`] on a straight line, beyond them the nearest.
    pub fn at(&self, share: f64) -> f64 {
        let points = QUANTILES.iter().zip(self.0);
        let mut below = (QUANTILES[0], self.0[0]);
        for (&quantile, factor) in points {
            if share <= quantile {
                let width = quantile - below.0;
                let part = if width > 0.0 { ((share - below.0) / width).clamp(0.0, 1.0) } else { 1.0 };
                return below.1 + (factor - below.1) * part;
            }
            below = (quantile, factor);
        }
        below.1
    }

    /// The share of futures that are finished within some weeks, once they are rescaled; in whole percents.
    pub fn chance(&self, finish: &Finish, weeks: f64) -> f64 {
        let holds = |percent: &u32| {
            let share = f64::from(*percent) / 100.0;
            finish.weeks(share).is_some_and(|plain| plain * self.at(share) <= weeks)
        };
        f64::from((1..=100).rev().find(holds).unwrap_or(0)) / 100.0
    }
}

/// How often promises of one of the [`QUANTILES`] were kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Held {
    /// How many promises there were.
    pub promises: usize,
    /// How many were kept.
    pub kept: usize,
}

impl Held {
    /// Kept promises as a share of all.
    pub fn share(&self) -> Option<f64> {
        (self.promises > 0).then(|| self.kept as f64 / self.promises as f64)
    }

    fn count(&mut self, kept: bool) {
        self.promises += 1;
        self.kept += usize::from(kept);
    }
}

/// How often the promises of each of the [`QUANTILES`] were kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Kept(pub [Held; 3]);

/// What the past says of forecasts like today's.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Backtest {
    /// Promises as simulated.
    pub plain: Kept,
    /// Promises rescaled by what was known when they were made, over those replays that had enough before them.
    pub rescaled: Kept,
    /// The plain promises of the same replays as `rescaled`, for comparison.
    pub plain_alike: Kept,
    /// What the whole past says by how much promises made today are to be rescaled; `None` if it says too little.
    pub factors: Option<Factors>,
}

/// One promise and its outcome, in weeks.
struct Replay {
    /// When it was made, as the number of weeks known then.
    made: usize,
    /// When its outcome was known.
    known: usize,
    promised: [f64; 3],
    /// Infinite if the work was not finished in time.
    took: f64,
}

/// Replays every week of the past that has at least [`MIN_WEEKS`] weeks before it, for work of about as much as
/// [`HORIZONS`] weeks usually bring. A replay knows only the weeks before it. It counts if the past is long enough for its
/// outcome to be known, which is decided before looking at the outcome.
pub fn backtest(weekly: &[f64], seed: u64) -> Backtest {
    let replays: Vec<Replay> = HORIZONS
        .iter()
        .flat_map(|&horizon| {
            let cuts = MIN_WEEKS..=weekly.len().saturating_sub(PATIENCE * horizon);
            cuts.filter_map(move |cut| replay(weekly, cut, horizon, seed))
        })
        .collect();
    let mut result = Backtest::default();
    for replay in &replays {
        result.plain.count(replay, Factors::PLAIN);
        let earlier = replays.iter().filter(|other| other.known <= replay.made);
        if let Some(factors) = factors(earlier) {
            result.rescaled.count(replay, factors);
            result.plain_alike.count(replay, Factors::PLAIN);
        }
    }
    result.factors = factors(replays.iter());
    result
}

impl Kept {
    fn count(&mut self, replay: &Replay, factors: Factors) {
        for (n, held) in self.0.iter_mut().enumerate() {
            held.count(replay.took <= replay.promised[n] * factors.0[n]);
        }
    }
}

fn replay(weekly: &[f64], cut: usize, horizon: usize, seed: u64) -> Option<Replay> {
    let known = observations(&weekly[..cut])?;
    let mean = known.iter().sum::<f64>() / known.len() as f64;
    let size = mean * horizon as f64;
    if size <= 0.0 {
        return None;
    }
    let piece = Piece { size: (size, size), weeks: (0.0, 0.0), after: Vec::new() };
    let seed = seed.wrapping_add((cut * WINDOW + horizon) as u64);
    let finish =
        simulate(&Simulation { observations: known, pieces: std::slice::from_ref(&piece), runs: RUNS, seed });
    let promised = QUANTILES.map(|share| finish.weeks(share).unwrap_or(f64::INFINITY));
    let took = took(&weekly[cut..cut + PATIENCE * horizon], size);
    Some(Replay { made: cut, known: cut + PATIENCE * horizon, promised, took })
}

/// After how many weeks the sum of what was done reached `size`.
fn took(weeks: &[f64], size: f64) -> f64 {
    let mut sum = 0.0;
    for (n, week) in weeks.iter().enumerate() {
        if *week > 0.0 && sum + week >= size {
            return n as f64 + (size - sum) / week;
        }
        sum += week;
    }
    f64::INFINITY
}

/// The factor of a quantile is that by which as large a share of earlier promises would have been kept, with the correction
/// that split conformal prediction makes for their number (Lei et al., Distribution-Free Predictive Inference for
/// Regression, 2018): of n outcomes the one of rank share × (n + 1).
fn factors<'a>(earlier: impl Iterator<Item = &'a Replay>) -> Option<Factors> {
    let outcomes: Vec<&Replay> = earlier.collect();
    if outcomes.len() < MIN_REPLAYS {
        return None;
    }
    let n = outcomes.len() as f64;
    let mut factors = [1.0; 3];
    for (at, factor) in factors.iter_mut().enumerate() {
        let mut errors: Vec<f64> = outcomes.iter().map(|r| r.took / r.promised[at]).collect();
        errors.sort_by(f64::total_cmp);
        let share = (QUANTILES[at] * (n + 1.0) / n).min(1.0);
        // Work that was never finished says no factor: the largest that is known has to do.
        let largest = errors.iter().copied().rfind(|e| e.is_finite());
        *factor = quantile(&errors, share).filter(|e| e.is_finite()).or(largest).unwrap_or(1.0);
    }
    Some(Factors(factors))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::{ProptestConfig, prop, prop_assert, proptest};

    #[test]
    fn a_steady_past_keeps_every_promise_and_needs_no_rescaling() {
        let result = backtest(&[3.0; 80], 1);
        assert!(result.plain.0[1].promises > 100);
        for held in result.plain.0.iter().chain(&result.rescaled.0) {
            assert_eq!(held.share(), Some(1.0));
        }
        assert_eq!(result.factors, Some(Factors([1.0; 3])));
    }

    #[test]
    fn a_team_that_slows_down_is_rescaled_upwards() {
        let weekly: Vec<f64> = (0..104).map(|week| 20.0 - f64::from(week) / 6.0).collect();
        let result = backtest(&weekly, 1);
        let factor = result.factors.map_or(0.0, |f| f.0[1]);
        assert!(factor > 1.1, "{factor}");
        let (plain, rescaled) = (result.plain_alike.0[1].share(), result.rescaled.0[1].share());
        assert!(rescaled > plain, "{rescaled:?} {plain:?}");
    }

    #[test]
    fn a_short_past_says_nothing() {
        let result = backtest(&[1.0; MIN_WEEKS + 3], 1);
        assert_eq!((result.plain.0[1].promises, result.factors), (0, None));
        let result = backtest(&[1.0; MIN_WEEKS + PATIENCE * 2], 1);
        assert_eq!((result.plain.0[1].promises, result.factors), (1, None));
    }

    #[test]
    fn the_time_taken_is_interpolated_within_its_week() {
        for (weeks, size, expected) in [
            (&[1.0, 1.0][..], 2.0, 2.0),
            (&[1.0, 0.0, 4.0], 2.0, 2.25),
            (&[0.0, 2.0], 1.0, 1.5),
            (&[1.0], 2.0, f64::INFINITY),
        ] {
            let took = took(weeks, size);
            assert!(took.total_cmp(&expected).is_eq(), "{weeks:?}: {took}");
        }
    }

    #[test]
    fn factors_lie_between_those_that_are_known() {
        let factors = Factors([1.0, 1.7, 2.0]);
        for (share, expected) in [(0.1, 1.0), (0.5, 1.0), (0.675, 1.35), (0.85, 1.7), (0.95, 2.0), (1.0, 2.0)]
        {
            assert!((factors.at(share) - expected).abs() < 1e-9, "{share}: {}", factors.at(share));
        }
    }

    #[test]
    fn a_chance_is_the_share_of_rescaled_futures() {
        let finish = Finish((1..=100).map(f64::from).collect());
        for (weeks, plain, doubled) in
            [(0.5, 0.0, 0.0), (50.0, 0.5, 0.25), (99.0, 0.99, 0.49), (200.0, 1.0, 1.0)]
        {
            for (factors, expected) in [(Factors::PLAIN, plain), (Factors([2.0; 3]), doubled)] {
                let chance = factors.chance(&finish, weeks);
                assert!(chance.total_cmp(&expected).is_eq(), "{weeks}: {chance}");
            }
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(24))]

        #[test]
        fn a_likelier_promise_is_kept_at_least_as_often(weekly in prop::collection::vec(0.0..9.0_f64, 12..70)) {
            let plain = backtest(&weekly, 3).plain.0;
            prop_assert!(plain[0].kept <= plain[1].kept && plain[1].kept <= plain[2].kept);
        }
    }
}
