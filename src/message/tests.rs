//! Tables and laws for whole messages.

use super::{Effect, Inert, Message, RevertKind, Rules, SubjectEffect, may_matter, read};
use proptest::prelude::*;
use std::sync::LazyLock;
use std::time::{Duration, Instant};

/// One line for each part: its references as `effect:words[/steps]@line`, its mark and its revert.
fn show(message: &Message) -> String {
    let part = |part: &super::Part| {
        let mut words: Vec<String> = part.references.iter().map(show_reference).collect();
        words.extend(part.inert.map(|inert| inert.as_str().to_owned()));
        words.extend(part.revert.as_ref().map(|revert| {
            let kind = match revert.kind {
                RevertKind::Revert => "revert",
                RevertKind::Reapply => "reapply",
                RevertKind::Retitled => "retitled",
            };
            let commits: Vec<String> = revert
                .commits
                .iter()
                .map(|(sha, parent)| sha[..4].to_owned() + parent.as_ref().map_or("", |parent| &parent[..4]))
                .collect();
            format!("{kind}<{}>{}", revert.subject, commits.join("+"))
        }));
        words.join(" ")
    };
    message.parts.iter().map(part).collect::<Vec<_>>().join(" | ")
}

fn show_reference(reference: &super::Reference) -> String {
    let effect = match reference.effect {
        Effect::Completes => "done",
        Effect::Starts => "start",
        Effect::CompletesSteps => "steps",
        Effect::Links => "link",
        Effect::Reopens => "reopen",
    };
    let steps: Vec<String> = reference.steps.iter().map(|step| format!("/{step}")).collect();
    format!("{effect}:{}{}@{}", reference.words.join(","), steps.concat(), reference.line)
}

fn check(cases: &[(&str, &str)], is_merge: bool) {
    for (message, expected) in cases {
        assert_eq!(show(&read(message, is_merge, &Rules::default())), *expected, "{message:?}");
    }
}

#[test]
fn subjects() {
    check(
        &[
            ("", ""),
            ("task 412: rotate", "done:412@1"),
            ("\n\n  task 412: rotate", "done:412@3"),
            ("TASK-412: rotate", "done:412@1"),
            ("task#412: rotate", "done:412@1"),
            ("Task #412: rotate  \r\n\r\nbody\r\n", "done:412@1"),
            ("tasks 412, 413 and 1.1.1: x", "done:412,413,1.1.1@1"),
            ("task 414, task T001: x", "done:414,T001@1"),
            ("task 414 & task-T001: x", "done:414,T001@1"),
            ("task bd-kfq: x", "done:bd-kfq@1"),
            ("task force: assemble", "done:force@1"),
            ("task 412 and tests: x", "done:412,tests@1"),
            ("task 412:", "link:412@1"),
            ("task 412:  \nnext", "link:412@1"),
            ("task 412 rotate: x", "link:412@1"),
            ("task 412 413: x", "link:412@1"),
            ("task 412, .x: y", "link:412@1"),
            ("subtask 412: x", ""),
            ("do task 412: x", "link:412@1"),
            ("feat(task 412): x", "link:412@1"),
            ("add rotation (task 412)", "link:412@1"),
            ("task 412: unlike task 413", "done:412@1 link:413@1"),
            ("task 412: x (#5)", "done:412@1"),
            ("x\ntask 412: y", "link:412@2"),
            ("task 412\u{e4}: x", ""),
        ],
        false,
    );
}

