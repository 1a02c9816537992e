//! The order in which to take tasks.

use super::graph::Graph;
use super::whole::Plan;
use crate::model::{Minutes, Priority, Status};
use std::cmp::{Ordering, Reverse};
use std::collections::BinaryHeap;

/// Why a task stands where it stands: the keys of the order, in their order. Where they are the same, the id decides.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Standing {
    /// Overdue tasks first.
    pub in_time: bool,
    /// Then by priority; none counts as medium.
    pub priority: Priority,
    /// Then those on which the longest chain of remaining work hangs.
    pub chain: Reverse<Minutes>,
}

/// In what the remaining work is measured.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum WorkUnit {
    /// Minutes of the upper bounds of estimates; a task without one counts as the median of those that have one.
    Minutes,
    /// Tasks, where no task has an estimate.
    Tasks,
}

impl Plan {
    /// Where each task stands, in the order of the snapshot.
    fn standings(&self) -> &[Standing] {
        self.standings.get_or_init(|| {
            let chains = self.chains();
            let standing = |(at, chain)| Standing {
                in_time: !self.is_overdue(at),
                priority: self.snapshot.tasks[at].task.priority.unwrap_or(Priority::Medium),
                chain: Reverse(chain),
            };
            chains.into_iter().enumerate().map(standing).collect()
        })
    }

    /// For each task the longest chain of remaining work that hangs on it, itself not included: nothing that remains hangs
    /// on it through a settled task. Members of a cycle hang on each other and count once, in some order.
    fn chains(&self) -> Vec<Minutes> {
        let weights = self.weights().1;
        let mut chain = vec![0; self.graph.node_count()];
        for node in self.graph.order_among(|node| self.remains(node)).into_iter().rev() {
            let through = chain[node] + weights.get(node).copied().unwrap_or(0);
            for &before in self.graph.waits_for(node) {
                chain[before] = chain[before].max(through);
            }
        }
        chain.truncate(weights.len());
        chain
    }

    /// The remaining work of each task, nothing for settled ones, and its unit.
    pub fn weights(&self) -> (WorkUnit, Vec<Minutes>) {
        let calendar = self.snapshot.config.calendar;
        let open = |at: usize| !self.states[at].status.is_settled();
        let own: Vec<Option<Minutes>> =
            self.snapshot.tasks.iter().map(|e| e.task.estimate.map(|x| x.minutes(calendar).1)).collect();
        let mut known: Vec<Minutes> =
            own.iter().enumerate().filter(|(at, _)| open(*at)).filter_map(|(_, m)| *m).collect();
        known.sort_unstable();
        let median = known.get(known.len() / 2).copied();
        let weight = |(at, minutes): (usize, &Option<Minutes>)| match (open(at), minutes) {
            (false, _) => 0,
            (true, Some(minutes)) if median.is_some() => *minutes,
            (true, _) => median.unwrap_or(1),
        };
        let unit = if median.is_some() { WorkUnit::Minutes } else { WorkUnit::Tasks };
        (unit, own.iter().enumerate().map(weight).collect())
    }

    /// Where the task at `at` stands.
    pub fn standing(&self, at: usize) -> &Standing {
        &self.standings()[at]
    }

    /// Which of two tasks is to be taken first.
    pub fn by_standing(&self, a: usize, b: usize) -> Ordering {
        let by_id = || self.entry(a).id.cmp(&self.entry(b).id).then(a.cmp(&b));
        self.standing(a).cmp(self.standing(b)).then_with(by_id)
    }

    /// Ready tasks in the order in which to take them: overdue, then priority, then the longest remaining chain of work
    /// that hangs on the task, then id.
    pub fn next(&self) -> Vec<usize> {
        self.next_among(usize::MAX, |_| true).0
    }

