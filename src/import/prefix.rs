//! What new ids start with.

use crate::model::{IdError, TaskId};
use std::str::FromStr;

/// The beginning of new ids, with which any number makes an id.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Prefix {
    text: String,
    first: TaskId,
}

impl Prefix {
    /// As written.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// The id of that number.
    pub fn id(&self, number: u64) -> TaskId {
        // Checked to hold for every number; the first id stands in for what cannot be.
        format!("{}{number}", self.text).parse().unwrap_or_else(|_| self.first.clone())
    }
}

impl FromStr for Prefix {
    type Err = IdError;

    fn from_str(text: &str) -> Result<Self, IdError> {
        // The longest number shows whether the length does; `com` is the name of a device with a digit only.
        format!("{text}{}", u64::MAX).parse::<TaskId>()?;
        let mut first = format!("{text}1").parse();
        for digit in 2..10 {
            first = first.and_then(|id| format!("{text}{digit}").parse::<TaskId>().map(|_| id));
        }
        Ok(Self { text: text.to_owned(), first: first? })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_prefix_makes_ids() {
        let prefix: Prefix = "PROJ-".parse().unwrap();
        assert_eq!(prefix.id(7).as_str(), "PROJ-7");
        assert_eq!("".parse::<Prefix>().unwrap().id(12).as_str(), "12");
        for wrong in ["-", "a b", "com", &"x".repeat(60)] {
            assert!(wrong.parse::<Prefix>().is_err(), "{wrong}");
        }
    }
}
