//! A pool in a file: a copy of what the commits say, made again whenever it cannot be used.

use super::Oid;
use super::pack::{EFFECTS, RULES, Strings};
use super::pool::{Naming, Pool, Undoing};
use std::fs;
use std::io::Write as _;
use std::path::Path;

/// Goes up whenever the layout changes, or what commits are understood to say.
const VERSION: u64 = 1;

const MAGIC: &[u8; 8] = b"tskspool";

/// Of magic, version, key and checksum, eight bytes each.
const HEAD: usize = 32;

/// Reads the pool that was stored under `key`. `None` if there is none that can be used, for whatever reason.
pub(super) fn load(path: &Path, key: u64, width: usize) -> Option<Pool> {
    let bytes = fs::read(path).ok()?;
    let (head, body) = bytes.split_at_checked(HEAD)?;
    let word = |at: usize| head[at..at + 8].try_into().map(u64::from_le_bytes).ok();
    let is_ours = head.starts_with(MAGIC) && word(8)? == VERSION && word(16)? == key;
    if !is_ours || word(24)? != checksum(body) {
        return None;
    }
    let pool = decode(&mut Source(body), width)?;
    is_sound(&pool).then_some(pool)
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
    let written = path.parent().map(|dir| {
        fs::create_dir_all(dir)?;
        let mut file = tempfile::NamedTempFile::new_in(dir)?;
        file.write_all(&bytes)?;
        // Without waiting for the disk: a file that a crash tears fails its checksum.
        file.persist(path).map_err(|error| error.error)
    });
    // There is nothing to be done about a repository that cannot be written to.
    drop(written);
}

/// A checksum against accidents: every step is invertible, so no single damaged word goes unnoticed.
pub(super) fn checksum(bytes: &[u8]) -> u64 {
    const PRIME: u64 = 0x9e37_79b9_7f4a_7c15;
    let step = |sum: u64, word: u64| (sum ^ word).wrapping_mul(PRIME).rotate_left(29);
    // Four sums at once, which do not wait for each other.
    let mut sums = [1_u64, 2, 3, 4];
    let (words, tail) = bytes.as_chunks::<8>();
    let (blocks, rest) = words.as_chunks::<4>();
    for block in blocks {
        for (sum, word) in sums.iter_mut().zip(block) {
            *sum = step(*sum, u64::from_le_bytes(*word));
        }
    }
    let mut last = [0; 8];
    last[..tail.len()].copy_from_slice(tail);
    let rest = rest.iter().chain((!tail.is_empty()).then_some(&last)).map(|word| u64::from_le_bytes(*word));
    sums.into_iter().chain(rest).fold(bytes.len() as u64, step)
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

fn decode(source: &mut Source<'_>, width: usize) -> Option<Pool> {
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
    if !of_same_length || codes.len() != words.len() * 3 || !source.0.is_empty() {
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
        oids: oids.to_vec(),
        times,
        flags: flags.to_vec(),
        ends,
        edges,
        events,
        author_times,
        marks: marks.to_vec(),
        record_ends,
        naming_ends,
        undoing_ends,
        records: records.to_vec(),
        namings: codes.chunks_exact(3).enumerate().map(naming).collect(),
        undoings: undoings.chunks_exact(3).map(undoing).collect(),
        strings: Strings { ends: string_ends, bytes: strings.to_vec() },
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

/// What is left to be decoded.
struct Source<'a>(&'a [u8]);

impl<'a> Source<'a> {
    fn take(&mut self, len: usize) -> Option<&'a [u8]> {
        let (taken, rest) = self.0.split_at_checked(len)?;
        self.0 = rest;
        Some(taken)
    }

    fn len(&mut self) -> Option<usize> {
        usize::try_from(u64::from_le_bytes(self.take(8)?.try_into().ok()?)).ok()
    }

    fn bytes(&mut self) -> Option<&'a [u8]> {
        let len = self.len()?;
        self.take(len)
    }

    fn numbers(&mut self) -> Option<Vec<u32>> {
        let len = self.len()?.checked_mul(4)?;
        let (words, _) = self.take(len)?.as_chunks();
        Some(words.iter().map(|word| u32::from_le_bytes(*word)).collect())
    }

    fn longs(&mut self) -> Option<Vec<i64>> {
        let len = self.len()?.checked_mul(8)?;
        let (words, _) = self.take(len)?.as_chunks();
        Some(words.iter().map(|word| i64::from_le_bytes(*word)).collect())
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
