//! The plan: every task with its derived status, the graph of dependencies, order and progress.

mod critical;
mod deadline;
mod edges;
mod gathered;
mod graph;
mod matrix;
mod network;
mod order;
mod own;
mod progress;
mod release;
mod state;
mod timeline;
mod whole;

pub use critical::{CriticalPath, Span};
pub use deadline::{Deadline, Risk};
pub use graph::{Blocker, Graph};
pub use matrix::{BranchState, Cell, Column, Matrix};
pub use network::{Link, Network, Vertex, implied};
pub use order::{Standing, WorkUnit};
pub use progress::{StepCount, TaskCount, Totals, WorkCount};
pub use release::{LeftBehind, Release, Reverted, Start};
pub use state::TaskState;
pub use timeline::{MAX_PERIODS, Moment, Period, Tally, TaskChange, Timeline, periods};
pub use whole::{Inputs, Plan, Sight};
