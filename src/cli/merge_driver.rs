//! `tasks merge-driver`, and telling Git about it.

use crate::error::CliError;
use crate::files;
use crate::merge::{DESCRIPTION, DRIVER, Labels, Options, driver_command, merge};
use clap::Args;
use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::Command;

/// Merge three versions of a plan file; Git calls it
///
/// The result is written to OURS. Ends with 0 if everything merged, with 1 if conflicts are marked in it, and with 129 if
/// it could not be done at all. tasks init --merge-driver tells Git to call it.
#[derive(Debug, Args)]
pub struct MergeDriverArgs {
    /// The file with the common version (%O)
    #[arg(value_name = "BASE", value_hint = clap::ValueHint::FilePath)]
    base: PathBuf,
    /// The file with our version, and for the result (%A)
    #[arg(value_name = "OURS", value_hint = clap::ValueHint::FilePath)]
    ours: PathBuf,
    /// The file with their version (%B)
    #[arg(value_name = "THEIRS", value_hint = clap::ValueHint::FilePath)]
    theirs: PathBuf,
    /// How many characters a conflict marker has (%L)
    #[arg(value_name = "SIZE", default_value_t = 7, value_parser = clap::value_parser!(u16).range(1..=1000))]
    size: u16,
    /// The path of the file in the repository (%P)
    #[arg(value_name = "PATH", default_value = "", allow_hyphen_values = true)]
    path: OsString,
    /// What to call the common version, ours and theirs (%S %X %Y)
    #[arg(value_name = "LABEL", num_args = 0..=3, allow_hyphen_values = true)]
    labels: Vec<OsString>,
}

/// Merges; a conflict is the answer no. Nothing but the three files is read.
pub fn run(args: &MergeDriverArgs) -> Result<(), CliError> {
    // A panic has said itself what went wrong.
    let merged = std::panic::catch_unwind(|| merge_files(args));
    match merged.unwrap_or_else(|_| Err(CliError::failed("the merge driver failed; nothing was written")))? {
        0 => Ok(()),
        _ => Err(CliError::no()),
    }
}

/// The exit code for what could not be done at all, given the arguments of the program. Git takes anything up to 128 from
/// a merge driver for a conflict that was marked, and stops for what is above.
pub fn code_of_failure(mut args: impl Iterator<Item = OsString>) -> u8 {
    let command = args.find(|arg| !arg.to_string_lossy().starts_with('-'));
    if command.is_some_and(|command| command == "merge-driver") { 129 } else { 2 }
}

fn merge_files(args: &MergeDriverArgs) -> Result<usize, CliError> {
    let read = |path: &Path| {
        std::fs::read(path).map_err(|e| CliError::failed(format!("cannot read {}: {e}", path.display())))
    };
    // Git never passes one, and what it points to is not Git's to be merged.
    if args.ours.is_symlink() {
        let why = format!("cannot write the result to {}: it is a symbolic link", args.ours.display());
        return Err(CliError::failed(why));
    }
    let (base, ours, theirs) = (read(&args.base)?, read(&args.ours)?, read(&args.theirs)?);
    let label = |nth: usize, default: &str| {
        let label = args.labels.get(nth).map(|label| label.to_string_lossy().into_owned());
        // A Git that does not know a placeholder passes it on as it is.
        label.filter(|l| !l.is_empty() && !l.starts_with('%')).unwrap_or_else(|| default.to_owned())
    };
    let (our_label, their_label) = (label(1, "ours"), label(2, "theirs"));
    let labels = Labels { ours: &our_label, theirs: &their_label, size: usize::from(args.size) };
    let path = args.path.to_string_lossy();
    let merged = merge(&path, &base, &ours, &theirs, &Options { labels, favor: None });
    if merged.bytes != ours {
        files::replace(&args.ours, &merged.bytes)?;
    }
    Ok(merged.conflicts)
}

/// Writes the driver into the configuration that all worktrees of the repository share. Git writes it itself: it knows
/// its files, their locks and what includes what.
pub fn register(root: &Path) -> Result<(), CliError> {
    let exe = std::env::current_exe().ok();
    let command = driver_command(exe.as_deref().and_then(Path::to_str));
    for (key, value) in [("name", DESCRIPTION), ("driver", command.as_str())] {
        let key = format!("merge.{DRIVER}.{key}");
        let output = Command::new("git")
            .arg("-C")
            .arg(root)
            .args(["config", "--local", "--replace-all", &key, value])
            .output()
            .map_err(|e| CliError::failed(format!("cannot start git to set {key}: {e}")))?;
        if !output.status.success() {
            let why = String::from_utf8_lossy(&output.stderr).trim().to_owned();
            return Err(CliError::failed(format!("git could not set {key}: {why}")));
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_command_is_the_first_word_that_is_no_option() {
        let code = |args: &[&str]| code_of_failure(args.iter().map(OsString::from));
        assert_eq!(code(&["merge-driver", "a"]), 129);
        assert_eq!(code(&["--quiet", "merge-driver"]), 129);
        assert_eq!(code(&["new", "merge-driver"]), 2);
        assert_eq!(code(&[]), 2);
    }
}
