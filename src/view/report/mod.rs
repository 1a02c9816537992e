//! What was done between two revisions: the document of a release, and of a week.

mod build;
mod changes;
mod contract;
mod gate;

pub use build::{ReportEnd, ReportParts, range_text};
pub use changes::TaskVersions;
pub use contract::{
    CommitView, ContributorView, EditedTask, EndView, GroupProgress, Landing, LeftBehindView, MissingTask,
    MovedTask, NamedTask, OpenTask, PlanChangesView, RangeView, ReleaseGateView, ReleaseMilestone,
    ReportTask, ReportView, RevertedTask, TaskSection, WhyMissing,
};
