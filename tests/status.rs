//! The status table and the commit grammar, on real repositories.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod common;
#[path = "common/work.rs"]
mod work;

use common::TestRepo;
use std::fmt::Write as _;
use tasks::evidence::{Ignored, Item, Topic, Trunk, Viewpoint};
use tasks::git::{Env, HistoryOptions, Repo};
use tasks::message::Rules;
use tasks::model::Status;
use tasks::plan::{Inputs, Plan};
use tasks::snapshot::Snapshot;
use tasks::view::{EvidenceView, ShowView, WhyView};
use work::work;

/// Tasks 1 to 4 with two steps each; 4 waits for 3.
fn plan_repo() -> TestRepo {
    let repo = TestRepo::new();
    repo.write(".tasks/config.toml", "version = 1\n");
    for id in 1..=4 {
        let depends = if id == 4 { "depends = [\n  \"3\",\n]\n\n" } else { "" };
        let text = format!(
            "title = \"Task {id}\"\n\n{depends}[[steps]]\ntext = \"first\"\n\n[[steps]]\ntext = \"second\"\n"
        );
        repo.write(&format!(".tasks/{id}.toml"), &text);
    }
    repo.commit("plan: start");
    repo
}

/// The plan as `HEAD` sees it, with `main` as the trunk and every other branch as a topic branch.
fn derive(repo: &TestRepo) -> Plan {
    let opened = Repo::open(repo.path(), Env::Isolated).unwrap();
    let tip = opened.head().unwrap().oid.unwrap();
    let files = tasks::files::read_plan(repo.path()).unwrap().unwrap();
    let snapshot = Snapshot::read(files.files, files.problems);
    let branches = opened.branches().unwrap();
    let tips: Vec<_> = std::iter::once(tip).chain(branches.iter().map(|b| b.tip)).collect();
    let sight = snapshot.ambiguous_ids();
    let rules = Rules::from_config(&snapshot.config.references).unwrap();
    let options = HistoryOptions {
        rules: &rules,
        since: snapshot.config.since.as_ref(),
        beyond_boundary: false,
        sight: &sight,
    };
    let history = opened.history(&tips, &options).unwrap();
    let place = |oid| history.position(oid).unwrap();
    let (trunks, topics): (Vec<_>, Vec<_>) = branches.iter().partition(|b| b.name == "main");
    let viewpoint = Viewpoint {
        tip: Some(place(&tip)),
        trunks: trunks.iter().map(|b| Trunk { name: b.name.clone(), head: place(&b.tip) }).collect(),
        claims: Vec::new(),
        topics: topics
            .iter()
            .map(|b| Topic { name: b.name.clone(), head: place(&b.tip), twin: b.twin.clone() })
            .collect(),
    };
    Plan::derive(Inputs { snapshot, history, viewpoint, tip: Some(tip), ..Inputs::default() })
}

/// Status and row of every task, and the completed steps of those that have any: `1 completed/2, 2 in_progress/4 [1]`.
fn statuses(repo: &TestRepo) -> String {
    let plan = derive(repo);
    let mut line = String::new();
    for (entry, state) in plan.snapshot.tasks.iter().zip(&plan.states) {
        let comma = if line.is_empty() { "" } else { ", " };
        let row = state.row.map_or(0, u32::from);
        write!(line, "{comma}{} {}/{row}", entry.id, state.status.as_str()).unwrap();
        let done: Vec<usize> =
            (1..).zip(&state.steps).filter(|(_, s)| s.as_str() == "completed").map(|(n, _)| n).collect();
        if !done.is_empty() {
            write!(line, " {done:?}").unwrap();
        }
    }
    line
}

