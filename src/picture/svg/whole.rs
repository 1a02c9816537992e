//! The document.

use super::edge::edge;
use super::legend::{LEAST, legend};
use super::node::{Shown, WIDTH};
use super::xml::number;
use crate::picture::{Sketch, lay_out};
use crate::view::GraphView;
use std::collections::HashMap;
use std::fmt::Write as _;

/// What the SVG is to stand in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Frame {
    /// A file of its own: it has its style sheet and a background.
    File,
    /// An HTML page, which has [`STYLE`] in its own style sheet.
    Inline,
}

/// The room around the picture, in pixels.
const MARGIN: f64 = 20.0;

/// The style sheet of every picture; all of it is about elements of the class `tasks-graph` and what is in them.
pub const STYLE: &str = include_str!("style.css");

/// The picture as SVG.
pub fn svg(view: &GraphView, frame: Frame) -> String {
    let shown: Vec<Shown> = view.nodes.iter().map(Shown::new).collect();
    let numbers: HashMap<&str, usize> =
        view.nodes.iter().enumerate().map(|(at, node)| (node.id.as_str(), at)).collect();
    let ends = |edge: &crate::view::EdgeView| (numbers[edge.from.as_str()], numbers[edge.to.as_str()]);
    let layout = lay_out(&Sketch {
        width: WIDTH,
        heights: shown.iter().map(Shown::height).collect(),
        edges: view.edges.iter().map(ends).collect(),
    });
    let inner = layout.width.max(LEAST);
    let (legend, below) = legend(view, inner, layout.height + 26.0);
    let (width, height) = (inner + 2.0 * MARGIN, layout.height + 26.0 + below + 2.0 * MARGIN - 8.0);
    let mut svg = head(view, frame, width, height);
    // What matters is drawn last, on top of what it crosses.
    let mut order: Vec<usize> = (0..view.edges.len()).collect();
    order.sort_by_key(|&at| (view.edges[at].critical, !view.edges[at].settled));
    for at in order {
        svg.push_str(&edge(&view.edges[at], &layout.routes[at]));
    }
    for (shown, rect) in shown.iter().zip(&layout.boxes) {
        svg.push_str(&shown.draw(*rect));
    }
    svg.push_str(&legend);
    svg.push_str("</g>\n</svg>\n");
    svg
}

fn head(view: &GraphView, frame: Frame, width: f64, height: f64) -> String {
    let (width, height) = (number(width.ceil()), number(height.ceil()));
    let (number_of, what) =
        if view.folded { (view.group_count(), "groups") } else { (view.nodes.len(), "tasks") };
    let title = format!("{number_of} {what} and their dependencies");
    let mut head = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" class=\"tasks-graph\" role=\"graphics-document document\" \
         width=\"{width}\" height=\"{height}\" viewBox=\"0 0 {width} {height}\">\n<title>{title}</title>\n"
    );
    if frame == Frame::File {
        let _ = writeln!(head, "<style>\n{STYLE}</style>");
        let _ = writeln!(head, "<rect class=\"paper\" width=\"{width}\" height=\"{height}\"/>");
    }
    let _ = writeln!(head, "<g transform=\"translate({0} {0})\">", number(MARGIN));
    head
}
