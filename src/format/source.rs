//! From bytes to text that may be parsed: size, encoding, byte-order mark, line endings, conflict markers.

use crate::finding::{Finding, Place, Severity};
use std::borrow::Cow;
use toml::de::DeTable;

/// The largest plan file that is read, in bytes.
pub const MAX_FILE_SIZE: usize = 1024 * 1024;

/// The byte-order mark in UTF-8.
pub(super) const BOM: &str = "\u{feff}";

/// How the lines of a file end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Newline {
    Lf,
    CrLf,
}

impl Newline {
    /// The ending of the first line; LF where there is none.
    pub(super) fn of(text: &str) -> Self {
        match text.find('\n') {
            Some(at) if text[..at].ends_with('\r') => Self::CrLf,
            _ => Self::Lf,
        }
    }

    pub(super) fn as_str(self) -> &'static str {
        match self {
            Self::Lf => "\n",
            Self::CrLf => "\r\n",
        }
    }
}

/// The text of a file without its byte-order mark and with its line endings as they are.
pub(super) fn raw_text<'a>(path: &str, bytes: &'a [u8]) -> Result<&'a str, Box<Finding>> {
    if bytes.len() > MAX_FILE_SIZE {
        let message = format!("the file has more than the {MAX_FILE_SIZE} bytes that are allowed");
        return Err(Box::new(unreadable(path, message).with_help("split it into several tasks")));
    }
    let text = std::str::from_utf8(bytes).map_err(|error| {
        let valid = String::from_utf8_lossy(&bytes[..error.valid_up_to()]);
        let place = Some(Place::at(&valid, valid.len()));
        let finding = unreadable(path, "the file is not UTF-8".to_owned());
        Box::new(finding.with_place(place).with_help("save it as UTF-8"))
    })?;
    let text = text.strip_prefix(BOM).unwrap_or(text);
    let Some(at) = conflict_marker(text) else { return Ok(text) };
    let message = "the file has a merge conflict that is not resolved";
    let finding = Finding::new("conflict-markers", Severity::Error, message)
        .with_path(path)
        .with_place(Some(Place::at(text, at)))
        .with_help("run tasks resolve, or keep one of the two sides and remove the markers");
    Err(Box::new(finding))
}

/// The text with LF line endings. TOML allows a carriage return only before a line feed, so this loses nothing, and
/// lines and columns stay what they are.
pub(super) fn unified(text: &str) -> Cow<'_, str> {
    if has_any(text, |b| b == b'\r') { Cow::Owned(text.replace("\r\n", "\n")) } else { Cow::Borrowed(text) }
}

/// Parses the text; an error becomes a finding that never quotes the text.
pub(super) fn parse<'a>(path: &str, text: &'a str) -> Result<DeTable<'a>, Box<Finding>> {
    DeTable::parse(text).map(toml::Spanned::into_inner).map_err(|error| {
        let message = format!("this is not valid TOML: {}", shown(error.message(), 160));
        let place = error.span().map(|span| Place::at(text, span.start));
        Box::new(unreadable(path, message).with_place(place))
    })
}

/// At most `limit` characters of a text, control characters and bidirectional overrides escaped.
pub(super) fn shown(text: &str, limit: usize) -> String {
    let mut out = String::new();
    for (n, c) in text.chars().enumerate() {
        if n == limit {
            out.push('…');
            break;
        }
        if c == '"' || c == '\'' || c == '\\' {
            out.push(c);
        } else {
            out.extend(c.escape_debug());
        }
    }
    out
}

/// Whether a line looks like the first or last line of a conflict that Git left.
pub(super) fn is_conflict_marker(line: &str) -> bool {
    line.strip_prefix("<<<<<<<")
        .or_else(|| line.strip_prefix(">>>>>>>"))
        .is_some_and(|rest| rest.is_empty() || rest.starts_with([' ', '\r', '\n']))
}

fn conflict_marker(text: &str) -> Option<usize> {
    if !has_any(text, |b| matches!(b, b'<' | b'>')) {
        return None;
    }
    let mut at = 0;
    for line in text.split_inclusive('\n') {
        if is_conflict_marker(line) {
            return Some(at);
        }
        at += line.len();
    }
    None
}

/// Whether any byte fits; by blocks without an early exit within one, which compiles to vector instructions.
fn has_any(text: &str, fits: impl Fn(u8) -> bool) -> bool {
    text.as_bytes().chunks(64).any(|block| block.iter().fold(false, |seen, &b| seen | fits(b)))
}

fn unreadable(path: &str, message: String) -> Finding {
    Finding::new("unreadable-file", Severity::Error, message).with_path(path)
}
