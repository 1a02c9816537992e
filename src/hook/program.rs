//! Git as a program, for what only it knows: its version, its own configuration files, where its hooks are.

use crate::error::CliError;
use std::path::Path;
use std::process::Command;

/// What `git` prints when run in a directory; an error says what it said.
pub fn git(dir: &Path, args: &[&str]) -> Result<String, CliError> {
    let output = Command::new("git")
        .args(args)
        .current_dir(dir)
        .output()
        .map_err(|e| CliError::failed(format!("cannot start git: {e}")))?;
    if !output.status.success() {
        let said = String::from_utf8_lossy(&output.stderr).trim().to_owned();
        return Err(CliError::failed(format!("git {} failed: {said}", args.join(" "))));
    }
    Ok(String::from_utf8_lossy(&output.stdout).into_owned())
}
