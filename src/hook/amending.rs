//! Whether a commit will replace the one that is checked out.

use crate::error::CliError;
use crate::git::CommitInfo;
use crate::workspace::Workspace;

/// Less than so many seconds old, an author's date may be that of two commits made one after the other.
const APART: i64 = 2;

/// The commit that is to be replaced, as by `git commit --amend` or where a rebase rewords; `None` if one is added.
///
/// Git tells none of its hooks. But it tells them the author's date, which a commit that replaces another takes from it,
/// while that of a new one is now.
pub fn amended(workspace: &Workspace) -> Result<Option<CommitInfo>, CliError> {
    let Ok(date) = std::env::var("GIT_AUTHOR_DATE") else { return Ok(None) };
    let Some(date) = seconds(&date) else { return Ok(None) };
    let Some(head) = workspace.repo.head()?.oid.filter(|_| is_past(date, workspace)) else { return Ok(None) };
    let head = workspace.repo.commit_info(head)?;
    Ok(Some(head).filter(|head| head.author_time == date))
}

fn is_past(date: i64, workspace: &Workspace) -> bool {
    workspace.request.now.as_second().saturating_sub(date) >= APART
}

/// The seconds since the epoch of a date as Git gives it to its hooks: `@1795263222 +0000`.
fn seconds(date: &str) -> Option<i64> {
    date.strip_prefix('@')?.split(' ').next()?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_dates_of_git_are_read() {
        assert_eq!(seconds("@1795263222 +0000"), Some(1_795_263_222));
        assert_eq!(seconds("@-5 +0100"), Some(-5));
        assert_eq!(seconds("2026-11-21T10:00:00Z"), None);
        assert_eq!(seconds("@ +0000"), None);
    }
}
