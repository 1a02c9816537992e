//! The one way by which text reaches a terminal.

use super::job::disobeyed;
use anstyle::{AnsiColor, Style};
use std::borrow::Cow;
use std::fmt::Write as _;
use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

/// What a piece of text is, which decides how it looks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Paint {
    /// Ordinary text.
    #[default]
    Plain,
    /// A heading.
    Heading,
    /// An id.
    Id,
    /// Secondary text.
    Dim,
    /// Done.
    Good,
    /// Under way.
    Active,
    /// Waiting.
    Waiting,
    /// Wrong or late.
    Bad,
    /// Commits and branches.
    Commit,
}

/// The widest column that is padded where no text is cut.
const MOST_PADDED: usize = 100;

impl Paint {
    fn style(self) -> Style {
        let color = |c: AnsiColor| Style::new().fg_color(Some(c.into()));
        match self {
            Self::Plain => Style::new(),
            Self::Heading => Style::new().bold(),
            Self::Id => color(AnsiColor::Yellow),
            Self::Dim => Style::new().dimmed(),
            Self::Good => color(AnsiColor::Green),
            Self::Active => color(AnsiColor::Cyan),
            Self::Waiting => color(AnsiColor::Magenta),
            Self::Bad => color(AnsiColor::Red),
            Self::Commit => color(AnsiColor::Blue),
        }
    }
}

/// Text for a terminal of a certain width. Whatever is written to it is made harmless first: control characters,
/// escape sequences and bidirectional overrides are shown escaped. Only the screen itself makes styles and line ends.
#[derive(Debug)]
pub struct Screen {
    text: String,
    width: usize,
    column: usize,
    is_styled: bool,
    is_endless: bool,
    /// Where the line begins that is being written, if its text is for the log of a job.
    logged_from: Option<usize>,
}

impl Screen {
    /// An empty screen of that many columns.
    pub fn new(width: usize) -> Self {
        Self {
            text: String::new(),
            width: width.max(20),
            column: 0,
            is_styled: true,
            is_endless: false,
            logged_from: None,
        }
    }

    /// The same for a terminal, or a file, without colours.
    pub fn unstyled(width: usize) -> Self {
        Self { is_styled: false, ..Self::new(width) }
    }

    /// The same for a file or a pipe: laid out for that many columns, but no text is cut, for who searches it later
    /// must find it.
    #[must_use]
    pub fn endless(self) -> Self {
        Self { is_endless: true, ..self }
    }

    /// The same for the log of a job, whose runner would obey commands in it: they are broken up, whatever put them together.
    #[must_use]
    pub fn logged(self) -> Self {
        Self { logged_from: Some(self.text.len()), ..self }
    }

    /// Writes a line that a runner is to obey; no text in it may come from a plan as it is.
    pub fn command(&mut self, text: &str) -> &mut Self {
        self.plain(text);
        self.logged_from = self.logged_from.map(|_| self.text.len());
        self.line()
    }

    /// That many columns, or as many as there is text for where nothing is cut.
    pub fn at_most(&self, columns: usize) -> usize {
        if self.is_endless { usize::MAX } else { columns }
    }

    /// Whether it is a file or a pipe, where no text is cut.
    pub fn is_endless(&self) -> bool {
        self.is_endless
    }

    /// How many columns there are.
    pub fn width(&self) -> usize {
        self.width
    }

    /// What was written, with styles as ANSI sequences.
    pub fn into_text(mut self) -> String {
        self.end_logged();
        self.text
    }

    /// Writes text as it is, however long.
    pub fn put(&mut self, paint: Paint, text: &str) -> &mut Self {
        let safe = harmless(text);
        self.column += columns(&safe);
        self.styled(paint, &safe);
        self
    }

    /// Writes plain text.
    pub fn plain(&mut self, text: &str) -> &mut Self {
        self.put(Paint::Plain, text)
    }

    /// Writes text cut to `columns`, with an ellipsis where something is missing.
    pub fn cut(&mut self, paint: Paint, text: &str, columns: usize) -> &mut Self {
        let safe = fit(harmless(text), self.at_most(columns));
        self.column += self::columns(&safe);
        self.styled(paint, &safe);
        self
    }

    /// Writes text in a column of that width: cut or padded with blanks. Where nothing is cut, one long text does not pad
    /// all others to its width.
    pub fn cell(&mut self, paint: Paint, text: &str, columns: usize) -> &mut Self {
        let end = self.column + if self.is_endless { columns.min(MOST_PADDED) } else { columns };
        self.cut(paint, text, columns);
        self.pad_to(end)
    }

