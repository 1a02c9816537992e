//! What every writing command does: find the files by name, change them under the lock, say what was done.

use super::args::Context;
use super::locating::unknown;
use crate::changeset::{ChangeSet, FileChange};
use crate::error::CliError;
use crate::files::{self, Listing, Lock, Paths};
use crate::model::TaskId;
use crate::shell;
use crate::snapshot::task_name;
use crate::view::{Paint, Screen, Written, WrittenTask, WrittenView};
use crate::workspace::Workspace;
use clap::Args;
use std::cell::RefCell;
use std::path::PathBuf;
use std::time::Duration;

/// How long to wait for another writing command.
pub(super) const PATIENCE: Duration = Duration::from_secs(10);

/// The option of every writing command.
#[derive(Debug, Clone, Copy, Args)]
pub struct DryRun {
    /// Show how the files would change, and change nothing
    #[arg(long)]
    pub dry_run: bool,
}

/// A plan that is about to be changed. While it lives, no other command writes.
pub struct Writer<'a> {
    context: &'a Context,
    /// The repository.
    pub workspace: Workspace,
    /// The top of the work tree.
    pub root: PathBuf,
    /// The paths of all plan files.
    pub paths: Paths,
    /// Whether there is a plan.
    pub has_plan: bool,
    listing: RefCell<Listing>,
    lock: Option<Lock>,
}

impl<'a> Writer<'a> {
    /// Takes the lock (not for a dry run) and finds the plan files.
    pub fn begin(context: &'a Context, dry_run: DryRun) -> Result<Self, CliError> {
        let writer = Self::begin_anywhere(context, dry_run)?;
        if writer.has_plan { Ok(writer) } else { Err(writer.workspace.no_plan()) }
    }

    /// The same where there may be no plan yet.
    pub fn begin_anywhere(context: &'a Context, dry_run: DryRun) -> Result<Self, CliError> {
        context.refuse_revisions()?;
        let workspace = context.workspace()?;
        let root = workspace.writable_root()?.to_owned();
        let lock =
            if dry_run.dry_run { None } else { Some(Lock::acquire(workspace.repo.common_dir(), PATIENCE)?) };
        if let Some(count) = lock.as_ref().map(Lock::completed).filter(|count| *count > 0) {
            context.ui.warn(&format!("completed what an interrupted command had begun ({count} files)"));
        }
        let listing = workspace.listing(&root)?;
        let has_plan = listing.is_some();
        if has_plan {
            workspace.refuse_newer_format()?;
        }
        let listing = listing.unwrap_or_default();
        let (paths, listing) = (listing.paths(), RefCell::new(listing));
        Ok(Self { context, workspace, root, paths, has_plan, listing, lock })
    }

    /// The path of the task of that id; an error names near ids, and both files where two have it.
    pub fn path_of(&self, id: &str) -> Result<&str, CliError> {
        let name = id.trim_start_matches('#');
        let wanted: TaskId =
            name.parse().map_err(|e| CliError::failed(format!("{id:?} is no task id: {e}")))?;
        let file = format!("/{}.toml", wanted.as_str());
        let is_wanted = |path: &&str| {
            // Other paths are told by their ends, which is quicker than taking them apart.
            let name = path.len().checked_sub(file.len()).and_then(|start| path.as_bytes().get(start..));
            name.is_some_and(|name| name.eq_ignore_ascii_case(file.as_bytes()))
        };
        let mut found = self.paths.iter().filter(is_wanted).filter(|path| task_name(path).is_some());
        match (found.next(), found.next()) {
            (Some(path), None) => Ok(path),
            (Some(one), Some(two)) => {
                let (one, two) = (one.min(two), one.max(two));
                let error = CliError::failed(format!("two files have the id {name}: {one} and {two}"));
                let (one, two) = (shell::word(one), shell::word(two));
                Err(error.hint(format!(
                    "tasks renumber {one} or tasks renumber {two} gives one of them another id"
                )))
            }
            (None, _) => Err(unknown(&self.workspace.snapshot()?, id, &wanted)),
        }
    }

    /// Ids and paths of all task files, by their names.
    pub fn task_paths(&self) -> impl Iterator<Item = (&str, &str)> {
        self.paths.iter().filter_map(|path| Some((task_name(path)?, path)))
    }

    /// The ids that tasks of the work tree had before they were renumbered.
    pub fn former_ids(&self) -> Vec<TaskId> {
        let memory = self.workspace.list_memory(&self.root);
        self.listing.borrow_mut().former_ids(&self.root, memory.as_ref())
    }

