//! What goes into a layout, and what comes out.

/// Boxes of one width, and the edges between them.
#[derive(Debug, Clone, Default)]
pub struct Sketch {
    /// The width of every box, in pixels.
    pub width: f64,
    /// The height of each box, in pixels.
    pub heights: Vec<f64>,
    /// From box to box; edges of a cycle are allowed, an edge from a box to itself is not drawn.
    pub edges: Vec<(usize, usize)>,
}

/// A place, in pixels from the upper left corner.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Point {
    /// To the right.
    pub x: f64,
    /// Downwards.
    pub y: f64,
}

/// The place of a box.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Rect {
    /// The left edge.
    pub x: f64,
    /// The upper edge.
    pub y: f64,
    /// How wide it is.
    pub width: f64,
    /// How high it is.
    pub height: f64,
}

/// Places for everything.
#[derive(Debug, Clone, Default)]
pub struct Layout {
    /// How wide all of it is.
    pub width: f64,
    /// How high all of it is.
    pub height: f64,
    /// For each box its place.
    pub boxes: Vec<Rect>,
    /// For each edge the points that it passes, from its first box to its second. Between two points it runs level, or
    /// rises or falls between two layers, where there are no boxes.
    pub routes: Vec<Vec<Point>>,
}
