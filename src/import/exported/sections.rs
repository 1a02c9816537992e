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
        let rest = &lines[skip_blank(lines, at)..];
        let mut fences = markdown::Fences::default();
        let is_steps = |line: &&str| {
            let code = fences.takes(line);
            !code && matches!(line.trim_end(), "**Steps**" | "**Criteria**")
        };
        let end = rest.iter().position(is_steps).unwrap_or(rest.len());
        let last = rest[..end].iter().rposition(|line| !line.trim().is_empty());
        body.description = last.map(|last| markdown::read_text(&rest[..=last]));
        for line in rest[end..].iter().skip(1) {
            body.step(line);
        }
        body
    }

    fn step(&mut self, line: &str) {
        if let Some((done, text)) = boxed(line) {
            let (text, status) = state(text, done);
            self.steps.push(RawStep { text: read_inline(text), status, notes: Vec::new() });
        } else if let (Some(note), Some(step)) = (line.trim_start().strip_prefix("- "), self.steps.last_mut())
        {
            step.notes.push(read_inline(note.trim()));
        }
    }
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
    let rest = line.strip_prefix("- [")?;
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
