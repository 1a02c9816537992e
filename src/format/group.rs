//! `group.toml`.

use super::keys::GROUP;
use super::read::{Parsed, Reader, file};
use super::values::{date, dependencies, estimate, steps};
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
            "title" => group.title = reader.text("title", value),
            "description" => group.description = reader.text("description", value),
            "depends" => group.depends = dependencies(reader, "depends", value),
            "milestones" => group.milestones = reader.texts("milestones", value, "milestones"),
            "estimate" => group.estimate = estimate(reader, "estimate", value),
            "due" => group.due = date(reader, "due", &value),
            "steps" => group.steps = steps(reader, value),
            _ => reader.stray(&key, GROUP, &[], "a group"),
        }
    }
    group
}
