//! Templates: by name, over their context, and within limits.

use super::common::TestRepo;
use super::{command, plan_repo, text_of, told, work};
use std::time::{Duration, Instant};

fn released() -> TestRepo {
    let repo = plan_repo(3);
    repo.write(".tasks/templates/weekly.md", "{{ completed_total }} done{% include 'parts/end.md' %}");
    repo.write(".tasks/templates/parts/end.md", ", {{ totals.tasks.total }} in all");
    repo.write(".tasks/templates/page.html", "<p>{{ range.to.name }} {{ '<b>' }}</p>");
    repo.commit("plan: templates");
    work(&repo, "task 1: first");
    repo.git(&["tag", "v1.0"]);
    repo
}

#[test]
fn a_template_is_found_by_its_name_at_the_revision() {
    let repo = released();
    let dir = repo.path();
    let of = |args: &[&str]| told(dir, &[&["report", "--all"], args].concat());
    assert_eq!(of(&["--template", "weekly"]), "0\n1 done, 3 in all");
    assert_eq!(of(&["-t", "page"]), "0\n<p>v1.0 &lt;b&gt;</p>");
    assert!(of(&["-t", "standup"]).starts_with("0\n**Done since the beginning**\n\n- Task 1 (1) · Ann\n"));
    assert!(of(&["-t", "overview"]).starts_with("0\n# Plan at v1.0\n\n**1 of 3 tasks completed, 33 %**\n"));
    // A file of the work tree is named by its path; the plan's templates are those of the revision.
    repo.write(".tasks/templates/weekly.md", "later");
    repo.write("own.txt", "own: {% include 'parts/end.md' %}");
    assert_eq!(of(&["-t", "weekly"]), "0\n1 done, 3 in all");
    assert_eq!(of(&["-t", "own.txt"]), "0\nown: , 3 in all");
    repo.commit("plan: another template");
    assert_eq!(of(&["-t", "weekly"]), "0\nlater");
    assert_eq!(of(&["-t", "weekly", "--at", "v1.0"]), "0\n1 done, 3 in all");

    assert_eq!(of(&["-t", "weekly", "-o", "out.txt"]), "0\n");
    assert_eq!(of(&["-t", "weekly", "--check", "out.txt"]), "0\n");
    assert!(of(&["-t", "page", "--check", "out.txt"]).starts_with("1\nerror: out.txt is not the report"));
    let no_entry = of(&["-t", "weekly", "--prepend", "CHANGELOG.md"]);
    assert!(
        no_entry.starts_with("2\nerror: an entry of a changelog begins with a heading of level two"),
        "{no_entry}"
    );
    assert!(
        of(&["-t", "weakly"]).starts_with(
            "2\nerror: there is no template \"weakly\", and no file of that name\nhint: did you"
        )
    );
}

#[test]
fn a_broken_template_costs_the_others_nothing() {
    let repo = released();
    repo.write(".tasks/templates/broken.md", "{% for x in %}");
    repo.write(".tasks/templates/filter.md", "{{ totals | nonsense }}");
    repo.write(".tasks/templates/lost.md", "{% include 'gone.md' %}");
    repo.write(".tasks/templates/needs.md", "so: {% include 'broken.md' %}");
    repo.write(".tasks/templates/parts/sign.md", "{% component sign(x) %}[{{ x }}]{% endcomponent sign %}");
    repo.write(".tasks/templates/signed.md", "{{ <sign x={completed_total} /> }}");
    std::fs::write(repo.path().join(".tasks/templates/latin.md"), b"gr\xfcn").unwrap();
    repo.commit("plan: more templates");
    let of = |name: &str| told(repo.path(), &["report", "--all", "-t", name]);
    assert_eq!(of("weekly"), "0\n1 done, 3 in all");
    assert_eq!(of("signed"), "0\n[1]");
    for (name, place) in [
        ("broken", "broken.md:1:"),
        ("filter", "filter.md:1:"),
        ("lost", "lost.md:1:"),
        ("needs", "broken.md:1:"),
        ("latin", "is not UTF-8"),
    ] {
        let said = of(name);
        assert!(said.starts_with("2\nerror: ") && said.contains(place), "{said}");
        let others =
            ["broken.md", "filter.md", "gone.md"].iter().filter(|file| said.contains(**file)).count();
        assert!(others <= 1, "{said}");
    }
}

