//! What a task file says, as bytes that are quick to read again.
//!
//! Numbers are little-endian, lengths are four bytes. Reading gives nothing where the bytes say nothing sensible.

use crate::model::{Dependency, FileStatus, GroupName, Priority, Step, StepStatus, Task, TaskId};
use jiff::Timestamp;
use jiff::civil::Date;

/// Appends a task.
pub(super) fn put_task(out: &mut Vec<u8>, task: &Task) {
    // Without `..`: a new key of tasks has to be put here, and the version of the format raised.
    let Task {
        title,
        priority,
        estimate,
        due,
        optional,
        depends,
        assignees,
        tags,
        milestones,
        files,
        links,
        created,
        status,
        reason,
        waiting_on,
        reopened,
        aka,
        description,
        steps,
        fields,
    } = task;
    put_text(out, title);
    out.push(code(&Priority::ALL, *priority));
    put_option(out, estimate.as_ref(), |out, estimate| put_text(out, &estimate.to_string()));
    put_option(out, due.as_ref(), |out, date| put_date(out, *date));
    out.push(u8::from(*optional));
    put_list(out, depends, put_dependency);
    for texts in [assignees, tags, milestones, files, links] {
        put_list(out, texts, |out, text| put_text(out, text));
    }
    put_option(out, created.as_ref(), put_moment);
    out.push(code(FileStatus::ALL, *status));
    put_option(out, reason.as_ref(), |out, text| put_text(out, text));
    put_option(out, waiting_on.as_ref(), |out, text| put_text(out, text));
    put_option(out, reopened.as_ref(), put_moment);
    put_list(out, aka, |out, id| put_text(out, id.as_str()));
    put_option(out, description.as_ref(), |out, text| put_text(out, text));
    put_list(out, steps, put_step);
    put_list(out, fields, |out, (name, text)| {
        put_text(out, name);
        put_text(out, text);
    });
}

/// Appends a text with its length.
pub(super) fn put_text(out: &mut Vec<u8>, text: &str) {
    put_length(out, text.len());
    out.extend_from_slice(text.as_bytes());
}

/// Appends a length. Nothing in a plan is longer than its files, which are limited.
pub(super) fn put_length(out: &mut Vec<u8>, length: usize) {
    out.extend_from_slice(&u32::try_from(length).unwrap_or(u32::MAX).to_le_bytes());
}

fn put_list<T>(out: &mut Vec<u8>, list: &[T], put: impl Fn(&mut Vec<u8>, &T)) {
    put_length(out, list.len());
    for item in list {
        put(out, item);
    }
}

fn put_option<T>(out: &mut Vec<u8>, value: Option<&T>, put: impl Fn(&mut Vec<u8>, &T)) {
    out.push(u8::from(value.is_some()));
    if let Some(value) = value {
        put(out, value);
    }
}

fn put_date(out: &mut Vec<u8>, date: Date) {
    out.extend_from_slice(&date.year().to_le_bytes());
    out.extend_from_slice(&date.month().to_le_bytes());
    out.extend_from_slice(&date.day().to_le_bytes());
}

fn put_moment(out: &mut Vec<u8>, moment: &Timestamp) {
    out.extend_from_slice(&moment.as_second().to_le_bytes());
    out.extend_from_slice(&moment.subsec_nanosecond().to_le_bytes());
}

fn put_dependency(out: &mut Vec<u8>, dependency: &Dependency) {
    match dependency {
        Dependency::Task(id) => {
            out.push(0);
            put_text(out, id.as_str());
        }
        Dependency::Group(name) => {
            out.push(1);
            put_text(out, name.as_str());
        }
    }
}

fn put_step(out: &mut Vec<u8>, step: &Step) {
    let Step { text, status, notes } = step;
    put_text(out, text);
    out.push(code(StepStatus::ALL, *status));
    put_list(out, notes, |out, text| put_text(out, text));
}

/// 0 for nothing, else the place among `all`, from 1.
fn code<T: PartialEq + Copy>(all: &[T], value: Option<T>) -> u8 {
    let at = all.iter().position(|known| Some(*known) == value);
    at.and_then(|at| u8::try_from(at + 1).ok()).unwrap_or_default()
}

/// Bytes that are yet to be read.
pub(super) struct Bytes<'a>(pub &'a [u8]);

impl<'a> Bytes<'a> {
    /// A task as [`put_task`] has put it.
    pub fn task(&mut self) -> Option<Task> {
        Some(Task {
            title: self.string()?,
            priority: self.word(&Priority::ALL)?,
            estimate: match self.option(Self::text)? {
                Some(text) => Some(text.parse().ok()?),
                None => None,
            },
            due: self.option(Self::date)?,
            optional: self.flag()?,
            depends: self.list(Self::dependency)?,
            assignees: self.list(Self::string)?,
            tags: self.list(Self::string)?,
            milestones: self.list(Self::string)?,
            files: self.list(Self::string)?,
            links: self.list(Self::string)?,
            created: self.option(Self::moment)?,
            status: self.word(FileStatus::ALL)?,
            reason: self.option(Self::string)?,
            waiting_on: self.option(Self::string)?,
            reopened: self.option(Self::moment)?,
            aka: self.list(Self::id)?,
            description: self.option(Self::string)?,
            steps: self.list(Self::step)?,
            fields: self.list(|bytes| Some((bytes.string()?, bytes.string()?)))?,
        })
    }

