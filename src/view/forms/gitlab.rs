//! A code quality report, as GitLab's merge requests show it.

use super::NO_FILE;
use crate::finding::Severity;
use crate::view::CheckView;
use serde::Serialize;

/// One entry of the report.
#[derive(Debug, Serialize)]
pub struct Issue<'a> {
    description: String,
    check_name: &'a str,
    fingerprint: &'a str,
    severity: &'a str,
    location: Location<'a>,
}

#[derive(Debug, Serialize)]
struct Location<'a> {
    path: &'a str,
    lines: Lines,
}

#[derive(Debug, Serialize)]
struct Lines {
    begin: u32,
}

/// The report. Fingerprints do not name lines, so that a finding that moves is no new one.
pub fn gitlab(view: &CheckView) -> Vec<Issue<'_>> {
    let issue = |finding| {
        let finding: &super::super::FindingView = finding;
        let help = finding.help.as_ref().map(|help| format!("; {help}")).unwrap_or_default();
        Issue {
            description: format!("{}{help}", finding.message),
            check_name: finding.code,
            fingerprint: &finding.fingerprint,
            severity: match finding.severity {
                Severity::Error => "major",
                Severity::Warning => "minor",
                Severity::Info => "info",
            },
            location: Location {
                path: finding.path.as_deref().unwrap_or(NO_FILE),
                lines: Lines { begin: finding.line.unwrap_or(1) },
            },
        }
    };
    view.findings.iter().map(issue).collect()
}
