//! Boxes and long edges in layers.

use super::rank::{ranks, turned};

/// Vertices in layers: the boxes come first, then the lanes of long edges, one vertex for each layer that an edge passes.
#[derive(Debug, Clone)]
pub struct Layers {
    /// How many vertices are boxes.
    pub boxes: usize,
    /// The vertices of each layer, from above to below.
    pub rows: Vec<Vec<usize>>,
    /// For each vertex its neighbours in the layer before.
    pub before: Vec<Vec<usize>>,
    /// For each vertex its neighbours in the layer after.
    pub after: Vec<Vec<usize>>,
    /// For each edge the vertices that it passes, layer by layer, and whether it runs from right to left.
    pub chains: Vec<(Vec<usize>, bool)>,
}

impl Layers {
    /// Puts everything into layers, in no particular order.
    pub fn new(boxes: usize, edges: &[(usize, usize)]) -> Self {
        let turned = turned(boxes, edges);
        let forward =
            |(&(from, to), turned): (&(usize, usize), &bool)| if *turned { (to, from) } else { (from, to) };
        let edges: Vec<(usize, usize)> = edges.iter().zip(&turned).map(forward).collect();
        let real: Vec<(usize, usize)> = edges.iter().copied().filter(|(from, to)| from != to).collect();
        let rank = ranks(boxes, &real);
        let mut layers = Self {
            boxes,
            rows: vec![Vec::new(); rank.iter().max().map_or(0, |last| last + 1)],
            before: vec![Vec::new(); boxes],
            after: vec![Vec::new(); boxes],
            chains: Vec::new(),
        };
        for (vertex, &rank) in rank.iter().enumerate() {
            layers.rows[rank].push(vertex);
        }
        for (&(from, to), turned) in edges.iter().zip(turned) {
            let chain = if from == to { Vec::new() } else { layers.connect(from, to, rank[from]..rank[to]) };
            layers.chains.push((chain, turned));
        }
        layers
    }

    /// Adds an edge that leads through the layers of a range and ends in the one behind it.
    fn connect(&mut self, from: usize, to: usize, ranks: std::ops::Range<usize>) -> Vec<usize> {
        let mut chain = vec![from];
        for rank in ranks.skip(1) {
            let lane = self.before.len();
            self.before.push(Vec::new());
            self.after.push(Vec::new());
            self.rows[rank].push(lane);
            chain.push(lane);
        }
        chain.push(to);
        for pair in chain.windows(2) {
            self.after[pair[0]].push(pair[1]);
            self.before[pair[1]].push(pair[0]);
        }
        chain
    }

    /// Whether a vertex is the lane of an edge.
    pub fn is_lane(&self, vertex: usize) -> bool {
        vertex >= self.boxes
    }

    /// For each vertex its place in its layer.
    pub fn positions(&self) -> Vec<usize> {
        let mut positions = vec![0; self.before.len()];
        for layer in &self.rows {
            for (at, &vertex) in layer.iter().enumerate() {
                positions[vertex] = at;
            }
        }
        positions
    }
}
