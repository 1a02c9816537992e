//! Arguments that name tasks and whatever else the plan or the repository knows: what a shell is offered for them.

use super::args::forms_of;
use crate::change::{keys_by_hand, words_of};
use crate::finding::{RULES, Rule};
use crate::git::{Env, Repo};
use crate::model::Step;
use crate::report::BUILT_IN;
use crate::snapshot::{Snapshot, TaskEntry};
use crate::view::harmless;
use clap_complete::engine::{ArgValueCompleter, CompletionCandidate, PathCompleter, ValueCompleter};
use std::collections::BTreeSet;
use std::ffi::OsStr;
use std::path::{Path, PathBuf};

/// What is offered: a value, and what it is.
type Offer = (String, Option<String>);

/// Completes ids of tasks, with their titles as help.
pub fn ids() -> ArgValueCompleter {
    completer(|typed| Some(fitting(tasks(&snapshot()?), typed)))
}

/// Completes ids of tasks that somebody has claimed.
pub fn claimed() -> ArgValueCompleter {
    completer(|typed| {
        let claims = repo()?.claims().ok()?;
        let claims = claims.into_iter().map(|claim| (claim.id.to_string(), Some(claim.title)));
        Some(fitting(claims, typed))
    })
}

/// Completes groups by name.
pub fn groups() -> ArgValueCompleter {
    completer(|typed| Some(fitting(groups_of(&snapshot()?, ""), typed)))
}

/// Completes groups, with the slash by which they are told from tasks, and ids of tasks.
pub fn groups_and_ids() -> ArgValueCompleter {
    completer(|typed| {
        let snapshot = snapshot()?;
        Some(fitting(groups_of(&snapshot, "/").into_iter().chain(tasks(&snapshot)), typed))
    })
}

/// Completes names of milestones.
pub fn milestones() -> ArgValueCompleter {
    completer(|typed| Some(fitting(milestones_of(&snapshot()?), typed)))
}

/// Completes tags that tasks have.
pub fn tags() -> ArgValueCompleter {
    completer(|typed| Some(fitting(used(&snapshot()?, |entry| &entry.task.tags), typed)))
}

/// Completes names of people whom tasks are assigned to.
pub fn people() -> ArgValueCompleter {
    completer(|typed| Some(fitting(used(&snapshot()?, |entry| &entry.task.assignees), typed)))
}

/// Completes branches and tags, behind the dots of a range as well.
pub fn revisions() -> ArgValueCompleter {
    completer(|typed| {
        let repo = repo()?;
        let dots = typed.rfind("..").map_or(0, |at| at + 2);
        let start = dots + usize::from(dots > 0 && typed[dots..].starts_with('.'));
        let branches = repo.branches().ok()?.into_iter().map(|branch| branch.name);
        let names = branches.chain(repo.tags(|_| true).ok()?.into_iter().map(|tag| tag.name));
        let offers = fitting(names.map(|name| (name, None)), &typed[start..]);
        Some(offers.into_iter().map(|offer| offer.add_prefix(&typed[..start])).collect())
    })
}

/// Completes the forms in which the command answers.
pub fn formats() -> ArgValueCompleter {
    completer(|typed| {
        let forms = words().iter().map(|word| forms_of(word)).max_by_key(|forms| forms.len())?;
        Some(fitting(forms.iter().map(|form| (form.name(), None)), typed))
    })
}

/// Completes numbers of the steps of the task that is named before, with their texts as help.
pub fn steps() -> ArgValueCompleter {
    completer(|typed| {
        let snapshot = snapshot()?;
        let words = words();
        let at = words.iter().rev().find_map(|word| {
            let id = word.trim_start_matches('#').parse().ok()?;
            snapshot.index.get(&id).copied()
        });
        let steps = &snapshot.tasks[words.iter().position(|word| word == "step").and(at)?].task.steps;
        let offer = |(n, step): (usize, &Step)| ((n + 1).to_string(), Some(step.text.clone()));
        Some(fitting(steps.iter().enumerate().map(offer), typed))
    })
}

/// Completes codes of rules.
pub fn codes() -> ArgValueCompleter {
    let offer = |rule: &Rule| (rule.code.to_owned(), Some(rule.finds.to_owned()));
    completer(move |typed| Some(fitting(RULES.iter().map(offer), typed)))
}

