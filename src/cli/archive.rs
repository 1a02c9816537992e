//! `tasks archive`.

use super::args::Context;
use super::completing::ids;
use super::locating::positions;
use super::moving::relocated;
use super::writing::{DryRun, Writer};
use crate::changeset::ChangeSet;
use crate::error::{CliError, Exit};
use crate::format::parse_task;
use crate::model::Status;
use crate::plan::Plan;
use crate::view::Paint;
use crate::workspace::Scope;
use clap::Args;
use jiff::civil::Date;
use jiff::tz::TimeZone;

/// Put settled tasks away
///
/// Their files move to .tasks/archive/: out of lists and totals, but still there for dependencies and history.
#[derive(Debug, Args)]
pub struct ArchiveArgs {
    /// The tasks
    #[arg(required_unless_present = "settled", conflicts_with = "settled", value_name = "ID", add = ids())]
    ids: Vec<String>,
    /// Every task that is settled
    #[arg(long)]
    settled: bool,
    /// Only tasks that a commit completed before this day; without a commit, written down before it
    #[arg(long, value_name = "DATE", requires = "settled", value_parser = super::args::day)]
    before: Option<Date>,
    #[command(flatten)]
    dry_run: DryRun,
}

/// Moves the files of settled tasks.
pub fn run(context: &Context, args: &ArchiveArgs) -> Result<(), CliError> {
    context.refuse_revisions()?;
    // Deriving takes longer than writing, and others may write meanwhile: what has changed by then is found out below.
    let scope = Scope { shared: true, shallow_will_do: true, ..Scope::default() };
    let plan = context.workspace()?.plan(scope)?;
    let chosen: Vec<usize> = if args.settled {
        let is_old =
            |at: &usize| args.before.is_none_or(|day| settled_on(&plan, *at).is_some_and(|d| d < day));
        plan.current().filter(|&at| plan.states[at].status.is_settled()).filter(is_old).collect()
    } else {
        named(&plan, &args.ids)?
    };
    let unknown = plan.current().filter(|&at| plan.states[at].status == Status::Unknown).count();
    if args.settled && unknown > 0 {
        let told = format!("of {unknown} tasks this clone is too shallow to know whether they are settled");
        if chosen.is_empty() {
            return Err(too_shallow(told));
        }
        context.ui.warn(&format!("{told}; {UNSHALLOW}"));
    }
    let writer = Writer::begin(context, args.dry_run)?;
    let mut changes = ChangeSet::default();
    for &at in &chosen {
        let path = &plan.entry(at).path;
        let within = path.strip_prefix(".tasks/").unwrap_or(path);
        let bytes = writer.read(path)?;
        if parse_task(path, &bytes).value.as_ref() != Some(&plan.entry(at).task) {
            return Err(CliError::failed(format!("{path} was changed meanwhile; nothing was archived")));
        }
        changes.files.extend(relocated(path, format!(".tasks/archive/{within}"), bytes, None));
    }
    writer.finish(&changes, |screen| {
        match chosen.as_slice() {
            [] => screen.plain("nothing to archive"),
            [at] => screen.plain("archived ").put(Paint::Id, plan.entry(*at).id.as_str()),
            many => screen.plain(&format!("archived {} tasks", many.len())),
        };
        screen.line();
    })
}

/// The tasks asked for, which have to be settled; those that are archived already are left out.
fn named(plan: &Plan, ids: &[String]) -> Result<Vec<usize>, CliError> {
    let mut chosen = positions(plan, ids)?;
    chosen.sort_unstable();
    chosen.dedup();
    chosen.retain(|&at| !plan.entry(at).archived);
    match chosen.iter().find(|&&at| !plan.states[at].status.is_settled()) {
        Some(&at) if plan.states[at].status == Status::Unknown => {
            let id = &plan.entry(at).id;
            Err(too_shallow(format!("this clone is too shallow to know whether {id} is settled")))
        }
        Some(&at) => {
            let (id, status) = (&plan.entry(at).id, plan.states[at].status.as_str());
            Err(CliError::failed(format!("{id} is {status}; only settled tasks are archived"))
                .hint(format!("tasks why {id} says why")))
        }
        None => Ok(chosen),
    }
}

/// What mends a clone that does not know.
const UNSHALLOW: &str = "git fetch --unshallow brings the rest of history";

fn too_shallow(message: String) -> CliError {
    CliError { exit: Exit::Shallow, ..CliError::failed(message) }.hint(UNSHALLOW)
}

/// The day of the completing commit, in UTC; where the file itself says so, the day the task was written down.
fn settled_on(plan: &Plan, at: usize) -> Option<Date> {
    let evidence = &plan.evidence.tasks[at];
    let time = match evidence.completed_by {
        Some(item) => jiff::Timestamp::from_second(plan.history.time(evidence.items[item].commit)).ok(),
        None => plan.entry(at).task.created,
    };
    time.map(|time| time.to_zoned(TimeZone::UTC).date())
}
