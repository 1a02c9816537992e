//! Pictures of a plan, drawn from [`crate::view::GraphView`]: SVG with a layout of its own, DOT for Graphviz, Mermaid for
//! forges. Charts of counts are values that templates draw.

pub mod chart;
mod dot;
mod layout;
mod mermaid;
mod svg;
mod words;

pub use dot::dot;
pub use layout::{Layout, Point, Rect, Sketch, lay_out};
pub use mermaid::{Mermaid, mermaid};
pub use svg::{Frame, STYLE, svg};
