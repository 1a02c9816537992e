//! `tasks list`.

use super::args::Context;
use crate::error::CliError;
use crate::model::{GroupName, Priority, Status, natural_cmp, nearest};
use crate::plan::Plan;
use crate::view::{ListView, text};
use crate::workspace::{Scope, Workspace};
use clap::{Args, ValueEnum};
use jiff::ToSpan;
use jiff::civil::Date;

/// List tasks
#[expect(clippy::struct_excessive_bools, reason = "each is a flag of the command line")]
#[derive(Debug, Args)]
#[command(after_long_help = "\
Filters combine: a task is listed if it fits all of them; of several values of one filter it has to fit one. Settled \
tasks are left out unless --all or --status asks for them; archived ones are listed with --archived.")]
pub struct ListArgs {
    /// Words that the id, the title, the description, a step, a field or a tag has to contain
    #[arg(value_name = "TEXT")]
    text: Vec<String>,
    /// Settled tasks as well
    #[arg(short, long)]
    all: bool,
    /// Archived tasks as well
    #[arg(long)]
    archived: bool,
    /// Of these statuses
    #[arg(short, long, value_enum, value_delimiter = ',', value_name = "STATUS")]
    status: Vec<StatusArg>,
    /// In these groups or their subgroups
    #[arg(short, long, value_delimiter = ',', value_name = "GROUP")]
    group: Vec<String>,
    /// Of these priorities, or none
    #[arg(short, long, value_enum, value_delimiter = ',', value_name = "PRIORITY")]
    priority: Vec<PriorityArg>,
    /// With these tags
    #[arg(short, long, value_delimiter = ',', value_name = "TAG")]
    tag: Vec<String>,
    /// Of these milestones
    #[arg(short, long, value_delimiter = ',', value_name = "MILESTONE")]
    milestone: Vec<String>,
    #[command(flatten)]
    who: WhoArgs,
    /// Pending with every dependency settled
    #[arg(short, long)]
    ready: bool,
    /// Not settled although their date has passed
    #[arg(long)]
    overdue: bool,
    /// Due by then: a day (2026-12-01), or a span from today (24h, 7d, 2w)
    #[arg(long, value_name = "WHEN")]
    due: Option<String>,
    /// By what to sort; the order of the files unless given
    #[arg(long, value_enum, value_name = "KEY")]
    sort: Option<Sort>,
    /// The last first
    #[arg(long)]
    reverse: bool,
    /// How many to list
    #[arg(short = 'n', long, value_name = "N")]
    limit: Option<usize>,
}

/// By whom a task is to be done.
#[derive(Debug, Args)]
pub struct WhoArgs {
    /// Assigned to these people, or claimed by them
    #[arg(long, value_delimiter = ',', value_name = "NAME")]
    assignee: Vec<String>,
    /// Assigned to me, or claimed by me: tasks.me of Git's configuration, else user.email or user.name
    #[arg(long)]
    mine: bool,
}

