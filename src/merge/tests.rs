//! Cases of merging, one a row.

mod laws;

use super::*;

const LABELS: Labels<'static> = Labels { ours: "ours", theirs: "theirs", size: 7 };

fn merged(base: &str, ours: &str, theirs: &str) -> (String, usize) {
    merged_at(".tasks/412.toml", base, ours, theirs)
}

fn merged_at(path: &str, base: &str, ours: &str, theirs: &str) -> (String, usize) {
    let options = Options { labels: LABELS, favor: None };
    let merged = merge(path, base.as_bytes(), ours.as_bytes(), theirs.as_bytes(), &options);
    (String::from_utf8(merged.bytes).unwrap(), merged.conflicts)
}

/// Both directions of a merge without a conflict come out the same.
fn clean(base: &str, ours: &str, theirs: &str, want: &str) {
    assert_eq!(merged(base, ours, theirs), (want.to_owned(), 0), "{ours}\n--- with\n{theirs}");
    assert_eq!(merged(base, theirs, ours), (want.to_owned(), 0), "{theirs}\n--- with\n{ours}");
}

fn conflict(base: &str, ours: &str, theirs: &str, want: &str) {
    let (text, conflicts) = merged(base, ours, theirs);
    assert_eq!(text, want, "{ours}\n--- with\n{theirs}");
    assert!(conflicts > 0);
}

const T: &str = "title = \"t\"\n";

fn with(rest: &str) -> String {
    format!("{T}{rest}")
}

#[test]
fn what_git_cannot_merge_by_lines_is_merged_by_meaning() {
    for (base, ours, theirs, want) in [
        // Both add the first dependency.
        (
            "",
            "\ndepends = [\n  \"1\",\n]\n",
            "\ndepends = [\n  \"2\",\n]\n",
            "\ndepends = [\n  \"1\",\n  \"2\",\n]\n",
        ),
        // Neighbouring insertions into a list.
        (
            "\ntags = [\n  \"a\",\n  \"z\", # last\n]\n",
            "\ntags = [\n  \"a\",\n  \"m\", # mine\n  \"z\", # last\n]\n",
            "\ntags = [\n  \"a\",\n  # theirs\n  \"b\",\n  \"z\", # last\n]\n",
            "\ntags = [\n  \"a\",\n  # theirs\n  \"b\",\n  \"m\", # mine\n  \"z\", # last\n]\n",
        ),
        // One removes what the other leaves, the other adds.
        (
            "\ntags = [\"a\", \"b\"]\n",
            "\ntags = [\"b\"]\n",
            "\ntags = [\"a\", \"b\", \"c\"]\n",
            "\ntags = [\n  \"b\",\n  \"c\",\n]\n",
        ),
        ("\ntags = [\"a\"]\n", "", "\ntags = [\"a\", \"c\"]\n", "\ntags = [\n  \"c\",\n]\n"),
        ("\ntags = [\"a\", \"b\"]\n", "\ntags = [\"a\"]\n", "\ntags = [\"b\"]\n", ""),
        // One name, written in two ways.
        (
            "",
            "\ndepends = [\n  \"T1\",\n]\n",
            "\ndepends = [\n  \"t1\",\n  \"x/\",\n]\n",
            "\ndepends = [\n  \"T1\",\n  \"x/\",\n]\n",
        ),
        // Neighbouring keys.
        ("", "\npriority = \"low\"\n", "\ndue = 2026-01-02\n", "\npriority = \"low\"\n\ndue = 2026-01-02\n"),
        (
            "\npriority = \"low\"\nestimate = \"1h\"\n",
            "\npriority = \"high\"\nestimate = \"1h\"\n",
            "\npriority = \"low\"\nestimate = \"2h\"\n",
            "\npriority = \"high\"\nestimate = \"2h\"\n",
        ),
        // One blocks, the other describes.
        (
            "",
            "\nstatus = \"blocked\"\n\nreason = \"r\"\n",
            "\ndescription = \"d\"\n",
            "\nstatus = \"blocked\"\n\nreason = \"r\"\n\ndescription = \"d\"\n",
        ),
        // Free text of different names.
        ("", "\n[fields]\na = \"1\"\n", "\n[fields]\nb = \"2\"\n", "\n[fields]\na = \"1\"\n\nb = \"2\"\n"),
        ("\n[fields]\na = \"1\"\n", "", "\n[fields]\na = \"1\"\n\nb = \"2\"\n", "\n[fields]\n\nb = \"2\"\n"),
        (
            "\nfields = { a = 1 }\n",
            "\nfields = { a = 2 }\n",
            "\nfields = { a = 1, b = 3 }\n",
            "\nfields = { a = 2, b = 3 }\n",
        ),
    ] {
        if ours.contains("T1") {
            let (text, conflicts) = merged(&with(base), &with(ours), &with(theirs));
            assert_eq!((text, conflicts), (with(want), 0));
        } else {
            clean(&with(base), &with(ours), &with(theirs), &with(want));
        }
    }
}

