//! The repository of `tasks demo`: a small product, its plan and some weeks of its history.
//!
//! [`plan`] holds the example plan, [`history`] tells the commits as values, [`create`] makes a repository of them.

mod create;
mod history;
mod plan;
mod story;

pub use create::{DemoError, create};
pub use history::{Change, Commit, Person};
pub use plan::{PLAN, plan};
pub use story::history;
