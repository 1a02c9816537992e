//! The laws of editing, over generated files in every style that TOML allows.

use super::{
    Document, Value, canonical, commented_template, parse_task, render_task, strip_template_comments,
};
use crate::model::{
    Dependency, Details, Estimate, FileStatus, GroupName, Priority, Step, StepStatus, Task, natural_cmp,
};
use proptest::prelude::*;
use proptest::sample::{select, subsequence};

const PATH: &str = ".tasks/412.toml";

/// Every key of the root with ways to write values of it.
const STYLES: &[(&str, &[&str])] = &[
    ("title", &["\"A \\u00e9 title\"", "'it is # one'", "\"\"\"t\"\"\""]),
    ("priority", &["\"high\"", "'low'"]),
    ("estimate", &["\"2h-3h\"", "'15m'"]),
    ("due", &["2026-12-01"]),
    ("optional", &["true", "false"]),
    (
        "depends",
        &[
            "[\"10\", \"9\"]",
            "[ 408 , 'db/',]",
            "[\n  \"2\", # two\n  # lone\n  \"3\"\n]",
            "[]",
            "[\n\t'a' ]",
        ],
    ),
    ("assignees", &["['b','a']", "[\n# x\n\"c\"\n,\n\"d\" # e\n]"]),
    ("tags", &["[\n  \"auth\",\n  \"z]\",\n]", "[\"one\"]", "[\"\"\"\nm\n\"\"\"]"]),
    ("milestones", &["[\"beta\"]", "[\n]"]),
    ("files", &["[\"src/b.rs:1\", \"a\"]", "[\n \"#\" ]"]),
    ("links", &["[\"https://example.com/#x\"]"]),
    ("created", &["2026-11-21T10:03:07Z", "2026-11-21 10:03:07.25+02:00"]),
    ("status", &["\"blocked\"", "'completed'"]),
    ("reason", &["\"because\"", "''"]),
    ("waiting_on", &["\"legal\""]),
    ("reopened", &["2026-11-30T09:00:00-05:00"]),
    ("aka", &["[\"413\", 7]"]),
    (
        "description",
        &[
            "\"one \\\"line\\\"\"",
            "'''\n'a'\n''' ",
            "\"\"\"\nMore\\\n  text\n\n# no comment\n[x]\n\"\"\"",
            "\"\"\"\n  \"\"\"",
        ],
    ),
    ("unknown", &["{ a = [1, 2], \"b c\" = '}' }", "1_000", "0xff", "inf", "07:32:00"]),
    ("dotted.key", &["1", "[[1]]"]),
];

const STEPS: &[&str] = &[
    "",
    "[[steps]]\ntext = \"a\"\n",
    "[[steps]]\ntext = \"a\"\n\n[[steps]]\n# why\nstatus = 'completed'\ntext='b'\nnotes = [\"n\"] # t\n[[steps]] # h\nnotes = [\n  \"x\",\n]\n\ntext = \"c\"\n",
    "[[ \"steps\" ]]\ntext = \"a\"\nextra = 1\n[steps.sub]\nx = 1\n\n\n[[steps]]\nstatus = \"blocked\"\ntext = \"b\"",
];

const FIELDS: &[&str] = &[
    "",
    "[fields]\n\"a b\" = \"x\" # c\nb = '''\ny\n'''\n",
    "# above\n\n[ fields ]\nb = 1\n\n\n# own\na = \"z\"\n# last",
    "[other.table]\nk = 1\n\n[fields]\nonly = \"x\"\n",
];

