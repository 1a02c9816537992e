//! What is told of a rule: the page that `check --explain` prints, and the document that holds all of them.

use super::{About, RULES, Rule};
use std::fmt::Write as _;

/// The page of one rule, in Markdown.
pub fn page(rule: &Rule) -> String {
    let mut page = format!("## {}\n\n", rule.code);
    let mut facts = match rule.severity {
        Some(severity) => format!("Severity: {}", severity.as_str()),
        None => "Off unless the configuration switches it on".to_owned(),
    };
    if rule.reword {
        facts.push_str("; an error in a commit under review (`--range`, `--onto`)");
    }
    if rule.fixes {
        facts.push_str("; `tasks check --fix` mends it");
    }
    if rule.firm {
        facts.push_str("; the configuration has no say in it");
    }
    let _ = write!(page, "{facts}.\n\n{}. {}\n\nTo mend it: {}\n", rule.finds, rule.why, rule.mend);
    if !rule.firm {
        let level = if rule.severity.is_some() { "off" } else { "warning" };
        let _ = write!(page, "\n```toml\n[check]\n{} = \"{level}\"\n```\n", rule.code);
    }
    page
}

/// All pages as one document, `docs/check.md`.
pub fn document() -> String {
    let mut text = String::from(INTRODUCTION);
    for about in About::ALL {
        let _ = write!(text, "\n| {} | severity | what it finds |\n|---|---|---|\n", about.title());
        for rule in RULES.iter().filter(|rule| rule.about == about) {
            let _ = writeln!(text, "| [{0}](#{0}) | {1} | {2} |", rule.code, rule.level(), rule.finds);
        }
    }
    for rule in RULES {
        text.push('\n');
        text.push_str(&page(rule));
    }
    text
}

const INTRODUCTION: &str = "\
# What `tasks check` finds

<!-- Written from the table of rules in src/finding/table.rs: TASKS_UPDATE_DOCS=1 cargo test --test check_docs -->

`tasks check` reports what is wrong with a plan. Each finding has a code, a severity, a place and a way to mend it. It
ends with 0 if there is no error, with 1 if there is one, with 2 if it could not run and with 3 if a gate or
a comparison needs history that a shallow clone lacks (the plan alone is then judged by its files); `--strict` lets warnings count as well. `tasks check --explain CODE` prints what stands here.

The tracked configuration sets the severity of each code to `error`, `warning`, `info` or `off`:

```toml
[check]
overdue = \"off\"
commit-without-task = \"warning\"
```

A slip there is a finding like any other, and stops no command, since no status follows from a severity. A slip in what statuses and
totals follow from (`[references]`, `[history]`, `[branches]`, the lengths of `[estimates]`, or a file that cannot be read) makes
every other command end with 2 until it is mended; one in `[ids]` those that give ids.

What a pull request brings is judged by itself, so that nobody is blamed for what was there before:

- `tasks check --range main..HEAD` reports what is new against `main`, by the configuration that `main` has: a change
  cannot switch off its own judge. Severities and bounds are those of the base, and so are the keywords, patterns, ignored
  commits and the boundary by which the commits of the range are read; where the change alters any of that, `policy-change`
  names it. `main...HEAD` compares with the merge base. What is wrong with the message of a commit in the range is an error
  unless the configuration names its code, because it can still be reworded. A commit that is pushed for good, and so part
  of the base, is forgiven by `[references] ignore`.
- A change that leaves no plan where its base has one is an error (`plan-removed`). A branch that was cut before there was
  a plan changes nothing of it, and passes.
- `tasks check --onto main` judges the plan as it will be once HEAD is merged into `main`: an id that both sides gave, a
  cycle that only both together make, a dependency that the other side deleted, and where `git merge` would
  stop without the merge driver, as on a forge.
- `tasks check --staged` judges what is about to be committed.
- `tasks check --gate beta` ends with 1 until the milestone is reached.

`--format github` prints annotations and is what GitHub's runners get by themselves; `--format gitlab` prints a code
quality report, `--format sarif` a log for code scanning, `--format json` what `tasks schema --for check` describes.
";
