//! The answers as text for a terminal, one function for each.

mod branches;
mod check;
mod counts;
mod forecast;
mod list;
mod log;
mod parts;
mod renumber;
mod report;
mod resolve;
mod show;
mod status;
mod why;

pub use branches::branches;
pub use check::check;
pub use counts::counts;
pub use forecast::{backtest, forecast};
pub use list::{list, next, order};
pub use log::log;
pub use renumber::renumber;
pub use report::{gate, report};
pub use resolve::resolve;
pub use show::show;
pub use status::{brief, status};
pub use why::why;
