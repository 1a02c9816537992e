//! What a picture promises that was made for people: no more arrows than can be followed, and none that leads back.

use super::whole::ARROWS_PER_BOX;
use super::{GraphSelection, GraphView, NodeKind};
use crate::plan::{Inputs, Plan, circles};
use crate::snapshot::{PlanFile, Snapshot};
use proptest::prelude::*;
use std::collections::HashMap;

/// A plan of tasks, each by its group, its id and what it waits for.
fn plan(tasks: &[(String, String, Vec<String>)]) -> Plan {
    let file = |(group, id, depends): &(String, String, Vec<String>)| PlanFile {
        path: format!(".tasks/{group}/{id}.toml"),
        bytes: format!("title = \"Task {id}\"\ndepends = {depends:?}\n").into_bytes(),
    };
    let snapshot = Snapshot::read(tasks.iter().map(file).collect(), Vec::new());
    let mut inputs = Inputs { snapshot, ..Inputs::default() };
    inputs.history.complete = true;
    Plan::derive(inputs)
}

/// `a1`, `a2` and so on of each group, and these dependencies besides.
fn groups(names: &str, each: usize, depends: &[(&str, &str)]) -> Plan {
    let mut tasks = Vec::new();
    for group in names.split(' ') {
        for number in 1..=each {
            let id = format!("{group}{number}");
            let own = depends.iter().filter(|(after, _)| *after == id);
            let own = own.map(|(_, before)| (*before).to_owned()).collect();
            tasks.push((group.to_owned(), id, own));
        }
    }
    plan(&tasks)
}

fn of(plan: &Plan, most: usize) -> GraphView {
    GraphView::of(plan, &GraphSelection::default(), most)
}

fn told(view: &GraphView) -> (String, String) {
    let mut nodes: Vec<&str> = view.nodes.iter().map(|node| node.id.as_str()).collect();
    let mut edges: Vec<String> = view.edges.iter().map(|edge| format!("{}>{}", edge.from, edge.to)).collect();
    nodes.sort_unstable();
    edges.sort_unstable();
    (nodes.join(" | "), edges.join(" | "))
}

/// Whether every arrow leads on.
fn leads_on(view: &GraphView) -> bool {
    let numbers: HashMap<&str, usize> =
        view.nodes.iter().enumerate().map(|(at, node)| (node.id.as_str(), at)).collect();
    let edges: Vec<(usize, usize)> =
        view.edges.iter().map(|edge| (numbers[edge.from.as_str()], numbers[edge.to.as_str()])).collect();
    circles(view.nodes.len(), &edges).iter().enumerate().all(|(at, &first)| at == first)
}

#[test]
fn groups_that_wait_for_each_other_share_a_box() {
    let plan = groups("a b c d", 3, &[("a3", "b1"), ("b2", "a1"), ("c1", "b3"), ("c1", "a3"), ("d1", "c1")]);
    let view = of(&plan, 6);
    assert_eq!(told(&view), ("a/, b/ | c/ | d/".to_owned(), "a/, b/>c/ | c/>d/".to_owned()));
    assert!(view.folded && !view.narrowed && view.group_count() == 4);
    let shared = view.nodes.iter().find(|node| node.kind == NodeKind::Groups).unwrap();
    assert_eq!((shared.groups.join(" "), shared.title.as_str()), ("a b".to_owned(), "a, b"));
    assert_eq!((shared.counts.unwrap().total, shared.critical), (6, true));
}

/// The second task of each of nine groups waits for the first of the one before it.
fn ring(names: &str) -> Vec<(String, String)> {
    let name = |at: usize| names.split(' ').nth(at % 9).unwrap();
    (0..9).map(|at| (format!("{}2", name(at + 1)), format!("{}1", name(at)))).collect()
}

