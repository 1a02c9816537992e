//! `TaskPaper`: projects that end in a colon, tasks behind a dash, all of it nested by tabs.

use std::fmt::Write;

/// The same as Markdown, line by line: projects as headings, tasks as boxes, notes as items below them.
pub fn markdown(text: &str) -> String {
    let mut out = String::with_capacity(text.len() * 2);
    let mut base = 0;
    for line in text.lines() {
        let content = line.trim();
        let indent = depth(line);
        if let Some(task) = content.strip_prefix("- ") {
            let is_done = task.split(' ').any(|word| word == "@done");
            let words =
                task.split(' ').filter(|word| *word != "@done").map(|word| match word.strip_prefix('@') {
                    // A bare tag is a tag here, not a person.
                    Some(tag) if !tag.contains('(') => format!("#{tag}"),
                    _ => word.to_owned(),
                });
            let (sign, words) = (if is_done { 'x' } else { ' ' }, words.collect::<Vec<_>>().join(" "));
            let _ = write!(out, "{}- [{sign}] {words}", "  ".repeat(indent.saturating_sub(base)));
        } else if let Some(project) = content.strip_suffix(':').filter(|name| !name.is_empty()) {
            base = indent + 1;
            let _ = write!(out, "{} {project}", "#".repeat((indent + 2).min(6)));
        } else if !content.is_empty() {
            let _ = write!(out, "{}- {content}", "  ".repeat(indent.saturating_sub(base)));
        }
        out.push('\n');
    }
    out
}

/// How deep a line stands: by tabs, or by four blanks each.
fn depth(line: &str) -> usize {
    let lead = &line[..line.len() - line.trim_start().len()];
    lead.matches('\t').count() + lead.matches(' ').count() / 4
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn projects_are_headings_and_tasks_boxes() {
        let text = "Launch:\n\t- Write @due(2026-12-01)\n\t\tshort\n\t- Test @done @today\n\tPress:\n\t\t- Call\nidea\n";
        let markdown = markdown(text);
        let lines: Vec<&str> = markdown.lines().collect();
        let expected = [
            "## Launch",
            "- [ ] Write @due(2026-12-01)",
            "  - short",
            "- [x] Test #today",
            "### Press",
            "- [ ] Call",
            "- idea",
        ];
        assert_eq!(lines, expected);
    }
}
