//! The text under an Org headline as Markdown: planning lines and properties are said as fields.

use regex::{Captures, Regex};
use std::sync::LazyLock;

static PLANNING: LazyLock<Regex> = LazyLock::new(|| {
    pattern(r"(DEADLINE|SCHEDULED|CLOSED):\s*[<\[]([^>\]]*)[>\]](?:--[<\[][^>\]]*[>\]])?\s*")
});
static DAY: LazyLock<Regex> = LazyLock::new(|| pattern(r"^(\d{4}-\d{2}-\d{2})(?: \p{L}+\.?)?$"));
static PROPERTY: LazyLock<Regex> = LazyLock::new(|| pattern(r"^\s*:([^\s:]+):\s+(\S.*)$"));
static CLOCK: LazyLock<Regex> = LazyLock::new(|| pattern(r"^(\d{1,3}):(\d{2})$"));
static BLOCK: LazyLock<Regex> =
    LazyLock::new(|| pattern(r"(?i)^\s*#\+(begin|end)_(?:src|example)\b\s*(\S*)"));

fn pattern(text: &str) -> Regex {
    Regex::new(text).unwrap_or_else(|error| unreachable!("a constant pattern: {error}"))
}

/// The fields that a text states, as lines, and the text without them. No line is added or taken away, so that their
/// numbers stay; indentation that all lines have goes.
pub fn markdown(text: &str) -> (Vec<String>, String) {
    let indent = |line: &str| line.len() - line.trim_start().len();
    let common = text.lines().filter(|line| !line.trim().is_empty()).map(indent).min().unwrap_or(0);
    let mut said = Vec::new();
    let mut out = String::with_capacity(text.len());
    let mut in_drawer = false;
    let ends = text.lines().filter(|line| is_block(line, "end")).count();
    let mut begun = 0;
    for line in text.lines() {
        let property = || PROPERTY.captures(line).filter(|_| in_drawer);
        let rest = PLANNING.replace_all(line.trim(), "");
        if line.trim().eq_ignore_ascii_case(":properties:") {
            in_drawer = true;
        } else if in_drawer && line.trim().eq_ignore_ascii_case(":end:") {
            in_drawer = false;
        } else if let Some(found) = property() {
            said.push(format!("**{}**: {}", &found[1], length(&found[2])));
        } else if rest.is_empty() && !line.trim().is_empty() {
            said.extend(PLANNING.captures_iter(line).map(|found| planned(&found)));
        } else if is_block(line, "begin") && begun < ends {
            begun += 1;
            let language = BLOCK.captures(line).map_or_else(String::new, |found| found[2].to_owned());
            out.push_str("~~~~");
            out.push_str(&language);
        } else if is_block(line, "end") && begun > 0 {
            out.push_str("~~~~");
        } else {
            out.push_str(line.get(common..).unwrap_or(""));
        }
        out.push('\n');
    }
    (said, out)
}

/// A deadline is the day until which work is due; what repeats or has an hour keeps its words.
fn planned(found: &Captures<'_>) -> String {
    let stamp = found[2].trim();
    match (&found[1], DAY.captures(stamp)) {
        ("DEADLINE", Some(day)) => format!("**Due**: {}", &day[1]),
        ("DEADLINE", None) => format!("**Deadline**: {stamp}"),
        ("SCHEDULED", _) => format!("**Scheduled**: {stamp}"),
        _ => format!("**Closed**: {stamp}"),
    }
}

/// An effort such as `1:30` in the words of an estimate.
fn length(value: &str) -> String {
    let minutes = CLOCK.captures(value).and_then(|found| {
        let (hours, minutes): (u32, u32) = (found[1].parse().ok()?, found[2].parse().ok()?);
        hours.checked_mul(60)?.checked_add(minutes)
    });
    match minutes {
        Some(minutes) if minutes % 60 == 0 && minutes > 0 => format!("{} h", minutes / 60),
        Some(minutes) => format!("{minutes} min"),
        None => value.to_owned(),
    }
}

fn is_block(line: &str, side: &str) -> bool {
    BLOCK.captures(line).is_some_and(|found| found[1].eq_ignore_ascii_case(side))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_effort_is_an_estimate_if_it_can_be_one() {
        assert_eq!(length("1:30"), "90 min");
        assert_eq!(length("2:00"), "2 h");
        assert_eq!(length("4000000000:59"), "4000000000:59");
    }

    #[test]
    fn planning_lines_and_properties_are_fields_and_code_is_fenced() {
        let text = "  DEADLINE: <2026-02-03 Tue> SCHEDULED: <2026-02-01 Sun +1w>\n  :PROPERTIES:\n  :Effort:   1:30\n  :Owner: ada\n  \
            :END:\n  Words\n    - [ ] box\n  #+begin_src sh\n  - [ ] none\n  #+end_src\n";
        let (said, rest) = markdown(text);
        assert_eq!(
            said,
            [
                "**Due**: 2026-02-03",
                "**Scheduled**: 2026-02-01 Sun +1w",
                "**Effort**: 90 min",
                "**Owner**: ada"
            ]
        );
        assert_eq!(rest, "\n\n\n\n\nWords\n  - [ ] box\n~~~~sh\n- [ ] none\n~~~~\n");
    }

    #[test]
    fn what_only_looks_like_it_stays_text() {
        for text in [
            "The DEADLINE: <2026-02-03 Tue> is near\n",
            ":END:\n",
            "#+begin_src never ends\n",
            "a\n  :x: y\n",
        ] {
            assert_eq!(markdown(text), (Vec::new(), text.to_owned()));
        }
        assert_eq!(markdown("CLOSED: [2026-01-01 Thu 10:00]\n").0, ["**Closed**: 2026-01-01 Thu 10:00"]);
    }
}
