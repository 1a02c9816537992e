//! `tasks log`.

use super::args::Context;
use super::completing::{ids, revisions};
use super::counting;
use super::locating::position;
use crate::error::CliError;
use crate::format::parse_task;
use crate::git::{FileDelta, Oid, PlanChange, Pos, Repo};
use crate::model::{Task, TaskId};
use crate::plan::{Period, Plan};
use crate::snapshot::task_word;
use crate::view::{EventKind, LogView, LogWindow, TaskDelta, rfc3339, text};
use crate::workspace::{Scope, Workspace, local_zone};
use clap::builder::PossibleValuesParser;
use clap::{Args, ValueEnum};
use jiff::{Timestamp, civil::Date, tz::TimeZone};
use std::collections::{HashMap, HashSet};

/// How far back the news of the plan go unless told otherwise, in seconds: two weeks.
const NEWS: i64 = 14 * 24 * 60 * 60;

/// Show what happened to tasks: their life, or the news of the last two weeks
#[derive(Debug, Args)]
#[command(after_long_help = "\
With ids it is the life of those tasks: when each was created, edited (what from what to what), moved, started, \
completed, reverted and reopened, by which commit and whom. Without, it is the news of the plan of the last two weeks \
only, as its last line says; --since reaches further back. The newest comes first. A commit whose date cannot be read is of \
1970, where no such window reaches: --since REVISION, which goes by descent, shows it.

