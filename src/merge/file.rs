//! Whole files.

use super::chunk::{Chunk, Favor, Labels, by_lines, conflicts, favored, marked, three};
use super::part::{Scope, Three, merge_lead, merge_parts};
use super::table::merge_tables;
use super::verify::carries;
use crate::format::{FileKind, Outline, text_of_value};

/// How to merge.
#[derive(Debug, Clone, Copy)]
pub struct Options<'a> {
    /// How conflicts are marked.
    pub labels: Labels<'a>,
    /// The side to take where both changed the same; markers without.
    pub favor: Option<Favor>,
}

/// A merged file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Merged {
    /// The file, with markers around conflicts.
    pub bytes: Vec<u8>,
    /// How many conflicts are marked in it.
    pub conflicts: usize,
}

/// Merges three versions of the plan file at `path`; an empty `base` is that of a file which both sides added.
///
/// Without conflicts the result is TOML and carries every edit of both sides, or it is the file of one side because the
/// other changed nothing.
pub fn merge(path: &str, base: &[u8], ours: &[u8], theirs: &[u8], options: &Options<'_>) -> Merged {
    if let Some(bytes) = three(Some(base), ours, theirs) {
        return Merged { bytes: bytes.to_vec(), conflicts: 0 };
    }
    let files = (Version::read(base), Version::read(ours), Version::read(theirs));
    let (Some(base_text), Some(our_text), Some(their_text)) = files else {
        return whole_bytes(ours, theirs, options);
    };
    let style = Version {
        bom: three(Some(base_text.bom), our_text.bom, their_text.bom).unwrap_or(our_text.bom),
        crlf: three(Some(base_text.crlf), our_text.crlf, their_text.crlf).unwrap_or(our_text.crlf),
        open: three(Some(base_text.open), our_text.open, their_text.open).unwrap_or(our_text.open),
        text: String::new(),
    };
    let sides = Three {
        base: base_text.text.as_str(),
        ours: our_text.text.as_str(),
        theirs: their_text.text.as_str(),
    };
    let (chunks, is_conflict) = decide(path, &sides, options.favor);
    match (is_conflict, options.favor) {
        (false, _) => Merged { bytes: style.write(favored(&chunks, Favor::Ours), true), conflicts: 0 },
        (true, Some(favor)) => Merged { bytes: style.write(favored(&chunks, favor), true), conflicts: 0 },
        (true, None) => {
            let text = marked(&chunks, &options.labels);
            Merged { bytes: style.write(text, false), conflicts: conflicts(&chunks) }
        }
    }
}

/// A file as text with LF line endings, the last one included.
struct Version {
    bom: bool,
    crlf: bool,
    open: bool,
    text: String,
}

impl Version {
    fn read(bytes: &[u8]) -> Option<Self> {
        let raw = std::str::from_utf8(bytes).ok()?;
        let (bom, raw) = raw.strip_prefix('\u{feff}').map_or((false, raw), |rest| (true, rest));
        let crlf = raw.find('\n').is_some_and(|at| raw[..at].ends_with('\r'));
        let mut text = raw.replace("\r\n", "\n");
        let open = !text.is_empty() && !text.ends_with('\n');
        if open {
            text.push('\n');
        }
        Some(Self { bom, crlf, open, text })
    }

    fn write(&self, mut text: String, may_be_open: bool) -> Vec<u8> {
        if self.open && may_be_open && text.ends_with('\n') {
            text.pop();
        }
        if self.crlf {
            text = text.replace('\n', "\r\n");
        }
        if self.bom {
            text.insert(0, '\u{feff}');
        }
        text.into_bytes()
    }
}

