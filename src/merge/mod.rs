//! Three versions of a plan file to one: by key, lists by element, steps by text, prose by line.
//!
//! What only one side changed is taken from it; what both changed differently is a conflict, marked as Git marks it and
//! no larger than it has to be. A result without conflicts has been read again and carries every edit of either side.

mod chunk;
mod file;
mod markers;
mod mend;
mod order;
mod pairing;
mod part;
mod register;
mod table;
#[cfg(test)]
mod tests;
mod value;
mod verify;

pub use chunk::{Favor, Labels};
pub use file::{Merged, Options, merge};
pub use markers::conflict_lines;
pub use mend::{Mended, Stages, mend};
pub(crate) use pairing::equal_texts;
pub use register::{DESCRIPTION, DRIVER, driver_command, with_attribute};
