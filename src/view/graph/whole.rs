//! The answer of `tasks graph`.

use super::folded::{Folded, fold};
use super::narrowed::{Narrowed, narrow};
use super::selection::GraphSelection;
use crate::model::{GroupName, Status};
use crate::plan::{Network, Plan, Vertex};
use crate::view::Head;
use schemars::JsonSchema;
use serde::Serialize;
use std::collections::HashSet;

/// How many arrows a picture that was made for people has at most for each box; with more nobody can follow one.
pub const ARROWS_PER_BOX: usize = 2;

/// The answer of `tasks graph`: boxes, and arrows from what comes first to what waits for it. An arrow that follows from
/// others is left out.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct GraphView {
    /// Of what it speaks.
    #[serde(flatten)]
    pub head: Head,
    /// How many tasks fit the selection.
    pub total: usize,
    /// Whether there were too many to draw, so that groups stand for their tasks.
    pub folded: bool,
    /// Whether only the longest chain of remaining work is drawn, with the tasks that lead directly to it, because all
    /// arrows together would be more than anybody can follow.
    pub narrowed: bool,
    /// Where it is `narrowed`, how many tasks of the chain are not drawn, those that come last.
    pub chain_left_out: usize,
    /// How many of the tasks are not drawn, neither themselves nor by their group; unless `narrowed`, those that come last.
    pub left_out: usize,
    /// The boxes, in the order in which to take the tasks, settled ones last.
    pub nodes: Vec<NodeView>,
    /// The arrows.
    pub edges: Vec<EdgeView>,
}

/// What a box stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum NodeKind {
    /// A task.
    Task,
    /// All tasks of a group, where there are too many to draw.
    Group,
    /// All tasks of several groups that wait for each other.
    Groups,
    /// The end of a group: reached once all its tasks are settled.
    GroupEnd,
}

/// A box.
#[expect(clippy::struct_excessive_bools, reason = "each is a field of the answer")]
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct NodeView {
    /// The task's id, or the group's name with a slash; of several groups all of them.
    pub id: String,
    /// What it stands for.
    pub kind: NodeKind,
    /// The title of the task or of the group; the names of several groups.
    pub title: String,
    /// The name of the task's group, or of the group; empty for none, and for several.
    pub group: String,
    /// The names of the groups that wait for each other, where the box stands for several; else empty.
    pub groups: Vec<String>,
    /// The status of the task; of a group it is completed, in progress, pending where a task is ready, or blocked.
    pub status: Status,
    /// Whether the task, or one of the group, can be begun now.
    pub ready: bool,
    /// Not settled although its date has passed.
    pub overdue: bool,
    /// Whether it is part of the longest chain of remaining work.
    pub critical: bool,
    /// Whether it is the task that was asked for.
    pub focus: bool,
    /// How a group's tasks stand; null for a task.
    pub counts: Option<GroupCounts>,
}

/// How the tasks of a group stand, archived ones left out.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, JsonSchema)]
pub struct GroupCounts {
    /// All of them.
    pub total: usize,
    /// Completed or cancelled.
    pub settled: usize,
    /// Begun.
    pub in_progress: usize,
    /// Pending with every dependency settled.
    pub ready: usize,
    /// Everything else.
    pub waiting: usize,
}

/// An arrow.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct EdgeView {
    /// The id of the node that comes first.
    pub from: String,
    /// The id of the node that waits for it.
    pub to: String,
    /// Whether it is part of the longest chain of remaining work.
    pub critical: bool,
    /// Whether it leads through open tasks that are not drawn.
    pub indirect: bool,
    /// Whether what comes first is settled, so that it holds nobody up.
    pub settled: bool,
}

