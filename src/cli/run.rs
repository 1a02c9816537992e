//! From the command line to the exit code.

use super::args::{Cli, Command, Context};
use super::{check, list, log, next, show, status, why};
use crate::error::CliError;
use crate::ui::Ui;
use clap::{CommandFactory, Parser};
use std::process::ExitCode;

/// Runs the command that the process was started with.
pub fn main() -> ExitCode {
    clap_complete::CompleteEnv::with_factory(Cli::command).complete();
    let cli = match Cli::try_parse() {
        Ok(cli) => cli,
        Err(error) => {
            // Help and versions go to standard output and are no failure; a usage error is 2 with clap as well.
            let _ = error.print();
            return ExitCode::from(if error.use_stderr() { 2 } else { 0 });
        }
    };
    let result = Context::new(cli.global.clone()).and_then(|context| run(&context, cli.command));
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            Ui::new(cli.global.color, false, false).error(&error);
            ExitCode::from(error.exit as u8)
        }
    }
}

fn run(context: &Context, command: Option<Command>) -> Result<(), CliError> {
    let Some(command) = command else { return status::brief(context) };
    match command {
        Command::Status(args) => status::run(context, &args),
        Command::List(args) => list::run(context, &args),
        Command::Next(args) => next::run(context, &args),
        Command::Show(args) => show::run(context, &args),
        Command::Why(args) => why::run(context, &args),
        Command::Log(args) => log::run(context, &args),
        Command::Check(args) => check::run(context, &args),
    }
}
