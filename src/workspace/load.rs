//! The repository, and the plan with everything that is derived of it.

use super::refusing::{refuse_broken_config, refuse_newer, refuse_unsure_ids};
use super::zone::local_zone;
use crate::config::Config;
use crate::error::{CliError, Exit};
use crate::evidence::{Hold, Topic, Trunk, Viewpoint};
use crate::files;
use crate::git::{Branch, Env, History, HistoryOptions, Oid, Pos, Progress, Repo};
use crate::message::Rules;
use crate::model::TaskId;
use crate::plan::{Inputs, Plan};
use crate::snapshot::{CONFIG_PATH, PLAN_DIR, PlanFile, PlanFiles, Snapshot};
use crate::view::Note;
use jiff::Timestamp;
use std::collections::{HashMap, HashSet};
use std::path::{Path, PathBuf};

/// What was asked for on the command line, for every command alike.
#[derive(Debug, Clone)]
pub struct Request {
    /// Where to look for the repository.
    pub dir: PathBuf,
    /// The revision to read instead of the work tree.
    pub at: Option<String>,
    /// The revision whose plan to read, where that is not the one whose history counts.
    pub plan_from: Option<String>,
    /// Whether topic branches count.
    pub branches: bool,
    /// Whether to answer although history is too shallow.
    pub allow_shallow: bool,
    /// Whether what was read of history is kept, and used again.
    pub cache: bool,
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
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is a question of its own, and most are left as they are"
)]
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Scope {
    /// Leave topic branches and the clock out: the same answer on every clone.
    pub shared: bool,
    /// Read what lies beyond the adoption boundary as well.
    pub beyond_boundary: bool,
    /// Go without history where a shallow clone cuts off what matters.
    pub shallow_will_do: bool,
    /// Look at no branch at all, trunks included: only what is reachable from the tip.
    pub alone: bool,
}

/// The plan files, and from where history is to be looked at.
pub(super) struct Source {
    pub(super) snapshot: Snapshot,
    pub(super) revision: Option<Oid>,
    pub(super) tip: Option<Oid>,
    /// The other parent of a merge of the tip that does not exist yet.
    pub(super) merged: Option<Oid>,
}

impl Source {
    /// The same files with commits read by the rules of another configuration; `None` if those are its own.
    pub(super) fn read_by(&self, rules: &Config) -> Option<Self> {
        let own = &self.snapshot.config;
        if own.references == rules.references && own.since == rules.since {
            return None;
        }
        let (references, since) = (rules.references.clone(), rules.since.clone());
        let mut snapshot = self.snapshot.clone();
        snapshot.config = Config { references, since, ..snapshot.config };
        Some(Self { snapshot, ..*self })
    }
}

impl Workspace {
    /// Finds the repository.
    pub fn open(request: Request) -> Result<Self, CliError> {
        let mut repo = Repo::open(&request.dir, Env::Process)?;
        if request.cache {
            repo = repo.with_cache();
        }
        Ok(Self { repo, request })
    }

    /// The same workspace, which calls `progress` while it reads history.
    #[must_use]
    pub fn with_progress(self, progress: impl Fn(Progress) + 'static) -> Self {
        Self { repo: self.repo.with_progress(progress), ..self }
    }

    /// The same workspace, which calls `warn` with what is broken in the repository and can be done without.
    #[must_use]
    pub fn with_warnings(self, warn: impl Fn(&str) + 'static) -> Self {
        Self { repo: self.repo.with_warnings(warn), ..self }
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
        self.plan_with(scope, &[])
    }

    /// The same, with a history that reaches back from these commits as well.
    pub fn plan_with(&self, scope: Scope, others: &[Oid]) -> Result<Plan, CliError> {
        let source = self.source()?;
        refuse_broken_config(&source.snapshot)?;
        self.derive(source, scope, others)
    }

    /// The plan as far as it concerns those tasks: see [`Plan::about`].
    pub fn plan_about(&self, scope: Scope, ids: &[TaskId]) -> Result<Plan, CliError> {
        let source = self.source()?;
        refuse_broken_config(&source.snapshot)?;
        Ok(Plan::about(self.inputs(source, scope, &[])?, ids))
    }

