//! The difference in the order in which people read it; text and Markdown are printed from this.

use super::contract::{ChangedPart, CriticalPathView, DiffView, FieldDiff, SidesOf};
use crate::diff::PartChangeKind;
use crate::view::{EstimateView, TaskView, span_of_minutes};

/// How an entry is to be taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Tone {
    /// Something new, or done.
    Good,
    /// Something gone, or in the way.
    Bad,
    /// Anything else.
    Plain,
}

/// What a person reads: a sentence, then what follows, then what changed.
#[derive(Debug)]
pub struct Outline {
    /// What was compared.
    pub compared: String,
    /// How much changed, in half a sentence.
    pub sum: String,
    /// What follows.
    pub consequences: Vec<Section>,
    /// What changed.
    pub changes: Vec<Section>,
}

/// Entries under a heading.
#[derive(Debug)]
pub struct Section {
    /// The heading.
    pub heading: &'static str,
    /// How it is to be taken.
    pub tone: Tone,
    /// The entries.
    pub entries: Vec<Entry>,
}

/// One line, and what belongs to it.
#[derive(Debug, Default)]
pub struct Entry {
    /// The task's id, or the name of a group, milestone or file.
    pub name: String,
    /// Its title.
    pub title: String,
    /// What else there is to say.
    pub aside: String,
    /// The keys that differ.
    pub fields: Vec<FieldDiff>,
}

impl Entry {
    fn named(name: &str, title: &str, aside: impl Into<String>) -> Self {
        Self { name: name.to_owned(), title: title.to_owned(), aside: aside.into(), fields: Vec::new() }
    }

    fn said(aside: impl Into<String>) -> Self {
        Self { aside: aside.into(), ..Self::default() }
    }
}

impl Outline {
    /// The outline of a difference.
    pub fn of(view: &DiffView) -> Self {
        let landing =
            view.landing.as_ref().map_or(String::new(), |landing| format!(", landing by {}", landing.kind));
        let mut consequences = by_commits(view);
        consequences.extend(by_plan(view));
        consequences.retain(|section| !section.entries.is_empty());
        let mut changes = changes(view);
        changes.retain(|section| !section.entries.is_empty());
        Self {
            compared: format!("{} against {}{landing}", view.head_name, view.base_name),
            sum: sum(view),
            consequences,
            changes,
        }
    }
}

fn sum(view: &DiffView) -> String {
    let files = &view.files;
    let counts = [
        (files.added.len(), "added"),
        (files.removed.len(), "removed"),
        (files.moved.len(), "moved"),
        (files.renumbered.len(), "renumbered"),
        (files.changed.len(), "changed"),
        (files.unreadable.len(), "unreadable"),
    ];
    let tasks = counts.iter().filter(|(count, _)| *count > 0);
    let mut words: Vec<String> = tasks.map(|(count, word)| format!("{count} {word}")).collect();
    if let Some(first) = words.first_mut() {
        let noun = if first.starts_with("1 ") { " task" } else { " tasks" };
        let at = first.find(' ').unwrap_or(0);
        first.insert_str(at, noun);
    }
    words.extend(other_parts(view));
    if words.is_empty() { "the plan files are the same on both sides".to_owned() } else { words.join(", ") }
}

/// What differs besides tasks, `2 groups and the configuration changed`; nothing if nothing does.
fn other_parts(view: &DiffView) -> Option<String> {
    let count = |count: usize, one: &str| match count {
        0 => None,
        1 => Some(format!("1 {one}")),
        count => Some(format!("{count} {one}s")),
    };
    let config = (!view.files.config.is_empty()).then(|| "the configuration".to_owned());
    let groups = count(view.files.groups.len(), "group");
    let milestones = count(view.files.milestones.len(), "milestone");
    let mut parts: Vec<String> = groups.into_iter().chain(milestones).chain(config).collect();
    let last = parts.pop()?;
    let head = if parts.is_empty() { String::new() } else { format!("{} and ", parts.join(", ")) };
    Some(format!("{head}{last} changed"))
}

fn section(heading: &'static str, tone: Tone, entries: Vec<Entry>) -> Section {
    Section { heading, tone, entries }
}

/// Tasks by id, with what `aside` says of each.
fn tasks(view: &DiffView, ids: &[String], aside: impl Fn(&str) -> String) -> Vec<Entry> {
    let title = |id: &String| view.titles.get(id).map_or("", String::as_str);
    ids.iter().map(|id| Entry::named(id, title(id), aside(id))).collect()
}

