//! JSON that `tasks export` wrote.

use super::raw::{RawGroup, RawMilestone, RawTask};
use super::read::{
    Content, Exported, ExportedFile, Fault, check_dir, check_milestone, check_note, inner_dir,
};
use crate::model::{Estimate, GroupName};
use crate::view::{Note, PLAN_FORMAT};
use serde::Deserialize;
use std::collections::HashMap;

#[derive(Deserialize)]
struct Marker {
    format: String,
}

#[derive(Deserialize)]
#[serde(default)]
#[derive(Default)]
struct Document {
    config: Option<JsonConfig>,
    groups: Vec<JsonGroup>,
    milestones: Vec<JsonMilestone>,
    notes: Vec<Note>,
    tasks: Vec<JsonTask>,
}

#[derive(Deserialize)]
struct JsonConfig {
    source: String,
}

#[derive(Deserialize)]
struct JsonGroup {
    path: String,
    #[serde(flatten)]
    raw: RawGroup,
    estimate: Option<Minutes>,
    stated: Option<Stated>,
    source: Option<String>,
}

#[derive(Deserialize)]
struct JsonMilestone {
    milestone: String,
    #[serde(flatten)]
    raw: RawMilestone,
    source: Option<String>,
}

#[derive(Deserialize)]
struct JsonTask {
    id: Option<String>,
    path: Option<String>,
    #[serde(default)]
    group: String,
    #[serde(flatten)]
    raw: RawTask,
    estimate: Option<Minutes>,
    #[serde(default)]
    milestones: Vec<String>,
    #[serde(default)]
    fields: HashMap<String, String>,
    stated: Option<Stated>,
    source: Option<String>,
}

#[derive(Deserialize, Clone, Copy)]
struct Minutes {
    min_minutes: u64,
    max_minutes: u64,
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct Stated {
    status: Option<String>,
    estimate: Option<String>,
    milestones: Vec<String>,
    fields: Vec<String>,
}

/// Whether a document says that it is an exported plan.
pub(super) fn is_exported(text: &str) -> bool {
    let may_be = text.trim_start().starts_with('{') && text.contains(PLAN_FORMAT);
    may_be && serde_json::from_str::<Marker>(text).is_ok_and(|marker| marker.format == PLAN_FORMAT)
}

/// Reads the document.
pub(super) fn read(text: &str) -> Result<Exported, Fault> {
    let document: Document = serde_json::from_str(text)
        .map_err(|error| (u32::try_from(error.line()).unwrap_or(u32::MAX), error.to_string()))?;
    let mut exported = Exported::default();
    if let Some(config) = document.config {
        let content = Content::Config(config.source);
        exported.files.push(ExportedFile { line: 0, place: String::new(), content, source: None });
    }
    for group in document.groups {
        group.add(&mut exported).map_err(|(dir, message)| (0, format!("group {dir:?}: {message}")))?;
    }
    for milestone in document.milestones {
        let fault = |message| (0, format!("milestone {:?}: {message}", milestone.milestone));
        check_milestone(&milestone.milestone).map_err(fault)?;
        let content = Content::Milestone(milestone.raw.read().map_err(fault)?);
        let (place, source) = (milestone.milestone.clone(), milestone.source);
        exported.files.push(ExportedFile { line: 0, place, content, source });
    }
    for note in document.notes {
        check_note(&note.name).map_err(|message| (0, message))?;
        let content = Content::Note(note.text);
        exported.files.push(ExportedFile { line: 0, place: note.name, content, source: None });
    }
    for task in document.tasks {
        let name = task.id.clone().unwrap_or_else(|| task.raw.title.clone());
        task.add(&mut exported).map_err(|(_, message)| (0, format!("task {name:?}: {message}")))?;
    }
    Ok(exported)
}

impl JsonGroup {
    fn add(mut self, exported: &mut Exported) -> Result<(), (String, String)> {
        let fault = |message: String| (self.path.clone(), message);
        let dir = inner_dir(&format!("{}/", self.path)).unwrap_or_default().to_owned();
        if dir.is_empty() {
            return Err(fault("expected a path below .tasks/".to_owned()));
        }
        check_dir(&dir).map_err(fault)?;
        self.raw.estimate = match self.stated {
            Some(stated) => stated.estimate,
            None => self.estimate.map(in_units),
        };
        let content = Content::Group(self.raw.read().map_err(|message| (self.path.clone(), message))?);
        exported.files.push(ExportedFile { line: 0, place: dir, content, source: self.source });
        Ok(())
    }
}

impl JsonTask {
    fn add(mut self, exported: &mut Exported) -> Result<(), Fault> {
        let raw = &mut self.raw;
        let mut order = Vec::new();
        // A task that another program added has only the values that are derived elsewhere.
        if let Some(stated) = self.stated {
            (raw.status, raw.estimate, raw.milestones) = (stated.status, stated.estimate, stated.milestones);
            order = stated.fields;
        } else {
            (raw.estimate, raw.milestones) = (self.estimate.map(in_units), self.milestones);
        }
        for name in order {
            if let Some(text) = self.fields.remove(&name) {
                raw.fields.push((name, text));
            }
        }
        let mut rest: Vec<(String, String)> = self.fields.into_iter().collect();
        rest.sort();
        raw.fields.extend(rest);
        let dir = match &self.path {
            Some(path) => {
                inner_dir(path).ok_or((0, format!("{path:?} is no path below .tasks/")))?.to_owned()
            }
            None => GroupName::from_dir(&self.group).as_str().to_owned(),
        };
        exported.task(0, &dir, self.id.as_deref(), raw, self.source)
    }
}

fn in_units(minutes: Minutes) -> String {
    Estimate::from_minutes(minutes.min_minutes, minutes.max_minutes).to_string()
}
