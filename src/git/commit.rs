//! A commit object's bytes, read as leniently as Git reads them.

use super::Oid;
use gix::bstr::ByteSlice;
use std::borrow::Cow;

/// The parts of a commit object that matter here. Nothing in it is fatal: what is broken is said in `fault`.
#[derive(Debug, Default)]
pub(super) struct RawCommit<'a> {
    pub tree: Option<Oid>,
    pub parents: Vec<Oid>,
    author: &'a [u8],
    committer: &'a [u8],
    encoding: Option<&'a [u8]>,
    /// Up to the first NUL byte, as `git log` shows it.
    pub message: &'a [u8],
    /// The first thing that is wrong with it.
    pub fault: Option<&'static str>,
}

/// A name, an address and a time in seconds, as they stand in a commit.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Signature<'a> {
    pub name: &'a [u8],
    pub email: &'a [u8],
    /// `None` if there is none or it is absurd.
    pub seconds: Option<i64>,
}

impl<'a> RawCommit<'a> {
    pub(super) fn parse(data: &'a [u8]) -> Self {
        let mut commit = Self::default();
        let mut rest = data;
        while let Some((line, after)) = split_line(rest) {
            rest = after;
            if line.is_empty() {
                break;
            }
            commit.header(line);
        }
        commit.message = rest.find_byte(0).map_or(rest, |end| &rest[..end]);
        if commit.tree.is_none() {
            commit.fault = Some("names no tree");
        }
        commit
    }

    fn header(&mut self, line: &'a [u8]) {
        if let Some(hex) = line.strip_prefix(b"parent ") {
            match Oid::from_hex(hex) {
                Ok(oid) => self.parents.push(oid),
                Err(_) => self.fault = Some("has a parent line that is no object id"),
            }
        } else if let Some(hex) = line.strip_prefix(b"tree ") {
            self.tree = self.tree.or(Oid::from_hex(hex).ok());
        } else if let Some(value) = line.strip_prefix(b"author ") {
            self.author = value;
        } else if let Some(value) = line.strip_prefix(b"committer ") {
            self.committer = value;
        } else if let Some(value) = line.strip_prefix(b"encoding ") {
            self.encoding = Some(value);
        }
    }

    /// Committer time in seconds since the epoch; 0 if it cannot be read, as Git has it.
    pub(super) fn time(&mut self) -> i64 {
        let seconds = signature(self.committer).seconds;
        if seconds.is_none() {
            self.fault = self.fault.or(Some("has a broken committer line"));
        }
        seconds.unwrap_or(0)
    }

    /// Who wrote it and when.
    pub(super) fn author(&mut self) -> Signature<'a> {
        let author = signature(self.author);
        if author.seconds.is_none() {
            self.fault = self.fault.or(Some("has a broken author line"));
        }
        author
    }

    /// Text of the commit by its `encoding` header; UTF-8 without one, as far as it is that. As Git has it, text that is
    /// not in the encoding that the header names is left as it is.
    pub(super) fn decode(&self, bytes: &'a [u8]) -> Cow<'a, str> {
        let Some(label) = self.encoding else { return String::from_utf8_lossy(bytes) };
        // Browsers take these two for Windows-1252, Git does not.
        let is_one_of = |names: &[&str]| names.iter().any(|name| label.eq_ignore_ascii_case(name.as_bytes()));
        if is_one_of(&["iso-8859-1", "iso8859-1", "iso88591", "latin-1", "latin1", "l1"]) {
            return encoding_rs::mem::decode_latin1(bytes);
        }
        let encoding = encoding_rs::Encoding::for_label(label).filter(|_| !is_one_of(&["us-ascii", "ascii"]));
        let decoded = encoding.and_then(|e| e.decode_without_bom_handling_and_without_replacement(bytes));
        decoded.unwrap_or_else(|| String::from_utf8_lossy(bytes))
    }

    /// The first line that is not blank.
    pub(super) fn subject(&self) -> Cow<'a, str> {
        let line = self.message.lines().find(|line| !line.trim_ascii().is_empty()).unwrap_or_default();
        self.decode(line.trim_ascii())
    }
}

fn split_line(data: &[u8]) -> Option<(&[u8], &[u8])> {
    if data.is_empty() {
        return None;
    }
    Some(match data.find_byte(b'\n') {
        Some(end) => (&data[..end], &data[end + 1..]),
        None => (data, &[]),
    })
}

/// The time stands behind the last `>`, since names and addresses may hold anything.
fn signature(line: &[u8]) -> Signature<'_> {
    let close = line.rfind_byte(b'>');
    let (who, when) = close.map_or((line, &line[line.len()..]), |at| (&line[..at], &line[at + 1..]));
    let (name, email) =
        who.find_byte(b'<').map_or((who, &who[who.len()..]), |at| (&who[..at], &who[at + 1..]));
    let digits = when.trim_ascii().split(|&b| b == b' ').next().unwrap_or_default();
    let seconds = std::str::from_utf8(digits).ok().and_then(|text| text.parse().ok());
    Signature { name: name.trim_ascii(), email: email.trim_ascii(), seconds }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_message_ends_at_a_nul() {
        let commit =
            RawCommit::parse(b"tree 4b825dc642cb6eb9a060e54bf8d69288fbee4904\n\nshown\0task 1: hidden\n");
        assert_eq!(commit.message, b"shown");
        assert_eq!(commit.fault, None);
    }

    #[test]
    fn a_signature_block_is_no_header() {
        let data = b"tree 4b825dc642cb6eb9a060e54bf8d69288fbee4904\ngpgsig -----BEGIN\n parent x\n \n end\n\nsubject\n";
        let commit = RawCommit::parse(data);
        assert!(commit.parents.is_empty());
        assert_eq!(commit.message, b"subject\n");
    }

    #[test]
    fn what_is_broken_is_said_and_the_rest_is_read() {
        for (line, name, email, seconds) in [
            (&b"A <a@x> 12 +0000"[..], &b"A"[..], &b"a@x"[..], Some(12)),
            (b"A <b> c> -5 +0000", b"A", b"b> c", Some(-5)),
            (b"A <a@x> 99999999999999999999 +0000", b"A", b"a@x", None),
            (b"A a@x 12", b"A a@x 12", b"", None),
            (b"", b"", b"", None),
        ] {
            assert_eq!(signature(line), Signature { name, email, seconds });
        }
        let mut commit = RawCommit::parse(b"tree zz\nauthor nobody\n\ntext");
        commit.author();
        assert_eq!(commit.fault, Some("names no tree"));
    }

    #[test]
    fn text_is_decoded_by_its_header() {
        let commit = RawCommit::parse(b"encoding ISO-8859-1\n\n\n gr\xfcn \nrest");
        assert_eq!(commit.subject(), "gr\u{fc}n");
        assert_eq!(RawCommit::parse(b"\ngr\xc3\xbcn\xff").subject(), "gr\u{fc}n\u{fffd}");
    }
}
