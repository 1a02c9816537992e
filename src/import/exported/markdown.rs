//! Markdown that `tasks export` wrote.

use super::raw::{RawCriterion, RawGroup, RawMilestone, RawTask};
use super::read::{Content, Exported, ExportedFile, Fault, check_dir, check_milestone, check_note};
use super::sections::{Body, Fact};
use crate::import::Warning;
use crate::import::slug::slug;
use crate::view::markdown::{Fences, read_code, read_inline, read_place};
use regex::{Captures, Regex};
use std::sync::LazyLock;

/// The first words of every such document.
const MARKER: &str = "<!-- tasks export 1";

static TASK: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"^(?:[^\w\s]+\s+)?[Tt]ask(?: ([A-Za-z0-9][A-Za-z0-9._-]*))?: *(.*)$")
        .unwrap_or_else(|error| unreachable!("a constant pattern: {error}"))
});

/// Whether a document says that it is an exported one.
pub(super) fn is_exported(text: &str) -> bool {
    text.trim_start().starts_with(MARKER)
}

/// Reads the document: every heading is a group, a task, a milestone or a part of the document's frame.
pub(super) fn read(text: &str) -> Result<Exported, Fault> {
    let lines: Vec<&str> = text.split('\n').collect();
    let mut fences = Fences::default();
    let heads: Vec<usize> =
        (0..lines.len()).filter(|&at| !fences.takes(lines[at]) && is_heading(lines[at])).collect();
    let mut exported = Exported::default();
    let mut place = Place::default();
    for (n, &at) in heads.iter().enumerate() {
        let end = heads.get(n + 1).copied().unwrap_or(lines.len());
        let line = u32::try_from(at + 1).unwrap_or(u32::MAX);
        let entry =
            Entry { line, level: level(lines[at]), heading: heading(lines[at]), lines: &lines[at + 1..end] };
        entry.read(&mut exported, &mut place)?;
    }
    Ok(exported)
}

fn is_heading(line: &str) -> bool {
    let level = level(line);
    (1..=6).contains(&level) && line[level..].starts_with(' ')
}

fn level(line: &str) -> usize {
    line.bytes().take_while(|&b| b == b'#').count()
}

fn heading(line: &str) -> &str {
    line.trim_start_matches('#').trim()
}

/// Where in the document the reader is.
#[derive(Default)]
struct Place {
    /// The groups around it, each the level of its heading and its directory.
    groups: Vec<(usize, String)>,
    /// The level of the heading that began a part without groups, such as the milestones.
    apart: Option<usize>,
}

impl Place {
    /// The directory of the tasks that come next.
    fn dir(&self) -> &str {
        self.groups.last().map_or("", |(_, dir)| dir)
    }

    /// Goes into a group whose heading has that level.
    fn enter(&mut self, level: usize, dir: String) {
        self.leave(level);
        self.groups.push((level, dir));
        self.apart = None;
    }

    /// Leaves the groups that a heading of that level ends.
    fn leave(&mut self, level: usize) {
        self.groups.retain(|(outer, _)| *outer < level);
    }
}

/// A heading and what stands below it.
struct Entry<'a> {
    line: u32,
    level: usize,
    heading: &'a str,
    lines: &'a [&'a str],
}

