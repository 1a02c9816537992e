//! The words for states: what a file may say, what a step may say, and what is derived.

macro_rules! words {
    ($(#[$doc:meta])* $name:ident { $($(#[$vdoc:meta])* $variant:ident = $word:literal),+ $(,)? }) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize, schemars::JsonSchema)]
        #[serde(rename_all = "snake_case")]
        pub enum $name { $($(#[$vdoc])* $variant),+ }

        impl $name {
            /// All of them, in the order of the type.
            pub const ALL: &'static [Self] = &[$(Self::$variant),+];

            /// The word that files and views use.
            pub fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $word),+ }
            }

            /// The state of that name, as files and views write it.
            pub fn from_name(name: &str) -> Option<Self> {
                match name { $($word => Some(Self::$variant),)+ _ => None }
            }
        }
    };
}

words! {
    /// What a task file may say of its status: only what commits cannot show.
    FileStatus {
        /// Done without a commit that says so.
        Completed = "completed",
        /// Not to be done.
        Cancelled = "cancelled",
        /// Waits for something outside the plan.
        Blocked = "blocked",
        /// Started elsewhere (imports only).
        InProgress = "in_progress",
    }
}

impl FileStatus {
    /// Whether nothing is left to do, whatever commits say.
    pub fn is_settled(self) -> bool {
        matches!(self, Self::Completed | Self::Cancelled)
    }
}

words! {
    /// The state of a step in a task's checklist.
    StepStatus {
        /// Still open; what a step without a status is.
        Pending = "pending",
        /// Begun.
        InProgress = "in_progress",
        /// Waits for something.
        Blocked = "blocked",
        /// Done.
        Completed = "completed",
        /// Not to be done.
        Cancelled = "cancelled",
    }
}

words! {
    /// The derived status of a task.
    Status {
        /// Open, every dependency settled.
        Pending = "pending",
        /// Begun, here or on a topic branch.
        InProgress = "in_progress",
        /// Waits, for a reason in the file or for its dependencies.
        Blocked = "blocked",
        /// Done.
        Completed = "completed",
        /// Not to be done.
        Cancelled = "cancelled",
        /// History is too shallow to tell.
        Unknown = "unknown",
    }
}

impl Status {
    /// Completed or cancelled: dependents need not wait for it.
    pub fn is_settled(self) -> bool {
        matches!(self, Self::Completed | Self::Cancelled)
    }
}

impl StepStatus {
    /// Completed or cancelled.
    pub fn is_settled(self) -> bool {
        matches!(self, Self::Completed | Self::Cancelled)
    }
}
