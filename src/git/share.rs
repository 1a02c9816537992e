//! Sharing claims with a remote. The network is Git's: `git push` and `git fetch` as processes of their own.

use super::claim::reference;
use super::{Claim, GitError, Oid, Repo};
use crate::model::TaskId;
use std::io::IsTerminal;
use std::process::{Command, Output, Stdio};

/// What Git says where a reference is not at what was expected: seen before sending, or, when two push at the same
/// moment, by the remote.
const LOST: [&str; 5] =
    ["stale info", "reference already exists", "failed to update ref", "cannot lock ref", "failed to lock"];

impl Repo {
    /// The remote to which pushes go unless told otherwise, by the same rules as for `git push`: that of the current
    /// branch, else `origin`, else the only one there is.
    pub fn push_remote(&self) -> Result<String, GitError> {
        let branch = self.head()?.branch.unwrap_or_default();
        let configured = [
            format!("branch.{branch}.pushRemote"),
            "remote.pushDefault".to_owned(),
            format!("branch.{branch}.remote"),
        ];
        if let Some(remote) = configured.iter().find_map(|key| self.config_string(key)) {
            return Ok(remote);
        }
        let remotes = self.remote_names();
        match remotes.as_slice() {
            [] => Err(GitError::Failed {
                doing: "share with a remote".to_owned(),
                cause: "this repository has none; git remote add NAME URL adds one".to_owned(),
            }),
            [only] => Ok(only.clone()),
            all if all.iter().any(|name| name == "origin") => Ok("origin".to_owned()),
            _ => Err(GitError::Failed {
                doing: "tell with which remote to share".to_owned(),
                cause: "name one: --push=REMOTE; git remote lists them".to_owned(),
            }),
        }
    }

    /// Writes a claim to a remote, only if there is none for its task, or the one it stands `instead_of`; says whether
    /// the remote took it. An error is a remote that could not be reached, or that refuses claims altogether.
    pub fn push_claim(
        &self,
        remote: &str,
        claim: &Claim,
        instead_of: Option<&Claim>,
    ) -> Result<bool, GitError> {
        let expected = instead_of.map_or(String::new(), |old| old.oid.to_string());
        self.push(remote, &claim.reference(), &claim.oid.to_string(), &expected)
    }

    /// Removes a claim from a remote; says whether it was there still.
    pub fn push_release(&self, remote: &str, claim: &Claim) -> Result<bool, GitError> {
        self.push(remote, &claim.reference(), "", &claim.oid.to_string())
    }

    /// Sets a reference of a remote to `object` (nothing removes it) if it is at `expected` (nothing: absent).
    fn push(&self, remote: &str, name: &str, object: &str, expected: &str) -> Result<bool, GitError> {
        // A claim holds no code, so hooks that look at code, tags that follow and submodules have no part in it.
        let lease = format!("--force-with-lease={name}:{expected}");
        let arguments = ["--porcelain", "--no-verify", "--no-follow-tags", "--recurse-submodules=no", &lease];
        let spec = format!("{object}:{name}");
        let output = self.git("push", &arguments, remote, &spec)?;
        if output.status.success() {
            return Ok(true);
        }
        // With --porcelain the fate of the reference is a line of its own: a mark, the reference, the reason.
        let printed = String::from_utf8_lossy(&output.stdout).into_owned();
        let is_rejected = |line: &str| line.starts_with('!') && line.contains(name);
        match printed.lines().find(|line| is_rejected(line)) {
            Some(line) if LOST.iter().any(|why| line.contains(why)) => Ok(false),
            Some(line) => {
                let reason = line.rsplit('\t').next().unwrap_or(line);
                Err(failed(&format!("share {name} with {remote}"), reason, &output))
            }
            None => Err(failed(&format!("share {name} with {remote}"), "", &output)),
        }
    }

    /// The claim of a task at a remote; its object is here then, but no reference to it.
    pub fn remote_claim(&self, remote: &str, id: &TaskId) -> Result<Option<Claim>, GitError> {
        let name = reference(id);
        let doing = format!("look for {name} at {remote}");
        let listed = self.git("ls-remote", &["--quiet"], remote, &name)?;
        if !listed.status.success() {
            return Err(failed(&doing, "", &listed));
        }
        let printed = String::from_utf8_lossy(&listed.stdout).into_owned();
        let oid = printed.lines().find_map(|line| line.strip_suffix(&name)?.trim_end().parse().ok());
        let Some(oid): Option<Oid> = oid else { return Ok(None) };
        let arguments = ["--quiet", "--no-tags", "--no-write-fetch-head", "--recurse-submodules=no"];
        let fetched = self.git("fetch", &arguments, remote, &name)?;
        if !fetched.status.success() {
            return Err(failed(&doing, "", &fetched));
        }
        self.claim_object(id.clone(), oid)
    }

    /// Runs Git in this repository. What is given as a remote can be no option, and nobody is asked for a password where
    /// nobody can answer.
    fn git(&self, command: &str, arguments: &[&str], remote: &str, spec: &str) -> Result<Output, GitError> {
        let mut git = Command::new("git");
        git.arg(command).args(arguments).args(["--", remote, spec]);
        git.current_dir(self.work_dir().unwrap_or(self.common_dir()));
        git.env("GIT_DIR", self.git_dir()).env("LC_ALL", "C").stdin(Stdio::null());
        if let Some(work_dir) = self.work_dir() {
            git.env("GIT_WORK_TREE", work_dir);
        }
        if !std::io::stdin().is_terminal() {
            git.env("GIT_TERMINAL_PROMPT", "0");
        }
        git.output().map_err(GitError::doing(format!("run git {command}")))
    }
}

/// What Git said on standard error, without the advice that is for people who push branches.
fn failed(doing: &str, reason: &str, output: &Output) -> GitError {
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    let lines = said.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with("hint:"));
    let mut causes: Vec<&str> = std::iter::once(reason).filter(|reason| !reason.is_empty()).collect();
    causes.extend(lines);
    let cause = if causes.is_empty() { "git said nothing".to_owned() } else { causes.join("; ") };
    GitError::Failed { doing: doing.to_owned(), cause }
}
