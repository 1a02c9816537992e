//! Heights of everything within the layers, and the ways of the edges.

use super::layers::Layers;
use super::shape::{Layout, Point, Rect, Sketch};

/// The least room between two boxes, between a box and an edge, and between two edges, in pixels.
const BOX_GAP: f64 = 16.0;
const SIDE_GAP: f64 = 12.0;
const LANE_GAP: f64 = 9.0;

/// The least room between two layers, and how much more there is for each edge that goes through.
const LAYER_GAP: f64 = 48.0;
const LAYER_GAP_PER_EDGE: f64 = 1.5;
const WIDEST_LAYER_GAP: f64 = 120.0;

/// How often the heights are balanced.
const ROUNDS: usize = 24;

/// How strongly the two ends of a stretch of edge pull each other level: lanes more than boxes, so that long edges are
/// straight.
const PULL_OF_LANES: f64 = 8.0;
const PULL_OF_ONE_LANE: f64 = 2.0;

/// The places of ordered layers.
pub fn place(sketch: &Sketch, layers: &Layers) -> Layout {
    let middles = balanced(sketch, layers);
    let lefts = lefts(sketch, layers);
    let mut boxes = vec![Rect::default(); layers.boxes];
    for (layer, &x) in layers.rows.iter().zip(&lefts) {
        for &vertex in layer.iter().filter(|&&vertex| !layers.is_lane(vertex)) {
            let height = sketch.heights[vertex];
            boxes[vertex] = Rect { x, y: middles[vertex] - height / 2.0, width: sketch.width, height };
        }
    }
    let routes = routes(sketch, layers, &middles, &lefts);
    let last = lefts.last().map_or(0.0, |left| left + sketch.width);
    let mut layout = Layout { width: last, height: 0.0, boxes, routes };
    let ys = || {
        let edges = layout.routes.iter().flatten().map(|point| (point.y, point.y));
        layout.boxes.iter().map(|rect| (rect.y, rect.y + rect.height)).chain(edges)
    };
    let top = ys().map(|(top, _)| top).fold(f64::INFINITY, f64::min);
    layout.height = ys().map(|(_, bottom)| bottom - top).fold(0.0, f64::max);
    layout.boxes.iter_mut().for_each(|rect| rect.y -= top);
    layout.routes.iter_mut().flatten().for_each(|point| point.y -= top);
    layout
}

/// The left edge of each layer.
fn lefts(sketch: &Sketch, layers: &Layers) -> Vec<f64> {
    let mut left = 0.0;
    let mut lefts = Vec::new();
    for layer in &layers.rows {
        lefts.push(left);
        let edges: usize = layer.iter().map(|&vertex| layers.after[vertex].len()).sum();
        left += sketch.width + (LAYER_GAP + edges as f64 * LAYER_GAP_PER_EDGE).min(WIDEST_LAYER_GAP);
    }
    lefts
}

/// The height of the middle of each vertex: as level with its neighbours as the order and the gaps allow.
fn balanced(sketch: &Sketch, layers: &Layers) -> Vec<f64> {
    let mut middles = vec![0.0; layers.before.len()];
    for layer in &layers.rows {
        let offsets = offsets(sketch, layers, layer);
        for (&vertex, offset) in layer.iter().zip(offsets) {
            middles[vertex] = offset;
        }
    }
    let count = layers.rows.len();
    for round in 0..ROUNDS {
        for step in 0..count {
            let at = if round % 2 == 0 { step } else { count - 1 - step };
            // At first the layers follow each other, in the end each lies between its neighbours.
            let sides = match (round < ROUNDS / 2, round % 2 == 0) {
                (true, true) => (true, false),
                (true, false) => (false, true),
                (false, _) => (true, true),
            };
            settle(sketch, layers, &layers.rows[at], sides, &mut middles);
        }
    }
    middles
}

/// The least heights of a layer's middles, the first at 0.
fn offsets(sketch: &Sketch, layers: &Layers, layer: &[usize]) -> Vec<f64> {
    let half = |vertex: usize| if layers.is_lane(vertex) { 0.0 } else { sketch.heights[vertex] / 2.0 };
    let mut offset = 0.0;
    let mut before: Option<usize> = None;
    let mut offsets = Vec::with_capacity(layer.len());
    for &vertex in layer {
        if let Some(before) = before {
            let gap = match (layers.is_lane(before), layers.is_lane(vertex)) {
                (true, true) => LANE_GAP,
                (false, false) => BOX_GAP,
                _ => SIDE_GAP,
            };
            offset += half(before) + gap + half(vertex);
        }
        offsets.push(offset);
        before = Some(vertex);
    }
    offsets
}

