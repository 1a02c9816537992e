//! Bytes to text, with lines mended that were once read in a wrong encoding.

use super::draft::Warning;
use encoding_rs::{Encoding, MACINTOSH, UTF_16BE, UTF_16LE, WINDOWS_1252};
use std::borrow::Cow;

/// A document as text.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Decoded {
    /// The text, without a byte order mark; lines end in a line feed only.
    pub text: String,
    /// How many lines were mended.
    pub repaired_lines: u32,
    /// Lines in which a lost character was guessed, and bytes that are no UTF-8.
    pub warnings: Vec<Warning>,
}

/// Decodes a document and mends, line by line, text that was UTF-8 and read as Mac Roman or Windows-1252.
///
/// A line changes only if its characters, written in one of those encodings, are valid UTF-8 that says
/// something else, and only in a document where some line cannot be explained otherwise.
pub fn decode(bytes: &[u8]) -> Decoded {
    let mut decoded = Decoded::default();
    let text = to_text(bytes, &mut decoded.warnings);
    let text =
        if text.contains('\r') { Cow::Owned(text.replace("\r\n", "\n").replace('\r', "\n")) } else { text };
    let evident = |encoding| {
        text.split('\n').any(|line| exact(line, encoding).is_some_and(|fixed| is_evident(line, &fixed)))
    };
    let seen: Vec<&'static Encoding> = [MACINTOSH, WINDOWS_1252].into_iter().filter(|e| evident(e)).collect();
    let repaired: Vec<Option<String>> =
        text.split('\n').map(|line| seen.iter().find_map(|encoding| exact(line, encoding))).collect();
    let was_1252 = seen.contains(&WINDOWS_1252);
    decoded.text.reserve(text.len());
    for (index, (line, fixed)) in text.split('\n').zip(repaired).enumerate() {
        if index > 0 {
            decoded.text.push('\n');
        }
        let number = u32::try_from(index + 1).unwrap_or(u32::MAX);
        let guessed = if fixed.is_none() && was_1252 { guess(line) } else { None };
        if guessed.is_some() {
            let message = "a character was lost when the text was converted; it was guessed".to_owned();
            decoded.warnings.push(Warning { line: number, message });
        }
        let fixed = fixed.or(guessed);
        decoded.repaired_lines += u32::from(fixed.is_some());
        decoded.text.push_str(fixed.as_deref().unwrap_or(line));
    }
    decoded
}

/// The bytes as characters: by a byte order mark, as UTF-8, and where a line is none, as Windows-1252.
fn to_text<'a>(bytes: &'a [u8], warnings: &mut Vec<Warning>) -> Cow<'a, str> {
    if let Some((encoding, _)) = Encoding::for_bom(bytes)
        && (encoding == UTF_16LE || encoding == UTF_16BE)
    {
        return encoding.decode(bytes).0;
    }
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    if let Ok(text) = str::from_utf8(bytes) {
        return Cow::Borrowed(text);
    }
    let mut text = String::with_capacity(bytes.len());
    for (index, line) in bytes.split(|&b| b == b'\n').enumerate() {
        if index > 0 {
            text.push('\n');
        }
        if let Ok(line) = str::from_utf8(line) {
            text.push_str(line);
            continue;
        }
        text.push_str(&WINDOWS_1252.decode_without_bom_handling(line).0);
        let line = u32::try_from(index + 1).unwrap_or(u32::MAX);
        warnings.push(Warning { line, message: "not UTF-8; read as Windows-1252".into() });
    }
    Cow::Owned(text)
}

/// The line as it was before its UTF-8 was read as `encoding`, if that explains every character.
fn exact(line: &str, encoding: &'static Encoding) -> Option<String> {
    if line.is_ascii() {
        return None;
    }
    let (bytes, _, unmappable) = encoding.encode(line);
    if unmappable {
        return None;
    }
    String::from_utf8(bytes.into_owned()).ok().filter(|text| text != line)
}

/// Whether a mended line alone shows that the document is damaged.
///
/// Clean text can hold a pair such as `ß—` or `É…` that happens to be one letter of another script. Marks and
/// punctuation, Latin letters (which then were no quotes and dashes before), or a line of one other script cannot be chance;
/// the last only if the damage is more than letters, quotes and dashes, of which clean text is made.
fn is_evident(line: &str, fixed: &str) -> bool {
    let mark = |c: char| matches!(u32::from(c), 0x2010..=0x2bff | 0xfe0f | 0x1f000..=0x1faff);
    let foreign = fixed.chars().filter(|&c| u32::from(c) >= 0x370 && c.is_alphabetic()).count();
    let letters = fixed.chars().filter(|c| c.is_alphabetic()).count();
    fixed.chars().any(mark)
        || foreign >= 3 && 2 * foreign > letters && line.chars().filter(|&c| is_symbol(c)).count() >= 2
        || foreign == 0 && fixed.chars().any(is_latin) && fixed.chars().all(|c| c.is_ascii() || is_latin(c))
}

/// What is no letter, and no quote, dash or ellipsis either.
fn is_symbol(c: char) -> bool {
    !c.is_ascii() && !c.is_alphabetic() && !matches!(c, '\u{ab}' | '\u{bb}' | '\u{2010}'..='\u{2026}')
}

/// A letter or sign of Latin-1 whose second byte is no punctuation in either encoding.
fn is_latin(c: char) -> bool {
    matches!(u32::from(c), 0xa0..=0xff) && !matches!(u32::from(c) & 0x3f, 0x04..=0x05 | 0x11..=0x17)
}

