//! New files in canonical form.

use super::steps::step_block;
use super::write;
use crate::model::{
    Dependency, Estimate, FileStatus, Group, Milestone, Priority, Step, StepStatus, Task, TaskId, natural_cmp,
};
use std::fmt::Display;

/// A task's file.
pub fn render_task(task: &Task) -> String {
    let mut file = Blocks::default();
    file.line("title", Some(&task.title));
    file.line("priority", task.priority.map(Priority::as_str));
    file.estimate(task.estimate.as_ref());
    file.plain("due", task.due);
    file.plain("optional", task.optional.then_some(true));
    file.dependencies("depends", &task.depends);
    file.sorted("assignees", &task.assignees);
    file.sorted("tags", &task.tags);
    file.sorted("milestones", &task.milestones);
    file.list("files", &task.files);
    file.list("links", &task.links);
    file.plain("created", task.created);
    file.line("status", task.status.map(FileStatus::as_str));
    file.line("reason", task.reason.as_deref());
    file.line("waiting_on", task.waiting_on.as_deref());
    file.plain("reopened", task.reopened);
    let aka: Vec<&str> = task.aka.iter().map(TaskId::as_str).collect();
    file.list("aka", &aka);
    file.markdown(task.description.as_deref());
    file.steps("steps", &task.steps);
    for (n, (name, text)) in task.fields.iter().enumerate() {
        let header = if n == 0 { "[fields]\n" } else { "" };
        file.block(&format!("{header}{} = {}", write::key(name), write::text(text)));
    }
    file.finish()
}

/// A `group.toml`.
pub fn render_group(group: &Group) -> String {
    let mut file = Blocks::default();
    file.line("title", group.title.as_deref());
    file.estimate(group.estimate.as_ref());
    file.plain("due", group.due);
    file.plain("declared_tasks", group.declared_tasks);
    file.dependencies("depends", &group.depends);
    file.sorted("milestones", &group.milestones);
    file.markdown(group.description.as_deref());
    file.steps("steps", &group.steps);
    file.finish()
}

/// A milestone's file.
pub fn render_milestone(milestone: &Milestone) -> String {
    let mut file = Blocks::default();
    file.line("title", milestone.title.as_deref());
    file.plain("due", milestone.due);
    file.line("goal", milestone.goal.as_deref());
    file.dependencies("groups", &milestone.groups);
    file.dependencies("tasks", &milestone.tasks);
    file.markdown(milestone.description.as_deref());
    let criteria: Vec<Step> = milestone
        .criteria
        .iter()
        .map(|c| Step {
            text: c.text.clone(),
            status: (c.status != StepStatus::Pending).then_some(c.status),
            notes: Vec::new(),
        })
        .collect();
    file.steps("criteria", &criteria);
    file.finish()
}

/// A file as blocks with a blank line between them.
#[derive(Default)]
struct Blocks(String);

impl Blocks {
    fn block(&mut self, block: &str) {
        if !self.0.is_empty() {
            self.0.push('\n');
        }
        self.0.push_str(block);
        self.0.push('\n');
    }

    fn plain(&mut self, key: &str, value: Option<impl Display>) {
        if let Some(value) = value {
            self.block(&format!("{key} = {value}"));
        }
    }

    fn line(&mut self, key: &str, text: Option<&str>) {
        self.plain(key, text.map(write::line));
    }

    fn estimate(&mut self, estimate: Option<&Estimate>) {
        self.line("estimate", estimate.map(ToString::to_string).as_deref());
    }

    fn markdown(&mut self, text: Option<&str>) {
        self.plain("description", text.map(write::lines));
    }

    fn list<S: AsRef<str>>(&mut self, key: &str, items: &[S]) {
        self.plain(key, (!items.is_empty()).then(|| write::strings(items)));
    }

    fn sorted(&mut self, key: &str, items: &[String]) {
        let mut items: Vec<&str> = items.iter().map(String::as_str).collect();
        items.sort_by(|a, b| natural_cmp(a, b));
        self.list(key, &items);
    }

    fn dependencies(&mut self, key: &str, items: &[Dependency]) {
        let items: Vec<String> = items.iter().map(ToString::to_string).collect();
        self.sorted(key, &items);
    }

    fn steps(&mut self, key: &str, steps: &[Step]) {
        for step in steps {
            self.block(&step_block(key, step));
        }
    }

    fn finish(self) -> String {
        self.0
    }
}
