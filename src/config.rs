//! What `.tasks/config.toml` says.

use crate::finding::Severity;
use crate::message::SubjectEffect;
use crate::model::{Calendar, Declared, Minutes};
use jiff::civil::Date;
use std::collections::BTreeMap;

/// The newest version of the file format that is understood.
pub const FORMAT_VERSION: u32 = 1;

/// The configuration of a plan; every key but `version` has a default.
#[derive(Debug, Clone, PartialEq)]
pub struct Config {
    /// The version of the file format.
    pub version: u32,
    /// How commit messages name tasks.
    pub references: References,
    /// What new ids start with.
    pub id_prefix: String,
    /// The adoption boundary: commits beyond it are not read.
    pub since: Option<Since>,
    /// Patterns of branches where work lands, `*` matching within and across slashes; empty means what
    /// `origin/HEAD` points to, else `main` or `master`.
    pub trunk: Vec<String>,
    /// Topic branches whose head is older than this many minutes are not in progress.
    pub stale_after: Minutes,
    /// What a day and a week of work hold.
    pub calendar: Calendar,
    /// The least and the most minutes that a task may be estimated at, where there are such bounds.
    pub estimate_bounds: (Option<Minutes>, Option<Minutes>),
    /// What imported documents say of their own size, by the names that tasks remember them by.
    pub declared: BTreeMap<String, Declared>,
    /// Severity by finding code; `None` switches a rule off.
    pub check: BTreeMap<String, Option<Severity>>,
}

/// How commit messages name tasks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct References {
    /// Words that introduce an id; a plural s is always understood.
    pub keywords: Vec<String>,
    /// What a task named at the start of a subject means.
    pub subject: SubjectEffect,
    /// Commits whose references are mistakes: object ids, abbreviated or not.
    pub ignore: Vec<String>,
    /// Further forms: a regular expression with a group `id`, and its effect.
    pub patterns: Vec<Pattern>,
}

/// A form of one's own, matched on the subject and then on each line of the body.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pattern {
    /// A regular expression with a group named `id`.
    pub regex: String,
    /// `completes`, `starts`, `links` or `reopens`.
    pub effect: String,
}

/// The adoption boundary.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Since {
    /// Commits reachable from this object id are not read.
    Commit(String),
    /// Commits whose committer time lies before the start of this day, in UTC, are not read.
    Date(Date),
}

impl Default for References {
    fn default() -> Self {
        Self {
            keywords: vec!["task".to_owned()],
            subject: SubjectEffect::Completes,
            ignore: Vec::new(),
            patterns: Vec::new(),
        }
    }
}

impl Default for Config {
    fn default() -> Self {
        Self {
            version: FORMAT_VERSION,
            references: References::default(),
            id_prefix: String::new(),
            since: None,
            trunk: Vec::new(),
            stale_after: 60 * 24 * 60,
            calendar: Calendar::default(),
            estimate_bounds: (None, None),
            declared: BTreeMap::new(),
            check: BTreeMap::new(),
        }
    }
}
