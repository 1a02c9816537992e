//! Directories that were made for hooks, which go with them.
//!
//! Git's configuration of the clone remembers the outermost one: an empty directory does not tell who made it.

use super::program::git;
use crate::error::CliError;
use std::fs;
use std::path::{Path, PathBuf};

const KEY: &str = "tasks.madeForHooks";

/// Makes the directory of a hook where there is none, and remembers from where on.
pub fn make(root: &Path, dir: &Path) -> Result<(), CliError> {
    let Some(first) = dir.ancestors().take_while(|dir| !dir.exists()).last() else { return Ok(()) };
    fs::create_dir_all(dir)
        .map_err(|e| CliError::failed(format!("cannot make the directory {}: {e}", dir.display())))?;
    match first.to_str() {
        Some(first) => git(root, &["config", "--local", "--replace-all", KEY, first]).map(drop),
        None => Ok(()),
    }
}

/// Removes the directory of hooks, and those around it, as far as they were made for it and nothing is in them.
pub fn unmake(root: &Path, dir: &Path) -> Result<(), CliError> {
    let first = git(root, &["config", "--local", "--default", "", "--get", KEY])?;
    let first = PathBuf::from(first.trim_end_matches(['\n', '\r']));
    if first.as_os_str().is_empty() {
        return Ok(());
    }
    if dir.starts_with(&first) {
        let made = dir.ancestors().take_while(|dir| dir.starts_with(&first));
        // A directory that has something in it is not removed.
        let _left = made.map(fs::remove_dir).find(Result::is_err);
    }
    git(root, &["config", "--local", "--unset-all", KEY]).map(drop)
}
