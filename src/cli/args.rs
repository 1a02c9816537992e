//! The command line.

use crate::error::CliError;
use crate::ui::{Ui, When};
use crate::workspace::{Request, Workspace};
use clap::{Args, Parser, Subcommand, ValueEnum};
use jiff::Timestamp;
use std::path::PathBuf;

/// Plan in Git: a commit `task 412: …` completes task 412 on its branch
///
/// The plan lives in .tasks/, one TOML file per task. Status is derived from the plan and the commits reachable from
/// HEAD; nothing is written when work is done. `tasks demo` shows it on a repository of its own.
#[derive(Debug, Parser)]
#[command(name = "tasks", version, max_term_width = 100, infer_subcommands = false)]
#[command(disable_help_subcommand = true)]
pub struct Cli {
    /// What every command understands.
    #[command(flatten)]
    pub global: GlobalArgs,
    /// The command; a short status without one.
    #[command(subcommand)]
    pub command: Option<Command>,
}

/// Options of every command.
#[expect(clippy::struct_excessive_bools, reason = "each is a flag of the command line")]
#[derive(Debug, Clone, Args)]
#[command(next_help_heading = "Global options")]
pub struct GlobalArgs {
    /// Run as if started in DIR
    #[arg(short = 'C', value_name = "DIR", global = true, value_hint = clap::ValueHint::DirPath)]
    pub dir: Option<PathBuf>,
    /// Read the plan and the history of a revision instead of the work tree
    #[arg(long, value_name = "REV", global = true)]
    pub at: Option<String>,
    /// Leave out work on topic branches
    #[arg(long, global = true)]
    pub no_branches: bool,
    /// Answer although the clone is too shallow to know, with the status "unknown" where it must
    #[arg(long, global = true)]
    pub allow_shallow: bool,
    /// Print a table for people or a document for programs
    #[arg(long, value_enum, default_value_t, global = true)]
    pub format: Format,
    /// When to use colour
    #[arg(long, value_enum, default_value_t, global = true)]
    pub color: When,
    /// Print long answers without the pager
    #[arg(long, global = true)]
    pub no_pager: bool,
    /// Print errors and what was asked for, nothing else
    #[arg(short, long, global = true)]
    pub quiet: bool,
    /// Also say what was read, and what could not be understood
    #[arg(short, long, global = true)]
    pub verbose: bool,
}

/// In what form to answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, ValueEnum)]
pub enum Format {
    /// For people.
    #[default]
    Text,
    /// For programs.
    Json,
}

/// A command and its arguments.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Show how the plan stands
    Status(super::status::StatusArgs),
    /// List tasks
    List(super::list::ListArgs),
    /// Show what to do next, and why
    Next(super::next::NextArgs),
    /// Show tasks in full
    Show(super::show::ShowArgs),
    /// Explain why a task has its status
    Why(super::why::WhyArgs),
    /// Show what happened to tasks
    Log(super::log::LogArgs),
    /// Find what is wrong with the plan
    Check(super::check::CheckArgs),
}

/// What a command works with.
pub struct Context {
    /// The options of every command.
    pub global: GlobalArgs,
    /// How to talk.
    pub ui: Ui,
    /// Now: the clock, or `TASKS_NOW`.
    pub now: Timestamp,
}

impl Context {
    /// Looks at the environment.
    pub fn new(global: GlobalArgs) -> Result<Self, CliError> {
        let ui = Ui::new(global.color, !global.no_pager, global.quiet);
        Ok(Self { now: now()?, global, ui })
    }

    /// Finds the repository.
    pub fn workspace(&self) -> Result<Workspace, CliError> {
        let dir = self.global.dir.clone().unwrap_or_else(|| PathBuf::from("."));
        if !dir.is_dir() {
            return Err(CliError::failed(format!("cannot start in {}: no such directory", dir.display())));
        }
        Workspace::open(Request {
            dir,
            at: self.global.at.clone(),
            branches: !self.global.no_branches,
            allow_shallow: self.global.allow_shallow,
            verbose: self.global.verbose,
            now: self.now,
        })
    }

    /// Whether a program reads the answer.
    pub fn is_json(&self) -> bool {
        self.global.format == Format::Json
    }
}

/// The time, unless `TASKS_NOW` sets it: for tests and for pages that must come out the same.
fn now() -> Result<Timestamp, CliError> {
    let Ok(text) = std::env::var("TASKS_NOW") else { return Ok(Timestamp::now()) };
    text.parse().map_err(|_| {
        CliError::failed(format!("TASKS_NOW is {text:?}: expected a time such as 2026-11-21T10:00:00Z"))
    })
}
