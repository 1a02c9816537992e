//! Walking the directory of a plan.

use crate::snapshot::{MAX_DEPTH, PLAN_DIR, TOO_DEEP, depth_of, is_ignored_name, is_plan_file_name};
use std::fs::{self, DirEntry};
use std::io;
use std::path::Path;

/// What is met below `.tasks`.
pub(super) enum Met<'a> {
    /// A regular file of whatever name.
    File(Place<'a>),
    /// A directory that is called like a plan file; what lies in it is met as well.
    Folder(Place<'a>),
    /// A symbolic link, which is not followed.
    Link(Place<'a>),
    /// A device, a socket or the like.
    Other(Place<'a>),
    /// Something whose name is not UTF-8, with its path as well as it can be shown. Below such a directory nothing has a
    /// path, so it is passed over.
    Unnamed(String),
    /// A directory, or an entry of one, that cannot be read.
    Unreadable(String, io::Error),
}

/// Where something lies.
#[derive(Clone, Copy)]
pub(super) struct Place<'a> {
    /// The directory, relative to the root, with `/` between parts.
    pub dir: &'a str,
    /// The name in it.
    pub name: &'a str,
    entry: &'a DirEntry,
}

impl Place<'_> {
    /// From the root, with `/` between parts.
    pub fn path(&self) -> String {
        let mut path = String::with_capacity(self.dir.len() + 1 + self.name.len());
        path.push_str(self.dir);
        path.push('/');
        path.push_str(self.name);
        path
    }

    /// Of the entry itself, also where it is a link.
    pub fn metadata(&self) -> io::Result<fs::Metadata> {
        self.entry.metadata()
    }
}

/// Calls `meet` with all that lies below `.tasks`, in no order; hidden files, backups and swap files are passed over, and so
/// are directories of such names. Stops at the first error of `meet`.
///
/// Every name is looked at once and no path is taken apart: for ten thousand files this is what a command costs that
/// changes one of them.
pub(super) fn walk<E>(root: &Path, mut meet: impl FnMut(Met<'_>) -> Result<(), E>) -> Result<(), E> {
    let mut dirs = vec![PLAN_DIR.to_owned()];
    while let Some(dir) = dirs.pop() {
        list(root, &dir, &mut dirs, &mut meet)?;
    }
    Ok(())
}

/// The same for one directory: those in it are added to `dirs`.
pub(super) fn list<E>(
    root: &Path,
    dir: &str,
    dirs: &mut Vec<String>,
    meet: &mut impl FnMut(Met<'_>) -> Result<(), E>,
) -> Result<(), E> {
    let entries = match fs::read_dir(root.join(dir)) {
        Ok(entries) => entries,
        Err(error) => return meet(Met::Unreadable(dir.to_owned(), error)),
    };
    for entry in entries {
        let (entry, kind) = match entry.and_then(|entry| entry.file_type().map(|kind| (entry, kind))) {
            Ok(found) => found,
            Err(error) => {
                meet(Met::Unreadable(dir.to_owned(), error))?;
                continue;
            }
        };
        let name = entry.file_name();
        let Some(name) = name.to_str() else {
            meet(Met::Unnamed(format!("{dir}/{}", name.to_string_lossy())))?;
            continue;
        };
        if is_ignored_name(name) {
            continue;
        }
        let place = Place { dir, name, entry: &entry };
        if kind.is_dir() {
            if is_plan_file_name(name) {
                meet(Met::Folder(place))?;
            }
            if depth_of(dir) < MAX_DEPTH {
                dirs.push(place.path());
            } else {
                meet(Met::Unreadable(place.path(), io::Error::other(TOO_DEEP)))?;
            }
        } else if kind.is_file() {
            meet(Met::File(place))?;
        } else if kind.is_symlink() {
            meet(Met::Link(place))?;
        } else {
            meet(Met::Other(place))?;
        }
    }
    Ok(())
}
