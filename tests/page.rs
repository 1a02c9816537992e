//! The page: nothing of a plan can run in it, all of the plan is in it, and it stays small.

use regex::Regex;
use sha2::{Digest, Sha256};
use tasks::plan::{Inputs, Plan};
use tasks::report::{PageContext, page};
use tasks::snapshot::{PlanFile, Snapshot};
use tasks::view::{CountsRow, PageInputs, PageView};

/// Texts that would run, break out or mislead where they are not escaped.
const HOSTILE: [&str; 6] = [
    "<script>alert(1)</script>",
    "\\\"><img src=x onerror=alert(1)>",
    "'><svg/onload=alert(1)>",
    "</style></title></details><b onclick=alert(1)>",
    "{{ 7 * 7 }} {% raw %} &lt;b&gt;",
    "a\\u202eb\\u0007\\u2066c",
];

fn plan(files: Vec<(String, String)>) -> Plan {
    let file = |(path, text): (String, String)| PlanFile { path, bytes: text.into_bytes() };
    let snapshot = Snapshot::read(files.into_iter().map(file).collect(), Vec::new());
    let mut inputs = Inputs { snapshot, ..Inputs::default() };
    inputs.history.complete = true;
    Plan::derive(inputs)
}

fn rendered(plan: &Plan) -> String {
    let row = |day: usize| CountsRow {
        date: format!("2026-11-{day:02}"),
        commit: String::new(),
        total: 10,
        open: 10 - day,
        in_progress: 0,
        completed: day,
        cancelled: 0,
        optional: 0,
        unknown: 0,
        archived: 0,
        steps_completed: 0,
        steps: 0,
        minutes_completed: 0,
        minutes_left_min: 0,
        minutes_left_max: 0,
    };
    let inputs = PageInputs { name: "Plan".to_owned(), by: "day", rows: (1..=9).map(row).collect() };
    page(&PageContext::of(&PageView::of(plan, inputs))).expect("the page can be made")
}

/// A plan that says something hostile wherever it can.
fn hostile() -> Plan {
    let mut files = Vec::new();
    for (at, text) in HOSTILE.iter().enumerate() {
        let after = if at > 0 { format!("depends = [\"t-{}\"]\n", at - 1) } else { String::new() };
        files.push((
            format!(".tasks/g{at}/t-{at}.toml"),
            format!(
                "title = \"{text}\"\npriority = \"high\"\nestimate = \"1h-2h\"\ndue = 2026-11-01\n{after}\
                 assignees = [\"{text}\"]\ntags = [\"{text}\"]\nmilestones = [\"{text}\"]\nfiles = [\"{text}\"]\n\
                 links = [\"javascript:alert(1)\", \"https://example.com/{at}?q=\\\"><b>\", \"data:text/html,x\", \"{text}\"]\n\
                 status = \"blocked\"\nreason = \"{text}\"\nwaiting_on = \"{text}\"\ndescription = \"\"\"\n{text}\n\n\
                 [x](javascript:alert(1)) ![x](https://example.com/x.png)\n\"\"\"\n\n[[steps]]\ntext = \"{text}\"\n\n\
                 [fields]\n\"{text}\" = \"{text}\"\n"
            ),
        ));
        files.push((format!(".tasks/g{at}/group.toml"), format!("title = \"{text}\"\n")));
        files.push((
            format!(".tasks/milestones/m{at}.toml"),
            format!("title = \"{text}\"\ngoal = \"{text}\"\n"),
        ));
    }
    plan(files)
}

fn matches(html: &str, pattern: &str) -> Vec<String> {
    let regex = Regex::new(pattern).expect("a regular expression");
    regex.captures_iter(html).map(|found| found[1].to_owned()).collect()
}

