//! The commands that begin a plan and say where its tasks lie, run as a user runs them.

mod common;

use common::{TestRepo, hermetic};
use std::process::Output;

/// Runs the program at a fixed time.
fn output(repo: &TestRepo, args: &[&str], input: &str, editor: &str) -> Output {
    use std::io::Write;
    let mut child = hermetic(env!("CARGO_BIN_EXE_tasks"), repo.path(), args)
        .envs([("TASKS_NOW", "2026-11-21T10:00:00Z"), ("GIT_EDITOR", editor)])
        .stdin(std::process::Stdio::piped())
        .stdout(std::process::Stdio::piped())
        .stderr(std::process::Stdio::piped())
        .spawn()
        .expect("the program starts");
    let mut stdin = child.stdin.take().expect("a pipe");
    // A program that does not read its input is fine.
    let _ = stdin.write_all(input.as_bytes());
    drop(stdin);
    child.wait_with_output().expect("the program ends")
}

/// What a command that succeeds prints.
fn tasks(repo: &TestRepo, args: &[&str]) -> String {
    let output = output(repo, args, "", "false");
    let error = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "tasks {args:?}: {error}");
    String::from_utf8(output.stdout).expect("UTF-8")
}

/// What a command that fails says.
fn refusal(repo: &TestRepo, args: &[&str]) -> String {
    let output = output(repo, args, "", "false");
    assert_eq!(output.status.code(), Some(2), "tasks {args:?}");
    String::from_utf8(output.stderr).expect("UTF-8")
}

fn read(repo: &TestRepo, path: &str) -> String {
    std::fs::read_to_string(repo.path().join(path)).unwrap_or_else(|e| panic!("{path}: {e}"))
}

fn exists(repo: &TestRepo, path: &str) -> bool {
    repo.path().join(path).exists()
}

const CONFIG: &str = ".tasks/config.toml";

#[test]
fn init_without_commits_sets_no_boundary_and_may_be_repeated() {
    let repo = TestRepo::new();
    assert!(tasks(&repo, &["init", "--dry-run"]).contains("+version = 1"));
    assert!(!exists(&repo, CONFIG));
    tasks(&repo, &["init", "--prefix", "PROJ-"]);
    let config = read(&repo, CONFIG);
    assert_eq!(config, "version = 1\n\n[ids]\nprefix = \"PROJ-\"\n");
    assert!(tasks(&repo, &["init"]).contains("exists already"));
    assert_eq!(read(&repo, CONFIG), config);
    assert!(refusal(&repo, &["init", "--prefix", "a b"]).contains("cannot be the start"));
}

#[test]
fn init_counts_from_what_is_published_or_from_today() {
    let origin = TestRepo::new();
    let published = origin.commit("task 1: long ago");
    tasks(&origin, &["init"]);
    assert_eq!(read(&origin, CONFIG), "version = 1\n\n[history]\nsince = \"2026-11-21\"\n");
    let clone = TestRepo::made_by(&["clone", "-q", &origin.path().display().to_string(), "."]);
    clone.commit("task 2: not pushed");
    tasks(&clone, &["init"]);
    assert_eq!(read(&clone, CONFIG), format!("version = 1\n\n[history]\nsince = \"{published}\"\n"));
}

#[test]
fn init_where_there_are_tasks_leaves_them_completed() {
    let repo = TestRepo::new();
    repo.write(".tasks/1.toml", "title = \"One\"\n");
    repo.commit("Plan");
    repo.write("code", "1\n");
    repo.commit("task 1: do it");
    assert!(tasks(&repo, &["list", "--all"]).starts_with("✓ 1"));
    let said = tasks(&repo, &["init"]);
    assert!(said.contains("no boundary: commits count for the tasks that are there"), "{said}");
    assert_eq!(read(&repo, CONFIG), "version = 1\n");
    assert!(tasks(&repo, &["list", "--all"]).starts_with("✓ 1"));
}