/// The pieces of the result, and whether any of them conflict: by key if that carries everything, else by line if that
/// does, else with the conflicts that are left.
fn decide(path: &str, sides: &Three<'_, str>, favor: Option<Favor>) -> (Vec<Chunk>, bool) {
    let kind = FileKind::of(path);
    let whole = || vec![Chunk::Conflict { ours: sides.ours.to_owned(), theirs: sides.theirs.to_owned() }];
    let outlines = (
        Outline::parse(path, sides.base.as_bytes()),
        Outline::parse(path, sides.ours.as_bytes()),
        Outline::parse(path, sides.theirs.as_bytes()),
    );
    let mut by_key = None;
    if let (Ok(base), Ok(ours), Ok(theirs)) = outlines {
        if sides.base.trim().is_empty() && kind == FileKind::Task && are_two_tasks(&ours, &theirs) {
            return (whole(), true);
        }
        let chunks = merge_outlines(kind, &Three { base: &base, ours: &ours, theirs: &theirs });
        if conflicts(&chunks) == 0 && is_carried(kind, sides, &favored(&chunks, Favor::Ours)) == Some(true) {
            return (chunks, false);
        }
        by_key = Some(chunks);
    }
    let lines = by_lines(sides.base, sides.ours, sides.theirs);
    if conflicts(&lines) == 0 {
        let text = favored(&lines, Favor::Ours);
        // Where a side is no TOML, there is no meaning to compare, and what Git would write is right if it is TOML.
        let is_right = is_carried(kind, sides, &text).unwrap_or_else(|| table(&text).is_some());
        if is_right {
            return (lines, false);
        }
    }
    let can_be_resolved = |chunks: &Vec<Chunk>| {
        let reads = |favor| Outline::parse(path, favored(chunks, favor).as_bytes()).is_ok();
        conflicts(chunks) > 0 && favor.map_or(reads(Favor::Ours) && reads(Favor::Theirs), reads)
    };
    let chunks = by_key.filter(can_be_resolved).or_else(|| Some(lines).filter(can_be_resolved));
    (chunks.unwrap_or_else(whole), true)
}

/// Merges by key.
fn merge_outlines(kind: FileKind, sides: &Three<'_, Outline>) -> Vec<Chunk> {
    let (base, ours, theirs) = (sides.base, sides.ours, sides.theirs);
    let root = Three { base: &base.root[..], ours: &ours.root[..], theirs: &theirs.root[..] };
    let tables = Three { base: &base.tables[..], ours: &ours.tables[..], theirs: &theirs.tables[..] };
    let mut chunks = merge_parts(Scope { kind, table: &[], apart: true }, &root);
    chunks.extend(merge_tables(kind, &tables));
    chunks.extend(merge_lead(Some(&base.tail), &ours.tail, &theirs.tail));
    chunks
}

/// Whether two new files of one name are two tasks and not one that both sides have.
fn are_two_tasks(ours: &Outline, theirs: &Outline) -> bool {
    let value = |outline: &Outline, key: &str| {
        outline.root.iter().find(|part| part.path == [key]).map(|part| part.value.clone())
    };
    let title = |outline: &Outline| value(outline, "title").and_then(|raw| text_of_value(&raw));
    match (value(ours, "created"), value(theirs, "created")) {
        (Some(ours), Some(theirs)) => ours != theirs,
        (None, None) => title(ours) != title(theirs),
        _ => true,
    }
}

/// Whether a text carries every edit; `None` if a side cannot be read.
fn is_carried(kind: FileKind, sides: &Three<'_, str>, text: &str) -> Option<bool> {
    let (base, ours, theirs) = (table(sides.base)?, table(sides.ours)?, table(sides.theirs)?);
    Some(table(text).is_some_and(|merged| carries(kind, &base, &ours, &theirs, &merged)))
}

fn table(text: &str) -> Option<toml::Table> {
    toml::from_str(text).ok()
}

/// A conflict of files that are no text.
fn whole_bytes(ours: &[u8], theirs: &[u8], options: &Options<'_>) -> Merged {
    let side = match options.favor {
        Some(Favor::Ours) => ours,
        Some(Favor::Theirs) => theirs,
        None => {
            let marker = |sign: &str, label: &str| format!("{} {label}\n", sign.repeat(options.labels.size));
            let line = |bytes: &[u8]| {
                let end: &[u8] = if bytes.is_empty() || bytes.ends_with(b"\n") { b"" } else { b"\n" };
                [bytes, end].concat()
            };
            let bytes = [
                marker("<", options.labels.ours).into_bytes(),
                line(ours),
                format!("{}\n", "=".repeat(options.labels.size)).into_bytes(),
                line(theirs),
                marker(">", options.labels.theirs).into_bytes(),
            ];
            return Merged { bytes: bytes.concat(), conflicts: 1 };
        }
    };
    Merged { bytes: side.to_vec(), conflicts: 0 }
}