impl GraphView {
    /// The picture of some of the plan's tasks, of at most `most` boxes, the ends of groups not counted. Where there are
    /// more tasks, the groups stand for theirs, as deep as they can; where their arrows would be a tangle, the longest
    /// chain of remaining work is drawn instead; where groups do not help, the tasks that come last are left out.
    pub fn of(plan: &Plan, selection: &GraphSelection, most: usize) -> Self {
        let mut tasks = selection.tasks(plan);
        let total = tasks.len();
        let chain = chain(plan);
        if total > most {
            match fold(plan, &tasks, &chain, most) {
                Folded::Drawn(nodes, edges) => {
                    let head = Head::of(plan);
                    let view = Self::of_nodes(head, total, nodes, edges);
                    return Self { folded: true, ..view };
                }
                Folded::Tangled => {
                    if let Some(narrowed) = Self::narrowed(plan, &tasks, &chain, most) {
                        return narrowed;
                    }
                }
                Folded::Unfit => {}
            }
        }
        tasks.truncate(most);
        Self::of_tasks(plan, selection, &tasks, &chain, total)
    }

    /// The picture of what remains for people to look at, of at most `most` boxes: as [`GraphView::of`], but a tangle of
    /// tasks is not drawn either.
    pub fn readable(plan: &Plan, most: usize) -> Self {
        let selection = GraphSelection::default();
        let whole = Self::of(plan, &selection, most);
        if !whole.is_tangle() {
            return whole;
        }
        let tasks = selection.tasks(plan);
        Self::narrowed(plan, &tasks, &chain(plan), most).unwrap_or(whole)
    }

    /// How many groups stand for their tasks.
    pub fn group_count(&self) -> usize {
        let groups = |node: &NodeView| match node.kind {
            NodeKind::Group => 1,
            NodeKind::Groups => node.groups.len(),
            NodeKind::Task | NodeKind::GroupEnd => 0,
        };
        self.nodes.iter().map(groups).sum()
    }

    /// Whether there are more arrows than anybody can follow.
    fn is_tangle(&self) -> bool {
        self.edges.len() > ARROWS_PER_BOX * self.nodes.len()
    }

    /// The picture of the longest chain, and what leads directly to it; `None` where no chain is among the tasks.
    fn narrowed(plan: &Plan, tasks: &[usize], chain: &[usize], most: usize) -> Option<Self> {
        let Narrowed { nodes, edges, chain_left_out } = narrow(plan, tasks, chain, most)?;
        let left_out = tasks.len() - nodes.len();
        let view = Self::of_nodes(Head::of(plan), tasks.len(), nodes, edges);
        Some(Self { narrowed: true, chain_left_out, left_out, ..view })
    }

    /// The picture of these of `total` tasks.
    fn of_tasks(
        plan: &Plan,
        selection: &GraphSelection,
        tasks: &[usize],
        chain: &[usize],
        total: usize,
    ) -> Self {
        let network = plan.network(tasks);
        let critical = critical(&network, chain);
        let focus = selection.focus.map(|(task, _)| task);
        let node = |(vertex, critical): (&Vertex, &bool)| match vertex {
            Vertex::Task(at) => {
                NodeView { critical: *critical, focus: focus == Some(*at), ..NodeView::of_task(plan, *at) }
            }
            Vertex::Group(name) => {
                let kind = NodeKind::GroupEnd;
                let inside = |at: usize| plan.entry(at).group.is_within(name);
                NodeView { critical: *critical, ..NodeView::of_group(plan, name.as_str(), kind, inside) }
            }
        };
        let nodes: Vec<NodeView> = network.vertices.iter().zip(&critical).map(node).collect();
        let edge = |link: &crate::plan::Link| EdgeView {
            from: nodes[link.before].id.clone(),
            to: nodes[link.after].id.clone(),
            critical: critical[link.before] && critical[link.after],
            indirect: link.indirect,
            settled: nodes[link.before].status.is_settled(),
        };
        let mut links = network.links.clone();
        links.sort_unstable();
        let edges = links.iter().map(edge).collect();
        let left_out = total - tasks.len();
        Self { left_out, ..Self::of_nodes(Head::of(plan), total, nodes, edges) }
    }

