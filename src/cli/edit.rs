//! `tasks edit`.

use super::args::Context;
use super::completing::ids;
use super::editing::refuse_bad_waiting;
use super::writing::{DryRun, Writer};
use crate::change;
use crate::changeset::{ChangeSet, FileChange};
use crate::error::CliError;
use crate::finding::{Finding, Severity};
use crate::format::{commented_template, parse_task, place_of, strip_template_comments};
use crate::ui::git_var;
use crate::view::{Paint, Screen};
use camino::Utf8Path;
use clap::Args;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::process::Command;
use tempfile::TempDir;

/// Edit tasks in your editor
///
/// The editor is the one that Git would start, with the files of all tasks at once. Keys that a task lacks are offered as
/// comments. Where one of the files has a mistake, nothing is written, and the texts of all are kept.
#[derive(Debug, Args)]
pub struct EditArgs {
    /// The tasks
    #[arg(required = true, value_name = "ID", add = ids())]
    ids: Vec<String>,
    #[command(flatten)]
    dry_run: DryRun,
}

/// What came back from the editor.
pub struct Edited {
    /// The files as they should be now.
    pub files: Vec<Vec<u8>>,
    dir: TempDir,
}

impl Edited {
    /// Passes a result on; for an error the text is kept and the error says where.
    pub fn keep_on_error<T>(self, result: Result<T, CliError>) -> Result<T, CliError> {
        result.map_err(|error| kept(self.dir, error))
    }
}

/// Edits the tasks, all or none.
pub fn run(context: &Context, args: &EditArgs) -> Result<(), CliError> {
    // Nobody else has to wait while a person thinks: the lock is taken only to write, and what was changed by then is
    // found out there.
    let reading = Writer::begin(context, DryRun { dry_run: true })?;
    let mut before: Vec<(String, Vec<u8>)> = Vec::new();
    for id in &args.ids {
        let path = reading.path_of(id)?;
        if !before.iter().any(|(known, _)| known == path) {
            before.push((path.to_owned(), reading.read(path)?));
        }
    }
    let edited = edit(&before)?;
    let change = |((path, before), after): ((String, Vec<u8>), &Vec<u8>)| {
        change::Edited::of(FileChange { path, before: Some(before), after: Some(after.clone()) })
    };
    let edits: Vec<change::Edited> = before.into_iter().zip(&edited.files).map(change).collect();
    let told: Vec<(String, String, bool)> = edits
        .iter()
        .map(|edit| (edit.id.clone(), reading.shown(&edit.file.path), edit.is_changed()))
        .collect();
    let say = |screen: &mut Screen| {
        for (id, shown, is_changed) in &told {
            if *is_changed {
                screen.plain("edited ").put(Paint::Id, id).plain(": ").plain(shown).line();
            } else {
                screen.plain("unchanged: ").plain(shown).line();
            }
        }
    };
    let changes =
        |edits: Vec<change::Edited>| ChangeSet { files: edits.into_iter().map(|edit| edit.file).collect() };
    if !edits.iter().any(change::Edited::is_changed) {
        return reading.finish(&changes(edits), say);
    }
    let written = Writer::begin(context, args.dry_run).and_then(|writer| {
        refuse_bad_waiting(&writer, &edits)?;
        writer.finish(&changes(edits), say)
    });
    edited.keep_on_error(written)
}

/// Opens the editor on task files, each a path and its bytes, with what they could have besides, outside of the plan; what
/// comes back can be read.
pub fn edit(before: &[(String, Vec<u8>)]) -> Result<Edited, CliError> {
    let dir = tempfile::Builder::new().prefix("tasks-edit-").tempdir()?;
    let mut offered: Vec<(PathBuf, Vec<u8>)> = Vec::new();
    for (path, bytes) in before {
        let file = dir.path().join(Utf8Path::new(path).file_name().unwrap_or(path));
        let template = commented_template(path, bytes);
        std::fs::write(&file, &template)?;
        offered.push((file, template));
    }
    if let Err(error) = open(offered.iter().map(|(file, _)| file.as_path())) {
        let is_untouched = |(file, template): &(PathBuf, Vec<u8>)| {
            std::fs::read(file).map_or_else(|e| e.kind() == ErrorKind::NotFound, |text| text == *template)
        };
        return Err(if offered.iter().all(is_untouched) { error } else { kept(dir, error) });
    }
    match offered.iter().zip(before).map(|((file, _), (path, before))| result(file, path, before)).collect() {
        Ok(files) => Ok(Edited { files, dir }),
        Err(error) => Err(kept(dir, error)),
    }
}

/// What became of one file. Mistakes are told with their places in the text that was edited, which is kept.
fn result(file: &Path, path: &str, before: &[u8]) -> Result<Vec<u8>, CliError> {
    let text = std::fs::read(file).map_err(|error| match error.kind() {
        ErrorKind::NotFound => {
            CliError::failed(format!("{path}: the editor left no file behind; nothing was written"))
                .hint("tasks rm removes a task; an editor has to write where the file was")
        }
        _ => CliError::failed(format!("cannot read what was edited: {error}")),
    })?;
    let bytes = strip_template_comments(path, before, &text);
    let is_error = |problem: &&Finding| problem.severity == Severity::Error;
    if bytes == before || !parse_task(path, &bytes).problems.iter().any(|p| is_error(&p)) {
        return Ok(bytes);
    }
    let error = CliError::failed(format!("{path} would not be right; nothing was written"));
    let problems = parse_task(path, &text).problems;
    Err(problems.iter().filter(is_error).fold(error, |error, problem| error.hint(line(file, &text, problem))))
}

fn line(file: &Path, text: &[u8], problem: &Finding) -> String {
    let text = String::from_utf8_lossy(text);
    let by_spot = || place_of(problem.path.as_deref().unwrap_or_default(), &text, problem.spot.as_ref()?);
    let place = problem.place.or_else(by_spot);
    let place = place.map_or_else(String::new, |place| format!(":{}:{}", place.line, place.column));
    let help = problem.help.as_deref().map_or_else(String::new, |help| format!("; {help}"));
    format!("{}{place}: {}{help}", file.display(), problem.message)
}

/// Leaves the texts where they are: nobody writes them twice.
fn kept(dir: TempDir, error: CliError) -> CliError {
    let is_empty = std::fs::read_dir(dir.path()).is_ok_and(|mut files| files.next().is_none());
    if is_empty {
        return error;
    }
    let place = dir.keep();
    error.hint(format!("the text is kept in {}", place.display()))
}

fn open<'f>(files: impl Iterator<Item = &'f Path>) -> Result<(), CliError> {
    let editor = git_var("GIT_EDITOR").filter(|editor| !editor.is_empty()).ok_or_else(|| {
        CliError::failed("there is no editor to start")
            .hint("git config core.editor names one, and so does EDITOR")
    })?;
    let status = Command::new("sh")
        .arg("-c")
        .arg(format!("{editor} \"$@\""))
        .arg(&editor)
        .args(files)
        .status()
        .map_err(|e| CliError::failed(format!("cannot start the editor {editor:?}: {e}")))?;
    if status.success() {
        Ok(())
    } else {
        Err(CliError::failed(format!("the editor {editor:?} failed; nothing was written")))
    }
}
