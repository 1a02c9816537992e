//! `tasks forecast`.

use super::args::Context;
use super::completing::milestones;
use super::filtering::milestone;
use crate::error::CliError;
use crate::view::{ForecastOptions, ForecastView, ScheduleView, text};
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
///
/// With --schedule it shows the critical path, and of each task that remains when it can begin at the earliest, when it must
/// begin and be done at the latest, and by how much it can slip, in work from now on: by the upper bounds of estimates, or
/// by counting tasks where no open task has one. That needs no history.
#[derive(Debug, Args)]
pub struct ForecastArgs {
    /// Only what this milestone needs
    #[arg(long, value_name = "MILESTONE", add = milestones())]
    milestone: Option<String>,
    /// How likely it is done by this day
    #[arg(long, value_name = "YYYY-MM-DD", value_parser = super::args::day)]
    by: Option<Date>,
    /// Replay the past, and show how often forecasts would have held
    #[arg(long)]
    backtest: bool,
    /// Show the critical path, earliest and latest beginnings and slack instead of dates
    #[arg(long, conflicts_with_all = ["by", "backtest", "as_of", "runs", "seed"])]
    schedule: bool,
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
    let milestone = args.milestone.as_ref().map(|name| milestone(&plan, name)).transpose()?;
    if args.schedule {
        context.warn_of_knots(&plan);
        let view = ScheduleView::of(&plan, milestone.as_deref());
        if context.is_json() {
            return context.ui.json(&view);
        }
        let mut screen = context.ui.screen();
        text::schedule(&view, &mut screen);
        return context.ui.show(screen);
    }
    let options = ForecastOptions {
        milestone,
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
