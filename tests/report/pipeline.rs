//! A release as a pipeline makes it.

use super::common::TestRepo;
use super::{completed, ids, plan_repo, report, told, work};

/// The step of a pipeline that makes the entry of a release.
const GATE: [&str; 7] = ["report", "--require", "beta", "--tag", "v1.1.0", "--prepend", "CHANGELOG.md"];

/// Four tasks: the first is in v1.0.0, the second on both branches, the third on the trunk alone, and the fourth was
/// reverted on the release branch, which is checked out. Gives the commit of the third as well.
fn released() -> (TestRepo, String) {
    let repo = plan_repo(4);
    work(&repo, "task 1: first");
    repo.git(&["tag", "v1.0.0"]);
    work(&repo, "task 2: second (#7)");
    repo.git(&["branch", "release/1.1"]);
    // On the trunk goes on what the release still needs.
    let third = work(&repo, "task 3: third");
    repo.git(&["checkout", "-q", "release/1.1"]);
    let fourth = work(&repo, "task 4: fourth");
    repo.git(&["revert", "--no-edit", &fourth]);
    (repo, third)
}

/// The same with the backport and the revert reverted, so that nothing is missing any more.
fn mended() -> (TestRepo, String) {
    let (repo, third) = released();
    repo.git(&["cherry-pick", "-x", &third]);
    repo.git(&["revert", "--no-edit", "HEAD~1"]);
    (repo, third)
}

fn changelog(repo: &TestRepo) -> String {
    std::fs::read_to_string(repo.path().join("CHANGELOG.md")).unwrap()
}

#[test]
fn a_release_waits_for_what_is_required() {
    let (repo, third) = released();
    let dir = repo.path();
    let short = |oid: &str| oid[..8].to_owned();
    let revert = short(&repo.git(&["rev-parse", "HEAD"]));
    let expected = format!(
        "1\nbeta: 2 tasks of 4 not completed\n  3  Task 3\n     completed on main by {}, not here\n  4  Task 4\n     reverted by {revert}\n",
        short(&third)
    );
    assert_eq!(told(dir, &GATE), expected);
    assert!(!dir.join("CHANGELOG.md").exists());
    let view = report(dir, &["--require", "BETA"]);
    assert_eq!(view["gate"]["missing"][0]["why"], "not_backported");
    assert_eq!(view["gate"]["missing"][1]["why"], "reverted");
    assert_eq!((view["gate"]["met"].as_bool(), view["gate"]["required"].as_u64()), (Some(false), Some(4)));
    assert_eq!(ids(&report(dir, &["--milestone", "Beta"])["milestone"]["open"]), "3 4");

    let (repo, third) = mended();
    assert_eq!(told(repo.path(), &GATE), "0\n");
    let text = changelog(&repo);
    let start = "# Changelog\n\n## v1.1.0 - 2023-11-14\n<!-- tasks report v1.1.0 | v1.0.0..v1.1.0 | ";
    assert!(text.starts_with(start), "{text}");
    assert!(text.contains("\n3 tasks completed since v1.0.0, 4 of 4 in all.\n"), "{text}");
    assert!(text.contains("squashed #7\n") && text.contains(&format!(" picked from {}", short(&third))));
}

#[test]
fn a_release_keeps_one_entry() {
    let (repo, _) = mended();
    let dir = repo.path();
    assert_eq!(told(dir, &GATE), "0\n");
    let made = changelog(&repo);
    repo.commit("Write the changelog");
    repo.git(&["tag", "v1.1.0"]);

    // The tag holds the changelog's own commit, which changes nothing.
    let again = ["report", "v1.0.0..v1.1.0", "--prepend", "CHANGELOG.md"];
    let check = ["report", "v1.0.0..v1.1.0", "--check", "CHANGELOG.md"];
    assert_eq!(told(dir, &again), "0\n");
    assert_eq!(changelog(&repo), made);
    assert_eq!(told(dir, &check), "0\n");
    let edited = made.replace("- Task 2 (2)", "- The second one (2)");
    repo.write("CHANGELOG.md", &format!("{edited}\n## 0.9\n\n- by hand\n"));
    let before = changelog(&repo);
    assert!(told(dir, &again).starts_with("0\nnote: the entry v1.1.0 of CHANGELOG.md was edited by hand"));
    assert_eq!(changelog(&repo), before);
    assert_eq!(told(dir, &check), "0\n");
    assert_eq!(told(dir, &[&again[..], &["--replace"]].concat()), "0\n");
    let replaced = changelog(&repo);
    assert_eq!(replaced.matches("<!-- tasks report ").count(), 1);
    assert!(
        replaced.ends_with("\n\n## 0.9\n\n- by hand\n") && !replaced.contains("The second one"),
        "{replaced}"
    );
}

#[test]
fn an_edited_entry_that_stays_beside_a_release_is_told() {
    let (repo, _) = mended();
    let dir = repo.path();
    assert_eq!(told(dir, &["report", "--prepend", "CHANGELOG.md"]), "0\n");
    repo.write("CHANGELOG.md", &changelog(&repo).replace("- Task 2 (2)", "- The second one (2)"));
    let said = told(dir, &GATE);
    assert!(
        said.starts_with("0\nwarning: the entry Unreleased of CHANGELOG.md was edited by hand"),
        "{said}"
    );
    assert!(changelog(&repo).contains("## Unreleased\n") && changelog(&repo).contains("## v1.1.0 - "));
    assert_eq!(told(dir, &GATE), "0\n", "it is told where it comes about");
    let missing = told(dir, &["report", "--prepend", "none/CHANGELOG.md"]);
    assert_eq!(missing, "2\nerror: cannot write none/CHANGELOG.md: there is no folder none\n");
}

