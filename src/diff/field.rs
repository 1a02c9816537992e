//! One key, before and after.

use std::fmt::Display;

/// A key whose value differs; `None` where there is no value. Lists are joined by commas.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FieldChange {
    /// The key as the file has it; `step 3` for a step, by its number in the later version, or in the earlier one for a
    /// step that is gone; `fields.NAME` for free text.
    pub name: String,
    /// The value before.
    pub before: Option<String>,
    /// The value after.
    pub after: Option<String>,
}

/// A key and its value.
pub(super) type Value = (&'static str, Option<String>);

pub(super) fn push(
    changes: &mut Vec<FieldChange>,
    name: &str,
    before: Option<String>,
    after: Option<String>,
) {
    if before != after {
        changes.push(FieldChange { name: name.to_owned(), before, after });
    }
}

/// Compares the values of the same keys in the same order.
pub(super) fn push_all(changes: &mut Vec<FieldChange>, before: Vec<Value>, after: Vec<Value>) {
    for ((name, old), (_, new)) in before.into_iter().zip(after) {
        push(changes, name, old, new);
    }
}

pub(super) fn joined<T: Display>(values: &[T]) -> Option<String> {
    let texts: Vec<String> = values.iter().map(ToString::to_string).collect();
    (!texts.is_empty()).then(|| texts.join(", "))
}

pub(super) fn shown<T: Display>(value: Option<T>) -> Option<String> {
    value.map(|value| value.to_string())
}
