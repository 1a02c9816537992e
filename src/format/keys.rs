//! The keys of every file, in their canonical order: the one place that findings, the canonical form, templates and
//! schemas take them from.

use crate::model::GroupName;

/// Which file of the plan a path names.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum FileKind {
    /// `<id>.toml`
    Task,
    /// `group.toml`
    Group,
    /// `milestones/<name>.toml`
    Milestone,
    /// `config.toml`
    Config,
}

impl FileKind {
    /// The kind that the path has, relative to the root of the repository.
    pub fn of(path: &str) -> Self {
        let inner = path.strip_prefix(".tasks/").unwrap_or(path);
        if inner == "config.toml" {
            Self::Config
        } else if inner.starts_with("milestones/") {
            Self::Milestone
        } else if inner.rsplit('/').next() == Some("group.toml") {
            Self::Group
        } else {
            Self::Task
        }
    }

    /// How a key is to be merged and compared; `table` is the header that it stands under, empty for the root.
    pub fn role(self, table: &[String], key: &str) -> Role {
        let Some(key) = find(self.keys_under(table), key) else { return Role::Other };
        match key.holds {
            Holds::Texts => Role::List { sorted: key.sorted, names: Names::Exact },
            Holds::Ids => Role::List { sorted: key.sorted, names: Names::Ids },
            Holds::Groups => Role::List { sorted: key.sorted, names: Names::Groups },
            Holds::Dependencies => Role::List { sorted: key.sorted, names: Names::Dependencies },
            Holds::Tables(keys) => {
                let is_label = |k: &&Key| matches!(k.holds, Holds::Line);
                keys.iter().find(is_label).map_or(Role::Other, |label| Role::Tables { label: label.name })
            }
            _ => Role::Other,
        }
    }

    /// The position of a key in its canonical order; unknown keys come after all known ones.
    pub fn rank(self, table: &[String], key: &str) -> usize {
        rank(self.keys_under(table), key)
    }

    fn keys_under(self, table: &[String]) -> &'static [Key] {
        let mut keys = self.keys();
        for name in table {
            keys = match find(keys, name).map(|key| key.holds) {
                Some(Holds::Table(keys) | Holds::Tables(keys)) => keys,
                _ => &[],
            };
        }
        keys
    }

    /// The names of the keys of such a file, in their canonical order.
    pub fn names(self) -> impl Iterator<Item = &'static str> {
        self.keys().iter().map(|key| key.name)
    }

    /// Whether that key of such a file holds a list of names, ids or paths.
    pub fn holds_list(self, key: &str) -> bool {
        let holds = find(self.keys(), key).map(|key| key.holds);
        matches!(holds, Some(Holds::Texts | Holds::Ids | Holds::Dependencies | Holds::Groups))
    }

    /// The names of the keys of a step.
    pub fn step_names() -> impl Iterator<Item = &'static str> {
        STEP.iter().map(|key| key.name)
    }

    /// The keys of such a file.
    pub(super) fn keys(self) -> &'static [Key] {
        match self {
            Self::Task => TASK,
            Self::Group => GROUP,
            Self::Milestone => MILESTONE,
            Self::Config => CONFIG,
        }
    }
}

/// What kind of value a key has, as far as two versions of it can be brought together.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Role {
    /// A list whose elements count each by itself.
    List {
        /// Whether its order means nothing.
        sorted: bool,
        /// What its elements name.
        names: Names,
    },
    /// A list of tables, told from each other by this key.
    Tables {
        /// `text` of a step
        label: &'static str,
    },
    /// A text, a value that is one whole, or a key that is not known.
    Other,
}

/// What the elements of a list name, and so when two of them are the same.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Names {
    /// Nothing but their text.
    Exact,
    /// Tasks.
    Ids,
    /// Groups, with or without a final slash.
    Groups,
    /// Tasks, and groups with a final slash.
    Dependencies,
}

impl Names {
    /// A text that is the same for all ways to write a name.
    pub fn identity(self, text: &str) -> String {
        match self {
            Self::Exact => text.to_owned(),
            Self::Groups => GroupName::from_dir(text).to_string(),
            Self::Dependencies if text.ends_with('/') => format!("{}/", GroupName::from_dir(text)),
            Self::Ids | Self::Dependencies => text.to_ascii_lowercase(),
        }
    }
}

