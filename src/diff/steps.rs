//! What differs between two checklists.

use super::field::{FieldChange, push};
use super::text::is_reworded;
use crate::model::{Step, StepStatus};

/// Pairs steps of equal text in their order, so that a text that occurs twice is compared twice; then what is left with
/// what reads like it.
pub(super) fn step_changes(before: &[Step], after: &[Step], changes: &mut Vec<FieldChange>) {
    let pairs = pairs(before, after);
    for (at, (step, old)) in after.iter().zip(&pairs).enumerate() {
        let name = format!("step {}", at + 1);
        let Some(old) = old.map(|old| &before[old]) else {
            push(changes, &name, None, Some(step.text.clone()));
            continue;
        };
        push(changes, &format!("{name} text"), Some(old.text.clone()), Some(step.text.clone()));
        push(changes, &name, Some(status(old)), Some(status(step)));
        push(changes, &format!("{name} notes"), notes(old), notes(step));
    }
    for (at, gone) in before.iter().enumerate().filter(|(at, _)| !pairs.contains(&Some(*at))) {
        push(changes, &format!("step {}", at + 1), Some(gone.text.clone()), None);
    }
    let kept: Vec<usize> = pairs.into_iter().flatten().collect();
    if !kept.is_sorted() {
        let mut sorted = kept.clone();
        sorted.sort_unstable();
        push(changes, "step order", Some(numbers(&sorted)), Some(numbers(&kept)));
    }
}

/// For each step of the later version its position in the earlier one.
fn pairs(before: &[Step], after: &[Step]) -> Vec<Option<usize>> {
    let mut left: Vec<usize> = (0..before.len()).collect();
    let mut take = |fits: &dyn Fn(&Step) -> bool| {
        let at = left.iter().position(|&at| fits(&before[at]))?;
        Some(left.remove(at))
    };
    let mut pairs: Vec<Option<usize>> =
        after.iter().map(|step| take(&|old: &Step| old.text == step.text)).collect();
    for (step, pair) in after.iter().zip(&mut pairs).filter(|(_, pair)| pair.is_none()) {
        *pair = take(&|old: &Step| is_reworded(&old.text, &step.text));
    }
    pairs
}

fn status(step: &Step) -> String {
    step.status.unwrap_or(StepStatus::Pending).as_str().to_owned()
}

fn notes(step: &Step) -> Option<String> {
    (!step.notes.is_empty()).then(|| step.notes.join("\n"))
}

fn numbers(positions: &[usize]) -> String {
    let numbers: Vec<String> = positions.iter().map(|at| (at + 1).to_string()).collect();
    numbers.join(", ")
}
