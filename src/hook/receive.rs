//! `pre-receive` and `update`: what is pushed is judged before it is accepted.

use crate::config::Config;
use crate::error::CliError;
use crate::finding::Severity;
use crate::git::{Oid, matches_trunk};
use crate::snapshot::Snapshot;
use crate::workspace::{Judged, Matter, Workspace};

/// The finding that says that a merge would stop for a file.
const CONFLICT: &str = "merge-conflict";

/// What a push wants to do with one reference.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RefUpdate {
    /// Where it is; nothing for one that is made.
    pub old: Option<Oid>,
    /// Where it is to be; nothing for one that is removed.
    pub new: Option<Oid>,
    /// `refs/heads/main`
    pub name: String,
}

/// What is said of one branch of a push.
pub struct Judgement {
    /// The branch, without `refs/heads/`.
    pub branch: String,
    /// Against what it was judged, as the end of `judged …`.
    pub how: String,
    /// Whether it was judged by what it changes, and not as a whole.
    pub is_change: bool,
    /// The plan and what is wrong with it.
    pub judged: Judged,
}

impl RefUpdate {
    /// Reads a line that Git gives to `pre-receive`: old object id, new object id, name.
    pub fn parse(line: &str) -> Result<Self, CliError> {
        let mut words = line.splitn(3, ' ');
        let (Some(old), Some(new), Some(name)) = (words.next(), words.next(), words.next()) else {
            return Err(CliError::failed(format!("{line:?} is no line of a push: expected OLD NEW REF")));
        };
        Self::new(old, new, name)
    }

    /// From what Git gives to `update`. An object id of zeros is none.
    pub fn new(old: &str, new: &str, name: &str) -> Result<Self, CliError> {
        let oid = |text: &str| {
            let oid: Oid = text
                .parse()
                .map_err(|e| CliError::failed(format!("{text:?} is no object id of a push: {e}")))?;
            Ok::<_, CliError>((!oid.is_null()).then_some(oid))
        };
        Ok(Self { old: oid(old)?, new: oid(new)?, name: name.trim_end().to_owned() })
    }

    fn branch(&self) -> Option<&str> {
        self.name.strip_prefix("refs/heads/")
    }
}

impl Judgement {
    /// Whether the push is to be refused.
    pub fn refuses(&self) -> bool {
        self.judged.findings.iter().any(|finding| finding.severity == Severity::Error)
    }
}

/// Judges what a push brings, branch by branch. Tags, other references, branches that never had a plan and removed branches
/// are nobody's plan, and pass.
///
/// A branch where work lands is judged by what the push adds to it, any other as it will be once it is merged where work
/// lands. What is only a conflict for `git merge` is a warning there: it can wait until the branch is merged.
pub fn receive(workspace: &mut Workspace, updates: &[RefUpdate]) -> Result<Vec<Judgement>, CliError> {
    let landing = Landing::find(workspace, updates)?;
    let mut judgements = Vec::new();
    for update in updates {
        let (Some(branch), Some(new)) = (update.branch(), update.new) else { continue };
        let (matter, how) = landing.matter(branch, update.old, new);
        if !workspace.repo.has_plan(new)? && !takes_away(workspace, &matter, new)? {
            continue;
        }
        let names_its_end = matches!(matter, Matter::Range(_) | Matter::Moved(..));
        workspace.request.at = (!names_its_end).then(|| new.to_string());
        let is_change = matter != Matter::Plan;
        let mut judged = workspace.judge(&matter)?;
        if matches!(matter, Matter::Onto(_)) {
            for finding in judged.findings.iter_mut().filter(|finding| finding.code == CONFLICT) {
                finding.severity = Severity::Warning;
            }
        }
        judgements.push(Judgement { branch: branch.to_owned(), how, is_change, judged });
    }
    Ok(judgements)
}

/// Whether a branch without a plan has lost one: that which it had before the push, or that which it had in common with where
/// work lands.
fn takes_away(workspace: &Workspace, matter: &Matter, new: Oid) -> Result<bool, CliError> {
    match matter {
        Matter::Moved(old, _) => Ok(workspace.repo.has_plan(*old)?),
        Matter::Range(onto) | Matter::Onto(onto) => {
            let onto = onto.split_once("..").map_or(onto.as_str(), |(onto, _)| onto);
            workspace.loses_plan(workspace.repo.resolve(onto)?, new)
        }
        Matter::Plan | Matter::Staged => Ok(false),
    }
}

