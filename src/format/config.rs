//! `config.toml`.

use super::keys::{BRANCHES, CONFIG, EFFECTS, ESTIMATES, HISTORY, IDS, Key, PATTERN, REFERENCES};
use super::read::{Node, Parsed, Reader, file, one_of};
use super::source::shown;
use super::values::{civil_date, tables};
use crate::config::{Config, FORMAT_VERSION, Pattern, References, Since};
use crate::finding::{Severity, rule};
use crate::message::{SubjectEffect, is_keyword};
use crate::model::{Calendar, Estimate, Minutes, TaskId};
use jiff::civil::Date;
use toml::Spanned;
use toml::de::{DeTable, DeValue};

/// Reads `config.toml`. Of a file whose version is newer than [`FORMAT_VERSION`] nothing but the version is read: the
/// one finding is `format-too-new`, and no answer about the plan can be trusted.
pub fn parse_config(path: &str, bytes: &[u8]) -> Parsed<Config> {
    file(path, bytes, |reader, table| {
        let version = version(reader, &table);
        let mut config = Config::default();
        if version.is_some_and(|v| v > FORMAT_VERSION) {
            config.version = version.unwrap_or(FORMAT_VERSION);
            return config;
        }
        for (key, value) in table {
            reader.under = CONFIG.iter().map(|k| k.name).find(|name| *name == key.get_ref().as_ref());
            match key.get_ref().as_ref() {
                "version" => {}
                "references" => config.references = references(reader, value),
                "ids" => ids(reader, value, &mut config),
                "history" => history(reader, value, &mut config),
                "branches" => branches(reader, value, &mut config),
                "estimates" => estimates(reader, value, &mut config),
                "declared" => declared(reader, value, &mut config),
                "check" => check(reader, value, &mut config),
                _ => reader.stray(&key, CONFIG, &[], "the configuration"),
            }
        }
        config
    })
}

fn version(reader: &mut Reader<'_>, table: &DeTable<'_>) -> Option<u32> {
    let Some(value) = table.get("version") else {
        let help = format!("begin the file with version = {FORMAT_VERSION}");
        reader.missing("missing-version", 0, "the configuration has no version", &help);
        return None;
    };
    let help = format!("write version = {FORMAT_VERSION}");
    let DeValue::Integer(number) = value.get_ref() else {
        reader.wrong_type(value, "the version of the format", help);
        return None;
    };
    let number = u32::from_str_radix(number.as_str(), number.radix()).unwrap_or(u32::MAX);
    if number == 0 {
        reader.bad_value(value, "there is no version 0 of the format".to_owned(), help);
        return None;
    }
    if number > FORMAT_VERSION {
        let message =
            format!("the plan has format version {number}, and this program knows {FORMAT_VERSION}");
        let help = "install a newer version of tasks".to_owned();
        reader.report("format-too-new", Severity::Error, value.span().start, message, help);
    }
    Some(number)
}

/// Calls `take` with each pair of a table that is one.
fn section<'v>(
    reader: &mut Reader<'_>,
    name: &str,
    keys: &[Key],
    value: Node<'v>,
    mut take: impl FnMut(&mut Reader<'_>, &str, Node<'v>),
) {
    let span = value.span();
    match value.into_inner() {
        DeValue::Table(table) => {
            for (key, value) in table {
                if keys.is_empty() || keys.iter().any(|k| k.name == key.get_ref().as_ref()) {
                    take(reader, key.get_ref(), value);
                } else {
                    reader.stray(&key, keys, &[], name);
                }
            }
        }
        other => {
            reader.wrong_type(
                &Spanned::new(span, other),
                "a table",
                format!("write [{name}] on a line of its own"),
            );
        }
    }
}

fn references(reader: &mut Reader<'_>, value: Node<'_>) -> References {
    let mut references = References::default();
    section(reader, "references", REFERENCES, value, |reader, key, value| match key {
        "keywords" => references.keywords = keywords(reader, value),
        "subject" => {
            let effect = |word: &str| match word {
                "completes" => Some(SubjectEffect::Completes),
                "starts" => Some(SubjectEffect::Starts),
                _ => None,
            };
            let known = reader.word("subject", value, &["completes", "starts"], effect);
            references.subject = known.unwrap_or_default();
        }
        "ignore" => reader.each("ignore", value, "object ids", |reader, element| {
            match element.get_ref().as_str().and_then(object_id) {
                Some(oid) => references.ignore.push(oid),
                None => reader.bad_value(&element, EXPECTED_OID.to_owned(), "write \"4be9c0e\"".to_owned()),
            }
        }),
        _ => references.patterns = patterns(reader, value),
    });
    references
}

