//! Task ids.

use super::natural_cmp;
use std::borrow::Cow;
use std::cmp::Ordering;
use std::fmt;
use std::hash::{Hash, Hasher};
use std::str::FromStr;
use std::sync::Arc;

/// The most characters an id may have.
pub const MAX_ID_LENGTH: usize = 64;

/// The name of a task: ASCII letters, digits, `.`, `_` and `-`, starting and ending with a letter or
/// digit. Ids compare, hash and order without regard to case; the order is natural (2 before 10).
#[derive(Clone)]
pub struct TaskId(Arc<str>);

/// Why a string is no task id.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum IdError {
    /// The empty string.
    #[error("an id cannot be empty")]
    Empty,
    /// More than 64 characters.
    #[error("an id has at most 64 characters, this one has {0}")]
    TooLong(usize),
    /// A character that is not allowed at all.
    #[error("an id consists of ASCII letters, digits, '.', '_' and '-'; found {0:?}")]
    Character(char),
    /// Punctuation at the start or the end.
    #[error("an id starts and ends with a letter or a digit")]
    Edge,
    /// A name that Windows gives to a device, with or without a suffix.
    #[error("{0:?} is the name of a device on Windows")]
    Device(String),
    /// A file name that means something else under `.tasks/`.
    #[error("{0:?} is reserved for a file or folder of the plan itself")]
    Reserved(String),
}

const RESERVED: [&str; 6] = ["config", "schema", "group", "milestones", "templates", "archive"];

impl TaskId {
    /// The id as written.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The id in lower case: equal for ids that are the same id.
    pub fn key(&self) -> Cow<'_, str> {
        fold(&self.0)
    }
}

/// The integer at the end of an id behind `prefix`, if the rest of the id is that integer.
///
/// `124` for `PROJ-124` and the prefix `PROJ-`. Integers beyond `u64` count as none.
pub fn id_number(id: &str, prefix: &str) -> Option<u64> {
    let head = id.get(..prefix.len())?;
    let digits = &id[prefix.len()..];
    if !head.eq_ignore_ascii_case(prefix) || !digits.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    digits.parse().ok()
}

/// A larger integer is a date or a mistake rather than a count, and counting on from the largest integer there is would
/// be impossible.
const LARGEST: u64 = u64::MAX / 4;

/// The largest integer that any of the words has behind `prefix`, 0 if none has one; words that are no ids do not count.
pub fn largest_number<'w>(prefix: &str, words: impl IntoIterator<Item = &'w str>) -> u64 {
    let mut largest = 0;
    // A shorter word has a lesser number, and most are shorter.
    let mut length = 0;
    for word in words {
        if word.len() < length {
            continue;
        }
        let number = id_number(word, prefix).filter(|&number| number > largest && number < LARGEST);
        // Last, since it takes longest, and few numbers are larger than all before.
        if let Some(number) = number.filter(|_| word.parse::<TaskId>().is_ok()) {
            largest = number;
            length = prefix.len() + number.ilog10() as usize + 1;
        }
    }
    largest
}

fn fold(text: &str) -> Cow<'_, str> {
    if text.bytes().any(|b| b.is_ascii_uppercase()) {
        Cow::Owned(text.to_ascii_lowercase())
    } else {
        Cow::Borrowed(text)
    }
}

impl FromStr for TaskId {
    type Err = IdError;

    fn from_str(text: &str) -> Result<Self, IdError> {
        if text.is_empty() {
            return Err(IdError::Empty);
        }
        let allowed = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'.' | b'_' | b'-');
        if !text.bytes().all(allowed) {
            let stray = text.chars().find(|&c| !u8::try_from(c).is_ok_and(allowed));
            return Err(IdError::Character(stray.unwrap_or_default()));
        }
        if text.len() > MAX_ID_LENGTH {
            return Err(IdError::TooLong(text.len()));
        }
        let edge = |b: Option<&u8>| b.is_some_and(u8::is_ascii_alphanumeric);
        if !edge(text.as_bytes().first()) || !edge(text.as_bytes().last()) {
            return Err(IdError::Edge);
        }
        // Most ids are numbers, and no such name begins with one.
        if text.as_bytes()[0].is_ascii_digit() {
            return Ok(Self(text.into()));
        }
        if is_device_name(text) {
            return Err(IdError::Device(text.to_owned()));
        }
        if RESERVED.iter().any(|name| text.eq_ignore_ascii_case(name)) {
            return Err(IdError::Reserved(text.to_owned()));
        }
        Ok(Self(text.into()))
    }
}

