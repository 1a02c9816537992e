//! Marks of statuses, drawn rather than written, so that no font can lack them.

use super::xml::number;
use crate::model::Status;

/// The mark of a status, of ten pixels around a middle.
pub fn mark(status: Status, x: f64, y: f64) -> String {
    let at = |dx: f64, dy: f64| format!("{} {}", number(x + dx), number(y + dy));
    let circle = format!("<circle class=\"m\" cx=\"{}\" cy=\"{}\" r=\"4.5\"/>", number(x), number(y));
    match status {
        Status::Pending => circle,
        Status::InProgress => {
            format!("{circle}<path class=\"f\" d=\"M{} a4.5 4.5 0 0 1 0 9 z\"/>", at(0.0, -4.5))
        }
        Status::Blocked => format!(
            "<rect class=\"f\" x=\"{}\" y=\"{}\" width=\"9\" height=\"9\" rx=\"1.5\"/>",
            number(x - 4.5),
            number(y - 4.5)
        ),
        Status::Completed => {
            format!("<path class=\"m\" d=\"M{} L{} L{}\"/>", at(-4.5, 0.5), at(-1.5, 4.0), at(4.5, -4.0))
        }
        Status::Cancelled => format!(
            "<path class=\"m\" d=\"M{} L{} M{} L{}\"/>",
            at(-4.0, -4.0),
            at(4.0, 4.0),
            at(4.0, -4.0),
            at(-4.0, 4.0)
        ),
        Status::Unknown => format!("{circle}<path class=\"m\" d=\"M{} L{}\"/>", at(-2.0, 0.0), at(2.0, 0.0)),
    }
}
