//! Which sections are groups, which are tasks, and which are neither: the rules of reading a plan.

use super::document::{Block, BlockKind, Item, Outline};
use super::label::{self, Kind, Label};
use super::roles::{self, Purpose};
use super::{board, fields, marks};
use std::collections::HashSet;

/// What a section is in the plan.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Role {
    /// Text of the plan.
    Notes,
    /// The document's title, or the document itself.
    Title,
    /// A group of tasks.
    Group,
    /// A task.
    Task,
    /// Part of the task above it.
    Inside,
    /// A heading within a group that does not divide it; the index is the group's section.
    Part(usize),
}

/// The roles of all sections of a document.
#[derive(Debug)]
pub struct Survey {
    /// By section.
    pub roles: Vec<Role>,
    /// By section; the document itself has an empty one.
    pub labels: Vec<Label>,
    /// By section: whether its items without a box are tasks.
    pub bullets: Vec<bool>,
    /// By section: the purpose that its words, or those of a section around it, give it.
    pub purposes: Vec<Option<Purpose>>,
    /// The section that holds the document's title, if one does.
    pub title: Option<usize>,
}

impl Survey {
    /// Reads the headings of a document. If no task is found outside sections that repeat or explain,
    /// those are searched too.
    pub fn new(outline: &Outline) -> Self {
        let strict = Self::with_purposes(outline, true);
        if strict.has_tasks(outline) {
            return strict;
        }
        let lenient = Self::with_purposes(outline, false);
        if lenient.has_tasks(outline) { lenient } else { strict }
    }

    fn with_purposes(outline: &Outline, strict: bool) -> Self {
        let labels: Vec<Label> = outline
            .sections
            .iter()
            .enumerate()
            .map(|(i, section)| if i == 0 { Label::default() } else { label::heading(&section.heading) })
            .collect();
        let count = outline.sections.len();
        let title = title_section(outline, &labels);
        let mut survey = Self {
            roles: vec![Role::Notes; count],
            bullets: vec![false; count],
            purposes: vec![None; count],
            labels,
            title,
        };
        survey.roles[0] = Role::Title;
        if let Some(title) = title {
            survey.roles[title] = Role::Title;
        }
        if strict {
            survey.find_purposes(outline);
        }
        survey.find_task_headings(outline);
        survey.find_groups(outline);
        survey.find_plain_lists(outline);
        survey
    }

    fn has_tasks(&self, outline: &Outline) -> bool {
        self.roles.contains(&Role::Task)
            || (0..self.roles.len()).any(|i| {
                let section = &outline.sections[i];
                match self.roles[i] {
                    Role::Group | Role::Part(_) | Role::Title => {
                        open_items(&section.blocks).any(|item| item.boxed.is_some() || self.bullets[i])
                    }
                    _ => false,
                }
            })
    }

    /// A labelled heading speaks for itself; a purpose otherwise holds for all that lies below.
    fn find_purposes(&mut self, outline: &Outline) {
        let is_board = self.is_board(outline);
        for i in 1..self.roles.len() {
            if self.roles[i] == Role::Title {
                continue;
            }
            let inherited = outline.sections[i].parent.and_then(|parent| self.purposes[parent]);
            let own = match self.labels[i].kind {
                Kind::Plain if is_board && board::is_column(&self.labels[i].title) => None,
                Kind::Plain => roles::purpose(&self.labels[i].title),
                _ => None,
            };
            self.purposes[i] = match (inherited, self.labels[i].kind) {
                (Some(Purpose::Explains), Kind::Task | Kind::Group) => None,
                (Some(Purpose::Explains), Kind::Plain) => own.or(inherited),
                (Some(_), _) => inherited,
                (None, _) => own,
            };
        }
    }

    /// Whether the sections with lists are columns that mean different states, and none is anything else but an explanation.
    fn is_board(&self, outline: &Outline) -> bool {
        let listed =
            (1..self.roles.len()).filter(|&i| all_items(&outline.sections[i].blocks).next().is_some());
        let (columns, others): (Vec<usize>, Vec<usize>) =
            listed.partition(|&i| board::is_column(&self.labels[i].title));
        let states = columns.iter().map(|&i| marks::status_of_words(&self.labels[i].title));
        let kinds: HashSet<_> = states.flatten().map(marks::file_status).collect();
        kinds.len() > 1 && others.iter().all(|&i| roles::purpose(&self.labels[i].title).is_some())
    }

