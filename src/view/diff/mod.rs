//! What differs between two versions of a plan, and what follows from it.

mod build;
mod contract;
mod outline;

pub use build::DiffSubject;
pub use contract::{
    ChangedPart, ChangedTask, ConsequencesView, CriticalPathView, DateAtRisk, DiffView, FieldDiff,
    LandingView, LineView, MilestoneWork, Moved, PlanDiffView, Renumbered, SidesOf, StatusMove, StepsView,
    UnknownView, UnreadableView,
};
pub use outline::{Entry, Outline, Section, Tone};
