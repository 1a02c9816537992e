//! The picture as a Mermaid flowchart, as forges draw it in Markdown.

use super::words;
use crate::view::{EdgeView, GraphView, NodeKind, NodeView, is_harmful};
use std::collections::HashMap;
use std::fmt::Write as _;

/// The most edges that Mermaid draws unless configured otherwise, which forges do not let a document do.
const MOST_EDGES: usize = 500;
/// The most characters, likewise.
const MOST_CHARACTERS: usize = 50_000;
/// The most characters of a title.
const LONGEST_TITLE: usize = 80;

/// A space of no width.
const APART: &str = "#8203;";

/// The classes of statuses; readable on light and dark pages, since they bring their own text colour.
const CLASSES: &str = "  classDef ready fill:#eaf3fd,stroke:#0b65c2,color:#1c2128
  classDef in_progress fill:#f2eafc,stroke:#7a3ec8,color:#1c2128
  classDef blocked fill:#fdf6e3,stroke:#8a6100,color:#1c2128
  classDef completed fill:#e8f6ec,stroke:#1a7f37,color:#1c2128
  classDef cancelled fill:#f0f1f3,stroke:#6b7280,color:#1c2128
  classDef unknown fill:#fdecea,stroke:#b42318,color:#1c2128
  classDef critical stroke:#d1400c,stroke-width:3px
";

/// A Mermaid document, and what it leaves out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mermaid {
    /// The document.
    pub text: String,
    /// How many nodes of the view are not in it.
    pub nodes_left_out: usize,
    /// How many edges of the view are not in it.
    pub edges_left_out: usize,
}

/// The picture in Mermaid, within the limits of forges: where it would be too large, the nodes that come last are left out.
pub fn mermaid(view: &GraphView) -> Mermaid {
    let (mut least, mut most) = (0, view.nodes.len());
    let mut best = first(view, most);
    if !fits(&best, view) {
        // The more nodes, the longer: the largest number that fits lies between the two.
        best = first(view, 0);
        while least < most {
            let middle = (least + most).div_ceil(2);
            let tried = first(view, middle);
            if fits(&tried, view) {
                (least, best) = (middle, tried);
            } else {
                most = middle - 1;
            }
        }
    }
    best
}

fn fits(mermaid: &Mermaid, view: &GraphView) -> bool {
    view.edges.len() - mermaid.edges_left_out <= MOST_EDGES && mermaid.text.chars().count() <= MOST_CHARACTERS
}

/// The document of the first nodes.
fn first(view: &GraphView, count: usize) -> Mermaid {
    let nodes = &view.nodes[..count];
    let names: HashMap<&str, usize> =
        nodes.iter().enumerate().map(|(at, node)| (node.id.as_str(), at)).collect();
    let ends = |edge: &EdgeView| Some((*names.get(edge.from.as_str())?, *names.get(edge.to.as_str())?));
    let edges: Vec<(&EdgeView, (usize, usize))> =
        view.edges.iter().filter_map(|edge| Some((edge, ends(edge)?))).collect();
    let (nodes_left_out, edges_left_out) = (view.nodes.len() - count, view.edges.len() - edges.len());
    let mut text = String::from("flowchart LR\n");
    if nodes_left_out > 0 {
        let _ = writeln!(
            text,
            "  %% {nodes_left_out} of {} boxes and {edges_left_out} of {} arrows are left out: forges draw no larger picture",
            view.nodes.len(),
            view.edges.len()
        );
    }
    for (at, node) in nodes.iter().enumerate() {
        let (open, close) = match node.kind {
            NodeKind::Task => ("[", "]"),
            NodeKind::Group | NodeKind::Groups => ("[[", "]]"),
            NodeKind::GroupEnd => ("([", "])"),
        };
        let class = words::status(node).0;
        let _ = writeln!(text, "  n{at}{open}\"{}\"{close}:::{class}", label(node));
    }
    for (edge, (from, to)) in edges {
        let arrow = match (edge.critical, edge.indirect) {
            (true, _) => "==>",
            (false, true) => "-.->",
            (false, false) => "-->",
        };
        let _ = writeln!(text, "  n{from} {arrow} n{to}");
    }
    text.push_str(CLASSES);
    let critical = nodes.iter().enumerate().filter(|(_, node)| node.critical);
    let critical: Vec<String> = critical.map(|(at, _)| format!("n{at}")).collect();
    if !critical.is_empty() {
        let _ = writeln!(text, "  class {} critical", critical.join(","));
    }
    Mermaid { text, nodes_left_out, edges_left_out }
}

fn label(node: &NodeView) -> String {
    let mut title: String = node.title.chars().take(LONGEST_TITLE).collect();
    if title.len() < node.title.len() {
        title.push('\u{2026}');
    }
    let first = match node.counts {
        Some(counts) => format!("{} {} of {}", words::label(node), counts.settled, counts.total),
        None => format!("{} {}", mark(node), words::label(node)),
    };
    if node.kind == NodeKind::GroupEnd {
        escaped(&first)
    } else {
        format!("{}<br>{}", escaped(&first), escaped(&title))
    }
}

/// A mark, since colour alone does not tell everybody.
fn mark(node: &NodeView) -> &'static str {
    match words::status(node).0 {
        "ready" => "\u{25cb}",
        "in_progress" => "\u{25d0}",
        "blocked" => "\u{25a0}",
        "completed" => "\u{2713}",
        "cancelled" => "\u{2717}",
        _ => "?",
    }
}

