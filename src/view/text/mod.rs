//! The answers as text for a terminal, one function for each.

mod board;
mod branches;
mod check;
mod counts;
mod diff;
mod forecast;
mod graph;
mod hook;
mod list;
mod log;
mod parts;
mod renumber;
mod report;
mod resolve;
mod schedule;
mod show;
mod status;
mod why;

pub use board::board;
pub use branches::branches;
pub use check::{check, gate, rule, rules};
pub use counts::counts;
pub use diff::{diff, file_diff};
pub use forecast::{backtest, forecast};
pub use graph::graph;
pub use hook::hooks;
pub use list::{list, next, order};
pub use log::log;
pub use renumber::renumber;
pub use report::{release_gate, report};
pub use resolve::resolve;
pub use schedule::schedule;
pub use show::show;
pub use status::{brief, status};
pub use why::why;
