//! `tasks forecast`.

use super::args::Context;
use crate::error::CliError;
use crate::model::nearest;
use crate::plan::Plan;
use crate::view::{ForecastOptions, ForecastView, text};
use crate::workspace::Scope;
use clap::Args;
use jiff::civil::Date;
use jiff::tz::TimeZone;

/// Forecast when what remains may be done
///
/// Draws futures from the throughput of the last twelve weeks and takes the remaining work off them, in the order of tasks
/// next --order and with every dependency. The dates hold with even odds (P50), in 85 and in 95 of 100 futures; they are
/// rescaled by how often such forecasts held in this plan's own past. With fewer than twelve weeks since the first
/// completed task there is not enough history, and the exit code is 1.
#[derive(Debug, Args)]
pub struct ForecastArgs {
    /// Only what this milestone needs
    #[arg(long, value_name = "MILESTONE")]
    milestone: Option<String>,
    /// How likely it is done by this day
    #[arg(long, value_name = "YYYY-MM-DD", value_parser = super::args::day)]
    by: Option<Date>,
    /// Replay the past, and show how often forecasts would have held
    #[arg(long)]
    backtest: bool,
    /// Look ahead from this day instead of today
    #[arg(long, value_name = "YYYY-MM-DD", value_parser = super::args::day)]
    as_of: Option<Date>,
    /// How many futures to draw
    #[arg(long, value_name = "N", default_value_t = 5000, value_parser = clap::value_parser!(u32).range(100..=1_000_000))]
    runs: u32,
    /// Another seed draws other futures; the same one draws the same
    #[arg(long, value_name = "N", default_value_t = 0)]
    seed: u64,
}

/// Shows the forecast.
pub fn run(context: &Context, args: &ForecastArgs) -> Result<(), CliError> {
    let (_, plan) = context.plan(Scope { shared: true, ..Scope::default() })?;
    if let Some(name) = &args.milestone {
        known(&plan, name)?;
    }
    let options = ForecastOptions {
        milestone: args.milestone.clone(),
        by: args.by,
        as_of: args.as_of.unwrap_or_else(|| context.now.to_zoned(TimeZone::UTC).date()),
        runs: args.runs as usize,
        seed: args.seed,
    };
    let view = ForecastView::of(&plan, &options);
    if context.is_json() {
        context.ui.json(&view)?;
    } else {
        let mut screen = context.ui.screen();
        if args.backtest {
            text::backtest(&view, &mut screen);
        } else {
            text::forecast(&view, &mut screen);
        }
        context.ui.show(screen)?;
    }
    if view.throughput.enough { Ok(()) } else { Err(CliError::no()) }
}

/// An error names milestones of near names.
fn known(plan: &Plan, name: &str) -> Result<(), CliError> {
    let names = || plan.snapshot.milestones.iter().map(|m| m.name.as_str());
    if names().any(|known| known == name) {
        return Ok(());
    }
    let error = CliError::failed(format!("there is no milestone {name:?}"));
    Err(match nearest(name, names()) {
        Some(near) => error.hint(format!("did you mean {near}?")),
        None => error.hint("tasks status lists the milestones"),
    })
}