const EXPECTED_OID: &str = "expected an object id of 7 to 64 hexadecimal digits";

fn keywords(reader: &mut Reader<'_>, value: Node<'_>) -> Vec<String> {
    let mut keywords = Vec::new();
    reader.each("keywords", value, "words", |reader, element| match element.get_ref().as_str() {
        Some(word) if is_keyword(word) => {
            keywords.push(word.to_owned());
        }
        _ => {
            let message =
                "expected a word of letters, digits, - and _, with a letter or a digit at both ends"
                    .to_owned();
            reader.bad_value(&element, message, "write keywords = [\"task\"]".to_owned());
        }
    });
    keywords
}

fn patterns(reader: &mut Reader<'_>, value: Node<'_>) -> Vec<Pattern> {
    let mut patterns = Vec::new();
    tables(reader, "references.patterns", value, |reader, at, table| {
        let (mut regex, mut effect) = (None, None);
        for (key, value) in table {
            match key.get_ref().as_ref() {
                "regex" => regex = reader.text("regex", value),
                "effect" => {
                    let known = |word: &str| EFFECTS.contains(&word).then(|| word.to_owned());
                    effect = reader.word("effect", value, EFFECTS, known);
                }
                _ => reader.stray(&key, PATTERN, &[], "a pattern"),
            }
        }
        if let (Some(regex), Some(effect)) = (regex, effect) {
            patterns.push(Pattern { regex, effect });
        } else {
            let help = format!("give it regex and effect ({}); it is left out", one_of(EFFECTS));
            reader.missing("bad-value", at, "this pattern is not complete", &help);
        }
    });
    patterns
}

fn ids(reader: &mut Reader<'_>, value: Node<'_>, config: &mut Config) {
    section(reader, "ids", IDS, value, |reader, key, value| {
        let span = value.span();
        let Some(prefix) = reader.text(key, value) else { return };
        if let Err(error) = format!("{prefix}18446744073709551615").parse::<TaskId>() {
            let message = format!("no id can start with \"{}\": {error}", shown(&prefix, 40));
            let help = "write prefix = \"PROJ-\"".to_owned();
            reader.report("bad-value", Severity::Error, span.start, message, help);
        } else {
            config.id_prefix = prefix;
        }
    });
}

fn history(reader: &mut Reader<'_>, value: Node<'_>, config: &mut Config) {
    section(reader, "history", HISTORY, value, |reader, _, value| {
        let since = match value.get_ref() {
            DeValue::String(text) => match text.parse::<Date>() {
                Ok(date) if text.len() == 10 => Some(Since::Date(date)),
                _ => object_id(text).map(Since::Commit),
            },
            DeValue::Datetime(found) if found.time.is_none() => {
                found.date.and_then(civil_date).map(Since::Date)
            }
            _ => None,
        };
        if since.is_none() {
            let message = format!("{EXPECTED_OID}, or a date");
            reader.bad_value(&value, message, "write since = \"2026-11-21\"".to_owned());
        }
        config.since = since;
    });
}

fn branches(reader: &mut Reader<'_>, value: Node<'_>, config: &mut Config) {
    section(reader, "branches", BRANCHES, value, |reader, key, value| {
        if key == "trunk" {
            config.trunk = reader.texts("trunk", value, "names of branches");
        } else if let Some(age) = duration(reader, key, value, Calendar::WHOLE, Minutes::MAX) {
            config.stale_after = age;
        }
    });
}

/// A week may be given in days, and a bound in both, so they are read in that order, whatever theirs.
fn estimates(reader: &mut Reader<'_>, value: Node<'_>, config: &mut Config) {
    let mut calendar = Calendar::default();
    let (mut week, mut bounds) = (None, Vec::new());
    section(reader, "estimates", ESTIMATES, value, |reader, key, value| match key {
        "week" => week = Some(value),
        "day" => {
            let own = Calendar::WHOLE;
            calendar.day = duration(reader, key, value, own, own.day).unwrap_or(calendar.day);
        }
        _ => bounds.push((key.to_owned(), value)),
    });
    calendar.week = calendar.day.saturating_mul(5);
    if let Some(week) = week {
        let own = Calendar { day: calendar.day, week: calendar.week };
        calendar.week = duration(reader, "week", week, own, Calendar::WHOLE.week).unwrap_or(calendar.week);
    }
    config.calendar = calendar;
    bounds.sort_by_key(|(_, value)| value.span().start);
    for (key, value) in bounds {
        reader.under = Some(BOUND);
        let span = value.span();
        let bound = duration(reader, &key, value, calendar, Minutes::MAX);
        let (min, max) = &mut config.estimate_bounds;
        *(if key == "min" { &mut *min } else { &mut *max }) = bound;
        if let (Some(min), Some(most)) = (*min, *max)
            && min > most
        {
            let message = "the least is more than the most, so neither holds".to_owned();
            let help = "write min = \"15m\" and max = \"2d\"".to_owned();
            reader.report("bad-value", Severity::Error, span.start, message, help);
            config.estimate_bounds = (None, None);
        }
    }
}

