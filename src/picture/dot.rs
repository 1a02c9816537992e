//! The picture as a graph description for Graphviz.

use super::words;
use crate::view::{GraphView, NodeKind, NodeView, is_harmful};
use std::collections::BTreeMap;
use std::fmt::Write as _;

/// The picture in DOT, laid out from left to right, with a cluster for each group.
pub fn dot(view: &GraphView) -> String {
    let mut text = String::from(
        "digraph tasks {\n  rankdir=LR;\n  node [shape=box, style=\"rounded\", fontname=\"sans-serif\"];\n",
    );
    let mut clusters: BTreeMap<&str, Vec<&NodeView>> = BTreeMap::new();
    for node in &view.nodes {
        let group = if node.kind == NodeKind::Task { node.group.as_str() } else { "" };
        clusters.entry(group).or_default().push(node);
    }
    for (number, (group, nodes)) in clusters.into_iter().enumerate() {
        let indent = if group.is_empty() { "  " } else { "    " };
        if !group.is_empty() {
            let _ = writeln!(
                text,
                "  subgraph cluster_{number} {{\n    label={};\n    color=gray;",
                quoted(group)
            );
        }
        for node in nodes {
            let _ = writeln!(text, "{indent}{} [{}];", name(&node.id), attributes(node));
        }
        if !group.is_empty() {
            text.push_str("  }\n");
        }
    }
    for edge in &view.edges {
        let mut attributes: Vec<&str> = Vec::new();
        attributes.extend(edge.critical.then_some("color=\"#d1400c\", penwidth=2"));
        attributes.extend(edge.indirect.then_some("style=dashed"));
        let attributes = match attributes.len() {
            0 => String::new(),
            _ => format!(" [{}]", attributes.join(", ")),
        };
        let _ = writeln!(text, "  {} -> {}{attributes};", name(&edge.from), name(&edge.to));
    }
    text.push_str("}\n");
    text
}

fn attributes(node: &NodeView) -> String {
    let (color, fill) = match words::status(node).0 {
        "ready" => ("#0b65c2", "#eaf3fd"),
        "in_progress" => ("#7a3ec8", "#f2eafc"),
        "blocked" => ("#8a6100", "#fdf6e3"),
        "completed" => ("#1a7f37", "#e8f6ec"),
        "unknown" => ("#b42318", "#fdecea"),
        _ => ("#6b7280", "#f0f1f3"),
    };
    let (color, width) = if node.critical { ("#d1400c", 2) } else { (color, 1) };
    let told = match node.counts {
        Some(counts) => format!("{} of {} settled", counts.settled, counts.total),
        None => words::status(node).1.to_owned(),
    };
    let title = node.title.replace(['\n', '\r'], " ");
    let label = format!("{}: {title}\n{told}", words::label(node));
    let style = if node.kind == NodeKind::GroupEnd { "rounded,filled,dashed" } else { "rounded,filled" };
    format!(
        "label={}, tooltip={}, style=\"{style}\", color=\"{color}\", fillcolor=\"{fill}\", penwidth={width}",
        quoted(&label),
        quoted(&words::sentence(node))
    )
}

/// A name. It is shown to nobody, but no two may become one: what a label would replace is written as its number.
fn name(id: &str) -> String {
    let mut name = String::from("\"");
    for c in id.chars() {
        match c {
            '"' | '\\' => name.extend(['\\', c]),
            c if is_harmful(c) => {
                let _ = write!(name, "\\u{{{:x}}}", u32::from(c));
            }
            c => name.push(c),
        }
    }
    name.push('"');
    name
}

/// Text of a label: a backslash would begin an escape sequence, a quote end the string.
fn quoted(text: &str) -> String {
    let mut quoted = String::from("\"");
    for c in text.chars() {
        match c {
            '"' => quoted.push_str("\\\""),
            '\\' => quoted.push_str("\\\\"),
            '\n' => quoted.push_str("\\n"),
            '\t' => quoted.push(' '),
            // Graphviz reads entities in labels.
            '&' => quoted.push_str("&amp;"),
            c if is_harmful(c) => quoted.push('\u{fffd}'),
            c => quoted.push(c),
        }
    }
    quoted.push('"');
    quoted
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// What Graphviz reads in a quoted string: a backslash before a quote is taken away, every other one stays. `None`
    /// unless the text is one string and nothing else.
    fn read(text: &str) -> Option<String> {
        let mut inner = text.strip_prefix('"')?.chars();
        let mut read = String::new();
        loop {
            match inner.next()? {
                '"' => return inner.next().is_none().then_some(read),
                '\\' => match inner.next()? {
                    '"' => read.push('"'),
                    c => read.extend(['\\', c]),
                },
                c => read.push(c),
            }
        }
    }

    /// What it then shows as a label: escape sequences and entities stand for what they mean.
    fn shown(label: &str) -> String {
        let mut shown = String::new();
        let mut chars = label.chars();
        while let Some(c) = chars.next() {
            match (c, chars.clone().next()) {
                ('\\', Some(next)) => {
                    shown.push(if next == 'n' { '\n' } else { next });
                    chars.next();
                }
                _ => shown.push(c),
            }
        }
        shown.replace("&amp;", "&")
    }

    #[test]
    fn labels_show_what_was_meant() {
        for (text, expected) in [
            ("say \"hi\"", "say \"hi\""),
            ("a\\nb \\\" \\", "a\\nb \\\" \\"),
            ("&amp; <b>", "&amp; <b>"),
            ("two\nlines\tand\u{1b}[31m", "two\nlines and\u{fffd}[31m"),
            ("\\N \\G \\l", "\\N \\G \\l"),
        ] {
            assert_eq!(read(&quoted(text)).map(|label| shown(&label)).as_deref(), Some(expected), "{text:?}");
        }
    }

    proptest! {
        #[test]
        fn a_string_ends_where_it_should(text in "[\"\\\\nN&;a <>{}\\[\\]-]{0,12}", other in "[\"\\\\na\u{202e}_]{0,6}") {
            prop_assert_eq!(read(&quoted(&text)).map(|label| shown(&label)), Some(text.clone()));
            prop_assert!(read(&name(&text)).is_some());
            prop_assert_eq!(name(&text) == name(&other), text == other);
        }
    }
}
