//! Opening a repository and asking it about itself.

use super::error::revision_cause;
use super::index::own_index;
use super::object::word;
use super::pool::Pool;
use super::quarantine::{Elsewhere, admit};
use super::reference::broken;
use super::{GitError, Oid, cache};
use gix::bstr::ByteSlice;
use gix::odb::pack::cache::lru::MemoryCappedHashmap;
use std::cell::RefCell;
use std::collections::HashSet;
use std::path::{Path, PathBuf};
use std::rc::Rc;
use tempfile::TempDir;

/// How many bytes of objects that others are stored against are kept.
const DELTA_BASES: usize = 8 << 20;

/// Whose word counts besides the repository's own configuration.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Env {
    /// `GIT_DIR` and its kin, and the configuration of user and system, as for Git itself.
    Process,
    /// Nobody's: the same answer in every environment.
    Isolated,
}

/// An opened repository.
pub struct Repo {
    pub(super) inner: gix::Repository,
    work_dir: Option<PathBuf>,
    git_dir: PathBuf,
    common_dir: PathBuf,
    /// The index, where it is not the one that was opened.
    own_index: Option<PathBuf>,
    /// What makes the objects of a push readable that is not accepted yet.
    quarantine: Option<Rc<TempDir>>,
    has_cache: bool,
    /// Whether there may be objects that are nowhere else: in memory, or in a push that may yet be refused.
    is_imagined: bool,
    progress: Option<Rc<dyn Fn(Progress)>>,
    warnings: Option<Rc<Warn>>,
    /// What was warned of: once is enough, however often it is met.
    warned: Rc<RefCell<HashSet<String>>>,
}

/// What is called with what is broken and can be done without.
type Warn = dyn Fn(&str);

/// How far reading history has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Progress {
    /// That many commits were read so far.
    Read(usize),
    /// There is no more to read.
    Done,
}

/// What `HEAD` says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Head {
    /// The commit; `None` before the first one.
    pub oid: Option<Oid>,
    /// The branch that is checked out, without `refs/heads/`; `None` if `HEAD` is detached.
    pub branch: Option<String>,
}

impl Repo {
    /// Opens the repository that `dir` lies in.
    pub fn open(dir: &Path, env: Env) -> Result<Self, GitError> {
        let mut inner = discover(dir, env)?.to_thread_local();
        // Git heeds it where references are served to others, and nowhere else.
        inner.clear_namespace();
        refuse_unknown_formats(&inner)?;
        if env == Env::Process && git_dir_alone_is_given(&inner) {
            // Git takes the current directory for the top of the work tree then.
            inner.set_workdir(dir.to_owned()).map_err(GitError::doing("use the current work tree"))?;
        }
        // In a linked worktree the common directory comes as `…/worktrees/x/../..`.
        let canonical = |path: &Path| {
            path.canonicalize().map_err(GitError::doing(format!("find the directory {}", path.display())))
        };
        let common_dir = canonical(inner.common_dir())?;
        let quarantine = match env {
            Env::Process => admit(&mut inner, &common_dir, &Elsewhere::of_process())?.map(Rc::new),
            Env::Isolated => None,
        };
        // Trees are stored as what differs from others, in long chains, and commits are compared by their trees.
        inner.objects.set_pack_cache(|| Box::new(MemoryCappedHashmap::new(DELTA_BASES)));
        // Places in packs, by which trees are sorted before they are read, have to stay valid.
        inner.objects.prevent_pack_unload();
        let work_dir = inner.workdir().map(canonical).transpose()?;
        let own_index = if env == Env::Process { own_index(work_dir.as_deref()) } else { None };
        Ok(Self {
            work_dir,
            own_index,
            git_dir: canonical(inner.git_dir())?,
            common_dir,
            has_cache: false,
            is_imagined: quarantine.is_some(),
            progress: None,
            warnings: None,
            warned: Rc::default(),
            inner,
            quarantine,
        })
    }

