//! Titles that mean something to whatever shows them.

use super::{TestRepo, shown, tasks};
use regex::Regex;

/// Titles as TOML, each of which some renderer reads as more than text.
const TITLES: &[&str] = &[
    r#""say \"hi\" [a](b) {c} <d>""#,
    r#""end""#,
    r#""a --> b ==> c""#,
    r#""back\\slash \\n \\\" \\""#,
    r#""<script>alert(1)</script> <img src=x onerror=alert(1)> &amp; ]]> -->""#,
    r#""%%{init: {\"theme\": \"dark\"}}%% %% comment""#,
    r#""`code` **bold** ~~gone~~ __init__ $$x$$ fa:fa-ban""#,
    r#""direction TB""#,
    r#""style n0 fill:#f00;""#,
    r#""click n0 \"javascript:alert(1)\"""#,
    r#""\u001b[31m red \u202e rtl \u0007 \u009b1m""#,
    r#""\"]:::critical""#,
    r#""\\N \\G }; digraph x { a -> b""#,
    r#""漢字 👩‍👩‍👧 é""#,
];

fn repo() -> TestRepo {
    let repo = TestRepo::new();
    repo.write(".tasks/config.toml", "version = 1\n");
    for (at, title) in TITLES.iter().enumerate() {
        let depends = if at % 3 > 0 { format!("depends = [\"{at}\"]\n") } else { String::new() };
        let path = format!(".tasks/a \"quoted\" [group] --> end/{}.toml", at + 1);
        repo.write(&path, &format!("title = {title}\nassignees = [{title}]\ntags = [{title}]\n{depends}"));
    }
    repo.commit("plan: start");
    repo
}

#[test]
fn mermaid_has_lines_of_known_forms_only() {
    let chart = shown(&repo(), &["graph", "--format", "mermaid"]);
    let label = r#"(?:[^"`<>%:&|\\(\[{$*~_@=^;#\u{b0}\u{b6}]|<br>|#\d+;)*"#;
    let line = Regex::new(&format!(
        r#"^(flowchart LR|  n\d+\["{label}"\]:::[a-z_]+|  n\d+ (-->|==>|-\.->) n\d+|  classDef \w+ [\w:#,-]+|  class n\d+(,n\d+)* critical)$"#
    ))
    .unwrap();
    let odd: Vec<&str> = chart.lines().filter(|text| !line.is_match(text)).collect();
    assert!(odd.is_empty(), "{odd:#?}");
    assert!(!Regex::new(r"(?i)direction\s+(TB|BT|RL|LR)").unwrap().is_match(&chart), "{chart}");
    assert_eq!(chart.matches("<br>").count(), TITLES.len());
}

#[test]
fn dot_has_statements_of_known_forms_only() {
    let dot = shown(&repo(), &["graph", "--format", "dot"]);
    let string = Regex::new(r#""(?:[^"\\]|\\.)*""#).unwrap();
    let bare = string.replace_all(&dot, "S");
    let line = Regex::new(
        r"^(digraph tasks \{|  rankdir=LR;|  node \[.*\];|  subgraph cluster_\d+ \{|    label=S;|    color=gray;|  \}|\}|\s+S \[label=S, tooltip=S, style=S, color=S, fillcolor=S, penwidth=\d\];|  S -> S( \[color=S, penwidth=2\])?;)$",
    )
    .unwrap();
    let odd: Vec<&str> = bare.lines().filter(|text| !line.is_match(text)).collect();
    assert!(odd.is_empty(), "{odd:#?}");
    assert_eq!(bare.matches("S [label=S").count(), TITLES.len());
}

#[test]
fn svg_has_its_own_elements_only_and_no_character_that_xml_forbids() {
    let svg = shown(&repo(), &["graph", "--format", "svg"]);
    let body = svg.split("</style>").nth(1).unwrap();
    let element = Regex::new(r#"</?(svg|g|title|rect|path|circle|text)( [a-z-]+="[^"<>]*")*/?>"#).unwrap();
    let rest = element.replace_all(body, "");
    assert!(!rest.contains(['<', '>']), "{rest}");
    let entity = Regex::new("&(amp|lt|gt|quot|#39);").unwrap();
    assert!(!entity.replace_all(&rest, "").contains('&'), "{rest}");
    let forbidden = |c: char| c.is_control() && c != '\n';
    assert!(!svg.contains(forbidden) && !svg.contains('\u{202e}'));
    let depth = body.matches("<g").count();
    assert_eq!(depth, body.matches("</g>").count(), "every group ends");
}

#[test]
fn nothing_hostile_reaches_a_terminal_and_no_line_is_too_long() {
    let repo = repo();
    let controls = |c: char| (c.is_control() && c != '\n') || c == '\u{202e}';
    for args in [
        &["board"][..],
        &["board", "--by", "assignee"],
        &["board", "--by", "tag"],
        &["board", "--by", "group"],
        &["graph"],
        &["forecast", "--schedule"],
    ] {
        for columns in [Some(20), Some(40), Some(80), Some(200), None] {
            let output = tasks(repo.path(), columns, args);
            assert!(output.status.success(), "{args:?}");
            let text = String::from_utf8(output.stdout).unwrap();
            assert!(!text.contains(controls), "{args:?} {columns:?}: {text:?}");
            let width = columns.unwrap_or(usize::MAX);
            let long = text.lines().find(|line| tasks::view::width_of(line) > width);
            assert!(long.is_none(), "{args:?} {columns:?}: {long:?}");
        }
    }
}
