//! An outline and the roles of its sections become a draft.

use super::document::{Block, BlockKind, Outline};
use super::draft::{Draft, DraftGroup, DraftTask, Options, Warning};
use super::label::Label;
use super::survey::{Role, Survey, all_items};
use super::task::{TaskReader, read_title};
use super::{assignees, dates, estimates, fields, item, marks, milestones, references, section, slug};
use crate::model::{Priority, StepStatus, Task, TaskId};
use jiff::civil::Date;
use std::collections::{HashMap, HashSet};

/// Reads a whole outline. The draft may have no tasks.
pub fn build(outline: &Outline, options: Options) -> Draft {
    let survey = Survey::new(outline);
    let mut builder = Builder {
        outline,
        base: options.base_date.or_else(|| document_date(outline)),
        legend: legend(outline),
        draft: Draft::default(),
        groups: HashMap::new(),
        slugs: slug::Names::default(),
        ids: HashSet::new(),
        ticks: Vec::new(),
        text: Vec::new(),
        survey,
    };
    builder.draft.report.lines = outline.lines;
    for index in 0..outline.sections.len() {
        builder.tasks_of(index);
    }
    for index in 0..outline.sections.len() {
        builder.rest_of(index);
    }
    builder.finish()
}

struct Builder<'a> {
    outline: &'a Outline,
    survey: Survey,
    base: Option<Date>,
    legend: HashMap<char, Priority>,
    draft: Draft,
    /// Indices into the draft's groups, by section.
    groups: HashMap<usize, usize>,
    slugs: slug::Names,
    ids: HashSet<TaskId>,
    ticks: Vec<(TaskId, StepStatus, u32)>,
    /// The plan's description, by paragraph.
    text: Vec<String>,
}

