//! Programs out of reach of whoever runs the tests.

use std::ffi::OsStr;
use std::path::Path;
use std::process::Command;

/// A program in a directory, with nothing of this machine's but its programs: no configuration, no home, no zone.
pub fn hermetic(program: impl AsRef<OsStr>, dir: &Path, args: &[&str]) -> Command {
    let mut command = Command::new(program);
    command
        .args(args)
        .current_dir(dir)
        .env_clear()
        .envs(std::env::vars_os().filter(|(name, _)| name == "PATH"))
        .envs([("HOME", "/nonexistent"), ("GIT_CONFIG_GLOBAL", "/dev/null"), ("GIT_CONFIG_NOSYSTEM", "1")])
        .env("TZ", "UTC");
    command
}
