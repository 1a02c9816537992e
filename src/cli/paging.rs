//! The plan as a page.

use super::counting;
use crate::error::CliError;
use crate::plan::{Period, Plan};
use crate::view::{PageInputs, PageView};
use crate::workspace::Workspace;

/// Below how many weeks history is counted by days.
const WEEKS: usize = 13;

/// What the page of a plan shows; `name` is its heading.
pub fn view(workspace: &Workspace, plan: &Plan, name: String) -> Result<PageView, CliError> {
    let mut by = "week";
    let mut rows = counting::totals(workspace, Period::Week)?;
    if rows.len() < WEEKS {
        by = "day";
        rows = counting::totals(workspace, Period::Day)?;
    }
    Ok(PageView::of(plan, PageInputs { name, branch: workspace.name()?, by, rows }))
}