    /// The plan of the work tree as a commit on top of these will have it, whatever `HEAD` is.
    pub fn plan_upon(&self, parents: &[Oid], scope: Scope) -> Result<Plan, CliError> {
        let source = self.source()?;
        refuse_broken_config(&source.snapshot)?;
        let (tip, merged) = (parents.first().copied(), parents.get(1).copied());
        self.derive(Source { tip, merged, ..source }, scope, &[])
    }

    /// Everything that is derived of plan files that have been read, with a history that reaches back from `others` too.
    pub(super) fn derive(&self, source: Source, scope: Scope, others: &[Oid]) -> Result<Plan, CliError> {
        self.inputs(source, scope, others).map(Plan::derive)
    }

    fn inputs(&self, source: Source, scope: Scope, others: &[Oid]) -> Result<Inputs, CliError> {
        let config = &source.snapshot.config;
        let local = self.is_local(scope);
        let (mut trunks, mut topics) = self.branches_around(&source, scope)?;
        let claims = if local { self.holds(config)? } else { Vec::new() };
        let read = |trunks: &[Branch], topics: &[Branch]| {
            let heads = trunks.iter().chain(topics).map(|b| b.tip).chain(others.iter().copied());
            let tips: Vec<Oid> = source.tip.into_iter().chain(source.merged).chain(heads).collect();
            self.history(&source.snapshot, &tips, scope.beyond_boundary)
        };
        let history = match read(&trunks, &topics) {
            Err(error)
                if error.exit == Exit::Failed
                    && self.leave_out_broken(source.tip, &mut [&mut trunks, &mut topics]) =>
            {
                read(&trunks, &topics)
            }
            history => history,
        };
        let mut history = match history {
            Err(error) if scope.shallow_will_do && error.exit == Exit::Shallow => History::default(),
            history => history?,
        };
        let mut viewpoint = Viewpoint { claims, ..viewpoint(&history, source.tip, &trunks, &topics) };
        if let (Some(ours), Some(theirs)) =
            (viewpoint.tip, source.merged.and_then(|oid| history.position(&oid)))
        {
            let merge = history.join(ours, theirs);
            history.complete = history.is_complete_at(merge);
            viewpoint.tip = Some(merge);
        }
        if !scope.shallow_will_do {
            self.refuse_shallow(&history)?;
        }
        let today = (!scope.shared).then(|| self.request.now.to_zoned(local_zone()).date());
        Ok(Inputs {
            snapshot: source.snapshot,
            history,
            viewpoint,
            revision: source.revision,
            tip: source.tip,
            today,
        })
    }

    /// The plan files of the work tree, or of the revision asked for, without history.
    pub fn snapshot(&self) -> Result<Snapshot, CliError> {
        Ok(self.source()?.snapshot)
    }

    /// The same for a command that gives ids: what the configuration says of them has to be in order.
    pub fn sound_snapshot(&self) -> Result<Snapshot, CliError> {
        let snapshot = self.snapshot()?;
        refuse_unsure_ids(&snapshot)?;
        Ok(snapshot)
    }

    /// The bytes of the plan files that [`Self::plan`] reads.
    pub fn files(&self, revision: Option<Oid>) -> Result<Vec<PlanFile>, CliError> {
        let files = match revision {
            Some(oid) => self.repo.plan_files(oid)?.map(|tree| tree.files),
            None => self.work_tree_files()?.map(|tree| tree.files),
        };
        Ok(files.unwrap_or_default())
    }

    /// Markdown files directly below `.tasks/`, and the paths of all other files there that are no plan files; nothing
    /// for a revision.
    pub fn notes(&self, revision: Option<Oid>) -> Result<(Vec<Note>, Vec<String>), CliError> {
        let Some(root) = self.repo.work_dir().filter(|_| revision.is_none()) else {
            return Ok(Default::default());
        };
        let (mut notes, mut others) = (Vec::new(), Vec::new());
        for path in files::other_paths(root)? {
            let is_markdown = Path::new(&path).extension().is_some_and(|ending| ending == "md");
            let name = path.strip_prefix(".tasks/").filter(|name| is_markdown && !name.contains('/'));
            let is_file = || root.join(&path).symlink_metadata().is_ok_and(|meta| meta.is_file());
            let text = || String::from_utf8(files::read_one(root, &path).ok()?).ok();
            match name.filter(|_| is_file()).and_then(|name| Some((name.to_owned(), text()?))) {
                Some((name, text)) => notes.push(Note { name, text }),
                None => others.push(path),
            }
        }
        Ok((notes, others))
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
        self.history_by(&snapshot.config, &snapshot.ambiguous_ids(), tips, beyond_boundary)
    }

