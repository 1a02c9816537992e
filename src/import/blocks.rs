//! The blocks of Markdown, as its parser tells them apart.

use super::bullet::{checkbox, marker};
use super::document::{Block, BlockKind, Item, one_line};
use pulldown_cmark::{CodeBlockKind, Event, OffsetIter, Options, Parser, Tag};
use std::ops::Range;

/// How deep lists are taken apart. What nests deeper, which nobody writes by hand, stays the text that it is: each level has its
/// source, so the whole would take the square of the document.
pub(super) const MAX_NESTING: usize = 16;

/// What stands at the top of a document.
pub(super) enum Top {
    /// A heading as written, without `#`, with its level and its line.
    Heading { level: u8, heading: String, line: u32 },
    /// Anything else.
    Block(Block),
}

/// Turns the events of the parser into blocks. Whatever no block covers becomes a paragraph, so that
/// nothing the parser swallows (definitions of link targets, the text of tight items) is lost.
pub(super) struct Blocks<'a> {
    text: &'a str,
    start: usize,
    events: OffsetIter<'a>,
    line_starts: Vec<usize>,
    /// How many lists lie around what is read.
    depth: usize,
}

impl<'a> Blocks<'a> {
    /// Of what begins at `start`.
    pub fn new(text: &'a str, start: usize) -> Self {
        let line_starts = std::iter::once(0).chain(text.match_indices('\n').map(|(i, _)| i + 1)).collect();
        let events = Parser::new_ext(&text[start..], Options::ENABLE_TABLES).into_offset_iter();
        Self { text, start, events, line_starts, depth: 0 }
    }

    fn next(&mut self) -> Option<(Event<'a>, Range<usize>)> {
        let (event, range) = self.events.next()?;
        Some((event, range.start + self.start..range.end + self.start))
    }

    fn line_of(&self, at: usize) -> u32 {
        u32::try_from(self.line_starts.partition_point(|&start| start <= at)).unwrap_or(u32::MAX)
    }

    /// The whole document.
    pub fn top(mut self) -> Vec<Top> {
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

    /// The same with headings as text.
    pub fn blocks(mut self) -> Vec<Block> {
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
            Event::Start(Tag::List(_)) if self.depth < MAX_NESTING => BlockKind::List(self.items(&range)),
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
        self.depth += 1;
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
        self.depth -= 1;
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

    /// A list in a list in a list: neither the time nor the memory may be the square of the depth.
    #[test]
    fn lists_are_taken_apart_to_a_depth_and_nothing_of_the_rest_is_lost() {
        let levels = 600;
        let lines: Vec<String> =
            (0..levels).map(|level| format!("{}- item {level}\n", "  ".repeat(level))).collect();
        let text = lines.concat();
        let blocks = Blocks::new(&text, 0).blocks();
        let (mut depth, mut size) = (0, 0);
        let mut inner = &blocks;
        let rest = loop {
            let block = &inner[0];
            size += block.raw.len();
            let BlockKind::List(items) = &block.kind else { break &block.raw };
            assert_eq!((items.len(), items[0].text.as_str()), (1, format!("item {depth}").as_str()));
            depth += 1;
            inner = &items[0].blocks;
        };
        assert_eq!(depth, MAX_NESTING);
        assert!(rest.starts_with(&format!("- item {MAX_NESTING}\n  - item")), "{}", &rest[..60]);
        assert!((MAX_NESTING..levels).all(|level| rest.contains(&format!("- item {level}"))));
        assert!(size <= (MAX_NESTING + 1) * text.len());
    }
}
