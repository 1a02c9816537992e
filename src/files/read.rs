//! Reading the plan of a work tree.

use super::FilesError;
use super::scan::{Met, Place, walk};
use crate::finding::{Finding, Severity};
use crate::format::MAX_FILE_SIZE;
use crate::snapshot::{
    MAX_DEPTH, MAX_FILES, PLAN_DIR, PlanFile, PlanFiles, has_toml_ending, is_ignored_name, is_miscased,
    is_plan_file_name,
};
use std::convert::Infallible;
use std::fs::File;
use std::io::{ErrorKind, Read};
use std::path::Path;
use walkdir::{DirEntry, WalkDir};

/// Why something is not read.
const NO_FILE: &str = "it is no regular file";

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
    walk(root, |met| {
        match plan_file(refuse_unreadable_plan(root, met)?) {
            Some(Ok(place)) => match read_file(root, place.path()) {
                Ok(file) => read.files.push(file),
                Err(finding) => read.problems.push(*finding),
            },
            Some(Err(finding)) => read.problems.push(*finding),
            None => {}
        }
        refuse_too_many(read.files.len(), &plan)
    })?;
    Ok(Some(read))
}

/// A file below `.tasks` that no plan has: a sign that another program keeps its own files there. Templates and the
/// schema for editors belong to a plan.
pub fn foreign_path(root: &Path) -> Result<Option<String>, FilesError> {
    if !is_plan(&root.join(PLAN_DIR))? {
        return Ok(None);
    }
    let templates = format!("{PLAN_DIR}/templates");
    let is_ours = |place: &Place<'_>| {
        is_plan_file_name(place.name)
            || place.dir == templates
            || place.dir.strip_prefix(&templates).is_some_and(|rest| rest.starts_with('/'))
            || (place.dir == PLAN_DIR && matches!(place.name, "schema.json" | "templates"))
    };
    let mut first: Option<String> = None;
    each(root, |met| {
        if let Met::File(place) | Met::Link(place) | Met::Other(place) = met
            && !is_ours(&place)
        {
            let path = place.path();
            if first.as_ref().is_none_or(|known| path < *known) {
                first = Some(path);
            }
        }
    });
    Ok(first)
}

/// Walks to the end.
fn each(root: &Path, mut meet: impl FnMut(Met<'_>)) {
    let Ok(()) = walk(root, |met| {
        meet(met);
        Ok::<(), Infallible>(())
    });
}

/// An error if it is `.tasks` itself that cannot be read: of such a plan nothing is known, least of all that it is empty.
pub(super) fn refuse_unreadable_plan<'m>(root: &Path, met: Met<'m>) -> Result<Met<'m>, FilesError> {
    match met {
        Met::Unreadable(dir, error) if dir == PLAN_DIR => Err(FilesError::io("read", root.join(dir))(error)),
        met => Ok(met),
    }
}

/// An error if a plan of so many files is none.
pub(super) fn refuse_too_many(files: usize, plan: &Path) -> Result<(), FilesError> {
    if files > MAX_FILES {
        return Err(FilesError::TooManyFiles { path: plan.to_owned(), max: MAX_FILES });
    }
    Ok(())
}

/// The paths of files below `.tasks` that are no plan files, such as notes and templates, in the order of their names.
pub fn other_paths(root: &Path) -> Result<Vec<String>, FilesError> {
    let plan = root.join(PLAN_DIR);
    if !is_plan(&plan)? {
        return Ok(Vec::new());
    }
    let entries = WalkDir::new(&plan).min_depth(1).max_depth(MAX_DEPTH + 1).sort_by_file_name().into_iter();
    let entries = entries.filter_entry(|e| !e.file_name().to_str().is_some_and(is_ignored_name));
    let is_other =
        |e: &DirEntry| !e.file_type().is_dir() && !e.file_name().to_str().is_some_and(is_plan_file_name);
    Ok(entries.flatten().filter(is_other).map(|e| relative(root, e.path())).collect())
}

/// From the root, with `/` between parts.
fn relative(root: &Path, path: &Path) -> String {
    let path = path.strip_prefix(root).unwrap_or(path).to_string_lossy();
    path.replace(std::path::MAIN_SEPARATOR, "/")
}