#[test]
fn the_rows_of_the_table_in_their_order() {
    let repo = plan_repo();
    assert_eq!(statuses(&repo), "1 pending/7, 2 pending/7, 3 pending/7, 4 blocked/6");
    work(&repo, "task 3: done");
    work(&repo, "task 2 step 2: half");
    repo.write(".tasks/1.toml", "title = \"Task 1\"\n\nstatus = \"blocked\"\n\nreason = \"legal\"\n");
    assert_eq!(statuses(&repo), "1 blocked/3, 2 in_progress/4 [2], 3 completed/2, 4 pending/7");
    work(&repo, "task 1: despite the block");
    repo.write(".tasks/3.toml", "title = \"Task 3\"\n\nstatus = \"cancelled\"\n");
    assert_eq!(statuses(&repo), "1 completed/2, 2 in_progress/4 [2], 3 cancelled/1, 4 pending/7");
}

#[test]
fn a_topic_branch_shows_until_it_lands_and_reopening_ends_it() {
    let repo = plan_repo();
    repo.git(&["checkout", "-q", "-b", "feature"]);
    work(&repo, "task 1: done there");
    work(&repo, "task 2 wip: begun there");
    repo.git(&["checkout", "-q", "main"]);
    assert_eq!(statuses(&repo), "1 in_progress/5, 2 in_progress/5, 3 pending/7, 4 blocked/6");
    let plan = derive(&repo);
    assert_eq!(plan.evidence.tasks[0].branches[0].name, "feature");
    repo.git(&["merge", "-q", "--no-ff", "-m", "Merge branch 'feature'", "feature"]);
    assert_eq!(statuses(&repo), "1 completed/2, 2 in_progress/4, 3 pending/7, 4 blocked/6");
    work(&repo, "not yet\n\nReopens-Task: 1, 2");
    assert_eq!(statuses(&repo), "1 pending/7, 2 pending/7, 3 pending/7, 4 blocked/6");
}

#[test]
fn a_reopening_ends_starts_but_not_steps() {
    let repo = plan_repo();
    work(&repo, "task 1 step 1: begun");
    work(&repo, "task 2 wip: begun");
    work(&repo, "again\n\nReopens-Task: 1\nReopens-Task: 2");
    assert_eq!(statuses(&repo), "1 in_progress/4 [1], 2 pending/7, 3 pending/7, 4 blocked/6");
}

#[test]
fn one_of_two_completions_reverted_leaves_it_completed() {
    let repo = plan_repo();
    work(&repo, "task 1: first half");
    work(&repo, "task 1: second half");
    repo.git(&["revert", "--no-edit", "HEAD"]);
    assert_eq!(derive(&repo).states[0].status, Status::Completed);
    repo.git(&["revert", "--no-edit", "HEAD~2"]);
    assert_eq!(derive(&repo).states[0].status, Status::Pending);
    repo.git(&["revert", "--no-edit", "HEAD"]);
    assert_eq!(derive(&repo).states[0].status, Status::Completed);
}

#[test]
fn a_revert_counts_under_any_title() {
    let repo = plan_repo();
    work(&repo, "task 1: first");
    work(&repo, "task 2: second");
    let [first, second] = ["HEAD~1", "HEAD"].map(|rev| repo.git(&["rev-parse", rev]));
    work(
        &repo,
        &format!(
            "Back out two, they break the build\n\nThis reverts commit {first}.\n\nThis reverts commit {second}."
        ),
    );
    assert_eq!(statuses(&repo), "1 pending/7, 2 pending/7, 3 pending/7, 4 blocked/6");
    repo.git(&["revert", "--no-edit", "HEAD"]);
    assert_eq!(statuses(&repo), "1 completed/2, 2 completed/2, 3 pending/7, 4 blocked/6");
    // What is no ancestor is not looked for by a title.
    work(&repo, &format!("Back out\n\nThis reverts commit {}.", "1".repeat(40)));
    assert_eq!(statuses(&repo), "1 completed/2, 2 completed/2, 3 pending/7, 4 blocked/6");
}

#[test]
fn show_and_why_tell_of_the_newest_evidence_first() {
    let repo = plan_repo();
    for message in ["task 1 wip: begin", "prose on task 1", "task 1: half", "task 1: whole"] {
        work(&repo, message);
    }
    let plan = derive(&repo);
    let why = WhyView::of(&plan, 0).evidence;
    let shown = &ShowView::of(&plan, &[0]).tasks[0].evidence;
    let lines = |evidence: &[EvidenceView]| evidence.iter().map(|e| e.line.clone()).collect::<Vec<_>>();
    assert_eq!(lines(&why), ["task 1: whole", "task 1: half", "prose on task 1", "task 1 wip: begin"]);
    assert_eq!(lines(shown), ["task 1: whole", "task 1: half", "task 1 wip: begin"]);
}

