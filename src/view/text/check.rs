//! What is wrong with a plan.

use super::parts::count;
use crate::finding::Severity;
use crate::view::{CheckView, FindingView, Paint, Screen};

/// Each finding with its place and what to do, then how many there are.
pub fn check(view: &CheckView, screen: &mut Screen) {
    for finding in &view.findings {
        one(finding, screen);
        screen.line();
    }
    let (errors, warnings) = (view.count(Severity::Error), view.count(Severity::Warning));
    let infos = view.count(Severity::Info);
    let mut counts = Vec::new();
    if errors > 0 {
        counts.push(count(errors, "error"));
    }
    if warnings > 0 {
        counts.push(count(warnings, "warning"));
    }
    if infos > 0 {
        counts.push(count(infos, "remark"));
    }
    let paint = if errors > 0 { Paint::Bad } else { Paint::Good };
    let sum = if counts.is_empty() { "no findings".to_owned() } else { counts.join(", ") };
    screen.put(paint, &sum).line();
    if !view.head.history.complete {
        screen.put(Paint::Dim, "history is too shallow here: only the files were checked").line();
    }
}

fn one(finding: &FindingView, screen: &mut Screen) {
    let paint = match finding.severity {
        Severity::Error => Paint::Bad,
        Severity::Warning => Paint::Waiting,
        Severity::Info => Paint::Dim,
    };
    screen.put(paint, finding.severity.as_str()).plain(": ").plain(&finding.message);
    screen.put(Paint::Dim, &format!(" [{}]", finding.code)).line();
    if let Some(path) = &finding.path {
        screen.put(Paint::Dim, "  --> ").put(Paint::Commit, path);
        if let (Some(line), Some(column)) = (finding.line, finding.column) {
            screen.put(Paint::Commit, &format!(":{line}:{column}"));
        }
        screen.line();
    }
    if let Some(help) = &finding.help {
        screen.put(Paint::Dim, "  help: ").plain(help).line();
    }
}
