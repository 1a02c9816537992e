//! What stands directly under a group's heading: tasks that are items, and the group's description.

use super::document::{Block, BlockKind, Item};
use super::draft::DraftGroup;
use super::fields::{self, Meaning};
use super::survey::{is_criteria, label_before};
use super::{dates, estimates, marks};

/// The items of a group's section that are tasks, in order; everything else goes into its description.
///
/// `bullets` says that items without a box are tasks too: those of lists without a label, or, where no
/// such list is, of those that a label announces as tasks.
pub fn read<'a>(group: &mut DraftGroup, blocks: &'a [Block], bullets: bool) -> Vec<&'a Item> {
    let plain = |index: usize| {
        let list = matches!(blocks[index].kind, BlockKind::List(_));
        list && label_before(blocks, index).is_none()
    };
    let any_plain = (0..blocks.len()).any(plain);
    let mut tasks = Vec::new();
    let mut text = Vec::new();
    for (index, block) in blocks.iter().enumerate() {
        match &block.kind {
            BlockKind::List(items) => {
                let boxed = items.iter().any(|item| item.boxed.is_some()) && !is_criteria(blocks, index);
                let announced = || {
                    label_before(blocks, index).is_some_and(|label| fields::meaning(&label) == Meaning::Steps)
                };
                if boxed {
                    let kept = split(items, &mut tasks, |item| item.boxed.is_some());
                    text.extend(kept);
                } else if bullets && (plain(index) || !any_plain && announced()) {
                    text.extend(split(items, &mut tasks, |item| !is_field(item)));
                } else {
                    text.push(block.raw.clone());
                }
            }
            BlockKind::Rule => {}
            BlockKind::Paragraph => {
                block.lines().for_each(|(_, line)| read_field(group, line));
                text.push(block.raw.clone());
            }
            BlockKind::Code | BlockKind::Table(_) | BlockKind::Other => text.push(block.raw.clone()),
        }
    }
    describe(group, &text);
    tasks
}

/// Appends paragraphs to a group's description.
pub fn describe(group: &mut DraftGroup, text: &[String]) {
    for part in text {
        if !group.description.is_empty() {
            group.description.push_str("\n\n");
        }
        group.description.push_str(part);
    }
}

fn split<'a>(
    items: &'a [Item],
    tasks: &mut Vec<&'a Item>,
    is_task: impl Fn(&Item) -> bool,
) -> Option<String> {
    let (yes, no): (Vec<&Item>, Vec<&Item>) = items.iter().partition(|item| is_task(item));
    tasks.extend(yes);
    let kept: Vec<&str> = no.into_iter().map(|item| item.raw.as_str()).collect();
    (!kept.is_empty()).then(|| kept.join("\n"))
}

/// Whether an item of a plain list is a field of the group, not a task.
fn is_field(item: &Item) -> bool {
    fields::of_line(&item.text).is_some_and(|field| fields::tells_of_a_task(&field.label))
}

fn read_field(group: &mut DraftGroup, line: &str) {
    let Some(field) = fields::of_line(line) else { return };
    match fields::meaning(&field.label) {
        Meaning::Estimate => {
            group.estimate =
                group.estimate.or(estimates::leading(&field.value).map(|(estimate, _)| estimate));
        }
        Meaning::Priority => group.priority = group.priority.or(marks::priority_of_words(&field.value)),
        Meaning::Due => group.due = group.due.or(dates::date_in(&field.value)),
        _ => {}
    }
}
