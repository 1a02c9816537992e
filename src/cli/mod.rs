//! The commands: one file each, with its arguments and one function.

mod args;
mod completing;
mod completions;
mod demo;
mod init;
mod list;
mod man;
mod next;
mod run;
mod schema;
mod show;
mod status;
mod why;
mod writing;

pub use args::{Cli, Command, Context, Format, GlobalArgs};
pub use run::main;
