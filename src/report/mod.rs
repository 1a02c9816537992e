//! Documents from templates: the template engine with the filters that every template has.

mod engine;

pub use engine::{Engine, TemplateError};
