//! Markdown that `tasks export` wrote.

use super::raw::{RawCriterion, RawGroup, RawMilestone, RawTask};
use super::read::{Content, Exported, ExportedFile, Fault, check_dir, check_milestone, check_note};
use super::sections::{Body, Fact};
use crate::import::Warning;
use crate::import::slug::slug;
use crate::model::GroupName;
use crate::view::markdown::{Fences, read_code, read_inline, read_place};
use regex::Regex;
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
        let next = heads.get(n + 1).copied();
        let entry = Entry {
            line: u32::try_from(at + 1).unwrap_or(u32::MAX),
            level: level(lines[at]),
            heading: heading(lines[at]),
            lines: &lines[at + 1..next.unwrap_or(lines.len())],
        };
        let below = next.filter(|&next| TASK.is_match(heading(lines[next]))).map(|next| level(lines[next]));
        if n > 0 && entry.is_stray() {
            entry.read_new(below, &mut exported, &mut place)?;
        } else {
            entry.read(&mut exported, &mut place)?;
        }
    }
    Ok(exported)
}

fn level(line: &str) -> usize {
    line.bytes().take_while(|&b| b == b'#').count()
}

fn is_heading(line: &str) -> bool {
    let level = level(line);
    (1..=6).contains(&level) && line[level..].starts_with(' ')
}

fn heading(line: &str) -> &str {
    line.trim_start_matches('#').trim()
}

/// A group around what is read.
struct Around {
    level: usize,
    dir: String,
    /// Whether it is new in the document, so that nothing but its level says where it ends.
    is_new: bool,
}

/// Where in the document the reading is.
#[derive(Default)]
struct Place {
    /// The groups around, the innermost last.
    around: Vec<Around>,
    /// The directories of all groups so far.
    dirs: Vec<String>,
    /// Whether it is among milestones, notes or the configuration.
    is_apart: bool,
}

impl Place {
    /// The directory that tasks go to.
    fn dir(&self) -> &str {
        self.around.last().map_or("", |group| &group.dir)
    }

    /// Leaves the groups that a heading of that level ends.
    fn leave(&mut self, level: usize) {
        self.around.retain(|group| group.level < level);
    }

    /// Goes into a group.
    fn enter(&mut self, level: usize, dir: String, is_new: bool) {
        self.leave(level);
        self.dirs.push(dir.clone());
        self.around.push(Around { level, dir, is_new });
        self.is_apart = false;
    }

    /// A directory for a new group of that name, numbered behind its siblings if they have numbers; that of a group
    /// which has the name already.
    fn new_dir(&self, name: &str) -> String {
        let above = self.dir();
        let joined = |last: &str| if above.is_empty() { last.to_owned() } else { format!("{above}/{last}") };
        let wanted = GroupName::from_dir(&joined(name));
        if let Some(known) = self.dirs.iter().find(|dir| GroupName::from_dir(dir) == wanted) {
            return known.clone();
        }
        let ordinals = self.dirs.iter().filter_map(|dir| {
            let (parent, own) = dir.rsplit_once('/').unwrap_or(("", dir));
            let digits = own.bytes().take_while(u8::is_ascii_digit).count();
            if parent == above { own[..digits].parse::<u32>().ok() } else { None }
        });
        match ordinals.max() {
            Some(last) => joined(&format!("{:02}-{name}", last.saturating_add(1))),
            None => joined(name),
        }
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
    /// Whether it is neither a task nor marked as anything else.
    fn is_stray(&self) -> bool {
        Body::read(self.lines).comments.is_empty() && !TASK.is_match(self.heading)
    }

    /// Reads a heading that was written into the document. One with tasks below is a group, one with fields of a task or a
    /// checklist is a task; of any other nothing tells what it is.
    fn read_new(
        &self,
        task_below: Option<usize>,
        exported: &mut Exported,
        place: &mut Place,
    ) -> Result<(), Fault> {
        let body = Body::read(self.lines);
        let title = read_inline(self.heading);
        match task_below {
            Some(level) if level > self.level && !title.trim().is_empty() => {
                place.leave(self.level);
                let dir = place.new_dir(&slug(&title, "group"));
                check_dir(&dir).map_err(|message| (self.line, message))?;
                place.enter(self.level, dir, true);
                self.group(exported, place.dir(), Some(title), &body)
            }
            Some(_) => {
                let name = slug(self.heading, "name");
                let message = format!(
                    "this heading is no group, and tasks of its own level stand below it; for a new group give it fewer #, \
                     or write <!-- group: {name} --> in the line below it"
                );
                Err((self.line, message))
            }
            None if !place.is_apart && body.describes_a_task() && !title.trim().is_empty() => {
                self.end_new_groups(place);
                self.task(exported, place.dir(), &body, None, title)
            }
            None => {
                exported.warnings.push(self.left_out());
                Ok(())
            }
        }
    }

    fn left_out(&self) -> Warning {
        let message = "this heading is no group and no task, so it is left out with what stands below it; a new task \
                       begins with \"Task: …\"";
        Warning { line: self.line, message: message.to_owned() }
    }

    /// A task at the level of a new group's heading, or above it, is not in that group.
    fn end_new_groups(&self, place: &mut Place) {
        while place.around.last().is_some_and(|group| group.is_new && self.level <= group.level) {
            place.around.pop();
        }
    }

    fn read(&self, exported: &mut Exported, at: &mut Place) -> Result<(), Fault> {
        let body = Body::read(self.lines);
        let anchor = body.comments.first().copied().unwrap_or_default();
        let (kind, place) = anchor.split_once(':').unwrap_or((anchor, ""));
        let (place, untitled) = match place.trim().strip_suffix("(untitled)") {
            Some(place) => (place.trim(), true),
            None => (place.trim(), false),
        };
        let title = (!untitled).then(|| read_inline(self.heading));
        match kind {
            "group" => {
                let place = self.place(place)?;
                let dir = if place == "." { String::new() } else { place };
                check_dir(&dir).map_err(|message| (self.line, message))?;
                at.enter(self.level, dir, false);
                self.group(exported, at.dir(), title, &body)
            }
            "milestone" | "configuration" | "notes" | "milestones" => {
                at.is_apart = true;
                match kind {
                    "milestone" => self.milestone(exported, &self.place(place)?, title, &body),
                    "notes" => self.note(exported, self.place(place)?),
                    "configuration" => {
                        self.configuration(exported);
                        Ok(())
                    }
                    _ => Ok(()),
                }
            }
            _ => {
                if let Some(found) = TASK.captures(self.heading) {
                    self.end_new_groups(at);
                    let id = found.get(1).map(|id| id.as_str());
                    return self.task(exported, at.dir(), &body, id, read_inline(&found[2]));
                }
                // Before all that is the title of the document.
                if !exported.files.is_empty() || !at.around.is_empty() {
                    exported.warnings.push(self.left_out());
                }
                Ok(())
            }
        }
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

    fn note(&self, exported: &mut Exported, name: String) -> Result<(), Fault> {
        check_note(&name).map_err(|message| (self.line, message))?;
        let content = Content::Note(Body::read_text(self.lines).unwrap_or_default());
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
        id: Option<&str>,
        title: String,
    ) -> Result<(), Fault> {
        let mut raw = RawTask {
            title,
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
        let added = exported.task(self.line, dir, id, &raw, None);
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

impl Body<'_> {
    /// Whether it has fields of a task, or a checklist.
    fn describes_a_task(&self) -> bool {
        !self.steps.is_empty() || self.facts.iter().any(|fact| !fact.key().is_empty())
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
