//! Which template is meant, and what it makes of a report.

use super::ranging::Covered;
use super::rendering;
use crate::error::CliError;
use crate::git::{Oid, Repo};
use crate::model::nearest;
use crate::report::{BUILT_IN, RELEASE_NOTES, RenderJob, built_in};
use serde::Serialize;
use std::path::Path;

/// How large the templates of a team may be together, in bytes.
const MAX_SIZE: usize = 4 << 20;

/// A template that was asked for.
pub(super) enum Template {
    /// One that is part of the program.
    BuiltIn(String),
    /// One of a team, or a file: rendered within limits, among those that it may include.
    Team { name: String, all: Vec<(String, String)> },
}

impl Template {
    /// The template for Markdown unless another is asked for.
    pub(super) fn release_notes() -> Self {
        Self::BuiltIn(RELEASE_NOTES.to_owned())
    }

    /// The template of that name, if one was asked for, in the plan that a report is about.
    pub(super) fn asked(name: Option<&str>, covered: &Covered) -> Result<Option<Self>, CliError> {
        let find = |name| Self::find(name, Some(&covered.workspace.repo), covered.plan.revision);
        name.map(find).transpose()
    }

    /// The template of that name: the plan's own at a revision before those of the program, then a file.
    pub(super) fn find(asked: &str, repo: Option<&Repo>, revision: Option<Oid>) -> Result<Self, CliError> {
        let own = match (repo, revision) {
            (Some(repo), Some(revision)) => repo.templates(revision)?,
            _ => Vec::new(),
        };
        let text = |bytes: &[u8]| String::from_utf8(bytes.to_vec()).ok();
        if own.iter().any(|(name, bytes)| is_named(name, asked) && text(bytes).is_none()) {
            return Err(CliError::failed(format!("the template {asked} is not UTF-8")));
        }
        let own: Vec<(String, String)> =
            own.iter().filter_map(|(name, bytes)| Some((name.clone(), text(bytes)?))).collect();
        if own.iter().map(|(_, text)| text.len()).sum::<usize>() > MAX_SIZE {
            return Err(CliError::failed(format!(
                "the files in .tasks/templates are larger than {} MiB together",
                MAX_SIZE >> 20
            )));
        }
        let own_name = own.iter().map(|(name, _)| name).find(|name| is_named(name, asked)).cloned();
        if let Some(name) = own_name {
            return Ok(Self::Team { name, all: with_built_in(own) });
        }
        if BUILT_IN.iter().any(|(name, file, _)| *name == asked || *file == asked) {
            return Ok(Self::BuiltIn(asked.to_owned()));
        }
        let bytes = match std::fs::read(asked) {
            Ok(bytes) => bytes,
            Err(error) if Path::new(asked).exists() => {
                return Err(CliError::failed(format!("cannot read the template {asked}: {error}")));
            }
            Err(_) => return Err(unknown(asked, &own)),
        };
        let text = text(&bytes).filter(|text| text.len() <= MAX_SIZE);
        let text = text.ok_or_else(|| {
            CliError::failed(format!(
                "the template {asked} is not UTF-8, or larger than {} MiB",
                MAX_SIZE >> 20
            ))
        })?;
        let mut all = with_built_in(own);
        all.retain(|(name, _)| name != asked);
        all.push((asked.to_owned(), text));
        Ok(Self::Team { name: asked.to_owned(), all })
    }

    /// What the template makes of what it sees.
    pub(super) fn render<T: Serialize>(self, seen: &T) -> Result<String, CliError> {
        match self {
            Self::BuiltIn(name) => match built_in(&name, seen) {
                Some(text) => Ok(text?),
                None => Err(unknown(&name, &[])),
            },
            Self::Team { name, all } => {
                let context = serde_json::to_value(seen).map_err(std::io::Error::from)?;
                rendering::render(&RenderJob { templates: all, name, context })
            }
        }
    }
}

/// A template is asked for by the path of its file, with or without its ending.
fn is_named(file: &str, asked: &str) -> bool {
    file == asked || stem(file) == asked
}

/// The path of a file without its ending.
fn stem(file: &str) -> &str {
    let name = file.rfind('/').map_or(0, |slash| slash + 1);
    file[name..].rfind('.').map_or(file, |dot| &file[..name + dot])
}

/// A team's templates and those of the program, which they may include; of equal names the team's.
fn with_built_in(own: Vec<(String, String)>) -> Vec<(String, String)> {
    let is_new = |file: &str| own.iter().all(|(name, _)| name != file);
    let built_in: Vec<(String, String)> = BUILT_IN
        .iter()
        .filter(|(_, file, _)| is_new(file))
        .map(|(_, file, text)| ((*file).to_owned(), (*text).to_owned()))
        .collect();
    own.into_iter().chain(built_in).collect()
}

fn unknown(asked: &str, own: &[(String, String)]) -> CliError {
    let known = || own.iter().map(|(name, _)| stem(name)).chain(BUILT_IN.iter().map(|(name, _, _)| *name));
    let error = CliError::failed(format!("there is no template {asked:?}, and no file of that name"));
    match nearest(asked, known()) {
        Some(near) => error.hint(format!("did you mean {near}?")),
        None => error.hint(format!("the templates are {}", known().collect::<Vec<_>>().join(", "))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_template_goes_by_its_path_with_or_without_its_ending() {
        for (file, asked, is) in [
            ("weekly.md", "weekly", true),
            ("weekly.md", "weekly.md", true),
            ("a/weekly.md", "a/weekly", true),
            ("a/weekly.md", "weekly", false),
            ("weekly", "weekly", true),
            ("weekly.md.html", "weekly", false),
        ] {
            assert_eq!(is_named(file, asked), is, "{file} {asked}");
        }
    }
}
