//! The splices that every edit consists of.

use super::document::Document;
use super::keys::{Key, rank};
use super::layout::{Layout, Statement, entries, line_start};
use super::source::{Newline, unified};
use super::write;
use std::ops::Range;
use toml::de::DeValue;

impl Document {
    /// Behind the last statement of the root, or where it would be.
    pub(super) fn end_of_root(&self, layout: &Layout) -> usize {
        match (layout.root().last(), layout.sections.get(1).and_then(|s| s.header.as_ref())) {
            (Some(last), _) => last.line.end,
            (None, Some(header)) => self.above(header.line.start),
            (None, None) => self.text.len(),
        }
    }

    /// Behind everything but comments at the very end.
    pub(super) fn content_end(&self) -> usize {
        let layout = self.layout();
        match layout.sections.last() {
            Some(section) if section.end() > 0 => section.end(),
            _ => self.text.len(),
        }
    }

    /// The start of the comment lines directly above a line.
    pub(super) fn above(&self, line: usize) -> usize {
        let mut at = line;
        while at > 0 {
            let previous = line_start(&self.text, at - 1);
            if !self.text[previous..at].trim_start().starts_with('#') {
                break;
            }
            at = previous;
        }
        at
    }

    /// Inserts lines at the start of a line or at the end; with blank lines around them if `apart`, where there are none.
    pub(super) fn insert_lines(&mut self, at: usize, block: &str, apart: bool) {
        let (before, after) = self.text.split_at(at);
        let open = !before.is_empty() && !before.ends_with('\n');
        let mut lines = String::new();
        if open {
            lines.push('\n');
        }
        let last = before.trim_end_matches('\n').trim_end_matches('\r');
        let after_blank =
            before.is_empty() || (!open && is_blank_line(&before[line_start(before, before.len() - 1)..]));
        if apart && !after_blank && !last.is_empty() {
            lines.push('\n');
        }
        lines.push_str(block);
        if !open {
            lines.push('\n');
            let next = after.split_inclusive('\n').next();
            if apart && next.is_some_and(|line| !is_blank_line(line)) {
                lines.push('\n');
            }
        }
        let lines = self.localised(&lines);
        self.text.insert_str(at, &lines);
    }

    /// Removes whole lines; where that leaves two blank lines together, one of them, too.
    pub(super) fn cut(&mut self, lines: Range<usize>) {
        let mut range = lines;
        let open = !self.text.is_empty() && !self.text.ends_with('\n');
        let before = &self.text[..range.start];
        let blank_before = match before.len().checked_sub(1).map(|last| line_start(before, last)) {
            Some(start) => is_blank_line(&before[start..]).then_some(start),
            None => Some(0),
        };
        if let Some(start) = blank_before {
            match self.text[range.end..].split_inclusive('\n').next() {
                Some(next) if is_blank_line(next) => range.end += next.len(),
                Some(_) => {}
                None => range.start = start,
            }
        }
        if open && range.end == self.text.len() {
            range.start = self.text[..range.start].trim_end_matches(['\n', '\r']).len();
        }
        self.text.replace_range(range, "");
    }

    /// Puts a value in the place of another, unless it means the same.
    pub(super) fn replace_value(&mut self, range: &Range<usize>, raw: &str) {
        let old = unified(&self.text[range.clone()]).into_owned();
        if !means_the_same(&old, raw) {
            let raw = self.localised(raw);
            self.text.replace_range(range.clone(), &raw);
        }
    }

    pub(super) fn set_in_section(&mut self, at: usize, keys: &[Key], key: &str, raw: &str) {
        let layout = self.layout();
        let section = &layout.sections[at];
        if let Some(statement) = section.statement(key) {
            self.replace_value(&statement.value.clone(), raw);
            return;
        }
        let own = rank(keys, key);
        let before = |s: &&Statement| own == keys.len() || rank(keys, &s.path[0]) < own;
        let header = section.header.as_ref().map_or(0, |h| h.line.end);
        let previous = section.statements.iter().filter(before).map(|s| s.line.end).max();
        let fields = section.is("fields", false) && previous.is_some();
        self.insert_lines(previous.unwrap_or(header), &format!("{} = {raw}", write::key(key)), fields);
    }

    pub(super) fn remove_in_section(&mut self, at: usize, key: &str) {
        let found = self.layout().sections[at].statement(key).map(|s| s.line.clone());
        if let Some(lines) = found {
            self.cut(lines);
        }
    }

    /// Adds a pair at the end of an inline table.
    pub(super) fn insert_inline(&mut self, table: &Range<usize>, entry: &str) {
        match entries(&self.text, table).last() {
            Some(last) => self.text.insert_str(last.value.end, &format!(", {entry}")),
            None => self.text.replace_range(table.clone(), &format!("{{ {entry} }}")),
        }
    }

    /// Takes a pair out of an inline table, with a comma beside it.
    pub(super) fn remove_inline(&mut self, table: &Range<usize>, key: &str) {
        let all = entries(&self.text, table);
        let Some(at) = all.iter().position(|s| s.is(key)) else { return };
        let range = match (all.get(at + 1), at.checked_sub(1)) {
            (Some(next), _) => all[at].line.start..next.line.start,
            (None, Some(previous)) => all[previous].value.end..all[at].value.end,
            (None, None) => all[at].line.start..table.end - 1,
        };
        self.text.replace_range(range, "");
    }

    /// Text with the line endings of the file.
    pub(super) fn localised(&self, text: &str) -> String {
        match self.newline {
            Newline::Lf => text.to_owned(),
            Newline::CrLf => text.replace('\n', "\r\n"),
        }
    }
}

fn is_blank_line(line: &str) -> bool {
    line.trim().is_empty()
}

/// Whether two values of TOML are equal, however they are written.
fn means_the_same(a: &str, b: &str) -> bool {
    match (DeValue::parse(a), DeValue::parse(b)) {
        (Ok(a), Ok(b)) => same_value(a.get_ref(), b.get_ref()),
        _ => false,
    }
}

fn same_value(a: &DeValue<'_>, b: &DeValue<'_>) -> bool {
    match (a, b) {
        (DeValue::String(a), DeValue::String(b)) => a == b,
        (DeValue::Boolean(a), DeValue::Boolean(b)) => a == b,
        (DeValue::Datetime(a), DeValue::Datetime(b)) => a == b,
        (DeValue::Integer(a), DeValue::Integer(b)) => a.radix() == b.radix() && a.as_str() == b.as_str(),
        (DeValue::Array(a), DeValue::Array(b)) => {
            a.len() == b.len() && a.iter().zip(b.iter()).all(|(a, b)| same_value(a.get_ref(), b.get_ref()))
        }
        _ => false,
    }
}