    /// Writes text at the right edge of a column of that width.
    pub fn right(&mut self, paint: Paint, text: &str, columns: usize) -> &mut Self {
        let safe = fit(harmless(text), self.at_most(columns));
        let width = self::columns(&safe);
        self.pad_to((self.column + columns).saturating_sub(width));
        self.column += width;
        self.styled(paint, &safe);
        self
    }

    /// Writes the rest of the line, cut at the edge of the screen.
    pub fn rest(&mut self, paint: Paint, text: &str) -> &mut Self {
        let left = self.width.saturating_sub(self.column);
        self.cut(paint, text, left)
    }

    /// Writes text that is not to be broken, after a gap; on the next line, indented, where it does not fit any more.
    pub fn piece(&mut self, paint: Paint, text: &str, gap: usize, indent: usize) -> &mut Self {
        if self.column > indent && self.column + gap + width_of(text) > self.width {
            self.line().pad_to(indent);
        } else {
            self.pad_to(self.column + gap);
        }
        self.put(paint, text)
    }

    /// Writes blanks up to a column, counted from 0.
    pub fn pad_to(&mut self, column: usize) -> &mut Self {
        while self.column < column {
            self.text.push(' ');
            self.column += 1;
        }
        self
    }

    /// Ends the line.
    pub fn line(&mut self) -> &mut Self {
        let end = self.text.trim_end_matches(' ').len();
        self.text.truncate(end);
        self.end_logged();
        self.text.push('\n');
        self.logged_from = self.logged_from.map(|_| self.text.len());
        self.column = 0;
        self
    }

    /// Writes text of several lines, each indented and broken at blanks to fit; lines of their own stay lines.
    pub fn paragraph(&mut self, paint: Paint, text: &str, indent: usize) -> &mut Self {
        for line in text.trim_end().lines() {
            let safe = harmless(line);
            let lead = safe.len() - safe.trim_start().len();
            self.pad_to(indent + lead);
            let hang = indent + lead;
            for word in safe.split_whitespace() {
                if self.column > hang && self.column + 1 + word.width() > self.width {
                    self.line().pad_to(hang);
                } else if self.column > hang {
                    self.text.push(' ');
                    self.column += 1;
                }
                self.column += word.width();
                self.styled(paint, word);
            }
            self.line();
        }
        self
    }

    /// Writes a bar of that many columns, filled by `part` of `whole`.
    pub fn bar(&mut self, part: usize, whole: usize, columns: usize) -> &mut Self {
        let filled = (part * columns).checked_div(whole).unwrap_or(0);
        // Something done shows, and a full bar means all is done.
        let filled =
            if part > 0 && part < whole { filled.clamp(1, columns.saturating_sub(1)) } else { filled };
        self.put(Paint::Good, &"\u{2588}".repeat(filled));
        self.put(Paint::Dim, &"\u{2591}".repeat(columns - filled))
    }

    /// Breaks up what a runner would obey in the line that ends here.
    fn end_logged(&mut self) {
        let Some(from) = self.logged_from.filter(|from| *from < self.text.len()) else { return };
        if let Cow::Owned(line) = disobeyed(&self.text[from..]) {
            self.text.truncate(from);
            self.text.push_str(&line);
        }
    }

    fn styled(&mut self, paint: Paint, safe: &str) {
        if paint == Paint::Plain || safe.is_empty() || !self.is_styled {
            self.text.push_str(safe);
        } else {
            let style = paint.style();
            let _ = write!(self.text, "{style}{safe}{style:#}");
        }
    }
}

/// How many columns a text takes once it is made harmless.
pub fn width_of(text: &str) -> usize {
    columns(&harmless(text))
}

/// How many columns a harmless text takes; most texts are of characters of one column each.
fn columns(safe: &str) -> usize {
    if is_simple(safe) { safe.len() } else { safe.width() }
}

/// Whether a text is of printable ASCII characters alone.
fn is_simple(text: &str) -> bool {
    text.bytes().all(|byte| matches!(byte, b' '..=b'~'))
}

