//! The plan as a page.

use super::counting;
use super::ranging::Covered;
use crate::error::CliError;
use crate::view::{PageInputs, PageView};

/// Below how many weeks history is counted by days.
const WEEKS: usize = 13;

/// What the page shows of the plan at the newer end of a range. Nothing that other clones may have otherwise is part of it,
/// such as the name of the directory or of a branch.
pub fn view(covered: &Covered) -> Result<PageView, CliError> {
    let (by, rows) = counting::totals_from(&covered.workspace, covered.to.commit, WEEKS)?;
    let name =
        covered.version.as_ref().map_or_else(|| "Plan".to_owned(), |version| format!("Plan at {version}"));
    Ok(PageView::of(&covered.plan, PageInputs { name, by: by.as_str(), rows }))
}
