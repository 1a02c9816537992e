//! A task from an item of a list.

use super::document::{Block, BlockKind, Item};
use super::task::{read_title, steps_of};
use super::{fields, inline, label};
use crate::model::{StepStatus, Task};

/// The task an item is, and the label it begins with.
///
/// Nested items of the same kind (boxes in a box, numbers or bullets in a plain item) are its steps;
/// everything else in it is its description.
pub fn task_of(item: &Item) -> (Task, label::Label) {
    let mut said = Task::default();
    let label = label::item(&inline::take(&mut said, &item.text));
    let mut task = Task::default();
    read_title(&mut task, &label);
    task.priority = said.priority.or(task.priority);
    task.estimate = said.estimate.or(task.estimate);
    task.status = said.status.or(task.status);
    task.due = said.due;
    task.assignees = said.assignees;
    let details = said.details.into_inner();
    fields::add_all(&mut task.tags, details.tags);
    task.fields.extend(details.fields);
    if task.title.is_empty() {
        "(untitled)".clone_into(&mut task.title);
    }
    let boxed = item.boxed.filter(|&status| status != StepStatus::Pending);
    // A day of completion or cancellation says more than a box, whose marks differ between tools.
    if let Some(status) = boxed.filter(|_| said.status.is_none()) {
        fields::set_status(&mut task, status, "");
    }
    if item.optional {
        task.optional = true;
        fields::add_all(&mut task.tags, vec!["optional".to_owned()]);
    }
    let mut description: Vec<String> = Vec::new();
    for block in &item.blocks {
        read_block(&mut task, block, item.boxed.is_some(), &mut description);
    }
    let text = description.join("\n\n");
    if !text.trim().is_empty() {
        task.description = Some(text);
    }
    (task, label)
}

fn read_block(task: &mut Task, block: &Block, in_box: bool, description: &mut Vec<String>) {
    match &block.kind {
        BlockKind::List(items) => {
            let mut kept = Vec::new();
            for nested in items {
                let field = fields::of_line(&nested.text)
                    .filter(|field| {
                        nested.boxed.is_none() && nested.blocks.is_empty() && !field.value.is_empty()
                    })
                    .filter(|field| fields::tells_of_a_task(&field.label));
                if let Some(field) = field {
                    fields::apply(task, &field);
                } else if nested.boxed.is_some() || !in_box {
                    let (steps, rest) = steps_of(nested);
                    task.steps.extend(steps);
                    description.extend(rest);
                } else if holds_boxes(nested) {
                    description.push(nested.text.clone());
                    nested.blocks.iter().for_each(|inner| read_block(task, inner, in_box, description));
                } else {
                    kept.push(nested.raw.as_str());
                }
            }
            if !kept.is_empty() {
                description.push(kept.join("\n"));
            }
        }
        BlockKind::Rule => {}
        BlockKind::Paragraph => {
            let mut text = Vec::new();
            for (_, line) in block.lines() {
                match fields::of_line(line).filter(|field| !field.value.is_empty()) {
                    Some(field) => fields::apply(task, &field),
                    None => text.push(line),
                }
            }
            if !text.is_empty() {
                description.push(text.join("\n"));
            }
        }
        BlockKind::Code | BlockKind::Table(_) | BlockKind::Other => description.push(block.raw.clone()),
    }
}

/// Whether there are boxes somewhere in an item.
fn holds_boxes(item: &Item) -> bool {
    item.blocks.iter().any(|block| match &block.kind {
        BlockKind::List(items) => items.iter().any(|item| item.boxed.is_some() || holds_boxes(item)),
        _ => false,
    })
}
