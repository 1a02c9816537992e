//! A Markdown document as an outline: sections with blocks, lists with items, each with its line.

use super::front;
use crate::model::StepStatus;
use pulldown_cmark::{CodeBlockKind, Event, OffsetIter, Options, Parser, Tag};
use serde_json::Value;
use std::ops::Range;

/// A document taken apart. Section 0 is the document itself, before any heading.
#[derive(Debug, Default)]
pub struct Outline {
    /// What the front matter says.
    pub front: Vec<(String, Value)>,
    /// Sections in the order of the document.
    pub sections: Vec<Section>,
    /// How many lines the document has.
    pub lines: u32,
}

/// A heading and what stands under it, up to the next heading.
#[derive(Debug, Default)]
pub struct Section {
    /// 1 for `#`; 0 for the document itself.
    pub level: u8,
    /// The heading as written, without `#`.
    pub heading: String,
    /// The heading's line, from 1.
    pub line: u32,
    /// The section around it.
    pub parent: Option<usize>,
    /// What stands under the heading.
    pub blocks: Vec<Block>,
}

/// A paragraph, a list, a code block…
#[derive(Debug)]
pub struct Block {
    /// Its first line, from 1.
    pub line: u32,
    /// The source, without the indentation of what it lies in.
    pub raw: String,
    /// What it is.
    pub kind: BlockKind,
}

/// The kinds of blocks that rules look at.
#[derive(Debug)]
pub enum BlockKind {
    /// Lines of running text.
    Paragraph,
    /// A list.
    List(Vec<Item>),
    /// A fenced or indented code block.
    Code,
    /// A table, by rows; the first is the header.
    Table(Vec<Vec<String>>),
    /// A line across the page.
    Rule,
    /// Quotes, HTML.
    Other,
}

/// An item of a list.
#[derive(Debug, Default)]
pub struct Item {
    /// Its line, from 1.
    pub line: u32,
    /// The number of an ordered item.
    pub number: Option<u64>,
    /// The state of its checkbox, if it has one.
    pub boxed: Option<StepStatus>,
    /// `[ ]*`: a step that may be left out.
    pub optional: bool,
    /// Its first paragraph, on one line.
    pub text: String,
    /// What else lies in it.
    pub blocks: Vec<Block>,
    /// The source of the whole item, its marker included.
    pub raw: String,
}

impl Outline {
    /// The sections under `index`, at any depth.
    pub fn descendants(&self, index: usize) -> impl Iterator<Item = usize> + '_ {
        let level = self.sections[index].level;
        (index + 1..self.sections.len()).take_while(move |&i| self.sections[i].level > level)
    }

    /// The sections around `index`, the nearest first, the document itself left out.
    pub fn ancestors(&self, index: usize) -> impl Iterator<Item = usize> + '_ {
        std::iter::successors(self.sections[index].parent, |&i| self.sections[i].parent).filter(|&i| i > 0)
    }
}

impl Block {
    /// The lines of a paragraph with their numbers.
    pub fn lines(&self) -> impl Iterator<Item = (u32, &str)> {
        (self.line..).zip(self.raw.lines().map(|line| line.trim_end().trim_end_matches('\\').trim_end()))
    }
}

/// Takes a Markdown document apart.
pub fn parse(text: &str) -> Outline {
    let (front, body) = front::split(text);
    let mut outline = Outline { front, lines: line_count(text), ..Outline::default() };
    outline.sections.push(Section::default());
    for top in Blocks::new(text, body).top() {
        match top {
            Top::Heading { level, heading, line } => add_section(&mut outline.sections, level, heading, line),
            Top::Block(block) => {
                if let Some(section) = outline.sections.last_mut() {
                    section.blocks.push(block);
                }
            }
        }
    }
    outline
}

/// The blocks of a piece of Markdown whose first line is `line`; headings in it are kept as text.
pub fn blocks(text: &str, line: u32) -> Vec<Block> {
    let mut blocks = Blocks::new(text, 0).blocks();
    shift(&mut blocks, line.saturating_sub(1));
    blocks
}

fn shift(blocks: &mut [Block], by: u32) {
    for block in blocks {
        block.line += by;
        if let BlockKind::List(items) = &mut block.kind {
            for item in items {
                item.line += by;
                shift(&mut item.blocks, by);
            }
        }
    }
}

/// Appends a section below the nearest one before it of a lower level.
pub fn add_section(sections: &mut Vec<Section>, level: u8, heading: String, line: u32) {
    let parent = (0..sections.len()).rev().find(|&i| sections[i].level < level);
    sections.push(Section { level, heading, line, parent, blocks: Vec::new() });
}

