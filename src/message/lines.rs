//! Lines of a text, with where they start and which number they have.

/// One line, without its line ending and without blanks at its end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Line<'a> {
    /// The byte at which the line starts.
    pub start: usize,
    /// The byte after its line ending.
    pub end: usize,
    /// Counted from the first line of the whole message, which is 1.
    pub number: u32,
    /// What stands on it.
    pub text: &'a str,
}

impl Line<'_> {
    /// Nothing but blanks.
    pub fn is_blank(&self) -> bool {
        trim(self.text).is_empty()
    }
}

/// The lines of `text`, the first of which has the number `first`. Long messages come from machines, so
/// nothing is collected.
pub(super) fn lines(text: &str, first: u32) -> impl Iterator<Item = Line<'_>> {
    let (mut start, mut number) = (0, first);
    text.split_inclusive('\n').map(move |line| {
        let end = start + line.len();
        let found = Line { start, end, number, text: trim_end(line) };
        start = end;
        number = number.saturating_add(1);
        found
    })
}

/// Without blanks and line endings on both sides. Only ASCII counts, as in Git.
pub(super) fn trim(text: &str) -> &str {
    trim_end(text.trim_start_matches(|c: char| c.is_ascii_whitespace()))
}

/// Without blanks and line endings at the end.
pub(super) fn trim_end(text: &str) -> &str {
    text.trim_end_matches(|c: char| c.is_ascii_whitespace())
}

/// Without spaces and tabs at the start.
pub(super) fn skip_blanks(text: &str) -> &str {
    text.trim_start_matches([' ', '\t'])
}

/// Removes `word` from the start, without regard to ASCII case.
pub(super) fn strip_word<'a>(text: &'a str, word: &str) -> Option<&'a str> {
    let head = text.get(..word.len())?;
    head.eq_ignore_ascii_case(word).then(|| &text[word.len()..])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_know_their_place() {
        let found: Vec<Line> = lines("a \r\n\n b", 7).collect();
        assert_eq!(
            found,
            [
                Line { start: 0, end: 4, number: 7, text: "a" },
                Line { start: 4, end: 5, number: 8, text: "" },
                Line { start: 5, end: 7, number: 9, text: " b" },
            ]
        );
    }

    #[test]
    fn a_word_is_stripped_in_any_case_and_never_within_a_character() {
        assert_eq!(strip_word("WIP: x", "wip"), Some(": x"));
        assert_eq!(strip_word("w\u{ef}p", "wip"), None);
        assert_eq!(strip_word("wi", "wip"), None);
    }
}
