//! When what remains may be done.

use super::parts::{count, percent_of};
use crate::view::{BacktestView, ForecastView, Paint, Screen, TargetView, span_of_minutes, width_of};

/// How many tasks in progress are named.
const MOST: usize = 5;

/// What was measured, what it promises for each target, and how far such promises held.
pub fn forecast(view: &ForecastView, screen: &mut Screen) {
    measured(view, screen);
    for target in &view.targets {
        one(target, screen);
    }
    if view.throughput.enough {
        trust(&view.backtest, screen);
    }
    flow(view, screen);
}

/// How often forecasts held in the past.
pub fn backtest(view: &ForecastView, screen: &mut Screen) {
    let past = &view.backtest;
    if past.promises == 0 {
        screen.paragraph(Paint::Plain, &not_enough(view), 0);
        return;
    }
    screen.put(Paint::Heading, &format!("{} of the past replayed", count(past.promises, "promise"))).line();
    row("", &["P50", "P85", "P95"].map(str::to_owned), screen);
    row("as simulated", &past.held.map(share), screen);
    if past.promises_rescaled > 0 {
        let rest = format!("The {} with enough past to be rescaled by it", past.promises_rescaled);
        screen.line().put(Paint::Heading, &rest).line();
        row("as simulated", &past.held_plain.map(share), screen);
        row("rescaled", &past.held_rescaled.map(share), screen);
    }
    trust(past, screen);
}

fn measured(view: &ForecastView, screen: &mut Screen) {
    let throughput = &view.throughput;
    let weeks = throughput.tasks_per_week.len();
    screen.put(Paint::Heading, &format!("As of {}", view.as_of)).plain(" ");
    if !throughput.enough {
        screen.line();
        screen.paragraph(Paint::Plain, &not_enough(view), 0);
        if let Some(mean) = throughput.mean {
            screen.paragraph(Paint::Plain, &format!("so far {mean:.1} tasks a week"), 0);
        }
        return;
    }
    let mean = throughput.mean.unwrap_or_default();
    let unit = if throughput.unit == "tasks" { "task counts" } else { "estimates" };
    let weeks = weeks.min(throughput.weeks_needed);
    let said = format!("{mean:.1} tasks a week over the last {weeks} weeks, measured in {unit}");
    screen.paragraph(Paint::Plain, &said, 0);
    if throughput.undated > 0 {
        let said = format!(
            "{} completed by their files alone: nobody knows when",
            count(throughput.undated, "task")
        );
        screen.paragraph(Paint::Dim, &said, 0);
    }
}

fn not_enough(view: &ForecastView) -> String {
    let weeks = view.throughput.tasks_per_week.len();
    format!(
        "not enough history: {} since the first task was completed by a commit, {} are needed",
        count(weeks, "whole week"),
        view.throughput.weeks_needed
    )
}

fn one(target: &TargetView, screen: &mut Screen) {
    screen.line();
    let name = target.title.as_deref().or(target.milestone.as_deref()).unwrap_or("Whole plan");
    let mut aside = format!("{} left", count(target.tasks, "task"));
    if target.minutes[1] > 0 {
        let (min, max) = (span_of_minutes(target.minutes[0]), span_of_minutes(target.minutes[1]));
        aside.push_str(", ");
        let range = if min == max { min } else { format!("{min}-{max}") };
        aside.push_str(&range);
    }
    let room = screen.width().saturating_sub(width_of(&aside) + 2).max(12);
    screen.cut(Paint::Heading, name, room).plain("  ").rest(Paint::Dim, &aside).line();
    for date in &target.dates {
        let label = format!("  P{:.0}  ", date.share * 100.0);
        screen.put(Paint::Id, &label).plain(date.date.as_deref().unwrap_or("not in ten years"));
        if let Some(weeks) = date.weeks {
            screen.put(Paint::Dim, &format!("  {weeks:.1} weeks"));
        }
        screen.line();
    }
    if let Some(chance) = &target.chance {
        let is_due = target.due.as_ref() == Some(&chance.by);
        let paint = if chance.chance < 0.5 { Paint::Bad } else { Paint::Plain };
        screen.plain(if is_due { "  due " } else { "  by " }).plain(&chance.by).plain(": ");
        screen.put(paint, &percent_of(chance.chance)).line();
    }
    left_out(&target.unreachable, screen);
    aside_of(&target.waiting, "taken last, as if what they wait for came in time", screen);
}

/// The tasks of which nothing can be foreseen, if there are any.
pub(super) fn left_out(ids: &[String], screen: &mut Screen) {
    aside_of(ids, "left out, since they can never be reached", screen);
}

fn aside_of(ids: &[String], said: &str, screen: &mut Screen) {
    if !ids.is_empty() {
        screen.paragraph(Paint::Dim, &format!("{}: {said}", ids.join(", ")), 2);
    }
}

/// How far to trust the dates.
fn trust(past: &BacktestView, screen: &mut Screen) {
    screen.line();
    let said = if let (Some(factors), Some(held)) = (past.factors, past.held[1]) {
        let factors = factors.map(|f| format!("{f:.2}")).join(", ");
        format!(
            "Replayed on its own past, a P85 held {} of the time; the dates are rescaled by that (times {factors})",
            percent_of(held)
        )
    } else {
        let promises = count(past.promises, "promise");
        format!("{promises} to be replayed: too few to rescale the dates by how such forecasts held")
    };
    screen.paragraph(Paint::Dim, &said, 0);
}

fn flow(view: &ForecastView, screen: &mut Screen) {
    if let Some(cycle) = &view.cycle_hours {
        screen.line();
        let said = format!(
            "{} from start to completion: half within {}, 85 % within {}",
            count(cycle.count, "task"),
            days(cycle.p50),
            days(cycle.p85)
        );
        screen.paragraph(Paint::Plain, &said, 0);
    } else if view.throughput.tasks > 0 {
        screen.line();
        screen.paragraph(Paint::Dim, "no cycle time: of no completed task a commit says when it began", 0);
    }
    if view.in_progress.is_empty() {
        return;
    }
    screen.line().put(Paint::Heading, "In progress, the oldest first").line();
    for age in view.in_progress.iter().take(MOST) {
        screen.plain("  ").put(Paint::Id, &age.id).plain("  ");
        let said = days(age.hours);
        let room = screen.width().saturating_sub(6 + width_of(&age.id) + said.len()).max(8);
        screen.cut(Paint::Plain, &age.title, room).plain("  ").put(Paint::Dim, &said).line();
    }
    if view.in_progress.len() > MOST {
        screen.put(Paint::Dim, &format!("  and {} more", view.in_progress.len() - MOST)).line();
    }
}

fn days(hours: f64) -> String {
    if hours < 48.0 { format!("{hours:.0}h") } else { format!("{:.1} days", hours / 24.0) }
}

fn row(name: &str, cells: &[String; 3], screen: &mut Screen) {
    screen.cell(Paint::Plain, name, 14);
    for cell in cells {
        screen.plain("  ").right(Paint::Plain, cell, 7);
    }
    screen.line();
}

fn share(share: Option<f64>) -> String {
    share.map_or_else(|| "-".to_owned(), |share| format!("{:.1} %", share * 100.0))
}
