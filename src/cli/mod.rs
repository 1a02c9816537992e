//! The commands: one file each, with its arguments and one function.

mod archive;
mod args;
mod block;
mod cancel;
mod check;
mod comparing;
mod completing;
mod completions;
mod demo;
mod diff;
mod done;
mod edit;
mod editing;
mod fmt;
mod import;
mod importing;
mod init;
mod list;
mod log;
mod man;
mod moving;
mod new;
mod next;
mod note;
mod reopen;
mod rm;
mod run;
mod schema;
mod set;
mod show;
mod status;
mod step;
mod why;
mod writing;

pub use args::{Cli, Command, Context, Format, GlobalArgs};
pub use run::main;
