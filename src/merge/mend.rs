//! Files that were left with conflicts, merged again by meaning.

use super::chunk::{Favor, Labels};
use super::file::{Merged, Options, merge};
use super::markers::{Sides, sides};
use crate::format::Outline;

/// The versions that the index has of a file, and only of one that is unmerged.
#[derive(Debug, Clone, Copy, Default)]
pub struct Stages<'a> {
    /// What both sides had before.
    pub base: Option<&'a [u8]>,
    /// Ours.
    pub ours: Option<&'a [u8]>,
    /// Theirs.
    pub theirs: Option<&'a [u8]>,
}

/// What became of a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Mended {
    /// It was merged again.
    Merged {
        /// The file as it should be.
        merged: Merged,
        /// Whether it is known what both sides had before. Where it is not, what one side removed cannot be told from what
        /// the other added, and stays.
        has_base: bool,
    },
    /// One side removed it and the other changed it.
    Removed {
        /// Whether it was our side that removed it.
        by_ours: bool,
    },
    /// One side has it, and neither the other nor what both had before: a merge that asks where it belongs, since a folder or
    /// the file itself was renamed in two ways.
    New {
        /// Whether it is our side that has it.
        by_ours: bool,
    },
    /// There is nothing to mend.
    Whole,
}

/// Merges a file of the work tree again that has conflict markers or is unmerged in the index.
///
/// With markers, each side is the file with that side of every conflict, so that what was mended by hand elsewhere in it
/// stays; what both had before is what the index says, or else the markers in the style diff3. A file without markers is
/// taken for mended, unless it still is what our side has.
pub fn mend(path: &str, file: Option<&[u8]>, stages: Option<&Stages<'_>>, favor: Option<Favor>) -> Mended {
    if let Some(stages) = stages {
        match (stages.base, stages.ours, stages.theirs) {
            (Some(_), None, Some(_)) => return Mended::Removed { by_ours: true },
            (Some(_), Some(_), None) => return Mended::Removed { by_ours: false },
            (None, Some(_), None) => return Mended::New { by_ours: true },
            (None, None, Some(_)) => return Mended::New { by_ours: false },
            _ => {}
        }
    }
    let text = file.and_then(|bytes| std::str::from_utf8(bytes).ok());
    let marked = text.and_then(sides);
    let (our_label, their_label) = match &marked {
        Some(marked) => (marked.our_label.as_str(), marked.their_label.as_str()),
        None => ("ours", "theirs"),
    };
    let options = Options { labels: Labels { ours: our_label, theirs: their_label, size: 7 }, favor };
    let from_stages = |stages: &Stages<'_>| {
        let (ours, theirs) = (stages.ours?, stages.theirs?);
        let merged = merge(path, stages.base.unwrap_or_default(), ours, theirs, &options);
        Some(Mended::Merged { merged, has_base: true })
    };
    match (&marked, stages) {
        (Some(marked), Some(stages)) if !reads(path, marked) => from_stages(stages),
        (Some(marked), stages) => Some(from_markers(path, marked, stages, &options)),
        (None, Some(stages)) if file == stages.ours || has_marker(text) => from_stages(stages),
        (None, _) => None,
    }
    .unwrap_or(Mended::Whole)
}

fn from_markers(path: &str, marked: &Sides, stages: Option<&Stages<'_>>, options: &Options<'_>) -> Mended {
    let base = match stages {
        Some(stages) => Some(stages.base.unwrap_or_default()),
        None => marked.base.as_deref().map(str::as_bytes),
    };
    let common = base.unwrap_or(marked.common.as_bytes());
    let merged = merge(path, common, marked.ours.as_bytes(), marked.theirs.as_bytes(), options);
    Mended::Merged { merged, has_base: base.is_some() }
}

/// Whether both sides are plan files; lines of a description can look like markers.
fn reads(path: &str, marked: &Sides) -> bool {
    [&marked.ours, &marked.theirs].into_iter().all(|side| Outline::parse(path, side.as_bytes()).is_ok())
}

