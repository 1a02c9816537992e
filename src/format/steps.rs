//! Editing a checklist: `[[steps]]`, a list of inline tables, or a milestone's criteria.

use super::document::Document;
use super::error::FormatError;
use super::keys::{CRITERION, FileKind, Key, STEP};
use super::layout::{Section, elements, entries};
use super::{list, write};
use crate::model::{Step, StepStatus};
use std::fmt::Write;
use std::ops::Range;

impl Document {
    /// How many steps, or criteria of a milestone, there are.
    pub fn steps(&self) -> usize {
        match self.array(self.items().0) {
            Some(array) => elements(&self.text, &array).len(),
            None => self.layout().sections.iter().filter(|s| s.is(self.items().0, true)).count(),
        }
    }

    /// Sets the state of a step, or of a milestone's criterion, counted from 1; `None` removes the line.
    pub fn set_step_status(&mut self, number: usize, status: Option<StepStatus>) -> Result<(), FormatError> {
        let raw = status.map(|status| write::line(status.as_str()));
        match (self.step(number)?, raw) {
            (StepAt::Section(at), Some(raw)) => self.set_in_section(at, self.items().1, "status", &raw),
            (StepAt::Section(at), None) => self.remove_in_section(at, "status"),
            (StepAt::Inline(table), Some(raw)) => {
                match entries(&self.text, &table).into_iter().find(|s| s.is("status")) {
                    Some(statement) => self.replace_value(&statement.value, &raw),
                    None => self.text.insert_str(table.start + 1, &format!(" status = {raw},")),
                }
            }
            (StepAt::Inline(table), None) => self.remove_inline(&table, "status"),
        }
        Ok(())
    }

    /// Adds a step after the last one.
    pub fn add_step(&mut self, step: &Step) {
        let key = self.items().0;
        if let Some(array) = self.array(key) {
            let raw = inline_step(step);
            list::insert(&mut self.text, &array, &raw, false, self.newline.as_str());
            return;
        }
        let layout = self.layout();
        let last = layout.sections.iter().rev().find(|s| s.is_under(key));
        let at = last.map_or_else(|| self.end_of_root(&layout), Section::end);
        self.insert_lines(at, &step_block(key, step), true);
    }

    /// Adds a remark to a step, counted from 1.
    pub fn add_step_note(&mut self, number: usize, note: &str) -> Result<(), FormatError> {
        let (notes, place) = match self.step(number)? {
            StepAt::Section(at) => {
                let notes = self.layout().sections[at].statement("notes").map(|s| s.value.clone());
                (notes, StepAt::Section(at))
            }
            StepAt::Inline(table) => {
                let notes = entries(&self.text, &table).into_iter().find(|s| s.is("notes")).map(|s| s.value);
                (notes, StepAt::Inline(table))
            }
        };
        let raw = write::line(note);
        let is_list = |range: &Range<usize>| self.text[range.clone()].starts_with('[');
        match (notes, place) {
            (Some(value), _) if is_list(&value) => {
                list::insert(&mut self.text, &value, &raw, false, self.newline.as_str());
            }
            (Some(value), _) => self.replace_value(&value, &write::list([raw])),
            (None, StepAt::Section(at)) => self.set_in_section(at, STEP, "notes", &write::list([raw])),
            (None, StepAt::Inline(table)) => {
                let entry = format!("notes = [{raw}]");
                self.insert_inline(&table, &entry);
            }
        }
        Ok(())
    }

    /// The key that holds the checklist, and the keys of an item.
    fn items(&self) -> (&'static str, &'static [Key]) {
        match self.kind {
            FileKind::Milestone => ("criteria", CRITERION),
            _ => ("steps", STEP),
        }
    }

    fn step(&self, number: usize) -> Result<StepAt, FormatError> {
        let index = number.checked_sub(1);
        let key = self.items().0;
        let found = match self.array(key) {
            Some(array) => index
                .and_then(|i| elements(&self.text, &array).into_iter().nth(i))
                .filter(|range| self.text[range.clone()].starts_with('{'))
                .map(StepAt::Inline),
            None => index.and_then(|i| {
                let layout = self.layout();
                let mut steps = layout.sections.iter().enumerate().filter(|(_, s)| s.is(key, true));
                steps.nth(i).map(|(at, _)| StepAt::Section(at))
            }),
        };
        found.ok_or_else(|| FormatError::NoStep { path: self.path.clone(), number, steps: self.steps() })
    }
}

/// Where a step stands.
enum StepAt {
    /// `[[steps]]`, by its position among the sections.
    Section(usize),
    /// An inline table.
    Inline(Range<usize>),
}

/// `[[steps]]` and what is under it, without a final newline.
pub(super) fn step_block(key: &str, step: &Step) -> String {
    let mut block = format!("[[{key}]]");
    if let Some(status) = step.status {
        let _ = write!(block, "\nstatus = {}", write::line(status.as_str()));
    }
    let _ = write!(block, "\ntext = {}", write::line(&step.text));
    if !step.notes.is_empty() {
        let _ = write!(block, "\nnotes = {}", write::strings(&step.notes));
    }
    block
}

fn inline_step(step: &Step) -> String {
    let status = step.status.map_or_else(String::new, |s| format!("status = {}, ", write::line(s.as_str())));
    let notes: Vec<String> = step.notes.iter().map(|n| write::line(n)).collect();
    let notes = if notes.is_empty() { String::new() } else { format!(", notes = [{}]", notes.join(", ")) };
    format!("{{ {status}text = {}{notes} }}", write::line(&step.text))
}