#[test]
fn work_in_progress_and_steps() {
    check(
        &[
            ("task 412 wip: half", "start:412@1"),
            ("task 412 [WIP]: half", "start:412@1"),
            ("task 412 (wip): half", "start:412@1"),
            ("wip: task 412: half", "start:412@1"),
            ("[wip] task 412: half", "start:412@1"),
            ("(WIP) tasks 412, 413: half", "start:412,413@1"),
            ("task 412: wip half", "start:412@1"),
            ("task 412: wip", "start:412@1"),
            ("task 412: [wip]", "start:412@1"),
            ("task 412: wipe", "done:412@1"),
            ("wip task 412: x", "link:412@1"),
            ("wip: task 412:", "link:412@1"),
            ("wiping: task 412: x", "link:412@1"),
            ("task 412 wip:", "link:412@1"),
            ("task 412 step 2: x", "steps:412/2@1"),
            ("task 412 steps 1, 2 and 3: x", "steps:412/1/2/3@1"),
            ("Task #412 Step #2: x", "steps:412/2@1"),
            ("task 412 step 2 wip: x", "start:412/2@1"),
            ("task 412 wip step 2: x", "start:412/2@1"),
            ("wip: task 412 step 2: x", "start:412/2@1"),
            ("task 412 step 2: wip x", "start:412/2@1"),
            ("task 412 step 2:", "link:412@1"),
            ("task 412 step two: x", "link:412@1"),
            ("task 412 steps 1-3: x", "link:412@1"),
            ("tasks 412, 413 step 2: x", "link:412,413@1"),
        ],
        false,
    );
}

#[test]
fn trailers_and_prose() {
    check(
        &[
            (
                "x\n\nCloses-Task: 412\nPart-of-Tasks: #413, 414\nrefs-task: 1.1.1\nReopens-Task : T001.",
                "done:412@3 start:413,414@4 link:1.1.1@5 reopen:T001@6",
            ),
            ("x\n\nCloses-Task: 412,\n 413\n", "done:412,413@3"),
            ("x\n\nCloses-Task: 412\n\nThe end.", "link:412@3"),
            ("x\n\nCloses-Task: 412 because of it\n", "link:412@3"),
            ("x\n\nCloses-Task: 412 and more\n", "done:412,more@3"),
            ("x\n\nCloses-Task: task 412\n", "link:task@3 link:412@3"),
            ("x\n\nCloses-Task: nothing much", "link:nothing@3"),
            ("x\n\nCloses-Task:", ""),
            ("x\n\nThis closes task 412 and fixes task 413.", "link:412@3 link:413@3"),
            ("x\n\nCo-authored-by: task 4 <a@b>\nCloses-Task: 412", "link:4@3 done:412@4"),
            ("x\n\n* task 412: open\n- task 413: same", "link:412@3 link:413@4"),
        ],
        false,
    );
}

#[test]
fn marks_for_folding_make_everything_inert() {
    check(
        &[
            ("fixup! task 412: x\n\nCloses-Task: 413", "done:412@1 done:413@3 fixup!"),
            ("amend! task 414: y\n\ntask 414: y", "done:414@1 link:414@3 amend!"),
            ("squash! x (#5)\n\n* task 412: y", "squash! | done:412@3 squash!"),
            ("fixup! Revert \"task 412: x\"", "link:412@1 fixup!"),
        ],
        false,
    );
}

#[test]
fn merges_of_forges() {
    let request = "Merge pull request #5 from a/b\n\n";
    let cases = [
        ("task 412: x", "done:412@3"),
        ("\ntask 412 wip: x\n\ntask 413: y", "start:412@4 link:413@6"),
        ("Revert \"task 412: x\"", "link:412@3"),
        ("fixup! task 412: x", "link:412@3"),
    ];
    for (body, expected) in cases {
        check(&[(&format!("{request}{body}"), expected)], true);
    }
    check(
        &[
            ("Merge branch 'x'\n\ntask 412: y", "link:412@3"),
            ("Merge branch 'x' into 'y'\n\ntask 412: y", "done:412@3"),
            ("Merged PR 5: task 412: x\n\ntask 413: y", "done:412@1 done:413@3"),
            ("Merged PR 5: Revert \"task 412: x\"", "link:412@1"),
        ],
        true,
    );
    check(
        &[
            ("Merge branch 'x' into 'y'\n\ntask 412: y", "link:412@3"),
            ("Merged PR 5: task 412: x\n\ntask 413: y", "done:412@1 link:413@3"),
            ("Merged PR 5: Revert \"task 412: x\"", "revert<task 412: x>"),
        ],
        false,
    );
}