    fn find_task_headings(&mut self, outline: &Outline) {
        let count = self.roles.len();
        let mut is_task = vec![false; count];
        for i in (1..count).rev() {
            if self.roles[i] == Role::Title || self.labels[i].count.is_some() {
                continue;
            }
            let above_tasks = outline.descendants(i).any(|j| is_task[j]);
            is_task[i] = match self.labels[i].kind {
                Kind::Task => !above_tasks && !self.is_hidden(i),
                Kind::Number => self.number_is_task(outline, i) && !self.divides(outline, i, &is_task),
                Kind::Plain => {
                    !above_tasks && self.purposes[i].is_none() && fields_of(&outline.sections[i].blocks) >= 2
                }
                Kind::Group => false,
            };
        }
        self.leave_explanations(outline, &mut is_task);
        self.tasks_below_phases(outline, &mut is_task);
        for i in 1..count {
            let inside = outline.ancestors(i).any(|a| is_task[a]);
            if inside {
                self.roles[i] = Role::Inside;
            } else if is_task[i] {
                self.roles[i] = Role::Task;
            }
        }
    }

    fn is_hidden(&self, i: usize) -> bool {
        matches!(self.purposes[i], Some(Purpose::Repeats | Purpose::Criteria))
    }

    /// Whether a numbered heading is a task: below a heading that groups, or with the fields of a task.
    fn number_is_task(&self, outline: &Outline, i: usize) -> bool {
        let section = &outline.sections[i];
        if self.purposes[i].is_some() {
            return false;
        }
        let nested = outline.ancestors(i).any(|a| self.roles[a] != Role::Title);
        let has_content = !section.blocks.is_empty() || outline.descendants(i).next().is_some();
        let key = self.labels[i].key.as_deref().unwrap_or("");
        let own_items = open_items(&section.blocks)
            .any(|item| label::item(&item.text).key.is_some_and(|k| is_below(&k, key)));
        !own_items && (nested && has_content || fields_of(&section.blocks) >= 2)
    }

    /// Whether the tasks below a numbered heading make it a group: labelled ones, or its own numbers continued.
    fn divides(&self, outline: &Outline, i: usize, is_task: &[bool]) -> bool {
        let key = self.labels[i].key.as_deref().unwrap_or("");
        outline.descendants(i).filter(|&j| is_task[j]).any(|j| {
            let label = &self.labels[j];
            label.kind == Kind::Task
                || label.kind == Kind::Number && label.key.as_deref().is_some_and(|k| is_below(k, key))
                || fields_of(&outline.sections[j].blocks) >= 2
        })
    }

    /// Where other sections have boxes, numbered headings side by side that hold no box, no field and no state number
    /// what is explained, not what is to be done.
    fn leave_explanations(&self, outline: &Outline, is_task: &mut [bool]) {
        let numbered = |i: usize| self.labels[i].kind == Kind::Number;
        let whole = |i: usize| std::iter::once(i).chain(outline.descendants(i));
        let boxed = |i: usize| all_items(&outline.sections[i].blocks).any(|item| item.boxed.is_some());
        let tells = |i: usize| {
            self.labels[i].status.is_some()
                || self.labels[i].estimate.is_some()
                || self.labels[i].priority.is_some()
                || whole(i).any(|j| boxed(j) || fields_of(&outline.sections[j].blocks) > 0)
        };
        let elsewhere = (1..is_task.len()).any(|i| {
            let inside = is_task[i] || outline.ancestors(i).any(|a| is_task[a]);
            !inside
                && self.purposes[i].is_none()
                && open_items(&outline.sections[i].blocks).any(|item| item.boxed.is_some())
        });
        if !elsewhere {
            return;
        }
        let candidates: Vec<usize> = (1..is_task.len()).filter(|&i| is_task[i] && numbered(i)).collect();
        for &i in &candidates {
            let parent = outline.sections[i].parent;
            let mut siblings = candidates.iter().filter(|&&j| outline.sections[j].parent == parent);
            if !siblings.any(|&j| tells(j)) {
                is_task[i] = false;
            }
        }
    }

