//! Workflow commands, which GitHub's runners turn into annotations.

use crate::finding::Severity;
use crate::view::{CheckView, FindingView, Screen, harmless};
use std::collections::BTreeMap;

/// The most annotations of a level that a step may have; the runner drops what comes after.
const LIMIT: usize = 10;

/// An annotation for each finding. Where a level has more than a step may have, the last one tells how many more there
/// are, and of which rules; they follow as plain lines of the log.
pub fn github(view: &CheckView, screen: &mut Screen) {
    let mut rest: Vec<&FindingView> = Vec::new();
    for severity in [Severity::Error, Severity::Warning, Severity::Info] {
        let all: Vec<&FindingView> = view.findings.iter().filter(|f| f.severity == severity).collect();
        let shown = if all.len() > LIMIT { LIMIT - 1 } else { all.len() };
        for finding in &all[..shown] {
            screen.command(&annotation(finding));
        }
        if shown < all.len() {
            screen.command(&roll_up(severity, &all[shown..]));
            rest.extend(&all[shown..]);
        }
    }
    for finding in rest {
        let place = finding.path.as_ref().map(|path| match finding.line {
            Some(line) => format!("{path}:{line}: "),
            None => format!("{path}: "),
        });
        let text = format!(
            "- {} {}{} [{}]",
            finding.severity.as_str(),
            place.unwrap_or_default(),
            finding.message,
            finding.code
        );
        screen.plain(&tame(&text)).line();
    }
    let [errors, warnings, infos] =
        [Severity::Error, Severity::Warning, Severity::Info].map(|severity| view.count(severity));
    screen.plain(&format!("errors: {errors}, warnings: {warnings}, remarks: {infos}")).line();
}

fn annotation(finding: &FindingView) -> String {
    let mut properties = Vec::new();
    if let Some(path) = &finding.path {
        properties.push(format!("file={}", property(path)));
        properties.extend(finding.line.map(|line| format!("line={line}")));
        properties.extend(finding.column.map(|column| format!("col={column}")));
    }
    properties.push(format!("title={}", property(finding.code)));
    let mut text = data(&finding.message);
    if let Some(help) = &finding.help {
        text.push_str("%0A");
        text.push_str(&data(help));
    }
    format!("::{} {}::{text}", command(finding.severity), properties.join(","))
}

fn roll_up(severity: Severity, rest: &[&FindingView]) -> String {
    let mut codes: BTreeMap<&str, usize> = BTreeMap::new();
    for finding in rest {
        *codes.entry(finding.code).or_default() += 1;
    }
    let codes: Vec<String> = codes.iter().map(|(code, count)| format!("{code} ({count})")).collect();
    let text = format!("{} more, named in the log: {}", rest.len(), codes.join(", "));
    format!("::{} title=tasks check::{}", command(severity), data(&text))
}

fn command(severity: Severity) -> &'static str {
    match severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Info => "notice",
    }
}

/// Text behind the second pair of colons. Line ends would begin a line of the log, and so a command.
fn data(text: &str) -> String {
    tame(&harmless(text)).replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A")
}

/// A value between commas.
fn property(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}

/// The older form of commands is found anywhere in a line.
fn tame(text: &str) -> String {
    text.replace("##[", "# #[").replace("##vso", "# #vso")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::view::{Head, HistoryView};

    fn finding(severity: Severity, message: &str) -> FindingView {
        FindingView {
            code: "cycle",
            severity,
            path: Some(".tasks/a,b:c.toml".to_owned()),
            line: Some(3),
            column: Some(1),
            ids: Vec::new(),
            message: message.to_owned(),
            help: Some("do 100 %".to_owned()),
            commit: None,
            fingerprint: String::new(),
            source: None,
        }
    }

    fn shown(findings: Vec<FindingView>) -> String {
        let history = HistoryView { tip: None, complete: true };
        let view = CheckView { head: Head { schema: 1, revision: None, history }, findings };
        let mut screen = Screen::new(80).logged();
        github(&view, &mut screen);
        screen.into_text()
    }

    #[test]
    fn nothing_in_a_message_can_become_a_command() {
        let hostile = "a\n::error::b\r\n##[add-path]/x ::set-env name=X::y\u{1b}[31m 5%0A";
        let text = shown(vec![finding(Severity::Error, hostile)]);
        assert_eq!(
            text,
            "::error file=.tasks/a%2Cb%3Ac.toml,line=3,col=1,title=cycle::a ::error::b # #[add-path]/x \
             ::set-env name=X::y\\u{1b}[31m 5%250A%0Ado 100 %25\nerrors: 1, warnings: 0, remarks: 0\n"
        );
    }

    #[test]
    fn more_than_a_step_may_have_is_rolled_up() {
        let many = (0..12).map(|n| finding(Severity::Warning, &format!("##[error]{n}"))).collect();
        let text = shown(many);
        let lines: Vec<&str> = text.lines().collect();
        assert_eq!(lines.iter().filter(|line| line.starts_with("::warning ")).count(), 10);
        assert_eq!(lines[9], "::warning title=tasks check::3 more, named in the log: cycle (3)");
        assert_eq!(lines[10], "- warning .tasks/a,b:c.toml:3: # #[error]9 [cycle]");
        assert_eq!(lines.len(), 14);
    }
}
