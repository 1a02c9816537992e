//! The plan: every task with its derived status, the graph of dependencies, order and progress.

mod gathered;
mod graph;
mod order;
mod progress;
mod state;
mod whole;

pub use graph::{Blocker, Graph};
pub use order::{Standing, WorkUnit};
pub use progress::{StepCount, TaskCount, Totals, WorkCount};
pub use state::TaskState;
pub use whole::{Inputs, Plan};