#[test]
fn init_leaves_the_files_of_other_programs_alone() {
    let repo = TestRepo::new();
    repo.write(".tasks/a/1.md", "# One\n");
    assert!(refusal(&repo, &["init"]).contains(".tasks/a/1.md"));
    assert!(!exists(&repo, CONFIG));
    repo.write(".tasks/a/1.toml", "title = \"One\"\n");
    repo.write("tombi.toml", "mine = true\n");
    tasks(&repo, &["init", "--editor"]);
    assert!(exists(&repo, CONFIG) && exists(&repo, ".tasks/schema.json"));
    assert!(exists(&repo, ".taplo.toml") && exists(&repo, ".vscode/settings.json"));
    assert_eq!(std::fs::read_to_string(repo.path().join("tombi.toml")).unwrap(), "mine = true\n");
    let settings = std::fs::read(repo.path().join(".vscode/settings.json")).unwrap();
    assert!(serde_json::from_slice::<serde_json::Value>(&settings).unwrap().is_object());
    let taplo = std::fs::read_to_string(repo.path().join(".taplo.toml")).unwrap();
    assert!(toml::from_str::<toml::Table>(&taplo).unwrap().contains_key("rule"));
    let other = TestRepo::new();
    other.write(".tasks/settings.toml", "color = true\n");
    assert!(refusal(&other, &["init"]).contains(".tasks/settings.toml"));
}

/// A repository with a plan and a few commits.
fn planned() -> TestRepo {
    let repo = TestRepo::new();
    tasks(&repo, &["init"]);
    repo.write(".tasks/01-db/412.toml", "title = \"Schema\"\n");
    repo.write(".tasks/01-db/02-keys/7.toml", "title = \"Keys\"\n\ndepends = [\n  \"412\",\n]\n");
    repo.write(".tasks/3.toml", "title = \"Ship\"\n\ndepends = [\n  \"db/\",\n  \"db/keys/\",\n]\n");
    repo.write(
        ".tasks/milestones/beta.toml",
        "title = \"Beta\"\n\ngroups = [\n  \"db/\",\n]\n\ntasks = [\n  \"3\",\n]\n",
    );
    repo.commit("Plan");
    repo
}

#[test]
fn new_gives_ids_that_nobody_has_or_had() {
    let repo = planned();
    assert_eq!(tasks(&repo, &["new", "Write", "it"]).split_whitespace().next(), Some("413"));
    assert_eq!(read(&repo, ".tasks/413.toml"), "title = \"Write it\"\n\ncreated = 2026-11-21T10:00:00Z\n");
    repo.commit("Plan more");
    repo.git(&["rm", "-q", ".tasks/413.toml"]);
    repo.commit("Unplan it");
    assert!(tasks(&repo, &["new", "After one that is gone"]).starts_with("414 "));
    repo.commit("task 500: a typo");
    assert!(tasks(&repo, &["new", "After a typo"]).starts_with("501 "));
    repo.git(&["checkout", "-q", "-b", "side"]);
    repo.write(".tasks/600.toml", "title = \"Elsewhere\"\n");
    repo.commit("Plan on a branch");
    repo.git(&["checkout", "-q", "main"]);
    assert!(tasks(&repo, &["new", "After another branch"]).starts_with("601 "));
    assert!(refusal(&repo, &["new", "--id", "412", "Taken"]).contains("412"));
    assert!(refusal(&repo, &["new", "--id", "413", "Was taken"]).contains("413"));
}

#[test]
fn new_writes_what_it_is_told_where_it_is_told() {
    let repo = planned();
    let json = tasks(
        &repo,
        &[
            "new",
            "Index",
            "-g",
            "db/keys",
            "--after",
            "3",
            "--after",
            "db/",
            "-p",
            "high",
            "--estimate",
            "2h",
            "--due",
            "2026-12-01",
            "-t",
            "sql",
            "-m",
            "beta",
            "--step",
            "one",
            "--step",
            "two",
            "--assignee",
            "ann",
            "--description",
            "Why.",
            "--id",
            "T1",
            "--format",
            "json",
        ],
    );
    let json: serde_json::Value = serde_json::from_str(&json).unwrap();
    assert_eq!(json["tasks"][0]["path"], ".tasks/01-db/02-keys/T1.toml");
    let text = read(&repo, ".tasks/01-db/02-keys/T1.toml");
    for part in [
        "priority = \"high\"",
        "estimate = \"2h\"",
        "due = 2026-12-01",
        "  \"3\",\n  \"db/\",",
        "\"ann\"",
        "\"sql\"",
        "\"beta\"",
        "Why.",
        "text = \"two\"",
    ] {
        assert!(text.contains(part), "{part} is missing in {text}");
    }
    for wrong in
        [["--after", "99"], ["--after", "nowhere/"], ["--milestone", "gamma"], ["--estimate", "soon"]]
    {
        assert_eq!(output(&repo, &["new", "x", wrong[0], wrong[1]], "", "false").status.code(), Some(2));
    }
    assert!(tasks(&repo, &["new", "x", "--dry-run"]).contains("+title = \"x\""));
    assert!(!exists(&repo, ".tasks/413.toml"));
}

