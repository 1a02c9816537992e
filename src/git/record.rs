//! What a commit says of tasks.

use super::cache::checksum;
use crate::message::{Message, comparable_title};
use crate::model::TaskId;
use jiff::Timestamp;

/// What a commit says of tasks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Record {
    /// The references and reverts of its message.
    pub message: Message,
    /// The first line of its message.
    pub subject: String,
    /// Who wrote it, by the mail map.
    pub author: Person,
    /// When it was written, in seconds since the epoch.
    pub author_time: i64,
    /// It changes nothing but files under `.tasks/` against its first parent, and at least one.
    pub plan_only: bool,
    /// It lies beyond the adoption boundary: shown by `why`, without effect.
    pub before_boundary: bool,
    /// The tasks it names by step, or that were renumbered since, as its own tree has them.
    pub sightings: Vec<Sighting>,
}

/// A person in a commit.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Person {
    /// Name.
    pub name: String,
    /// Mail address.
    pub email: String,
}

/// A task file in a commit's own tree.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sighting {
    /// The id, as the file's name had it.
    pub id: TaskId,
    /// Its path from the root of the repository.
    pub path: String,
    /// Its title.
    pub title: String,
    /// When it was written down.
    pub created: Option<Timestamp>,
    /// The texts of its steps, in order.
    pub steps: Vec<String>,
}

/// A hash of what is comparable in a subject.
pub fn subject_hash(subject: &str) -> u64 {
    checksum(comparable_title(subject).as_bytes())
}

#[cfg(test)]
mod tests {
    use super::subject_hash;

    #[test]
    fn what_forges_append_to_a_subject_does_not_matter() {
        assert_eq!(subject_hash("Fix it (#12)"), subject_hash("Fix it"));
        assert_eq!(subject_hash("Revert \"Fix it (#12)\" (#13)"), subject_hash("Revert \"Fix it\""));
        assert_ne!(subject_hash("Fix it"), subject_hash("Fix that"));
    }
}