    /// The plan files of all other work trees of the repository.
    pub fn paths_elsewhere(&self) -> Vec<Paths> {
        let others = self.workspace.repo.other_work_dirs();
        // A work tree whose plan cannot be looked at has none to reckon with.
        others.iter().filter_map(|root| Some(self.workspace.listing(root).ok()??.paths())).collect()
    }

    /// A path from the root as people can use it where they stand; programs get it as it is.
    pub fn shown(&self, path: &str) -> String {
        self.context.shown(&self.root, path)
    }

    /// The content of a plan file.
    pub fn read(&self, path: &str) -> Result<Vec<u8>, CliError> {
        Ok(files::read_one(&self.root, path)?)
    }

    /// A change of one file: `edit` makes the new bytes from the old.
    pub fn change(
        &self,
        path: &str,
        edit: impl FnOnce(&[u8]) -> Result<Vec<u8>, CliError>,
    ) -> Result<FileChange, CliError> {
        let before = self.read(path)?;
        let after = edit(&before)?;
        Ok(FileChange { path: path.to_owned(), before: Some(before), after: Some(after) })
    }

    /// Writes the changes, unless this is a dry run; warns of new files that Git is told to ignore.
    pub fn apply(&self, changes: &ChangeSet) -> Result<(), CliError> {
        let Some(lock) = &self.lock else { return Ok(()) };
        files::apply(&self.root, changes, lock)?;
        self.context.warn_of_hidden(&self.workspace, changes.created());
        Ok(())
    }

    /// Writes the changes and says what was done; for a dry run shows the difference instead, if there is one. Programs get
    /// all of that.
    pub fn finish(self, changes: &ChangeSet, say: impl FnOnce(&mut Screen)) -> Result<(), CliError> {
        self.apply(changes)?;
        if self.context.is_json() {
            return self.context.ui.json(&WrittenView::new(changes, self.written(changes, say)));
        }
        let mut screen = self.context.screen();
        if self.lock.is_none() && !changes.is_empty() {
            difference(changes, &mut screen);
            return self.context.ui.show(screen);
        }
        say(&mut screen);
        self.context.ui.done(screen)
    }

    /// What was written, or would be, and what is said of it.
    pub fn written(&self, changes: &ChangeSet, say: impl FnOnce(&mut Screen)) -> Written {
        let mut said = Screen::unstyled(usize::MAX).endless();
        say(&mut said);
        let written = Written::new(changes, &said.into_text());
        if self.lock.is_some() { written } else { written.as_dry_run(unified(changes)) }
    }
}

/// Says what was done to tasks without writing plan files, or would be.
pub fn answer(
    context: &Context,
    dry_run: bool,
    tasks: Vec<WrittenTask>,
    screen: Screen,
) -> Result<(), CliError> {
    if !context.is_json() {
        return context.ui.done(screen);
    }
    let written = Written::new(&ChangeSet::default(), &screen.into_text());
    let written = if dry_run { written.as_dry_run(String::new()) } else { written };
    context.ui.json(&WrittenView::of_tasks(tasks, written))
}

/// The changes as a unified difference, for people.
pub fn difference(changes: &ChangeSet, screen: &mut Screen) {
    for line in unified(changes).lines() {
        let paint = match line.as_bytes() {
            [b'+', b'+', b'+', ..] | [b'-', b'-', b'-', ..] => Paint::Heading,
            [b'+', ..] => Paint::Good,
            [b'-', ..] => Paint::Bad,
            [b'@', ..] => Paint::Active,
            _ => Paint::Plain,
        };
        screen.put(paint, line).line();
    }
}

/// The same as it is.
pub fn unified(changes: &ChangeSet) -> String {
    let mut all = String::new();
    for file in changes.files.iter().filter(|f| f.before != f.after) {
        let text = |bytes: &Option<Vec<u8>>| {
            String::from_utf8_lossy(bytes.as_deref().unwrap_or_default()).into_owned()
        };
        let (before, after) = (text(&file.before), text(&file.after));
        let name = |there: bool, side: &str| {
            if there { format!("{side}/{}", file.path) } else { "/dev/null".to_owned() }
        };
        let diff = similar::TextDiff::from_lines(before.as_str(), after.as_str());
        let (old, new) = (name(file.before.is_some(), "a"), name(file.after.is_some(), "b"));
        all.push_str(&diff.unified_diff().header(&old, &new).to_string());
    }
    all
}