#[test]
fn paths_are_told_from_where_people_stand_and_to_programs_from_the_root() {
    let repo = planned();
    repo.write("src/deep/code", "");
    let said = |dir: &str, args: &[&str]| {
        let mut command = hermetic(env!("CARGO_BIN_EXE_tasks"), &repo.path().join(dir), args);
        String::from_utf8(command.output().expect("it starts").stdout).expect("UTF-8")
    };
    assert_eq!(said("src/deep", &["new", "One"]), "413 ../../.tasks/413.toml\n");
    assert_eq!(said(".tasks/01-db", &["new", "Two"]), "414 ../414.toml\n");
    assert_eq!(said(".tasks/01-db", &["new", "Three", "-g", "db/keys"]), "415 02-keys/415.toml\n");
    assert_eq!(said("src", &["move", "415", "db"]), "moved 415 to ../.tasks/01-db\n");
    let json = said("src", &["new", "Four", "--format", "json"]);
    assert!(json.contains("\"path\": \".tasks/416.toml\"") && !json.contains("../"), "{json}");
}

#[test]
fn new_reads_titles_from_standard_input() {
    let repo = planned();
    let output = output(&repo, &["new", "-", "-g", "fresh"], "One\n\n  Two \r\n", "false");
    let text = String::from_utf8(output.stdout).unwrap();
    let ids: Vec<&str> = text.lines().filter_map(|line| line.split(' ').next()).collect();
    assert_eq!(ids, ["413", "414"]);
    assert!(read(&repo, ".tasks/fresh/414.toml").starts_with("title = \"Two\"\n"));
}

#[test]
fn edit_writes_what_the_editor_leaves_and_never_loses_it() {
    let repo = planned();
    let path = ".tasks/01-db/412.toml";
    let before = read(&repo, path);
    let edit = |editor: &str, args: &[&str]| {
        let output = output(&repo, args, "", editor);
        let text = [output.stdout, output.stderr].concat();
        (output.status.code(), String::from_utf8(text).unwrap())
    };
    assert!(edit("true", &["edit", "412"]).1.contains("unchanged"));
    assert_eq!(read(&repo, path), before);
    let (code, text) = edit("false", &["edit", "412"]);
    assert_eq!((code, text.contains("kept in")), (Some(2), false), "{text}");
    assert_eq!(read(&repo, path), before);
    let (_, text) = edit("sed -i 's/^title = .*/title = /'", &["edit", "412"]);
    let kept = text.lines().find_map(|line| line.split("kept in ").nth(1)).expect("a place");
    let kept = std::path::Path::new(kept);
    assert!(std::fs::read_to_string(kept.join("412.toml")).unwrap().contains("title = \n"));
    std::fs::remove_dir_all(kept).unwrap();
    assert!(
        edit("sed -i 's/Schema/Tables/; s/^#: priority/priority/'", &["edit", "412"])
            .1
            .contains("edited 412")
    );
    assert_eq!(read(&repo, path), "title = \"Tables\"\n\npriority = \"high\"\n");
    for (line, why) in [
        ("depends = [\"412\"]", "412 cannot depend on itself"),
        ("depends = [\"99\"]", "there is no task 99"),
        ("depends = [\"7\"]", "these would wait for each other: 7 -> 412 -> 7"),
    ] {
        let (code, text) = edit(&format!("sed -i '$ a {line}'"), &["edit", "412"]);
        assert!(code == Some(2) && text.contains(why) && text.contains("kept in "), "{text}");
        let kept = text.lines().find_map(|line| line.split("kept in ").nth(1)).expect("a place");
        std::fs::remove_dir_all(kept).unwrap();
    }
    assert!(edit("sed -i '$ a depends = [\"99\"]'", &["new", "Draft", "--edit"]).1.contains("no task 99"));
    assert_eq!(read(&repo, path), "title = \"Tables\"\n\npriority = \"high\"\n");
    assert!(edit("sed -i s/Draft/Final/", &["new", "Draft", "--edit"]).1.starts_with("413 "));
    assert!(read(&repo, ".tasks/413.toml").starts_with("title = \"Final\"\n"));
}

