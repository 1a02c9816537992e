//! A file to be edited by hand, with the keys that it could have as comments.

use super::document::Document;
use super::keys::{FileKind, Holds, Key};
use super::layout::{elements, scalar_text};
use super::source::{BOM, Newline};
use super::write;
use crate::model::natural_cmp;
use std::fmt::Write;

/// What the lines of a template start with.
const MARK: &str = "#: ";

const INTRODUCTION: &str = "#: Take away \"#: \" to set a key; lines that keep it are dropped.";

/// Keys that only commands write.
const NOT_OFFERED: [&str; 3] = ["created", "reopened", "aka"];

/// The file with every key that it lacks as a commented example at its canonical place. A file that cannot be read is
/// returned as it is, so that it can be mended.
pub fn commented_template(path: &str, bytes: &[u8]) -> Vec<u8> {
    let Ok(document) = Document::parse(path, bytes) else { return bytes.to_vec() };
    let text = document.text();
    let newline = Newline::of(text).as_str();
    let layout = document.layout();
    let mut insertions: Vec<(usize, String)> = vec![(0, INTRODUCTION.to_owned())];
    for key in FileKind::of(path).keys() {
        let there = layout.root().iter().any(|s| s.path[0] == key.name)
            || layout.sections.iter().any(|s| s.is_under(key.name));
        if !there && !NOT_OFFERED.contains(&key.name) {
            let (at, lines) = match key.holds {
                Holds::Tables(_) | Holds::TextByName | Holds::Table(_) => (text.len(), table_example(key)),
                _ => (document.slot(&layout, key.name), format!("{MARK}{} = {}", key.name, key.example)),
            };
            insertions.push((at, lines));
        }
    }
    insertions.sort_by_key(|(at, _)| *at);
    let mut out = String::from(if bytes.starts_with(BOM.as_bytes()) { BOM } else { "" });
    let mut done = 0;
    for (at, lines) in insertions {
        out.push_str(&text[done..at]);
        done = at;
        if !out.is_empty() && !out.ends_with('\n') && out != BOM {
            out.push_str(newline);
        }
        for line in lines.lines() {
            out.push_str(line);
            out.push_str(newline);
        }
    }
    out.push_str(&text[done..]);
    out.into_bytes()
}

/// What came back from the editor without the lines of the template. `original` are the bytes the template was made
/// of: they are returned unchanged if nothing was edited, and lines that they have themselves are never dropped. Keys that are
/// new stand apart, as commands would write them, and a final newline that the template alone brought goes with it.
pub fn strip_template_comments(path: &str, original: &[u8], edited: &[u8]) -> Vec<u8> {
    if edited == commented_template(path, original) {
        return original.to_vec();
    }
    let own: Vec<&[u8]> = original.split(|&b| b == b'\n').map(<[u8]>::trim_ascii_end).collect();
    let keys = FileKind::of(path).keys();
    let mut out = Vec::with_capacity(edited.len());
    let mut ends_in_template = false;
    for line in edited.split_inclusive(|&b| b == b'\n') {
        let (bom, content) = match line.strip_prefix(BOM.as_bytes()) {
            Some(rest) => (BOM.as_bytes(), rest.trim_ascii_end()),
            None => (&[][..], line.trim_ascii_end()),
        };
        ends_in_template = is_template_line(content, keys) && !own.contains(&content);
        if ends_in_template {
            out.extend_from_slice(bom);
        } else {
            out.extend_from_slice(line);
        }
    }
    if ends_in_template && own.last().is_some_and(|last| !last.is_empty()) {
        out.truncate(out.strip_suffix(b"\n").unwrap_or(&out).len());
        out.truncate(out.strip_suffix(b"\r").unwrap_or(&out).len());
    }
    apart(path, original, out)
}

/// The file with the keys apart that the original lacks and the template offers.
fn apart(path: &str, original: &[u8], edited: Vec<u8>) -> Vec<u8> {
    let (Ok(before), Ok(mut after)) = (Document::parse(path, original), Document::parse(path, &edited))
    else {
        return edited;
    };
    for key in FileKind::of(path).keys() {
        if after.has(key.name) && !before.has(key.name) && !NOT_OFFERED.contains(&key.name) {
            after.set_apart(key);
        }
    }
    after.into_bytes()
}

impl Document {
    /// Puts blank lines around a key where there are none, and the items of a list in lines of their own.
    fn set_apart(&mut self, key: &Key) {
        if let Some(array) =
            self.array(key.name).filter(|array| !self.text[array.clone()].contains(['\n', '#']))
        {
            let items = elements(&self.text, &array).into_iter();
            let mut items: Vec<String> = items.map(|item| self.text[item].to_owned()).collect();
            if key.sorted {
                let name = |item: &String| scalar_text(item).unwrap_or_default();
                items.sort_by(|a, b| natural_cmp(&name(a), &name(b)));
            }
            if !items.is_empty() && items.iter().all(|item| !item.starts_with('{')) {
                let list = self.localised(&write::list(items));
                self.text.replace_range(array, &list);
            }
        }
        let layout = self.layout();
        let statement = layout.sections[0].statement(key.name).map(|statement| statement.line.clone());
        let section = || layout.sections.iter().find(|section| section.is_under(key.name));
        let lines = statement.or_else(|| Some(section()?.header.as_ref()?.line.start..section()?.end()));
        let Some(lines) = lines else { return };
        let is_blank = |line: &str| line.trim().is_empty();
        let (before, after) = (&self.text[..lines.start], &self.text[lines.end..]);
        let before = before
            .lines()
            .next_back()
            .is_none_or(|line| is_blank(line) || line.trim_start().starts_with('#'));
        let after = after.lines().next().is_none_or(is_blank);
        let newline = self.newline.as_str();
        if !after {
            self.text.insert_str(lines.end, newline);
        }
        if !before {
            self.text.insert_str(lines.start, newline);
        }
    }
}