#[test]
fn of_several_completions_the_one_counts_that_no_other_descends_from() {
    let repo = plan_repo();
    for (message, time) in [("first", 1), ("second", 3), ("third", 2)] {
        let [tree, parent] = ["HEAD^{tree}", "HEAD"].map(|rev| repo.git(&["rev-parse", rev]));
        let who = format!("A <a@example.com> {} +0000", 1_900_000_000 + time);
        let text =
            format!("tree {tree}\nparent {parent}\nauthor {who}\ncommitter {who}\n\ntask 1: {message}\n");
        let made = repo.git_with(&["hash-object", "-t", "commit", "-w", "--stdin"], text.as_bytes());
        repo.git(&["update-ref", "HEAD", &made]);
    }
    let plan = derive(&repo);
    let evidence = &plan.evidence.tasks[0];
    let by = evidence.items[evidence.completed_by.unwrap()].commit;
    assert_eq!(plan.history.oid(by).to_string(), repo.git(&["rev-parse", "HEAD"]));
}

#[test]
fn reverts_without_an_object_id_go_by_the_newest_subject() {
    let repo = plan_repo();
    work(&repo, "task 1: rotate (#7)");
    work(&repo, "Revert \"task 1: rotate\" (#8)\n\nReverts owner/repo#7");
    assert_eq!(derive(&repo).states[0].status, Status::Pending);
    work(&repo, "Reapply \"task 1: rotate\" (#9)");
    assert_eq!(derive(&repo).states[0].status, Status::Completed);
    work(&repo, "Revert \"nothing of that name\"");
    assert_eq!(derive(&repo).states[0].status, Status::Completed);
}

#[test]
fn numbers_that_forges_append_matter_at_no_level_of_quoting() {
    let [undone, restored] = [Status::Pending, Status::Completed];
    for (done, steps) in [
        (
            "task 1: x (#5)",
            [("Revert \"task 1: x (#5)\" (#6)", undone), ("Reapply \"task 1: x (#5)\" (#7)", restored)],
        ),
        ("task 1: x (#5)", [("Revert \"task 1: x (#5)\"", undone), ("Reapply \"task 1: x\" (#7)", restored)]),
        ("task 1: x", [("Revert \"task 1: x\" (#6)", undone), ("Reapply \"task 1: x (#5)\"", restored)]),
        (
            "task 1: x (!5)",
            [("Revert \"task 1: x\"", undone), ("Revert \"Revert \"task 1: x (!5)\" (!6)\" (!7)", restored)],
        ),
        (
            "task 1: x (#5)",
            [
                ("Revert \"task 1: x (#5)\" (#6)", undone),
                ("Y (#7)\n\n* Reapply \"task 1: x (#5)\"", restored),
            ],
        ),
        (
            "a",
            [
                ("Z (#6)\n\n* task 1: x (#5)\n\n* Revert \"task 1: x (#5)\"", undone),
                (
                    "Z (#7)\n\n* task 1: x (#5)\n\n* Revert \"task 1: x\"\n\n* Reapply \"task 1: x (#5)\"",
                    restored,
                ),
            ],
        ),
    ] {
        let repo = plan_repo();
        work(&repo, done);
        for (message, status) in steps {
            work(&repo, &format!("{message}\n\nReverts owner/repo#5"));
            assert_eq!(derive(&repo).states[0].status, status, "{done}, {message}");
        }
    }
}