impl Builder<'_> {
    /// Groups and tasks, in the order of the document.
    fn tasks_of(&mut self, index: usize) {
        match self.survey.roles[index] {
            Role::Group => {
                self.group(index);
                self.items(index, index);
            }
            Role::Part(group) => self.items(index, group),
            Role::Task => self.task(index),
            Role::Title => {
                let blocks = &self.outline.sections[index].blocks;
                if all_items(blocks).any(|item| item.boxed.is_some()) || self.survey.bullets[index] {
                    self.items(index, 0);
                }
            }
            Role::Notes | Role::Inside => {}
        }
    }

    /// What is neither: titles, goals, indexes, notes. It needs to know all tasks.
    fn rest_of(&mut self, index: usize) {
        let section = &self.outline.sections[index];
        match self.survey.roles[index] {
            Role::Title => {
                if index > 0 {
                    self.title(index);
                }
                if !self.groups.contains_key(&0) || !self.has_items(index) {
                    self.note_blocks(&section.blocks, false);
                }
            }
            Role::Notes => {
                let known = &mut self.slugs;
                if milestones::read(&mut self.draft, self.outline, &self.survey, index, known, self.base) {
                    return;
                }
                self.text.push(milestones::heading_line(section.level, &section.heading));
                self.note_blocks(&section.blocks, true);
            }
            Role::Group | Role::Part(_) | Role::Task | Role::Inside => {}
        }
    }

    fn has_items(&self, index: usize) -> bool {
        all_items(&self.outline.sections[index].blocks).any(|item| item.boxed.is_some())
            || self.survey.bullets[index]
    }

    fn title(&mut self, index: usize) {
        let heading = &self.outline.sections[index].heading;
        let plain = heading.replace("**", "");
        let title = marks::trim_marks(&plain).0.to_owned();
        self.draft.title = Some(if title.is_empty() { heading.clone() } else { title });
    }

    fn note_blocks(&mut self, blocks: &[Block], left_over: bool) {
        for block in blocks {
            self.declared(block);
            let ticks: Vec<_> = all_items(std::slice::from_ref(block)).filter_map(references::tick).collect();
            let merged: Vec<u32> =
                ticks.iter().filter(|(id, ..)| self.ids.contains(id)).map(|(.., line)| *line).collect();
            self.ticks.extend(ticks);
            for (line, text) in block.lines().filter(|(_, text)| !text.trim().is_empty()) {
                if let Some(id) = references::current(text) {
                    self.ticks.push((id, StepStatus::InProgress, line));
                }
                if left_over && !matches!(block.kind, BlockKind::Rule) && !merged.contains(&line) {
                    self.draft.report.left_over.push((line, text.to_owned()));
                }
            }
            if !matches!(block.kind, BlockKind::Rule) {
                self.text.push(block.raw.clone());
            }
        }
    }

    /// Totals: `**Total Tasks**: 30`, and the row of a table that begins with "Total".
    fn declared(&mut self, block: &Block) {
        let declared = &mut self.draft.declared;
        if let BlockKind::Table(rows) = &block.kind {
            let plain = |cell: &String| cell.replace("**", "").trim().to_owned();
            for row in rows
                .iter()
                .filter(|row| row.first().is_some_and(|c| plain(c).to_lowercase().starts_with("total")))
            {
                for cell in row.iter().skip(1).map(plain) {
                    declared.tasks = declared.tasks.or_else(|| cell.parse().ok());
                    declared.estimate = declared.estimate.or_else(|| estimates::whole(&cell));
                }
            }
            return;
        }
        for (_, line) in block.lines() {
            let Some(field) = fields::of_line(line) else { continue };
            if matches!(field.label.to_lowercase().as_str(), "total" | "total tasks" | "tasks") {
                let digits = field.value.split(|c: char| !c.is_ascii_digit()).next();
                declared.tasks = declared.tasks.or_else(|| digits.and_then(|d| d.parse().ok()));
            }
        }
    }

    /// The group of a section, made on first use. Section 0 stands for tasks in no group.
    fn group(&mut self, index: usize) -> usize {
        if let Some(&group) = self.groups.get(&index) {
            return group;
        }
        let mut group = DraftGroup::default();
        if index > 0 {
            let source = &self.outline.sections[index];
            let label = &self.survey.labels[index];
            group.key.clone_from(&label.key);
            group.line = source.line;
            group.title = group_title(label);
            group.estimate = label.estimate;
            group.priority = self.priority(label);
            group.declared_tasks = label.count;
            let mut said = label.left_out.clone();
            said.extend(label.paren.clone());
            said.extend(label.when.clone());
            section::describe(&mut group, &said.into_iter().take(8).collect::<Vec<_>>());
            if let Some((words, span)) = &label.window {
                group.due_window = Some(words.clone());
                group.due = self.base.and_then(|base| dates::end_of(*span, base));
            }
            let number = self.groups.len() + 1;
            group.slug = self.slugs.unique(&slug::slug(&group.title, &format!("group-{number}")));
        }
        self.draft.groups.push(group);
        let at = self.draft.groups.len() - 1;
        self.groups.insert(index, at);
        at
    }

    fn priority(&self, label: &Label) -> Option<Priority> {
        label.marks.iter().find_map(|mark| self.legend.get(mark).copied()).or(label.priority)
    }

    /// The items of a section that are tasks of `owner`'s group.
    fn items(&mut self, index: usize, owner: usize) {
        let group = self.group(owner);
        let outline = self.outline;
        let found = {
            let group = &mut self.draft.groups[group];
            if index != owner && index > 0 && self.survey.roles[index] != Role::Title {
                section::describe(group, &[format!("**{}**", outline.sections[index].heading)]);
            }
            section::read(group, &outline.sections[index].blocks, self.survey.bullets[index])
        };
        for source in found {
            let (mut task, label) = item::task_of(source);
            task.priority =
                self.legend_priority(&label).or(task.priority).or(self.draft.groups[group].priority);
            if index != owner && index > 0 && self.survey.roles[index] != Role::Title {
                fields::add(&mut task, "section", &self.survey.labels[index].title);
            }
            let id = label.key.as_deref().and_then(|key| self.id(key, group, source.line));
            self.draft.groups[group].tasks.push(DraftTask { id, line: source.line, task });
        }
    }

    fn legend_priority(&self, label: &Label) -> Option<Priority> {
        label.marks.iter().find_map(|mark| self.legend.get(mark).copied())
    }

    fn task(&mut self, index: usize) {
        let owner = self.outline.ancestors(index).find(|&a| self.survey.roles[a] != Role::Title).unwrap_or(0);
        let group = self.group(owner);
        let label = &self.survey.labels[index];
        let mut task = Task::default();
        read_title(&mut task, label);
        assignees::take_behind(&mut task);
        task.priority = self.priority(label);
        let mut reader = TaskReader::new(task);
        reader.blocks(&self.outline.sections[index].blocks, None);
        let inside: Vec<usize> = (index + 1..self.outline.sections.len())
            .take_while(|&i| self.survey.roles[i] == Role::Inside)
            .collect();
        for i in inside {
            let part = &self.outline.sections[i];
            reader.blocks(&part.blocks, Some(&part.heading));
        }
        let mut task = reader.finish();
        task.priority = task.priority.or(self.draft.groups[group].priority);
        let line = self.outline.sections[index].line;
        let id = label.key.clone().and_then(|key| self.id(&key, group, line));
        self.draft.groups[group].tasks.push(DraftTask { id, line, task });
    }

    /// The document's number as an id; where it is taken, with the group's number before it.
    fn id(&mut self, key: &str, group: usize, line: u32) -> Option<TaskId> {
        let id: TaskId = key.parse().ok()?;
        if self.ids.insert(id.clone()) {
            return Some(id);
        }
        let within =
            self.draft.groups[group].key.as_ref().and_then(|g| format!("{g}.{key}").parse::<TaskId>().ok());
        if let Some(id) = within.filter(|id| self.ids.insert(id.clone())) {
            return Some(id);
        }
        let message = format!("the number {key} is used twice; this task gets a new id");
        self.draft.warnings.push(Warning { line, message });
        None
    }

    fn finish(mut self) -> Draft {
        let ticks = std::mem::take(&mut self.ticks);
        references::merge(&mut self.draft, &ticks);
        let emptied: Vec<usize> =
            (0..self.draft.groups.len()).filter(|&g| self.draft.groups[g].tasks.is_empty()).collect();
        for &g in emptied.iter().rev() {
            let group = self.draft.groups.remove(g);
            self.text.push(format!("## {}\n\n{}", group.title, group.description));
            for milestone in &mut self.draft.milestones {
                milestone.groups.retain(|&i| i != g);
                milestone.groups.iter_mut().filter(|i| **i > g).for_each(|i| *i -= 1);
            }
        }
        if let Some(root) = self.draft.groups.iter_mut().find(|group| group.slug.is_empty()) {
            self.text.insert(0, std::mem::take(&mut root.description));
        }
        self.text.retain(|part| !part.trim().is_empty());
        self.draft.description = self.text.join("\n\n");
        self.draft
    }
}

