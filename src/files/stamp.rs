//! How to tell that a file is still the one that was read.

use super::record::Bytes;
use std::fs::Metadata;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

/// What the file system says of a file, as Git's index compares it. The time of the last change of its entry is among
/// it where there is one, so that setting the time of the last modification back deceives nobody.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Stamp {
    /// Nanoseconds since 1970.
    modified: i64,
    /// The same of the entry; 0 where the system does not tell.
    changed: i64,
    size: u64,
    /// 0 where the system does not tell.
    inode: u64,
}

/// File systems keep times in steps of up to two seconds, and a file can change twice within one step.
const COARSE: Duration = Duration::from_secs(2);

impl Stamp {
    /// `None` where the file system does not tell when the file was modified, or names a time centuries from now.
    pub fn of(meta: &Metadata) -> Option<Self> {
        let (changed, inode) = entry(meta)?;
        Some(Self { modified: nanoseconds(meta.modified().ok()?)?, changed, size: meta.len(), inode })
    }

    /// Whether a file that was read at `read` or later can change without another stamp: it was modified so shortly
    /// before that a further change could fall into the same step of the clock. This is Git's racy rule, applied when
    /// the stamp is taken and not when it is compared.
    pub fn is_racy(&self, read: SystemTime) -> bool {
        let safe = read.checked_sub(COARSE).and_then(nanoseconds);
        safe.is_none_or(|safe| self.modified >= safe || self.changed >= safe)
    }

    /// Appends it.
    pub fn put(&self, out: &mut Vec<u8>) {
        out.extend_from_slice(&self.modified.to_le_bytes());
        out.extend_from_slice(&self.changed.to_le_bytes());
        out.extend_from_slice(&self.size.to_le_bytes());
        out.extend_from_slice(&self.inode.to_le_bytes());
    }

    /// Reads it again.
    pub fn read(bytes: &mut Bytes<'_>) -> Option<Self> {
        Some(Self {
            modified: i64::from_le_bytes(bytes.array()?),
            changed: i64::from_le_bytes(bytes.array()?),
            size: u64::from_le_bytes(bytes.array()?),
            inode: u64::from_le_bytes(bytes.array()?),
        })
    }
}

fn nanoseconds(time: SystemTime) -> Option<i64> {
    match time.duration_since(UNIX_EPOCH) {
        Ok(after) => i64::try_from(after.as_nanos()).ok(),
        Err(before) => i64::try_from(before.duration().as_nanos()).ok().map(|nanos| -nanos),
    }
}

#[cfg(unix)]
fn entry(meta: &Metadata) -> Option<(i64, u64)> {
    use std::os::unix::fs::MetadataExt;
    Some((meta.ctime().checked_mul(1_000_000_000)?.checked_add(meta.ctime_nsec())?, meta.ino()))
}

#[cfg(not(unix))]
#[expect(clippy::unnecessary_wraps, reason = "as where there is something to tell")]
fn entry(_meta: &Metadata) -> Option<(i64, u64)> {
    Some((0, 0))
}
