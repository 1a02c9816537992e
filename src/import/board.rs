//! Boards: documents whose sections, or lists, are states.

use super::draft::{Draft, DraftGroup};
use super::{fields, marks};
use crate::model::StepStatus;

/// Whether a heading names a column of a board: `Backlog`, `In Progress`, `Done`.
pub fn is_column(heading: &str) -> bool {
    marks::status_of_words(heading).is_some()
}

/// Where every group is a column, and not all mean the same, gives each task the state of its column instead of a group.
pub fn apply(draft: &mut Draft) {
    let states: Vec<Option<StepStatus>> =
        draft.groups.iter().map(|group| marks::status_of_words(&group.title)).collect();
    let differ = states.iter().any(|state| *state != states[0]);
    if !differ || states.contains(&None) {
        return;
    }
    let mut all = DraftGroup::default();
    for (group, state) in std::mem::take(&mut draft.groups).into_iter().zip(states) {
        for mut found in group.tasks {
            if found.task.status.is_none() {
                fields::set_status(&mut found.task, state.unwrap_or(StepStatus::Pending), "");
            }
            fields::add(&mut found.task, "column", &group.title);
            all.tasks.push(found);
        }
        if !group.description.trim().is_empty() {
            let text = format!("\n\n## {}\n\n{}", group.title, group.description);
            draft.description.push_str(&text);
        }
    }
    draft.groups.push(all);
    draft.milestones.iter_mut().for_each(|milestone| milestone.groups.clear());
}
