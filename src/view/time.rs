//! Points in time and lengths of work as text.

use crate::model::Minutes;
use jiff::Timestamp;

/// Seconds since the epoch as RFC 3339 in UTC; times outside what a calendar holds become the nearest that it does.
pub fn rfc3339(seconds: i64) -> String {
    let time = Timestamp::from_second(seconds);
    time.unwrap_or(if seconds < 0 { Timestamp::MIN } else { Timestamp::MAX }).to_string()
}

/// How long ago something was: `just now`, `5 minutes ago`, `3 days ago`; `in 2 hours` for what is to come.
pub fn ago(seconds: i64, now: i64) -> String {
    let passed = now.saturating_sub(seconds);
    let (number, unit) = match passed.unsigned_abs() {
        0..60 => return "just now".to_owned(),
        s @ 60..3600 => (s / 60, "minute"),
        s @ 3600..86_400 => (s / 3600, "hour"),
        s @ 86_400..1_209_600 => (s / 86_400, "day"),
        s @ 1_209_600..5_184_000 => (s / 604_800, "week"),
        s @ 5_184_000..63_072_000 => (s / 2_592_000, "month"),
        s => (s / 31_536_000, "year"),
    };
    let plural = if number == 1 { "" } else { "s" };
    if passed > 0 { format!("{number} {unit}{plural} ago") } else { format!("in {number} {unit}{plural}") }
}

/// Minutes of work as hours and minutes: `45m`, `2h`, `2h30m`.
pub fn span_of_minutes(minutes: Minutes) -> String {
    match (minutes / 60, minutes % 60) {
        (0, m) => format!("{m}m"),
        (h, 0) => format!("{h}h"),
        (h, m) => format!("{h}h{m:02}m"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_read_as_people_say_them() {
        let day = 86_400;
        let cases = [
            (10, "just now"),
            (60, "1 minute ago"),
            (7200, "2 hours ago"),
            (day, "1 day ago"),
            (13 * day, "13 days ago"),
            (21 * day, "3 weeks ago"),
            (90 * day, "3 months ago"),
            (800 * day, "2 years ago"),
            (-2 * day, "in 2 days"),
        ];
        for (passed, text) in cases {
            assert_eq!(ago(1_000_000_000 - passed, 1_000_000_000), text);
        }
    }

    #[test]
    fn work_reads_as_hours_and_minutes() {
        assert_eq!(span_of_minutes(45), "45m");
        assert_eq!(span_of_minutes(120), "2h");
        assert_eq!(span_of_minutes(65), "1h05m");
    }

    #[test]
    fn absurd_times_do_not_fail() {
        assert_eq!(rfc3339(0), "1970-01-01T00:00:00Z");
        assert!(rfc3339(i64::MAX).starts_with("9999-"));
        assert!(rfc3339(i64::MIN).starts_with("-009999"));
    }
}