/// Names of people, in lower case.
pub struct Who {
    /// What they are called in `assignees`.
    names: Vec<String>,
    /// What they are called in claims besides.
    holders: Vec<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
#[value(rename_all = "snake_case")]
enum StatusArg {
    Pending,
    /// The same as pending
    Ready,
    InProgress,
    Blocked,
    Completed,
    Cancelled,
    Unknown,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum PriorityArg {
    Critical,
    High,
    Medium,
    Low,
    None,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Sort {
    /// The order in which to take tasks
    Next,
    Id,
    Title,
    Status,
    Priority,
    Due,
    Estimate,
    Created,
}

impl WhoArgs {
    /// The names asked for; `None` if everybody fits.
    pub fn names(&self, workspace: &Workspace) -> Result<Option<Who>, CliError> {
        let (mut names, mut holders) = (self.assignee.clone(), Vec::new());
        if self.mine {
            let me = workspace.me();
            holders.extend(workspace.repo.identity().ok().map(|me| plain(&me.email)));
            if me.is_empty() && holders.is_empty() {
                return Err(CliError::failed("cannot tell who you are")
                    .hint("git config tasks.me NAME, with the name that assignees has"));
            }
            names.extend(me);
        }
        let names: Vec<String> = names.iter().map(|name| plain(name)).collect();
        Ok((!names.is_empty() || !holders.is_empty()).then_some(Who { names, holders }))
    }
}

impl Who {
    /// Whether one of a task's assignees is meant, or somebody who has claimed it.
    pub fn fits(&self, plan: &Plan, at: usize) -> bool {
        let is_meant = |name: &String| self.names.contains(&plain(name));
        let claims = plan.evidence.tasks[at].branches.iter().filter(|work| work.commit.is_none());
        let mut people = claims.map(|claim| &claim.author);
        let holds = |address: &String| self.holders.contains(&plain(address));
        plan.entry(at).task.assignees.iter().any(is_meant)
            || people.any(|p| is_meant(&p.name) || is_meant(&p.email) || holds(&p.email))
    }
}

/// A name as it is compared.
fn plain(name: &str) -> String {
    name.trim_start_matches('@').to_lowercase()
}

/// Lists what fits every filter.
pub fn run(context: &Context, args: &ListArgs) -> Result<(), CliError> {
    let (workspace, plan) = context.plan(Scope::default())?;
    let filter = Filter::new(args, &workspace, &plan)?;
    let mut tasks: Vec<usize> = (0..plan.snapshot.tasks.len()).filter(|&at| filter.fits(&plan, at)).collect();
    if let Some(sort) = args.sort {
        sort_by(&plan, &mut tasks, sort);
    }
    if args.reverse {
        tasks.reverse();
    }
    let total = tasks.len();
    tasks.truncate(args.limit.unwrap_or(usize::MAX));
    let view = ListView::of(&plan, &tasks, total);
    if context.is_json() {
        return context.ui.json(&view);
    }
    let mut screen = context.ui.screen();
    text::list(&view, &mut screen);
    context.ui.show(screen)
}

struct Filter<'a> {
    args: &'a ListArgs,
    words: Vec<String>,
    groups: Vec<GroupName>,
    who: Option<Who>,
    due: Option<Date>,
}

impl<'a> Filter<'a> {
    fn new(args: &'a ListArgs, workspace: &Workspace, plan: &Plan) -> Result<Self, CliError> {
        let groups = args.group.iter().map(|name| group(plan, name)).collect::<Result<_, _>>()?;
        for name in &args.milestone {
            known_milestone(plan, name)?;
        }
        let words = args.text.iter().map(|w| w.to_lowercase()).collect();
        let due = args.due.as_deref().map(|when| due_by(when, plan.today)).transpose()?;
        Ok(Self { args, words, groups, who: args.who.names(workspace)?, due })
    }

    fn fits(&self, plan: &Plan, at: usize) -> bool {
        let (args, entry) = (self.args, plan.entry(at));
        let task = &entry.task;
        let priority = |p: &PriorityArg| match p {
            PriorityArg::Critical => task.priority == Some(Priority::Critical),
            PriorityArg::High => task.priority == Some(Priority::High),
            PriorityArg::Medium => task.priority == Some(Priority::Medium),
            PriorityArg::Low => task.priority == Some(Priority::Low),
            PriorityArg::None => task.priority.is_none(),
        };
        let is_wanted = |wanted: &[String], own: &str| wanted.iter().any(|w| own.eq_ignore_ascii_case(w));
        (args.archived || !entry.archived)
            && self.status_fits(plan, at)
            && (!args.ready || plan.states[at].is_ready())
            && self.due.is_none_or(|last| plan.due(at).is_some_and(|due| due <= last))
            && (!args.overdue || plan.is_overdue(at))
            && (args.priority.is_empty() || args.priority.iter().any(priority))
            && (self.groups.is_empty() || self.groups.iter().any(|g| entry.group.is_within(g)))
            && (args.tag.is_empty() || task.tags.iter().any(|tag| is_wanted(&args.tag, tag)))
            && (args.milestone.is_empty()
                || plan.milestones(at).iter().any(|own| is_wanted(&args.milestone, own)))
            && self.who.as_ref().is_none_or(|who| who.fits(plan, at))
            && self.words.iter().all(|word| contains(entry, word))
    }