#[test]
fn checklists_merge_by_the_texts_of_their_steps() {
    let step = |text: &str| format!("\n[[steps]]\ntext = \"{text}\"\n");
    let done = |text: &str| format!("\n[[steps]]\nstatus = \"completed\"\ntext = \"{text}\"\n");
    let base = step("a") + &step("b");
    let fields = "\n[fields]\nx = \"y\"\n";
    for (ours, theirs, want) in [
        // Both append.
        (base.clone() + &step("c"), base.clone() + &step("d"), base.clone() + &step("c") + &step("d")),
        (base.clone() + &step("c"), base.clone() + &step("c"), base.clone() + &step("c")),
        (base.clone() + &step("c"), base.clone() + fields, base.clone() + &step("c") + fields),
        // One completes the last, the other appends.
        (step("a") + &done("b"), base.clone() + &step("d"), step("a") + &done("b") + &step("d")),
        // Neighbours are completed.
        (done("a") + &step("b"), step("a") + &done("b"), done("a") + &done("b")),
        // One changes the order, the other completes.
        (step("b") + &step("a"), done("a") + &step("b"), step("b") + &done("a")),
        // One removes a step, the other completes its neighbour.
        (step("b"), step("a") + &done("b"), done("b")),
        (step("b") + &step("c"), base.clone() + &step("d"), step("b") + &step("c") + &step("d")),
    ] {
        clean(&with(&base), &with(&ours), &with(&theirs), &with(&want));
    }
}

#[test]
fn a_step_reworded_on_one_side_is_completed_by_the_other() {
    let base = with("\n[[steps]]\ntext = \"Invalidate old token\"\n\n[[steps]]\ntext = \"b\"\n");
    let ours = base.replace("old token", "the old token");
    let theirs = base.replace("text = \"Inv", "status = \"completed\"\ntext = \"Inv");
    clean(&base, &ours, &theirs, &theirs.replace("old token", "the old token"));
    // Another step in its place was not completed by anybody.
    let other = base.replace("Invalidate old token", "Deploy");
    conflict(
        &base,
        &other,
        &theirs,
        "title = \"t\"\n<<<<<<< ours\n\n[[steps]]\ntext = \"Deploy\"\n=======\n\n[[steps]]\nstatus = \"completed\"\n\
         text = \"Invalidate old token\"\n>>>>>>> theirs\n\n[[steps]]\ntext = \"b\"\n",
    );
}

#[test]
fn conflicts_are_marked_where_they_are_and_nowhere_else() {
    conflict(
        &with("\npriority = \"low\"\n\ntags = [\n  \"a\",\n]\n"),
        &with("\npriority = \"high\"\n\ntags = [\n  \"a\",\n  \"b\",\n]\n"),
        &with("\npriority = \"medium\"\n\ntags = [\n  \"a\",\n  \"c\",\n]\n"),
        &with(
            "\n<<<<<<< ours\npriority = \"high\"\n=======\npriority = \"medium\"\n>>>>>>> theirs\n\ntags = [\n  \"a\",\n  \"b\",\n  \"c\",\n]\n",
        ),
    );
    conflict(
        &with("due = 2026-01-01\n"),
        &with("due = 2026-01-02\n"),
        T,
        &with("<<<<<<< ours\ndue = 2026-01-02\n=======\n>>>>>>> theirs\n"),
    );
    let step = |status: &str| with(&format!("\n[[steps]]\n{status}text = \"a\"\n"));
    conflict(
        &step(""),
        &step("status = \"completed\"\n"),
        &step("status = \"cancelled\"\n"),
        &step("<<<<<<< ours\nstatus = \"completed\"\n=======\nstatus = \"cancelled\"\n>>>>>>> theirs\n"),
    );
    let prose = |text: &str| with(&format!("\ndescription = \"\"\"\n{text}\"\"\"\n"));
    conflict(
        &prose("a\nb\nc\n"),
        &prose("a\nb1\nc\n"),
        &prose("a\nb2\nc\n"),
        &prose("a\n<<<<<<< ours\nb1\n=======\nb2\n>>>>>>> theirs\nc\n"),
    );
}

