//! Near misses: the word that was probably meant.

/// The candidate nearest to `word`, if it is near enough to have been meant: one edit for words of three to seven
/// characters, and one more for every six further ones; shorter words must match. Case and the difference between
/// `-` and `_` do not count as edits.
///
/// Distance is that of Damerau and Levenshtein in its restricted form: insertions, deletions, substitutions and
/// swaps of neighbours, each counting one. Of equally near candidates the first wins.
pub fn nearest<'a>(word: &str, candidates: impl Iterator<Item = &'a str>) -> Option<&'a str> {
    let word = folded(word);
    let limit = limit(&word);
    let mut best: Option<(usize, &str)> = None;
    for candidate in candidates {
        let other = folded(candidate);
        let bound = best.map_or(limit, |(distance, _)| distance.saturating_sub(1));
        if word.len().abs_diff(other.len()) > bound {
            continue;
        }
        let distance = distance(&word, &other);
        if distance <= limit && best.is_none_or(|(least, _)| distance < least) {
            best = Some((distance, candidate));
        }
    }
    best.map(|(_, candidate)| candidate)
}

/// How many edits away a word may be that was meant by this one.
pub(super) fn limit(word: &[char]) -> usize {
    if word.len() < 3 { 0 } else { 1 + (word.len() - 2) / 6 }
}

/// Words beyond any sensible length are cut, so that hostile ones cost nothing.
pub(super) fn folded(word: &str) -> Vec<char> {
    let fold = |c: char| if c == '-' { '_' } else { c.to_ascii_lowercase() };
    word.chars().take(80).map(fold).collect()
}

pub(super) fn distance(a: &[char], b: &[char]) -> usize {
    // What both begin and end with is not edited.
    let same = |(x, y): &(&char, &char)| x == y;
    let start = a.iter().zip(b).take_while(same).count();
    let (a, b) = (&a[start..], &b[start..]);
    let end = a.iter().rev().zip(b.iter().rev()).take_while(same).count();
    let (a, b) = (&a[..a.len() - end], &b[..b.len() - end]);
    if a.is_empty() || b.is_empty() {
        return a.len().max(b.len());
    }
    let mut before_last: Vec<usize> = Vec::new();
    let mut last: Vec<usize> = (0..=b.len()).collect();
    for (i, &x) in a.iter().enumerate() {
        let mut row = Vec::with_capacity(b.len() + 1);
        row.push(i + 1);
        for (j, &y) in b.iter().enumerate() {
            let mut cost = (last[j] + usize::from(x != y)).min(last[j + 1] + 1).min(row[j] + 1);
            if i > 0 && j > 0 && x == b[j - 1] && a[i - 1] == y {
                cost = cost.min(before_last[j - 1] + 1);
            }
            row.push(cost);
        }
        before_last = std::mem::replace(&mut last, row);
    }
    last[b.len()]
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn near_misses_are_found_and_strangers_are_not() {
        let keys = ["title", "priority", "depends", "assignees", "due", "milestones", "waiting_on"];
        let near = |word: &str| nearest(word, keys.into_iter());
        assert_eq!(near("depend"), Some("depends"));
        assert_eq!(near("Title"), Some("title"));
        assert_eq!(near("tilte"), Some("title"));
        assert_eq!(near("assignee"), Some("assignees"));
        assert_eq!(near("waiting-on"), Some("waiting_on"));
        assert_eq!(near("milstone"), Some("milestones"));
        assert_eq!(near("DUE"), Some("due"));
        assert_eq!(near("effort"), None);
        assert_eq!(nearest("creator", ["created"].into_iter()), None);
        assert_eq!(near("d"), None);
        assert_eq!(near(""), None);
    }

    #[test]
    fn of_two_the_nearer_wins() {
        assert_eq!(nearest("412", ["413", "412"].into_iter()), Some("412"));
        assert_eq!(nearest("PROJ-12", ["PROJ-112", "PROJ-21"].into_iter()), Some("PROJ-112"));
    }

    /// By the definition, without any short cut.
    fn defined(a: &[char], b: &[char]) -> usize {
        let (Some((&x, before)), Some((&y, rest))) = (a.split_last(), b.split_last()) else {
            return a.len().max(b.len());
        };
        let mut least = defined(before, rest) + usize::from(x != y);
        least = least.min(defined(before, b) + 1).min(defined(a, rest) + 1);
        if let (Some((&u, above)), Some((&v, other))) = (before.split_last(), rest.split_last())
            && (x, u) == (v, y)
        {
            least = least.min(defined(above, other) + 1);
        }
        least
    }

    proptest! {
        #[test]
        fn distance_is_what_its_definition_says(a in "[abc]{0,6}", b in "[abc]{0,6}") {
            let (a, b) = (folded(&a), folded(&b));
            prop_assert_eq!(distance(&a, &b), defined(&a, &b));
        }

        #[test]
        fn distance_is_symmetric(a in "[ab]{0,6}", b in "[ab]{0,6}") {
            let (a, b) = (folded(&a), folded(&b));
            prop_assert_eq!(distance(&a, &b), distance(&b, &a));
            prop_assert_eq!(distance(&a, &b) == 0, a == b);
        }
    }
}
