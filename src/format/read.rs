//! Reading a parsed document into values, with findings for what does not fit.

use super::keys::{FileKind, Key};
use super::source;
use crate::finding::{Finding, Place, RULES, Severity, Spot};
use crate::model::nearest;
use toml::Spanned;
use toml::de::{DeString, DeTable, DeValue};

/// What reading one file gave.
#[derive(Debug, Clone, PartialEq)]
pub struct Parsed<T> {
    /// What the file says; `None` if it is unreadable. Keys that do not fit are left out of it.
    pub value: Option<T>,
    /// What does not fit, in the order of the file.
    pub problems: Vec<Finding>,
}

/// The most findings of one file: beyond them, a hostile file would only cost time.
const MAX_PROBLEMS: usize = 100;

/// Reads one file: its text is parsed, and `build` makes the value from the table.
pub(super) fn file<T>(
    path: &str,
    bytes: &[u8],
    build: impl FnOnce(&mut Reader<'_>, DeTable<'_>) -> T,
) -> Parsed<T> {
    let text = match source::raw_text(path, bytes) {
        Ok(text) => source::unified(text),
        Err(finding) => return Parsed { value: None, problems: vec![*finding] },
    };
    let table = match source::parse(path, &text) {
        Ok(table) => table,
        Err(finding) => return Parsed { value: None, problems: vec![*finding] },
    };
    let mut reader = Reader { path, text: &text, under: None, problems: Vec::new(), untold: 0 };
    let value = build(&mut reader, table);
    let Reader { mut problems, untold, .. } = reader;
    problems.sort_by_key(|finding| finding.place);
    if untold > 0 {
        let message = format!("{untold} more things in this file do not fit");
        problems.push(Finding::new("bad-value", Severity::Error, message).with_path(path));
    }
    Parsed { value: Some(value), problems }
}

/// Collects findings while a file is read.
pub(super) struct Reader<'a> {
    pub(super) path: &'a str,
    pub(super) text: &'a str,
    /// The key that what is read stands under, where that matters to those who get the findings.
    pub(super) under: Option<&'static str>,
    problems: Vec<Finding>,
    /// How many findings there are beyond the limit.
    untold: usize,
}

/// A value with its span.
pub(super) type Node<'a> = Spanned<DeValue<'a>>;

