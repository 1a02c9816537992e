//! The commands: one file each, with its arguments and one function.

mod args;
mod check;
mod completing;
mod list;
mod log;
mod next;
mod run;
mod show;
mod status;
mod why;
mod writing;

pub use args::{Cli, Command, Context, Format, GlobalArgs};
pub use run::main;
