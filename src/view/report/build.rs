//! A plan and a range become a report.

use super::changes::{TaskVersions, plan_changes};
use super::contract::{
    CommitView, ContributorView, EndView, GroupProgress, Landing, LeftBehindView, OpenTask, RangeView,
    ReportTask, ReportView, RevertedTask, TaskSection,
};
use super::gate::{gate, release_milestone};
use crate::evidence::Item;
use crate::git::{Credit, Oid, Person, Pos};
use crate::message::{Effect, Rule, pull_request};
use crate::model::{GroupName, Status, TaskId};
use crate::plan::{LeftBehind, Plan, Release, Reverted, Totals};
use crate::view::evidence::short;
use crate::view::status::{groups, milestones};
use crate::view::{EstimateView, Head, rfc3339};
use std::cmp::Reverse;
use std::collections::{BTreeMap, HashMap, HashSet};

/// An end of a range, as it was found.
#[derive(Debug, Clone)]
pub struct ReportEnd {
    /// The revision as it was named, or the beginning of the object id.
    pub name: String,
    /// The commit.
    pub commit: Oid,
    /// Its committer time, in seconds since the epoch.
    pub time: i64,
}

/// What a report is made of besides the plan.
pub struct ReportParts<'a> {
    /// The older end.
    pub from: Option<ReportEnd>,
    /// The newer end.
    pub to: ReportEnd,
    /// The version that the newer end is.
    pub version: Option<String>,
    /// What lies between them.
    pub release: &'a Release,
    /// Where the commits concerned come from.
    pub credits: &'a HashMap<Oid, Credit>,
    /// Tasks whose files differ, and other files that do; `None` without an older end.
    pub changes: Option<(BTreeMap<TaskId, TaskVersions>, Vec<String>)>,
    /// The milestone of the release.
    pub milestone: Option<&'a str>,
    /// The milestone that is required.
    pub required: Option<&'a str>,
}

impl ReportParts<'_> {
    /// The commits of which a report has to know where they come from: those that the newer end reaches, and those that
    /// only the older one does. With the least of their committer times each.
    pub fn commits_of(plan: &Plan, release: &Release) -> [(HashSet<Oid>, i64); 2] {
        let tasks = release.completed.iter().chain(&release.continued).chain(&release.in_progress);
        let work = tasks.flat_map(|&at| release.work(plan, at)).map(|item| item.commit);
        let reverts = release.reverted.iter().flat_map(|reverted| [reverted.by, reverted.what]);
        let left = release.left_behind.iter().map(|left| left.commit);
        let all = work.chain(reverts.chain(left).flatten());
        let (newer, older): (Vec<Pos>, Vec<Pos>) = all.partition(|&pos| release.reaches(pos));
        [newer, older].map(|places| {
            let oldest = places.iter().map(|&pos| plan.history.time(pos)).min().unwrap_or(i64::MAX);
            (places.into_iter().map(|pos| plan.history.oid(pos)).collect(), oldest)
        })
    }
}

impl ReportView {
    /// The report of a plan at the newer end of a range.
    pub fn of(plan: &Plan, parts: &ReportParts<'_>) -> Self {
        let work = Work { plan, release: parts.release, credits: parts.credits };
        let release = parts.release;
        let tasks = |list: &[usize]| list.iter().map(|&at| work.task(at)).collect::<Vec<ReportTask>>();
        let open = |list: Vec<usize>| list.into_iter().map(|at| open_task(plan, at)).collect();
        let blocked = plan.current().filter(|&at| plan.states[at].status == Status::Blocked).collect();
        let is_optional = |at: usize| plan.entry(at).task.optional && !plan.entry(at).archived;
        Self {
            head: Head::of(plan),
            range: range(parts),
            totals: Totals::of(plan, plan.current()),
            completed_total: release.completed.len(),
            completed_archived: release.completed.iter().filter(|&&at| plan.entry(at).archived).count(),
            completed_optional: release.completed.iter().filter(|&&at| is_optional(at)).count(),
            completed: work.sections(),
            continued: tasks(&release.continued),
            reverted: release.reverted.iter().map(|reverted| work.reverted(*reverted)).collect(),
            left_behind: release.left_behind.iter().map(|left| work.left_behind(*left)).collect(),
            in_progress: tasks(&release.in_progress),
            ready: open(plan.next()),
            blocked: open(blocked),
            milestone: parts.milestone.map(|name| release_milestone(plan, name)),
            milestones: milestones(plan),
            contributors: work.contributors(),
            groups: work.groups(),
            plan: parts.changes.as_ref().map(|(tasks, files)| plan_changes(tasks, files)),
            gate: parts.required.map(|name| gate(plan, name)),
        }
    }
}

