//! Claims: the references under `refs/tasks/claims/` by which people tell each other what they are working on.
//!
//! A claim is an annotated tag of the empty tree. It carries who and when, `git for-each-ref` shows both, sharing it
//! sends one object and none of the history around it, and it does not appear in `git log --all`.

use super::{GitError, Oid, Person, Repo};
use crate::model::TaskId;
use gix::bstr::ByteSlice;
use gix::objs::{CommitRef, Find, Kind, TagRef};
use gix::refs::Target;
use gix::refs::transaction::{Change, LogChange, PreviousValue, RefEdit, RefLog};
use std::hash::{BuildHasher, RandomState};

/// Where claims lie.
const CLAIMS: &str = "refs/tasks/claims/";

/// What comes before the name of the worktree in a claim's message.
const WORKTREE: &str = "Worktree: ";

/// What stands between the id and the title in a claim's message.
const WIP: &str = " wip: ";

/// That somebody is working on a task.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Claim {
    /// The task, by the id it had when it was claimed.
    pub id: TaskId,
    /// Its title then, in one line; empty for a claim made by hand.
    pub title: String,
    /// Who.
    pub by: Person,
    /// Since when, in seconds since the epoch.
    pub since: i64,
    /// The linked worktree it was made in; `None` for the main one.
    pub worktree: Option<String>,
    /// The object it is.
    pub oid: Oid,
}

/// A claim that is to be made.
#[derive(Debug, Clone, Copy)]
pub struct NewClaim<'a> {
    /// The task.
    pub id: &'a TaskId,
    /// Its title.
    pub title: &'a str,
    /// Who.
    pub by: &'a Person,
    /// Now, in seconds since the epoch.
    pub now: i64,
}

impl NewClaim<'_> {
    fn in_one_line(&self) -> String {
        self.title.split_whitespace().collect::<Vec<_>>().join(" ")
    }
}

/// How claiming went.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Claimed {
    /// The claim was made.
    Made(Claim),
    /// There is another one.
    Held(Claim),
}

impl Claim {
    /// `refs/tasks/claims/412`
    pub fn reference(&self) -> String {
        reference(&self.id)
    }

    /// Whether that person made it: the mail address tells, and the name where there is none.
    pub fn is_by(&self, person: &Person) -> bool {
        if self.by.email.is_empty() || person.email.is_empty() {
            return self.by.name == person.name;
        }
        self.by.email.eq_ignore_ascii_case(&person.email)
    }
}

/// The reference of a task's claim. It goes by the id in lower case, since ids are the same task in either case, and two
/// spellings that an id may have but a reference may not are escaped.
pub(super) fn reference(id: &TaskId) -> String {
    let mut name = id.key().replace("..", ".%2e");
    if let Some(stem) = name.strip_suffix(".lock") {
        name = format!("{stem}%2elock");
    }
    format!("{CLAIMS}{name}")
}

/// The task whose claim a reference is.
fn task_of(reference: &str) -> Option<TaskId> {
    reference.strip_prefix(CLAIMS)?.replace("%2e", ".").parse().ok()
}

impl Repo {
    /// Every claim, by id. What lies among them and is none is left out, and what is broken is warned of.
    pub fn claims(&self) -> Result<Vec<Claim>, GitError> {
        let mut claims = Vec::new();
        self.each_reference(
            CLAIMS,
            |_| true,
            |reference| {
                claims.extend(self.read_claim(reference)?);
                Ok(())
            },
        )?;
        claims.sort_by(|a, b| a.id.cmp(&b.id));
        Ok(claims)
    }

    /// The claim of a task.
    pub fn claim(&self, id: &TaskId) -> Result<Option<Claim>, GitError> {
        match self.reference(&reference(id))? {
            Some(reference) => self.read_claim(&reference),
            None => Ok(None),
        }
    }

    fn read_claim(&self, reference: &gix::Reference<'_>) -> Result<Option<Claim>, GitError> {
        let name = reference.name().as_bstr().to_str_lossy();
        match (task_of(&name), reference.try_id()) {
            (Some(id), Some(oid)) => match self.claim_object(id, oid.detach()) {
                Err(GitError::MissingObject { oid, .. }) => {
                    self.warn_of_dangling(&name, &oid);
                    Ok(None)
                }
                claim => claim,
            },
            _ => Ok(None),
        }
    }

