//! `tasks completions`.

use super::args::{Cli, Context};
use crate::error::CliError;
use clap::{Args, CommandFactory, ValueEnum};
use clap_complete::env::{Bash, Elvish, EnvCompleter, Fish, Powershell, Zsh};

/// Print a script that completes commands, options and ids in a shell
#[derive(Debug, Args)]
#[command(after_long_help = "\
  bash: echo 'source <(tasks completions bash)' >> ~/.bashrc
  zsh:  echo 'source <(tasks completions zsh)' >> ~/.zshrc
  fish: tasks completions fish > ~/.config/fish/completions/tasks.fish")]
pub struct CompletionsArgs {
    /// The shell
    #[arg(value_enum)]
    shell: Shell,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum Shell {
    Bash,
    Zsh,
    Fish,
    Elvish,
    Powershell,
}

/// Prints the script; it asks this program for candidates, so that ids complete too.
pub fn run(context: &Context, args: &CompletionsArgs) -> Result<(), CliError> {
    let shell: &dyn EnvCompleter = match args.shell {
        Shell::Bash => &Bash,
        Shell::Zsh => &Zsh,
        Shell::Fish => &Fish,
        Shell::Elvish => &Elvish,
        Shell::Powershell => &Powershell,
    };
    let name = Cli::command().get_name().to_owned();
    let mut script = Vec::new();
    shell.write_registration("COMPLETE", &name, &name, &name, &mut script)?;
    context.ui.raw(&script)
}
