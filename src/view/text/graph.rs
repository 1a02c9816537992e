//! Dependencies as a tree.

use super::parts::{count, mark_of};
use crate::view::{EdgeView, GraphView, NodeKind, NodeView, Paint, Screen, width_of, wrap};
use std::collections::HashMap;

/// The least room for a title, in columns: what is deeper than that allows is not indented further.
const LEAST_TITLE: usize = 18;
/// How much of an id is shown, in columns.
const LONGEST_ID: usize = 24;

/// What comes first above, and below it what waits for it. A task that waits for several stands below the one that is
/// farthest from a beginning, and names the others.
pub fn graph(view: &GraphView, screen: &mut Screen) {
    if view.nodes.is_empty() {
        screen.put(Paint::Dim, "nothing to draw").line();
        return;
    }
    let tree = Tree::new(view);
    // An explicit stack: a chain of ten thousand tasks is a tree of that depth.
    let mut stack: Vec<(usize, Vec<bool>)> =
        tree.roots.iter().rev().map(|&root| (root, Vec::new())).collect();
    while let Some((at, lines)) = stack.pop() {
        tree.row(at, &lines, screen);
        let below = &tree.below[at];
        for (place, &next) in below.iter().enumerate().rev() {
            let mut lines = lines.clone();
            lines.push(place + 1 < below.len());
            stack.push((next, lines));
        }
    }
    footer(view, screen);
}

/// The nodes as a forest.
struct Tree<'a> {
    view: &'a GraphView,
    roots: Vec<usize>,
    below: Vec<Vec<usize>>,
    /// For each node what it waits for besides the node above it.
    besides: Vec<Vec<&'a str>>,
}

impl<'a> Tree<'a> {
    fn new(view: &'a GraphView) -> Self {
        let numbers: HashMap<&str, usize> =
            view.nodes.iter().enumerate().map(|(at, node)| (node.id.as_str(), at)).collect();
        let mut before: Vec<Vec<(usize, &EdgeView)>> = vec![Vec::new(); view.nodes.len()];
        for edge in &view.edges {
            if let (Some(&from), Some(&to)) = (numbers.get(edge.from.as_str()), numbers.get(edge.to.as_str()))
            {
                before[to].push((from, edge));
            }
        }
        let depths = depths(&before);
        let mut tree = Self {
            view,
            roots: Vec::new(),
            below: vec![Vec::new(); view.nodes.len()],
            besides: vec![Vec::new(); view.nodes.len()],
        };
        for (at, before) in before.iter().enumerate() {
            // What lies on a cycle has no depth, and nothing may stand below itself.
            let above = before
                .iter()
                .filter(|(from, _)| depths[*from] < depths[at])
                .max_by_key(|(from, edge)| (edge.critical, depths[*from], std::cmp::Reverse(*from)))
                .map(|(from, _)| *from);
            match above {
                Some(above) => tree.below[above].push(at),
                None => tree.roots.push(at),
            }
            let others = before.iter().filter(|(from, _)| Some(*from) != above);
            tree.besides[at] = others.map(|(from, _)| view.nodes[*from].id.as_str()).collect();
        }
        tree
    }

