//! What marks and lines mean, as far as the picture has them.

use super::mark::mark;
use super::measure::width;
use super::node::{frame, label};
use super::xml::number;
use crate::picture::{Rect, words};
use crate::view::{GraphView, NodeKind};

/// From one line of the legend to the next, in pixels.
const LINE: f64 = 22.0;
/// The least width that a legend is broken to.
pub const LEAST: f64 = 420.0;

/// The legend below a picture of that width, from `top` on; it comes with its height.
pub fn legend(view: &GraphView, right: f64, top: f64) -> (String, f64) {
    let mut drawn = String::from("<g class=\"legend\">");
    let (mut x, mut y) = (0.0, top);
    let mut put = |sign: &dyn Fn(f64, f64) -> String, words: &str| {
        let needed = 30.0 + width(words, 12.0);
        if x > 0.0 && x + needed > right {
            (x, y) = (0.0, y + LINE);
        }
        drawn.push_str(&sign(x, y));
        drawn.push_str(&label("k", x + 26.0, y + 4.0, words));
        x += needed + 14.0;
    };
    let mut known: Vec<&str> = Vec::new();
    let mut nodes: Vec<_> = view.nodes.iter().collect();
    nodes.sort_by_key(|node| node.status);
    for node in nodes {
        let (class, words) = words::status(node);
        if !known.contains(&class) {
            known.push(class);
            put(&|x, y| format!("<g class=\"n {class}\">{}</g>", mark(node.status, x + 15.0, y)), words);
        }
    }
    let line = |class: &'static str| {
        move |x: f64, y: f64| {
            format!("<g class=\"e {class}\"><path d=\"M{} {} h18\"/></g>", number(x + 3.0), number(y))
        }
    };
    if view.nodes.iter().any(|node| node.critical) {
        put(&line("c"), "critical path");
    }
    if view.edges.iter().any(|edge| edge.indirect) {
        put(&line("i"), "through tasks not shown");
    }
    if view.nodes.iter().any(|node| node.kind == NodeKind::GroupEnd) {
        let pill = |x: f64, y: f64| {
            let (x, y) = (number(x + 3.0), number(y - 5.0));
            format!(
                "<g class=\"n end\"><rect class=\"b\" x=\"{x}\" y=\"{y}\" width=\"18\" height=\"10\" rx=\"5\"/></g>"
            )
        };
        put(&pill, "all tasks of a group");
    }
    if view.nodes.iter().any(|node| node.kind == NodeKind::Groups) {
        let double = |x: f64, y: f64| {
            let outer = Rect { x: x + 3.0, y: y - 6.0, width: 18.0, height: 12.0 };
            let inner = Rect { x: x + 6.0, y: y - 3.0, width: 12.0, height: 6.0 };
            format!("<g class=\"n\">{}{}</g>", frame("b", outer, 3), frame("b in", inner, 2))
        };
        put(&double, "groups that wait for each other");
    }
    drawn.push_str("</g>\n");
    (drawn, y + LINE - top)
}