/// What Windows-1252 leaves undefined, and the soft hyphen: bytes that conversions drop.
const DROPPED: [u8; 6] = [0x81, 0x8d, 0x8f, 0x90, 0x9d, 0xad];

/// Characters of plans that contain such a byte, the likelier first where two become the same.
const LIKELY: [char; 33] = [
    '\u{fe0f}', '⭐', '❌', '⏱', '⏳', '⏰', '⏭', '❗', '❓', '❤', '❎', '⏸', '⏹', '⌚', '📝', '🔍', '🏗',
    '🏁', '📁', '📍', '📐', '🔐', '🔁', '🐛', '🐍', '🏷', '🏆', '🎁', '🏠', '🏃', '👍', '💡', '🛍',
];

/// Mends a line of a document that is known to have been read as Windows-1252, where bytes are missing.
fn guess(line: &str) -> Option<String> {
    if line.is_ascii() {
        return None;
    }
    let (bytes, _, unmappable) = WINDOWS_1252.encode(line);
    if unmappable {
        return None;
    }
    let mut out = String::new();
    let mut at = 0;
    let mut guessed = false;
    while at < bytes.len() {
        if let Some(c) = whole_char(&bytes[at..]) {
            out.push(c);
            at += c.len_utf8();
        } else {
            let (c, length) = lossy_char(&bytes, at)?;
            out.push(c);
            at += length;
            guessed = true;
        }
    }
    guessed.then_some(out)
}

fn whole_char(bytes: &[u8]) -> Option<char> {
    (1..=bytes.len().min(4))
        .find_map(|n| str::from_utf8(&bytes[..n]).ok())
        .and_then(|text| text.chars().next())
}

/// The likeliest character whose remaining bytes stand at `at`, and how many they are.
///
/// One remaining byte is a letter of many languages: it counts only where it stands alone.
fn lossy_char(bytes: &[u8], at: usize) -> Option<(char, usize)> {
    let alone = |i: Option<&u8>| i.is_none_or(u8::is_ascii_whitespace);
    let mut best: Option<(char, usize)> = None;
    for c in LIKELY {
        let mut buffer = [0; 4];
        let rest: Vec<u8> =
            c.encode_utf8(&mut buffer).bytes().filter(|byte| !DROPPED.contains(byte)).collect();
        let fits = bytes[at..].starts_with(&rest)
            && (rest.len() > 1
                || alone(at.checked_sub(1).map(|i| &bytes[i])) && alone(bytes.get(at + rest.len())));
        if fits && best.is_none_or(|(_, length)| rest.len() > length) {
            best = Some((c, rest.len()));
        }
    }
    best
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn damaged(text: &str, encoding: &'static Encoding) -> String {
        encoding.decode_without_bom_handling(text.as_bytes()).0.into_owned()
    }

    #[test]
    fn text_read_in_a_wrong_encoding_is_mended_by_line() {
        let clean = "# 🚀 Plan\nplain\n- ✅ naïve — “quoted”\n";
        for encoding in [MACINTOSH, WINDOWS_1252] {
            let mixed: Vec<String> = clean
                .split('\n')
                .map(|line| if line.contains('🚀') { damaged(line, encoding) } else { line.to_owned() })
                .collect();
            let decoded = decode(mixed.join("\n").as_bytes());
            assert_eq!(decoded.text, clean);
            assert_eq!(decoded.repaired_lines, 1);
        }
    }

    #[test]
    fn a_dropped_byte_is_guessed_only_beside_exact_damage() {
        let drop =
            |text: &str| damaged(text, WINDOWS_1252).replace(['\u{8f}', '\u{90}', '\u{9d}', '\u{ad}'], "");
        let text = format!("{}\n{}\n{}\n", drop("## ✅ a"), drop("## ⏱️ b"), drop("### c ⭐ d"));
        let decoded = decode(text.as_bytes());
        assert_eq!(decoded.text, "## ✅ a\n## ⏱️ b\n### c ⭐ d\n");
        assert_eq!(decoded.warnings.iter().map(|w| w.line).collect::<Vec<_>>(), [2, 3]);
        let french = "le château â part\n";
        assert_eq!(decode(french.as_bytes()).text, french);
    }

    #[test]
    fn other_encodings_are_read() {
        assert_eq!(decode(b"\xef\xbb\xbfa\r\nb").text, "a\nb");
        assert_eq!(decode(b"\xff\xfea\0b\0").text, "ab");
        let decoded = decode(b"caf\xe9\n\xc3\xa9\n");
        assert_eq!(decoded.text, "café\né\n");
        assert_eq!(decoded.warnings.len(), 1);
    }

    #[test]
    fn a_chance_pair_is_mended_only_where_damage_is_evident() {
        for clean in ["Spaß—und Ernst", "CAFÉ…", "—Él dijo", "désolé…»", "“é“ü“ä"] {
            assert_eq!(decode(clean.as_bytes()).text, clean);
        }
        for text in ["café", "Список дел", "計画を書く"] {
            let damage = damaged(text, WINDOWS_1252);
            assert_eq!(decode(damage.as_bytes()).text, text);
        }
        assert_eq!(decode(damaged("Список дел", MACINTOSH).as_bytes()).text, "Список дел");
    }

    proptest! {
        #[test]
        fn clean_text_of_many_languages_is_never_touched(text in "[a-zäöüßéñçłő一-龥あ-んА-я ✅🚀—“”…\n]{0,60}") {
            let decoded = decode(text.as_bytes());
            prop_assert_eq!(decoded.text, text);
            prop_assert_eq!(decoded.repaired_lines, 0);
        }
    }
}
