//! Trailers, exactly as `git interpret-trailers --parse --no-divider` finds them when nothing is
//! configured. The functions follow those of Git's `trailer.c` and `wt-status.c`.

use super::lines::lines;

/// A trailer.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Trailer<'a> {
    /// The byte at which its first line starts.
    pub start: usize,
    /// The byte behind its last line.
    pub end: usize,
    /// What stands before the colon, without blanks.
    pub key: &'a str,
    /// What stands behind it, in one line.
    pub value: String,
}

/// The block of trailers at the end of `text`.
#[derive(Debug)]
pub(super) struct Block<'a> {
    /// The byte at which it starts; the end of what Git reads if there is none.
    pub start: usize,
    /// In the order of the text.
    pub trailers: Vec<Trailer<'a>>,
}

const CUT_LINE: &[u8] = b"# ------------------------ >8 ------------------------";
const GENERATED: [&[u8]; 2] = [b"Signed-off-by: ", b"(cherry picked from commit "];

/// The trailers of a whole message in their order: keys as they are written, and values in one line.
pub fn trailers(message: &str) -> Vec<(&str, String)> {
    find(message).trailers.into_iter().map(|trailer| (trailer.key, trailer.value)).collect()
}

/// Finds the trailers of a whole message.
pub(super) fn find(text: &str) -> Block<'_> {
    let end = end_of_message(text.as_bytes());
    let start = block_start(&text.as_bytes()[..end]);
    let mut trailers: Vec<Trailer> = Vec::new();
    // Whether the last line belongs to a trailer, so that an indented one continues it.
    let mut is_open = false;
    let mut raw: Vec<(usize, usize)> = Vec::new();
    for line in lines(&text[start..end], 0) {
        let (from, to) = (start + line.start, start + line.end);
        let bytes = &text.as_bytes()[from..to];
        if is_open && bytes.first().is_some_and(|&b| is_space(b)) {
            if let (Some(last), Some(span)) = (trailers.last_mut(), raw.last_mut()) {
                (last.end, span.1) = (to, to);
            }
            continue;
        }
        let separator = separator(bytes);
        is_open = separator.is_some();
        if let Some(at) = separator {
            let key = text[from..from + at].trim_end_matches([' ', '\t']);
            trailers.push(Trailer { start: from, end: to, key, value: String::new() });
            raw.push((from + at + 1, to));
        }
    }
    for (trailer, (from, to)) in trailers.iter_mut().zip(raw) {
        trailer.value = unfold(&text[from..to]);
    }
    Block { start, trailers }
}

/// Where the message ends that Git reads: before a cut line, comments, blank lines and old conflict lists.
fn end_of_message(text: &[u8]) -> usize {
    let (mut comments, mut position) = (0, 0);
    let mut in_conflicts = false;
    while position < text.len() {
        let next = next_line(text, position);
        let line = text[position..next].strip_suffix(b"\n").unwrap_or(&text[position..next]);
        if line == CUT_LINE {
            break;
        }
        if line.is_empty() || line.starts_with(b"#") || line == b"Conflicts:" {
            in_conflicts |= line == b"Conflicts:";
            // As in Git, a run of comments that starts the message is not seen as one at its first line.
            if comments == 0 {
                comments = position;
            }
        } else if !(in_conflicts && line.starts_with(b"\t")) && comments != 0 {
            comments = 0;
            in_conflicts = false;
        }
        position = next;
    }
    if comments == 0 { position } else { comments }
}

/// Where the trailers start, or the end of `text`. They follow a blank line, and are all trailers, or at
/// least a quarter of them is and one of those is Git's own.
fn block_start(text: &[u8]) -> usize {
    let title = end_of_title(text);
    let mut found = Found::default();
    let mut end = text.len();
    while let Some(start) = last_line(text, end).filter(|&start| start >= title) {
        let line = &text[start..end];
        if is_blank(line) && !line.starts_with(b"#") {
            if !found.only_blanks() {
                return if found.is_block() { next_line(text, start) } else { text.len() };
            }
        } else {
            found.count(line);
        }
        end = start;
    }
    text.len()
}

/// What was found from the end of the text up to some line.
#[derive(Default)]
struct Found {
    has_generated: bool,
    has_text: bool,
    trailers: usize,
    others: usize,
    /// Indented lines that continue a trailer, if the next line upwards is one.
    indented: usize,
}

impl Found {
    fn only_blanks(&self) -> bool {
        !self.has_text
    }

    fn count(&mut self, line: &[u8]) {
        if line.starts_with(b"#") {
            self.others += std::mem::take(&mut self.indented);
            return;
        }
        self.has_text = true;
        let is_generated = GENERATED.iter().any(|prefix| line.starts_with(prefix));
        self.has_generated |= is_generated;
        let is_indented = line.first().is_some_and(|&b| is_space(b));
        if is_generated || (!is_indented && separator(line).is_some()) {
            self.trailers += 1;
            self.indented = 0;
        } else if is_indented {
            self.indented += 1;
        } else {
            self.others += 1 + std::mem::take(&mut self.indented);
        }
    }

    fn is_block(&self) -> bool {
        let others = self.others + self.indented;
        (self.has_generated && self.trailers * 3 >= others) || (self.trailers > 0 && others == 0)
    }
}

