//! The ready-made pieces: the shell in them is taken out of the files and run as the runners run it.

use super::{BIN, Place, path_with, said};
use std::fs;
use std::path::Path;

/// A block of shell in a YAML file, and the name that stands last before it.
struct Script {
    name: String,
    text: String,
}

/// The texts behind `run: |` and `- |`, without their indentation.
fn scripts(file: &str) -> Vec<Script> {
    let text = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join(file)).unwrap();
    let lines: Vec<&str> = text.lines().collect();
    let (mut found, mut name) = (Vec::new(), String::new());
    for (at, line) in lines.iter().enumerate() {
        let indent = |line: &str| line.len() - line.trim_start().len();
        if let Some(named) = line.trim_start().strip_prefix("- name: ") {
            named.clone_into(&mut name);
        }
        if line.trim_end().ends_with("run: |") || line.trim() == "- |" {
            let body: Vec<&str> = lines[at + 1..]
                .iter()
                .copied()
                .take_while(|inner| inner.trim().is_empty() || indent(inner) > indent(line))
                .collect();
            let least = body.iter().filter(|l| !l.trim().is_empty()).map(|l| indent(l)).min().unwrap();
            let text: Vec<&str> = body.iter().map(|line| line.get(least..).unwrap_or_default()).collect();
            found.push(Script { name: name.clone(), text: text.join("\n") + "\n" });
        }
    }
    found
}

/// A repository with a change of the plan on a branch, the commits of its ends, and a directory for programs.
fn changed() -> (Place, String, String) {
    let place = Place::repository();
    let rev = |rev: &str| place.ok("git", &["rev-parse", rev]).trim().to_owned();
    let base = rev("HEAD");
    place.ok("git", &["checkout", "-q", "-b", "topic"]);
    place.write(".tasks/414.toml", "title = \"Say <!-- hello --> ::error::to @all\"\n");
    place.commit("plan: one more");
    let head = rev("HEAD");
    let bin = place.beside("bin");
    bin.program("tasks", &format!("#!/bin/sh\nexec '{BIN}' \"$@\"\n"));
    let path = path_with(&bin.path);
    (place.with("PATH", &path), base, head)
}

/// What the runner makes known to every step of the action.
fn runner((place, base, head): (Place, String, String)) -> Place {
    let temp = place.beside("temp");
    temp.write("summary", "");
    let summary = temp.path.join("summary");
    place
        .with("RUNNER_TEMP", temp.path.to_str().unwrap())
        .with("GITHUB_STEP_SUMMARY", summary.to_str().unwrap())
        .with("GITHUB_ACTION_PATH", env!("CARGO_MANIFEST_DIR"))
        .with("GITHUB_ACTIONS", "true")
        .with("GITHUB_REPOSITORY", "ann/app")
        .with("BASE", &base)
        .with("HEAD", &head)
        .with("ONTO", &base)
        .with("NUMBER", "5")
}

/// Runs a step of the action as the runner does.
fn step(place: &Place, name: &str) -> (Option<i32>, String) {
    let script = scripts("action.yml").into_iter().find(|script| script.name == name).unwrap();
    let file = place.beside("temp").program("step.sh", &script.text);
    let output = place.run("bash", &["--noprofile", "--norc", "-eo", "pipefail", file.to_str().unwrap()]);
    (output.status.code(), said(&output))
}

#[test]
fn no_expression_of_a_runner_becomes_shell() {
    let all: Vec<Script> = scripts("action.yml").into_iter().chain(scripts("ci/gitlab.yml")).collect();
    assert_eq!(all.len(), 8);
    for script in all {
        assert!(!script.text.contains("${{"), "{}: {}", script.name, script.text);
    }
}

