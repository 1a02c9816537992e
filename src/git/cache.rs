//! A pool in a file: a copy of what the commits say, made again whenever it cannot be used.

use super::Oid;
use super::pack::{EFFECTS, RULES, Strings};
use super::pool::{Naming, Pool, Undoing};
use std::fs::{self, File};
use std::io::{Read as _, Write as _};
use std::path::Path;

/// Goes up whenever the layout changes, or what commits are understood to say.
pub(super) const VERSION: u64 = 3;

const MAGIC: &[u8; 8] = b"tskspool";

/// Of magic, version, key and checksum, eight bytes each.
const HEAD: usize = 32;

/// How many bytes of the file are in memory at once: few enough to stay near the processor.
const CHUNK: usize = 1 << 16;

/// Reads the pool that was stored under `key`. `None` if there is none that can be used, for whatever reason.
pub(super) fn load(path: &Path, key: u64, width: usize) -> Option<Pool> {
    let mut file = File::open(path).ok()?;
    let left = file.metadata().ok()?.len().checked_sub(HEAD as u64)?;
    let mut head = [0; HEAD];
    file.read_exact(&mut head).ok()?;
    let word = |at: usize| head[at..at + 8].try_into().map(u64::from_le_bytes).ok();
    let is_ours = head.starts_with(MAGIC) && word(8)? == VERSION && word(16)? == key;
    if !is_ours {
        return None;
    }
    let left = usize::try_from(left).ok()?;
    let mut source = Source { file, left, sum: Checksum::default(), chunk: vec![0; CHUNK.min(left)] };
    let pool = decode(&mut source, width)?;
    (word(24)? == source.sum.finish() && is_sound(&pool)).then_some(pool)
}

/// Stores a pool, in one step. What cannot be written is not kept: the next command reads the commits again.
pub(super) fn store(path: &Path, key: u64, pool: &Pool) {
    let mut bytes = Vec::new();
    for word in [u64::from_le_bytes(*MAGIC), VERSION, key, 0] {
        bytes.extend_from_slice(&word.to_le_bytes());
    }
    encode(pool, &mut bytes);
    let sum = checksum(&bytes[HEAD..]);
    bytes[24..HEAD].copy_from_slice(&sum.to_le_bytes());
    replace(path, &bytes);
}

/// Puts a file that has a checksum in the place of what was there, in one step, or leaves that.
pub(super) fn replace(path: &Path, bytes: &[u8]) {
    let written = path.parent().map(|dir| {
        fs::create_dir_all(dir)?;
        let mut file = tempfile::NamedTempFile::new_in(dir)?;
        file.write_all(bytes)?;
        // Without waiting for the disk: a file that a crash tears fails its checksum.
        file.persist(path).map_err(|error| error.error)
    });
    // There is nothing to be done about a repository that cannot be written to.
    drop(written);
}

/// A checksum against accidents: every step is invertible, so no single damaged word goes unnoticed.
pub(super) fn checksum(bytes: &[u8]) -> u64 {
    let mut sum = Checksum::default();
    sum.add(bytes);
    sum.finish()
}

/// The same of bytes that come piece by piece.
struct Checksum {
    /// Four sums at once, which do not wait for each other.
    lanes: [u64; 4],
    /// The bytes behind the last whole block, and how many they are.
    rest: [u8; 32],
    held: usize,
    len: u64,
}

impl Default for Checksum {
    fn default() -> Self {
        Self { lanes: [1, 2, 3, 4], rest: [0; 32], held: 0, len: 0 }
    }
}

impl Checksum {
    fn add(&mut self, mut bytes: &[u8]) {
        self.len += bytes.len() as u64;
        if self.held > 0 {
            let (head, tail) = bytes.split_at((self.rest.len() - self.held).min(bytes.len()));
            self.rest[self.held..self.held + head.len()].copy_from_slice(head);
            self.held += head.len();
            bytes = tail;
            if self.held < self.rest.len() {
                return;
            }
            let block = self.rest;
            self.blocks(&block);
        }
        let whole = bytes.len() / self.rest.len() * self.rest.len();
        let (whole, tail) = bytes.split_at(whole);
        self.blocks(whole);
        self.rest[..tail.len()].copy_from_slice(tail);
        self.held = tail.len();
    }

    fn blocks(&mut self, bytes: &[u8]) {
        let (words, _) = bytes.as_chunks::<8>();
        let (blocks, _) = words.as_chunks::<4>();
        let mut lanes = self.lanes;
        for block in blocks {
            for (lane, word) in lanes.iter_mut().zip(block) {
                *lane = mixed(*lane, u64::from_le_bytes(*word));
            }
        }
        self.lanes = lanes;
    }

