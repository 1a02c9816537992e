//! When what remains may be done: throughput measured in the past, carried forward by simulation, and held against the
//! past to see how far it can be trusted.

mod backtest;
mod flow;
mod remaining;
mod simulate;
mod throughput;

pub use backtest::{Backtest, Factors, HORIZONS, Held, Kept, MIN_REPLAYS, backtest};
pub use flow::{Flow, Spread};
pub use remaining::{Backlog, Remaining, Sizes};
pub use simulate::{Finish, Piece, QUANTILES, Simulation, quantile, simulate};
pub use throughput::{MIN_WEEKS, WEEK, WINDOW, Weekly};
