//! The critical path: the longest chain of remaining work, and when each task can and must begin for it.

use super::order::WorkUnit;
use super::whole::Plan;
use crate::model::Minutes;

/// The longest chain of remaining work.
///
/// Lengths are upper bounds of estimates in minutes, and a task without one counts as the median of those that have one;
/// where no open task has an estimate, every task counts one. Settled tasks take no time and hold nobody up. What can never
/// be reached, on a cycle or behind something missing, has no times and is left out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CriticalPath {
    /// In what it is measured.
    pub unit: WorkUnit,
    /// How long the chain is: nothing remains to be done in less, however many people work.
    pub length: u64,
    /// The positions of its tasks, each waiting for the one before it.
    pub tasks: Vec<usize>,
    /// How many of those have no estimate of their own, where others have.
    pub guessed: usize,
    /// For every task of the snapshot when it can and must begin; `None` for settled and archived ones, for those that
    /// can never be reached, and for those that nobody asked for and nothing asked for waits for.
    pub spans: Vec<Option<Span>>,
    /// The positions of the tasks that would have a span if they were not on a cycle or behind something missing.
    pub unreachable: Vec<usize>,
}

/// When a task can and must begin and end, in the unit of the path, from now.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Span {
    /// When all that it waits for can be done.
    pub earliest_start: u64,
    /// The same with its own work.
    pub earliest_finish: u64,
    /// When it must begin, so that the whole takes no longer than the path.
    pub latest_start: u64,
    /// When it must be done.
    pub latest_finish: u64,
}

impl Span {
    /// By how much it can slip without making the whole longer; nothing on the critical path.
    pub fn slack(&self) -> u64 {
        self.latest_start.saturating_sub(self.earliest_start)
    }
}

impl Plan {
    /// The longest chain of remaining work, with earliest and latest times of all open tasks. Optional tasks are on it only
    /// where others wait for them.
    pub fn critical_path(&self) -> CriticalPath {
        self.critical_path_to(|_| true)
    }

    /// The same for some of the tasks and whatever they wait for: what they need, and by when they need it.
    pub fn critical_path_to(&self, wanted: impl Fn(usize) -> bool) -> CriticalPath {
        let (unit, weights) = self.weights();
        let finish = self.finishes(&weights);
        let stuck = self.stuck();
        let counts =
            |at: &usize| self.is_open(*at) && !stuck[*at] && !self.entry(*at).task.optional && wanted(*at);
        let last = self.current().filter(counts).max_by_key(|&at| (finish[at], std::cmp::Reverse(at)));
        let length = last.map_or(0, |at| finish[at]);
        let tasks = last.map_or_else(Vec::new, |last| self.chain_to(last, &finish, &weights));
        let guessed = match unit {
            WorkUnit::Minutes => tasks.iter().filter(|&&at| self.entry(at).task.estimate.is_none()).count(),
            WorkUnit::Tasks => 0,
        };
        let mut needed = self.needed(self.current().filter(|&at| self.is_open(at) && wanted(at)));
        let unreachable = self.current().filter(|&at| needed[at] && stuck[at]).collect();
        needed.iter_mut().zip(&stuck).for_each(|(needed, stuck)| *needed &= !stuck);
        let end = finish.iter().zip(&needed).filter(|(_, needed)| **needed).map(|(finish, _)| *finish).max();
        let latest = self.latest_finishes(end.unwrap_or(0), &weights, &needed);
        let span = |at: usize| Span {
            earliest_start: finish[at].saturating_sub(weights[at]),
            earliest_finish: finish[at],
            latest_start: latest[at].saturating_sub(weights[at]),
            latest_finish: latest[at],
        };
        let is_shown = |at: usize| needed[at] && self.is_open(at) && !self.entry(at).archived;
        let spans = (0..weights.len()).map(|at| is_shown(at).then(|| span(at))).collect();
        CriticalPath { unit, length, tasks, guessed, spans, unreachable }
    }

    /// For each task the least work that has to be done until it is done, its own included: the longest chain by the
    /// lower bounds of estimates, in which a task without one takes no time.
    pub fn least_until(&self) -> Vec<Minutes> {
        let calendar = self.snapshot.config.calendar;
        let least = |at: usize| {
            let estimate = self.entry(at).task.estimate.filter(|_| self.is_open(at));
            estimate.map_or(0, |estimate| estimate.minutes(calendar).0)
        };
        let weights: Vec<Minutes> = (0..self.snapshot.tasks.len()).map(least).collect();
        let mut finish = self.finishes(&weights);
        finish.truncate(weights.len());
        finish
    }

    fn is_open(&self, at: usize) -> bool {
        !self.states[at].status.is_settled()
    }

    /// For each node of the graph when it can be done at the earliest.
    fn finishes(&self, weights: &[u64]) -> Vec<u64> {
        let mut finish = vec![0; self.graph.node_count()];
        for node in self.graph.order_among(|node| self.remains(node)) {
            let start = self.graph.waits_for(node).iter().map(|&before| finish[before]).max();
            finish[node] = start.unwrap_or(0) + weights.get(node).copied().unwrap_or(0);
        }
        finish
    }

