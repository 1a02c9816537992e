//! Documents from templates: the template engine with the filters that every template has.

mod engine;
mod html;
mod page;

pub use engine::{Engine, TemplateError};
pub use page::page;
