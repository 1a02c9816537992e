//! A plan kept in Git, and its status derived from commits.
#![warn(clippy::print_stdout)]

pub mod change;
pub mod changeset;
pub mod check;
pub mod cli;
pub mod config;
pub mod demo;
pub mod diff;
pub mod error;
pub mod evidence;
pub mod export;
pub mod files;
pub mod finding;
pub mod forecast;
pub mod format;
pub mod git;
pub mod hook;
pub mod import;
pub mod merge;
pub mod message;
pub mod model;
pub mod picture;
pub mod plan;
pub mod report;
pub mod shell;
pub mod snapshot;
pub mod ui;
pub mod view;
pub mod workspace;
