//! What became of a task's id.

use super::parts::count;
use crate::view::{Paint, RenumberView, Screen};

/// How many files are named.
const FEW: usize = 10;

/// The new id and path; then what else was changed, and what was not.
pub fn renumber(view: &RenumberView, screen: &mut Screen) {
    screen
        .put(Paint::Id, &view.before)
        .plain(" is now ")
        .put(Paint::Id, &view.after)
        .plain(": ")
        .plain(&view.path)
        .line();
    if !view.changed.is_empty() {
        screen.plain(&format!("{} now by its new id: ", names(view.changed.len())));
        screen.plain(&few(&view.changed)).line();
    }
    for mention in &view.undecided {
        let text = format!(
            "{} names {} in {}, and nothing tells which of the two it means: left as it is",
            mention.path, view.before, mention.key
        );
        screen.put(Paint::Waiting, &text).line();
    }
    if !view.texts.is_empty() {
        let noun = if view.texts.len() == 1 { "text that seems" } else { "texts that seem" };
        screen.put(Paint::Dim, &format!("{noun} to name {} left as written: ", view.before));
        screen.put(Paint::Dim, &few(&view.texts)).line();
    }
}

fn names(files: usize) -> String {
    if files == 1 { "1 file names it".to_owned() } else { format!("{} name it", count(files, "file")) }
}

fn few(paths: &[String]) -> String {
    let shown = paths.iter().take(FEW).cloned().collect::<Vec<_>>().join(", ");
    match paths.len().saturating_sub(FEW) {
        0 => shown,
        more => format!("{shown} and {more} more"),
    }
}