/// The header of a table, and its pairs, each commented.
fn table_example(key: &Key) -> String {
    let (open, close, inner) = match key.holds {
        Holds::Tables(inner) => ("[[", "]]", inner),
        Holds::Table(inner) => ("[", "]", inner),
        _ => return format!("{MARK}[{}]\n{MARK}deliverable = \"Refresh flow tested end to end\"", key.name),
    };
    let mut lines = format!("{MARK}{open}{}{close}", key.name);
    for pair in inner {
        let _ = write!(lines, "\n{MARK}{} = {}", pair.name, pair.example);
    }
    lines
}

fn is_template_line(line: &[u8], keys: &[Key]) -> bool {
    if line == INTRODUCTION.as_bytes() {
        return true;
    }
    let Some(rest) = line.strip_prefix(MARK.as_bytes()) else { return false };
    let starts = |name: &str| rest.strip_prefix(name.as_bytes()).is_some_and(|r| r.starts_with(b" ="));
    let inner = |key: &Key| match key.holds {
        Holds::Tables(inner) | Holds::Table(inner) => inner.iter().any(|k| starts(k.name)),
        _ => false,
    };
    rest.starts_with(b"[") || starts("deliverable") || keys.iter().any(|key| starts(key.name) || inner(key))
}

#[cfg(test)]
mod tests {
    use super::*;

    const PATH: &str = ".tasks/1.toml";

    fn template(text: &str) -> String {
        String::from_utf8(commented_template(PATH, text.as_bytes())).unwrap()
    }

    fn stripped(original: &str, edited: &str) -> String {
        String::from_utf8(strip_template_comments(PATH, original.as_bytes(), edited.as_bytes())).unwrap()
    }

    #[test]
    fn missing_keys_are_offered_at_their_places() {
        let text = "title = \"t\"\n\ntags = [\n  \"a\",\n]\n\n[[steps]]\ntext = \"s\"\n";
        let template = template(text);
        let at =
            |part: &str| template.find(part).unwrap_or_else(|| panic!("{part} is missing in {template}"));
        assert!(template.starts_with(INTRODUCTION));
        assert!(at("title =") < at("#: priority = \"high\""));
        assert!(at("#: depends") < at("tags =") && at("tags =") < at("#: milestones"));
        assert!(at("#: description") < at("[[steps]]") && at("[[steps]]") < at("#: [fields]"));
        assert!(
            !template.contains("#: title")
                && !template.contains("#: aka")
                && !template.contains("#: [[steps]]")
        );
    }

    #[test]
    fn a_line_without_its_mark_is_kept_and_the_others_go() {
        let text = "title = \"t\"\n";
        let edited = template(text).replace("#: due = 2026-12-01", "due = 2027-01-01");
        assert_eq!(stripped(text, &edited), "title = \"t\"\n\ndue = 2027-01-01\n");
    }

    #[test]
    fn what_the_template_offered_comes_out_apart_and_the_rest_as_it_is() {
        let text = "title = \"t\"\r\ncreated = 2026-01-01T00:00:00Z # then\r\n[other]\r\na = 1";
        let edited = template(text)
            .replace("#: priority", "priority")
            .replace("#: tags = [\"auth\"]", "tags = [\"z\", \"y\"]")
            .replace("#: optional", "# mine\r\noptional");
        assert_eq!(
            stripped(text, &edited),
            "title = \"t\"\r\n\r\npriority = \"high\"\r\n\r\n# mine\r\noptional = true\r\n\r\ntags = [\r\n  \"y\",\r\n  \
             \"z\",\r\n]\r\n\r\ncreated = 2026-01-01T00:00:00Z # then\r\n[other]\r\na = 1"
        );
        let steps =
            template("title = \"t\"\n").replace("#: [[steps]]", "[[steps]]").replace("#: text", "text");
        assert!(stripped("title = \"t\"\n", &steps).starts_with("title = \"t\"\n\n[[steps]]\ntext = "));
    }

    #[test]
    fn a_final_newline_is_neither_made_nor_lost() {
        for text in ["title = \"t\"", "title = \"t\"\n", "title = \"t\"\n\n"] {
            let edited = template(text).replace("#: due = 2026-12-01\n", "").replace("\"t\"", "\"u\"");
            assert_eq!(stripped(text, &edited), text.replace("\"t\"", "\"u\""));
        }
    }

    #[test]
    fn comments_of_the_file_itself_stay() {
        let text = "#: priority = \"low\"\n#: see the wiki\ntitle = \"t\"\n";
        let edited = template(text).replace("\"t\"", "\"u\"");
        assert_eq!(stripped(text, &edited), text.replace("\"t\"", "\"u\""));
    }

    #[test]
    fn a_broken_file_is_offered_as_it_is() {
        assert_eq!(template("title = "), "title = ");
    }
}
