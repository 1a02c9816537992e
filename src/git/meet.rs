//! What is reachable from which side, where no graph tells the generations of commits.

use std::collections::hash_map::Entry;
use std::collections::{BinaryHeap, HashMap};
use std::hash::Hash;

/// Reachable from the new tips.
pub(super) const NEW: u8 = 1;
/// Reachable from the old tips.
pub(super) const OLD: u8 = 2;

/// A commit, as far as the walk has to know it.
pub(super) struct Node<K> {
    /// Seconds since the epoch, whether that is true or not.
    pub time: i64,
    /// None where history begins or is cut off.
    pub parents: Vec<K>,
}

struct Seen<K> {
    node: Node<K>,
    flags: u8,
    is_waiting: bool,
}

/// From which sides each commit is reachable, in a map that has at least those which are reachable from one side only.
///
/// The newest commits come first, so that the walk is mostly short; but dates may be wrong, and what came from one side only
/// can turn out to lie below the other one. That is impossible, and the walk ends, where all that was seen leads to one
/// commit of both sides: nothing that descends from it lies below it. Where no such commit is met, everything is read.
pub(super) fn flags_of<K: Copy + Eq + Ord + Hash, E>(
    tips: impl IntoIterator<Item = (K, u8)>,
    mut read: impl FnMut(K) -> Result<Node<K>, E>,
) -> Result<HashMap<K, u8>, E> {
    let mut seen: HashMap<K, Seen<K>> = HashMap::new();
    let mut waiting = BinaryHeap::new();
    let mut has_end = false;
    let mut next: Vec<(K, u8)> = tips.into_iter().collect();
    loop {
        for (key, flags) in next.drain(..) {
            let known = match seen.entry(key) {
                Entry::Occupied(known) => known.into_mut(),
                Entry::Vacant(vacant) => {
                    vacant.insert(Seen { node: read(key)?, flags: 0, is_waiting: false })
                }
            };
            if known.flags | flags != known.flags {
                known.flags |= flags;
                if !std::mem::replace(&mut known.is_waiting, true) {
                    waiting.push((known.node.time, key));
                }
            }
        }
        let is_last = waiting.len() == 1 && !has_end;
        let Some(known) = waiting.pop().and_then(|(_, key)| seen.get_mut(&key)) else { break };
        if is_last && known.flags == NEW | OLD {
            break;
        }
        known.is_waiting = false;
        has_end |= known.node.parents.is_empty();
        next.extend(known.node.parents.iter().map(|&parent| (parent, known.flags)));
    }
    Ok(seen.into_iter().map(|(key, known)| (key, known.flags)).collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::convert::Infallible;

    /// For each commit its time and how many commits before it its parents are.
    type Drawn = Vec<(i64, Vec<usize>)>;

    fn parents(drawn: &Drawn, node: usize) -> Vec<usize> {
        let mut parents: Vec<usize> =
            drawn[node].1.iter().filter_map(|back| node.checked_sub(*back)).collect();
        parents.dedup();
        parents
    }

    fn walked(drawn: &Drawn, tips: &[(usize, u8)]) -> (HashMap<usize, u8>, usize) {
        let mut count = 0;
        let read = |node: usize| {
            count += 1;
            Ok::<_, Infallible>(Node { time: drawn[node].0, parents: parents(drawn, node) })
        };
        let Ok(flags) = flags_of(tips.iter().copied(), read);
        (flags, count)
    }

    #[test]
    fn only_what_lies_above_where_the_sides_meet_is_read() {
        let line: Drawn = (0..1000).map(|n| (n, vec![1])).collect();
        let (flags, count) = walked(&line, &[(999, NEW), (990, OLD)]);
        assert_eq!((count, flags[&991], flags[&990]), (10, NEW, NEW | OLD));
        let mut fork = line;
        fork.extend([(1000, vec![20]), (1001, vec![1]), (1002, vec![1, 5])]);
        let (flags, count) = walked(&fork, &[(1002, NEW), (999, OLD)]);
        assert_eq!((count, flags[&1000], flags[&999], flags[&997]), (23, NEW, OLD, NEW | OLD));
    }

    proptest! {
        #[test]
        fn whatever_the_dates_say(
            drawn in prop::collection::vec((0..6_i64, prop::collection::vec(1..5_usize, 0..3)), 1..30),
            tips in prop::collection::vec((any::<prop::sample::Index>(), 1..3_u8), 1..4),
        ) {
            let tips: Vec<(usize, u8)> = tips.iter().map(|(at, side)| (at.index(drawn.len()), *side)).collect();
            let (found, _) = walked(&drawn, &tips);
            let mut expected = vec![0; drawn.len()];
            for &(tip, side) in &tips {
                expected[tip] |= side;
            }
            for node in (0..drawn.len()).rev() {
                for parent in parents(&drawn, node) {
                    expected[parent] |= expected[node];
                }
            }
            for (node, flags) in expected.into_iter().enumerate() {
                let told = found.get(&node).copied();
                prop_assert!(told == Some(flags) || told.is_none() && matches!(flags, 0 | 3), "{} {:?} {}", node, told, flags);
            }
        }
    }
}
