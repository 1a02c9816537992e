//! A task from a section: fields, steps, and the rest as its description.

use super::document::{Block, BlockKind, Item};
use super::fields::{self, Field, Meaning};
use super::survey::label_before;
use super::{label, marks, roles};
use crate::model::{Step, StepStatus, Task};

/// Reads the blocks under a task's heading into the task.
#[derive(Debug, Default)]
pub struct TaskReader {
    /// What has been read so far.
    pub task: Task,
    description: Vec<String>,
    /// How many steps the last ordered list of steps had, so that an interrupted one goes on.
    last_number: u64,
    labelled_steps: bool,
}

impl TaskReader {
    /// A reader that starts with what the heading says.
    pub fn new(task: Task) -> Self {
        Self { task, ..Self::default() }
    }

    /// Reads blocks in order. `heading` is the text of a heading within the task that stands above them.
    pub fn blocks(&mut self, blocks: &[Block], heading: Option<&str>) {
        if let Some(heading) = heading {
            let announced = blocks.first().is_some_and(|b| matches!(b.kind, BlockKind::List(_)));
            if !announced {
                self.description.push(format!("**{heading}**"));
            }
        }
        for (index, block) in blocks.iter().enumerate() {
            match &block.kind {
                BlockKind::Paragraph => {
                    let list_follows =
                        blocks.get(index + 1).is_some_and(|b| matches!(b.kind, BlockKind::List(_)));
                    self.paragraph(block, list_follows);
                }
                BlockKind::List(items) => {
                    let label = label_before(blocks, index)
                        .or_else(|| heading.filter(|_| index == 0).map(str::to_owned));
                    self.list(block, items, label.as_deref());
                }
                BlockKind::Rule => {}
                BlockKind::Code | BlockKind::Table(_) | BlockKind::Other => {
                    self.description.push(block.raw.clone());
                }
            }
        }
    }

    /// The task, its description put together.
    pub fn finish(mut self) -> Task {
        let text = self.description.join("\n\n");
        if !text.trim().is_empty() {
            self.task.description = Some(text);
        }
        self.task
    }

    /// Fields become fields; other lines are description. A label that announces the next list is read with it.
    fn paragraph(&mut self, block: &Block, list_follows: bool) {
        let lines: Vec<&str> = block.lines().map(|(_, line)| line).collect();
        let mut text: Vec<&str> = Vec::new();
        let mut open: Option<Field> = None;
        for (index, &line) in lines.iter().enumerate() {
            let last = index + 1 == lines.len();
            if last && list_follows && announces(line) {
                continue;
            }
            match (fields::of_line(line), &mut open) {
                (Some(field), _) => {
                    self.field(open.take());
                    if field.value.is_empty() && last {
                        text.push(line);
                    } else {
                        open = Some(field);
                    }
                }
                (None, Some(field)) => {
                    field.value.push(' ');
                    field.value.push_str(line);
                }
                (None, None) => text.push(line),
            }
        }
        self.field(open);
        if !text.is_empty() {
            self.description.push(text.join("\n"));
        }
    }

    fn field(&mut self, field: Option<Field>) {
        if let Some(mut field) = field {
            field.value = field.value.trim().to_owned();
            fields::apply(&mut self.task, &field);
        }
    }

    fn list(&mut self, block: &Block, items: &[Item], label: Option<&str>) {
        let boxed = items.iter().any(|item| item.boxed.is_some());
        let first = items.first().and_then(|item| item.number);
        if let Some(label) = label.filter(|label| Self::takes(label, boxed) && !roles::is_bare(label)) {
            self.description.push(format!("**{label}**"));
        }
        let continues = first.is_some_and(|n| n > 1 && n == self.last_number + 1);
        match label.map(fields::meaning) {
            Some(Meaning::Files) => self.files(items, label.unwrap_or_default()),
            _ if boxed => self.steps(items),
            None if fields::are_labels(items.iter().map(|item| item.text.as_str())) => self.labels(items),
            Some(Meaning::Steps) => {
                self.labelled_steps = true;
                self.steps(items);
            }
            None if continues || !self.labelled_steps => self.steps(items),
            None => self.description.push(block.raw.clone()),
            Some(_) => fields::add(&mut self.task, label.unwrap_or_default(), &block.raw),
        }
    }

    /// Whether a list under this label becomes files or steps, so that its label would be lost.
    fn takes(label: &str, boxed: bool) -> bool {
        boxed || matches!(fields::meaning(label), Meaning::Files | Meaning::Steps)
    }

    /// Items that are labels, with what they say behind them or nested in them.
    fn labels(&mut self, items: &[Item]) {
        for item in items {
            let Some(field) = fields::label_of(&item.text) else { continue };
            let nested = item.blocks.first().filter(|_| item.blocks.len() == 1 && field.value.is_empty());
            if let Some(Block { kind: BlockKind::List(inner), .. }) = nested {
                match fields::meaning(&field.label) {
                    Meaning::Files => self.files(inner, &field.label),
                    Meaning::Steps if roles::purpose(&field.label).is_none() => self.steps(inner),
                    _ => fields::add(&mut self.task, &field.label, nested.map_or("", |b| b.raw.as_str())),
                }
                continue;
            }
            let more = item.blocks.iter().map(|block| block.raw.as_str());
            let value = std::iter::once(field.value.as_str()).chain(more).collect::<Vec<_>>().join("\n");
            fields::apply(&mut self.task, &Field { label: field.label, value });
        }
    }

