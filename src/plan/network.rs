//! The dependencies among some of the tasks, as few as say it all.

use super::edges::Edges;
use super::whole::Plan;
use crate::model::GroupName;
use std::collections::{BTreeMap, BTreeSet, HashMap};

/// Some tasks of a plan and who waits for whom among them, without what follows from the rest: where C waits for B and B
/// for A, that C waits for A as well is left out.
#[derive(Debug, Clone, Default)]
pub struct Network {
    /// The tasks, in the order in which they were asked for; then groups.
    pub vertices: Vec<Vertex>,
    /// Who waits for whom, in no particular order.
    pub links: Vec<Link>,
}

/// What a link leads from or to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Vertex {
    /// A task, by its position in the snapshot.
    Task(usize),
    /// The end of a group: reached once all its tasks are settled. It is there where several tasks lead to it and it leads
    /// to several, so that their product need not be drawn.
    Group(GroupName),
}

/// A dependency, between positions in [`Network::vertices`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Link {
    /// What comes first.
    pub before: usize,
    /// What waits for it.
    pub after: usize,
    /// Whether it leads through open tasks that are not in the network.
    pub indirect: bool,
}

impl Plan {
    /// The dependencies among tasks of the plan. A settled task that is not among them holds nobody up, so nothing leads
    /// through it.
    pub fn network(&self, tasks: &[usize]) -> Network {
        let groups: Vec<(usize, &GroupName)> = self.graph.awaited_groups().collect();
        let nodes: Vec<usize> = tasks.iter().copied().chain(groups.iter().map(|(node, _)| *node)).collect();
        let places: HashMap<usize, usize> = nodes.iter().enumerate().map(|(at, &node)| (node, at)).collect();
        let mut seen = vec![usize::MAX; self.graph.node_count()];
        let mut links = BTreeMap::new();
        for (after, &node) in nodes.iter().enumerate() {
            self.links_to(node, after, &places, &mut seen, &mut links);
        }
        let links = without_implied(nodes.len(), links);
        let (links, kept) = without_joints(tasks.len(), nodes.len(), links);
        let links = without_implied(nodes.len(), links);
        let mut vertices: Vec<Vertex> = tasks.iter().map(|&task| Vertex::Task(task)).collect();
        let mut moved: HashMap<usize, usize> = (0..tasks.len()).map(|at| (at, at)).collect();
        for at in kept {
            moved.insert(at, vertices.len());
            vertices.push(Vertex::Group(groups[at - tasks.len()].1.clone()));
        }
        let link = |((before, after), indirect): ((usize, usize), bool)| {
            Some(Link { before: *moved.get(&before)?, after: *moved.get(&after)?, indirect })
        };
        Network { vertices, links: links.into_iter().filter_map(link).collect() }
    }

    /// Finds what a node waits for among the places, through groups and through open tasks that have no place.
    fn links_to(
        &self,
        node: usize,
        after: usize,
        places: &HashMap<usize, usize>,
        seen: &mut [usize],
        links: &mut BTreeMap<(usize, usize), bool>,
    ) {
        seen[node] = after;
        let (mut direct, mut indirect) = (self.graph.waits_for(node).to_vec(), Vec::new());
        loop {
            // What can be reached directly is looked at first, and stays direct.
            let (next, is_indirect) = match direct.pop() {
                Some(next) => (next, false),
                None => match indirect.pop() {
                    Some(next) => (next, true),
                    None => return,
                },
            };
            if std::mem::replace(&mut seen[next], after) == after {
                continue;
            }
            if let Some(&before) = places.get(&next) {
                links.entry((before, after)).or_insert(is_indirect);
            } else if next >= self.states.len() {
                let stack = if is_indirect { &mut indirect } else { &mut direct };
                stack.extend(self.graph.waits_for(next));
            } else if !self.states[next].status.is_settled() {
                indirect.extend(self.graph.waits_for(next));
            }
        }
    }
}

/// For each of some edges whether it follows from others: its two ends are connected by a longer way as well. Edges
/// within a cycle follow from nothing.
pub fn implied(vertices: usize, edges: &[(usize, usize)]) -> Vec<bool> {
    // Components come out in reverse topological order; within one there is no order to speak of.
    let mut rank = vec![0; vertices];
    let components = Edges::new(vertices, edges.iter().copied()).components(|_| true);
    for (at, component) in components.iter().enumerate() {
        for &node in component {
            rank[node] = components.len() - at;
        }
    }
    let mut before: Vec<Vec<usize>> = vec![Vec::new(); vertices];
    edges.iter().filter(|(from, to)| rank[*from] < rank[*to]).for_each(|&(from, to)| before[to].push(from));
    let mut reached = vec![usize::MAX; vertices];
    let mut implied = std::collections::HashSet::new();
    for (vertex, direct) in before.iter().enumerate().filter(|(_, direct)| direct.len() > 1) {
        let first = direct.iter().map(|&other| rank[other]).min().unwrap_or(0);
        let mut stack: Vec<usize> = direct.iter().flat_map(|&other| before[other].iter().copied()).collect();
        while let Some(other) = stack.pop() {
            if rank[other] >= first && std::mem::replace(&mut reached[other], vertex) != vertex {
                stack.extend(&before[other]);
            }
        }
        implied
            .extend(direct.iter().filter(|&&other| reached[other] == vertex).map(|&other| (other, vertex)));
    }
    edges.iter().map(|edge| implied.contains(edge)).collect()
}

type Links = BTreeMap<(usize, usize), bool>;

fn without_implied(vertices: usize, links: Links) -> Links {
    let edges: Vec<(usize, usize)> = links.keys().copied().collect();
    let implied = implied(vertices, &edges);
    links.into_iter().zip(implied).filter(|(_, implied)| !implied).map(|(link, _)| link).collect()
}

