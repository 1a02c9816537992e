//! What a report covers: from words and tags to two commits and the plan at the newer one.

use super::args::Context;
use super::log;
use crate::error::CliError;
use crate::git::{Oid, Tag};
use crate::model::Version;
use crate::plan::Plan;
use crate::view::ReportEnd;
use crate::workspace::{Scope, Workspace};
use jiff::civil::Date;
use jiff::tz::TimeZone;
use std::cmp::Reverse;
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
struct Start<'a> {
    commit: Oid,
    asked: &'a str,
}

impl Released {
    fn start(&self) -> Start<'_> {
        Start { commit: self.tag.commit, asked: &self.tag.name }
    }
}

const SHARED: Scope = Scope { shared: true, beyond_boundary: false, shallow_will_do: false, alone: false };

/// The two ends as `A..B` has them.
pub(super) fn ends(range: &str) -> Result<(&str, &str), CliError> {
    match range.split_once("..") {
        Some((from, to)) if !from.is_empty() && !to.starts_with('.') => Ok((from, to)),
        Some(("", to)) if !to.is_empty() && !to.starts_with('.') => {
            Err(CliError::failed(format!("the range {range:?} has no older end"))
                .hint(format!("--all --at {to} covers everything that {to} reaches")))
        }
        Some((from, to)) if to.starts_with('.') => {
            let to = to.trim_start_matches('.');
            Err(CliError::failed(format!("{range:?} is no range: there are two dots between its ends"))
                .hint(format!("{from}..{to} is what {to} reaches and {from} does not")))
        }
        _ => Err(CliError::failed(format!("{range:?} is no range"))
            .hint(format!("{range}.. covers what came after {range}, A..B what B reaches and A does not"))),
    }
}

/// Finds both ends and derives the plan at the newer one.
pub(super) fn cover(context: &Context, ask: &Ask<'_>) -> Result<Covered, CliError> {
    let mut workspace = context.workspace()?;
    let Some(tip) = workspace.tip()? else {
        return Err(CliError::failed("there is no commit yet").hint("a report tells of commits"));
    };
    let here = workspace.request.at.clone().unwrap_or_else(|| "HEAD".to_owned());
    let versions = versions(&workspace)?;
    match *ask {
        Ask::All => at(context, workspace, &versions, here, None),
        Ask::Unreleased { tagged } => unreleased(context, workspace, &versions, &here, tagged),
        Ask::Latest => latest(context, workspace, &versions, &here),
        Ask::Between(from, to) => {
            if !to.is_empty() && workspace.request.at.is_some() {
                return Err(CliError::failed(format!(
                    "--at {here} and the newer end of the range, {to}, are two answers"
                ))
                .hint(format!("{from}.. ends at what --at names")));
            }
            let to = if to.is_empty() { here } else { to.to_owned() };
            let start = Start { commit: workspace.repo.resolve(from)?, asked: from };
            at(context, workspace, &versions, to, Some(start))
        }
        Ask::Since(when) => {
            workspace.request.at = Some(here.clone());
            let from = since(context, &workspace, tip, when)?;
            let start = from.map(|commit| Start { commit, asked: when });
            at(context, workspace, &versions, here, start)
        }
    }
}

/// The plan at `to`, and both ends by their names.
fn at(
    context: &Context,
    mut workspace: Workspace,
    versions: &[Released],
    to: String,
    from: Option<Start<'_>>,
) -> Result<Covered, CliError> {
    workspace.request.at = Some(to);
    let others: Vec<Oid> = from.iter().map(|from| from.commit).collect();
    let plan = context.derive_with(&workspace, SHARED, &others)?;
    named(workspace, versions, plan, from)
}

fn named(
    workspace: Workspace,
    versions: &[Released],
    plan: ManuallyDrop<Plan>,
    from: Option<Start<'_>>,
) -> Result<Covered, CliError> {
    let Some(tip) = plan.tip else { return Err(CliError::failed("there is no commit yet")) };
    let from = from.map(|from| end(&workspace, versions, from.commit, from.asked)).transpose()?;
    let asked = workspace.request.at.as_deref().unwrap_or_default();
    let to = end(&workspace, versions, tip, asked)?;
    // A version is named by whoever asks for it: which tags a clone has is no part of the revision.
    let asked = asked.strip_prefix("refs/tags/").unwrap_or(asked);
    let version = versions.iter().find(|v| v.tag.name == asked).map(|v| v.tag.name.clone());
    Ok(Covered { workspace, plan, from, to, version })
}

