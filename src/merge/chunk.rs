//! Merged text: what is decided, and what conflicts.

use similar::{MergeResolution, TextMerge};

/// Which side is taken where both changed the same.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Favor {
    /// Ours.
    Ours,
    /// Theirs.
    Theirs,
}

/// How conflicts are marked.
#[derive(Debug, Clone, Copy)]
pub struct Labels<'a> {
    /// What is written behind the first marker.
    pub ours: &'a str,
    /// What is written behind the last marker.
    pub theirs: &'a str,
    /// How many characters a marker has.
    pub size: usize,
}

/// A piece of a merged text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Chunk {
    /// Decided.
    Text(String),
    /// What each side has; both begin at the start of a line.
    Conflict { ours: String, theirs: String },
}

impl Chunk {
    pub(super) fn text(text: impl Into<String>) -> Self {
        Self::Text(text.into())
    }
}

/// How many of the pieces conflict.
pub(super) fn conflicts(chunks: &[Chunk]) -> usize {
    chunks.iter().filter(|chunk| matches!(chunk, Chunk::Conflict { .. })).count()
}

/// The text with one side taken wherever there is a conflict.
pub(super) fn favored(chunks: &[Chunk], favor: Favor) -> String {
    let text = chunks.iter().map(|chunk| match (chunk, favor) {
        (Chunk::Text(text), _)
        | (Chunk::Conflict { ours: text, .. }, Favor::Ours)
        | (Chunk::Conflict { theirs: text, .. }, Favor::Theirs) => text.as_str(),
    });
    text.collect()
}

/// The text with conflicts in markers.
pub(super) fn marked(chunks: &[Chunk], labels: &Labels<'_>) -> String {
    let mut out = String::new();
    let marker = |out: &mut String, sign: &str, label: &str| {
        if !out.is_empty() && !out.ends_with('\n') {
            out.push('\n');
        }
        out.push_str(&sign.repeat(labels.size.max(1)));
        if !label.is_empty() {
            out.push(' ');
            out.push_str(&label.replace(['\n', '\r'], " "));
        }
        out.push('\n');
    };
    for chunk in chunks {
        match chunk {
            Chunk::Text(text) => out.push_str(text),
            Chunk::Conflict { ours, theirs } => {
                marker(&mut out, "<", labels.ours);
                out.push_str(ours);
                marker(&mut out, "=", "");
                out.push_str(theirs);
                marker(&mut out, ">", labels.theirs);
            }
        }
    }
    out
}

/// Of three versions the one that both sides agree on, or that only one of them changed.
pub(super) fn three<T: PartialEq>(base: Option<T>, ours: T, theirs: T) -> Option<T> {
    if ours == theirs {
        return Some(ours);
    }
    match base {
        Some(base) if base == theirs => Some(ours),
        Some(base) if base == ours => Some(theirs),
        _ => None,
    }
}

/// Merges line by line, as Git does.
pub(super) fn by_lines(base: &str, ours: &str, theirs: &str) -> Vec<Chunk> {
    let merge = TextMerge::from_lines(base, ours, theirs);
    let mine = |lines: std::ops::Range<usize>| lines.filter_map(|n| merge.ours_line(n)).collect::<String>();
    let other =
        |lines: std::ops::Range<usize>| lines.filter_map(|n| merge.theirs_line(n)).collect::<String>();
    let chunk = |region: &similar::MergeRegion| match region.resolution() {
        MergeResolution::Theirs => Chunk::Text(other(region.theirs_range())),
        MergeResolution::Conflict => {
            Chunk::Conflict { ours: mine(region.ours_range()), theirs: other(region.theirs_range()) }
        }
        _ => Chunk::Text(mine(region.ours_range())),
    };
    merge.regions().iter().map(chunk).collect()
}

/// The text that line by line merging gives, if nothing conflicts.
pub(super) fn clean_lines(base: &str, ours: &str, theirs: &str) -> Option<String> {
    let chunks = by_lines(base, ours, theirs);
    (conflicts(&chunks) == 0).then(|| favored(&chunks, Favor::Ours))
}
