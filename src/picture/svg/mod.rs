//! A picture as one SVG document: no script, nothing from elsewhere, light and dark as the reader's system is.

mod edge;
mod legend;
mod mark;
mod measure;
mod node;
mod whole;
mod xml;

pub use whole::{Frame, STYLE, svg};