/// An end of a range: by the tag that was asked for, else by the version that it is, else by the beginning of its object id,
/// which says more than the name of a branch that moves on.
fn end(
    workspace: &Workspace,
    versions: &[Released],
    commit: Oid,
    asked: &str,
) -> Result<ReportEnd, CliError> {
    let asked = asked.strip_prefix("refs/tags/").unwrap_or(asked);
    let tag = workspace.repo.tags(|name| name == asked)?.into_iter().find(|tag| tag.commit == commit);
    let version = || versions.iter().find(|v| v.tag.commit == commit).map(|v| v.tag.name.clone());
    let name = tag.map(|tag| tag.name).or_else(version);
    let name = name.unwrap_or_else(|| commit.to_hex_with_len(8).to_string());
    Ok(ReportEnd { name, commit, time: workspace.repo.commit_info(commit)?.time })
}

/// Tags that are versions, the latest first.
fn versions(workspace: &Workspace) -> Result<Vec<Released>, CliError> {
    let tags = workspace.repo.tags(|name| Version::of_tag(name).is_some())?;
    let released = |tag: Tag| Some(Released { version: Version::of_tag(&tag.name)?, tag });
    let mut versions: Vec<Released> = tags.into_iter().filter_map(released).collect();
    versions.sort_by(|a, b| (Reverse(&a.version), &a.tag.name).cmp(&(Reverse(&b.version), &b.tag.name)));
    Ok(versions)
}

fn unreleased(
    context: &Context,
    mut workspace: Workspace,
    versions: &[Released],
    here: &str,
    tagged: bool,
) -> Result<Covered, CliError> {
    workspace.request.at = Some(here.to_owned());
    let others: Vec<Oid> = versions.iter().map(|v| v.tag.commit).collect();
    let plan = context.derive_with(&workspace, SHARED, &others)?;
    let found = first_reachable(&workspace, &plan, plan.tip, versions.iter())?;
    if found.is_none() {
        if workspace.repo.is_shallow()? && !context.global.allow_shallow {
            return Err(CliError::shallow(
                "this clone is shallow, and no version's tag can be seen from here",
            ));
        }
        if tagged {
            return Err(no_version(here));
        }
    }
    named(workspace, versions, plan, found.map(Released::start))
}

fn latest(
    context: &Context,
    mut workspace: Workspace,
    versions: &[Released],
    here: &str,
) -> Result<Covered, CliError> {
    workspace.request.at = Some(here.to_owned());
    let others: Vec<Oid> = versions.iter().map(|v| v.tag.commit).collect();
    let plan = context.derive_with(&workspace, SHARED, &others)?;
    let Some(newest) = first_reachable(&workspace, &plan, plan.tip, versions.iter())? else {
        return Err(no_version(here));
    };
    // A release tells of all that came since the release before it, not since its last candidate.
    let precedes = |v: &&Released| {
        v.version < newest.version
            && v.tag.commit != newest.tag.commit
            && (newest.version.is_pre_release() || !v.version.is_pre_release())
    };
    let before =
        first_reachable(&workspace, &plan, Some(newest.tag.commit), versions.iter().filter(precedes))?;
    if before.is_none() && workspace.repo.is_shallow()? && !context.global.allow_shallow {
        let message =
            format!("this clone is shallow, and the version before {} cannot be seen", newest.tag.name);
        return Err(CliError::shallow(message));
    }
    at(context, workspace, versions, format!("refs/tags/{}", newest.tag.name), before.map(Released::start))
}

fn no_version(here: &str) -> CliError {
    CliError::failed(format!("no tag that {here} reaches is a version"))
        .hint("versions are tags such as v1.2.0 or 1.2.0-rc.1")
        .hint("--all covers everything, A..B what B reaches and A does not")
}

/// The first version whose commit is reachable from `tip`.
fn first_reachable<'v>(
    workspace: &Workspace,
    plan: &Plan,
    tip: Option<Oid>,
    versions: impl Iterator<Item = &'v Released>,
) -> Result<Option<&'v Released>, CliError> {
    let Some(tip) = tip else { return Ok(None) };
    let versions: Vec<&Released> = versions.collect();
    let commits: Vec<Oid> = versions.iter().map(|version| version.tag.commit).collect();
    Ok(workspace.repo.first_ancestor(&plan.history, tip, &commits)?.map(|at| versions[at]))
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
