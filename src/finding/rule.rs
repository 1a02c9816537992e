//! What a rule is.

use super::Severity;

/// A rule of `tasks check`: all that is said of it anywhere comes from here.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rule {
    /// Its stable name in kebab case, as in `[check]` of the configuration.
    pub code: &'static str,
    /// How much it matters unless the configuration says otherwise; `None` for a rule that is off.
    pub severity: Option<Severity>,
    /// What it looks at.
    pub about: About,
    /// What it finds, as a sentence without a full stop.
    pub finds: &'static str,
    /// Why that matters.
    pub why: &'static str,
    /// How to mend it.
    pub mend: &'static str,
    /// Whether `check --fix` mends it.
    pub fixes: bool,
    /// Whether it lies in a commit's message, which can still be reworded while the commit is under review: there the
    /// finding is an error.
    pub reword: bool,
    /// Whether its severity stands, whatever the configuration says.
    pub firm: bool,
}

/// What a rule looks at.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum About {
    /// One file by itself.
    Files,
    /// What files say of each other.
    Plan,
    /// What commits say.
    History,
    /// What a change does, with `--range`, `--onto` and `--staged`.
    Change,
}

impl About {
    /// All of them, in the order in which they are shown.
    pub const ALL: [Self; 4] = [Self::Files, Self::Plan, Self::History, Self::Change];

    /// A heading.
    pub fn title(self) -> &'static str {
        match self {
            Self::Files => "Files",
            Self::Plan => "The plan",
            Self::History => "History",
            Self::Change => "Changes",
        }
    }
}

impl Rule {
    pub(super) const fn new(
        code: &'static str,
        severity: Option<Severity>,
        about: About,
        [finds, why, mend]: [&'static str; 3],
    ) -> Self {
        Self { code, severity, about, finds, why, mend, fixes: false, reword: false, firm: false }
    }

    pub(super) const fn fixed(mut self) -> Self {
        self.fixes = true;
        self
    }

    pub(super) const fn reworded(mut self) -> Self {
        self.reword = true;
        self
    }

    pub(super) const fn firm(mut self) -> Self {
        self.firm = true;
        self
    }

    /// The word of its severity, `off` for one that has none.
    pub fn level(&self) -> &'static str {
        self.severity.map_or("off", Severity::as_str)
    }
}
