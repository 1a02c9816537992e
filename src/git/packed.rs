//! Commits straight out of the packs, for reading many of them: finding an object takes longer than its bytes do, and object
//! ids are spread so evenly that its place in the index can be told from the id itself.

use super::{Oid, Repo};
use gix::hash::Kind;
use gix::odb::pack::{data, index};
use gix::zlib::Inflate;
use std::cmp::Ordering;
use std::fs;
use std::path::{Path, PathBuf};

/// With more packs than these, looking into one after the other takes longer than it saves.
const MAX_PACKS: usize = 24;

/// Larger commits are left to whoever reads single objects, and knows what to say of them.
const MAX_SIZE: u64 = 1 << 20;

/// How often a place is guessed before the rest is searched by halves: ids that somebody chose are spread unevenly.
const GUESSES: usize = 12;

/// The packs of a repository, as they were when it began to be read.
pub(super) struct Packs {
    /// The one in which the last commit was found comes first.
    packs: Vec<Pack>,
    inflate: Inflate,
}

struct Pack {
    index: Index,
    data: data::File,
}

/// An index, and where the objects stand whose ids begin alike: what is there to be searched then is so little that it is
/// found in one piece of memory mostly.
struct Index {
    file: index::File,
    /// For each number that the first bits can be the first place, and where the last ones end.
    bounds: Vec<u32>,
    /// How many bits of the heads of ids lie behind those.
    shift: u32,
}

/// How many objects share their first bits, about.
const SHARE: u32 = 64;

impl Packs {
    /// Opens them; what cannot be opened is left out, since whoever finds nothing here looks for it elsewhere.
    pub fn of(repo: &Repo) -> Self {
        let store = repo.inner.objects.store_ref();
        let alternates = store.alternate_db_paths().unwrap_or_default();
        let dirs = [store.path().to_owned()].into_iter().chain(alternates);
        let mut indices: Vec<PathBuf> = dirs.flat_map(|dir| indices_in(&dir.join("pack"))).collect();
        if indices.len() > MAX_PACKS {
            indices.clear();
        }
        let hash = repo.inner.object_hash();
        let mut packs: Vec<Pack> = indices.iter().filter_map(|path| Pack::open(path, hash)).collect();
        packs.sort_by_key(|pack| std::cmp::Reverse(pack.index.file.num_objects()));
        Self { packs, inflate: Inflate::default() }
    }

    /// The bytes of a commit that a pack holds as it is; `None` if it has to be looked for otherwise.
    pub fn commit<'b>(&mut self, oid: &Oid, buffer: &'b mut Vec<u8>) -> Option<&'b [u8]> {
        let found = |(at, pack): (usize, &Pack)| Some((at, pack.index.position(oid)?));
        let (at, place) = self.packs.iter().enumerate().find_map(found)?;
        self.packs.swap(0, at);
        let Pack { index, data } = &self.packs[0];
        let entry = data.entry(index.file.pack_offset_at_index(place)).ok()?;
        let is_plain = entry.header.as_kind() == Some(gix::objs::Kind::Commit);
        if !is_plain || entry.decompressed_size > MAX_SIZE {
            return None;
        }
        let size = usize::try_from(entry.decompressed_size).ok()?;
        if buffer.len() < size {
            buffer.resize(size, 0);
        }
        data.decompress_entry(&entry, &mut self.inflate, &mut buffer[..size]).ok()?;
        Some(&buffer[..size])
    }
}

impl Pack {
    fn open(index: &Path, hash: Kind) -> Option<Self> {
        let data = data::File::at(index.with_extension("pack"), hash).ok()?;
        Some(Self { index: Index::of(index::File::at(index, hash).ok()?), data })
    }
}

fn indices_in(dir: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(dir).into_iter().flatten().flatten().map(|entry| entry.path());
    entries.filter(|path| path.extension().is_some_and(|ending| ending == "idx")).collect()
}

