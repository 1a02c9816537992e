//! The table of rules. A new rule is a line here and a function in `check` that makes its findings.

use super::Severity::{Error, Info, Warning};
use super::{About, Rule};

/// Every rule, files first, in the order in which they are documented.
pub const RULES: &[Rule] = &[
    Rule::new("conflict-markers", Some(Error), About::Files, [
        "A file has the markers that a merge left",
        "Until they are gone the file cannot be read, and its task is missing from the plan.",
        "`tasks resolve`, or keep one of the two sides and remove the markers.",
    ]),
    Rule::new("unreadable-file", Some(Error), About::Files, [
        "A file is not valid TOML, not UTF-8, too large or not allowed to be read",
        "It is left out, so its task does not exist for anybody.",
        "The finding names the line; `tasks show ID` works again once it is valid.",
    ]),
    Rule::new("invalid-file-name", Some(Error), About::Files, [
        "A TOML file has a name that is no id, or lies where none belongs",
        "The file's name is the task's id; without one it is not read.",
        "Rename it: letters, digits, `.`, `_` and `-`, a letter or digit at both ends, at most 64 characters.",
    ]),
    Rule::new("file-name", Some(Error), About::Files, [
        "A file's name is not UTF-8, or ends in `.toml` in other than lower case",
        "Such a file cannot be named on every system, or is another one on some, so it is not read: its task does not exist \
         for anybody.",
        "Rename it.",
    ]),
    Rule::new("folder-name", Some(Warning), About::Files, [
        "A folder has a name that ends in `.toml`",
        "No file of that name can be written, so the id in it is given to no task.",
        "Rename the folder, or remove it if it is empty.",
    ]),
    Rule::new("symlink", Some(Error), About::Files, [
        "A symbolic link lies in the plan",
        "It could lead anywhere, so it is not followed.",
        "Put the file itself there.",
    ]),
    Rule::new("submodule", Some(Warning), About::Files, [
        "A submodule lies in the plan",
        "Its files are not in this repository, so they are not read.",
        "Keep the plan's files in the repository itself.",
    ]),
    Rule::new("nested-plan", Some(Warning), About::Files, [
        "A `.tasks` directory lies below the root of the repository",
        "A repository has one plan, at its root; others are not read. Of a change those are told that it brings.",
        "Move the tasks there, as a group.",
    ]),
    Rule::new("hidden-from-git", Some(Warning), About::Files, [
        "A pattern in `.gitignore` or `info/exclude` hides files of the plan from Git",
        "`git add` passes them over, so nobody else ever gets them, and no branch, clone or CI job has those tasks.",
        "Take the pattern out, or add the lines `!/.tasks/` and `!/.tasks/**` below it.",
    ]),
    Rule::new("format-too-new", Some(Error), About::Files, [
        "The plan has a newer format than this program knows",
        "It may say things that this program would not heed, its severities among them. So this is the one finding, nothing \
         else is judged, and every other command refuses the plan.",
        "Install a newer version.",
    ]).firm(),
    Rule::new("missing-version", Some(Error), About::Files, [
        "`config.toml` does not name the version of the format",
        "A later version of the program could read the plan in another way.",
        "Begin the file with `version = 1`.",
    ]),
    Rule::new("missing-title", Some(Error), About::Files, [
        "A task has no title",
        "The title is the one thing that a task must have; its id is shown instead.",
        "`tasks set ID title=\"…\"`",
    ]),
    Rule::new("missing-text", Some(Error), About::Files, [
        "A step or a criterion has no text",
        "Nobody can tell what is to be done.",
        "Write `text = \"…\"` below its header.",
    ]),
    Rule::new("wrong-type", Some(Error), About::Files, [
        "A value is of another type than its key holds",
        "The key is taken as if it were not there.",
        "The finding says what to write instead.",
    ]),
    Rule::new("bad-value", Some(Error), About::Files, [
        "A value of the right type says nothing that is known",
        "The key is taken as if it were not there.",
        "The finding says what to write instead.",
    ]),
    Rule::new("near-miss-key", Some(Error), About::Files, [
        "A key, or a code in `[check]`, is almost one that is known",
        "It is without effect, which nobody would notice.",
        "Correct its spelling.",
    ]).fixed(),
    Rule::new("key-without-effect", Some(Error), About::Files, [
        "A known key stands inside a table where it does nothing",
        "What is added at the end of a file lands in the last table, such as `[fields]` or a step.",
        "Move it above the first line that starts with `[`.",
    ]).fixed(),
    Rule::new("unknown-key", Some(Info), About::Files, [
        "A key, or a code in `[check]`, is not known",
        "It is kept, and has no effect.",
        "Put free text under `[fields]`.",
    ]),
    Rule::new("long-title", Some(Info), About::Files, [
        "A title is longer than 120 characters",
        "Lists, boards and commit subjects cut it off.",
        "Keep the title to one thought, and put the rest into `description`.",
    ]),
    Rule::new("repeated-item", Some(Warning), About::Files, [
        "A list names the same thing twice",
        "The second one says nothing, and is easily forgotten when the first is removed.",
        "Remove one of them.",
    ]).fixed(),
    Rule::new("duplicate-id", Some(Error), About::Plan, [
        "Two files have the same id, apart from letter case",
        "It happens when two clones take the same number. What names the id means the first of them. `--onto` finds it before \
         the merge, also where both sides wrote their task into a file of the same path.",
        "`tasks renumber PATH` gives one of the files a new id without orphaning its commits; before the merge, `tasks \
         renumber ID` on one of the branches.",
    ]),
    Rule::new("duplicate-group", Some(Warning), About::Plan, [
        "Two folders have the same name, apart from the number in front",
        "Groups are named without it, so nobody can tell the two apart.",
        "Rename one of the folders.",
    ]),
    Rule::new("former-id", Some(Warning), About::Plan, [
        "`aka` names the task's own id, or one that another task has or had, and nothing tells which of the two a commit means",
        "Several tasks may have had one id: a commit that names it means the task that had it in the commit's own tree, which \
         is found by `created`, else by folder and title. Where these are the same, as in a copied file, the commit counts \
         for neither.",
        "Remove the id from `aka` of the task that never had it. `tasks renumber` keeps `aka` by itself.",
    ]),
    Rule::new("unknown-dependency", Some(Error), About::Plan, [
        "A task or group waits for what the plan does not have",
        "It stays blocked for good.",
        "Correct the id, or remove it: `tasks set ID depends-=OTHER`.",
    ]),
    Rule::new("self-dependency", Some(Error), About::Plan, [
        "A task waits for itself",
        "It stays blocked for good.",
        "Remove it from `depends`.",
    ]),
    Rule::new("cycle", Some(Error), About::Plan, [
        "Tasks or groups wait for each other",
        "None of them can be begun.",
        "Remove one of the dependencies that the finding names, from a task or from its group.",
    ]),
    Rule::new("cancelled-dependency", Some(Warning), About::Plan, [
        "An open task waits for one that was cancelled",
        "A cancelled task is settled, so nothing waits for it; but what it was to bring will never be there.",
        "Remove the dependency, or depend on what takes its place.",
    ]),
    Rule::new("other-case", Some(Info), About::Plan, [
        "A dependency is written in another letter case than the task's file",
        "It counts, but a search for the id does not find it.",
        "Write it as the file's name has it.",
    ]).fixed(),
    Rule::new("empty-group", Some(Info), About::Plan, [
        "A group has a `group.toml` and no task",
        "What waits for it waits for nothing.",
        "Move tasks there, or remove the folder.",
    ]),
    Rule::new("unknown-milestone", Some(Warning), About::Plan, [
        "A task or group names a milestone that has no file",
        "Without one it has no date and no criteria, and `--gate` does not know it.",
        "Correct the name, or write `.tasks/milestones/NAME.toml`.",
    ]),
    Rule::new("unknown-group", Some(Warning), About::Plan, [
        "A milestone gathers a group that the plan does not have",
        "The milestone may look reached although work is missing.",
        "Correct the name, or remove it.",
    ]),
    Rule::new("unknown-task", Some(Warning), About::Plan, [
        "A milestone gathers a task that the plan does not have",
        "The milestone may look reached although work is missing.",
        "Correct the id, or remove it.",
    ]),
    Rule::new("blocked-without-reason", Some(Warning), About::Plan, [
        "A task's file says that it is blocked, and not why",
        "Nobody can tell when it may go on.",
        "`tasks block ID --reason TEXT`",
    ]),
    Rule::new("open-in-archive", Some(Warning), About::Plan, [
        "A task in the archive is open",
        "A revert or a reopening opened it again, and lists and totals leave the archive out.",
        "`tasks reopen ID` takes it out of the archive.",
    ]),
    Rule::new("completed-with-open-steps", Some(Warning), About::Plan, [
        "A completed task has steps that are neither completed nor cancelled",
        "Either the task is not done, or its checklist is wrong.",
        "Complete what is done (`tasks step ID N`), cancel what is not to be done, or `tasks reopen ID`.",
    ]),
    Rule::new("estimate-out-of-bounds", Some(Warning), About::Plan, [
        "An open task is estimated below `[estimates] min` or above `[estimates] max`",
        "Tasks that are too large hide what is in them, and forecasts go wrong.",
        "Split the task, or correct its estimate. Without bounds in the configuration nothing is reported.",
    ]),
    Rule::new("declared-tasks", Some(Info), About::Plan, [
        "A group or an imported document has another number of tasks than it says",
        "Something was left out, added or counted wrongly.",
        "Correct the number, in `group.toml` or `[declared]`, or remove it if it no longer matters.",
    ]),
    Rule::new("declared-estimate", Some(Info), About::Plan, [
        "The tasks of a group or an imported document add up to another estimate than it says",
        "Something was left out, added or counted wrongly.",
        "Correct the estimate, in `group.toml` or `[declared]`, or remove it if it no longer matters.",
    ]),
    Rule::new("missing-file", Some(Info), About::Plan, [
        "An open task names a file that does not exist at this revision",
        "It may have moved. Or the task is to write it, which is why this is only a remark.",
        "Correct the path in `files`.",
    ]),
    Rule::new("overdue", Some(Warning), About::Plan, [
        "A task is not settled although the day it was due has passed",
        "Its own date counts, else that of the nearest group around it. This goes by the clock.",
        "Finish it, or set another date: `tasks set ID due=YYYY-MM-DD`.",
    ]),
    Rule::new("stale-in-progress", Some(Warning), About::Plan, [
        "A task was begun, and no commit has named it for longer than `[branches] stale_after`",
        "It blocks others and hides that nobody works on it. This goes by the clock.",
        "Go on with it, `tasks reopen ID`, or `tasks block ID --reason TEXT`.",
    ]),
    Rule::new("early-start", Some(Info), About::History, [
        "A task was begun while something it waits for is open",
        "Either the dependency is none, or the work may have to be done again.",
        "Remove the dependency if it is none.",
    ]),
    Rule::new("early-completion", Some(Warning), About::History, [
        "A commit completes a task before what it waits for",
        "Either the dependency is none, or the work rests on what is not there.",
        "Remove the dependency if it is none.",
    ]).reworded(),
    Rule::new("partly-reverted", Some(Warning), About::History, [
        "One of the commits that completed a task was reverted later, and another still counts",
        "The task is completed, although a part of its work is gone.",
        "Say what holds: `Reopens-Task: ID` in a commit, or a commit that completes it anew.",
    ]),
    Rule::new("lost-step", Some(Warning), About::History, [
        "A commit completed a step whose text its task does not have any more",
        "The step that stands there now is another one, and stays open.",
        "If the step was only reworded, complete it: `tasks step ID N`.",
    ]).reworded(),
    Rule::new("idle-reference", Some(Warning), About::History, [
        "A commit names a step that its task did not have, or a task in what is almost a form that has an effect",
        "It was meant to have an effect, and only links.",
        "Reword the commit while it is not pushed; else say it in a later one, such as `Closes-Task: ID`, and list this \
         one in `[references] ignore`.",
    ]).reworded(),
    Rule::new("unknown-reference", Some(Warning), About::History, [
        "A commit names a task that the plan does not have, in a form that would have an effect",
        "The task that was meant stays open.",
        "Reword the commit while it is not pushed; else `Closes-Task: ID` in a later one, and list this one in \
         `[references] ignore`.",
    ]).reworded(),
    Rule::new("ambiguous-reference", Some(Warning), About::History, [
        "A commit names an id that was given twice, and its own tree does not tell which task is meant",
        "It counts for neither.",
        "Say it by a commit with a trailer: `Closes-Task: ID`.",
    ]).reworded(),
    Rule::new("malformed-commit", Some(Info), About::History, [
        "A commit's author or date cannot be read",
        "What depends on its date may be wrong.",
        "Amend the commit while it is not pushed.",
    ]).reworded(),
    Rule::new("merge-conflict", Some(Error), About::Change, [
        "`git merge` would stop for a file (`--onto`), or has (`--staged`): both sides changed it at the same place, one \
         changed what the other removed, or one added it to a folder that the other renamed",
        "A merge by the button of a forge is not possible, for forges run no merge driver. With the driver, `git merge` \
         here may well succeed.",
        "Merge the other branch into yours, and resolve the file: `tasks resolve`.",
    ]),
    Rule::new("plan-removed", Some(Error), About::Change, [
        "A change leaves no file of a plan, or notes and templates alone, where its base has one (`--range`, `--onto`, pushes)",
        "Nothing else of the change can be judged, and the plan would be gone for everybody.",
        "Bring it back from the base: `git checkout BASE -- .tasks`. Branches that never had a plan are not judged.",
    ]),
    Rule::new("policy-change", Some(Info), About::Change, [
        "A change alters `[check]`, `[estimates]`, `[references]`, `[history]` or `[branches] stale_after`",
        "It is judged by what holds at its base, its own commits included; what it says itself holds from the next change \
         on.",
        "Nothing is wrong; reviewers should know.",
    ]),
    Rule::new("commit-without-task", None, About::Change, [
        "A commit of the range names no task (`--range`, `--onto`)",
        "For teams that want every change to belong to a task. A word behind `task` that is no id of the plan and has no \
         digit names none. Merges, reverts, fixups and commits that only plan are left out.",
        "Begin its subject with `task ID:`, or add a trailer `Refs-Task: ID`.",
    ]),
];

/// The rule of that code.
pub fn rule(code: &str) -> Option<&'static Rule> {
    RULES.iter().find(|rule| rule.code == code)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn codes_are_unique_and_say_what_they_must() {
        let codes: BTreeSet<&str> = RULES.iter().map(|rule| rule.code).collect();
        assert_eq!(codes.len(), RULES.len());
        for rule in RULES {
            let kebab = rule.code.bytes().all(|b| b.is_ascii_lowercase() || b == b'-');
            assert!(kebab, "{}", rule.code);
            assert!(
                !rule.finds.ends_with('.') && !rule.why.is_empty() && !rule.mend.is_empty(),
                "{}",
                rule.code
            );
        }
    }
}
