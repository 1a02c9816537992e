//! Which commits lie on one line, to see at once which descends from which.

use super::pool::{Pool, number};
use std::collections::{BTreeMap, HashSet};

/// Commits that are numbered, each higher than its ancestors.
pub(super) trait Lineage {
    /// How many there are.
    fn count(&self) -> usize;
    /// The numbers of a commit's parents.
    fn parents(&self, of: u32) -> impl Iterator<Item = u32>;
}

impl Lineage for Pool {
    fn count(&self) -> usize {
        self.len()
    }

    fn parents(&self, of: u32) -> impl Iterator<Item = u32> {
        Self::parents(self, of).iter().copied()
    }
}

/// The history cut into chains: a commit, a child that has no other parent, a child of that, and so on. Every commit is on one
/// chain, and what leads out of a chain leads out of its lowest commit.
#[derive(Debug, Default)]
pub(super) struct Chains {
    /// The lowest commit of the chain that each is on.
    lowest: Vec<u32>,
}

impl Chains {
    pub fn of(commits: &impl Lineage) -> Self {
        let mut lowest: Vec<u32> = Vec::with_capacity(commits.count());
        let mut is_extended = vec![false; commits.count()];
        for node in 0..number(commits.count()) {
            let mut parents = commits.parents(node);
            lowest.push(match (parents.next(), parents.next()) {
                (Some(parent), None) if !std::mem::replace(&mut is_extended[parent as usize], true) => {
                    lowest[parent as usize]
                }
                _ => node,
            });
        }
        Self { lowest }
    }

    /// The lowest commit of the chain that `node` is on. It stands for the chain.
    pub fn lowest(&self, node: u32) -> u32 {
        self.lowest[node as usize]
    }

    /// Whether `ancestor` is `of` or an ancestor of it.
    pub fn is_ancestor(&self, commits: &impl Lineage, ancestor: u32, of: u32) -> bool {
        let mut queue = vec![of];
        let mut seen = HashSet::new();
        while let Some(node) = queue.pop() {
            let lowest = self.lowest[node as usize];
            if lowest == self.lowest[ancestor as usize] && ancestor <= node {
                return true;
            }
            // Ancestors have lesser numbers: what lies below `ancestor` cannot lead to it.
            if lowest > ancestor {
                queue.extend(commits.parents(lowest).filter(|&p| p >= ancestor && seen.insert(p)));
            }
        }
        false
    }

    /// Of the wanted commits that come before `from` those that no other such commit descends from. `highest` says of a
    /// chain, by its lowest commit, which is the highest wanted one on it below a number; none is lower than `least`.
    pub fn newest(
        &self,
        commits: &impl Lineage,
        from: u32,
        least: u32,
        highest: impl Fn(u32, u32) -> Option<u32>,
    ) -> Vec<u32> {
        let mut found = Vec::new();
        let mut pending: BTreeMap<u32, Reached> = BTreeMap::new();
        // How many of the pending chains may bring in another.
        let mut open = 1_usize;
        pending.insert(self.lowest(from), Reached { by_any: from, below_wanted: 0 });
        // Whatever leads into a chain leads out of one whose lowest commit is higher, which has had its turn.
        while open > 0
            && let Some((lowest, reached)) = pending.pop_last()
        {
            let newest = reached.is_open().then(|| highest(lowest, reached.by_any)).flatten();
            open -= usize::from(reached.is_open());
            found.extend(newest.filter(|&newest| newest >= reached.below_wanted));
            let is_below_wanted = reached.below_wanted > 0 || newest.is_some();
            for parent in commits.parents(lowest).filter(|&parent| parent >= least) {
                let into = pending.entry(self.lowest(parent)).or_default();
                let was_open = into.is_open();
                let bound = if is_below_wanted { &mut into.below_wanted } else { &mut into.by_any };
                *bound = (*bound).max(parent + 1);
                open = open + usize::from(into.is_open()) - usize::from(was_open);
            }
        }
        found
    }
}

/// How far up a chain the commits go that a search has come to; numbers that are one too high, 0 if there are none.
#[derive(Debug, Clone, Copy, Default)]
struct Reached {
    /// Those that it has come to without meeting a wanted one.
    by_any: u32,
    /// Those that a wanted one descends from.
    below_wanted: u32,
}

impl Reached {
    fn is_open(self) -> bool {
        self.by_any > self.below_wanted
    }
}

#[cfg(test)]
mod tests {
    use super::super::pool::NewNode;
    use super::*;
    use proptest::prelude::*;

    fn pool(drawn: &[Vec<u32>]) -> Pool {
        let mut pool = Pool::default();
        for (node, back) in drawn.iter().enumerate() {
            let mut parents: Vec<u32> = back.iter().filter_map(|by| number(node).checked_sub(*by)).collect();
            parents.dedup();
            pool.push(&NewNode { oid: &[0; 20], time: 0, flags: 0, parents: &parents, fault: None });
        }
        pool
    }

    fn drawn() -> impl Strategy<Value = Vec<Vec<u32>>> {
        prop::collection::vec(prop::collection::vec(1..4_u32, 0..3), 1..30)
    }

    proptest! {
        #[test]
        fn chains_say_what_a_walk_says(drawn in drawn()) {
            let pool = pool(&drawn);
            let chains = Chains::of(&pool);
            for of in 0..number(pool.len()) {
                for ancestor in 0..number(pool.len()) {
                    let walked = pool.is_ancestor(ancestor, of, usize::MAX) == Some(true);
                    prop_assert_eq!(chains.is_ancestor(&pool, ancestor, of), walked, "{} {}", ancestor, of);
                }
            }
        }

        #[test]
        fn the_newest_wanted_ancestors_are_those_above_all_others(drawn in drawn(), wanted in any::<u32>()) {
            let pool = pool(&drawn);
            let chains = Chains::of(&pool);
            let is_wanted = |node: u32| wanted >> node & 1 == 1;
            let comes_before = |node: u32, of: u32| node != of && pool.is_ancestor(node, of, usize::MAX) == Some(true);
            let least = (0..30).find(|&node| is_wanted(node)).unwrap_or(30);
            for from in 0..number(pool.len()) {
                let before: Vec<u32> = (0..from).filter(|&n| is_wanted(n) && comes_before(n, from)).collect();
                let is_above = |node: &&u32| !before.iter().any(|&other| comes_before(**node, other));
                let expected: Vec<u32> = before.iter().filter(is_above).copied().collect();
                let highest = |lowest: u32, below: u32| {
                    (0..below).rev().find(|&node| is_wanted(node) && chains.lowest(node) == lowest)
                };
                let mut found = chains.newest(&pool, from, least, highest);
                found.sort_unstable();
                prop_assert_eq!(found, expected, "{}", from);
            }
        }
    }
}
