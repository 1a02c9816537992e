//! Pictures of a plan: where everything stands in them, as values that templates draw.

pub mod chart;