    fn files(&mut self, items: &[Item], label: &str) {
        let mut rest = Vec::new();
        for item in items {
            let path = fields::leading_path(&item.text);
            let whole = path.as_ref().is_some_and(|(_, whole)| *whole) && item.blocks.is_empty();
            if let Some((path, _)) = path {
                fields::add_all(&mut self.task.files, vec![path]);
            }
            if !whole {
                rest.push(item.raw.as_str());
            }
        }
        if !rest.is_empty() {
            fields::add(&mut self.task, label, &rest.join("\n"));
        }
    }

    fn steps(&mut self, items: &[Item]) {
        for item in items {
            let field = fields::of_line(&item.text)
                .filter(|_| item.boxed.is_none() && item.blocks.is_empty())
                .filter(|field| !field.value.is_empty() && Self::is_field(field, items));
            if let Some(field) = field {
                fields::apply(&mut self.task, &field);
                continue;
            }
            self.last_number = item.number.unwrap_or(self.last_number);
            let number = self.task.steps.len() + 1;
            let (steps, rest) = steps_of(item);
            self.task.steps.extend(steps);
            if !rest.is_empty() {
                self.description.push(format!("Step {number}:"));
                self.description.extend(rest);
            }
        }
    }

    /// A labelled item among boxes is a field; among plain items only if its label is known.
    fn is_field(field: &Field, items: &[Item]) -> bool {
        items.iter().any(|item| item.boxed.is_some())
            || fields::tells_of_a_task(&field.label)
            || matches!(
                field.label.to_lowercase().as_str(),
                "blocker" | "risk" | "benefit" | "requirements" | "goal"
            )
    }
}

/// Whether a line is the label of the list after it.
fn announces(line: &str) -> bool {
    fields::of_line(line).is_some_and(|field| field.value.is_empty())
        || fields::whole_bold(line).is_some()
        || marks::trim_marks(line).0.ends_with([':', '：']) && line.len() < 80
}

/// The steps of an item: its own, and one for each box in it. Other nested items are notes; code and tables are
/// returned, for the description.
pub fn steps_of(item: &Item) -> (Vec<Step>, Vec<String>) {
    let (text, mark) = marks::step_marks(&item.text);
    let status = match (item.boxed, mark) {
        (Some(StepStatus::Pending) | None, Some(mark)) => Some(mark),
        (boxed, _) => boxed,
    };
    let mut notes = Vec::new();
    let mut rest = Vec::new();
    let mut inner = Vec::new();
    if item.optional {
        notes.push("optional".to_owned());
    }
    collect_notes(&item.blocks, &mut notes, &mut inner, &mut rest);
    let text = if text.is_empty() { notes.drain(..notes.len().min(1)).collect() } else { text };
    let text = if text.is_empty() {
        rest.drain(..rest.len().min(1)).collect::<String>().replace('\n', " ")
    } else {
        text
    };
    inner.insert(0, Step { text, status: status.filter(|&s| s != StepStatus::Pending), notes });
    (inner, rest)
}

fn collect_notes(blocks: &[Block], notes: &mut Vec<String>, inner: &mut Vec<Step>, rest: &mut Vec<String>) {
    for block in blocks {
        match &block.kind {
            BlockKind::Paragraph => notes.push(super::document::one_line(&block.raw)),
            BlockKind::List(items) => {
                for item in items {
                    if item.boxed.is_some() {
                        let (steps, more) = steps_of(item);
                        inner.extend(steps);
                        rest.extend(more);
                        continue;
                    }
                    if !item.text.is_empty() {
                        notes.push(item.text.clone());
                    }
                    collect_notes(&item.blocks, notes, inner, rest);
                }
            }
            BlockKind::Rule => {}
            BlockKind::Code | BlockKind::Table(_) | BlockKind::Other => rest.push(block.raw.clone()),
        }
    }
}

/// What the title of a task says besides its name: optional or conditional work.
pub fn read_title(task: &mut Task, label: &label::Label) {
    task.title.clone_from(&label.title);
    task.estimate = label.estimate;
    task.priority = label.priority;
    if let Some(status) = label.status {
        fields::set_status(task, status, "");
    }
    if let Some((words, _)) = &label.window {
        fields::add(task, "when", words);
    }
    let lower = label.title.to_lowercase();
    for (word, tag) in [("optional", "optional"), ("conditional", "conditional")] {
        if lower.contains(&format!("({word})")) || lower.contains(&format!("[{word}]")) {
            task.optional |= word == "optional";
            fields::add_all(&mut task.tags, vec![tag.to_owned()]);
        }
    }
    for flag in &label.flags {
        let tag = if flag == "P" { "parallel".to_owned() } else { flag.replace(' ', "-") };
        match marks::priority_of_words(flag) {
            Some(priority) if task.priority.is_none() && flag != "P" => task.priority = Some(priority),
            _ => fields::add_all(&mut task.tags, vec![tag]),
        }
    }
}
