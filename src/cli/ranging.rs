//! What a report covers: from words and tags to two commits and the plan at the newer one.

use super::args::Context;
use super::log;
use crate::error::CliError;
use crate::git::{Oid, Repo, Tag};
use crate::model::Version;
use crate::plan::Plan;
use crate::shell;
use crate::view::{ReportEnd, range_text};
use crate::workspace::{Scope, Workspace};
use jiff::civil::Date;
use jiff::tz::TimeZone;
use std::cmp::{Ordering, Reverse};
use std::collections::HashMap;
use std::mem::ManuallyDrop;

/// What was asked for.
#[derive(Debug)]
pub(super) enum Ask<'a> {
    /// Everything that the tip reaches.
    All,
    /// What comes after the latest version, or everything before the first one.
    Unreleased {
        /// Whether there has to be a version.
        tagged: bool,
    },
    /// What the latest version brought.
    Latest,
    /// What a version brings, which may be tagged already.
    Version {
        /// Its name.
        name: &'a str,
        /// Whether there has to be a version before it.
        tagged: bool,
    },
    /// `A..B`; an empty end is the tip.
    Between(&'a str, &'a str),
    /// A day, a span before now, or a revision.
    Since(&'a str),
}

/// A range, and the plan at its newer end.
pub(super) struct Covered {
    pub workspace: Workspace,
    pub plan: ManuallyDrop<Plan>,
    pub from: Option<ReportEnd>,
    pub to: ReportEnd,
    /// The version that the newer end is.
    pub version: Option<String>,
}

/// A tag that is a version.
struct Released {
    version: Version,
    tag: Tag,
}

/// The older end of a range, and how it was asked for.
struct Start {
    commit: Oid,
    asked: String,
}

impl Released {
    fn start(&self) -> Start {
        Start { commit: self.tag.commit, asked: self.tag.name.clone() }
    }
}

impl Covered {
    /// Forgets on which other trunks tasks are completed: that depends on the branches that a clone has.
    pub(super) fn forget_trunks(&mut self) {
        for evidence in &mut self.plan.evidence.tasks {
            evidence.on_trunks.clear();
        }
    }

    /// The range as text.
    pub(super) fn range(&self) -> String {
        range_text(self.from.as_ref(), &self.to)
    }
}

/// The two ends as `A..B` has them.
pub(super) fn ends(range: &str) -> Result<(&str, &str), CliError> {
    match range.split_once("..") {
        Some((from, to)) if !from.is_empty() && !to.starts_with('.') => Ok((from, to)),
        Some(("", to)) if !to.is_empty() && !to.starts_with('.') => {
            Err(CliError::failed(format!("the range {range:?} has no older end"))
                .hint(format!("--all --at {} covers everything that {to} reaches", shell::word(to))))
        }
        Some((from, to)) if to.starts_with('.') => {
            let to = to.trim_start_matches('.');
            Err(CliError::failed(format!("{range:?} is no range: there are two dots between its ends"))
                .hint(format!("{} is what {to} reaches and {from} does not", range_word(from, to))))
        }
        _ => {
            let error = CliError::failed(format!("{range:?} is no range")).hint(format!(
                "{} covers what came after {range}, A..B what B reaches and A does not",
                range_word(range, "")
            ));
            Err(match Version::of_tag(range) {
                Some(_) => {
                    error.hint(format!("--latest --at {} covers what {range} brought", shell::word(range)))
                }
                None => error,
            })
        }
    }
}

/// `A..B` as one word of a command.
fn range_word(from: &str, to: &str) -> String {
    shell::word(&format!("{from}..{to}")).into_owned()
}

