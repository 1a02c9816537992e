//! The ids of new tasks.

use crate::model::TaskId;

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

/// A larger integer is a date or a mistake rather than a count, and counting on from the largest integer there is would
/// be impossible.
const LARGEST: u64 = u64::MAX / 4;

/// The next `count` ids: the prefix, and integers from one more than the largest that any used id has with it.
pub fn next_ids(
    prefix: &str,
    used: impl IntoIterator<Item = TaskId>,
    count: usize,
) -> Result<Vec<TaskId>, AllocateError> {
    let largest = used.into_iter().filter_map(|id| id.number(prefix)).filter(|&n| n < LARGEST).max();
    let first = largest.unwrap_or(0) + 1;
    (first..)
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
        let used = used.iter().map(|id| id.parse().unwrap());
        next_ids(prefix, used, count).unwrap().iter().map(ToString::to_string).collect()
    }

    #[test]
    fn one_more_than_the_largest_with_the_prefix() {
        assert_eq!(next("", &[], 1), ["1"]);
        assert_eq!(next("", &["9", "10", "2.1", "T99"], 2), ["11", "12"]);
        assert_eq!(next("P-", &["99", "p-7", "P-x"], 1), ["P-8"]);
        assert_eq!(next("", &["18446744073709551615", "4"], 1), ["5"]);
        assert!(next_ids("a b", [], 1).is_err());
    }

    proptest! {
        #[test]
        fn no_used_id_is_given_again(used in prop::collection::vec(0..1000u32, 0..20), count in 1..5usize) {
            let used: Vec<TaskId> = used.iter().map(|n| n.to_string().parse().unwrap()).collect();
            for id in next_ids("", used.clone(), count).unwrap() {
                prop_assert!(!used.contains(&id));
            }
        }
    }
}
