//! The longest chain, where all arrows together would be a tangle.

use super::whole::{ARROWS_PER_BOX, EdgeView, NodeView};
use crate::plan::{Blocker, Plan, implied};
use std::collections::{BTreeSet, HashMap, HashSet};

/// How many boxes there are at most: a row of more is too long to look at.
const MOST: usize = 30;

/// What is drawn for a tangle.
pub struct Narrowed {
    /// Tasks of the chain, and tasks that lead directly to it.
    pub nodes: Vec<NodeView>,
    /// What waits directly for what among them, without what follows from the rest.
    pub edges: Vec<EdgeView>,
    /// How many tasks of the chain are not drawn, those that come last.
    pub chain_left_out: usize,
}

/// The beginning of the longest chain, as far as it is among the tasks, and those of them that it waits for directly, as many as
/// there may be and as can be followed; `None` where no chain is among them.
pub fn narrow(plan: &Plan, tasks: &[usize], chain: &[usize], most: usize) -> Option<Narrowed> {
    let all: HashSet<usize> = tasks.iter().copied().collect();
    let mut on: Vec<usize> = chain.iter().copied().filter(|at| all.contains(at)).collect();
    if on.len() < 2 {
        return None;
    }
    let most = most.min(MOST);
    let chain_left_out = on.len().saturating_sub((most * 2 / 3).max(1));
    on.truncate(on.len() - chain_left_out);
    let mut drawn: HashSet<usize> = on.iter().copied().collect();
    for at in on.iter().flat_map(|&at| prerequisites(plan, at)).filter(|at| all.contains(at)) {
        if drawn.len() < most {
            drawn.insert(at);
        }
    }
    let with = |drawn: &HashSet<usize>| {
        let some: Vec<usize> = tasks.iter().copied().filter(|at| drawn.contains(at)).collect();
        let (nodes, edges) = picture(plan, &some, &on);
        Narrowed { nodes, edges, chain_left_out }
    };
    let whole = with(&drawn);
    let is_tangle = whole.edges.len() > ARROWS_PER_BOX * whole.nodes.len();
    Some(if is_tangle { with(&on.iter().copied().collect()) } else { whole })
}

/// The tasks, and what waits directly for what among them. Of the chain each waits for the one before it, even if only through
/// tasks that are not drawn.
fn picture(plan: &Plan, tasks: &[usize], chain: &[usize]) -> (Vec<NodeView>, Vec<EdgeView>) {
    let places: HashMap<usize, usize> = tasks.iter().enumerate().map(|(place, &at)| (at, place)).collect();
    let direct = tasks.iter().enumerate().flat_map(|(to, &at)| {
        let before = prerequisites(plan, at).into_iter().filter_map(|at| places.get(&at).copied());
        before.map(move |from| (from, to)).collect::<Vec<_>>()
    });
    let direct: BTreeSet<(usize, usize)> = direct.collect();
    let steps: HashSet<(usize, usize)> =
        chain.windows(2).map(|pair| (places[&pair[0]], places[&pair[1]])).collect();
    let links: Vec<(usize, usize)> =
        direct.iter().chain(&steps).copied().collect::<BTreeSet<_>>().into_iter().collect();
    let on: HashSet<usize> = chain.iter().copied().collect();
    let node = |&at: &usize| NodeView { critical: on.contains(&at), ..NodeView::of_task(plan, at) };
    let nodes: Vec<NodeView> = tasks.iter().map(node).collect();
    let edge = |&(from, to): &(usize, usize)| EdgeView {
        from: nodes[from].id.clone(),
        to: nodes[to].id.clone(),
        critical: steps.contains(&(from, to)),
        indirect: !direct.contains(&(from, to)),
        settled: nodes[from].status.is_settled(),
    };
    let kept = links.iter().zip(implied(tasks.len(), &links)).filter(|(_, implied)| !implied);
    let edges = kept.map(|(link, _)| edge(link)).collect();
    (nodes, edges)
}

/// The tasks that a task waits for directly.
fn prerequisites(plan: &Plan, at: usize) -> Vec<usize> {
    let blockers = plan.graph.prerequisites(at).into_iter();
    blockers.filter_map(|b| if let Blocker::Task(at) = b { Some(at) } else { None }).collect()
}
