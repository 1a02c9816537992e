//! Which tasks are meant: filters that several commands take, and the names in them.

use super::completing::{groups, milestones, people, tags};
use crate::error::CliError;
use crate::model::{GroupName, Priority, Status, nearest};
use crate::plan::Plan;
use crate::workspace::Workspace;
use clap::{Args, ValueEnum};
use jiff::ToSpan;
use jiff::civil::Date;

/// Filters of tasks; they combine.
#[expect(clippy::struct_excessive_bools, reason = "each is a flag of the command line")]
#[derive(Debug, Args)]
pub struct FilterArgs {
    /// Words that the id, the title, the description, a step, a field or a tag has to contain
    #[arg(value_name = "TEXT")]
    text: Vec<String>,
    /// Settled tasks as well
    #[arg(short, long)]
    all: bool,
    /// Archived tasks as well, settled or not
    #[arg(long)]
    archived: bool,
    /// Of these statuses
    #[arg(short, long, value_enum, value_delimiter = ',', value_name = "STATUS")]
    status: Vec<StatusArg>,
    /// In these groups or their subgroups
    #[arg(short, long, value_delimiter = ',', value_name = "GROUP", add = groups())]
    group: Vec<String>,
    /// Of these priorities, or none
    #[arg(short, long, value_enum, value_delimiter = ',', value_name = "PRIORITY")]
    priority: Vec<PriorityArg>,
    /// With these tags
    #[arg(short, long, value_delimiter = ',', value_name = "TAG", add = tags())]
    tag: Vec<String>,
    /// Of these milestones
    #[arg(short, long, value_delimiter = ',', value_name = "MILESTONE", add = milestones())]
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
}

/// By whom a task is to be done.
#[derive(Debug, Args)]
pub struct WhoArgs {
    /// Assigned to these people, or claimed by them
    #[arg(long, value_delimiter = ',', value_name = "NAME", add = people())]
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

/// The filters of one call, checked against the plan.
pub struct Filter<'a> {
    args: &'a FilterArgs,
    words: Vec<String>,
    groups: Vec<GroupName>,
    who: Option<Who>,
    due: Option<Date>,
    completed_too: bool,
}

impl<'a> Filter<'a> {
    /// Looks up what the filters name; an error names the first that the plan lacks.
    pub fn new(args: &'a FilterArgs, workspace: &Workspace, plan: &Plan) -> Result<Self, CliError> {
        let groups = args.group.iter().map(|name| group(plan, name)).collect::<Result<_, _>>()?;
        for name in &args.milestone {
            known_milestone(plan, name)?;
        }
        let words = args.text.iter().map(|w| w.to_lowercase()).collect();
        let due = args.due.as_deref().map(|when| due_by(when, plan.today)).transpose()?;
        let who = args.who.names(workspace)?;
        Ok(Self { args, words, groups, who, due, completed_too: false })
    }

    /// The same filters, which let completed tasks through where nothing is said about settled ones.
    #[must_use]
    pub fn with_completed(self) -> Self {
        Self { completed_too: true, ..self }
    }

    /// Whether the task at that position fits every filter.
    pub fn fits(&self, plan: &Plan, at: usize) -> bool {
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
            && self.admits_from(plan.states[at].status, entry.archived)
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

    /// Whether tasks of that status can fit.
    pub fn admits(&self, status: Status) -> bool {
        self.admits_from(status, self.args.archived)
    }

    /// The same from the archive or from elsewhere: what is there is settled as a rule, and nobody who asks for it means
    /// the exceptions.
    fn admits_from(&self, status: Status, archived: bool) -> bool {
        let args = self.args;
        let is_asked_for = if args.status.is_empty() {
            !status.is_settled()
                || args.all
                || archived
                || (self.completed_too && status == Status::Completed)
        } else {
            args.status.iter().any(|wanted| wanted.status() == status)
        };
        is_asked_for && (!args.ready || status == Status::Pending) && (!args.overdue || !status.is_settled())
    }
}

impl StatusArg {
    fn status(self) -> Status {
        match self {
            Self::Pending | Self::Ready => Status::Pending,
            Self::InProgress => Status::InProgress,
            Self::Blocked => Status::Blocked,
            Self::Completed => Status::Completed,
            Self::Cancelled => Status::Cancelled,
            Self::Unknown => Status::Unknown,
        }
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
pub fn group(plan: &Plan, name: &str) -> Result<GroupName, CliError> {
    let wanted = GroupName::from_dir(name.trim_start_matches(".tasks/"));
    let groups = plan.snapshot.groups.iter().map(|g| &g.name);
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
    Err(near_group(CliError::failed(format!("there is no group {name:?}")), &wanted, groups))
}

/// That there is no such group, and which may have been meant.
pub fn near_group<'a>(
    error: CliError,
    wanted: &GroupName,
    groups: impl Iterator<Item = &'a GroupName> + Clone,
) -> CliError {
    let near = nearest(wanted.as_str(), groups.clone().map(GroupName::as_str));
    let all: Vec<&str> = groups.map(GroupName::as_str).take(20).collect();
    match near {
        Some(near) => error.hint(format!("did you mean {near}?")),
        None if all.is_empty() => error.hint("this plan has no groups"),
        None => error.hint(format!("the groups are {}", all.join(", "))),
    }
}

/// An error unless the plan has a milestone of that name.
pub fn known_milestone(plan: &Plan, name: &str) -> Result<(), CliError> {
    milestone(plan, name).map(|_| ())
}

/// The milestone of that name as the plan writes it; case does not matter.
pub fn milestone(plan: &Plan, name: &str) -> Result<String, CliError> {
    let names = || plan.snapshot.milestones.iter().map(|m| m.name.as_str());
    let used = plan.current().flat_map(|at| plan.milestones(at));
    if let Some(known) = names().chain(used).find(|known| known.eq_ignore_ascii_case(name)) {
        return Ok(known.to_owned());
    }
    let error = CliError::failed(format!("there is no milestone {name:?}"));
    Err(match nearest(name, names()) {
        Some(near) => error.hint(format!("did you mean {near}?")),
        None if plan.snapshot.milestones.is_empty() => error.hint("this plan has no milestones"),
        None => error.hint(format!("the milestones are {}", names().collect::<Vec<_>>().join(", "))),
    })
}
