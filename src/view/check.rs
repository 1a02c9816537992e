//! What is wrong with a plan.

use super::list::Head;
use crate::finding::{Finding, Severity};
use crate::plan::Plan;
use schemars::JsonSchema;
use serde::Serialize;

/// The answer of `tasks check`.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct CheckView {
    /// Of what it speaks.
    #[serde(flatten)]
    pub head: Head,
    /// By path and place; what commits say comes last.
    pub findings: Vec<FindingView>,
}

/// Something that is wrong.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct FindingView {
    /// The rule's stable name, such as `unknown-dependency`.
    pub code: &'static str,
    /// How much it matters.
    pub severity: Severity,
    /// The file, from the root of the repository; null for what lies in none.
    pub path: Option<String>,
    /// The line, from 1.
    pub line: Option<u32>,
    /// The column, from 1, in characters.
    pub column: Option<u32>,
    /// The tasks it is about.
    pub ids: Vec<String>,
    /// What is wrong.
    pub message: String,
    /// What to do about it.
    pub help: Option<String>,
}

impl CheckView {
    /// The view of findings on a plan.
    pub fn of(plan: &Plan, findings: Vec<Finding>) -> Self {
        let view = |finding: Finding| FindingView {
            code: finding.code,
            severity: finding.severity,
            path: finding.path,
            line: finding.place.map(|place| place.line),
            column: finding.place.map(|place| place.column),
            ids: finding.ids.iter().map(ToString::to_string).collect(),
            message: finding.message,
            help: finding.help,
        };
        Self { head: Head::of(plan), findings: findings.into_iter().map(view).collect() }
    }

    /// How many findings are of that severity.
    pub fn count(&self, severity: Severity) -> usize {
        self.findings.iter().filter(|f| f.severity == severity).count()
    }
}