/// Those of some plan files that are there, and why they cannot be read if they cannot.
pub fn read_some<'p>(root: &Path, paths: impl Iterator<Item = &'p str>) -> PlanFiles {
    let mut read = PlanFiles::default();
    for path in paths {
        // What is no regular file is a finding wherever the whole plan is read, and the same one here.
        match root.join(path).symlink_metadata().map(|meta| meta.file_type()) {
            Err(error) if matches!(error.kind(), ErrorKind::NotFound | ErrorKind::NotADirectory) => {}
            Ok(kind) if kind.is_symlink() => read.problems.push(Finding::symlink(path)),
            Ok(kind) if kind.is_dir() => read.problems.push(Finding::folder_name(path)),
            _ => match read_file(root, path.to_owned()) {
                Ok(file) => read.files.push(file),
                Err(finding) => read.problems.push(*finding),
            },
        }
    }
    read
}

/// The content of one plan file.
pub fn read_one(root: &Path, path: &str) -> Result<Vec<u8>, FilesError> {
    let file = root.join(path);
    let mut bytes = Vec::with_capacity(USUAL_SIZE);
    read_into(&file, &mut bytes).map_err(FilesError::io("read", &file))?;
    Ok(bytes)
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
    let below = found.strip_prefix(root).ok();
    Ok(below.map(|path| path.to_string_lossy().replace(std::path::MAIN_SEPARATOR, "/")))
}

/// A path from the root as it is called from a directory within; from elsewhere as it is.
pub fn path_from(root: &Path, dir: &Path, path: &str) -> String {
    let dir = dir.canonicalize().unwrap_or_else(|_| dir.to_owned());
    let Ok(below) = dir.strip_prefix(root) else { return path.to_owned() };
    let mut rest = path;
    let mut up = 0;
    for part in below.iter().map(|part| part.to_string_lossy()) {
        match rest.strip_prefix(part.as_ref()).and_then(|rest| rest.strip_prefix('/')) {
            Some(inner) if up == 0 => rest = inner,
            _ => up += 1,
        }
    }
    format!("{}{rest}", "../".repeat(up))
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

/// The plan file that was met, or what is wrong with it; `None` for files that are not TOML.
pub(super) fn plan_file(met: Met<'_>) -> Option<Result<Place<'_>, Box<Finding>>> {
    match met {
        Met::File(place) if is_plan_file_name(place.name) => Some(Ok(place)),
        Met::File(place) => {
            let path = has_toml_ending(place.name).then(|| place.path()).filter(|path| is_miscased(path))?;
            Some(Err(Box::new(Finding::ending(path))))
        }
        Met::Folder(place) => Some(Err(Box::new(Finding::folder_name(place.path())))),
        Met::Link(place) => Some(Err(Box::new(Finding::symlink(place.path())))),
        Met::Other(place) => is_plan_file_name(place.name)
            .then(|| Err(Box::new(unreadable(place.path(), &format!("the file cannot be read: {NO_FILE}"))))),
        Met::Unnamed(path) => Some(Err(Box::new(Finding::file_name(path)))),
        Met::Unreadable(path, error) => {
            Some(Err(Box::new(unreadable(path, &format!("it cannot be read: {error}")))))
        }
    }
}

/// The file with its content, or why it has none.
pub(super) fn read_file(root: &Path, path: String) -> Result<PlanFile, Box<Finding>> {
    let mut bytes = Vec::with_capacity(USUAL_SIZE);
    match read_into(&root.join(&path), &mut bytes) {
        Ok(()) if bytes.len() > MAX_FILE_SIZE => Err(Box::new(Finding::too_large(path))),
        Ok(()) => Ok(PlanFile { path, bytes }),
        Err(error) => Err(Box::new(unreadable(path, &format!("the file cannot be read: {error}")))),
    }
}

/// Appends the content, or a little more than the limit of it.
pub(super) fn read_into(path: &Path, bytes: &mut Vec<u8>) -> std::io::Result<()> {
    open(path)?.take(MAX_FILE_SIZE as u64 + 1).read_to_end(bytes).map(|_| ())
}

/// The whole content, whatever its size.
pub(super) fn read_all(path: &Path) -> std::io::Result<Vec<u8>> {
    let mut bytes = Vec::with_capacity(USUAL_SIZE);
    open(path)?.read_to_end(&mut bytes)?;
    Ok(bytes)
}

/// The one way in which files of the plan are opened to be read: a pipe would keep the command waiting for somebody to write
/// into it, and a link leads out of the plan.
fn open(path: &Path) -> std::io::Result<File> {
    let kind = path.symlink_metadata()?.file_type();
    let why = if kind.is_file() {
        return File::open(path);
    } else if kind.is_symlink() {
        "a symbolic link inside the plan is not followed"
    } else if kind.is_dir() {
        "it is a folder"
    } else {
        NO_FILE
    };
    Err(std::io::Error::other(why))
}

fn unreadable(path: String, why: &str) -> Finding {
    Finding::new("unreadable-file", Severity::Error, why).with_path(path)
}