#[test]
fn prose_merges_by_lines() {
    let prose = |text: &str| with(&format!("\ndescription = \"\"\"\n{text}\"\"\"\n"));
    clean(
        &prose("a\nb\nc\nd\ne\n"),
        &prose("a!\nb\nc\nd\ne\n"),
        &prose("a\nb\nc\nd\ne \\\"quoted\\\"\nf\n"),
        &prose("a!\nb\nc\nd\ne \\\"quoted\\\"\nf\n"),
    );
    clean(&prose("a\nb\nc"), &prose("x\nb\nc"), &prose("a\nb\nc\nd"), &prose("x\nb\nc\nd"));
    let field = |text: &str| with(&format!("\n[fields]\nn = '''\n{text}'''\n"));
    clean(&field("a\nb\nc\n"), &field("x\nb\nc\n"), &field("a\nb\nz\n"), &field("x\nb\nz\n"));
}

#[test]
fn two_new_tasks_of_one_name_are_never_one() {
    let created =
        |title: &str, day: u8| format!("title = \"{title}\"\n\ncreated = 2026-01-0{day}T00:00:00Z\n");
    for (ours, theirs) in [
        (with(""), "title = \"u\"\n".to_owned()),
        (created("t", 1), created("t", 2)),
        (created("t", 1), with("")),
    ] {
        let want = format!("<<<<<<< ours\n{ours}=======\n{theirs}>>>>>>> theirs\n");
        conflict("", &ours, &theirs, &want);
    }
    let (ours, theirs) =
        (created("t", 1) + "\ntags = [\n  \"a\",\n]\n", created("t", 1) + "\nfiles = [\n  \"b\",\n]\n");
    let (text, conflicts) = merged("", &ours, &theirs);
    assert_eq!(conflicts, 0, "{text}");
    assert!(text.contains("\"a\"") && text.contains("\"b\""), "{text}");
    let group = ".tasks/a/group.toml";
    let (text, conflicts) = merged_at(group, "", "title = \"t\"\n", "due = 2026-01-01\n");
    assert_eq!((text.as_str(), conflicts), ("title = \"t\"\n\ndue = 2026-01-01\n", 0));
}

#[test]
fn other_files_of_the_plan_merge_as_well() {
    let criterion = |text: &str| format!("\n[[criteria]]\ntext = \"{text}\"\n");
    let base = "title = \"b\"\n".to_owned() + &criterion("x");
    assert_eq!(
        merged_at(
            ".tasks/milestones/beta.toml",
            &base,
            &base.replace("text", "status = \"completed\"\ntext"),
            &(base.replace("title = \"b\"\n", "title = \"b\"\n\ntasks = [\n  \"1\",\n]\n") + &criterion("y")),
        ),
        (
            "title = \"b\"\n\ntasks = [\n  \"1\",\n]\n\n[[criteria]]\nstatus = \"completed\"\ntext = \"x\"\n"
                .to_owned()
                + &criterion("y"),
            0
        )
    );
    let config = "version = 1\n# why\n[check]\noverdue = \"off\"\n[references]\nkeywords = [\"task\"]\n";
    assert_eq!(
        merged_at(
            ".tasks/config.toml",
            config,
            &config.replace("[\"task\"]", "[\"task\", \"item\"]").replace("# why", "# why not"),
            &config.replace("[\"task\"]", "[\"task\", \"job\"]").replace("\"off\"\n", "\"off\"\ncycle = \"error\"\n"),
        ),
        (
            "version = 1\n# why not\n[check]\noverdue = \"off\"\ncycle = \"error\"\n[references]\nkeywords = [\n  \
             \"task\",\n  \"item\",\n  \"job\",\n]\n"
                .to_owned(),
            0
        )
    );
}

#[test]
fn comments_unknown_keys_and_bytes_stay() {
    let base =
        "# head\n\ntitle = 't'   # keep\n\n# about tags\ntags = ['a']\nmine = { x = [1, 2] } # ours\n# end\n";
    let ours = base.replace("['a']", "['a', 'b']").replace("# end", "# the end");
    let theirs = base.replace("'t'", "'u'").replace("[1, 2]", "[1, 2, 3]");
    let want = base.replace("['a']", "['a', 'b']").replace("# end", "# the end").replace("'t'", "'u'");
    clean(base, &ours, &theirs, &want.replace("[1, 2]", "[1, 2, 3]"));
    let crlf = |text: &str| format!("\u{feff}{}", text.replace('\n', "\r\n"));
    clean(&crlf(base), &crlf(&ours), &crlf(&theirs), &crlf(&want.replace("[1, 2]", "[1, 2, 3]")));
    let (text, conflicts) = merged(&crlf(base), &crlf(&ours), &crlf(&base.replace("['a']", "[1.5]")));
    assert_eq!((text.matches('\n').count(), conflicts), (text.matches("\r\n").count(), 1), "{text}");
}

