//! The edges of a graph, in one piece.

/// From each node of a graph to others. Nodes are numbers from 0.
#[derive(Debug, Default)]
pub(super) struct Edges {
    /// For each node where its targets begin, and for the last one where they end.
    starts: Vec<usize>,
    targets: Vec<usize>,
}

impl Edges {
    /// The edges of a graph of so many nodes; those of one node stay in their order.
    pub fn new(nodes: usize, pairs: &[(usize, usize)]) -> Self {
        let mut starts = vec![0; nodes + 1];
        for &(from, _) in pairs {
            starts[from + 1] += 1;
        }
        for node in 0..nodes {
            starts[node + 1] += starts[node];
        }
        let (mut free, mut targets) = (starts.clone(), vec![0; pairs.len()]);
        for &(from, to) in pairs {
            targets[free[from]] = to;
            free[from] += 1;
        }
        Self { starts, targets }
    }

    /// How many nodes there are.
    pub fn len(&self) -> usize {
        self.starts.len().saturating_sub(1)
    }

    /// Where the edges of a node lead.
    pub fn of(&self, node: usize) -> &[usize] {
        &self.targets[self.starts[node]..self.starts[node + 1]]
    }

    /// Every edge the other way round.
    pub fn inverse(&self) -> Self {
        let pairs = (0..self.len()).flat_map(|from| self.of(from).iter().map(move |&to| (to, from)));
        Self::new(self.len(), &pairs.collect::<Vec<_>>())
    }

    /// Shows the nodes, those together that lead to each other, and each after all to which it leads otherwise: the
    /// strongly connected components, by Tarjan's algorithm.
    pub fn components(&self, mut show: impl FnMut(&[usize])) {
        // When a node was met, from 1, and the earliest that is known to be in its component.
        let (mut met, mut low) = (vec![0_usize; self.len()], vec![0_usize; self.len()]);
        let (mut count, mut open, mut path) = (0, Vec::new(), Vec::new());
        for root in 0..self.len() {
            if met[root] == 0 {
                path.push((root, 0));
            }
            while let Some((node, next)) = path.pop() {
                if next == 0 {
                    count += 1;
                    (met[node], low[node]) = (count, count);
                    open.push(node);
                }
                if let Some(&to) = self.of(node).get(next) {
                    path.push((node, next + 1));
                    if met[to] == 0 {
                        path.push((to, 0));
                    } else {
                        low[node] = low[node].min(low[to]);
                    }
                    continue;
                }
                if low[node] == met[node] {
                    let start = open.iter().rposition(|&other| other == node).unwrap_or_default();
                    show(&open[start..]);
                    // What is complete belongs to no other component.
                    open.drain(start..).for_each(|done| low[done] = usize::MAX);
                }
                if let Some(&(before, _)) = path.last() {
                    low[before] = low[before].min(low[node]);
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use petgraph::algo::tarjan_scc;
    use petgraph::graph::DiGraph;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn components_are_those_of_petgraph_and_come_after_what_they_lead_to(
            pairs in prop::collection::vec((0..12_usize, 0..12_usize), 0..40),
        ) {
            let edges = Edges::new(12, &pairs);
            let mut found: Vec<Vec<usize>> = Vec::new();
            edges.components(|component| found.push(component.to_vec()));
            let place = |node: usize| found.iter().position(|component| component.contains(&node)).unwrap();
            for &(from, to) in &pairs {
                prop_assert!(place(to) <= place(from));
            }
            let mut graph = DiGraph::<(), (), usize>::default();
            let nodes: Vec<_> = (0..12).map(|_| graph.add_node(())).collect();
            for &(from, to) in &pairs {
                graph.add_edge(nodes[from], nodes[to], ());
            }
            let sorted = |components: Vec<Vec<usize>>| {
                let mut all: Vec<Vec<usize>> = components
                    .into_iter()
                    .map(|mut component| {
                        component.sort_unstable();
                        component
                    })
                    .collect();
                all.sort();
                all
            };
            let known = tarjan_scc(&graph).into_iter().map(|c| c.into_iter().map(|n| n.index()).collect()).collect();
            prop_assert_eq!(sorted(found), sorted(known));
        }

        #[test]
        fn the_inverse_has_every_edge_once(pairs in prop::collection::vec((0..6_usize, 0..6_usize), 0..20)) {
            let inverse = Edges::new(6, &pairs).inverse();
            let mut back: Vec<(usize, usize)> =
                (0..6).flat_map(|from| inverse.of(from).iter().map(move |&to| (to, from))).collect();
            back.sort_unstable();
            let mut pairs = pairs;
            pairs.sort_unstable();
            prop_assert_eq!(back, pairs);
        }
    }
}
