//! Groups that stand for their tasks.

use super::whole::{ARROWS_PER_BOX, EdgeView, NodeKind, NodeView};
use crate::plan::{Plan, Vertex, circles, implied};
use std::collections::{BTreeMap, BTreeSet, HashMap};

/// How many groups that wait for each other a box stands for at most; the names of more would not fit into it.
const MOST_IN_A_CIRCLE: usize = 8;

/// What comes of drawing groups for their tasks.
pub enum Folded {
    /// Boxes for groups, and the arrows among them; no arrow leads back.
    Drawn(Vec<NodeView>, Vec<EdgeView>),
    /// The groups wait for each other in so many ways that nobody could follow the arrows.
    Tangled,
    /// Groups do not help: there is but one, or there are too many of them as well.
    Unfit,
}

/// A node for each group that one of the tasks is in, as deep as the limits allow, and the arrows among them. Groups that
/// wait for each other share a node.
pub fn fold(plan: &Plan, tasks: &[usize], chain: &[usize], most: usize) -> Folded {
    let mut is_tangled = false;
    for depth in (1..=deepest(plan, tasks)).rev() {
        let names = names(plan, tasks, depth);
        if (2..=most).contains(&names.len()) {
            match fold_into(plan, tasks, chain, &names) {
                Some((nodes, edges)) => return Folded::Drawn(nodes, edges),
                None => is_tangled = true,
            }
        }
    }
    if is_tangled { Folded::Tangled } else { Folded::Unfit }
}

/// The picture of these groups, unless it is a tangle.
fn fold_into(
    plan: &Plan,
    tasks: &[usize],
    chain: &[usize],
    names: &HashMap<&str, usize>,
) -> Option<(Vec<NodeView>, Vec<EdgeView>)> {
    let group = |at: usize| {
        let own = plan.entry(at).group.as_str();
        std::iter::successors(Some(own), |name| name.rsplit_once('/').map(|(outer, _)| outer))
            .find_map(|name| names.get(name))
            .copied()
    };
    let links = links(plan, tasks, group);
    let circles = circles(names.len(), &links);
    let leaders: BTreeSet<usize> = circles.iter().copied().collect();
    let boxes: HashMap<usize, usize> = leaders.iter().enumerate().map(|(at, &leader)| (leader, at)).collect();
    let place = |at: usize| Some(boxes[&circles[group(at)?]]);
    let mut members: Vec<Vec<&str>> = vec![Vec::new(); boxes.len()];
    let mut first = vec![usize::MAX; names.len()];
    for (own, &at) in tasks.iter().filter_map(|at| Some((group(*at)?, at))) {
        first[own] = first[own].min(at);
    }
    // A box names its groups as the plan has them, not as work on them begins.
    let mut in_order: Vec<(&str, usize)> = names.iter().map(|(&name, &at)| (name, at)).collect();
    in_order.sort_by_key(|(_, at)| first[*at]);
    for (name, at) in in_order {
        members[boxes[&circles[at]]].push(name);
    }
    if members.len() < 2 || members.iter().any(|members| members.len() > MOST_IN_A_CIRCLE) {
        return None;
    }
    let edges: BTreeSet<(usize, usize)> = links
        .into_iter()
        .map(|(from, to)| (boxes[&circles[from]], boxes[&circles[to]]))
        .filter(|(from, to)| from != to)
        .collect();
    let edges: Vec<(usize, usize)> = edges.into_iter().collect();
    let kept = edges.iter().zip(implied(members.len(), &edges)).filter(|(_, implied)| !implied);
    let kept: Vec<(usize, usize)> = kept.map(|(pair, _)| *pair).collect();
    if kept.len() > ARROWS_PER_BOX * members.len() {
        return None;
    }
    let node = |(at, names): (usize, &Vec<&str>)| {
        let inside = |task: usize| place(task) == Some(at);
        let node = match names.as_slice() {
            [name] => NodeView::of_group(plan, name, NodeKind::Group, inside),
            names => NodeView::of_groups(plan, names, inside),
        };
        NodeView { critical: chain.iter().any(|&task| place(task) == Some(at)), ..node }
    };
    let nodes: Vec<NodeView> = members.iter().enumerate().map(node).collect();
    let steps: Vec<(usize, usize)> =
        chain.windows(2).filter_map(|pair| Some((place(pair[0])?, place(pair[1])?))).collect();
    let edge = |(from, to): (usize, usize)| EdgeView {
        from: nodes[from].id.clone(),
        to: nodes[to].id.clone(),
        critical: steps.contains(&(from, to)),
        indirect: false,
        settled: nodes[from].status.is_settled(),
    };
    let edges = kept.into_iter().map(edge).collect();
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