    /// Keeps what was read of history in `tasks/` of the common directory, and takes it from there.
    #[must_use]
    pub fn with_cache(self) -> Self {
        Self { has_cache: true, ..self }
    }

    /// Calls `progress` now and then while history is read.
    #[must_use]
    pub fn with_progress(self, progress: impl Fn(Progress) + 'static) -> Self {
        Self { progress: Some(Rc::new(progress)), ..self }
    }

    /// Calls `warn` once with each thing that is broken and can be done without.
    #[must_use]
    pub fn with_warnings(self, warn: impl Fn(&str) + 'static) -> Self {
        Self { warnings: Some(Rc::new(warn)), ..self }
    }

    /// The same repository with objects of its own, which are in memory only.
    pub(super) fn with_inner(&self, inner: gix::Repository) -> Self {
        Self {
            inner,
            work_dir: self.work_dir.clone(),
            git_dir: self.git_dir.clone(),
            common_dir: self.common_dir.clone(),
            own_index: self.own_index.clone(),
            quarantine: self.quarantine.clone(),
            has_cache: self.has_cache,
            is_imagined: true,
            progress: self.progress.clone(),
            warnings: self.warnings.clone(),
            warned: Rc::clone(&self.warned),
        }
    }

    /// Whether there may be objects that are nowhere else: in memory, or in a push that may yet be refused.
    pub fn is_imagined(&self) -> bool {
        self.is_imagined
    }

    /// Where copies of what was read are kept; `None` if they are not.
    pub(super) fn cache_dir(&self) -> Option<PathBuf> {
        self.has_cache.then(|| self.common_dir.join("tasks"))
    }

    /// Keeps a copy of what is reachable from `tips` at a place with its key.
    pub(super) fn keep(&self, place: Option<(PathBuf, u64)>, pool: &mut Pool, tips: &[Oid]) {
        // What is imagined was never there.
        if let Some((path, key)) = place.filter(|_| !self.is_imagined) {
            pool.trim(tips);
            cache::store(&path, key, pool);
        }
    }

    /// Warns, once, of something that is broken and can be done without.
    pub fn warn(&self, text: &str) {
        if let Some(warn) = &self.warnings
            && self.warned.borrow_mut().insert(text.to_owned())
        {
            warn(text);
        }
    }

    pub(super) fn report(&self, state: Progress) {
        if let Some(progress) = &self.progress {
            progress(state);
        }
    }

    /// The top of the work tree; `None` for a bare repository.
    pub fn work_dir(&self) -> Option<&Path> {
        self.work_dir.as_deref()
    }

    /// The index, where it is not the one that was opened.
    pub(super) fn own_index(&self) -> Option<&Path> {
        self.own_index.as_deref()
    }

    /// The Git directory of this worktree, canonical.
    pub fn git_dir(&self) -> &Path {
        &self.git_dir
    }

    /// The Git directory that all worktrees share, canonical.
    pub fn common_dir(&self) -> &Path {
        &self.common_dir
    }

    /// The tops of all other work trees of the repository that are there, as far as Git knows them.
    pub fn other_work_dirs(&self) -> Vec<PathBuf> {
        let linked = std::fs::read_dir(self.common_dir.join("worktrees")).into_iter().flatten().flatten();
        let linked = linked.filter_map(|entry| {
            // The path of the worktree's `.git`, which may be relative to the directory it stands in.
            let text = std::fs::read_to_string(entry.path().join("gitdir")).ok()?;
            Some(entry.path().join(text.trim_end()).parent()?.to_owned())
        });
        let own = self.inner.config_snapshot().string("core.worktree");
        let main = match own {
            Some(dir) => Some(self.common_dir.join(dir.to_str_lossy().as_ref())),
            None if self.common_dir.file_name().is_some_and(|name| name == ".git") => {
                self.common_dir.parent().map(Path::to_owned)
            }
            None => None,
        };
        let others = linked.chain(main).filter_map(|dir| dir.canonicalize().ok());
        others.filter(|dir| self.work_dir.as_ref() != Some(dir)).collect()
    }

