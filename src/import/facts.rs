//! What a plan file says, key by key, so that a task, a group and a milestone are compared by the same rules.

use crate::format::{FileKind, Value, parse_group, parse_milestone, parse_task};
use crate::model::{
    Criterion, Dependency, Estimate, FileStatus, Group, Milestone, Priority, Step, StepStatus, Task, TaskId,
    natural_cmp,
};

/// What a key holds.
#[derive(Debug, Clone, PartialEq)]
pub enum Fact {
    /// A value.
    Value(Value),
    /// Steps, or the criteria of a milestone; a pending one has no status.
    Checklist(Vec<Step>),
}

/// Keys with what they hold, `fields.NAME` for free text; a key that says nothing is not among them.
pub type Facts = Vec<(String, Fact)>;

/// The facts of the file at `path`; `None` if it cannot be read.
pub fn facts(path: &str, bytes: &[u8]) -> Option<Facts> {
    match FileKind::of(path) {
        FileKind::Task => parse_task(path, bytes).value.map(task),
        FileKind::Group => parse_group(path, bytes).value.map(group),
        FileKind::Milestone => parse_milestone(path, bytes).value.map(milestone),
        FileKind::Config => None,
    }
}

fn task(task: Task) -> Facts {
    let mut said = Said::default();
    said.text("title", Some(task.title));
    said.text("priority", task.priority.map(Priority::as_str));
    said.text("estimate", task.estimate.as_ref().map(Estimate::to_string));
    said.value("due", task.due.map(Value::Date));
    said.value("optional", task.optional.then_some(Value::Bool(true)));
    said.dependencies("depends", &task.depends);
    let details = task.details.into_inner();
    said.sorted("assignees", task.assignees);
    said.sorted("tags", details.tags);
    said.sorted("milestones", task.milestones);
    said.list("files", details.files);
    said.list("links", details.links);
    said.value("created", details.created.map(Value::Time));
    said.text("status", task.status.map(FileStatus::as_str));
    said.text("reason", task.reason);
    said.text("waiting_on", details.waiting_on);
    said.value("reopened", task.reopened.map(Value::Time));
    said.list("aka", task.aka.iter().map(TaskId::to_string).collect());
    said.value("description", details.description.map(Value::Multiline));
    said.checklist("steps", details.steps);
    for (name, text) in details.fields {
        said.text(&format!("fields.{name}"), Some(text));
    }
    said.0
}

fn group(group: Group) -> Facts {
    let mut said = Said::default();
    said.text("title", group.title);
    said.text("estimate", group.estimate.as_ref().map(Estimate::to_string));
    said.value("due", group.due.map(Value::Date));
    let declared = group.declared_tasks.and_then(|tasks| i64::try_from(tasks).ok());
    said.value("declared_tasks", declared.map(Value::Integer));
    said.dependencies("depends", &group.depends);
    said.sorted("milestones", group.milestones);
    said.value("description", group.description.map(Value::Multiline));
    said.checklist("steps", group.steps);
    said.0
}

fn milestone(milestone: Milestone) -> Facts {
    let mut said = Said::default();
    said.text("title", milestone.title);
    said.value("due", milestone.due.map(Value::Date));
    said.text("goal", milestone.goal);
    said.dependencies("groups", &milestone.groups);
    said.dependencies("tasks", &milestone.tasks);
    said.value("description", milestone.description.map(Value::Multiline));
    let step = |criterion: Criterion| Step {
        text: criterion.text,
        status: Some(criterion.status),
        notes: Vec::new(),
    };
    said.checklist("criteria", milestone.criteria.into_iter().map(step).collect());
    said.0
}

#[derive(Default)]
struct Said(Facts);

impl Said {
    fn value(&mut self, key: &str, value: Option<Value>) {
        self.0.extend(value.map(|value| (key.to_owned(), Fact::Value(value))));
    }

    fn text(&mut self, key: &str, text: Option<impl Into<String>>) {
        self.value(key, text.map(|text| Value::Text(text.into())));
    }

    fn list(&mut self, key: &str, items: Vec<String>) {
        self.value(key, (!items.is_empty()).then_some(Value::List(items)));
    }

    /// Lists whose order means nothing are compared in one order.
    fn sorted(&mut self, key: &str, mut items: Vec<String>) {
        items.sort_by(|a, b| natural_cmp(a, b));
        self.list(key, items);
    }

    fn dependencies(&mut self, key: &str, items: &[Dependency]) {
        self.sorted(key, items.iter().map(Dependency::to_string).collect());
    }

    fn checklist(&mut self, key: &str, mut steps: Vec<Step>) {
        for step in &mut steps {
            step.status = step.status.filter(|&status| status != StepStatus::Pending);
        }
        if !steps.is_empty() {
            self.0.push((key.to_owned(), Fact::Checklist(steps)));
        }
    }
}
