//! Two versions of a plan, found by what Git calls them, and read.

use crate::error::CliError;
use crate::evidence::Viewpoint;
use crate::git::{Branch, History, Landing, Oid, Repo};
use crate::plan::{Inputs, Plan, Sight};
use crate::shell;
use crate::snapshot::Snapshot;
use crate::workspace::{Trees, Workspace, refuse_broken_config};
use std::collections::HashSet;

/// A version of the plan: where its files are, and from where its history is looked at.
#[derive(Debug, Clone)]
pub struct Version {
    /// Where the files are.
    pub files: Files,
    /// The commit whose ancestors count.
    pub tip: Option<Oid>,
    /// What people call it.
    pub name: String,
    /// The commits that it is the best common ancestor of, if it was chosen for that.
    pub between: Vec<Oid>,
}

/// Where plan files are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Files {
    /// Nowhere: the empty plan.
    Nothing,
    /// In the tree of a commit.
    Commit(Oid),
    /// In the index.
    Index,
    /// In the work tree.
    WorkTree,
}

/// How the commits of the later version are taken to land on the earlier one.
#[derive(Debug, Clone)]
pub enum HowToLand {
    /// Not at all: they are read as they are.
    AsTheyAre,
    /// By a merge commit of that message.
    Merge(String),
    /// As one commit of that message.
    Squash(String),
    /// By copies of them.
    Rebase,
}

/// Both versions, read.
pub struct Pair {
    /// The earlier one.
    pub before: Plan,
    /// The later one.
    pub after: Plan,
    /// The later one by its own commits, where they are taken to land in another way.
    pub unlanded: Option<Plan>,
    /// Commits up to this many are imagined.
    pub imagined: HashSet<Oid>,
}

impl Version {
    /// A revision.
    pub fn revision(repo: &Repo, rev: &str) -> Result<Self, CliError> {
        let oid = repo.resolve(rev)?;
        Ok(Self::at(oid, named(rev, oid)))
    }

    fn at(oid: Oid, name: String) -> Self {
        Self { files: Files::Commit(oid), tip: Some(oid), name, between: Vec::new() }
    }

    /// The commit that has the files.
    fn commit(&self) -> Option<Oid> {
        match self.files {
            Files::Commit(oid) => Some(oid),
            Files::Nothing | Files::Index | Files::WorkTree => None,
        }
    }

    /// The best common ancestor of two revisions.
    pub fn merge_base(repo: &Repo, a: &str, b: &str) -> Result<Self, CliError> {
        Self::base_of(repo, (a, repo.resolve(a)?), (b, repo.resolve(b)?))
    }

    fn base_of(repo: &Repo, a: (&str, Oid), b: (&str, Oid)) -> Result<Self, CliError> {
        let base = repo.merge_base(a.1, b.1)?.ok_or_else(|| {
            let error = CliError::failed(format!("{} and {} have no commit in common", a.0, b.0));
            if repo.is_shallow().is_ok_and(|is| is) {
                return error.hint("this clone is shallow: git fetch --unshallow brings the rest of history");
            }
            let range = format!("{}..{}", a.0, b.0);
            error.hint(format!("{} compares them as they are", shell::word(&range)))
        })?;
        let name = format!("the merge base of {} and {} ({})", a.0, b.0, base.to_hex_with_len(8));
        Ok(Self { between: vec![a.1, b.1], ..Self::at(base, name) })
    }

    /// What is checked out: the work tree, or the commit of a bare repository.
    pub fn current(workspace: &Workspace) -> Result<Self, CliError> {
        if let Some(rev) = &workspace.request.at {
            return Self::revision(&workspace.repo, rev);
        }
        if workspace.repo.is_bare() {
            return Self::revision(&workspace.repo, "HEAD");
        }
        let tip = workspace.repo.head()?.oid;
        Ok(Self { files: Files::WorkTree, tip, name: "the work tree".to_owned(), between: Vec::new() })
    }

