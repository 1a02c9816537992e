//! The `tasks` command.

use std::process::ExitCode;

fn main() -> ExitCode {
    tasks::cli::main()
}
