//! Writing one file that a path was given for.

use super::FilesError;
use super::temporary::temporary_in;
use std::fs;
use std::io::{self, Write};
use std::path::Path;

/// Puts a file in place whole: whoever reads it meanwhile sees the old content or the new one.
///
/// A link is followed, and what is no regular file (a terminal, a pipe) is written as it is.
pub fn replace(path: &Path, bytes: &[u8]) -> Result<(), FilesError> {
    let target = path.canonicalize().unwrap_or_else(|_| path.to_owned());
    let meta = target.metadata().ok();
    if meta.as_ref().is_some_and(|meta| !meta.is_file()) {
        return fs::write(&target, bytes).map_err(FilesError::io("write", &target));
    }
    let dir = target.parent().filter(|dir| !dir.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let mut temporary = temporary_in(dir).map_err(|error| missing(error, &target, dir))?;
    temporary.write_all(bytes).map_err(FilesError::io("write", &target))?;
    if let Some(meta) = meta {
        let kept = temporary.as_file().set_permissions(meta.permissions());
        kept.map_err(FilesError::io("set the permissions of", &target))?;
    }
    temporary.as_file().sync_all().map_err(FilesError::io("flush", &target))?;
    temporary.persist(&target).map_err(|error| FilesError::io("replace", &target)(error.error))?;
    Ok(())
}

/// That there can be no file, named as it was asked for and not as what is written beside it.
fn missing(error: io::Error, target: &Path, dir: &Path) -> FilesError {
    if dir.is_dir() {
        return FilesError::io("create a file in", dir)(error);
    }
    let name = dir.display();
    let told =
        if dir.exists() { format!("{name} is no folder") } else { format!("there is no folder {name}") };
    FilesError::io("write", target)(io::Error::new(error.kind(), told))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_made_or_replaced_and_a_missing_folder_is_named() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("plan.md");
        for text in ["one", "two"] {
            replace(&path, text.as_bytes()).unwrap();
            assert_eq!(fs::read_to_string(&path).unwrap(), text);
        }
        assert_eq!(fs::read_dir(dir.path()).unwrap().count(), 1);
        let error = replace(&dir.path().join("none/plan.md"), b"x").unwrap_err().to_string();
        let (file, folder) = (dir.path().join("none/plan.md"), dir.path().join("none"));
        assert!(error.contains(&file.display().to_string()) && !error.contains(".tasks-"), "{error}");
        assert!(error.contains(&format!("there is no folder {}", folder.display())), "{error}");
        let error = replace(&path.join("x.md"), b"x").unwrap_err().to_string();
        assert!(error.contains("plan.md is no folder"), "{error}");
    }
}
