//! Plan files that Git is told to ignore.

use crate::finding::Finding;
use crate::git::Hidden;

/// A finding for each pattern that hides files of the plan, at the first of them.
pub fn hidden_files(files: &[Hidden]) -> Vec<Finding> {
    let pattern = |file: &Hidden| (file.source.clone(), file.line);
    let is_first = |at: &usize| !files[..*at].iter().any(|known| pattern(known) == pattern(&files[*at]));
    let finding = |at: usize| {
        let first = &files[at];
        let more = files[at + 1..].iter().filter(|file| pattern(file) == pattern(first)).count();
        let others = match more {
            0 => String::new(),
            1 => " and one other of the plan".to_owned(),
            more => format!(" and {more} others of the plan"),
        };
        let place = first
            .source
            .as_ref()
            .map_or_else(String::new, |source| format!(" in {source}, line {},", first.line));
        let message = format!("the pattern \"{}\"{place} hides this file{others} from Git", first.pattern);
        let is_inside = first.source.as_ref().is_some_and(|source| source.starts_with(".tasks/"));
        let help = if is_inside {
            "take the pattern out; until then git add passes them over, and nobody else gets them"
        } else {
            "take the pattern out, or add the lines !/.tasks/ and !/.tasks/** below it; until then git add passes them over, \
             and nobody else gets them"
        };
        Finding::of("hidden-from-git", message).with_path(&first.path).with_help(help)
    };
    (0..files.len()).filter(is_first).map(finding).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pattern_is_told_once() {
        let file = |path: &str, source: Option<&str>, line| Hidden {
            path: path.to_owned(),
            pattern: "*.toml".to_owned(),
            source: source.map(str::to_owned),
            line,
        };
        let files = [
            file("a", Some(".gitignore"), 2),
            file("b", Some(".tasks/.gitignore"), 2),
            file("c", Some(".gitignore"), 2),
            file("d", None, 1),
        ];
        let found = hidden_files(&files);
        let messages: Vec<&str> = found.iter().map(|f| f.message.as_str()).collect();
        assert_eq!(
            messages,
            [
                "the pattern \"*.toml\" in .gitignore, line 2, hides this file and one other of the plan from Git",
                "the pattern \"*.toml\" in .tasks/.gitignore, line 2, hides this file from Git",
                "the pattern \"*.toml\" hides this file from Git",
            ]
        );
        assert!(found[0].help.as_ref().unwrap().contains("!/.tasks/**"));
        assert!(!found[1].help.as_ref().unwrap().contains("!/.tasks/**"));
    }
}
