//! Byte-exact editing of one file.

use super::error::FormatError;
use super::keys::{FileKind, Holds, Key, Role, find, rank};
use super::layout::{Layout, Statement, elements, entries, scalar_text};
use super::source::{BOM, Newline, parse, raw_text, unified};
use super::{list, write};
use crate::model::natural_cmp;
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
    /// the key. Lists whose order means nothing are sorted, and of sorted ones only what differs is touched.
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
        let raw = match value {
            Value::List(items) if find(self.kind.keys(), key).is_some_and(|k| k.sorted) => {
                let mut items = items.clone();
                items.sort_by(|a, b| natural_cmp(a, b));
                write::strings(&items)
            }
            value => value.to_toml(),
        };
        if let Some(statement) = self.layout().sections[0].statement(key) {
            self.replace_value(&statement.value, &raw);
        } else {
            self.remove(key);
            self.insert_raw(key, &raw);
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

    /// Whether the key is there, in whatever form.
    pub fn has(&self, key: &str) -> bool {
        let layout = self.layout();
        layout.root().iter().any(|s| s.path[0] == key) || layout.sections.iter().any(|s| s.is_under(key))
    }

    /// Whether the key is there and holds a list.
    pub fn has_list(&self, key: &str) -> bool {
        self.array(key).is_some()
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

    /// Calls an item of a list by another name, where it stands; nothing happens if it is not there.
    pub fn list_rename(&mut self, key: &str, from: &str, to: &str) {
        let Some(array) = self.array(key) else { return };
        let Some(at) = self.position(key, &array, from) else { return };
        if self.position(key, &array, to).is_some_and(|other| other != at) {
            list::remove(&mut self.text, &array, at);
            return;
        }
        let sorted = find(self.kind.keys(), key).is_some_and(|k| k.sorted);
        list::replace(&mut self.text, &array, at, &write::line(to), sorted, self.newline.as_str());
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

    pub(super) fn insert_raw(&mut self, key: &str, raw: &str) {
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
        self.identity(key, a) == self.identity(key, b)
    }

    /// A text that is the same for all items of a list that name the same thing.
    pub(super) fn identity(&self, key: &str, item: &str) -> String {
        match self.kind.role(&[], key) {
            Role::List { names, .. } => names.identity(item),
            _ => item.to_owned(),
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{Step, StepStatus};

    const PATH: &str = ".tasks/412.toml";

    fn edited(text: &str, edit: impl FnOnce(&mut Document)) -> String {
        let mut document = Document::parse(PATH, text.as_bytes()).unwrap();
        edit(&mut document);
        String::from_utf8(document.into_bytes()).unwrap()
    }

    fn set(text: &str, key: &str, value: &Value) -> String {
        edited(text, |document| document.set(key, value))
    }

    fn text(text: &str) -> Value {
        Value::Text(text.to_owned())
    }

    #[test]
    fn a_list_whose_order_means_nothing_is_sorted() {
        let list = |items: &[&str]| Value::List(items.iter().map(ToString::to_string).collect());
        let found = "title = \"t\"\n";
        let sorted = format!("{found}\ntags = [\n  \"t2\",\n  \"t10\",\n]\n");
        assert_eq!(set(found, "tags", &list(&["t10", "t2"])), sorted);
        assert_eq!(set(&format!("{found}\ntags = [\"x\"]\n"), "tags", &list(&["t10", "t2"])), sorted);
        let files = set(found, "files", &list(&["b", "a"]));
        assert!(files.ends_with("files = [\n  \"b\",\n  \"a\",\n]\n"), "{files}");
    }

    #[test]
    fn a_value_is_replaced_and_its_comment_stays() {
        let found = "title  = 'old'  # keep\n# about\npriority = \"low\"";
        assert_eq!(
            set(found, "title", &text("new")),
            "title  = \"new\"  # keep\n# about\npriority = \"low\""
        );
        assert_eq!(set(found, "priority", &text("low")), found);
        assert_eq!(set(found, "title", &text("old")), found);
    }

    #[test]
    fn a_new_key_comes_at_its_place_with_blank_lines_around() {
        assert_eq!(
            set("title = \"t\"\ntags = []\n", "priority", &text("low")),
            "title = \"t\"\n\npriority = \"low\"\n\ntags = []\n"
        );
        assert_eq!(
            set(
                "title = \"t\"\n\n[[steps]]\ntext = \"a\"\n",
                "due",
                &Value::Date(jiff::civil::date(2026, 1, 2))
            ),
            "title = \"t\"\n\ndue = 2026-01-02\n\n[[steps]]\ntext = \"a\"\n"
        );
        assert_eq!(set("title = \"t\"", "optional", &Value::Bool(true)), "title = \"t\"\n\noptional = true");
        assert_eq!(set("", "title", &text("t")), "title = \"t\"\n");
        assert_eq!(set("# c\n[fields]\n", "title", &text("t")), "title = \"t\"\n\n# c\n[fields]\n");
        assert_eq!(
            set("title = \"t\"\r\n", "tags", &Value::List(vec!["a".to_owned()])),
            "title = \"t\"\r\n\r\ntags = [\r\n  \"a\",\r\n]\r\n"
        );
    }

    #[test]
    fn a_key_in_a_strange_form_is_replaced_whole() {
        let found = "title = \"t\"\ndepends.x = 1\n\n[tags]\na = 1\n[tags.b]\nc = 1\n[fields]\nx = \"y\"\n";
        let list = Value::List(vec!["1".to_owned()]);
        let now = set(&set(found, "depends", &list), "tags", &list);
        assert_eq!(
            now,
            "title = \"t\"\n\ndepends = [\n  \"1\",\n]\n\ntags = [\n  \"1\",\n]\n\n[fields]\nx = \"y\"\n"
        );
    }

    #[test]
    fn a_list_that_is_set_changes_only_where_it_differs() {
        let found = "tags = [\n  \"a\", # why\n  \"c\",\n]\n";
        let list = |items: &[&str]| Value::List(items.iter().map(|&i| i.to_owned()).collect());
        assert_eq!(set(found, "tags", &list(&["b", "a"])), "tags = [\n  \"a\", # why\n  \"b\",\n]\n");
        assert_eq!(set(found, "tags", &list(&[])), "");
        assert_eq!(set("files = ['b']\n", "files", &list(&["b", "a"])), "files = ['b', \"a\"]\n");
        assert_eq!(set("files = ['b']\n", "files", &list(&["a"])), "files = [\n  \"a\",\n]\n");
    }

    #[test]
    fn dependencies_are_recognised_however_they_are_written() {
        let found = "depends = [408, \"t1\", \"01-database/\"]\n";
        let items = ["T1", "database/", "408"].map(str::to_owned);
        assert_eq!(edited(found, |d| d.list_add("depends", &items)), found);
        let mut gone = Vec::new();
        assert_eq!(edited(found, |d| gone = d.list_remove("depends", &items)), "");
        assert_eq!(gone, items);
    }

    #[test]
    fn removal_leaves_no_double_blank_line() {
        assert_eq!(edited("a = 1\n\nb = 2 # x\n\nc = 3\n", |d| d.remove("b")), "a = 1\n\nc = 3\n");
        assert_eq!(edited("a = 1\n\nb = 2", |d| d.remove("b")), "a = 1");
        assert_eq!(
            edited("a = 1\n# about b\nb = 2\nc = 3\n", |d| d.remove("b")),
            "a = 1\n# about b\nc = 3\n"
        );
    }

    #[test]
    fn a_step_is_ticked_by_one_line() {
        let found = "[[steps]]\ntext = \"a\"\n\n[[steps]] # h\ntext = \"b\"\n";
        let done = Some(StepStatus::Completed);
        assert_eq!(
            edited(found, |d| d.set_step_status(2, done).unwrap()),
            "[[steps]]\ntext = \"a\"\n\n[[steps]] # h\nstatus = \"completed\"\ntext = \"b\"\n"
        );
        let both = edited(found, |d| {
            d.set_step_status(1, done).unwrap();
            d.set_step_status(1, None).unwrap();
        });
        assert_eq!(both, found);
        let error = Document::parse(PATH, found.as_bytes()).unwrap().set_step_status(3, done).unwrap_err();
        assert_eq!(error.to_string(), ".tasks/412.toml has no step 3: it has 2");
    }

    #[test]
    fn a_step_is_added_behind_the_last_one() {
        let step = Step { text: "new".to_owned(), ..Step::default() };
        assert_eq!(
            edited("[[steps]]\ntext = \"a\"\n\n[fields]\nx = \"y\"\n", |d| d.add_step(&step)),
            "[[steps]]\ntext = \"a\"\n\n[[steps]]\ntext = \"new\"\n\n[fields]\nx = \"y\"\n"
        );
        assert_eq!(
            edited("title = \"t\"\n", |d| d.add_step(&step)),
            "title = \"t\"\n\n[[steps]]\ntext = \"new\"\n"
        );
    }

    #[test]
    fn the_boundary_is_set_in_its_table() {
        let since = text("2026-11-21");
        let set = |found: &str| {
            let mut document = Document::parse(".tasks/config.toml", found.as_bytes()).unwrap();
            document.set_in_table("history", "since", &since);
            String::from_utf8(document.into_bytes()).unwrap()
        };
        assert_eq!(set("version = 1\n"), "version = 1\n\n[history]\nsince = \"2026-11-21\"\n");
        assert_eq!(set("[history]\nsince = 'x' # c\n"), "[history]\nsince = \"2026-11-21\" # c\n");
    }
}
