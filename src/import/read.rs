//! The way in: the format by name and content, the reading, the finishing touches.

use super::document::{self, Block, BlockKind, Outline};
use super::draft::{Draft, DraftGroup, DraftTask, ImportError, LossReport, Options, Warning};
use super::encoding::{self, Decoded};
use super::org::{self, Plain};
use super::record::{self, Key, Record};
use super::task::steps_of;
use super::{assignees, board, build, json, milestones, references, slug, table, tables, taskpaper, todotxt};
use crate::model::TaskId;
use camino::Utf8Path;
use std::collections::HashSet;

/// Reads one planning document. `name` is its file name: its ending tells the format, and messages name it.
pub fn read(name: &str, bytes: &[u8], options: &Options) -> Result<Draft, ImportError> {
    read_all(name, &[(name.to_owned(), bytes.to_vec())], options)
}

/// Reads several documents as one plan, such as a folder with a file for each task.
///
/// Tasks that stand in no group come together; groups of the same name stay apart.
pub fn read_all(name: &str, files: &[(String, Vec<u8>)], options: &Options) -> Result<Draft, ImportError> {
    let mut whole = Draft::default();
    for (file, bytes) in files {
        let mut draft = one(file, bytes, *options)?;
        if files.len() > 1 {
            draft
                .warnings
                .iter_mut()
                .for_each(|warning| warning.message = format!("{file}: {}", warning.message));
        }
        whole = if files.len() == 1 { draft } else { join(whole, draft) };
    }
    if whole.groups.iter().all(|group| group.tasks.is_empty()) {
        return Err(ImportError::NoTasks { name: name.to_owned() });
    }
    references::resolve(&mut whole);
    build::count(&mut whole);
    Ok(whole)
}

enum Format {
    Markdown,
    Org,
    TaskPaper,
    TodoTxt,
    Table,
    Json,
    JsonLines,
}

fn format(name: &str, text: &str) -> Format {
    let ending = Utf8Path::new(name).extension().unwrap_or_default().to_lowercase();
    match ending.as_str() {
        "md" | "markdown" | "mdx" => Format::Markdown,
        "org" => Format::Org,
        "taskpaper" => Format::TaskPaper,
        "txt" if matches!(stem(name), "todo" | "done") => Format::TodoTxt,
        "csv" | "tsv" => Format::Table,
        "json" => Format::Json,
        "jsonl" | "ndjson" => Format::JsonLines,
        _ if text.trim_start().starts_with(['{', '['])
            && serde_json::from_str::<serde_json::Value>(text).is_ok() =>
        {
            Format::Json
        }
        _ => Format::Markdown,
    }
}

/// `todo` for `lists/work.todo.txt`.
fn stem(name: &str) -> &str {
    let stem = Utf8Path::new(name).file_stem().unwrap_or(name);
    Utf8Path::new(stem).extension().unwrap_or(stem)
}

fn one(name: &str, bytes: &[u8], options: Options) -> Result<Draft, ImportError> {
    let Decoded { text, repaired_lines, warnings } = encoding::decode(bytes);
    if let Some(at) = text.find('\0') {
        let line = 1 + text[..at].matches('\n').count();
        return Err(ImportError::Binary { name: name.to_owned(), line });
    }
    let mut draft = match format(name, &text) {
        Format::Markdown => markdown(&text, options),
        Format::Org => org(&text, options),
        Format::TaskPaper => build::build(&document::parse(&taskpaper::markdown(&text)), options),
        Format::TodoTxt => todotxt::read(&text),
        Format::Table => table::read(name, &text)?,
        Format::Json => json::read(name, &text)?,
        Format::JsonLines => json::read_lines(name, &text)?,
    };
    board::apply(&mut draft);
    assignees::spread(&mut draft);
    draft.report.repaired_lines = repaired_lines;
    draft.warnings.splice(0..0, warnings);
    Ok(draft)
}

/// An Org file; one without keywords and boxes has its tasks in the headlines that hold no others.
fn org(text: &str, options: Options) -> Draft {
    let draft = build::build(&org::parse(text, Plain::Section), options);
    if draft.groups.iter().any(|group| !group.tasks.is_empty()) {
        return draft;
    }
    build::build(&org::parse(text, Plain::Leaf), options)
}

