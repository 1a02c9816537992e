//! `tasks man`.

use super::args::{Cli, Context};
use crate::error::CliError;
use clap::{Args, CommandFactory};
use std::path::PathBuf;

/// Print the manual page, or write all of them
#[derive(Debug, Args)]
pub struct ManArgs {
    /// Write a page for each command into this directory, which has to exist
    #[arg(long, value_name = "DIR", value_hint = clap::ValueHint::DirPath)]
    dir: Option<PathBuf>,
}

/// Prints the page of the whole program, or writes the pages of all commands.
pub fn run(context: &Context, args: &ManArgs) -> Result<(), CliError> {
    let mut command = Cli::command();
    command.build();
    let Some(dir) = &args.dir else {
        return context.ui.raw(&page(command)?);
    };
    let write = |name: &str, bytes: &[u8]| {
        let path = dir.join(format!("{name}.1"));
        std::fs::write(&path, bytes)
            .map_err(|e| CliError::failed(format!("cannot write {}: {e}", path.display())))
    };
    // What is not listed is for the program itself, and `help` prints what these pages say.
    let is_told = |sub: &&clap::Command| !sub.is_hide_set() && sub.get_name() != "help";
    for sub in command.get_subcommands().filter(is_told) {
        let name = format!("tasks-{}", sub.get_name());
        // The manual's titles are static strings in clap; a leaked name for each of some thirty commands is nothing.
        let named = sub.clone().name(&*name.clone().leak());
        write(&name, &page(named)?)?;
    }
    let whole = page(command)?;
    write("git-tasks", &whole)?;
    write("tasks", &whole)
}

fn page(mut command: clap::Command) -> Result<Vec<u8>, CliError> {
    // Otherwise the synopsis lists the options once more, without their values.
    if command.get_overridden_usage().is_none() {
        let usage = command.render_usage().to_string();
        command = command.override_usage(usage.trim_start_matches("Usage: ").to_owned());
    }
    let mut bytes = Vec::new();
    clap_mangen::Man::new(command).render(&mut bytes)?;
    Ok(bytes)
}
