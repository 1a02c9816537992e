//! Values that several kinds of file share: dates, estimates, dependencies, steps.

use super::keys::{STEP, TASK};
use super::read::{Node, Reader};
use super::source::shown;
use crate::finding::Severity;
use crate::model::{Dependency, Estimate, GroupName, Step, StepStatus, TaskId};
use jiff::civil::{Date, Time};
use jiff::tz::{Offset, TimeZone};
use jiff::{SignedDuration, Timestamp};
use toml::Spanned;
use toml::de::{DeTable, DeValue};

/// A calendar day, without a time.
pub(super) fn date(reader: &mut Reader<'_>, key: &str, value: &Node<'_>) -> Option<Date> {
    let day = match value.get_ref() {
        DeValue::Datetime(found) if found.time.is_none() => found.date.and_then(civil_date),
        other => {
            let example = match other {
                DeValue::String(text) if text.parse::<Date>().is_ok() => text.to_string(),
                DeValue::Datetime(found) if found.date.is_some() => {
                    found.date.map_or_else(String::new, |d| d.to_string())
                }
                _ => "2026-12-01".to_owned(),
            };
            reader.wrong_type(
                value,
                "a date without a time",
                format!("write {key} = {example}, without quotes"),
            );
            return None;
        }
    };
    if day.is_none() {
        reader.bad_value(value, "there is no such day".to_owned(), format!("write {key} = 2026-12-01"));
    }
    day
}

/// The first second that can be written in UTC with a year of four digits.
const YEAR_ZERO: i64 = -62_167_219_200;

/// A moment: date, time and offset.
pub(super) fn moment(reader: &mut Reader<'_>, key: &str, value: &Node<'_>) -> Option<Timestamp> {
    let moment = value.get_ref().as_datetime().and_then(timestamp).filter(|m| m.as_second() >= YEAR_ZERO);
    if moment.is_none() {
        let help = format!("write {key} = 2026-11-21T10:03:07Z, without quotes");
        reader.wrong_type(value, "a date and time with an offset", help);
    }
    moment
}

/// A number that counts something.
pub(super) fn count(reader: &mut Reader<'_>, key: &str, value: &Node<'_>) -> Option<u64> {
    let count = match value.get_ref() {
        DeValue::Integer(number) => u64::from_str_radix(number.as_str(), number.radix()).ok(),
        _ => None,
    };
    // What TOML can write is all that can be read back.
    let count = count.filter(|&count| i64::try_from(count).is_ok());
    if count.is_none() {
        reader.wrong_type(value, "a whole number, 0 or more", format!("write {key} = 48"));
    }
    count
}

/// An estimate such as `2h-3h`.
pub(super) fn estimate(reader: &mut Reader<'_>, key: &str, value: Node<'_>) -> Option<Estimate> {
    let span = value.span();
    if let DeValue::Integer(number) = value.get_ref() {
        let help =
            format!("write {key} = \"{}h\", or m, d or w for another unit", shown(&number.to_string(), 20));
        reader.wrong_type(&value, "an estimate in quotes, with a unit", help);
        return None;
    }
    let text = reader.text(key, value)?;
    let estimate = text.parse();
    if estimate.is_err() {
        let message = format!("expected an estimate, found \"{}\"", shown(&text, 40));
        let help = format!("write {key} = \"2h\", or \"15m\", \"1d\", \"1w\", or a range such as \"2h-3h\"");
        reader.report("bad-value", Severity::Error, span.start, message, help);
    }
    estimate.ok()
}

/// The ids and groups that something waits for.
pub(super) fn dependencies(reader: &mut Reader<'_>, key: &str, value: Node<'_>) -> Vec<Dependency> {
    let mut all = Vec::new();
    reader.each(key, value, "ids", |reader, element| {
        all.extend(match element.get_ref() {
            DeValue::String(text) if text.ends_with('/') => group(reader, &element, text),
            _ => id(reader, &element).map(Dependency::Task),
        });
    });
    all
}

/// Names of groups; the final slash may be missing.
pub(super) fn groups(reader: &mut Reader<'_>, key: &str, value: Node<'_>) -> Vec<Dependency> {
    let mut all = Vec::new();
    reader.each(key, value, "groups", |reader, element| match element.get_ref() {
        DeValue::String(text) => all.extend(group(reader, &element, text)),
        _ => reader.wrong_type(&element, "the name of a group", "write \"database/\"".to_owned()),
    });
    all
}

/// Ids of tasks.
pub(super) fn ids(reader: &mut Reader<'_>, key: &str, value: Node<'_>) -> Vec<TaskId> {
    let mut all = Vec::new();
    reader.each(key, value, "ids", |reader, element| all.extend(id(reader, &element)));
    all
}

