//! Where in a text its statements stand. The text is TOML that has been parsed without an error; this only finds the
//! byte ranges that the parser does not give: whole lines, whole tables, and what lies between them.

use super::source::unified;
use std::ops::Range;
use toml::de::DeValue;

/// A file as its root and its tables, in the order of the file.
#[derive(Debug)]
pub(super) struct Layout {
    /// The first is the root, which has no header.
    pub(super) sections: Vec<Section>,
}

/// What stands under one header.
#[derive(Debug)]
pub(super) struct Section {
    pub(super) header: Option<Header>,
    pub(super) statements: Vec<Statement>,
}

/// `[a.b]` or `[[a.b]]`
#[derive(Debug)]
pub(super) struct Header {
    /// The whole line with its ending.
    pub(super) line: Range<usize>,
    pub(super) path: Vec<String>,
    pub(super) array: bool,
    /// Behind the closing bracket.
    pub(super) end: usize,
}

/// `a.b = value`
#[derive(Debug, Clone)]
pub(super) struct Statement {
    /// The whole lines with their ending; in an inline table just key and value.
    pub(super) line: Range<usize>,
    pub(super) path: Vec<String>,
    pub(super) value: Range<usize>,
}

impl Layout {
    pub(super) fn of(text: &str) -> Self {
        let bytes = text.as_bytes();
        let mut sections = vec![Section { header: None, statements: Vec::new() }];
        let mut at = 0;
        while at < bytes.len() {
            let start = at;
            let first = skip_blanks(bytes, at);
            match bytes.get(first) {
                Some(b'[') => {
                    let array = bytes.get(first + 1) == Some(&b'[');
                    let width = if array { 2 } else { 1 };
                    let (path, end) = path(text, first + width);
                    let end = end + width;
                    at = line_end(bytes, end);
                    let header = Header { line: start..at, path, array, end };
                    sections.push(Section { header: Some(header), statements: Vec::new() });
                }
                None | Some(b'#' | b'\n' | b'\r') => at = line_end(bytes, first),
                Some(_) => {
                    let mut statement = statement(text, first, false);
                    at = line_end(bytes, statement.value.end);
                    statement.line = start..at;
                    if let Some(section) = sections.last_mut() {
                        section.statements.push(statement);
                    }
                }
            }
        }
        Self { sections }
    }

    /// The statements above the first header.
    pub(super) fn root(&self) -> &[Statement] {
        &self.sections[0].statements
    }
}

impl Section {
    /// Where its last statement, or its header, ends: behind that line. The start of the text for an empty root.
    pub(super) fn end(&self) -> usize {
        let header = self.header.as_ref().map_or(0, |h| h.line.end);
        self.statements.last().map_or(header, |s| s.line.end)
    }

    /// Whether its header is exactly `name`, as a table of a list or not.
    pub(super) fn is(&self, name: &str, array: bool) -> bool {
        self.header.as_ref().is_some_and(|h| h.array == array && h.path.len() == 1 && h.path[0] == name)
    }

    /// Whether its header is `name` or begins with it.
    pub(super) fn is_under(&self, name: &str) -> bool {
        self.header.as_ref().is_some_and(|h| h.path[0] == name)
    }

    /// The statement of that key.
    pub(super) fn statement(&self, name: &str) -> Option<&Statement> {
        self.statements.iter().find(|s| s.is(name))
    }
}

impl Statement {
    /// Whether its key is exactly `name`.
    pub(super) fn is(&self, name: &str) -> bool {
        self.path.len() == 1 && self.path[0] == name
    }
}

/// The elements of an array, given the range of the array.
pub(super) fn elements(text: &str, array: &Range<usize>) -> Vec<Range<usize>> {
    let bytes = text.as_bytes();
    let mut elements = Vec::new();
    let mut at = skip_between(bytes, array.start + 1);
    while at < array.end && bytes[at] != b']' {
        let end = value_end(bytes, at, true);
        elements.push(at..end);
        at = skip_between(bytes, end);
    }
    elements
}

/// The pairs of an inline table, given the range of the table.
pub(super) fn entries(text: &str, table: &Range<usize>) -> Vec<Statement> {
    let bytes = text.as_bytes();
    let mut entries = Vec::new();
    let mut at = skip_between(bytes, table.start + 1);
    while at < table.end && bytes[at] != b'}' {
        let statement = statement(text, at, true);
        at = skip_between(bytes, statement.value.end);
        entries.push(statement);
    }
    entries
}

/// Behind the next line ending, or the end of the text.
pub(super) fn line_end(bytes: &[u8], at: usize) -> usize {
    bytes[at..].iter().position(|&b| b == b'\n').map_or(bytes.len(), |n| at + n + 1)
}

/// Where the line begins that `at` stands in.
pub(super) fn line_start(text: &str, at: usize) -> usize {
    text[..at].rfind('\n').map_or(0, |n| n + 1)
}

/// What a string or an integer in the text says.
pub(super) fn scalar_text(raw: &str) -> Option<String> {
    let raw = unified(raw);
    match DeValue::parse(&raw).ok()?.into_inner() {
        DeValue::String(text) => Some(text.into_owned()),
        DeValue::Integer(number) => Some(number.as_str().to_owned()),
        _ => None,
    }
}

