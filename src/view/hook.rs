//! Which hooks are installed.

use schemars::JsonSchema;
use serde::Serialize;

/// The answer of `tasks hook status`.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct HooksView {
    /// The version of the JSON contract.
    pub schema: u32,
    /// Whether nothing was written, and this is how they would stand.
    pub dry_run: bool,
    /// One for each hook that was asked for.
    pub hooks: Vec<HookRow>,
}

/// How one hook stands.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct HookRow {
    /// As Git calls it.
    pub name: &'static str,
    /// Whether and how Git calls us.
    pub state: HookState,
    /// The file, or the section of Git's configuration.
    pub place: Option<String>,
    /// What to do about it.
    pub advice: Option<String>,
    /// What to add to which file, to be copied.
    pub add: Option<String>,
}

/// Whether and how Git calls us.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum HookState {
    /// Not at all.
    Absent,
    /// By Git's configuration.
    Configured,
    /// By lines of ours in the hook's file.
    Installed,
    /// By a file that is somebody else's.
    Called,
    /// In a way that an install would change.
    Stale,
    /// Not any more.
    Removed,
}

impl HookState {
    /// The word for it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Absent => "absent",
            Self::Configured => "configured",
            Self::Installed => "installed",
            Self::Called => "called",
            Self::Stale => "stale",
            Self::Removed => "removed",
        }
    }
}

impl HooksView {
    /// Of those hooks.
    pub fn new(hooks: Vec<HookRow>) -> Self {
        Self { schema: 1, dry_run: false, hooks }
    }
}
