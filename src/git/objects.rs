//! The plan files of a tree by their objects: which there are, before any of them is read.

use super::{GitError, Oid, Repo};
use crate::finding::{Finding, Severity};
use crate::format::MAX_FILE_SIZE;
use crate::snapshot::{
    MAX_DEPTH, MAX_FILES, PLAN_DIR, PlanFile, PlanFiles, TOO_DEEP, depth_of, has_toml_ending,
    is_ignored_name, is_miscased, is_plan_file_name,
};
use gix::bstr::ByteSlice;
use gix::objs::Kind;
use gix::objs::tree::EntryKind;

/// The plan files of a tree, an index or a merge, by their objects.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct PlanObjects {
    /// Paths from the root of the repository, and what they hold; those of a directory one after the other.
    pub files: Vec<(String, Oid)>,
    /// What cannot be part of a plan, and why.
    pub problems: Vec<Finding>,
    /// The commit whose files they are; `None` if they are no commit's.
    pub commit: Option<Oid>,
}

impl Repo {
    /// The plan files at a commit and what could not be read of them; `None` if there is no `.tasks`.
    pub fn plan_files(&self, commit: Oid) -> Result<Option<PlanFiles>, GitError> {
        self.plan_objects(commit)?.map(|listing| self.files_of(listing)).transpose()
    }

    /// The plan files at a commit, not read yet; `None` if there is no `.tasks`.
    pub fn plan_objects(&self, commit: Oid) -> Result<Option<PlanObjects>, GitError> {
        let mut buffer = Vec::new();
        let what = match self.plan_entry(&self.root_tree(&commit)?, &mut buffer)? {
            None => return Ok(None),
            Some((EntryKind::Tree, tree)) => {
                let mut listing = PlanObjects { commit: Some(commit), ..PlanObjects::default() };
                self.add_plan_objects(PLAN_DIR, tree, &mut listing)?;
                return Ok(Some(listing));
            }
            Some((EntryKind::Link, _)) => "a symbolic link",
            Some((EntryKind::Commit, _)) => "a submodule",
            Some(_) => "a file",
        };
        Err(GitError::PlanIsNoDirectory { oid: commit, what })
    }

    /// Adds the plan files of a tree that lies at `dir`.
    pub(super) fn add_plan_objects(
        &self,
        dir: &str,
        tree: Oid,
        listing: &mut PlanObjects,
    ) -> Result<(), GitError> {
        let mut trees = vec![(dir.to_owned(), tree)];
        let mut buffer = Vec::new();
        let mut folders = 0;
        while let Some((dir, tree)) = trees.pop() {
            folders += 1;
            let is_deepest = depth_of(&dir) >= MAX_DEPTH;
            self.each_entry(&tree, &mut buffer, |name, kind, oid| {
                let Ok(name) = std::str::from_utf8(name) else {
                    let path = format!("{dir}/{}", name.to_str_lossy());
                    listing.problems.push(Finding::file_name(path));
                    return;
                };
                if is_ignored_name(name) {
                    return;
                }
                let path = || [&dir, "/", name].concat();
                match kind {
                    EntryKind::Tree => {
                        if is_plan_file_name(name) {
                            listing.problems.push(Finding::folder_name(path()));
                        }
                        if is_deepest {
                            listing.problems.push(Finding::too_deep(path()));
                        } else {
                            trees.push((path(), oid.to_owned()));
                        }
                    }
                    EntryKind::Link => listing.problems.push(Finding::symlink(path())),
                    EntryKind::Commit => listing.problems.push(submodule(path())),
                    EntryKind::Blob | EntryKind::BlobExecutable if is_plan_file_name(name) => {
                        listing.files.push((path(), oid.to_owned()));
                    }
                    EntryKind::Blob | EntryKind::BlobExecutable => {
                        if has_toml_ending(name) && is_miscased(&path()) {
                            listing.problems.push(Finding::ending(path()));
                        }
                    }
                }
            })?;
            // A few trees that name each other several times are more folders than any plan has.
            if listing.files.len() + listing.problems.len() + folders > MAX_FILES {
                let cause = format!("there are more than {MAX_FILES} files and folders");
                return Err(GitError::Failed { doing: "read the plan".to_owned(), cause });
            }
        }
        Ok(())
    }

    /// Refuses a tree of a plan whose folders nest too deep.
    pub(super) fn refuse_deep(&self, tree: Oid, doing: &str) -> Result<(), GitError> {
        let mut level = vec![tree];
        let mut buffer = Vec::new();
        for _ in 0..=MAX_DEPTH {
            // What is in several folders of one level nests as deep in each.
            let mut below = gix::hashtable::HashSet::default();
            for tree in level {
                self.each_entry(&tree, &mut buffer, |_, kind, oid| {
                    if kind == EntryKind::Tree {
                        below.insert(oid.to_owned());
                    }
                })?;
            }
            if below.is_empty() {
                return Ok(());
            }
            level = below.into_iter().collect();
        }
        Err(GitError::Failed { doing: doing.to_owned(), cause: TOO_DEEP.to_owned() })
    }

    /// The bytes of all files that are listed.
    pub fn files_of(&self, listing: PlanObjects) -> Result<PlanFiles, GitError> {
        let PlanObjects { files, problems, commit } = listing;
        let mut plan = PlanFiles { files: Vec::with_capacity(files.len()), problems };
        for (path, oid) in files {
            match self.file_of(path, &oid, commit)? {
                Ok(file) => plan.files.push(file),
                Err(finding) => plan.problems.push(finding),
            }
        }
        Ok(plan)
    }

    /// The file of a blob, or the finding that it cannot be one. `commit` is what has it.
    pub fn file_of(
        &self,
        path: String,
        oid: &Oid,
        commit: Option<Oid>,
    ) -> Result<Result<PlanFile, Finding>, GitError> {
        let mut bytes = Vec::new();
        match self.read(oid, Kind::Blob, &mut bytes) {
            Ok(_) => {}
            Err(GitError::MissingObject { .. }) => {
                return Err(match (commit, self.promisor()) {
                    (Some(commit), Some(promisor)) => GitError::LeftOnServer { path, commit, promisor },
                    _ => self.missing(oid, Kind::Blob, Some(&path)),
                });
            }
            Err(GitError::TooLarge { .. }) => return Ok(Err(Finding::too_large(path))),
            Err(error) => return Err(error),
        }
        if bytes.len() > MAX_FILE_SIZE {
            return Ok(Err(Finding::too_large(path)));
        }
        Ok(Ok(PlanFile { path, bytes }))
    }
}

fn submodule(path: String) -> Finding {
    Finding::new("submodule", Severity::Warning, "a submodule inside the plan is not read")
        .with_path(path)
        .with_help("keep the plan's files in the repository itself")
}
