//! The canonical form of a file.

use super::error::FormatError;
use super::keys::{CRITERION, FileKind, Holds, Key, STEP, find, rank};
use super::layout::{Layout, Section, Statement, line_end, scalar_text};
use super::list::{self, Item};
use super::source::{BOM, Newline, parse, raw_text, unified};
use super::write;
use crate::model::natural_cmp;
use std::ops::Range;

/// The file in canonical form: keys in their order with a blank line between them, lists one item a line, sorted where
/// order means nothing, steps without blank lines. Comments stay with what follows them. Line endings and byte-order
/// mark are kept, and the meaning is. `config.toml`, which people arrange with comments, is left as it is.
pub fn canonical(path: &str, bytes: &[u8]) -> Result<Vec<u8>, FormatError> {
    let raw = raw_text(path, bytes).map_err(FormatError::Unreadable)?;
    let text = unified(raw);
    parse(path, &text).map_err(FormatError::Unreadable)?;
    let kind = FileKind::of(path);
    if kind == FileKind::Config {
        return Ok(bytes.to_vec());
    }
    let mut out = Form { text: &text, keys: kind.keys() }.arranged();
    if Newline::of(raw) == Newline::CrLf {
        out = out.replace('\n', "\r\n");
    }
    if bytes.starts_with(BOM.as_bytes()) {
        out.insert_str(0, BOM);
    }
    Ok(out.into_bytes())
}

struct Form<'a> {
    text: &'a str,
    keys: &'static [Key],
}

/// The comments above something.
#[derive(Default)]
struct Leading<'a> {
    /// Whether a blank line comes first.
    apart: bool,
    /// Comments, with single empty lines between them where there were any.
    lines: Vec<&'a str>,
    /// Whether a blank line stands between the comments and what follows.
    detached: bool,
}

/// Something with its place in the canonical order.
struct Block {
    rank: usize,
    text: String,
}

impl<'a> Form<'a> {
    fn arranged(&self) -> String {
        let layout = Layout::of(self.text);
        let mut at = 0;
        let mut head: Option<Vec<&str>> = None;
        let mut blocks = Vec::new();
        for statement in layout.root() {
            let mut leading = self.leading(at..statement.line.start);
            head.get_or_insert_with(|| take_head(&mut leading));
            let text = leading.above(&self.statement(statement, self.keys));
            blocks.push(Block { rank: rank(self.keys, &statement.path[0]), text });
            at = statement.line.end;
        }
        blocks.sort_by_key(|block| block.rank);
        let mut tables = Vec::new();
        for section in &layout.sections[1..] {
            let Some(header) = &section.header else { continue };
            let mut leading = self.leading(at..header.line.start);
            head.get_or_insert_with(|| take_head(&mut leading));
            let rank = rank(self.keys, &header.path[0]);
            tables.push(Block { rank, text: leading.above(&self.section(section)) });
            at = section.end();
        }
        tables.sort_by_key(|block| block.rank);
        let tail = self.leading(at..self.text.len()).lines.join("\n");
        let head = head.unwrap_or_default().join("\n");
        let all = [head].into_iter().chain(blocks.into_iter().chain(tables).map(|b| b.text)).chain([tail]);
        let mut out = all.filter(|text| !text.is_empty()).collect::<Vec<_>>().join("\n\n");
        if !out.is_empty() {
            out.push('\n');
        }
        out
    }

    fn section(&self, section: &Section) -> String {
        let Some(header) = &section.header else { return String::new() };
        let name: Vec<String> = header.path.iter().map(|part| write::key(part)).collect();
        let name = name.join(".");
        let mut out = if header.array { format!("[[{name}]]") } else { format!("[{name}]") };
        out.push_str(&self.comment_behind(header.end));
        let mut at = header.line.end;
        if section.is("steps", true) || section.is("criteria", true) {
            let keys = if section.is("steps", true) { STEP } else { CRITERION };
            let mut parts = Vec::new();
            for statement in &section.statements {
                let mut leading = self.leading(at..statement.line.start);
                leading.lines.retain(|line| !line.is_empty());
                leading.detached = false;
                let text = leading.above(&self.statement(statement, keys));
                parts.push(Block { rank: rank(keys, &statement.path[0]), text });
                at = statement.line.end;
            }
            parts.sort_by_key(|part| part.rank);
            for part in parts {
                out.push('\n');
                out.push_str(&part.text);
            }
            return out;
        }
        let is_fields = section.is("fields", false);
        for (n, statement) in section.statements.iter().enumerate() {
            let leading = self.leading(at..statement.line.start);
            let apart = if is_fields { n > 0 } else { leading.apart };
            out.push_str(if apart { "\n\n" } else { "\n" });
            out.push_str(&leading.above(&self.statement(statement, &[])));
            at = statement.line.end;
        }
        out
    }

    fn statement(&self, statement: &Statement, keys: &'static [Key]) -> String {
        let name: Vec<String> = statement.path.iter().map(|part| write::key(part)).collect();
        let comment = self.comment_behind(statement.value.end);
        let known = if statement.path.len() == 1 { find(keys, &statement.path[0]) } else { None };
        let value = self.value(&statement.value, known);
        format!("{} = {value}{comment}", name.join("."))
    }

