//! What all pictures say of a node.

use crate::model::Status;
use crate::view::{GroupCounts, NodeKind, NodeView};

/// The name of a status, as a class and in words.
pub fn status(node: &NodeView) -> (&'static str, &'static str) {
    match node.status {
        Status::Pending => ("ready", "ready"),
        Status::InProgress => ("in_progress", "in progress"),
        Status::Blocked => ("blocked", "waiting"),
        Status::Completed => ("completed", "completed"),
        Status::Cancelled => ("cancelled", "cancelled"),
        Status::Unknown => ("unknown", "unknown"),
    }
}

/// The node's id, or what it stands for.
pub fn label(node: &NodeView) -> String {
    match node.kind {
        NodeKind::Group if node.group.is_empty() => "no group".to_owned(),
        NodeKind::Groups => format!("{} groups", node.groups.len()),
        NodeKind::Task | NodeKind::Group => node.id.clone(),
        NodeKind::GroupEnd => format!("all of {}", node.id),
    }
}

/// `2 in progress, 3 ready, 4 waiting`, without what there is none of.
pub fn counts(counts: GroupCounts) -> String {
    let parts = [(counts.in_progress, "in progress"), (counts.ready, "ready"), (counts.waiting, "waiting")];
    let some = parts.iter().filter(|(number, _)| *number > 0);
    some.map(|(number, word)| format!("{number} {word}")).collect::<Vec<_>>().join(", ")
}

/// Everything about a node in one line.
pub fn sentence(node: &NodeView) -> String {
    let mut words = match (node.kind, node.counts) {
        (NodeKind::Task, _) | (_, None) => format!("{} {}: {}", node.id, node.title, status(node).1),
        (_, Some(counts)) => {
            let open = self::counts(counts);
            let open = if open.is_empty() { open } else { format!(", {open}") };
            format!("{}, {}: {} of {} settled{open}", label(node), node.title, counts.settled, counts.total)
        }
    };
    if node.kind == NodeKind::Groups {
        words.push_str(", which wait for each other");
    }
    if node.overdue {
        words.push_str(", overdue");
    }
    if node.critical {
        words.push_str(", on the critical path");
    }
    words
}