#[test]
fn of_a_long_chain_the_beginning_is_drawn() {
    let names = "a b c d e f g h i";
    let mut depends = ring(names);
    depends.extend((4..=40).map(|at| (format!("a{at}"), format!("a{}", at - 1))));
    depends.extend((4..=40).map(|at| (format!("a{at}"), format!("b{}", at - 1))));
    let depends: Vec<(&str, &str)> =
        depends.iter().map(|(after, before)| (after.as_str(), before.as_str())).collect();
    let view = of(&groups(names, 40, &depends), 60);
    assert_eq!((view.nodes.len(), view.chain_left_out), (30, 18), "{:?}", told(&view));
    assert!(view.nodes.iter().filter(|node| node.critical).count() == 20 && view.left_out == 330);
}

#[test]
fn of_a_tangle_of_groups_the_longest_chain_is_drawn() {
    let names = "a b c d e f g h i";
    let ring = ring(names);
    let mut depends: Vec<(&str, &str)> =
        ring.iter().map(|(after, before)| (after.as_str(), before.as_str())).collect();
    depends.extend([("c3", "b3"), ("b3", "a3"), ("c3", "i3"), ("i3", "h3")]);
    depends.push(("d3", "c3"));
    let view = of(&groups(names, 3, &depends), 12);
    // What leads directly to the chain is drawn, what leads to that is not.
    let (nodes, edges) = told(&view);
    assert_eq!(nodes, "a3 | b3 | c3 | d3 | i3");
    assert_eq!(edges, "a3>b3 | b3>c3 | c3>d3 | i3>c3");
    assert!(view.narrowed && !view.folded && (view.total, view.left_out) == (27, 22));
    // Within a limit the chain leaves room for what leads to it.
    let few = of(&groups(names, 3, &depends), 9);
    assert_eq!((few.nodes.len(), few.chain_left_out), (5, 0), "{:?}", told(&few));
    // Eight that wait for each other have a box that names them.
    let eight = names.trim_end_matches(" i");
    depends.retain(|(after, before)| !after.starts_with('i') && !before.starts_with('i'));
    depends.push(("a2", "h1"));
    let view = of(&groups(&format!("{eight} j"), 3, &depends), 12);
    assert!(view.folded && (view.nodes.len(), view.group_count()) == (2, 9), "{:?}", told(&view));
}

#[test]
fn of_a_tangle_of_tasks_a_page_draws_the_longest_chain() {
    let many: Vec<String> = (1..=8).map(|at| format!("a{at}")).collect();
    let mut depends: Vec<(&str, &str)> = Vec::new();
    let after: Vec<String> = (1..=8).map(|at| format!("b{at}")).collect();
    for b in &after {
        depends.extend(many.iter().map(|a| (b.as_str(), a.as_str())));
    }
    let plan = groups("a b", 8, &depends);
    assert_eq!(of(&plan, 60).edges.len(), 64, "whoever asks for a graph gets it");
    let view = GraphView::readable(&plan, 60);
    assert!(view.narrowed && view.edges.len() == 8 && view.nodes.len() == 9, "{:?}", told(&view));
}

proptest! {
    #[test]
    fn no_picture_of_a_large_plan_is_a_hairball(
        drawn in prop::collection::vec((0_usize..7, prop::collection::vec(0_usize..1000, 0..4)), 30..60),
    ) {
        let task = |(at, (group, before)): (usize, &(usize, Vec<usize>))| {
            let before = before.iter().filter(|_| at > 0).map(|other| (other % at).to_string()).collect();
            (format!("g{group}"), at.to_string(), before)
        };
        let plan = plan(&drawn.iter().enumerate().map(task).collect::<Vec<_>>());
        let view = of(&plan, 25);
        prop_assert!(view.nodes.len() <= 25, "{:?}", told(&view));
        prop_assert!(view.edges.len() <= ARROWS_PER_BOX * view.nodes.len(), "{:?}", told(&view));
        prop_assert!(leads_on(&view), "{:?}", told(&view));
    }
}
