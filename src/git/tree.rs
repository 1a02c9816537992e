//! Trees: the plan at a commit, and what a commit changed.

use super::commit::RawCommit;
use super::{GitError, Oid, Repo};
use crate::finding::{Finding, Severity};
use crate::format::MAX_FILE_SIZE;
use crate::snapshot::{MAX_FILES, PLAN_DIR, PlanFile, PlanFiles, is_ignored_name, is_plan_file_name};
use gix::bstr::ByteSlice;
use gix::objs::tree::EntryKind;
use gix::objs::{Kind, TreeRefIter};

/// An entry of a tree.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Entry {
    pub name: Vec<u8>,
    pub kind: EntryKind,
    pub oid: Oid,
}

impl Repo {
    /// The entries of a tree, in its order.
    pub(super) fn entries(&self, tree: &Oid) -> Result<Vec<Entry>, GitError> {
        let mut buffer = Vec::new();
        let mut entries = Vec::new();
        self.each_entry(tree, &mut buffer, |name, kind, oid| {
            entries.push(Entry { name: name.to_owned(), kind, oid: oid.to_owned() });
        })?;
        Ok(entries)
    }

    /// Calls `f` with every entry of a tree, without keeping any.
    pub(super) fn each_entry(
        &self,
        tree: &Oid,
        buffer: &mut Vec<u8>,
        mut f: impl FnMut(&[u8], EntryKind, &gix::oid),
    ) -> Result<(), GitError> {
        let data = self.read_tree(tree, buffer)?;
        for entry in TreeRefIter::from_bytes(data, tree.kind()) {
            let entry = entry.map_err(|error| broken(tree, &error))?;
            f(entry.filename, entry.mode.kind(), entry.oid);
        }
        Ok(())
    }

