//! `check --fix`.

use crate::{codes, plan, stderr, stdout, tasks};

#[test]
fn slips_mend_themselves_and_the_rest_is_reported() {
    let text = "# kept\r\ntitel = \"One\"\r\ndepends = [\"t2\", \"t2\", \"9\"]\r\n";
    let repo = plan(&[("1.toml", text), ("T2.toml", "title = \"Two\"\n")]);
    let path = repo.path().join(".tasks/1.toml");
    let read = || std::fs::read_to_string(&path).unwrap();
    let shown = tasks(repo.path(), &["check", "--fix", "--dry-run"]);
    assert!(
        stdout(&shown).contains("-titel = \"One\"") && stdout(&shown).contains("+title = \"One\""),
        "{shown:?}"
    );
    assert_eq!(read(), text);

    let output = tasks(repo.path(), &["check", "--fix"]);
    assert_eq!(output.status.code(), Some(1));
    assert_eq!(read(), "# kept\r\ntitle = \"One\"\r\ndepends = [\"T2\", \"9\"]\r\n");
    assert!(stderr(&output).contains("note: .tasks/1.toml: renamed titel to title\n"), "{output:?}");
    assert!(stdout(&output).contains("[unknown-dependency]"), "{output:?}");
    assert_eq!(codes(repo.path(), &[]), ["error unknown-dependency"]);
    let again = tasks(repo.path(), &["check", "--fix"]);
    assert!(stderr(&again).contains("nothing of this mends itself"), "{again:?}");
}