#[test]
fn squashes_of_forges() {
    check(
        &[
            (
                "Token work (#55)\n\n* task 412: rotate\n\n* refactor\n\n* task 413 wip: half",
                " | done:412@3 |  | start:413@7",
            ),
            ("task 1: x (!5)\n* task 412: a\n* task 413: b", "done:1@1 | done:412@2 link:413@3"),
            ("x (#5)\n\nfirst\n\n* task 412: a", "link:412@5"),
            ("x\n\n* task 412: a", "link:412@3"),
            ("x (#5)\n\n * task 412: a", "link:412@3"),
            ("x (#5)\n\n* a\n\n  text\n  Closes-Task: 1\n", " | link:1@6"),
            ("x (#5)\n\n* a\n\n  text\n\n  Closes-Task: 1\n\n* b", " | done:1@7 | "),
            (
                "x (#5)\n\n* a\n\nCloses-Task: 1\n\n---------\n\nReopens-Task: 1\nCo-authored-by: A <a@b>",
                " | done:1@5 | reopen:1@9",
            ),
            (
                "x (#5)\n\n* fixup! a\n\n---------\n\nCo-authored-by: A <a@b>\nCloses-Task: 1",
                " | fixup! | done:1@8",
            ),
            ("x (#5)\n\n* a\n\n----\n\nprose\n\nCloses-Task: 1", " | done:1@9"),
            (
                "Revert \"y\" (#6)\n\n* Revert \"y\"\n\nThis reverts commit 1234567.\n\n* task 2: z",
                "revert<y> | revert<y>1234 | done:2@7",
            ),
        ],
        false,
    );
}

#[test]
fn squashes_of_git() {
    let block = |message: &str| {
        format!(
            "commit {}\nAuthor: task 9 <a@b>\nDate:   Fri Nov 20 10:00:00 2026 +0000\n\n    {message}\n",
            "1".repeat(40)
        )
    };
    let marker = "Squashed commit of the following:\n\n";
    let (newer, older) = (block("task 413: b\n\n    Closes-Task: 1"), block("task 412 wip: a"));
    let text = format!("task 5: x\n\n{marker}{newer}\n{older}\nCloses-Task: 414\n");
    check(&[(&text, "done:5@1 | start:412@17 | done:413@9 done:1@11 | done:414@19")], false);
    check(&[(&format!("{marker}{newer}"), " | done:413@7 done:1@9")], false);
    check(&[("x\n\nSquashed commit of the following:\n\n    task 4: x", "link:4@5")], false);
    let merge = block("Merge branch 'x' into 'y'\n\n    task 412: x").replace("Author", "Merge: 1 2\nAuthor");
    check(&[(&format!("{marker}{merge}"), " | done:412@10")], false);
}