    /// What an object says as a claim of a task; nothing if it is none.
    pub(super) fn claim_object(&self, id: TaskId, oid: Oid) -> Result<Option<Claim>, GitError> {
        let mut buffer = Vec::new();
        let found = self.inner.objects.try_find(&oid, &mut buffer);
        let Some(data) = found.map_err(GitError::doing(format!("read the claim of task {id}")))? else {
            return Err(self.missing(&oid, Kind::Tag, Some(&reference(&id))));
        };
        let (signature, message) = match data.kind {
            Kind::Tag => match TagRef::from_bytes(data.data, oid.kind()) {
                Ok(tag) => (tag.tagger().ok().flatten(), tag.message),
                Err(_) => return Ok(None),
            },
            // Made by hand: git update-ref refs/tasks/claims/412 HEAD.
            Kind::Commit => match CommitRef::from_bytes(data.data, oid.kind()) {
                Ok(commit) => (commit.committer().ok(), b"".as_bstr()),
                Err(_) => return Ok(None),
            },
            Kind::Tree | Kind::Blob => return Ok(None),
        };
        let Some(signature) = signature else { return Ok(None) };
        let text = |bytes: &[u8]| bytes.trim_ascii().to_str_lossy().into_owned();
        let worktree = message.lines().find_map(|line| line.strip_prefix(WORKTREE.as_bytes()));
        let title = message.lines().next().and_then(|line| line.split_once_str(WIP));
        Ok(Some(Claim {
            id,
            title: title.map_or(String::new(), |(_, title)| text(title)),
            by: Person { name: text(signature.name), email: text(signature.email) },
            since: signature.seconds(),
            worktree: worktree.map(text),
            oid,
        }))
    }

    /// Makes a claim, only if there is none: of several processes that try at the same time one succeeds.
    ///
    /// `instead_of` is a claim that counts no more and may be replaced, if it is still the one that is there.
    pub fn make_claim(&self, new: &NewClaim<'_>, instead_of: Option<&Claim>) -> Result<Claimed, GitError> {
        let doing = || GitError::doing::<gix::Error>(format!("claim task {}", new.id));
        let oid = self.write_claim(new)?;
        let expected = match instead_of {
            Some(old) => PreviousValue::MustExistAndMatch(Target::Object(old.oid)),
            None => PreviousValue::MustNotExist,
        };
        let log = LogChange { mode: RefLog::AndReference, force_create_reflog: false, message: "".into() };
        let change = Change::Update { log, expected, new: Target::Object(oid) };
        match self.edit_claim(new.id, change) {
            Ok(()) => {}
            Err(error) => {
                return match self.claim(new.id)? {
                    Some(held) => Ok(Claimed::Held(held)),
                    None => Err(doing()(error)),
                };
            }
        }
        Ok(Claimed::Made(Claim {
            id: new.id.clone(),
            title: new.in_one_line(),
            by: new.by.clone(),
            since: new.now,
            worktree: self.worktree_name(),
            oid,
        }))
    }

    /// Drops a claim, if it is still the one that is there; says whether it was.
    pub fn drop_claim(&self, claim: &Claim) -> Result<bool, GitError> {
        let expected = PreviousValue::MustExistAndMatch(Target::Object(claim.oid));
        match self.edit_claim(&claim.id, Change::Delete { expected, log: RefLog::AndReference }) {
            Ok(()) => Ok(true),
            Err(_) if self.claim(&claim.id)?.is_none_or(|now| now.oid != claim.oid) => Ok(false),
            Err(error) => Err(GitError::doing(format!("release task {}", claim.id))(error)),
        }
    }

