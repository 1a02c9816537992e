//! Many paths in one place.

/// The paths of the files of a plan, from the root of the repository, in no order. Ten thousand of them cost one allocation.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Paths {
    text: String,
    ends: Vec<usize>,
}

impl Paths {
    /// How many there are.
    pub fn len(&self) -> usize {
        self.ends.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.ends.is_empty()
    }

    /// Each of them.
    pub fn iter(&self) -> impl Iterator<Item = &str> + Clone {
        let mut start = 0;
        self.ends.iter().map(move |&end| &self.text[std::mem::replace(&mut start, end)..end])
    }

    /// Whether that is one of them.
    pub fn contains(&self, path: &str) -> bool {
        self.iter().any(|known| known == path)
    }

    /// Adds the file of that name in a directory.
    pub(super) fn push(&mut self, dir: &str, name: &str) {
        self.text.push_str(dir);
        self.text.push('/');
        self.text.push_str(name);
        self.ends.push(self.text.len());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_come_out_as_they_went_in() {
        let mut paths = Paths::default();
        assert!(paths.is_empty());
        paths.push(".tasks", "1.toml");
        paths.push(".tasks/a", "ü.toml");
        assert_eq!(paths.iter().collect::<Vec<_>>(), [".tasks/1.toml", ".tasks/a/ü.toml"]);
        assert_eq!(
            (paths.len(), paths.contains(".tasks/1.toml"), paths.contains("1.toml")),
            (2, true, false)
        );
    }
}