/// A task that is not settled.
pub(super) fn open_task(plan: &Plan, at: usize) -> OpenTask {
    let (entry, state) = (plan.entry(at), &plan.states[at]);
    OpenTask {
        id: entry.id.to_string(),
        title: entry.task.title.clone(),
        group: entry.group.to_string(),
        status: state.status,
        optional: entry.task.optional,
        priority: entry.task.priority,
        estimate: estimate(plan, at),
        due: plan.due(at).map(|due| due.to_string()),
        assignees: entry.task.assignees.clone(),
        blocked_by: plan.blocked_by(at).iter().map(|b| b.label(&plan.snapshot)).collect(),
        reason: entry.task.reason.clone(),
    }
}

/// `v1.0..v1.1`, or the newer end alone where everything is covered.
pub fn range_text(from: Option<&ReportEnd>, to: &ReportEnd) -> String {
    from.map_or_else(|| to.name.clone(), |from| format!("{}..{}", from.name, to.name))
}

fn range(parts: &ReportParts<'_>) -> RangeView {
    let end = |end: &ReportEnd| EndView {
        name: end.name.clone(),
        commit: end.commit.to_string(),
        time: rfc3339(end.time),
    };
    RangeView {
        text: range_text(parts.from.as_ref(), &parts.to),
        from: parts.from.as_ref().map(end),
        to: end(&parts.to),
        version: parts.version.clone(),
        date: rfc3339(parts.to.time).split('T').next().unwrap_or_default().to_owned(),
    }
}

fn estimate(plan: &Plan, at: usize) -> Option<EstimateView> {
    plan.entry(at).task.estimate.map(|estimate| {
        let (min_minutes, max_minutes) = estimate.minutes(plan.snapshot.config.calendar);
        EstimateView { min_minutes, max_minutes }
    })
}

struct Work<'a> {
    plan: &'a Plan,
    release: &'a Release,
    credits: &'a HashMap<Oid, Credit>,
}