/// A file: keys in any order, comments, blank lines, odd spacing, either line ending, with or without a byte-order mark
/// and a final newline.
fn files() -> impl Strategy<Value = Vec<u8>> {
    let keys = subsequence((0..STYLES.len()).collect::<Vec<_>>(), 0..=STYLES.len()).prop_shuffle();
    let looks = proptest::collection::vec((0_usize..60, 0_usize..4, 0_usize..4, 0_usize..4), STYLES.len());
    let inline = select(vec![
        "",
        "steps = [{ text = \"a\" }, {status=\"completed\",text='b', notes = []}]\n",
        "steps = [\n  { text = \"a\", status = 'pending' },\n]\n",
        "fields = { a = \"x\" }\n",
        "fields.a = \"x\"\n",
    ]);
    let tables = (select(STEPS.to_vec()), select(FIELDS.to_vec()), any::<bool>());
    let ends = (any::<bool>(), any::<bool>(), any::<bool>());
    (keys, looks, inline, tables, ends).prop_map(
        |(keys, looks, inline, (steps, fields, first), (crlf, bom, open))| {
            let mut text = String::new();
            for &key in &keys {
                let (style, above, equals, behind) = looks[key];
                let (name, styles) = STYLES[key];
                text.push_str(["", "\n", "# about\n", "\n# far\n\n\n"][above]);
                let quoted = if style % 5 == 0 && !name.contains('.') {
                    format!("\"{name}\"")
                } else {
                    name.to_owned()
                };
                let value = styles[style % styles.len()];
                text.push_str(&quoted);
                text.push_str([" = ", "=", "\t=  ", " ="][equals]);
                text.push_str(value);
                text.push_str(["\n", "  # behind\n", "\n\n", "\n"][behind]);
            }
            text.push_str(inline);
            let (steps, fields) = (
                if inline.starts_with("steps") { "" } else { steps },
                if inline.starts_with("fields") { "" } else { fields },
            );
            for table in if first { [fields, steps] } else { [steps, fields] } {
                text.push_str(table);
                if !table.ends_with('\n') {
                    text.push('\n');
                }
            }
            if open {
                text.truncate(text.trim_end().len());
            }
            if crlf {
                text = text.replace('\n', "\r\n");
            }
            if bom {
                text.insert(0, '\u{feff}');
            }
            text.into_bytes()
        },
    )
}

fn read(bytes: &[u8]) -> Task {
    parse_task(PATH, bytes).value.unwrap_or_else(|| panic!("unreadable: {}", String::from_utf8_lossy(bytes)))
}

fn edited(bytes: &[u8], edit: impl FnOnce(&mut Document)) -> Vec<u8> {
    let mut document = Document::parse(PATH, bytes).unwrap();
    edit(&mut document);
    document.into_bytes()
}

/// What differs between two texts: the bytes that went and those that came, in one place.
fn splice<'a>(old: &'a [u8], new: &'a [u8]) -> (&'a [u8], &'a [u8]) {
    let head = old.iter().zip(new).take_while(|(a, b)| a == b).count();
    let (old, new) = (&old[head..], &new[head..]);
    let tail = old.iter().rev().zip(new.iter().rev()).take_while(|(a, b)| a == b).count();
    (&old[..old.len() - tail], &new[..new.len() - tail])
}

