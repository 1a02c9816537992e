//! Byte-exact editing of one file.

use super::error::FormatError;
use super::keys::{CRITERION, FileKind, Holds, Key, STEP, find, rank};
use super::layout::{Layout, Section, Statement, elements, entries, line_start, scalar_text};
use super::source::{BOM, Newline, parse, raw_text, unified};
use super::{list, write};
use crate::model::{GroupName, Step, StepStatus};
use jiff::Timestamp;
use jiff::civil::Date;
use std::ops::Range;
use toml::de::DeValue;

/// One file of a plan, to be edited. Bytes outside of what an edit changes stay as they are: comments, the order of the
/// keys, line endings, the byte-order mark, and a missing final newline.
#[derive(Debug, Clone)]
pub struct Document {
    path: String,
    kind: FileKind,
    bom: bool,
    newline: Newline,
    text: String,
}

/// A value to write.
#[derive(Debug, Clone, PartialEq)]
pub enum Value {
    /// Text in one line.
    Text(String),
    /// Text over several lines, such as a description.
    Multiline(String),
    /// A list of strings, one a line.
    List(Vec<String>),
    /// A day.
    Date(Date),
    /// A moment, in UTC.
    Time(Timestamp),
    /// True or false.
    Bool(bool),
    /// A whole number.
    Integer(i64),
}

impl Document {
    /// Takes a file to edit. What it is follows from its path; it must be readable as TOML.
    pub fn parse(path: &str, bytes: &[u8]) -> Result<Self, FormatError> {
        let unreadable = |finding| FormatError::Unreadable(Box::new(finding));
        let text = raw_text(path, bytes).map_err(unreadable)?;
        parse(path, &unified(text)).map_err(unreadable)?;
        Ok(Self {
            path: path.to_owned(),
            kind: FileKind::of(path),
            bom: bytes.starts_with(BOM.as_bytes()),
            newline: Newline::of(text),
            text: text.to_owned(),
        })
    }

    /// The file as it is now.
    pub fn into_bytes(self) -> Vec<u8> {
        if self.bom { [BOM, &self.text].concat().into_bytes() } else { self.text.into_bytes() }
    }

    /// Gives a key a value. Nothing changes if it has it; a new key comes at its canonical place; the empty list removes
    /// the key. Of lists that are sorted, only what differs is touched.
    pub fn set(&mut self, key: &str, value: &Value) {
        if let Value::List(items) = value {
            if items.is_empty() {
                self.remove(key);
                return;
            }
            if self.set_list(key, items) {
                return;
            }
        }
        let raw = value.to_toml();
        match self.layout().sections[0].statement(key) {
            Some(statement) => self.replace_value(&statement.value.clone(), &raw),
            None => {
                self.remove(key);
                self.insert_key(key, &raw);
            }
        }
    }

    /// Takes a key out, in whatever form it is there. Comments above it stay.
    pub fn remove(&mut self, key: &str) {
        loop {
            let layout = self.layout();
            let root = layout.root().iter().find(|s| s.path[0] == key).map(|s| s.line.clone());
            let section = || {
                let section = layout.sections.iter().find(|s| s.is_under(key))?;
                Some(section.header.as_ref()?.line.start..section.end())
            };
            match root.or_else(section) {
                Some(lines) => self.cut(lines),
                None => return,
            }
        }
    }

    /// Adds what a list does not have yet: at its place in a sorted list, else at the end.
    pub fn list_add(&mut self, key: &str, items: &[String]) {
        for item in items {
            let Some(array) = self.array(key) else {
                self.set(key, &Value::List(vec![item.clone()]));
                continue;
            };
            if self.position(key, &array, item).is_none() {
                let sorted = find(self.kind.keys(), key).is_some_and(|k| k.sorted);
                let newline = self.newline.as_str();
                list::insert(&mut self.text, &array, &write::line(item), sorted, newline);
            }
        }
    }

    /// Takes items out of a list, and the key with the last of them. Returns those that were there.
    pub fn list_remove(&mut self, key: &str, items: &[String]) -> Vec<String> {
        let mut found = Vec::new();
        for item in items {
            let Some(array) = self.array(key) else { break };
            let Some(at) = self.position(key, &array, item) else { continue };
            found.push(item.clone());
            if elements(&self.text, &array).len() == 1 {
                self.remove(key);
            } else {
                list::remove(&mut self.text, &array, at);
            }
        }
        found
    }

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

    /// Sets a name of `[fields]`; `None` removes it, and the table with the last of them.
    pub fn set_field(&mut self, name: &str, text: Option<&str>) {
        match text {
            Some(text) => self.set_in_table("fields", name, &Value::Text(text.to_owned())),
            None => self.remove_from_table("fields", name),
        }
    }

