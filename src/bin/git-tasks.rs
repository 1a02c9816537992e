//! The same command under the name that makes `git tasks` work.

use std::process::ExitCode;

fn main() -> ExitCode {
    tasks::cli::main()
}