/// The first paragraph is the title, and has no trailers.
fn end_of_title(text: &[u8]) -> usize {
    let mut position = 0;
    while position < text.len() {
        let next = next_line(text, position);
        if is_blank(&text[position..next]) {
            break;
        }
        position = next;
    }
    position
}

/// Where the last line before `end` starts.
fn last_line(text: &[u8], end: usize) -> Option<usize> {
    let before = end.checked_sub(1)?;
    Some(text[..before].iter().rposition(|&b| b == b'\n').map_or(0, |at| at + 1))
}

fn next_line(text: &[u8], position: usize) -> usize {
    text[position..].iter().position(|&b| b == b'\n').map_or(text.len(), |at| position + at + 1)
}

/// Where the colon stands behind a key: letters, digits and `-`, then perhaps blanks.
fn separator(line: &[u8]) -> Option<usize> {
    let is_key = |b: &u8| b.is_ascii_alphanumeric() || *b == b'-';
    let key = line.iter().take_while(|b| is_key(b)).count();
    let blanks = line[key..].iter().take_while(|&&b| b == b' ' || b == b'\t').count();
    (key > 0 && line.get(key + blanks) == Some(&b':')).then_some(key + blanks)
}

/// Line breaks with the blanks behind them become one space.
fn unfold(value: &str) -> String {
    let mut text = String::with_capacity(value.len());
    for (index, line) in value.split('\n').enumerate() {
        if index == 0 {
            text.push_str(line);
            continue;
        }
        let line = line.trim_start_matches(is_space_char);
        if !line.is_empty() {
            text.push(' ');
            text.push_str(line);
        }
    }
    text.trim_matches(is_space_char).to_owned()
}

fn is_blank(line: &[u8]) -> bool {
    line.iter().all(|&b| is_space(b))
}

/// What Git takes for a blank: form feeds are none.
fn is_space(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t' | b'\n' | b'\r')
}

fn is_space_char(c: char) -> bool {
    u8::try_from(c).is_ok_and(is_space)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::io::Write as _;
    use std::process::{Command, Stdio};

    fn ours(text: &str) -> String {
        let lines = find(text)
            .trailers
            .into_iter()
            .map(|trailer| trailer.key.to_owned() + ": " + &trailer.value + "\n");
        lines.collect()
    }

    fn gits(text: &str) -> String {
        let mut child = Command::new("git")
            .args(["interpret-trailers", "--parse", "--no-divider"])
            .env_clear()
            .envs(std::env::var_os("PATH").map(|path| ("PATH", path)))
            .envs([("GIT_CONFIG_GLOBAL", "/dev/null"), ("GIT_CONFIG_NOSYSTEM", "1"), ("LC_ALL", "C")])
            .current_dir(std::env::temp_dir())
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        child.stdin.take().unwrap().write_all(text.as_bytes()).unwrap();
        let output = child.wait_with_output().unwrap();
        assert!(output.status.success());
        String::from_utf8(output.stdout).unwrap()
    }

    #[test]
    fn the_known_traps() {
        for (text, expected) in [
            ("s\n\nCloses-Task: 412", "Closes-Task: 412\n"),
            ("s\n\nCloses-Task : 412\n 413\n\n\n", "Closes-Task: 412 413\n"),
            ("s\nCloses-Task: 412", ""),
            ("Closes-Task: 412", ""),
            ("s\n\nprose\nCloses-Task: 412", ""),
            ("s\n\nprose\nCloses-Task: 412\nSigned-off-by: x", "Closes-Task: 412\nSigned-off-by: x\n"),
            ("s\n\nCloses-Task: 412\n\n# comment\n", "Closes-Task: 412\n"),
            ("s\n\nCloses-Task: 412\n---\nA: b", ""),
            ("s\r\n\r\nCloses-Task: 412\r\n", "Closes-Task: 412\n"),
        ] {
            assert_eq!(ours(text), expected, "{text:?}");
            assert_eq!(gits(text), expected, "git: {text:?}");
        }
    }

    fn line() -> impl Strategy<Value = &'static str> {
        prop::sample::select(vec![
            "",
            "",
            "",
            "",
            " ",
            "\r",
            "A: b",
            "Closes-Task: 412",
            "Key :v",
            "Key\t: v ",
            "K:",
            ":v",
            "two words: x",
            "prose",
            "more prose here",
            " cont",
            "\tcont: x",
            "# comment",
            "#",
            "Signed-off-by: me",
            "signed-off-by: me",
            "(cherry picked from commit abc)",
            " Signed-off-by: x",
            "---",
            "Conflicts:",
            "\tfile",
            "# ------------------------ >8 ------------------------",
            "\u{e4}: x",
            "Kl\u{e4}r: x",
            "A=b",
            "\x0c",
            "A: b\r",
            "-: x",
            "Bug #1: x",
        ])
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(600))]

        #[test]
        fn git_finds_the_same(lines in prop::collection::vec(line(), 0..14), is_ended in any::<bool>()) {
            let text = lines.join("\n") + if is_ended { "\n" } else { "" };
            prop_assert_eq!(ours(&text), gits(&text), "{:?}", text);
        }
    }
}
