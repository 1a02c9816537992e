//! A plan kept in Git, and its status derived from commits.
#![warn(clippy::print_stdout)]

pub mod changeset;
pub mod config;
pub mod files;
pub mod finding;
pub mod format;
pub mod git;
pub mod message;
pub mod model;
pub mod snapshot;
