//! The same command under the name that makes `git tasks` work.

fn main() {}