    /// The bytes of a tree; the empty one need not be stored.
    pub(super) fn read_tree<'b>(&self, tree: &Oid, buffer: &'b mut Vec<u8>) -> Result<&'b [u8], GitError> {
        if tree.is_empty_tree() {
            buffer.clear();
            return Ok(buffer);
        }
        self.read(tree, Kind::Tree, buffer)
    }

    /// The root tree of a commit.
    pub(super) fn root_tree(&self, commit: &Oid) -> Result<Oid, GitError> {
        let mut buffer = Vec::new();
        let raw = RawCommit::parse(self.read(commit, Kind::Commit, &mut buffer)?);
        raw.tree.ok_or_else(|| GitError::BrokenObject {
            oid: *commit,
            kind: "commit",
            cause: "it names no tree".to_owned(),
        })
    }

    /// The entry `.tasks` of a root tree, whatever it is.
    pub(super) fn plan_entry(
        &self,
        root: &Oid,
        buffer: &mut Vec<u8>,
    ) -> Result<Option<(EntryKind, Oid)>, GitError> {
        let data = self.read_tree(root, buffer)?;
        for entry in TreeRefIter::from_bytes(data, root.kind()) {
            let entry = entry.map_err(|error| broken(root, &error))?;
            if entry.filename == PLAN_DIR {
                return Ok(Some((entry.mode.kind(), entry.oid.to_owned())));
            }
            // Entries are sorted: what starts with more than a dot comes behind `.tasks`.
            if entry.filename.first().is_some_and(|&first| first > b'.') {
                break;
            }
        }
        Ok(None)
    }

    /// The tree `.tasks` of a root tree.
    pub(super) fn plan_tree(&self, root: &Oid, buffer: &mut Vec<u8>) -> Result<Option<Oid>, GitError> {
        let entry = self.plan_entry(root, buffer)?;
        Ok(entry.filter(|(kind, _)| *kind == EntryKind::Tree).map(|(_, oid)| oid))
    }

    /// The files below `.tasks/templates/` at a commit by their path from there, in its order. Links are not followed.
    pub fn templates(&self, commit: Oid) -> Result<Vec<(String, Vec<u8>)>, GitError> {
        let mut found = Vec::new();
        let Some(plan) = self.plan_tree(&self.root_tree(&commit)?, &mut Vec::new())? else {
            return Ok(found);
        };
        let is_templates = |entry: &Entry| entry.kind == EntryKind::Tree && entry.name == b"templates";
        let mut trees: Vec<(String, Oid)> =
            self.entries(&plan)?.iter().filter(|e| is_templates(e)).map(|e| (String::new(), e.oid)).collect();
        while let Some((dir, tree)) = trees.pop() {
            for entry in self.entries(&tree)? {
                let Ok(name) = String::from_utf8(entry.name) else { continue };
                match entry.kind {
                    EntryKind::Tree => trees.push((format!("{dir}{name}/"), entry.oid)),
                    EntryKind::Blob | EntryKind::BlobExecutable => {
                        found.push((format!("{dir}{name}"), self.blob(entry.oid)?));
                    }
                    EntryKind::Link | EntryKind::Commit => {}
                }
            }
        }
        found.sort();
        Ok(found)
    }

    /// Whether a commit changes something under `.tasks/` against its first parent, and nothing else.
    pub fn is_plan_only(&self, commit: Oid) -> Result<bool, GitError> {
        let (mut buffer, mut other) = (Vec::new(), Vec::new());
        let parents = RawCommit::parse(self.read(&commit, Kind::Commit, &mut buffer)?).parents;
        let after = self.root_tree(&commit)?;
        let before = match parents.first() {
            Some(parent) => self.root_tree(parent)?,
            None => Oid::empty_tree(after.kind()),
        };
        let before = self.read_tree(&before, &mut buffer)?;
        differs_in_plan_only(before, self.read_tree(&after, &mut other)?, &after)
    }

    /// Whether there is a plan at a commit.
    pub fn has_plan(&self, commit: Oid) -> Result<bool, GitError> {
        let mut buffer = Vec::new();
        Ok(self.plan_tree(&self.root_tree(&commit)?, &mut buffer)?.is_some())
    }

    /// The plan files at a commit and what could not be read of them; `None` if there is no `.tasks`.
    pub fn plan_files(&self, commit: Oid) -> Result<Option<PlanFiles>, GitError> {
        let mut buffer = Vec::new();
        let what = match self.plan_entry(&self.root_tree(&commit)?, &mut buffer)? {
            None => return Ok(None),
            Some((EntryKind::Tree, tree)) => {
                let mut plan = PlanFiles::default();
                let read = self.plan_files_in(PLAN_DIR, tree, &mut plan);
                return read.map(|()| Some(plan)).map_err(|error| left_on_server(error, commit));
            }
            Some((EntryKind::Link, _)) => "a symbolic link",
            Some((EntryKind::Commit, _)) => "a submodule",
            Some(_) => "a file",
        };
        Err(GitError::PlanIsNoDirectory { oid: commit, what })
    }

    /// Adds the plan files of a tree that lies at `dir`.
    pub(super) fn plan_files_in(&self, dir: &str, tree: Oid, plan: &mut PlanFiles) -> Result<(), GitError> {
        let mut trees = vec![(dir.to_owned(), tree)];
        while let Some((dir, tree)) = trees.pop() {
            for entry in self.entries(&tree)? {
                let Ok(name) = std::str::from_utf8(&entry.name) else {
                    let path = format!("{dir}/{}", entry.name.to_str_lossy());
                    plan.problems.push(Finding::file_name(path));
                    continue;
                };
                if is_ignored_name(name) {
                    continue;
                }
                let path = format!("{dir}/{name}");
                match entry.kind {
                    EntryKind::Tree => trees.push((path, entry.oid)),
                    EntryKind::Link => plan.problems.push(Finding::symlink(path)),
                    EntryKind::Commit => plan.problems.push(submodule(path)),
                    EntryKind::Blob | EntryKind::BlobExecutable if is_plan_file_name(name) => {
                        self.keep_plan_file(path, &entry.oid, plan)?;
                    }
                    EntryKind::Blob | EntryKind::BlobExecutable => {}
                }
            }
            if plan.files.len() > MAX_FILES {
                let cause = format!("there are more than {MAX_FILES} files");
                return Err(GitError::Failed { doing: "read the plan".to_owned(), cause });
            }
        }
        Ok(())
    }

    /// Adds the file of a blob, or the finding that it cannot be one.
    pub(super) fn keep_plan_file(
        &self,
        path: String,
        oid: &Oid,
        plan: &mut PlanFiles,
    ) -> Result<(), GitError> {
        match self.plan_file(path, oid)? {
            Ok(file) => plan.files.push(file),
            Err(finding) => plan.problems.push(finding),
        }
        Ok(())
    }

    fn plan_file(&self, path: String, oid: &Oid) -> Result<Result<PlanFile, Finding>, GitError> {
        let mut bytes = Vec::new();
        match self.read(oid, Kind::Blob, &mut bytes) {
            Ok(_) => {}
            Err(GitError::MissingObject { .. }) => return Err(self.missing(oid, Kind::Blob, Some(&path))),
            Err(GitError::TooLarge { .. }) => return Ok(Err(Finding::too_large(path))),
            Err(error) => return Err(error),
        }
        if bytes.len() > MAX_FILE_SIZE {
            return Ok(Err(Finding::too_large(path)));
        }
        Ok(Ok(PlanFile { path, bytes }))
    }
}

/// Whether all that differs between two root trees lies under `.tasks/`, and something does.
pub(super) fn differs_in_plan_only(before: &[u8], after: &[u8], tree: &Oid) -> Result<bool, GitError> {
    let mut old = TreeRefIter::from_bytes(before, tree.kind());
    let mut new = TreeRefIter::from_bytes(after, tree.kind());
    let others = |iter: &mut TreeRefIter<'_>| {
        let next = iter.by_ref().find(|e| e.as_ref().map_or(true, |e| e.filename != PLAN_DIR));
        next.transpose().map(|e| e.map(|e| (e.filename.to_owned(), e.mode, e.oid.to_owned())))
    };
    loop {
        let a = others(&mut old).map_err(|error| broken(tree, &error))?;
        let b = others(&mut new).map_err(|error| broken(tree, &error))?;
        if a != b {
            return Ok(false);
        }
        if a.is_none() {
            return Ok(before != after);
        }
    }
}

fn broken(tree: &Oid, error: &gix::Error) -> GitError {
    GitError::BrokenObject { oid: *tree, kind: "tree", cause: super::error::chain(error) }
}

/// A whole plan is fetched at once, not file by file.
fn left_on_server(error: GitError, commit: Oid) -> GitError {
    match error {
        GitError::MissingObject { path: Some(path), partial: true, .. } => {
            GitError::LeftOnServer { path, commit }
        }
        error => error,
    }
}

fn submodule(path: String) -> Finding {
    Finding::new("submodule", Severity::Warning, "a submodule inside the plan is not read")
        .with_path(path)
        .with_help("keep the plan's files in the repository itself")
}