#[test]
fn a_request_is_reverted_by_its_title_however_a_forge_merged_it() {
    let github = ("Merge pull request #5 from a/f\n\nAdd login", "Reverts owner/repo#5");
    let gitlab = (
        "Merge branch 'f' into 'main'\n\nAdd login\n\nSee merge request o/r!5",
        "This reverts merge request !5",
    );
    let azure = ("Merged PR 5: Add login\n\nRelated work items: #1", "");
    let bitbucket = ("Merged in f (pull request #5)\n\nAdd login\n\nApproved-by: A", "");
    for (merge, body) in [github, gitlab, azure, bitbucket] {
        for quoted in ["Add login", "Merged PR 5: Add login"] {
            let repo = plan_repo();
            let is_done = |expected: [bool; 2], what: &str| {
                let plan = derive(&repo);
                let done = [0, 1].map(|at| plan.states[at].status == Status::Completed);
                assert_eq!(done, expected, "{merge}, {quoted}, {what}");
            };
            work(&repo, "task 2: before");
            repo.git(&["checkout", "-q", "-b", "f"]);
            work(&repo, "task 1: on the branch");
            repo.git(&["checkout", "-q", "main"]);
            repo.git(&["merge", "-q", "--no-ff", "-m", merge, "f"]);
            is_done([true, true], "merged");
            // The button makes a branch of its own, which is merged like any other.
            repo.git(&["checkout", "-q", "-b", "revert-5"]);
            work(&repo, &format!("Revert \"{quoted}\"\n\n{body}"));
            is_done([false, true], "reverted");
            repo.git(&["checkout", "-q", "main"]);
            let merge = merge.replace("Add login", &format!("Revert \"{quoted}\"")).replace('5', "6");
            repo.git(&["merge", "-q", "--no-ff", "-m", &merge, "revert-5"]);
            is_done([false, true], "reverted and merged");
            work(&repo, "Reapply \"Add login\" (#7)");
            is_done([true, true], "applied again");
        }
    }
}

#[test]
fn a_rebase_that_leaves_behind_what_a_reapply_names_changes_nothing() {
    let repo = plan_repo();
    work(&repo, "task 1: x (#5)");
    repo.git(&["checkout", "-q", "-b", "f"]);
    repo.git(&["revert", "--no-edit", "HEAD"]);
    repo.git(&["revert", "--no-edit", "HEAD"]);
    repo.git(&["checkout", "-q", "main"]);
    work(&repo, "other");
    repo.git(&["checkout", "-q", "f"]);
    repo.git(&["rebase", "-q", "main"]);
    assert_eq!(derive(&repo).states[0].status, Status::Completed);
}

#[test]
fn a_reapply_on_a_topic_branch_is_work_there() {
    let repo = plan_repo();
    work(&repo, "task 1: x");
    work(&repo, "task 2 step 1: x");
    let step = repo.git(&["rev-parse", "HEAD"]);
    repo.git(&["revert", "--no-edit", &step]);
    repo.git(&["revert", "--no-edit", "HEAD~2"]);
    repo.git(&["checkout", "-q", "-b", "f"]);
    repo.git(&["revert", "--no-edit", "HEAD"]);
    let reapplied = repo.git(&["rev-parse", "HEAD"]);
    repo.git(&["checkout", "-q", "main"]);
    assert_eq!(statuses(&repo), "1 in_progress/5, 2 pending/7, 3 pending/7, 4 blocked/6");
    let plan = derive(&repo);
    let work_of = |task: usize| plan.evidence.tasks[task].branches.as_slice();
    let [work] = work_of(0) else { panic!("{:?}", work_of(0)) };
    assert_eq!((work.name.as_str(), work.effect.as_str()), ("f", "completes"));
    assert_eq!(plan.history.oid(work.commit.unwrap()).to_string(), reapplied);
    // Taken back there, it is no work; brought back by way of reverts that have landed, it is.
    repo.git(&["checkout", "-q", "f"]);
    repo.git(&["revert", "--no-edit", "HEAD"]);
    repo.git(&["checkout", "-q", "main"]);
    assert_eq!(statuses(&repo), "1 pending/7, 2 pending/7, 3 pending/7, 4 blocked/6");
    repo.git(&["merge", "-q", "--ff-only", "f"]);
    repo.git(&["checkout", "-q", "-b", "g"]);
    repo.git(&["revert", "--no-edit", "HEAD"]);
    let again = repo.git(&["rev-parse", "HEAD"]);
    repo.git(&["checkout", "-q", "main"]);
    let plan = derive(&repo);
    let works = &plan.evidence.tasks[0].branches;
    assert_eq!(works.iter().map(|work| work.name.as_str()).collect::<Vec<_>>(), ["g"]);
    assert_eq!(plan.history.oid(works[0].commit.unwrap()).to_string(), again);
}

