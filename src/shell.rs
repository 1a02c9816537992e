//! Words as a POSIX shell reads them, for commands that are shown to be copied and for hooks that are written.

use std::borrow::Cow;

/// A text as one word of a command: as it is where a shell takes it for what it is, else in quotes.
pub fn word(text: &str) -> Cow<'_, str> {
    let is_plain = |c: char| c.is_alphanumeric() || "_-./:@%+,=^".contains(c);
    if !text.is_empty() && text.chars().all(is_plain) {
        Cow::Borrowed(text)
    } else {
        Cow::Owned(quoted(text))
    }
}

/// A text in single quotes, whatever it is.
pub fn quoted(text: &str) -> String {
    format!("'{}'", text.replace('\'', r"'\''"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_a_shell_would_take_apart_is_quoted() {
        for plain in [".tasks/a-b/412.toml", "v1.0..HEAD", "HEAD^", "müller.md", "x=1"] {
            assert_eq!(word(plain), plain);
        }
        for (text, expected) in [
            ("", "''"),
            ("a b", "'a b'"),
            ("it's", r"'it'\''s'"),
            ("$HOME", "'$HOME'"),
            ("a&b", "'a&b'"),
            ("~x", "'~x'"),
            ("a\nb", "'a\nb'"),
        ] {
            assert_eq!(word(text), expected);
        }
    }

    #[cfg(unix)]
    #[test]
    fn a_shell_reads_the_text_again() {
        let texts =
            ["it's", "a  b", "$(x) `y` \\ \"z\" '", "!*?[a]{b,c}", "-n", "ü;&|<>#", "a^b", "x=1,y+z%:@"];
        let words: Vec<String> = texts.iter().map(|text| word(text).into_owned()).collect();
        let script = format!("printf '%s\\n' {}", words.join(" "));
        let output = std::process::Command::new("sh").args(["-c", &script]).output().unwrap();
        assert_eq!(String::from_utf8(output.stdout).unwrap(), texts.map(|text| format!("{text}\n")).concat());
    }
}
