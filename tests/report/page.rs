//! The page as the command makes it.

use super::common::TestRepo;
use super::{plan_repo, told, work};

/// Two tasks of which one is done, and a title that would run.
fn planned() -> TestRepo {
    let repo = plan_repo(2);
    repo.write(".tasks/3.toml", "title = \"<script>alert(1)</script>\"\n\ndepends = [\n  \"2\",\n]\n");
    repo.write(
        ".tasks/templates/own.html",
        "{{ totals.tasks.total }} {% for s in sections %}{{ s.open }}{% endfor %}",
    );
    repo.commit("plan: a title");
    work(&repo, "task 1: first");
    repo.git(&["tag", "v1.0"]);
    repo
}

#[test]
fn the_page_is_written_checked_and_made_again_of_its_context() {
    let repo = planned();
    let dir = repo.path();
    let page = told(dir, &["report", "--format", "html"]);
    assert!(page.starts_with("0\n<!DOCTYPE html>\n") && page.ends_with("</html>\n"), "{page}");
    assert!(page.contains("<title>Plan: 1 of 3 tasks completed</title>"), "{page}");
    assert!(page.contains("&lt;script&gt;alert(1)") && page.matches("<script").count() == 1, "{page}");
    assert!(page.contains("completed by ") && page.contains("it waits for 2"), "why, behind each task");
    // By the ending of a file, too; the version that is asked for is its name.
    assert_eq!(told(dir, &["report", "-o", "page.html"]), "0\n");
    assert_eq!(std::fs::read_to_string(dir.join("page.html")).unwrap(), page[2..]);
    assert_eq!(told(dir, &["report", "--check", "page.html"]), "0\n");
    assert!(
        told(dir, &["report", "--latest", "--format", "html"]).contains("<h1><bdi>Plan at v1.0</bdi></h1>")
    );
    work(&repo, "task 2: second");
    let stale = told(dir, &["report", "--check", "page.html"]);
    assert!(
        stale.starts_with("1\nerror: page.html is not the report on v1.0..") && !stale.contains("--prepend")
    );

    let html = ["report", "--format", "html"];
    let with = |args: &[&str]| told(dir, &[&html[..], args].concat());
    repo.write("context.json", &with(&["--context"])[2..]);
    assert_eq!(with(&["--from-context", "context.json"]), with(&[]));
    assert_eq!(told(dir, &["report", "--from-context", "context.json", "-o", "page.html"]), "0\n");
    assert_eq!(told(dir, &["report", "--check", "page.html"]), "0\n");
    // A team's template sees the same.
    assert_eq!(with(&["-t", "own"]), "0\n3 true");
    assert_eq!(with(&["-t", "own", "--from-context", "context.json"]), "0\n3 true");
    assert_eq!(with(&["--require", "beta"]), with(&[]));
    repo.write(".tasks/4.toml", "title = \"More\"\n\nmilestones = [\n  \"beta\",\n]\n");
    repo.commit("plan: more");
    assert!(
        with(&["--require", "beta", "-o", "page.html"]).starts_with("1\nbeta: 1 task of 3 not completed\n")
    );
}

#[test]
fn what_is_not_for_the_page_is_refused() {
    let repo = planned();
    let dir = repo.path();
    repo.write("report.json", &told(dir, &["report", "--all", "--context"])[2..]);
    repo.write("page.json", &told(dir, &["report", "--format", "html", "--context"])[2..]);
    repo.write("part.json", "{\"range\":{}}");
    for (args, error) in [
        (
            &["--format", "html", "--prepend", "C.md"][..],
            "a page is no entry of a changelog\nhint: -o FILE.html",
        ),
        (&["--format", "html", "--milestone", "beta"], "--milestone is about the release notes\nhint: "),
        (
            &["--format", "html", "--from-context", "report.json"],
            "report.json holds what release notes are made of, and no page\nhint: ",
        ),
        (
            &["--from-context", "page.json"],
            "page.json holds what a page is made of, and nothing else\nhint: ",
        ),
        (&["--from-context", "part.json"], "part.json is not what --context prints: missing field `text`"),
        (&["--format", "json", "-t", "standup"], "--template and --format json are two answers"),
    ] {
        let said = told(dir, &[&["report"], args].concat());
        assert!(said.starts_with(&format!("2\nerror: {error}")), "{args:?}: {said}");
    }
}

