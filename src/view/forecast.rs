//! When what remains may be done.

use super::list::Head;
use super::time::rfc3339;
use crate::forecast::{
    Backlog, Backtest, Factors, Finish, Flow, Held, MIN_WEEKS, QUANTILES, Remaining, Simulation, Sizes,
    Spread, WINDOW, Weekly, backtest, simulate,
};
use crate::plan::{Plan, WorkUnit};
use jiff::civil::Date;
use jiff::{ToSpan, tz::TimeZone};
use schemars::JsonSchema;
use serde::Serialize;
use std::collections::HashMap;

/// The answer of `tasks forecast`.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct ForecastView {
    /// Of what it speaks.
    #[serde(flatten)]
    pub head: Head,
    /// The day from which it looks ahead; it includes what was completed before.
    pub as_of: String,
    /// What was measured.
    pub throughput: ThroughputView,
    /// The whole plan, or the milestone asked for; then every milestone that is not reached.
    pub targets: Vec<TargetView>,
    /// How often forecasts would have held in this plan's own past.
    pub backtest: BacktestView,
    /// How long tasks take from the first commit that starts them to the one that completes them, in hours; null if
    /// none has both.
    pub cycle_hours: Option<SpreadView>,
    /// What is in progress by commits, the oldest first.
    pub in_progress: Vec<AgeView>,
    /// How many futures were drawn.
    pub runs: usize,
    /// From which seed.
    pub seed: u64,
}

/// What was completed in the past.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct ThroughputView {
    /// Tasks completed by commits in each whole week, the oldest first; the last one ends at `as_of`.
    pub tasks_per_week: Vec<u32>,
    /// How many that is on average, over the last twelve of those weeks; null before the first whole week.
    pub mean: Option<f64>,
    /// In what work is measured: `estimates`, or `tasks` where there are none.
    pub unit: &'static str,
    /// Tasks that a commit completed.
    pub tasks: usize,
    /// Tasks that are completed by their file alone, so that nobody knows when.
    pub undated: usize,
    /// With fewer weeks nothing is forecast.
    pub weeks_needed: usize,
    /// Whether there are as many.
    pub enough: bool,
}

/// When something may be done.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct TargetView {
    /// The milestone; null for the whole plan.
    pub milestone: Option<String>,
    /// Its title.
    pub title: Option<String>,
    /// When it is due, `YYYY-MM-DD`.
    pub due: Option<String>,
    /// Tasks that remain, those included that others of them wait for.
    pub tasks: usize,
    /// Their estimates added up, in minutes, where there are any: least and most.
    pub minutes: [u64; 2],
    /// P50, P85 and P95; empty if there is not enough history.
    pub dates: Vec<QuantileView>,
    /// How likely it is done by the date asked for, or else by its due date, from 0 to 1.
    pub chance: Option<ChanceView>,
    /// Tasks that can never be reached: on a cycle, or behind something that is missing. They are left out.
    pub unreachable: Vec<String>,
    /// Tasks that wait for something outside the plan; it is taken for granted that this comes in time.
    pub waiting: Vec<String>,
}

/// A date, and how likely it holds.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct QuantileView {
    /// 0.5, 0.85 or 0.95.
    pub share: f64,
    /// Weeks from `as_of`, as simulated.
    pub weeks_plain: Option<f64>,
    /// The same rescaled by how earlier forecasts held, where the past says enough.
    pub weeks: Option<f64>,
    /// The day on which those weeks are over; null if that is more than ten years ahead.
    pub date: Option<String>,
}

/// How likely something is done by a date.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct ChanceView {
    /// The date.
    pub by: String,
    /// From 0 to 1.
    pub chance: f64,
}

/// How often forecasts held.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct BacktestView {
    /// How many promises were replayed.
    pub promises: usize,
    /// Which share of the P50, P85 and P95 held; null where there was none.
    pub held: [Option<f64>; 3],
    /// How many of them had enough past to be rescaled by it.
    pub promises_rescaled: usize,
    /// Which share of those held as simulated.
    pub held_plain: [Option<f64>; 3],
    /// Which share of those held when rescaled by what was known then.
    pub held_rescaled: [Option<f64>; 3],
    /// By what the weeks above are multiplied; null where the past says too little.
    pub factors: Option<[f64; 3]>,
}

