//! The ids of new tasks.

use crate::model::{TaskId, largest_number};

/// Why there is no next id.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum AllocateError {
    /// The prefix and a number are no id.
    #[error("{id:?} cannot be an id: {why}")]
    NoId {
        /// What the id would be.
        id: String,
        /// Why it is none.
        why: crate::model::IdError,
    },
}

/// The next `count` ids: the prefix, and integers from one more than the largest that any used word has with it, which is
/// `largest` at least.
pub fn next_ids<'w>(
    prefix: &str,
    largest: u64,
    used: impl IntoIterator<Item = &'w str>,
    count: usize,
) -> Result<Vec<TaskId>, AllocateError> {
    let largest = largest.max(largest_number(prefix, used));
    (largest + 1..)
        .take(count)
        .map(|number| {
            let id = format!("{prefix}{number}");
            id.parse().map_err(|why| AllocateError::NoId { id, why })
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn next(prefix: &str, used: &[&str], count: usize) -> Vec<String> {
        next_ids(prefix, 0, used.iter().copied(), count).unwrap().iter().map(ToString::to_string).collect()
    }

    #[test]
    fn one_more_than_the_largest_with_the_prefix() {
        assert_eq!(next("", &[], 1), ["1"]);
        assert_eq!(next("", &["9", "10", "2.1", "T99"], 2), ["11", "12"]);
        assert_eq!(next("P-", &["99", "p-7", "P-x"], 1), ["P-8"]);
        assert_eq!(next("", &["18446744073709551615", "4"], 1), ["5"]);
        assert_eq!(next("P-", &["P-100", "P-99", "P-0000101", "P-7"], 1), ["P-102"]);
        assert_eq!(next("com", &["com9", "com12", "COM11-"], 1), ["com13"]);
        assert_eq!(next_ids("", 8, ["7"], 1).unwrap()[0].as_str(), "9");
        assert_eq!(next_ids("", 6, ["7"], 1).unwrap()[0].as_str(), "8");
        assert!(next_ids("com", 0, ["com9"], 1).is_err());
        assert!(next_ids("a b", 0, [], 1).is_err());
    }

    proptest! {
        #[test]
        fn no_used_id_is_given_again(used in prop::collection::vec(0..1000u32, 0..20), count in 1..5usize) {
            let used: Vec<String> = used.iter().map(ToString::to_string).collect();
            for id in next_ids("", 0, used.iter().map(String::as_str), count).unwrap() {
                prop_assert!(!used.iter().any(|word| word == id.as_str()));
            }
        }
    }
}
