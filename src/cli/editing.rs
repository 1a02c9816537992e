//! What commands that edit task files share: each file is edited in memory, and all are written together or none.

use super::args::Context;
use super::writing::Writer;
use crate::change::{ChangeError, Edited, edit_task};
use crate::changeset::ChangeSet;
use crate::error::CliError;
use crate::format::Document;
use crate::model::Task;
use crate::plan::Plan;
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

/// Whether a commit may complete one of the tasks in these files; where not, that is certain, and nothing else was read.
pub fn may_be_completed(writer: &Writer<'_>, paths: &[&str]) -> Result<bool, CliError> {
    let plan = writer.workspace.plan_of(paths, SCOPE)?;
    refuse_broken_config(&plan.snapshot)?;
    Ok(plan.evidence.tasks.iter().any(|task| task.completed_by.is_some()))
}

/// What every clone would say, as far as it can.
const SCOPE: Scope = Scope { shared: true, beyond_boundary: false, shallow_will_do: true, alone: true };

/// The plan by what files and commits say, for commands whose answer depends on what is so already.
pub fn standing(context: &Context, writer: &Writer<'_>) -> Result<ManuallyDrop<Plan>, CliError> {
    context.derive(&writer.workspace, SCOPE)
}
