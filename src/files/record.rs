//! What a task file says, as bytes that are quick to read again.
//!
//! Numbers are little-endian; a length is one byte, or 255 and four bytes. Reading gives nothing where the bytes say nothing
//! sensible.

use crate::model::{
    Dependency, Details, FileStatus, GroupName, LateDetails, Outline, Priority, Step, StepStatus, Task,
    TaskId,
};
use jiff::Timestamp;
use jiff::civil::Date;

/// What a length of more than one byte begins with.
const LONG: u8 = u8::MAX;

/// Appends what a task says, but for its details.
pub(super) fn put_brief(out: &mut Vec<u8>, task: &Task) {
    // Without `..`: a new key of tasks has to be put here, and the version of the format raised.
    let Task {
        title,
        priority,
        estimate,
        due,
        optional,
        depends,
        assignees,
        milestones,
        status,
        reason,
        reopened,
        aka,
        details: _,
    } = task;
    put_text(out, title);
    out.push(code(&Priority::ALL, *priority));
    put_option(out, estimate.as_ref(), |out, estimate| put_text(out, &estimate.to_string()));
    put_option(out, due.as_ref(), |out, date| put_date(out, *date));
    out.push(u8::from(*optional));
    put_list(out, depends, put_dependency);
    for texts in [assignees, milestones] {
        put_list(out, texts, |out, text| put_text(out, text));
    }
    out.push(code(FileStatus::ALL, *status));
    put_option(out, reason.as_ref(), |out, text| put_text(out, text));
    put_option(out, reopened.as_ref(), put_moment);
    put_list(out, aka, |out, id| put_text(out, id.as_str()));
    let Outline { steps, names_files, has_lists } = task.details.outline();
    put_list(out, &steps, |out, status| out.push(code(StepStatus::ALL, *status)));
    out.extend([u8::from(names_files), u8::from(has_lists)]);
}

/// Appends the details of a task.
pub(super) fn put_details(out: &mut Vec<u8>, details: &Details) {
    let Details { tags, files, links, created, waiting_on, description, steps, fields } = details;
    for texts in [tags, files, links] {
        put_list(out, texts, |out, text| put_text(out, text));
    }
    put_option(out, created.as_ref(), put_moment);
    put_option(out, waiting_on.as_ref(), |out, text| put_text(out, text));
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
    match u8::try_from(length) {
        Ok(short) if short != LONG => out.push(short),
        _ => {
            out.push(LONG);
            out.extend_from_slice(&u32::try_from(length).unwrap_or(u32::MAX).to_le_bytes());
        }
    }
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
    /// A task as [`put_brief`] has put it, whose details are what `details` makes of their outline.
    pub fn brief(&mut self, details: impl FnOnce(Outline) -> LateDetails) -> Option<Task> {
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
            milestones: self.list(Self::string)?,
            status: self.word(FileStatus::ALL)?,
            reason: self.option(Self::string)?,
            reopened: self.option(Self::moment)?,
            aka: self.list(Self::id)?,
            details: details(Outline {
                steps: self.list(|bytes| bytes.word(StepStatus::ALL))?.into_boxed_slice(),
                names_files: self.flag()?,
                has_lists: self.flag()?,
            }),
        })
    }

    /// Details as [`put_details`] has put them.
    pub fn details(&mut self) -> Option<Details> {
        Some(Details {
            tags: self.list(Self::string)?,
            files: self.list(Self::string)?,
            links: self.list(Self::string)?,
            created: self.option(Self::moment)?,
            waiting_on: self.option(Self::string)?,
            description: self.option(Self::string)?,
            steps: self.list(Self::step)?,
            fields: self.list(|bytes| Some((bytes.string()?, bytes.string()?)))?,
        })
    }

    /// A text.
    pub fn text(&mut self) -> Option<&'a str> {
        std::str::from_utf8(self.block()?).ok()
    }

    /// Bytes behind their number.
    pub fn block(&mut self) -> Option<&'a [u8]> {
        let length = self.length()?;
        self.take(length)
    }

    /// A length.
    pub fn length(&mut self) -> Option<usize> {
        match self.byte()? {
            LONG => usize::try_from(u32::from_le_bytes(self.array()?)).ok(),
            short => Some(usize::from(short)),
        }
    }

    /// So many bytes.
    fn take(&mut self, count: usize) -> Option<&'a [u8]> {
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

    fn whole() -> (Task, Vec<u8>, Vec<u8>) {
        let parsed = parse_task("1.toml", WHOLE.as_bytes());
        assert_eq!(parsed.problems, []);
        let task = parsed.value.unwrap();
        let (brief, details) = put(&task);
        (task, brief, details)
    }

    fn put(task: &Task) -> (Vec<u8>, Vec<u8>) {
        let (mut brief, mut details) = (Vec::new(), Vec::new());
        put_brief(&mut brief, task);
        put_details(&mut details, task);
        (brief, details)
    }

    /// The task of which these are the halves.
    fn read(brief: &[u8], details: &[u8]) -> Option<Task> {
        let (mut brief, mut details) = (Bytes(brief), Bytes(details));
        let details = details.details().filter(|_| details.0.is_empty())?;
        let mut outline = None;
        let task = brief.brief(|told| {
            outline = Some(told);
            details.into()
        });
        task.filter(|task| brief.0.is_empty() && Some(task.details.outline()) == outline)
    }

    #[test]
    fn every_key_comes_back() {
        let (task, brief, details) = whole();
        assert_eq!(read(&brief, &details), Some(task));
        let (brief, details) = put(&Task::default());
        assert_eq!(read(&brief, &details), Some(Task::default()));
    }

    #[test]
    fn a_length_of_any_size_comes_back() {
        for length in [0, 1, 254, 255, 256, 70_000] {
            let (mut bytes, text) = (Vec::new(), "x".repeat(length));
            put_text(&mut bytes, &text);
            assert_eq!(Bytes(&bytes).text(), Some(text.as_str()));
        }
    }

    #[test]
    fn what_is_cut_off_is_no_task() {
        let (_, brief, details) = whole();
        assert!((0..brief.len()).all(|end| read(&brief[..end], &details).is_none()));
        assert!((0..details.len()).all(|end| read(&brief, &details[..end]).is_none()));
    }

    proptest! {
        #[test]
        fn damage_is_no_panic(at in 0..400usize, byte in any::<u8>(), junk in prop::collection::vec(any::<u8>(), 0..60)) {
            let (_, mut brief, mut details) = whole();
            for bytes in [&mut brief, &mut details] {
                let at = at % bytes.len();
                bytes[at] = byte;
            }
            let _ = read(&brief, &details);
            let _ = (Bytes(&junk).brief(|_| LateDetails::default()), Bytes(&junk).details());
        }
    }
}
