//! What a document says otherwise than the plan that it was imported into.
//!
//! A key of which the document says nothing is no difference: what was added in the plan stays.

use crate::format::{parse_group, parse_milestone, parse_task, render_group, render_milestone, render_task};
use crate::model::{Group, Milestone, Task};

/// Something that a file of a plan holds.
pub trait Held: Clone + PartialEq {
    /// The file in canonical form.
    fn render(&self) -> String;
    /// The value as it is read back from its file: sorted, and with the line ends that files have.
    fn settled(&self) -> Self;
    /// Takes over what `new` says otherwise, and names those keys.
    fn take(&mut self, new: &Self) -> Vec<String>;
}

impl Held for Task {
    fn render(&self) -> String {
        render_task(self)
    }

    fn settled(&self) -> Self {
        parse_task("1.toml", self.render().as_bytes()).value.unwrap_or_else(|| self.clone())
    }

    fn take(&mut self, new: &Self) -> Vec<String> {
        let mut keys = Vec::new();
        take(&mut keys, "title", &mut self.title, &new.title);
        take(&mut keys, "priority", &mut self.priority, &new.priority);
        take(&mut keys, "estimate", &mut self.estimate, &new.estimate);
        take(&mut keys, "due", &mut self.due, &new.due);
        take(&mut keys, "optional", &mut self.optional, &new.optional);
        take(&mut keys, "depends", &mut self.depends, &new.depends);
        take(&mut keys, "assignees", &mut self.assignees, &new.assignees);
        take(&mut keys, "tags", &mut self.tags, &new.tags);
        take(&mut keys, "milestones", &mut self.milestones, &new.milestones);
        take(&mut keys, "files", &mut self.files, &new.files);
        take(&mut keys, "links", &mut self.links, &new.links);
        take(&mut keys, "created", &mut self.created, &new.created);
        take(&mut keys, "status", &mut self.status, &new.status);
        take(&mut keys, "reason", &mut self.reason, &new.reason);
        take(&mut keys, "waiting_on", &mut self.waiting_on, &new.waiting_on);
        take(&mut keys, "description", &mut self.description, &new.description);
        take(&mut keys, "steps", &mut self.steps, &new.steps);
        for (name, text) in &new.fields {
            if let Some((_, old)) = self.fields.iter_mut().find(|(known, _)| known == name) {
                take(&mut keys, name, old, text);
            } else {
                self.fields.push((name.clone(), text.clone()));
                keys.push(name.clone());
            }
        }
        keys
    }
}

impl Held for Group {
    fn render(&self) -> String {
        render_group(self)
    }

    fn settled(&self) -> Self {
        parse_group("g/group.toml", self.render().as_bytes()).value.unwrap_or_else(|| self.clone())
    }

    fn take(&mut self, new: &Self) -> Vec<String> {
        let mut keys = Vec::new();
        take(&mut keys, "title", &mut self.title, &new.title);
        take(&mut keys, "estimate", &mut self.estimate, &new.estimate);
        take(&mut keys, "due", &mut self.due, &new.due);
        take(&mut keys, "description", &mut self.description, &new.description);
        keys
    }
}

impl Held for Milestone {
    fn render(&self) -> String {
        render_milestone(self)
    }

    fn settled(&self) -> Self {
        let read = parse_milestone("milestones/m.toml", self.render().as_bytes());
        read.value.unwrap_or_else(|| self.clone())
    }

    fn take(&mut self, new: &Self) -> Vec<String> {
        let mut keys = Vec::new();
        take(&mut keys, "title", &mut self.title, &new.title);
        take(&mut keys, "goal", &mut self.goal, &new.goal);
        take(&mut keys, "groups", &mut self.groups, &new.groups);
        take(&mut keys, "tasks", &mut self.tasks, &new.tasks);
        take(&mut keys, "description", &mut self.description, &new.description);
        take(&mut keys, "criteria", &mut self.criteria, &new.criteria);
        keys
    }
}

fn take<T: Default + PartialEq + Clone>(keys: &mut Vec<String>, name: &str, old: &mut T, new: &T) {
    if *new != T::default() && new != old {
        keys.push(name.to_owned());
        old.clone_from(new);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Priority;

    #[test]
    fn only_what_the_document_says_otherwise_is_taken() {
        let task = |title: &str, priority, fields: &[(&str, &str)]| Task {
            title: title.into(),
            priority,
            fields: fields.iter().map(|(n, t)| ((*n).into(), (*t).into())).collect(),
            ..Task::default()
        };
        let mut kept = task("Old", Some(Priority::High), &[("risk", "none"), ("own", "x")]);
        let new = task("New", None, &[("risk", "much"), ("impact", "some")]);
        assert_eq!(kept.take(&new), ["title", "risk", "impact"]);
        let fields = [("risk", "much"), ("own", "x"), ("impact", "some")];
        assert_eq!(kept, task("New", Some(Priority::High), &fields));
        assert!(kept.take(&new).is_empty());
    }
}
