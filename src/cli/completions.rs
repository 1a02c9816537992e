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
  fish: tasks completions fish > ~/.config/fish/completions/tasks.fish

In bash and zsh it completes `git tasks` as well, where Git's own completion is loaded.")]
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

/// What Git's own completion calls for `git tasks`: its words begin with `git`, and options may stand before the command.
/// Where Git is told to start elsewhere, so are we.
const GIT_BASH: &str = r#"
_git_tasks() {
    local at=1
    local -a dirs=() rest=()
    while (( at < COMP_CWORD )) && [[ "${COMP_WORDS[at]}" != tasks ]]; do
        if [[ "${COMP_WORDS[at]}" == -C ]]; then
            dirs+=(-C "${COMP_WORDS[at + 1]}")
            (( at += 1 ))
        fi
        (( at += 1 ))
    done
    rest=(tasks "${dirs[@]}" "${COMP_WORDS[@]:at + 1}")
    local last=$(( COMP_CWORD - at + ${#dirs[@]} ))
    local -a COMP_WORDS=("${rest[@]}")
    local COMP_CWORD=$last
    local word="${COMP_WORDS[COMP_CWORD]}"
    [[ "$word" == "=" ]] && word=""
    _clap_complete_tasks tasks "$word"
}
"#;

/// The same for zsh, where Git's completion has taken those words away already.
const GIT_ZSH: &str = "
function _git-tasks() {
    _clap_dynamic_completer_tasks
}
";

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
    match args.shell {
        Shell::Bash => script.extend_from_slice(GIT_BASH.as_bytes()),
        Shell::Zsh => script.extend_from_slice(GIT_ZSH.as_bytes()),
        Shell::Fish | Shell::Elvish | Shell::Powershell => {}
    }
    context.ui.raw(&script)
}
