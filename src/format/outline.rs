//! A file cut into the parts that mean something by themselves, with every byte in exactly one of them.

use super::layout::{Layout, Section, Statement, entries, scalar_text};
use super::list::{self, Item};
use super::source::{BOM, Newline, parse, raw_text, unified};
use super::write;
use crate::finding::Finding;

/// A file as its statements and tables. All texts have LF line endings; put together again they are the file.
#[derive(Debug, Clone, Default)]
pub struct Outline {
    /// Whether it starts with a byte-order mark.
    pub bom: bool,
    /// Whether its lines end in CRLF.
    pub crlf: bool,
    /// Whether its last line has no ending. The texts here have one all the same.
    pub open: bool,
    /// What stands above the first header.
    pub root: Vec<Part>,
    /// What stands below headers.
    pub tables: Vec<Table>,
    /// Blank lines and comments behind everything.
    pub tail: String,
}

/// One statement.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Part {
    /// The key, in its parts where it is dotted.
    pub path: Vec<String>,
    /// Blank lines and comments above it.
    pub lead: String,
    /// The key as it is written, and the equals sign.
    pub before: String,
    /// The value as it is written.
    pub value: String,
    /// What else is on the line, and its ending.
    pub behind: String,
}

/// A header and the statements below it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Table {
    /// The name in the header, in its parts.
    pub path: Vec<String>,
    /// Whether it is an element of a list: `[[steps]]`.
    pub array: bool,
    /// Blank lines and comments above it.
    pub lead: String,
    /// The line of the header, with its ending.
    pub header: String,
    /// The statements.
    pub parts: Vec<Part>,
    /// The tables that belong to this element of a list: `[steps.more]`.
    pub below: Vec<Table>,
}

impl Outline {
    /// Cuts a file; what cannot be read is a finding.
    pub fn parse(path: &str, bytes: &[u8]) -> Result<Self, Box<Finding>> {
        let raw = raw_text(path, bytes)?;
        let mut text = unified(raw).into_owned();
        parse(path, &text)?;
        let open = !text.is_empty() && !text.ends_with('\n');
        if open {
            text.push('\n');
        }
        let layout = Layout::of(&text);
        let mut cutter = Cutter { text: &text, at: 0 };
        let root = cutter.parts(&layout.sections[0]);
        let mut tables: Vec<Table> = Vec::new();
        for section in &layout.sections[1..] {
            let Some(table) = cutter.table(section) else { continue };
            match tables.last_mut() {
                Some(last) if last.array && is_below(&table.path, &last.path) => last.below.push(table),
                _ => tables.push(table),
            }
        }
        let tail = text[cutter.at..].to_owned();
        let crlf = Newline::of(raw) == Newline::CrLf;
        Ok(Self { bom: bytes.starts_with(BOM.as_bytes()), crlf, open, root, tables, tail })
    }
}

impl Part {
    /// The lines of the statement itself.
    pub fn lines(&self) -> String {
        [self.before.as_str(), &self.value, &self.behind].concat()
    }
}

impl Table {
    /// The header and all that stands below it.
    pub fn lines(&self) -> String {
        let mut out = self.header.clone();
        for part in &self.parts {
            out.push_str(&part.lead);
            out.push_str(&part.lines());
        }
        for table in &self.below {
            out.push_str(&table.lead);
            out.push_str(&table.lines());
        }
        out
    }

    /// What a key of one part says, if it is a string or a number.
    pub fn text_of(&self, key: &str) -> Option<String> {
        let part = self.parts.iter().find(|part| part.path.len() == 1 && part.path[0] == key)?;
        scalar_text(&part.value)
    }
}

/// What a string or an integer in TOML says; `None` for anything else.
pub fn text_of_value(raw: &str) -> Option<String> {
    scalar_text(raw)
}

/// The elements of a list in TOML with their comments, and the comments behind the last; `None` if it is no list.
pub fn items_of_value(raw: &str) -> Option<(Vec<Item<'_>>, Vec<&str>)> {
    raw.starts_with('[').then(|| list::items(raw, &(0..raw.len())))
}

/// Elements as a list in TOML, one a line.
pub fn list_of_items(items: &[Item<'_>], tail: &[&str]) -> String {
    list::render(items, tail)
}

/// The pairs of an inline table, keys as they are written; `None` if it is none.
pub fn pairs_of_value(raw: &str) -> Option<Vec<(Vec<String>, &str)>> {
    let pairs = || entries(raw, &(0..raw.len())).into_iter().map(|s| (s.path, &raw[s.value])).collect();
    raw.starts_with('{').then(pairs)
}

/// A dotted key in TOML, quoted where it must be.
pub fn key_of_path(path: &[String]) -> String {
    path.iter().map(|part| write::key(part)).collect::<Vec<_>>().join(".")
}

/// A text in TOML over several lines, opened and closed by `"""`.
pub fn prose(text: &str) -> String {
    write::lines(text)
}

fn is_below(path: &[String], above: &[String]) -> bool {
    path.len() > above.len() && path.starts_with(above)
}

/// Goes through the text from top to bottom.
struct Cutter<'a> {
    text: &'a str,
    at: usize,
}

impl Cutter<'_> {
    fn parts(&mut self, section: &Section) -> Vec<Part> {
        section.statements.iter().map(|statement| self.part(statement)).collect()
    }

    fn part(&mut self, statement: &Statement) -> Part {
        let text = self.text;
        let (line, value) = (&statement.line, &statement.value);
        let part = Part {
            path: statement.path.clone(),
            lead: text[self.at..line.start].to_owned(),
            before: text[line.start..value.start].to_owned(),
            value: text[value.clone()].to_owned(),
            behind: text[value.end..line.end].to_owned(),
        };
        self.at = line.end;
        part
    }

    fn table(&mut self, section: &Section) -> Option<Table> {
        let header = section.header.as_ref()?;
        let lead = self.text[self.at..header.line.start].to_owned();
        self.at = header.line.end;
        Some(Table {
            path: header.path.clone(),
            array: header.array,
            lead,
            header: self.text[header.line.clone()].to_owned(),
            parts: self.parts(section),
            below: Vec::new(),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_byte_is_in_one_part() {
        let text = "# head\n\ntitle = 't' # x\n\n# tags\ntags = [\n  \"a\",\n]\n[[steps]] # h\n# t\ntext = \"a\"\n\
                    [steps.sub]\nx = 1\n\n[fields]\n\"a b\" = 1\n\n# end\n";
        let outline = Outline::parse(".tasks/1.toml", text.as_bytes()).unwrap();
        let mut out = String::new();
        for part in &outline.root {
            out.push_str(&part.lead);
            out.push_str(&part.lines());
        }
        for table in &outline.tables {
            out.push_str(&table.lead);
            out.push_str(&table.lines());
        }
        out.push_str(&outline.tail);
        assert_eq!(out, text);
        assert_eq!(outline.tables.len(), 2);
        assert_eq!(outline.tables[0].text_of("text").as_deref(), Some("a"));
        assert_eq!(outline.tables[0].below[0].parts[0].value, "1");
        let crlf = Outline::parse(".tasks/1.toml", b"\xef\xbb\xbftitle = 't'\r\ndue = 1").unwrap();
        assert!(crlf.bom && crlf.crlf && crlf.open);
        assert_eq!(crlf.root[1].lines(), "due = 1\n");
    }
}