/// Finds both ends and derives the plan at the newer one; `trunks` says whether to look at what other trunks have.
pub(super) fn cover(context: &Context, ask: &Ask<'_>, trunks: bool) -> Result<Covered, CliError> {
    let workspace = context.workspace()?;
    let Some(tip) = workspace.tip()? else {
        return Err(CliError::failed("there is no commit yet").hint("a report tells of commits"));
    };
    let here = workspace.request.at.clone().unwrap_or_else(|| "HEAD".to_owned());
    let versions = versions(&workspace)?;
    let scope = Scope { shared: true, alone: !trunks, ..Scope::default() };
    let search = Search { context, workspace, versions, scope };
    match *ask {
        Ask::All => search.at(here, None),
        Ask::Unreleased { tagged } => search.unreleased(&here, tagged),
        Ask::Latest => search.latest(&here),
        Ask::Version { name, tagged } => search.version(&here, name, tagged),
        Ask::Between(from, to) => {
            if !to.is_empty() && search.workspace.request.at.is_some() {
                return Err(CliError::failed(format!(
                    "--at {here} and the newer end of the range, {to}, are two answers"
                ))
                .hint(format!("{} ends at what --at names", range_word(from, ""))));
            }
            let to = if to.is_empty() { here } else { to.to_owned() };
            let start = Start { commit: search.older(from)?, asked: from.to_owned() };
            search.between(start, to)
        }
        Ask::Since(when) => match since(context, &search.workspace, tip, when)? {
            Some(commit) => search.between(Start { commit, asked: when.to_owned() }, here),
            None => search.at(here, None),
        },
    }
}

/// Where to look for the ends of a range.
struct Search<'c> {
    context: &'c Context,
    workspace: Workspace,
    /// The latest first.
    versions: Vec<Released>,
    scope: Scope,
}