/// Where work lands.
struct Landing {
    patterns: Vec<String>,
    /// The branch that others are merged into, and where it will be after the push; nothing before the first.
    main: Option<(String, Oid)>,
}

impl Landing {
    fn find(workspace: &Workspace, updates: &[RefUpdate]) -> Result<Self, CliError> {
        let repo = &workspace.repo;
        let head = repo.head()?;
        let config = match head.oid {
            Some(oid) => {
                repo.plan_files(oid)?.map(|files| Snapshot::read(files.files, files.problems).config)
            }
            None => None,
        };
        let patterns = match config.map(|config: Config| config.trunk).filter(|trunk| !trunk.is_empty()) {
            Some(trunk) => trunk,
            // A server's HEAD is the branch that clones begin with.
            None => head.branch.clone().or(repo.default_branch()?).into_iter().collect(),
        };
        let mut trunks = repo.branches()?;
        trunks.retain(|branch| !branch.remote && matches_trunk(&patterns, &branch.name));
        let is_head = |name: &str| head.branch.as_deref() == Some(name);
        let chosen = trunks.iter().find(|branch| is_head(&branch.name)).or(trunks.first());
        let pushed = |name: &str| updates.iter().find(|update| update.branch() == Some(name));
        let main = match chosen {
            Some(branch) => {
                let tip = pushed(&branch.name).map_or(Some(branch.tip), |update| update.new);
                tip.map(|tip| (branch.name.clone(), tip))
            }
            // The push itself may bring the first.
            None => updates.iter().find_map(|update| {
                let name = update.branch().filter(|name| matches_trunk(&patterns, name))?;
                Some((name.to_owned(), update.new?))
            }),
        };
        // What cannot be read is not taken for a branch without a plan, against which nothing would be judged.
        let main = match main {
            Some((_, tip)) if !repo.has_plan(tip)? => None,
            main => main,
        };
        Ok(Self { patterns, main })
    }

    /// What of a branch is judged, and how to say so.
    fn matter(&self, branch: &str, old: Option<Oid>, new: Oid) -> (Matter, String) {
        let others = self.main.as_ref().filter(|(name, _)| name != branch);
        let is_trunk = matches_trunk(&self.patterns, branch);
        match (is_trunk, old, others) {
            (true, Some(old), _) | (false, Some(old), None) => {
                (Matter::Moved(old, new), "by what the push brings".to_owned())
            }
            (true, None, Some((name, tip))) => {
                (Matter::Range(format!("{tip}..{new}")), format!("against {name}"))
            }
            (false, _, Some((name, tip))) => {
                (Matter::Onto(tip.to_string()), format!("as merged into {name}"))
            }
            (_, None, None) => (Matter::Plan, "as a whole".to_owned()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_of_a_push_are_read() {
        let (zeros, oid) = ("0".repeat(40), "ab".repeat(20));
        let update = RefUpdate::parse(&format!("{zeros} {oid} refs/heads/a b\n")).unwrap();
        assert_eq!(
            (update.old, update.new.map(|o| o.to_string()), update.branch()),
            (None, Some(oid.clone()), Some("a b"))
        );
        assert_eq!(RefUpdate::parse(&format!("{oid} {zeros} refs/tags/v1")).unwrap().branch(), None);
        assert!(RefUpdate::parse("ab cd").unwrap_err().message.contains("OLD NEW REF"));
        assert!(RefUpdate::parse("ab cd refs/heads/x").unwrap_err().message.contains("\"ab\""));
    }

    #[test]
    fn trunks_are_judged_by_what_they_gain_and_topics_as_merged() {
        let oid = |digit: &str| digit.repeat(40).parse::<Oid>().unwrap();
        let (a, b, m) = (oid("a"), oid("b"), oid("c"));
        let patterns = vec!["main".to_owned(), "release/*".to_owned()];
        let landing = Landing { patterns: patterns.clone(), main: Some(("main".to_owned(), m)) };
        assert_eq!(landing.matter("main", Some(a), b).0, Matter::Moved(a, b));
        assert_eq!(landing.matter("release/1", None, b).0, Matter::Range(format!("{m}..{b}")));
        assert_eq!(landing.matter("topic", Some(a), b).0, Matter::Onto(m.to_string()));
        assert_eq!(landing.matter("topic", None, b).0, Matter::Onto(m.to_string()));
        let empty = Landing { patterns, main: None };
        assert_eq!(empty.matter("topic", None, b).0, Matter::Plan);
        assert_eq!(empty.matter("main", None, b).0, Matter::Plan);
    }
}
