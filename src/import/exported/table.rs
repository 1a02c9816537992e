//! Tables that `tasks export` wrote.

use super::raw::{RawStep, RawTask};
use super::read::{Exported, Fault, inner_dir};
use crate::export::{COLUMNS, FIELD, unguarded};
use std::collections::HashMap;

/// Reads the table; `None` if its header is not that of an exported one.
///
/// Columns may stand in another order, and others between them.
pub(super) fn read(text: &str) -> Option<Result<Exported, Fault>> {
    if !text.contains("stated_status") {
        return None;
    }
    let mut reader = csv::ReaderBuilder::new().flexible(true).from_reader(text.as_bytes());
    let header: Vec<String> = reader.headers().ok()?.iter().map(str::to_owned).collect();
    if !COLUMNS.iter().all(|column| header.iter().any(|name| name == column)) {
        return None;
    }
    Some(rows(&mut reader, &header))
}

fn rows(reader: &mut csv::Reader<&[u8]>, header: &[String]) -> Result<Exported, Fault> {
    let mut exported = Exported::default();
    for record in reader.records() {
        let record = record.map_err(|error| (0, error.to_string()))?;
        let line = record.position().map_or(0, |p| u32::try_from(p.line()).unwrap_or(u32::MAX));
        let cells = header.iter().map(String::as_str).zip(record.iter()).collect();
        let row = Row { cells };
        let mut raw = row.task();
        for (name, cell) in header.iter().zip(record.iter()) {
            if let (Some(field), Some(text)) = (name.strip_prefix(FIELD), unguarded(cell)) {
                raw.fields.push((field.to_owned(), text.to_owned()));
            }
        }
        let path = row.text("path").unwrap_or_else(|| ".tasks/".to_owned());
        let dir = inner_dir(&path).ok_or((line, format!("{path:?} is no path below .tasks/")))?.to_owned();
        exported.task(line, &dir, row.text("id").as_deref(), &raw, None)?;
    }
    Ok(exported)
}

struct Row<'a> {
    cells: HashMap<&'a str, &'a str>,
}

impl Row<'_> {
    fn text(&self, column: &str) -> Option<String> {
        unguarded(self.cells.get(column)?).map(str::to_owned)
    }

    fn list(&self, column: &str) -> Vec<String> {
        let Some(cell) = self.text(column) else { return Vec::new() };
        if let Ok(items) = serde_json::from_str::<Vec<String>>(&cell) {
            return items;
        }
        cell.split(',').map(|item| item.trim().to_owned()).collect()
    }

    fn task(&self) -> RawTask {
        RawTask {
            title: self.text("title").unwrap_or_default(),
            priority: self.text("priority"),
            estimate: self.text("estimate"),
            due: self.text("due"),
            optional: self.text("optional").is_some_and(|cell| cell.eq_ignore_ascii_case("true")),
            depends: self.list("depends"),
            assignees: self.list("assignees"),
            tags: self.list("tags"),
            milestones: self.list("milestones"),
            files: self.list("files"),
            links: self.list("links"),
            created: self.text("created"),
            status: self.text("stated_status"),
            reason: self.text("reason"),
            waiting_on: self.text("waiting_on"),
            reopened: self.text("reopened"),
            aka: self.list("aka"),
            description: self.text("description"),
            steps: self.text("steps").map(|cell| steps(&cell)).unwrap_or_default(),
            fields: Vec::new(),
        }
    }
}

/// Lines such as `[x] text`, each with its notes below it.
fn steps(cell: &str) -> Vec<RawStep> {
    let mut steps: Vec<RawStep> = Vec::new();
    for line in cell.split('\n') {
        let boxed = line.strip_prefix('[').and_then(|rest| {
            let sign = rest.chars().next()?;
            Some((sign, rest[sign.len_utf8()..].strip_prefix(']')?))
        });
        match (boxed, steps.last_mut()) {
            (Some((sign, text)), _) => steps.push(RawStep {
                text: whole(text.strip_prefix(' ').unwrap_or(text)),
                status: state(sign).map(str::to_owned),
                notes: Vec::new(),
            }),
            (None, Some(step)) => step.notes.push(whole(line.strip_prefix("    ").unwrap_or(line))),
            (None, None) => {}
        }
    }
    steps
}

fn state(sign: char) -> Option<&'static str> {
    match sign {
        '.' => Some("pending"),
        '~' => Some("in_progress"),
        '!' => Some("blocked"),
        'x' | 'X' => Some("completed"),
        '-' => Some("cancelled"),
        _ => None,
    }
}

/// Line ends within a text are written out in a cell.
fn whole(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut chars = text.chars();
    while let Some(c) = chars.next() {
        match (c, chars.clone().next()) {
            ('\\', Some(escaped @ ('\\' | 'n' | 'r'))) => {
                out.push(match escaped {
                    'n' => '\n',
                    'r' => '\r',
                    other => other,
                });
                chars.next();
            }
            (c, _) => out.push(c),
        }
    }
    out
}
