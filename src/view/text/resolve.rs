//! What became of files that a merge left with conflicts.

use crate::view::{Paint, ResolveView, Screen};

/// What is left to be decided, what is mended, and what to do next.
pub fn resolve(view: &ResolveView, screen: &mut Screen) {
    if view.resolved.is_empty() && view.is_clean() {
        screen.plain("no plan file has conflicts").line();
        return;
    }
    for conflict in &view.conflicts {
        screen.put(Paint::Bad, "conflict ").put(Paint::Commit, &conflict.path);
        match (conflict.line, conflict.removed_by) {
            (Some(line), _) => screen.put(Paint::Commit, &format!(":{line}")).line(),
            (None, Some(side)) => {
                screen.plain(&format!(" was removed by {side} and changed by the other side")).line()
            }
            (None, None) => screen.line(),
        };
    }
    for file in &view.resolved {
        screen.put(Paint::Good, "resolved ").put(Paint::Commit, &file.path);
        if !file.has_base {
            screen.plain("; what both sides had before is not known, so look for what was removed");
        }
        screen.line();
    }
    if !view.is_clean() {
        let removed = view.conflicts.iter().any(|conflict| conflict.removed_by.is_some());
        let help = if removed {
            "edit what is between the markers; git add keeps a removed file, git rm lets it go"
        } else {
            "edit what is between the markers, or run tasks resolve --ours or --theirs"
        };
        screen.put(Paint::Dim, help).line();
    } else if view.resolved.iter().any(|file| file.unmerged) {
        screen.put(Paint::Dim, "git add .tasks marks them as resolved").line();
    }
}
