//! Byte-exact editing of one file.

use super::error::FormatError;
use super::keys::{FileKind, Holds, Key, find, rank};
use super::layout::{Layout, Statement, elements, entries, scalar_text};
use super::source::{BOM, Newline, parse, raw_text, unified};
use super::{list, write};
use crate::model::GroupName;
use jiff::Timestamp;
use jiff::civil::Date;
use std::ops::Range;

/// One file of a plan, to be edited. Bytes outside of what an edit changes stay as they are: comments, the order of the
/// keys, line endings, the byte-order mark, and a missing final newline.
#[derive(Debug, Clone)]
pub struct Document {
    pub(super) path: String,
    pub(super) kind: FileKind,
    bom: bool,
    pub(super) newline: Newline,
    pub(super) text: String,
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
        let text = raw_text(path, bytes).map_err(FormatError::Unreadable)?;
        parse(path, &unified(text)).map_err(FormatError::Unreadable)?;
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
        if let Some(statement) = self.layout().sections[0].statement(key) {
            self.replace_value(&statement.value, &raw);
        } else {
            self.remove(key);
            self.insert_key(key, &raw);
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
            let alone = layout.sections.iter().filter(|s| s.is_under(table)).count() == 1;
            if alone && layout.sections[at].statements.iter().map(|s| s.is(key)).eq([true]) {
                self.remove(table);
            } else {
                self.remove_in_section(at, key);
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

    fn insert_key(&mut self, key: &str, raw: &str) {
        let at = self.slot(&self.layout(), key);
        self.insert_lines(at, &format!("{} = {raw}", write::key(key)), true);
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
    pub(super) fn array(&self, key: &str) -> Option<Range<usize>> {
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

fn table_keys(kind: FileKind, table: &str) -> &'static [Key] {
    match find(kind.keys(), table).map(|k| k.holds) {
        Some(Holds::Table(keys)) => keys,
        _ => &[],
    }
}
