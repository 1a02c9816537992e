//! Mending slips of which it is certain what was meant. Whether the result is sound is for the caller to see.

use super::document::Document;
use super::keys::{CRITERION, FileKind, Holds, Key, STEP, find};
use super::layout::{Header, Layout, Section, Statement, elements, scalar_text};
use super::source::unified;
use super::{list, write};
use crate::finding::RULES;
use crate::model::nearest;
use std::collections::{HashMap, HashSet};
use std::ops::Range;

/// Keys that say what has become of a task. They are never moved to where they begin to count.
const DECISIVE: [&str; 4] = ["status", "reopened", "aka", "version"];

/// A slip that stands at these places, what is written there, and what was meant.
type Miss = (Vec<Range<usize>>, String, &'static str);

impl Document {
    /// The first mend that `is_sound` finds sound, with a sentence for each thing that it does, `most` of them: a key, header
    /// or code that is almost known is renamed, if only one can be meant and that is not there; a known key is moved out of a
    /// table where it does nothing, with its comments, if it is not at the top; items that stand twice in a list are removed
    /// once, unless somebody has remarked on them.
    pub fn mended(
        &self,
        most: usize,
        is_sound: &mut impl FnMut(&Self) -> bool,
    ) -> Option<(Self, Vec<String>)> {
        let layout = self.layout();
        let renamed = self.near_misses(&layout).find_map(|(ranges, wrong, right)| {
            let mut mended = self.clone();
            for range in ranges.into_iter().rev() {
                mended.text.replace_range(range, right);
            }
            is_sound(&mended).then(|| (mended, vec![format!("renamed {wrong} to {right}")]))
        });
        let moved = || {
            self.sunken(&layout).into_iter().find_map(|(statement, key)| {
                let lines = self.above(statement.line.start)..statement.line.end;
                let block = unified(&self.text[lines.clone()]).trim_end_matches('\n').to_owned();
                let mut mended = self.clone();
                mended.cut(lines);
                mended.insert_lines(mended.slot(&mended.layout(), key), &block, true);
                is_sound(&mended).then(|| (mended, vec![format!("moved {key} to the top of the file")]))
            })
        };
        if let Some(mended) = renamed.or_else(moved) {
            return Some(mended);
        }
        self.lists_with_repeated_items().find_map(|(key, array, mut repeated)| {
            repeated.truncate(most);
            let places: Vec<usize> = repeated.iter().map(|(at, _)| *at).collect();
            let mut mended = self.clone();
            list::remove_all(&mut mended.text, &array, &places);
            let what = |(_, item): &(usize, String)| format!("removed the second {item} from {key}");
            is_sound(&mended).then(|| (mended, repeated.iter().map(what).collect()))
        })
    }

    /// The places, the name and the right name of each.
    fn near_misses<'a>(&'a self, layout: &'a Layout) -> impl Iterator<Item = Miss> + 'a {
        let keys = layout.sections.iter().flat_map(move |section| {
            let known = names_in(self.kind, section);
            section.statements.iter().filter(|s| s.path.len() == 1).filter_map(move |statement| {
                let name = &statement.path[0];
                let taken = |key: &str| {
                    section.statement(key).is_some() || (section.header.is_none() && self.has(key))
                };
                let right = only_near(name, known.iter().copied()).filter(|key| !taken(key))?;
                Some((vec![self.key_range(statement)], name.clone(), right))
            })
        });
        self.near_headers(layout).into_iter().chain(keys)
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
    fn sunken<'a>(&self, layout: &'a Layout) -> Vec<(&'a Statement, &'static str)> {
        let tables = layout.sections.iter().filter(|section| {
            section.is("fields", false) || section.is("steps", true) || section.is("criteria", true)
        });
        let found = tables.flat_map(|section| {
            let own = names_in(self.kind, section);
            section.statements.iter().filter(|s| s.path.len() == 1).filter_map(move |statement| {
                let name = statement.path[0].as_str();
                let key = find(self.kind.keys(), name)?;
                let is_lost = !own.contains(&name) && !DECISIVE.contains(&name) && !self.has(name);
                is_lost.then_some((statement, key.name))
            })
        });
        let found: Vec<_> = found.collect();
        let mut times: HashMap<&str, usize> = HashMap::new();
        found.iter().for_each(|(_, key)| *times.entry(key).or_default() += 1);
        found.into_iter().filter(|(_, key)| times[key] == 1).collect()
    }

    /// The lists at the top in which items without comments stand that stand there before: the key, the array, and those
    /// items with their places.
    fn lists_with_repeated_items(
        &self,
    ) -> impl Iterator<Item = (&'static str, Range<usize>, Vec<(usize, String)>)> {
        let is_list =
            |key: &&Key| matches!(key.holds, Holds::Texts | Holds::Ids | Holds::Dependencies | Holds::Groups);
        self.kind.keys().iter().filter(is_list).filter_map(|key| {
            let items = self.list(key.name);
            let array = self.array(key.name).filter(|_| items.len() > 1)?;
            let (written, _) = list::items(&self.text, &array);
            let is_bare = |at: usize| written[at].above.is_empty() && written[at].behind.is_empty();
            let mut seen = HashSet::new();
            let mut repeated: Vec<(usize, String)> = items.into_iter().enumerate().collect();
            repeated.retain(|(at, item)| !seen.insert(self.identity(key.name, item)) && is_bare(*at));
            (!repeated.is_empty()).then_some((key.name, array, repeated))
        })
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
