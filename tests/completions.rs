//! What a shell is offered.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod common;

use common::{TestRepo, hermetic};
use std::path::Path;

const BIN: &str = env!("CARGO_BIN_EXE_tasks");

/// What is offered for the last of the words besides options, as bash asks for it.
fn offered(dir: &Path, words: &[&str]) -> String {
    let output = hermetic(BIN, dir, &[&["--", "tasks"], words].concat())
        .envs([("COMPLETE", "bash"), ("_CLAP_IFS", " ")])
        .env("_CLAP_COMPLETE_INDEX", words.len().to_string())
        .output()
        .unwrap();
    assert!(output.status.success(), "{output:?}");
    let offered = String::from_utf8(output.stdout).unwrap();
    offered.split(' ').filter(|word| !word.starts_with('-')).collect::<Vec<_>>().join(" ")
}

fn repo() -> TestRepo {
    let repo = TestRepo::new();
    repo.write(".tasks/config.toml", "version = 1\n");
    repo.write(".tasks/milestones/beta.toml", "title = \"Beta\"\n");
    repo.write(".tasks/templates/weekly.md", "{{ completed_total }}\n");
    let lists = "assignees = [\"ann\", \"b c\"]\ntags = [\"api\", \"$(x)\"]\n";
    repo.write(".tasks/01-db/412.toml", &format!("title = \"Rotate\"\n{lists}"));
    repo.write(".tasks/02-api/7.toml", "title = \"Seven\"\nsteps = [{ text = \"a\" }, { text = \"b\" }]\n");
    repo.commit("plan: start");
    repo.git(&["branch", "release/1.0"]);
    repo.git(&["tag", "v1.0"]);
    repo
}

#[test]
fn names_of_the_plan_and_of_the_repository_are_offered() {
    let repo = repo();
    for (words, expected) in [
        ("show ", "412 7"),
        ("list --group ", "db api"),
        ("list --group db,a", "db,api"),
        ("list --tag ", "api"),
        ("list --assignee ", "ann"),
        ("list --milestone b", "beta"),
        ("--at r", "release/1.0"),
        ("diff main..", "main..main main..release/1.0 main..v1.0"),
        ("diff main...v", "main...v1.0"),
        ("branches --only ", "main release/1.0 v1.0"),
        ("move 412 ", "db/ api/ 412 7"),
        ("release ", ""),
        ("report --template w", "weekly"),
        ("report --template s", "standup"),
        ("set 412 pr", "priority="),
        ("set 412 priority=", "priority=critical priority=high priority=medium priority=low"),
        ("set 412 priority = h", "high"),
        ("set 412 tags+=x,", "tags+=x,api"),
        ("set 412 depends=4", "depends=412"),
        ("step 7 ", "1 2"),
        ("step #7 2", "2"),
        ("export --format ", "text json markdown csv"),
        ("list --format ", "text json"),
    ] {
        let words: Vec<&str> = words.split(' ').collect();
        assert_eq!(offered(repo.path(), &words), expected, "{words:?}");
    }
    hermetic(BIN, repo.path(), &["start", "7"])
        .envs([("GIT_AUTHOR_NAME", "Ann"), ("GIT_AUTHOR_EMAIL", "ann@example.com")])
        .envs([("GIT_COMMITTER_NAME", "Ann"), ("GIT_COMMITTER_EMAIL", "ann@example.com")])
        .output()
        .unwrap();
    assert_eq!(offered(repo.path(), &["release", ""]), "7", "only what is claimed can be released");
}

#[test]
fn another_directory_is_asked_where_the_command_would_run_there() {
    let repo = repo();
    let elsewhere = tempfile::tempdir().unwrap();
    let dir = repo.path().to_str().unwrap();
    assert_eq!(offered(elsewhere.path(), &["-C", dir, "show", ""]), "412 7");
    assert_eq!(offered(elsewhere.path(), &["show", ""]), "");
}

/// Git's own completion calls a function of that name, with its words as bash has them.
#[test]
fn git_tasks_completes_like_tasks() {
    let repo = repo();
    let elsewhere = tempfile::tempdir().unwrap();
    let script = r#"
        source <("$1" completions bash)
        for words in "git tasks show 7" "git -C $2 tasks show 4" "git --no-pager -C / -C $2 tasks list --group "; do
            IFS=' ' read -r -a COMP_WORDS <<<"$words"
            [[ "$words" == *" " ]] && COMP_WORDS+=("")
            COMP_CWORD=$(( ${#COMP_WORDS[@]} - 1 ))
            COMPREPLY=()
            _git_tasks
            echo "${COMPREPLY[*]}"
        done
    "#;
    let path = Path::new(BIN).parent().unwrap().to_str().unwrap();
    let output =
        hermetic("bash", elsewhere.path(), &["-c", script, "bash", BIN, repo.path().to_str().unwrap()])
            .env("PATH", format!("{path}:{}", std::env::var("PATH").unwrap()))
            .output()
            .unwrap();
    let said = String::from_utf8_lossy(&output.stdout);
    assert_eq!(said, "\n412\ndb api\n", "{}", String::from_utf8_lossy(&output.stderr));
}