#[test]
fn within_a_squash_a_revert_undoes_an_earlier_bullet() {
    let repo = plan_repo();
    work(&repo, "Work (#5)\n\n* task 1: a\n\n* task 2: b\n\n* Revert \"task 1: a\"");
    assert_eq!(statuses(&repo), "1 pending/7, 2 completed/2, 3 pending/7, 4 blocked/6");
}

#[test]
fn a_word_that_is_no_reference_voids_the_list() {
    let repo = plan_repo();
    work(&repo, "task 1 and cleanup: both");
    work(&repo, "task 2 and 99: one of them unknown");
    assert_eq!(statuses(&repo), "1 pending/7, 2 completed/2, 3 pending/7, 4 blocked/6");
    let plan = derive(&repo);
    let unknown: Vec<&str> = plan.evidence.unknown.iter().map(|u| u.word.as_str()).collect();
    assert_eq!(unknown, ["99"]);
}

#[test]
fn step_numbers_count_in_the_file_of_their_commit() {
    let repo = plan_repo();
    work(&repo, "task 1 step 2: the one called second");
    work(&repo, "task 2 step 9: there is none");
    let reordered = "title = \"Task 1\"\n\n[[steps]]\ntext = \"second\"\n\n[[steps]]\ntext = \"new\"\n";
    repo.write(".tasks/1.toml", reordered);
    assert_eq!(statuses(&repo), "1 in_progress/4 [1], 2 pending/7, 3 pending/7, 4 blocked/6");
    repo.write(".tasks/1.toml", "title = \"Task 1\"\n\n[[steps]]\ntext = \"new\"\n");
    assert_eq!(statuses(&repo), "1 in_progress/4, 2 pending/7, 3 pending/7, 4 blocked/6");
    assert_eq!(derive(&repo).evidence.tasks[0].items[0].lost_steps(), [(2, "second".to_owned())]);
}

#[test]
fn evidence_before_reopened_or_the_boundary_does_not_count() {
    let repo = plan_repo();
    let boundary = work(&repo, "task 1: before");
    work(&repo, "task 2: after");
    repo.write(".tasks/config.toml", &format!("version = 1\n\n[history]\nsince = \"{boundary}\"\n"));
    assert_eq!(statuses(&repo), "1 pending/7, 2 completed/2, 3 pending/7, 4 blocked/6");
    repo.write(".tasks/2.toml", "title = \"Task 2\"\n\nreopened = 2099-01-01T00:00:00Z\n");
    assert_eq!(derive(&repo).states[1].status, Status::Pending);
}

#[test]
fn a_renumbered_task_keeps_its_commits() {
    let repo = plan_repo();
    repo.write(".tasks/9.toml", "title = \"Mine\"\n\ncreated = 2026-01-01T00:00:00Z\n");
    repo.commit("plan: mine");
    work(&repo, "task 9: mine is done");
    // Another task of the same number comes by a merge, and ours is renumbered.
    repo.write(".tasks/9.toml", "title = \"Theirs\"\n\ncreated = 2026-02-02T00:00:00Z\n");
    let mine = "title = \"Mine\"\n\ncreated = 2026-01-01T00:00:00Z\n\naka = [\n  \"9\",\n]\n";
    repo.write(".tasks/10.toml", mine);
    repo.commit("plan: renumber");
    let plan = derive(&repo);
    let status = |id: &str| plan.states[plan.position(&id.parse().unwrap()).unwrap()].status;
    assert_eq!(status("10"), Status::Completed);
    assert_eq!(status("9"), Status::Pending);
}

