//! Dates, and windows such as "Next week".

use jiff::civil::Date;
use jiff::{Span, ToSpan};
use regex::Regex;
use std::sync::LazyLock;

static ISO: LazyLock<Regex> = LazyLock::new(|| pattern(r"\b(\d{4})-(\d{2})-(\d{2})\b"));
static MONTH_FIRST: LazyLock<Regex> =
    LazyLock::new(|| pattern(r"(?i)\b([a-z]{3,9})\.? (\d{1,2})(?:st|nd|rd|th)?,? (\d{4})\b"));
static DAY_FIRST: LazyLock<Regex> =
    LazyLock::new(|| pattern(r"(?i)\b(\d{1,2})(?:st|nd|rd|th|\.)? ([a-z]{3,9})\.?,? (\d{4})\b"));
static WINDOW: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"(?i)^(?:(?:within|in|due in)(?: the)?|(?:the )?next|this|today|tomorrow)\s*(\d{1,4})?\s*(hours?|days?|weeks?|months?|quarters?|years?)?$",
    )
});

fn pattern(text: &str) -> Regex {
    Regex::new(text).unwrap_or_else(|error| unreachable!("a constant pattern: {error}"))
}

/// The first date in a text: `2025-10-17`, `October 17, 2025`, `17 Oct 2025`.
pub fn date_in(text: &str) -> Option<Date> {
    if let Some(found) = ISO.captures(text) {
        return date(&found[1], found[2].parse().ok()?, &found[3]);
    }
    if let Some(found) = MONTH_FIRST.captures(text)
        && let Some(month) = month(&found[1])
    {
        return date(&found[3], month, &found[2]);
    }
    let found = DAY_FIRST.captures(text)?;
    date(&found[3], month(&found[2])?, &found[1])
}

fn date(year: &str, month: i8, day: &str) -> Option<Date> {
    Date::new(year.parse().ok()?, month, day.parse().ok()?).ok()
}

fn month(name: &str) -> Option<i8> {
    const NAMES: [&str; 12] =
        ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];
    let name = name.to_lowercase();
    let index = NAMES.iter().position(|short| name.starts_with(short))?;
    i8::try_from(index + 1).ok()
}

/// Whether a text is a window of time, and the span it has: `Next 24 Hours`, `Next Month`, `within 2 weeks`.
pub fn window(text: &str) -> Option<Span> {
    let text = text.trim();
    if text.eq_ignore_ascii_case("today") {
        return Some(0.days());
    }
    if text.eq_ignore_ascii_case("tomorrow") {
        return Some(1.days());
    }
    let found = WINDOW.captures(text)?;
    let count: i64 = found.get(1).map_or(Some(1), |n| n.as_str().parse().ok())?;
    let unit = found.get(2)?.as_str().to_lowercase();
    Some(match unit.as_bytes()[0] {
        b'h' => ((count + 23) / 24).days(),
        b'd' => count.days(),
        b'w' => count.weeks(),
        b'm' => count.months(),
        b'q' => (3 * count).months(),
        _ => count.years(),
    })
}

/// The day a numbered period ends if the first begins on `base`: `Day 1`, `Week 2`, `Month 1`, `Quarter 1`.
pub fn end_of_period(words: &str, base: Date) -> Option<Date> {
    let (unit, number) = words.trim().split_once(' ')?;
    let number: i32 = number.trim().parse().ok().filter(|number| (1..=520).contains(number))?;
    let span = match unit.to_lowercase().as_str() {
        "day" | "tag" | "día" | "dia" | "jour" => (number - 1).days(),
        "week" | "woche" | "semana" | "semaine" => number.weeks(),
        "month" | "monat" | "mes" | "mês" | "mois" => number.months(),
        "quarter" | "quartal" | "trimestre" => (number * 3).months(),
        _ => return None,
    };
    base.checked_add(span).ok()
}

/// The day a window that opens on `base` ends.
pub fn end_of(window: Span, base: Date) -> Option<Date> {
    base.checked_add(window).ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date as day;

    #[test]
    fn dates_in_prose() {
        for text in
            ["October 17, 2025", "due 2025-10-17", "17th Oct 2025", "17. October 2025", "Oct. 17 2025"]
        {
            assert_eq!(date_in(text), Some(day(2025, 10, 17)), "{text}");
        }
        for text in ["soon", "2025-13-40", "Phase 17 2025"] {
            assert_eq!(date_in(text), None, "{text}");
        }
    }

    #[test]
    fn periods_end() {
        let base = jiff::civil::date(2026, 1, 31);
        let end = |words: &str| end_of_period(words, base).map(|day| day.to_string());
        assert_eq!(end("Day 1").as_deref(), Some("2026-01-31"));
        assert_eq!(end("week 2").as_deref(), Some("2026-02-14"));
        assert_eq!(end("Month 1").as_deref(), Some("2026-02-28"));
        assert_eq!(end("Quarter 1").as_deref(), Some("2026-04-30"));
        assert_eq!((end("Sprint 1"), end("Day 0"), end("Week one")), (None, None, None));
    }

    #[test]
    fn windows_end() {
        let base = day(2025, 10, 17);
        for (text, end) in [
            ("Next 24 Hours", day(2025, 10, 18)),
            ("Next Week", day(2025, 10, 24)),
            ("next month", day(2025, 11, 17)),
            ("within 3 days", day(2025, 10, 20)),
            ("today", base),
        ] {
            assert_eq!(window(text).and_then(|w| end_of(w, base)), Some(end), "{text}");
        }
        for text in ["Future Enhancements", "Next Release", "Do These First", "Next"] {
            assert!(window(text).is_none(), "{text}");
        }
    }
}