fn group_title(label: &Label) -> String {
    let title = label.title.as_str();
    let bare = match &label.paren {
        Some(paren) => title
            .strip_suffix([')', ']', '）'])
            .and_then(|t| t.strip_suffix(paren.as_str()))
            .map_or(title, |t| t.trim_end_matches(['(', '[', '（']).trim_end()),
        None => title,
    };
    match (&label.key, bare.is_empty()) {
        (Some(key), true) => format!("{} {key}", label.word).trim().to_owned(),
        _ => bare.to_owned(),
    }
}

/// The day a document says it is from: "Last Updated", "Date", "Generated".
fn document_date(outline: &Outline) -> Option<Date> {
    let blocks = outline.sections.iter().flat_map(|section| &section.blocks);
    let lines = blocks.filter(|block| matches!(block.kind, BlockKind::Paragraph)).flat_map(Block::lines);
    let fields = lines.filter_map(|(_, line)| fields::of_line(line));
    let dated = |label: &str| {
        let label = label.to_lowercase();
        ["updated", "date", "generated", "created", "datum", "fecha", "stand"]
            .iter()
            .any(|word| label.contains(word))
            && !label.contains("due")
    };
    let mut found =
        fields.filter(|field| dated(&field.label)).filter_map(|field| dates::date_in(&field.value));
    found.next()
}

/// What coloured marks mean where the document says so: `🔴 High | 🟡 Medium | 🟢 Low`.
fn legend(outline: &Outline) -> HashMap<char, Priority> {
    let mut legend = HashMap::new();
    for section in &outline.sections {
        for (_, line) in section.blocks.iter().flat_map(Block::lines) {
            let parts: Vec<(char, Priority)> = line
                .split(['|', ',', ';', '·', '/'])
                .filter_map(|part| {
                    let at = part.find(|c| marks::priority_of_mark(c).is_some())?;
                    let (mark, rest) = (part[at..].chars().next()?, &part[at..]);
                    let words =
                        marks::trim_marks(rest).0.trim_start_matches(['=', ':', '-', '–', '—', ' ', '*']);
                    let named = marks::priority_of_words(words)?;
                    (words.split_whitespace().count() <= 3).then_some((mark, named))
                })
                .collect();
            if parts.len() >= 2 {
                for (mark, priority) in parts {
                    legend.entry(mark).or_insert(priority);
                }
            }
        }
    }
    let all = |mark: char| outline.sections.iter().any(|s| s.heading.contains(mark));
    if legend.is_empty() && all('🔴') && all('🟠') {
        legend.insert('🔴', Priority::Critical);
    }
    legend
}

/// Counts what became of the lines, once a draft is complete.
pub fn count(draft: &mut Draft) {
    let lines = |text: &str| text.lines().filter(|line| !line.trim().is_empty()).count();
    let mut report = std::mem::take(&mut draft.report);
    report.tasks = 0;
    (report.steps, report.fields) = (0, 0);
    report.notes =
        lines(&draft.description) + draft.milestones.iter().map(|m| lines(&m.description)).sum::<usize>();
    for group in &draft.groups {
        report.notes += lines(&group.description);
        for DraftTask { task, .. } in &group.tasks {
            report.tasks += 1;
            report.steps += task.steps.len();
            report.fields += task.fields.len()
                + usize::from(task.estimate.is_some())
                + usize::from(!task.files.is_empty())
                + usize::from(!task.assignees.is_empty())
                + usize::from(task.due.is_some())
                + usize::from(!task.depends.is_empty());
            report.notes += task.description.as_deref().map_or(0, lines);
            report.notes += task.steps.iter().map(|step| step.notes.len()).sum::<usize>();
        }
    }
    draft.report = report;
}
