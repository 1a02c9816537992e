//! A plan kept in Git, and its status derived from commits.
#![warn(clippy::print_stdout)]

pub mod import;
pub mod model;
