//! What became of files that a merge left with conflicts.

use super::written::Written;
use crate::merge::{Mended, conflict_lines};
use schemars::JsonSchema;
use serde::Serialize;

/// The answer of `tasks resolve`.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct ResolveView {
    /// The version of the JSON contract.
    pub schema: u32,
    /// Files without conflicts now.
    pub resolved: Vec<ResolvedFile>,
    /// What is left to be decided.
    pub conflicts: Vec<ConflictView>,
    /// What was written.
    #[serde(flatten)]
    pub written: Written,
}

/// A file without conflicts.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct ResolvedFile {
    /// From the root of the repository.
    pub path: String,
    /// Whether it was known what both sides had before; if not, what one side removed may be back.
    pub has_base: bool,
    /// Whether it waits for `git add`.
    pub unmerged: bool,
}

/// A conflict that only a person can decide.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct ConflictView {
    /// From the root of the repository.
    pub path: String,
    /// The line of its first marker, from 1; null for a file that one side removed.
    pub line: Option<usize>,
    /// The side that removed the file, `ours` or `theirs`; null for any other conflict.
    pub removed_by: Option<&'static str>,
    /// The side that alone has the file, where a merge asks where it belongs; null for any other conflict.
    pub new_on: Option<&'static str>,
}

impl Default for ResolveView {
    fn default() -> Self {
        Self { schema: 1, resolved: Vec::new(), conflicts: Vec::new(), written: Written::default() }
    }
}

impl ResolveView {
    /// Notes what became of a file.
    pub fn add(&mut self, path: &str, mended: &Mended, unmerged: bool) {
        let path = path.to_owned();
        match mended {
            Mended::Whole if !unmerged => {}
            // By hand: only Git does not know yet.
            Mended::Whole => self.resolved.push(ResolvedFile { path, has_base: true, unmerged }),
            Mended::Removed { by_ours } => {
                let removed_by = Some(side(*by_ours));
                self.conflicts.push(ConflictView { path, line: None, removed_by, new_on: None });
            }
            Mended::New { by_ours } => {
                let new_on = Some(side(*by_ours));
                self.conflicts.push(ConflictView { path, line: None, removed_by: None, new_on });
            }
            Mended::Merged { merged, has_base } if merged.conflicts == 0 => {
                self.resolved.push(ResolvedFile { path, has_base: *has_base, unmerged });
            }
            Mended::Merged { merged, .. } => {
                let lines = conflict_lines(&String::from_utf8_lossy(&merged.bytes));
                let conflict = |line| {
                    let (path, line) = (path.clone(), Some(line));
                    ConflictView { path, line, removed_by: None, new_on: None }
                };
                self.conflicts.extend(lines.into_iter().map(conflict));
            }
        }
    }

    /// Whether nothing is left to be decided.
    pub fn is_clean(&self) -> bool {
        self.conflicts.is_empty()
    }
}

fn side(is_ours: bool) -> &'static str {
    if is_ours { "ours" } else { "theirs" }
}
