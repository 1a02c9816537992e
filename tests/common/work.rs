//! Commits that do something.

use crate::common::TestRepo;

/// A commit that does something besides naming tasks.
pub fn work(repo: &TestRepo, message: &str) -> String {
    let count = repo.git(&["rev-list", "--count", "--all"]);
    repo.write(&format!("code-{count}.txt"), &count);
    repo.commit(message)
}
