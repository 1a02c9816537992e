//! Whether a commit will replace the one that is checked out.

use crate::error::CliError;
use crate::git::CommitInfo;
use crate::workspace::Workspace;

/// Less than so many seconds old, an author's date may be that of two commits made one after the other.
const APART: i64 = 2;

/// What becomes of the commit that is checked out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Successor {
    /// The new commit comes on top of it.
    Added,
    /// The new commit takes its place, as by `git commit --amend` or where a rebase rewords.
    Replaces(CommitInfo),
    /// Nobody can tell.
    Either(CommitInfo),
}

/// Whether the commit that is being made comes on top of the one that is checked out, or takes its place.
///
/// Git tells none of its hooks. But it tells them the author's date, which a commit that replaces another takes from it,
/// while that of a new one is now, and so not before the time at which the other was made.
pub fn successor(workspace: &Workspace) -> Result<Successor, CliError> {
    // Git amends nothing while it picks, but what is picked may be as old as what it comes upon.
    if workspace.repo.git_dir().join("CHERRY_PICK_HEAD").exists() {
        return Ok(Successor::Added);
    }
    let date = std::env::var("GIT_AUTHOR_DATE").ok().and_then(|date| seconds(&date));
    let (Some(date), Some(head)) = (date, workspace.repo.head()?.oid) else { return Ok(Successor::Added) };
    let head = workspace.repo.commit_info(head)?;
    Ok(by_dates(date, head, workspace.request.now.as_second()))
}

/// The same by the author's date of the new commit, the one that is checked out, and the time, all in seconds since the
/// epoch.
fn by_dates(date: i64, head: CommitInfo, now: i64) -> Successor {
    let is_of_head = date == head.author_time;
    let is_earlier = date < head.time;
    if is_of_head && (is_earlier || now.saturating_sub(date) >= APART) {
        Successor::Replaces(head)
    } else if is_of_head || is_earlier {
        // Within a second, or with a date that somebody chose.
        Successor::Either(head)
    } else {
        Successor::Added
    }
}

/// The seconds since the epoch of a date as Git gives it to its hooks: `@1795263222 +0000`.
fn seconds(date: &str) -> Option<i64> {
    date.strip_prefix('@')?.split(' ').next()?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::git::{Oid, Person};

    #[test]
    fn only_dates_of_git_are_read() {
        assert_eq!(seconds("@1795263222 +0000"), Some(1_795_263_222));
        assert_eq!(seconds("@-5 +0100"), Some(-5));
        assert_eq!(seconds("2026-11-21T10:00:00Z"), None);
        assert_eq!(seconds("@ +0000"), None);
    }

    #[test]
    fn dates_tell_what_replaces_another_commit() {
        let head = |author_time, time| CommitInfo {
            oid: Oid::null(gix::hash::Kind::Sha1),
            parents: Vec::new(),
            author: Person { name: String::new(), email: String::new() },
            author_time,
            time,
            message: String::new(),
        };
        for ((authored, made), date, now, expected) in [
            ((100, 100), 100, 102, "replaces"),
            ((100, 100), 100, 101, "either"),
            ((100, 100), 100, 90, "either"),
            ((100, 101), 100, 101, "replaces"),
            ((100, 200), 200, 200, "added"),
            ((100, 200), 201, 201, "added"),
            ((100, 200), 150, 201, "either"),
        ] {
            let told = match by_dates(date, head(authored, made), now) {
                Successor::Added => "added",
                Successor::Replaces(_) => "replaces",
                Successor::Either(_) => "either",
            };
            assert_eq!(told, expected, "{authored} {made} {date} {now}");
        }
    }
}
