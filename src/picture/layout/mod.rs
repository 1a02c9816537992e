//! Where the boxes and arrows of a picture go: a layered layout after Sugiyama, Tagawa and Toda (1981), from left to right.
//!
//! Cycles are broken, every box gets a layer, long edges get a place in each layer they pass, the layers are ordered so
//! that few edges cross, and heights are chosen so that edges run straight. Within a layer an edge has a lane of its own
//! beside the boxes; it goes up or down only between layers, so it never runs through a box.

mod find;
mod layers;
mod order;
mod pack;
mod place;
mod rank;
mod shape;
#[cfg(test)]
mod tests;

pub use pack::lay_out;
pub use shape::{Layout, Point, Rect, Sketch};
