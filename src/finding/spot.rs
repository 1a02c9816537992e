//! What in a file a finding is about, before the file's text is asked where that stands.

/// A key, or something in its value. Rules over values know this; the place follows from the file's text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Spot {
    /// A key at the top of the file.
    Key(&'static str),
    /// An item of a list, as it is written, letter case and kind of value left out of account; or a name in a table.
    Item(&'static str, String),
    /// One of several tables, such as the third of `[[steps]]`, counted from 0.
    Table(&'static str, usize),
}
