//! Which tasks are drawn.

use crate::model::GroupName;
use crate::plan::{Blocker, Plan};
use std::collections::BTreeSet;

/// Which tasks are drawn; what remains of the whole plan by default. The parts combine: a task has to fit all of them.
#[derive(Debug, Clone, Default)]
pub struct GraphSelection {
    /// Settled tasks as well.
    pub all: bool,
    /// Only a task and what is at most so many dependencies before or after it. The task itself is drawn in any case.
    pub focus: Option<(usize, usize)>,
    /// Only ready tasks and what waits for them directly.
    pub ready: bool,
    /// Only these groups and their subgroups; any group where the list is empty.
    pub groups: Vec<GroupName>,
    /// Only tasks of one of these milestones; any where the list is empty.
    pub milestones: Vec<String>,
}

impl GraphSelection {
    /// The positions of the tasks, in the order in which they are to be taken, settled ones last.
    pub fn tasks(&self, plan: &Plan) -> Vec<usize> {
        let near = self.focus.map(|(task, depth)| around(plan, task, depth));
        let openable = self.ready.then(|| opened_by_ready(plan));
        let is_focus = |at: usize| self.focus.is_some_and(|(task, _)| task == at);
        let fits = |at: usize| {
            let entry = plan.entry(at);
            (self.all || !plan.states[at].status.is_settled())
                && near.as_ref().is_none_or(|near| near.contains(&at))
                && openable.as_ref().is_none_or(|openable| openable.contains(&at))
                && (self.groups.is_empty() || self.groups.iter().any(|group| entry.group.is_within(group)))
                && (self.milestones.is_empty() || self.is_in_milestone(plan, at))
        };
        let mut open = plan.sequence();
        open.0.append(&mut open.1);
        let settled = plan.current().filter(|&at| plan.states[at].status.is_settled());
        let archived = self.focus.map(|(task, _)| task).filter(|&task| plan.entry(task).archived);
        let tasks = open.0.into_iter().chain(settled).chain(archived);
        tasks.filter(|&at| is_focus(at) || fits(at)).collect()
    }

    fn is_in_milestone(&self, plan: &Plan, at: usize) -> bool {
        let own = plan.milestones(at);
        self.milestones.iter().any(|name| own.iter().any(|own| own.eq_ignore_ascii_case(name)))
    }
}

/// The task, and all that is at most `depth` dependencies before it or after it.
fn around(plan: &Plan, task: usize, depth: usize) -> BTreeSet<usize> {
    let before = |at: usize| -> BTreeSet<usize> {
        let blockers = plan.graph.prerequisites(at).into_iter();
        blockers.filter_map(|b| if let Blocker::Task(at) = b { Some(at) } else { None }).collect()
    };
    let mut near = within(task, depth, before);
    near.append(&mut within(task, depth, |at| plan.graph.dependents(at)));
    near
}

fn within(start: usize, depth: usize, step: impl Fn(usize) -> BTreeSet<usize>) -> BTreeSet<usize> {
    let mut found = BTreeSet::from([start]);
    let mut edge = vec![start];
    for _ in 0..depth {
        let next: BTreeSet<usize> = edge.iter().flat_map(|&at| step(at)).collect();
        edge = next.into_iter().filter(|&at| found.insert(at)).collect();
        if edge.is_empty() {
            break;
        }
    }
    found
}

fn opened_by_ready(plan: &Plan) -> BTreeSet<usize> {
    let ready: Vec<usize> = plan.current().filter(|&at| plan.states[at].is_ready()).collect();
    ready.iter().flat_map(|&at| plan.graph.dependents(at)).chain(ready.iter().copied()).collect()
}
