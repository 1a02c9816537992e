//! Writing one file that a path was given for.

use super::FilesError;
use super::temporary::temporary_in;
use std::fs;
use std::io::Write;
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
    let mut temporary = temporary_in(dir).map_err(FilesError::io("create a file in", dir))?;
    temporary.write_all(bytes).map_err(FilesError::io("write", &target))?;
    if let Some(meta) = meta {
        let kept = temporary.as_file().set_permissions(meta.permissions());
        kept.map_err(FilesError::io("set the permissions of", &target))?;
    }
    temporary.as_file().sync_all().map_err(FilesError::io("flush", &target))?;
    temporary.persist(&target).map_err(|error| FilesError::io("replace", &target)(error.error))?;
    Ok(())
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
        assert!(error.contains("none"), "{error}");
    }
}
