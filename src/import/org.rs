//! Org files: headlines with TODO keywords are items with boxes, the others are sections.

use super::blocks::MAX_NESTING;
use super::document::{self, Block, BlockKind, Item, Outline, Section};
use super::{marks, org_text};
use crate::model::StepStatus;
use regex::Regex;
use std::collections::HashMap;
use std::sync::LazyLock;

static COOKIE: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"\s*\[(?:\d*/\d*|\d*%)\]").unwrap_or_else(|error| unreachable!("a constant pattern: {error}"))
});

/// What a headline without a keyword is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Plain {
    /// A section.
    Section,
    /// A task if no other headline lies in it: for files that use no keywords.
    Leaf,
}

/// Takes an Org file apart into the outline that Markdown has.
pub fn parse(text: &str, plain: Plain) -> Outline {
    let mut outline = Outline { lines: document::line_count(text), ..Outline::default() };
    outline.sections.push(Section::default());
    let keywords = Keywords::of(text);
    let levels: Vec<usize> =
        text.lines().filter_map(headline).map(|(stars, _)| stars).skip(1).chain([0]).collect();
    let mut below = levels.into_iter();
    let mut open: Vec<Open> = Vec::new();
    let mut body = Body::default();
    for (number, line) in (1..).zip(text.lines()) {
        let Some((stars, words)) = headline(line) else {
            if let Some(title) = line.strip_prefix("#+TITLE:").or_else(|| line.strip_prefix("#+title:")) {
                document::add_section(&mut outline.sections, 1, title.trim().to_owned(), number);
                continue;
            }
            body.push(line, number);
            continue;
        };
        body.flush(&mut open, &mut outline);
        let is_leaf = below.next().is_none_or(|next| next <= stars) && plain == Plain::Leaf;
        let state = keywords.state(words).map(|(state, rest)| (Some(state), rest));
        match state.or_else(|| is_leaf.then_some((None, words))) {
            Some((state, rest)) => {
                close(&mut open, stars, &mut outline);
                // Deeper ones stand beside each other.
                if let Some(deepest) = open.get(MAX_NESTING - 1).map(|open| open.level) {
                    close(&mut open, deepest, &mut outline);
                }
                let item = headline_item(rest, state.unwrap_or(StepStatus::Pending), number, line);
                let section = outline.sections.iter().rposition(|s| usize::from(s.level) <= stars);
                open.push(Open { level: stars, section: section.unwrap_or(0), item });
            }
            None if open.last().is_some_and(|open| open.level < stars) => {
                body.push(words, number);
                body.flush(&mut open, &mut outline);
            }
            None => {
                close(&mut open, 0, &mut outline);
                let level = u8::try_from(stars + 1).unwrap_or(u8::MAX);
                let (title, tags) = split_tags(words.trim());
                document::add_section(&mut outline.sections, level, without_cookies(title), number);
                if let (Some(section), Some(tags)) = (outline.sections.last_mut(), tags) {
                    section.blocks.push(paragraph(number, tags_line(tags)));
                }
            }
        }
    }
    body.flush(&mut open, &mut outline);
    close(&mut open, 0, &mut outline);
    outline
}

/// The stars of a headline and what follows them.
fn headline(line: &str) -> Option<(usize, &str)> {
    let stars = line.bytes().take_while(|&b| b == b'*').count();
    (stars > 0).then(|| Some((stars, line[stars..].strip_prefix(' ')?)))?
}

/// A headline that is an item, not yet complete.
struct Open {
    level: usize,
    /// The section that takes it, unless it lies in another item.
    section: usize,
    item: Item,
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

    fn flush(&mut self, open: &mut [Open], outline: &mut Outline) {
        let text = std::mem::take(&mut self.text);
        let (said, text) = org_text::markdown(&text);
        let said = (!said.is_empty()).then(|| paragraph(self.line, said.join("\n")));
        let blocks = said.into_iter().chain(document::blocks(&text, self.line));
        match (open.last_mut(), outline.sections.last_mut()) {
            (Some(open), _) => open.item.blocks.extend(blocks),
            (None, Some(section)) => section.blocks.extend(blocks),
            (None, None) => {}
        }
    }
}