/// How many lines a text has; a final line feed ends the last one.
pub fn line_count(text: &str) -> u32 {
    u32::try_from(text.lines().count()).unwrap_or(u32::MAX)
}

enum Top {
    Heading { level: u8, heading: String, line: u32 },
    Block(Block),
}

/// Turns the events of the parser into blocks. Whatever no block covers becomes a paragraph, so that
/// nothing the parser swallows (definitions of link targets, the text of tight items) is lost.
struct Blocks<'a> {
    text: &'a str,
    start: usize,
    events: OffsetIter<'a>,
    line_starts: Vec<usize>,
}

impl<'a> Blocks<'a> {
    fn new(text: &'a str, start: usize) -> Self {
        let line_starts = std::iter::once(0).chain(text.match_indices('\n').map(|(i, _)| i + 1)).collect();
        let events = Parser::new_ext(&text[start..], Options::ENABLE_TABLES).into_offset_iter();
        Self { text, start, events, line_starts }
    }

    fn next(&mut self) -> Option<(Event<'a>, Range<usize>)> {
        let (event, range) = self.events.next()?;
        Some((event, range.start + self.start..range.end + self.start))
    }

    fn line_of(&self, at: usize) -> u32 {
        u32::try_from(self.line_starts.partition_point(|&start| start <= at)).unwrap_or(u32::MAX)
    }

    fn top(mut self) -> Vec<Top> {
        let mut out = Vec::new();
        let mut cursor = self.start;
        while let Some((event, range)) = self.next() {
            out.extend(self.gap(cursor..range.start).map(Top::Block));
            cursor = cursor.max(range.end);
            let line = self.line_of(range.start);
            match event {
                Event::Start(Tag::Heading { level, .. }) => {
                    self.skip();
                    match self.heading(range.clone()) {
                        Some(heading) => out.push(Top::Heading { level: level as u8, heading, line }),
                        None => out.extend(self.gap(range).map(Top::Block)),
                    }
                }
                event => out.extend(self.block(event, range).map(Top::Block)),
            }
        }
        out.extend(self.gap(cursor..self.text.len()).map(Top::Block));
        out
    }

    fn blocks(mut self) -> Vec<Block> {
        self.container(0..self.text.len())
    }

    /// The text of a heading. A paragraph that a line of dashes only happens to follow is none:
    /// one of several lines, or one that begins with a label.
    fn heading(&self, range: Range<usize>) -> Option<String> {
        let source = self.text[range].trim();
        if source.starts_with('#') {
            return Some(source.trim_start_matches('#').trim().trim_end_matches('#').trim_end().to_owned());
        }
        let (text, _) = source.rsplit_once('\n')?;
        let text = text.trim();
        let label = text.starts_with("**") && text.contains(':');
        (!text.contains('\n') && !label).then(|| text.to_owned())
    }

    fn container(&mut self, range: Range<usize>) -> Vec<Block> {
        let mut out = Vec::new();
        let mut cursor = range.start;
        while let Some((event, inner)) = self.next() {
            let is_block = match &event {
                Event::End(_) => break,
                Event::Start(tag) => is_block(tag),
                Event::Rule => true,
                _ => false,
            };
            if !is_block {
                if matches!(event, Event::Start(_)) {
                    self.skip();
                }
                continue;
            }
            out.extend(self.gap(cursor..inner.start));
            cursor = cursor.max(inner.end);
            // The first paragraph of an item of a loose list begins with its box, which has been read.
            out.extend(self.block(event, inner.start.max(range.start)..inner.end));
        }
        out.extend(self.gap(cursor..range.end));
        out
    }

    fn block(&mut self, event: Event<'a>, range: Range<usize>) -> Option<Block> {
        let line = self.line_of(range.start);
        let mut raw = self.dedented(range.clone());
        if matches!(event, Event::Start(Tag::CodeBlock(CodeBlockKind::Indented))) {
            raw = indented(&raw);
        }
        let kind = match event {
            Event::Rule => BlockKind::Rule,
            Event::Start(Tag::List(_)) => BlockKind::List(self.items(&range)),
            Event::Start(tag) => {
                self.skip();
                match tag {
                    Tag::Paragraph => BlockKind::Paragraph,
                    Tag::CodeBlock(_) => BlockKind::Code,
                    Tag::Table(_) => BlockKind::Table(rows(&raw)),
                    _ => BlockKind::Other,
                }
            }
            _ => return self.gap(range),
        };
        Some(Block { line, raw, kind })
    }

