//! Names within HTML comments.

use std::fmt::Write;

/// A name or a path such that it can stand in an HTML comment and ends no such.
pub fn place(name: &str) -> String {
    let mut out = String::with_capacity(name.len());
    let mut last = ' ';
    for byte in name.bytes() {
        let c = char::from(byte);
        let fits = c.is_ascii_alphanumeric() || matches!(c, '.' | '_' | '/') || c == '-' && last != '-';
        if fits {
            out.push(c);
        } else {
            let _ = write!(out, "%{byte:02X}");
        }
        last = c;
    }
    out
}

/// The name of which [`place`] made this; `None` if it cannot be one.
pub fn read_place(text: &str) -> Option<String> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.bytes();
    while let Some(byte) = rest.next() {
        if byte == b'%' {
            let digits = [rest.next()?, rest.next()?];
            bytes.push(u8::from_str_radix(std::str::from_utf8(&digits).ok()?, 16).ok()?);
        } else {
            bytes.push(byte);
        }
    }
    String::from_utf8(bytes).ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn every_name_reads_back(name in "[-> %a\u{e9}/]{0,8}") {
            let text = place(&name);
            prop_assert!(!text.contains("--") && !text.contains(['>', ' ']));
            prop_assert_eq!(read_place(&text), Some(name));
        }
    }
}
