//! Tables in a document: rows that are tasks, or columns that are states.

use super::document::{Block, BlockKind, Outline, Section};
use super::draft::Draft;
use super::record::{self, Key, Record};
use super::{marks, milestones};
use serde_json::Value;

/// The draft of a document whose tasks stand in tables; `None` where no table has a column of titles, or of states.
pub fn read(outline: &Outline) -> Option<Draft> {
    let mut records = Vec::new();
    let mut text = Vec::new();
    for section in &outline.sections {
        let before = records.len();
        let mut rest = Vec::new();
        for block in section.blocks.iter().filter(|block| !matches!(block.kind, BlockKind::Rule)) {
            match rows(section, block) {
                Some(found) => records.extend(found),
                None => rest.push(block.raw.clone()),
            }
        }
        if section.level > 0 && (records.len() == before || !rest.is_empty()) {
            text.push(milestones::heading_line(section.level, &section.heading));
        }
        text.extend(rest);
    }
    if records.is_empty() {
        return None;
    }
    let mut draft = record::gather(records, false);
    draft.description.push_str(&text.join("\n\n"));
    draft.report.lines = outline.lines;
    Some(draft)
}

fn rows(section: &Section, block: &Block) -> Option<Vec<Record>> {
    let BlockKind::Table(rows) = &block.kind else { return None };
    let (head, rows) = rows.split_first().filter(|(_, rows)| !rows.is_empty())?;
    let lines = (block.line + 2)..;
    let group = Some(section.heading.clone()).filter(|heading| !heading.is_empty());
    if head.len() > 1 && head.iter().all(|cell| marks::status_of_words(cell).is_some()) {
        let cells = lines
            .zip(rows)
            .flat_map(|(line, row)| head.iter().zip(row).map(move |(state, cell)| (line, state, cell)));
        let parts = cells.flat_map(|(line, state, cell)| {
            cell.split("<br>")
                .map(str::trim)
                .filter(|part| !part.is_empty())
                .map(move |part| (line, state, part))
        });
        let record = |(line, state, title): (u32, &String, &str)| Record {
            line,
            group: group.clone(),
            entries: vec![("title".to_owned(), title.into()), ("status".to_owned(), state.as_str().into())],
        };
        return Some(parts.map(record).collect());
    }
    let titled = head.iter().any(|name| record::key(name) == Key::Title);
    if !titled || head.len() < 2 {
        return None;
    }
    let record = |(line, row): (u32, &Vec<String>)| {
        let names = head.iter().cloned().map(Some).chain(std::iter::repeat(None));
        let cells = row.iter().zip(names).enumerate();
        let entries = cells.map(|(at, (cell, name))| {
            (name.unwrap_or_else(|| format!("column {}", at + 1)), Value::from(cell.as_str()))
        });
        Record { line, group: group.clone(), entries: entries.collect() }
    };
    Some(lines.zip(rows).map(record).collect())
}
