//! Org files: headlines with TODO keywords are items with boxes, the others are sections.

use super::document::{self, Block, BlockKind, Item, Outline, Section};
use crate::model::StepStatus;

/// Takes an Org file apart into the outline that Markdown has.
pub fn parse(text: &str) -> Outline {
    let mut outline = Outline { lines: document::line_count(text), ..Outline::default() };
    outline.sections.push(Section::default());
    let mut open: Vec<(usize, Item)> = Vec::new();
    let mut body = Body::default();
    for (number, line) in (1..).zip(text.lines()) {
        let stars = line.bytes().take_while(|&b| b == b'*').count();
        let headline = (stars > 0).then(|| line[stars..].strip_prefix(' ')).flatten();
        let Some(headline) = headline else {
            if let Some(title) = line.strip_prefix("#+TITLE:").or_else(|| line.strip_prefix("#+title:")) {
                document::add_section(&mut outline.sections, 1, title.trim().to_owned(), number);
                continue;
            }
            body.push(line, number);
            continue;
        };
        body.flush(&mut open, &mut outline);
        let state = headline.split_whitespace().next().and_then(keyword);
        match state {
            Some(status) => {
                close(&mut open, stars, &mut outline);
                let item = headline_item(headline, status, number, line);
                open.push((stars, item));
            }
            None if open.last().is_some_and(|(level, _)| *level < stars) => {
                body.push(headline, number);
                body.flush(&mut open, &mut outline);
            }
            None => {
                close(&mut open, 0, &mut outline);
                let level = u8::try_from(stars + 1).unwrap_or(u8::MAX);
                document::add_section(&mut outline.sections, level, headline.trim().to_owned(), number);
            }
        }
    }
    body.flush(&mut open, &mut outline);
    close(&mut open, 0, &mut outline);
    outline
}

/// Lines under a headline, up to the next.
#[derive(Default)]
struct Body {
    text: String,
    line: u32,
}

impl Body {
    fn push(&mut self, line: &str, number: u32) {
        if self.text.is_empty() {
            self.line = number;
        }
        self.text.push_str(line);
        self.text.push('\n');
    }

    fn flush(&mut self, open: &mut [(usize, Item)], outline: &mut Outline) {
        let text = std::mem::take(&mut self.text);
        let blocks = document::blocks(&text, self.line);
        match (open.last_mut(), outline.sections.last_mut()) {
            (Some((_, item)), _) => item.blocks.extend(blocks),
            (None, Some(section)) => section.blocks.extend(blocks),
            (None, None) => {}
        }
    }
}

/// Moves finished items into what they lie in: those of `level` and deeper.
fn close(open: &mut Vec<(usize, Item)>, level: usize, outline: &mut Outline) {
    while open.last().is_some_and(|(l, _)| *l >= level) {
        let Some((_, item)) = open.pop() else { return };
        let blocks = match open.last_mut() {
            Some((_, parent)) => {
                parent.raw.push('\n');
                parent.raw.push_str(&item.raw);
                &mut parent.blocks
            }
            None => match outline.sections.last_mut() {
                Some(section) => &mut section.blocks,
                None => return,
            },
        };
        append(blocks, item);
    }
}

fn append(blocks: &mut Vec<Block>, item: Item) {
    if let Some(Block { kind: BlockKind::List(items), raw, .. }) = blocks.last_mut() {
        raw.push('\n');
        raw.push_str(&item.raw);
        items.push(item);
        return;
    }
    blocks.push(Block { line: item.line, raw: item.raw.clone(), kind: BlockKind::List(vec![item]) });
}

fn keyword(word: &str) -> Option<StepStatus> {
    Some(match word {
        "TODO" | "NEXT" | "LATER" | "MAYBE" => StepStatus::Pending,
        "DOING" | "STARTED" | "INPROGRESS" | "IN-PROGRESS" | "NOW" | "STRT" | "PROG" => {
            StepStatus::InProgress
        }
        "WAIT" | "WAITING" | "HOLD" | "BLOCKED" => StepStatus::Blocked,
        "DONE" => StepStatus::Completed,
        "CANCELLED" | "CANCELED" | "KILL" => StepStatus::Cancelled,
        _ => return None,
    })
}

fn headline_item(headline: &str, status: StepStatus, line: u32, raw: &str) -> Item {
    let text = headline.split_once(' ').map_or("", |(_, rest)| rest).trim();
    let mut item = Item { line, boxed: Some(status), raw: raw.to_owned(), ..Item::default() };
    let (priority, text) = match text.strip_prefix("[#").and_then(|t| t.split_once(']')) {
        Some(("A", rest)) => (Some("high"), rest),
        Some(("B", rest)) => (Some("medium"), rest),
        Some(("C", rest)) => (Some("low"), rest),
        _ => (None, text),
    };
    let (text, tags) = match text.rsplit_once(" :") {
        Some((head, tags)) if tags.ends_with(':') && !tags.contains(' ') => (head, Some(tags)),
        _ => (text, None),
    };
    text.trim().clone_into(&mut item.text);
    let mut said = Vec::new();
    said.extend(priority.map(|word| format!("**Priority**: {word}")));
    said.extend(tags.map(|tags| format!("**Tags**: {}", tags.trim_matches(':').replace(':', ", "))));
    if !said.is_empty() {
        item.blocks.push(Block { line, raw: said.join("\n"), kind: BlockKind::Paragraph });
    }
    item
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn headlines_with_keywords_are_items_that_nest() {
        let outline = parse(
            "#+TITLE: T\n* Docs\n** TODO [#A] Write :x:y:\ntext\n*** DONE Part\n** DONE Read\n* Rest\nwords\n",
        );
        let headings: Vec<_> = outline.sections.iter().map(|s| s.heading.as_str()).collect();
        assert_eq!(headings, ["", "T", "Docs", "Rest"]);
        let BlockKind::List(items) = &outline.sections[2].blocks[0].kind else { panic!("a list") };
        assert_eq!(items.len(), 2);
        assert_eq!((items[0].text.as_str(), items[0].line), ("Write", 3));
        assert_eq!(items[0].blocks[0].raw, "**Priority**: high\n**Tags**: x, y");
        assert!(matches!(&items[0].blocks[2].kind, BlockKind::List(nested) if nested[0].text == "Part"));
        assert_eq!(items[1].boxed, Some(StepStatus::Completed));
    }
}