    fn value(&self, range: &Range<usize>, known: Option<&Key>) -> String {
        let raw = &self.text[range.clone()];
        let Some(key) = known else { return raw.to_owned() };
        match key.holds {
            Holds::Texts | Holds::Ids | Holds::Dependencies | Holds::Groups if raw.starts_with('[') => {
                self.list(range, key.sorted)
            }
            Holds::Markdown if raw.starts_with(['"', '\'']) && !is_multiline(raw) => {
                scalar_text(raw).map_or_else(|| raw.to_owned(), |text| write::lines(&text))
            }
            _ => raw.to_owned(),
        }
    }

    /// A list, one item a line, each with its comments.
    fn list(&self, range: &Range<usize>, sorted: bool) -> String {
        let (mut items, tail) = list::items(self.text, range);
        let keys: Option<Vec<String>> = items.iter().map(|item| scalar_text(item.raw)).collect();
        if let (true, Some(keys)) = (sorted, keys) {
            let mut keyed: Vec<(String, Item<'a>)> = keys.into_iter().zip(items).collect();
            keyed.sort_by(|a, b| natural_cmp(&a.0, &b.0));
            items = keyed.into_iter().map(|(_, item)| item).collect();
        }
        list::render(&items, &tail)
    }

    /// The comment on the rest of a line, with a blank before it.
    fn comment_behind(&self, at: usize) -> String {
        let rest = self.text[at..line_end(self.text.as_bytes(), at)].trim();
        if rest.is_empty() { String::new() } else { format!(" {rest}") }
    }

    fn leading(&self, gap: Range<usize>) -> Leading<'a> {
        let mut leading = Leading::default();
        let mut blank = false;
        for line in self.text[gap].lines().map(str::trim) {
            if line.is_empty() {
                blank = true;
                continue;
            }
            if blank && leading.lines.is_empty() {
                leading.apart = true;
            } else if blank {
                leading.lines.push("");
            }
            leading.lines.push(line);
            blank = false;
        }
        leading.detached = blank && !leading.lines.is_empty();
        leading.apart |= blank && leading.lines.is_empty();
        leading
    }
}

impl Leading<'_> {
    fn above(&self, text: &str) -> String {
        let mut out = self.lines.join("\n");
        if !out.is_empty() {
            out.push_str(if self.detached { "\n\n" } else { "\n" });
        }
        out.push_str(text);
        out
    }
}

/// Cuts off the comments that are about the file: those before the last blank line above its first statement.
fn take_head<'a>(leading: &mut Leading<'a>) -> Vec<&'a str> {
    if leading.detached {
        leading.detached = false;
        return std::mem::take(&mut leading.lines);
    }
    match leading.lines.iter().rposition(|line| line.is_empty()) {
        Some(at) => {
            let own = leading.lines.split_off(at + 1);
            let mut head = std::mem::replace(&mut leading.lines, own);
            head.pop();
            head
        }
        None => Vec::new(),
    }
}

fn is_multiline(raw: &str) -> bool {
    raw.starts_with("\"\"\"") || raw.starts_with("'''")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_put_in_order_and_keeps_its_comments() {
        let found = "# About this file.\n\n# why\n  tags=['z', \"b\" , # bee\n 'a']   # all\ntitle =  \"t\"\n\
                     description = 'one \\ line'\nextra = {a=1}\ndepends = [10,9]\n# first\n\n[fields]\nb = 'x'\n\
                     # own\na = 'y'\n\n\n[[steps]]\n\n# s\ntext=\"a\"\n\nstatus = 'completed' # done\n\n# the end\n";
        let want = "# About this file.\n\ntitle = \"t\"\n\ndepends = [\n  9,\n  10,\n]\n\n# why\ntags = [\n  'a',\n  \
                    \"b\", # bee\n  'z',\n] # all\n\ndescription = \"\"\"\none \\\\ line\"\"\"\n\nextra = {a=1}\n\n\
                    [[steps]]\nstatus = 'completed' # done\n# s\ntext = \"a\"\n\n# first\n\n[fields]\nb = 'x'\n\n\
                    # own\na = 'y'\n\n# the end\n";
        let form =
            |text: &str| String::from_utf8(canonical(".tasks/1.toml", text.as_bytes()).unwrap()).unwrap();
        assert_eq!(form(found), want);
        assert_eq!(form(&found.replace('\n', "\r\n")), want.replace('\n', "\r\n"));
        assert_eq!(form(""), "");
        assert_eq!(form("# only\n"), "# only\n");
    }

    #[test]
    fn milestones_and_groups_have_their_own_order() {
        let milestone = b"goal = \"g\"\n[[criteria]]\ntext = \"a\"\nstatus = \"completed\"\n";
        let form = canonical(".tasks/milestones/b.toml", milestone).unwrap();
        assert_eq!(form, b"goal = \"g\"\n\n[[criteria]]\nstatus = \"completed\"\ntext = \"a\"\n");
        let group = canonical(".tasks/a/group.toml", b"due = 2026-12-01\nestimate = \"1d\"\n").unwrap();
        assert_eq!(group, b"estimate = \"1d\"\n\ndue = 2026-12-01\n");
    }

    #[test]
    fn a_configuration_is_left_as_people_arranged_it() {
        let text = b"# ours\nversion=1\n[ids] # x\n";
        assert_eq!(canonical(".tasks/config.toml", text).unwrap(), text);
        let error = canonical(".tasks/config.toml", b"version = ").unwrap_err().to_string();
        assert!(error.starts_with("cannot read .tasks/config.toml: line 1, column "), "{error}");
    }
}
