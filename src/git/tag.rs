//! Tags.

use super::{GitError, Oid, Repo};
use gix::bstr::ByteSlice;

/// Where tags lie.
const TAGS: &str = "refs/tags/";

/// A tag and the commit that it names, through annotated tags.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tag {
    /// Without `refs/tags/`.
    pub name: String,
    /// The commit.
    pub commit: Oid,
}

impl Repo {
    /// Every tag of those names that `wanted` accepts, by name. What names no commit, or one that is not here, is left out.
    pub fn tags(&self, wanted: impl Fn(&str) -> bool) -> Result<Vec<Tag>, GitError> {
        let mut tags = Vec::new();
        let is_wanted = |name: &str| name.strip_prefix(TAGS).is_some_and(&wanted);
        self.each_reference(TAGS, is_wanted, |reference| {
            let name = reference.name().shorten().to_str_lossy().into_owned();
            let Ok(object) = reference.peel_to_id() else { return Ok(()) };
            let is_commit = object.header().is_ok_and(|header| header.kind() == gix::objs::Kind::Commit);
            if is_commit {
                tags.push(Tag { name, commit: object.detach() });
            }
            Ok(())
        })?;
        tags.sort_by(|a, b| a.name.cmp(&b.name));
        Ok(tags)
    }
}