fn by_commits(view: &DiffView) -> Vec<Section> {
    let none = |_: &str| String::new();
    let steps = view.completes_steps.iter().map(|done| {
        let numbers: Vec<String> = done.steps.iter().map(ToString::to_string).collect();
        let title = view.titles.get(&done.id).map_or("", String::as_str);
        let noun = if numbers.len() == 1 { "step" } else { "steps" };
        Entry::named(&done.id, title, format!("{noun} {}", numbers.join(", ")))
    });
    let unknown = view.unknown.iter().map(|name| {
        let near = name.near.as_ref().map_or(String::new(), |near| format!("; did you mean {near}?"));
        let commit = name.commit.as_deref().map_or("", |oid| oid.get(..8).unwrap_or(oid));
        let by = if commit.is_empty() { String::new() } else { format!(" ({commit})") };
        Entry::named(&name.word, "", format!("{}{by}{near}", name.line))
    });
    vec![
        section("Completes", Tone::Good, tasks(view, &view.completes, none)),
        section("Starts", Tone::Plain, tasks(view, &view.starts, none)),
        section("Completes steps", Tone::Good, steps.collect()),
        section("Reopens", Tone::Bad, tasks(view, &view.reopens, none)),
        section(
            "Completed by its commits, but not as they land",
            Tone::Bad,
            tasks(view, &view.lost_in_landing, none),
        ),
        section("Names no task", Tone::Bad, unknown.collect()),
    ]
}

fn by_plan(view: &DiffView) -> Vec<Section> {
    let all = &view.consequences;
    let waits = |id: &str| {
        let ids = all.waits_for.get(id).map(|ids| ids.join(", ")).unwrap_or_default();
        if ids.is_empty() { String::new() } else { format!("waits for {ids}") }
    };
    // What is new says itself that it is ready.
    let is_new = |id: &String| view.files.added.iter().any(|task| task.id == *id);
    let freed: Vec<String> = all.ready_gained.iter().filter(|id| !is_new(id)).cloned().collect();
    let round = |round: &Vec<String>| {
        let first = round.first().map_or("", String::as_str);
        Entry::said(format!("{} \u{2192} {first}", round.join(" \u{2192} ")))
    };
    vec![
        section("New cycles", Tone::Bad, all.cycles_added.iter().map(round).collect()),
        section("Becomes ready", Tone::Good, tasks(view, &freed, |_| String::new())),
        section("No longer ready", Tone::Bad, tasks(view, &all.ready_lost, waits)),
        section("Dates at risk", Tone::Bad, dates(view)),
        section("Milestones with other work", Tone::Plain, milestones(view)),
        section("Remaining work", Tone::Plain, remaining(view)),
        section("Critical path", Tone::Plain, critical_path(view)),
    ]
}

fn dates(view: &DiffView) -> Vec<Entry> {
    let entry = |date: &super::contract::DateAtRisk| {
        let title = view.titles.get(&date.name).filter(|_| date.kind == "task").map_or("", String::as_str);
        let (needs, has) = (span_of_minutes(date.needs_minutes), span_of_minutes(date.has_minutes));
        let aside =
            format!("{}, due {}: at least {needs} of work before it, {has} left", date.kind, date.due);
        Entry::named(&date.name, title, aside)
    };
    view.consequences.dates_at_risk.iter().map(entry).collect()
}

fn milestones(view: &DiffView) -> Vec<Entry> {
    let entry = |shift: &super::contract::MilestoneWork| {
        let mut words = vec![amounts(shift.remaining_tasks, shift.remaining_minutes)];
        for (verb, ids) in [("gains", &shift.gained), ("loses", &shift.lost)] {
            if !ids.is_empty() {
                words.push(format!("{verb} {}", some(ids)));
            }
        }
        Entry::named(&shift.milestone, "", words.join("; "))
    };
    view.consequences.milestones.iter().map(entry).collect()
}

/// The first few of some ids.
fn some(ids: &[String]) -> String {
    const MOST: usize = 8;
    let more = ids.len().saturating_sub(MOST);
    let shown = ids[..ids.len() - more].join(", ");
    if more > 0 { format!("{shown} and {more} more") } else { shown }
}

fn remaining(view: &DiffView) -> Vec<Entry> {
    let all = &view.consequences;
    let (tasks, minutes) = (all.remaining_tasks, all.remaining_minutes);
    if tasks.before == tasks.after && minutes.before == minutes.after {
        return Vec::new();
    }
    let unestimated = match all.unestimated_tasks.after {
        0 => String::new(),
        count => format!("; {count} without an estimate"),
    };
    vec![Entry::said(amounts(tasks, minutes) + &unestimated)]
}

