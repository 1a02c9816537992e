//! Records as bytes: small, and read only where somebody asks for one.

use super::record::{Person, Record, Sighting};
use crate::message::{Effect, Inert, Message, Part, Reference, Revert, RevertKind, Rule};
use std::collections::HashMap;

/// By their numbers.
const REVERTS: [RevertKind; 3] = [RevertKind::Revert, RevertKind::Reapply, RevertKind::Retitled];

/// Strings by number.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Strings {
    /// Where each ends.
    pub ends: Vec<u32>,
    pub bytes: Vec<u8>,
}

impl Strings {
    pub fn len(&self) -> usize {
        self.ends.len()
    }

    /// The string of that number; empty where there is none.
    pub fn get(&self, number: u32) -> &str {
        let at = number as usize;
        let start = at.checked_sub(1).map_or(0, |before| self.ends.get(before).copied().unwrap_or(0));
        let end = self.ends.get(at).copied().unwrap_or(start);
        self.bytes.get(start as usize..end as usize).and_then(|b| std::str::from_utf8(b).ok()).unwrap_or("")
    }

    pub fn push(&mut self, text: &str) -> u32 {
        let number = u32::try_from(self.ends.len()).expect("fewer than 2^32 strings");
        self.bytes.extend_from_slice(text.as_bytes());
        self.ends.push(u32::try_from(self.bytes.len()).expect("less than 4 GiB of text"));
        number
    }
}

/// Adds strings, each only once.
#[derive(Default)]
pub(super) struct Interner {
    known: HashMap<Box<str>, u32>,
}

impl Interner {
    pub fn number(&mut self, text: &str, strings: &mut Strings) -> u32 {
        if let Some(&number) = self.known.get(text) {
            return number;
        }
        let number = strings.push(text);
        self.known.insert(text.into(), number);
        number
    }
}

pub(super) const EFFECTS: [Effect; 5] =
    [Effect::Completes, Effect::Starts, Effect::CompletesSteps, Effect::Links, Effect::Reopens];

pub(super) const RULES: [Rule; 13] = [
    Rule::Subject,
    Rule::SubjectWip,
    Rule::SubjectStep,
    Rule::ForgeMerge,
    Rule::ForgePrefix,
    Rule::TrailerCloses,
    Rule::TrailerPartOf,
    Rule::TrailerRefs,
    Rule::TrailerReopens,
    Rule::SquashBullet,
    Rule::SquashedCommit,
    Rule::Pattern,
    Rule::Mention,
];

const INERT: [Option<Inert>; 4] = [None, Some(Inert::Fixup), Some(Inert::Squash), Some(Inert::Amend)];

/// Writes numbers and strings.
pub(super) struct Packer<'a> {
    pub out: &'a mut Vec<u8>,
    pub strings: &'a mut Strings,
    pub interner: &'a mut Interner,
}

impl Packer<'_> {
    /// The record; its times and marks are kept elsewhere.
    pub fn record(&mut self, record: &Record) {
        self.text(&record.subject);
        self.text(&record.author.name);
        self.text(&record.author.email);
        self.list(&record.message.parts, Self::part);
        self.list(&record.sightings, Self::sighting);
    }

    fn part(&mut self, part: &Part) {
        self.text(&part.subject);
        self.number(INERT.iter().position(|inert| *inert == part.inert).unwrap_or(0));
        self.list(part.revert.as_slice(), Self::revert);
        self.list(&part.references, Self::reference);
    }

    fn revert(&mut self, revert: &Revert) {
        self.text(&revert.subject);
        self.number(revert.kind as usize);
        self.list(&revert.commits, |this, (commit, kept)| {
            this.text(commit);
            this.list(kept.as_slice(), |this, kept| this.text(kept));
        });
    }

    fn reference(&mut self, reference: &Reference) {
        self.number(reference.effect as usize);
        self.number(reference.rule as usize);
        self.list(&reference.words, |this, word| this.text(word));
        self.list(&reference.steps, |this, step| this.number(*step as usize));
        self.number(reference.line as usize);
        self.text(&reference.text);
    }

    fn sighting(&mut self, sighting: &Sighting) {
        self.text(sighting.id.as_str());
        self.text(&sighting.path);
        self.text(&sighting.title);
        let created = sighting.created.map(|created| created.to_string());
        self.list(created.as_slice(), |this, created| this.text(created));
        self.list(&sighting.steps, |this, step| this.text(step));
    }

    fn list<T>(&mut self, items: &[T], mut each: impl FnMut(&mut Self, &T)) {
        self.number(items.len());
        for item in items {
            each(self, item);
        }
    }

    fn text(&mut self, text: &str) {
        let number = self.interner.number(text, self.strings);
        self.number(number as usize);
    }

    /// Seven bits a byte, the lowest first.
    fn number(&mut self, mut number: usize) {
        while number >= 0x80 {
            self.out.push(u8::try_from(number & 0x7f | 0x80).expect("eight bits"));
            number >>= 7;
        }
        self.out.push(u8::try_from(number).expect("seven bits"));
    }
}

