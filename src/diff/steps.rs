//! What differs between two checklists.

use super::field::{FieldChange, push};
use super::text::is_reworded;
use crate::merge::equal_texts;
use crate::model::{Step, StepStatus};

/// More comparisons than this are not made; a checklist that changed so much has no reworded steps.
const MOST_COMPARISONS: usize = 10_000;

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
    let is_kept = kept(before.len(), &pairs);
    for (at, gone) in before.iter().enumerate().filter(|(at, _)| !is_kept[*at]) {
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
    let mut pairs = equal_texts(
        before.iter().map(|step| step.text.as_str()),
        after.iter().map(|step| step.text.as_str()),
    );
    let kept = kept(before.len(), &pairs);
    let mut left: Vec<usize> = (0..before.len()).filter(|&at| !kept[at]).collect();
    let new = pairs.iter().filter(|pair| pair.is_none()).count();
    if left.len().saturating_mul(new) > MOST_COMPARISONS {
        return pairs;
    }
    for (step, pair) in after.iter().zip(&mut pairs).filter(|(_, pair)| pair.is_none()) {
        let reworded = left.iter().position(|&old| is_reworded(&before[old].text, &step.text));
        *pair = reworded.map(|at| left.remove(at));
    }
    pairs
}

/// For each step of the earlier version whether the later one has it.
fn kept(before: usize, pairs: &[Option<usize>]) -> Vec<bool> {
    let mut kept = vec![false; before];
    pairs.iter().flatten().for_each(|&old| kept[old] = true);
    kept
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

#[cfg(test)]
mod tests {
    use super::*;

    fn paired(before: &[&str], after: &[&str]) -> Vec<Option<usize>> {
        let steps = |texts: &[&str]| -> Vec<Step> {
            texts.iter().map(|&text| Step { text: text.to_owned(), ..Step::default() }).collect()
        };
        pairs(&steps(before), &steps(after))
    }

    #[test]
    fn steps_are_found_again_by_their_text_and_then_by_most_of_it() {
        assert_eq!(paired(&["a", "b", "a"], &["b", "a", "a", "a"]), [Some(1), Some(0), Some(2), None]);
        assert_eq!(paired(&["write the manual", "b"], &["b", "write the long manual"]), [Some(1), Some(0)]);
        // The first that reads like it, even where another is more like it.
        let before = ["write the old manual", "write the new manual now", "c"];
        assert_eq!(paired(&before, &["write the new manual", "x"]), [Some(0), None]);
    }

    #[test]
    fn a_checklist_that_changed_altogether_has_no_reworded_steps() {
        let numbered = |word: &str, count: usize| -> Vec<String> {
            (0..count).map(|n| format!("write the {word} {n}")).collect()
        };
        let of = |count: usize| {
            let (before, after) = (numbered("old", count), numbered("new", count));
            let before: Vec<&str> = before.iter().map(String::as_str).collect();
            let after: Vec<&str> = after.iter().map(String::as_str).collect();
            paired(&before, &after)
        };
        assert!(of(100).iter().all(Option::is_some));
        assert!(of(101).iter().all(Option::is_none));
    }
}
