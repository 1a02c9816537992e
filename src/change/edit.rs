//! One task file before and after.

use super::error::ChangeError;
use crate::changeset::FileChange;
use crate::finding::{Finding, Severity};
use crate::format::{Document, parse_task};
use crate::model::Task;
use camino::Utf8Path;

/// A task that was edited, or left as it was.
#[derive(Debug, Clone)]
pub struct Edited {
    /// Its id, as the file's name spells it.
    pub id: String,
    /// What the file said.
    pub before: Task,
    /// What it says now.
    pub after: Task,
    /// The bytes of both.
    pub file: FileChange,
}

impl Edited {
    /// A task file that was edited as a whole, or is new.
    pub fn of(file: FileChange) -> Self {
        let id = Utf8Path::new(&file.path).file_stem().unwrap_or(&file.path).to_owned();
        let task = |bytes: Option<&[u8]>| {
            bytes.and_then(|bytes| parse_task(&file.path, bytes).value).unwrap_or_default()
        };
        let (before, after) = (task(file.before.as_deref()), task(file.after.as_deref()));
        Self { id, before, after, file }
    }

    /// Whether the file is another.
    pub fn is_changed(&self) -> bool {
        self.file.before != self.file.after
    }
}

/// Edits the task file at `path`. Refused if the file cannot be read, or if it would say something wrong afterwards that
/// it did not say before.
pub fn edit_task(
    path: &str,
    bytes: Vec<u8>,
    edit: impl FnOnce(&mut Document, &Task, &str) -> Result<(), ChangeError>,
) -> Result<Edited, ChangeError> {
    let mut document = Document::parse(path, &bytes)?;
    let id = Utf8Path::new(path).file_stem().unwrap_or(path).to_owned();
    let old = parse_task(path, &bytes);
    let before = old.value.unwrap_or_default();
    edit(&mut document, &before, &id)?;
    let after = document.into_bytes();
    let new = parse_task(path, &after);
    let is_new = |finding: &&Finding| {
        finding.severity == Severity::Error
            && !old.problems.iter().any(|p| p.code == finding.code && p.message == finding.message)
    };
    if let Some(finding) = new.problems.iter().find(is_new) {
        return Err(ChangeError::WouldBreak(Box::new(finding.clone())));
    }
    let file = FileChange { path: path.to_owned(), before: Some(bytes), after: Some(after) };
    Ok(Edited { id, before, after: new.value.unwrap_or_default(), file })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::format::Value;

    #[test]
    fn what_was_wrong_before_is_no_hindrance_and_what_becomes_wrong_is() {
        let path = ".tasks/a/T1.toml";
        let found = b"title = \"t\"\npriority = 3\n".to_vec();
        let edited = edit_task(path, found.clone(), |document, _, id| {
            assert_eq!(id, "T1");
            document.set("optional", &Value::Bool(true));
            Ok(())
        });
        assert!(edited.unwrap().after.optional);
        let refused = edit_task(path, found, |document, _, _| {
            document.set("title", &Value::Text(String::new()));
            Ok(())
        });
        assert!(matches!(refused.unwrap_err(), ChangeError::WouldBreak(_)));
    }
}
