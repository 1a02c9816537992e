//! The parts under one heading of an exported document: fields, text, steps.

use super::raw::RawStep;
use crate::view::markdown::{self, read_inline, read_label, read_quote};

/// What stands under a heading.
#[derive(Debug, Default)]
pub(super) struct Body<'a> {
    /// Comments directly below the heading, without their signs.
    pub comments: Vec<&'a str>,
    /// Labels with what follows them.
    pub facts: Vec<Fact<'a>>,
    /// The text, as it was before it was exported.
    pub description: Option<String>,
    /// The checklist.
    pub steps: Vec<RawStep>,
}

/// A labelled value.
#[derive(Debug)]
pub(super) struct Fact<'a> {
    /// Its line, counted from the heading.
    pub offset: usize,
    /// The label, or the name of a field.
    pub label: String,
    /// Whether it is the name of a field in any case.
    pub quoted: bool,
    value: &'a str,
    quote: Vec<&'a str>,
}

impl Fact<'_> {
    /// The value as a text.
    pub fn text(&self) -> String {
        if self.quote.is_empty() {
            read_inline(self.value.trim())
        } else {
            read_quote(self.quote.iter().copied())
        }
    }

    /// The value as a list of names.
    pub fn list(&self) -> Vec<String> {
        if self.value.trim().is_empty() { Vec::new() } else { markdown::read_list(self.value.trim_end()) }
    }
}

