//! Looking up paths in the tree of a commit, each directory being read once.

use super::tree::Entry;
use super::{GitError, Oid, Repo};
use gix::objs::tree::EntryKind;
use std::collections::{HashMap, HashSet};

/// The directories that were read, by path; `None` for what is no directory.
struct Directories<'a> {
    repo: &'a Repo,
    known: HashMap<String, Option<HashMap<Vec<u8>, Entry>>>,
}

impl Repo {
    /// Of `paths`, from the root of the repository, those that a commit does not have. Paths that lead out of the
    /// repository do not exist.
    pub fn missing_at<'p>(
        &self,
        commit: Oid,
        paths: impl IntoIterator<Item = &'p str>,
    ) -> Result<HashSet<String>, GitError> {
        let mut directories = Directories::new(self, commit)?;
        let mut missing = HashSet::new();
        for path in paths {
            if !missing.contains(path) && directories.find(path)?.is_none() {
                missing.insert(path.to_owned());
            }
        }
        Ok(missing)
    }

    /// The contents of files of a commit, by path; what it does not have is left out.
    pub fn files_at<'p>(
        &self,
        commit: Oid,
        paths: impl IntoIterator<Item = &'p str>,
    ) -> Result<HashMap<String, Vec<u8>>, GitError> {
        let blobs = self.blobs_at(commit, paths)?;
        blobs.into_iter().map(|(path, oid)| Ok((path, self.blob(oid)?))).collect()
    }

    /// The objects that files of a commit hold, by path; what it does not have is left out.
    pub(super) fn blobs_at<'p>(
        &self,
        commit: Oid,
        paths: impl IntoIterator<Item = &'p str>,
    ) -> Result<HashMap<String, Oid>, GitError> {
        let mut directories = Directories::new(self, commit)?;
        let mut blobs = HashMap::new();
        for path in paths {
            let found = directories.find(path)?;
            let is_file = |entry: &Entry| matches!(entry.kind, EntryKind::Blob | EntryKind::BlobExecutable);
            if let Some(entry) = found.filter(is_file) {
                blobs.insert(path.to_owned(), entry.oid);
            }
        }
        Ok(blobs)
    }
}

impl<'a> Directories<'a> {
    fn new(repo: &'a Repo, commit: Oid) -> Result<Self, GitError> {
        let root = read(repo, &repo.root_tree(&commit)?)?;
        Ok(Self { repo, known: HashMap::from([(String::new(), Some(root))]) })
    }

    fn find(&mut self, path: &str) -> Result<Option<Entry>, GitError> {
        let (dir, name) = path.rsplit_once('/').unwrap_or(("", path));
        Ok(self.directory(dir)?.and_then(|entries| entries.get(name.as_bytes())).cloned())
    }

    fn directory(&mut self, dir: &str) -> Result<Option<&HashMap<Vec<u8>, Entry>>, GitError> {
        if !self.known.contains_key(dir) {
            let entry = self.find(dir)?.filter(|entry| entry.kind == EntryKind::Tree);
            let entries = entry.map(|entry| read(self.repo, &entry.oid)).transpose()?;
            self.known.insert(dir.to_owned(), entries);
        }
        Ok(self.known.get(dir).and_then(Option::as_ref))
    }
}

fn read(repo: &Repo, tree: &Oid) -> Result<HashMap<Vec<u8>, Entry>, GitError> {
    Ok(repo.entries(tree)?.into_iter().map(|entry| (entry.name.clone(), entry)).collect())
}
