//! From two plans to the view of their difference.

use super::contract::{
    ChangedPart, ChangedTask, ConsequencesView, CriticalPathView, DateAtRisk, DiffView, FieldDiff,
    LandingView, LineView, MilestoneWork, Moved, PlanDiffView, Renumbered, SidesOf, StatusMove, StepsView,
    UnknownView, UnreadableView,
};
use crate::diff::{
    Change, Consequences, Effects, FieldChange, LineChange, PartChange, PlanDiff, ReadyChange, Work,
    line_changes,
};
use crate::git::Oid;
use crate::message::Effect;
use crate::model::TaskId;
use crate::plan::{CriticalPath, Deadline, Plan, Risk, WorkUnit};
use crate::view::{EstimateView, TaskView};
use std::collections::BTreeMap;

/// Values longer than this are compared line by line.
const LONG: usize = 120;

/// What is to be shown: two plans, their difference and what follows.
pub struct DiffSubject<'a> {
    /// The earlier version.
    pub before: &'a Plan,
    /// The later version.
    pub after: &'a Plan,
    /// Where the earlier version is from.
    pub base_name: String,
    /// Where the later version is from.
    pub head_name: String,
    /// How commits were taken to land.
    pub landing: Option<LandingView>,
    /// The difference of the files.
    pub diff: &'a PlanDiff,
    /// What follows.
    pub consequences: &'a Consequences,
    /// What commits say.
    pub effects: &'a Effects,
    /// Tasks that commits complete, but not as they land: positions in the later version.
    pub lost: &'a [usize],
    /// The commits that exist in memory only.
    pub is_imagined: &'a dyn Fn(Oid) -> bool,
}

impl DiffView {
    /// The view of a difference.
    pub fn of(subject: DiffSubject<'_>) -> Self {
        let (before, after) = (subject.before, subject.after);
        let ids = |tasks: &[usize]| -> Vec<String> { tasks.iter().map(|&at| id(after, at)).collect() };
        let effects = subject.effects;
        let mut view = Self {
            schema: 1,
            base: before.revision.map(|oid| oid.to_string()),
            head: after.revision.map(|oid| oid.to_string()),
            base_name: subject.base_name,
            head_name: subject.head_name,
            landing: subject.landing,
            history_complete: before.history.complete && after.history.complete,
            files: files(before, after, subject.diff),
            completes: ids(&effects.completes),
            starts: ids(&effects.starts),
            reopens: ids(&effects.reopens),
            completes_steps: effects
                .steps
                .iter()
                .map(|done| StepsView { id: id(after, done.task), steps: done.steps.clone() })
                .collect(),
            lost_in_landing: ids(subject.lost),
            unknown: unknown(after, effects, subject.is_imagined),
            consequences: consequences(before, after, subject.consequences),
            titles: BTreeMap::new(),
        };
        view.titles = titles(&view, before, after);
        view
    }
}

fn id(plan: &Plan, at: usize) -> String {
    plan.entry(at).id.to_string()
}

fn files(before: &Plan, after: &Plan, diff: &PlanDiff) -> PlanDiffView {
    let title = |at: usize| after.entry(at).task.title.clone();
    let changed = |change: &crate::diff::TaskChange| ChangedTask {
        id: id(after, change.pair.1),
        title: title(change.pair.1),
        fields: fields(&change.fields),
    };
    let moved = |&(old, new): &(usize, usize)| Moved {
        id: id(after, new),
        title: title(new),
        before: before.entry(old).path.clone(),
        after: after.entry(new).path.clone(),
    };
    let renumbered = |&(old, new): &(usize, usize)| Renumbered {
        before: id(before, old),
        after: id(after, new),
        title: title(new),
        remembered: after.entry(new).task.aka.contains(&before.entry(old).id),
    };
    let unreadable = |finding: &crate::finding::Finding| UnreadableView {
        path: finding.path.clone().unwrap_or_default(),
        message: finding.message.clone(),
    };
    PlanDiffView {
        added: diff.added.iter().map(|&at| TaskView::of(after, at)).collect(),
        removed: diff.removed.iter().map(|&at| TaskView::of(before, at)).collect(),
        changed: diff.changed.iter().map(changed).collect(),
        moved: diff.moved.iter().map(moved).collect(),
        renumbered: diff.renumbered.iter().map(renumbered).collect(),
        config: fields(&diff.config),
        groups: diff.groups.iter().map(part).collect(),
        milestones: diff.milestones.iter().map(part).collect(),
        unreadable: diff.unreadable.iter().map(unreadable).collect(),
    }
}

fn part(change: &PartChange) -> ChangedPart {
    ChangedPart { name: change.name.clone(), kind: change.kind, fields: fields(&change.fields) }
}

fn fields(changes: &[FieldChange]) -> Vec<FieldDiff> {
    changes.iter().map(FieldDiff::of).collect()
}

impl FieldDiff {
    /// The view of a key that differs.
    pub fn of(change: &FieldChange) -> Self {
        let is_long = |value: &Option<String>| {
            value.as_ref().is_some_and(|value| value.trim_end().contains('\n') || value.len() > LONG)
        };
        let (before, after) = (change.before.clone(), change.after.clone());
        if is_long(&before) || is_long(&after) {
            return Self::by_lines(&change.name, before, after);
        }
        Self { name: change.name.clone(), before, after, lines: Vec::new() }
    }

