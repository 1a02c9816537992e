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
    index: index::File,
    data: data::File,
}

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
        packs.sort_by_key(|pack| std::cmp::Reverse(pack.index.num_objects()));
        Self { packs, inflate: Inflate::default() }
    }

    /// The bytes of a commit that a pack holds as it is; `None` if it has to be looked for otherwise.
    pub fn commit<'b>(&mut self, oid: &Oid, buffer: &'b mut Vec<u8>) -> Option<&'b [u8]> {
        let found = |(at, pack): (usize, &Pack)| Some((at, position(&pack.index, oid)?));
        let (at, place) = self.packs.iter().enumerate().find_map(found)?;
        self.packs.swap(0, at);
        let Pack { index, data } = &self.packs[0];
        let entry = data.entry(index.pack_offset_at_index(place)).ok()?;
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
        Some(Self { index: index::File::at(index, hash).ok()?, data })
    }
}

fn indices_in(dir: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(dir).into_iter().flatten().flatten().map(|entry| entry.path());
    entries.filter(|path| path.extension().is_some_and(|ending| ending == "idx")).collect()
}

/// The place of an object in an index.
fn position(index: &index::File, oid: &Oid) -> Option<u32> {
    let (mut from, mut to) = (0, index.num_objects());
    // What the heads of the ids lie between: those before `from` are at most the one, those from `to` on at least the other.
    let (mut least, mut most) = (0, u64::from(u32::MAX));
    let wanted = head(oid);
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
        let found = index.oid_at_index(guess);
        // The heads decide nearly always.
        match head(found).cmp(&wanted).then_with(|| found.cmp(oid)) {
            Ordering::Equal => return Some(guess),
            Ordering::Less => (from, least) = (guess + 1, head(found)),
            Ordering::Greater => (to, most) = (guess, head(found)),
        }
    }
    None
}

/// The first bytes of an object id as a number, by which ids are in order.
fn head(oid: &gix::oid) -> u64 {
    let bytes = oid.as_bytes();
    u64::from(u32::from_be_bytes([bytes[0], bytes[1], bytes[2], bytes[3]]))
}
