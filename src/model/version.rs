//! Versions as tags name them.

use std::cmp::Ordering;

/// A version by the rules of Semantic Versioning 2.0.0, as tags write it: with or without a `v` before it, and with the last
/// numbers left out (`v1.2` is 1.2.0, `v1` is 1.0.0).
///
/// Versions are in the order of precedence: a pre-release comes before its release, its identifiers compare one by one,
/// numbers by their value and before words. Build metadata says nothing of precedence; it only decides between versions that
/// are equal otherwise, so that the order is the same everywhere.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Version {
    numbers: [u64; 3],
    pre: Vec<Identifier>,
    build: String,
}

/// One part of a pre-release. Numbers come before words.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
enum Identifier {
    Number(u64),
    Word(String),
}

impl Version {
    /// The version that a tag's name is; `None` if it is none.
    pub fn of_tag(name: &str) -> Option<Self> {
        let text = name.strip_prefix(['v', 'V']).unwrap_or(name);
        let (text, build) = match text.split_once('+') {
            Some((text, build)) => (text, Some(build)),
            None => (text, None),
        };
        let (numbers, pre) = match text.split_once('-') {
            Some((numbers, pre)) => (numbers, Some(pre)),
            None => (text, None),
        };
        let mut parsed = [0; 3];
        for (at, part) in numbers.split('.').enumerate() {
            *parsed.get_mut(at)? = number(part)?;
        }
        let pre = pre.map_or(Some(Vec::new()), |pre| pre.split('.').map(identifier).collect())?;
        let build = build.map_or(Some(""), |build| build.split('.').all(is_word).then_some(build))?;
        Some(Self { numbers: parsed, pre, build: build.to_owned() })
    }

    /// Which comes first by the rules of precedence, to which build metadata says nothing.
    pub fn cmp_precedence(&self, other: &Self) -> Ordering {
        let by_pre = match (self.pre.is_empty(), other.pre.is_empty()) {
            (true, false) => Ordering::Greater,
            (false, true) => Ordering::Less,
            _ => self.pre.cmp(&other.pre),
        };
        self.numbers.cmp(&other.numbers).then(by_pre)
    }

    /// Whether it comes before the release that it names.
    pub fn is_pre_release(&self) -> bool {
        !self.pre.is_empty()
    }
}

impl Ord for Version {
    fn cmp(&self, other: &Self) -> Ordering {
        self.cmp_precedence(other).then_with(|| self.build.cmp(&other.build))
    }
}

impl PartialOrd for Version {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

/// A number without leading zeros.
fn number(text: &str) -> Option<u64> {
    let is_plain = text.bytes().all(|b| b.is_ascii_digit()) && (text.len() == 1 || !text.starts_with('0'));
    if is_plain { text.parse().ok() } else { None }
}

fn identifier(text: &str) -> Option<Identifier> {
    if !is_word(text) {
        return None;
    }
    if text.bytes().all(|b| b.is_ascii_digit()) {
        return number(text).map(Identifier::Number);
    }
    Some(Identifier::Word(text.to_owned()))
}

fn is_word(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tags_are_in_the_order_of_precedence() {
        // The order of section 11 of the specification, and what tags write besides.
        let ordered = [
            "v0.9",
            "1.0.0-alpha",
            "1.0.0-alpha.1",
            "1.0.0-alpha.beta",
            "v1.0.0-beta",
            "1.0.0-beta.2",
            "1.0.0-beta.11",
            "1.0.0-rc.1",
            "v1",
            "1.0.0+build.1",
            "1.0.1",
            "v1.2",
            "v1.10.0",
            "2.0.0-0",
            "V2",
        ];
        for pair in ordered.windows(2) {
            let [a, b] = [pair[0], pair[1]].map(|tag| Version::of_tag(tag).unwrap());
            assert!(a < b, "{pair:?}");
        }
        assert_eq!(Version::of_tag("v1.2"), Version::of_tag("1.2.0"));
    }

    #[test]
    fn what_is_no_version_is_none() {
        for tag in [
            "",
            "v",
            "latest",
            "1.2.3.4",
            "1..2",
            "01.2.3",
            "1.2.3-",
            "1.2.3-01",
            "1.2.3-a..b",
            "1.2.3+",
            "v1.x",
            "-1",
            "1.2 ",
        ] {
            assert_eq!(Version::of_tag(tag), None, "{tag}");
        }
        assert!(Version::of_tag("1.0.0-rc.1").unwrap().is_pre_release());
        assert!(!Version::of_tag("1.0.0+rc.1").unwrap().is_pre_release());
        assert!(Version::of_tag("1.0.0-0a").is_some());
    }
}