/// Windows opens a device for these names, whatever suffix follows.
pub fn is_device_name(text: &str) -> bool {
    let stem = text.split('.').next().unwrap_or(text);
    let numbered = |name: &str| {
        stem.len() == 4 && stem[..3].eq_ignore_ascii_case(name) && matches!(stem.as_bytes()[3], b'1'..=b'9')
    };
    ["con", "prn", "aux", "nul"].iter().any(|name| stem.eq_ignore_ascii_case(name))
        || numbered("com")
        || numbered("lpt")
}

impl PartialEq for TaskId {
    fn eq(&self, other: &Self) -> bool {
        self.0.eq_ignore_ascii_case(&other.0)
    }
}

impl Eq for TaskId {}

impl Hash for TaskId {
    fn hash<H: Hasher>(&self, state: &mut H) {
        // At once: byte by byte would take several times as long, and every id of a plan is hashed.
        let mut folded = [0xff; MAX_ID_LENGTH + 1];
        let length = self.0.len().min(MAX_ID_LENGTH);
        folded[..length].copy_from_slice(&self.0.as_bytes()[..length]);
        folded[..length].make_ascii_lowercase();
        state.write(&folded[..=length]);
    }
}

impl Ord for TaskId {
    fn cmp(&self, other: &Self) -> Ordering {
        if self == other { Ordering::Equal } else { natural_cmp(&self.key(), &other.key()) }
    }
}

impl PartialOrd for TaskId {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl serde::Serialize for TaskId {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.0)
    }
}

impl fmt::Display for TaskId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}

impl fmt::Debug for TaskId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?}", self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn id(text: &str) -> TaskId {
        text.parse().unwrap()
    }

    #[test]
    fn ids_of_every_habit_are_taken() {
        for text in ["412", "1.1.1", "T001", "bd-a1b2", "a", "com10", "a_b", &"x".repeat(64)] {
            assert_eq!(id(text).as_str(), text);
        }
    }

    #[test]
    fn what_is_no_id_says_why() {
        let error = |text: &str| text.parse::<TaskId>().unwrap_err();
        assert_eq!(error(""), IdError::Empty);
        assert_eq!(error("-1"), IdError::Edge);
        assert_eq!(error("1."), IdError::Edge);
        assert_eq!(error("a b"), IdError::Character(' '));
        assert_eq!(error("\u{fc}1"), IdError::Character('\u{fc}'));
        assert_eq!(error("../x"), IdError::Character('/'));
        assert_eq!(error(&"x".repeat(65)), IdError::TooLong(65));
        assert_eq!(error("NUL"), IdError::Device("NUL".into()));
        assert_eq!(error("com1.a"), IdError::Device("com1.a".into()));
        assert_eq!(error("Group"), IdError::Reserved("Group".into()));
    }

    #[test]
    fn case_does_not_make_another_id() {
        assert_eq!(id("T001"), id("t001"));
        assert_eq!(id("T001").cmp(&id("t001")), Ordering::Equal);
        assert!(id("T2") < id("t10"));
        assert_ne!(id("01"), id("1"));
    }

    #[test]
    fn the_number_behind_a_prefix() {
        assert_eq!(id_number("PROJ-124", "proj-"), Some(124));
        assert_eq!(id_number("412", ""), Some(412));
        assert_eq!(id_number("1.1", ""), None);
        assert_eq!(id_number("PROJ", "PROJ"), None);
        assert_eq!(id_number("\u{fc}1", "x"), None);
        assert_eq!(id_number("99999999999999999999999", ""), None);
    }
}