With --counts it is what the plan came to at the end of each day or week: how many tasks there were, how many of them \
completed, begun, cancelled, and how much work was left, the oldest first. Each row is what `tasks status --at COMMIT` \
says of the newest commit before that end, UTC, among the tip and its first parents; --format csv and json are for \
charts.")]
pub struct LogArgs {
    /// The tasks; the whole plan without any
    #[arg(value_name = "ID", add = ids())]
    ids: Vec<String>,
    /// Since a day (2026-11-21), a span (24h, 10d, 2w) or a revision; two weeks ago unless given, or always with ids
    #[arg(long, value_name = "WHEN", add = revisions())]
    since: Option<String>,
    /// Only events of these kinds: completed, created, …
    #[arg(long, value_delimiter = ',', value_name = "KIND", value_parser = kinds())]
    only: Vec<String>,
    /// How many events to show
    #[arg(short = 'n', long, value_name = "N", value_parser = super::args::number)]
    limit: Option<usize>,
    /// Show what the plan came to over time instead
    #[arg(long, conflicts_with_all = ["ids", "only"])]
    counts: bool,
    /// How often to count; each day unless given
    #[arg(long, value_enum, value_name = "PERIOD", requires = "counts")]
    by: Option<By>,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum By {
    Day,
    Week,
}

impl LogArgs {
    /// Whether totals are asked for.
    pub fn counts(&self) -> bool {
        self.counts
    }
}

/// Where the log begins.
enum Since {
    Always,
    /// Committer time, in seconds since the epoch.
    Time(i64),
    /// What is not reachable from this commit.
    Commit(Oid),
}

/// The tasks asked for.
struct Wanted {
    /// Their ids, those included that they had before; `None` for every task.
    names: Option<HashSet<TaskId>>,
    /// Their positions in the plan.
    tasks: Vec<usize>,
    /// Those asked for that the plan does not have now, but may have had.
    gone: Vec<TaskId>,
}

/// Shows the life of tasks, or the news of the plan.
pub fn run(context: &Context, args: &LogArgs) -> Result<(), CliError> {
    if args.counts {
        return counts(context, args);
    }
    let workspace = context.workspace()?;
    let plan = workspace.plan(Scope::default())?;
    let wanted = wanted(&plan, &args.ids)?;
    let since = since(context, &workspace, args)?;
    let changes = changes(&workspace.repo, &plan, &since)?;
    let deltas = deltas(&workspace.repo, &changes, &wanted)?;
    let was = |id: &TaskId| {
        deltas
            .iter()
            .any(|d| d.id == *id || d.file.renamed_from.as_deref().and_then(id_of).as_ref() == Some(id))
    };
    if let Some(stranger) = wanted.gone.iter().find(|id| !was(id)) {
        position(&plan.snapshot, stranger.as_str())?;
    }
    let news: Option<HashSet<Oid>> = match (&since, plan.tip) {
        (Since::Commit(oid), Some(tip)) => {
            Some(workspace.repo.span(&[tip], &[*oid])?.added.into_iter().collect())
        }
        _ => None,
    };
    let within = |pos: Pos| match &since {
        Since::Time(time) => plan.history.time(pos) >= *time,
        Since::Commit(_) => news.as_ref().is_none_or(|news| news.contains(&plan.history.oid(pos))),
        Since::Always => true,
    };
    let shown = match &since {
        Since::Always => None,
        Since::Time(time) => Some(rfc3339(*time)),
        Since::Commit(oid) => Some(oid.to_string()),
    };
    let keep = |kind: EventKind| args.only.is_empty() || args.only.iter().any(|name| name == kind.name());
    let by_default = args.since.is_none() && !matches!(since, Since::Always);
    let window = LogWindow { since: shown, by_default, limit: args.limit };
    let places = places(&workspace.repo, &plan, &deltas)?;
    let view = LogView::of(&plan, &deltas, &wanted.tasks, within, keep, &places, window);
    if context.is_json() {
        return context.ui.json(&view);
    }
    let mut screen = context.ui.screen();
    text::log(&view, &mut screen);
    context.ui.show(screen)
}

fn counts(context: &Context, args: &LogArgs) -> Result<(), CliError> {
    let by = match args.by {
        Some(By::Week) => Period::Week,
        Some(By::Day) | None => Period::Day,
    };
    let day = match &args.since {
        None => None,
        Some(when) => Some(first_day(context, when)?),
    };
    counting::run(context, by, day, args.limit.unwrap_or(usize::MAX))
}

/// The day that is meant by a day, or by a span before now.
fn first_day(context: &Context, when: &str) -> Result<Date, CliError> {
    if let Ok(day) = when.parse() {
        return Ok(day);
    }
    let start = span(when).and_then(|seconds| Timestamp::from_second(context.now.as_second() - seconds).ok());
    let start = start.map(|start| start.to_zoned(TimeZone::UTC).date());
    start.ok_or_else(|| {
        CliError::failed(format!(
            "--since is {when:?}: --counts starts at a day (2026-11-21) or a span (10d, 2w)"
        ))
    })
}

fn kinds() -> PossibleValuesParser {
    EventKind::ALL.map(EventKind::name).into()
}

fn wanted(plan: &Plan, ids: &[String]) -> Result<Wanted, CliError> {
    if ids.is_empty() {
        return Ok(Wanted { names: None, tasks: (0..plan.snapshot.tasks.len()).collect(), gone: Vec::new() });
    }
    let (mut names, mut tasks, mut gone) = (HashSet::new(), Vec::new(), Vec::new());
    for id in ids {
        let name = id.trim_start_matches('#');
        let parsed: TaskId =
            name.parse().map_err(|e| CliError::failed(format!("{id:?} is no task id: {e}")))?;
        match plan.position(&parsed) {
            Some(at) => {
                names.extend(plan.entry(at).task.aka.iter().cloned());
                tasks.push(at);
            }
            None => gone.push(parsed.clone()),
        }
        names.insert(parsed);
    }
    tasks.sort_unstable();
    tasks.dedup();
    Ok(Wanted { names: Some(names), tasks, gone })
}

fn since(context: &Context, workspace: &Workspace, args: &LogArgs) -> Result<Since, CliError> {
    let now = context.now.as_second();
    let Some(when) = &args.since else {
        return Ok(if args.ids.is_empty() { Since::Time(now - NEWS) } else { Since::Always });
    };
    if let Some(seconds) = span(when) {
        return Ok(Since::Time(now.saturating_sub(seconds)));
    }
    if let Ok(day) = when.parse::<Date>() {
        let start = day.to_zoned(local_zone()).map_err(CliError::failed)?;
        return Ok(Since::Time(start.timestamp().as_second()));
    }
    let resolved = workspace.repo.resolve(when).map_err(|error| {
        CliError::from(error).hint("--since takes a day (2026-11-21), a span (24h, 10d, 2w) or a revision")
    });
    Ok(Since::Commit(resolved?))
}

/// `24h`, `10d`, `2w` in seconds.
pub(super) fn span(text: &str) -> Option<i64> {
    let unit = match text.chars().last()? {
        'h' => 3600,
        'd' => 86_400,
        'w' => 604_800,
        _ => return None,
    };
    text[..text.len() - 1].parse::<u32>().ok().map(|number| i64::from(number) * unit)
}

/// The commits that changed the plan. Where a shallow clone cuts parents off, what a commit changed cannot be told.
fn changes(repo: &Repo, plan: &Plan, since: &Since) -> Result<Vec<PlanChange>, CliError> {
    let Some(tip) = plan.tip else { return Ok(Vec::new()) };
    let hidden = if let Since::Commit(oid) = since { Some(*oid) } else { None };
    let mut changes = repo.plan_changes(tip, hidden)?;
    if let Since::Time(time) = since {
        changes.retain(|change| change.time >= *time);
    }
    if repo.is_shallow()? {
        let has_parents = |change: &PlanChange| {
            repo.commit_info(change.oid)
                .is_ok_and(|info| info.parents.iter().all(|parent| repo.commit_info(*parent).is_ok()))
        };
        changes.retain(has_parents);
    }
    Ok(changes)
}

/// The files of the tasks asked for, read before and after each commit.
fn deltas<'a>(
    repo: &Repo,
    changes: &'a [PlanChange],
    wanted: &Wanted,
) -> Result<Vec<TaskDelta<'a>>, CliError> {
    let mut deltas = Vec::new();
    for change in changes {
        for file in &change.files {
            let former = file.renamed_from.as_deref().and_then(id_of);
            let Some(id) = id_of(&file.path).or_else(|| former.clone()) else { continue };
            let asked = |id: &TaskId| wanted.names.as_ref().is_none_or(|names| names.contains(id));
            if asked(&id) || former.as_ref().is_some_and(asked) {
                let (before, after) = versions(repo, file)?;
                deltas.push(TaskDelta { change, file, id, before, after });
            }
        }
    }
    Ok(deltas)
}

