//! Arrows.

use super::xml::number;
use crate::picture::Point;
use crate::view::EdgeView;
use std::fmt::Write as _;

/// How long and how wide half of an arrow's head is, in pixels.
const HEAD: (f64, f64) = (7.0, 3.5);

/// The arrow along a way; nothing for an edge that has none.
pub fn edge(edge: &EdgeView, route: &[Point]) -> String {
    let (Some(&first), [.., before, last]) = (route.first(), route) else { return String::new() };
    let mut class = String::from("e");
    for (is, name) in [(edge.critical, " c"), (edge.indirect, " i"), (edge.settled, " s")] {
        if is {
            class.push_str(name);
        }
    }
    // The line ends within the head, so that its end does not stick out.
    let back = if last.x >= before.x { -1.0 } else { 1.0 };
    let mut path = format!("M{} {}", number(first.x), number(first.y));
    let mut at = first;
    for (step, &to) in route.iter().enumerate().skip(1) {
        let x = if step + 1 == route.len() { to.x + back * (HEAD.0 - 1.0) } else { to.x };
        if (to.y - at.y).abs() < 0.05 {
            let _ = write!(path, " H{}", number(x));
        } else {
            let middle = number(f64::midpoint(at.x, x));
            let (from, level) = (number(at.y), number(to.y));
            let _ = write!(path, " C{middle} {from} {middle} {level} {} {level}", number(x));
        }
        at = to;
    }
    let head = format!(
        "M{} {} l{} {} v{} z",
        number(last.x),
        number(last.y),
        number(back * HEAD.0),
        number(-HEAD.1),
        number(2.0 * HEAD.1)
    );
    format!("<g class=\"{class}\"><path d=\"{path}\"/><path class=\"h\" d=\"{head}\"/></g>\n")
}
