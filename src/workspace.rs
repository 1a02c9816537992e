//! Finds the repository and loads what a command asks for.

use crate::error::{CliError, Exit};
use crate::evidence::{Topic, Trunk, Viewpoint};
use crate::files;
use crate::finding::Finding;
use crate::git::{Branch, Env, History, HistoryOptions, Oid, Pos, Repo};
use crate::message::Rules;
use crate::model::TaskId;
use crate::plan::{Inputs, Plan};
use crate::snapshot::{PLAN_DIR, PlanFiles, Snapshot};
use jiff::{Timestamp, tz::TimeZone};
use std::collections::{HashMap, HashSet};
use std::path::{Path, PathBuf};

/// What was asked for on the command line, for every command alike.
#[derive(Debug, Clone)]
pub struct Request {
    /// Where to look for the repository.
    pub dir: PathBuf,
    /// The revision to read instead of the work tree.
    pub at: Option<String>,
    /// Whether topic branches count.
    pub branches: bool,
    /// Whether to answer although history is too shallow.
    pub allow_shallow: bool,
    /// Now.
    pub now: Timestamp,
}

/// A repository, and how to read its plan.
pub struct Workspace {
    /// The repository.
    pub repo: Repo,
    /// What was asked for.
    pub request: Request,
}

/// How much of history a command needs besides what decides the status.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Scope {
    /// Leave topic branches and the clock out: the same answer on every clone.
    pub shared: bool,
    /// Read what lies beyond the adoption boundary as well.
    pub beyond_boundary: bool,
    /// Go without history where a shallow clone cuts off what matters.
    pub shallow_will_do: bool,
}

/// Where the plan files are read.
struct Source {
    snapshot: Snapshot,
    revision: Option<Oid>,
    tip: Option<Oid>,
}

impl Workspace {
    /// Finds the repository.
    pub fn open(request: Request) -> Result<Self, CliError> {
        let repo = Repo::open(&request.dir, Env::Process)?;
        Ok(Self { repo, request })
    }

    /// The top of the work tree; an error where there is none.
    pub fn root(&self) -> Result<&Path, CliError> {
        self.repo.work_dir().ok_or_else(|| {
            CliError::failed("this is a bare repository: it has no files to change")
                .hint("--at REV reads the plan of a revision")
        })
    }

    /// The same for a command that writes, which sees the whole plan or nothing: an error where a sparse checkout leaves
    /// plan files out.
    pub fn writable_root(&self) -> Result<&Path, CliError> {
        let root = self.root()?;
        match self.repo.first_skipped()? {
            None => Ok(root),
            Some(path) => Err(CliError::failed(format!("{path} lies outside the sparse checkout")).hint(
                format!("git sparse-checkout add {PLAN_DIR} brings the whole plan into the work tree"),
            )),
        }
    }

    /// The plan with everything that is derived of it.
    pub fn plan(&self, scope: Scope) -> Result<Plan, CliError> {
        let source = self.source()?;
        let config = &source.snapshot.config;
        let local = !scope.shared && self.request.branches && self.request.at.is_none();
        let branches = self.repo.branches()?;
        let trunks = self.repo.trunks(&branches, config)?;
        let topics = if local { self.topics(&source, &branches, &trunks) } else { Vec::new() };
        let heads = trunks.iter().chain(&topics).map(|b| b.tip);
        let tips: Vec<Oid> = source.tip.into_iter().chain(heads).collect();
        let history = match self.history(&source.snapshot, &tips, scope.beyond_boundary) {
            Err(error) if scope.shallow_will_do && error.exit == Exit::Shallow => History::default(),
            history => history?,
        };
        let viewpoint = viewpoint(&history, source.tip, &trunks, &topics);
        if !scope.shallow_will_do {
            self.warn_of(&history)?;
        }
        let today = (!scope.shared).then(|| self.request.now.to_zoned(TimeZone::system()).date());
        Ok(Plan::derive(Inputs {
            snapshot: source.snapshot,
            history,
            viewpoint,
            revision: source.revision,
            tip: source.tip,
            today,
        }))
    }

