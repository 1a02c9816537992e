//! Mending slips of which it is certain what was meant. Whether the result is sound is for the caller to see.

use super::document::Document;
use super::keys::{CRITERION, FileKind, Holds, Key, STEP, find};
use super::layout::{Section, Statement, elements, scalar_text};
use super::source::unified;
use super::write;
use crate::finding::RULES;
use crate::model::nearest;
use std::ops::Range;

/// Keys that say what has become of a task. They are never moved to where they begin to count.
const DECISIVE: [&str; 4] = ["status", "reopened", "aka", "version"];

impl Document {
    /// Corrects keys and headers that are almost known, if there is only one that can be meant and it is not there.
    /// Gives a sentence for each.
    pub fn rename_near_misses(&mut self) -> Vec<String> {
        let mut done = Vec::new();
        while let Some((range, wrong, right)) = self.near_miss() {
            self.text.replace_range(range, &right);
            done.push(format!("renamed {wrong} to {right}"));
        }
        done
    }

    fn near_miss(&self) -> Option<(Range<usize>, String, String)> {
        let layout = self.layout();
        let root = self.kind.keys();
        for section in &layout.sections {
            if let Some(header) = section.header.as_ref().filter(|header| header.path.len() == 1) {
                let name = &header.path[0];
                let taken = |key: &str| self.has(key);
                if let Some(right) = only_near(name, root.iter().map(|k| k.name)).filter(|key| !taken(key)) {
                    let brackets = if header.array { 2 } else { 1 };
                    let from = header.line.start + self.text[header.line.clone()].find('[')? + brackets;
                    let range = from..header.end - brackets;
                    return Some((range, name.clone(), right.to_owned()));
                }
            }
            let known = names_in(self.kind, section);
            for statement in section.statements.iter().filter(|s| s.path.len() == 1) {
                let name = &statement.path[0];
                let taken = |key: &str| {
                    section.statement(key).is_some() || (section.header.is_none() && self.has(key))
                };
                if let Some(right) = only_near(name, known.iter().copied()).filter(|key| !taken(key)) {
                    return Some((self.key_range(statement), name.clone(), right.to_owned()));
                }
            }
        }
        None
    }

    /// The key of a statement, quotes included.
    fn key_range(&self, statement: &Statement) -> Range<usize> {
        let text = &self.text[statement.line.start..statement.value.start];
        let start = text.len() - text.trim_start().len();
        let end = text.trim_end().trim_end_matches('=').trim_end().len();
        statement.line.start + start..statement.line.start + end
    }

    /// Moves known keys out of tables where they do nothing, to their places at the top, if they are not there. Gives a
    /// sentence for each.
    pub fn lift_keys(&mut self) -> Vec<String> {
        let mut done = Vec::new();
        while let Some((statement, key)) = self.sunken() {
            let raw = unified(&self.text[statement.value.clone()]).into_owned();
            self.cut(statement.line);
            self.insert_raw(key, &raw);
            done.push(format!("moved {key} to the top of the file"));
        }
        done
    }

    fn sunken(&self) -> Option<(Statement, &'static str)> {
        let layout = self.layout();
        let tables = layout.sections.iter().filter(|section| {
            section.is("fields", false) || section.is("steps", true) || section.is("criteria", true)
        });
        for section in tables {
            let own = names_in(self.kind, section);
            for statement in section.statements.iter().filter(|s| s.path.len() == 1) {
                let name = statement.path[0].as_str();
                if let Some(key) = find(self.kind.keys(), name)
                    && !own.contains(&name)
                    && !DECISIVE.contains(&name)
                    && !self.has(name)
                {
                    return Some((statement.clone(), key.name));
                }
            }
        }
        None
    }

    /// Takes items out of lists at the top that stand there twice. Gives a sentence for each.
    pub fn drop_repeated_items(&mut self) -> Vec<String> {
        let mut done = Vec::new();
        for key in self.kind.keys() {
            if !matches!(key.holds, Holds::Texts | Holds::Ids | Holds::Dependencies | Holds::Groups) {
                continue;
            }
            while let Some(item) = self.repeated_item(key) {
                if self.list_remove(key.name, std::slice::from_ref(&item)).is_empty() {
                    break;
                }
                done.push(format!("removed the second {item} from {}", key.name));
            }
        }
        done
    }

    fn repeated_item(&self, key: &Key) -> Option<String> {
        let items = self.listed(key.name)?;
        let mut rest = items.as_slice();
        while let Some((first, others)) = rest.split_first() {
            if others.iter().any(|other| self.same_item(key.name, &first.1, &other.1)) {
                return Some(first.1.clone());
            }
            rest = others;
        }
        None
    }

    /// The items of a list at the root, with their places; `None` if it is no list of strings and integers.
    fn listed(&self, key: &str) -> Option<Vec<(Range<usize>, String)>> {
        let array = self.array(key)?;
        let ranges = elements(&self.text, &array).into_iter();
        ranges.map(|range| scalar_text(&self.text[range.clone()]).map(|text| (range, text))).collect()
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