impl Index {
    fn of(file: index::File) -> Self {
        let count = file.num_objects();
        let bits = (count / SHARE).checked_ilog2().unwrap_or(0).min(16);
        let shift = u32::BITS - bits;
        let mut bounds = vec![0];
        for least in 1..1_u64 << bits {
            let from = bounds.last().copied().unwrap_or(0);
            bounds.push(first_from(&file, least << shift, from));
        }
        bounds.push(count);
        Self { file, bounds, shift }
    }

    /// The place of an object.
    fn position(&self, oid: &Oid) -> Option<u32> {
        let wanted = head(oid);
        let share = usize::try_from(wanted >> self.shift).ok()?;
        let (mut from, mut to) = (self.bounds[share], self.bounds[share + 1]);
        // What the heads of the ids lie between: those before `from` are at most the one, those from `to` on at least the
        // other.
        let mut least = (share as u64) << self.shift;
        let mut most = least + (1 << self.shift) - 1;
        for turn in 0.. {
            if from >= to || wanted < least || wanted > most {
                return None;
            }
            let guess = if turn < GUESSES {
                let share = (wanted - least) * u64::from(to - from) / (most - least + 1);
                from + u32::try_from(share).ok()?
            } else {
                from + (to - from) / 2
            };
            let found = self.file.oid_at_index(guess);
            // The heads decide nearly always.
            match head(found).cmp(&wanted).then_with(|| found.cmp(oid)) {
                Ordering::Equal => return Some(guess),
                Ordering::Less => (from, least) = (guess + 1, head(found)),
                Ordering::Greater => (to, most) = (guess, head(found)),
            }
        }
        None
    }
}

/// The first place from `from` on where the head of the id is not less than `least`. It is mostly near.
fn first_from(file: &index::File, least: u64, from: u32) -> u32 {
    let count = file.num_objects();
    let is_before = |place: u32| head(file.oid_at_index(place)) < least;
    let (mut from, mut step) = (from, SHARE);
    while from + step < count && is_before(from + step) {
        from += step;
        step *= 2;
    }
    let mut to = count.min(from + step);
    while from < to {
        let middle = from + (to - from) / 2;
        if is_before(middle) { from = middle + 1 } else { to = middle }
    }
    from
}

