//! Findings: what is wrong with a plan, as data, and the table of the rules that find it.

mod item;
mod page;
mod rule;
mod spot;
mod table;

pub use item::{Finding, Identity, Place, Severity};
pub use page::{document, page};
pub use rule::{About, Rule};
pub use spot::Spot;
pub use table::{RULES, rule};