    /// A node, and what there is to say of it: beside its title where there is room, else below.
    fn row(&self, at: usize, lines: &[bool], screen: &mut Screen) {
        let node = &self.view.nodes[at];
        let id = match node.kind {
            NodeKind::GroupEnd => format!("all of {}", node.id),
            NodeKind::Group if node.group.is_empty() => "no group".to_owned(),
            NodeKind::Groups => count(node.groups.len(), "group"),
            NodeKind::Task | NodeKind::Group => node.id.clone(),
        };
        // The same for every row, or the lines would not meet.
        let deepest = screen.width().saturating_sub(LEAST_TITLE + 8) / 2;
        let shown = &lines[lines.len().saturating_sub(deepest.max(1))..];
        let (branch, below) = prefixes(shown, !self.below[at].is_empty());
        let (mark, paint) = mark_of(node.status);
        screen.put(Paint::Dim, &branch).put(paint, mark).plain(" ");
        screen.cut(if node.critical { Paint::Bad } else { Paint::Id }, &id, LONGEST_ID);
        screen.put(Paint::Bad, if node.critical { "*" } else { " " });
        let start = width_of(&branch) + width_of(&id).min(LONGEST_ID) + 3;
        let is_said = node.kind == NodeKind::GroupEnd
            || (node.kind == NodeKind::Group && (node.group.is_empty() || node.title == node.group));
        let title = if is_said { "" } else { &node.title };
        let faded = if node.status.is_settled() { Paint::Dim } else { Paint::Plain };
        if !title.is_empty() {
            let room = screen.width().saturating_sub(start + 1);
            screen.plain(" ").cut(faded, title, room);
        }
        let aside = self.aside(at);
        let is_beside = start + 1 + width_of(title) + 2 + width_of(&aside) <= screen.at_most(screen.width());
        if !aside.is_empty() && is_beside {
            screen.plain(if title.is_empty() { " " } else { "  " }).put(Paint::Dim, &aside);
        } else if !aside.is_empty() {
            let room = screen.width().saturating_sub(width_of(&below));
            for line in wrap(&aside, room, usize::MAX) {
                screen.line().put(Paint::Dim, &below).put(Paint::Dim, &line);
            }
        }
        screen.line();
    }

    /// What a node waits for besides, and how a group stands.
    fn aside(&self, at: usize) -> String {
        let node = &self.view.nodes[at];
        let mut words: Vec<String> = Vec::new();
        words.extend(node.counts.map(|counts| format!("{} of {} settled", counts.settled, counts.total)));
        let besides = &self.besides[at];
        if !besides.is_empty() {
            let some: Vec<&str> = besides.iter().take(4).copied().collect();
            let more = match besides.len() - some.len() {
                0 => String::new(),
                more => format!(" and {more} more"),
            };
            words.push(format!("also after {}{more}", some.join(", ")));
        }
        words.extend(node.overdue.then(|| "overdue".to_owned()));
        words.join("; ")
    }
}

/// What stands before a node, and before what is said of it on the line below.
fn prefixes(lines: &[bool], has_below: bool) -> (String, String) {
    let (mut branch, mut below) = (String::new(), String::new());
    for (depth, &goes_on) in lines.iter().enumerate() {
        let level = if goes_on { "\u{2502} " } else { "  " };
        branch.push_str(match (depth + 1 == lines.len(), goes_on) {
            (true, true) => "\u{251c}\u{2500}",
            (true, false) => "\u{2514}\u{2500}",
            (false, _) => level,
        });
        below.push_str(level);
    }
    below.push_str(if has_below { "\u{2502} " } else { "  " });
    (branch, below)
}

/// For each node how many others are on the longest way to it; for what lies on a cycle, or behind one, the greatest number.
fn depths(before: &[Vec<(usize, &EdgeView)>]) -> Vec<usize> {
    let mut after = vec![Vec::new(); before.len()];
    for (at, before) in before.iter().enumerate() {
        for (from, _) in before {
            after[*from].push(at);
        }
    }
    let mut open: Vec<usize> = before.iter().map(Vec::len).collect();
    let mut order: Vec<usize> = (0..before.len()).filter(|&at| open[at] == 0).collect();
    let mut depths = vec![usize::MAX; before.len()];
    for &at in &order {
        depths[at] = 0;
    }
    let mut next = 0;
    while let Some(&at) = order.get(next) {
        next += 1;
        for &to in &after[at] {
            open[to] -= 1;
            if open[to] == 0 {
                depths[to] = before[to].iter().map(|(from, _)| depths[*from] + 1).max().unwrap_or(0);
                order.push(to);
            }
        }
    }
    depths
}

fn footer(view: &GraphView, screen: &mut Screen) {
    let is = |kind: NodeKind| move |node: &&NodeView| node.kind == kind;
    let tasks = view.nodes.iter().filter(is(NodeKind::Task)).count();
    let groups = view.group_count();
    let what = if view.folded {
        format!("{} in {}", count(view.total, "task"), count(groups, "group"))
    } else {
        count(tasks, "task")
    };
    let critical = if view.nodes.iter().any(|node| node.critical) { "; * on the critical path" } else { "" };
    screen.line().paragraph(Paint::Dim, &format!("{what}{critical}"), 0);
}
