//! What commands that edit task files share: each file is edited in memory, and all are written together or none.

use super::args::Context;
use super::writing::Writer;
use crate::change::{ChangeError, Edited, edit_task};
use crate::changeset::ChangeSet;
use crate::error::CliError;
use crate::format::Document;
use crate::model::Task;
use crate::view::Paint;

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
    let lines: Vec<(String, String)> = edits
        .iter()
        .map(|edit| {
            let said = if edit.is_changed() { said(edit) } else { "is unchanged".to_owned() };
            (edit.id.clone(), said)
        })
        .collect();
    let changes = ChangeSet { files: edits.into_iter().map(|edit| edit.file).collect() };
    let say = |screen: &mut crate::view::Screen| {
        for (id, said) in &lines {
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
    writer.finish(&changes, say)
}
