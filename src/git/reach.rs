//! Which commits are reachable, where what is kept of a history cannot tell.

use super::{GitError, History, Oid, Pos, PosSet, Repo};
use std::collections::hash_map::Entry;
use std::collections::{BinaryHeap, HashMap, HashSet};

/// How many more commits are asked for at once each time none of them was reachable.
const GROWTH: usize = 4;

impl Repo {
    /// Which of these commits, all of them tips of the history, is the first that is `tip` or an ancestor of it.
    pub fn first_ancestor(
        &self,
        history: &History,
        tip: Oid,
        commits: &[Oid],
    ) -> Result<Option<usize>, GitError> {
        let (mut start, mut many) = (0, 1);
        while start < commits.len() {
            let asked = &commits[start..commits.len().min(start + many)];
            let reached = self.ancestors_among(history, tip, asked)?;
            if let Some(at) = asked.iter().position(|oid| reached.contains(oid)) {
                return Ok(Some(start + at));
            }
            start += asked.len();
            many *= GROWTH;
        }
        Ok(None)
    }

    /// Those of the commits that are `tip` or ancestors of it.
    fn ancestors_among(
        &self,
        history: &History,
        tip: Oid,
        commits: &[Oid],
    ) -> Result<HashSet<Oid>, GitError> {
        let (mut reached, mut open) = (HashSet::new(), Vec::new());
        let head = history.position(&tip);
        let reach = history.reachable(&head.into_iter().collect::<Vec<_>>());
        for &oid in commits {
            match (head, history.position(&oid)) {
                (Some(_), Some(pos)) if reach.contains(pos) => {
                    reached.insert(oid);
                }
                // Whatever an ancestor says of tasks is reachable.
                (Some(_), Some(pos)) if !history.beyond(pos, &reach).is_empty() => {}
                (Some(_), Some(pos)) => open.push((oid, pos)),
                // What lies beyond the adoption boundary has no place in history.
                _ if self.is_ancestor(oid, tip)? => {
                    reached.insert(oid);
                }
                _ => {}
            }
        }
        if !open.is_empty() {
            reached.extend(self.walk_to(history, tip, &open)?);
        }
        Ok(reached)
    }

    /// Those of the commits that a walk from `tip` comes to. Where the history knows a commit, the walk goes on only if it
    /// can still come to one of them: their descendants reach what they reach.
    fn walk_to(&self, history: &History, tip: Oid, wanted: &[(Oid, Pos)]) -> Result<HashSet<Oid>, GitError> {
        let known: HashMap<Oid, Pos> = history.all_places().collect();
        let events = wanted.iter().filter_map(|&(_, pos)| history.latest_event(pos));
        let leads: Vec<PosSet> = events.map(|event| history.descendants(event)).collect();
        let leads_on = |oid: &Oid| {
            leads.len() < wanted.len()
                || known.get(oid).is_none_or(|&pos| leads.iter().any(|leads| leads.contains(pos)))
        };
        let mut left: HashSet<Oid> = wanted.iter().map(|&(oid, _)| oid).collect();
        let mut reached = HashSet::new();
        let mut ancestry = self.ancestry()?;
        let mut parents: HashMap<Oid, Vec<Oid>> = HashMap::new();
        let mut queue = BinaryHeap::new();
        let mut next = vec![tip];
        while !left.is_empty() {
            for oid in next.drain(..) {
                if let Entry::Vacant(vacant) = parents.entry(oid) {
                    let node = ancestry.node(oid)?;
                    queue.push((node.time, oid));
                    vacant.insert(node.parents);
                }
            }
            // The newest first: what is wanted is mostly not far from the tip.
            let Some((_, oid)) = queue.pop() else { break };
            if left.remove(&oid) {
                reached.insert(oid);
            }
            if leads_on(&oid) {
                next.extend(parents.get(&oid).into_iter().flatten());
            }
        }
        Ok(reached)
    }
}
