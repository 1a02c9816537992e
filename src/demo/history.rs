//! Commits as values, and as a stream that `git fast-import` reads.

use jiff::Timestamp;
use std::collections::BTreeMap;
use std::io;

/// Stands in a message for the id of another commit.
pub(super) const ID: &str = "{id}";

/// Who wrote a commit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Person {
    /// As commits show it.
    pub name: &'static str,
    /// As commits show it.
    pub email: &'static str,
    /// The offset from UTC of the author's clock, as Git writes it.
    pub zone: &'static str,
}

/// What a commit does to one file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Change {
    /// Writes the whole file.
    Write(String, String),
    /// Removes it.
    Remove(String),
}

/// A commit that is yet to be made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Commit {
    /// Its number in the stream, from 1.
    pub mark: u32,
    /// The branch that it moves, without `refs/heads/`.
    pub branch: &'static str,
    /// The marks of its parents, first parent first.
    pub parents: Vec<u32>,
    /// Author and committer.
    pub person: Person,
    /// When it was written.
    pub authored: Timestamp,
    /// When it was committed; later than `authored` for a cherry-pick.
    pub committed: Timestamp,
    /// The message. If it quotes another commit, `{id}` stands for that commit's id.
    pub message: String,
    /// The mark of the commit that the message quotes. Its id is known only once Git has made it.
    pub quotes: Option<u32>,
    /// What differs from the first parent.
    pub changes: Vec<Change>,
}

impl Commit {
    /// Writes the commit as `git fast-import` reads it, with the id of the commit that its message quotes.
    ///
    /// # Errors
    ///
    /// Those of `out`.
    pub fn write(&self, quoted: Option<&str>, out: &mut impl io::Write) -> io::Result<()> {
        let Person { name, email, zone } = self.person;
        let (authored, committed) = (self.authored.as_second(), self.committed.as_second());
        writeln!(out, "commit refs/heads/{}\nmark :{}", self.branch, self.mark)?;
        writeln!(out, "author {name} <{email}> {authored} {zone}")?;
        writeln!(out, "committer {name} <{email}> {committed} {zone}")?;
        write_data(&quoted.map_or_else(|| self.message.clone(), |id| self.message.replace(ID, id)), out)?;
        for (at, parent) in self.parents.iter().enumerate() {
            writeln!(out, "{} :{parent}", if at == 0 { "from" } else { "merge" })?;
        }
        for change in &self.changes {
            match change {
                Change::Write(path, text) => {
                    writeln!(out, "M 100644 inline {path}")?;
                    write_data(text, out)?;
                }
                Change::Remove(path) => writeln!(out, "D {path}")?,
            }
        }
        writeln!(out)
    }
}

/// The exact length first, so that no content can be mistaken for a command.
fn write_data(text: &str, out: &mut impl io::Write) -> io::Result<()> {
    writeln!(out, "data {}\n{text}", text.len())
}

/// Collects commits in order and knows where each branch stands.
pub(super) struct Story {
    midnight: i64,
    heads: BTreeMap<&'static str, u32>,
    commits: Vec<Commit>,
}

impl Story {
    /// A story told at `now`: its days are whole days before that one, in UTC.
    pub(super) fn new(now: Timestamp) -> Self {
        let second = now.as_second();
        Self { midnight: second - second.rem_euclid(86_400), heads: BTreeMap::new(), commits: Vec::new() }
    }

    /// A moment so many days before today.
    fn at(&self, days: i64, (hour, minute): (i64, i64)) -> Timestamp {
        let second = self.midnight - days * 86_400 + hour * 3_600 + minute * 60;
        Timestamp::from_second(second).unwrap_or(Timestamp::UNIX_EPOCH)
    }

    /// Adds a commit on `branch`; gives its mark.
    pub(super) fn commit(
        &mut self,
        branch: &'static str,
        person: Person,
        (days, time): (i64, (i64, i64)),
        message: &str,
        changes: Vec<Change>,
    ) -> u32 {
        let mark = u32::try_from(self.commits.len()).map_or(u32::MAX, |n| n + 1);
        let parents = self.heads.insert(branch, mark).into_iter().collect();
        let time = self.at(days, time);
        let message = format!("{message}\n");
        self.commits.push(Commit {
            mark,
            branch,
            parents,
            person,
            authored: time,
            committed: time,
            message,
            quotes: None,
            changes,
        });
        mark
    }

    /// Lets a new branch begin where another stands.
    pub(super) fn fork(&mut self, branch: &'static str, from: &str) {
        if let Some(&head) = self.heads.get(from) {
            self.heads.insert(branch, head);
        }
    }

    /// Makes the last commit a merge of another branch.
    pub(super) fn merging(&mut self, branch: &str) {
        let head = self.heads.get(branch).copied();
        if let Some(commit) = self.commits.last_mut() {
            commit.parents.extend(head);
        }
    }

    /// Lets the last commit's message quote another.
    pub(super) fn quoting(&mut self, mark: u32) {
        if let Some(commit) = self.commits.last_mut() {
            commit.quotes = Some(mark);
        }
    }

    /// Gives the last commit the author's date of another, as a cherry-pick has it.
    pub(super) fn written_with(&mut self, mark: u32) {
        let authored = self.commits.iter().find(|c| c.mark == mark).map(|c| c.authored);
        if let (Some(commit), Some(authored)) = (self.commits.last_mut(), authored) {
            commit.authored = authored;
        }
    }

    /// The commits, oldest first.
    pub(super) fn finish(self) -> Vec<Commit> {
        self.commits
    }
}