/// The key that findings about the bounds of estimates stand under: unlike the rest of their table, they are for `check` alone.
pub(super) const BOUND: &str = "min";

fn declared(reader: &mut Reader<'_>, value: Node<'_>, config: &mut Config) {
    section(reader, "declared", &[], value, |reader, key, value| {
        let span = value.span();
        let Some(text) = reader.text(key, value) else { return };
        if let Ok(declared) = text.parse() {
            config.declared.insert(key.to_owned(), declared);
        } else {
            let message = format!("expected how large it is said to be, found \"{}\"", shown(&text, 40));
            let help = "write it as \"30 tasks, 10h-14h\", or one of the two".to_owned();
            reader.report("bad-value", Severity::Error, span.start, message, help);
        }
    });
}

/// A rule that this program does not know may be a newer one's; one that is almost known is a slip.
fn check(reader: &mut Reader<'_>, value: Node<'_>, config: &mut Config) {
    let span = value.span();
    let DeValue::Table(table) = value.into_inner() else {
        let help = "write [check] on a line of its own".to_owned();
        let message = "expected a table of codes with their severities".to_owned();
        reader.report("wrong-type", Severity::Error, span.start, message, help);
        return;
    };
    let level = |word: &str| match word {
        "off" => Some(None),
        "info" => Some(Some(Severity::Info)),
        "warning" => Some(Some(Severity::Warning)),
        "error" => Some(Some(Severity::Error)),
        _ => None,
    };
    for (key, value) in table {
        let code = key.get_ref().as_ref();
        match rule(code) {
            None => reader.stray_code(&key),
            Some(rule) if rule.firm => {
                let message =
                    format!("{code} has no effect here: it is an error whatever the configuration says");
                let (at, help) = (key.span().start, "remove the line".to_owned());
                reader.report("key-without-effect", Severity::Error, at, message, help);
                continue;
            }
            Some(_) => {}
        }
        if let Some(level) = reader.word(code, value, &["off", "info", "warning", "error"], level) {
            config.check.insert(code.to_owned(), level);
        }
    }
}

/// Minutes, more than none and at most `most`, from an amount with a unit.
fn duration(
    reader: &mut Reader<'_>,
    key: &str,
    value: Node<'_>,
    calendar: Calendar,
    most: Minutes,
) -> Option<Minutes> {
    let span = value.span();
    let text = reader.text(key, value)?;
    let minutes = text.parse::<Estimate>().map(|e| e.minutes(calendar));
    match minutes {
        Ok((minutes, max)) if minutes == max && minutes > most => {
            let message =
                format!("a {key} has {} hours and cannot hold \"{}\" of work", most / 60, shown(&text, 40));
            let help =
                format!("write what a {key} of work holds, such as \"8h\" of a day and \"5d\" of a week");
            reader.report("bad-value", Severity::Error, span.start, message, help);
            None
        }
        Ok((minutes, max)) if minutes == max && minutes > 0 => Some(minutes),
        _ => {
            let message = format!("expected a length of time, found \"{}\"", shown(&text, 40));
            let help = format!("write {key} = \"8h\", or m, d or w for another unit");
            reader.report("bad-value", Severity::Error, span.start, message, help);
            None
        }
    }
}

