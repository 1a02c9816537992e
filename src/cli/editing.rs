//! What commands that edit task files share: each file is edited in memory, and all are written together or none.

use super::args::Context;
use super::writing::Writer;
use crate::change::{ChangeError, Edited, Names, Standing, edit_task, new_cycle};
use crate::changeset::{ChangeSet, FileChange};
use crate::error::CliError;
use crate::evidence::{Ignored, Item, TaskEvidence};
use crate::files;
use crate::format::Document;
use crate::git::History;
use crate::model::Task;
use crate::snapshot::{Snapshot, TaskEntry};
use crate::view::Paint;
use crate::workspace::{Few, Scope};
use std::collections::{HashMap, HashSet};

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
    let mut seen = HashSet::new();
    for id in ids {
        let path = writer.path_of(id.as_ref())?;
        if !seen.insert(path) {
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
    writer: Writer<'_>,
    edits: Vec<Edited>,
    said: impl Fn(&Edited) -> String,
) -> Result<(), CliError> {
    let said = |edit: &Edited| if edit.is_changed() { said(edit) } else { "is unchanged".to_owned() };
    let lines: Vec<(String, String)> = edits.iter().map(|edit| (edit.id.clone(), said(edit))).collect();
    let changes = ChangeSet { files: edits.into_iter().map(|edit| edit.file).collect() };
    write(writer, &changes, &lines)
}

/// Writes the changes and says the lines, each an id and what was done.
pub fn write(writer: Writer<'_>, changes: &ChangeSet, lines: &[(String, String)]) -> Result<(), CliError> {
    writer.finish(changes, |screen| {
        for (id, said) in lines {
            // One line each, whatever the texts hold.
            let said = said.split_whitespace().collect::<Vec<_>>().join(" ");
            screen.put(Paint::Id, id).plain(&format!(" {said}")).line();
        }
    })
}

/// Refuses dependencies that a file was given by hand and that `set` would not give it: on the task itself, on what the plan does
/// not have, and round in a circle. What was wrong before is left to whoever mends it.
pub fn refuse_bad_waiting(writer: &Writer<'_>, edits: &[Edited]) -> Result<(), CliError> {
    let names = Names::new(writer.paths.iter());
    for edit in edits {
        for new in edit.after.depends.iter().filter(|dependency| !edit.before.depends.contains(dependency)) {
            let name = new.to_string();
            if name.eq_ignore_ascii_case(&edit.id) {
                return Err(ChangeError::Itself { id: edit.id.clone() }.into());
            }
            names.dependency(&name)?;
        }
    }
    refuse_cycles(writer, edits)
}

/// Tasks that wait for each other are never done. Only where dependencies change need all files be read.
pub fn refuse_cycles(writer: &Writer<'_>, edits: &[Edited]) -> Result<(), CliError> {
    let waits_anew = |edit: &&Edited| edit.before.depends != edit.after.depends;
    let changes: Vec<&FileChange> = edits.iter().filter(waits_anew).map(|edit| &edit.file).collect();
    if changes.is_empty() {
        return Ok(());
    }
    let plan = files::read_plan(&writer.root)?.ok_or_else(|| writer.workspace.no_plan())?;
    match new_cycle(plan, &changes) {
        Some(ids) => Err(ChangeError::Cycle { ids }.into()),
        None => Ok(()),
    }
}

/// What every clone would say, as far as it can.
const SCOPE: Scope = Scope { shared: true, beyond_boundary: false, shallow_will_do: true, alone: true };

/// How the tasks in these files stand, by path; nothing of a file that cannot be read.
pub fn standing(
    context: &Context,
    writer: &Writer<'_>,
    paths: &[&str],
) -> Result<HashMap<String, Standing>, CliError> {
    let few = writer.workspace.few(paths)?;
    if is_certain(writer, &few) {
        return Ok(standings(&few.snapshot, &few.evidence, &few.history));
    }
    let plan = context.derive(&writer.workspace, SCOPE)?;
    Ok(standings(&plan.snapshot, &plan.evidence.tasks, &plan.history))
}

fn standings(snapshot: &Snapshot, evidence: &[TaskEvidence], history: &History) -> HashMap<String, Standing> {
    let standing = |(entry, evidence): (&TaskEntry, &TaskEvidence)| {
        (entry.path.clone(), Standing::of(&entry.task, evidence, history))
    };
    snapshot.tasks.iter().zip(evidence).map(standing).collect()
}

/// Whether commits say of few tasks just what they do in the whole plan. What other files say matters in two ways: a word
/// that is no reference voids what stands beside it, unless it is the id of a task; and a task that had an id before may be
/// what a commit means by it.
fn is_certain(writer: &Writer<'_>, few: &Few) -> bool {
    let is_void = |item: &Item| matches!(item.ignored, Some(Ignored::Void(_)));
    if few.evidence.iter().any(|task| task.items.iter().any(is_void)) {
        return false;
    }
    let tasks = few.evidence.iter().zip(&few.snapshot.tasks);
    let counts = |evidence: &TaskEvidence| evidence.items.iter().any(|item| item.ignored.is_none());
    let named: Vec<&TaskEntry> =
        tasks.filter(|(evidence, _)| counts(evidence)).map(|(_, entry)| entry).collect();
    if named.is_empty() {
        return true;
    }
    if named.iter().any(|entry| !entry.task.aka.is_empty()) {
        return false;
    }
    let former = writer.former_ids();
    !named.iter().any(|entry| former.contains(&entry.id))
}
