//! What became of a task's id.

use super::written::Written;
use schemars::JsonSchema;
use serde::Serialize;

/// The answer of `tasks renumber`.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct RenumberView {
    /// The version of the JSON contract.
    pub schema: u32,
    /// The id it had.
    pub before: String,
    /// The id it has now.
    pub after: String,
    /// The path of its file now.
    pub path: String,
    /// Other plan files that name it by its new id now.
    pub changed: Vec<String>,
    /// Lists that name an id which two tasks had, and nothing tells which they mean; they were left as they are.
    pub undecided: Vec<MentionView>,
    /// Plan files whose texts seem to name it by its old id; texts are never changed.
    pub texts: Vec<String>,
    /// What was written.
    #[serde(flatten)]
    pub written: Written,
}

/// A list that names a task.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct MentionView {
    /// The file.
    pub path: String,
    /// The key of the list.
    pub key: &'static str,
}