/// A checklist. A step without a text stays in it, because steps are named by their numbers.
pub(super) fn steps(reader: &mut Reader<'_>, value: Node<'_>) -> Vec<Step> {
    let mut steps = Vec::new();
    tables(reader, "steps", value, |reader, at, table| {
        let mut step = Step::default();
        let mut has_text = false;
        for (key, value) in table {
            match key.get_ref().as_ref() {
                "text" => {
                    (step.text, has_text) = item_text(reader, value);
                }
                "status" => step.status = step_status(reader, value),
                "notes" => step.notes = reader.texts("notes", value, "strings"),
                _ => reader.stray(&key, STEP, TASK, "a step"),
            }
        }
        if !has_text {
            reader.missing("missing-text", at, "this step has no text", "write text = \"…\" below it");
        }
        steps.push(step);
    });
    steps
}

/// The text of a step or a criterion, and whether it says something; of one that is no text, that is told.
pub(super) fn item_text(reader: &mut Reader<'_>, value: Node<'_>) -> (String, bool) {
    let text = reader.text("text", value);
    let says_something = text.as_deref().is_none_or(|text| !text.trim().is_empty());
    (text.unwrap_or_default(), says_something)
}

/// Calls `take` with the place and content of each `[[key]]`, or of each inline table of a list.
pub(super) fn tables<'v>(
    reader: &mut Reader<'_>,
    key: &str,
    value: Node<'v>,
    mut take: impl FnMut(&mut Reader<'_>, usize, DeTable<'v>),
) {
    let span = value.span();
    let help = format!("write [[{key}]], and text = \"…\" on the next line");
    match value.into_inner() {
        DeValue::Array(array) => {
            for element in array {
                let span = element.span();
                match element.into_inner() {
                    DeValue::Table(table) => take(reader, span.start, table),
                    other => reader.wrong_type(&Spanned::new(span, other), "a table", help.clone()),
                }
            }
        }
        other => reader.wrong_type(&Spanned::new(span, other), "a list of tables", help),
    }
}

/// The state of a step or a criterion.
pub(super) fn step_status(reader: &mut Reader<'_>, value: Node<'_>) -> Option<StepStatus> {
    let words = ["pending", "in_progress", "blocked", "completed", "cancelled"];
    reader.word("status", value, &words, StepStatus::from_name)
}

/// The day of a TOML date.
pub(super) fn civil_date(date: toml::value::Date) -> Option<Date> {
    let (month, day) = (i8::try_from(date.month).ok()?, i8::try_from(date.day).ok()?);
    Date::new(i16::try_from(date.year).ok()?, month, day).ok()
}

fn timestamp(value: &toml::value::Datetime) -> Option<Timestamp> {
    let (time, offset) = (value.time?, value.offset?);
    let part = |n: u8| i8::try_from(n).ok();
    let nanosecond = i32::try_from(time.nanosecond.unwrap_or(0)).ok()?;
    // RFC 3339 knows leap seconds, which no clock here counts: the last second of the minute stands for them.
    let second = part(time.second.unwrap_or(0).min(59))?;
    let time = Time::new(part(time.hour)?, part(time.minute)?, second, nanosecond).ok()?;
    let minutes = match offset {
        toml::value::Offset::Z => 0,
        toml::value::Offset::Custom { minutes } => minutes,
    };
    let offset = Offset::from_seconds(i32::from(minutes) * 60).ok();
    let local = civil_date(value.date?)?.to_datetime(time);
    if let Some(offset) = offset {
        offset.to_timestamp(local).ok()
    } else {
        let utc = local.to_zoned(TimeZone::UTC).ok()?.timestamp();
        utc.checked_sub(SignedDuration::from_mins(i64::from(minutes))).ok()
    }
}

/// An id, as a string or an integer.
fn id(reader: &mut Reader<'_>, value: &Node<'_>) -> Option<TaskId> {
    let parsed = match value.get_ref() {
        DeValue::String(text) => text.parse(),
        DeValue::Integer(number) if number.radix() == 10 => number.as_str().parse::<TaskId>(),
        _ => {
            reader.wrong_type(value, "an id", "write the id as a string, such as \"408\"".to_owned());
            return None;
        }
    };
    match parsed {
        Ok(id) => Some(id),
        Err(error) => {
            let help = "an id is a task's file name without .toml; a group ends in a slash".to_owned();
            reader.bad_value(value, error.to_string(), help);
            None
        }
    }
}

fn group(reader: &mut Reader<'_>, value: &Node<'_>, text: &str) -> Option<Dependency> {
    let name = GroupName::from_dir(text);
    if name.is_root() {
        let message = "expected the name of a group before the slash".to_owned();
        reader.bad_value(value, message, "write \"database/\"".to_owned());
        return None;
    }
    Some(Dependency::Group(name))
}
