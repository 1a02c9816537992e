//! What is wrong with a plan.

use super::parts::{count, task_line, widest};
use crate::finding::{Rule, Severity};
use crate::view::{CheckView, FindingView, GateView, Paint, RulesView, Screen, width_of};

/// Each finding with its place, its line of the file and what to do, then how many there are.
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
        screen.paragraph(Paint::Dim, "history is too shallow here: only the files were checked", 0);
    }
}

fn one(finding: &FindingView, screen: &mut Screen) {
    let paint = match finding.severity {
        Severity::Error => Paint::Bad,
        Severity::Warning => Paint::Waiting,
        Severity::Info => Paint::Dim,
    };
    screen.put(paint, finding.severity.as_str()).plain(":");
    screen.paragraph(Paint::Plain, &format!("{} [{}]", one_line(&finding.message), finding.code), 2);
    if let Some(path) = &finding.path {
        screen.put(Paint::Dim, "  --> ").put(Paint::Commit, path);
        if let (Some(line), Some(column)) = (finding.line, finding.column) {
            screen.put(Paint::Commit, &format!(":{line}:{column}"));
        }
        screen.line();
        excerpt(finding, paint, screen);
    }
    if let Some(help) = &finding.help {
        screen.put(Paint::Dim, "  help:");
        screen.paragraph(Paint::Plain, &one_line(help), 4);
    }
}

/// Paragraphs keep the lines of their text; a message has one.
fn one_line(text: &str) -> String {
    text.replace(['\n', '\r'], " ")
}

/// The line of the file with a mark under what it is about. A long line is shown from somewhat before that.
fn excerpt(finding: &FindingView, paint: Paint, screen: &mut Screen) {
    let (Some(source), Some(line), Some(column)) = (&finding.source, finding.line, finding.column) else {
        return;
    };
    let number = line.to_string();
    let gutter = number.len() + 5;
    let room = screen.at_most(screen.width()).saturating_sub(gutter).max(8);
    let at = (column as usize - 1).min(source.chars().count());
    let word: String = source.chars().skip(at).take(word_length(source, at)).collect();
    let mut skipped = 0;
    let before = |from: usize| source.chars().skip(from).take(at - from).collect::<String>();
    while skipped < at && width_of(&before(skipped)) + width_of(&word).min(room / 2) + 1 > room {
        skipped += 1;
    }
    let shown: String = source.chars().skip(skipped).collect();
    screen.put(Paint::Dim, &format!("  {number} | ")).cut(Paint::Plain, shown.trim_end(), room).line();
    let lead = width_of(&before(skipped));
    let marks = width_of(&word).clamp(1, room.saturating_sub(lead).max(1));
    screen.put(Paint::Dim, &format!("  {} | ", " ".repeat(number.len())));
    screen.pad_to(gutter + lead).put(paint, &"^".repeat(marks)).line();
}

/// How many characters belong to the string or the word that begins at a character.
fn word_length(source: &str, at: usize) -> usize {
    let rest: Vec<char> = source.chars().skip(at).collect();
    match rest.first() {
        Some(quote @ ('"' | '\'')) => {
            rest.iter().skip(1).position(|c| c == quote).map_or(1, |closing| closing + 2)
        }
        Some(_) => {
            rest.iter().take_while(|c| !c.is_whitespace() && !matches!(c, '=' | ',' | ']')).count().max(1)
        }
        None => 1,
    }
}

/// What a milestone still lacks.
pub fn gate(view: &GateView, screen: &mut Screen) {
    screen.put(Paint::Heading, &view.title);
    screen.plain("  ").put(Paint::Dim, &view.milestone);
    if let Some(due) = &view.due {
        screen.plain("  ").put(Paint::Dim, &format!("due {due}"));
    }
    screen.line();
    let width = widest(view.open.iter().map(|task| task.id.as_str()), 20);
    for task in &view.open {
        let aside = if task.blocked_by.is_empty() {
            super::parts::status_word(task.status).to_owned()
        } else {
            format!("waits for {}", task.blocked_by.join(", "))
        };
        task_line(screen, task, width, &aside, Paint::Dim);
    }
    for criterion in &view.criteria {
        screen.plain("  ").put(Paint::Bad, "[ ]");
        screen.paragraph(Paint::Plain, &one_line(&criterion.text), 6);
    }
    not_known(&view.unknown, &view.unreadable, screen);
    let settled = view.total - view.open.len();
    let held = view.criteria_total - view.criteria.len();
    let sum = format!(
        "{settled} of {} settled, {held} of {} met",
        count(view.total, "task"),
        if view.criteria_total == 1 {
            "1 criterion".to_owned()
        } else {
            format!("{} criteria", view.criteria_total)
        },
    );
    let (paint, word) = if view.met { (Paint::Good, "reached") } else { (Paint::Bad, "not reached") };
    screen.put(paint, word).plain(":").paragraph(Paint::Plain, &sum, 0);
}

/// What of a milestone nobody can tell: names that the plan does not have, and files that cannot be read.
pub(super) fn not_known(unknown: &[String], unreadable: &[String], screen: &mut Screen) {
    for name in unknown {
        screen.plain("  ").put(Paint::Bad, "?").plain(&format!(" {name} is not in the plan")).line();
    }
    for path in unreadable {
        screen.plain("  ").put(Paint::Bad, "?").plain(&format!(" {path} cannot be read")).line();
    }
}

/// The rules, one a line.
pub fn rules(view: &RulesView, screen: &mut Screen) {
    let width = widest(view.rules.iter().map(|rule| rule.code), 30);
    for rule in &view.rules {
        let paint = match rule.severity {
            "error" => Paint::Bad,
            "warning" => Paint::Waiting,
            _ => Paint::Dim,
        };
        screen.cell(Paint::Id, rule.code, width).plain("  ").cell(paint, rule.severity, 7);
        let beside = width + 11;
        if beside * 2 > screen.width() {
            screen.line().paragraph(Paint::Plain, rule.finds, 2);
        } else {
            screen.plain(" ").paragraph(Paint::Plain, rule.finds, beside);
        }
    }
}

/// What there is to know of a rule.
pub fn rule(rule: &Rule, screen: &mut Screen) {
    screen.put(Paint::Heading, rule.code).plain("  ").put(Paint::Dim, rule.level()).line().line();
    screen.paragraph(Paint::Plain, &format!("{}. {}", rule.finds, rule.why), 0).line();
    screen.put(Paint::Dim, "to mend it:");
    screen.paragraph(Paint::Plain, rule.mend, 2);
    if rule.fixes {
        screen.paragraph(Paint::Plain, "tasks check --fix does.", 2);
    }
    if rule.reword {
        let text =
            "In a commit that --range or --onto judges it is an error, unless the configuration names it.";
        screen.line().paragraph(Paint::Plain, text, 0);
    }
    if rule.firm {
        screen.line().paragraph(Paint::Dim, "The configuration has no say in it.", 0);
        return;
    }
    let (verb, level) = if rule.severity.is_some() { ("off", "off") } else { ("on", "warning") };
    screen.line().paragraph(Paint::Dim, &format!("switched {verb} in .tasks/config.toml by:"), 0).line();
    screen.plain("  [check]").line().plain(&format!("  {} = \"{level}\"", rule.code)).line();
}
