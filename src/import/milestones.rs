//! Goals, sprints and gates: sections that say when something is reached.

use super::document::{Block, BlockKind, Item, Outline};
use super::draft::{Draft, DraftMilestone};
use super::label::{Kind, Label};
use super::roles::Purpose;
use super::survey::{Survey, all_items, label_before};
use super::{dates, fields, marks, slug};
use crate::model::{Criterion, StepStatus, TaskId};
use jiff::civil::Date;
use regex::Regex;
use std::sync::LazyLock;

static NAME: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"\b([a-z]+(?:_[a-z]+)+)\b")
        .unwrap_or_else(|error| unreachable!("a constant pattern: {error}"))
});
static MENTION: LazyLock<Regex> = LazyLock::new(|| {
    let text = r"(?i)\b(phase|stage|epic|fase|etapa|task|tasks|aufgabe|tarea)s?\s*#?(\d+(?:\.\d+)*)\b";
    Regex::new(text).unwrap_or_else(|error| unreachable!("a constant pattern: {error}"))
});

/// Adds the milestone that a section without tasks is. False where it is none.
pub fn read(
    draft: &mut Draft,
    outline: &Outline,
    survey: &Survey,
    index: usize,
    taken: &mut slug::Names,
    base: Option<Date>,
) -> bool {
    let section = &outline.sections[index];
    let label = &survey.labels[index];
    if all_items(&section.blocks).next().is_none() {
        return false;
    }
    let criteria = survey.purposes[index] == Some(Purpose::Criteria);
    let sprint =
        label.kind == Kind::Group && survey.purposes[index].is_none() && gathers(draft, &section.blocks);
    if !criteria && !sprint {
        return false;
    }
    let mut milestone =
        DraftMilestone { line: section.line, when: label.when.clone(), ..DraftMilestone::default() };
    milestone.title = title(label, &section.heading);
    let period = label.key.as_deref().map(|key| format!("{} {key}", label.word));
    let ends = label.when.iter().chain(&period).find_map(|words| dates::end_of_period(words, base?));
    milestone.due = ends;
    let mut name = None;
    let mut text: Vec<String> = label.left_out.clone();
    for (at, block) in section.blocks.iter().enumerate() {
        match &block.kind {
            BlockKind::List(items) => {
                let label = label_before(&section.blocks, at);
                name = name.or_else(|| {
                    label.as_deref().and_then(|l| NAME.captures(l)).map(|found| found[1].to_owned())
                });
                for item in items {
                    read_item(&mut milestone, draft, item, criteria, &mut text);
                    text.extend(item.blocks.iter().map(|block| block.raw.clone()));
                }
            }
            BlockKind::Rule => {}
            _ => text.push(block.raw.clone()),
        }
    }
    milestone.description = text.join("\n\n");
    let fallback = format!("milestone-{}", draft.milestones.len() + 1);
    let base = name.unwrap_or_else(|| slug::slug(&milestone.title, &fallback));
    milestone.slug = taken.unique(&base);
    draft.milestones.push(milestone);
    true
}

fn title(label: &Label, heading: &str) -> String {
    let name = label.word.split(' ').map(capital).collect::<Vec<_>>().join(" ");
    match &label.key {
        Some(key) if label.title.is_empty() || label.when.is_some() && label.title.starts_with('(') => {
            format!("{name} {key}")
        }
        Some(key) => {
            let parts = heading.contains([':', '：', '-', '–', '—']);
            format!("{name} {key}{} {}", if parts { ":" } else { "" }, label.title)
        }
        None => label.title.clone(),
    }
}

fn capital(word: &str) -> String {
    let mut chars = word.chars();
    chars.next().map_or_else(String::new, |first| first.to_uppercase().chain(chars).collect())
}

fn read_item(
    milestone: &mut DraftMilestone,
    draft: &Draft,
    item: &Item,
    criteria: bool,
    text: &mut Vec<String>,
) {
    let field = fields::of_line(&item.text).filter(|field| !field.value.is_empty() && item.boxed.is_none());
    if let Some(field) =
        field.filter(|f| matches!(f.label.to_lowercase().as_str(), "result" | "goal" | "outcome"))
    {
        milestone.goal = Some(field.value);
        return;
    }
    let (groups, tasks) = mentions(draft, &item.text);
    let gathered = !groups.is_empty() || !tasks.is_empty();
    milestone.groups.extend(groups.into_iter().filter(|g| !milestone.groups.contains(g)).collect::<Vec<_>>());
    milestone.tasks.extend(tasks);
    if criteria || !gathered {
        let (criterion, _) = marks::step_marks(&item.text);
        let done = item.boxed == Some(StepStatus::Completed);
        let status = if done { StepStatus::Completed } else { StepStatus::Pending };
        milestone.criteria.push(Criterion { text: criterion, status });
    } else {
        text.push(format!("- {}", item.text));
    }
}

/// Whether a list names groups or tasks of the draft.
fn gathers(draft: &Draft, blocks: &[Block]) -> bool {
    all_items(blocks).any(|item| {
        let (groups, tasks) = mentions(draft, &item.text);
        !groups.is_empty() || !tasks.is_empty()
    })
}

/// The groups and tasks of the draft that a text names by their number.
fn mentions(draft: &Draft, text: &str) -> (Vec<usize>, Vec<TaskId>) {
    let mut groups = Vec::new();
    let mut tasks = Vec::new();
    for found in MENTION.captures_iter(text) {
        let number = &found[2];
        if found[1].to_lowercase().starts_with('t') || found[1].to_lowercase().starts_with('a') {
            let id: Option<TaskId> = number.parse().ok();
            let known =
                |id: &TaskId| draft.groups.iter().flat_map(|g| &g.tasks).any(|t| t.id.as_ref() == Some(id));
            tasks.extend(id.filter(known));
        } else {
            groups.extend(draft.groups.iter().position(|g| g.key.as_deref() == Some(number)));
        }
    }
    (groups, tasks)
}

/// The heading of a section for the plan's description.
pub fn heading_line(level: u8, heading: &str) -> String {
    format!("{} {heading}", "#".repeat(usize::from(level.clamp(1, 6))))
}