/// Completes names of templates, and files.
pub fn templates() -> ArgValueCompleter {
    completer(|typed| {
        let built_in = BUILT_IN.iter().map(|(name, ..)| (*name).to_owned());
        let mut offers = fitting(own_templates().into_iter().chain(built_in).map(|name| (name, None)), typed);
        offers.extend(PathCompleter::file().complete(OsStr::new(typed)));
        Some(offers)
    })
}

/// Completes ids of tasks and what is set on them: keys, and the values of those that have known ones.
pub fn assignments() -> ArgValueCompleter {
    completer(|typed| {
        let snapshot = snapshot()?;
        let Some((key, prefix, value)) = assigned(&words(), typed) else {
            let keys = keys_by_hand().map(|key| (format!("{key}="), None));
            return Some(fitting(keys.chain(tasks(&snapshot)), typed));
        };
        let known = match key.as_str() {
            "assignees" => used(&snapshot, |entry| &entry.task.assignees),
            "tags" => used(&snapshot, |entry| &entry.task.tags),
            "milestones" => milestones_of(&snapshot),
            "depends" => groups_of(&snapshot, "/").into_iter().chain(tasks(&snapshot)).collect(),
            key => words_of(key).into_iter().map(|word| (word.to_owned(), None)).collect(),
        };
        let offers = fitting(known, value);
        Some(offers.into_iter().map(|offer| offer.add_prefix(&prefix)).collect())
    })
}

/// The key to which a value is being typed, what stands before the value in this word, and the beginning of the value. Bash
/// takes the key, the sign and the value for words of their own.
fn assigned<'t>(before: &[String], typed: &'t str) -> Option<(String, String, &'t str)> {
    let plain = |key: &str| key.trim_end_matches(['+', '-']).to_owned();
    let (key, start) = if let Some((key, _)) = typed.split_once('=') {
        (plain(key), key.len() + 1)
    } else {
        let last = before.iter().rev().find(|word| *word != "=")?;
        (plain(last), 0)
    };
    keys_by_hand().find(|known| *known == key)?;
    let start = typed[start..].rfind(',').map_or(start, |comma| start + comma + 1);
    Some((key, typed[..start].to_owned(), &typed[start..]))
}

/// A completer of words; one of what is no text has nothing to offer.
fn completer(
    offer: impl Fn(&str) -> Option<Vec<CompletionCandidate>> + Send + Sync + 'static,
) -> ArgValueCompleter {
    ArgValueCompleter::new(move |typed: &OsStr| typed.to_str().and_then(&offer).unwrap_or_default())
}

/// Those that begin with what is typed, whatever the case. The names of others are data, and a shell would obey some of
/// them once they stand on its command line: those are left out.
fn fitting(offers: impl IntoIterator<Item = Offer>, typed: &str) -> Vec<CompletionCandidate> {
    let typed = typed.to_lowercase();
    let is_meant = |(value, _): &Offer| value.to_lowercase().starts_with(&typed) && is_plain(value);
    let candidate = |(value, help): Offer| {
        CompletionCandidate::new(value).help(help.map(|help| harmless(&help).into_owned().into()))
    };
    offers.into_iter().filter(is_meant).map(candidate).collect()
}

/// Whether a shell takes it for one word that means nothing to it.
fn is_plain(value: &str) -> bool {
    let is_plain = |c: char| c.is_alphanumeric() || "._-/@+:=,%".contains(c);
    !value.starts_with('-') && value.chars().all(is_plain)
}

fn tasks(snapshot: &Snapshot) -> Vec<Offer> {
    let offer = |entry: &TaskEntry| (entry.id.to_string(), Some(entry.task.title.clone()));
    snapshot.tasks.iter().filter(|entry| !entry.archived).map(offer).collect()
}

fn groups_of(snapshot: &Snapshot, end: &str) -> Vec<Offer> {
    let named = snapshot.groups.iter().filter(|entry| !entry.name.as_str().is_empty());
    named.map(|entry| (format!("{}{end}", entry.name), entry.group.title.clone())).collect()
}

fn milestones_of(snapshot: &Snapshot) -> Vec<Offer> {
    snapshot.milestones.iter().map(|m| (m.name.clone(), m.milestone.title.clone())).collect()
}