impl Search<'_> {
    /// The plan at `to`, and both ends by their names.
    fn at(mut self, to: String, from: Option<Start>) -> Result<Covered, CliError> {
        self.workspace.request.at = Some(to);
        let others: Vec<Oid> = from.iter().map(|from| from.commit).collect();
        let plan = self.context.derive_with(&self.workspace, self.scope, &others)?;
        self.named(plan, from)
    }

    /// The plan at `to`, unless that is older than the end that was named first.
    fn between(self, from: Start, to: String) -> Result<Covered, CliError> {
        let repo = &self.workspace.repo;
        let newer = repo.resolve(&to)?;
        if newer != from.commit && repo.is_ancestor(newer, from.commit)? {
            let from = from.asked;
            return Err(CliError::failed(format!(
                "the range {from}..{to} is reversed: {from} reaches all of {to}"
            ))
            .hint(format!("{} is what {from} reaches and {to} does not", range_word(&to, &from))));
        }
        self.at(to, Some(from))
    }

    /// The older end by its name, which a shallow clone may lack.
    fn older(&self, name: &str) -> Result<Oid, CliError> {
        let repo = &self.workspace.repo;
        let found = repo.resolve(name).map_err(CliError::from);
        if found.is_err() && repo.is_shallow()? {
            let hint = "this clone is shallow and may lack it: git fetch --unshallow --tags brings the rest";
            return found.map_err(|error| error.hint(hint));
        }
        found
    }

    fn named(self, plan: ManuallyDrop<Plan>, from: Option<Start>) -> Result<Covered, CliError> {
        let Some(tip) = plan.tip else { return Err(CliError::failed("there is no commit yet")) };
        let from = from.map(|from| self.end(from.commit, &from.asked)).transpose()?;
        let asked = self.workspace.request.at.as_deref().unwrap_or_default();
        let to = self.end(tip, asked)?;
        // A version is named by whoever asks for it: which tags a clone has is no part of the revision.
        let asked = asked.strip_prefix("refs/tags/").unwrap_or(asked);
        let version = self.versions.iter().find(|v| v.tag.name == asked).map(|v| v.tag.name.clone());
        Ok(Covered { workspace: self.workspace, plan, from, to, version })
    }

    /// An end of a range: by the tag that was asked for, else by the version that it is, else by the beginning of its object
    /// id, which says more than the name of a branch that moves on.
    fn end(&self, commit: Oid, asked: &str) -> Result<ReportEnd, CliError> {
        let repo = &self.workspace.repo;
        let asked = asked.strip_prefix("refs/tags/").unwrap_or(asked);
        let tag = repo.tags(|name| name == asked)?.into_iter().find(|tag| tag.commit == commit);
        let version = || self.versions.iter().find(|v| v.tag.commit == commit).map(|v| v.tag.name.clone());
        let name = tag.map(|tag| tag.name).or_else(version);
        let name = name.unwrap_or_else(|| commit.to_hex_with_len(8).to_string());
        Ok(ReportEnd { name, commit, time: repo.commit_info(commit)?.time })
    }

    fn unreleased(mut self, here: &str, tagged: bool) -> Result<Covered, CliError> {
        let plan = self.with_versions(here)?;
        let found = self.first_reachable(&plan, plan.tip, |_| true)?.map(Released::start);
        if found.is_none() {
            if self.cannot_tell()? {
                return Err(CliError::shallow(
                    "this clone is shallow, and no version's tag can be seen from here",
                ));
            }
            if tagged {
                return Err(no_version(here));
            }
        }
        self.named(plan, found)
    }

    fn latest(mut self, here: &str) -> Result<Covered, CliError> {
        let plan = self.with_versions(here)?;
        let Some(newest) = self.first_reachable(&plan, plan.tip, |_| true)? else {
            return Err(no_version(here));
        };
        let before = self.before(&plan, &newest.version, Some(newest.tag.commit))?;
        let name = newest.tag.name.clone();
        self.refuse_unsure(before.as_ref(), &name)?;
        let is_here = plan.tip == Some(newest.tag.commit);
        let to = format!("refs/tags/{name}");
        if is_here {
            self.workspace.request.at = Some(to);
            return self.named(plan, before);
        }
        self.at(to, before)
    }

    /// A version by its name: where its tag is, if it has one here already, so that it does not matter when it is asked for.
    fn version(mut self, here: &str, name: &str, tagged: bool) -> Result<Covered, CliError> {
        let Some(version) = Version::of_tag(name) else { return self.unreleased(here, tagged) };
        let plan = self.with_versions(here)?;
        let own = match self.first_reachable(&plan, plan.tip, |v| v.tag.name == name)? {
            Some(own) => Some(own),
            None => self.first_reachable(&plan, plan.tip, |v| v.version == version)?,
        };
        let own = own.map(Released::start);
        let end = own.as_ref().map(|own| own.commit).or(plan.tip);
        let before = self.before(&plan, &version, end)?;
        self.refuse_unsure(before.as_ref(), name)?;
        if before.is_none() && tagged {
            return Err(CliError::failed(format!("no tag of a version before {name} is reached from here"))
                .hint("leave --unreleased out to cover everything up to it"));
        }
        match own {
            Some(own) if Some(own.commit) != plan.tip => self.at(format!("refs/tags/{}", own.asked), before),
            _ => self.named(plan, before),
        }
    }

    /// The version before another one, which `end` is: a release tells of all that came since the release before it, not
    /// since its last candidate. Of equal precedence is a release before it that `end` reaches.
    fn before(&self, plan: &Plan, version: &Version, end: Option<Oid>) -> Result<Option<Start>, CliError> {
        let precedes = |v: &Released| {
            v.version.cmp_precedence(version) != Ordering::Greater
                && Some(v.tag.commit) != end
                && (version.is_pre_release() || !v.version.is_pre_release())
        };
        Ok(self.first_reachable(plan, end, precedes)?.map(Released::start))
    }

    /// Fails if a version before `name` was not found, and may only be cut off.
    fn refuse_unsure(&self, before: Option<&Start>, name: &str) -> Result<(), CliError> {
        if before.is_some() || !self.cannot_tell()? {
            return Ok(());
        }
        Err(CliError::shallow(format!("this clone is shallow, and the version before {name} cannot be seen")))
    }

    /// The plan at a revision, with a history that knows every version.
    fn with_versions(&mut self, here: &str) -> Result<ManuallyDrop<Plan>, CliError> {
        self.workspace.request.at = Some(here.to_owned());
        let others: Vec<Oid> = self.versions.iter().map(|v| v.tag.commit).collect();
        self.context.derive_with(&self.workspace, self.scope, &others)
    }

    /// The first version of those that count whose commit is reachable from `tip`.
    fn first_reachable(
        &self,
        plan: &Plan,
        tip: Option<Oid>,
        counts: impl Fn(&Released) -> bool,
    ) -> Result<Option<&Released>, CliError> {
        let Some(tip) = tip else { return Ok(None) };
        let versions: Vec<&Released> = self.versions.iter().filter(|v| counts(v)).collect();
        let commits: Vec<Oid> = versions.iter().map(|v| v.tag.commit).collect();
        let first = self.workspace.repo.first_ancestor(&plan.history, tip, &commits)?;
        Ok(first.map(|at| versions[at]))
    }

    /// Whether what cannot be found may only be cut off.
    fn cannot_tell(&self) -> Result<bool, CliError> {
        Ok(self.workspace.repo.is_shallow()? && !self.context.global.allow_shallow)
    }
}