impl Work<'_> {
    fn task(&self, at: usize) -> ReportTask {
        let (plan, entry) = (self.plan, self.plan.entry(at));
        let items = self.release.work(plan, at);
        let commits: Vec<CommitView> =
            items.iter().map(|item| self.commit(item.commit, Some(item))).collect();
        let mut authors: Vec<String> = Vec::new();
        for author in items.iter().flat_map(|item| self.authors(item.commit)) {
            if !authors.contains(&author.name) {
                authors.push(author.name.clone());
            }
        }
        let by = plan.evidence.tasks[at].completed_by.filter(|_| plan.states[at].status == Status::Completed);
        let by = by.map(|item| plan.history.oid(plan.evidence.tasks[at].items[item].commit).to_string());
        let completing =
            commits.iter().find(|c| c.effect == Some(Effect::Completes) && Some(&c.commit) == by.as_ref());
        ReportTask {
            id: entry.id.to_string(),
            title: entry.task.title.clone(),
            group: entry.group.to_string(),
            status: plan.states[at].status,
            optional: entry.task.optional,
            archived: entry.archived,
            priority: entry.task.priority,
            estimate: estimate(plan, at),
            tags: entry.task.tags.clone(),
            milestones: plan.milestones(at).into_iter().map(str::to_owned).collect(),
            assignees: entry.task.assignees.clone(),
            landed: completing.map(|commit| commit.landed),
            completed_at: completing.map(|commit| commit.time.clone()),
            authors,
            commits,
        }
    }

    fn credit(&self, pos: Pos) -> Option<&Credit> {
        self.credits.get(&self.plan.history.oid(pos))
    }

    fn authors(&self, pos: Pos) -> &[Person] {
        self.credit(pos).map_or(&[], |credit| credit.authors.as_slice())
    }

    /// A commit, and what it does by that reference.
    fn commit(&self, pos: Pos, item: Option<&Item>) -> CommitView {
        let (plan, credit) = (self.plan, self.credit(pos));
        let subject = credit.map(|credit| credit.subject.clone()).unwrap_or_default();
        CommitView {
            commit: plan.history.oid(pos).to_string(),
            short: short(plan, pos),
            author: self.authors(pos).first().map(|author| author.name.clone()).unwrap_or_default(),
            time: rfc3339(credit.map_or_else(|| plan.history.time(pos), |credit| credit.author_time)),
            effect: item.map(|item| item.effect),
            landed: landing(credit, item.map(|item| item.rule), &subject),
            pull_request: pull_request(&subject).map(str::to_owned),
            picked_from: credit.and_then(|credit| credit.picked_from.clone()),
            subject,
        }
    }

    fn reverted(&self, reverted: Reverted) -> RevertedTask {
        let entry = self.plan.entry(reverted.task);
        RevertedTask {
            id: entry.id.to_string(),
            title: entry.task.title.clone(),
            status: self.plan.states[reverted.task].status,
            by: reverted.by.map(|by| self.commit(by, None)),
            undoes: reverted.what.map(|what| self.commit(what, None)),
        }
    }

    fn left_behind(&self, left: LeftBehind) -> LeftBehindView {
        let entry = self.plan.entry(left.task);
        LeftBehindView {
            id: entry.id.to_string(),
            title: entry.task.title.clone(),
            status: self.plan.states[left.task].status,
            commit: left.commit.map(|commit| self.commit(commit, None)),
        }
    }

    /// What was completed by group, in the order of the directories.
    fn sections(&self) -> Vec<TaskSection> {
        let mut members: HashMap<&GroupName, Vec<usize>> = HashMap::new();
        for &at in &self.release.completed {
            members.entry(&self.plan.entry(at).group).or_default().push(at);
        }
        let root = GroupName::default();
        let mut seen = HashSet::new();
        let groups = self.plan.snapshot.groups.iter().map(|group| &group.name);
        // The groups of archived tasks may have no directory any more.
        let mut rest: Vec<&GroupName> = members.keys().copied().collect();
        rest.sort();
        let ordered: Vec<&GroupName> =
            std::iter::once(&root).chain(groups).chain(rest).filter(|name| seen.insert(*name)).collect();
        let section = |name: &GroupName, tasks: &[usize]| TaskSection {
            group: name.to_string(),
            title: self.title(name),
            tasks: tasks.iter().map(|&at| self.task(at)).collect(),
        };
        ordered.into_iter().filter_map(|name| members.get(name).map(|tasks| section(name, tasks))).collect()
    }

    fn title(&self, name: &GroupName) -> String {
        let title = |outer: &str| {
            let own = GroupName::from_dir(outer);
            let stated = self.plan.snapshot.group(&own).and_then(|group| group.group.title.clone());
            stated.unwrap_or_else(|| outer.rsplit('/').next().unwrap_or(outer).to_owned())
        };
        let mut titles: Vec<String> = name.with_outer().map(title).collect();
        titles.reverse();
        titles.join(" / ")
    }

    fn contributors(&self) -> Vec<ContributorView> {
        let mut people: BTreeMap<&Person, (HashSet<Pos>, Vec<usize>)> = BTreeMap::new();
        let release = self.release;
        let tasks = release.completed.iter().chain(&release.continued).chain(&release.in_progress);
        for &at in tasks {
            for item in release.work(self.plan, at) {
                for person in self.authors(item.commit) {
                    let (commits, tasks) = people.entry(person).or_default();
                    commits.insert(item.commit);
                    if tasks.last() != Some(&at) {
                        tasks.push(at);
                    }
                }
            }
        }
        let view = |(person, (commits, mut tasks)): (&Person, (HashSet<Pos>, Vec<usize>))| {
            tasks.sort_unstable();
            ContributorView {
                name: person.name.clone(),
                commits: commits.len(),
                tasks: tasks.into_iter().map(|at| self.plan.entry(at).id.to_string()).collect(),
            }
        };
        let mut views: Vec<ContributorView> = people.into_iter().map(view).collect();
        views.sort_by_key(|view| (Reverse(view.tasks.len()), Reverse(view.commits)));
        views
    }

    fn groups(&self) -> Vec<GroupProgress> {
        let mut completed: HashMap<String, usize> = HashMap::new();
        for &at in &self.release.completed {
            let group = &self.plan.entry(at).group;
            if group.is_root() {
                *completed.entry(String::new()).or_default() += 1;
            }
            for name in group.with_outer() {
                *completed.entry(name.to_owned()).or_default() += 1;
            }
        }
        let of = |name: &str| completed.get(name).copied().unwrap_or_default();
        let groups = groups(self.plan).into_iter();
        groups.map(|totals| GroupProgress { completed_in_range: of(&totals.group), totals }).collect()
    }
}

/// How a commit landed, by its own words first, then by where it lies.
fn landing(credit: Option<&Credit>, rule: Option<Rule>, subject: &str) -> Landing {
    let Some(credit) = credit else { return Landing::Direct };
    let is_squash_form = matches!(rule, Some(Rule::SquashBullet | Rule::SquashedCommit));
    if credit.picked_from.is_some() {
        Landing::CherryPick
    } else if credit.is_merge {
        Landing::Merge
    } else if is_squash_form || pull_request(subject).is_some() {
        Landing::Squash
    } else if credit.on_mainline {
        Landing::Direct
    } else {
        Landing::Merge
    }
}