impl Entry<'_> {
    fn read(&self, exported: &mut Exported, at: &mut Place) -> Result<(), Fault> {
        let body = Body::read(self.lines);
        let anchor = body.comments.first().copied().unwrap_or_default();
        let (kind, place) = anchor.split_once(':').unwrap_or((anchor, ""));
        let (place, untitled) = match place.trim().strip_suffix("(untitled)") {
            Some(place) => (place.trim(), true),
            None => (place.trim(), false),
        };
        let title = (!untitled).then(|| read_inline(self.heading));
        if matches!(kind, "milestone" | "milestones" | "configuration" | "notes") {
            at.apart = Some(if kind == "milestone" { self.level - 1 } else { self.level });
        }
        match kind {
            "group" => {
                let place = self.place(place)?;
                let dir = if place == "." { String::new() } else { place };
                check_dir(&dir).map_err(|message| (self.line, message))?;
                at.enter(self.level, dir);
                self.group(exported, at.dir(), title, &body)
            }
            "milestone" => self.milestone(exported, &self.place(place)?, title, &body),
            "configuration" => {
                self.configuration(exported);
                Ok(())
            }
            "notes" => self.note(exported, self.place(place)?, body.description),
            "milestones" => Ok(()),
            _ => match TASK.captures(self.heading) {
                Some(found) => self.task(exported, at.dir(), &body, &found),
                // The title of the document.
                None if self.level == 1 => Ok(()),
                None => self.new_group(exported, at, &body),
            },
        }
    }

    /// A heading that nothing is known of: a group that was added to the document.
    fn new_group(&self, exported: &mut Exported, at: &mut Place, body: &Body<'_>) -> Result<(), Fault> {
        let title = read_inline(self.heading);
        let name = slug(&title, "");
        if name.is_empty() || at.apart.is_some_and(|level| level < self.level) {
            let message = format!(
                "{title:?} is no task and no milestone, and cannot be a group here: a new task begins with \"Task: …\", \
                 a new milestone has a comment \"milestone: NAME\" below its heading"
            );
            return Err((self.line, message));
        }
        at.leave(self.level);
        let dir = if at.dir().is_empty() { name } else { format!("{}/{name}", at.dir()) };
        check_dir(&dir).map_err(|message| (self.line, message))?;
        at.enter(self.level, dir);
        let is_it = |file: &ExportedFile| matches!(file.content, Content::Group(_)) && file.place == at.dir();
        if exported.files.iter().any(is_it) {
            return Ok(());
        }
        self.group(exported, at.dir(), Some(title), body)
    }

    fn place(&self, text: &str) -> Result<String, Fault> {
        let known = read_place(text).filter(|place| !place.is_empty());
        known.ok_or_else(|| {
            (
                self.line,
                format!(
                    "expected the name of a group or milestone in a comment below the heading, found {text:?}"
                ),
            )
        })
    }

    fn note(&self, exported: &mut Exported, name: String, text: Option<String>) -> Result<(), Fault> {
        check_note(&name).map_err(|message| (self.line, message))?;
        let content = Content::Note(text.unwrap_or_default());
        exported.files.push(ExportedFile { line: self.line, place: name, content, source: None });
        Ok(())
    }

    fn configuration(&self, exported: &mut Exported) {
        let code: Vec<&str> =
            self.lines.iter().skip(1).copied().skip_while(|line| line.trim().is_empty()).collect();
        let end = code.iter().rposition(|line| !line.trim().is_empty()).map_or(0, |last| last + 1);
        if let Some(text) = read_code(&code[..end]) {
            let content = Content::Config(text);
            exported.files.push(ExportedFile {
                line: self.line,
                place: String::new(),
                content,
                source: None,
            });
        }
    }

    fn group(
        &self,
        exported: &mut Exported,
        dir: &str,
        title: Option<String>,
        body: &Body<'_>,
    ) -> Result<(), Fault> {
        let mut raw = RawGroup {
            title: title.map(|title| match title.strip_suffix(" (archive)") {
                Some(own) if dir.starts_with("archive/") => own.to_owned(),
                _ => title,
            }),
            description: body.description.clone(),
            steps: body.steps.clone(),
            ..RawGroup::default()
        };
        for fact in &body.facts {
            match fact.key() {
                "estimate" => raw.estimate = Some(fact.text()),
                "declared tasks" => raw.declared_tasks = fact.text().parse().ok(),
                "due" => raw.due = Some(fact.text()),
                "depends on" => raw.depends = fact.list(),
                "milestones" => raw.milestones = fact.list(),
                _ => exported.warnings.push(self.stray(fact)),
            }
        }
        if dir.is_empty() || dir == "archive" {
            return Ok(());
        }
        let content = Content::Group(raw.read().map_err(|message| (self.line, message))?);
        exported.files.push(ExportedFile { line: self.line, place: dir.to_owned(), content, source: None });
        Ok(())
    }

    fn milestone(
        &self,
        exported: &mut Exported,
        name: &str,
        title: Option<String>,
        body: &Body<'_>,
    ) -> Result<(), Fault> {
        check_milestone(name).map_err(|message| (self.line, message))?;
        let criterion = |step: &super::raw::RawStep| RawCriterion {
            text: step.text.clone(),
            status: step.status.clone(),
        };
        let mut raw = RawMilestone {
            title,
            description: body.description.clone(),
            criteria: body.steps.iter().map(criterion).collect(),
            ..RawMilestone::default()
        };
        for fact in &body.facts {
            match fact.key() {
                "due" => raw.due = Some(fact.text()),
                "goal" => raw.goal = Some(fact.text()),
                "groups" => raw.groups = fact.list(),
                "tasks" => raw.tasks = fact.list(),
                _ => exported.warnings.push(self.stray(fact)),
            }
        }
        let content = Content::Milestone(raw.read().map_err(|message| (self.line, message))?);
        exported.files.push(ExportedFile { line: self.line, place: name.to_owned(), content, source: None });
        Ok(())
    }

    fn task(
        &self,
        exported: &mut Exported,
        dir: &str,
        body: &Body<'_>,
        found: &Captures<'_>,
    ) -> Result<(), Fault> {
        let mut raw = RawTask {
            title: read_inline(&found[2]),
            description: body.description.clone(),
            steps: body.steps.clone(),
            ..RawTask::default()
        };
        for comment in &body.comments {
            for part in comment.split_whitespace().collect::<Vec<_>>().chunks(2) {
                match part {
                    ["created:", time] => raw.created = Some((*time).to_owned()),
                    ["reopened:", time] => raw.reopened = Some((*time).to_owned()),
                    ["aka:", ids] => raw.aka = ids.split(',').map(str::to_owned).collect(),
                    _ => {}
                }
            }
        }
        for fact in &body.facts {
            fact.apply(&mut raw);
        }
        let added = exported.task(self.line, dir, found.get(1).map(|id| id.as_str()), &raw, None);
        added.map_err(|(line, message)| {
            let culprit = body.facts.iter().find(|fact| fact.is_misfit());
            (culprit.map_or(line, |fact| self.line_of(fact)), message)
        })
    }

    fn line_of(&self, fact: &Fact<'_>) -> u32 {
        self.line.saturating_add(u32::try_from(fact.offset).unwrap_or(0))
    }

    fn stray(&self, fact: &Fact<'_>) -> Warning {
        Warning {
            line: self.line_of(fact),
            message: format!("a group or milestone has no key {:?}; it is left out", fact.label),
        }
    }
}

