//! The plan as a page.

use super::counting;
use super::ranging::Covered;
use crate::error::CliError;
use crate::plan::Period;
use crate::report;
use crate::view::{PageInputs, PageView};

/// Below how many weeks history is counted by days.
const WEEKS: usize = 13;

/// The page on the plan at the newer end of a range. Nothing that other clones may have otherwise is part of it, such as the
/// name of the directory or of a branch.
pub fn page(covered: &Covered) -> Result<String, CliError> {
    let (workspace, tip) = (&covered.workspace, covered.to.commit);
    let mut by = "week";
    let mut rows = counting::totals(workspace, tip, Period::Week)?;
    if rows.len() < WEEKS {
        by = "day";
        rows = counting::totals(workspace, tip, Period::Day)?;
    }
    let name =
        covered.version.as_ref().map_or_else(|| "Plan".to_owned(), |version| format!("Plan at {version}"));
    let view = PageView::of(&covered.plan, PageInputs { name, by, rows });
    Ok(report::page(&view)?)
}
