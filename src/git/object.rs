//! Reading single objects: never an early end, always a name for what is missing.

use super::commit::RawCommit;
use super::error::chain;
use super::record::Person;
use super::{GitError, Oid, Repo};
use gix::objs::{Find, Kind};
use std::sync::OnceLock;

/// What a commit says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CommitInfo {
    /// Its object id.
    pub oid: Oid,
    /// Its parents, as the commit has them.
    pub parents: Vec<Oid>,
    /// Who wrote it, as the commit says.
    pub author: Person,
    /// When it was written, in seconds since the epoch.
    pub author_time: i64,
    /// Committer time in seconds since the epoch.
    pub time: i64,
    /// The whole message, decoded, up to the first NUL.
    pub message: String,
}

impl CommitInfo {
    /// The first line of the message.
    pub fn subject(&self) -> &str {
        self.message.lines().map(str::trim).find(|line| !line.is_empty()).unwrap_or_default()
    }
}

/// The file that says by which names people want to be known.
const MAIL_MAP: &str = ".mailmap";

/// The persons of a repository under the names they want to be known by: those that the mail map of a commit gives them. That
/// of the work tree, and what the user's configuration adds, differ between clones of the same revision.
pub(super) struct People {
    map: OnceLock<gix::mailmap::Snapshot>,
    /// Where it is read when somebody is asked for first.
    later: Option<(gix::ThreadSafeRepository, Oid)>,
}

impl People {
    fn map(&self) -> &gix::mailmap::Snapshot {
        self.map.get_or_init(|| {
            let map = self.later.as_ref().and_then(|(repo, commit)| {
                let repo = repo.to_thread_local();
                let tree = repo.find_commit(*commit).ok()?.tree().ok()?;
                let entry = tree.lookup_entry_by_path(MAIL_MAP).ok()??;
                let blob = entry.mode().is_blob().then(|| entry.object().ok()).flatten()?;
                Some(gix::mailmap::Snapshot::from_bytes(&blob.data))
            });
            map.unwrap_or_default()
        })
    }

    /// The person that another is known to be.
    pub(super) fn mapped(&self, person: &Person) -> Person {
        let signature = gix::actor::SignatureRef {
            name: person.name.as_str().into(),
            email: person.email.as_str().into(),
            time: "0 +0000",
        };
        let mapped = self.map().resolve(signature);
        Person { name: mapped.name.to_string(), email: mapped.email.to_string() }
    }

    /// A person and a time, from the author line of a commit, by the mail map.
    pub(super) fn author(&self, commit: &mut RawCommit<'_>) -> (Person, i64) {
        let (person, time) = raw_author(commit);
        (self.mapped(&person), time)
    }
}

/// The person and the time in the author line of a commit; a time that cannot be read is the committer's.
pub(super) fn raw_author(commit: &mut RawCommit<'_>) -> (Person, i64) {
    let author = commit.author();
    let time = author.seconds.unwrap_or_else(|| commit.time());
    let (name, email) = (commit.decode(author.name), commit.decode(author.email));
    (Person { name: name.into_owned(), email: email.into_owned() }, time)
}

impl Repo {
    /// People by the mail map of a commit.
    pub(super) fn people(&self, commit: Oid) -> Result<People, GitError> {
        let file = self.files_at(commit, [MAIL_MAP])?.remove(MAIL_MAP).unwrap_or_default();
        Ok(People { map: OnceLock::from(gix::mailmap::Snapshot::from_bytes(&file)), later: None })
    }

    /// The same, read when somebody is asked for first: most answers name nobody. A mail map that cannot be read then is as
    /// good as none.
    pub(super) fn people_later(&self, commit: Option<Oid>) -> People {
        People { map: OnceLock::new(), later: commit.map(|commit| (self.inner.clone().into_sync(), commit)) }
    }

    /// The bytes of an object that has to be there.
    pub(super) fn read<'b>(
        &self,
        oid: &Oid,
        kind: Kind,
        buffer: &'b mut Vec<u8>,
    ) -> Result<&'b [u8], GitError> {
        let broken = |cause: String| GitError::BrokenObject { oid: *oid, kind: word(kind), cause };
        match self.inner.objects.try_find(oid, buffer) {
            Ok(Some(data)) if data.kind == kind => Ok(data.data),
            Ok(Some(data)) => Err(broken(format!("it is a {}", word(data.kind)))),
            Ok(None) => Err(self.missing(oid, kind, None)),
            Err(error) if error.is_resource_exhausted() => {
                Err(GitError::TooLarge { oid: *oid, kind: word(kind) })
            }
            Err(error) => Err(broken(chain(&error))),
        }
    }

    pub(super) fn missing(&self, oid: &Oid, kind: Kind, path: Option<&str>) -> GitError {
        GitError::MissingObject {
            oid: *oid,
            kind: word(kind),
            path: path.map(str::to_owned),
            promisor: self.promisor(),
        }
    }

    /// The bytes of a file.
    pub fn blob(&self, oid: Oid) -> Result<Vec<u8>, GitError> {
        let mut buffer = Vec::new();
        self.read(&oid, Kind::Blob, &mut buffer)?;
        Ok(buffer)
    }

    /// What a commit says of itself.
    pub fn commit_info(&self, oid: Oid) -> Result<CommitInfo, GitError> {
        let mut buffer = Vec::new();
        let mut commit = RawCommit::parse(self.read(&oid, Kind::Commit, &mut buffer)?);
        let (author, author_time) = raw_author(&mut commit);
        let message = commit.decode(commit.message).into_owned();
        let time = commit.time();
        Ok(CommitInfo { oid, parents: commit.parents, author, author_time, time, message })
    }
}

pub(super) fn word(kind: Kind) -> &'static str {
    match kind {
        Kind::Commit => "commit",
        Kind::Tree => "tree",
        Kind::Blob => "blob",
        Kind::Tag => "tag",
    }
}
