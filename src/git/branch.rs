//! Branches, local and remote, and which of them are trunks.

use super::commit::RawCommit;
use super::{GitError, Oid, Repo};
use crate::config::Config;
use gix::bstr::ByteSlice;
use gix::glob::wildmatch::Mode;
use gix::objs::Kind;
use std::collections::{HashMap, HashSet};

/// A branch and where it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Branch {
    /// `feature`, or `origin/feature`.
    pub name: String,
    /// `refs/heads/feature`, or `refs/remotes/origin/feature`.
    pub full_name: String,
    /// The name without that of the remote: `feature` in both cases.
    pub short: String,
    /// Whether it is what a remote had when it was last asked.
    pub remote: bool,
    /// The commit it points to.
    pub tip: Oid,
    /// That commit's committer time, in seconds since the epoch.
    pub time: i64,
    /// Of a remote branch: the local branch of the same short name, else one that has it as upstream.
    pub twin: Option<String>,
}

/// Where branches lie.
const LOCAL: &str = "refs/heads/";
const REMOTE: &str = "refs/remotes/";

impl Repo {
    /// Every branch, local ones first, each kind by name. Symbolic references such as `origin/HEAD` are none; one that is broken,
    /// or whose commit is missing, is warned of and left out.
    pub fn branches(&self) -> Result<Vec<Branch>, GitError> {
        self.branches_called(|_| true)
    }

    /// Those branches alone where work lands: others are not looked at, so nothing that is wrong with them matters.
    pub fn trunk_branches(&self, config: &Config) -> Result<Vec<Branch>, GitError> {
        let patterns = self.trunk_patterns(config)?;
        self.branches_called(|short| matches_trunk(&patterns, short))
    }

    /// Every branch whose short name is wanted.
    fn branches_called(&self, wanted: impl Fn(&str) -> bool) -> Result<Vec<Branch>, GitError> {
        let remotes = self.remote_names();
        let mut branches = Vec::new();
        self.each_reference(LOCAL, wanted_name(LOCAL, None, &wanted), |reference| {
            branches.extend(self.branch(reference, None)?);
            Ok(())
        })?;
        self.each_reference(REMOTE, wanted_name(REMOTE, Some(&remotes), &wanted), |reference| {
            branches.extend(self.branch(reference, Some(&remotes))?);
            Ok(())
        })?;
        let locals = branches.iter().filter(|b: &&Branch| !b.remote);
        let names: HashSet<String> = locals.clone().map(|b| b.name.clone()).collect();
        let tracking: HashMap<String, String> =
            locals.filter_map(|b| Some((self.upstream_of(&b.full_name)?, b.name.clone()))).collect();
        for branch in branches.iter_mut().filter(|b| b.remote) {
            let twin = names.get(&branch.short).or_else(|| tracking.get(&branch.full_name));
            branch.twin = twin.cloned();
        }
        branches.sort_by(|a, b| (a.remote, &a.name).cmp(&(b.remote, &b.name)));
        Ok(branches)
    }

    /// The commits that branches point to, without a look at these: most are known already.
    pub fn branch_tips(&self) -> Result<Vec<Oid>, GitError> {
        let mut tips = Vec::new();
        for place in [LOCAL, REMOTE] {
            self.each_reference(
                place,
                |_| true,
                |reference| {
                    tips.extend(reference.try_id().map(gix::Id::detach));
                    Ok(())
                },
            )?;
        }
        Ok(tips)
    }

    /// `remotes` is given for remote branches.
    fn branch(
        &self,
        reference: &gix::Reference<'_>,
        remotes: Option<&[String]>,
    ) -> Result<Option<Branch>, GitError> {
        let Some(tip) = reference.try_id().map(gix::Id::detach) else { return Ok(None) };
        let full_name = reference.name().as_bstr().to_str_lossy().into_owned();
        let name = reference.name().shorten().to_str_lossy().into_owned();
        let mut buffer = Vec::new();
        let commit = match self.read(&tip, Kind::Commit, &mut buffer) {
            Err(GitError::MissingObject { oid, .. }) => {
                self.warn_of_dangling(&full_name, &oid);
                return Ok(None);
            }
            commit => commit?,
        };
        let time = RawCommit::parse(commit).time();
        let short = remotes.map_or(name.as_str(), |remotes| without_remote(&name, remotes)).to_owned();
        Ok(Some(Branch { name, full_name, short, remote: remotes.is_some(), tip, time, twin: None }))
    }

    pub(super) fn remote_names(&self) -> Vec<String> {
        let names = self.inner.remote_names().into_iter().map(|name| name.to_str_lossy().into_owned());
        names.collect()
    }

    /// The name of the branch where work lands unless the plan says otherwise: what `origin/HEAD` points to, else
    /// `main` or `master`, whichever there is.
    pub fn default_branch(&self) -> Result<Option<String>, GitError> {
        if let Some(target) = self.origin_head()? {
            return Ok(Some(target.strip_prefix("origin/").map_or(target.clone(), str::to_owned)));
        }
        for name in ["main", "master"] {
            for full in [format!("refs/heads/{name}"), format!("refs/remotes/origin/{name}")] {
                if self.reference(&full)?.is_some() {
                    return Ok(Some(name.to_owned()));
                }
            }
        }
        Ok(None)
    }

    /// What `origin/HEAD` points to, such as `origin/main`.
    fn origin_head(&self) -> Result<Option<String>, GitError> {
        let head = self.reference("refs/remotes/origin/HEAD")?;
        let target = head
            .and_then(|head| head.target().try_name().map(|name| name.shorten().to_str_lossy().into_owned()));
        Ok(target)
    }

