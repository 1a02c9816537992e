//! Reports as entries of a changelog, each kept once.
//!
//! An entry is a section of level two, or of level one where the others are. Below its heading stands a comment that shows nothing and says which report it is,
//! what it was made of, and a digest of its text: by that an entry is found again, and one that somebody has edited is told
//! from one that may be made anew.

use crate::model::Version;
use crate::view::markdown;
use pulldown_cmark::{Event, HeadingLevel, Options, Parser, Tag};
use std::ops::Range;

/// How every comment of an entry begins.
const MARK: &str = "<!-- tasks report ";

/// What a new changelog begins with.
const PREAMBLE: &str = "# Changelog\n";

/// A report as an entry.
#[derive(Debug, Clone, Copy)]
pub struct Entry<'a> {
    /// The version; `Unreleased` where there is none yet.
    pub key: &'a str,
    /// What it covers.
    pub range: &'a str,
    /// The object id of the plan's revision.
    pub plan: &'a str,
    /// The object id of the tip.
    pub tip: &'a str,
    /// The document: Markdown that begins with a heading of level two.
    pub text: &'a str,
}

/// Why there can be no entry.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ChangelogError {
    /// The document is none.
    #[error(
        "an entry of a changelog begins with a heading of level two, such as `## 1.2.0`; this one with {0:?}"
    )]
    NoHeading(String),
    /// Whatever is put there is no section.
    #[error(
        "a code block or a comment of the changelog does not end, and an entry would lie within it: close it first"
    )]
    Unclosed,
}

/// What became of a changelog.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Prepended {
    /// The entry is there already.
    Unchanged,
    /// The new text of the file.
    Written(String),
    /// The new text of the file, in which the entry for what was unreleased stays as well, since somebody has edited it.
    Beside(String),
    /// The entry was edited, or written, by hand, and is left alone.
    Edited {
        /// Whether it was made of something else than the report tells today.
        stale: bool,
    },
}