    /// For each node of the graph whether it is one of these tasks, or some of them wait for it.
    fn needed(&self, tasks: impl Iterator<Item = usize>) -> Vec<bool> {
        let mut needed = vec![false; self.graph.node_count()];
        let mut open: Vec<usize> = tasks.collect();
        while let Some(node) = open.pop() {
            if self.remains(node) && !std::mem::replace(&mut needed[node], true) {
                open.extend(self.graph.waits_for(node));
            }
        }
        needed
    }

    /// For each node when it must be done at the latest, if all that is needed is to be done by `end`.
    fn latest_finishes(&self, end: u64, weights: &[u64], needed: &[bool]) -> Vec<u64> {
        let mut latest = vec![end; self.graph.node_count()];
        for node in self.graph.order_among(|node| needed[node]).into_iter().rev() {
            let start = latest[node].saturating_sub(weights.get(node).copied().unwrap_or(0));
            for &before in self.graph.waits_for(node) {
                latest[before] = latest[before].min(start);
            }
        }
        latest
    }

    /// The open tasks of the longest chain that ends with `last`, the first one first.
    fn chain_to(&self, last: usize, finish: &[u64], weights: &[u64]) -> Vec<usize> {
        let mut chain = Vec::new();
        let mut seen = std::collections::HashSet::from([last]);
        let mut node = Some(last);
        while let Some(at) = node {
            if at < weights.len() {
                chain.push(at);
            }
            let start = finish[at].saturating_sub(weights.get(at).copied().unwrap_or(0));
            let fits = |before: &&usize| start > 0 && finish[**before] == start && self.remains(**before);
            let next = self.graph.waits_for(at).iter().filter(fits).min().copied();
            node = next.filter(|&next| seen.insert(next));
        }
        chain.reverse();
        chain
    }
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

    /// Length, ids of the path, and the slack of every open task.
    fn told(files: &[(&str, &str)]) -> (u64, String, String) {
        let plan = plan(files);
        let path = plan.critical_path();
        let id = |at: usize| plan.entry(at).id.as_str();
        let ids: Vec<&str> = path.tasks.iter().map(|&at| id(at)).collect();
        let slack =
            |(at, span): (usize, &Option<Span>)| Some(format!("{}:{}", id(at), span.as_ref()?.slack()));
        let slacks: Vec<String> = path.spans.iter().enumerate().filter_map(slack).collect();
        (path.length, ids.join(" "), slacks.join(" "))
    }

    fn expected(length: u64, path: &str, slack: &str) -> (u64, String, String) {
        (length, path.to_owned(), slack.to_owned())
    }

    #[test]
    fn the_longest_chain_is_found_through_tasks_and_groups() {
        let two = "estimate = \"1h-2h\"\n";
        assert_eq!(told(&[]), expected(0, "", ""));
        assert_eq!(
            told(&[("1", two), ("2", "estimate = \"1h\"\ndepends = [\"1\"]"), ("3", "estimate = \"30m\"")]),
            expected(180, "1 2", "1:0 2:0 3:150")
        );
        assert_eq!(
            told(&[
                ("a/1", two),
                ("a/2", "estimate = \"15m\""),
                ("3", "estimate = \"1h\"\ndepends = [\"a/\"]")
            ]),
            expected(180, "1 3", "3:0 1:0 2:105")
        );
        let done = "status = \"completed\"\n";
        assert_eq!(
            told(&[("1", two), ("2", &format!("{done}depends = [\"1\"]")), ("3", "depends = [\"2\"]")]),
            expected(120, "1", "1:0 3:0"),
            "what is settled holds nobody up; a task without an estimate counts as the median"
        );
    }

    #[test]
    fn without_estimates_tasks_are_counted() {
        let files = [("1", ""), ("2", "depends = [\"1\"]"), ("3", "depends = [\"2\"]"), ("4", "")];
        assert_eq!(told(&files), expected(3, "1 2 3", "1:0 2:0 3:0 4:2"));
        assert_eq!(plan(&files).critical_path().unit, WorkUnit::Tasks);
    }

    #[test]
    fn what_can_never_be_reached_does_not_press() {
        let plan = plan(&[
            ("1", "depends = [\"2\"]"),
            ("2", "depends = [\"1\", \"5\"]"),
            ("3", "depends = [\"3\"]"),
            ("4", "depends = [\"nowhere\"]"),
            ("5", ""),
            ("6", ""),
            ("7", "depends = [\"6\"]"),
        ]);
        let path = plan.critical_path();
        assert_eq!((path.length, path.tasks, path.unreachable), (2, vec![5, 6], vec![0, 1, 2, 3]));
        let slack: Vec<Option<u64>> = path.spans.iter().map(|span| span.map(|span| span.slack())).collect();
        assert_eq!(slack, [None, None, None, None, Some(1), Some(0), Some(0)]);
    }

