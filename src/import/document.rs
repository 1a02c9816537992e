//! A Markdown document as an outline: sections with blocks, lists with items, each with its line.

use super::blocks::{Blocks, Top};
use super::front;
use crate::model::StepStatus;
use serde_json::Value;

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

/// Lines as one line.
pub fn one_line(text: &str) -> String {
    text.lines()
        .map(|line| line.trim().trim_end_matches('\\').trim_end())
        .filter(|line| !line.is_empty())
        .collect::<Vec<_>>()
        .join(" ")
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
}
