//! The plan as boxes and arrows: which tasks are drawn, and how they hang together.

mod folded;
mod narrowed;
mod selection;
#[cfg(test)]
mod tests;
mod whole;

pub use selection::GraphSelection;
pub use whole::{EdgeView, GraphView, GroupCounts, NodeKind, NodeView};