    /// The branches where work lands, out of `branches`: `main` and `origin/main` both.
    pub fn trunks(&self, branches: &[Branch], config: &Config) -> Result<Vec<Branch>, GitError> {
        let patterns = self.trunk_patterns(config)?;
        Ok(branches.iter().filter(|branch| matches_trunk(&patterns, &branch.short)).cloned().collect())
    }

    fn trunk_patterns(&self, config: &Config) -> Result<Vec<String>, GitError> {
        if config.trunk.is_empty() {
            return Ok(self.default_branch()?.into_iter().collect());
        }
        Ok(config.trunk.clone())
    }

    /// The full name of the remote branch that a local one, by its full name, is configured to follow.
    fn upstream_of(&self, full_name: &str) -> Option<String> {
        let name = gix::refs::FullName::try_from(full_name).ok()?;
        let fetch = gix::remote::Direction::Fetch;
        let upstream = self.inner.branch_remote_tracking_ref_name(name.as_ref(), fetch)?.ok()?;
        Some(upstream.as_bstr().to_str_lossy().into_owned())
    }

    /// The tip of the trunk that others see: what `origin/HEAD` points to, else `main` or `master` of a remote, else the
    /// upstream of the current branch. One of the same name is the trunk only where nothing else is published: else it may
    /// be that of a topic branch, which is gone once it has landed.
    pub fn upstream_trunk(&self) -> Result<Option<Oid>, GitError> {
        if let Some(tip) = self.tip_of("refs/remotes/origin/HEAD")? {
            return Ok(Some(tip));
        }
        let others = self.remote_names().into_iter().filter(|name| name != "origin");
        for remote in std::iter::once("origin".to_owned()).chain(others) {
            for name in ["main", "master"] {
                if let Some(tip) = self.tip_of(&format!("{REMOTE}{remote}/{name}"))? {
                    return Ok(Some(tip));
                }
            }
        }
        let Some((name, tip)) = self.upstream()? else { return Ok(None) };
        let remotes = self.remote_names();
        let is_own = self.head()?.branch.as_deref() == Some(without_remote(&name, &remotes));
        let mut published = 0;
        self.each_reference(
            REMOTE,
            |_| true,
            |reference| {
                published += usize::from(reference.try_id().is_some());
                Ok(())
            },
        )?;
        Ok(Some(tip).filter(|_| published > 0 && (!is_own || published == 1)))
    }

    /// The commit that a reference leads to; `None` if there is none.
    fn tip_of(&self, full_name: &str) -> Result<Option<Oid>, GitError> {
        let found = self.reference(full_name)?;
        Ok(found.and_then(|mut reference| reference.peel_to_id().ok().map(gix::Id::detach)))
    }

    /// The upstream of the branch that is checked out: its name, such as `origin/main`, and its tip.
    pub fn upstream(&self) -> Result<Option<(String, Oid)>, GitError> {
        let head = self.inner.head_name().map_err(GitError::doing("read HEAD"))?;
        let Some(head) = head else { return Ok(None) };
        let Some(upstream) = self.upstream_of(&head.as_bstr().to_str_lossy()) else { return Ok(None) };
        // An upstream that is configured but was never fetched is none yet.
        let tip = self.tip_of(&upstream)?;
        let name = upstream.strip_prefix("refs/remotes/").unwrap_or(&upstream).to_owned();
        Ok(tip.map(|tip| (name, tip)))
    }
}

/// Whether a branch's short name matches one of the patterns; `*` matches slashes as well.
pub fn matches_trunk(patterns: &[String], name: &str) -> bool {
    let matches =
        |pattern: &String| gix::glob::wildmatch(pattern.as_bytes().as_bstr(), name.into(), Mode::empty());
    patterns.iter().any(matches)
}

/// Whether a reference is that of a branch whose short name is wanted; `remotes` is given for remote branches.
fn wanted_name<'w>(
    place: &'w str,
    remotes: Option<&'w [String]>,
    wanted: &'w impl Fn(&str) -> bool,
) -> impl Fn(&str) -> bool + 'w {
    move |full_name| {
        let name = full_name.strip_prefix(place).unwrap_or(full_name);
        wanted(remotes.map_or(name, |remotes| without_remote(name, remotes)))
    }
}

/// Remotes may have slashes in their names; the longest that fits is the one.
fn without_remote<'a>(name: &'a str, remotes: &[String]) -> &'a str {
    let fits = |remote: &String| name.strip_prefix(remote.as_str())?.strip_prefix('/');
    let known = remotes.iter().filter_map(fits).min_by_key(|short| short.len());
    known.unwrap_or_else(|| name.split_once('/').map_or(name, |(_, short)| short))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn trunks_are_matched_by_pattern() {
        let patterns = ["main".to_owned(), "release/*".to_owned()];
        for (name, is_trunk) in [
            ("main", true),
            ("release/1.2", true),
            ("release/1/2", true),
            ("release", false),
            ("mainly", false),
            ("my/main", false),
        ] {
            assert_eq!(matches_trunk(&patterns, name), is_trunk, "{name}");
        }
    }

    #[test]
    fn the_longest_remote_name_is_taken_away() {
        let remotes = ["a".to_owned(), "a/b".to_owned()];
        assert_eq!(without_remote("a/b/c", &remotes), "c");
        assert_eq!(without_remote("a/c/d", &remotes), "c/d");
        assert_eq!(without_remote("gone/c/d", &remotes), "c/d");
    }
}
