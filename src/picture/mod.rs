//! Pictures of plans: where everything stands in them, as pure functions.
//!
//! The layout of graphs knows boxes and edges alone, and neither tasks nor any output.

pub mod chart;
pub mod layout;