/// The object id in lower case, if it is one, abbreviated or not.
fn object_id(text: &str) -> Option<String> {
    let fits = (7..=64).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_hexdigit());
    fits.then(|| text.to_ascii_lowercase())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::message::{Effect, Rules};

    const PATH: &str = ".tasks/config.toml";

    #[test]
    fn every_key_is_read() {
        let parsed = parse_config(
            PATH,
            br#"version = 1
[references]
keywords = ["task", "ticket"]
subject = "starts"
ignore = ["4BE9C0E"]
patterns = [{ regex = '^\[(?<id>PROJ-\d+)\] ', effect = "completes" }]
[ids]
prefix = "PROJ-"
[history]
since = 2026-11-21
[branches]
trunk = ["main", "release/*"]
stale_after = "2w"
[estimates]
week = "4d"
day = "6h"
[check]
overdue = "off"
unknown-dependency = "warning"
"#,
        );
        assert_eq!(parsed.problems, []);
        let config = parsed.value.unwrap();
        assert_eq!(config.references.keywords, ["task", "ticket"]);
        assert_eq!(config.references.subject, SubjectEffect::Starts);
        assert_eq!(config.references.ignore, ["4be9c0e"]);
        assert_eq!(config.references.patterns[0].regex, r"^\[(?<id>PROJ-\d+)\] ");
        assert_eq!(config.id_prefix, "PROJ-");
        assert_eq!(config.since, Some(Since::Date(jiff::civil::date(2026, 11, 21))));
        assert_eq!(config.trunk, ["main", "release/*"]);
        assert_eq!(config.stale_after, 14 * 24 * 60);
        assert_eq!(config.calendar, Calendar { day: 360, week: 1440 });
        assert_eq!(config.check["overdue"], None);
        assert_eq!(config.check["unknown-dependency"], Some(Severity::Warning));
    }

    /// What can be configured is what messages are read by.
    #[test]
    fn keywords_and_effects_are_those_of_messages() {
        assert_eq!(Effect::ALL.map(Effect::as_str), *EFFECTS);
        let text = "version = 1\n[references]\nkeywords = [\"work-item\", \"ticket2\", \"a_b\", \"t\u{e2}che\"]\n\
            patterns = [{ regex = '(?<id>\\d+)/(?<step>\\d+)', effect = \"completes-steps\" }]\n";
        let parsed = parse_config(PATH, text.as_bytes());
        assert_eq!(parsed.problems, []);
        let references = parsed.value.unwrap().references;
        assert_eq!(references.keywords, ["work-item", "ticket2", "a_b", "t\u{e2}che"]);
        assert!(Rules::from_config(&references).is_ok());
        for bad in ["", "-x", "x-", "a.b", "#"] {
            let text = format!("version = 1\n[references]\nkeywords = [\"{bad}\"]\n");
            let parsed = parse_config(PATH, text.as_bytes());
            assert_eq!(parsed.problems.iter().map(|p| p.code).collect::<Vec<_>>(), ["bad-value"], "{bad}");
        }
    }

    #[test]
    fn since_is_an_object_id_or_a_date() {
        for (text, since) in [
            ("\"2026-11-21\"", Some(Since::Date(jiff::civil::date(2026, 11, 21)))),
            ("\"ABCDEF0\"", Some(Since::Commit("abcdef0".to_owned()))),
            ("\"main\"", None),
            ("\"abcdef\"", None),
            ("2026-11-21T10:00:00Z", None),
        ] {
            let parsed = parse_config(PATH, format!("version = 1\nhistory.since = {text}\n").as_bytes());
            assert_eq!(parsed.problems.is_empty(), since.is_some(), "{text}");
            assert_eq!(parsed.value.unwrap().since, since, "{text}");
        }
    }

    #[test]
    fn what_does_not_fit_is_reported() {
        for (text, code, line) in [
            ("", "missing-version", 1),
            ("version = \"1\"", "wrong-type", 1),
            ("version = 0", "bad-value", 1),
            ("version = 1\nreference = {}", "near-miss-key", 2),
            ("version = 1\n[references]\nkeyword = [\"x\"]", "near-miss-key", 3),
            ("version = 1\n[references]\nkeywords = [\"a b\"]", "bad-value", 3),
            ("version = 1\n[references]\npatterns = [{ regex = 'x' }]", "bad-value", 3),
            ("version = 1\n[references]\nignore = [\"HEAD\"]", "bad-value", 3),
            ("version = 1\n[ids]\nprefix = \"a b\"", "bad-value", 3),
            ("version = 1\n[branches]\nstale_after = \"0d\"", "bad-value", 3),
            ("version = 1\n[estimates]\nday = \"1h-2h\"", "bad-value", 3),
            ("version = 1\n[estimates]\nday = \"999999w\"", "bad-value", 3),
            ("version = 1\n[estimates]\nday = \"25h\"", "bad-value", 3),
            ("version = 1\n[estimates]\nweek = \"169h\"", "bad-value", 3),
            ("version = 1\n[check]\noverdue = \"loud\"", "bad-value", 3),
            ("version = 1\nids = 1", "wrong-type", 2),
        ] {
            let found = parse_config(PATH, text.as_bytes()).problems;
            assert_eq!(found.len(), 1, "{text}: {found:?}");
            assert_eq!((found[0].code, found[0].place.unwrap().line), (code, line), "{text}");
        }
    }

    #[test]
    fn of_a_newer_format_only_the_version_is_read() {
        let parsed = parse_config(PATH, b"version = 2\nids = 7\n[references]\nkeyword = 1\n");
        assert_eq!(parsed.problems.iter().map(|p| p.code).collect::<Vec<_>>(), ["format-too-new"]);
        assert_eq!(parsed.value.unwrap(), Config { version: 2, ..Config::default() });
    }
}
