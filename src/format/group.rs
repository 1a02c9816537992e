//! `group.toml`.

use super::keys::GROUP;
use super::read::{Parsed, Reader, file};
use super::values::{count, date, dependencies, estimate, steps};
use crate::model::Group;
use toml::de::DeTable;

/// Reads a `group.toml`.
pub fn parse_group(path: &str, bytes: &[u8]) -> Parsed<Group> {
    file(path, bytes, build)
}

fn build(reader: &mut Reader<'_>, table: DeTable<'_>) -> Group {
    let mut group = Group::default();
    for (key, value) in table {
        match key.get_ref().as_ref() {
            "title" => group.title = reader.filled("title", value),
            "description" => group.description = reader.text("description", value),
            "depends" => group.depends = dependencies(reader, "depends", value),
            "milestones" => group.milestones = reader.texts("milestones", value, "milestones"),
            "estimate" => group.estimate = estimate(reader, "estimate", value),
            "declared_tasks" => group.declared_tasks = count(reader, "declared_tasks", &value),
            "due" => group.due = date(reader, "due", &value),
            "steps" => group.steps = steps(reader, value),
            _ => reader.stray(&key, GROUP, &[], "a group"),
        }
    }
    group
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_key_is_read_and_others_are_reported() {
        let parsed = parse_group(
            ".tasks/01-db/group.toml",
            b"title = \"Database\"\ndescription = \"d\"\ndepends = [\"api/\"]\nmilestones = [\"beta\"]\n\
              estimate = \"2w\"\ndue = 2026-12-01\ndeclared_tasks = 48\npriority = \"high\"\n[[steps]]\ntext = \"s\"\n",
        );
        assert_eq!(parsed.problems.iter().map(|p| p.code).collect::<Vec<_>>(), ["unknown-key"]);
        let group = parsed.value.unwrap();
        assert_eq!(group.title.as_deref(), Some("Database"));
        assert_eq!(group.depends[0].to_string(), "api/");
        assert_eq!((group.milestones.len(), group.steps.len()), (1, 1));
        assert_eq!(group.declared_tasks, Some(48));
        assert!(group.due.is_some() && group.estimate.is_some() && group.description.is_some());
    }
}
