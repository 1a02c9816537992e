//! What a change brings: the findings at its head that its base does not have.

use super::history::FORGIVE;
use super::rules::as_configured;
use crate::config::Config;
use crate::finding::{Finding, Identity, Severity, rule};
use crate::message::{Message, Part};
use crate::model::TaskId;
use crate::snapshot::{CONFIG_PATH, Snapshot};
use std::collections::{BTreeSet, HashMap, HashSet};

/// A commit that names no task: its object id and its subject.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unnamed {
    /// The object id.
    pub oid: String,
    /// The first line of its message.
    pub subject: String,
}

/// What is judged of a change besides the plans before and after.
#[derive(Debug, Clone, Default)]
pub struct Change {
    /// The object ids of its commits.
    pub commits: HashSet<String>,
    /// Those of them that name no task and do more than plan, in the order in which they are told.
    pub unnamed: Vec<Unnamed>,
}

/// The findings at the head that none of the bases has as often. Nobody is blamed for what was there before, wherever
/// it stands now. What is wrong with the message of one of the change's own commits is an error, because it can still be
/// reworded, unless `policy` names the rule.
pub fn brought(head: Vec<Finding>, bases: &[Vec<Finding>], change: &Change, policy: &Config) -> Vec<Finding> {
    let mut known: HashMap<Identity, Count> =
        HashMap::with_capacity(bases.iter().map(Vec::len).max().unwrap_or(0));
    for (number, base) in bases.iter().enumerate() {
        for finding in base {
            known.entry(finding.identity()).or_default().add(number);
        }
    }
    let mut is_new = |finding: &Finding| match known.get_mut(&finding.identity()) {
        Some(count) if count.most > 0 => {
            count.most -= 1;
            false
        }
        _ => true,
    };
    let mut found: Vec<Finding> = head.into_iter().filter(|finding| is_new(finding)).collect();
    for finding in &mut found {
        let reword = rule(finding.code).is_some_and(|rule| rule.reword);
        let own = finding.commit.as_ref().is_some_and(|oid| change.commits.contains(oid));
        if reword && own && !policy.check.contains_key(finding.code) {
            finding.severity = Severity::Error;
        }
        // A change does not forgive itself.
        if own && let Some(help) = finding.help.as_mut().filter(|help| help.ends_with(FORGIVE)) {
            *help = help.replace(FORGIVE, "reword the commit: git rebase -i, or git commit --amend");
        }
    }
    let unnamed = change.unnamed.iter().map(|commit| {
        let short = commit.oid.get(..8).unwrap_or(&commit.oid);
        Finding::of("commit-without-task", format!("commit {short} names no task: {}", commit.subject))
            .with_commit(&commit.oid)
            .with_help("begin its subject with task ID:, or add a trailer Refs-Task: ID")
    });
    found.extend(unnamed.filter_map(|finding| as_configured(policy, finding)));
    found
}

/// How often a finding is there.
#[derive(Default)]
struct Count {
    /// In the base that was counted last.
    base: usize,
    here: usize,
    /// In the base that has it most often.
    most: usize,
}

impl Count {
    fn add(&mut self, base: usize) {
        self.here = if self.base == base { self.here + 1 } else { 1 };
        self.base = base;
        self.most = self.most.max(self.here);
    }
}

/// The findings of a plan, with those about the change's own commits taken from a reading of them by the rules of the base:
/// what a commit says is not for the change itself to decide.
pub fn reread(found: Vec<Finding>, by_base: Vec<Finding>, change: &Change) -> Vec<Finding> {
    let is_own = |f: &Finding| f.commit.as_ref().is_some_and(|oid| change.commits.contains(oid));
    let kept = found.into_iter().filter(|finding| !is_own(finding));
    kept.chain(by_base.into_iter().filter(is_own)).collect()
}

/// Whether a message names a task, or what would be one, or undoes something. A word behind the keyword that is neither an
/// id of the plan nor has a digit is prose.
pub fn names_a_task(message: &Message, plan: &Snapshot) -> bool {
    let is_known =
        |id: &TaskId| plan.task(id).is_some() || plan.tasks.iter().any(|entry| entry.task.aka.contains(id));
    let is_id = |word: &String| {
        let has_digit = word.bytes().any(|b| b.is_ascii_digit());
        word.parse().is_ok_and(|id: TaskId| has_digit || is_known(&id))
    };
    let names = |part: &Part| part.references.iter().flat_map(|reference| &reference.words).any(is_id);
    message.parts.iter().any(|part| part.revert.is_some() || names(part))
}

/// The error that a change leaves no plan behind, by the configuration that its base has.
pub fn plan_removed(base: &Config) -> Option<Finding> {
    let finding = Finding::of("plan-removed", "the change removes the plan").with_help(
        "git checkout BASE -- .tasks brings it back, where BASE is what the change is judged against",
    );
    as_configured(base, finding)
}

