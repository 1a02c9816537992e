//! What differs between two versions of groups, milestones and configurations, key by key.

use super::field::{FieldChange, Value, joined, push, push_all, shown};
use super::steps::step_changes;
use crate::config::{Config, Since};
use crate::finding::Severity;
use crate::message::SubjectEffect;
use crate::model::{Criterion, Group, Milestone, Step};
use std::collections::BTreeSet;

/// What differs between two versions of what a group's file says.
pub fn group_changes(before: &Group, after: &Group) -> Vec<FieldChange> {
    let mut changes = Vec::new();
    push_all(&mut changes, group_values(before), group_values(after));
    step_changes(&before.steps, &after.steps, &mut changes);
    changes
}

fn group_values(group: &Group) -> Vec<Value> {
    vec![
        ("title", group.title.clone()),
        ("depends", joined(&group.depends)),
        ("milestones", joined(&group.milestones)),
        ("estimate", shown(group.estimate.as_ref())),
        ("declared_tasks", shown(group.declared_tasks)),
        ("due", shown(group.due.as_ref())),
        ("description", group.description.clone()),
    ]
}

/// What differs between two versions of what a milestone's file says; criteria are compared as steps are.
pub fn milestone_changes(before: &Milestone, after: &Milestone) -> Vec<FieldChange> {
    let mut changes = Vec::new();
    push_all(&mut changes, milestone_values(before), milestone_values(after));
    let steps = |criteria: &[Criterion]| -> Vec<Step> {
        let step = |c: &Criterion| Step { text: c.text.clone(), status: Some(c.status), notes: Vec::new() };
        criteria.iter().map(step).collect()
    };
    let from = changes.len();
    step_changes(&steps(&before.criteria), &steps(&after.criteria), &mut changes);
    for change in &mut changes[from..] {
        change.name = change.name.replacen("step", "criterion", 1);
    }
    changes
}

fn milestone_values(milestone: &Milestone) -> Vec<Value> {
    vec![
        ("title", milestone.title.clone()),
        ("due", shown(milestone.due.as_ref())),
        ("goal", milestone.goal.clone()),
        ("groups", joined(&milestone.groups)),
        ("tasks", joined(&milestone.tasks)),
        ("description", milestone.description.clone()),
    ]
}

/// What differs between two configurations, defaults included.
pub fn config_changes(before: &Config, after: &Config) -> Vec<FieldChange> {
    let mut changes = Vec::new();
    push_all(&mut changes, config_values(before), config_values(after));
    let declarations: BTreeSet<&String> = before.declared.keys().chain(after.declared.keys()).collect();
    for name in declarations {
        let of = |config: &Config| config.declared.get(name).map(ToString::to_string);
        push(&mut changes, &format!("declared.{name}"), of(before), of(after));
    }
    let codes: BTreeSet<&String> = before.check.keys().chain(after.check.keys()).collect();
    for code in codes {
        let of = |config: &Config| config.check.get(code).map(|level| level_word(*level).to_owned());
        push(&mut changes, &format!("check.{code}"), of(before), of(after));
    }
    changes
}

fn level_word(level: Option<Severity>) -> &'static str {
    level.map_or("off", Severity::as_str)
}

fn config_values(config: &Config) -> Vec<Value> {
    // Without `..`: a new key has to be compared here.
    let Config {
        version,
        references,
        id_prefix,
        since,
        trunk,
        stale_after,
        calendar,
        check: _,
        declared: _,
        estimate_bounds,
    } = config;
    let patterns: Vec<String> =
        references.patterns.iter().map(|p| format!("{} ({})", p.regex, p.effect)).collect();
    vec![
        ("version", Some(version.to_string())),
        ("references.keywords", joined(&references.keywords)),
        ("references.subject", Some(subject_word(references.subject).to_owned())),
        ("references.ignore", joined(&references.ignore)),
        ("references.patterns", joined(&patterns)),
        ("ids.prefix", Some(id_prefix.clone()).filter(|prefix| !prefix.is_empty())),
        ("history.since", since.as_ref().map(since_text)),
        ("branches.trunk", joined(trunk)),
        ("branches.stale_after", Some(format!("{stale_after}m"))),
        ("estimates.day", Some(format!("{}m", calendar.day))),
        ("estimates.week", Some(format!("{}m", calendar.week))),
        ("estimates.min", estimate_bounds.0.map(|minutes| format!("{minutes}m"))),
        ("estimates.max", estimate_bounds.1.map(|minutes| format!("{minutes}m"))),
    ]
}

fn since_text(since: &Since) -> String {
    match since {
        Since::Commit(oid) => oid.clone(),
        Since::Date(date) => date.to_string(),
    }
}

fn subject_word(subject: SubjectEffect) -> &'static str {
    match subject {
        SubjectEffect::Completes => "completes",
        SubjectEffect::Starts => "starts",
    }
}
