//! The branches around a tip: trunks, and topic branches at work.

use super::load::{Scope, Source, Workspace};
use crate::error::CliError;
use crate::git::{Branch, Oid};
use std::collections::{HashMap, HashSet};

impl Workspace {
    /// Whether what only this clone knows is asked for: topic branches and claims.
    pub(super) fn is_local(&self, scope: Scope) -> bool {
        !scope.shared && self.request.branches && self.request.at.is_none()
    }

    /// The trunks and the topic branches that an answer takes into account.
    pub(super) fn branches_around(
        &self,
        source: &Source,
        scope: Scope,
    ) -> Result<(Vec<Branch>, Vec<Branch>), CliError> {
        let config = &source.snapshot.config;
        if scope.alone {
            return Ok((Vec::new(), Vec::new()));
        }
        if !self.is_local(scope) {
            return Ok((self.repo.trunk_branches(config)?, Vec::new()));
        }
        let branches = self.repo.branches()?;
        let trunks = self.repo.trunks(&branches, config)?;
        let topics = self.topics(source, &branches, &trunks);
        Ok((trunks, topics))
    }

    /// Leaves out branches of whose own history something is missing, and warns of them; says whether there are any. Where the
    /// history of the tip itself is not whole there are none: without it there is no answer.
    pub(super) fn leave_out_broken(&self, tip: Option<Oid>, branches: &mut [&mut Vec<Branch>]) -> bool {
        let known: Vec<Oid> = tip.into_iter().collect();
        if self.repo.span(&known, &[]).is_err() {
            return false;
        }
        let mut found = false;
        for branches in branches {
            branches.retain(|branch| match self.repo.span(&[branch.tip], &known) {
                Ok(_) => true,
                Err(error) => {
                    self.repo.warn(&format!("ignored {}: {error}", branch.full_name));
                    found = true;
                    false
                }
            });
        }
        found
    }

    /// Branches that are no trunks and not stale, without the remote twins of local branches that point to the same commit.
    fn topics(&self, source: &Source, branches: &[Branch], trunks: &[Branch]) -> Vec<Branch> {
        let oldest = self.oldest(&source.snapshot.config);
        let trunks: HashSet<&str> = trunks.iter().map(|t| t.full_name.as_str()).collect();
        let tips: HashMap<&str, Oid> =
            branches.iter().filter(|b| !b.remote).map(|b| (b.name.as_str(), b.tip)).collect();
        let is_twin =
            |b: &Branch| b.twin.as_ref().is_some_and(|twin| tips.get(twin.as_str()) == Some(&b.tip));
        let counts = |b: &&Branch| {
            !trunks.contains(b.full_name.as_str())
                && !is_twin(b)
                && b.time >= oldest
                && Some(b.tip) != source.tip
        };
        branches.iter().filter(counts).cloned().collect()
    }
}