/// Takes out the groups that save no links, and joins what they connected; gives those that are left.
fn without_joints(tasks: usize, vertices: usize, mut links: Links) -> (Links, Vec<usize>) {
    let mut kept = Vec::new();
    let mut turned: BTreeSet<(usize, usize)> = links.keys().map(|&(before, after)| (after, before)).collect();
    for joint in tasks..vertices {
        let before: Vec<(usize, bool)> = turned
            .range((joint, 0)..=(joint, usize::MAX))
            .map(|&(_, before)| (before, links[&(before, joint)]))
            .collect();
        let after: Vec<(usize, bool)> =
            links.range((joint, 0)..=(joint, usize::MAX)).map(|(link, &i)| (link.1, i)).collect();
        if before.len() > 1 && after.len() > 1 {
            kept.push(joint);
            continue;
        }
        let into = before.iter().map(|&(first, _)| (first, joint));
        for link in into.chain(after.iter().map(|&(last, _)| (joint, last))) {
            links.remove(&link);
            turned.remove(&(link.1, link.0));
        }
        for &(first, first_indirect) in &before {
            for &(last, last_indirect) in after.iter().filter(|(last, _)| *last != first) {
                let indirect = first_indirect || last_indirect;
                turned.insert((last, first));
                links.entry((first, last)).and_modify(|old| *old &= indirect).or_insert(indirect);
            }
        }
    }
    (links, kept)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::plan::Inputs;
    use proptest::prelude::*;

    fn plan(files: &[(&str, &str)]) -> Plan {
        let titled: Vec<_> =
            files.iter().map(|(path, text)| (path, format!("title = \"t\"\n{text}"))).collect();
        Plan::derive(Inputs::sample(&titled))
    }

    /// The links among the tasks of those ids, `1>2` for 2 waiting for 1, `1~2` where tasks are between them.
    fn links(plan: &Plan, ids: &str) -> String {
        let tasks: Vec<usize> =
            ids.split(' ').map(|id| plan.position(&id.parse().unwrap()).unwrap()).collect();
        let network = plan.network(&tasks);
        let name = |at: usize| match &network.vertices[at] {
            Vertex::Task(at) => plan.entry(*at).id.to_string(),
            Vertex::Group(name) => format!("{name}/"),
        };
        let link = |link: &Link| {
            format!("{}{}{}", name(link.before), if link.indirect { "~" } else { ">" }, name(link.after))
        };
        let mut links: Vec<String> = network.links.iter().map(link).collect();
        links.sort();
        links.join(" ")
    }

    #[test]
    fn what_follows_is_left_out_and_what_is_hidden_is_passed() {
        let plan = plan(&[
            ("1", ""),
            ("2", "depends = [\"1\"]"),
            ("3", "depends = [\"1\", \"2\"]"),
            ("4", "depends = [\"3\"]\nstatus = \"completed\""),
            ("5", "depends = [\"4\"]"),
        ]);
        assert_eq!(links(&plan, "1 2 3"), "1>2 2>3");
        assert_eq!(links(&plan, "1 3"), "1>3");
        assert_eq!(links(&plan, "3 4 5"), "3>4 4>5");
        assert_eq!(links(&plan, "3 5"), "", "a settled task holds nobody up");
    }

    #[test]
    fn a_way_through_an_open_task_is_indirect() {
        let plan = plan(&[("1", ""), ("2", "depends = [\"1\"]"), ("3", "depends = [\"2\"]")]);
        assert_eq!(links(&plan, "1 3"), "1~3");
    }

    #[test]
    fn a_group_is_drawn_where_it_saves_lines() {
        let many = plan(&[
            ("a/1", ""),
            ("a/2", ""),
            ("a/3", "depends = [\"2\"]"),
            ("b/group", "depends = [\"a/\"]"),
            ("b/4", ""),
            ("b/5", ""),
            ("b/6", "depends = [\"5\"]"),
        ]);
        assert_eq!(links(&many, "1 2 3 4 5 6"), "1>a/ 2>3 3>a/ 5>6 a/>4 a/>5");
        let one = plan(&[("a/1", ""), ("a/2", ""), ("3", "depends = [\"a/\"]")]);
        assert_eq!(links(&one, "1 2 3"), "1>3 2>3");
    }

    #[test]
    fn a_cycle_keeps_its_links() {
        let round =
            plan(&[("1", "depends = [\"3\"]"), ("2", "depends = [\"1\"]"), ("3", "depends = [\"2\"]")]);
        assert_eq!(links(&round, "1 2 3"), "1>2 2>3 3>1");
    }

    proptest! {
        #[test]
        fn reduction_keeps_who_waits_for_whom(edges in prop::collection::vec((0_usize..9, 0_usize..9), 0..30)) {
            let edges: Vec<(usize, usize)> = edges.into_iter().filter(|(a, b)| a < b).collect();
            let reach = |edges: &[(usize, usize)]| {
                let mut reach = [[false; 9]; 9];
                for &(a, b) in edges {
                    reach[a][b] = true;
                }
                for k in 0..9 { for a in 0..9 { for b in 0..9 { reach[a][b] |= reach[a][k] && reach[k][b]; } } }
                reach
            };
            let implied = implied(9, &edges);
            let kept: Vec<(usize, usize)> = edges.iter().zip(&implied).filter(|(_, i)| !**i).map(|(e, _)| *e).collect();
            prop_assert_eq!(reach(&kept), reach(&edges));
            for &(a, b) in &kept {
                let rest: Vec<(usize, usize)> = kept.iter().copied().filter(|&e| e != (a, b)).collect();
                prop_assert!(!reach(&rest)[a][b], "{} to {} follows from the rest", a, b);
            }
        }
    }
}