#[test]
fn the_action_annotates_and_keeps_one_comment() {
    let place = runner(changed());
    let bin = place.beside("bin");
    // The comments of the pull request are a file; what is written to them is another.
    let gh = "#!/bin/sh\nprintf '%s\\n' \"$*\" >> \"$RUNNER_TEMP/calls\"\n\
              case \"$*\" in *--paginate*) test ! -e \"$RUNNER_TEMP/ids\" || cat \"$RUNNER_TEMP/ids\";; esac\n";
    bin.program("gh", gh);
    let temp = place.beside("temp");
    assert_eq!(step(&place, "Install tasks").0, Some(0));
    assert_eq!(step(&place, "Bring all of history").0, Some(0));
    let shown = step(&place, "Show what changes in the plan");
    assert_eq!(shown.0, Some(0), "{}", shown.1);
    let summary = temp.read("summary");
    assert!(summary.starts_with("<!-- tasks-diff -->\n") && summary.contains("414"), "{summary}");
    assert_eq!(temp.read("tasks-diff.md"), summary);
    let (code, error) = step(&place, "Keep the comment up to date");
    assert_eq!(code, Some(0), "{error}");
    assert!(temp.read("calls").contains("--method POST repos/ann/app/issues/5/comments -F body=@"));
    temp.write("ids", "77\n78\n");
    assert_eq!(step(&place, "Keep the comment up to date").0, Some(0));
    assert!(temp.read("calls").contains("--method PATCH repos/ann/app/issues/comments/77 -F"));
    assert_eq!(temp.read("calls").matches("POST").count(), 1);
    let (code, clean) = step(&place, "Check the plan");
    assert_eq!(code, Some(0), "{clean}");
    place.write("code", "x");
    place.commit("task 999: x");
    let head = place.ok("git", &["rev-parse", "HEAD"]);
    let (code, found) = step(&place.clone().with("HEAD", head.trim()), "Check the plan");
    assert_eq!(code, Some(1));
    assert!(found.starts_with("::error"), "{found}");
}

#[test]
fn the_comment_is_found_whoever_the_token_is() {
    // GitHub's runners have jq; a machine without it cannot say what the filters find.
    if std::process::Command::new("jq").arg("--version").output().is_err() {
        return;
    }
    let place = runner(changed());
    let temp = place.beside("temp");
    // The filters are what the program of GitHub runs on the answers; here jq does.
    let gh = "#!/bin/sh\nprintf '%s\\n' \"$*\" >> \"$RUNNER_TEMP/calls\"\n\
              for filter do :; done\n\
              case \"$*\" in\n\
              *graphql*) test -n \"$VIEWER\" || exit 1; printf '{\"data\": {\"viewer\": {\"login\": \"%s\"}}}' \"$VIEWER\" | jq -r \"$filter\";;\n\
              *--paginate*) jq -r \"$filter\" \"$RUNNER_TEMP/comments\";;\nesac\n";
    place.beside("bin").program("gh", gh);
    let comment = |id: u32, login: &str, kind: &str, body: &str| {
        format!(
            r#"{{"id": {id}, "user": {{"login": "{login}", "type": "{kind}"}}, "body": "{body}\n\nold"}}"#
        )
    };
    let mark = "<!-- tasks-diff -->";
    let comments = [
        comment(1, "eve", "User", mark),
        comment(2, "github-actions[bot]", "Bot", "hello"),
        comment(3, "github-actions[bot]", "Bot", mark),
        comment(4, "ann", "User", mark),
    ];
    temp.write("comments", &format!("[{}]", comments.join(", ")));
    assert_eq!(step(&place, "Show what changes in the plan").0, Some(0));
    for (viewer, written) in [
        ("github-actions[bot]", "PATCH repos/ann/app/issues/comments/3 "),
        ("ann", "PATCH repos/ann/app/issues/comments/4 "),
        ("bob", "POST repos/ann/app/issues/5/comments "),
        ("", "PATCH repos/ann/app/issues/comments/1 "),
    ] {
        temp.write("calls", "");
        let (code, said) = step(&place.clone().with("VIEWER", viewer), "Keep the comment up to date");
        assert_eq!(code, Some(0), "{viewer}: {said}");
        assert!(temp.read("calls").contains(written), "{viewer}: {}", temp.read("calls"));
    }
}

#[test]
fn the_action_says_nothing_of_a_change_without_plan_and_judges_pushes() {
    let (place, base, _) = changed();
    let place = runner((place, base.clone(), base.clone())).with("ONTO", "").with("BEFORE", &base);
    place.beside("bin").program("gh", "#!/bin/sh\nprintf '%s\\n' \"$*\" >> \"$RUNNER_TEMP/calls\"\n");
    assert_eq!(step(&place, "Show what changes in the plan").0, Some(0));
    assert_eq!(step(&place, "Keep the comment up to date").0, Some(0));
    let calls = place.beside("temp").read("calls");
    assert!(calls.contains("--paginate") && !calls.contains("POST") && !calls.contains("PATCH"), "{calls}");
    assert_eq!(step(&place, "Check the plan").0, Some(0));
    let new_branch = place.clone().with("BEFORE", &"0".repeat(40)).with("STRICT", "true");
    assert_eq!(step(&new_branch, "Check the plan").0, Some(0));
    // A new branch from before the plan.
    let empty = place.ok("git", &["mktree"]);
    let old = place.ok("git", &["commit-tree", empty.trim(), "-m", "old"]);
    let (code, said) = step(&new_branch.with("HEAD", old.trim()), "Check the plan");
    assert_eq!(code, Some(0), "{said}");
}

