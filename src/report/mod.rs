//! Documents from templates: the template engine with the filters that every template has.

mod built_in;
mod changelog;
mod circle;
mod engine;
mod html;
mod job;
mod page;

pub use built_in::{BUILT_IN, RELEASE_NOTES, built_in};
pub use changelog::{ChangelogError, Entry, Prepended};
pub use engine::{Engine, TemplateError};
pub use job::{MAX_OUTPUT, RenderJob};
pub use page::{PageContext, page};