fn paragraph(line: u32, raw: String) -> Block {
    Block { line, raw, kind: BlockKind::Paragraph }
}

/// Moves finished items into what they lie in: those of `level` and deeper.
fn close(open: &mut Vec<Open>, level: usize, outline: &mut Outline) {
    while open.last().is_some_and(|open| open.level >= level) {
        let Some(Open { section, item, .. }) = open.pop() else { return };
        let blocks = match open.last_mut() {
            Some(parent) => {
                parent.item.raw.push('\n');
                parent.item.raw.push_str(&item.raw);
                &mut parent.item.blocks
            }
            None => &mut outline.sections[section].blocks,
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

/// The words that begin a task: the usual ones, and those that the file declares.
struct Keywords<'a>(HashMap<&'a str, StepStatus>);

impl<'a> Keywords<'a> {
    /// Reads `#+TODO: OPEN … | DONE …`, wherever it stands; without a bar the last word alone means done.
    fn of(text: &'a str) -> Self {
        let mut words = HashMap::new();
        for line in text.lines() {
            let Some((key, list)) = line.trim_start().strip_prefix("#+").and_then(|l| l.split_once(':'))
            else {
                continue;
            };
            if !matches!(key.to_uppercase().as_str(), "TODO" | "SEQ_TODO" | "TYP_TODO") {
                continue;
            }
            let (open, done) = list.split_once('|').unwrap_or_else(|| {
                let list = list.trim_end();
                list.split_at(list.rfind(char::is_whitespace).unwrap_or(list.len()))
            });
            let names = |list: &'a str| list.split_whitespace().filter_map(|word| word.split('(').next());
            for word in names(open) {
                let state = usual(word).filter(|&state| !is_settled(state));
                words.entry(word).or_insert(state.unwrap_or(StepStatus::Pending));
            }
            for word in names(done) {
                let state = usual(word).filter(|&state| is_settled(state));
                words.entry(word).or_insert(state.unwrap_or(StepStatus::Completed));
            }
        }
        Self(words)
    }

    /// The state that a headline begins with, and the rest. A keyword alone is the name of a section.
    fn state<'t>(&self, headline: &'t str) -> Option<(StepStatus, &'t str)> {
        let (word, rest) = headline.trim_start().split_once(char::is_whitespace)?;
        let state = self.0.get(word).copied().or_else(|| usual(word))?;
        (!rest.trim().is_empty()).then_some((state, rest.trim()))
    }
}

fn is_settled(state: StepStatus) -> bool {
    matches!(state, StepStatus::Completed | StepStatus::Cancelled)
}

/// The keywords that people use without declaring them in the file.
fn usual(word: &str) -> Option<StepStatus> {
    Some(match word {
        "TODO" | "NEXT" | "LATER" | "MAYBE" | "SOMEDAY" | "IDEA" | "PROJ" => StepStatus::Pending,
        "DOING" | "START" | "INPROGRESS" | "NOW" | "STRT" | "PROG" => StepStatus::InProgress,
        "WAIT" | "HOLD" => StepStatus::Blocked,
        "KILL" => StepStatus::Cancelled,
        _ if word.contains(|c: char| c.is_lowercase()) => return None,
        _ => marks::status_of_words(word).filter(|&state| state != StepStatus::Pending)?,
    })
}

/// A headline without the counts of what is done in it, `[1/3]` or `[33%]`, which follow from what lies in it.
fn without_cookies(text: &str) -> String {
    COOKIE.replace_all(text, "").trim().to_owned()
}

/// The tags at the end of a headline: `:a:b:`.
fn split_tags(text: &str) -> (&str, Option<&str>) {
    match text.rsplit_once(char::is_whitespace) {
        Some((head, tags)) if tags.len() > 2 && tags.starts_with(':') && tags.ends_with(':') => {
            (head.trim_end(), Some(tags))
        }
        _ => (text, None),
    }
}

fn tags_line(tags: &str) -> String {
    format!("**Tags**: {}", tags.trim_matches(':').replace(':', ", "))
}

fn headline_item(text: &str, status: StepStatus, line: u32, raw: &str) -> Item {
    let mut item = Item { line, boxed: Some(status), raw: raw.to_owned(), ..Item::default() };
    let (priority, text) = match text.strip_prefix("[#").and_then(|t| t.split_once(']')) {
        Some(("A", rest)) => (Some("high"), rest),
        Some(("B", rest)) => (Some("medium"), rest),
        Some(("C", rest)) => (Some("low"), rest),
        _ => (None, text),
    };
    let (text, tags) = split_tags(text.trim());
    item.text = without_cookies(text);
    let mut said = Vec::new();
    said.extend(priority.map(|word| format!("**Priority**: {word}")));
    said.extend(tags.map(tags_line));
    if !said.is_empty() {
        item.blocks.push(paragraph(line, said.join("\n")));
    }
    item
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn headlines_nest_to_a_depth_and_stand_beside_each_other_then() {
        let lines: Vec<String> =
            (1..100).map(|stars| format!("{} TODO item {stars}\n", "*".repeat(stars))).collect();
        let outline = parse(&lines.concat(), Plain::Leaf);
        let (mut depth, mut blocks, mut beside) = (0, &outline.sections[0].blocks, 0);
        while let Some(Block { kind: BlockKind::List(items), .. }) = blocks.first() {
            (depth, beside) = (depth + 1, items.len());
            blocks = &items[0].blocks;
        }
        assert_eq!((depth, beside), (MAX_NESTING, 99 - MAX_NESTING + 1));
    }

    #[test]
    fn headlines_with_keywords_are_items_that_nest() {
        let outline = parse(
            "#+TITLE: T\n* Docs\n** TODO [#A] Write :x:y:\ntext\n*** DONE Part\n** DONE Read\n* Rest\nwords\n",
            Plain::Section,
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

    fn states(text: &str) -> Vec<(String, Option<StepStatus>)> {
        let outline = parse(text, Plain::Section);
        let items = outline.sections.iter().flat_map(|s| &s.blocks).filter_map(|block| match &block.kind {
            BlockKind::List(items) => Some(items),
            _ => None,
        });
        items.flatten().map(|item| (item.text.clone(), item.boxed)).collect()
    }

    #[test]
    fn keywords_are_the_usual_ones_and_those_of_the_file() {
        let text = "#+TODO: TODO(t) REVIEW(r!) | SHIPPED(s@) WONTDO\n#+SEQ_TODO: IDEA LIVE\n* REVIEW a\n* SHIPPED b\n\
            * WONTDO c\n* IDEA d\n* LIVE e\n* WAITING f\n* COMPLETE g\n* Todo h\n* NEW i\n";
        let expected = [
            ("a", StepStatus::InProgress),
            ("b", StepStatus::Completed),
            ("c", StepStatus::Cancelled),
            ("d", StepStatus::Pending),
            ("e", StepStatus::Completed),
            ("f", StepStatus::Blocked),
            ("g", StepStatus::Completed),
        ];
        assert_eq!(states(text), expected.map(|(text, state)| (text.to_owned(), Some(state))));
    }

    #[test]
    fn a_task_beside_a_section_is_not_in_it_and_counts_are_no_title() {
        let outline =
            parse("* Docs [1/2] :x:\n** TODO Write [0%]\n* TODO Rest\n* DONE\n** DONE y\n", Plain::Section);
        let headings: Vec<_> =
            outline.sections.iter().map(|s| (s.heading.as_str(), s.blocks.len())).collect();
        assert_eq!(headings, [("", 1), ("Docs", 2), ("DONE", 1)]);
        assert_eq!(outline.sections[1].blocks[0].raw, "**Tags**: x");
        let BlockKind::List(items) = &outline.sections[1].blocks[1].kind else { panic!("a list") };
        assert_eq!((items.len(), items[0].text.as_str()), (1, "Write"));
    }

    #[test]
    fn without_keywords_the_headlines_that_hold_none_are_tasks() {
        let outline = parse("* Keys\n** One\n** Two\ntext\n* Tabs\n", Plain::Leaf);
        let headings: Vec<_> = outline.sections.iter().map(|s| s.heading.as_str()).collect();
        assert_eq!(headings, ["", "Keys"]);
        let BlockKind::List(items) = &outline.sections[1].blocks[0].kind else { panic!("a list") };
        assert_eq!(items.iter().map(|item| item.text.as_str()).collect::<Vec<_>>(), ["One", "Two"]);
    }
}