impl Reader<'_> {
    /// Reports something at a byte offset.
    pub(super) fn report(
        &mut self,
        code: &'static str,
        severity: Severity,
        at: usize,
        message: String,
        help: String,
    ) {
        if self.problems.len() == MAX_PROBLEMS {
            self.untold += 1;
            return;
        }
        let finding = Finding::new(code, severity, message)
            .with_path(self.path)
            .with_place(Some(Place::at(self.text, at)))
            .with_help(help);
        self.problems.push(Finding { spot: self.under.map(Spot::Key), ..finding });
    }

    /// A value of the wrong type: what was expected, and a line that would do.
    pub(super) fn wrong_type(&mut self, value: &Node<'_>, expected: &str, help: String) {
        let message = format!("expected {expected}, found {}", found(value.get_ref()));
        self.report("wrong-type", Severity::Error, value.span().start, message, help);
    }

    /// A value of the right type that says nothing known.
    pub(super) fn bad_value(&mut self, value: &Node<'_>, message: String, help: String) {
        self.report("bad-value", Severity::Error, value.span().start, message, help);
    }

    /// A key that is not there and must be.
    pub(super) fn missing(&mut self, code: &'static str, at: usize, message: &str, help: &str) {
        self.report(code, Severity::Error, at, message.to_owned(), help.to_owned());
    }

    /// A key that is none of `keys`: a near miss of one, one of `outer` that belongs higher up, or unknown.
    pub(super) fn stray(&mut self, key: &Spanned<DeString<'_>>, keys: &[Key], outer: &[Key], place: &str) {
        let (name, at) = (key.get_ref().as_ref(), key.span().start);
        let display = source::shown(name, 40);
        let near = nearest(name, keys.iter().map(|k| k.name));
        if outer.iter().any(|k| k.name == name) {
            self.without_effect(key, place);
        } else if let Some(near) = near.or_else(|| self.shortened(name, keys)) {
            let message = format!("{display} is no known key and has no effect");
            self.report("near-miss-key", Severity::Error, at, message, format!("did you mean {near}?"));
        } else {
            let message = format!("{display} is no known key; it is kept, without effect");
            let help = "put free text under [fields]".to_owned();
            self.report("unknown-key", Severity::Info, at, message, help);
        }
    }

    /// The key that a name in the configuration is the beginning of: `[branch]`. Nobody has names of their own there.
    fn shortened(&self, name: &str, keys: &[Key]) -> Option<&'static str> {
        let is_config = FileKind::of(self.path) == FileKind::Config;
        let name = name.to_ascii_lowercase();
        keys.iter().map(|k| k.name).find(|key| is_config && name.len() > 1 && key.starts_with(&name))
    }

    /// A code in `[check]` that no rule has.
    pub(super) fn stray_code(&mut self, key: &Spanned<DeString<'_>>) {
        let (code, at) = (key.get_ref().as_ref(), key.span().start);
        let display = source::shown(code, 40);
        let (code, severity, help) = match nearest(code, RULES.iter().map(|rule| rule.code)) {
            Some(near) => ("near-miss-key", Severity::Error, format!("did you mean {near}?")),
            None => ("unknown-key", Severity::Info, "tasks check --explain lists the rules".to_owned()),
        };
        self.report(code, severity, at, format!("{display} is the code of no rule and has no effect"), help);
    }

    /// A known key at a place where it does nothing.
    pub(super) fn without_effect(&mut self, key: &Spanned<DeString<'_>>, place: &str) {
        let name = key.get_ref();
        let message = format!("{name} has no effect inside {place}");
        let help = format!("move {name} to the top of the file, above the first line that starts with [");
        self.report("key-without-effect", Severity::Error, key.span().start, message, help);
    }

    /// A string.
    pub(super) fn text(&mut self, key: &str, value: Node<'_>) -> Option<String> {
        let span = value.span();
        match value.into_inner() {
            DeValue::String(text) => Some(text.into_owned()),
            other => {
                let help = format!("write {key} = \"…\"");
                let written = scalar(&other).map_or(help, |s| format!("write {key} = \"{s}\""));
                self.wrong_type(&Spanned::new(span, other), "a string", written);
                None
            }
        }
    }

    /// A string that says something: one that is empty is reported, and is none.
    pub(super) fn filled(&mut self, key: &str, value: Node<'_>) -> Option<String> {
        let at = value.span().start;
        let text = self.text(key, value)?;
        if !text.trim().is_empty() {
            return Some(text);
        }
        let help = format!("write {key} = \"…\", or remove the line");
        self.report("bad-value", Severity::Error, at, format!("{key} is empty"), help);
        None
    }

    /// A boolean.
    pub(super) fn boolean(&mut self, key: &str, value: &Node<'_>) -> Option<bool> {
        let known = value.get_ref().as_bool();
        if known.is_none() {
            self.wrong_type(value, "true or false", format!("write {key} = true"));
        }
        known
    }

    /// A list of strings; elements that are none, or empty, are reported and left out.
    pub(super) fn texts(&mut self, key: &str, value: Node<'_>, what: &str) -> Vec<String> {
        let mut texts = Vec::new();
        self.each(key, value, what, |reader, element| {
            let span = element.span();
            match element.into_inner() {
                DeValue::String(text) if text.trim().is_empty() => {
                    let message = format!("{key} has an empty item");
                    reader.report("bad-value", Severity::Error, span.start, message, "remove it".to_owned());
                }
                DeValue::String(text) => texts.push(text.into_owned()),
                other => {
                    let help = scalar(&other)
                        .map_or_else(|| "write a string".to_owned(), |s| format!("write \"{s}\""));
                    reader.wrong_type(&Spanned::new(span, other), "a string", help);
                }
            }
        });
        texts
    }

    /// Calls `take` with every element of a list; anything but a list is reported as not being a list of `what`.
    pub(super) fn each<'v>(
        &mut self,
        key: &str,
        value: Node<'v>,
        what: &str,
        mut take: impl FnMut(&mut Self, Node<'v>),
    ) {
        let span = value.span();
        match value.into_inner() {
            DeValue::Array(array) => {
                for element in array {
                    take(self, element);
                }
            }
            other => {
                let example = scalar(&other).unwrap_or_else(|| "…".to_owned());
                let help = format!("write {key} = [\"{example}\"]");
                self.wrong_type(&Spanned::new(span, other), &format!("a list of {what}"), help);
            }
        }
    }

    /// A string out of a known few; `T::from_name` decides.
    pub(super) fn word<T>(
        &mut self,
        key: &str,
        value: Node<'_>,
        known: &[&'static str],
        from_name: impl Fn(&str) -> Option<T>,
    ) -> Option<T> {
        let span = value.span();
        let text = self.text(key, value)?;
        let word = from_name(&text);
        if word.is_none() {
            let message = format!("expected {}, found \"{}\"", one_of(known), source::shown(&text, 40));
            let help = nearest(&text, known.iter().copied()).map_or_else(
                || format!("write {key} = \"{}\"", known[0]),
                |near| format!("write {key} = \"{near}\""),
            );
            self.report("bad-value", Severity::Error, span.start, message, help);
        }
        word
    }
}

/// `a, b or c`
pub(super) fn one_of(words: &[&str]) -> String {
    match words.split_last() {
        Some((last, rest)) if !rest.is_empty() => format!("{} or {last}", rest.join(", ")),
        _ => words.concat(),
    }
}

/// A scalar as a string would hold it, to be put into advice.
pub(super) fn scalar(value: &DeValue<'_>) -> Option<String> {
    match value {
        DeValue::String(text) if !text.contains(['"', '\\']) => Some(source::shown(text, 40)),
        DeValue::Integer(number) => Some(source::shown(&number.to_string(), 40)),
        DeValue::Float(number) => Some(source::shown(&number.to_string(), 40)),
        DeValue::Boolean(b) => Some(b.to_string()),
        DeValue::Datetime(time) => Some(time.to_string()),
        _ => None,
    }
}

fn found(value: &DeValue<'_>) -> &'static str {
    match value {
        DeValue::String(_) => "a string",
        DeValue::Integer(_) => "an integer",
        DeValue::Float(_) => "a number",
        DeValue::Boolean(_) => "true or false",
        DeValue::Datetime(_) => "a date or time",
        DeValue::Array(_) => "a list",
        DeValue::Table(_) => "a table",
    }
}
