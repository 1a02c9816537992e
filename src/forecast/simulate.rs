//! Monte Carlo: weeks are drawn from those measured, and the remaining work is taken off them.

use fastrand::Rng;

/// What is asked of the distribution: even odds, likely, nearly sure.
pub const QUANTILES: [f64; 3] = [0.5, 0.85, 0.95];

/// Nothing is said beyond ten years.
const LONGEST: usize = 520;

/// A piece of work.
#[derive(Debug, Clone, PartialEq)]
pub struct Piece {
    /// The least and the most it may take off the throughput, in the throughput's unit.
    pub size: (f64, f64),
    /// How many weeks it takes one person at least, for the size of `size.0` and of `size.1`; zero if that is not known.
    pub weeks: (f64, f64),
    /// The pieces that must be finished before it begins, by position; all stand before it.
    pub after: Vec<usize>,
}

/// What to simulate.
#[derive(Debug, Clone, Default)]
pub struct Simulation<'a> {
    /// The weeks to draw from; sums of sizes.
    pub observations: &'a [f64],
    /// The remaining work in the order in which it is taken.
    pub pieces: &'a [Piece],
    /// How many futures to draw.
    pub runs: usize,
    /// The same seed gives the same futures.
    pub seed: u64,
}

/// When the work was finished in each future: weeks from now, sorted.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Finish(pub Vec<f64>);

impl Finish {
    /// The weeks within which the work was finished in that share of the futures; `None` if not even in ten years.
    pub fn weeks(&self, share: f64) -> Option<f64> {
        quantile(&self.0, share).filter(|weeks| weeks.is_finite())
    }

    /// The share of futures in which the work was finished within that many weeks.
    pub fn within(&self, weeks: f64) -> f64 {
        if self.0.is_empty() {
            return 0.0;
        }
        self.0.iter().filter(|finish| **finish <= weeks).count() as f64 / self.0.len() as f64
    }
}

/// The smallest of sorted values at which that share of them is reached.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "a rank is at least one and no more than a length"
)]
pub fn quantile<T: Copy>(sorted: &[T], share: f64) -> Option<T> {
    let rank = (share * sorted.len() as f64).ceil().max(1.0) as usize;
    sorted.get(rank - 1).copied()
}

/// Draws futures. Work is taken in its order, as much in a week as the week that was drawn allows; a piece is not finished
/// before those it waits for have been, and the time that it takes one person has passed since.
pub fn simulate(simulation: &Simulation<'_>) -> Finish {
    let mut rng = Rng::with_seed(simulation.seed);
    let mut finishes: Vec<f64> = (0..simulation.runs).map(|_| one_future(simulation, &mut rng)).collect();
    finishes.sort_by(f64::total_cmp);
    Finish(finishes)
}

fn one_future(simulation: &Simulation<'_>, rng: &mut Rng) -> f64 {
    let mut capacity = Capacity { observations: simulation.observations, before: 0.0, weeks: 0, week: 0.0 };
    let mut done = Vec::with_capacity(simulation.pieces.len());
    let (mut total, mut last) = (0.0, 0.0_f64);
    for piece in simulation.pieces {
        let at = rng.f64();
        let between = |(low, high): (f64, f64)| low + (high - low) * at;
        total += between(piece.size);
        let begun = piece.after.iter().map(|&other| done[other]).fold(0.0, f64::max);
        let finish = capacity.reaches(total, rng).max(begun + between(piece.weeks));
        last = last.max(finish);
        done.push(finish);
    }
    last
}

/// Weeks drawn one after another, as far as they are needed.
struct Capacity<'a> {
    observations: &'a [f64],
    /// What all weeks before the current one yielded.
    before: f64,
    /// How many those were.
    weeks: usize,
    /// What the current one yields.
    week: f64,
}