#[test]
fn move_puts_tasks_into_groups() {
    let repo = planned();
    let before = read(&repo, ".tasks/3.toml");
    assert!(tasks(&repo, &["move", "3", "db", "--dry-run"]).contains("+++ b/.tasks/01-db/3.toml"));
    assert!(exists(&repo, ".tasks/3.toml"));
    assert_eq!(tasks(&repo, &["move", "3", "db"]), "moved 3 to .tasks/01-db\n");
    assert_eq!(read(&repo, ".tasks/01-db/3.toml"), before);
    assert!(!exists(&repo, ".tasks/3.toml"));
    assert!(tasks(&repo, &["move", "3", "db"]).contains("nothing to move"));
    assert_eq!(tasks(&repo, &["move", "3", "7x"]), "moved 3 to .tasks/7x, a new group\n");
    assert!(refusal(&repo, &["move", "3", "con"]).contains("device on Windows"));
    tasks(&repo, &["move", "3", "db"]);
    let refused = refusal(&repo, &["move", "3", "#7", "new/part"]);
    assert!(refused.contains("3 names db/keys/; nothing was moved"), "{refused}");
    tasks(&repo, &["set", "3", "depends="]);
    assert_eq!(
        tasks(&repo, &["move", "3", "#7", "new/part"]),
        "moved 2 tasks to .tasks/new/part, a new group\n"
    );
    assert!(refusal(&repo, &["move", "412", "/"]).contains("beta.toml has db/ in groups"));
    repo.write(".tasks/milestones/beta.toml", "title = \"Beta\"\n");
    tasks(&repo, &["move", "412", "/"]);
    assert!(exists(&repo, ".tasks/412.toml") && !exists(&repo, ".tasks/01-db"));
    assert!(refusal(&repo, &["move", "4120", "new"]).contains("there is no task 4120"));
    assert!(refusal(&repo, &["move", "412", "../out"]).contains("cannot be a group"));
    assert!(refusal(&repo, &["move", "412", "archive"]).contains("of the plan itself"));
}

#[test]
fn a_group_gets_another_number_and_whatever_names_it_stays() {
    let repo = planned();
    repo.write(".tasks/01-c/31.toml", "title = \"In c\"\n");
    repo.write(".tasks/32.toml", "title = \"After c\"\n\ndepends = [\n  \"c/\",\n]\n");
    let said = tasks(&repo, &["move", "01-c/", "02-c/"]);
    assert_eq!(said, "renamed .tasks/01-c to .tasks/02-c: 1 file\n");
    assert!(read(&repo, ".tasks/02-c/31.toml").contains("In c"));
    assert!(read(&repo, ".tasks/32.toml").contains("\"c/\""));
    assert!(tasks(&repo, &["move", "c/", "c/"]).starts_with("nothing to rename"));
}

