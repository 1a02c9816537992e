//! Tags.

use super::{GitError, Oid, Repo};
use gix::bstr::ByteSlice;

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
        let failed = || GitError::doing::<gix::Error>("read the tags");
        let references = self.inner.references().map_err(failed())?;
        let mut tags = Vec::new();
        for reference in references.tags().map_err(failed())? {
            let mut reference = reference.map_err(failed())?;
            let name = reference.name().shorten().to_str_lossy().into_owned();
            if !wanted(&name) {
                continue;
            }
            let Ok(object) = reference.peel_to_id() else { continue };
            let is_commit = object.header().is_ok_and(|header| header.kind() == gix::objs::Kind::Commit);
            if is_commit {
                tags.push(Tag { name, commit: object.detach() });
            }
        }
        tags.sort_by(|a, b| a.name.cmp(&b.name));
        Ok(tags)
    }
}