fn has_marker(text: Option<&str>) -> bool {
    text.is_some_and(|text| !super::markers::conflict_lines(text).is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    const PATH: &str = ".tasks/1.toml";
    const BASE: &str = "title = \"t\"\n\ntags = [\n  \"a\",\n  \"b\",\n]\n";
    const LEFT: &str = "title = \"t\"\n\ntags = [\n  \"a\",\n<<<<<<< HEAD\n  \"c\",\n=======\n  \"b\",\n  \"d\",\n\
                        >>>>>>> topic\n]\n\nfiles = [\n  \"by hand\",\n]\n";

    fn mended(file: &str, stages: Option<&Stages<'_>>) -> (String, usize, bool) {
        match mend(PATH, Some(file.as_bytes()), stages, None) {
            Mended::Merged { merged, has_base } => {
                (String::from_utf8(merged.bytes).unwrap(), merged.conflicts, has_base)
            }
            other => panic!("{other:?}"),
        }
    }

    fn want(tags: &[&str]) -> String {
        let tags: Vec<String> = tags.iter().map(|tag| format!("  \"{tag}\",\n")).collect();
        let tags = tags.concat();
        format!("title = \"t\"\n\ntags = [\n{tags}]\n\nfiles = [\n  \"by hand\",\n]\n")
    }

    #[test]
    fn the_index_says_what_both_sides_had_before() {
        let stages = Stages { base: Some(BASE.as_bytes()), ours: Some(b""), theirs: Some(b"") };
        assert_eq!(mended(LEFT, Some(&stages)), (want(&["a", "c", "d"]), 0, true));
    }

    #[test]
    fn without_the_index_the_markers_say_it_or_nothing_is_taken_for_removed() {
        assert_eq!(mended(LEFT, None), (want(&["a", "b", "c", "d"]), 0, false));
        let diff3 = LEFT.replace("=======", "||||||| 12ab\n  \"b\",\n=======");
        assert_eq!(mended(&diff3, None), (want(&["a", "c", "d"]), 0, true));
    }

    #[test]
    fn what_still_conflicts_keeps_its_markers() {
        let left = "title = \"t\"\n<<<<<<< HEAD\npriority = \"low\"\ndue = 2026-01-01\n=======\npriority = \"high\"\n\
                    >>>>>>> topic\n";
        let want = "title = \"t\"\n<<<<<<< HEAD\npriority = \"low\"\n=======\npriority = \"high\"\n>>>>>>> topic\n\
                    due = 2026-01-01\n";
        assert_eq!(mended(left, None), (want.to_owned(), 1, false));
        assert_eq!(mended(want, None), (want.to_owned(), 1, false));
        let Mended::Merged { merged, .. } = mend(PATH, Some(left.as_bytes()), None, Some(Favor::Theirs))
        else {
            panic!("it is merged")
        };
        assert_eq!(merged.bytes, b"title = \"t\"\npriority = \"high\"\ndue = 2026-01-01\n");
    }

    #[test]
    fn what_is_mended_or_removed_is_left_alone() {
        let theirs = BASE.replace("\"b\"", "\"x\"");
        let stages = Stages {
            base: Some(BASE.as_bytes()),
            ours: Some(BASE.as_bytes()),
            theirs: Some(theirs.as_bytes()),
        };
        assert_eq!(mend(PATH, Some(b"title = \"mine\"\n"), Some(&stages), None), Mended::Whole);
        assert_eq!(mend(PATH, Some(BASE.as_bytes()), None, None), Mended::Whole);
        assert_eq!(mended(BASE, Some(&stages)).0, theirs);
        let stages = Stages { theirs: None, ..stages };
        assert_eq!(mend(PATH, None, Some(&stages), None), Mended::Removed { by_ours: false });
        let stages = Stages { base: None, ..stages };
        assert_eq!(mend(PATH, None, Some(&stages), None), Mended::New { by_ours: true });
        let stages = Stages { ours: None, theirs: Some(BASE.as_bytes()), ..stages };
        assert_eq!(mend(PATH, None, Some(&stages), None), Mended::New { by_ours: false });
    }
}
