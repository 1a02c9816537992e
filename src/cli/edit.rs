//! `tasks edit`.

use super::args::Context;
use super::completing::ids;
use super::editing::refuse_bad_waiting;
use super::writing::{DryRun, Writer};
use crate::change;
use crate::changeset::{ChangeSet, FileChange};
use crate::error::CliError;
use crate::finding::{Finding, Severity};
use crate::format::{commented_template, parse_task, strip_template_comments};
use crate::ui::git_var;
use crate::view::{Paint, Screen};
use camino::Utf8Path;
use clap::Args;
use std::path::Path;
use std::process::Command;

/// Edit a task in your editor
///
/// The editor is the one that Git would start. Keys that the task lacks are offered as comments.
#[derive(Debug, Args)]
pub struct EditArgs {
    /// The task
    #[arg(value_name = "ID", add = ids())]
    id: String,
    #[command(flatten)]
    dry_run: DryRun,
}

/// What came back from the editor.
pub struct Edited {
    /// The file as it should be now.
    pub bytes: Vec<u8>,
    dir: tempfile::TempDir,
}

impl Edited {
    /// Passes a result on; for an error the text is kept and the error says where.
    pub fn keep_on_error<T>(self, result: Result<T, CliError>) -> Result<T, CliError> {
        result.map_err(|error| kept(self.dir, error))
    }
}

/// Edits one task.
pub fn run(context: &Context, args: &EditArgs) -> Result<(), CliError> {
    // Nobody else has to wait while a person thinks: the lock is taken only to write, and what was changed by then is
    // found out there.
    let reading = Writer::begin(context, DryRun { dry_run: true })?;
    let path = reading.path_of(&args.id)?.to_owned();
    let before = reading.read(&path)?;
    let edited = edit(&path, &before)?;
    let is_unchanged = edited.bytes == before;
    let change = FileChange { path: path.clone(), before: Some(before), after: Some(edited.bytes.clone()) };
    let edit = change::Edited::of(change);
    let shown = reading.shown(&path);
    let say = |screen: &mut Screen| {
        if is_unchanged {
            screen.plain("unchanged: ").plain(&shown).line();
        } else {
            screen.plain("edited ").put(Paint::Id, args.id.trim_start_matches('#')).plain(": ");
            screen.plain(&shown).line();
        }
    };
    if is_unchanged {
        return reading.finish(&ChangeSet { files: vec![edit.file] }, say);
    }
    let written = Writer::begin(context, args.dry_run).and_then(|writer| {
        refuse_bad_waiting(&writer, std::slice::from_ref(&edit))?;
        writer.finish(&ChangeSet { files: vec![edit.file] }, say)
    });
    edited.keep_on_error(written)
}

/// Opens the editor on a task file with what it could have besides, outside of the plan; what comes back can be read.
pub fn edit(path: &str, before: &[u8]) -> Result<Edited, CliError> {
    let dir = tempfile::Builder::new().prefix("tasks-edit-").tempdir()?;
    let file = dir.path().join(Utf8Path::new(path).file_name().unwrap_or(path));
    let template = commented_template(path, before);
    std::fs::write(&file, &template)?;
    if let Err(error) = open(&file) {
        let untouched = std::fs::read(&file).is_ok_and(|text| text == template);
        return Err(if untouched { error } else { kept(dir, error) });
    }
    let text = match std::fs::read(&file) {
        Ok(text) => text,
        Err(error) => {
            return Err(kept(dir, CliError::failed(format!("cannot read what was edited: {error}"))));
        }
    };
    let bytes = strip_template_comments(path, before, &text);
    if bytes != before {
        let problems = parse_task(path, &bytes).problems;
        let mut errors = problems.iter().filter(|p| p.severity == Severity::Error).peekable();
        if errors.peek().is_some() {
            let mut error = CliError::failed(format!("{path} would not be right; it was not written"));
            for problem in errors {
                error = error.hint(line(problem));
            }
            return Err(kept(dir, error));
        }
    }
    Ok(Edited { bytes, dir })
}

fn line(problem: &Finding) -> String {
    let help = problem.help.as_deref().map_or_else(String::new, |help| format!("; {help}"));
    format!("{}{help}", problem.message)
}

/// Leaves the text where it is: nobody writes it twice.
fn kept(dir: tempfile::TempDir, error: CliError) -> CliError {
    let place = dir.keep();
    error.hint(format!("the text is kept in {}", place.display()))
}

fn open(file: &Path) -> Result<(), CliError> {
    let editor = git_var("GIT_EDITOR").filter(|editor| !editor.is_empty()).ok_or_else(|| {
        CliError::failed("there is no editor to start")
            .hint("git config core.editor names one, and so does EDITOR")
    })?;
    let status = Command::new("sh")
        .arg("-c")
        .arg(format!("{editor} \"$@\""))
        .arg(&editor)
        .arg(file)
        .status()
        .map_err(|e| CliError::failed(format!("cannot start the editor {editor:?}: {e}")))?;
    if status.success() {
        Ok(())
    } else {
        Err(CliError::failed(format!("the editor {editor:?} failed; nothing was written")))
    }
}