    /// The view of a text of which the lines that differ are shown, however short it is.
    pub fn by_lines(name: &str, before: Option<String>, after: Option<String>) -> Self {
        let lines = line_changes(before.as_deref().unwrap_or_default(), after.as_deref().unwrap_or_default());
        let lines = lines.into_iter().map(LineView::from).collect();
        Self { name: name.to_owned(), before, after, lines }
    }
}

impl From<LineChange> for LineView {
    fn from(line: LineChange) -> Self {
        match line {
            LineChange::Kept(text) => Self { sign: ' ', text },
            LineChange::Removed(text) => Self { sign: '-', text },
            LineChange::Added(text) => Self { sign: '+', text },
            LineChange::Skipped(count) => Self { sign: '@', text: count.to_string() },
        }
    }
}

fn unknown(after: &Plan, effects: &Effects, is_imagined: &dyn Fn(Oid) -> bool) -> Vec<UnknownView> {
    let view = |name: &crate::diff::UnknownName| {
        let oid = after.history.oid(name.commit);
        UnknownView {
            word: name.word.clone(),
            line: name.line.clone(),
            commit: (!is_imagined(oid)).then(|| oid.to_string()),
            would_have_effect: name.effect != Effect::Links,
            near: name.near.clone(),
        }
    };
    effects.unknown.iter().map(view).collect()
}

fn consequences(before: &Plan, after: &Plan, all: &Consequences) -> ConsequencesView {
    let ids = |changes: &[ReadyChange]| changes.iter().map(|change| id(after, change.task)).collect();
    let names = |ids: &[TaskId]| -> Vec<String> { ids.iter().map(ToString::to_string).collect() };
    let paths = &all.critical_path;
    ConsequencesView {
        ready_gained: ids(&all.ready_gained),
        ready_lost: ids(&all.ready_lost),
        waits_for: all.ready_lost.iter().map(|c| (id(after, c.task), c.because.clone())).collect(),
        status: all
            .status
            .iter()
            .map(|change| StatusMove {
                id: id(after, change.task),
                before: change.status.before,
                after: change.status.after,
            })
            .collect(),
        cycles_added: all.cycles_added.iter().map(|round| names(round)).collect(),
        critical_path: SidesOf { before: path(before, &paths.before), after: path(after, &paths.after) },
        remaining_minutes: minutes(&all.remaining),
        remaining_tasks: SidesOf { before: all.remaining.before.tasks, after: all.remaining.after.tasks },
        unestimated_tasks: SidesOf {
            before: all.remaining.before.unestimated,
            after: all.remaining.after.unestimated,
        },
        milestones: all
            .milestones
            .iter()
            .map(|shift| MilestoneWork {
                milestone: shift.name.clone(),
                gained: names(&shift.gained),
                lost: names(&shift.lost),
                remaining_tasks: SidesOf {
                    before: shift.remaining.before.tasks,
                    after: shift.remaining.after.tasks,
                },
                remaining_minutes: minutes(&shift.remaining),
            })
            .collect(),
        dates_at_risk: all.dates_at_risk.iter().map(|risk| at_risk(after, risk)).collect(),
    }
}

fn minutes(work: &Change<Work>) -> SidesOf<EstimateView> {
    let view = |work: Work| EstimateView { min_minutes: work.min, max_minutes: work.max };
    SidesOf { before: view(work.before), after: view(work.after) }
}

fn path(plan: &Plan, path: &CriticalPath) -> CriticalPathView {
    CriticalPathView {
        unit: match path.unit {
            WorkUnit::Minutes => "minutes",
            WorkUnit::Tasks => "tasks",
        },
        length: path.length,
        tasks: path.tasks.iter().map(|&at| id(plan, at)).collect(),
        guessed: path.guessed,
    }
}

fn at_risk(plan: &Plan, risk: &Risk) -> DateAtRisk {
    let (kind, name) = match &risk.deadline {
        Deadline::Task(at) => ("task", id(plan, *at)),
        Deadline::Group(name) => ("group", name.to_string()),
        Deadline::Milestone(name) => ("milestone", name.clone()),
    };
    let due = risk.due.to_string();
    DateAtRisk { kind, name, due, needs_minutes: risk.needs, has_minutes: risk.has }
}

/// The titles of all tasks that the view names by id alone.
fn titles(view: &DiffView, before: &Plan, after: &Plan) -> BTreeMap<String, String> {
    let all = &view.consequences;
    let lists = [&view.completes, &view.starts, &view.reopens, &view.lost_in_landing];
    let lists = lists.into_iter().chain([&all.ready_gained, &all.ready_lost]).chain(&all.cycles_added);
    let paths = [&all.critical_path.before.tasks, &all.critical_path.after.tasks];
    let shifts = all.milestones.iter().flat_map(|m| m.gained.iter().chain(&m.lost));
    let dates = all.dates_at_risk.iter().filter(|date| date.kind == "task").map(|date| &date.name);
    let rest = view.completes_steps.iter().map(|steps| &steps.id).chain(all.status.iter().map(|s| &s.id));
    let waits = all.waits_for.values().flatten();
    let ids = lists.chain(paths).flatten().chain(shifts).chain(dates).chain(rest).chain(waits);
    let title = |id: &String| {
        let parsed: TaskId = id.parse().ok()?;
        let entry = after.snapshot.task(&parsed).or_else(|| before.snapshot.task(&parsed))?;
        Some((id.clone(), entry.task.title.clone()))
    };
    ids.filter_map(title).collect()
}