#[test]
fn reverts() {
    let sha = "1".repeat(40);
    let of_merge =
        format!("Revert \"Merge x\"\n\nThis reverts commit {sha}, reversing\nchanges made to abcdef1.");
    let cases = [
        (format!("Revert \"task 412: x\"\n\nThis reverts commit {sha}."), "revert<task 412: x>1111"),
        (of_merge, "revert<Merge x>1111abcd"),
        (format!("Reapply \"task 412: x\"\n\nThis reverts commit {sha}."), "reapply<task 412: x>1111"),
        ("Revert \"Reapply \"a\"\"".to_owned(), "revert<Reapply \"a\">"),
        ("Revert \"a\" (#5)\n\nReverts o/r#4\n\nCloses-Task: 412".to_owned(), "done:412@5 revert<a>"),
        (format!("explain\n\nRevert \"task 412: x\"\nThis reverts commit {sha}."), "link:412@3"),
        ("Revert \"task 412: x\" at last".to_owned(), "link:412@1"),
        ("revert: task 412: x".to_owned(), "link:412@1"),
        (format!("Back it out\n\nThis reverts commit {sha}."), "retitled<>1111"),
        (
            format!("Back\n\nThis reverts commit {sha}.\nIt broke.\n\nThis reverts commit abcdef1.\n"),
            "retitled<>1111+abcd",
        ),
        (
            "Back\n\nThis reverts commit abcdef1 (task 4: x. y, 2026-11-21).".to_owned(),
            "link:4@3 retitled<>abcd",
        ),
        (
            format!("Back\n\nThis reverts commit {sha}, reversing\nchanges made to abcdef1."),
            "retitled<>1111abcd",
        ),
        (format!("fixup! Back\n\nThis reverts commit {sha}."), "fixup!"),
        (format!("explain\n\nThis reverts commit {sha} in part."), ""),
        (format!("explain\nThis reverts commit {sha}.\n\n    This reverts commit {sha}."), ""),
    ];
    for (message, expected) in cases {
        check(&[(&message, expected)], false);
    }
}

#[test]
fn a_merge_says_itself_what_it_brings() {
    let sha = "1".repeat(40);
    check(&[(&format!("Merge branch 'x'\n\nThis reverts commit {sha}."), "")], true);
}

#[test]
fn configured_rules() {
    let patterns = [
        (r"^\[(?<id>PROJ-\d+)\] ".to_owned(), Effect::Completes),
        (r"^Did (?<id>\w+) part (?<step>\d+)".to_owned(), Effect::CompletesSteps),
        (r"\b(?<id>task 7|Q-\d+)\b".to_owned(), Effect::Links),
    ];
    let rules =
        Rules::new(&["ticket".to_owned(), "task".to_owned()], SubjectEffect::Starts, &patterns).unwrap();
    for (message, expected) in [
        ("ticket 412: x", "start:412@1"),
        ("tickets 412 step 3: x", "steps:412/3@1"),
        ("x\n\nCloses-Tickets: 412", "done:412@3"),
        ("[PROJ-1] x\n\n[PROJ-2] y\n  [PROJ-3] z", "done:PROJ-1@1 done:PROJ-2@3"),
        ("Did T3 part 2", "steps:T3/2@1"),
        ("Q-1 and Q-2", "link:Q-1@1 link:Q-2@1"),
        ("task Q-3", "link:Q-3@1"),
        ("Merged PR 4: [PROJ-1] x", "done:PROJ-1@1"),
        ("x (#5)\n\n* [PROJ-1] x\n\n* y", " | done:PROJ-1@3 | "),
        ("fixup! Q-1", "fixup!"),
        ("Revert \"Q-1\"", "revert<Q-1>"),
    ] {
        assert_eq!(show(&read(message, false, &rules)), expected, "{message:?}");
    }
}

#[test]
fn a_line_is_kept_short() {
    let message = format!("task 412: {}", "\u{e4}".repeat(500));
    let found = read(&message, false, &Rules::default());
    assert_eq!(found.parts[0].references[0].text.chars().count(), 200);
    assert_eq!(read("squash! x", false, &Rules::default()).parts[0].inert, Some(Inert::Squash));
}

