//! Plans by which no command can go.

use crate::error::CliError;
use crate::finding::Finding;
use crate::format::Deciding;
use crate::snapshot::{CONFIG_PATH, Snapshot};

/// A plan in a newer format may say things that this program does not know how to heed.
pub(super) fn refuse_newer(snapshot: &Snapshot) -> Result<(), CliError> {
    match newer(snapshot) {
        Some(finding) => Err(CliError::failed(&finding.message).hint("a newer version of tasks reads it")),
        None => Ok(()),
    }
}

/// The finding that a plan has a newer format.
pub(super) fn newer(snapshot: &Snapshot) -> Option<&Finding> {
    snapshot.problems.iter().find(|finding| finding.code == "format-too-new")
}

/// A configuration with an error says something else than was meant, and so would every status that follows from it. What
/// only `check` goes by decides none.
pub fn refuse_broken_config(snapshot: &Snapshot) -> Result<(), CliError> {
    refuse_open(snapshot, Deciding::Answers, "no status can be told")
}

/// The same for ids, which go by less.
pub fn refuse_unsure_ids(snapshot: &Snapshot) -> Result<(), CliError> {
    refuse_open(snapshot, Deciding::Ids, "no id can be given")
}

fn refuse_open(snapshot: &Snapshot, what: Deciding, therefore: &str) -> Result<(), CliError> {
    let Some(finding) = snapshot.problems.iter().find(|finding| what.is_left_open_by(finding)) else {
        return Ok(());
    };
    let place = finding.place.map_or(String::new(), |at| format!(":{}:{}", at.line, at.column));
    let help = finding.help.as_ref().map_or(String::new(), |help| format!("{help}; "));
    let hint = format!("{help}tasks check names every error, and {therefore} until it has none");
    Err(CliError::failed(format!("{CONFIG_PATH}{place}: {}", finding.message)).hint(hint))
}
