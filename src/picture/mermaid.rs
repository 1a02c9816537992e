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
            NodeKind::Group => ("[[", "]]"),
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

/// Text in which nothing ends the string, begins a tag, a Markdown string or a directive: whatever is not a letter, a digit,
/// a blank or harmless punctuation is written as its number.
fn escaped(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '\t' | '\n' | '\r' => escaped.push(' '),
            c if is_harmful(c) => escaped.push('\u{fffd}'),
            c if c.is_alphanumeric()
                || !c.is_ascii()
                || matches!(c, ' ' | ',' | '.' | '-' | '/' | ':' | '?' | '!') =>
            {
                escaped.push(c);
            }
            c => {
                let _ = write!(escaped, "#{};", u32::from(c));
            }
        }
    }
    escaped
}
