//! The commands: one file each, with its arguments and one function.

mod archive;
mod args;
mod completing;
mod edit;
mod init;
mod list;
mod moving;
mod new;
mod next;
mod rm;
mod run;
mod show;
mod status;
mod why;
mod writing;

pub use args::{Cli, Command, Context, Format, GlobalArgs};
pub use run::main;