    /// Every commit reachable from `tips`, read by the rules of a configuration; `sight` are ids that may mean several tasks.
    pub fn history_by(
        &self,
        config: &Config,
        sight: &HashSet<TaskId>,
        tips: &[Oid],
        beyond_boundary: bool,
    ) -> Result<History, CliError> {
        let rules = Rules::from_config(&config.references)?;
        let since = config.since.as_ref();
        let options = HistoryOptions { rules: &rules, since, beyond_boundary, sight };
        Ok(self.repo.history(tips, &options)?)
    }

    /// The commit whose history is asked for; `None` before the first one.
    pub fn tip(&self) -> Result<Option<Oid>, CliError> {
        match &self.request.at {
            Some(rev) => Ok(Some(self.repo.resolve(rev)?)),
            None => Ok(self.repo.head()?.oid),
        }
    }

    /// The plan as it was where only one of several tasks with that id was there: on each side of the merge, or of one that
    /// is under way.
    pub fn apart(&self, id: &TaskId) -> Result<Vec<Snapshot>, CliError> {
        let merging = self.repo.resolve("MERGE_HEAD").ok();
        let tips: Vec<Oid> = self.repo.head()?.oid.into_iter().chain(merging).collect();
        let mut plans = Vec::new();
        for oid in self.repo.apart(&tips, id)? {
            plans.extend(self.plan_at(oid)?);
        }
        Ok(plans)
    }

    pub(super) fn source(&self) -> Result<Source, CliError> {
        let source = self.source_of_any_format()?;
        refuse_newer(&source.snapshot)?;
        Ok(source)
    }

    /// The same for those who see for themselves whether the plan has a newer format.
    pub(super) fn source_of_any_format(&self) -> Result<Source, CliError> {
        let at = match &self.request.at {
            Some(rev) => Some(self.repo.resolve(rev)?),
            None if self.repo.is_bare() => {
                let head = self.repo.head()?.oid;
                Some(head.ok_or_else(|| CliError::failed("this bare repository has no commit yet"))?)
            }
            None => None,
        };
        let revision = match &self.request.plan_from {
            Some(rev) => Some(self.repo.resolve(rev)?),
            None => at,
        };
        let tip = match at {
            Some(oid) => Some(oid),
            None => self.repo.head()?.oid,
        };
        let snapshot = match revision {
            Some(oid) => self.plan_at(oid)?,
            None => self.work_tree_snapshot()?,
        };
        let snapshot = snapshot.ok_or_else(|| self.no_plan())?;
        if revision.is_none() && snapshot.tasks.is_empty() {
            self.refuse_foreign()?;
        }
        Ok(Source { snapshot, revision, tip, merged: None })
    }

    /// Refuses the folder of another program, where there is nothing of a plan.
    fn refuse_foreign(&self) -> Result<(), CliError> {
        let root = self.root()?;
        let is_ours = root.join(CONFIG_PATH).symlink_metadata().is_ok();
        match files::foreign_path(root)?.filter(|_| !is_ours) {
            None => Ok(()),
            Some(path) => Err(CliError::failed(format!(
                "no plan is recognised here: another program keeps files in {PLAN_DIR}, such as {path}"
            ))
            .hint("tasks init begins a plan once they lie elsewhere; tasks import may be able to read them")),
        }
    }

    /// The plan of the work tree, those files included that a sparse checkout leaves out.
    pub fn work_tree_snapshot(&self) -> Result<Option<Snapshot>, CliError> {
        let Some(skipped) = self.repo.skipped_plan_files()? else {
            return Ok(files::read_snapshot(self.root()?, self.plan_memory().as_ref())?);
        };
        let plan = with_skipped(files::read_plan(self.root()?)?, skipped);
        Ok(Some(Snapshot::read(plan.files, plan.problems)))
    }

    /// The same as bytes.
    pub fn work_tree_files(&self) -> Result<Option<PlanFiles>, CliError> {
        let found = files::read_plan(self.root()?)?;
        Ok(match self.repo.skipped_plan_files()? {
            Some(skipped) => Some(with_skipped(found, skipped)),
            None => found,
        })
    }