#[test]
fn the_context_renders_to_the_same_document() {
    let repo = released();
    let dir = repo.path();
    let context = told(dir, &["report", "--all", "--context"]);
    assert_eq!(context, told(dir, &["report", "--all", "--format", "json"]));
    repo.write("context.json", &context[2..]);
    for name in ["release-notes", "standup", "overview", "weekly", "page"] {
        let direct = told(dir, &["report", "--all", "-t", name]);
        assert_eq!(told(dir, &["report", "--from-context", "context.json", "-t", name]), direct, "{name}");
    }
    let elsewhere = TestRepo::made_by(&["version"]);
    let path = dir.join("context.json");
    let args = ["report", "--from-context", path.to_str().unwrap(), "-t", "standup"];
    assert!(told(elsewhere.path(), &args).starts_with("0\n**Done since the beginning**"));
    repo.write("context.json", "[]");
    assert!(
        told(dir, &["report", "--from-context", "context.json"])
            .starts_with("2\nerror: context.json holds no object")
    );
}

#[test]
fn an_error_shows_the_file_the_line_and_a_caret() {
    let repo = plan_repo(1);
    repo.write("wrong.md", "fine\n{{ totals.nothing.at_all }}\n");
    repo.write("broken.md", "fine\n{% for x in %}\n");
    repo.write("gone.md", "{% include '../../etc/passwd' %}\n");
    repo.write("env.md", "{{ get_env(name='PATH') }}\n");
    for (file, place) in [("wrong.md", "wrong.md:2"), ("broken.md", "broken.md:2"), ("env.md", "env.md:1")] {
        let said = told(repo.path(), &["report", "-t", file]);
        assert!(said.starts_with(&format!("2\nerror: cannot render the template {file}: ")), "{said}");
        assert!(said.contains(place) && said.lines().any(|line| line.trim_end().ends_with('^')), "{said}");
    }
    repo.write(".tasks/templates/one.md", "one\n{% include 'two.md' %}\n");
    repo.write(".tasks/templates/two.md", "two\n\n  {% include 'one.md' %}\n");
    repo.commit("plan: templates");
    let said = told(repo.path(), &["report", "-t", "one"]);
    assert!(said.contains(" two.md \u{2192} one.md\n") && said.contains(" --> two.md:3:14\n"), "{said}");
    assert!(said.trim_end().ends_with("{% include 'one.md' %}\n      |              ^^^^^^^^"), "{said}");
    let said = told(repo.path(), &["report", "-t", "gone.md"]);
    assert!(
        said.starts_with("2\nerror: cannot render the template gone.md: ") && said.contains("etc/passwd"),
        "{said}"
    );
}

#[test]
fn a_hostile_template_fails_cleanly() {
    let repo = plan_repo(1);
    let loops = "{% for a in range(end=10000) %}{% for b in range(end=10000) %}{% for c in range(end=100) %}\
                 {% endfor %}{% endfor %}{% endfor %}";
    let doubling = "{% set_global s = 'xxxxxxxxxxxxxxxx' %}{% for i in range(end=60) %}\
                    {% set_global s = s ~ s %}{% endfor %}";
    let line = "0123456789".repeat(1000);
    let flood = format!("{{% for a in range(end=10000) %}}{line}{{% endfor %}}");
    let cases = [
        ("loops", loops, "it takes longer than 5 s"),
        ("doubling", doubling, "memory"),
        ("flood", &flood, "it makes more than 16 MiB"),
        ("itself", "{% include 'itself.md' %}", "itself.md"),
        ("huge", "{% for i in range(end=9000000000000) %}{% endfor %}", ""),
        ("component", "{% component deep() %}{{ <deep /> }}{% endcomponent deep %}{{ <deep /> }}", ""),
    ];
    let parens = format!("{{{{ {}1{} }}}}", "(".repeat(200_000), ")".repeat(200_000));
    let blocks = format!("{}{}", "{% if true %}".repeat(100_000), "{% endif %}".repeat(100_000));
    let deep = [("parens", parens.as_str(), ""), ("blocks", blocks.as_str(), "")];
    std::thread::scope(|scope| {
        for (name, text, why) in cases.into_iter().chain(deep) {
            let repo = &repo;
            repo.write(&format!("{name}.md"), text);
            let dir = repo.path().to_owned();
            scope.spawn(move || {
                let start = Instant::now();
                let output = command(&dir, &["report", "-t", &format!("{name}.md")]).output().unwrap();
                let said = text_of(&output);
                assert!(output.stdout.is_empty(), "{name}: {said}");
                let head = format!("2\nerror: cannot render the template {name}.md: ");
                // On a machine that has much else to do each of them may run out of time instead.
                let is_told = said.contains(why) || said.contains("it takes longer than 5 s");
                assert!(said.starts_with(&head) && is_told, "{name}: {said}");
                assert!(said.len() < 20_000, "{name}: an error of {} bytes", said.len());
                assert!(start.elapsed() < Duration::from_secs(30), "{name}: {:?}", start.elapsed());
            });
        }
    });
}