    /// The first `limit` of those that `keep` lets through, and how many it lets through.
    pub fn next_among(&self, limit: usize, keep: impl Fn(usize) -> bool) -> (Vec<usize>, usize) {
        let is_meant = |&at: &usize| self.states[at].is_ready() && keep(at);
        let mut ready: Vec<usize> = self.current().filter(is_meant).collect();
        let total = ready.len();
        // Comparing ids takes its time where thousands of tasks stand alike.
        if limit < total {
            ready.select_nth_unstable_by(limit, |&a, &b| self.by_standing(a, b));
            ready.truncate(limit);
        }
        ready.sort_unstable_by(|&a, &b| self.by_standing(a, b));
        (ready, total)
    }

    /// All that remains, in an order that respects every dependency: it takes the best of what is ready, as if all before
    /// were completed. What has begun comes first, what the file says is blocked as late as it can. What cannot
    /// be ordered, on a cycle or behind something missing, is left out; it is the second list.
    pub fn sequence(&self) -> (Vec<usize>, Vec<usize>) {
        let tasks = self.snapshot.tasks.len();
        let remains = |node: usize| self.remains(node);
        let mut waits = self.open_waits();
        let mut by_standing: Vec<usize> = (0..tasks).collect();
        by_standing.sort_by(|&a, &b| self.by_standing(a, b));
        let mut rank = vec![0; tasks];
        by_standing.iter().enumerate().for_each(|(place, &at)| rank[at] = place);
        let mut heap = BinaryHeap::new();
        let mut free: Vec<usize> = (0..waits.len()).filter(|&n| waits[n] == 0 && remains(n)).collect();
        let mut sequence = Vec::new();
        loop {
            while let Some(node) = free.pop() {
                if node < tasks {
                    heap.push(Reverse((self.urgency(node), rank[node], node)));
                } else {
                    release(node, &self.graph, &remains, &mut waits, &mut free);
                }
            }
            let Some(Reverse((_, _, task))) = heap.pop() else { break };
            sequence.push(task);
            release(task, &self.graph, &remains, &mut waits, &mut free);
        }
        sequence.retain(|&at| !self.snapshot.tasks[at].archived);
        let placed: std::collections::HashSet<usize> = sequence.iter().copied().collect();
        let rest = self.current().filter(|at| remains(*at) && !placed.contains(at)).collect();
        (sequence, rest)
    }

    /// Sorts tasks as they are to be taken: what is in progress, then what is ready, then what waits, each in the order of
    /// [`Self::sequence`]; then what has no place in it, and what is settled.
    pub fn sort_as_next(&self, tasks: &mut [usize]) {
        let mut place = vec![usize::MAX; self.snapshot.tasks.len()];
        self.sequence().0.into_iter().enumerate().for_each(|(n, at)| place[at] = n);
        let kind = |at: usize| match self.states[at].status {
            Status::InProgress => 0,
            status if status.is_settled() => 3,
            _ if self.states[at].is_ready() => 1,
            _ => 2,
        };
        tasks.sort_by(|&a, &b| {
            (kind(a), place[a]).cmp(&(kind(b), place[b])).then_with(|| self.by_standing(a, b))
        });
    }

    /// For each node of the graph whether it remains and can never be reached: it is on a cycle or waits for something
    /// that is missing, or for a node that does.
    pub(super) fn stuck(&self) -> Vec<bool> {
        let mut waits = self.open_waits();
        let remains = |node: usize| self.remains(node);
        let mut free: Vec<usize> = (0..waits.len()).filter(|&n| waits[n] == 0 && remains(n)).collect();
        while let Some(node) = free.pop() {
            release(node, &self.graph, &remains, &mut waits, &mut free);
        }
        waits.iter().enumerate().map(|(node, &waits)| waits > 0 && remains(node)).collect()
    }

    /// For each node of the graph how much it waits for that remains or is missing.
    fn open_waits(&self) -> Vec<usize> {
        let waits = |node: usize| {
            let open = self.graph.waits_for(node).iter().filter(|&&other| self.remains(other)).count();
            open + usize::from(self.graph.has_missing(node))
        };
        (0..self.graph.node_count()).map(waits).collect()
    }

