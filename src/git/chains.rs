//! Which commits lie on one line, to see at once which descends from which.

use super::pool::{Pool, number};
use std::collections::HashSet;

/// The history cut into chains: a commit, a child that has no other parent, a child of that, and so on. Every commit is on one
/// chain, and what leads out of a chain leads out of its lowest commit.
#[derive(Debug, Default)]
pub(super) struct Chains {
    /// The lowest commit of the chain that each is on.
    lowest: Vec<u32>,
}

impl Chains {
    pub fn of(pool: &Pool) -> Self {
        let mut lowest: Vec<u32> = Vec::with_capacity(pool.len());
        let mut is_extended = vec![false; pool.len()];
        for node in 0..number(pool.len()) {
            lowest.push(match pool.parents(node) {
                [parent] if !std::mem::replace(&mut is_extended[*parent as usize], true) => {
                    lowest[*parent as usize]
                }
                _ => node,
            });
        }
        Self { lowest }
    }

    /// Whether `ancestor` is `of` or an ancestor of it.
    pub fn is_ancestor(&self, pool: &Pool, ancestor: u32, of: u32) -> bool {
        let mut queue = vec![of];
        let mut seen = HashSet::new();
        while let Some(node) = queue.pop() {
            let lowest = self.lowest[node as usize];
            if lowest == self.lowest[ancestor as usize] && ancestor <= node {
                return true;
            }
            // Ancestors have lesser numbers: what lies below `ancestor` cannot lead to it.
            if lowest > ancestor {
                queue.extend(pool.parents(lowest).iter().filter(|&&p| p >= ancestor && seen.insert(p)));
            }
        }
        false
    }
}

#[cfg(test)]
mod tests {
    use super::super::pool::NewNode;
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn chains_say_what_a_walk_says(drawn in prop::collection::vec(prop::collection::vec(1..4_u32, 0..3), 1..30)) {
            let mut pool = Pool::default();
            for (node, back) in drawn.iter().enumerate() {
                let mut parents: Vec<u32> = back.iter().filter_map(|by| number(node).checked_sub(*by)).collect();
                parents.dedup();
                pool.push(&NewNode { oid: &[0; 20], time: 0, flags: 0, parents: &parents, fault: None });
            }
            let chains = Chains::of(&pool);
            for of in 0..number(pool.len()) {
                for ancestor in 0..number(pool.len()) {
                    let walked = pool.is_ancestor(ancestor, of, usize::MAX) == Some(true);
                    prop_assert_eq!(chains.is_ancestor(&pool, ancestor, of), walked, "{} {}", ancestor, of);
                }
            }
        }
    }
}