    /// What is staged.
    pub fn staged(repo: &Repo) -> Result<Self, CliError> {
        let (tip, name) = (repo.head()?.oid, "the index".to_owned());
        Ok(Self { files: Files::Index, tip, name, between: Vec::new() })
    }

    /// The commit that is checked out; the empty plan before the first one.
    pub fn head(repo: &Repo) -> Result<Self, CliError> {
        match repo.head()?.oid {
            Some(_) => Self::revision(repo, "HEAD"),
            None => Ok(Self {
                files: Files::Nothing,
                tip: None,
                name: "an empty plan".to_owned(),
                between: Vec::new(),
            }),
        }
    }

    /// Where the branch left what it is to be merged into: the merge base of the later version with the upstream, unless
    /// that is the same branch on a remote, else with the nearest trunk, else `HEAD` itself; on a trunk without an upstream
    /// `HEAD`.
    pub fn fork_point(workspace: &Workspace, later: &Self) -> Result<Self, CliError> {
        let repo = &workspace.repo;
        let Some(tip) = later.tip else { return Self::head(repo) };
        let own = if workspace.request.at.is_none() { repo.head()?.branch } else { None };
        let branches = repo.branches()?;
        let trunks = repo.trunks(&branches, &workspace.config()?)?;
        let here = workspace.request.at.as_deref().unwrap_or("HEAD");
        let is_trunk = own.as_ref().is_some_and(|own| trunks.iter().any(|trunk| trunk.name == *own));
        if own.is_some()
            && let Some((name, oid)) = repo.upstream()?
        {
            let twin = branches.iter().any(|b| b.name == name && b.remote && Some(&b.short) == own.as_ref());
            if is_trunk || !twin {
                return Self::base_of(repo, (here, tip), (&name, oid));
            }
        }
        // A trunk is not to be merged anywhere: what is new on it is what its remote does not have, or what is not committed.
        let is_target = |trunk: &&Branch| {
            Some(&trunk.name) != own.as_ref() && (!is_trunk || Some(&trunk.short) == own.as_ref())
        };
        match nearest(repo, tip, trunks.iter().filter(is_target))? {
            Some(trunk) => Self::base_of(repo, (here, tip), (&trunk.name, trunk.tip)),
            None => Ok(Self::at(tip, named(here, tip))),
        }
    }
}

/// The trunk that the fewest commits lie beyond; of equal ones what a remote has.
fn nearest<'a>(
    repo: &Repo,
    tip: Oid,
    trunks: impl Iterator<Item = &'a Branch>,
) -> Result<Option<&'a Branch>, CliError> {
    let mut best: Option<(usize, bool, &Branch)> = None;
    for trunk in trunks {
        let beyond = repo.span(&[tip], &[trunk.tip])?.added.len();
        if best.is_none_or(|(least, local, _)| (beyond, !trunk.remote) < (least, local)) {
            best = Some((beyond, !trunk.remote, trunk));
        }
    }
    Ok(best.map(|(_, _, trunk)| trunk))
}

fn named(rev: &str, oid: Oid) -> String {
    let short = oid.to_hex_with_len(8).to_string();
    if rev.starts_with(&short) { short } else { format!("{rev} ({short})") }
}

impl Pair {
    /// Reads both versions and derives their plans, by what every clone knows.
    pub fn read(
        workspace: &Workspace,
        before: &Version,
        after: &Version,
        landing: &HowToLand,
    ) -> Result<Self, CliError> {
        let mut trees = workspace.trees();
        let new = read(workspace, &mut trees, after.files)?;
        let old = read(workspace, &mut trees, before.files)?;
        trees.keep();
        if old.is_none() && new.is_none() {
            for &oid in &before.between {
                if workspace.repo.has_plan(oid)? {
                    return Ok(Self::without_plans(before, after));
                }
            }
            return Err(workspace.no_plan());
        }
        let (old, new) = (old.unwrap_or_default(), new.unwrap_or_default());
        let Some((landed, tip)) = land(workspace, before, after, landing)? else {
            let (before, after) = derive(workspace, (before, old), (after, after.tip, new))?;
            return Ok(Self { before, after, unlanded: None, imagined: HashSet::new() });
        };
        let imagined = match (before.tip, after.tip) {
            (Some(base), Some(head)) => landed.repo.span(&[tip], &[base, head])?.added.into_iter().collect(),
            _ => HashSet::new(),
        };
        let unlanded = derive(workspace, (before, old.clone()), (after, after.tip, new.clone()))?.1;
        let (before, after) = derive(&landed, (before, old), (after, Some(tip), new))?;
        Ok(Self { before, after, unlanded: Some(unlanded), imagined })
    }

