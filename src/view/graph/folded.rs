//! Groups that stand for their tasks.

use super::whole::{EdgeView, NodeKind, NodeView};
use crate::plan::{Plan, Vertex, implied};
use std::collections::{BTreeMap, HashMap};

/// A node for each group that one of the tasks is in, and the arrows among them; `None` where groups do not help: there is
/// but one, or there are too many of them as well.
pub fn fold(
    plan: &Plan,
    tasks: &[usize],
    chain: &[usize],
    most: usize,
) -> Option<(Vec<NodeView>, Vec<EdgeView>)> {
    let names = (1..=deepest(plan, tasks)).rev().map(|depth| names(plan, tasks, depth));
    let names = names.into_iter().find(|names| names.len() <= most).filter(|names| names.len() > 1)?;
    let place = |at: usize| {
        let own = plan.entry(at).group.as_str();
        std::iter::successors(Some(own), |name| name.rsplit_once('/').map(|(outer, _)| outer))
            .find_map(|name| names.get(name))
            .copied()
    };
    let node = |(name, &at): (&&str, &usize)| {
        (at, NodeView::of_group(plan, name, NodeKind::Group, |task| place(task) == Some(at)))
    };
    let mut nodes: Vec<(usize, NodeView)> = names.iter().map(node).collect();
    nodes.sort_by_key(|(place, _)| *place);
    let mut nodes: Vec<NodeView> = nodes.into_iter().map(|(_, node)| node).collect();
    for place in chain.iter().filter_map(|&at| place(at)) {
        nodes[place].critical = true;
    }
    let steps: Vec<(usize, usize)> =
        chain.windows(2).filter_map(|pair| Some((place(pair[0])?, place(pair[1])?))).collect();
    let edges: Vec<(usize, usize)> =
        links(plan, tasks, place).into_iter().filter(|(from, to)| from != to).collect();
    let implied = implied(nodes.len(), &edges);
    let edge = |&(from, to): &(usize, usize)| EdgeView {
        from: nodes[from].id.clone(),
        to: nodes[to].id.clone(),
        critical: steps.contains(&(from, to)),
        indirect: false,
        settled: nodes[from].status.is_settled(),
    };
    let kept = edges.iter().zip(implied).filter(|(_, implied)| !implied);
    let edges = kept.map(|(pair, _)| edge(pair)).collect();
    Some((nodes, edges))
}

/// How deep the groups of the tasks nest.
fn deepest(plan: &Plan, tasks: &[usize]) -> usize {
    tasks.iter().map(|&at| plan.entry(at).group.with_outer().count()).max().unwrap_or(0)
}

/// The groups of the tasks, no deeper than that, numbered in the order in which the tasks come.
fn names<'p>(plan: &'p Plan, tasks: &[usize], depth: usize) -> HashMap<&'p str, usize> {
    let mut names = HashMap::new();
    for &at in tasks {
        let own = plan.entry(at).group.as_str();
        let cut = own.match_indices('/').nth(depth - 1).map_or(own, |(slash, _)| &own[..slash]);
        let next = names.len();
        names.entry(cut).or_insert(next);
    }
    names
}

/// Which groups wait for which: a group that is depended on as a whole leads from where its tasks are.
fn links(plan: &Plan, tasks: &[usize], place: impl Fn(usize) -> Option<usize>) -> Vec<(usize, usize)> {
    let network = plan.network(tasks);
    let mut through: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
    let mut links = Vec::new();
    for link in &network.links {
        match (&network.vertices[link.before], &network.vertices[link.after]) {
            (Vertex::Task(from), Vertex::Task(to)) => links.extend(place(*from).zip(place(*to))),
            (Vertex::Task(from), Vertex::Group(_)) => {
                through.entry(link.after).or_default().extend(place(*from));
            }
            (Vertex::Group(_), _) => {}
        }
    }
    for link in &network.links {
        let from = ends(&network, link.before, &through);
        if let (Vertex::Group(_), Vertex::Task(to)) =
            (&network.vertices[link.before], &network.vertices[link.after])
        {
            links.extend(from.into_iter().filter_map(|from| Some((from, place(*to)?))));
        }
    }
    links.sort_unstable();
    links.dedup();
    links
}

/// The folded groups that lead to the end of a group, those through the ends of its subgroups included.
fn ends(network: &crate::plan::Network, end: usize, through: &BTreeMap<usize, Vec<usize>>) -> Vec<usize> {
    let mut found = Vec::new();
    let (mut stack, mut seen) = (vec![end], std::collections::HashSet::new());
    while let Some(at) = stack.pop() {
        if seen.insert(at) {
            found.extend(through.get(&at).into_iter().flatten());
            let is_end = |at: usize| matches!(network.vertices[at], Vertex::Group(_));
            let inner = network.links.iter().filter(|link| link.after == at && is_end(link.before));
            stack.extend(inner.map(|link| link.before));
        }
    }
    found.sort_unstable();
    found.dedup();
    found
}