/// A section of level two, or one of level one that is a version's.
struct Section {
    /// The whole of it.
    place: Range<usize>,
    /// Where the text below the heading begins.
    body: usize,
    /// What its heading names.
    name: Name,
    /// How the heading is written.
    style: Style,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Name {
    Unreleased,
    Version(Version),
    Other(String),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Style {
    /// Whether it has the version in brackets.
    brackets: bool,
    /// Whether it has a `v` before it.
    v: bool,
    /// Whether it is of level one.
    first: bool,
}

impl Entry<'_> {
    /// The document with its comment below the heading.
    pub fn marked(&self) -> Result<String, ChangelogError> {
        let (heading, body) = self.split()?;
        Ok(format!("{heading}\n{}\n\n{}\n", self.mark(body), body.trim()))
    }

    /// Whether a file has this entry, made of what the report tells today.
    pub fn is_current(&self, file: &str) -> bool {
        let Ok((_, body)) = self.split() else { return false };
        let found =
            sections(file).into_iter().find(|s| mark_of(file, s).is_some_and(|mark| self.is_own(mark)));
        found.and_then(|section| digest_in(mark_of(file, &section)?)) == Some(digest(body).as_str())
    }

    /// Puts the entry into a changelog: in the place of the one that is there, else below the preamble and what is
    /// unreleased, above the first older version. An entry that was edited is only replaced if `replace` says so.
    pub fn prepend(&self, file: &str, replace: bool) -> Result<Prepended, ChangelogError> {
        let (_, body) = self.split()?;
        let all = sections(file);
        let own = |section: &&Section| mark_of(file, section).is_some_and(|mark| self.is_own(mark));
        let wanted = name(self.key).0;
        let found = all.iter().find(own).or_else(|| all.iter().find(|section| section.name == wanted));
        if let Some(section) = found {
            let mark = mark_of(file, section);
            let stated = mark.and_then(digest_in);
            let is_edited = stated != Some(digest(&file[section.body..section.place.end]).as_str());
            let is_same = stated == Some(digest(body).as_str());
            return Ok(match (is_edited, is_same) {
                (false, true) => Prepended::Unchanged,
                (true, _) if !replace => Prepended::Edited { stale: !is_same },
                _ => Prepended::Written(self.spliced(file, &all, section.place.clone())?),
            });
        }
        // What was unreleased becomes the version, unless somebody has put a hand to it.
        let is_release = matches!(wanted, Name::Version(_));
        let unreleased = all.iter().filter(|section| is_release && section.name == Name::Unreleased);
        let made: Vec<(&Section, &str)> =
            unreleased.filter_map(|s| Some((s, digest_in(mark_of(file, s)?)?))).collect();
        let is_untouched = |(section, stated): &&(&Section, &str)| {
            *stated == digest(&file[section.body..section.place.end]).as_str()
        };
        if let Some((section, _)) = made.iter().find(is_untouched) {
            return Ok(Prepended::Written(self.spliced(file, &all, section.place.clone())?));
        }
        let at = position(file, &all, &wanted);
        let text = self.spliced(file, &all, at..at)?;
        Ok(if made.is_empty() { Prepended::Written(text) } else { Prepended::Beside(text) })
    }

    /// Heading and body.
    fn split(&self) -> Result<(&str, &str), ChangelogError> {
        let text = self.text.trim_start();
        let (heading, body) = text.split_once('\n').unwrap_or((text, ""));
        if heading.starts_with("## ") {
            Ok((heading.trim_end(), body))
        } else {
            Err(ChangelogError::NoHeading(heading.to_owned()))
        }
    }

    fn mark(&self, body: &str) -> String {
        let short = |oid: &str| oid.get(..12).unwrap_or(oid).to_owned();
        format!(
            "{}| {} | plan {} | tip {} | {} -->",
            self.own_mark(),
            markdown::place(self.range),
            short(self.plan),
            short(self.tip),
            digest(body)
        )
    }

    fn own_mark(&self) -> String {
        format!("{MARK}{} ", markdown::place(self.key))
    }

    fn is_own(&self, mark: &str) -> bool {
        mark.starts_with(&format!("{}| ", self.own_mark()))
    }

    /// The file with the entry in that place, in the file's own way to write headings and ends of lines.
    fn spliced(&self, file: &str, all: &[Section], place: Range<usize>) -> Result<String, ChangelogError> {
        let (heading, body) = self.split()?;
        let others = all.iter().filter(|s| s.place != place && s.name != Name::Unreleased);
        let style = others.clone().find(|s| matches!(s.name, Name::Version(_))).map(|s| s.style);
        let brackets = all.iter().find(|s| s.place != place).map(|s| s.style.brackets);
        let plain = brackets.map(|brackets| Style { brackets, v: true, first: false });
        let heading = styled(heading, style.or(plain));
        let entry = format!("{heading}\n{}\n\n{}", self.mark(body), body.trim());
        let file_start = if file.trim().is_empty() { PREAMBLE } else { &file[..place.start] };
        let rest = file[place.end..].trim_start_matches(['\r', '\n']);
        let end = if file.contains("\r\n") { "\r\n" } else { "\n" };
        let mut text = file_start.trim_end().to_owned();
        if !text.is_empty() {
            text.push_str(&end.repeat(2));
        }
        text.push_str(&entry.replace('\n', end));
        text.push_str(end);
        if !rest.trim().is_empty() {
            text.push_str(end);
            text.push_str(rest);
        }
        if self.is_current(&text) { Ok(text) } else { Err(ChangelogError::Unclosed) }
    }
}

/// Where a new entry belongs.
fn position(file: &str, all: &[Section], wanted: &Name) -> usize {
    let is_older = |section: &&Section| match (&section.name, wanted) {
        (Name::Unreleased, _) | (Name::Other(_), Name::Version(_)) => false,
        (_, Name::Unreleased | Name::Other(_)) => true,
        (Name::Version(other), Name::Version(own)) => other < own,
    };
    let older = all.iter().find(is_older).map(|section| section.place.start);
    older.or_else(|| all.last().map(|section| section.place.end)).unwrap_or_else(|| end_of_text(file))
}

/// The sections of level two, and those of level one whose headings begin with a version, as some programs write them; what
/// such a one holds is its own. What stands in code, in comments, in quotes or in lists is no heading.
fn sections(file: &str) -> Vec<Section> {
    let mut headings: Vec<(Range<usize>, HeadingLevel)> = Vec::new();
    let mut depth = 0_usize;
    for (event, place) in Parser::new_ext(file, Options::empty()).into_offset_iter() {
        match event {
            Event::Start(tag) => {
                if let Tag::Heading { level, .. } = tag
                    && depth == 0
                    && level <= HeadingLevel::H2
                {
                    headings.push((place, level));
                }
                depth += 1;
            }
            Event::End(_) => depth -= 1,
            _ => {}
        }
    }
    let last = end_of_text(file);
    let mut sections: Vec<Section> = Vec::new();
    // What is no section of its own ends the one before it all the same.
    let mut is_open = false;
    for (place, level) in headings {
        let text = file[place.clone()].trim_start_matches(['#', ' ']);
        let (name, style) = name(text);
        let is_first = level == HeadingLevel::H1;
        let is_part = !is_first
            && matches!(name, Name::Other(_))
            && is_open
            && sections.last().is_some_and(|section| section.style.first);
        if is_part {
            continue;
        }
        if let Some(section) = sections.last_mut().filter(|_| is_open) {
            section.place.end = place.start;
        }
        is_open = !is_first || begins_with_version(text);
        if is_open {
            let style = Style { first: is_first, ..style };
            sections.push(Section { place: place.start..last.max(place.end), body: place.end, name, style });
        }
    }
    sections
}

/// Whether a heading says first which version it is about, unlike a title that mentions one.
fn begins_with_version(text: &str) -> bool {
    let word = text.split_whitespace().next().unwrap_or_default();
    !matches!(name(word).0, Name::Other(_))
}

/// Where the definitions of links begin that end a changelog, or the end of the file.
fn end_of_text(file: &str) -> usize {
    let mut end = file.len();
    let mut at = file.len();
    for line in file.split_inclusive('\n').rev() {
        at -= line.len();
        let text = line.trim();
        let is_definition =
            text.starts_with('[') && text.split_once("]:").is_some_and(|(_, link)| !link.is_empty());
        if is_definition {
            end = at;
        } else if !text.is_empty() {
            break;
        }
    }
    end
}

/// What a heading, or a key, names, and how.
fn name(text: &str) -> (Name, Style) {
    let line = text.lines().next().unwrap_or_default().trim();
    for word in line.split([' ', '\t', '(']) {
        let brackets = word.starts_with('[');
        let bare = word.trim_start_matches('[');
        let bare = bare.split(']').next().unwrap_or(bare);
        let style = Style { brackets, v: bare.starts_with(['v', 'V']), first: false };
        if bare.eq_ignore_ascii_case("unreleased") {
            return (Name::Unreleased, style);
        }
        if let Some(version) = Version::of_tag(bare).filter(|_| bare.contains(|c: char| c.is_ascii_digit())) {
            return (Name::Version(version), style);
        }
    }
    let style = Style { brackets: line.starts_with('['), v: false, first: false };
    (Name::Other(line.split(" - ").next().unwrap_or(line).to_owned()), style)
}

/// The heading as the file writes others.
fn styled(heading: &str, style: Option<Style>) -> String {
    let Some(style) = style else { return heading.to_owned() };
    let inner = heading.trim_start_matches("## ");
    let (word, rest) = inner.split_once(' ').unwrap_or((inner, ""));
    let is_version = Version::of_tag(word).is_some();
    let word = if is_version && !style.v { word.trim_start_matches(['v', 'V']) } else { word };
    let is_name = is_version || word.eq_ignore_ascii_case("unreleased");
    let word = if style.brackets && is_name { format!("[{word}]") } else { word.to_owned() };
    let level = if style.first { "#" } else { "##" };
    format!("{level} {word} {rest}").trim_end().to_owned()
}

/// The comment of an entry, which is the first line below its heading.
fn mark_of<'f>(file: &'f str, section: &Section) -> Option<&'f str> {
    let first = file[section.body..section.place.end].lines().find(|line| !line.trim().is_empty());
    first.map(str::trim_end).filter(|line| line.starts_with(MARK))
}

