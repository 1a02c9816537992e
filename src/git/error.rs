//! What can go wrong while reading a repository.

use super::Oid;
use std::error::Error;
use std::path::PathBuf;

/// Why something could not be read from Git. Every sentence names what was asked for and, where there is one, what mends it.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum GitError {
    /// Neither the directory nor one above it belongs to a repository.
    #[error("{} is not in a Git repository", .dir.display())]
    NotARepository {
        /// Where the search began.
        dir: PathBuf,
    },
    /// A repository in a format that cannot be read.
    #[error("the repository {} {what}; {help}", .path.display())]
    Unsupported {
        /// The Git directory.
        path: PathBuf,
        /// What is special about it, as the end of a sentence.
        what: String,
        /// What to do.
        help: String,
    },
    /// A revision that names no commit, or several.
    #[error("cannot find the revision {rev:?}: {cause}; name a branch, a tag or a commit id")]
    Revision {
        /// As it was given.
        rev: String,
        /// The chain of causes.
        cause: String,
    },
    /// `HEAD` was asked for, but nothing is committed yet.
    #[error("HEAD has no commit yet; leave out the revision to read the work tree")]
    Unborn,
    /// A revision that names something else than a commit.
    #[error("{rev:?} names a {kind}, and a commit is expected; name a branch, a tag or a commit id")]
    NoCommit {
        /// As it was given.
        rev: String,
        /// What it names.
        kind: &'static str,
    },
    /// The index of a bare repository was asked for.
    #[error(
        "this is a bare repository: it has no index, so nothing is staged; name revisions to compare, or --at REV"
    )]
    NoIndex,
    /// The branch that is checked out is broken, as a power cut leaves it.
    #[error(
        "the branch of HEAD is broken: {} holds no object id; the second word of the last line of {} is the one that it had",
        .file.display(), .log.display()
    )]
    BrokenHead {
        /// The file of the reference.
        file: PathBuf,
        /// The file that tells where it was.
        log: PathBuf,
    },
    /// The adoption boundary names a commit that is not here.
    #[error("the boundary {oid:?} of [history] since is no commit of this repository; {}", if *.shallow {
        "the clone is shallow: git fetch --unshallow"
    } else {
        "write an object id of its history, or a date"
    })]
    Boundary {
        /// As it stands in the configuration.
        oid: String,
        /// The clone is shallow, so that the commit may exist elsewhere.
        shallow: bool,
    },
    /// An object that others name is not in the object database.
    #[error("the {kind} {oid}{} is missing from the object database; {}", .path.as_ref().map(|p| format!(" ({p})")).unwrap_or_default(), missing_help(.kind, .promisor.as_deref()))]
    MissingObject {
        /// Its id.
        oid: Oid,
        /// What kind of object it has to be.
        kind: &'static str,
        /// The path under which it is known, if it is.
        path: Option<String>,
        /// The remote from which it can be fetched, if the clone is partial.
        promisor: Option<String>,
    },
    /// A plan file of a revision whose content a partial clone left on the server.
    #[error("the content of {path} at {} was left on the server; {}", .commit.to_hex_with_len(8), fetches_plan(.promisor))]
    LeftOnServer {
        /// The first of the files that are missing.
        path: String,
        /// The revision.
        commit: Oid,
        /// The remote on which it was left.
        promisor: String,
    },
    /// An object that cannot be decoded.
    #[error("the {kind} {oid} cannot be read: {cause}; git fsck tells more")]
    BrokenObject {
        /// Its id.
        oid: Oid,
        /// What kind of object it has to be.
        kind: &'static str,
        /// The chain of causes.
        cause: String,
    },
    /// An object that is larger than any plan could need.
    #[error("the {kind} {oid} is larger than 256 MiB, so it is not read")]
    TooLarge {
        /// Its id.
        oid: Oid,
        /// What kind of object it has to be.
        kind: &'static str,
    },
    /// The plan's folder is something else.
    #[error(".tasks is no directory in {oid} but {what}; a plan is a directory of files")]
    PlanIsNoDirectory {
        /// The commit.
        oid: Oid,
        /// What it is.
        what: &'static str,
    },
    /// Git does not know who works here.
    #[error(
        "cannot tell who you are: set user.name and user.email in Git's configuration, or GIT_AUTHOR_NAME and GIT_AUTHOR_EMAIL"
    )]
    Identity,
    /// Anything else.
    #[error("cannot {doing}: {cause}")]
    Failed {
        /// What was being done, as the end of `cannot …`.
        doing: String,
        /// The chain of causes.
        cause: String,
    },
}

