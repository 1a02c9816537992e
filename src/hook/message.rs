//! `commit-msg` and `prepare-commit-msg`: what happens to the file that holds a commit's message.

use super::amending::{Successor, successor};
use super::branch::task_of_branch;
use super::cleanup::Cleanup;
use super::foretell::{Circumstances, Line, Weight, agreed, foretell};
use super::offer::{Offer, Offered, is_empty, offered};
use super::program::git;
use crate::config::Config;
use crate::error::CliError;
use crate::files;
use crate::git::CommitInfo;
use crate::message::{Effect, Rule, Rules, may_matter, read};
use crate::model::FileStatus;
use crate::snapshot::{PLAN_DIR, PlanFile, Snapshot};
use crate::workspace::{Scope, Workspace};
use std::fs;
use std::path::Path;

const CONFIG: &str = ".tasks/config.toml";

/// Says what the message in a file will do. Nothing is read of the plan unless the message may name tasks.
pub fn commit_msg(workspace: &Workspace, file: &Path, is_edited: bool) -> Result<Vec<Line>, CliError> {
    let Some(config) = config(workspace)? else { return Ok(Vec::new()) };
    let text = read_message(file)?;
    let text = cleanup(workspace, is_edited, &text).apply(&text);
    let rules = Rules::from_config(&config.references)?;
    if !may_matter(text.as_bytes(), &rules) {
        return Ok(Vec::new());
    }
    if let Some(unfinished) = unfinished(&text, &rules) {
        return Ok(vec![unfinished]);
    }
    let is_merging = workspace.repo.git_dir().join("MERGE_HEAD").exists();
    let teller = Teller { workspace, text: &text, rules: &rules, is_merging };
    match if is_merging { Successor::Added } else { successor(workspace)? } {
        Successor::Added => teller.tell(None, None),
        Successor::Replaces(commit) => teller.tell(Some(&commit), Some(&commit)),
        // Whoever commits twice within a second seldom amends: what is staged is taken to be all that the commit has.
        Successor::Either(commit) => Ok(agreed(teller.tell(None, None)?, &teller.tell(Some(&commit), None)?)),
    }
}

/// A message, and where it is written.
struct Teller<'a> {
    workspace: &'a Workspace,
    text: &'a str,
    rules: &'a Rules,
    is_merging: bool,
}

impl Teller<'_> {
    /// What the message will do, given the commit that the new one replaces, and the one whose changes it takes over.
    fn tell(&self, amended: Option<&CommitInfo>, holder: Option<&CommitInfo>) -> Result<Vec<Line>, CliError> {
        let Self { workspace, rules, .. } = self;
        let is_merge = self.is_merging || amended.is_some_and(|commit| commit.parents.len() > 1);
        let message = read(self.text, is_merge, rules);
        let references = || message.parts.iter().flat_map(|part| &part.references);
        if references().next().is_none() && message.parts.iter().all(|part| part.revert.is_none()) {
            return Ok(Vec::new());
        }
        let has_form = references().any(|r| r.effect != Effect::Links && !r.rule.is_trailer());
        let is_plan_only = has_form && !is_merge && is_plan_only(workspace, holder)?;
        // A clone that is too shallow to know still knows the names of tasks.
        let scope = Scope { shared: true, alone: true, shallow_will_do: true, ..Scope::default() };
        let plan = match amended {
            // What the old commit did is not done before the new one.
            Some(commit) => workspace.plan_upon(&commit.parents, scope)?,
            None => workspace.plan(scope)?,
        };
        Ok(foretell(&message, &plan, Circumstances { is_merge, is_plan_only }))
    }
}