    /// In a document without boxes, plain headings with lists under a phase are its tasks.
    fn tasks_below_phases(&self, outline: &Outline, is_task: &mut [bool]) {
        let boxes = outline.sections.iter().any(|s| open_items(&s.blocks).any(|item| item.boxed.is_some()));
        if boxes || is_task.contains(&true) {
            return;
        }
        for (i, task) in is_task.iter_mut().enumerate().skip(1) {
            let phase = outline.sections[i].parent.filter(|&p| self.labels[p].kind == Kind::Group);
            *task = phase.is_some_and(|p| all_items(&outline.sections[p].blocks).next().is_none())
                && self.labels[i].kind == Kind::Plain
                && self.purposes[i].is_none()
                && all_items(&outline.sections[i].blocks).next().is_some();
        }
    }

    fn find_groups(&mut self, outline: &Outline) {
        let known: HashSet<&str> = (0..self.roles.len())
            .filter(|&i| self.roles[i] == Role::Task)
            .filter_map(|i| self.labels[i].key.as_deref())
            .collect();
        let mut groups = Vec::new();
        let mut parts = Vec::new();
        for i in 1..self.roles.len() {
            match self.roles[i] {
                Role::Task => groups.extend(outline.ancestors(i).find(|&a| self.roles[a] != Role::Title)),
                Role::Notes if !self.is_hidden(i) => {
                    let boxed: Vec<&Item> =
                        open_items(&outline.sections[i].blocks).filter(|item| item.boxed.is_some()).collect();
                    let repeats = boxed.iter().all(|item| refers(&item.text, &known));
                    if boxed.is_empty() || repeats {
                        continue;
                    }
                    let phase = outline.ancestors(i).find(|&a| self.labels[a].kind == Kind::Group);
                    let labelled = boxed.iter().all(|item| label::item(&item.text).key.is_some());
                    match phase.filter(|_| labelled && self.labels[i].kind == Kind::Plain) {
                        Some(phase) => parts.push((i, phase)),
                        None => groups.push(i),
                    }
                }
                _ => {}
            }
        }
        for (i, phase) in parts {
            self.roles[i] = Role::Part(phase);
            groups.push(phase);
        }
        for i in groups {
            self.roles[i] = Role::Group;
        }
    }

    /// Lists whose plain items are the tasks: under headings that count their tasks, and, where nothing
    /// else in the document is a task, under headings that announce tasks, else under any.
    fn find_plain_lists(&mut self, outline: &Outline) {
        let candidates = |survey: &Self, i: usize| {
            survey.roles[i] == Role::Notes
                && survey.purposes[i].is_none()
                && all_items(&outline.sections[i].blocks).next().is_some()
        };
        for i in 1..self.roles.len() {
            if candidates(self, i) && self.labels[i].count.is_some() {
                self.roles[i] = Role::Group;
                self.bullets[i] = true;
            }
        }
        if self.has_tasks(outline) {
            self.find_sister_lists(outline);
            return;
        }
        let announced = |survey: &Self, i: usize| {
            survey.labels[i].kind != Kind::Plain || roles::announces_steps(&survey.labels[i].title)
        };
        let all: Vec<usize> = (1..self.roles.len()).filter(|&i| candidates(self, i)).collect();
        let some: Vec<usize> = all
            .iter()
            .copied()
            .filter(|&i| {
                announced(self, i)
                    || outline.ancestors(i).any(|a| announced(self, a) && a != self.title.unwrap_or(0))
            })
            .collect();
        let chosen = if some.is_empty() { all } else { some };
        for &i in &chosen {
            self.roles[i] = Role::Group;
            self.bullets[i] = true;
        }
        if chosen.is_empty() {
            for i in std::iter::once(0).chain(self.title) {
                self.bullets[i] = all_items(&outline.sections[i].blocks).next().is_some();
            }
        }
    }
}

impl Survey {
    /// Plain lists under a phase, where the tasks of another phase of that name are boxes.
    fn find_sister_lists(&mut self, outline: &Outline) {
        let boxed: HashSet<String> = (1..self.roles.len())
            .filter(|&i| self.roles[i] == Role::Group && self.labels[i].kind == Kind::Group)
            .filter(|&i| open_items(&outline.sections[i].blocks).any(|item| item.boxed.is_some()))
            .map(|i| self.labels[i].word.clone())
            .collect();
        // A phase that is named again with plain items says again what its boxes say.
        let read: HashSet<_> = (1..self.roles.len())
            .filter(|&i| matches!(self.roles[i], Role::Group | Role::Task))
            .filter_map(|i| Some((self.labels[i].word.clone(), self.labels[i].key.clone()?)))
            .collect();
        for i in 1..self.roles.len() {
            let label = &self.labels[i];
            let named = label.key.clone().map(|key| (label.word.clone(), key));
            let is_sister = label.kind == Kind::Group
                && boxed.contains(&label.word)
                && named.is_none_or(|named| !read.contains(&named));
            let has_list = all_items(&outline.sections[i].blocks).next().is_some();
            if self.roles[i] == Role::Notes && self.purposes[i].is_none() && is_sister && has_list {
                self.roles[i] = Role::Group;
                self.bullets[i] = true;
            }
        }
    }
}

