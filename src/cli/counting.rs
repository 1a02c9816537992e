//! `tasks log --counts`: the plan's totals over time.

use super::args::{Context, Format};
use crate::config::Config;
use crate::error::CliError;
use crate::git::{FileDelta, Oid, PlanObjects};
use crate::plan::{MAX_PERIODS, Moment, Period, TaskChange, Timeline, ambiguous_ids, periods};
use crate::snapshot::{CONFIG_PATH, TaskEntry};
use crate::view::{CountsRow, CountsView, text};
use crate::workspace::{Trees, Workspace};
use jiff::civil::Date;
use std::collections::HashMap;

/// Shows the totals by day or week, from `since` on, the last `limit` of them.
pub fn run(context: &Context, by: Period, since: Option<Date>, limit: usize) -> Result<(), CliError> {
    let workspace = context.workspace()?;
    if workspace.request.plan_from.is_some() {
        return Err(CliError::failed("--counts reads at each commit the plan of that commit")
            .hint("leave out --plan-from; --at REV counts up to another revision"));
    }
    let tip = workspace.tip()?;
    let mut rows = match tip {
        Some(tip) => totals(&workspace, tip, by)?,
        None => Vec::new(),
    };
    if rows.is_empty() {
        return Err(
            CliError::failed("no commit has a plan yet").hint("--counts reads commits, not the work tree")
        );
    }
    rows.retain(|row| since.is_none_or(|day| row.date.as_str() >= day.to_string().as_str()));
    rows.drain(..rows.len().saturating_sub(limit));
    let view = CountsView { schema: 1, tip: tip.map(|oid| oid.to_string()), by: by.as_str(), rows };
    match context.global.format {
        Some(Format::Json) => context.ui.json(&view),
        Some(Format::Csv) => context.ui.raw(&view.csv().map_err(CliError::failed)?),
        _ => {
            let mut screen = context.ui.screen();
            text::counts(&view, &mut screen);
            context.ui.show(screen)
        }
    }
}

/// The totals at the end of each period up to a commit, from the first one that has a plan.
pub fn totals(workspace: &Workspace, tip: Oid, by: Period) -> Result<Vec<CountsRow>, CliError> {
    rows(workspace, &moments(workspace, periods(&workspace.repo.mainline(tip)?, by))?)
}

/// The same by weeks, or by days as long as the plan is younger than so many weeks.
pub fn totals_from(
    workspace: &Workspace,
    tip: Oid,
    weeks: usize,
) -> Result<(Period, Vec<CountsRow>), CliError> {
    let line = workspace.repo.mainline(tip)?;
    let mut ends = periods(&line, Period::Week);
    let mut by = Period::Week;
    let has_plan = |at: &usize| workspace.repo.has_plan(ends[*at].1).unwrap_or(false);
    if ends.len() - (0..ends.len()).find(has_plan).unwrap_or(ends.len()) < weeks {
        by = Period::Day;
        ends = periods(&line, by);
    }
    Ok((by, rows(workspace, &moments(workspace, ends)?)?))
}

/// The plan at the end of each period, from the first one that has a plan.
fn moments(workspace: &Workspace, ends: Vec<(Date, Oid)>) -> Result<Vec<Moment>, CliError> {
    if ends.len() >= MAX_PERIODS {
        return Err(CliError::failed(format!("history spans {MAX_PERIODS} periods or more"))
            .hint("a commit's clock was wrong by centuries; git log --format='%H %cI' finds it"));
    }
    let mut moments: Vec<Moment> = Vec::new();
    let (mut before, mut config): (Option<Oid>, Config) = (None, Config::default());
    let mut trees = workspace.trees();
    for (date, commit) in ends {
        let mut changes = Vec::new();
        if before != Some(commit) {
            let Some(deltas) = workspace.repo.plan_delta(before, commit)? else { continue };
            changes = read(workspace, &mut trees, commit, deltas, &mut config)?;
        }
        before = Some(commit);
        moments.push(Moment { date, commit, changes, config: config.clone() });
    }
    Ok(moments)
}

/// Reads files as they are after a change; only tasks and the configuration matter.
fn read(
    workspace: &Workspace,
    trees: &mut Trees<'_>,
    commit: Oid,
    deltas: Vec<FileDelta>,
    config: &mut Config,
) -> Result<Vec<TaskChange>, CliError> {
    let files = deltas.iter().filter_map(|delta| Some((delta.path.clone(), delta.after?))).collect();
    let listing = PlanObjects { files, problems: Vec::new(), commit: Some(commit) };
    let snapshot = trees.read(&workspace.repo, listing)?;
    if deltas.iter().any(|delta| delta.path == CONFIG_PATH) {
        *config = snapshot.config;
    }
    let mut entries: HashMap<String, TaskEntry> =
        snapshot.tasks.into_iter().map(|entry| (entry.path.clone(), entry)).collect();
    let tasks = deltas.into_iter().filter(|delta| delta.path != CONFIG_PATH);
    Ok(tasks.map(|FileDelta { path, .. }| TaskChange { entry: entries.remove(&path), path }).collect())
}

/// Counts, with one history for all moments that read it by the same rules.
fn rows(workspace: &Workspace, moments: &[Moment]) -> Result<Vec<CountsRow>, CliError> {
    let sight = ambiguous_ids(moments);
    let rules = |moment: &Moment| (moment.config.references.clone(), moment.config.since.clone());
    let mut timeline = Timeline::default();
    let mut rows = Vec::with_capacity(moments.len());
    for run in moments.chunk_by(|a, b| rules(a) == rules(b)) {
        let Some(last) = run.last() else { continue };
        // The last one first, since that is the one whose history has to be whole.
        let tips: Vec<Oid> = run.iter().rev().map(|moment| moment.commit).collect();
        let history = workspace.history_by(&last.config, &sight, &tips, false)?;
        workspace.refuse_shallow(&history)?;
        let tallies = timeline.go(run, &history);
        rows.extend(run.iter().zip(&tallies).map(|(m, tally)| CountsRow::of(m.date, m.commit, tally)));
    }
    Ok(rows)
}