    fn items(&mut self, list: &Range<usize>) -> Vec<Item> {
        let mut items: Vec<Item> = Vec::new();
        let mut cursor = list.start;
        while let Some((Event::Start(_), range)) = self.next() {
            self.between_items(&mut items, cursor..range.start);
            cursor = range.end;
            let source = &self.text[range.clone()];
            let head = marker(source);
            let (boxed, optional, length) = checkbox(&source[head.length..]);
            let mut blocks = self.container(range.start + head.length + length..range.end);
            let text = match blocks.first() {
                Some(Block { kind: BlockKind::Paragraph, .. }) => one_line(&blocks.remove(0).raw),
                _ => String::new(),
            };
            items.push(Item {
                line: self.line_of(range.start + source.len() - source.trim_start().len()),
                number: head.number,
                boxed,
                optional,
                text,
                blocks,
                raw: self.dedented(range),
            });
        }
        self.between_items(&mut items, cursor..list.end);
        items
    }

    /// What the parser swallowed between two items belongs to the first.
    fn between_items(&self, items: &mut [Item], range: Range<usize>) {
        if let (Some(item), Some(block)) = (items.last_mut(), self.gap(range)) {
            item.raw.push('\n');
            item.raw.push_str(&block.raw);
            item.blocks.push(block);
        }
    }

    /// What lies between two blocks, as a paragraph.
    fn gap(&self, range: Range<usize>) -> Option<Block> {
        let source = self.text.get(range.clone())?;
        let start = range.start + source.len() - source.trim_start().len();
        if source.trim().is_empty() {
            return None;
        }
        let raw = self.dedented(start..range.end);
        Some(Block { line: self.line_of(start), raw, kind: BlockKind::Paragraph })
    }

    /// The source of `range`, its later lines moved left as far as its first begins.
    fn dedented(&self, range: Range<usize>) -> String {
        let line_start = self.text[..range.start].rfind('\n').map_or(0, |i| i + 1);
        let lead = &self.text[line_start..range.start];
        let column = lead.chars().count();
        let source = &self.text[range];
        let mut out = String::with_capacity(source.len());
        for (index, line) in source.trim_end().split('\n').enumerate() {
            if index == 0 {
                out.push_str(line);
                continue;
            }
            out.push('\n');
            let indent =
                line.chars().take(column).take_while(|c| c.is_whitespace()).map(char::len_utf8).sum();
            out.push_str(&line[indent..]);
        }
        out
    }

    /// Moves past the end of the element whose start was just read.
    fn skip(&mut self) {
        let mut depth = 1;
        while depth > 0 {
            match self.events.next() {
                Some((Event::Start(_), _)) => depth += 1,
                Some((Event::End(_), _)) => depth -= 1,
                Some(_) => {}
                None => return,
            }
        }
    }
}

/// An indented code block, whose range begins behind the indentation that makes it one.
fn indented(raw: &str) -> String {
    let lines =
        raw.lines().map(|line| if line.trim().is_empty() { String::new() } else { format!("    {line}") });
    lines.collect::<Vec<_>>().join("\n")
}

fn is_block(tag: &Tag<'_>) -> bool {
    matches!(
        tag,
        Tag::Paragraph
            | Tag::Heading { .. }
            | Tag::BlockQuote(_)
            | Tag::CodeBlock(_)
            | Tag::HtmlBlock
            | Tag::List(_)
            | Tag::Table(_)
            | Tag::FootnoteDefinition(_)
            | Tag::MetadataBlock(_)
    )
}

struct Marker {
    length: usize,
    number: Option<u64>,
}

/// The `- ` or `12. ` that an item begins with.
fn marker(source: &str) -> Marker {
    let lead = source.len() - source.trim_start().len();
    let rest = &source[lead..];
    let digits = rest.bytes().take_while(u8::is_ascii_digit).count();
    let sign = rest[digits..].chars().next().map_or(0, char::len_utf8);
    let after = digits + sign;
    let blanks = rest[after..].bytes().take_while(|&b| b == b' ' || b == b'\t').count();
    Marker { length: lead + after + blanks, number: rest[..digits].parse().ok() }
}