#[test]
fn a_job_that_is_tried_again_makes_the_same_entry() {
    let (repo, _) = mended();
    let dir = repo.path();
    assert_eq!(told(dir, &GATE), "0\n");
    let made = changelog(&repo);
    let of = |args: &[&str]| {
        let view = report(dir, args);
        format!("{}: {}", view["range"]["text"].as_str().unwrap(), completed(&view))
    };
    let again = |state: &str| {
        assert_eq!(told(dir, &GATE), "0\n", "{state}");
        assert_eq!(changelog(&repo), made, "{state}");
        let check = ["report", "--tag", "v1.1.0", "--check", "CHANGELOG.md"];
        assert_eq!(told(dir, &check), "0\n", "{state}");
        assert_eq!(of(&["--tag", "v1.1.0"]), "v1.0.0..v1.1.0: 2 3 4", "{state}");
    };
    again("before the commit");
    repo.git(&["tag", "v1.1.0"]);
    again("tagged, and the changelog is not committed");
    repo.git(&["tag", "v1.1.0-rc.1", "HEAD~1"]);
    repo.commit("Write the changelog");
    again("tagged, and the changelog is committed behind it");
    repo.git(&["tag", "--force", "v1.1.0"]);
    again("the changelog's commit is tagged");
    repo.git(&["checkout", "-q", "--detach", "HEAD~1"]);
    repo.write("CHANGELOG.md", "");
    again("the commit that the job began with");
    repo.git(&["checkout", "-q", "--force", "release/1.1"]);
    work(&repo, "Go on");
    again("one commit past the tag");
    // What a version brought is asked for by its name, however far the branch has gone on.
    assert_eq!(of(&["--tag", "v1.0.0"]), "v1.0.0: 1");
    assert_eq!(of(&["--tag", "1.1.0"]), "v1.0.0..1.1.0: 2 3 4");
    assert_eq!(of(&["--tag", "v1.2.0"]), "v1.1.0..v1.2.0: ");
    assert_eq!(of(&["--unreleased", "--tag", "nightly"]), "v1.1.0..nightly: ");
    let none = told(dir, &["report", "--unreleased", "--tag", "v1.0.0"]);
    assert!(none.starts_with("2\nerror: no tag of a version before v1.0.0"), "{none}");
    let reversed = told(dir, &["report", "v1.1.0..v1.0.0"]);
    let hint = "hint: v1.0.0..v1.1.0 is what v1.1.0 reaches and v1.0.0 does not\n";
    assert_eq!(
        reversed,
        format!("2\nerror: the range v1.1.0..v1.0.0 is reversed: v1.1.0 reaches all of v1.0.0\n{hint}")
    );
    let since = told(dir, &["report", "--since", "v1.1.0", "--at", "v1.0.0"]);
    assert!(since.starts_with("2\nerror: the range v1.1.0..v1.0.0 is reversed"), "{since}");
}

#[test]
fn on_the_trunk_the_work_of_the_release_is_another_matter() {
    let (repo, _) = mended();
    let dir = repo.path();
    repo.git(&["tag", "v1.1.0"]);
    repo.git(&["checkout", "-q", "main"]);
    let trunk = report(dir, &["v1.1.0.."]);
    assert_eq!(completed(&trunk), "");
    assert_eq!((ids(&trunk["left_behind"]), ids(&trunk["continued"])), ("4".to_owned(), "3".to_owned()));
    let stale = told(dir, &["report", "v1.0.0..HEAD", "--check", "CHANGELOG.md"]);
    assert!(stale.starts_with("2\nerror: cannot read CHANGELOG.md: "), "{stale}");
    repo.write("NOTES.md", "old\n");
    let stale = told(dir, &["report", "v1.0.0..HEAD", "--check", "NOTES.md"]);
    assert!(stale.starts_with("1\nerror: NOTES.md is not the report on v1.0.0.."), "{stale}");
    assert_eq!(told(dir, &["report", "v1.0.0..HEAD", "-o", "NOTES.md"]), "0\n");
    assert_eq!(told(dir, &["report", "v1.0.0..HEAD", "--check", "NOTES.md"]), "0\n");
}

#[test]
fn criteria_and_unknown_milestones_are_named() {
    let repo = plan_repo(1);
    work(&repo, "task 1: done");
    repo.write(
        ".tasks/milestones/beta.toml",
        "title = \"Public beta\"\n\n[[criteria]]\ntext = \"Ten teams use it\"\n",
    );
    repo.commit("plan: a criterion");
    let unmet = told(repo.path(), &["report", "--require", "beta"]);
    assert_eq!(unmet, "1\nbeta: 1 of 1 task completed, but not met\n  criterion: Ten teams use it\n");
    let unknown = told(repo.path(), &["report", "--require", "betta"]);
    assert_eq!(unknown, "2\nerror: there is no milestone \"betta\"\nhint: did you mean beta?\n");
}

#[test]
fn what_nobody_can_tell_is_not_met() {
    let repo = plan_repo(1);
    let dir = repo.path();
    work(&repo, "task 1: first");
    repo.git(&["tag", "v1.0.0"]);
    let gate = ["report", "--require", "beta", "--all"];
    assert!(told(dir, &gate).starts_with("0\n"));
    repo.write(".tasks/2.toml", "title = \n");
    repo.commit("Plan more");
    let refused = told(dir, &gate);
    assert!(
        refused.starts_with("1\n") && refused.contains("  ? .tasks/2.toml cannot be read\n"),
        "{refused}"
    );
    assert_eq!(report(dir, &["--require", "beta"])["gate"]["unreadable"][0], ".tasks/2.toml");
}
