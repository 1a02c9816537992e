//! Reading a message.

use super::lines::{Line, lines, trim};
use super::squash::{Inner, split};
use super::subject::{Form, is_forge_merge, strip_forge_prefix, strip_inert};
use super::trailers::{self, Trailer};
use super::{Effect, Inert, Message, Part, Reference, Revert, Rule, Rules, list, mention, revert};

/// How deep messages within messages are taken apart; deeper ones are prose.
const MAX_DEPTH: u8 = 4;

/// The most characters of a line that are kept.
const MAX_TEXT: usize = 200;

/// The most matches of one pattern that count on one line.
const MAX_MATCHES: usize = 64;

/// Reads a commit message, which is decoded and has no NUL.
///
/// Blank lines before the subject are skipped, as Git does when it shows one.
pub fn read(message: &str, is_merge: bool, rules: &Rules) -> Message {
    let mut reader = Reader { rules, parts: Vec::new() };
    reader.message(&Source { text: message, first_line: 1, is_merge, rule: None, inert: None, depth: 0 });
    Message { parts: reader.parts }
}

struct Reader<'r> {
    rules: &'r Rules,
    parts: Vec<Part>,
}

/// A message to be read, be it the whole or one within it.
#[derive(Clone, Copy)]
struct Source<'a> {
    text: &'a str,
    first_line: u32,
    is_merge: bool,
    /// What its subject forms count as, if it is one within another.
    rule: Option<Rule>,
    /// What makes it inert from without.
    inert: Option<Inert>,
    depth: u8,
}

/// What the subject line says.
#[derive(Default)]
struct Head {
    references: Vec<Reference>,
    revert: Option<Revert>,
    inert: Option<Inert>,
}

/// One of our trailers whose value is an id list.
struct OurTrailer {
    start: usize,
    end: usize,
    rule: Rule,
    effect: Effect,
    words: Vec<String>,
}

impl Reader<'_> {
    fn message(&mut self, source: &Source) {
        let text = source.text;
        let Some(subject) = lines(text, source.first_line).find(|line| !line.is_blank()) else {
            self.parts.push(Part {
                subject: String::new(),
                references: Vec::new(),
                revert: None,
                inert: source.inert,
            });
            return;
        };
        let block = trailers::find(text);
        let inner = if source.depth < MAX_DEPTH {
            split(text, (subject.start, subject.end), subject.number, block.start)
        } else {
            Vec::new()
        };
        let mut head = self.head(source, &subject);
        let own = gaps(text, subject.end, &inner);
        match &mut head.revert {
            Some(revert) => revert.commits = own.flat_map(revert::commits).collect(),
            None if head.inert.is_none() && !source.is_merge => head.revert = revert::retitled(own),
            None => {}
        }
        let inert = head.inert;
        let title = trim(subject.text).to_owned();
        let ours = self.our_trailers(&block.trailers);
        let body = Body { reader: self, source, subject, inner: &inner, trailers: &ours, inert };
        let (before, behind) = body.read();
        head.references.extend(before);
        self.parts.push(Part {
            subject: title.clone(),
            references: head.references,
            revert: head.revert,
            inert,
        });
        self.inner(source, &inner, inert);
        if !behind.is_empty() {
            self.parts.push(Part { subject: title, references: behind, revert: None, inert });
        }
    }

    /// Reads the messages within a message: bullets as they stand, what Git gathered from the last one on.
    fn inner(&mut self, source: &Source, inner: &[Inner], inert: Option<Inert>) {
        let newest_first = inner.first().is_some_and(|first| first.rule == Rule::SquashedCommit);
        let mut read = |inner: &Inner| {
            self.message(&Source {
                text: &inner.text,
                first_line: inner.first_line,
                is_merge: inner.is_merge,
                rule: Some(source.rule.unwrap_or(inner.rule)),
                inert,
                depth: source.depth + 1,
            });
        };
        if newest_first {
            inner.iter().rev().for_each(&mut read);
        } else {
            inner.iter().for_each(&mut read);
        }
    }

    fn head(&self, source: &Source, subject: &Line) -> Head {
        let line = trim(subject.text);
        let (outer, said) = strip_inert(line);
        let prefixed = strip_forge_prefix(said);
        let (inner, said) = strip_inert(prefixed.unwrap_or(said));
        let inert = source.inert.or(outer).or(inner);
        // The revert that a forge merges is among the parents of the merge.
        let may_revert = inert.is_none() && !(source.is_merge && prefixed.is_some());
        if let Some(revert) = revert::read(said).filter(|_| may_revert) {
            return Head { references: Vec::new(), revert: Some(revert), inert };
        }
        let mut references = Vec::new();
        let mut from = 0;
        if let Some(form) = Form::read(said, self.rules) {
            from = line.len() - form.rest;
            let own = match (form.is_wip, form.steps.is_empty()) {
                _ if prefixed.is_some() => Rule::ForgePrefix,
                (true, _) => Rule::SubjectWip,
                (false, false) => Rule::SubjectStep,
                (false, true) => Rule::Subject,
            };
            references.push(self.form(form, source.rule.unwrap_or(own), subject));
        }
        let mut taken = Vec::new();
        if inert.is_none() {
            taken = self.patterns(line, subject, &mut references);
            if let Some(rest) = prefixed.filter(|_| taken.is_empty()) {
                let shift = line.len() - rest.len();
                let found = self.patterns(rest, subject, &mut references);
                taken = found.into_iter().map(|(start, end)| (start + shift, end + shift)).collect();
            }
        }
        self.mentions(line, from, &taken, subject, &mut references);
        Head { references, revert: None, inert }
    }

    fn form(&self, form: Form, rule: Rule, line: &Line) -> Reference {
        let effect = form.effect(self.rules.subject);
        Reference { steps: form.steps, ..reference(effect, rule, form.words, line) }
    }

    /// Where the ids stand that the patterns found in `text`, in order.
    fn patterns(&self, text: &str, line: &Line, references: &mut Vec<Reference>) -> Vec<(usize, usize)> {
        let mut taken = Vec::new();
        for pattern in &self.rules.patterns {
            for captures in pattern.regex.captures_iter(text).take(MAX_MATCHES) {
                let Some(id) = captures.name("id") else { continue };
                let Some(words) = list::whole(id.as_str()) else { continue };
                let steps = captures.name("step").and_then(|step| list::numbers(step.as_str()));
                let steps = steps.map(|(steps, _)| steps).unwrap_or_default();
                references.push(Reference { steps, ..reference(pattern.effect, Rule::Pattern, words, line) });
                taken.push((id.start(), id.end()));
            }
        }
        taken.sort_unstable();
        taken
    }

    fn mentions(
        &self,
        text: &str,
        from: usize,
        taken: &[(usize, usize)],
        line: &Line,
        to: &mut Vec<Reference>,
    ) {
        let lists = mention::scan(text, from, taken, self.rules);
        to.extend(lists.into_iter().map(|words| reference(Effect::Links, Rule::Mention, words, line)));
    }

    fn our_trailers(&self, trailers: &[Trailer]) -> Vec<OurTrailer> {
        let ours = |trailer: &Trailer| {
            let (rule, effect) = self.rules.trailer(trailer.key)?;
            let words = list::whole(&trailer.value)?;
            Some(OurTrailer { start: trailer.start, end: trailer.end, rule, effect, words })
        };
        trailers.iter().filter_map(ours).collect()
    }
}

