//! SARIF 2.1.0, which code scanning reads.

use super::NO_FILE;
use crate::finding::{RULES, Rule, Severity};
use crate::view::{CheckView, FindingView};
use serde_json::{Value, json};
use std::fmt::Write as _;

/// The log of one run of this version of the program.
pub fn sarif(view: &CheckView, version: &str) -> Value {
    let rules: Vec<Value> = RULES.iter().map(rule).collect();
    let results: Vec<Value> = view.findings.iter().map(result).collect();
    json!({
        "$schema": "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json",
        "version": "2.1.0",
        "runs": [{
            "tool": { "driver": { "name": "tasks", "version": version, "rules": rules } },
            "columnKind": "unicodeCodePoints",
            "results": results,
        }]
    })
}

fn rule(rule: &Rule) -> Value {
    json!({
        "id": rule.code,
        "shortDescription": { "text": rule.finds },
        "fullDescription": { "text": format!("{}. {}", rule.finds, rule.why) },
        "help": { "text": rule.mend },
        "defaultConfiguration": { "enabled": rule.severity.is_some(), "level": rule.severity.map_or("warning", level) },
    })
}

fn result(finding: &FindingView) -> Value {
    let help = finding.help.as_ref().map(|help| format!("; {help}")).unwrap_or_default();
    let mut region = json!({ "startLine": finding.line.unwrap_or(1) });
    if let Some(column) = finding.column {
        region["startColumn"] = json!(column);
    }
    json!({
        "ruleId": finding.code,
        "ruleIndex": RULES.iter().position(|rule| rule.code == finding.code),
        "level": level(finding.severity),
        "message": { "text": format!("{}{help}", finding.message) },
        "locations": [{ "physicalLocation": {
            "artifactLocation": {
                "uri": uri(finding.path.as_deref().unwrap_or(NO_FILE)),
                "uriBaseId": "%SRCROOT%",
            },
            "region": region,
        } }],
        "partialFingerprints": { "tasks/v1": finding.fingerprint },
    })
}

fn level(severity: Severity) -> &'static str {
    match severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Info => "note",
    }
}

/// A path as a relative reference.
fn uri(path: &str) -> String {
    let mut uri = String::with_capacity(path.len());
    for byte in path.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~/".contains(&byte) {
            uri.push(char::from(byte));
        } else {
            let _ = write!(uri, "%{byte:02X}");
        }
    }
    uri
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_become_references() {
        assert_eq!(uri(".tasks/01-a/b c\u{fc}.toml"), ".tasks/01-a/b%20c%C3%BC.toml");
    }
}