    /// Whether the commit that is checked out has a plan, although the work tree has none.
    pub fn head_has_plan(&self) -> bool {
        let head = self.repo.head().ok().and_then(|head| head.oid);
        head.is_some_and(|oid| self.repo.has_plan(oid).unwrap_or(false))
    }

    /// Why there is nothing to read.
    pub fn no_plan(&self) -> CliError {
        match self.request.plan_from.as_ref().or(self.request.at.as_ref()) {
            Some(rev) => {
                CliError::failed(format!("there is no plan at {rev}: it has no {PLAN_DIR} directory"))
            }
            None if self.head_has_plan() => {
                CliError::failed(format!("there is no plan here: the work tree has no {PLAN_DIR} directory"))
                    .hint(format!(
                        "git checkout HEAD -- {PLAN_DIR} brings back that of HEAD, --at HEAD reads it"
                    ))
            }
            None if self.repo.work_dir().is_none() => CliError::failed(format!(
                "there is no plan here: {PLAN_DIR} is not in the commit that HEAD of this bare repository names"
            ))
            .hint("--at REV reads another revision; tasks init begins a plan in a clone that has a work tree"),
            None => {
                CliError::failed(format!("there is no plan here: the repository has no {PLAN_DIR} directory"))
                    .hint("tasks init begins one, tasks import FILE.md brings one in, tasks demo shows one")
            }
        }
    }

    /// The time before which topic branches and claims are stale, in seconds since the epoch.
    pub fn oldest(&self, config: &Config) -> i64 {
        self.request.now.as_second() - i64::try_from(config.stale_after * 60).unwrap_or(i64::MAX)
    }

    /// The claims that are not stale.
    fn holds(&self, config: &Config) -> Result<Vec<Hold>, CliError> {
        let oldest = self.oldest(config);
        let claims = self.repo.claims()?.into_iter().filter(|claim| claim.since >= oldest);
        let hold = |claim: crate::git::Claim| Hold {
            name: claim.reference(),
            task: claim.id,
            title: claim.title,
            by: claim.by,
            since: claim.since,
            worktree: claim.worktree,
        };
        Ok(claims.map(hold).collect())
    }

    /// Refuses a history that is too shallow to answer, unless the answer may have holes.
    pub fn refuse_shallow(&self, history: &History) -> Result<(), CliError> {
        if !history.complete && !self.request.allow_shallow {
            return Err(CliError::shallow(
                "this clone is shallow, and what was cut off may complete, start or reopen tasks",
            ));
        }
        Ok(())
    }
}

/// The plan files of the work tree and those that a sparse checkout leaves out; where both have one, the former's.
fn with_skipped(found: Option<PlanFiles>, skipped: PlanFiles) -> PlanFiles {
    let mut plan = found.unwrap_or_default();
    let present: HashSet<String> = plan.files.iter().map(|file| file.path.clone()).collect();
    plan.files.extend(skipped.files.into_iter().filter(|file| !present.contains(&file.path)));
    plan.problems.extend(skipped.problems);
    plan
}

fn viewpoint(history: &History, tip: Option<Oid>, trunks: &[Branch], topics: &[Branch]) -> Viewpoint {
    let heads: HashMap<&str, Pos> =
        trunks.iter().filter_map(|t| Some((t.name.as_str(), history.position(&t.tip)?))).collect();
    // What the local trunk has as well is not told twice.
    let is_behind_twin = |branch: &Branch, head: Pos| {
        let twin = branch.twin.as_ref().and_then(|twin| heads.get(twin.as_str()));
        twin.is_some_and(|&twin| history.beyond(head, &history.reachable(&[twin])).is_empty())
    };
    let trunk = |branch: &Branch| {
        let head = *heads.get(branch.name.as_str())?;
        (!is_behind_twin(branch, head)).then(|| Trunk { name: branch.name.clone(), head })
    };
    let topic = |branch: &Branch| {
        let head = history.position(&branch.tip)?;
        Some(Topic { name: branch.name.clone(), head, twin: branch.twin.clone() })
    };
    Viewpoint {
        tip: tip.and_then(|oid| history.position(&oid)),
        trunks: trunks.iter().filter_map(trunk).collect(),
        topics: topics.iter().filter_map(topic).collect(),
        claims: Vec::new(),
    }
}