/// `12 tasks, 30h-40h -> 10 tasks, 25h-33h`
fn amounts(tasks: SidesOf<usize>, minutes: SidesOf<EstimateView>) -> String {
    let side = |tasks: usize, minutes: EstimateView| {
        let noun = if tasks == 1 { "task" } else { "tasks" };
        let (min, max) = (span_of_minutes(minutes.min_minutes), span_of_minutes(minutes.max_minutes));
        match minutes.max_minutes {
            0 => format!("{tasks} {noun}"),
            _ if min == max => format!("{tasks} {noun}, {min}"),
            _ => format!("{tasks} {noun}, {min}-{max}"),
        }
    };
    let (before, after) = (side(tasks.before, minutes.before), side(tasks.after, minutes.after));
    if before == after { before } else { format!("{before} \u{2192} {after}") }
}

fn critical_path(view: &DiffView) -> Vec<Entry> {
    let paths = &view.consequences.critical_path;
    if paths.before == paths.after {
        return Vec::new();
    }
    let length = |path: &CriticalPathView| match (path.unit, path.length) {
        ("minutes", length) => span_of_minutes(length),
        (_, 1) => "1 task".to_owned(),
        (_, length) => format!("{length} tasks"),
    };
    let through = some(&paths.after.tasks);
    let through = if through.is_empty() { through } else { format!(": {through}") };
    let guessed = match paths.after.guessed {
        0 => String::new(),
        count => format!(" ({count} without an estimate, taken as the median)"),
    };
    let (before, after) = (length(&paths.before), length(&paths.after));
    let lengths = if before == after { before } else { format!("{before} \u{2192} {after}") };
    vec![Entry::said(format!("{lengths}{through}{guessed}"))]
}

fn changes(view: &DiffView) -> Vec<Section> {
    let files = &view.files;
    let moved = files.moved.iter().map(|moved| {
        let dir = |path: &str| {
            let dir = path.rsplit_once('/').map_or("", |(dir, _)| dir);
            dir.strip_prefix(".tasks").unwrap_or(dir).trim_start_matches('/').to_owned() + "/"
        };
        Entry::named(
            &moved.id,
            &moved.title,
            format!("{} \u{2192} {}", dir(&moved.before), dir(&moved.after)),
        )
    });
    let renumbered = files.renumbered.iter().map(|task| {
        let lost =
            if task.remembered { "" } else { "; its commits lose it: aka does not name the former id" };
        Entry::named(&task.after, &task.title, format!("was {}{lost}", task.before))
    });
    let changed = files
        .changed
        .iter()
        .map(|task| Entry { fields: task.fields.clone(), ..Entry::named(&task.id, &task.title, "") });
    let unreadable = files.unreadable.iter().map(|file| Entry::named(&file.path, "", &*file.message));
    let config = (!files.config.is_empty())
        .then(|| Entry { fields: files.config.clone(), ..Entry::named("config.toml", "", "") });
    vec![
        section("Unreadable", Tone::Bad, unreadable.collect()),
        section("Added", Tone::Good, files.added.iter().map(task).collect()),
        section("Removed", Tone::Bad, files.removed.iter().map(task).collect()),
        section("Renumbered", Tone::Plain, renumbered.collect()),
        section("Moved", Tone::Plain, moved.collect()),
        section("Changed", Tone::Plain, changed.collect()),
        section("Groups", Tone::Plain, files.groups.iter().map(part).collect()),
        section("Milestones", Tone::Plain, files.milestones.iter().map(part).collect()),
        section("Configuration", Tone::Plain, config.into_iter().collect()),
    ]
}

fn task(task: &TaskView) -> Entry {
    let mut words = Vec::new();
    if !task.group.is_empty() {
        words.push(format!("in {}", task.group));
    }
    words.push(if task.ready { "ready".to_owned() } else { task.status.as_str().replace('_', " ") });
    if let Some(estimate) = task.estimate {
        let (min, max) = (span_of_minutes(estimate.min_minutes), span_of_minutes(estimate.max_minutes));
        words.push(if min == max { min } else { format!("{min}-{max}") });
    }
    if !task.blocked_by.is_empty() {
        words.push(format!("waits for {}", some(&task.blocked_by)));
    }
    Entry::named(&task.id, &task.title, words.join(", "))
}

fn part(part: &ChangedPart) -> Entry {
    let aside = match part.kind {
        PartChangeKind::Added => "added",
        PartChangeKind::Removed => "removed",
        PartChangeKind::Changed => "",
    };
    Entry { fields: part.fields.clone(), ..Entry::named(&part.name, "", aside) }
}