    fn finish(&self) -> u64 {
        let mut rest = [0; 32];
        rest[..self.held].copy_from_slice(&self.rest[..self.held]);
        let (words, _) = rest.as_chunks::<8>();
        let words = words[..self.held.div_ceil(8)].iter().map(|word| u64::from_le_bytes(*word));
        self.lanes.into_iter().chain(words).fold(self.len, mixed)
    }
}

fn mixed(sum: u64, word: u64) -> u64 {
    (sum ^ word).wrapping_mul(0x9e37_79b9_7f4a_7c15).rotate_left(29)
}

fn encode(pool: &Pool, out: &mut Vec<u8>) {
    let words: Vec<u32> = pool.namings.iter().map(|n| n.word).collect();
    let lines: Vec<u32> = pool.namings.iter().map(|n| n.line).collect();
    let parts: Vec<u32> = pool.namings.iter().map(|n| n.part).collect();
    let references: Vec<u32> = pool.namings.iter().map(|n| n.reference).collect();
    let codes: Vec<u8> = pool.namings.iter().flat_map(|n| [n.effect, n.rule, n.marks]).collect();
    let undoing =
        |undoing: &Undoing| [undoing.part, undoing.target, u32::from(undoing.is_own_part)].into_iter();
    let undoings: Vec<u32> = pool.undoings.iter().flat_map(undoing).collect();
    let faults: Vec<u32> = pool.faults.iter().flat_map(|&(node, text)| [node, text]).collect();
    for numbers in [&pool.times, &pool.author_times] {
        put_len(out, numbers.len());
        out.extend(numbers.iter().flat_map(|n| n.to_le_bytes()));
    }
    for numbers in [
        &pool.ends,
        &pool.edges,
        &pool.events,
        &pool.record_ends,
        &pool.naming_ends,
        &pool.undoing_ends,
        &words,
        &lines,
        &parts,
        &references,
        &undoings,
        &faults,
        &pool.strings.ends,
    ] {
        put_len(out, numbers.len());
        out.extend(numbers.iter().flat_map(|n| n.to_le_bytes()));
    }
    for bytes in [&pool.oids, &pool.flags, &pool.marks, &codes, &pool.records, &pool.strings.bytes] {
        put_len(out, bytes.len());
        out.extend_from_slice(bytes);
    }
}

fn put_len(out: &mut Vec<u8>, len: usize) {
    out.extend_from_slice(&(len as u64).to_le_bytes());
}

fn decode(source: &mut Source, width: usize) -> Option<Pool> {
    let times = source.longs()?;
    let author_times = source.longs()?;
    let [ends, edges, events] = [source.numbers()?, source.numbers()?, source.numbers()?];
    let [record_ends, naming_ends, undoing_ends] = [source.numbers()?, source.numbers()?, source.numbers()?];
    let [words, lines, parts, references] =
        [source.numbers()?, source.numbers()?, source.numbers()?, source.numbers()?];
    let [undoings, faults, string_ends] = [source.numbers()?, source.numbers()?, source.numbers()?];
    let [oids, flags, marks, codes] = [source.bytes()?, source.bytes()?, source.bytes()?, source.bytes()?];
    let [records, strings] = [source.bytes()?, source.bytes()?];
    let of_same_length = [&lines, &parts, &references].iter().all(|list| list.len() == words.len());
    if !of_same_length || codes.len() != words.len() * 3 || source.left > 0 {
        return None;
    }
    let naming = |(at, code): (usize, &[u8])| Naming {
        word: words[at],
        line: lines[at],
        part: parts[at],
        reference: references[at],
        effect: code[0],
        rule: code[1],
        marks: code[2],
    };
    let undoing = |entry: &[u32]| Undoing { part: entry[0], target: entry[1], is_own_part: entry[2] != 0 };
    Some(Pool {
        width,
        oids,
        times,
        flags,
        ends,
        edges,
        events,
        author_times,
        marks,
        record_ends,
        naming_ends,
        undoing_ends,
        records,
        namings: codes.chunks_exact(3).enumerate().map(naming).collect(),
        undoings: undoings.chunks_exact(3).map(undoing).collect(),
        strings: Strings { ends: string_ends, bytes: strings },
        faults: faults.chunks_exact(2).map(|entry| (entry[0], entry[1])).collect(),
    })
}