#[test]
fn move_renames_a_group_and_what_names_it() {
    let repo = planned();
    repo.write(".tasks/archive/01-db/1.toml", "title = \"Old\"\n");
    repo.write(".tasks/02-api/group.toml", "depends = [\n  \"db/\",\n]\n");
    repo.write(".tasks/02-api/9.toml", "title = \"Serve\"\n");
    tasks(&repo, &["move", "db/", "storage/"]);
    for path in ["01-storage/412.toml", "01-storage/02-keys/7.toml", "archive/01-storage/1.toml"] {
        assert!(exists(&repo, &format!(".tasks/{path}")), "{path}");
    }
    assert!(!exists(&repo, ".tasks/01-db"));
    assert_eq!(
        read(&repo, ".tasks/3.toml"),
        "title = \"Ship\"\n\ndepends = [\n  \"storage/\",\n  \"storage/keys/\",\n]\n"
    );
    assert_eq!(read(&repo, ".tasks/02-api/group.toml"), "depends = [\n  \"storage/\",\n]\n");
    assert!(read(&repo, ".tasks/milestones/beta.toml").contains("\"storage/\""));
    assert!(refusal(&repo, &["move", "storage/", "api/"]).contains("is there already"));
    let said = refusal(&repo, &["move", "nowhere/", "x/"]);
    assert!(
        said.contains("there is no group nowhere/")
            && said.contains("the groups are api, storage, storage/keys"),
        "{said}"
    );
    assert!(refusal(&repo, &["move", "sturage/", "x/"]).contains("did you mean storage?"));
    assert!(refusal(&repo, &["move", "storage/", "storage/inner/"]).contains("within the group itself"));
}

#[test]
fn rm_asks_before_others_lose_what_they_name() {
    let repo = planned();
    let refused = refusal(&repo, &["rm", "412"]);
    assert!(refused.contains("7 names 412"), "{refused}");
    assert!(refusal(&repo, &["rm", "3"]).contains("milestone beta names 3"));
    let refused = refusal(&repo, &["rm", "412", "7"]);
    assert!(refused.contains("beta.toml has db/ in groups"), "{refused}");
    assert!(tasks(&repo, &["rm", "412", "7", "--force"]).starts_with("removed 7, 412"));
    assert!(!exists(&repo, ".tasks/01-db"));
    assert!(!read(&repo, ".tasks/milestones/beta.toml").contains("db/"));
    repo.git(&["checkout", "-q", "."]);
    assert!(tasks(&repo, &["rm", "412", "--force"]).contains("no longer named by 7"));
    assert_eq!(read(&repo, ".tasks/01-db/02-keys/7.toml"), "title = \"Keys\"\n");
    assert!(tasks(&repo, &["rm", "7", "--force", "--dry-run"]).contains("+++ /dev/null"));
    assert!(exists(&repo, ".tasks/01-db/02-keys/7.toml"));
}

#[test]
fn archive_takes_what_is_settled() {
    let repo = planned();
    // The clock of the commits lies before the boundary that the plan has.
    repo.write(CONFIG, "version = 1\n");
    repo.write(
        ".tasks/8.toml",
        "title = \"No\"\n\ncreated = 2026-01-01T00:00:00Z\n\nstatus = \"cancelled\"\n",
    );
    repo.commit("Plan more");
    repo.write("schema.sql", "create table t;\n");
    repo.commit("task 412: write the schema");
    assert!(refusal(&repo, &["archive", "7"]).contains("only settled tasks are archived"));
    assert_eq!(tasks(&repo, &["archive", "412"]), "archived 412\n");
    let listed = |args: &[&str]| tasks(&repo, &[&["list"], args].concat()).contains("412");
    assert!(listed(&["--archived"]) && !listed(&["--all"]), "archived ones are settled as a rule");
    assert!(!listed(&["--archived", "--status", "pending"]));
    assert!(exists(&repo, ".tasks/archive/01-db/412.toml") && !exists(&repo, ".tasks/01-db/412.toml"));
    assert_eq!(tasks(&repo, &["archive", "412"]), "nothing to archive\n");
    assert!(refusal(&repo, &["move", "412", "db"]).contains("is archived"));
    assert_eq!(tasks(&repo, &["archive", "--settled", "--before", "2026-01-01"]), "nothing to archive\n");
    assert!(tasks(&repo, &["archive", "--settled", "--dry-run"]).contains("+++ b/.tasks/archive/8.toml"));
    assert_eq!(tasks(&repo, &["archive", "--settled"]), "archived 8\n");
    assert!(exists(&repo, ".tasks/archive/8.toml"));
}