/// The text with everything escaped that a terminal would act on: control characters, and what reorders or hides text.
pub fn harmless(text: &str) -> Cow<'_, str> {
    if is_simple(text) || !text.chars().any(is_harmful) {
        return text.into();
    }
    let mut safe = String::with_capacity(text.len() + 16);
    for c in text.chars() {
        match c {
            '\t' | '\n' => safe.push(' '),
            '\r' => {}
            c if is_harmful(c) => {
                let _ = write!(safe, "\\u{{{:x}}}", u32::from(c));
            }
            c => safe.push(c),
        }
    }
    safe.into()
}

/// Whether a character controls, reorders or hides what stands around it.
pub fn is_harmful(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{200b}'..='\u{200c}' | '\u{200e}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{2069}'
            | '\u{61c}' | '\u{feff}' | '\u{fff9}'..='\u{fffb}' | '\u{e0000}'..='\u{e007f}')
}

/// The text in at most `lines` lines of at most that many columns, made harmless and broken at blanks where it can be; what
/// is left over is cut.
pub fn wrap(text: &str, columns: usize, lines: usize) -> Vec<String> {
    let safe = harmless(text);
    let mut rest = safe.trim();
    let mut wrapped = Vec::new();
    while wrapped.len() + 1 < lines && self::columns(rest) > columns {
        let most = beginning(rest, columns);
        let blank = rest[..most].rfind(' ').filter(|_| !rest[most..].starts_with(' '));
        let end = blank.unwrap_or(most);
        if end == 0 {
            break;
        }
        wrapped.push(rest[..end].trim_end().to_owned());
        rest = rest[end..].trim_start();
    }
    if !rest.is_empty() && lines > 0 {
        wrapped.push(fit(rest.into(), columns).into_owned());
    }
    wrapped
}