impl<'a> Body<'a> {
    /// Reads the lines below a heading.
    pub fn read(lines: &[&'a str]) -> Self {
        let mut body = Self::default();
        let mut at = 0;
        while let Some(comment) = lines.get(at).and_then(|line| comment(line)) {
            body.comments.push(comment);
            at += 1;
        }
        at = skip_blank(lines, at);
        while let Some(label) = lines.get(at).and_then(|line| read_label(line)) {
            let quote: Vec<&str> =
                lines[at + 1..].iter().copied().take_while(|line| line.starts_with("  >")).collect();
            let offset = at + 1;
            at += 1 + quote.len();
            body.facts.push(Fact {
                offset,
                label: label.label,
                quoted: label.quoted,
                value: label.value,
                quote,
            });
        }
        body.text_and_steps(&lines[skip_blank(lines, at)..]);
        body
    }

    /// Reads lines below a heading that are a text and nothing else.
    pub fn read_text(lines: &[&str]) -> Option<String> {
        let comments = lines.iter().take_while(|line| comment(line).is_some()).count();
        described(&lines[skip_blank(lines, comments)..])
    }

    /// A checklist is the steps wherever it stands, since in what was exported a text that has one is a quote.
    fn text_and_steps(&mut self, lines: &[&str]) {
        let mut text: Vec<&str> = Vec::new();
        let mut fences = markdown::Fences::default();
        let (mut is_headed, mut is_below) = (false, false);
        for line in lines {
            let is_code = fences.takes(line);
            if !is_code && matches!(line.trim_end(), "**Steps**" | "**Criteria**") {
                (is_headed, is_below) = (true, true);
            } else if !is_code && self.is_step(line, is_headed) {
                self.step(line);
                is_below = true;
            } else if is_below && line.trim().is_empty() {
                // Between two items, or behind the last one.
            } else if is_below && !self.steps.is_empty() && line.starts_with([' ', '\t']) {
                self.continued(line.trim());
            } else {
                if is_below && text.last().is_some_and(|last| !last.trim().is_empty()) {
                    text.push("");
                }
                is_below = false;
                text.push(line);
            }
        }
        self.description = described(&text);
    }

    /// Whether the line is a step or, below the heading of the steps, a note that was not indented.
    fn is_step(&self, line: &str, is_headed: bool) -> bool {
        let is_item = || boxed(line).is_some() || !self.steps.is_empty() && line.starts_with("- ");
        markdown::is_box(line) || is_headed && is_item()
    }

    fn step(&mut self, line: &str) {
        if let Some((done, text)) = boxed(line) {
            let (text, status) = state(text, done);
            self.steps.push(RawStep { text: read_inline(text), status, notes: Vec::new() });
        } else {
            self.continued(line);
        }
    }

    /// A note of the last step, or more of its text.
    fn continued(&mut self, line: &str) {
        let Some(step) = self.steps.last_mut() else { return };
        if let Some(note) = line.strip_prefix("- ") {
            step.notes.push(read_inline(note.trim()));
        } else {
            let told = step.notes.last_mut().unwrap_or(&mut step.text);
            *told = format!("{told} {}", read_inline(line));
        }
    }
}

/// The text of which those lines were made, without the blank ones behind it.
fn described(lines: &[&str]) -> Option<String> {
    let last = lines.iter().rposition(|line| !line.trim().is_empty())?;
    Some(markdown::read_text(&lines[..=last]))
}

fn skip_blank(lines: &[&str], at: usize) -> usize {
    at + lines[at..].iter().take_while(|line| line.trim().is_empty()).count()
}

/// `<!-- … -->` alone on its line, if it says anything.
fn comment(line: &str) -> Option<&str> {
    let inner = line.trim_end().strip_prefix("<!--")?.strip_suffix("-->")?.trim();
    (!inner.is_empty()).then_some(inner)
}

/// `- [x] text`
fn boxed(line: &str) -> Option<(bool, &str)> {
    let rest = line.strip_prefix(['-', '*', '+'])?.strip_prefix(" [")?;
    let mut chars = rest.chars();
    let done = matches!(chars.next()?, 'x' | 'X');
    let text = chars.as_str().strip_prefix(']')?;
    Some((done, text.trim()))
}

/// The text of a step without the remark on its state, and the state that its file has.
fn state(text: &str, done: bool) -> (&str, Option<String>) {
    let plain = done.then(|| "completed".to_owned());
    let Some((before, remark)) = text.strip_suffix(")*").and_then(|text| text.rsplit_once("*(")) else {
        return (text, plain);
    };
    let by_commits = remark == "by commits" || remark.ends_with(", by commits");
    let word = remark.trim_end_matches("by commits").trim_end_matches(", ").replace(' ', "_");
    match word.as_str() {
        "" if by_commits => (before.trim_end(), None),
        "pending" | "in_progress" | "blocked" | "cancelled" => {
            // A box that was ticked since says more than the remark behind it.
            let ticked = done && !by_commits;
            (before.trim_end(), if ticked { plain } else { Some(word) })
        }
        _ => (text, plain),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The description, and the steps with their states and notes.
    fn told(text: &str) -> (String, Vec<String>) {
        let body = Body::read(&text.lines().collect::<Vec<_>>());
        let step = |step: &RawStep| {
            let status = step.status.as_deref().unwrap_or("open");
            format!("{status}: {} {:?}", step.text, step.notes)
        };
        (body.description.unwrap_or_default(), body.steps.iter().map(step).collect())
    }

    #[test]
    fn a_checklist_is_the_steps_wherever_it_stands() {
        let both = ["open: s1 []", "completed: s2 []"];
        for (text, description) in [
            ("\n- [ ] s1\n- [x] s2\n", ""),
            ("- **Due:** 2026-12-01\n- [ ] s1\n- [x] s2", ""),
            ("Why.\n- [ ] s1\n\n- [x] s2", "Why.\n"),
            ("**Steps**\n\n* [ ] s1\n+ [X] s2", ""),
            ("Why.\n\n- [ ] s1\n\n**Steps**\n\n- [x] s2", "Why.\n"),
            ("- [ ] s1\n- [x] s2\n\nAnd\nmore.\n\n- plain", "And\nmore.\n\n- plain\n"),
            ("Why.\n\n- [ ] s1\n\nHow.\n- [x] s2", "Why.\n\nHow.\n"),
            ("> - [ ] said\n\n- [ ] s1\n- [x] s2", "- [ ] said\n"),
            ("```\n- [ ] code\n```\n- [ ] s1\n- [x] s2", "```\n- [ ] code\n```\n"),
        ] {
            assert_eq!(told(text), (description.to_owned(), both.map(str::to_owned).to_vec()), "{text}");
        }
        assert_eq!(told("- [a] b\n- [x](y)").1, Vec::<String>::new(), "no boxes");
    }

    #[test]
    fn what_is_indented_below_a_step_belongs_to_it() {
        let text = "- [ ] a long\n  step\n  - a note\n    of two lines\n  - [ ] another\n- [ ] b";
        let expected = ["open: a long step [\"a note of two lines\", \"[ ] another\"]", "open: b []"];
        assert_eq!(told(text).1, expected);
    }

    #[test]
    fn a_note_is_a_text_whatever_is_in_it() {
        let lines = ["<!-- notes: a.md -->", "", "Some.", "- [ ] todo", "**Steps**", "- [ ] more"];
        let expected = "Some.\n- [ ] todo\n**Steps**\n- [ ] more\n";
        assert_eq!(Body::read_text(&lines).as_deref(), Some(expected));
    }
}
