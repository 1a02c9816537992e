//! What a document says of its own size.

use super::{Estimate, EstimateError};
use std::fmt;
use std::str::FromStr;

/// How many tasks a document says it has, and how much work: written `1000 tasks, 10h-14h`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Declared {
    /// How many tasks it says it has.
    pub tasks: Option<u64>,
    /// How much work it says it is.
    pub estimate: Option<Estimate>,
}

impl Declared {
    /// Whether it says nothing.
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}

impl FromStr for Declared {
    type Err = EstimateError;

    fn from_str(text: &str) -> Result<Self, EstimateError> {
        let mut declared = Self::default();
        for part in text.split(',').map(str::trim).filter(|part| !part.is_empty()) {
            let number = part.strip_suffix("tasks").or_else(|| part.strip_suffix("task"));
            match number.and_then(|number| number.trim().parse().ok()) {
                Some(tasks) => declared.tasks = Some(tasks),
                None => declared.estimate = Some(part.parse()?),
            }
        }
        Ok(declared)
    }
}

impl fmt::Display for Declared {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let tasks = self.tasks.map(|n| format!("{n} task{}", if n == 1 { "" } else { "s" }));
        let estimate = self.estimate.map(|estimate| estimate.to_string());
        f.write_str(&tasks.into_iter().chain(estimate).collect::<Vec<_>>().join(", "))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_read_back() {
        for text in ["1000 tasks, 10h-14h", "1 task", "2h", ""] {
            assert_eq!(text.parse::<Declared>().unwrap().to_string(), text);
        }
        assert!("many tasks".parse::<Declared>().is_err());
    }
}