/// A remark that a change alters what later changes are judged by.
pub fn policy_change(base: &Config, head: &Config) -> Option<Finding> {
    let changed = altered(base, head);
    if changed.is_empty() {
        return None;
    }
    let message = format!("the change alters what changes are judged by: {}", changed.join(", "));
    let finding = Finding::of("policy-change", message)
        .with_path(CONFIG_PATH)
        .with_help("it is judged by what holds at its base; what it says itself holds from then on");
    as_configured(base, finding)
}

/// The keys that differ of those that changes are judged by, in the order of the file.
fn altered(base: &Config, head: &Config) -> Vec<String> {
    let (old, new) = (&base.references, &head.references);
    let keys = [
        ("[references] keywords", old.keywords != new.keywords),
        ("[references] subject", old.subject != new.subject),
        ("[references] ignore", old.ignore != new.ignore),
        ("[references] patterns", old.patterns != new.patterns),
        ("[history] since", base.since != head.since),
        ("[branches] stale_after", base.stale_after != head.stale_after),
        ("[estimates] min", base.estimate_bounds.0 != head.estimate_bounds.0),
        ("[estimates] max", base.estimate_bounds.1 != head.estimate_bounds.1),
    ];
    let keys = keys.into_iter().filter(|(_, differs)| *differs).map(|(key, _)| key.to_owned());
    let codes: BTreeSet<&String> = base.check.keys().chain(head.check.keys()).collect();
    let codes = codes.into_iter().filter(|code| base.check.get(*code) != head.check.get(*code));
    keys.chain(codes.map(|code| format!("[check] {code}"))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn finding(message: &str) -> Finding {
        Finding::of("unknown-reference", message)
    }

    fn brought_by(head: &[&str], bases: &[&[&str]]) -> Vec<String> {
        let all = |messages: &[&str]| messages.iter().map(|m| finding(m)).collect::<Vec<_>>();
        let bases: Vec<Vec<Finding>> = bases.iter().map(|base| all(base)).collect();
        let found = brought(all(head), &bases, &Change::default(), &Config::default());
        found.into_iter().map(|f| f.message).collect()
    }

    #[test]
    fn what_was_there_as_often_is_not_brought() {
        assert_eq!(brought_by(&["a", "b"], &[&["a"]]), ["b"]);
        assert_eq!(brought_by(&["a", "a"], &[&["a"]]), ["a"]);
        assert_eq!(brought_by(&["a", "b", "c"], &[&["a"], &["a", "b"]]), ["c"]);
        assert_eq!(brought_by(&["a"], &[&["a", "b"]]), Vec::<String>::new());
    }

    #[test]
    fn what_can_still_be_reworded_is_an_error_unless_the_policy_names_it() {
        let change = Change { commits: HashSet::from(["abc".to_owned()]), ..Change::default() };
        let severity = |commit: &str, policy: &Config| {
            brought(vec![finding("a").with_commit(commit)], &[], &change, policy)[0].severity
        };
        let mut policy = Config::default();
        assert_eq!(severity("abc", &policy), Severity::Error);
        assert_eq!(severity("def", &policy), Severity::Warning);
        policy.check.insert("unknown-reference".to_owned(), Some(Severity::Warning));
        assert_eq!(severity("abc", &policy), Severity::Warning);
    }

    #[test]
    fn commits_without_a_task_are_told_where_that_is_wanted() {
        let unnamed = Unnamed { oid: "0123456789".to_owned(), subject: "Hurry".to_owned() };
        let change = Change { unnamed: vec![unnamed], ..Change::default() };
        let mut policy = Config::default();
        assert_eq!(brought(Vec::new(), &[], &change, &policy), []);
        policy.check.insert("commit-without-task".to_owned(), Some(Severity::Error));
        let found = brought(Vec::new(), &[], &change, &policy);
        assert_eq!(found[0].message, "commit 01234567 names no task: Hurry");
        assert_eq!(found[0].severity, Severity::Error);
    }

    proptest! {
        #[test]
        fn nothing_is_brought_by_no_change_and_nothing_is_invented(
            head in proptest::collection::vec("[ab]", 0..8),
            base in proptest::collection::vec("[ab]", 0..8),
        ) {
            let all = |messages: &[String]| messages.iter().map(|m| finding(m)).collect::<Vec<_>>();
            let (change, policy) = (Change::default(), Config::default());
            prop_assert_eq!(brought(all(&head), &[all(&head)], &change, &policy), []);
            let found = brought(all(&head), &[all(&base)], &change, &policy);
            for message in ["a", "b"] {
                let count = |list: &[String]| list.iter().filter(|m| *m == message).count();
                let new = found.iter().filter(|f| f.message == message).count();
                prop_assert_eq!(new, count(&head).saturating_sub(count(&base)));
            }
        }
    }
}
