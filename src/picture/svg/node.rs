//! Boxes.

use super::mark::mark;
use super::measure::{cut, width, wrap};
use super::xml::{number, text};
use crate::picture::Rect;
use crate::picture::words;
use crate::view::{NodeKind, NodeView};
use std::fmt::Write as _;

/// How wide every box is, in pixels.
pub const WIDTH: f64 = 224.0;
/// The sizes of the font for titles and for everything else.
const TITLE: f64 = 13.0;
const SMALL: f64 = 11.0;
/// From one line of a title to the next.
const LINE: f64 = 17.0;
/// The room beside the text.
const SIDE: f64 = 12.0;

/// What a box shows.
pub struct Shown<'a> {
    node: &'a NodeView,
    title: Vec<String>,
}

impl<'a> Shown<'a> {
    /// Breaks the title into lines.
    pub fn new(node: &'a NodeView) -> Self {
        let lines = match node.kind {
            NodeKind::Task => 2,
            NodeKind::Group => 1,
            NodeKind::Groups => 6,
            NodeKind::GroupEnd => 0,
        };
        let is_said = node.kind == NodeKind::Group && node.title == node.group;
        let room = WIDTH - 2.0 * SIDE;
        let title = if lines == 0 || is_said { Vec::new() } else { wrap(&node.title, TITLE, room, lines) };
        Self { node, title }
    }

    /// How high the box is, in pixels.
    pub fn height(&self) -> f64 {
        let lines = self.title.len() as f64 * LINE;
        match self.node.kind {
            NodeKind::Task => 32.0 + lines,
            NodeKind::Group | NodeKind::Groups => 58.0 + lines,
            NodeKind::GroupEnd => 30.0,
        }
    }

    /// The box at its place.
    pub fn draw(&self, rect: Rect) -> String {
        let node = self.node;
        let mut class = format!("n {}", words::status(node).0);
        for (is, name) in [
            (node.critical, " c"),
            (node.focus, " focus"),
            (node.kind == NodeKind::GroupEnd, " end"),
            (node.kind == NodeKind::Group, " group"),
            (node.kind == NodeKind::Groups, " group circle"),
        ] {
            if is {
                class.push_str(name);
            }
        }
        let mut drawn = format!(
            "<g class=\"{class}\" role=\"graphics-symbol img\"><title>{}</title>",
            text(&words::sentence(node))
        );
        let round = if node.kind == NodeKind::GroupEnd { 15 } else { 6 };
        drawn.push_str(&frame("b", rect, round));
        if node.kind == NodeKind::Groups {
            let Rect { x, y, width, height } = rect;
            let inner = Rect { x: x + 3.0, y: y + 3.0, width: width - 6.0, height: height - 6.0 };
            drawn.push_str(&frame("b in", inner, 4));
        }
        let first = rect.y + 20.0;
        drawn.push_str(&mark(node.status, rect.x + SIDE + 5.0, first - 4.0));
        self.head(rect, first, &mut drawn);
        let mut y = first;
        for line in &self.title {
            y += LINE;
            drawn.push_str(&label("t", rect.x + SIDE, y, line));
        }
        if matches!(node.kind, NodeKind::Group | NodeKind::Groups) {
            self.progress(rect, y + LINE, &mut drawn);
        }
        drawn.push_str("</g>\n");
        drawn
    }

    /// The first line: the id, and at the right edge the group or how much of it is settled.
    fn head(&self, rect: Rect, y: f64, drawn: &mut String) {
        let node = self.node;
        let left = rect.x + SIDE + 16.0;
        let room = WIDTH - 2.0 * SIDE - 16.0;
        let aside = match node.counts {
            Some(counts) => format!("{} of {}", counts.settled, counts.total),
            None if node.overdue => "overdue".to_owned(),
            None => node.group.clone(),
        };
        // An id is never longer than it may be, but a group's name can be: the count beside it stays whole.
        let share = if node.counts.is_some() { width(&aside, SMALL) + 10.0 } else { room * 0.4 };
        let id = cut(&words::label(node), SMALL * 1.06, room - share);
        let left_over = room - width(&id, SMALL * 1.06) - 10.0;
        drawn.push_str(&label("id", left, y, &id));
        let class = if node.overdue { "a late" } else { "a" };
        drawn.push_str(&label(class, rect.x + WIDTH - SIDE, y, &cut(&aside, SMALL, left_over)));
    }

    fn progress(&self, rect: Rect, y: f64, drawn: &mut String) {
        let Some(counts) = self.node.counts else { return };
        let room = WIDTH - 2.0 * SIDE;
        let open = cut(&words::counts(counts), SMALL, room);
        drawn.push_str(&label("d", rect.x + SIDE, y, &open));
        let share = counts.settled as f64 / counts.total.max(1) as f64;
        for (class, width) in [("bar", room), ("bar full", room * share)] {
            let _ = write!(
                drawn,
                "<rect class=\"{class}\" x=\"{}\" y=\"{}\" width=\"{}\" height=\"4\" rx=\"2\"/>",
                number(rect.x + SIDE),
                number(y + 9.0),
                number(width)
            );
        }
    }
}

/// The edge of a box.
pub fn frame(class: &str, rect: Rect, round: usize) -> String {
    let (x, y) = (number(rect.x), number(rect.y));
    let (width, height) = (number(rect.width), number(rect.height));
    format!(
        "<rect class=\"{class}\" x=\"{x}\" y=\"{y}\" width=\"{width}\" height=\"{height}\" rx=\"{round}\"/>"
    )
}

/// A line of text.
pub fn label(class: &str, x: f64, y: f64, line: &str) -> String {
    if line.is_empty() {
        return String::new();
    }
    format!("<text class=\"{class}\" x=\"{}\" y=\"{}\">{}</text>", number(x), number(y), text(line))
}
