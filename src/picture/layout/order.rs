//! The order within each layer: few edges should cross.

use super::layers::Layers;

/// How often to go through the layers without getting better before giving up.
const PATIENCE: usize = 6;

/// Orders every layer: by the mean of the neighbours' places, going through the layers in both directions, and by swapping
/// neighbours wherever that saves crossings. The best order that was seen is kept.
pub fn untangle(layers: &mut Layers) {
    let as_given = improved(layers.clone());
    let mut by_depth = layers.clone();
    depth_first(&mut by_depth);
    let by_depth = improved(by_depth);
    *layers = if by_depth.0 < as_given.0 { by_depth.1 } else { as_given.1 };
}

/// How many pairs of edges cross.
pub fn crossings(layers: &Layers) -> usize {
    let positions = layers.positions();
    layers.rows.iter().map(|layer| crossings_after(layer, layers, &positions)).sum()
}

fn improved(mut layers: Layers) -> (usize, Layers) {
    let (mut best, mut fewest, mut waited) = (layers.clone(), crossings(&layers), 0);
    let mut forwards = true;
    while fewest > 0 && waited < PATIENCE {
        sweep(&mut layers, forwards);
        forwards = !forwards;
        transpose(&mut layers);
        let now = crossings(&layers);
        waited += 1;
        if now < fewest {
            (best, fewest, waited) = (layers.clone(), now, 0);
        }
    }
    (fewest, best)
}

/// The order in which a walk along the edges comes to the vertices.
fn depth_first(layers: &mut Layers) {
    let count = layers.before.len();
    let (mut seen, mut place) = (vec![false; count], vec![0; count]);
    let mut next = 0;
    for start in layers.rows.iter().flatten().copied() {
        let mut stack = vec![start];
        while let Some(vertex) = stack.pop() {
            if !std::mem::replace(&mut seen[vertex], true) {
                place[vertex] = next;
                next += 1;
                stack.extend(layers.before[vertex].iter().chain(&layers.after[vertex]).rev());
            }
        }
    }
    layers.rows.iter_mut().for_each(|layer| layer.sort_by_key(|&vertex| place[vertex]));
}

/// Sorts each layer by the mean place of the neighbours in the layer that was sorted before it.
fn sweep(layers: &mut Layers, forwards: bool) {
    let mut positions = layers.positions();
    let count = layers.rows.len();
    for step in 0..count {
        let at = if forwards { step } else { count - 1 - step };
        let neighbours = if forwards { &layers.before } else { &layers.after };
        let mean = |vertex: usize| {
            let places = &neighbours[vertex];
            let sum: usize = places.iter().map(|&other| positions[other]).sum();
            if places.is_empty() { positions[vertex] as f64 } else { sum as f64 / places.len() as f64 }
        };
        let mut keyed: Vec<(f64, usize)> = layers.rows[at].iter().map(|&v| (mean(v), v)).collect();
        keyed.sort_by(|a, b| a.0.total_cmp(&b.0));
        layers.rows[at] = keyed.into_iter().map(|(_, vertex)| vertex).collect();
        for (place, &vertex) in layers.rows[at].iter().enumerate() {
            positions[vertex] = place;
        }
    }
}

/// Swaps neighbours as long as that saves crossings.
fn transpose(layers: &mut Layers) {
    let mut positions = layers.positions();
    let mut better = true;
    let mut rounds = 0;
    while better && rounds < 12 {
        (better, rounds) = (false, rounds + 1);
        for layer in &mut layers.rows {
            for at in 1..layer.len() {
                let (above, below) = (layer[at - 1], layer[at]);
                let sides = [&layers.before, &layers.after];
                let saved: (usize, usize) = sides.iter().fold((0, 0), |(now, then), side| {
                    let (a, b) = between(&side[above], &side[below], &positions);
                    (now + a, then + b)
                });
                if saved.1 < saved.0 {
                    layer.swap(at - 1, at);
                    (positions[above], positions[below]) = (at, at - 1);
                    better = true;
                }
            }
        }
    }
}

/// How many edges of two neighbours cross as they stand, and how many if they changed places.
fn between(above: &[usize], below: &[usize], positions: &[usize]) -> (usize, usize) {
    let (mut now, mut then) = (0, 0);
    for &a in above {
        for &b in below {
            now += usize::from(positions[a] > positions[b]);
            then += usize::from(positions[a] < positions[b]);
        }
    }
    (now, then)
}

/// How many edges cross between a layer and the next: the inversions of their ends, counted with a Fenwick tree.
fn crossings_after(layer: &[usize], layers: &Layers, positions: &[usize]) -> usize {
    let ends = |vertex: &usize| {
        let mut ends: Vec<usize> = layers.after[*vertex].iter().map(|&next| positions[next]).collect();
        ends.sort_unstable();
        ends
    };
    let ends: Vec<usize> = layer.iter().flat_map(ends).collect();
    let mut tree = vec![0; ends.iter().max().map_or(0, |last| last + 2)];
    let mut crossings = 0;
    for (seen, &end) in ends.iter().enumerate() {
        let mut not_below = 0;
        let mut at = end + 1;
        while at > 0 {
            not_below += tree[at];
            at &= at - 1;
        }
        crossings += seen - not_below;
        let mut at = end + 1;
        while at < tree.len() {
            tree[at] += 1;
            at += at & at.wrapping_neg();
        }
    }
    crossings
}
