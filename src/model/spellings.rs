//! Near misses among many words, for many that ask.

use super::nearest::{distance, folded, limit, nearest};
use std::cell::{Cell, OnceCell};
use std::collections::HashSet;
use std::hash::{DefaultHasher, Hasher};

/// How often all words are looked through before it pays to have an index.
const FEW: usize = 16;

/// How many characters are left out of words in the index.
const MOST_LEFT_OUT: usize = 2;

/// No word is longer that is so few edits away from one of which so few are allowed.
const LONGEST: usize = 15;

/// Words of which the nearest is asked for again and again.
#[derive(Debug)]
pub struct Spellings<'a> {
    words: Vec<&'a str>,
    asked: Cell<usize>,
    index: OnceCell<Index>,
}

/// Words by what is left of them without a character, and without two. Words that are `n` edits from each other have
/// something in common once up to `n` characters are left out of each, since every kind of edit is made good by leaving
/// out one character of each.
#[derive(Debug)]
struct Index {
    folded: Vec<Vec<char>>,
    /// For each number of characters that may be left out the hashes of what is left, sorted, each with its word.
    rests: [OnceCell<Vec<(u64, u32)>>; MOST_LEFT_OUT],
}

impl<'a> Spellings<'a> {
    /// Those of some words, in the order in which the first of equally near ones wins.
    pub fn new(words: impl Iterator<Item = &'a str>) -> Self {
        Self { words: words.collect(), asked: Cell::new(0), index: OnceCell::new() }
    }

    /// What [`nearest`] finds among the words.
    pub fn nearest(&self, word: &str) -> Option<&'a str> {
        self.asked.set(self.asked.get() + 1);
        if self.asked.get() <= FEW {
            return nearest(word, self.words.iter().copied());
        }
        let index = self.index.get_or_init(|| Index {
            folded: self.words.iter().map(|word| folded(word)).collect(),
            rests: Default::default(),
        });
        let word = folded(word);
        let limit = limit(&word);
        let at = match limit {
            // Short words have to be the same, and of long ones there is too much that may be left.
            1..=MOST_LEFT_OUT => (1..=limit).find_map(|most| index.within(&word, most)),
            _ => index.scan(&word, limit),
        };
        Some(self.words[at?])
    }
}

impl Index {
    /// The first of the nearest words that are at most `most` edits away.
    fn within(&self, word: &[char], most: usize) -> Option<usize> {
        let rests = self.rests[most - 1].get_or_init(|| self.rests_without(most));
        let mut candidates = HashSet::new();
        each_rest(word, most, &mut |hash| {
            let start = rests.partition_point(|rest| rest.0 < hash);
            candidates.extend(rests[start..].iter().take_while(|rest| rest.0 == hash).map(|rest| rest.1));
        });
        let near = candidates.into_iter().map(|at| (distance(word, &self.folded[at as usize]), at));
        near.filter(|(distance, _)| *distance <= most).min().map(|(_, at)| at as usize)
    }

    fn rests_without(&self, most: usize) -> Vec<(u64, u32)> {
        let mut rests = Vec::new();
        for (at, word) in (0..).zip(&self.folded) {
            if word.len() <= LONGEST {
                each_rest(word, most, &mut |hash| rests.push((hash, at)));
            }
        }
        rests.sort_unstable();
        rests.dedup();
        rests
    }

    /// The first of the nearest words, for those that may be many edits away.
    fn scan(&self, word: &[char], limit: usize) -> Option<usize> {
        let mut best: Option<(usize, usize)> = None;
        for (at, other) in self.folded.iter().enumerate() {
            let bound = best.map_or(limit, |(distance, _)| distance.saturating_sub(1));
            if word.len().abs_diff(other.len()) > bound {
                continue;
            }
            let distance = distance(word, other);
            if distance <= limit && best.is_none_or(|(least, _)| distance < least) {
                best = Some((distance, at));
            }
        }
        best.map(|(_, at)| at)
    }
}

/// The hashes of a word and of what is left of it without up to `most` characters, two at the most.
fn each_rest(word: &[char], most: usize, found: &mut impl FnMut(u64)) {
    let mut without = |left_out: [usize; MOST_LEFT_OUT]| {
        let mut hasher = DefaultHasher::new();
        let kept = word.iter().enumerate().filter(|(at, _)| !left_out.contains(at));
        kept.for_each(|(_, &c)| hasher.write_u32(u32::from(c)));
        found(hasher.finish());
    };
    let none = word.len();
    without([none, none]);
    for first in 0..word.len() {
        without([first, none]);
        if most > 1 {
            (first + 1..word.len()).for_each(|second| without([first, second]));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn no_word_of_the_index_is_too_long_for_it() {
        let longest = (0..80).rfind(|&len| limit(&vec!['a'; len]) <= MOST_LEFT_OUT);
        assert_eq!(longest.map(|len| len + MOST_LEFT_OUT), Some(LONGEST));
    }

    proptest! {
        #[test]
        fn the_nearest_is_the_same_however_it_is_looked_for(
            words in prop::collection::vec("[abC]{0,4}|[ab-]{6,9}|x{9}[ab]{3,9}|1[01]{3}", 0..40),
            asked in prop::collection::vec("[abc]{0,4}|[ab_]{6,9}|x{9}[ab]{3,9}|1[01]{3}", 1..20),
        ) {
            let spellings = Spellings::new(words.iter().map(String::as_str));
            spellings.asked.set(FEW - 1);
            for word in &asked {
                let expected = nearest(word, words.iter().map(String::as_str));
                let found = spellings.nearest(word);
                prop_assert_eq!(found.map(str::as_ptr), expected.map(str::as_ptr), "{} {:?}", word, found);
            }
        }
    }
}