/// The text, or its beginning and an ellipsis, in at most that many columns.
fn fit(text: Cow<'_, str>, columns: usize) -> Cow<'_, str> {
    if self::columns(&text) <= columns {
        return text;
    }
    let Some(room) = columns.checked_sub(1) else { return Cow::Borrowed("") };
    let kept = text[..beginning(&text, room)].trim_end_matches([' ', '\u{200d}']);
    format!("{kept}\u{2026}").into()
}

/// Where the longest beginning of a harmless text ends that takes at most so many columns, in bytes.
fn beginning(text: &str, columns: usize) -> usize {
    let (mut used, mut before) = (0, 0);
    for (at, c) in text.char_indices() {
        // A sign of one column becomes a picture of two.
        let own = if c == '\u{fe0f}' { 2_usize.saturating_sub(before) } else { c.width().unwrap_or(0) };
        if used + own > columns {
            return at;
        }
        used += own;
        before = if own > 0 { own } else { before };
    }
    text.len()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn shown(write: impl Fn(&mut Screen)) -> String {
        let mut screen = Screen::new(20);
        write(&mut screen);
        screen.into_text()
    }

    #[test]
    fn what_a_terminal_acts_on_is_escaped() {
        let text = shown(|s| {
            s.plain("a\u{1b}[31mb\u{202e}c\u{9b}d\re\u{7}");
        });
        assert_eq!(text, "a\\u{1b}[31mb\\u{202e}c\\u{9b}de\\u{7}");
    }

    #[test]
    fn cells_keep_their_width_in_columns() {
        let text = shown(|s| {
            s.cell(Paint::Plain, "\u{6f22}\u{5b57}\u{6f22}\u{5b57}", 6).plain("|").line();
            s.cell(Paint::Plain, "ab", 6).plain("|").line();
            s.right(Paint::Plain, "ab", 6).plain("|").line();
        });
        assert_eq!(text, "\u{6f22}\u{5b57}\u{2026} |\nab    |\n    ab|\n");
    }

    #[test]
    fn a_file_gets_whole_texts_in_columns_that_grow() {
        let mut screen = Screen::unstyled(20).endless();
        screen.cell(Paint::Plain, "ab", 6).right(Paint::Plain, "cd", 4).rest(Paint::Plain, "|").line();
        screen.cell(Paint::Plain, "longer than a cell", 6).right(Paint::Plain, "and aside", 4);
        screen.rest(Paint::Plain, " with all the rest").line();
        screen.cell(Paint::Plain, "ab", 3000).plain("|").line();
        assert_eq!(
            screen.into_text(),
            "ab      cd|\nlonger than a celland aside with all the rest\n".to_owned()
                + &format!("ab{:98}|\n", "")
        );
    }

    #[test]
    fn a_piece_that_does_not_fit_goes_to_the_next_line_whole() {
        let text = shown(|s| {
            s.plain("one")
                .piece(Paint::Plain, "two three", 2, 4)
                .piece(Paint::Plain, "four five", 2, 4)
                .line();
        });
        assert_eq!(text, "one  two three\n    four five\n");
    }

    #[test]
    fn a_log_has_no_commands_but_those_that_are_meant() {
        let mut screen = Screen::unstyled(20).logged();
        screen.paragraph(Paint::Plain, "a word that is long ::error::x\n::y", 2);
        screen.plain(":").plain(":z").line().command("::notice::meant").plain("#").plain("#[w");
        let text = screen.into_text();
        assert_eq!(
            text,
            "  a word that is\n  long ::error::x\n  : :y\n: :z\n::notice::meant\n# #[w".to_owned()
        );
        let mut screen = Screen::unstyled(20).logged();
        screen.paragraph(Paint::Plain, "nineteen characters ::error::x", 0);
        assert_eq!(screen.into_text(), "nineteen characters\n: :error::x\n");
    }

    #[test]
    fn a_paragraph_breaks_at_blanks() {
        let text = shown(|s| {
            s.paragraph(Paint::Plain, "one two three four five\n  - six", 2);
        });
        assert_eq!(text, "  one two three four\n  five\n    - six\n");
    }

    #[test]
    fn a_wrapped_text_breaks_at_blanks_and_within_words_that_are_too_long() {
        let told = |text: &str, columns, lines| wrap(text, columns, lines).join("|");
        for (text, columns, lines, expected) in [
            ("Give every station its time zone", 18, 2, "Give every station|its time zone"),
            ("Give every station its time zone", 12, 2, "Give every|station its\u{2026}"),
            ("short", 18, 2, "short"),
            ("  ", 18, 2, ""),
            ("\u{6f22}\u{5b57}\u{6f22}\u{5b57}\u{6f22}", 5, 2, "\u{6f22}\u{5b57}|\u{6f22}\u{5b57}\u{2026}"),
            ("ab\u{1b}cd", 6, 2, "ab\\u{1|b}cd"),
            ("cafe\u{301} au lait", 4, 2, "cafe\u{301}|au\u{2026}"),
            ("\u{2764}\u{fe0f}\u{2764}\u{fe0f}\u{2764}\u{fe0f}", 3, 1, "\u{2764}\u{fe0f}\u{2026}"),
            ("\u{6f22}\u{5b57}", 1, 2, "\u{2026}"),
            ("anything", 0, 2, ""),
            ("anything", 8, 0, ""),
        ] {
            assert_eq!(told(text, columns, lines), expected, "{text:?} {columns} {lines}");
        }
    }

    /// Texts of what is hard to measure: wide, combining, joined and selected characters, flags, and what is escaped.
    fn any_text() -> impl Strategy<Value = String> {
        let hard = "[ a-c\u{301}\u{6f22}\u{ac00}\u{1100}\u{1161}\u{2764}\u{fe0f}\u{fe0e}\u{200d}\u{1f469}\u{1f3fd}\u{1f1e9}\u{20e3}1\u{644}\u{627}\u{1b}\u{202e}\u{ad}\u{e31}]{0,24}";
        prop_oneof![hard, any::<String>()]
    }

    proptest! {
        #[test]
        fn no_text_is_wider_than_its_column(text in any_text(), columns in 0_usize..20, lines in 0_usize..4) {
            prop_assert!(self::columns(&fit(harmless(&text), columns)) <= columns);
            let wrapped = wrap(&text, columns, lines);
            prop_assert!(wrapped.len() <= lines);
            for line in &wrapped {
                prop_assert!(self::columns(line) <= columns, "{line:?} of {text:?}");
            }
            let whole = wrap(&text, 1000, lines.max(1)).concat();
            let safe = harmless(&text);
            prop_assert_eq!(whole, safe.trim());
        }
    }

    #[test]
    fn a_bar_is_full_only_when_all_is_done() {
        let bar = |part, whole| {
            shown(|s| {
                s.bar(part, whole, 4).line();
            })
        };
        assert!(bar(99, 100).contains('\u{2591}'));
        assert!(bar(1, 100).contains('\u{2588}'));
        assert!(!bar(100, 100).contains('\u{2591}'));
        assert!(!bar(0, 0).contains('\u{2588}'));
    }
}