#[test]
fn nothing_of_a_plan_can_run() {
    let html = rendered(&hostile());
    assert_eq!(matches(&html, "<(script)").len(), 1, "the search of the table, and no other script");
    assert_eq!(matches(&html, "<(style|img|iframe|object|embed|base|form|link)\\b"), ["style"]);
    // What stands between quotes is text, such as the name of a table, and no attribute.
    let values = Regex::new("\"[^\"]*\"").expect("a regular expression");
    let tags = values.replace_all(&matches(&html, "<([^>]*)>").join("\n"), "").into_owned();
    assert_eq!(matches(&tags, "(?i)\\s(on\\w+|style|src|srcdoc|action)\\s*="), Vec::<String>::new());
    for href in matches(&html, "href=\"([^\"]*)\"") {
        assert!(href.starts_with('#') || href.starts_with("https://example.com/"), "{href}");
    }
    assert!(html.contains("&lt;script&gt;alert(1)&lt;/script&gt;"), "the title is shown as it is");
    assert!(html.contains("a\\u{202e}b\\u{7}\\u{2066}c"), "what reorders text is shown");
    assert!(!html.contains(|c| matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{7}')));
    assert!(html.contains("{{ 7 * 7 }}"), "a title is no template");
}

#[test]
fn the_policy_lets_through_what_the_page_has_and_nothing_else() {
    let html = rendered(&hostile());
    let policy = matches(&html, "http-equiv=\"Content-Security-Policy\" content=\"([^\"]*)\"").concat();
    let policy = policy.replace("&#39;", "'");
    assert!(policy.starts_with("default-src 'none';") && !policy.contains("unsafe"), "{policy}");
    for element in ["style", "script"] {
        let text = matches(&html, &format!("(?s)<{element}>(.*?)</{element}>")).concat();
        let hash: String = matches(&policy, &format!("{element}-src 'sha256-([^']*)'")).concat();
        assert_eq!(decoded(&hash), Sha256::digest(text.as_bytes()).to_vec(), "{element}");
    }
}

/// The bytes of a text in base64.
fn decoded(text: &str) -> Vec<u8> {
    const DIGITS: &str = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let (mut bits, mut count, mut bytes) = (0_u32, 0, Vec::new());
    for digit in text.trim_end_matches('=').chars() {
        bits = (bits << 6) | u32::try_from(DIGITS.find(digit).expect("a digit of base64")).expect("below 64");
        count += 6;
        if count >= 8 {
            count -= 8;
            bytes.push(u8::try_from((bits >> count) & 255).expect("a byte"));
        }
    }
    bytes
}

#[test]
fn everything_leads_somewhere_and_the_same_plan_gives_the_same_page() {
    let html = rendered(&hostile());
    let ids = matches(&html, "\\sid=\"([^\"]*)\"");
    let mut distinct = ids.clone();
    distinct.sort();
    distinct.dedup();
    assert_eq!(distinct.len(), ids.len(), "an id is given once");
    for target in matches(&html, "(?:href=\"#|aria-labelledby=\")([^\" ]*)") {
        assert!(ids.contains(&target), "nothing is called {target}");
    }
    for part in ["Burn-up", "Cumulative flow", "Board", "Dependencies", "Timeline", "critical"] {
        assert!(html.contains(part), "{part}");
    }
    assert_eq!(html, rendered(&hostile()));
}

#[test]
fn a_page_of_a_thousand_tasks_is_folded_and_small() {
    let task = |at: usize| {
        let is_first = at.is_multiple_of(10);
        let after = if is_first { String::new() } else { format!("depends = [\"{}\"]\n", at - 1) };
        let text = "What is there loses data when two clients write at once. ".repeat(5);
        let text = format!("title = \"Task {at}\"\nestimate = \"2h\"\n{after}description = \"{text}\"\n");
        (format!(".tasks/{:02}-part-{}/{at}.toml", at / 40, at / 40), text)
    };
    let html = rendered(&plan((0..1000).map(task).collect()));
    assert!(html.len() < 2_000_000, "{} bytes", html.len());
    assert_eq!(matches(&html, "(<tr class=\"task\")").len(), 1000);
    assert_eq!(matches(&html, "(<details class=\"group [^\"]*\" open>)").len(), 0);
    let boxes = matches(&html, "(graphics-symbol)").len();
    assert!((2..=60).contains(&boxes), "groups stand for their tasks: {boxes} boxes");
}

#[test]
fn a_tangle_is_not_drawn_and_the_page_says_what_is_drawn_instead() {
    // Tasks go round `phases`, and each waits for the one before it: so the phases wait for each other.
    let page = |phases: usize| {
        let task = |at: usize| {
            let after = if at == 0 { String::new() } else { format!("depends = [\"{}\"]\n", at - 1) };
            (format!(".tasks/phase-{}/{at}.toml", at % phases), format!("title = \"Task {at}\"\n{after}"))
        };
        let mut files: Vec<_> = (0..200).map(task).collect();
        files.push((".tasks/end/e.toml".to_owned(), "title = \"End\"\ndepends = [\"199\"]\n".to_owned()));
        rendered(&plan(files))
    };
    let html = page(20);
    let said = "All arrows among 201 open tasks are more than anybody can follow, so the longest chain is drawn as far as its \
                first 20 tasks, with the tasks that lead directly to it; 181 tasks are left out. <code>tasks graph --focus ID</code>";
    assert!(html.contains(said), "{}", matches(&html, "(An arrow leads[^\n]*)").concat());
    assert_eq!(matches(&html, "(graphics-symbol)").len(), 20);
    let html = page(4);
    assert!(html.contains("so their groups are. Groups that wait for each other share a box."));
    assert_eq!(matches(&html, "(graphics-symbol)").len(), 2);
    assert!(
        html.contains("4 groups</text>") && html.contains("phase-0, phase-1, phase-2,"),
        "a box names them"
    );
}

#[test]
fn a_group_is_counted_with_its_subgroups_and_comes_before_them() {
    let file = |path: &str, text: &str| (format!(".tasks/{path}.toml"), text.to_owned());
    let task = |path: &str| file(path, "title = \"A task\"\nstatus = \"completed\"\n");
    let open = |path: &str| file(path, "title = \"A task\"\n");
    let html = rendered(&plan(vec![
        file("2-data/group", "title = \"Data\"\n"),
        open("2-data/schema/1"),
        task("2-data/schema/2"),
        task("2-data/9"),
        open("2-data/10"),
        open("10-web/11"),
        open("7"),
    ]));
    let told = "(?s)<details class=\"group depth-(\\d\"[^>]*>.*?</summary>)";
    let told: Vec<String> = matches(&html, told)
        .iter()
        .map(|text| {
            Regex::new("\"[^>]*>|<svg.*?</svg>|<[^>]*>")
                .expect("a regular expression")
                .replace_all(text, " ")
                .into_owned()
        })
        .map(|text| text.split_whitespace().collect::<Vec<_>>().join(" "))
        .collect();
    assert_eq!(
        told,
        [
            "0 Tasks outside groups 0 of 1",
            "0 Data 2 of 4 with its subgroups",
            "1 data/schema 1 of 2",
            "0 web 0 of 1"
        ]
    );
    let progress = "class=\"depth-\\d\"><bdi>([^<]*)</bdi></th><td class=\"number\">";
    assert_eq!(matches(&html, progress), ["Tasks outside groups", "Data", "data/schema", "web"]);
    assert!(html.contains("<bdi>Data</bdi></th><td class=\"number\">2 of 4</td>"), "counted alike");
}

#[test]
fn page_and_pictures_have_one_palette() {
    let html = rendered(&hostile());
    for name in ["completed", "in_progress", "blocked", "ready", "critical", "late", "other"] {
        let defined = matches(&html, &format!("--{name}: ([^;]*);"));
        let [one] = defined.as_slice() else { panic!("{name} is defined as {defined:?}") };
        let source =
            one.strip_prefix("var(").and_then(|name| name.strip_suffix(')')).expect("a colour of pictures");
        assert_eq!(matches(&html, &format!("({source}): #")).len(), 2, "{source}, light and dark");
    }
}

#[test]
fn an_empty_plan_has_a_page() {
    let view = PageView::of(&plan(Vec::new()), PageInputs::default());
    let html = page(&PageContext::of(&view)).expect("a page");
    assert!(html.contains("0 of 0 tasks") && !html.contains("Burn-up") && !html.contains("Timeline"));
}