    fn status_fits(&self, plan: &Plan, at: usize) -> bool {
        let status = plan.states[at].status;
        if self.args.status.is_empty() {
            return self.args.all || !status.is_settled();
        }
        self.args.status.iter().any(|wanted| match wanted {
            StatusArg::Pending | StatusArg::Ready => status == Status::Pending,
            StatusArg::InProgress => status == Status::InProgress,
            StatusArg::Blocked => status == Status::Blocked,
            StatusArg::Completed => status == Status::Completed,
            StatusArg::Cancelled => status == Status::Cancelled,
            StatusArg::Unknown => status == Status::Unknown,
        })
    }
}

/// The last day of a window that opens today, or the day itself.
fn due_by(when: &str, today: Option<Date>) -> Result<Date, CliError> {
    if let Some(seconds) = super::log::span(when) {
        let Some(today) = today else {
            return Err(CliError::failed("--due takes a day here, since a revision has no today"));
        };
        let days = seconds.div_euclid(86_400) + i64::from(seconds % 86_400 > 0);
        return today.checked_add(days.days()).map_err(CliError::failed);
    }
    when.parse().map_err(|_| {
        CliError::failed(format!("--due {when:?} is no time"))
            .hint("it takes a day (2026-12-01), or a span from today (24h, 7d, 2w)")
    })
}

fn contains(entry: &crate::snapshot::TaskEntry, word: &str) -> bool {
    let task = &entry.task;
    let has = |text: &str| text.to_lowercase().contains(word);
    has(entry.id.as_str())
        || has(&task.title)
        || task.description.as_deref().is_some_and(has)
        || task.steps.iter().any(|s| has(&s.text))
        || task.tags.iter().any(|t| has(t))
        || task.fields.iter().any(|(_, text)| has(text))
}

/// The group of that name, with or without ordinals and a final slash.
pub(super) fn group(plan: &Plan, name: &str) -> Result<GroupName, CliError> {
    let wanted = GroupName::from_dir(name.trim_start_matches(".tasks/"));
    let mut groups = plan.snapshot.groups.iter().map(|g| &g.name);
    if let Some(known) = groups.clone().find(|g| g.as_str().eq_ignore_ascii_case(wanted.as_str())) {
        return Ok(known.clone());
    }
    // A subgroup by its last part alone, if only one has it.
    let last = |g: &&GroupName| {
        g.as_str().rsplit('/').next().is_some_and(|l| l.eq_ignore_ascii_case(wanted.as_str()))
    };
    let mut by_last = groups.clone().filter(last);
    if let (Some(only), None) = (by_last.next(), by_last.next()) {
        return Ok(only.clone());
    }
    let error = CliError::failed(format!("there is no group {name:?}"));
    let near = nearest(wanted.as_str(), groups.clone().map(GroupName::as_str));
    let all: Vec<&str> = groups.by_ref().map(GroupName::as_str).take(20).collect();
    Err(match near {
        Some(near) => error.hint(format!("did you mean {near}?")),
        None if all.is_empty() => error.hint("this plan has no groups"),
        None => error.hint(format!("the groups are {}", all.join(", "))),
    })
}

pub(super) fn known_milestone(plan: &Plan, name: &str) -> Result<(), CliError> {
    milestone(plan, name).map(|_| ())
}

/// The milestone of that name as the plan writes it; case does not matter.
pub(super) fn milestone(plan: &Plan, name: &str) -> Result<String, CliError> {
    let names = || plan.snapshot.milestones.iter().map(|m| m.name.as_str());
    let used = plan.current().flat_map(|at| plan.milestones(at));
    if let Some(known) = names().chain(used).find(|known| known.eq_ignore_ascii_case(name)) {
        return Ok(known.to_owned());
    }
    let error = CliError::failed(format!("there is no milestone {name:?}"));
    Err(match nearest(name, names()) {
        Some(near) => error.hint(format!("did you mean {near}?")),
        None => error.hint(format!("the milestones are {}", names().collect::<Vec<_>>().join(", "))),
    })
}

fn sort_by(plan: &Plan, tasks: &mut [usize], sort: Sort) {
    let task = |at: &usize| &plan.entry(*at).task;
    let calendar = plan.snapshot.config.calendar;
    match sort {
        Sort::Next => tasks.sort_by(|a, b| plan.by_standing(*a, *b)),
        Sort::Id => tasks.sort_by(|a, b| plan.entry(*a).id.cmp(&plan.entry(*b).id)),
        Sort::Title => tasks.sort_by(|a, b| natural_cmp(&task(a).title, &task(b).title)),
        Sort::Status => tasks.sort_by_key(|at| plan.states[*at].status),
        Sort::Priority => tasks.sort_by_key(|at| (task(at).priority.is_none(), task(at).priority)),
        Sort::Due => tasks.sort_by_key(|at| (plan.due(*at).is_none(), plan.due(*at))),
        Sort::Estimate => {
            tasks.sort_by_key(|at| std::cmp::Reverse(task(at).estimate.map_or(0, |e| e.minutes(calendar).1)));
        }
        Sort::Created => tasks.sort_by_key(|at| (task(at).created.is_none(), task(at).created)),
    }
}
