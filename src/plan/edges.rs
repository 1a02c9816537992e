//! Edges between numbered nodes, and which nodes lead to each other.

use petgraph::algo::kosaraju_scc;
use petgraph::graph::DiGraph;

/// Edges by the node at which they begin.
#[derive(Debug, Default)]
pub(super) struct Edges {
    /// Where the targets of each node end.
    ends: Vec<usize>,
    targets: Vec<usize>,
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
    /// nodes lead to.
    pub fn components(&self, keep: impl Fn(usize) -> bool) -> Vec<Vec<usize>> {
        let kept: Vec<usize> = (0..self.nodes()).filter(|&node| keep(node)).collect();
        let mut place = vec![None; self.nodes()];
        let mut graph = DiGraph::<usize, ()>::with_capacity(kept.len(), self.targets.len());
        for node in kept {
            place[node] = Some(graph.add_node(node));
        }
        for (from, to) in self.iter() {
            if let (Some(from), Some(to)) = (place[from], place[to]) {
                graph.add_edge(from, to, ());
            }
        }
        // Not Tarjan's algorithm, which petgraph has as a recursion: a plan may be one long chain.
        let sets = kosaraju_scc(&graph).into_iter();
        sets.map(|set| set.into_iter().map(|node| graph[node]).collect()).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn components_lead_to_each_other_and_come_after_what_they_lead_to(
            drawn in prop::collection::vec((0..12_usize, 0..12_usize), 0..40),
            kept in any::<u16>(),
        ) {
            let keep = |node: usize| kept >> node & 1 == 1;
            let edges = Edges::new(12, drawn.into_iter());
            let leads = |from: usize| {
                let (mut found, mut open) = (vec![from], vec![from]);
                while let Some(node) = open.pop() {
                    for &next in edges.of(node).iter().filter(|&&next| keep(next)) {
                        if !found.contains(&next) {
                            found.push(next);
                            open.push(next);
                        }
                    }
                }
                found
            };
            let sets = edges.components(keep);
            let mut all = sets.concat();
            all.sort_unstable();
            prop_assert_eq!(all, (0..12).filter(|&node| keep(node)).collect::<Vec<_>>());
            for (at, set) in sets.iter().enumerate() {
                for &node in set {
                    let met = leads(node);
                    prop_assert!(set.iter().all(|member| met.contains(member)));
                    prop_assert!(sets[at + 1..].iter().flatten().all(|later| !met.contains(later)));
                }
            }
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
