//! Plans of commits, of the index and of merges, read with the help of what is remembered of their objects.

use super::load::Workspace;
use crate::error::CliError;
use crate::files::Blobs;
use crate::format::{is_task_path, parse_task};
use crate::git::{Oid, PlanObjects, Repo};
use crate::snapshot::Snapshot;

/// Reads plans; what several have in common is taken apart once, and they share it.
pub struct Trees<'w> {
    workspace: &'w Workspace,
    blobs: Option<Blobs>,
}

/// Whether files of a directory are tasks, as long as they are called like any: all of a directory are of one kind.
#[derive(Default)]
struct Directory {
    path: String,
    has_tasks: bool,
}

impl Workspace {
    /// A reader of plans that are not the work tree's.
    pub fn trees(&self) -> Trees<'_> {
        Trees { workspace: self, blobs: None }
    }

    /// The plan at a commit; `None` if it has none.
    pub fn plan_at(&self, commit: Oid) -> Result<Option<Snapshot>, CliError> {
        let mut trees = self.trees();
        let snapshot = trees.plan_at(commit)?;
        trees.keep();
        Ok(snapshot)
    }
}

impl Trees<'_> {
    /// The plan at a commit; `None` if it has none.
    pub fn plan_at(&mut self, commit: Oid) -> Result<Option<Snapshot>, CliError> {
        let repo = &self.workspace.repo;
        repo.plan_objects(commit)?.map(|listing| self.read(repo, listing)).transpose()
    }

    /// The plan of files whose objects are in `repo`.
    pub fn read(&mut self, repo: &Repo, listing: PlanObjects) -> Result<Snapshot, CliError> {
        let workspace = self.workspace;
        let open = || Blobs::open(workspace.memory("blobs"), workspace.repo.oid_width());
        let blobs = self.blobs.get_or_insert_with(open);
        let PlanObjects { files, mut problems, commit } = listing;
        let (mut paths, mut tasks) = (Vec::with_capacity(files.len()), Vec::with_capacity(files.len()));
        let (mut others, mut directory) = (Vec::new(), Directory::default());
        for (path, oid) in files {
            let is_task = directory.has_task(&path);
            if is_task && let Some(task) = blobs.find(oid.as_bytes()) {
                paths.push(path);
                tasks.push(Some(task));
                continue;
            }
            let file = match repo.file_of(path, &oid, commit)? {
                Ok(file) => file,
                Err(finding) => {
                    problems.push(finding);
                    continue;
                }
            };
            let parsed = is_task.then(|| parse_task(&file.path, &file.bytes));
            // What findings say is for the snapshot to tell, by the paths of the files.
            match parsed.filter(|parsed| parsed.problems.is_empty()).and_then(|parsed| parsed.value) {
                Some(task) => {
                    paths.push(file.path);
                    tasks.push(Some(blobs.learn(oid.as_bytes(), task)));
                }
                None => others.push(file),
            }
        }
        let task = |at: usize| tasks.get_mut(at).and_then(Option::take);
        Ok(Snapshot::read_on(paths, 0, task, others, problems))
    }

    /// Remembers what was read, unless it may never come to be there.
    pub fn keep(self) {
        if let Some(blobs) = self.blobs.filter(|_| !self.workspace.repo.is_imagined()) {
            blobs.keep();
        }
    }
}

impl Directory {
    fn has_task(&mut self, path: &str) -> bool {
        let (dir, name) = path.rsplit_once('/').unwrap_or(("", path));
        if matches!(name, "group.toml" | "config.toml") {
            return is_task_path(path);
        }
        if self.path != dir {
            *self = Self { path: dir.to_owned(), has_tasks: is_task_path(path) };
        }
        self.has_tasks
    }
}