    /// A text.
    pub fn text(&mut self) -> Option<&'a str> {
        let length = self.length()?;
        std::str::from_utf8(self.take(length)?).ok()
    }

    /// A length.
    pub fn length(&mut self) -> Option<usize> {
        usize::try_from(u32::from_le_bytes(self.array()?)).ok()
    }

    /// So many bytes.
    pub fn take(&mut self, count: usize) -> Option<&'a [u8]> {
        let (head, rest) = self.0.split_at_checked(count)?;
        self.0 = rest;
        Some(head)
    }

    /// The bytes of a number.
    pub fn array<const N: usize>(&mut self) -> Option<[u8; N]> {
        self.take(N)?.try_into().ok()
    }

    /// Items behind their number.
    pub fn list<T>(&mut self, mut item: impl FnMut(&mut Self) -> Option<T>) -> Option<Vec<T>> {
        let length = self.length()?;
        // What is damaged must not reserve memory for items that cannot be there.
        let mut list = Vec::with_capacity(length.min(self.0.len()));
        for _ in 0..length {
            list.push(item(self)?);
        }
        Some(list)
    }

    fn string(&mut self) -> Option<String> {
        self.text().map(str::to_owned)
    }

    fn byte(&mut self) -> Option<u8> {
        self.array().map(|[byte]| byte)
    }

    fn flag(&mut self) -> Option<bool> {
        match self.byte()? {
            0 => Some(false),
            1 => Some(true),
            _ => None,
        }
    }

    /// The outer option says whether it could be read, the inner one whether there is something.
    #[expect(clippy::option_option, reason = "unreadable and absent are different things")]
    fn option<T>(&mut self, value: impl FnOnce(&mut Self) -> Option<T>) -> Option<Option<T>> {
        if self.flag()? { value(self).map(Some) } else { Some(None) }
    }

    #[expect(clippy::option_option, reason = "unreadable and absent are different things")]
    fn word<T: Copy>(&mut self, all: &[T]) -> Option<Option<T>> {
        match usize::from(self.byte()?) {
            0 => Some(None),
            at => all.get(at - 1).copied().map(Some),
        }
    }

    fn date(&mut self) -> Option<Date> {
        let year = i16::from_le_bytes(self.array()?);
        let (month, day) = (i8::from_le_bytes(self.array()?), i8::from_le_bytes(self.array()?));
        Date::new(year, month, day).ok()
    }

    fn moment(&mut self) -> Option<Timestamp> {
        let seconds = i64::from_le_bytes(self.array()?);
        Timestamp::new(seconds, i32::from_le_bytes(self.array()?)).ok()
    }

    fn id(&mut self) -> Option<TaskId> {
        self.text()?.parse().ok()
    }

    fn dependency(&mut self) -> Option<Dependency> {
        if self.flag()? {
            self.text().map(|name| Dependency::Group(GroupName::from_name(name)))
        } else {
            self.id().map(Dependency::Task)
        }
    }

    fn step(&mut self) -> Option<Step> {
        Some(Step {
            text: self.string()?,
            status: self.word(StepStatus::ALL)?,
            notes: self.list(Self::string)?,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::format::parse_task;
    use proptest::prelude::*;

    const WHOLE: &str = "title = \"t\"\npriority = \"low\"\nestimate = \"1.5h-2d\"\ndue = 2026-12-01\noptional = true\n\
        depends = [\"1\", \"1-2-a/b/\"]\nassignees = [\"x\"]\ntags = [\"y\", \"z\"]\nmilestones = [\"m\"]\nfiles = [\"f:1\"]\n\
        links = [\"l\"]\ncreated = 2026-11-21T10:03:07.25Z\nstatus = \"blocked\"\nreason = \"r\"\nwaiting_on = \"w\"\n\
        reopened = 1960-01-01T00:00:00.5Z\naka = [\"413\"]\ndescription = \"\\u00fc\"\n[[steps]]\ntext = \"s\"\n\
        status = \"completed\"\nnotes = [\"n\"]\n[[steps]]\ntext = \"u\"\n[fields]\nb = \"1\"\na = \"2\"\n";

    fn whole() -> (Task, Vec<u8>) {
        let parsed = parse_task("1.toml", WHOLE.as_bytes());
        assert_eq!(parsed.problems, []);
        let (task, mut bytes) = (parsed.value.unwrap(), Vec::new());
        put_task(&mut bytes, &task);
        (task, bytes)
    }

    #[test]
    fn every_key_comes_back() {
        let (task, bytes) = whole();
        let mut rest = Bytes(&bytes);
        assert_eq!(rest.task(), Some(task));
        assert_eq!(rest.0, b"");
        let mut empty = Vec::new();
        put_task(&mut empty, &Task::default());
        assert_eq!(Bytes(&empty).task(), Some(Task::default()));
    }

    #[test]
    fn what_is_cut_off_is_no_task() {
        let (_, bytes) = whole();
        assert!((0..bytes.len()).all(|end| Bytes(&bytes[..end]).task().is_none()));
    }

    proptest! {
        #[test]
        fn damage_is_no_panic(at in 0..400usize, byte in any::<u8>(), junk in prop::collection::vec(any::<u8>(), 0..60)) {
            let (_, mut bytes) = whole();
            let at = at % bytes.len();
            bytes[at] = byte;
            let _ = Bytes(&bytes).task();
            let _ = Bytes(&junk).task();
        }
    }
}
