//! The words that history has where an id can stand, without what is said of them.

use super::cache;
use super::pool::{Pool, flag, range};
use super::{GitError, HistoryOptions, Oid, Repo};

/// Words, each at least once, in no order.
#[derive(Debug, Default)]
pub struct Words(String);

impl Words {
    /// Each of them.
    pub fn iter(&self) -> impl Iterator<Item = &str> {
        // No word has a line break in it, since none has a blank.
        self.0.lines()
    }

    /// What the events name that are reachable from these nodes of a pool.
    pub(super) fn of(pool: &Pool, nodes: impl IntoIterator<Item = u32>) -> Self {
        let reached = pool.reach(nodes);
        let mut is_new = vec![true; pool.strings.len()];
        let mut words = Self::default();
        for (event, &node) in pool.events.iter().enumerate() {
            if reached[node as usize] {
                for naming in &pool.namings[range(&pool.naming_ends, event)] {
                    if is_new.get_mut(naming.word as usize).is_some_and(std::mem::take) {
                        words.push(pool.strings.get(naming.word));
                    }
                }
            }
        }
        words
    }

    fn push(&mut self, word: &str) {
        self.0.push_str(word);
        self.0.push('\n');
    }
}

impl Repo {
    /// Every word that a commit reachable from `tips` puts where an id can stand, as [`Self::history`] has them. What
    /// comes out of the cache alone costs little, since nobody asks who wrote what.
    pub fn words_named(&self, tips: &[Oid], options: &HistoryOptions<'_>) -> Result<Words, GitError> {
        let boundary = self.boundary(options.since)?;
        let place = self.place(boundary, &self.shallow_commits()?, options);
        let width = self.inner.object_hash().len_in_bytes();
        if let Some(pool) = place.and_then(|(path, key)| cache::load(&path, key, width))
            && let Some(nodes) = pool.find(tips).into_iter().collect::<Option<Vec<u32>>>()
        {
            let seen: Vec<u32> = nodes.into_iter().filter(|&node| !pool.has(node, flag::HIDDEN)).collect();
            return Ok(Words::of(&pool, seen));
        }
        let history = self.history(tips, options)?;
        let mut is_new = vec![true; history.word_count()];
        let mut words = Words::default();
        for named in history.named_words() {
            if std::mem::take(&mut is_new[named.word]) {
                words.push(history.word(named.word));
            }
        }
        Ok(words)
    }
}
