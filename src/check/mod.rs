//! What is wrong with a plan: rules over its files, its graph and its history, each giving findings; what of it a change
//! brings; what mends itself; and what a milestone still lacks.

mod carried;
mod clock;
mod compare;
mod declared;
mod depends;
mod fix;
mod former;
mod gate;
mod hidden;
mod history;
mod place;
mod rules;
mod tasks;

pub use carried::renumbered;
pub use compare::{Change, Unnamed, brought, names_a_task, plan_removed, policy_change, reread};
pub use fix::{Mended, mend};
pub use gate::{Gate, OpenCriterion, unreadable};
pub use hidden::hidden_files;
pub use place::locate;
pub use rules::{Around, check, is_on};
pub use tasks::path_of;
