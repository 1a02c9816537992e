//! What an item of a list begins with: its sign or number, and its box.

use crate::model::StepStatus;

/// A sign or a number.
pub(super) struct Marker {
    /// In bytes, blanks around it included.
    pub length: usize,
    /// The number, if it is one.
    pub number: Option<u64>,
}

/// The `- ` or `12. ` that an item begins with.
pub(super) fn marker(source: &str) -> Marker {
    let lead = source.len() - source.trim_start().len();
    let rest = &source[lead..];
    let digits = rest.bytes().take_while(u8::is_ascii_digit).count();
    let sign = rest[digits..].chars().next().map_or(0, char::len_utf8);
    let after = digits + sign;
    let blanks = rest[after..].bytes().take_while(|&b| b == b' ' || b == b'\t').count();
    Marker { length: lead + after + blanks, number: rest[..digits].parse().ok() }
}

/// The `[x]` at the start of an item's text: its state, whether a star makes it optional, its length.
pub fn checkbox(text: &str) -> (Option<StepStatus>, bool, usize) {
    let none = (None, false, 0);
    let Some(rest) = text.strip_prefix('[') else { return none };
    let Some(sign) = rest.chars().next() else { return none };
    let (sign, inner) = if sign == ']' { (' ', 0) } else { (sign, sign.len_utf8()) };
    let Some(rest) = rest[inner..].strip_prefix(']') else { return none };
    let optional = rest.starts_with('*') && !rest.starts_with("**");
    let length = 2 + inner + usize::from(optional);
    let rest = &text[length..];
    if !rest.is_empty() && !rest.starts_with(char::is_whitespace) {
        return none;
    }
    let status = match sign {
        ' ' | '_' => StepStatus::Pending,
        'x' | 'X' | '✓' | '✔' | '✅' | '☑' => StepStatus::Completed,
        '-' | '~' | '/' | '.' | '>' | 'o' => StepStatus::InProgress,
        '!' => StepStatus::Blocked,
        '❌' | '✗' | '✘' => StepStatus::Cancelled,
        _ => return none,
    };
    (Some(status), optional, length + rest.len() - rest.trim_start_matches([' ', '\t']).len())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn boxes() {
        let status = |text: &str| checkbox(text).0;
        assert_eq!(status("[ ] a"), Some(StepStatus::Pending));
        assert_eq!(status("[] a"), Some(StepStatus::Pending));
        assert_eq!(status("[-] a"), Some(StepStatus::InProgress));
        assert_eq!(status("[P] a"), None);
        assert_eq!(status("[x](https://example.com)"), None);
        assert_eq!(status("[x]"), Some(StepStatus::Completed));
    }
}
