//! Which items of a checklist are the same on two sides.

use similar::TextDiff;
use std::collections::HashMap;

/// From this likeness on, an item is taken for another one reworded; 1 is equal.
const ALIKE: f32 = 0.5;

/// More comparisons than this are not made; a checklist that changed so much has no reworded items.
const MOST_COMPARISONS: usize = 100;

/// The items of a side, each as the number of the item of the base that it is, if it is one: by its text, and of those
/// that are left, by standing alone between the same neighbours, or else by likeness.
pub(super) fn pairing(base: &[String], side: &[String]) -> Vec<Option<usize>> {
    let mut pairs = equal_texts(base.iter().map(String::as_str), side.iter().map(String::as_str));
    let mut taken = vec![false; base.len()];
    for &n in pairs.iter().flatten() {
        taken[n] = true;
    }
    let mut start = 0;
    while start < side.len() {
        if pairs[start].is_some() {
            start += 1;
            continue;
        }
        let end = (start..side.len()).find(|&n| pairs[n].is_some()).unwrap_or(side.len());
        let left = gap(&pairs, &taken, start, end);
        let here: Vec<usize> = (start..end).collect();
        let found = match (&left[..], &here[..]) {
            ([old], [new]) => vec![(*new, *old)],
            _ => reworded(base, &left, side, &here),
        };
        for (new, old) in found {
            pairs[new] = Some(old);
            taken[old] = true;
        }
        start = end;
    }
    // What was moved and reworded stands in no gap.
    let left: Vec<usize> = (0..base.len()).filter(|&n| !taken[n]).collect();
    let here: Vec<usize> = (0..side.len()).filter(|&n| pairs[n].is_none()).collect();
    for (new, old) in reworded(base, &left, side, &here) {
        pairs[new] = Some(old);
    }
    pairs
}

/// The items of a side, each as the number of the item of the base that has the same text; those of equal texts in their
/// order, so that a text that occurs twice is there twice.
pub(crate) fn equal_texts<'a>(
    base: impl DoubleEndedIterator<Item = &'a str> + ExactSizeIterator,
    side: impl Iterator<Item = &'a str>,
) -> Vec<Option<usize>> {
    let mut by_text: HashMap<&str, Vec<usize>> = HashMap::new();
    for (n, text) in base.enumerate().rev() {
        by_text.entry(text).or_default().push(n);
    }
    side.map(|text| by_text.get_mut(text).and_then(Vec::pop)).collect()
}

/// Whether one text is the other reworded, and not another one in its place.
pub(super) fn is_alike(a: &str, b: &str) -> bool {
    ratio(a, b) >= ALIKE
}

/// The items of the base without a partner that stand where the items from `start` to `end` do.
fn gap(pairs: &[Option<usize>], taken: &[bool], start: usize, end: usize) -> Vec<usize> {
    let before = start.checked_sub(1).and_then(|n| pairs[n]);
    let after = pairs.get(end).copied().flatten();
    let mut found = Vec::new();
    let first = before.map_or(0, |n| n + 1);
    found.extend((first..taken.len()).take_while(|&n| !taken[n]));
    if let Some(after) = after {
        let above = (0..after).rev().take_while(|&n| !taken[n]).filter(|n| !found.contains(n));
        let above: Vec<usize> = above.collect();
        found.extend(above.into_iter().rev());
    }
    found
}

/// The likeliest pairs of new and old items, each item at most once.
fn reworded(base: &[String], left: &[usize], side: &[String], here: &[usize]) -> Vec<(usize, usize)> {
    if left.len() * here.len() > MOST_COMPARISONS {
        return Vec::new();
    }
    let mut likely: Vec<(f32, usize, usize)> = Vec::new();
    for &new in here {
        for &old in left {
            let likeness = ratio(&base[old], &side[new]);
            if likeness >= ALIKE {
                likely.push((likeness, new, old));
            }
        }
    }
    likely.sort_by(|a, b| b.0.total_cmp(&a.0).then_with(|| (a.1, a.2).cmp(&(b.1, b.2))));
    let mut found: Vec<(usize, usize)> = Vec::new();
    for (_, new, old) in likely {
        if !found.iter().any(|&(n, o)| n == new || o == old) {
            found.push((new, old));
        }
    }
    found
}

fn ratio(a: &str, b: &str) -> f32 {
    // Texts of very different lengths are not alike, and need not be compared at all.
    let (short, long) = (a.len().min(b.len()), a.len().max(b.len()));
    if short * 4 < long || long > 500 { 0.0 } else { TextDiff::from_chars(a, b).ratio() }
}

#[cfg(test)]
mod tests {
    use super::*;

    type Row = (&'static [&'static str], &'static [&'static str], &'static [Option<usize>]);

    #[test]
    fn items_are_found_again() {
        let owned = |texts: &[&str]| texts.iter().map(|&t| t.to_owned()).collect::<Vec<_>>();
        let cases: [Row; 8] = [
            (&["a", "b"], &["b", "a"], &[Some(1), Some(0)]),
            (&["a", "a"], &["a", "a", "a"], &[Some(0), Some(1), None]),
            (&["a", "b", "c"], &["a", "x", "c"], &[Some(0), Some(1), Some(2)]),
            (&["a", "c"], &["a", "x", "c"], &[Some(0), None, Some(1)]),
            (&["write docs", "b"], &["new thing", "write the docs", "b"], &[None, Some(0), Some(1)]),
            (&["a"], &["a", "b", "c"], &[Some(0), None, None]),
            (&[], &["a"], &[None]),
            (&["first one", "second"], &["second", "first ones"], &[Some(1), Some(0)]),
        ];
        for (base, side, want) in cases {
            assert_eq!(pairing(&owned(base), &owned(side)), want, "{base:?} {side:?}");
        }
    }
}