/// Reads what a [`Packer`] wrote; `None` for anything else.
pub(super) struct Unpacker<'a> {
    pub bytes: &'a [u8],
    pub strings: &'a Strings,
}

impl Unpacker<'_> {
    pub fn record(&mut self) -> Option<Record> {
        Some(Record {
            subject: self.text()?,
            author: Person { name: self.text()?, email: self.text()? },
            message: Message { parts: self.list(Self::part)? },
            sightings: self.list(Self::sighting)?,
            author_time: 0,
            plan_only: false,
            before_boundary: false,
        })
    }

    fn part(&mut self) -> Option<Part> {
        Some(Part {
            subject: self.text()?,
            inert: *INERT.get(self.number()?)?,
            revert: self.list(Self::revert)?.pop(),
            references: self.list(Self::reference)?,
        })
    }

    fn revert(&mut self) -> Option<Revert> {
        Some(Revert {
            subject: self.text()?,
            kind: *REVERTS.get(self.number()?)?,
            commits: self.list(|this| Some((this.text()?, this.list(Self::text)?.pop())))?,
        })
    }

    fn reference(&mut self) -> Option<Reference> {
        Some(Reference {
            effect: *EFFECTS.get(self.number()?)?,
            rule: *RULES.get(self.number()?)?,
            words: self.list(Self::text)?,
            steps: self.list(|this| u32::try_from(this.number()?).ok())?,
            line: u32::try_from(self.number()?).ok()?,
            text: self.text()?,
        })
    }

    fn sighting(&mut self) -> Option<Sighting> {
        Some(Sighting {
            id: self.text()?.parse().ok()?,
            path: self.text()?,
            title: self.text()?,
            created: self.list(Self::text)?.pop().and_then(|text| text.parse().ok()),
            steps: self.list(Self::text)?,
        })
    }

    fn list<T>(&mut self, mut each: impl FnMut(&mut Self) -> Option<T>) -> Option<Vec<T>> {
        let count = self.number()?;
        // No item takes less than a byte.
        let mut items = Vec::with_capacity(count.min(self.bytes.len()));
        for _ in 0..count {
            items.push(each(self)?);
        }
        Some(items)
    }

    fn text(&mut self) -> Option<String> {
        let number = u32::try_from(self.number()?).ok()?;
        Some(self.strings.get(number).to_owned())
    }

    fn number(&mut self) -> Option<usize> {
        let mut number = 0;
        for shift in (0..usize::BITS).step_by(7) {
            let (&byte, rest) = self.bytes.split_first()?;
            self.bytes = rest;
            number |= usize::from(byte & 0x7f).checked_shl(shift)?;
            if byte < 0x80 {
                return Some(number);
            }
        }
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::message::{Rules, read};

    #[test]
    fn codes_are_places() {
        assert!(EFFECTS.iter().enumerate().all(|(at, &effect)| effect as usize == at));
        assert!(RULES.iter().enumerate().all(|(at, &rule)| rule as usize == at));
    }

    #[test]
    fn a_record_comes_back_as_it_was() {
        let messages = [
            "task 412 steps 2, 300: do it\n\nRefs-Task: 1, 2\n\nsee task 7",
            "Revert \"task 1: x\"\n\nThis reverts commit 0123456789012345678901234567890123456789, reversing\nchanges \
             made to abcdef0123456789012345678901234567890123.",
            "fixup! task 9: y",
            "A title (#12)\n\n* task 1: a\n\n* wip: task 2: b",
        ];
        let sighting = Sighting {
            id: "412".parse().unwrap(),
            path: ".tasks/412.toml".to_owned(),
            title: "T".to_owned(),
            created: "2026-11-21T10:00:00.5Z".parse().ok(),
            steps: vec!["one".to_owned(), String::new()],
        };
        let (mut strings, mut interner) = (Strings::default(), Interner::default());
        let mut written = Vec::new();
        let records = messages.map(|message| Record {
            message: read(message, true, &Rules::default()),
            subject: message.to_owned(),
            author: Person { name: "A".to_owned(), email: "a@x".to_owned() },
            author_time: 0,
            plan_only: false,
            before_boundary: false,
            sightings: vec![sighting.clone(), Sighting { created: None, ..sighting.clone() }],
        });
        for record in &records {
            let mut out = Vec::new();
            let mut packer = Packer { out: &mut out, strings: &mut strings, interner: &mut interner };
            packer.record(record);
            written.push(out);
        }
        for (record, bytes) in records.iter().zip(&written) {
            assert_eq!(Unpacker { bytes, strings: &strings }.record().as_ref(), Some(record));
            for end in 0..bytes.len() {
                assert_eq!(Unpacker { bytes: &bytes[..end], strings: &strings }.record(), None);
            }
        }
    }
}
