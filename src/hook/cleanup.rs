//! What Git makes of a message before it becomes that of a commit.

/// What a line of scissors has behind the comment character.
const CUT: &str = " ------------------------ >8 ------------------------";

/// The characters out of which `core.commentChar=auto` chooses.
const AUTOMATIC: &str = "#;@!$%^&|:";

/// How a message is cleaned up.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cleanup {
    /// What comment lines begin with.
    comment: String,
    /// Whether they are taken out.
    strips: bool,
    /// Whether what follows the scissors is cut off.
    cuts: bool,
}

impl Cleanup {
    /// By `commit.cleanup`, `core.commentChar` (or `core.commentString`), and whether an editor shows the message `text`.
    pub fn new(mode: Option<&str>, comment: Option<&str>, is_edited: bool, text: &str) -> Self {
        let comment = match comment.filter(|comment| !comment.is_empty()) {
            Some("auto") => automatic(text),
            Some(comment) => comment.to_owned(),
            None => "#".to_owned(),
        };
        let strips = match mode {
            Some("strip") => true,
            Some("verbatim" | "whitespace" | "scissors") => false,
            _ => is_edited,
        };
        Self { comment, strips, cuts: is_edited }
    }

    /// The message without comments and without what is cut off.
    pub fn apply(&self, text: &str) -> String {
        let end = self.scissors(text).filter(|_| self.cuts).map_or(text.len(), |(start, _)| start);
        let is_kept = |line: &&str| !self.strips || !line.starts_with(&self.comment);
        text[..end].split_inclusive('\n').filter(is_kept).collect()
    }

    /// Where a comment for whoever writes the message can stand so that Git takes it out again; nothing if Git keeps all.
    pub fn place_for_comment(&self, text: &str) -> Option<usize> {
        let first = starts(text).find(|&at| text[at..].starts_with(&self.comment));
        match self.scissors(text).filter(|_| self.cuts) {
            // Two lines that belong to the scissors stand behind them.
            Some((_, end)) if !self.strips => {
                let behind = starts(&text[end..]).map(|at| end + at);
                behind.chain([text.len()]).skip(1).nth(1).or(Some(text.len()))
            }
            _ => first.filter(|_| self.strips),
        }
    }

    /// What a comment line begins with.
    pub fn comment(&self) -> &str {
        &self.comment
    }

    /// Where the line of scissors starts and ends.
    fn scissors(&self, text: &str) -> Option<(usize, usize)> {
        let line = format!("{}{CUT}", self.comment);
        let start = starts(text).find(|&at| text[at..].lines().next() == Some(&line))?;
        Some((start, (start + line.len() + 1).min(text.len())))
    }
}

/// Where lines start.
fn starts(text: &str) -> impl Iterator<Item = usize> {
    let mut at = 0;
    text.split_inclusive('\n').map(move |line| {
        let start = at;
        at += line.len();
        start
    })
}

/// The character that Git chose for the comments which it put at the end.
fn automatic(text: &str) -> String {
    let last = text.lines().rev().find(|line| !line.trim().is_empty());
    let chosen = last.and_then(|line| line.chars().next()).filter(|c| AUTOMATIC.contains(*c));
    chosen.unwrap_or('#').to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn comments_and_what_is_below_the_scissors_go_as_git_does_it() {
        let cut = "# ------------------------ >8 ------------------------\n";
        let text = format!("s\n# c\n; d\n{cut}# Do not\n# Every\ndiff task 412: x\n");
        let whole = text.as_str();
        for (mode, comment, is_edited, expected) in [
            (None, None, true, "s\n; d\n"),
            (None, None, false, whole),
            (Some("default"), Some("#"), true, "s\n; d\n"),
            (Some("strip"), None, false, "s\n; d\ndiff task 412: x\n"),
            (Some("scissors"), None, true, "s\n# c\n; d\n"),
            (Some("whitespace"), None, false, whole),
            (Some("verbatim"), None, true, "s\n# c\n; d\n"),
        ] {
            let cleanup = Cleanup::new(mode, comment, is_edited, whole);
            assert_eq!(cleanup.apply(whole), expected, "{mode:?} {is_edited}");
        }
        let other = Cleanup::new(None, Some(";"), true, whole);
        assert_eq!(other.apply("# 1\n; 2\n"), "# 1\n");
        let text = "#1 first\n\n; Please enter\n; lines\n";
        assert_eq!(Cleanup::new(None, Some("auto"), true, text).apply(text), "#1 first\n\n");
    }

    #[test]
    fn a_comment_goes_where_git_takes_it_out() {
        let text = "\n# Please\n";
        let place = |mode, text: &str| {
            Cleanup::new(mode, None, true, text).place_for_comment(text).map(|at| text[at..].to_owned())
        };
        assert_eq!(place(None, text).as_deref(), Some("# Please\n"));
        assert_eq!(place(Some("whitespace"), text), None);
        assert_eq!(place(None, ""), None);
        let cut = "\n# ------------------------ >8 ------------------------\n# Do not\n# Every\n# On\n";
        assert_eq!(place(Some("scissors"), cut).as_deref(), Some("# On\n"));
    }
}
