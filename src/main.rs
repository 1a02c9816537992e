//! The `tasks` command.

fn main() {}