    #[test]
    fn a_cycle_that_a_settled_task_has_broken_is_a_chain() {
        let plan = plan(&[
            ("0", "depends = [\"4\", \"6\"]"),
            ("1", "depends = [\"5\"]"),
            ("4", ""),
            ("5", "depends = [\"0\"]"),
            ("6", "status = \"completed\"\ndepends = [\"1\"]"),
        ]);
        let path = plan.critical_path();
        let ids: Vec<&str> = path.tasks.iter().map(|&at| plan.entry(at).id.as_str()).collect();
        assert_eq!((path.length, ids), (4, vec!["4", "0", "5", "1"]));
        let chains: Vec<u64> = (0..5).map(|at| plan.standing(at).chain.0).collect();
        assert_eq!(chains[..4], [2, 0, 3, 1], "nothing hangs on the last one");
    }

    #[test]
    fn a_part_of_the_plan_has_a_path_of_its_own() {
        let plan = plan(&[
            ("1", "estimate = \"2h\""),
            ("2", "estimate = \"1h\""),
            ("3", "estimate = \"1h\"\ndepends = [\"1\", \"2\"]"),
            ("4", "estimate = \"9h\"\ndepends = [\"2\"]"),
        ]);
        let third = plan.position(&"3".parse().unwrap()).unwrap();
        let path = plan.critical_path_to(|at| at == third);
        let slack: Vec<Option<u64>> = path.spans.iter().map(|span| span.map(|span| span.slack())).collect();
        assert_eq!((path.length, path.tasks), (180, vec![0, 2]));
        assert_eq!(slack, [Some(0), Some(60), Some(0), None], "what only others wait for does not press");
        assert_eq!(plan.critical_path_to(|_| false).length, 0);
    }

    #[test]
    fn optional_work_counts_where_others_wait_for_it() {
        let long = "estimate = \"9h\"\noptional = true\n";
        assert_eq!(told(&[("1", long), ("2", "estimate = \"1h\"")]).0, 60);
        assert_eq!(told(&[("1", long), ("2", "estimate = \"1h\"\ndepends = [\"1\"]")]).0, 600);
    }

    #[test]
    fn the_least_work_takes_lower_bounds() {
        let plan = plan(&[
            ("1", "estimate = \"1h-2h\""),
            ("2", "depends = [\"1\"]"),
            ("3", "estimate = \"2h\"\ndepends = [\"2\"]"),
        ]);
        assert_eq!(plan.least_until(), [60, 60, 180]);
    }

    proptest! {
        #[test]
        fn what_can_be_ordered_has_times_and_the_rest_is_named(edges in prop::collection::vec((0_usize..8, 0_usize..10), 0..10), settled in prop::collection::vec(any::<bool>(), 8)) {
            let text = |at: usize| {
                let depends: Vec<String> = edges.iter().filter(|(a, _)| *a == at).map(|(_, b)| format!("\"{b}\"")).collect();
                let status = if settled[at] { "status = \"completed\"\n" } else { "" };
                format!("{status}depends = [{}]\n", depends.join(", "))
            };
            let texts: Vec<(String, String)> = (0..8).map(|at| (at.to_string(), text(at))).collect();
            let files: Vec<(&str, &str)> = texts.iter().map(|(path, text)| (path.as_str(), text.as_str())).collect();
            let plan = plan(&files);
            let (path, (mut sequence, rest)) = (plan.critical_path(), plan.sequence());
            sequence.sort_unstable();
            let placed: Vec<usize> = (0..8).filter(|&at| path.spans[at].is_some()).collect();
            prop_assert_eq!((placed, &path.unreachable), (sequence, &rest));
            for span in path.spans.iter().flatten() {
                prop_assert!(span.earliest_start <= span.latest_start && span.latest_finish <= path.length, "{:?}", span);
            }
        }

        #[test]
        fn a_path_is_a_chain_of_dependencies_without_slack(edges in prop::collection::vec((0_usize..8, 0_usize..8), 0..14), hours in prop::collection::vec(0_u64..5, 8)) {
            let text = |at: usize| {
                let depends: Vec<String> = edges.iter().filter(|(a, b)| *a == at && b < a).map(|(_, b)| format!("\"{b}\"")).collect();
                format!("estimate = \"{}h\"\ndepends = [{}]\n", hours[at], depends.join(", "))
            };
            let texts: Vec<(String, String)> = (0..8).map(|at| (at.to_string(), text(at))).collect();
            let files: Vec<(&str, &str)> = texts.iter().map(|(path, text)| (path.as_str(), text.as_str())).collect();
            let plan = plan(&files);
            let path = plan.critical_path();
            for pair in path.tasks.windows(2) {
                prop_assert!(plan.graph.waits_for(pair[1]).contains(&pair[0]));
            }
            let sum: u64 = path.tasks.iter().map(|&at| hours[at] * 60).sum();
            prop_assert_eq!(sum, path.length);
            prop_assert!(path.tasks.iter().all(|&at| path.spans[at].is_some_and(|span| span.slack() == 0)));
            prop_assert!(path.spans.iter().flatten().all(|span| span.latest_finish <= path.length && span.earliest_start <= span.latest_start));
        }
    }
}
