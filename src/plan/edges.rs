//! Edges between numbered nodes, and which nodes lead to each other.

/// Edges by the node at which they begin.
#[derive(Debug, Default)]
pub(super) struct Edges {
    /// Where the targets of each node end.
    ends: Vec<usize>,
    targets: Vec<usize>,
}

/// A node that is being visited.
struct Visit {
    node: usize,
    /// How many of its edges are still to be followed.
    left: usize,
    /// Its number in the order of the visits.
    number: usize,
}

impl Edges {
    /// Those of one node stay in their order.
    pub fn new(nodes: usize, edges: impl Iterator<Item = (usize, usize)> + Clone) -> Self {
        // Where the next target of each node goes.
        let mut next = vec![0; nodes + 1];
        edges.clone().for_each(|(from, _)| next[from + 1] += 1);
        for node in 0..nodes {
            next[node + 1] += next[node];
        }
        let mut targets = vec![0; next[nodes]];
        for (from, to) in edges {
            targets[next[from]] = to;
            next[from] += 1;
        }
        next.truncate(nodes);
        Self { ends: next, targets }
    }

    pub fn nodes(&self) -> usize {
        self.ends.len()
    }

    pub fn of(&self, node: usize) -> &[usize] {
        let start = node.checked_sub(1).map_or(0, |before| self.ends[before]);
        &self.targets[start..self.ends[node]]
    }

    /// From where to where each leads.
    pub fn iter(&self) -> impl Iterator<Item = (usize, usize)> + Clone + '_ {
        (0..self.ends.len()).flat_map(|node| self.of(node).iter().map(move |&to| (node, to)))
    }

    /// The nodes that `keep` lets through, in the sets of those that lead to each other; each set comes after all that its
    /// nodes lead to. It is Tarjan's algorithm in Pearce's form, without recursion: a plan may be one long chain.
    pub fn components(&self, keep: impl Fn(usize) -> bool) -> Vec<Vec<usize>> {
        /// Of a node that is in a set already.
        const DONE: usize = usize::MAX;
        // For each node the least number of a visited one that it leads to, as far as that is known; 0 before its visit.
        let mut least = vec![0; self.nodes()];
        let mut numbers = 1..;
        let mut visits: Vec<Visit> = Vec::new();
        let (mut waiting, mut found) = (Vec::new(), Vec::new());
        let mut visit = |node: usize, least: &mut [usize]| {
            let number = numbers.next().unwrap_or(DONE);
            least[node] = number;
            Visit { node, left: self.of(node).len(), number }
        };
        for start in (0..self.nodes()).filter(|&node| keep(node)) {
            if least[start] == 0 {
                visits.push(visit(start, &mut least));
            }
            while let Some(top) = visits.last_mut() {
                let node = top.node;
                if top.left > 0 {
                    top.left -= 1;
                    let next = self.of(node)[top.left];
                    if keep(next) && least[next] == 0 {
                        visits.push(visit(next, &mut least));
                    } else if keep(next) {
                        least[node] = least[node].min(least[next]);
                    }
                    continue;
                }
                let number = top.number;
                visits.pop();
                if least[node] == number {
                    let first = waiting.iter().rposition(|&other: &usize| least[other] < number);
                    let mut set = waiting.split_off(first.map_or(0, |at| at + 1));
                    set.push(node);
                    set.iter().for_each(|&member| least[member] = DONE);
                    found.push(set);
                } else {
                    waiting.push(node);
                }
                if let Some(before) = visits.last() {
                    least[before.node] = least[before.node].min(least[node]);
                }
            }
        }
        found
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use petgraph::algo::tarjan_scc;
    use petgraph::graph::{DiGraph, NodeIndex};
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn components_are_those_that_petgraph_finds(
            drawn in prop::collection::vec((0..12_usize, 0..12_usize), 0..40),
            kept in any::<u16>(),
        ) {
            let keep = |node: usize| kept >> node & 1 == 1;
            let edges = Edges::new(12, drawn.iter().copied());
            let mut graph = DiGraph::<(), ()>::new();
            (0..12).for_each(|_| { graph.add_node(()); });
            for (from, to) in edges.iter().filter(|&(from, to)| keep(from) && keep(to)) {
                graph.add_edge(NodeIndex::new(from), NodeIndex::new(to), ());
            }
            let numbers = |set: Vec<NodeIndex>| set.into_iter().map(NodeIndex::index).collect::<Vec<_>>();
            let expected: Vec<Vec<usize>> =
                tarjan_scc(&graph).into_iter().map(numbers).filter(|set| keep(set[0])).collect();
            prop_assert_eq!(edges.components(keep), expected);
        }
    }

    #[test]
    fn a_long_round_is_one_component() {
        let nodes = 1_000_000;
        let edges = Edges::new(nodes, (0..nodes).map(|node| (node, (node + 1) % nodes)));
        assert_eq!(edges.components(|_| true).len(), 1);
        assert_eq!(edges.components(|node| node > 0).len(), nodes - 1);
    }
}
