//! Findings in the forms that other programs expect: annotations, code quality, code scanning.

mod github;
mod gitlab;
mod sarif;

pub use github::github;
pub use gitlab::gitlab;
pub use sarif::sarif;

/// Where findings are shown that lie in no file, by programs that want one: commits have none.
const NO_FILE: &str = ".tasks/config.toml";
