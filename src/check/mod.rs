//! What is wrong with a plan: rules over its files, its graph and its history, each giving findings.

mod declared;
mod depends;
mod history;
mod place;
mod rules;
mod tasks;

pub use place::locate;
pub use rules::check;