    /// Sets a key of a table, such as `since` in `history`; the table is made if it is not there.
    pub fn set_in_table(&mut self, table: &str, key: &str, value: &Value) {
        let raw = match value {
            Value::Text(text) => write::text(text),
            other => other.to_toml(),
        };
        let layout = self.layout();
        if let Some(at) = layout.sections.iter().position(|s| s.is(table, false)) {
            self.set_in_section(at, table_keys(self.kind, table), key, &raw);
            return;
        }
        let dotted: Vec<&Statement> = layout.root().iter().filter(|s| s.path[0] == table).collect();
        if let Some(statement) = dotted.iter().find(|s| s.path.len() == 2 && s.path[1] == key) {
            self.replace_value(&statement.value.clone(), &raw);
        } else if let Some(inline) = dotted.iter().find(|s| s.is(table)).map(|s| s.value.clone()) {
            if !self.text[inline.clone()].starts_with('{') {
                self.remove(table);
                self.set_in_table(table, key, value);
            } else if let Some(old) = entries(&self.text, &inline).into_iter().find(|s| s.is(key)) {
                self.replace_value(&old.value, &raw);
            } else {
                self.insert_inline(&inline, &format!("{} = {raw}", write::key(key)));
            }
        } else if let Some(last) = dotted.last() {
            let block = format!("{}.{} = {raw}", write::key(table), write::key(key));
            self.insert_lines(last.line.end, &block, false);
        } else {
            let end = self.content_end();
            self.insert_lines(end, &format!("[{}]\n{} = {raw}", write::key(table), write::key(key)), true);
        }
    }

    /// Takes a key out of a table, and the table with the last of them.
    pub fn remove_from_table(&mut self, table: &str, key: &str) {
        let layout = self.layout();
        if let Some(at) = layout.sections.iter().position(|s| s.is(table, false)) {
            let lonely = layout.sections[at].statements.iter().all(|s| s.is(key));
            match lonely && layout.sections.iter().filter(|s| s.is_under(table)).count() == 1 {
                true if layout.sections[at].statement(key).is_some() => self.remove(table),
                _ => self.remove_in_section(at, key),
            }
            return;
        }
        let root = layout.root();
        if let Some(dotted) =
            root.iter().find(|s| s.path.len() == 2 && s.path[0] == table && s.path[1] == key)
        {
            self.cut(dotted.line.clone());
        } else if let Some(inline) = root.iter().find(|s| s.is(table)).map(|s| s.value.clone())
            && self.text[inline.clone()].starts_with('{')
        {
            self.remove_inline(&inline, key);
        }
    }

    pub(super) fn text(&self) -> &str {
        &self.text
    }

    pub(super) fn layout(&self) -> Layout {
        Layout::of(&self.text)
    }

    /// Where a new key of the root comes: behind the last of the keys that come before it in the canonical order.
    pub(super) fn slot(&self, layout: &Layout, key: &str) -> usize {
        let keys = self.kind.keys();
        let own = rank(keys, key);
        let before = |s: &&Statement| own == keys.len() || rank(keys, &s.path[0]) < own;
        match layout.root().iter().filter(before).max_by_key(|s| (rank(keys, &s.path[0]), s.line.end)) {
            Some(statement) => statement.line.end,
            None => match layout.root().first() {
                Some(first) => self.above(first.line.start),
                None => self.end_of_root(layout),
            },
        }
    }

    /// Behind the last statement of the root, or where it would be.
    fn end_of_root(&self, layout: &Layout) -> usize {
        match (layout.root().last(), layout.sections.get(1).and_then(|s| s.header.as_ref())) {
            (Some(last), _) => last.line.end,
            (None, Some(header)) => self.above(header.line.start),
            (None, None) => self.text.len(),
        }
    }

    /// Behind everything but comments at the very end.
    fn content_end(&self) -> usize {
        let layout = self.layout();
        match layout.sections.last() {
            Some(section) if section.end() > 0 => section.end(),
            _ => self.text.len(),
        }
    }

