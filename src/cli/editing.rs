//! What commands that edit task files share: each file is edited in memory, and all are written together or none.

use super::args::Context;
use super::writing::Writer;
use crate::change::{ChangeError, Edited, edit_task};
use crate::changeset::ChangeSet;
use crate::error::CliError;
use crate::evidence::{Ignored, Item};
use crate::format::Document;
use crate::model::Task;
use crate::plan::Plan;
use crate::snapshot::TaskEntry;
use crate::view::Paint;
use crate::workspace::{Scope, refuse_broken_config};
use std::mem::ManuallyDrop;

/// Where and what a task is, for an edit.
pub struct Target<'a> {
    /// Its id, as the file's name spells it.
    pub id: &'a str,
    /// Its file.
    pub path: &'a str,
    /// What the file says.
    pub task: &'a Task,
}

/// Edits the files of the tasks `ids`, each once; the first that is refused refuses them all.
pub fn edit(
    writer: &Writer<'_>,
    ids: &[impl AsRef<str>],
    edit: impl Fn(&mut Document, &Target<'_>) -> Result<(), ChangeError>,
) -> Result<Vec<Edited>, CliError> {
    let mut edits: Vec<Edited> = Vec::with_capacity(ids.len());
    for id in ids {
        let path = writer.path_of(id.as_ref())?;
        if edits.iter().any(|known| known.file.path == path) {
            continue;
        }
        let edited = edit_task(path, writer.read(path)?, |document, task, id| {
            edit(document, &Target { id, path, task })
        });
        edits.push(edited?);
    }
    Ok(edits)
}

/// Writes the edits and says for each task, in one line behind its id, what was done.
pub fn finish(
    context: &Context,
    writer: Writer<'_>,
    edits: Vec<Edited>,
    said: impl Fn(&Edited) -> String,
) -> Result<(), CliError> {
    let said = |edit: &Edited| if edit.is_changed() { said(edit) } else { "is unchanged".to_owned() };
    let lines: Vec<(String, String)> = edits.iter().map(|edit| (edit.id.clone(), said(edit))).collect();
    let changes = ChangeSet { files: edits.into_iter().map(|edit| edit.file).collect() };
    write(context, writer, &changes, &lines)
}

/// Writes the changes and says the lines, each an id and what was done.
pub fn write(
    context: &Context,
    writer: Writer<'_>,
    changes: &ChangeSet,
    lines: &[(String, String)],
) -> Result<(), CliError> {
    let say = |screen: &mut crate::view::Screen| {
        for (id, said) in lines {
            // One line each, whatever the texts hold.
            let said = said.split_whitespace().collect::<Vec<_>>().join(" ");
            screen.put(Paint::Id, id).plain(&format!(" {said}")).line();
        }
    };
    if changes.is_empty() {
        let mut screen = context.ui.screen();
        say(&mut screen);
        return context.ui.done(screen);
    }
    writer.finish(changes, say)
}

/// What every clone would say, as far as it can.
const SCOPE: Scope = Scope { shared: true, beyond_boundary: false, shallow_will_do: true, alone: true };

/// The plan by what files and commits say, for commands whose answer depends on whether the tasks in these files are settled
/// already. Of other tasks it may know nothing.
pub fn standing(
    context: &Context,
    writer: &Writer<'_>,
    paths: &[&str],
) -> Result<ManuallyDrop<Plan>, CliError> {
    let plan = ManuallyDrop::new(writer.workspace.plan_of(paths, SCOPE)?);
    refuse_broken_config(&plan.snapshot)?;
    if is_certain(writer, &plan)? { Ok(plan) } else { context.derive(&writer.workspace, SCOPE) }
}

/// Whether commits complete the tasks of a plan of few files just as they do in the whole plan. What other files say matters
/// in two ways: a word that is no reference voids what stands beside it, unless it is the id of a task; and a task that had an
/// id before may be what a commit means by it.
fn is_certain(writer: &Writer<'_>, plan: &Plan) -> Result<bool, CliError> {
    let evidence = &plan.evidence.tasks;
    let is_void = |item: &Item| matches!(item.ignored, Some(Ignored::Void(_)));
    if evidence.iter().any(|task| task.items.iter().any(is_void)) {
        return Ok(false);
    }
    let completed = evidence.iter().zip(&plan.snapshot.tasks).filter(|(task, _)| task.completed_by.is_some());
    let completed: Vec<&TaskEntry> = completed.map(|(_, entry)| entry).collect();
    if completed.is_empty() {
        return Ok(true);
    }
    if completed.iter().any(|entry| !entry.task.aka.is_empty()) {
        return Ok(false);
    }
    let former = writer.former_ids()?;
    Ok(!completed.iter().any(|entry| former.contains(&entry.id)))
}
