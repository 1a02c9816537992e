//! How wide text is, without the font: the usual widths of a sans-serif face, rather too wide than too narrow.

use unicode_width::UnicodeWidthChar;

/// How wide a text is, in pixels, at that size of the font.
pub fn width(text: &str, size: f64) -> f64 {
    text.chars().map(advance).sum::<f64>() * size
}

/// The width of a character, in parts of the size of the font.
fn advance(c: char) -> f64 {
    match c {
        'i' | 'j' | 'l' | '.' | ',' | ':' | ';' | '\'' | '|' | '!' | ' ' => 0.32,
        'f' | 'r' | 't' | 'I' | '(' | ')' | '[' | ']' | '/' | '-' => 0.42,
        'm' | 'w' | 'M' | 'W' | '@' | '%' => 0.95,
        'A'..='Z' | '&' => 0.72,
        c if c.is_ascii() => 0.6,
        c => match c.width() {
            Some(2) => 1.05,
            Some(0) => 0.0,
            _ => 0.7,
        },
    }
}

/// The text, or its beginning and an ellipsis, no wider than that.
pub fn cut(text: &str, size: f64, most: f64) -> String {
    if width(text, size) <= most {
        return text.to_owned();
    }
    let room = most - width("\u{2026}", size);
    let mut used = 0.0;
    let fits = |c: &char| {
        used += advance(*c) * size;
        used <= room
    };
    let kept: String = text.chars().take_while(fits).collect();
    format!("{}\u{2026}", kept.trim_end())
}

/// The text in at most `lines` lines, broken at blanks where it can be; the last one is cut.
pub fn wrap(text: &str, size: f64, most: f64, lines: usize) -> Vec<String> {
    let mut wrapped: Vec<String> = Vec::new();
    let mut words = text.split_whitespace().peekable();
    while let Some(word) = words.next() {
        if wrapped.len() + 1 == lines {
            let rest = std::iter::once(word).chain(words).collect::<Vec<_>>().join(" ");
            wrapped.push(cut(&rest, size, most));
            return wrapped;
        }
        let mut line = word.to_owned();
        while let Some(next) =
            words.next_if(|next| width(&line, size) + width(next, size) + 0.32 * size <= most)
        {
            line.push(' ');
            line.push_str(next);
        }
        wrapped.push(cut(&line, size, most));
    }
    wrapped
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_fit_and_the_last_one_is_cut() {
        let lines = wrap("Rotate refresh tokens on every use and revoke the family", 13.0, 150.0, 2);
        assert_eq!(lines.len(), 2);
        assert!(lines[1].ends_with('\u{2026}'), "{lines:?}");
        assert!(lines.iter().all(|line| width(line, 13.0) <= 150.0), "{lines:?}");
        assert_eq!(wrap("Short", 13.0, 150.0, 2), ["Short"]);
        let wide = wrap(&"\u{6f22}".repeat(40), 13.0, 150.0, 2);
        assert!(width(&wide[0], 13.0) <= 150.0 && wide[0].ends_with('\u{2026}'));
    }
}
