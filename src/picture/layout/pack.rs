//! Parts that nothing connects, side by side.

use super::find::find;
use super::layers::Layers;
use super::order::untangle;
use super::place::place;
use super::shape::{Layout, Rect, Sketch};

/// The room between parts, in pixels.
const GAP: f64 = 36.0;
/// The room between boxes that stand alone.
const ALONE_GAP: f64 = 16.0;
/// How much wider than high a picture should be, where its parts leave a choice.
const ASPECT: f64 = 1.5;

/// Lays out a graph: each connected part by itself, the largest first, and what stands alone in rows at the end.
pub fn lay_out(sketch: &Sketch) -> Layout {
    let (parts, alone) = parts(sketch);
    let mut layouts: Vec<(Part, Layout)> = parts.into_iter().map(|part| part.laid_out(sketch)).collect();
    layouts.sort_by(|(_, a), (_, b)| b.height.total_cmp(&a.height));
    let area: f64 = layouts.iter().map(|(_, part)| (part.width + GAP) * (part.height + GAP)).sum();
    let area_alone: f64 =
        alone.iter().map(|&at| (sketch.width + ALONE_GAP) * (sketch.heights[at] + ALONE_GAP)).sum();
    let widest = layouts.iter().map(|(_, part)| part.width).fold(sketch.width, f64::max);
    let target = ((area + area_alone) * ASPECT).sqrt().max(widest);
    let mut whole = Layout {
        boxes: vec![Rect::default(); sketch.heights.len()],
        routes: vec![Vec::new(); sketch.edges.len()],
        ..Layout::default()
    };
    let (mut x, mut y, mut row) = (0.0, 0.0, 0.0_f64);
    for (part, layout) in layouts {
        if x > 0.0 && x + layout.width > target {
            (x, y, row) = (0.0, y + row + GAP, 0.0);
        }
        whole.width = whole.width.max(x + layout.width);
        row = row.max(layout.height);
        let width = layout.width;
        part.put(layout, (x, y), &mut whole);
        x += width + GAP;
    }
    whole.height = y + row;
    rows(sketch, &alone, target, &mut whole);
    whole
}

/// A connected part: its boxes and edges, by their numbers in the whole.
#[derive(Debug, Default)]
struct Part {
    boxes: Vec<usize>,
    edges: Vec<usize>,
}

impl Part {
    fn laid_out(self, sketch: &Sketch) -> (Self, Layout) {
        let mut number = std::collections::HashMap::new();
        number.extend(self.boxes.iter().enumerate().map(|(own, &at)| (at, own)));
        let edge = |&at: &usize| (number[&sketch.edges[at].0], number[&sketch.edges[at].1]);
        let own = Sketch {
            width: sketch.width,
            heights: self.boxes.iter().map(|&at| sketch.heights[at]).collect(),
            edges: self.edges.iter().map(edge).collect(),
        };
        let mut layers = Layers::new(own.heights.len(), &own.edges);
        untangle(&mut layers);
        let layout = place(&own, &layers);
        (self, layout)
    }

    fn put(&self, mut layout: Layout, (x, y): (f64, f64), whole: &mut Layout) {
        for (&at, rect) in self.boxes.iter().zip(layout.boxes) {
            whole.boxes[at] = Rect { x: rect.x + x, y: rect.y + y, ..rect };
        }
        for (&at, route) in self.edges.iter().zip(&mut layout.routes) {
            for point in route.iter_mut() {
                (point.x, point.y) = (point.x + x, point.y + y);
            }
            whole.routes[at] = std::mem::take(route);
        }
    }
}

/// The connected parts, and the boxes that no edge touches.
fn parts(sketch: &Sketch) -> (Vec<Part>, Vec<usize>) {
    let count = sketch.heights.len();
    let mut leader: Vec<usize> = (0..count).collect();
    for &(from, to) in &sketch.edges {
        let (a, b) = (find(&mut leader, from), find(&mut leader, to));
        leader[a.max(b)] = a.min(b);
    }
    let mut parts: Vec<Part> = (0..count).map(|_| Part::default()).collect();
    for at in 0..count {
        parts[find(&mut leader, at)].boxes.push(at);
    }
    for (at, &(from, _)) in sketch.edges.iter().enumerate() {
        parts[find(&mut leader, from)].edges.push(at);
    }
    let alone = parts.iter().filter(|part| part.boxes.len() == 1).map(|part| part.boxes[0]).collect();
    parts.retain(|part| part.boxes.len() > 1);
    (parts, alone)
}

/// Puts boxes that stand alone into rows below everything else.
fn rows(sketch: &Sketch, alone: &[usize], target: f64, whole: &mut Layout) {
    let mut y = if whole.height > 0.0 && !alone.is_empty() { whole.height + GAP } else { whole.height };
    let (mut x, mut row) = (0.0, 0.0_f64);
    for &at in alone {
        let height = sketch.heights[at];
        if x > 0.0 && x + sketch.width > target {
            (x, y, row) = (0.0, y + row + ALONE_GAP, 0.0);
        }
        whole.boxes[at] = Rect { x, y, width: sketch.width, height };
        whole.width = whole.width.max(x + sketch.width);
        row = row.max(height);
        x += sketch.width + ALONE_GAP;
    }
    whole.height = y + row;
}