fn digest_in(mark: &str) -> Option<&str> {
    mark.strip_suffix(" -->")?.rsplit(' ').next()
}

/// A digest of the text of an entry; blanks at the ends of lines and around it, and its comment, do not count.
fn digest(body: &str) -> String {
    let lines = body.lines().filter(|line| !line.starts_with(MARK)).map(str::trim_end);
    let text = lines.collect::<Vec<_>>().join("\n");
    format!("{:08x}", crc32fast::hash(text.trim().as_bytes()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const BODY: &str = "\n2 tasks completed.\n\n- A (1)\n";

    fn entry<'a>(key: &'a str, text: &'a str) -> Entry<'a> {
        Entry { key, range: "a..b", plan: "0123456789abcdef", tip: "0123456789abcdef", text }
    }

    fn prepended(file: &str, key: &str) -> Prepended {
        let heading =
            if key == "Unreleased" { "## Unreleased".to_owned() } else { format!("## {key} - 2026-01-01") };
        entry(key, &format!("{heading}\n{BODY}")).prepend(file, false).unwrap()
    }

    fn written(file: &str, key: &str) -> String {
        match prepended(file, key) {
            Prepended::Written(text) => text,
            other => panic!("{key}: {other:?}"),
        }
    }

    fn headings(file: &str) -> String {
        let lines = file.lines().filter(|line| line.starts_with('#') || line.starts_with("[1"));
        lines.collect::<Vec<_>>().join("\n")
    }

    #[test]
    fn an_entry_comes_below_the_preamble_and_in_the_order_of_versions() {
        let kept = "# Changelog\n\nAll of it.\n\n## [Unreleased]\n\n- by hand\n\n## [1.1.0] - 2025-05-05\n\n```\n## 9.9.9\n```\n\n## [1.0.0] - 2025-01-01\n\n- first\n\n[1.1.0]: https://example.com\n";
        let cases = [
            ("v1.2.0", "[Unreleased]|[1.2.0] - 2026-01-01|[1.1.0] - 2025-05-05"),
            ("v1.0.1", "[Unreleased]|[1.1.0] - 2025-05-05|[1.0.1] - 2026-01-01"),
            ("0.9.0", "[Unreleased]|[1.1.0] - 2025-05-05|[1.0.0] - 2025-01-01"),
        ];
        for (key, order) in cases {
            let text = written(kept, key);
            let names: Vec<String> = sections(&text)
                .iter()
                .take(3)
                .map(|s| text[s.place.clone()].lines().next().unwrap()[3..].to_owned())
                .collect();
            assert_eq!(names.join("|"), order);
            assert!(text.ends_with("[1.1.0]: https://example.com\n"), "{text}");
            assert!(text.starts_with("# Changelog\n\nAll of it.\n\n## [Unreleased]\n\n- by hand\n\n"));
        }
        assert_eq!(headings(&written("", "v1.0")), "# Changelog\n## v1.0 - 2026-01-01");
        assert_eq!(headings(&written("# News\n\nText.\n", "v1.0")), "# News\n## v1.0 - 2026-01-01");
    }

    #[test]
    fn an_entry_that_was_edited_or_written_by_hand_is_left_alone() {
        let made = written("# Changelog\n", "v1.0");
        assert_eq!(prepended(&made, "v1.0"), Prepended::Unchanged);
        let reflowed = made.replace("- A (1)\n", "- A (1)  \n\n\n");
        assert_eq!(prepended(&reflowed, "v1.0"), Prepended::Unchanged);
        let edited = made.replace("- A (1)", "- A, at last (1)");
        assert_eq!(prepended(&edited, "v1.0"), Prepended::Edited { stale: false });
        let unmarked: String = made.split_inclusive('\n').filter(|line| !line.starts_with(MARK)).collect();
        assert_eq!(prepended(&unmarked, "v1.0"), Prepended::Edited { stale: true });
        let retitled = edited.replace("## v1.0 - 2026-01-01", "## The first one");
        assert_eq!(prepended(&retitled, "v1.0"), Prepended::Edited { stale: false });
        let text = format!("## v1.0\n{BODY}- B (2)\n");
        let more = entry("v1.0", &text);
        assert_eq!(more.prepend(&edited, false), Ok(Prepended::Edited { stale: true }));
        assert!(!more.is_current(&edited) && entry("v1.0", &format!("## v1.0\n{BODY}")).is_current(&edited));
        let Ok(Prepended::Written(again)) = more.prepend(&edited, true) else { panic!("not replaced") };
        assert!(again.contains("- B (2)") && !again.contains("at last"), "{again}");
        let Ok(Prepended::Written(anew)) = more.prepend(&made, false) else { panic!("not made anew") };
        assert_eq!(sections(&anew).len(), 1);
    }

    #[test]
    fn what_was_unreleased_becomes_the_version_unless_it_was_edited() {
        let unreleased = written("# Changelog\n\n## 0.9\n\n- old\n", "Unreleased");
        assert_eq!(headings(&unreleased), "# Changelog\n## Unreleased\n## 0.9");
        assert_eq!(headings(&written(&unreleased, "v1.0")), "# Changelog\n## 1.0 - 2026-01-01\n## 0.9");
        let edited = unreleased.replace("- A (1)", "- A!");
        let Prepended::Beside(both) = prepended(&edited, "v1.0") else { panic!("{edited}") };
        assert_eq!(headings(&both), "# Changelog\n## Unreleased\n## 1.0 - 2026-01-01\n## 0.9");
        let by_hand = written("# Changelog\n\n## Unreleased\n\n- by hand\n", "v1.0");
        assert_eq!(headings(&by_hand), "# Changelog\n## Unreleased\n## v1.0 - 2026-01-01");
    }

    #[test]
    fn entries_of_level_one_are_entries() {
        for (file, expected) in [
            (
                "# Changelog\n\n# 1.4.0\n\n## Added\n\n- x\n\n# 1.3.0\n",
                "# Changelog\n# 1.5.0 - 2026-01-01\n# 1.4.0\n## Added\n# 1.3.0",
            ),
            ("# [1.4.0](x)\n\n## [1.3.0](x)\n", "# [1.5.0] - 2026-01-01\n# [1.4.0](x)\n## [1.3.0](x)"),
            ("# Log of v2.0\n\n## 1.4.0\n", "# Log of v2.0\n## 1.5.0 - 2026-01-01\n## 1.4.0"),
        ] {
            let once = written(file, "v1.5.0");
            assert_eq!(headings(&once), expected);
            assert_eq!(prepended(&once, "v1.5.0"), Prepended::Unchanged);
        }
    }

    #[test]
    fn an_edited_entry_beside_which_a_new_one_is_put_is_told() {
        let edited = written("", "Unreleased").replace("- A (1)", "- A!");
        let beside = prepended(&edited, "v1.0");
        let Prepended::Beside(text) = beside else { panic!("{beside:?}") };
        assert_eq!(headings(&text), "# Changelog\n## Unreleased\n## v1.0 - 2026-01-01");
        assert_eq!(prepended(&text, "v1.0"), Prepended::Unchanged);
    }

    #[test]
    fn lines_end_as_the_file_has_them_and_no_heading_is_no_entry() {
        let text = written("# Log\r\n\r\n## 0.1\r\n\r\n- x\r\n", "v1.0");
        assert_eq!(text.matches('\n').count(), text.matches("\r\n").count());
        assert_eq!(prepended(&text, "v1.0"), Prepended::Unchanged);
        let open = entry("v1.0", &format!("## v1.0\n{BODY}")).prepend("# Log\n\n```\n", false);
        assert_eq!(open, Err(ChangelogError::Unclosed));
        let error = entry("v1.0", "# Title\n").prepend("", false).unwrap_err().to_string();
        assert!(error.contains("# Title"), "{error}");
        let marked = entry("a-->b", &format!("## x\n{BODY}")).marked().unwrap();
        assert_eq!(marked.matches("-->").count(), 1, "{marked}");
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(300))]

        #[test]
        fn the_second_time_changes_nothing_and_no_other_line_is_lost(
            lines in proptest::collection::vec(
                proptest::sample::select(vec![
                    "# Log", "## Unreleased", "## [1.0.0] - 2025-01-01", "## v2.0", "text", "", "```", "- item",
                    "[1.0.0]: https://x", "Title\n---", "> ## 3.0", "<!-- c -->", "### Added", "## Other", "# 1.1.0",
                ]),
                0..14,
            ),
            key in proptest::sample::select(vec!["Unreleased", "v1.0.0", "v1.5", "3.0.0-rc.1"]),
        ) {
            let file: String = lines.iter().flat_map(|line| [line, "\n"]).collect();
            let text = format!("## {key}\n{BODY}");
            if let Ok(Prepended::Written(once)) = entry(key, &text).prepend(&file, false) {
                prop_assert_eq!(prepended(&once, key), Prepended::Unchanged, "{}", once);
                for line in file.lines().filter(|line| !line.is_empty()) {
                    let count = |text: &str| text.lines().filter(|l| *l == line).count();
                    prop_assert!(count(&once) >= count(&file), "{} of {}", line, once);
                }
            }
        }
    }
}
