//! Repository text as Markdown that mentions nobody, closes no block and reads back as it was.
//!
//! Every form has its inverse, character by character: what is written into a document can be read from it again. Titles
//! and the like are one line ([`inline`], [`line()`], [`cell`]), lists of names stand between commas ([`list`]), and
//! longer texts are Markdown of their own ([`text`], [`quote`]).

mod block;
mod inline;
mod label;
mod list;
mod place;

pub use block::{Fences, code, is_box, quote, read_code, read_quote, read_text, text};
pub use inline::{cell, inline, line, read_inline};
pub use label::{LABELS, Labelled, label, read_label};
pub use list::{Style, list, read_list};
pub use place::{place, read_place};