    /// Whether a node of the graph takes part in what remains: everything but settled tasks.
    pub(super) fn remains(&self, node: usize) -> bool {
        self.states.get(node).is_none_or(|state| !state.status.is_settled())
    }

    /// What has begun first, what waits for something outside the plan last.
    fn urgency(&self, at: usize) -> u8 {
        match (self.states[at].status, self.states[at].row) {
            (Status::InProgress, _) => 0,
            (_, Some(3)) => 2,
            _ => 1,
        }
    }
}

/// Counts a node as done for those that remain and wait for it, and puts those that wait for nothing else among the free.
fn release(
    node: usize,
    graph: &Graph,
    remains: &impl Fn(usize) -> bool,
    waits: &mut [usize],
    free: &mut Vec<usize>,
) {
    for &waiting in graph.waited_for_by(node).iter().filter(|&&waiting| remains(waiting)) {
        waits[waiting] -= 1;
        if waits[waiting] == 0 {
            free.push(waiting);
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::plan::{Blocker, Inputs, Plan};
    use crate::snapshot::{PlanFile, Snapshot};
    use proptest::prelude::{Strategy, prop, prop_assert, prop_assert_eq, proptest};
    use std::collections::HashMap;
    use std::fmt::Write as _;

    /// A task: its group, whether it is settled, and of whom it depends (groups beyond the number of tasks).
    type Drawn = (usize, bool, Vec<usize>);

    fn plan(tasks: &[Drawn], groups: &[Vec<usize>]) -> Plan {
        let depends = |on: &[usize]| {
            on.iter().fold(String::new(), |mut text, &at| {
                match at.checked_sub(tasks.len()) {
                    None => write!(text, "\"{at}\", "),
                    Some(group) => write!(text, "\"g{}/\", ", group % groups.len()),
                }
                .expect("writing to a string");
                text
            })
        };
        let task = |(id, (group, settled, on)): (usize, &Drawn)| {
            let status = if *settled { "status = \"completed\"\n" } else { "" };
            let text = format!("title = \"t\"\n{status}depends = [{}]\n", depends(on));
            PlanFile { path: format!(".tasks/g{}/{id}.toml", group % groups.len()), bytes: text.into_bytes() }
        };
        let group = |(number, on): (usize, &Vec<usize>)| {
            let text = format!("depends = [{}]\n", depends(on));
            PlanFile { path: format!(".tasks/g{number}/group.toml"), bytes: text.into_bytes() }
        };
        let files = tasks.iter().enumerate().map(task).chain(groups.iter().enumerate().map(group));
        let snapshot = Snapshot::read(files.collect(), Vec::new());
        Plan::derive(Inputs { snapshot, ..Inputs::default() })
    }

    fn drawn() -> impl Strategy<Value = (Vec<Drawn>, Vec<Vec<usize>>)> {
        let on = || prop::collection::vec(0..24_usize, 0..3);
        let task = (0..4_usize, prop::bool::ANY, on());
        (prop::collection::vec(task, 1..20), prop::collection::vec(on(), 1..4))
    }

    proptest! {
        #[test]
        fn the_sequence_has_every_open_task_once_and_after_what_it_waits_for((tasks, groups) in drawn()) {
            let plan = plan(&tasks, &groups);
            let (sequence, rest) = plan.sequence();
            let mut all: Vec<usize> = sequence.iter().chain(&rest).copied().collect();
            all.sort_unstable();
            let open: Vec<usize> = plan.current().filter(|&at| !plan.states[at].status.is_settled()).collect();
            prop_assert_eq!(&all, &open);
            let place: HashMap<usize, usize> = sequence.iter().enumerate().map(|(n, at)| (*at, n)).collect();
            for (n, &at) in sequence.iter().enumerate() {
                for blocker in plan.graph.prerequisites(at) {
                    let Blocker::Task(before) = blocker else { panic!("{at} waits for nothing that there is") };
                    let settled = plan.states[before].status.is_settled();
                    prop_assert!(settled || place.get(&before).is_some_and(|&p| p < n), "{at} before {before}");
                }
            }
        }
    }
}