#[test]
fn a_comment_that_nobody_removed_stays_whatever_it_stood_above() {
    let base = "title = \"t\"\n\n# why\npriority = \"low\"\n\n[fields]\na = \"b\"\n";
    let ours = "title = \"t\"\n\n# why\npriority = \"low\"\n";
    let theirs = "title = \"t\"\n\n# why\n\n[fields]\na = \"b\"\n";
    let (text, conflicts) = merged(base, ours, theirs);
    assert_eq!((text.matches("# why").count(), conflicts), (1, 0), "{text}");
    let list = |items: &str| with(&format!("\n# why\ntags = [{items}]\n"));
    let (text, conflicts) = merged(&list("\"a\", \"b\""), &list("\"a\""), &list("\"b\""));
    assert_eq!((text.matches("# why").count(), conflicts), (1, 0), "{text}");
}

#[test]
fn a_new_word_on_an_element_that_the_other_removed_is_a_conflict() {
    let list = |first: &str| with(&format!("\ntags = [\n{first}  \"b\",\n]\n"));
    let base = list("  \"a\", # first\n");
    for theirs in [list("  \"a\", # FIRST\n"), list("  # see 12\n  \"a\", # first\n")] {
        assert_eq!(merged(&base, &list(""), &theirs).1, 1, "{theirs}");
    }
    let steps = |first: &str| with(&format!("\nsteps = [\n{first}  {{ text = \"b\" }},\n]\n"));
    let base = steps("  { text = \"a\" }, # first\n");
    assert_eq!(merged(&base, &steps(""), &steps("  { text = \"a\" }, # FIRST\n")).1, 1);
    assert_eq!(merged(&base, &steps(""), &base).1, 0);
}

#[test]
fn what_is_no_toml_merges_by_lines_or_not_at_all() {
    clean(
        "a = \nb = 1\n\nc = 1\n",
        "a = 1\nb = 1\n\nc = 1\n",
        "a = \nb = 1\n\nc = 2\n",
        "a = 1\nb = 1\n\nc = 2\n",
    );
    let (text, conflicts) = merged("a = 1\n\n\nb = 1\n", "a = \n\n\nb = 1\n", "a = 1\n\n\nb = 2\n");
    assert_eq!(conflicts, 1);
    assert!(text.starts_with("<<<<<<< ours\na = \n\n"), "{text}");
    let options = Options { labels: LABELS, favor: None };
    let merged = merge(".tasks/1.toml", b"a", b"\xff", b"b\n", &options);
    assert_eq!(merged.bytes, b"<<<<<<< ours\n\xff\n=======\nb\n>>>>>>> theirs\n");
}

#[test]
fn a_favored_side_wins_only_where_both_changed_the_same() {
    let base = with("\npriority = \"low\"\n");
    let ours = with("\npriority = \"high\"\n\ndue = 2026-01-01\n");
    let theirs = with("\npriority = \"medium\"\n\nestimate = \"1h\"\n");
    let favor = |favor| {
        let options = Options { labels: LABELS, favor: Some(favor) };
        let merged = merge(".tasks/1.toml", base.as_bytes(), ours.as_bytes(), theirs.as_bytes(), &options);
        assert_eq!(merged.conflicts, 0);
        String::from_utf8(merged.bytes).unwrap()
    };
    let want = |p: &str| with(&format!("\npriority = \"{p}\"\n\nestimate = \"1h\"\n\ndue = 2026-01-01\n"));
    assert_eq!(favor(Favor::Ours), want("high"));
    assert_eq!(favor(Favor::Theirs), want("medium"));
}

#[test]
fn markers_have_the_size_and_the_labels_that_git_wants() {
    let options = Options { labels: Labels { ours: "HEAD", theirs: "1a2b (x\ny)", size: 9 }, favor: None };
    let merged = merge(".tasks/1.toml", b"a = 1\n", b"a = 2\n", b"a = 3", &options);
    let want = "<<<<<<<<< HEAD\na = 2\n=========\na = 3\n>>>>>>>>> 1a2b (x y)\n";
    assert_eq!(String::from_utf8(merged.bytes).unwrap(), want);
}