    /// Whether there is no work tree.
    pub fn is_bare(&self) -> bool {
        self.work_dir.is_none()
    }

    /// Whether history is cut off somewhere.
    pub fn is_shallow(&self) -> Result<bool, GitError> {
        self.inner.is_shallow().map_err(GitError::doing("look for the shallow file"))
    }

    /// The remote on which objects may have been left; `None` if the clone is not partial.
    pub fn promisor(&self) -> Option<String> {
        let config = self.inner.config_snapshot();
        if let Some(remote) = config.string("extensions.partialClone") {
            return Some(remote.to_str_lossy().into_owned());
        }
        let mut remotes = config.plumbing().sections_by_name("remote")?;
        let remote = remotes.find(|section| section.contains_value_name("promisor"))?;
        Some(remote.header().subsection_name()?.to_str_lossy().into_owned())
    }

    /// The tree without entries.
    pub fn empty_tree(&self) -> Oid {
        Oid::empty_tree(self.inner.object_hash())
    }

    /// How many bytes an object id has.
    pub fn oid_width(&self) -> usize {
        self.inner.object_hash().len_in_bytes()
    }

    /// The hash function by which its objects are named: `sha1` or `sha256`.
    pub fn object_format(&self) -> String {
        self.inner.object_hash().to_string()
    }

    /// What `HEAD` points to.
    pub fn head(&self) -> Result<Head, GitError> {
        let head = self.inner.head().map_err(|error| match broken(&error) {
            Some(name) => GitError::BrokenHead {
                file: self.common_dir.join(&name),
                log: self.common_dir.join("logs").join(&name),
            },
            None => GitError::doing("read HEAD")(error),
        })?;
        let branch = head.referent_name().map(|name| name.shorten().to_str_lossy().into_owned());
        let oid = match head.id() {
            // Through the reference alone: opening the object database takes longer than all the rest.
            Some(id) => Some(id.detach()),
            None if head.is_unborn() => None,
            None => Some(self.inner.head_id().map_err(GitError::doing("follow HEAD"))?.detach()),
        };
        Ok(Head { oid, branch })
    }

    /// What Git is in the middle of, in the words of its status, such as `rebasing`.
    pub fn in_progress(&self) -> Option<&'static str> {
        use gix::state::InProgress as State;
        Some(match self.inner.state()? {
            State::ApplyMailbox => "applying patches",
            State::ApplyMailboxRebase | State::Rebase | State::RebaseInteractive => "rebasing",
            State::Bisect => "bisecting",
            State::CherryPick | State::CherryPickSequence => "cherry-picking",
            State::Merge => "merging",
            State::Revert | State::RevertSequence => "reverting",
        })
    }

    /// The branch that a rebase or a bisection left and will come back to.
    pub fn branch_left(&self) -> Option<String> {
        let files = ["rebase-merge/head-name", "rebase-apply/head-name", "BISECT_START"];
        let name = files.iter().find_map(|file| std::fs::read_to_string(self.git_dir.join(file)).ok())?;
        let name = name.trim();
        let name = name.strip_prefix("refs/heads/").unwrap_or(name);
        // A detached HEAD is written as such, or as an object id.
        let is_branch =
            self.inner.try_find_reference(&format!("refs/heads/{name}")).is_ok_and(|r| r.is_some());
        is_branch.then(|| name.to_owned())
    }

    /// The commit that a revision names, through annotated tags.
    pub fn resolve(&self, rev: &str) -> Result<Oid, GitError> {
        if matches!(rev, "HEAD" | "@") && self.head()?.oid.is_none() {
            return Err(GitError::Unborn);
        }
        let failed =
            |error: gix::Error| GitError::Revision { rev: rev.to_owned(), cause: revision_cause(&error) };
        let object = self.inner.rev_parse_single(rev).and_then(|id| id.object()).map_err(failed)?;
        let object = object.peel_tags_to_end().map_err(failed)?;
        match object.kind {
            gix::objs::Kind::Commit => Ok(object.id),
            kind => Err(GitError::NoCommit { rev: rev.to_owned(), kind: word(kind) }),
        }
    }

    /// The last value of a key such as `user.email` in Git's configuration.
    pub fn config_string(&self, key: &str) -> Option<String> {
        Some(self.inner.config_snapshot().string(key)?.to_str_lossy().into_owned())
    }
}