impl GitError {
    /// For use with `map_err`: keeps the whole chain of causes, since the first says little.
    pub(super) fn doing<E: Error>(doing: impl Into<String>) -> impl FnOnce(E) -> Self {
        move |error| Self::Failed { doing: doing.into(), cause: chain(&error) }
    }
}

/// An error and all its sources, as one line.
pub(super) fn chain(error: &dyn Error) -> String {
    causes(error).join(": ")
}

/// The cause of a revision's failure without what only tells how it was parsed.
pub(super) fn revision_cause(error: &dyn Error) -> String {
    let mut causes = causes(error);
    let is_about_parsing = |text: &String| text.contains("input=");
    if !causes.iter().all(is_about_parsing) {
        causes.retain(|text| !is_about_parsing(text));
    }
    causes.join(": ")
}

fn causes(error: &dyn Error) -> Vec<String> {
    let mut parts: Vec<String> = Vec::new();
    let mut next = Some(error);
    while let Some(error) = next {
        let text = error.to_string().split_whitespace().collect::<Vec<_>>().join(" ");
        // Some errors repeat their source in their own text, and some sources are nothing but the name of a class.
        let is_class = !parts.is_empty() && text.bytes().all(|b| b.is_ascii_alphabetic());
        if !is_class && !parts.iter().any(|said| said.contains(&text)) {
            parts.push(text);
        }
        next = error.source();
    }
    parts
}

fn missing_help(kind: &str, promisor: Option<&str>) -> String {
    match promisor {
        Some(_) if kind == "tree" => {
            "this clone is partial: git fetch --refetch --filter=blob:none brings every tree".to_owned()
        }
        Some(remote) => format!("this clone is partial: {}", fetches_plan(remote)),
        None => "git fsck tells more, git fetch may bring it".to_owned(),
    }
}

/// What fetches all that commands ever read of files, at one go: every version of the plan on every branch, and the mail map.
fn fetches_plan(remote: &str) -> String {
    format!(
        "git rev-list --objects --missing=print --full-history --all -- .tasks .mailmap | sed -n 's/^?//p' | \
         git fetch -q --stdin {remote} brings the whole plan and its history"
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Debug, thiserror::Error)]
    #[error("{text}")]
    struct Layer {
        text: &'static str,
        source: Option<Box<Layer>>,
    }

    #[test]
    fn a_chain_names_every_cause_once() {
        let layer = |text, source: Option<Layer>| Layer { text, source: source.map(Box::new) };
        let error = layer("top", Some(layer("middle: end", Some(layer("end", None)))));
        assert_eq!(chain(&error), "top: middle: end");
        let error =
            layer("cannot parse, input=\"x\"", Some(layer("no such thing", Some(layer("NotFound", None)))));
        assert_eq!(revision_cause(&error), "no such thing");
        assert_eq!(chain(&error), "cannot parse, input=\"x\": no such thing");
    }

    #[test]
    fn a_missing_object_says_how_to_get_it() {
        let oid = Oid::null(gix::hash::Kind::Sha1);
        let path = Some(".tasks/1.toml".to_owned());
        let text = GitError::MissingObject { oid, kind: "blob", path, promisor: Some("up".to_owned()) };
        let text = text.to_string();
        assert!(
            text.contains("(.tasks/1.toml)") && text.contains("git fetch -q --stdin up brings"),
            "{text}"
        );
    }
}
