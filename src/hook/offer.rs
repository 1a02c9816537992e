//! The task of a branch, offered in a message that is still empty.

use super::cleanup::Cleanup;
use crate::error::CliError;
use crate::message::SubjectEffect;
use crate::model::TaskId;
use crate::view::Screen;

/// How a task is offered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Offer {
    /// As a comment, which changes nothing unless it is taken up.
    Comment,
    /// As the beginning of the subject.
    Subject,
    /// Not at all.
    Nothing,
}

impl Offer {
    /// By the value of `tasks.prepare`.
    pub fn of_setting(value: Option<&str>) -> Result<Self, CliError> {
        Ok(match value {
            None | Some("comment") => Self::Comment,
            Some("subject") => Self::Subject,
            Some("off" | "false") => Self::Nothing,
            Some(other) => {
                let message = format!("tasks.prepare in Git's configuration is {other:?}");
                return Err(CliError::failed(message).hint("it may be comment, subject or off"));
            }
        })
    }
}

/// What is offered.
#[derive(Debug, Clone, Copy)]
pub struct Offered<'a> {
    /// The word before ids.
    pub keyword: &'a str,
    /// The task's id.
    pub id: &'a TaskId,
    /// Its title.
    pub title: &'a str,
    /// What a subject does that begins with it.
    pub effect: SubjectEffect,
}

/// Whether a message has nothing but blank lines and comments.
pub fn is_empty(text: &str, cleanup: &Cleanup) -> bool {
    let is_blank = |line: &str| line.trim().is_empty() || line.starts_with(cleanup.comment());
    cleanup.apply(text).lines().all(is_blank)
}

/// The message with the offer; nothing where there is no place for it.
pub fn offered(text: &str, offer: Offer, cleanup: &Cleanup, of: &Offered<'_>) -> Option<String> {
    let Offered { keyword, id, .. } = of;
    let form = format!("{keyword} {id}: ");
    match offer {
        Offer::Nothing => None,
        Offer::Subject => {
            let end = if text.starts_with('\n') { "" } else { "\n" };
            Some(format!("{form}{end}{text}"))
        }
        Offer::Comment => {
            let at = cleanup.place_for_comment(text)?;
            // A title is data: it is shown, and ends no line.
            let mut title = Screen::unstyled(usize::MAX);
            title.plain(of.title);
            let mut lines = vec![format!("{form}{}", title.into_text())];
            match of.effect {
                SubjectEffect::Completes => {
                    lines.push(format!(
                        "^ the task of this branch; a subject that begins with \"{form}\" completes it,"
                    ));
                    lines.push(format!("  one that begins with \"{keyword} {id} wip: \" only starts it."));
                }
                SubjectEffect::Starts => {
                    lines.push(format!(
                        "^ the task of this branch; a subject that begins with \"{form}\" starts it."
                    ));
                }
            }
            lines.push(String::new());
            let comment: String = lines
                .iter()
                .map(|line| format!("{} {line}", cleanup.comment()).trim_end().to_owned() + "\n")
                .collect();
            Some(format!("{}{comment}{}", &text[..at], &text[at..]))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const EMPTY: &str = "\n# Please enter the commit message\n#\n";

    fn offer(text: &str, offer: Offer, mode: Option<&str>) -> Option<String> {
        let cleanup = Cleanup::new(mode, None, true, text);
        let (id, title) = ("412".parse().unwrap(), "Rotate\n\u{1b}[31mtokens");
        let of = Offered { keyword: "task", id: &id, title, effect: SubjectEffect::Completes };
        offered(text, offer, &cleanup, &of)
    }

    #[test]
    fn a_comment_is_taken_out_again_by_git() {
        let text = offer(EMPTY, Offer::Comment, None).unwrap();
        assert!(text.starts_with("\n# task 412: Rotate \\u{1b}[31mtokens\n# ^ the task"), "{text}");
        assert!(text.ends_with("#\n# Please enter the commit message\n#\n"), "{text}");
        assert_eq!(Cleanup::new(None, None, true, &text).apply(&text), "\n");
        assert_eq!(offer(EMPTY, Offer::Comment, Some("whitespace")), None);
        assert_eq!(offer("", Offer::Comment, None), None);
    }

    #[test]
    fn a_subject_is_begun() {
        assert_eq!(offer(EMPTY, Offer::Subject, None).unwrap(), format!("task 412: {EMPTY}"));
        assert_eq!(offer("", Offer::Subject, None).unwrap(), "task 412: \n");
        assert_eq!(offer("", Offer::Nothing, None), None);
    }

    #[test]
    fn only_blank_lines_and_comments_are_empty() {
        let empty = |text: &str| is_empty(text, &Cleanup::new(None, None, true, text));
        assert!(empty(EMPTY) && empty("") && empty(" \n"));
        assert!(!empty("x\n# y\n"));
    }

    #[test]
    fn a_setting_that_is_none_is_named() {
        assert_eq!(Offer::of_setting(None).unwrap(), Offer::Comment);
        assert_eq!(Offer::of_setting(Some("off")).unwrap(), Offer::Nothing);
        assert!(Offer::of_setting(Some("yes")).unwrap_err().message.contains("\"yes\""));
    }
}
