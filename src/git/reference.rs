//! References: what is broken among them costs a warning, as with Git, and not the answer.

use super::{GitError, Oid, Repo};
use crate::shell;
use gix::bstr::ByteSlice;
use gix::refs::file::find::ReferenceDecode;

impl Repo {
    /// Calls `f` with every reference below `place`, such as `refs/tags/`, whose full name is wanted. Of one that is broken it
    /// is warned.
    pub(super) fn each_reference(
        &self,
        place: &str,
        wanted: impl Fn(&str) -> bool,
        mut f: impl FnMut(&mut gix::Reference<'_>) -> Result<(), GitError>,
    ) -> Result<(), GitError> {
        let failed = || GitError::doing::<gix::Error>(format!("read the references below {place}"));
        let references = self.inner.references().map_err(failed())?;
        for reference in references.prefixed(place).map_err(failed())? {
            match reference {
                Ok(mut reference) => {
                    if wanted(&reference.name().as_bstr().to_str_lossy()) {
                        f(&mut reference)?;
                    }
                }
                Err(error) => match broken(&error) {
                    Some(name) if wanted(&name) => self.warn_of_broken(&name),
                    Some(_) => {}
                    None => return Err(failed()(error)),
                },
            }
        }
        Ok(())
    }

    /// The reference of that full name. One that is broken is none, and is warned of.
    pub(super) fn reference(&self, full_name: &str) -> Result<Option<gix::Reference<'_>>, GitError> {
        match self.inner.try_find_reference(full_name) {
            Err(error) if broken(&error).is_some() => {
                self.warn_of_broken(full_name);
                Ok(None)
            }
            found => found.map_err(GitError::doing(format!("read the reference {full_name}"))),
        }
    }

    fn warn_of_broken(&self, name: &str) {
        // Git refuses to delete what it cannot read.
        let file = self.common_dir().join(name);
        self.warn(&format!(
            "ignored the broken reference {name}: the file {} holds no object id and can be removed",
            file.display()
        ));
    }

    /// Warns of a reference whose object is not here.
    pub(super) fn warn_of_dangling(&self, name: &str, oid: &Oid) {
        self.warn(&format!(
            "ignored {name}, which points to {oid}, which is missing; git fetch may bring it, \
             git update-ref -d {} removes the reference",
            shell::word(name)
        ));
    }
}

/// The name of the reference whose content is none, as after a power cut.
pub(super) fn broken(error: &gix::Error) -> Option<String> {
    let path = &error.downcast_any_ref::<ReferenceDecode>()?.relative_path;
    Some(path.to_string_lossy().replace(std::path::MAIN_SEPARATOR, "/"))
}