    /// A picture of all that there is to draw.
    fn of_nodes(head: Head, total: usize, nodes: Vec<NodeView>, edges: Vec<EdgeView>) -> Self {
        Self { head, total, folded: false, narrowed: false, chain_left_out: 0, left_out: 0, nodes, edges }
    }
}

impl NodeView {
    /// The node of a task, without what depends on the others.
    pub(super) fn of_task(plan: &Plan, at: usize) -> Self {
        let (entry, state) = (plan.entry(at), &plan.states[at]);
        Self {
            id: entry.id.to_string(),
            kind: NodeKind::Task,
            title: entry.task.title.clone(),
            group: entry.group.to_string(),
            groups: Vec::new(),
            status: state.status,
            ready: state.is_ready(),
            overdue: plan.is_overdue(at),
            critical: false,
            focus: false,
            counts: None,
        }
    }

    /// The node of several groups, of which those tasks count.
    pub(super) fn of_groups(plan: &Plan, names: &[&str], inside: impl Fn(usize) -> bool) -> Self {
        let own_name = |name: &str| if name.is_empty() { "no group".to_owned() } else { name.to_owned() };
        let ids: Vec<String> = names.iter().map(|name| format!("{name}/")).collect();
        let groups: Vec<String> = names.iter().map(|name| own_name(name)).collect();
        Self {
            id: ids.join(", "),
            title: groups.join(", "),
            group: String::new(),
            groups: names.iter().map(|&name| name.to_owned()).collect(),
            ..Self::of_group(plan, "", NodeKind::Groups, inside)
        }
    }

    /// The node of a group, of which those tasks count; the empty name is that of tasks in no group.
    pub(super) fn of_group(plan: &Plan, name: &str, kind: NodeKind, inside: impl Fn(usize) -> bool) -> Self {
        let group = GroupName::from_name(name);
        let mut counts = GroupCounts::default();
        for at in plan.current().filter(|&at| inside(at)) {
            counts.total += 1;
            let state = &plan.states[at];
            *match state.status {
                status if status.is_settled() => &mut counts.settled,
                Status::InProgress => &mut counts.in_progress,
                _ if state.is_ready() => &mut counts.ready,
                _ => &mut counts.waiting,
            } += 1;
        }
        let status = match counts {
            GroupCounts { total, settled, .. } if total == settled => Status::Completed,
            GroupCounts { in_progress: 1.., .. } => Status::InProgress,
            GroupCounts { ready: 1.., .. } => Status::Pending,
            _ => Status::Blocked,
        };
        let stated = plan.snapshot.group(&group).and_then(|entry| entry.group.title.clone());
        let own_name = if name.is_empty() { "Tasks in no group" } else { name };
        Self {
            id: format!("{name}/"),
            kind,
            title: stated.unwrap_or_else(|| own_name.to_owned()),
            group: name.to_owned(),
            groups: Vec::new(),
            status,
            ready: counts.ready > 0,
            overdue: false,
            critical: false,
            focus: false,
            counts: Some(counts),
        }
    }
}

/// The longest chain of remaining work. A single task is none: where nothing waits for anything, the largest task would
/// stand out for no reason.
fn chain(plan: &Plan) -> Vec<usize> {
    Some(plan.critical_path().tasks).filter(|chain| chain.len() > 1).unwrap_or_default()
}

/// Which vertices are part of the chain; the end of a group is where the chain runs through it.
fn critical(network: &Network, chain: &[usize]) -> Vec<bool> {
    let chain: HashSet<usize> = chain.iter().copied().collect();
    let is_on = |at: usize| matches!(network.vertices[at], Vertex::Task(task) if chain.contains(&task));
    let end = |at: usize| {
        network.links.iter().any(|link| link.after == at && is_on(link.before))
            && network.links.iter().any(|link| link.before == at && is_on(link.after))
    };
    let is_critical = |at: usize| match network.vertices[at] {
        Vertex::Task(_) => is_on(at),
        Vertex::Group(_) => end(at),
    };
    (0..network.vertices.len()).map(is_critical).collect()
}
