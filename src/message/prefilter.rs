//! A cheap test that most commits of a long history fail.

use super::lines::trim_end;
use super::subject::strip_forge_prefix;
use super::{Rules, rules::Pattern};

/// As many blanks and bullets before a line are tried in turn; with more, the message is read.
const MAX_LEAD: usize = 16;

/// Whether [`super::read`] could find a reference or a revert in `message`.
///
/// Never false where it would; true now and then where it would not. The bytes are those of the commit,
/// before they are decoded: with a keyword or a pattern beyond ASCII, messages in other encodings than
/// UTF-8 must be decoded first.
pub fn may_matter(message: &[u8], rules: &Rules) -> bool {
    rules.may_name(message)
        || (!rules.patterns.is_empty()
            && message.split(|&b| b == b'\n').any(|line| may_match(line, &rules.patterns)))
}

/// Whether a pattern matches the line as it stands, or as it would stand without its bullets, its
/// indentation or the prefix of a forge.
fn may_match(line: &[u8], patterns: &[Pattern]) -> bool {
    let line = String::from_utf8_lossy(line);
    let line = trim_end(&line);
    let lead = line.bytes().take_while(|&b| b == b'*' || b.is_ascii_whitespace()).count();
    let matches = |text: &str| patterns.iter().any(|pattern| pattern.regex.is_match(text));
    lead > MAX_LEAD
        || (0..=lead).any(|start| {
            let text = &line[start..];
            matches(text) || strip_forge_prefix(text).is_some_and(matches)
        })
}
