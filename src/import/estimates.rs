//! Lengths of work as documents write them.

use crate::model::Estimate;
use regex::Regex;
use std::sync::LazyLock;

static LENGTH: LazyLock<Regex> = LazyLock::new(|| {
    let unit = r"(minutes?|mins?|m|hours?|hrs?|h|days?|d|weeks?|wks?|w|minuten|minutos?|stunden?|std|horas?|heures?|tagen?|tage?|días?|dias?|jours?|wochen?|semanas?|semaines?|分钟|分|小时|時間|时间|天|日|周|週間|giờ|phút|ngày|tuần)";
    let number = r"(\d{1,5}(?:[.,]\d{1,3})?)";
    Regex::new(&format!(
        r"(?i)^[~≈<]?\s*{number}\s*{unit}?\s*(?:(?:-|–|—|~|to|bis|a)\s*{number}\s*)?{unit}(?:\b|$)"
    ))
    .unwrap_or_else(|error| unreachable!("a constant pattern: {error}"))
});

/// An estimate at the start of `text`, and what follows it: `2-3 hours (if pursued)`.
pub fn leading(text: &str) -> Option<(Estimate, &str)> {
    let text = text.trim();
    let found = LENGTH.captures(text)?;
    let end = found.get(0)?.end();
    let low = found.get(1)?.as_str().replace(',', ".");
    let unit = unit(found.get(4)?.as_str())?;
    let low_unit = found.get(2).and_then(|u| self::unit(u.as_str())).unwrap_or(unit);
    let short = match found.get(3) {
        Some(high) => format!("{low}{low_unit}-{}{unit}", high.as_str().replace(',', ".")),
        None if found.get(2).is_some() => return None,
        None => format!("{low}{unit}"),
    };
    Some((short.parse().ok()?, text[end..].trim()))
}

/// An estimate that is the whole of `text`.
pub fn whole(text: &str) -> Option<Estimate> {
    let text = text.trim().trim_end_matches('.');
    let text = text.strip_suffix("total").unwrap_or(text);
    leading(text).filter(|(_, rest)| rest.is_empty()).map(|(estimate, _)| estimate)
}

fn unit(word: &str) -> Option<char> {
    let word = word.to_lowercase();
    Some(match word.as_str() {
        "分钟" | "分" | "phút" => 'm',
        "小时" | "時間" | "时间" | "giờ" | "std" | "stunde" | "stunden" => 'h',
        "天" | "日" | "ngày" | "tag" | "tage" | "tagen" | "jour" | "jours" => 'd',
        "周" | "週間" | "tuần" | "semana" | "semanas" | "semaine" | "semaines" => 'w',
        _ => word.chars().next().filter(|c| matches!(c, 'm' | 'h' | 'd' | 'w'))?,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lengths_as_people_write_them() {
        for (text, expected) in [
            ("15 min", "15m"),
            ("2-3 hours", "2h-3h"),
            ("1-1.5 hours", "1h-1.5h"),
            ("~4h", "4h"),
            ("30 minutes to 1 hour", "30m-1h"),
            ("2 days", "2d"),
            ("3 Wochen", "3w"),
            ("1,5 horas", "1.5h"),
            ("2 小时", "2h"),
        ] {
            assert_eq!(whole(text).map(|e| e.to_string()).as_deref(), Some(expected), "{text}");
        }
        let (estimate, rest) = leading("8-16 hours (if pursued)").unwrap();
        assert_eq!((estimate.to_string().as_str(), rest), ("8h-16h", "(if pursued)"));
    }

    #[test]
    fn what_is_no_length() {
        for text in ["48 tasks", "soon", "5", "Day 1", "2 hats", "10 months"] {
            assert!(whole(text).is_none(), "{text}");
        }
    }
}
