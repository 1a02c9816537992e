//! Reading the plan of a work tree.

use super::FilesError;
use crate::finding::{Finding, Severity};
use crate::format::MAX_FILE_SIZE;
use crate::snapshot::{MAX_FILES, PLAN_DIR, PlanFile, PlanFiles, is_ignored_name, is_plan_file_name};
use std::fs::File;
use std::io::{ErrorKind, Read};
use std::path::Path;
use walkdir::{DirEntry, WalkDir};

/// Most task files are shorter.
const USUAL_SIZE: usize = 2048;

/// The plan files below `root` in no order, and what could not be read of them; `None` if there is no `.tasks`.
///
/// Symbolic links are not followed, and a file that cannot be read costs nothing but itself.
pub fn read_plan(root: &Path) -> Result<Option<PlanFiles>, FilesError> {
    let plan = root.join(PLAN_DIR);
    if !is_plan(&plan)? {
        return Ok(None);
    }
    let mut read = PlanFiles::default();
    let entries = WalkDir::new(&plan).min_depth(1).into_iter();
    for entry in entries.filter_entry(|e| !e.file_name().to_str().is_some_and(is_plan_ignored(e))) {
        match entry {
            Ok(entry) => match read_entry(root, &entry) {
                Some(Ok(file)) => read.files.push(file),
                Some(Err(finding)) => read.problems.push(finding),
                None => {}
            },
            Err(error) => read.problems.push(unreadable_directory(root, &error)),
        }
        if read.files.len() > MAX_FILES {
            return Err(FilesError::TooManyFiles { path: plan, max: MAX_FILES });
        }
    }
    Ok(Some(read))
}

/// The paths of all plan files below `root`, found by their names alone: a command that changes one task need not read
/// ten thousand. `None` if there is no `.tasks`.
pub fn plan_paths(root: &Path) -> Result<Option<Vec<String>>, FilesError> {
    let plan = root.join(PLAN_DIR);
    if !is_plan(&plan)? {
        return Ok(None);
    }
    let entries = WalkDir::new(&plan).min_depth(1).into_iter();
    let entries = entries.filter_entry(|e| !e.file_name().to_str().is_some_and(is_plan_ignored(e)));
    let is_file =
        |e: &DirEntry| e.file_type().is_file() && e.file_name().to_str().is_some_and(is_plan_file_name);
    Ok(Some(entries.flatten().filter(is_file).map(|e| relative(root, e.path())).collect()))
}

/// A file below `.tasks` that no plan has: a sign that another program keeps its own files there. Templates and the
/// schema for editors belong to a plan.
pub fn foreign_path(root: &Path) -> Result<Option<String>, FilesError> {
    let plan = root.join(PLAN_DIR);
    if !is_plan(&plan)? {
        return Ok(None);
    }
    let entries = WalkDir::new(&plan).min_depth(1).sort_by_file_name().into_iter();
    let entries = entries.filter_entry(|e| {
        let ours = e.depth() == 1 && (e.file_name() == "templates" || e.file_name() == "schema.json");
        !ours && !e.file_name().to_str().is_some_and(is_plan_ignored(e))
    });
    let is_foreign =
        |e: &DirEntry| !e.file_type().is_dir() && !e.file_name().to_str().is_some_and(is_plan_file_name);
    Ok(entries.flatten().find(is_foreign).map(|e| relative(root, e.path())))
}

/// The paths of files below `.tasks` that are no plan files, such as notes and templates, in the order of their names.
pub fn other_paths(root: &Path) -> Result<Vec<String>, FilesError> {
    let plan = root.join(PLAN_DIR);
    if !is_plan(&plan)? {
        return Ok(Vec::new());
    }
    let entries = WalkDir::new(&plan).min_depth(1).sort_by_file_name().into_iter();
    let entries = entries.filter_entry(|e| !e.file_name().to_str().is_some_and(is_plan_ignored(e)));
    let is_other =
        |e: &DirEntry| !e.file_type().is_dir() && !e.file_name().to_str().is_some_and(is_plan_file_name);
    Ok(entries.flatten().filter(is_other).map(|e| relative(root, e.path())).collect())
}

/// The content of one plan file.
pub fn read_one(root: &Path, path: &str) -> Result<Vec<u8>, FilesError> {
    let file = root.join(path);
    read_file(&file).map_err(FilesError::io("read", &file))
}

