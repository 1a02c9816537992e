//! What a milestone still lacks.

use super::list::Head;
use super::task::TaskView;
use crate::check::Gate;
use crate::plan::Plan;
use schemars::JsonSchema;
use serde::Serialize;

/// The answer of `tasks check --gate`.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct GateView {
    /// Of what it speaks.
    #[serde(flatten)]
    pub head: Head,
    /// The milestone's name.
    pub milestone: String,
    /// Its title.
    pub title: String,
    /// When it is due, `YYYY-MM-DD`.
    pub due: Option<String>,
    /// Whether nothing is missing.
    pub met: bool,
    /// How many tasks it has, optional ones left out.
    pub total: usize,
    /// Those that are not settled.
    pub open: Vec<TaskView>,
    /// How many criteria it has.
    pub criteria_total: usize,
    /// Those that do not hold.
    pub criteria: Vec<OpenCriterion>,
    /// Tasks and groups that it names, and that the plan does not have.
    pub unknown: Vec<String>,
    /// Files of the plan that cannot be read: any of them may be a task of the milestone.
    pub unreadable: Vec<String>,
}

/// A criterion that does not hold.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct OpenCriterion {
    /// Its number, from 1.
    pub number: usize,
    /// What must hold.
    pub text: String,
}

impl GateView {
    /// The view of a gate.
    pub fn of(plan: &Plan, gate: &Gate<'_>) -> Self {
        let milestone = &gate.milestone.milestone;
        let criterion =
            |c: &crate::check::OpenCriterion<'_>| OpenCriterion { number: c.number, text: c.text.to_owned() };
        Self {
            head: Head::of(plan),
            milestone: gate.milestone.name.clone(),
            title: milestone.title.clone().unwrap_or_else(|| gate.milestone.name.clone()),
            due: milestone.due.map(|due| due.to_string()),
            met: gate.is_met(),
            total: gate.total,
            open: gate.open.iter().map(|&at| TaskView::of(plan, at)).collect(),
            criteria_total: milestone.criteria.len(),
            criteria: gate.criteria.iter().map(criterion).collect(),
            unknown: gate.unknown.iter().map(ToString::to_string).collect(),
            unreadable: gate.unreadable.iter().map(|&path| path.to_owned()).collect(),
        }
    }
}
