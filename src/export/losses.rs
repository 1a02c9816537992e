//! What a document cannot hold.

use crate::format::FileKind;
use crate::format::{
    canonical, parse_group, parse_milestone, parse_task, render_group, render_milestone, render_task,
};
use crate::import::unstamped;
use crate::model::natural_cmp;
use crate::plan::Plan;
use crate::snapshot::{PLAN_DIR, PlanFile};
use std::collections::{BTreeMap, HashSet};

/// Something of the plan that a document leaves out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Loss {
    /// What it is, as the beginning of a sentence: `comments and unknown keys`.
    pub what: &'static str,
    /// Where.
    pub paths: Vec<String>,
}

/// The texts, by path, of those files that say more than their values do: comments, keys of other programs.
///
/// Line ends and a byte-order mark are not counted as saying anything.
pub fn excess(plan: &Plan, files: &[PlanFile]) -> BTreeMap<String, String> {
    let suspect: HashSet<&str> =
        plan.snapshot.problems.iter().filter_map(|problem| problem.path.as_deref()).collect();
    let has_more = |file: &&PlanFile| file.bytes.contains(&b'#') || suspect.contains(file.path.as_str());
    let mut found = BTreeMap::new();
    for file in files.iter().filter(has_more) {
        if let Some(text) = text_if_more(file) {
            found.insert(file.path.clone(), text);
        }
    }
    found
}

fn text_if_more(file: &PlanFile) -> Option<String> {
    let text = std::str::from_utf8(&file.bytes).ok()?;
    let text = text.trim_start_matches('\u{feff}').replace("\r\n", "\n");
    let bytes = text.as_bytes();
    let rendered = match FileKind::of(&file.path) {
        FileKind::Config => return None,
        FileKind::Task => render_task(&parse_task(&file.path, bytes).value?),
        FileKind::Group => render_group(&parse_group(&file.path, bytes).value?),
        FileKind::Milestone => render_milestone(&parse_milestone(&file.path, bytes).value?),
    };
    (rendered.as_bytes() != canonical(&file.path, bytes).ok()?).then_some(text)
}

/// Whether a text says no more than its values do, but for the comment that importing wrote.
fn is_only_stamped(path: &str, text: &str) -> bool {
    let text = unstamped(text);
    text_if_more(&PlanFile { path: path.to_owned(), bytes: text.trim_end().as_bytes().to_vec() }).is_none()
}

/// What a document leaves out: files that cannot be read, `others` (files that are no plan files) and, where it cannot
/// hold `sources`, what their values do not say.
pub fn losses(
    plan: &Plan,
    files: &[PlanFile],
    others: &[String],
    sources: Option<&BTreeMap<String, String>>,
) -> Vec<Loss> {
    let snapshot = &plan.snapshot;
    let mut known: HashSet<&str> = snapshot.tasks.iter().map(|entry| entry.path.as_str()).collect();
    known.extend(snapshot.milestones.iter().map(|entry| entry.path.as_str()));
    let is_template = |path: &str| path.starts_with(".tasks/templates/");
    let is_read = |path: &str| {
        known.contains(path)
            || is_template(path)
            || path.ends_with("/group.toml")
            || path == format!("{PLAN_DIR}/config.toml")
    };
    let unread = files.iter().map(|file| file.path.clone()).filter(|path| !is_read(path));
    // What could not even be opened is among the problems alone.
    let is_there =
        |path: &str| files.iter().any(|file| file.path == path) || others.iter().any(|o| o == path);
    let closed =
        snapshot.problems.iter().filter(|p| matches!(p.code, "unreadable-file" | "symlink" | "file-name"));
    let closed = closed.filter_map(|p| p.path.clone()).filter(|path| !is_there(path));
    let mut unread: Vec<String> = unread.chain(closed).collect();
    unread.sort_by(|a, b| natural_cmp(a, b));
    unread.dedup();
    let sources = sources.into_iter().flatten();
    let (stamped, more): (Vec<_>, Vec<_>) = sources.partition(|(path, text)| is_only_stamped(path, text));
    let paths =
        |sources: Vec<(&String, &String)>| sources.into_iter().map(|(path, _)| path.clone()).collect();
    let mut all = vec![
        Loss { what: "files that cannot be read", paths: unread },
        Loss { what: "files that are no plan files", paths: others.to_vec() },
        Loss { what: "comments and keys that are not known", paths: paths(more) },
        Loss { what: "what importing remembers of the documents", paths: paths(stamped) },
    ];
    all.retain(|loss| !loss.paths.is_empty());
    all
}