/// What a key holds.
#[derive(Debug, Clone, Copy)]
pub(super) enum Holds {
    Line,
    Markdown,
    Date,
    DateTime,
    Bool,
    Version,
    Count,
    Estimate,
    Duration,
    Priority,
    FileStatus,
    StepStatus,
    OneOf(&'static [&'static str]),
    Texts,
    Ids,
    Dependencies,
    Groups,
    Since,
    TextByName,
    LevelByName,
    Table(&'static [Key]),
    Tables(&'static [Key]),
}

/// A key that a file may have.
#[derive(Debug, Clone, Copy)]
pub(super) struct Key {
    pub(super) name: &'static str,
    pub(super) holds: Holds,
    /// Whether its list is kept in natural order.
    pub(super) sorted: bool,
    pub(super) doc: &'static str,
    /// A value in TOML, to show in templates and schemas.
    pub(super) example: &'static str,
}

const fn key(name: &'static str, holds: Holds, doc: &'static str, example: &'static str) -> Key {
    Key { name, holds, sorted: false, doc, example }
}

const fn sorted(name: &'static str, holds: Holds, doc: &'static str, example: &'static str) -> Key {
    Key { name, holds, sorted: true, doc, example }
}

/// The keys of a task file.
pub(super) const TASK: &[Key] = &[
    key("title", Holds::Line, "What is to be done, in one line.", "\"Rotate refresh tokens\""),
    key("priority", Holds::Priority, "How urgent it is.", "\"high\""),
    key(
        "estimate",
        Holds::Estimate,
        "How much work it is: minutes, hours, days, weeks, or a range.",
        "\"2h-3h\"",
    ),
    key("due", Holds::Date, "The day it is due.", "2026-12-01"),
    key("optional", Holds::Bool, "Outside progress, totals and gates.", "true"),
    sorted(
        "depends",
        Holds::Dependencies,
        "What it waits for: ids of tasks, or names of groups with a final slash.",
        "[\"408\", \"database/\"]",
    ),
    sorted("assignees", Holds::Texts, "Who works on it: names or addresses.", "[\"ada@example.com\"]"),
    sorted("tags", Holds::Texts, "Free labels.", "[\"auth\"]"),
    sorted(
        "milestones",
        Holds::Texts,
        "Milestones it belongs to, by the names of their files.",
        "[\"beta\"]",
    ),
    key("files", Holds::Texts, "Paths in the repository, with an optional line.", "[\"src/auth.rs:27\"]"),
    key("links", Holds::Texts, "Addresses of related pages.", "[\"https://example.com/issues/7\"]"),
    key("created", Holds::DateTime, "When it was written down.", "2026-11-21T10:03:07Z"),
    key(
        "status",
        Holds::FileStatus,
        "Only what commits cannot show; everything else is derived from them.",
        "\"blocked\"",
    ),
    key("reason", Holds::Line, "Why it is blocked or cancelled.", "\"waits for the legal review\""),
    key("waiting_on", Holds::Line, "Who or what a blocked task waits on.", "\"legal\""),
    key(
        "reopened",
        Holds::DateTime,
        "Commits authored before this neither start nor complete it.",
        "2026-11-30T09:00:00Z",
    ),
    key("aka", Holds::Ids, "Ids it had before it was renumbered.", "[\"413\"]"),
    key(
        "description",
        Holds::Markdown,
        "Markdown, as long as it needs to be.",
        "\"Markdown, as long as it needs to be.\"",
    ),
    key("steps", Holds::Tables(STEP), "Its checklist.", "[{ text = \"Invalidate the old token\" }]"),
    key(
        "fields",
        Holds::TextByName,
        "Free text by name.",
        "{ deliverable = \"Refresh flow tested end to end\" }",
    ),
];

/// The keys of a step.
pub(super) const STEP: &[Key] = &[
    key("status", Holds::StepStatus, "Its state; a step without one is pending.", "\"completed\""),
    key("text", Holds::Line, "What is to be done.", "\"Invalidate the old token\""),
    key("notes", Holds::Texts, "Remarks.", "[\"only for mobile clients\"]"),
];

/// The keys of a `group.toml`.
pub(super) const GROUP: &[Key] = &[
    key(
        "title",
        Holds::Line,
        "The heading to show; the directory's name where it is missing.",
        "\"Database\"",
    ),
    key("estimate", Holds::Estimate, "How much work the whole group is.", "\"2w\""),
    key("due", Holds::Date, "The day the group is due.", "2026-12-01"),
    key("declared_tasks", Holds::Count, "How many tasks it is said to have; check compares.", "48"),
    sorted(
        "depends",
        Holds::Dependencies,
        "What every task of the group waits for.",
        "[\"408\", \"infrastructure/\"]",
    ),
    sorted("milestones", Holds::Texts, "Milestones that every task of the group belongs to.", "[\"beta\"]"),
    key(
        "description",
        Holds::Markdown,
        "Markdown, as long as it needs to be.",
        "\"What the group is about.\"",
    ),
    key(
        "steps",
        Holds::Tables(STEP),
        "A checklist of the group itself.",
        "[{ text = \"Announce the migration\" }]",
    ),
];

/// The keys of a milestone.
pub(super) const MILESTONE: &[Key] = &[
    key("title", Holds::Line, "The heading to show; the file's name where it is missing.", "\"Public beta\""),
    key("due", Holds::Date, "The day it is due.", "2026-12-15"),
    key("goal", Holds::Line, "What reaching it means, in a sentence.", "\"Ten teams use it daily\""),
    sorted("groups", Holds::Groups, "Groups whose tasks all belong to it.", "[\"database/\"]"),
    sorted("tasks", Holds::Ids, "Tasks that belong to it, besides those that name it.", "[\"412\"]"),
    key(
        "description",
        Holds::Markdown,
        "Markdown, as long as it needs to be.",
        "\"What the milestone is about.\"",
    ),
    key(
        "criteria",
        Holds::Tables(CRITERION),
        "What must hold besides the tasks.",
        "[{ text = \"80 % test coverage\" }]",
    ),
];

/// The keys of a criterion.
pub(super) const CRITERION: &[Key] = &[
    key("status", Holds::StepStatus, "Whether it holds: completed, or else not.", "\"completed\""),
    key("text", Holds::Line, "What must hold.", "\"80 % test coverage\""),
];

/// The keys of `config.toml`.
pub(super) const CONFIG: &[Key] = &[
    key("version", Holds::Version, "The version of the file format.", "1"),
    key(
        "references",
        Holds::Table(REFERENCES),
        "How commit messages name tasks.",
        "{ keywords = [\"task\"] }",
    ),
    key("ids", Holds::Table(IDS), "How new ids are made.", "{ prefix = \"PROJ-\" }"),
    key("history", Holds::Table(HISTORY), "Which commits are read.", "{ since = \"2026-11-21\" }"),
    key("branches", Holds::Table(BRANCHES), "Where work lands, and what is stale.", "{ trunk = [\"main\"] }"),
    key(
        "estimates",
        Holds::Table(ESTIMATES),
        "What a day and a week of work hold, and bounds.",
        "{ day = \"8h\" }",
    ),
    key(
        "declared",
        Holds::TextByName,
        "What imported documents say of their own size; check compares.",
        "{ \"plan.md\" = \"30 tasks, 10h-14h\" }",
    ),
    key("check", Holds::LevelByName, "Severity by finding code.", "{ overdue = \"warning\" }"),
];

/// The keys of `[references]`.
pub(super) const REFERENCES: &[Key] = &[
    key(
        "keywords",
        Holds::Texts,
        "Words of letters, digits, - and _ that introduce an id; a plural s is always understood.",
        "[\"task\"]",
    ),
    key(
        "subject",
        Holds::OneOf(&["completes", "starts"]),
        "What naming a task at the start of a subject does.",
        "\"completes\"",
    ),
    key("ignore", Holds::Texts, "Commits whose references are mistakes, by object id.", "[\"4be9c0e\"]"),
    key(
        "patterns",
        Holds::Tables(PATTERN),
        "Forms of one's own.",
        "[{ regex = '^\\[(?<id>PROJ-\\d+)\\] ', effect = \"completes\" }]",
    ),
];

/// What a pattern may do.
pub(super) const EFFECTS: &[&str] = &["completes", "starts", "completes-steps", "links", "reopens"];

/// The keys of a pattern.
pub(super) const PATTERN: &[Key] = &[
    key(
        "regex",
        Holds::Line,
        "A regular expression with a group named id; one that completes steps also has a group named step.",
        "'^\\[(?<id>PROJ-\\d+)\\] '",
    ),
    key("effect", Holds::OneOf(EFFECTS), "What a match does.", "\"completes\""),
];

/// The keys of `[ids]`.
pub(super) const IDS: &[Key] = &[key("prefix", Holds::Line, "What new ids start with.", "\"PROJ-\"")];

/// The keys of `[history]`.
pub(super) const HISTORY: &[Key] = &[key(
    "since",
    Holds::Since,
    "The boundary of adoption: commits reachable from this object id, or older than this date, are not read.",
    "\"2026-11-21\"",
)];

/// The keys of `[branches]`.
pub(super) const BRANCHES: &[Key] = &[
    key(
        "trunk",
        Holds::Texts,
        "Branches where work lands; a star matches anything.",
        "[\"main\", \"release/*\"]",
    ),
    key("stale_after", Holds::Duration, "Topic branches older than this are not in progress.", "\"60d\""),
];

/// The keys of `[estimates]`.
pub(super) const ESTIMATES: &[Key] = &[
    key("day", Holds::Duration, "What a day of work holds, at most 24 hours.", "\"8h\""),
    key("week", Holds::Duration, "What a week of work holds, at most 7 days of 24 hours.", "\"5d\""),
    key("min", Holds::Duration, "The least a task may be estimated at.", "\"15m\""),
    key("max", Holds::Duration, "The most a task may be estimated at.", "\"2d\""),
];

/// The position of a key in its canonical order; unknown keys come after all known ones.
pub(super) fn rank(keys: &[Key], name: &str) -> usize {
    keys.iter().position(|k| k.name == name).unwrap_or(keys.len())
}

/// The key of that name.
pub(super) fn find(keys: &'static [Key], name: &str) -> Option<&'static Key> {
    keys.iter().find(|k| k.name == name)
}