    /// A branch that was cut before there was a plan, and has none: it changes nothing of the plan that it is merged into,
    /// and no rules say what its commits mean.
    fn without_plans(before: &Version, after: &Version) -> Self {
        let empty = |version: &Version| {
            Plan::derive(Inputs {
                snapshot: Snapshot::default(),
                history: History::empty(),
                viewpoint: Viewpoint::default(),
                revision: version.commit(),
                tip: version.tip,
                today: None,
            })
        };
        Self { before: empty(before), after: empty(after), unlanded: None, imagined: HashSet::new() }
    }
}

fn read(workspace: &Workspace, trees: &mut Trees<'_>, files: Files) -> Result<Option<Snapshot>, CliError> {
    match files {
        Files::Nothing => Ok(None),
        Files::Commit(oid) => trees.plan_at(oid),
        Files::Index => {
            workspace.repo.staged()?.map(|staged| trees.read(&workspace.repo, staged.plan)).transpose()
        }
        Files::WorkTree => workspace.work_tree_snapshot(),
    }
}

/// The repository in which the later version has landed, and the tip there.
fn land(
    workspace: &Workspace,
    before: &Version,
    after: &Version,
    landing: &HowToLand,
) -> Result<Option<(Workspace, Oid)>, CliError> {
    let landing = match landing {
        HowToLand::AsTheyAre => return Ok(None),
        HowToLand::Merge(message) => Landing::Merge(message),
        HowToLand::Squash(message) => Landing::Squash(message),
        HowToLand::Rebase => Landing::Rebase,
    };
    let (Some(base), Some(head)) = (before.tip, after.tip) else {
        return Err(CliError::failed("--as needs commits on both sides, and there are none yet"));
    };
    let (repo, tip) = workspace.repo.landed(base, head, landing)?;
    Ok(Some((Workspace { repo, request: workspace.request.clone() }, tip)))
}

/// Both plans, of one history where they read it by the same rules.
fn derive(
    workspace: &Workspace,
    (earlier, old): (&Version, Snapshot),
    (later, tip, new): (&Version, Option<Oid>, Snapshot),
) -> Result<(Plan, Plan), CliError> {
    refuse_broken_config(&new)?;
    let tips: Vec<Oid> = tip.into_iter().chain(earlier.tip).collect();
    let history = workspace.history(&new, &tips, false)?;
    workspace.refuse_shallow(&history)?;
    let view = |history: &History, tip: Option<Oid>| Viewpoint {
        tip: tip.and_then(|oid| history.position(&oid)),
        ..Viewpoint::default()
    };
    let shared = old.reads_history_of(&new);
    let (there, here) = (view(&history, earlier.tip), view(&history, tip));
    let after = Plan::derive(Inputs {
        snapshot: new,
        history,
        viewpoint: here,
        revision: later.commit(),
        tip: later.tip,
        today: None,
    });
    if shared || earlier.files == Files::Nothing {
        let (revision, tip) = (earlier.commit(), earlier.tip);
        let before = after.beside(Sight { snapshot: old, viewpoint: there, revision, tip, today: None });
        return Ok((before, after));
    }
    let history = workspace.history(&old, &earlier.tip.into_iter().collect::<Vec<_>>(), false)?;
    let viewpoint = view(&history, earlier.tip);
    let (revision, tip) = (earlier.commit(), earlier.tip);
    let before = Plan::derive(Inputs { snapshot: old, history, viewpoint, revision, tip, today: None });
    Ok((before, after))
}
