//! Mending slips of which it is certain what was meant. Whether the result is sound is for the caller to see.

use super::document::Document;
use super::keys::{CRITERION, FileKind, Holds, Key, STEP, find};
use super::layout::{Header, Layout, Section, Statement, elements, scalar_text};
use super::source::unified;
use super::{list, write};
use crate::finding::RULES;
use crate::model::nearest;
use std::ops::Range;

/// Keys that say what has become of a task. They are never moved to where they begin to count.
const DECISIVE: [&str; 4] = ["status", "reopened", "aka", "version"];

/// A slip that stands at these places, what is written there, and what was meant.
type Miss = (Vec<Range<usize>>, String, &'static str);

impl Document {
    /// Every single mend that could be made now, with a sentence that says what it does: a key, header or code that is
    /// almost known is renamed, if only one can be meant and that is not there; a known key is moved out of a table where
    /// it does nothing, with its comments, if it is not at the top; an item that stands twice in a list is removed once,
    /// unless somebody has remarked on it.
    pub fn mends(&self) -> Vec<(Self, String)> {
        let mut mends = Vec::new();
        for (ranges, wrong, right) in self.near_misses() {
            let mut mended = self.clone();
            for range in ranges.into_iter().rev() {
                mended.text.replace_range(range, right);
            }
            mends.push((mended, format!("renamed {wrong} to {right}")));
        }
        for (statement, key) in self.sunken() {
            let lines = self.above(statement.line.start)..statement.line.end;
            let block = unified(&self.text[lines.clone()]).trim_end_matches('\n').to_owned();
            let mut mended = self.clone();
            mended.cut(lines);
            mended.insert_lines(mended.slot(&mended.layout(), key), &block, true);
            mends.push((mended, format!("moved {key} to the top of the file")));
        }
        for (key, at, item) in self.repeated_items() {
            let mut mended = self.clone();
            if let Some(array) = self.array(key) {
                list::remove(&mut mended.text, &array, at);
                mends.push((mended, format!("removed the second {item} from {key}")));
            }
        }
        mends
    }

    /// The places, the name and the right name of each.
    fn near_misses(&self) -> Vec<Miss> {
        let layout = self.layout();
        let mut found = self.near_headers(&layout);
        for section in &layout.sections {
            let known = names_in(self.kind, section);
            for statement in section.statements.iter().filter(|s| s.path.len() == 1) {
                let name = &statement.path[0];
                let taken = |key: &str| {
                    section.statement(key).is_some() || (section.header.is_none() && self.has(key))
                };
                if let Some(right) = only_near(name, known.iter().copied()).filter(|key| !taken(key)) {
                    found.push((vec![self.key_range(statement)], name.clone(), right));
                }
            }
        }
        found
    }

    /// The same of headers. All of one name are meant alike, so they are renamed together; `[[step]]` may stand beside
    /// `[[steps]]`, to which it then belongs.
    fn near_headers(&self, layout: &Layout) -> Vec<Miss> {
        let headers = || layout.sections.iter().filter_map(|section| section.header.as_ref());
        let mut found: Vec<Miss> = Vec::new();
        for header in headers().filter(|header| header.path.len() == 1) {
            let name = &header.path[0];
            if found.iter().any(|(_, known, _)| known == name) {
                continue;
            }
            let alike = || headers().filter(|other| other.path[0] == *name);
            let belongs = |key: &str| {
                let tables = layout.sections.iter().filter(|section| section.is_under(key));
                let root = layout.root().iter().any(|statement| statement.path[0] == key);
                header.array && !root && tables.into_iter().all(|section| section.is(key, true))
            };
            let right = only_near(name, self.kind.keys().iter().map(|k| k.name));
            let right = right.filter(|key| !self.has(key) || belongs(key));
            let is_plain = |other: &Header| other.path.len() == 1 && other.array == header.array;
            if let Some(right) = right.filter(|_| alike().all(is_plain)) {
                let ranges = alike().filter_map(|header| self.name_range(header)).collect();
                found.push((ranges, name.clone(), right));
            }
        }
        found
    }

    /// What stands between the brackets.
    fn name_range(&self, header: &Header) -> Option<Range<usize>> {
        let open = self.text[header.line.clone()].find('[')?;
        let brackets = if header.array { 2 } else { 1 };
        Some(header.line.start + open + brackets..header.end - brackets)
    }

    /// The key of a statement, quotes included.
    fn key_range(&self, statement: &Statement) -> Range<usize> {
        let text = &self.text[statement.line.start..statement.value.start];
        let start = text.len() - text.trim_start().len();
        let end = text.trim_end().trim_end_matches('=').trim_end().len();
        statement.line.start + start..statement.line.start + end
    }

    /// Known keys in tables where they do nothing. One that stands in several is none of the task's for certain.
    fn sunken(&self) -> Vec<(Statement, &'static str)> {
        let layout = self.layout();
        let tables = layout.sections.iter().filter(|section| {
            section.is("fields", false) || section.is("steps", true) || section.is("criteria", true)
        });
        let mut found = Vec::new();
        for section in tables {
            let own = names_in(self.kind, section);
            for statement in section.statements.iter().filter(|s| s.path.len() == 1) {
                let name = statement.path[0].as_str();
                if let Some(key) = find(self.kind.keys(), name)
                    && !own.contains(&name)
                    && !DECISIVE.contains(&name)
                    && !self.has(name)
                {
                    found.push((statement.clone(), key.name));
                }
            }
        }
        let times = |key: &str| found.iter().filter(|(_, other)| *other == key).count();
        let once: Vec<bool> = found.iter().map(|(_, key)| times(key) == 1).collect();
        found.into_iter().zip(once).filter_map(|(found, once)| once.then_some(found)).collect()
    }

    /// The key of a list at the top, and the place of an item without comments that stands there before.
    fn repeated_items(&self) -> Vec<(&'static str, usize, String)> {
        let is_list =
            |key: &&Key| matches!(key.holds, Holds::Texts | Holds::Ids | Holds::Dependencies | Holds::Groups);
        let mut found = Vec::new();
        for key in self.kind.keys().iter().filter(is_list) {
            let items = self.list(key.name);
            let Some(array) = self.array(key.name).filter(|_| !items.is_empty()) else { continue };
            let (written, _) = list::items(&self.text, &array);
            let is_bare = |at: &usize| written[*at].above.is_empty() && written[*at].behind.is_empty();
            let repeated = (1..items.len())
                .filter(|&at| items[..at].iter().any(|other| self.same_item(key.name, other, &items[at])))
                .find(is_bare);
            found.extend(repeated.map(|at| (key.name, at, items[at].clone())));
        }
        found
    }

    /// The items of a list at the root, with their places; `None` if it is no list of strings and integers.
    fn listed(&self, key: &str) -> Option<Vec<(Range<usize>, String)>> {
        let array = self.array(key)?;
        let ranges = elements(&self.text, &array).into_iter();
        ranges.map(|range| scalar_text(&self.text[range.clone()]).map(|text| (range, text))).collect()
    }

    /// The items of a list at the top; none if it is no list of strings and integers.
    pub fn list(&self, key: &str) -> Vec<String> {
        self.listed(key).into_iter().flatten().map(|(_, item)| item).collect()
    }

    /// Writes an item of a list in another way. False if it is not there.
    pub fn respell(&mut self, key: &str, from: &str, to: &str) -> bool {
        let found = self.listed(key).into_iter().flatten().find(|(_, text)| text == from);
        let Some((range, _)) = found else { return false };
        self.text.replace_range(range, &write::line(to));
        true
    }
}

/// What may stand in a section.
fn names_in(kind: FileKind, section: &Section) -> Vec<&'static str> {
    let names = |keys: &[Key]| keys.iter().map(|key| key.name).collect();
    let Some(header) = &section.header else { return names(kind.keys()) };
    if section.is("steps", true) {
        return names(STEP);
    }
    if section.is("criteria", true) {
        return names(CRITERION);
    }
    match find(kind.keys(), &header.path[0]).map(|key| key.holds) {
        Some(Holds::LevelByName) => RULES.iter().map(|rule| rule.code).collect(),
        Some(Holds::Table(keys)) if header.path.len() == 1 => names(keys),
        _ => Vec::new(),
    }
}

/// The one word that is near; `None` if the word is known, or none or several are near.
fn only_near(word: &str, known: impl Iterator<Item = &'static str> + Clone) -> Option<&'static str> {
    if known.clone().any(|name| name == word) {
        return None;
    }
    let near = nearest(word, known.clone())?;
    nearest(word, known.filter(|name| *name != near)).is_none().then_some(near)
}
