//! What became of files that a merge left with conflicts.

use crate::view::{ConflictView, Paint, ResolveView, Screen};

/// What is left to be decided, what is mended, and what to do next.
pub fn resolve(view: &ResolveView, screen: &mut Screen) {
    if view.resolved.is_empty() && view.is_clean() {
        screen.plain("no plan file has conflicts").line();
        return;
    }
    for conflict in &view.conflicts {
        screen.put(Paint::Bad, "conflict ").put(Paint::Commit, &conflict.path);
        if let Some(line) = conflict.line {
            screen.put(Paint::Commit, &format!(":{line}"));
        } else if let Some(side) = conflict.removed_by {
            screen.plain(&format!(" was removed by {side} and changed by the other side"));
        } else if let Some(side) = conflict.new_on {
            screen.plain(&format!(
                " is new on one side ({side}), and its folder or the task was moved on the other"
            ));
        }
        screen.line();
    }
    for file in &view.resolved {
        screen.put(Paint::Good, "resolved ").put(Paint::Commit, &file.path);
        if !file.has_base {
            screen.plain("; what both sides had before is not known, so look for what was removed");
        }
        screen.line();
    }
    if !view.is_clean() {
        for help in helps(view) {
            screen.put(Paint::Dim, help).line();
        }
    } else if view.resolved.iter().any(|file| file.unmerged) {
        screen.put(Paint::Dim, "git add .tasks marks them as resolved").line();
    }
}

/// What to do about each kind of conflict that is left.
fn helps(view: &ResolveView) -> Vec<&'static str> {
    let any = |is: fn(&ConflictView) -> bool| view.conflicts.iter().any(is);
    let helps = [
        (
            any(|conflict| conflict.line.is_some()),
            "edit what is between the markers, or run tasks resolve --ours or --theirs",
        ),
        (
            any(|conflict| conflict.removed_by.is_some()),
            "git add keeps a file that one side removed, git rm lets it go",
        ),
        (
            any(|conflict| conflict.new_on.is_some()),
            "git add keeps a new file where it is now, git mv moves it; of a task that both sides moved keep one file",
        ),
    ];
    helps.into_iter().filter_map(|(is_there, help)| is_there.then_some(help)).collect()
}