/// Moves a layer to where the sum of the squared distances from the neighbours' heights is least: an isotonic regression,
/// by pooling adjacent violators.
fn settle(
    sketch: &Sketch,
    layers: &Layers,
    layer: &[usize],
    (before, after): (bool, bool),
    middles: &mut [f64],
) {
    let offsets = offsets(sketch, layers, layer);
    // Each pool has a sum of weighted heights, a weight, and a number of vertices.
    let mut pools: Vec<(f64, f64, usize)> = Vec::new();
    for (&vertex, offset) in layer.iter().zip(&offsets) {
        let (wish, weight) = wish(layers, vertex, (before, after), middles);
        let mut pool = ((wish - offset) * weight, weight, 1);
        while let Some(&(sum, weight, number)) = pools.last() {
            if sum / weight <= pool.0 / pool.1 {
                break;
            }
            pool = (pool.0 + sum, pool.1 + weight, pool.2 + number);
            pools.pop();
        }
        pools.push(pool);
    }
    let heights = pools.iter().flat_map(|&(sum, weight, number)| std::iter::repeat_n(sum / weight, number));
    for ((&vertex, offset), height) in layer.iter().zip(offsets).zip(heights) {
        middles[vertex] = height + offset;
    }
}

/// Where a vertex would lie for the sake of its neighbours, and how much that weighs.
fn wish(layers: &Layers, vertex: usize, (before, after): (bool, bool), middles: &[f64]) -> (f64, f64) {
    let pull = |other: usize| match (layers.is_lane(vertex), layers.is_lane(other)) {
        (true, true) => PULL_OF_LANES,
        (false, false) => 1.0,
        _ => PULL_OF_ONE_LANE,
    };
    let sides = [(before, &layers.before), (after, &layers.after)];
    let neighbours = sides.iter().filter(|(wanted, _)| *wanted).flat_map(|(_, side)| &side[vertex]);
    let (sum, weight) = neighbours
        .fold((0.0, 0.0), |(sum, weight), &other| (sum + pull(other) * middles[other], weight + pull(other)));
    // Without a neighbour it stays where it is, unless others need the room.
    if weight > 0.0 { (sum / weight, weight) } else { (middles[vertex], 0.05) }
}

/// The way of each edge: out of the right side of a box, level through the layers in its lanes, into the left side.
fn routes(sketch: &Sketch, layers: &Layers, middles: &[f64], lefts: &[f64]) -> Vec<Vec<Point>> {
    let mut left = vec![0.0; layers.before.len()];
    for (layer, &x) in layers.rows.iter().zip(lefts) {
        for &vertex in layer {
            left[vertex] = x;
        }
    }
    let ends = |chain: &(Vec<usize>, bool)| Some((*chain.0.first()?, *chain.0.get(1)?));
    let outs = ports(sketch, layers, middles, &layers.chains.iter().map(ends).collect::<Vec<_>>());
    let ends = |chain: &(Vec<usize>, bool)| Some((*chain.0.last()?, *chain.0.iter().nth_back(1)?));
    let ins = ports(sketch, layers, middles, &layers.chains.iter().map(ends).collect::<Vec<_>>());
    let route = |(at, (chain, turned)): (usize, &(Vec<usize>, bool))| {
        let mut points = Vec::with_capacity(2 * chain.len());
        let last = chain.len().saturating_sub(1);
        for (step, &vertex) in chain.iter().enumerate() {
            let (enters, leaves) = (left[vertex], left[vertex] + sketch.width);
            if step > 0 {
                points.push(Point { x: enters, y: if step == last { ins[at] } else { middles[vertex] } });
            }
            if step < last {
                points.push(Point { x: leaves, y: if step == 0 { outs[at] } else { middles[vertex] } });
            }
        }
        if *turned {
            points.reverse();
        }
        points
    };
    layers.chains.iter().enumerate().map(route).collect()
}

/// For each edge the height at which it meets a box, given the box and the vertex beside it: the edges of a box meet it in
/// the order in which they come.
fn ports(sketch: &Sketch, layers: &Layers, middles: &[f64], ends: &[Option<(usize, usize)>]) -> Vec<f64> {
    let mut meeting = vec![Vec::new(); layers.boxes];
    for (edge, end) in ends.iter().enumerate() {
        if let Some((vertex, beside)) = end {
            meeting[*vertex].push((middles[*beside], edge));
        }
    }
    let mut ports = vec![0.0; ends.len()];
    for (vertex, mut edges) in meeting.into_iter().enumerate() {
        edges.sort_by(|a, b| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1)));
        let between = edges.len().saturating_sub(1) as f64;
        let step = if between > 0.0 { ((sketch.heights[vertex] - 16.0) / between).min(9.0) } else { 0.0 };
        for (at, (_, edge)) in edges.into_iter().enumerate() {
            ports[edge] = middles[vertex] + (at as f64 - between / 2.0) * step;
        }
    }
    ports
}