/// The `[x]` at the start of an item's text: its state, whether a star makes it optional, its length.
pub fn checkbox(text: &str) -> (Option<StepStatus>, bool, usize) {
    let none = (None, false, 0);
    let Some(rest) = text.strip_prefix('[') else { return none };
    let Some(sign) = rest.chars().next() else { return none };
    let (sign, inner) = if sign == ']' { (' ', 0) } else { (sign, sign.len_utf8()) };
    let Some(rest) = rest[inner..].strip_prefix(']') else { return none };
    let optional = rest.starts_with('*') && !rest.starts_with("**");
    let length = 2 + inner + usize::from(optional);
    let rest = &text[length..];
    if !rest.is_empty() && !rest.starts_with(char::is_whitespace) {
        return none;
    }
    let status = match sign {
        ' ' | '_' => StepStatus::Pending,
        'x' | 'X' | '✓' | '✔' | '✅' | '☑' => StepStatus::Completed,
        '-' | '~' | '/' | '.' | '>' | 'o' => StepStatus::InProgress,
        '!' => StepStatus::Blocked,
        '❌' | '✗' | '✘' => StepStatus::Cancelled,
        _ => return none,
    };
    (Some(status), optional, length + rest.len() - rest.trim_start_matches([' ', '\t']).len())
}

/// Lines as one line.
pub fn one_line(text: &str) -> String {
    text.lines()
        .map(|line| line.trim().trim_end_matches('\\').trim_end())
        .filter(|line| !line.is_empty())
        .collect::<Vec<_>>()
        .join(" ")
}

fn rows(raw: &str) -> Vec<Vec<String>> {
    let cells = |line: &str| -> Vec<String> {
        let line = line.trim().trim_start_matches('|');
        let line = line.strip_suffix('|').unwrap_or(line);
        line.replace("\\|", "\u{1}").split('|').map(|cell| cell.trim().replace('\u{1}', "|")).collect()
    };
    raw.lines().enumerate().filter(|(i, _)| *i != 1).map(|(_, line)| cells(line)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn items(block: &Block) -> &[Item] {
        match &block.kind {
            BlockKind::List(items) => items,
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn sections_nest_by_level_and_know_their_lines() {
        let outline = parse("# A\n\ntext\n\n### B #\n## C\n- x\n");
        let seen: Vec<_> =
            outline.sections.iter().map(|s| (s.level, s.heading.as_str(), s.line, s.parent)).collect();
        assert_eq!(
            seen,
            [(0, "", 0, None), (1, "A", 1, Some(0)), (3, "B", 5, Some(1)), (2, "C", 6, Some(1))]
        );
        assert_eq!(outline.lines, 7);
    }

    #[test]
    fn items_know_box_number_text_and_children() {
        let outline = parse(
            "- [x] done\n  more\n  - child\n\n    ```sh\n    # no heading\n    ```\n- [ ]* maybe\n3. three\n",
        );
        let blocks = &outline.sections[0].blocks;
        let first = items(&blocks[0]);
        assert_eq!((first[0].text.as_str(), first[0].boxed), ("done more", Some(StepStatus::Completed)));
        let child = &items(&first[0].blocks[0])[0];
        assert_eq!((child.text.as_str(), child.line), ("child", 3));
        assert_eq!(child.blocks[0].raw, "```sh\n# no heading\n```");
        assert!(first[1].optional);
        assert_eq!(items(&blocks[1])[0].number, Some(3));
    }

    #[test]
    fn a_box_is_no_text_whether_blank_lines_part_the_items_or_not() {
        for text in [
            "- [x] 1. One\n- [ ]* two\n",
            "- [x] 1. One\n\n- [ ]* two\n",
            "- [x] 1. One\n\n  more\n- [ ]* two\n",
        ] {
            let outline = parse(text);
            let seen = items(&outline.sections[0].blocks[0]);
            assert_eq!((seen[0].text.as_str(), seen[1].text.as_str()), ("1. One", "two"), "{text:?}");
            assert_eq!((seen[0].boxed, seen[1].optional), (Some(StepStatus::Completed), true), "{text:?}");
        }
    }

    #[test]
    fn a_paragraph_above_a_line_of_dashes_is_no_heading_if_it_is_a_label() {
        assert_eq!(parse("**Result**: ready\n---\n").sections.len(), 1);
        assert_eq!(parse("two\nlines\n---\n").sections.len(), 1);
        assert_eq!(parse("Phase 1\n---\n").sections.len(), 2);
    }

    #[test]
    fn what_the_parser_swallows_is_a_paragraph() {
        let outline = parse("# A\n\n[x]: https://example.com\n");
        assert_eq!(outline.sections[1].blocks[0].raw, "[x]: https://example.com");
    }

    #[test]
    fn boxes() {
        let status = |text: &str| checkbox(text).0;
        assert_eq!(status("[ ] a"), Some(StepStatus::Pending));
        assert_eq!(status("[] a"), Some(StepStatus::Pending));
        assert_eq!(status("[-] a"), Some(StepStatus::InProgress));
        assert_eq!(status("[P] a"), None);
        assert_eq!(status("[x](https://example.com)"), None);
        assert_eq!(status("[x]"), Some(StepStatus::Completed));
    }
}