impl Fact<'_> {
    /// The label in lower case; nothing for the name of a field.
    fn key(&self) -> &'static str {
        let known =
            crate::view::markdown::LABELS.iter().position(|label| !self.quoted && *label == self.label);
        known.map_or("", |at| KEYS[at])
    }

    /// Whether a task cannot have this value.
    fn is_misfit(&self) -> bool {
        let mut task = RawTask { title: "any".to_owned(), ..RawTask::default() };
        self.apply(&mut task);
        task.read().is_err()
    }

    fn apply(&self, raw: &mut RawTask) {
        match self.key() {
            "status" => raw.status = Some(self.text()),
            "reason" => raw.reason = Some(self.text()),
            "waiting on" => raw.waiting_on = Some(self.text()),
            "priority" => raw.priority = Some(self.text()),
            "estimate" => raw.estimate = Some(self.text()),
            "due" => raw.due = Some(self.text()),
            "optional" => raw.optional = self.text() == "yes",
            "depends on" => raw.depends = self.list(),
            "assignees" => raw.assignees = self.list(),
            "tags" => raw.tags = self.list(),
            "milestones" => raw.milestones = self.list(),
            "files" => raw.files = self.list(),
            "links" => raw.links = self.list(),
            _ => raw.fields.push((self.label.clone(), self.text())),
        }
    }
}

/// In the order of the labels.
const KEYS: [&str; 17] = [
    "status",
    "reason",
    "waiting on",
    "priority",
    "estimate",
    "due",
    "optional",
    "depends on",
    "assignees",
    "tags",
    "milestones",
    "files",
    "links",
    "goal",
    "groups",
    "tasks",
    "declared tasks",
];
