//! Errors of editing a plan file.

use crate::finding::Finding;

/// Why a plan file cannot be edited.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum FormatError {
    /// The file is no TOML, no UTF-8, too large, or in conflict; the finding says which and where.
    #[error("cannot read {}", describe(.0))]
    Unreadable(Box<Finding>),
    /// A step, or a milestone's criterion, was named by a number that there is not.
    #[error("{path} has no step {number}: it has {steps}")]
    NoStep {
        /// The file.
        path: String,
        /// The number asked for, counted from 1.
        number: usize,
        /// How many there are.
        steps: usize,
    },
}

fn describe(finding: &Finding) -> String {
    let path = finding.path.as_deref().unwrap_or("the file");
    let place = finding.place.map_or_else(String::new, |p| format!(" line {}, column {}:", p.line, p.column));
    let help = finding.help.as_deref().map_or_else(String::new, |help| format!("; {help}"));
    format!("{path}:{place} {}{help}", finding.message)
}
