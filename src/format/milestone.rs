//! `milestones/<name>.toml`.

use super::keys::{CRITERION, MILESTONE};
use super::read::{Node, Parsed, Reader, file};
use super::values::{date, groups, ids, item_text, step_status, tables};
use crate::model::{Criterion, Dependency, Milestone, StepStatus};
use toml::de::DeTable;

/// Reads a milestone's file.
pub fn parse_milestone(path: &str, bytes: &[u8]) -> Parsed<Milestone> {
    file(path, bytes, build)
}

fn build(reader: &mut Reader<'_>, table: DeTable<'_>) -> Milestone {
    let mut milestone = Milestone::default();
    for (key, value) in table {
        match key.get_ref().as_ref() {
            "title" => milestone.title = reader.filled("title", value),
            "due" => milestone.due = date(reader, "due", &value),
            "goal" => milestone.goal = reader.filled("goal", value),
            "description" => milestone.description = reader.text("description", value),
            "groups" => milestone.groups = groups(reader, "groups", value),
            "tasks" => {
                milestone.tasks = ids(reader, "tasks", value).into_iter().map(Dependency::Task).collect();
            }
            "criteria" => milestone.criteria = criteria(reader, value),
            _ => reader.stray(&key, MILESTONE, &[], "a milestone"),
        }
    }
    milestone
}

fn criteria(reader: &mut Reader<'_>, value: Node<'_>) -> Vec<Criterion> {
    let mut criteria = Vec::new();
    tables(reader, "criteria", value, |reader, at, table| {
        let mut criterion = Criterion { text: String::new(), status: StepStatus::Pending };
        let mut has_text = false;
        for (key, value) in table {
            match key.get_ref().as_ref() {
                "text" => {
                    (criterion.text, has_text) = item_text(reader, value);
                }
                "status" => criterion.status = step_status(reader, value).unwrap_or(StepStatus::Pending),
                _ => reader.stray(&key, CRITERION, MILESTONE, "a criterion"),
            }
        }
        if !has_text {
            reader.missing("missing-text", at, "this criterion has no text", "write text = \"…\" below it");
        }
        criteria.push(criterion);
    });
    criteria
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_key_is_read() {
        let parsed = parse_milestone(
            ".tasks/milestones/beta.toml",
            b"title = \"Public beta\"\ndue = 2026-12-15\ngoal = \"g\"\ngroups = [\"01-database/\", \"api\"]\n\
              tasks = [412]\n[[criteria]]\ntext = \"80 %\"\nstatus = \"completed\"\n[[criteria]]\ntext = \"b\"\n",
        );
        assert_eq!(parsed.problems, []);
        let milestone = parsed.value.unwrap();
        let names = |all: &[Dependency]| all.iter().map(ToString::to_string).collect::<Vec<_>>();
        assert_eq!(names(&milestone.groups), ["database/", "api/"]);
        assert_eq!(names(&milestone.tasks), ["412"]);
        assert_eq!(milestone.criteria[0].status, StepStatus::Completed);
        assert_eq!(milestone.criteria[1].status, StepStatus::Pending);
    }

    #[test]
    fn a_key_after_the_criteria_is_without_effect() {
        let text = b"[[criteria]]\ntext = \"a\"\ngoal = \"x\"\n";
        let parsed = parse_milestone(".tasks/milestones/beta.toml", text);
        assert_eq!(parsed.problems[0].code, "key-without-effect");
    }
}