/// Every form of the report on a revision.
fn every_form(repo: &TestRepo, revision: &str) -> Vec<String> {
    let form = |args: &[&str]| {
        let said = told(repo.path(), &[&["report", "v1.0..", "--at", revision], args].concat());
        assert!(said.starts_with("0\n"), "{args:?}: {said}");
        said
    };
    let mut all: Vec<String> =
        ["text", "json", "markdown", "html"].iter().map(|name| form(&["--format", name])).collect();
    all.push(form(&["--format", "html", "--context"]));
    all.extend(["standup", "overview"].iter().map(|name| form(&["-t", name])));
    all.push(form(&["-t", "own", "--format", "html"]));
    all
}

#[test]
fn every_clone_gives_the_same_bytes() {
    let repo = planned();
    repo.write(".mailmap", "Ann Smith <ann@work.example> <ann@example.com>\n");
    repo.commit("Name people");
    repo.git(&["branch", "release/1.0"]);
    work(&repo, "task 2 wip: second");
    let revision = repo.git(&["rev-parse", "HEAD"]);
    // What a trunk has beyond the revision, and what a topic branch has.
    repo.git(&["checkout", "-q", "release/1.0"]);
    work(&repo, "task 2: second, on the release branch");
    repo.git(&["checkout", "-q", "-b", "topic", "main"]);
    work(&repo, "task 3: third, on a branch");
    repo.git(&["checkout", "-q", "main"]);
    let here = every_form(&repo, &revision);
    assert!(here[0].contains("Ann Smith") && !here.concat().contains("release/1.0"), "{}", here[0]);

    let url = format!("file://{}", repo.path().display());
    let clone = |args: &[&str]| TestRepo::made_by(&[&["clone", "-q"], args, &[&url, "."]].concat());
    let single = clone(&["--single-branch"]);
    let detached = clone(&[]);
    detached.git(&["checkout", "-q", "v1.0"]);
    let edited = clone(&["--branch", "release/1.0"]);
    edited.write(".mailmap", "Somebody <else@example.com> <ann@example.com>\n");
    edited.write("people", "Nobody <no@example.com> <ann@example.com>\n");
    edited.git(&["config", "mailmap.file", "people"]);
    for other in [single, detached, edited, clone(&["--bare"]), clone(&["--no-checkout"])] {
        for (ours, theirs) in here.iter().zip(every_form(&other, &revision)) {
            assert_eq!(*ours, theirs);
        }
    }
}

#[test]
fn a_report_of_its_context_is_the_report() {
    let repo = planned();
    let dir = repo.path();
    work(&repo, "task 2: second, on the release branch");
    for range in [&["v1.0..", "--milestone", "beta"][..], &["--all"], &["--tag", "v9"]] {
        let of = |args: &[&str]| told(dir, &[&["report"], range, args].concat());
        repo.write("context.json", &of(&["--context"])[2..]);
        let again =
            |args: &[&str]| told(dir, &[&["report", "--from-context", "context.json"], args].concat());
        for args in [
            &[][..],
            &["--format", "text"],
            &["--format", "markdown"],
            &["--format", "json"],
            &["--template", "release-notes"],
        ] {
            assert_eq!(again(args), of(args), "{args:?}");
        }
        for file in ["out.txt", "out.md", "out.json"] {
            let written = |said: String| (said, std::fs::read_to_string(dir.join(file)).unwrap());
            assert_eq!(written(again(&["-o", file])), written(of(&["-o", file])), "{file}");
        }
    }
}