/// A key, a value, and how a task that has it differs from one that does not.
type Change = (&'static str, Value, fn(&mut Task, &Value));

fn text_of(value: &Value) -> String {
    match value {
        Value::Text(text) | Value::Multiline(text) => text.clone(),
        other => panic!("{other:?}"),
    }
}

fn scalars() -> impl Strategy<Value = Change> {
    let word = "[a-z\"\\\\#= ]{1,8}".prop_map(|word| format!("x{word}"));
    prop_oneof![
        word.clone().prop_map(|w| -> Change { ("title", Value::Text(w), |t, v| t.title = text_of(v)) }),
        select(&["critical", "medium"][..]).prop_map(|w| -> Change {
            ("priority", Value::Text(w.to_owned()), |t, v| t.priority = Priority::from_name(&text_of(v)))
        }),
        Just(()).prop_map(|()| -> Change {
            ("estimate", Value::Text("3d".to_owned()), |t, v| t.estimate = text_of(v).parse().ok())
        }),
        Just(()).prop_map(|()| -> Change {
            let day = jiff::civil::date(2027, 1, 31);
            ("due", Value::Date(day), |t, _| t.due = Some(jiff::civil::date(2027, 1, 31)))
        }),
        Just(()).prop_map(|()| -> Change {
            ("reopened", Value::Time(jiff::Timestamp::UNIX_EPOCH), |t, _| {
                t.reopened = Some(jiff::Timestamp::UNIX_EPOCH);
            })
        }),
        any::<bool>().prop_map(|b| -> Change {
            ("optional", Value::Bool(b), |t, v| t.optional = *v == Value::Bool(true))
        }),
        Just(()).prop_map(|()| -> Change {
            ("status", Value::Text("cancelled".to_owned()), |t, _| t.status = Some(FileStatus::Cancelled))
        }),
        word.prop_map(|w| -> Change { ("reason", Value::Text(w), |t, v| t.reason = Some(text_of(v))) }),
        "([a-z\"\\\\#\r\t ]|\n){0,12}".prop_map(|w| -> Change {
            ("description", Value::Multiline(w), |t, v| t.description = Some(text_of(v)))
        }),
    ]
}

/// The lists that mean the same in any order, sorted.
fn sorted(mut task: Task) -> Task {
    let details = task.details.get_mut();
    for list in [&mut task.assignees, &mut details.tags, &mut task.milestones] {
        list.sort_by(|a, b| natural_cmp(a, b));
    }
    task.depends.sort_by(|a, b| natural_cmp(&a.to_string(), &b.to_string()));
    task
}

fn tasks() -> impl Strategy<Value = Task> {
    let text = "([a-zA-Z\"'\\\\#\\[ ]|\u{1b}|\u{202e}|\u{e9}){1,10}".prop_map(|t| format!("x{t}"));
    let texts = proptest::collection::vec(text.clone(), 0..3);
    let step = (text.clone(), proptest::option::of(select(StepStatus::ALL)), texts.clone())
        .prop_map(|(text, status, notes)| Step { text, status, notes });
    let lists = proptest::collection::vec(texts.clone(), 5);
    let fields = proptest::collection::btree_map("[a-z .\"]{0,6}", "([a-z\"\n])*", 0..3);
    let scalars = (text.clone(), any::<bool>(), proptest::option::of(text), 0_u64..200);
    let description = proptest::option::of("([a-z\"\\\\ \t\r]|\n|\"\"\"){0,20}");
    (scalars, lists, description, proptest::collection::vec(step, 0..4), fields).prop_map(
        |((title, optional, reason, minutes), mut lists, description, steps, fields)| Task {
            title,
            optional,
            reason,
            estimate: Some(Estimate::from_minutes(minutes, minutes * 2)),
            priority: optional.then_some(Priority::High),
            due: optional.then(|| jiff::civil::date(2026, 2, 28)),
            depends: vec![
                Dependency::Group(GroupName::from_dir("01-db/x")),
                Dependency::Task(format!("T{minutes}").parse().unwrap()),
            ],
            aka: vec!["413".parse().unwrap()],
            milestones: lists.remove(0),
            assignees: lists.remove(0),
            details: Details {
                created: Some(jiff::Timestamp::UNIX_EPOCH),
                links: lists.remove(0),
                files: lists.remove(0),
                tags: lists.remove(0),
                description,
                steps,
                fields: fields
                    .into_iter()
                    .filter(|(name, _)| super::keys::find(super::keys::TASK, name).is_none())
                    .collect(),
                ..Details::default()
            }
            .into(),
            ..Task::default()
        },
    )
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, ..ProptestConfig::default() })]

    #[test]
    fn an_untouched_document_is_byte_identical(file in files()) {
        prop_assert_eq!(edited(&file, |_| ()), file);
    }

    #[test]
    fn a_value_set_is_read_and_nothing_else_changes(file in files(), change in scalars()) {
        let (key, value, apply) = change;
        let after = edited(&file, |document| document.set(key, &value));
        let mut want = read(&file);
        apply(&mut want, &value);
        prop_assert_eq!(read(&after), want, "{}", String::from_utf8_lossy(&after));
        let (gone, come) = splice(&file, &after);
        let there = STYLES.iter().any(|(k, styles)| *k == key && styles.iter().any(|s| {
            s.trim_end().replace('\n', "\r\n").contains(&*String::from_utf8_lossy(gone))
                || s.trim_end().contains(&*String::from_utf8_lossy(gone))
        }));
        prop_assert!(there, "{} was lost", String::from_utf8_lossy(gone));
        let crlf = file.windows(2).any(|pair| pair == b"\r\n");
        let come = String::from_utf8_lossy(come);
        let bare = come.matches('\n').count() - come.matches("\r\n").count();
        prop_assert!(!crlf || bare <= 1, "a line ending differs");
        let again = edited(&after, |document| document.set(key, &value));
        prop_assert_eq!(again, after);
    }

    #[test]
    fn a_key_removed_is_gone_and_nothing_else_is(file in files(), key in select(STYLES)) {
        let key = key.0;
        prop_assume!(key != "title");
        let after = edited(&file, |document| document.remove(key.split('.').next().unwrap()));
        let without = edited(&after, |document| document.remove(key));
        prop_assert_eq!(&without, &after);
        let (before, now) = (read(&file), read(&after));
        prop_assert_eq!(&before.title, &now.title);
        prop_assert_eq!(&before.steps, &now.steps);
        prop_assert_eq!(&before.fields, &now.fields);
        let (_, come) = splice(&file, &after);
        prop_assert!(come.is_empty(), "removal brought {:?}", String::from_utf8_lossy(come));
        prop_assert_eq!(file.ends_with(b"\n"), after.ends_with(b"\n") || after.len() <= 3 && file.ends_with(b"\n"));
    }

    #[test]
    fn lists_gain_and_lose_items(file in files(), key in select(&["depends", "tags", "files", "aka"][..])) {
        let items = |task: &Task| match key {
            "depends" => task.depends.iter().map(ToString::to_string).collect::<Vec<_>>(),
            "tags" => task.tags.clone(),
            "files" => task.files.clone(),
            _ => task.aka.iter().map(ToString::to_string).collect(),
        };
        let new = "9a".to_owned();
        let added = edited(&file, |document| document.list_add(key, std::slice::from_ref(&new)));
        let (before, after) = (items(&read(&file)), items(&read(&added)));
        prop_assert_eq!(after.len(), before.len() + 1, "{}", String::from_utf8_lossy(&added));
        if key != "files" && key != "aka" && before.is_sorted_by(|a, b| natural_cmp(a, b).is_le()) {
            prop_assert!(after.is_sorted_by(|a, b| natural_cmp(a, b).is_le()));
        }
        prop_assert_eq!(after.iter().filter(|i| **i != new).cloned().collect::<Vec<_>>(), before.clone());
        let twice = edited(&added, |document| document.list_add(key, std::slice::from_ref(&new)));
        prop_assert_eq!(&twice, &added);
        let mut found = Vec::new();
        let removed = edited(&added, |document| {
            found = document.list_remove(key, &["none".to_owned(), new.clone()]);
        });
        prop_assert_eq!(found, vec![new]);
        prop_assert_eq!(items(&read(&removed)), before, "{}", String::from_utf8_lossy(&removed));
        prop_assert_eq!(read(&removed).title, read(&file).title);
    }

    #[test]
    fn an_item_that_is_renamed_loses_nothing_around_it(file in files(), pick in any::<proptest::sample::Index>()) {
        let before: Vec<String> = read(&file).depends.iter().map(ToString::to_string).collect();
        if !before.is_empty() {
            let old = pick.get(&before).clone();
            let after = edited(&file, |document| document.list_rename("depends", &old, "9a"));
            let items: Vec<String> = read(&after).depends.iter().map(ToString::to_string).collect();
            let sorted = |items: &[String]| {
                let mut items = items.to_vec();
                items.sort();
                items
            };
            let first = before.iter().position(|item| *item == old).unwrap();
            let mut expected = before.clone();
            expected[first] = "9a".to_owned();
            prop_assert_eq!(sorted(&items), sorted(&expected), "{}", String::from_utf8_lossy(&after));
            let marks = |bytes: &[u8]| String::from_utf8_lossy(bytes).matches('#').count();
            prop_assert_eq!(marks(&file), marks(&after), "{}", String::from_utf8_lossy(&after));
        }
    }

    #[test]
    fn steps_are_ticked_added_and_noted(file in files(), status in proptest::option::of(select(StepStatus::ALL))) {
        let mut want = read(&file);
        let new = Step { text: "new # step".to_owned(), status: Some(StepStatus::Blocked), notes: vec!["n".to_owned()] };
        let after = edited(&file, |document| {
            assert_eq!(document.steps(), want.steps.len());
            for n in 1..=want.steps.len() {
                document.set_step_status(n, status).unwrap();
                document.add_step_note(n, "said").unwrap();
            }
            document.add_step(&new);
            assert!(document.set_step_status(want.steps.len() + 2, None).is_err());
            assert!(document.add_step_note(0, "x").is_err());
        });
        for step in &mut want.steps {
            step.status = status;
            step.notes.push("said".to_owned());
        }
        want.steps.push(new);
        prop_assert_eq!(read(&after), want, "{}", String::from_utf8_lossy(&after));
    }

    #[test]
    fn fields_are_set_and_removed(file in files(), name in select(&["a", "a b", "new", "only", "\"x\""][..])) {
        let mut want = read(&file);
        let after = edited(&file, |document| document.set_field(name, Some("two\nlines")));
        match want.fields.iter_mut().find(|(n, _)| n == name) {
            Some(field) => field.1 = "two\nlines".to_owned(),
            None => want.fields.push((name.to_owned(), "two\nlines".to_owned())),
        }
        prop_assert_eq!(&read(&after), &want, "{}", String::from_utf8_lossy(&after));
        let gone = edited(&after, |document| document.set_field(name, None));
        want.fields.retain(|(n, _)| n != name);
        prop_assert_eq!(&read(&gone), &want, "{}", String::from_utf8_lossy(&gone));
    }

    #[test]
    fn the_canonical_form_is_stable_and_means_the_same(file in files()) {
        let once = canonical(PATH, &file).unwrap();
        let shown = String::from_utf8_lossy(&once).into_owned();
        prop_assert_eq!(sorted(read(&once)), sorted(read(&file)), "{}", shown);
        prop_assert_eq!(&canonical(PATH, &once).unwrap(), &once, "{}", shown);
        let count = |bytes: &[u8]| String::from_utf8_lossy(bytes).matches('#').count();
        prop_assert_eq!(count(&once), count(&file), "a comment was lost: {}", shown);
        prop_assert_eq!(once.starts_with("\u{feff}".as_bytes()), file.starts_with("\u{feff}".as_bytes()));
    }

    #[test]
    fn an_untouched_template_comes_back_as_it_was(file in files()) {
        let template = commented_template(PATH, &file);
        prop_assert_eq!(strip_template_comments(PATH, &file, &template), file.clone());
        prop_assert_eq!(read(&template), read(&file), "{}", String::from_utf8_lossy(&template));
        let touched = [&template[..], b"\n# mine\n"].concat();
        let stripped = strip_template_comments(PATH, &file, &touched);
        prop_assert_eq!(read(&stripped), read(&file));
        prop_assert!(stripped.ends_with(b"# mine\n"));
        prop_assert!(!stripped.windows(3).any(|w| w == b"#: "));
    }

    #[test]
    fn a_rendered_task_reads_back_in_canonical_form(task in tasks()) {
        let text = render_task(&task);
        prop_assert_eq!(&parse_task(PATH, text.as_bytes()).problems, &vec![]);
        prop_assert_eq!(sorted(read(text.as_bytes())), sorted(task));
        prop_assert_eq!(render_task(&read(text.as_bytes())), text.clone());
        let form = canonical(PATH, text.as_bytes()).unwrap();
        prop_assert_eq!(String::from_utf8(form).unwrap(), text);
    }

    #[test]
    fn no_bytes_make_it_panic(bytes in proptest::collection::vec(any::<u8>(), 0..60), text in "[\\[\\]{}=\"'#.,\n\ra\\\\]{0,40}") {
        for bytes in [&bytes[..], text.as_bytes()] {
            let parsed = parse_task(PATH, bytes);
            prop_assert_eq!(parsed.value.is_some(), Document::parse(PATH, bytes).is_ok());
            if parsed.value.is_some() {
                let form = canonical(PATH, bytes).unwrap();
                prop_assert_eq!(canonical(PATH, &form).unwrap(), form);
                let after = edited(bytes, |d| d.set("title", &Value::Text("t".to_owned())));
                prop_assert_eq!(read(&after).title, "t");
            }
        }
    }
}