/// Where durations lie.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct SpreadView {
    /// How many there are.
    pub count: usize,
    /// Half of them are at most this long.
    pub p50: f64,
    /// 85 % of them are at most this long.
    pub p85: f64,
}

/// For how long a task has been in progress.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct AgeView {
    /// The task.
    pub id: String,
    /// Its title.
    pub title: String,
    /// Since the first commit that started it.
    pub hours: f64,
    /// That commit's time, RFC 3339.
    pub since: String,
}

/// What to forecast.
#[derive(Debug, Clone)]
pub struct ForecastOptions {
    /// The milestone; the whole plan and every milestone without one.
    pub milestone: Option<String>,
    /// How likely it is done by then.
    pub by: Option<Date>,
    /// The day from which to look ahead.
    pub as_of: Date,
    /// How many futures to draw.
    pub runs: usize,
    /// From which seed.
    pub seed: u64,
}

impl ForecastView {
    /// The forecast of a plan; `options.milestone` has to be one of it.
    pub fn of(plan: &Plan, options: &ForecastOptions) -> Self {
        let sizes = Sizes::of(plan);
        let until = seconds(options.as_of);
        let completions = sizes.completions(plan);
        let weekly = Weekly::of(&completions, until);
        let replayed = backtest(&weekly.sizes, options.seed);
        let forecaster =
            Forecaster { plan, options, sizes: &sizes, weekly: &weekly, factors: replayed.factors };
        let completed = plan.current().filter(|&at| plan.states[at].row == Some(1));
        let done = |at: &usize| plan.states[*at].status == crate::model::Status::Completed;
        let flow = Flow::of(plan, until);
        Self {
            head: Head::of(plan),
            as_of: options.as_of.to_string(),
            throughput: ThroughputView {
                tasks_per_week: weekly.tasks.clone(),
                mean: mean(&weekly.tasks),
                unit: match sizes.unit {
                    WorkUnit::Minutes => "estimates",
                    WorkUnit::Tasks => "tasks",
                },
                tasks: completions.len(),
                undated: completed.filter(done).count(),
                weeks_needed: MIN_WEEKS,
                enough: weekly.observations().is_some(),
            },
            targets: forecaster.targets(),
            backtest: BacktestView::of(&replayed),
            cycle_hours: flow.cycle.map(SpreadView::of),
            in_progress: ages(plan, &flow, until),
            runs: options.runs,
            seed: options.seed,
        }
    }
}

struct Forecaster<'a> {
    plan: &'a Plan,
    options: &'a ForecastOptions,
    sizes: &'a Sizes,
    weekly: &'a Weekly,
    factors: Option<Factors>,
}