/// Text in which nothing ends the string, begins a tag, a link, a formula, an icon or a directive. Whatever is not a letter,
/// a digit, a blank or harmless punctuation is written as its number. That is not all: which of its own languages Mermaid
/// reads in the text after that depends on its version, and what it does not know it replaces by an error. So signs that
/// begin something only together are kept apart by a space of no width, and those that do so alone become lookalikes.
fn escaped(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    let mut before = ' ';
    for (at, c) in text.char_indices() {
        let rest = &text[at + c.len_utf8()..];
        let next = rest.chars().next().unwrap_or(' ');
        let is_edge = c == '_' && !(before.is_alphanumeric() && next.is_alphanumeric());
        if is_edge {
            escaped.push_str(APART);
        }
        match c {
            '\t' | '\n' | '\r' => escaped.push(' '),
            '`' => escaped.push('\u{2cb}'),
            '*' => escaped.push('\u{2217}'),
            '~' => escaped.push('\u{223c}'),
            c if is_harmful(c) => escaped.push('\u{fffd}'),
            // Mermaid keeps numbers as these for a while.
            '\u{b0}' | '\u{b6}' => {
                let _ = write!(escaped, "#{};", u32::from(c));
            }
            c if c.is_alphanumeric()
                || !c.is_ascii()
                || matches!(c, ' ' | ',' | '.' | '-' | '/' | '?' | '!') =>
            {
                escaped.push(c);
            }
            c => {
                let _ = write!(escaped, "#{};", u32::from(c));
            }
        }
        let is_begun = match c {
            '\\' => next != ' ',
            '$' => next == '$',
            ':' => rest.starts_with("//") || rest.starts_with("fa-"),
            ']' => next == '(',
            '@' => next.is_alphanumeric(),
            'w' | 'W' => next == '.' && before.eq_ignore_ascii_case(&'w'),
            'n' | 'N' => next == ' ' && text[..at].to_ascii_lowercase().ends_with("directio"),
            '\u{fb02}' => next == '\u{b0}',
            '\u{b6}' => next == '\u{df}',
            _ => is_edge,
        };
        if is_begun {
            escaped.push_str(APART);
        }
        before = c;
    }
    escaped
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// What a reader sees of a label: numbers stand for characters, and what has no width is not there.
    fn seen(label: &str) -> String {
        let mut seen = String::new();
        let mut rest = label;
        while let Some((before, after)) = rest.split_once('#') {
            let (number, after) = after.split_once(';').expect("a number ends");
            seen.push_str(before);
            seen.extend(number.parse().ok().and_then(char::from_u32).filter(|&c| c != '\u{200b}'));
            rest = after;
        }
        seen + rest
    }

    #[test]
    fn labels_show_what_was_meant() {
        for (text, expected) in [
            ("say \"hi\" [a] (b) {c} <d>", "say \"hi\" [a] (b) {c} <d>"),
            ("a; b | c ^ %% --> end", "a; b | c ^ %% --> end"),
            ("style n0 fill:#f00", "style n0 fill:#f00"),
            ("back\\slash \\n \\", "back\\slash \\n \\"),
            ("#quot; &amp; &#35;", "#quot; &amp; &#35;"),
            (
                "`code` **bold** ~~gone~~",
                "\u{2cb}code\u{2cb} \u{2217}\u{2217}bold\u{2217}\u{2217} \u{223c}\u{223c}gone\u{223c}\u{223c}",
            ),
            ("__init__ snake_case", "__init__ snake_case"),
            (
                "[a](b) http://x www.x.org me@x.org fa:fa-ban $$x$$",
                "[a](b) http://x www.x.org me@x.org fa:fa-ban $$x$$",
            ),
            ("two\nlines\tand\u{1b}[31m \u{202e}", "two lines and\u{fffd}[31m \u{fffd}"),
            ("\u{6f22}\u{5b57} cafe\u{301}", "\u{6f22}\u{5b57} cafe\u{301}"),
        ] {
            assert_eq!(seen(&escaped(text)), expected, "{text:?}");
        }
    }

    #[test]
    fn what_begins_something_is_kept_apart() {
        for (text, expected) in [
            ("$$", "#36;#8203;#36;"),
            ("http://x", "http#58;#8203;//x"),
            ("WWW.x", "WWW#8203;.x"),
            ("fa:fa-ban 12:30", "fa#58;#8203;fa-ban 12#58;30"),
            ("a@b @ c", "a#64;#8203;b #64; c"),
            ("](", "#93;#8203;#40;"),
            ("\\n", "#92;#8203;n"),
            ("_a_b", "#8203;#95;#8203;a#95;b"),
            ("Direction TB", "Direction#8203; TB"),
            ("\u{fb02}\u{b0}\u{b0}60\u{b6}\u{df}", "\u{fb02}#8203;#176;#176;60#182;#8203;\u{df}"),
        ] {
            assert_eq!(escaped(text), expected);
        }
    }

    proptest! {
        #[test]
        fn nothing_that_mermaid_reads_is_left(text in "[ a-z\"`#;&<>%:$*_~@{}()|\\[\\]\\\\.=^\n\u{1b}\u{202e}-]{0,40}") {
            let label = escaped(&text);
            prop_assert!(!label.contains(['"', '`', '<', '>', '%', ':', '&', '|', '(', '[', '{', '\\', '$', '*', '~', '_', '@', '\n', '=', '^']), "{}", label);
            let plain = |c: char| match c { '\n' => ' ', '`' => '\u{2cb}', '*' => '\u{2217}', '~' => '\u{223c}', c if is_harmful(c) => '\u{fffd}', c => c };
            prop_assert_eq!(seen(&label), text.chars().map(plain).collect::<String>());
        }
    }
}