/// The path from the root, with `/` between parts, of a file or directory that was named on the command line; `None` if it
/// lies elsewhere.
pub fn path_below(root: &Path, path: &Path) -> Result<Option<String>, FilesError> {
    let path = &Path::new(".").join(path);
    // What was removed has no canonical path, but the directory that it was in may have one.
    let canonical =
        || path.parent()?.canonicalize().ok().zip(path.file_name()).map(|(dir, name)| dir.join(name));
    let found = match path.canonicalize().ok().or_else(canonical) {
        Some(found) => found,
        None => std::path::absolute(path).map_err(FilesError::io("find", path))?,
    };
    Ok(found.starts_with(root).then(|| relative(root, &found)))
}

/// Whether there is a plan; an error if `.tasks` is no directory of its own.
pub(super) fn is_plan(plan: &Path) -> Result<bool, FilesError> {
    let what = match plan.symlink_metadata() {
        Ok(meta) if meta.is_dir() => return Ok(true),
        Ok(meta) if meta.is_symlink() => "a symbolic link",
        Ok(_) => "a file",
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(false),
        Err(error) => return Err(FilesError::io("look at", plan)(error)),
    };
    Err(FilesError::PlanIsNoDirectory { path: plan.to_owned(), what })
}

/// `.tasks` itself starts with a dot and is not ignored.
fn is_plan_ignored(entry: &DirEntry) -> impl Fn(&str) -> bool {
    let depth = entry.depth();
    move |name| depth > 0 && is_ignored_name(name)
}

/// `None` for what is no plan file: directories, and files that are not TOML.
fn read_entry(root: &Path, entry: &DirEntry) -> Option<Result<PlanFile, Finding>> {
    let path = relative(root, entry.path());
    if entry.file_name().to_str().is_none() {
        return Some(Err(Finding::file_name(path)));
    }
    let kind = entry.file_type();
    if kind.is_symlink() {
        return Some(Err(Finding::symlink(path)));
    }
    // Below a directory whose name is not UTF-8 nothing has a path; the directory has its finding.
    let is_plan_file = entry.file_name().to_str().is_some_and(is_plan_file_name);
    if kind.is_dir() || !is_plan_file || entry.path().to_str().is_none() {
        return None;
    }
    if !kind.is_file() {
        return Some(Err(unreadable(path, "it is no regular file")));
    }
    Some(match read_file(entry.path()) {
        Ok(bytes) if bytes.len() > MAX_FILE_SIZE => Err(Finding::too_large(path)),
        Ok(bytes) => Ok(PlanFile { path, bytes }),
        Err(error) => Err(unreadable(path, &error.to_string())),
    })
}

/// The content, or a little more than the limit of it.
fn read_file(path: &Path) -> std::io::Result<Vec<u8>> {
    let mut bytes = Vec::with_capacity(USUAL_SIZE);
    File::open(path)?.take(MAX_FILE_SIZE as u64 + 1).read_to_end(&mut bytes)?;
    Ok(bytes)
}

/// From the root, with `/` between parts.
fn relative(root: &Path, path: &Path) -> String {
    // Comparing paths part by part would cost more than reading the directory.
    let below = match (path.to_str(), root.to_str()) {
        (Some(path), Some(root)) => {
            path.strip_prefix(root).map(|p| p.trim_start_matches(std::path::MAIN_SEPARATOR))
        }
        _ => None,
    };
    let path = below.map_or_else(|| path.strip_prefix(root).unwrap_or(path).to_string_lossy(), Into::into);
    if std::path::MAIN_SEPARATOR == '/' {
        path.into_owned()
    } else {
        path.replace(std::path::MAIN_SEPARATOR, "/")
    }
}

fn unreadable(path: String, why: &str) -> Finding {
    Finding::new("unreadable-file", Severity::Error, format!("the file cannot be read: {why}"))
        .with_path(path)
}

fn unreadable_directory(root: &Path, error: &walkdir::Error) -> Finding {
    let why = error.io_error().map_or_else(|| error.to_string(), ToString::to_string);
    let finding = Finding::new("unreadable-file", Severity::Error, format!("it cannot be read: {why}"));
    match error.path() {
        Some(path) => finding.with_path(relative(root, path)),
        None => finding,
    }
}