/// The first bytes of an object id as a number, by which ids are in order.
fn head(oid: &gix::oid) -> u64 {
    let bytes = oid.as_bytes();
    u64::from(u32::from_be_bytes([bytes[0], bytes[1], bytes[2], bytes[3]]))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::git::Env;
    use std::fmt::Write as _;
    use std::io::Write as _;
    use std::process::{Command, Stdio};

    /// The index of a pack that has these objects, in a file.
    fn index_of(ids: &[[u8; 20]], dir: &Path) -> Index {
        let mut bytes = b"\xfftOc\0\0\0\x02".to_vec();
        let put = |number: usize, bytes: &mut Vec<u8>| {
            bytes.extend_from_slice(&u32::try_from(number).unwrap().to_be_bytes());
        };
        for first in 0..=255 {
            put(ids.iter().filter(|id| id[0] <= first).count(), &mut bytes);
        }
        bytes.extend(ids.iter().flatten());
        for at in 0..ids.len() * 2 {
            put(at, &mut bytes);
        }
        bytes.extend([0; 40]);
        let path = dir.join("pack-test.idx");
        fs::write(&path, bytes).unwrap();
        Index::of(index::File::at(path, Kind::Sha1).unwrap())
    }

    #[test]
    fn a_place_is_found_however_ids_are_spread() {
        let dir = tempfile::tempdir().unwrap();
        let mut dice = 1_u64;
        let mut throw = || {
            dice = dice.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
            (dice >> 33) as u32
        };
        let spread = |head: u32, tail: u32| {
            let mut id = [0; 20];
            id[..4].copy_from_slice(&head.to_be_bytes());
            id[16..].copy_from_slice(&tail.to_be_bytes());
            id
        };
        let shapes: [&mut dyn FnMut(u32) -> [u8; 20]; 5] = [
            &mut |_| spread(throw() << 1, 0),
            &mut |n| spread(7, n),
            &mut |n| spread(u32::MAX, n * 2),
            &mut |n| spread(1 << (n % 32), n),
            &mut |n| spread(u32::MAX - n * n, n),
        ];
        for shape in shapes {
            let mut ids: Vec<[u8; 20]> = (0..500).map(shape).collect();
            ids.sort_unstable();
            ids.dedup();
            let (absent, present): (Vec<_>, Vec<_>) =
                ids.into_iter().enumerate().partition(|(n, _)| n % 3 == 0);
            let present: Vec<[u8; 20]> = present.into_iter().map(|(_, id)| id).collect();
            let index = index_of(&present, dir.path());
            for (at, id) in present.iter().enumerate() {
                let found = index.position(&Oid::from_bytes_or_panic(id));
                assert_eq!(found, u32::try_from(at).ok(), "{id:?}");
            }
            for (_, id) in absent {
                assert_eq!(index.position(&Oid::from_bytes_or_panic(&id)), None, "{id:?}");
            }
        }
        assert_eq!(index_of(&[], dir.path()).position(&Oid::null(Kind::Sha1)), None);
    }

    fn git(dir: &Path, args: &[&str], input: &str) -> String {
        let mut child = Command::new("git")
            .args(args)
            .current_dir(dir)
            .env_clear()
            .envs(std::env::vars_os().filter(|(name, _)| name == "PATH"))
            .envs([("GIT_CONFIG_GLOBAL", "/dev/null"), ("GIT_CONFIG_NOSYSTEM", "1")])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        child.stdin.take().unwrap().write_all(input.as_bytes()).unwrap();
        let output = child.wait_with_output().unwrap();
        assert!(output.status.success(), "{args:?}");
        String::from_utf8(output.stdout).unwrap()
    }

    /// Commits on a branch, with long messages that differ little, so that some are stored as what differs from others.
    fn import(dir: &Path, branch: &str, from: Option<&str>) {
        let mut stream = String::new();
        for n in 0..120 {
            let message = format!("{branch} {n}\n\n{}", "The same words again and again. ".repeat(40));
            write!(stream, "commit refs/heads/{branch}\ncommitter A <a@x> {n} +0000\n").unwrap();
            write!(stream, "data {}\n{message}\n", message.len()).unwrap();
            if let Some(from) = from.filter(|_| n == 0) {
                writeln!(stream, "from refs/heads/{from}").unwrap();
            }
        }
        git(dir, &["-c", "fastimport.unpackLimit=0", "fast-import", "--quiet"], &stream);
    }

    #[test]
    fn what_packs_hold_is_what_the_repository_has() {
        let dir = tempfile::tempdir().unwrap();
        let (main, fork) = (dir.path().join("main"), dir.path().join("fork"));
        fs::create_dir(&main).unwrap();
        git(&main, &["init", "-q", "-b", "one"], "");
        import(&main, "one", None);
        git(&main, &["repack", "-adfq"], "");
        git(dir.path(), &["clone", "-q", "--shared", "main", "fork"], "");
        import(&fork, "two", Some("one"));
        import(&fork, "three", Some("two"));
        let repo = Repo::open(&fork, Env::Isolated).unwrap();
        let mut packs = Packs::of(&repo);
        assert_eq!(packs.packs.len(), 3);
        let commits = git(&fork, &["rev-list", "three"], "");
        let (mut buffer, mut other, mut whole) = (Vec::new(), Vec::new(), 0);
        for oid in commits.lines().map(|line| Oid::from_hex(line.as_bytes()).unwrap()) {
            let plain = repo.read(&oid, gix::objs::Kind::Commit, &mut other).unwrap();
            if let Some(packed) = packs.commit(&oid, &mut buffer) {
                assert!(packed == plain, "{oid}");
                whole += 1;
            }
        }
        assert!((240..360).contains(&whole), "{whole} of 360 are held whole");
        let tree = git(&fork, &["rev-parse", "three^{tree}"], "");
        let tree = Oid::from_hex(tree.trim().as_bytes()).unwrap();
        assert_eq!(packs.commit(&tree, &mut buffer), None);
        assert_eq!(packs.commit(&Oid::null(Kind::Sha1), &mut buffer), None);
    }
}
