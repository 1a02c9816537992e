//! What a picture promises: boxes apart, edges beside them, and few crossings.

use super::{Layout, Point, Rect, Sketch, lay_out};
use proptest::prelude::*;

/// The dependencies of a plan of 40 tasks, as plans have them: a few chains, some that join, some long ones, a hub.
const FORTY: [(usize, usize); 52] = [
    (0, 1),
    (1, 2),
    (2, 3),
    (3, 4),
    (0, 5),
    (5, 6),
    (6, 7),
    (2, 7),
    (7, 8),
    (4, 8),
    (8, 9),
    (0, 10),
    (10, 11),
    (11, 12),
    (12, 13),
    (10, 14),
    (14, 15),
    (15, 16),
    (13, 16),
    (16, 17),
    (9, 17),
    (17, 18),
    (5, 19),
    (19, 20),
    (20, 21),
    (21, 18),
    (10, 22),
    (22, 23),
    (23, 24),
    (24, 25),
    (25, 18),
    (22, 26),
    (26, 27),
    (27, 25),
    (1, 28),
    (28, 29),
    (29, 30),
    (30, 17),
    (28, 31),
    (31, 30),
    (32, 33),
    (33, 34),
    (32, 35),
    (35, 34),
    (34, 36),
    (36, 18),
    (6, 24),
    (14, 23),
    (37, 38),
    (3, 20),
    (11, 26),
    (0, 18),
];

fn sketch(boxes: usize, edges: &[(usize, usize)]) -> Sketch {
    let height = |at: usize| if at.is_multiple_of(3) { 64.0 } else { 46.0 };
    Sketch { width: 220.0, heights: (0..boxes).map(height).collect(), edges: edges.to_vec() }
}

fn overlaps(layout: &Layout) -> Vec<(usize, usize)> {
    let apart = |a: Rect, b: Rect| {
        a.x + a.width < b.x || b.x + b.width < a.x || a.y + a.height < b.y || b.y + b.height < a.y
    };
    let count = layout.boxes.len();
    let pairs = (0..count).flat_map(|a| (a + 1..count).map(move |b| (a, b)));
    pairs.filter(|&(a, b)| !apart(layout.boxes[a], layout.boxes[b])).collect()
}

/// The stretches of all edges, each from left to right.
fn stretches(layout: &Layout) -> Vec<(Point, Point)> {
    let ordered =
        |pair: &[Point]| if pair[0].x <= pair[1].x { (pair[0], pair[1]) } else { (pair[1], pair[0]) };
    layout.routes.iter().flat_map(|route| route.windows(2).map(ordered)).collect()
}

/// Stretches that come nearer than 3 pixels to a box that they do not end at. A curve between two points stays within
/// their rectangle, so the rectangle is what must be free.
fn through_boxes(layout: &Layout) -> usize {
    let hits = |(a, b): (Point, Point), rect: &Rect| {
        let across = a.x < rect.x + rect.width && b.x > rect.x;
        across && a.y.min(b.y) < rect.y + rect.height + 3.0 && a.y.max(b.y) > rect.y - 3.0
    };
    stretches(layout).into_iter().filter(|&s| layout.boxes.iter().any(|rect| hits(s, rect))).count()
}

/// How often edges cross, as they are drawn.
fn crossings(layout: &Layout) -> usize {
    let all = stretches(layout);
    let crosses = |(a, b): (Point, Point), (c, d): (Point, Point)| {
        a.x.total_cmp(&c.x).is_eq() && b.x.total_cmp(&d.x).is_eq() && (a.y - c.y) * (b.y - d.y) < 0.0
    };
    all.iter().enumerate().map(|(at, &s)| all[at + 1..].iter().filter(|&&t| crosses(s, t)).count()).sum()
}

#[test]
fn forty_tasks_are_drawn_with_boxes_apart_and_few_crossings() {
    let layout = lay_out(&sketch(40, &FORTY));
    assert_eq!(overlaps(&layout), []);
    assert_eq!(through_boxes(&layout), 0);
    assert_eq!(crossings(&layout), 6, "more crossings than there were");
    let rightwards = |&(from, to): &(usize, usize)| layout.boxes[from].x < layout.boxes[to].x;
    assert!(FORTY.iter().all(rightwards), "what comes first stands to the left");
    assert!(layout.routes.iter().all(|route| route.len() >= 2), "every edge is drawn");
}

#[test]
fn a_bundle_stands_beside_what_it_leads_to() {
    // A chain of six, and two boxes that lead to a third, which leads to its end.
    let layout = lay_out(&sketch(9, &[(0, 1), (1, 2), (2, 3), (3, 4), (4, 5), (6, 8), (7, 8), (8, 5)]));
    let x = |at: usize| layout.boxes[at].x;
    assert!(
        (x(8) - x(4)).abs() < 0.01 && (x(6) - x(3)).abs() < 0.01 && (x(7) - x(3)).abs() < 0.01,
        "{layout:?}"
    );
}

#[test]
fn a_chain_is_a_straight_line() {
    let layout = lay_out(&sketch(4, &[(0, 1), (1, 2), (2, 3)]));
    let middle = |rect: &Rect| rect.y + rect.height / 2.0;
    let first = middle(&layout.boxes[0]);
    assert!(layout.boxes.iter().all(|rect| (middle(rect) - first).abs() < 0.01), "{layout:?}");
}

proptest! {
    #[test]
    fn boxes_never_overlap_and_edges_pass_beside_them(
        edges in prop::collection::vec((0_usize..14, 0_usize..14), 0..30),
    ) {
        let layout = lay_out(&sketch(14, &edges));
        prop_assert_eq!(overlaps(&layout), vec![]);
        prop_assert_eq!(through_boxes(&layout), 0);
        for (&(from, to), route) in edges.iter().zip(&layout.routes) {
            prop_assert_eq!(route.is_empty(), from == to);
        }
        let inside = |rect: &Rect| rect.x >= 0.0 && rect.y >= -0.01 && rect.x + rect.width <= layout.width + 0.01 && rect.y + rect.height <= layout.height + 0.01;
        prop_assert!(layout.boxes.iter().all(inside));
    }
}