impl Capacity<'_> {
    /// When the sum of what was yielded reaches `total`, in weeks; totals come in rising order.
    fn reaches(&mut self, total: f64, rng: &mut Rng) -> f64 {
        while self.before + self.week < total {
            if self.weeks >= LONGEST || self.observations.is_empty() {
                return f64::INFINITY;
            }
            self.before += self.week;
            self.week = self.observations[rng.usize(..self.observations.len())];
            self.weeks += 1;
        }
        let whole = self.weeks.saturating_sub(1) as f64;
        if self.week > 0.0 { whole + (total - self.before) / self.week } else { whole }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::{Strategy, prop, prop_assert, proptest};

    fn piece(size: f64, weeks: f64, after: &[usize]) -> Piece {
        Piece { size: (size, size), weeks: (weeks, weeks), after: after.to_vec() }
    }

    fn finish(observations: &[f64], pieces: &[Piece]) -> Finish {
        simulate(&Simulation { observations, pieces, runs: 200, seed: 7 })
    }

    #[test]
    fn a_steady_team_finishes_when_division_says() {
        let pieces: Vec<Piece> = (0..10).map(|_| piece(1.0, 0.0, &[])).collect();
        let finish = finish(&[2.0, 2.0, 2.0], &pieces);
        assert_eq!(finish.0, vec![5.0; 200]);
        assert_eq!((finish.weeks(0.5), finish.within(4.9), finish.within(5.0)), (Some(5.0), 0.0, 1.0));
    }

    #[test]
    fn a_chain_takes_its_time_however_many_hands_there_are() {
        let chain = [piece(1.0, 1.5, &[]), piece(1.0, 2.0, &[0]), piece(1.0, 0.5, &[])];
        assert_eq!(finish(&[100.0], &chain).weeks(0.95), Some(3.5));
    }

    #[test]
    fn work_that_nobody_does_is_never_finished() {
        let finish = finish(&[0.0, 0.0], &[piece(1.0, 0.0, &[])]);
        assert_eq!((finish.weeks(0.5), finish.within(1e9)), (None, 0.0));
    }

    #[test]
    fn nothing_to_do_is_done() {
        assert_eq!(finish(&[1.0], &[]).weeks(0.95), Some(0.0));
    }

    #[test]
    fn a_quantile_is_the_value_at_which_the_share_is_reached() {
        let values: Vec<f64> = (1..=20).map(f64::from).collect();
        for (share, expected) in [(0.5, 10.0), (0.85, 17.0), (0.95, 19.0), (0.0, 1.0), (1.0, 20.0)] {
            assert_eq!(quantile(&values, share), Some(expected), "{share}");
        }
        assert_eq!(quantile::<f64>(&[], 0.5), None);
    }

    /// A range of sizes, the least weeks of one person, and one of the pieces before to wait for.
    type Drawn = ((f64, f64), f64, Option<usize>);

    fn pieces(drawn: Vec<Drawn>) -> Vec<Piece> {
        let piece = |(at, ((low, more), weeks, after)): (usize, Drawn)| Piece {
            size: (low, low + more),
            weeks: (weeks, weeks * 2.0),
            after: after.filter(|_| at > 0).map(|n| n % at.max(1)).into_iter().collect(),
        };
        drawn.into_iter().enumerate().map(piece).collect()
    }

    fn work() -> impl Strategy<Value = (Vec<f64>, Vec<Piece>)> {
        let drawn = ((0.1..3.0_f64, 0.0..2.0_f64), 0.0..1.0_f64, prop::option::of(0..100_usize));
        let pieces = prop::collection::vec(drawn, 1..12).prop_map(pieces);
        (prop::collection::vec(0.0..5.0_f64, 1..20), pieces)
    }

    proptest! {
        #[test]
        fn the_same_seed_gives_the_same_futures((observations, pieces) in work()) {
            prop_assert!(finish(&observations, &pieces) == finish(&observations, &pieces));
        }

        #[test]
        fn no_future_beats_the_best_week((observations, pieces) in work()) {
            let best = observations.iter().copied().fold(0.0, f64::max);
            let least: f64 = pieces.iter().map(|p| p.size.0).sum();
            prop_assert!(finish(&observations, &pieces).0[0] + 1e-9 >= least / best);
        }

        #[test]
        fn later_quantiles_are_not_earlier((observations, pieces) in work()) {
            let finish = finish(&observations, &pieces);
            let weeks = |share| finish.weeks(share).unwrap_or(f64::INFINITY);
            prop_assert!(weeks(0.5) <= weeks(0.85) && weeks(0.85) <= weeks(0.95));
        }
    }
}
