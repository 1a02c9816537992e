//! Plan files: bytes to values and back.
//!
//! Reading walks the parsed document, so that every finding has a line and a column. Writing splices: an edit replaces
//! the bytes of one value, or inserts a few lines, and leaves every other byte alone.

mod append;
mod canonical;
mod config;
mod deciding;
mod document;
mod error;
mod group;
mod keys;
#[cfg(test)]
mod laws;
mod layout;
mod list;
mod locate;
mod mend;
mod milestone;
mod outline;
mod plan;
mod read;
mod render;
mod schema;
mod source;
mod splice;
mod steps;
mod task;
mod template;
mod values;
mod write;

pub use canonical::canonical;
pub use config::parse_config;
pub use deciding::Deciding;
pub use document::{Document, Value};
pub use error::FormatError;
pub use group::parse_group;
pub use keys::{FileKind, Names, Role};
pub use list::Item;
pub use locate::place_of;
pub use milestone::parse_milestone;
pub use outline::{
    Outline, Part, Table, items_of_value, key_of_path, list_of_items, pairs_of_value, prose, text_of_value,
};
pub use plan::{is_task_path, path_cmp, path_key};
pub use read::Parsed;
pub use render::{render_group, render_milestone, render_task};
pub use schema::{config_schema, group_schema, milestone_schema, schema};
pub use source::MAX_FILE_SIZE;
pub use task::parse_task;
pub use template::{commented_template, strip_template_comments};