/// Tags that are versions, the latest first: by precedence, and where that is equal by history.
fn versions(workspace: &Workspace) -> Result<Vec<Released>, CliError> {
    let tags = workspace.repo.tags(|name| Version::of_tag(name).is_some())?;
    let released = |tag: Tag| Some(Released { version: Version::of_tag(&tag.name)?, tag });
    let mut versions: Vec<Released> = tags.into_iter().filter_map(released).collect();
    versions.sort_by(|a, b| (Reverse(&a.version), &a.tag.name).cmp(&(Reverse(&b.version), &b.tag.name)));
    for equal in versions.chunk_by_mut(|a, b| a.version.cmp_precedence(&b.version).is_eq()) {
        sort_by_history(&workspace.repo, equal)?;
    }
    Ok(versions)
}

/// Puts what descends from others before them, and of the rest the later commit first.
fn sort_by_history(repo: &Repo, versions: &mut [Released]) -> Result<(), CliError> {
    if versions.iter().all(|version| version.tag.commit == versions[0].tag.commit) {
        return Ok(());
    }
    let mut times = HashMap::new();
    for version in versions.iter() {
        times.insert(version.tag.commit, repo.commit_info(version.tag.commit)?.time);
    }
    versions.sort_by_key(|version| Reverse(times[&version.tag.commit]));
    // Clocks may be wrong: a commit that another one descends from waits for it, whatever their times say.
    for start in 0..versions.len() {
        for at in start..versions.len() {
            let own = versions[at].tag.commit;
            let rest = versions[start..].iter().map(|version| version.tag.commit);
            let others: Vec<Oid> = rest.filter(|&other| other != own).collect();
            if others.is_empty() || !repo.is_ancestor_of_any(own, &others)? {
                versions[start..=at].rotate_right(1);
                break;
            }
        }
    }
    Ok(())
}

fn no_version(here: &str) -> CliError {
    CliError::failed(format!("no tag that {here} reaches is a version"))
        .hint("versions are tags such as v1.2.0 or 1.2.0-rc.1")
        .hint("--all covers everything, A..B what B reaches and A does not")
}

/// The older end that a day, a span or a revision means: by time, the newest commit before it among the tip and its first
/// parents, so that the range is one of commits and not a cut through a list of them.
fn since(context: &Context, workspace: &Workspace, tip: Oid, when: &str) -> Result<Option<Oid>, CliError> {
    let time = match (log::span(when), when.parse::<Date>()) {
        (Some(seconds), _) => context.now.as_second().saturating_sub(seconds),
        (None, Ok(day)) => day.to_zoned(TimeZone::UTC).map_err(CliError::failed)?.timestamp().as_second(),
        (None, Err(_)) => {
            let resolved = workspace.repo.resolve(when).map_err(|error| {
                CliError::from(error)
                    .hint("--since takes a day (2026-11-21), a span (24h, 10d, 2w) or a revision")
            });
            return resolved.map(Some);
        }
    };
    let found = workspace.repo.mainline_before(tip, time)?;
    if found.is_none() && workspace.repo.is_shallow()? && !context.global.allow_shallow {
        return Err(CliError::shallow(format!(
            "this clone is shallow, and its history does not go back to {when}"
        )));
    }
    Ok(found)
}
