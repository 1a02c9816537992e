//! Totals over time.

use crate::git::Oid;
use crate::plan::Tally;
use jiff::civil::Date;
use schemars::JsonSchema;
use serde::Serialize;

/// The answer of `tasks log --counts`.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct CountsView {
    /// The version of the JSON contract.
    pub schema: u32,
    /// The commit that the last row is of; null where there is no commit yet.
    pub tip: Option<String>,
    /// How often was counted: `day` or `week`.
    pub by: &'static str,
    /// The oldest first.
    pub rows: Vec<CountsRow>,
}

/// What the plan came to at the end of a period. Tasks that are cancelled, optional or archived are no part of the total.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct CountsRow {
    /// The last day of the period, UTC, `YYYY-MM-DD`.
    pub date: String,
    /// The newest commit before its end, among the tip and its first parents.
    pub commit: String,
    /// All tasks.
    pub total: usize,
    /// Tasks that are neither begun nor completed: pending or blocked.
    pub open: usize,
    /// Tasks that are begun.
    pub in_progress: usize,
    /// Tasks that are done.
    pub completed: usize,
    /// Tasks that are not to be done.
    pub cancelled: usize,
    /// Optional tasks, whatever their status.
    pub optional: usize,
    /// Tasks of which history is too shallow to tell.
    pub unknown: usize,
    /// Completed tasks that were put away.
    pub archived: usize,
    /// Steps that are done.
    pub steps_completed: usize,
    /// All steps but cancelled ones.
    pub steps: usize,
    /// The lower bounds of completed tasks, in minutes.
    pub minutes_completed: u64,
    /// The lower bounds of all tasks that are not completed, in minutes.
    pub minutes_left_min: u64,
    /// Their upper bounds, in minutes.
    pub minutes_left_max: u64,
}

impl CountsRow {
    /// The row of one period.
    pub fn of(date: Date, commit: Oid, tally: &Tally) -> Self {
        Self {
            date: date.to_string(),
            commit: commit.to_string(),
            total: tally.total,
            open: tally.open,
            in_progress: tally.in_progress,
            completed: tally.completed,
            cancelled: tally.cancelled,
            optional: tally.optional,
            unknown: tally.unknown,
            archived: tally.archived,
            steps_completed: tally.steps_completed,
            steps: tally.steps,
            minutes_completed: tally.minutes_completed,
            minutes_left_min: tally.minutes_left_min,
            minutes_left_max: tally.minutes_left_max,
        }
    }
}

impl CountsView {
    /// The rows as CSV, with a line of names. Dates, object ids and numbers need no quotes and start no formula.
    pub fn csv(&self) -> Result<Vec<u8>, csv::Error> {
        let mut writer = csv::Writer::from_writer(Vec::new());
        for row in &self.rows {
            writer.serialize(row)?;
        }
        writer.into_inner().map_err(|error| csv::Error::from(error.into_error()))
    }
}