fn statement(text: &str, at: usize, inline: bool) -> Statement {
    let bytes = text.as_bytes();
    let (path, equals) = path(text, at);
    let start = skip_between(bytes, (equals + 1).min(bytes.len()));
    let end = value_end(bytes, start, inline);
    Statement { line: at..end, path, value: start..end }
}

/// A dotted key, and where the byte stands that ends it.
fn path(text: &str, at: usize) -> (Vec<String>, usize) {
    let bytes = text.as_bytes();
    let mut path = Vec::new();
    let mut at = at;
    loop {
        at = skip_blanks(bytes, at);
        let start = at;
        if let Some(b'"' | b'\'') = bytes.get(at) {
            at = string_end(bytes, at);
            path.push(scalar_text(&text[start..at]).unwrap_or_default());
        } else {
            while bytes.get(at).is_some_and(|b| !matches!(b, b'.' | b'=' | b']' | b' ' | b'\t' | b'\n')) {
                at += 1;
            }
            path.push(text[start..at].to_owned());
        }
        at = skip_blanks(bytes, at);
        if bytes.get(at) != Some(&b'.') {
            return (path, at);
        }
        at += 1;
    }
}

fn skip_blanks(bytes: &[u8], at: usize) -> usize {
    bytes[at..].iter().position(|b| !matches!(b, b' ' | b'\t')).map_or(bytes.len(), |n| at + n)
}

/// Skips what may stand between elements: blanks, line endings, commas and comments.
fn skip_between(bytes: &[u8], mut at: usize) -> usize {
    while let Some(byte) = bytes.get(at) {
        match byte {
            b' ' | b'\t' | b'\r' | b'\n' | b',' => at += 1,
            b'#' => at = line_end(bytes, at),
            _ => break,
        }
    }
    at
}

/// Behind the value that starts at `at`; inside an array or inline table a comma or bracket ends it, too.
fn value_end(bytes: &[u8], at: usize, inline: bool) -> usize {
    let (mut end, mut depth, mut i) = (at, 0_usize, at);
    while let Some(&byte) = bytes.get(i) {
        match byte {
            b'"' | b'\'' => {
                i = string_end(bytes, i);
                end = i;
                continue;
            }
            b'[' | b'{' => depth += 1,
            b']' | b'}' if depth == 0 => return end,
            b']' | b'}' => {
                depth -= 1;
                if depth == 0 {
                    return i + 1;
                }
            }
            b'#' if depth > 0 => {
                i = line_end(bytes, i);
                continue;
            }
            b',' if depth == 0 && inline => return end,
            b'\n' | b'#' if depth == 0 => return end,
            _ => {}
        }
        i += 1;
        if !byte.is_ascii_whitespace() {
            end = i;
        }
    }
    end
}

/// Behind the string that starts at `at`.
fn string_end(bytes: &[u8], at: usize) -> usize {
    let quote = bytes[at];
    let triple = bytes[at..].starts_with(&[quote; 3]);
    let width = if triple { 3 } else { 1 };
    let mut i = at + width;
    while i < bytes.len() {
        if bytes[i] == b'\\' && quote == b'"' {
            i += 2;
        } else if bytes[i..].starts_with(&[quote; 3][..width]) {
            i += width;
            // Up to two quotes may belong to the text just before the three that close it.
            let extra = bytes[i..].iter().take(2).take_while(|&&b| triple && b == quote).count();
            return i + extra;
        } else {
            i += 1;
        }
    }
    bytes.len()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn statements_and_headers_are_found_whatever_their_form() {
        let text = "# c\n \"a b\" . c = 1 # x\n'q=' = '''\n]=\n''''\n\n[ x . \"y]\" ] # t\nk=[1,\n # ]\n {z=\"}\"}]\n[[s]]";
        let layout = Layout::of(text);
        let seen: Vec<(Vec<String>, &str)> = layout
            .sections
            .iter()
            .flat_map(|s| s.statements.iter().map(|s| (s.path.clone(), &text[s.value.clone()])))
            .collect();
        let path = |parts: &[&str]| parts.iter().map(|&p| p.to_owned()).collect::<Vec<_>>();
        assert_eq!(
            seen,
            [
                (path(&["a b", "c"]), "1"),
                (path(&["q="]), "'''\n]=\n''''"),
                (path(&["k"]), "[1,\n # ]\n {z=\"}\"}]")
            ]
        );
        let header = layout.sections[1].header.as_ref().unwrap();
        assert_eq!((&header.path, header.array), (&path(&["x", "y]"]), false));
        assert_eq!(&text[header.line.clone()], "[ x . \"y]\" ] # t\n");
        assert!(layout.sections[2].is("s", true));
    }

    #[test]
    fn elements_and_entries_are_found_between_comments() {
        let text = "[ \"a,]\" , # b ]\n  'c',\n  [1, 2], { x = \"}\" },\n # d\n]";
        let all = 0..text.len();
        let found: Vec<&str> = elements(text, &all).into_iter().map(|r| &text[r]).collect();
        assert_eq!(found, ["\"a,]\"", "'c'", "[1, 2]", "{ x = \"}\" }"]);
        let table = "{ a = 1 , \"b\".c = [ 2 ] }";
        let found: Vec<&str> =
            entries(table, &(0..table.len())).into_iter().map(|s| &table[s.value]).collect();
        assert_eq!(found, ["1", "[ 2 ]"]);
    }
}