    /// The start of the comment lines directly above a line.
    fn above(&self, line: usize) -> usize {
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

    fn insert_key(&mut self, key: &str, raw: &str) {
        let at = self.slot(&self.layout(), key);
        self.insert_lines(at, &format!("{} = {raw}", write::key(key)), true);
    }

    /// Inserts lines at the start of a line or at the end; with blank lines around them if `apart`, where there are none.
    fn insert_lines(&mut self, at: usize, block: &str, apart: bool) {
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
    fn cut(&mut self, lines: Range<usize>) {
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
            let before = &self.text[..range.start];
            let stripped = before.strip_suffix('\n').unwrap_or(before);
            range.start = stripped.strip_suffix('\r').unwrap_or(stripped).len();
        }
        self.text.replace_range(range, "");
    }

    /// Puts a value in the place of another, unless it means the same.
    fn replace_value(&mut self, range: &Range<usize>, raw: &str) {
        let old = unified(&self.text[range.clone()]).into_owned();
        if !means_the_same(&old, raw) {
            let raw = self.localised(raw);
            self.text.replace_range(range.clone(), &raw);
        }
    }

    fn set_in_section(&mut self, at: usize, keys: &[Key], key: &str, raw: &str) {
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

    fn remove_in_section(&mut self, at: usize, key: &str) {
        let found = self.layout().sections[at].statement(key).map(|s| s.line.clone());
        if let Some(lines) = found {
            self.cut(lines);
        }
    }

    /// Adds a pair at the end of an inline table.
    fn insert_inline(&mut self, table: &Range<usize>, entry: &str) {
        match entries(&self.text, table).last() {
            Some(last) => self.text.insert_str(last.value.end, &format!(", {entry}")),
            None => self.text.replace_range(table.clone(), &format!("{{ {entry} }}")),
        }
    }

    /// Takes a pair out of an inline table, with a comma beside it.
    fn remove_inline(&mut self, table: &Range<usize>, key: &str) {
        let all = entries(&self.text, table);
        let Some(at) = all.iter().position(|s| s.is(key)) else { return };
        let range = match (all.get(at + 1), at.checked_sub(1)) {
            (Some(next), _) => all[at].line.start..next.line.start,
            (None, Some(previous)) => all[previous].value.end..all[at].value.end,
            (None, None) => all[at].line.start..table.end - 1,
        };
        self.text.replace_range(range, "");
    }

    /// Replaces a sorted list by what must go and come, or extends one that is not; false if it must be replaced whole.
    fn set_list(&mut self, key: &str, items: &[String]) -> bool {
        let Some(array) = self.array(key) else { return false };
        let old: Option<Vec<String>> =
            elements(&self.text, &array).into_iter().map(|r| scalar_text(&self.text[r])).collect();
        let Some(old) = old else { return false };
        if find(self.kind.keys(), key).is_some_and(|k| k.sorted) {
            let same = |a: &str, b: &str| self.same_item(key, a, b);
            let gone: Vec<String> =
                old.iter().filter(|o| !items.iter().any(|i| same(i, o))).cloned().collect();
            if gone.len() == old.len() {
                return false;
            }
            self.list_remove(key, &gone);
            self.list_add(key, items);
            return true;
        }
        let extends = items.starts_with(&old);
        if extends {
            for item in &items[old.len()..] {
                let Some(array) = self.array(key) else { return false };
                list::insert(&mut self.text, &array, &write::line(item), false, self.newline.as_str());
            }
        }
        extends
    }

    /// The range of a list at the root.
    fn array(&self, key: &str) -> Option<Range<usize>> {
        let value = self.layout().sections[0].statement(key)?.value.clone();
        self.text[value.clone()].starts_with('[').then_some(value)
    }

    fn position(&self, key: &str, array: &Range<usize>, item: &str) -> Option<usize> {
        elements(&self.text, array)
            .into_iter()
            .position(|r| scalar_text(&self.text[r]).is_some_and(|old| self.same_item(key, &old, item)))
    }

    /// Whether two items of a list name the same thing.
    fn same_item(&self, key: &str, a: &str, b: &str) -> bool {
        let group = |text: &str| GroupName::from_dir(text);
        match find(self.kind.keys(), key).map(|k| k.holds) {
            Some(Holds::Groups) => group(a) == group(b),
            Some(Holds::Dependencies) if a.ends_with('/') && b.ends_with('/') => group(a) == group(b),
            Some(Holds::Dependencies | Holds::Ids) => a.eq_ignore_ascii_case(b),
            _ => a == b,
        }
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

    /// Text with the line endings of the file.
    fn localised(&self, text: &str) -> String {
        match self.newline {
            Newline::Lf => text.to_owned(),
            Newline::CrLf => text.replace('\n', "\r\n"),
        }
    }
}

impl Value {
    fn to_toml(&self) -> String {
        match self {
            Self::Text(text) => write::line(text),
            Self::Multiline(text) => write::lines(text),
            Self::List(items) => write::strings(items),
            Self::Date(date) => date.to_string(),
            Self::Time(time) => time.to_string(),
            Self::Bool(value) => value.to_string(),
            Self::Integer(value) => value.to_string(),
        }
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
        block.push_str(&format!("\nstatus = {}", write::line(status.as_str())));
    }
    block.push_str(&format!("\ntext = {}", write::line(&step.text)));
    if !step.notes.is_empty() {
        block.push_str(&format!("\nnotes = {}", write::strings(&step.notes)));
    }
    block
}

fn inline_step(step: &Step) -> String {
    let status = step.status.map_or_else(String::new, |s| format!("status = {}, ", write::line(s.as_str())));
    let notes: Vec<String> = step.notes.iter().map(|n| write::line(n)).collect();
    let notes = if notes.is_empty() { String::new() } else { format!(", notes = [{}]", notes.join(", ")) };
    format!("{{ {status}text = {}{notes} }}", write::line(&step.text))
}

fn table_keys(kind: FileKind, table: &str) -> &'static [Key] {
    match find(kind.keys(), table).map(|k| k.holds) {
        Some(Holds::Table(keys)) => keys,
        _ => &[],
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