#[test]
fn long_and_deep_messages_take_linear_time() {
    let marker = "Squashed commit of the following:\n\ncommit 1234567\nAuthor: A\n\n";
    let mut nested = String::from("task 1: x");
    for _ in 0..40 {
        nested = format!("{marker}    {}\n", nested.replace('\n', "\n    "));
    }
    let size = 1_000_000;
    let fill = |unit: &str| unit.repeat(size / unit.len());
    for message in [
        nested,
        format!("x (#1)\n\n{}", fill("* task 1: x\n\n")),
        format!("x (#1)\n\n* a\n\n{}", fill("---\n\n")),
        format!("Squashed commit of the following:\n\n{}", fill("commit 1234567\n\n    task 1: x\n\n")),
        fill("task 1 "),
        fill("task-a.task-"),
        format!("task {}: x", fill("1, ")),
        format!("x\n\n{}", fill("Closes-Task: 1\n")),
        format!("x\n\nA: b\n{}", fill(" c\n")),
        format!("Revert \"x\"\n\n{}", fill("This reverts commit 1234567 (")),
        fill("Revert \""),
        fill("fixup! "),
        fill("x (#1) "),
        fill("\n"),
        format!("task{}x", fill(" ")),
    ] {
        let start = Instant::now();
        let _ = read(&message, true, &Rules::default());
        let taken = start.elapsed();
        assert!(taken < Duration::from_secs(60), "{taken:?} for {:?}", &message[..40]);
    }
}

fn fragment() -> impl Strategy<Value = String> {
    let known = prop::sample::select(vec![
        "task 412: x",
        "Task-7",
        "tasks 1, 2 and 3",
        "[PROJ-1] x",
        "* ",
        "\n\n* ",
        "\n",
        "\n\n",
        "\r\n",
        "    ",
        "  ",
        "Closes-Task: 4",
        "x\n\nReopens-Tasks : 4",
        "issue 4: x",
        "Revert \"a\"",
        "Reapply \"",
        "\"",
        " (#5)",
        "This reverts commit 1234567.",
        "x\n\nThis reverts commit 1234567.",
        "---------",
        "Squashed commit of the following:\n\ncommit 1234567\nAuthor: x\n\n    ",
        "Merged PR 5: ",
        "fixup! ",
        "wip",
        "Merge pull request #5 from x",
        "Co-authored-by: x",
        ":",
        " ",
        "\u{e4}",
        "ta\u{17f}k 4",
        "tas\u{212a} 4",
    ]);
    prop_oneof![3 => known.prop_map(str::to_owned), 1 => any::<String>()]
}

static RULES: LazyLock<[Rules; 4]> =
    LazyLock::new(|| [Rules::default(), with_patterns(), keywords(&["issue"]), keywords(&[])]);

fn keywords(keywords: &[&str]) -> Rules {
    let keywords: Vec<String> = keywords.iter().map(|&keyword| keyword.to_owned()).collect();
    Rules::new(&keywords, SubjectEffect::Completes, &[]).unwrap()
}

fn with_patterns() -> Rules {
    let patterns = [
        (r"^\[(?<id>PROJ-\d+)\] x$".to_owned(), Effect::Completes),
        (r"^ {2}(?<id>x)".to_owned(), Effect::Links),
    ];
    Rules::new(&["task".to_owned()], SubjectEffect::Completes, &patterns).unwrap()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2000))]

    #[test]
    fn what_is_read_passes_the_prefilter(fragments in prop::collection::vec(fragment(), 0..12), is_merge in any::<bool>()) {
        let message = fragments.concat();
        for rules in &*RULES {
            let found = read(&message, is_merge, rules);
            prop_assert!(!found.parts.is_empty());
            let matters = found.parts.iter().any(|part| !part.references.is_empty() || part.revert.is_some());
            prop_assert!(!matters || may_matter(message.as_bytes(), rules), "{message:?}");
            let lines = message.lines().count();
            for reference in found.parts.iter().flat_map(|part| &part.references) {
                prop_assert!(!reference.words.is_empty());
                prop_assert!(reference.line >= 1 && reference.line as usize <= lines);
                let line = message.split('\n').nth(reference.line as usize - 1).unwrap();
                let start: String = reference.text.chars().take(20).collect();
                prop_assert!(line.contains(&start), "{line:?} has no {start:?}");
            }
        }
    }

    #[test]
    fn prose_without_keywords_is_passed_over(text in "[a-jl-z .:#\n]{0,80}") {
        prop_assert!(!may_matter(text.as_bytes(), &RULES[0]));
    }
}
