//! The values a plan is made of: ids, tasks, groups, milestones and the words for their states.

mod declared;
mod details;
mod estimate;
mod group;
mod id;
mod milestone;
mod natural;
mod nearest;
mod priority;
mod spellings;
mod status;
mod task;
mod version;

pub use declared::Declared;
pub use details::{Details, LateDetails, Outline, Shelf};
pub use estimate::{Calendar, Estimate, EstimateError, Minutes};
pub use group::{Group, GroupName};
pub use id::{IdError, TaskId, id_number, is_device_name, largest_number};
pub use milestone::{Criterion, Milestone};
pub use natural::natural_cmp;
pub use nearest::nearest;
pub use priority::Priority;
pub use spellings::Spellings;
pub use status::{FileStatus, Status, StepStatus};
pub use task::{Dependency, Step, Task};
pub use version::Version;
