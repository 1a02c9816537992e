//! Names of tasks in prose.

use super::{Rules, list};

/// The most lists that are told apart on one line; what follows is added to the last. Lines with more are
/// made by machines, and each list would carry the text of the line.
const MAX_LISTS: usize = 64;

/// The lists that follow a keyword in `text`, from byte `from` on, outside the ranges of `taken`, which
/// are in order.
pub(super) fn scan(text: &str, from: usize, taken: &[(usize, usize)], rules: &Rules) -> Vec<Vec<String>> {
    let mut lists = Vec::new();
    let mut position = from;
    let mut taken = taken.iter().peekable();
    while let Some((start, end)) = rules.find_keyword(text, position) {
        position = end;
        while taken.next_if(|range| range.1 <= start).is_some() {}
        if !is_boundary(&text[..start]) {
            continue;
        }
        let (words, used) = list::prose(&text[end..]);
        position = end + used;
        let is_taken = taken.peek().is_some_and(|range| range.0 < end + used.max(1));
        if !is_taken {
            add(&mut lists, words);
        }
    }
    lists
}

/// Appends a list, or its words to the last one where there are very many.
fn add(lists: &mut Vec<Vec<String>>, words: Vec<String>) {
    if words.is_empty() {
        return;
    }
    let is_full = lists.len() >= MAX_LISTS;
    match lists.last_mut().filter(|_| is_full) {
        Some(last) => last.extend(words),
        None => lists.push(words),
    }
}

/// Whether a word can begin behind `before`.
fn is_boundary(before: &str) -> bool {
    !before.chars().next_back().is_some_and(|c| c.is_alphanumeric() || c == '_' || c == '-')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lists_in_prose() {
        for (text, expected) in [
            ("see task 412.", "412"),
            ("feat(task 412): x", "412"),
            ("x (task #412, #413)", "412 413"),
            ("task 412, task 413", "412|413"),
            ("Tasks 1 and 2; task-3", "1 2|3"),
            ("subtask 4, multi-task 4, _task 4, \u{e4}task 4", ""),
            ("task task 4", "task|4"),
            ("task force, and 412", "force"),
            ("task: 412", ""),
            ("feature/task-412", "412"),
            ("taskforce 412", ""),
        ] {
            let lists = scan(text, 0, &[], &Rules::default());
            let found: Vec<String> = lists.iter().map(|words| words.join(" ")).collect();
            assert_eq!(found.join("|"), expected, "{text}");
        }
    }

    #[test]
    fn what_is_taken_is_left_out() {
        let found = scan("task 1, task 2", 0, &[(0, 6)], &Rules::default());
        assert_eq!(found, [["2"]]);
    }

    #[test]
    fn a_line_full_of_names_stays_small_and_loses_none() {
        let lists = scan(&"task 1 ".repeat(1000), 0, &[], &Rules::default());
        assert_eq!(lists.len(), MAX_LISTS);
        assert_eq!(lists.iter().map(Vec::len).sum::<usize>(), 1000);
    }
}
