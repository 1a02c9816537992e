//! The templates that are part of the program.

use super::engine::{Engine, TemplateError};
use serde::Serialize;

/// The templates of `tasks report`: the name to ask for, its file and its text.
pub const BUILT_IN: [(&str, &str, &str); 3] = [
    ("release-notes", "release-notes.md", include_str!("../../templates/release-notes.md")),
    ("standup", "standup.md", include_str!("../../templates/standup.md")),
    ("overview", "overview.md", include_str!("../../templates/overview.md")),
];

/// The template for Markdown unless another is asked for.
pub const RELEASE_NOTES: &str = "release-notes";

/// A report by a template of that name that is part of the program; `None` if there is none.
pub fn built_in<T: Serialize>(name: &str, view: &T) -> Option<Result<String, TemplateError>> {
    let (_, file, text) = BUILT_IN.iter().find(|(known, file, _)| *known == name || *file == name)?;
    let rendered = Engine::built_in(&[(file, text)]).and_then(|engine| engine.render(file, view));
    Some(rendered.map(ended))
}

/// A document ends with one line feed.
fn ended(mut text: String) -> String {
    text.truncate(text.trim_end().len());
    text.push('\n');
    text.trim_start().to_owned()
}