    /// Puts another claim in the place of one that is lost to it, so that this repository knows who has the task.
    pub fn yield_claim(&self, lost: &Claim, to: &Claim) -> Result<(), GitError> {
        let expected = PreviousValue::ExistingMustMatch(Target::Object(lost.oid));
        let log = LogChange { mode: RefLog::AndReference, force_create_reflog: false, message: "".into() };
        let change = Change::Update { log, expected, new: Target::Object(to.oid) };
        let edited = self.edit_claim(&lost.id, change);
        edited.map_err(GitError::doing(format!("note the claim of task {}", to.id)))
    }

    fn edit_claim(&self, id: &TaskId, change: Change) -> Result<(), gix::Error> {
        let name = reference(id).try_into().map_err(gix::Error::from_error)?;
        self.inner.edit_reference(RefEdit { change, name, deref: false }).map(|_| ())
    }

    fn write_claim(&self, new: &NewClaim<'_>) -> Result<Oid, GitError> {
        let doing = || GitError::doing::<gix::Error>(format!("write the claim of task {}", new.id));
        // A reference that already points to the very same object would count as made: what two processes write in the
        // same second must differ.
        let token = RandomState::new().hash_one(new.now);
        let worktree = self.worktree_name().map_or(String::new(), |name| format!("{WORKTREE}{name}\n"));
        let message = format!("task {}{WIP}{}\n\n{worktree}Token: {token:016x}\n", new.id, new.in_one_line());
        let reference = reference(new.id);
        let tag = gix::objs::Tag {
            target: self.inner.write_object(gix::objs::Tree::empty()).map_err(doing())?.detach(),
            target_kind: Kind::Tree,
            name: reference.trim_start_matches(CLAIMS).into(),
            tagger: Some(gix::actor::Signature {
                name: new.by.name.as_str().into(),
                email: new.by.email.as_str().into(),
                time: gix::date::Time { seconds: new.now, offset: 0 },
            }),
            message: message.into(),
            signature: None,
        };
        Ok(self.inner.write_object(tag).map_err(doing())?.detach())
    }

    /// The name of the linked worktree that was opened; `None` for the main one, and for a bare repository.
    pub fn worktree_name(&self) -> Option<String> {
        if self.git_dir() == self.common_dir() {
            return None;
        }
        Some(self.git_dir().file_name()?.to_string_lossy().into_owned())
    }

    /// Who commits here: `GIT_AUTHOR_NAME` and `GIT_AUTHOR_EMAIL`, else `user.name` and `user.email`.
    pub fn identity(&self) -> Result<Person, GitError> {
        let author = match self.inner.author() {
            Some(author) => author.map_err(GitError::doing("tell who you are"))?,
            None => return Err(GitError::Identity),
        };
        let text = |bytes: &[u8]| without_delimiters(&bytes.to_str_lossy()).trim().to_owned();
        let person = Person { name: text(author.name), email: text(author.email) };
        if person.name.is_empty() { Err(GitError::Identity) } else { Ok(person) }
    }
}

/// What would end a name or an address in an object; Git drops it as well.
fn without_delimiters(text: &str) -> String {
    text.chars().filter(|c| !matches!(c, '<' | '>' | '\n' | '\0')).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_id_has_a_reference_that_git_accepts_and_that_leads_back() {
        for (id, name) in [
            ("412", "412"),
            ("T001", "t001"),
            ("1.2.3", "1.2.3"),
            ("a..b", "a.%2eb"),
            ("a...b", "a.%2e.b"),
            ("a....b", "a.%2e.%2eb"),
            ("x.lock", "x%2elock"),
            ("X.LOCK", "x%2elock"),
            ("lock", "lock"),
        ] {
            let id: TaskId = id.parse().unwrap();
            let reference = reference(&id);
            assert_eq!(reference, format!("{CLAIMS}{name}"));
            assert!(gix::refs::FullName::try_from(reference.as_str()).is_ok(), "{reference}");
            assert_eq!(task_of(&reference).as_ref(), Some(&id), "{reference}");
        }
        assert_eq!(task_of("refs/tasks/claims/a/b"), None);
        assert_eq!(task_of("refs/heads/412"), None);
    }

    #[test]
    fn names_cannot_break_out_of_their_place() {
        assert_eq!(without_delimiters("A <b>\nc"), "A bc");
    }
}