impl Forecaster<'_> {
    fn targets(&self) -> Vec<TargetView> {
        let backlog = Backlog::of(self.plan, self.sizes);
        let mut members: HashMap<&str, Vec<usize>> = HashMap::new();
        for (at, names) in self.plan.current_milestones() {
            for name in names {
                members.entry(name).or_default().push(at);
            }
        }
        if let Some(name) = &self.options.milestone {
            let tasks = members.get(name.as_str()).map_or(&[][..], Vec::as_slice);
            return vec![self.target(Some(name), &backlog.remaining(tasks))];
        }
        let mut targets = vec![self.target(None, &backlog.whole())];
        for milestone in &self.plan.snapshot.milestones {
            let Some(tasks) = members.get(milestone.name.as_str()) else { continue };
            let remaining = backlog.remaining(tasks);
            if !remaining.tasks.is_empty() {
                targets.push(self.target(Some(&milestone.name), &remaining));
            }
        }
        targets
    }

    fn target(&self, milestone: Option<&str>, remaining: &Remaining) -> TargetView {
        let plan = self.plan;
        let observations = self.weekly.observations();
        let finish = observations.map(|observations| {
            simulate(&Simulation {
                observations,
                pieces: &remaining.pieces,
                runs: self.options.runs,
                seed: self.options.seed,
            })
        });
        let entry = milestone.and_then(|name| plan.snapshot.milestones.iter().find(|m| m.name == name));
        let due = entry.and_then(|m| m.milestone.due);
        let by = self.options.by.or(due);
        let ids = |tasks: &[usize]| tasks.iter().map(|&at| plan.entry(at).id.to_string()).collect();
        TargetView {
            milestone: milestone.map(str::to_owned),
            title: entry.and_then(|m| m.milestone.title.clone()),
            due: due.map(|due| due.to_string()),
            tasks: remaining.tasks.len(),
            minutes: minutes(plan, &remaining.tasks),
            dates: finish.as_ref().map_or_else(Vec::new, |finish| self.dates(finish)),
            chance: finish.as_ref().zip(by).map(|(finish, by)| self.chance(finish, by)),
            unreachable: ids(&remaining.unreachable),
            waiting: ids(&remaining.waiting),
        }
    }

    fn dates(&self, finish: &Finish) -> Vec<QuantileView> {
        let factors = self.factors.unwrap_or(Factors::PLAIN);
        let mut least = 0.0_f64;
        let mut dates = Vec::new();
        for share in QUANTILES {
            let plain = finish.weeks(share);
            // A likelier date is never an earlier one, whatever the factors say.
            let weeks = plain.map(|weeks| (weeks * factors.at(share)).max(least));
            least = weeks.unwrap_or(least);
            let date = weeks.and_then(|weeks| days_after(self.options.as_of, weeks));
            let round = |weeks: f64| (weeks * 100.0).round() / 100.0;
            dates.push(QuantileView {
                share,
                weeks_plain: plain.map(round),
                weeks: weeks.filter(|_| date.is_some()).map(round),
                date: date.map(|date| date.to_string()),
            });
        }
        dates
    }

    /// The work of the whole last day counts.
    fn chance(&self, finish: &Finish, by: Date) -> ChanceView {
        let days = (seconds(by) - seconds(self.options.as_of)) as f64 / 86_400.0 + 1.0;
        let chance = self.factors.unwrap_or(Factors::PLAIN).chance(finish, days / 7.0);
        ChanceView { by: by.to_string(), chance: (chance * 100.0).round() / 100.0 }
    }
}

impl BacktestView {
    fn of(backtest: &Backtest) -> Self {
        let shares = |held: &[Held; 3]| held.map(|held| held.share().map(|s| (s * 1000.0).round() / 1000.0));
        let round = |factor: f64| (factor * 100.0).round() / 100.0;
        Self {
            promises: backtest.plain.0[0].promises,
            held: shares(&backtest.plain.0),
            promises_rescaled: backtest.rescaled.0[0].promises,
            held_plain: shares(&backtest.plain_alike.0),
            held_rescaled: shares(&backtest.rescaled.0),
            factors: backtest.factors.map(|factors| factors.0.map(round)),
        }
    }
}

impl SpreadView {
    fn of(spread: Spread) -> Self {
        Self { count: spread.count, p50: hours(spread.median), p85: hours(spread.p85) }
    }
}

/// The average of the weeks from which futures are drawn.
fn mean(weeks: &[u32]) -> Option<f64> {
    let latest = &weeks[weeks.len().saturating_sub(WINDOW)..];
    let sum: u32 = latest.iter().sum();
    (!latest.is_empty()).then(|| (f64::from(sum) / latest.len() as f64 * 100.0).round() / 100.0)
}

fn ages(plan: &Plan, flow: &Flow, until: i64) -> Vec<AgeView> {
    let view = |&(at, age): &(usize, i64)| AgeView {
        id: plan.entry(at).id.to_string(),
        title: plan.entry(at).task.title.clone(),
        hours: hours(age),
        since: rfc3339(until - age),
    };
    flow.in_progress.iter().map(view).collect()
}

fn minutes(plan: &Plan, tasks: &[usize]) -> [u64; 2] {
    let calendar = plan.snapshot.config.calendar;
    let estimates = tasks.iter().filter_map(|&at| plan.entry(at).task.estimate.map(|e| e.minutes(calendar)));
    estimates.fold([0, 0], |[min, max], (least, most)| [min + least, max + most])
}

fn hours(seconds: i64) -> f64 {
    (seconds as f64 / 360.0).round() / 10.0
}

/// The first moment of a day in UTC.
fn seconds(date: Date) -> i64 {
    date.to_zoned(TimeZone::UTC).map_or(0, |start| start.timestamp().as_second())
}

fn days_after(date: Date, weeks: f64) -> Option<Date> {
    let days = (1..=3653).find(|days| f64::from(*days) >= weeks * 7.0)?;
    date.checked_add(i64::from(if weeks > 0.0 { days } else { 0 }).days()).ok()
}