/// Runs the job for GitLab as its runner does: all scripts in one shell.
fn job(place: &Place) -> (Option<i32>, String) {
    let all: String = scripts("ci/gitlab.yml").into_iter().map(|script| script.text).collect();
    let file = place.beside("temp").program("job.sh", &format!("set -eo pipefail\n{all}"));
    let output = place.run("bash", &["--noprofile", "--norc", file.to_str().unwrap()]);
    (output.status.code(), said(&output))
}

#[test]
fn the_job_for_gitlab_writes_a_report_and_keeps_one_note() {
    let (place, _, head) = changed();
    let server = place.beside("server.git");
    server.ok("git", &["clone", "-q", "--bare", place.path.to_str().unwrap(), "."]);
    place.ok("git", &["remote", "add", "origin", server.path.to_str().unwrap()]);
    let temp = place.beside("temp");
    let curl = "#!/bin/sh\nprintf '%s\\n' \"$*\" >> \"$CALLS\"\n\
                case \"$*\" in *sort=asc*) if [ -e \"$CALLS.notes\" ]; then cat \"$CALLS.notes\"; else printf '[]'; fi;; esac\n";
    place.beside("bin").program("curl", curl);
    let place = place
        .with("CALLS", temp.path.join("calls").to_str().unwrap())
        .with("CI_MERGE_REQUEST_IID", "9")
        .with("CI_MERGE_REQUEST_TARGET_BRANCH_NAME", "main")
        .with("CI_COMMIT_SHA", &head)
        .with("CI_API_V4_URL", "https://gitlab.example/api/v4")
        .with("CI_PROJECT_ID", "3")
        .with("TASKS_TOKEN", "secret");
    temp.write("x", "");
    let (code, text) = job(&place);
    assert_eq!(code, Some(0), "{text}");
    assert_eq!(place.read("gl-code-quality-report.json").trim(), "[]");
    assert!(place.read("tasks-diff.md").starts_with("<!-- tasks-diff -->"));
    assert!(temp.read("calls").contains("--request POST --data-urlencode body@tasks-diff.md"));
    // A text of somebody else's that looks like our note is none.
    temp.write(
        "calls.notes",
        r#"[{"id":11,"type":null,"body":"{\"id\":12,\"body\":\"<!-- tasks-diff -->"},{"id":13,"type":null,"body":"\u003c!-- tasks-diff --\u003e\nx","author":{"id":1}}]"#,
    );
    assert_eq!(job(&place).0, Some(0));
    let calls = temp.read("calls");
    assert!(calls.contains("--request PUT --data-urlencode body@tasks-diff.md https://gitlab.example/api/v4/projects/3/merge_requests/9/notes/13"), "{calls}");
    place.commit("task 999: x");
    let head = place.ok("git", &["rev-parse", "HEAD"]);
    let (code, text) = job(&place.clone().with("CI_COMMIT_SHA", head.trim()));
    assert_eq!(code, Some(1), "{text}");
    assert!(text.contains("unknown-reference"), "{text}");
    assert!(place.read("gl-code-quality-report.json").contains("\"fingerprint\""));
}

#[test]
fn the_hooks_for_pre_commit_run() {
    let text =
        fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join(".pre-commit-hooks.yaml")).unwrap();
    let entries: Vec<&str> = text.lines().filter_map(|line| line.trim().strip_prefix("entry: ")).collect();
    assert_eq!(entries.len(), 4);
    let (place, _, _) = changed();
    place.write("message", "task 412: x\n");
    for entry in &entries {
        // pre-commit hands the file of the message to hooks of that stage.
        let file = if entry.contains("hook run") { " message" } else { "" };
        let said = place.ok("bash", &["-c", &format!("{entry}{file}")]);
        assert_eq!(said.contains("completes 412"), entry.ends_with(" commit-msg"), "{entry}: {said}");
    }
    place.write(".tasks/408.toml", "title = \"x\"\ndepend = []\n");
    place.ok("git", &["add", "-A"]);
    assert!(place.fails(1, "bash", &["-c", entries[0]]).contains("near-miss-key"));
    // pre-commit passes over removed files when it looks which hooks a commit concerns.
    let check = text.split("- id: ").find(|hook| hook.starts_with("tasks-check\n")).unwrap();
    assert!(check.contains("\n  always_run: true\n") && !check.contains("files:"), "{check}");
    place.ok("git", &["reset", "-q", "--hard"]);
    place.ok("git", &["rm", "-q", ".tasks/412.toml"]);
    assert!(place.fails(1, "bash", &["-c", entries[0]]).contains("unknown-dependency"));
}