/// Whether everything points to something that is there, so that nobody who reads the pool has to ask.
fn is_sound(pool: &Pool) -> bool {
    let ascends = |ends: &[u32], count: usize, last: usize| {
        ends.len() == count && ends.is_sorted() && ends.last().map_or(0, |&end| end as usize) == last
    };
    let (nodes, events) = (pool.len(), pool.events.len());
    pool.oids.len() == nodes * pool.width
        && pool.flags.len() == nodes
        && ascends(&pool.ends, nodes, pool.edges.len())
        && pool.author_times.len() == events
        && pool.marks.len() == events
        && ascends(&pool.record_ends, events, pool.records.len())
        && ascends(&pool.naming_ends, events, pool.namings.len())
        && ascends(&pool.undoing_ends, events, pool.undoings.len())
        && ascends(&pool.strings.ends, pool.strings.len(), pool.strings.bytes.len())
        && below(pool.edges.iter().copied(), nodes)
        && below(pool.events.iter().copied(), nodes)
        && pool.events.is_sorted()
        && below(pool.undoings.iter().filter(|u| !u.is_own_part).map(|u| u.target), nodes)
        && below(pool.faults.iter().map(|fault| fault.0), nodes)
        && below(pool.namings.iter().map(|n| u32::from(n.effect)), EFFECTS.len())
        && below(pool.namings.iter().map(|n| u32::from(n.rule)), RULES.len())
}

fn below(numbers: impl IntoIterator<Item = u32>, limit: usize) -> bool {
    numbers.into_iter().all(|number| (number as usize) < limit)
}

/// A file of which a part is left to be decoded.
struct Source {
    file: File,
    left: usize,
    sum: Checksum,
    chunk: Vec<u8>,
}

impl Source {
    /// Hands out the next `len` bytes, of which there has to be room for all, in pieces of a multiple of eight.
    fn take(&mut self, len: usize, mut each: impl FnMut(&[u8])) -> Option<()> {
        self.left = self.left.checked_sub(len)?;
        let mut wanted = len;
        while wanted > 0 {
            let piece = wanted.min(CHUNK);
            let chunk = self.chunk.get_mut(..piece)?;
            self.file.read_exact(chunk).ok()?;
            self.sum.add(chunk);
            each(chunk);
            wanted -= piece;
        }
        Some(())
    }

    /// How many items of `size` bytes follow.
    fn len(&mut self, size: usize) -> Option<usize> {
        let mut len = None;
        self.take(8, |bytes| len = bytes.try_into().map(u64::from_le_bytes).ok())?;
        let len = usize::try_from(len?).ok()?;
        (len.checked_mul(size)? <= self.left).then_some(len)
    }

    fn bytes(&mut self) -> Option<Vec<u8>> {
        let len = self.len(1)?;
        let mut bytes = Vec::with_capacity(len);
        self.take(len, |chunk| bytes.extend_from_slice(chunk))?;
        Some(bytes)
    }

    fn numbers(&mut self) -> Option<Vec<u32>> {
        let len = self.len(4)?;
        let mut numbers = Vec::with_capacity(len);
        self.take(len * 4, |chunk| {
            numbers.extend(chunk.as_chunks().0.iter().map(|word| u32::from_le_bytes(*word)));
        })?;
        Some(numbers)
    }

    fn longs(&mut self) -> Option<Vec<i64>> {
        let len = self.len(8)?;
        let mut numbers = Vec::with_capacity(len);
        self.take(len * 8, |chunk| {
            numbers.extend(chunk.as_chunks().0.iter().map(|word| i64::from_le_bytes(*word)));
        })?;
        Some(numbers)
    }
}

/// A number that stands for everything that decides what a pool says, besides the commits.
#[derive(Debug, Default)]
pub(super) struct Key(Vec<u8>);

impl Key {
    pub fn add(&mut self, text: &str) {
        self.0.extend_from_slice(&(text.len() as u64).to_le_bytes());
        self.0.extend_from_slice(text.as_bytes());
    }

    pub fn add_oids(&mut self, oids: impl IntoIterator<Item = Oid>) {
        let mut oids: Vec<Oid> = oids.into_iter().collect();
        oids.sort_unstable();
        self.add(&format!("{oids:?}"));
    }

    pub fn finish(&self) -> u64 {
        checksum(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn a_sum_is_the_same_in_pieces(bytes in prop::collection::vec(any::<u8>(), 0..300), cuts in prop::collection::vec(0..100_usize, 0..9)) {
            let mut sum = Checksum::default();
            let mut rest = bytes.as_slice();
            for cut in cuts {
                let (piece, behind) = rest.split_at(cut.min(rest.len()));
                sum.add(piece);
                rest = behind;
            }
            sum.add(rest);
            prop_assert_eq!(sum.finish(), checksum(&bytes));
        }

        #[test]
        fn a_changed_byte_changes_the_sum(bytes in prop::collection::vec(any::<u8>(), 1..200), at in any::<prop::sample::Index>()) {
            let mut other = bytes.clone();
            other[at.index(bytes.len())] ^= 1;
            prop_assert_ne!(checksum(&other), checksum(&bytes));
        }
    }
}
