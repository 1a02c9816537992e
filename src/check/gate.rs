//! What a milestone still lacks.

use super::depends::Known;
use crate::finding::Finding;
use crate::model::{Dependency, StepStatus};
use crate::plan::Plan;
use crate::snapshot::MilestoneEntry;

/// A milestone as a gate: it is met once its tasks are settled, optional ones aside, and its criteria hold.
#[derive(Debug, Clone)]
pub struct Gate<'a> {
    /// The milestone.
    pub milestone: &'a MilestoneEntry,
    /// How many tasks it has, optional ones left out.
    pub total: usize,
    /// The positions of those that are not settled.
    pub open: Vec<usize>,
    /// The criteria that do not hold, and are not cancelled.
    pub criteria: Vec<OpenCriterion<'a>>,
    /// Tasks and groups that it gathers, and that the plan does not have: nobody can tell whether they are done.
    pub unknown: Vec<&'a Dependency>,
    /// Files of the plan that cannot be read: any of them may be a task of the milestone.
    pub unreadable: Vec<&'a str>,
    /// Whether no task belongs to it, settled, optional or archived, and no criterion.
    pub is_empty: bool,
}

/// A criterion that does not hold yet.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct OpenCriterion<'a> {
    /// Its number, from 1.
    pub number: usize,
    /// What must hold.
    pub text: &'a str,
}

impl<'a> Gate<'a> {
    /// The gate of that name; `None` if there is no such milestone.
    pub fn of(plan: &'a Plan, name: &str) -> Option<Self> {
        let milestone = plan.snapshot.milestones.iter().find(|m| m.name == name)?;
        let is_member = |at: &usize| !plan.entry(*at).task.optional && plan.milestones(*at).contains(&name);
        let members: Vec<usize> = plan.current().filter(is_member).collect();
        let open = members.iter().copied().filter(|&at| !plan.states[at].status.is_settled()).collect();
        let gathered = &milestone.milestone;
        let criteria = gathered.criteria.iter().enumerate().map(|(at, criterion)| (at + 1, criterion));
        let holds = |status: StepStatus| status.is_settled();
        let criteria = criteria.filter(|(_, criterion)| !holds(criterion.status));
        let known = Known::new(&plan.snapshot);
        let has_tasks = || (0..plan.snapshot.tasks.len()).any(|at| plan.milestones(at).contains(&name));
        let all = gathered.groups.iter().chain(&gathered.tasks);
        Some(Self {
            milestone,
            total: members.len(),
            open,
            criteria: criteria.map(|(number, c)| OpenCriterion { number, text: &c.text }).collect(),
            unknown: all.filter(|member| !known.has(member)).collect(),
            unreadable: unreadable(plan),
            is_empty: gathered.criteria.is_empty() && members.is_empty() && !has_tasks(),
        })
    }

    /// Whether nothing is missing.
    pub fn is_met(&self) -> bool {
        self.open.is_empty()
            && self.criteria.is_empty()
            && self.unknown.is_empty()
            && self.unreadable.is_empty()
    }
}

/// Files of the plan that cannot be read: any of them may be a task of any milestone.
pub fn unreadable(plan: &Plan) -> Vec<&str> {
    let hides_a_task = |finding: &&Finding| {
        ["unreadable-file", "conflict-markers", "invalid-file-name", "file-name", "symlink"]
            .contains(&finding.code)
    };
    plan.snapshot.problems.iter().filter(hides_a_task).filter_map(|f| f.path.as_deref()).collect()
}