/// `1.2` is below `1`; `12` is not.
fn is_below(key: &str, group: &str) -> bool {
    key.strip_prefix(group).is_some_and(|rest| rest.starts_with(['.', '-']))
}

/// The only heading of the first level, if it is the first and no task or group itself.
fn title_section(outline: &Outline, labels: &[Label]) -> Option<usize> {
    let first = outline.sections.get(1)?;
    let alone = outline.sections[2..].iter().all(|s| s.level > first.level);
    let plain = labels[1].kind == Kind::Plain || outline.sections.len() > 2;
    (alone && first.level == 1 && plain).then_some(1)
}

/// How many different fields that tell of a task stand directly in a section, before any line across the page:
/// behind one, documents end with words on themselves.
fn fields_of(blocks: &[Block]) -> usize {
    let mut seen = HashSet::new();
    for block in blocks.iter().take_while(|block| !matches!(block.kind, BlockKind::Rule)) {
        match &block.kind {
            BlockKind::Paragraph => {
                let lines = block.lines().filter_map(|(_, line)| fields::of_line(line)).filter(is_no_figure);
                seen.extend(lines.map(|field| field.label.to_lowercase()));
            }
            BlockKind::List(items) => {
                let lines =
                    items.iter().filter(|i| i.boxed.is_none()).filter_map(|i| fields::of_line(&i.text));
                let told = lines.filter(|field| {
                    !field.value.is_empty() && fields::meaning(&field.label) != fields::Meaning::Steps
                });
                seen.extend(told.map(|field| field.label.to_lowercase()));
            }
            _ => {}
        }
    }
    seen.iter().filter(|label| fields::tells_of_a_task(label)).count()
}

/// Whether a field is not one that counts tasks or steps, as in "Tasks: 24".
fn is_no_figure(field: &fields::Field) -> bool {
    fields::meaning(&field.label) != fields::Meaning::Steps
        || !field.value.starts_with(|c: char| c.is_ascii_digit())
}

/// Whether a label stands directly before a list: its text.
pub fn label_before(blocks: &[Block], list: usize) -> Option<String> {
    let before = blocks.get(list.checked_sub(1)?)?;
    if !matches!(before.kind, BlockKind::Paragraph) {
        return None;
    }
    let (_, line) = before.lines().last()?;
    let field = fields::of_line(line).filter(|field| field.value.is_empty()).map(|field| field.label);
    let colon = || {
        let plain = marks::trim_marks(line).0.strip_suffix([':', '：'])?;
        (plain.len() < 80).then(|| plain.trim_matches('*').to_owned())
    };
    field.or_else(|| fields::whole_bold(line).map(str::to_owned)).or_else(colon)
}

/// The items of all lists of a section.
pub fn all_items(blocks: &[Block]) -> impl Iterator<Item = &Item> {
    blocks.iter().flat_map(|block| match &block.kind {
        BlockKind::List(items) => items.as_slice(),
        _ => &[],
    })
}

/// The items of those lists that no label makes criteria.
pub fn open_items(blocks: &[Block]) -> impl Iterator<Item = &Item> {
    blocks.iter().enumerate().flat_map(|(index, block)| match &block.kind {
        BlockKind::List(items) if !is_criteria(blocks, index) => items.as_slice(),
        _ => &[],
    })
}

/// Whether the label before a list announces criteria.
pub fn is_criteria(blocks: &[Block], list: usize) -> bool {
    label_before(blocks, list).is_some_and(|label| roles::announces_criteria(&label))
}

/// Whether an item only names a task that has a heading of its own.
fn refers(text: &str, known: &HashSet<&str>) -> bool {
    let label = label::item(text);
    label.kind == Kind::Task && label.key.is_some_and(|key| known.contains(key.as_str()))
}