    /// The plan files of the work tree, or of the revision asked for, without history.
    pub fn snapshot(&self) -> Result<Snapshot, CliError> {
        Ok(self.source()?.snapshot)
    }

    /// The texts of some files of the plan, by path; what cannot be read is left out.
    pub fn texts<'a>(
        &self,
        revision: Option<Oid>,
        paths: impl Iterator<Item = &'a str>,
    ) -> Result<HashMap<String, String>, CliError> {
        let wanted: HashSet<&str> = paths.collect();
        if wanted.is_empty() {
            return Ok(HashMap::new());
        }
        let text = |bytes: Vec<u8>| String::from_utf8(bytes).ok();
        if let Some(oid) = revision {
            let files = self.repo.plan_files(oid)?.unwrap_or_default().files.into_iter();
            let files = files.filter(|file| wanted.contains(file.path.as_str()));
            return Ok(files.filter_map(|file| Some((file.path, text(file.bytes)?))).collect());
        }
        let root = self.root()?;
        let read = |path: &str| Some((path.to_owned(), text(files::read_one(root, path).ok()?)?));
        Ok(wanted.into_iter().filter_map(read).collect())
    }

    /// What the plan is called: the revision asked for, else the branch that is checked out.
    pub fn name(&self) -> Result<Option<String>, CliError> {
        if let Some(rev) = &self.request.at {
            return Ok(Some(rev.clone()));
        }
        let head = self.repo.head()?;
        let short = |oid: Oid| format!("detached at {}", oid.to_hex_with_len(8));
        let name = head.branch.or_else(|| self.repo.branch_left()).or(head.oid.map(short));
        Ok(name.map(|name| match self.repo.in_progress() {
            Some(what) => format!("{name} ({what})"),
            None => name,
        }))
    }

    /// What the user is called in `assignees`: `tasks.me`, else mail address and name, as Git's configuration has them.
    pub fn me(&self) -> Vec<String> {
        if let Some(me) = self.repo.config_string("tasks.me") {
            return vec![me];
        }
        ["user.email", "user.name"].iter().filter_map(|key| self.repo.config_string(key)).collect()
    }

    /// Every commit reachable from `tips`, read by the plan's own rules.
    pub fn history(
        &self,
        snapshot: &Snapshot,
        tips: &[Oid],
        beyond_boundary: bool,
    ) -> Result<History, CliError> {
        let references = &snapshot.config.references;
        let rules = Rules::from_config(references)?;
        let sight: HashSet<TaskId> = snapshot.tasks.iter().flat_map(|t| t.task.aka.iter().cloned()).collect();
        let options = HistoryOptions {
            rules: &rules,
            since: snapshot.config.since.as_ref(),
            beyond_boundary,
            sight: &sight,
        };
        Ok(self.repo.history(tips, &options)?)
    }

    fn source(&self) -> Result<Source, CliError> {
        let revision = match &self.request.at {
            Some(rev) => Some(self.repo.resolve(rev)?),
            None if self.repo.is_bare() => {
                let head = self.repo.head()?.oid;
                Some(head.ok_or_else(|| CliError::failed("this bare repository has no commit yet"))?)
            }
            None => None,
        };
        let tip = match revision {
            Some(oid) => Some(oid),
            None => self.repo.head()?.oid,
        };
        let files = match revision {
            Some(oid) => self.repo.plan_files(oid)?.map(|tree| (tree.files, tree.problems)),
            None => self.work_tree_files()?.map(|tree| (tree.files, tree.problems)),
        };
        let (files, findings) = files.ok_or_else(|| self.no_plan())?;
        let snapshot = Snapshot::read(files, findings);
        refuse_newer(&snapshot)?;
        Ok(Source { snapshot, revision, tip })
    }

    /// The plan files of the work tree, those included that a sparse checkout leaves out.
    pub fn work_tree_files(&self) -> Result<Option<PlanFiles>, CliError> {
        let found = files::read_plan(self.root()?)?;
        let Some(skipped) = self.repo.skipped_plan_files()? else { return Ok(found) };
        let mut plan = found.unwrap_or_default();
        let present: HashSet<String> = plan.files.iter().map(|file| file.path.clone()).collect();
        plan.files.extend(skipped.files.into_iter().filter(|file| !present.contains(&file.path)));
        plan.problems.extend(skipped.problems);
        Ok(Some(plan))
    }

    /// Whether the commit that is checked out has a plan, although the work tree has none.
    pub fn head_has_plan(&self) -> bool {
        let head = self.repo.head().ok().and_then(|head| head.oid);
        head.is_some_and(|oid| self.repo.has_plan(oid).unwrap_or(false))
    }

    /// Why there is nothing to read.
    pub fn no_plan(&self) -> CliError {
        match &self.request.at {
            Some(rev) => {
                CliError::failed(format!("there is no plan at {rev}: it has no {PLAN_DIR} directory"))
            }
            None if self.head_has_plan() => {
                CliError::failed(format!("there is no plan here: the work tree has no {PLAN_DIR} directory"))
                    .hint(format!(
                        "git checkout HEAD -- {PLAN_DIR} brings back that of HEAD, --at HEAD reads it"
                    ))
            }
            None => {
                CliError::failed(format!("there is no plan here: the repository has no {PLAN_DIR} directory"))
                    .hint("tasks init begins one, tasks import FILE.md brings one in, tasks demo shows one")
            }
        }
    }

    /// Branches that are no trunks and not stale, without the remote twins of local branches that point to the same commit.
    fn topics(&self, source: &Source, branches: &[Branch], trunks: &[Branch]) -> Vec<Branch> {
        let oldest = self.request.now.as_second()
            - i64::try_from(source.snapshot.config.stale_after * 60).unwrap_or(i64::MAX);
        let is_trunk = |b: &Branch| trunks.iter().any(|t| t.full_name == b.full_name);
        let is_twin = |b: &Branch| {
            b.twin.as_ref().is_some_and(|twin| branches.iter().any(|l| l.name == *twin && l.tip == b.tip))
        };
        let counts =
            |b: &&Branch| !is_trunk(b) && !is_twin(b) && b.time >= oldest && Some(b.tip) != source.tip;
        branches.iter().filter(counts).cloned().collect()
    }

    /// An error where history is too shallow to answer, unless that was allowed.
    pub fn warn_of(&self, history: &History) -> Result<(), CliError> {
        if !history.complete && !self.request.allow_shallow {
            return Err(CliError::shallow(
                "this clone is shallow, and what was cut off may complete, start or reopen tasks",
            ));
        }
        Ok(())
    }
}

/// A plan in a newer format may say things that this program does not know how to heed.
fn refuse_newer(snapshot: &Snapshot) -> Result<(), CliError> {
    let newer = |finding: &&Finding| finding.code == "format-too-new";
    match snapshot.problems.iter().find(newer) {
        Some(finding) => Err(CliError::failed(&finding.message).hint("a newer version of tasks reads it")),
        None => Ok(()),
    }
}

fn viewpoint(history: &History, tip: Option<Oid>, trunks: &[Branch], topics: &[Branch]) -> Viewpoint {
    let head = |branch: &Branch| -> Option<(String, Pos)> {
        Some((branch.name.clone(), history.position(&branch.tip)?))
    };
    let trunks = trunks.iter().filter_map(head).map(|(name, head)| Trunk { name, head });
    let topics = topics.iter().filter_map(head).map(|(name, head)| Topic { name, head });
    Viewpoint {
        tip: tip.and_then(|oid| history.position(&oid)),
        trunks: trunks.collect(),
        topics: topics.collect(),
    }
}
