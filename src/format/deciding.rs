//! What a slip in the configuration leaves open.

use super::config::BOUND;
use crate::finding::{Finding, Severity, Spot};
use crate::snapshot::CONFIG_PATH;

/// The keys of which nothing follows but what `check` says.
const FOR_CHECK: [&str; 3] = ["check", "declared", BOUND];

/// What is asked of a configuration.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Deciding {
    /// How tasks stand, and what they come to.
    Answers,
    /// Which ids are given to new tasks.
    Ids,
}

impl Deciding {
    /// Whether a finding about the configuration leaves this open: it is an error, and what it is about has a say in it. Of a
    /// file that cannot be read, or of a folder in its place, everything is open; a missing version decides nothing.
    pub fn is_left_open_by(self, finding: &Finding) -> bool {
        let has_say = match &finding.spot {
            Some(Spot::Key(key)) => match self {
                Self::Answers => *key != "ids" && !FOR_CHECK.contains(key),
                Self::Ids => matches!(*key, "ids" | "references"),
            },
            _ => true,
        };
        (finding.severity == Severity::Error || finding.code == "folder-name")
            && finding.path.as_deref() == Some(CONFIG_PATH)
            && finding.code != "missing-version"
            && has_say
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::format::parse_config;

    #[test]
    fn findings_leave_open_what_they_are_about() {
        for (text, answers, ids) in [
            ("[check]\nlong-titles = \"off\"", false, false),
            ("[check]\noverdue = \"of\"", false, false),
            ("check = 1", false, false),
            ("check.format-too-new = \"off\"", false, false),
            ("[declared]\n\"plan.md\" = \"a lot\"", false, false),
            ("[estimates]\nmin = \"a bit\"", false, false),
            ("[estimates]\nmin = \"2d\"\nmax = \"1d\"", false, false),
            ("[estimates]\nday = \"a bit\"", true, false),
            ("[ids]\nprefix = \"a b\"", false, true),
            ("[references]\nkeyword = [\"x\"]", true, true),
            ("[history]\nsince = \"main\"", true, false),
            ("[branches]\nstale = \"2d\"", true, false),
            ("[branch]\ntrunk = [\"main\"]", true, true),
            ("[reference]", true, true),
            ("[id]", true, true),
            ("[team]", false, false),
            ("[", true, true),
        ] {
            let found = parse_config(CONFIG_PATH, format!("version = 1\n{text}\n").as_bytes()).problems;
            assert_eq!(found.len(), 1, "{text}: {found:?}");
            assert_eq!(found[0].severity == Severity::Error, text != "[team]", "{text}");
            let open = [Deciding::Answers, Deciding::Ids].map(|what| what.is_left_open_by(&found[0]));
            assert_eq!(open, [answers, ids], "{text}: {found:?}");
        }
    }
}