/// Offers the task of the branch in the file of a message that is still empty. `source` is what Git says of where the
/// message came from; nothing if from nowhere.
pub fn prepare_commit_msg(
    workspace: &Workspace,
    file: &Path,
    source: Option<&str>,
    is_edited: bool,
) -> Result<(), CliError> {
    // What nobody is going to see must not be changed.
    if source.is_some_and(|source| !source.is_empty()) || !is_edited {
        return Ok(());
    }
    let offer = Offer::of_setting(workspace.repo.config_string("tasks.prepare").as_deref())?;
    let Some(branch) = workspace.repo.head()?.branch.filter(|_| offer != Offer::Nothing) else {
        return Ok(());
    };
    let Some(config) = config(workspace)? else { return Ok(()) };
    let Some(keyword) = config.references.keywords.first() else { return Ok(()) };
    let text = read_message(file)?;
    let cleanup = cleanup(workspace, is_edited, &text);
    if !is_empty(&text, &cleanup) || task_of_branch(&branch, &config.references.keywords, |_| true).is_none()
    {
        return Ok(());
    }
    let snapshot = workspace.snapshot()?;
    let is_open = |id: &_| {
        snapshot.task(id).is_some_and(|entry| {
            let is_settled = entry.task.status.is_some_and(FileStatus::is_settled);
            !entry.archived && !is_settled
        })
    };
    let task = task_of_branch(&branch, &config.references.keywords, is_open);
    let Some(entry) = task.and_then(|id| snapshot.task(&id)) else { return Ok(()) };
    let of = Offered { keyword, id: &entry.id, title: &entry.task.title, effect: config.references.subject };
    let prepared = offered(&text, offer, &cleanup, &of);
    if let Some(prepared) = prepared {
        files::replace(file, prepared.as_bytes())?;
    }
    Ok(())
}

/// The configuration of the plan in the work tree, without reading the tasks; nothing where there is no plan.
fn config(workspace: &Workspace) -> Result<Option<Config>, CliError> {
    let Some(root) = workspace.repo.work_dir() else { return Ok(None) };
    if !root.join(PLAN_DIR).is_dir() {
        return Ok(None);
    }
    if !root.join(CONFIG).exists() {
        return Ok(Some(Config::default()));
    }
    let bytes = files::read_one(root, CONFIG)?;
    let file = PlanFile { path: CONFIG.to_owned(), bytes };
    Ok(Some(Snapshot::read(vec![file], Vec::new()).config))
}

fn read_message(file: &Path) -> Result<String, CliError> {
    let bytes = fs::read(file)
        .map_err(|e| CliError::failed(format!("cannot read the message in {}: {e}", file.display())))?;
    Ok(String::from_utf8_lossy(&bytes).into_owned())
}

fn cleanup(workspace: &Workspace, is_edited: bool, text: &str) -> Cleanup {
    let setting = |key| workspace.repo.config_string(key);
    let comment = setting("core.commentString").or_else(|| setting("core.commentChar"));
    Cleanup::new(setting("commit.cleanup").as_deref(), comment.as_deref(), is_edited, text)
}

/// A message that is no more than what `prepare-commit-msg` began: whoever left the editor like that changed their mind.
fn unfinished(text: &str, rules: &Rules) -> Option<Line> {
    let begun = text.trim();
    if begun.contains('\n') || !begun.ends_with(':') {
        return None;
    }
    let completed = read(&format!("{begun} text"), false, rules);
    let forms = [Rule::Subject, Rule::SubjectWip, Rule::SubjectStep];
    let is_form = completed.parts.iter().flat_map(|part| &part.references).any(|r| forms.contains(&r.rule));
    is_form.then(|| Line::new(Weight::Refusal, format!("the message says nothing behind {begun}")))
}

/// Whether something is to be committed, and all of it lies in the plan; of a commit that replaces another, what that one
/// brought included. What cannot be told is not.
fn is_plan_only(workspace: &Workspace, amended: Option<&CommitInfo>) -> Result<bool, CliError> {
    let against = amended.map(|commit| match commit.parents.first() {
        Some(parent) => parent.to_string(),
        None => workspace.repo.empty_tree().to_string(),
    });
    let mut args = vec!["diff", "--cached", "--name-only", "--no-renames", "--no-ext-diff", "-z"];
    args.extend(against.as_deref());
    args.push("--");
    let names = git(workspace.root()?, &args).unwrap_or_default();
    let mut names = names.split('\0').filter(|name| !name.is_empty()).peekable();
    Ok(names.peek().is_some() && names.all(|name| name.starts_with(".tasks/")))
}