/// What tasks have in one of their lists, each once.
fn used(snapshot: &Snapshot, list: impl Fn(&TaskEntry) -> &Vec<String>) -> Vec<Offer> {
    let all: BTreeSet<&String> = snapshot.tasks.iter().flat_map(list).collect();
    all.into_iter().map(|name| (name.clone(), None)).collect()
}

/// The names of the templates that are in the work tree.
fn own_templates() -> Vec<String> {
    let dir = repo().and_then(|repo| repo.work_dir().map(|root| root.join(".tasks/templates")));
    let entries = dir.and_then(|dir| std::fs::read_dir(dir).ok()).into_iter().flatten().flatten();
    let name = |path: PathBuf| Some(path.file_stem()?.to_str()?.to_owned());
    let names: BTreeSet<String> =
        entries.map(|entry| entry.path()).filter(|path| path.is_file()).filter_map(name).collect();
    names.into_iter().collect()
}

fn repo() -> Option<Repo> {
    Repo::open(&start(&words()), Env::Process).ok()
}

fn snapshot() -> Option<Snapshot> {
    let files = crate::files::read_plan(repo()?.work_dir()?).ok()??;
    Some(Snapshot::read(files.files, files.problems))
}

/// The words before the one that is being completed. Shells give all words behind two dashes, and which one it is; fish
/// gives those up to it.
fn words() -> Vec<String> {
    let words = std::env::args_os().skip_while(|word| word != "--").skip(1);
    let mut words: Vec<String> = words.map(|word| word.to_string_lossy().into_owned()).collect();
    let index = std::env::var("_CLAP_COMPLETE_INDEX").ok().and_then(|index| index.parse().ok());
    words.truncate(index.unwrap_or(words.len().saturating_sub(1)));
    words
}

/// The directory in which the command would run: every `-C` goes on from the one before, as with Git.
fn start(words: &[String]) -> PathBuf {
    let mut start = PathBuf::from(".");
    let mut words = words.iter();
    while let Some(word) = words.next() {
        let dir = match word.strip_prefix("-C") {
            Some("") => words.next().map(String::as_str),
            dir => dir,
        };
        // The shell has not replaced the sign of the home yet.
        let home = || std::env::var("HOME").unwrap_or_default();
        match dir.map(|dir| (dir, dir.strip_prefix("~/"))) {
            Some((_, Some(within))) => start = Path::new(&home()).join(within),
            Some((dir, None)) => start.push(dir),
            None => {}
        }
    }
    start
}

#[cfg(test)]
mod tests {
    use super::*;

    fn split(words: &str) -> Vec<String> {
        words.split(' ').filter(|word| !word.is_empty()).map(str::to_owned).collect()
    }

    #[test]
    fn an_assignment_is_found_in_one_word_or_in_three() {
        for (before, typed, expected) in [
            ("tasks set 412", "priority=hi", Some(("priority", "priority=", "hi"))),
            ("tasks set 412", "tags+=api,da", Some(("tags", "tags+=api,", "da"))),
            ("tasks set 412 priority =", "hi", Some(("priority", "", "hi"))),
            ("tasks set 412 priority", "", Some(("priority", "", ""))),
            ("tasks set 412 tags+ =", "api,da", Some(("tags", "api,", "da"))),
            ("tasks set 412", "pri", None),
            ("tasks set 412", "nonsense=x", None),
        ] {
            let told = assigned(&split(before), typed);
            let told = told.as_ref().map(|(key, prefix, value)| (key.as_str(), prefix.as_str(), *value));
            assert_eq!(told, expected, "{before} {typed}");
        }
    }

    #[test]
    fn the_directory_is_the_one_that_the_command_is_given() {
        for (words, dir) in [
            ("tasks show", "."),
            ("tasks -C /a/b show", "/a/b"),
            ("tasks -C a -Cb show", "./a/b"),
            ("tasks show -C", "."),
        ] {
            assert_eq!(start(&split(words)), PathBuf::from(dir), "{words}");
        }
    }

    #[test]
    fn nothing_is_offered_that_a_shell_would_obey() {
        for value in ["$(x)", "`x`", "a;b", "a b", "a\u{1b}", "-x", "a'b", "a|b", "a\nb", "*"] {
            assert!(!is_plain(value), "{value:?}");
        }
        assert!(
            ["412", "db/schema/", "mira@example.com", "v1.0+x", "\u{e9}t\u{e9}"].iter().all(|v| is_plain(v))
        );
    }
}
