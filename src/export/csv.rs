//! The tasks as a table: one row a task, for spreadsheets. No cell starts a formula.

use crate::model::StepStatus;
use crate::view::{PlanTask, PlanView, StepView};
use std::collections::HashSet;

/// The columns that every exported table has, in their order; fields follow as `field: NAME`.
pub const COLUMNS: [&str; 25] = [
    "id",
    "title",
    "status",
    "stated_status",
    "group",
    "path",
    "priority",
    "estimate",
    "due",
    "optional",
    "depends",
    "blocked_by",
    "assignees",
    "tags",
    "milestones",
    "files",
    "links",
    "created",
    "reopened",
    "aka",
    "reason",
    "waiting_on",
    "completed_steps",
    "steps",
    "description",
];

/// What the columns of fields begin with.
pub const FIELD: &str = "field: ";

/// The table, with a header.
pub fn csv(view: &PlanView<'_>) -> Result<String, csv::Error> {
    let mut fields: Vec<String> = Vec::new();
    let mut seen: HashSet<String> = HashSet::new();
    for task in view.tasks.iter() {
        for name in task.stated.fields {
            if seen.insert(name.to_owned()) {
                fields.push(name.to_owned());
            }
        }
    }
    let mut writer = csv::WriterBuilder::new().from_writer(Vec::new());
    let header = COLUMNS.iter().map(|name| (*name).to_owned());
    writer.write_record(header.chain(fields.iter().map(|name| format!("{FIELD}{name}"))))?;
    for task in view.tasks.iter() {
        let row = row(&task).into_iter();
        let own = fields.iter().map(|name| task.task.fields.get(name).cloned());
        writer.write_record(row.chain(own).map(|cell| guarded(cell.as_deref())))?;
    }
    let bytes = writer.into_inner().map_err(|error| csv::Error::from(error.into_error()))?;
    Ok(String::from_utf8_lossy(&bytes).into_owned())
}

/// In the order of [`COLUMNS`].
fn row(row: &PlanTask<'_>) -> [Option<String>; COLUMNS.len()] {
    let task = &row.task;
    let steps = Some(&task.steps).filter(|steps| !steps.is_empty());
    [
        Some(task.id.clone()),
        Some(task.title.clone()),
        Some(task.status.as_str().to_owned()),
        row.stated.status.map(|s| s.as_str().to_owned()),
        Some(task.group.clone()).filter(|group| !group.is_empty()),
        Some(task.path.clone()),
        task.priority.map(|p| p.as_str().to_owned()),
        row.stated.estimate.clone(),
        task.due.clone(),
        task.optional.then(|| "true".to_owned()),
        joined(&task.depends),
        joined(&task.blocked_by),
        joined(&task.assignees),
        joined(&task.tags),
        joined(row.stated.milestones),
        joined(&task.files),
        joined(&task.links),
        task.created.clone(),
        task.reopened.clone(),
        joined(&task.aka),
        task.reason.clone(),
        task.waiting_on.clone(),
        steps.map(|_| format!("{}/{}", task.progress.completed, task.progress.total)),
        steps.map(|steps| steps.iter().map(step).collect::<Vec<_>>().join("\n")),
        task.description.clone(),
    ]
}

/// A list in a cell: by commas, as JSON where an item has a comma or blanks around it.
fn joined(items: &[String]) -> Option<String> {
    let plain = |item: &String| {
        !item.is_empty() && item.trim() == item && !item.contains([',', '\n']) && !item.starts_with('[')
    };
    if items.is_empty() {
        None
    } else if items.iter().all(plain) {
        Some(items.join(", "))
    } else {
        Some(serde_json::Value::from(items.to_vec()).to_string())
    }
}

/// `[x] text`, with the sign of what the file says, and its notes below.
fn step(step: &StepView) -> String {
    let sign = match step.stated {
        None => " ",
        Some(StepStatus::Pending) => ".",
        Some(StepStatus::InProgress) => "~",
        Some(StepStatus::Blocked) => "!",
        Some(StepStatus::Completed) => "x",
        Some(StepStatus::Cancelled) => "-",
    };
    let mut text = format!("[{sign}] {}", one_line(&step.text));
    for note in &step.notes {
        text.push_str("\n    ");
        text.push_str(&one_line(note));
    }
    text
}

/// Lines of a text, such that none of them can be taken for another step.
fn one_line(text: &str) -> String {
    text.replace('\\', "\\\\").replace('\n', "\\n").replace('\r', "\\r")
}

/// A cell that no spreadsheet takes for a formula: with an apostrophe before what would begin one, and before one that
/// is there. An apostrophe alone is an empty text, which is not the same as none.
fn guarded(cell: Option<&str>) -> String {
    let Some(cell) = cell else { return String::new() };
    let active = cell.is_empty()
        || cell.starts_with(['=', '+', '-', '@', '\t', '\r', '\n', '\'', '＝', '＋', '－', '＠']);
    if active { format!("'{cell}") } else { cell.to_owned() }
}

/// The text of a cell; `None` for an empty one.
pub fn unguarded(cell: &str) -> Option<&str> {
    (!cell.is_empty()).then(|| cell.strip_prefix('\'').unwrap_or(cell))
}
