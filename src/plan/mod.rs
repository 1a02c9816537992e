//! The plan: every task with its derived status, the graph of dependencies, order and progress.

mod critical;
mod deadline;
mod graph;
mod order;
mod progress;
mod state;
mod whole;

pub use critical::{CriticalPath, Span};
pub use deadline::{Deadline, Risk};
pub use graph::{Blocker, Graph};
pub use order::{Standing, WorkUnit};
pub use progress::{StepCount, TaskCount, Totals, WorkCount};
pub use state::TaskState;
pub use whole::{Inputs, Plan, Sight};