#[test]
fn of_two_tasks_of_one_id_each_has_the_commits_of_its_own_side() {
    let repo = plan_repo();
    let statuses = || {
        let plan = derive(&repo);
        let of =
            |path: &str| plan.states[plan.snapshot.tasks.iter().position(|t| t.path == path).unwrap()].status;
        [of(".tasks/ga/9.toml"), of(".tasks/gb/9.toml")]
    };
    repo.git(&["checkout", "-q", "-b", "one"]);
    repo.write(".tasks/ga/9.toml", "title = \"alpha\"\n");
    repo.commit("plan: alpha");
    repo.git(&["checkout", "-q", "main"]);
    repo.write(".tasks/gb/9.toml", "title = \"beta\"\n");
    repo.commit("plan: beta");
    work(&repo, "task 9: beta is done");
    repo.git(&["merge", "-q", "--no-edit", "one"]);
    assert_eq!(statuses(), [Status::Pending, Status::Completed]);
    // Each is where it was, whatever it is called now.
    repo.write(".tasks/gb/9.toml", "title = \"Beta, reworded\"\n");
    repo.commit("plan: reword");
    assert_eq!(statuses(), [Status::Pending, Status::Completed]);
    // Where both are, nothing tells which is meant.
    work(&repo, "task 9: which one?");
    work(&repo, "Reopen\n\nReopens-Task: 9");
    assert_eq!(statuses(), [Status::Pending, Status::Completed]);
    let plan = derive(&repo);
    let ambiguous = |items: &[Item]| items.iter().filter(|i| i.ignored == Some(Ignored::Ambiguous)).count();
    let counts: Vec<usize> = plan.evidence.tasks.iter().map(|task| ambiguous(&task.items)).collect();
    assert_eq!(counts, [0, 0, 0, 0, 2, 2]);
}

#[test]
fn what_a_trunk_has_and_this_branch_lacks_is_pending_with_a_note() {
    let repo = plan_repo();
    repo.git(&["branch", "release"]);
    work(&repo, "task 1: on main only");
    repo.git(&["checkout", "-q", "release"]);
    let plan = derive(&repo);
    assert_eq!(plan.states[0].status, Status::Pending);
    assert_eq!(plan.evidence.tasks[0].on_trunks[0].name, "main");
    repo.git(&["cherry-pick", "main"]);
    assert_eq!(derive(&repo).states[0].status, Status::Completed);
}

#[test]
fn members_of_a_cycle_are_blocked_and_groups_wait_for_groups() {
    let repo = plan_repo();
    repo.write(".tasks/1.toml", "title = \"One\"\n\ndepends = [\n  \"2\",\n]\n");
    repo.write(".tasks/2.toml", "title = \"Two\"\n\ndepends = [\n  \"1\",\n]\n");
    repo.write(".tasks/a/10.toml", "title = \"In a\"\n");
    repo.write(".tasks/01-b/group.toml", "depends = [\n  \"a/\",\n]\n");
    repo.write(".tasks/01-b/c/11.toml", "title = \"In b/c\"\n");
    let plan = derive(&repo);
    let cycles: Vec<Vec<&str>> = plan
        .graph
        .cycles()
        .iter()
        .map(|c| c.iter().map(|&at| plan.entry(at).id.as_str()).collect())
        .collect();
    assert_eq!(cycles, [["1", "2"]]);
    let state = |id: &str| plan.position(&id.parse().unwrap()).unwrap();
    assert_eq!(plan.states[state("1")].row, Some(6));
    let blockers: Vec<String> =
        plan.blocked_by(state("11")).iter().map(|b| b.label(&plan.snapshot)).collect();
    assert_eq!(blockers, ["10"]);
    let (sequence, rest) = plan.sequence();
    let ids = |list: &[usize]| list.iter().map(|&at| plan.entry(at).id.to_string()).collect::<Vec<_>>();
    assert_eq!(ids(&rest), ["1", "2"]);
    let sequence = ids(&sequence);
    let place = |id: &str| sequence.iter().position(|s| s == id).unwrap();
    assert!(place("10") < place("11") && place("3") < place("4"));
}
