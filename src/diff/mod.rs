//! What differs between two versions of a plan, and what follows from it.

mod consequences;
mod effects;
mod field;
mod parts;
mod plan;
mod steps;
mod task;
mod text;

pub use consequences::{Change, Consequences, MilestoneShift, ReadyChange, StatusChange, Work};
pub use effects::{Effects, StepsDone, UnknownName};
pub use field::FieldChange;
pub use parts::{config_changes, group_changes, milestone_changes};
pub use plan::{PartChange, PartChangeKind, PlanDiff, TaskChange};
pub use task::task_changes;
pub use text::{LineChange, line_changes};