fn discover(dir: &Path, env: Env) -> Result<gix::ThreadSafeRepository, GitError> {
    // Replacement objects would let anybody who can push a ref forge what history says; and no object that is read
    // here is so large that it could not be told from an attack.
    let overrides = ["core.useReplaceRefs=false", "gitoxide.objects.allocLimit=268435456"];
    let mut options = gix::sec::trust::Mapping::<gix::open::Options>::default();
    let found = match env {
        Env::Process => {
            options.full.modify(|o| o.config_overrides(overrides));
            options.reduced.modify(|o| o.config_overrides(overrides));
            let upwards = gix::discover::upwards::Options {
                match_ceiling_dir_or_error: false,
                ..gix::discover::upwards::Options::default()
            };
            gix::ThreadSafeRepository::discover_with_environment_overrides_opts(dir, upwards, options)
        }
        Env::Isolated => {
            options.full = gix::open::Options::isolated().config_overrides(overrides);
            options
                .reduced
                .modify(|o| o.permissions(gix::open::Permissions::isolated()).config_overrides(overrides));
            gix::ThreadSafeRepository::discover_opts(dir, gix::discover::upwards::Options::default(), options)
        }
    };
    found.map_err(|error| {
        if error.is_not_found() && dir.exists() {
            return GitError::NotARepository { dir: dir.to_owned() };
        }
        GitError::doing(format!("open the repository of {}", dir.display()))(error)
    })
}

/// Whether the environment names a Git directory, but nothing names the work tree that there is.
fn git_dir_alone_is_given(repo: &gix::Repository) -> bool {
    let has_work_tree =
        repo.workdir().is_some() || repo.config_snapshot().boolean("core.bare") == Some(false);
    has_work_tree
        && std::env::var_os("GIT_DIR").is_some()
        && std::env::var_os("GIT_WORK_TREE").is_none()
        && repo.config_snapshot().string("core.worktree").is_none()
}

/// Git refuses what it does not know; reading on could mean reading it wrongly.
fn refuse_unknown_formats(repo: &gix::Repository) -> Result<(), GitError> {
    const KNOWN: [&str; 9] = [
        "noop",
        "noop-v1",
        "preciousobjects",
        "partialclone",
        "worktreeconfig",
        "objectformat",
        "compatobjectformat",
        "relativeworktrees",
        "refstorage",
    ];
    let unsupported = |what: String, help: &str| GitError::Unsupported {
        path: repo.git_dir().to_owned(),
        what,
        help: help.to_owned(),
    };
    let config = repo.config_snapshot();
    let version = config.integer("core.repositoryFormatVersion").unwrap_or(0);
    if !(0..=1).contains(&version) {
        return Err(unsupported(
            format!("has format version {version}"),
            "only versions 0 and 1 are understood",
        ));
    }
    if let Some(storage) = config.string("extensions.refStorage").filter(|storage| storage != "files") {
        return Err(unsupported(
            format!("keeps its references as {storage}"),
            "git refs migrate --ref-format=files makes them readable",
        ));
    }
    let local = |meta: &gix::config::file::Metadata| meta.source == gix::config::Source::Local;
    let sections = config.plumbing().sections_by_name_and_filter("extensions", local);
    let mut names = sections.into_iter().flatten().flat_map(|s| s.value_names().collect::<Vec<_>>());
    // Before version 1, extensions had no meaning, and Git still ignores them there.
    let unknown = names.find(|name| version == 1 && !KNOWN.contains(&name.to_ascii_lowercase().as_str()));
    unknown.map_or(Ok(()), |name| {
        Err(unsupported(
            format!("uses the extension {name:?}"),
            "a newer version of this program may understand it",
        ))
    })
}