fn markdown(text: &str, options: Options) -> Draft {
    let mut outline = document::parse(text);
    let names_task = |key: Key| outline.front.iter().any(|(name, _)| record::key(name) == key);
    if names_task(Key::Title) && (names_task(Key::Id) || names_task(Key::Status)) {
        return single(&mut outline);
    }
    let mut draft = build::build(&outline, options);
    if draft.groups.iter().all(|group| group.tasks.is_empty()) {
        draft = tables::read(&outline).unwrap_or(draft);
    }
    let front: Vec<String> =
        outline.front.iter().map(|(name, value)| format!("- {name}: {}", record::text(value))).collect();
    if !front.is_empty() {
        draft.description = format!("{}\n\n{}", front.join("\n"), draft.description);
    }
    if let Some(last) = text.lines().last().filter(|_| !text.ends_with('\n')) {
        let words: String = last.trim().chars().take(60).collect();
        let ends = last.trim_end().ends_with(['.', '!', '?', '`', '*', '|', '>', ')', '-', '。']);
        if !ends {
            let message = format!("the document ends without a line feed after {words:?}; it may be cut off");
            draft.warnings.push(Warning { line: outline.lines, message });
        }
    }
    draft
}

/// A file that is one task: its front matter, its boxes as steps, the rest as its description.
fn single(outline: &mut Outline) -> Draft {
    let entries = std::mem::take(&mut outline.front);
    let (mut found, group) = record::task_of(Record { line: 1, group: None, entries }, Key::Group);
    let mut text: Vec<String> = found.task.description.take().into_iter().collect();
    for section in &outline.sections {
        if section.level > 0 {
            text.push(milestones::heading_line(section.level, &section.heading));
        }
        section.blocks.iter().for_each(|block| single_block(&mut found, block, &mut text));
    }
    if !text.is_empty() {
        found.task.description = Some(text.join("\n\n"));
    }
    let title = group.unwrap_or_default();
    let slug = if title.is_empty() { String::new() } else { slug::slug(&title, "group") };
    let group = DraftGroup { title, slug, tasks: vec![found], ..DraftGroup::default() };
    let report = LossReport { lines: outline.lines, ..LossReport::default() };
    Draft { groups: vec![group], report, ..Draft::default() }
}

fn single_block(found: &mut DraftTask, block: &Block, text: &mut Vec<String>) {
    let BlockKind::List(items) = &block.kind else {
        if !matches!(block.kind, BlockKind::Rule) {
            text.push(block.raw.clone());
        }
        return;
    };
    let mut kept = Vec::new();
    for item in items {
        if item.boxed.is_none() {
            kept.push(item.raw.as_str());
            continue;
        }
        let (mut steps, rest) = steps_of(item);
        for step in &mut steps {
            let number =
                step.text.strip_prefix('#').map(|t| t.trim_start_matches(|c: char| c.is_ascii_digit()));
            if let Some(words) = number.filter(|words| words.starts_with(' ')) {
                step.text = words.trim().into();
            }
        }
        found.task.steps.extend(steps);
        text.extend(rest);
    }
    if !kept.is_empty() {
        text.push(kept.join("\n"));
    }
}

/// Puts two drafts together.
fn join(mut a: Draft, b: Draft) -> Draft {
    let mut slugs: slug::Names = a.groups.iter().map(|g| g.slug.clone()).collect();
    let mut ids: HashSet<TaskId> =
        a.groups.iter().flat_map(|g| &g.tasks).filter_map(|t| t.id.clone()).collect();
    let mut places = Vec::new();
    for mut group in b.groups {
        for found in &mut group.tasks {
            if let Some(id) = found.id.take() {
                if ids.insert(id.clone()) {
                    found.id = Some(id);
                } else {
                    let message = format!("the id {id} is used twice; this task gets a new one");
                    a.warnings.push(Warning { line: found.line, message });
                }
            }
        }
        let root = a.groups.iter().position(|g| g.slug.is_empty() && group.slug.is_empty());
        if let Some(at) = root {
            a.groups[at].tasks.append(&mut group.tasks);
            places.push(at);
        } else {
            if !group.slug.is_empty() {
                group.slug = slugs.unique(&group.slug);
            }
            a.groups.push(group);
            places.push(a.groups.len() - 1);
        }
    }
    let mut names: slug::Names = a.milestones.iter().map(|m| m.slug.clone()).collect();
    for mut milestone in b.milestones {
        milestone.slug = names.unique(&milestone.slug);
        milestone.groups = milestone.groups.iter().filter_map(|&i| places.get(i).copied()).collect();
        a.milestones.push(milestone);
    }
    a.title = a.title.or(b.title);
    let texts = [a.description, b.description];
    a.description = texts.into_iter().filter(|text| !text.trim().is_empty()).collect::<Vec<_>>().join("\n\n");
    a.warnings.extend(b.warnings);
    a.report.lines += b.report.lines;
    a.report.repaired_lines += b.report.repaired_lines;
    a.report.left_over.extend(b.report.left_over);
    a.declared.tasks = a.declared.tasks.or(b.declared.tasks);
    a.declared.estimate = a.declared.estimate.or(b.declared.estimate);
    a
}
