//! `tasks check`.

use super::args::Context;
use crate::check::{check, locate};
use crate::error::CliError;
use crate::finding::{Finding, Severity};
use crate::view::{CheckView, text};
use crate::workspace::Scope;
use clap::Args;

/// Find what is wrong with the plan
#[derive(Debug, Args)]
#[command(after_long_help = "\
Ends with 1 if there is an error, else with 0. Every clone gets the same answer: topic branches and the clock have no \
part in it. What commits say wrong is a warning, since what is pushed cannot be mended. [check] in .tasks/config.toml \
sets the severity of each code to error, warning, info or off. A shallow clone checks the files alone.")]
pub struct CheckArgs {}

/// Reports every finding.
pub fn run(context: &Context, _: &CheckArgs) -> Result<(), CliError> {
    let workspace = context.workspace()?;
    let plan = workspace.plan(Scope { shared: true, shallow_will_do: true, ..Scope::default() })?;
    // The index is that of the work tree, and says nothing of other revisions.
    let nested = if plan.revision.is_none() { workspace.repo.nested_plans()? } else { Vec::new() };
    let mut findings = check(&plan, &nested);
    let lacks_place = |f: &Finding| f.place.is_none() && f.path.is_some();
    let texts = workspace
        .texts(plan.revision, findings.iter().filter(|f| lacks_place(f)).filter_map(|f| f.path.as_deref()))?;
    locate(&mut findings, |path| texts.get(path).cloned());
    let view = CheckView::of(&plan, findings);
    if context.is_json() {
        context.ui.json(&view)?;
    } else {
        let mut screen = context.ui.screen();
        text::check(&view, &mut screen);
        if view.findings.is_empty() { context.ui.done(screen)? } else { context.ui.show(screen)? }
    }
    if view.count(Severity::Error) > 0 { Err(CliError::no()) } else { Ok(()) }
}
