//! Estimates of effort.

use std::fmt;
use std::str::FromStr;

/// A length of work in minutes.
pub type Minutes = u64;

/// What a day and a week of work hold, in minutes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize)]
pub struct Calendar {
    /// Minutes of work in a day; 480 unless configured.
    pub day: Minutes,
    /// Minutes of work in a week; five days unless configured.
    pub week: Minutes,
}

impl Calendar {
    /// What a day and a week have. With at most this no sum of the estimates of a plan is too large for [`Minutes`].
    pub const WHOLE: Self = Self { day: 24 * 60, week: 7 * 24 * 60 };
}

impl Default for Calendar {
    fn default() -> Self {
        Self { day: 8 * 60, week: 5 * 8 * 60 }
    }
}

/// The unit an estimate is given in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Unit {
    Minute,
    Hour,
    Day,
    Week,
}

/// A quantity: thousandths of a unit, so that `1.5h` is exact.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Quantity {
    thousandths: u64,
    unit: Unit,
}

/// An estimate as a file gives it: `15m`, `2h`, `1.5d`, `1w`, or a range such as `2h-3h` or `2-3h`.
///
/// It keeps its units; [`Estimate::minutes`] turns it into minutes by a [`Calendar`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Estimate {
    min: Quantity,
    max: Quantity,
}

/// Why a string is no estimate.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("expected an estimate such as \"15m\", \"2h\", \"1d\", \"1w\" or a range \"2h-3h\", found {found:?}")]
pub struct EstimateError {
    /// What stood there.
    pub found: String,
}

impl Estimate {
    /// The least and the most minutes; equal where no range is given.
    pub fn minutes(&self, calendar: Calendar) -> (Minutes, Minutes) {
        let (a, b) = (self.min.minutes(calendar), self.max.minutes(calendar));
        (a.min(b), a.max(b))
    }

    /// Whether a range begins with the greater bound, by the usual day and week.
    pub fn is_reversed(&self) -> bool {
        let calendar = Calendar::default();
        self.min.minutes(calendar) > self.max.minutes(calendar)
    }

    /// An estimate from minutes, written in the largest unit that holds both bounds exactly, hours at most.
    pub fn from_minutes(min: Minutes, max: Minutes) -> Self {
        let hours = min.is_multiple_of(60) && max.is_multiple_of(60);
        let quantity = |m: Minutes| {
            if hours {
                Quantity { thousandths: (m / 60).saturating_mul(1000), unit: Unit::Hour }
            } else {
                Quantity { thousandths: m.saturating_mul(1000), unit: Unit::Minute }
            }
        };
        Self { min: quantity(min), max: quantity(max) }
    }
}

impl Quantity {
    fn minutes(self, calendar: Calendar) -> Minutes {
        let unit = match self.unit {
            Unit::Minute => 1,
            Unit::Hour => 60,
            Unit::Day => calendar.day,
            Unit::Week => calendar.week,
        };
        self.thousandths.saturating_mul(unit) / 1000
    }
}

impl FromStr for Estimate {
    type Err = EstimateError;

    fn from_str(text: &str) -> Result<Self, EstimateError> {
        let error = || EstimateError { found: text.chars().take(40).collect() };
        let (low, high) = match text.split_once(['-', '\u{2013}']) {
            Some((low, high)) => (low.trim(), high.trim()),
            None => (text.trim(), text.trim()),
        };
        let (high_number, unit) = number_and_unit(high).ok_or_else(error)?;
        let unit = unit.ok_or_else(error)?;
        let max = Quantity { thousandths: high_number, unit };
        let (low_number, low_unit) = number_and_unit(low).ok_or_else(error)?;
        Ok(Self { min: Quantity { thousandths: low_number, unit: low_unit.unwrap_or(unit) }, max })
    }
}

/// `1.5h` as 1500 thousandths and the unit; the unit may be missing.
fn number_and_unit(text: &str) -> Option<(u64, Option<Unit>)> {
    let end = text.find(|c: char| !c.is_ascii_digit() && c != '.').unwrap_or(text.len());
    let (number, unit) = text.split_at(end);
    let unit = match unit.trim() {
        "" => None,
        "m" => Some(Unit::Minute),
        "h" => Some(Unit::Hour),
        "d" => Some(Unit::Day),
        "w" => Some(Unit::Week),
        _ => return None,
    };
    let (whole, fraction) = number.split_once('.').unwrap_or((number, ""));
    if whole.is_empty()
        || whole.len() > 6
        || fraction.len() > 3
        || (number.contains('.') && fraction.is_empty())
    {
        return None;
    }
    let fraction: u64 = if fraction.is_empty() { 0 } else { format!("{fraction:0<3}").parse().ok()? };
    Some((whole.parse::<u64>().ok()? * 1000 + fraction, unit))
}

impl fmt::Display for Quantity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let unit = match self.unit {
            Unit::Minute => 'm',
            Unit::Hour => 'h',
            Unit::Day => 'd',
            Unit::Week => 'w',
        };
        let (whole, fraction) = (self.thousandths / 1000, self.thousandths % 1000);
        if fraction == 0 {
            write!(f, "{whole}{unit}")
        } else {
            let digits = format!("{fraction:03}");
            write!(f, "{whole}.{}{unit}", digits.trim_end_matches('0'))
        }
    }
}

impl fmt::Display for Estimate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.min == self.max { self.min.fmt(f) } else { write!(f, "{}-{}", self.min, self.max) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn estimates_in_minutes() {
        let minutes = |text: &str| text.parse::<Estimate>().unwrap().minutes(Calendar::default());
        assert_eq!(minutes("15m"), (15, 15));
        assert_eq!(minutes("2h"), (120, 120));
        assert_eq!(minutes("1.5h"), (90, 90));
        assert_eq!(minutes("2h-3h"), (120, 180));
        assert_eq!(minutes("2-3h"), (120, 180));
        assert_eq!(minutes("30m - 1h"), (30, 60));
        assert_eq!(minutes("1d"), (480, 480));
        assert_eq!(minutes("1w"), (2400, 2400));
        assert_eq!(minutes("3h-2h"), (120, 180));
    }

    /// Sums need no care: all files of the largest plan with the largest estimate fit, in thousandths as well.
    #[test]
    fn no_plan_is_so_large_that_its_estimates_do_not_add_up() {
        let largest = "999999.999w".parse::<Estimate>().unwrap().minutes(Calendar::WHOLE).1;
        let files = crate::snapshot::MAX_FILES as u64;
        let sum = largest.checked_mul(files).unwrap();
        assert!(sum.checked_mul(1000).is_some() && i64::try_from(sum).is_ok());
        let _ = Estimate::from_minutes(u64::MAX, u64::MAX);
    }

    #[test]
    fn what_is_no_estimate() {
        for text in ["", "2", "h", "2x", "-2h", "2h-", "1.2345h", "1.h", "9999999h", "2h 30m"] {
            assert!(text.parse::<Estimate>().is_err(), "{text:?}");
        }
    }

    #[test]
    fn an_estimate_prints_as_it_is_written() {
        for text in ["15m", "2h", "1.5d", "1w", "2h-3h", "30m-1h"] {
            assert_eq!(text.parse::<Estimate>().unwrap().to_string(), text);
        }
    }
}