/// How the commits descend from each other that may have to be told apart although they are of the same second.
fn places(repo: &Repo, plan: &Plan, deltas: &[TaskDelta<'_>]) -> Result<HashMap<Oid, usize>, CliError> {
    let Some(tip) = plan.tip.filter(|_| !deltas.is_empty()) else {
        // Commits that say something of tasks know themselves who comes first.
        let places = plan.history.places().enumerate();
        return Ok(places.map(|(at, pos)| (plan.history.oid(pos), at)).collect());
    };
    let changed = deltas.iter().map(|delta| delta.change.oid);
    let said = plan.history.places().map(|pos| plan.history.oid(pos));
    Ok(repo.places(tip, &changed.chain(said).collect())?)
}

fn versions(repo: &Repo, file: &FileDelta) -> Result<(Option<Task>, Option<Task>), CliError> {
    let read = |oid: Option<Oid>| -> Result<Option<Task>, CliError> {
        let Some(oid) = oid else { return Ok(None) };
        Ok(parse_task(&file.path, &repo.blob(oid)?).value)
    };
    Ok((read(file.before)?, read(file.after)?))
}

/// The id of the task whose file that is.
pub(super) fn id_of(path: &str) -> Option<TaskId> {
    task_word(path)?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spans_and_task_files_are_told_from_others() {
        let spans = [
            ("24h", Some(86_400)),
            ("2w", Some(1_209_600)),
            ("10d", Some(864_000)),
            ("w", None),
            ("\u{e9}", None),
            ("main", None),
        ];
        for (text, seconds) in spans {
            assert_eq!(span(text), seconds, "{text}");
        }
        let paths = [
            (".tasks/412.toml", Some("412")),
            (".tasks/archive/a/412.toml", Some("412")),
            (".tasks/config.toml", None),
            (".tasks/a/group.toml", None),
            (".tasks/milestones/beta.toml", None),
            (".tasks/a/notes.md", None),
        ];
        for (path, id) in paths {
            assert_eq!(id_of(path).as_ref().map(TaskId::as_str), id, "{path}");
        }
    }
}
