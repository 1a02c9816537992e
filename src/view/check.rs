//! What is wrong with a plan.

use super::list::Head;
use crate::finding::{Finding, RULES, Rule, Severity};
use crate::plan::Plan;
use schemars::JsonSchema;
use serde::Serialize;
use std::collections::HashMap;

/// The answer of `tasks check`.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct CheckView {
    /// Of what it speaks.
    #[serde(flatten)]
    pub head: Head,
    /// By path and place; what commits say comes last.
    pub findings: Vec<FindingView>,
}

/// Something that is wrong.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct FindingView {
    /// The rule's stable name, such as `unknown-dependency`.
    pub code: &'static str,
    /// How much it matters.
    pub severity: Severity,
    /// The file, from the root of the repository; null for what lies in none.
    pub path: Option<String>,
    /// The line, from 1.
    pub line: Option<u32>,
    /// The column, from 1, in characters.
    pub column: Option<u32>,
    /// The tasks it is about.
    pub ids: Vec<String>,
    /// What is wrong.
    pub message: String,
    /// What to do about it.
    pub help: Option<String>,
    /// The commit whose message it is about.
    pub commit: Option<String>,
    /// Stays the same while the finding does, whatever lines and folders become of it.
    pub fingerprint: String,
    /// The line of the file, for people.
    #[serde(skip)]
    pub source: Option<String>,
}

impl CheckView {
    /// The view of findings on a plan; `text_of` gives the files that they lie in, for their lines.
    pub fn of<'t>(plan: &Plan, findings: Vec<Finding>, text_of: impl Fn(&str) -> Option<&'t str>) -> Self {
        let mut seen: HashMap<String, usize> = HashMap::new();
        let view = |finding: Finding| {
            let (code, about, key) = finding.identity();
            let identity = format!("{code}\0{about}\0{key}");
            let nth = seen.entry(identity.clone()).and_modify(|n| *n += 1).or_default();
            let text = finding.path.as_deref().and_then(&text_of);
            let line = finding.place.map(|place| place.line);
            FindingView {
                code: finding.code,
                severity: finding.severity,
                source: text.zip(line).and_then(|(text, line)| line_of(text, line)),
                path: finding.path,
                line,
                column: finding.place.map(|place| place.column),
                ids: finding.ids.iter().map(ToString::to_string).collect(),
                message: finding.message,
                help: finding.help,
                commit: finding.commit,
                fingerprint: fingerprint(&identity, *nth),
            }
        };
        Self { head: Head::of(plan), findings: findings.into_iter().map(view).collect() }
    }

    /// How many findings are of that severity.
    pub fn count(&self, severity: Severity) -> usize {
        self.findings.iter().filter(|f| f.severity == severity).count()
    }
}

fn line_of(text: &str, line: u32) -> Option<String> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    Some(text.lines().nth(usize::try_from(line).ok()?.checked_sub(1)?)?.to_owned())
}

/// 128 bits of FNV-1a in hexadecimal; of equal findings each has its own.
fn fingerprint(identity: &str, nth: usize) -> String {
    let add = |hash: u128, byte: u8| {
        (hash ^ u128::from(byte)).wrapping_mul(0x0000_0000_0100_0000_0000_0000_0000_013b)
    };
    let hash = identity.bytes().fold(0x6c62_272e_07bb_0142_62b8_2175_6295_c58d, add);
    format!("{:032x}", nth.to_le_bytes().into_iter().fold(hash, add))
}

/// The answer of `tasks check --explain`.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct RulesView {
    /// The version of the JSON contract.
    pub schema: u32,
    /// The rules, files first.
    pub rules: Vec<RuleView>,
}

/// A rule.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct RuleView {
    /// Its stable name.
    pub code: &'static str,
    /// Its severity unless the configuration says otherwise: error, warning, info or off.
    pub severity: &'static str,
    /// What it finds.
    pub finds: &'static str,
    /// Why that matters.
    pub why: &'static str,
    /// How to mend it.
    pub mend: &'static str,
    /// Whether `check --fix` mends it.
    pub fixes: bool,
}

impl RulesView {
    /// One rule, or all.
    pub fn of(one: Option<&Rule>) -> Self {
        let view = |rule: &Rule| RuleView {
            code: rule.code,
            severity: rule.level(),
            finds: rule.finds,
            why: rule.why,
            mend: rule.mend,
            fixes: rule.fixes,
        };
        let rules = one.map_or_else(|| RULES.iter().map(view).collect(), |rule| vec![view(rule)]);
        Self { schema: 1, rules }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fingerprints_never_change() {
        assert_eq!(fingerprint("", 0).len(), 32);
        assert_eq!(fingerprint("cycle\x001 2\x001 2", 0), fingerprint("cycle\x001 2\x001 2", 0));
        assert_ne!(fingerprint("a", 0), fingerprint("a", 1));
    }
}