/// The body of a message, as far as it is its own.
struct Body<'a> {
    reader: &'a Reader<'a>,
    source: &'a Source<'a>,
    subject: Line<'a>,
    inner: &'a [Inner<'a>],
    trailers: &'a [OurTrailer],
    inert: Option<Inert>,
}

impl Body<'_> {
    /// The references before and behind the messages within this one.
    fn read(&self) -> (Vec<Reference>, Vec<Reference>) {
        let (mut before, mut behind) = (Vec::new(), Vec::new());
        let mut inner = self.inner.iter().peekable();
        let mut trailers = self.trailers.iter().peekable();
        let from = self.subject.end;
        let mut may_be_title = self.source.is_merge && is_forge_merge(trim(self.subject.text));
        for line in lines(&self.source.text[from..], self.subject.number.saturating_add(1)) {
            let at = from + line.start;
            while inner.next_if(|inner| inner.end <= at).is_some() {}
            while trailers.next_if(|trailer| trailer.end <= at).is_some() {}
            if line.is_blank() || inner.peek().is_some_and(|inner| inner.start <= at) {
                continue;
            }
            let is_behind = !self.inner.is_empty() && inner.peek().is_none();
            let references = if is_behind { &mut behind } else { &mut before };
            let trailer = trailers.peek().filter(|trailer| trailer.start <= at);
            self.line(&line, std::mem::take(&mut may_be_title), trailer.copied(), at, references);
        }
        (before, behind)
    }

    fn line(
        &self,
        line: &Line,
        is_title: bool,
        trailer: Option<&OurTrailer>,
        at: usize,
        to: &mut Vec<Reference>,
    ) {
        let rules = self.reader.rules;
        let mut from = 0;
        if let Some(form) = Form::read(trim(line.text), rules).filter(|_| is_title) {
            from = line.text.len() - form.rest;
            to.push(self.reader.form(form, Rule::ForgeMerge, line));
        }
        if let Some(trailer) = trailer.filter(|trailer| trailer.start == at) {
            to.push(reference(trailer.effect, trailer.rule, trailer.words.clone(), line));
        }
        let taken = if self.inert.is_none() { self.reader.patterns(line.text, line, to) } else { Vec::new() };
        if trailer.is_some() {
            return;
        }
        if let Some(value) = rules.trailer_like(line.text) {
            let rest = line.text[value..].trim_start_matches('#');
            let start = line.text.len() - rest.len();
            let (words, used) = list::prose(rest);
            from = start + used;
            if !words.is_empty() {
                to.push(reference(Effect::Links, Rule::Mention, words, line));
            }
        }
        self.reader.mentions(line.text, from, &taken, line, to);
    }
}

/// The pieces of `text` behind byte `from` that are in no message within it.
fn gaps<'a>(text: &'a str, from: usize, inner: &'a [Inner]) -> impl Iterator<Item = &'a str> + Clone {
    let starts = std::iter::once(from).chain(inner.iter().map(|inner| inner.end));
    let ends = inner.iter().map(|inner| inner.start).chain([text.len()]);
    starts.zip(ends).filter_map(|(start, end)| text.get(start..end))
}

fn reference(effect: Effect, rule: Rule, words: Vec<String>, line: &Line) -> Reference {
    let text = trim(line.text).chars().take(MAX_TEXT).collect();
    Reference { effect, rule, words, steps: Vec::new(), line: line.number, text }
}
