//! Pictures of a plan, drawn from views.

mod layout;

pub use layout::{Layout, Point, Rect, Sketch, lay_out};
