//! The order of what is merged.

use std::cmp::Ordering;
use std::collections::{HashMap, HashSet};
use std::hash::Hash;

/// A merged sequence.
pub(super) struct Merged<K> {
    pub(super) keys: Vec<K>,
    /// Whether both sides put the same things in different orders; the order of `keys` is then that of ours.
    pub(super) disputed: bool,
}

/// Merges three sequences of unique keys into one of those that `keep` wants.
///
/// What all three have keeps the order of the side that changed it. What a side has besides stands behind the same
/// neighbour as there. Where both sides add at one place, the additions come in the order of `rank`, and those of equal
/// rank in one that does not depend on which side is ours, by `text`: two clones that merge each other get the same.
pub(super) fn order<K: Clone + Eq + Hash>(
    (base, ours, theirs): (&[K], &[K], &[K]),
    keep: impl Fn(&K) -> bool,
    rank: impl Fn(&K, &K) -> Ordering,
    text: impl Fn(&K) -> String,
) -> Merged<K> {
    let set = |keys: &[K]| keys.iter().cloned().collect::<HashSet<K>>();
    let (in_base, in_ours, in_theirs) = (set(base), set(ours), set(theirs));
    let common = |k: &&K| in_base.contains(*k) && in_ours.contains(*k) && in_theirs.contains(*k) && keep(k);
    let anchors = |keys: &[K]| keys.iter().filter(common).cloned().collect::<Vec<K>>();
    let (b, o, t) = (anchors(base), anchors(ours), anchors(theirs));
    let disputed = o != b && t != b && o != t;
    let sequence = if o == b { t } else { o };
    let place: HashMap<&K, usize> = sequence.iter().enumerate().map(|(n, key)| (key, n + 1)).collect();
    let additions = |keys: &[K]| {
        let mut at = 0;
        let mut runs: HashMap<usize, Vec<K>> = HashMap::new();
        for key in keys.iter().filter(|key| keep(key)) {
            match place.get(key) {
                Some(&anchor) => at = anchor,
                None => runs.entry(at).or_default().push(key.clone()),
            }
        }
        runs
    };
    let (mut from_ours, mut from_theirs) = (additions(ours), additions(theirs));
    let mut keys = Vec::new();
    let mut seen: HashSet<K> = HashSet::new();
    for at in 0..=sequence.len() {
        if let Some(anchor) = at.checked_sub(1) {
            keys.push(sequence[anchor].clone());
        }
        let (mut first, mut second) =
            (from_ours.remove(&at).unwrap_or_default(), from_theirs.remove(&at).unwrap_or_default());
        let both = !first.is_empty() && !second.is_empty();
        if both && second.iter().map(&text).lt(first.iter().map(&text)) {
            std::mem::swap(&mut first, &mut second);
        }
        let mut run: Vec<K> =
            first.into_iter().chain(second).filter(|key| seen.insert(key.clone())).collect();
        if both {
            run.sort_by(&rank);
        }
        keys.extend(run);
    }
    Merged { keys, disputed }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn merged(base: &str, ours: &str, theirs: &str) -> String {
        let chars = |text: &str| text.chars().collect::<Vec<char>>();
        let (b, o, t) = (chars(base), chars(ours), chars(theirs));
        let keep = |k: &char| {
            let (b, o, t) = (base.contains(*k), ours.contains(*k), theirs.contains(*k));
            if b { o && t } else { o || t }
        };
        let merged = order((&b, &o, &t), keep, |_, _| Ordering::Equal, ToString::to_string);
        let keys: String = merged.keys.iter().collect();
        if merged.disputed { format!("{keys}!") } else { keys }
    }

    #[test]
    fn sequences_merge() {
        for (base, ours, theirs, want) in [
            ("abc", "abc", "abc", "abc"),
            ("abc", "abcx", "aybc", "aybcx"),
            ("abc", "abcx", "abcy", "abcxy"),
            ("abc", "abcy", "abcx", "abcxy"),
            ("abc", "cab", "abcx", "cxab"),
            ("abc", "cab", "bca", "cab!"),
            ("abc", "ac", "ab", "a"),
            ("abc", "axc", "ac", "axc"),
            ("", "xy", "xz", "xyz"),
            ("ab", "xab", "abx", "xab"),
        ] {
            assert_eq!(merged(base, ours, theirs), want, "{base} {ours} {theirs}");
        }
    }
}
