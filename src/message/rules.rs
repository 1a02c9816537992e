//! The rules of a project: its keywords and patterns, compiled.

use super::Rule;
use regex::{Regex, RegexBuilder, bytes};
use serde::{Deserialize, Serialize};
use std::fmt::Write as _;
use std::sync::OnceLock;

/// The most bytes a compiled pattern may take.
const SIZE_LIMIT: usize = 1 << 20;

/// The most characters a keyword may have.
const MAX_KEYWORD_LENGTH: usize = 64;

/// The longest expression for keywords that is taken to be no larger than [`SIZE_LIMIT`] without a trial.
const MAX_UNTRIED: usize = 256;

/// What a trailer's key starts with.
const KINDS: &str = "(?i-u:(closes|part-of|refs|reopens)-)";

/// Why compiling an expression that is made of the keywords cannot fail.
const TRIED: &str = "keywords are escaped, and many of them were tried";

/// What a reference asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Effect {
    /// The task is done.
    Completes,
    /// The task is begun.
    Starts,
    /// The named steps are done, and the task is begun.
    CompletesSteps,
    /// Nothing but a connection.
    Links,
    /// The task is open again.
    Reopens,
}

impl Effect {
    /// All that there are; a pattern of the configuration may have any.
    pub const ALL: [Self; 5] =
        [Self::Completes, Self::Starts, Self::CompletesSteps, Self::Links, Self::Reopens];

    /// The stable name, as in JSON and in the configuration.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Completes => "completes",
            Self::Starts => "starts",
            Self::CompletesSteps => "completes-steps",
            Self::Links => "links",
            Self::Reopens => "reopens",
        }
    }
}

/// What the plain subject form does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum SubjectEffect {
    /// `task 412: text` completes the task.
    #[default]
    Completes,
    /// It starts the task, for teams that land many commits on one.
    Starts,
}

/// Why the configured keywords and patterns cannot be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum RulesError {
    /// A keyword that could not be told from the text around it.
    #[error(
        "{0:?} is no keyword: it has 1 to 64 letters, digits, '-' or '_', and starts and ends with a letter or a digit"
    )]
    Keyword(String),
    /// More keywords than can be searched for.
    #[error("the keywords are too many: {0}")]
    Keywords(String),
    /// A pattern that is no regular expression, or one that is too large.
    #[error("the pattern {regex:?} is no usable regular expression: {reason}")]
    Pattern {
        /// The pattern as configured.
        regex: String,
        /// What is wrong with it.
        reason: String,
    },
    /// A pattern that does not say which part of the match is the id.
    #[error("the pattern {0:?} has no group (?<id>…) for the task's id")]
    NoId(String),
    /// A pattern that completes steps, and does not say which.
    #[error("the pattern {0:?} completes steps, but has no group (?<step>…) for their numbers")]
    NoStep(String),
}

/// How the messages of a project are to be read.
#[derive(Debug)]
pub struct Rules {
    /// What the plain subject form does.
    pub(super) subject: SubjectEffect,
    /// In the order of the configuration.
    pub(super) patterns: Vec<Pattern>,
    /// A regular expression for any keyword.
    words: String,
    // Compiled when they are needed: a command that finds history in the cache needs none, and they take longer than all
    // that it does.
    /// A keyword and what separates it from an id, at the start of a text.
    head: OnceLock<Regex>,
    /// The same anywhere.
    keyword: OnceLock<Regex>,
    /// The key of a trailer.
    key: OnceLock<Regex>,
    /// A line that looks like a trailer with such a key, up to its value.
    trailer_like: OnceLock<Regex>,
    /// What every message has that [`super::read`] finds anything in, patterns apart.
    needle: OnceLock<bytes::Regex>,
}

/// A pattern of the configuration.
#[derive(Debug, Clone)]
pub(super) struct Pattern {
    /// Has a group `id`.
    pub regex: Regex,
    /// What a match asks for.
    pub effect: Effect,
}

impl Rules {
    /// Compiles what a plan's configuration says.
    ///
    /// # Errors
    /// As for [`Rules::new`]; an effect that is none was reported when the file was read, and its pattern is left out.
    pub fn from_config(references: &crate::config::References) -> Result<Self, RulesError> {
        let effect = |name: &str| Effect::ALL.into_iter().find(|effect| effect.as_str() == name);
        let patterns: Vec<(String, Effect)> =
            references.patterns.iter().filter_map(|p| Some((p.regex.clone(), effect(&p.effect)?))).collect();
        Self::new(&references.keywords, references.subject, &patterns)
    }

    /// Compiles keywords, what the subject form does, and patterns with their effects.
    ///
    /// A plural s is understood behind every keyword. Without keywords only patterns refer to tasks.
    /// A pattern needs a group `id`, and one that completes steps a group `step`, which holds numbers.
    ///
    /// # Errors
    /// A [`RulesError`] names the first keyword or pattern that cannot be used.
    pub fn new(
        keywords: &[String],
        subject: SubjectEffect,
        patterns: &[(String, Effect)],
    ) -> Result<Self, RulesError> {
        let rules = Self {
            subject,
            patterns: patterns
                .iter()
                .map(|(regex, effect)| Pattern::new(regex, *effect))
                .collect::<Result<_, _>>()?,
            words: alternatives(keywords)?,
            head: OnceLock::new(),
            keyword: OnceLock::new(),
            key: OnceLock::new(),
            trailer_like: OnceLock::new(),
            needle: OnceLock::new(),
        };
        if rules.words.len() > MAX_UNTRIED {
            rules.try_keywords()?;
        }
        Ok(rules)
    }

    /// What distinguishes these rules from others: equal for rules that find the same in every message.
    pub fn fingerprint(&self) -> String {
        let patterns: Vec<(&str, &str)> =
            self.patterns.iter().map(|p| (p.regex.as_str(), p.effect.as_str())).collect();
        format!("{:?} {:?} {patterns:?}", self.words, self.subject)
    }

    /// The largest of the expressions that are made of the keywords.
    fn try_keywords(&self) -> Result<(), RulesError> {
        let failed = |error: regex::Error| RulesError::Keywords(reason(&error));
        compile(&self.trailer_like_pattern()).map_err(failed)?;
        compile_bytes(&self.needle_pattern()).map_err(failed)?;
        Ok(())
    }

    fn trailer_like_pattern(&self) -> String {
        format!(r"^[ \t]*{KINDS}{}[ \t]*:[ \t]*", self.words)
    }

    fn needle_pattern(&self) -> String {
        format!(r#"{}[ \t#:-]|Revert "|Reapply "|This reverts commit "#, self.words)
    }

    /// Whether the bytes have what every message has that [`super::read`] finds anything in, patterns apart.
    pub(super) fn may_name(&self, message: &[u8]) -> bool {
        let needle = || compile_bytes(&self.needle_pattern()).expect(TRIED);
        self.needle.get_or_init(needle).is_match(message)
    }

    /// Removes a keyword and what separates it from an id from the start of `text`.
    pub(super) fn strip_head<'a>(&self, text: &'a str) -> Option<&'a str> {
        self.head
            .get_or_init(|| compile(&format!(r"^{}(?:[ \t]+#?|-|#)", self.words)).expect(TRIED))
            .find(text)
            .map(|found| &text[found.end()..])
    }

    /// The next keyword from `from` on: where it starts, and where an id can follow.
    pub(super) fn find_keyword(&self, text: &str, from: usize) -> Option<(usize, usize)> {
        self.keyword
            .get_or_init(|| compile(&format!(r"{}(?:[ \t]+#?|-|#)", self.words)).expect(TRIED))
            .find_at(text, from)
            .map(|found| (found.start(), found.end()))
    }

    /// What the trailer `key` asks for.
    pub(super) fn trailer(&self, key: &str) -> Option<(Rule, Effect)> {
        let regex = self.key.get_or_init(|| compile(&format!("^{KINDS}{}$", self.words)).expect(TRIED));
        let captures = regex.captures(key)?;
        Some(match captures[1].to_ascii_lowercase().as_str() {
            "closes" => (Rule::TrailerCloses, Effect::Completes),
            "part-of" => (Rule::TrailerPartOf, Effect::Starts),
            "refs" => (Rule::TrailerRefs, Effect::Links),
            _ => (Rule::TrailerReopens, Effect::Reopens),
        })
    }

    /// Where the value starts on a line that looks like one of our trailers.
    pub(super) fn trailer_like(&self, line: &str) -> Option<usize> {
        self.trailer_like
            .get_or_init(|| compile(&self.trailer_like_pattern()).expect(TRIED))
            .find(line)
            .map(|found| found.end())
    }
}

impl Default for Rules {
    fn default() -> Self {
        Self::new(&["task".to_owned()], SubjectEffect::Completes, &[])
            .expect("the default keyword is a keyword")
    }
}

impl Pattern {
    fn new(text: &str, effect: Effect) -> Result<Self, RulesError> {
        let regex = compile(text)
            .map_err(|error| RulesError::Pattern { regex: text.to_owned(), reason: reason(&error) })?;
        let has = |name: &str| regex.capture_names().any(|group| group == Some(name));
        if !has("id") {
            return Err(RulesError::NoId(text.to_owned()));
        }
        if effect == Effect::CompletesSteps && !has("step") {
            return Err(RulesError::NoStep(text.to_owned()));
        }
        Ok(Self { regex, effect })
    }
}

fn compile(pattern: &str) -> Result<Regex, regex::Error> {
    RegexBuilder::new(pattern).size_limit(SIZE_LIMIT).build()
}

fn compile_bytes(pattern: &str) -> Result<bytes::Regex, regex::Error> {
    bytes::RegexBuilder::new(pattern).size_limit(SIZE_LIMIT).build()
}

/// The last line of a regex error says what is wrong; the ones before draw the pattern.
fn reason(error: &regex::Error) -> String {
    let text = error.to_string();
    let last = text.lines().last().unwrap_or_default().trim();
    last.strip_prefix("error: ").unwrap_or(last).to_owned()
}

/// A regular expression for any of the keywords, with or without a plural s.
fn alternatives(keywords: &[String]) -> Result<String, RulesError> {
    if keywords.is_empty() {
        // Matches nothing.
        return Ok(r"[^\s\S]".to_owned());
    }
    let mut text = String::from("(?:");
    for (index, keyword) in keywords.iter().enumerate() {
        if !is_keyword(keyword) {
            return Err(RulesError::Keyword(keyword.clone()));
        }
        // Without Unicode folding the Kelvin sign is no k.
        let flags = if keyword.is_ascii() { "(?i-u:" } else { "(?i:" };
        let bar = if index == 0 { "" } else { "|" };
        let _ = write!(text, "{bar}{flags}{})", regex::escape(keyword));
    }
    text.push_str(")(?i-u:s)?");
    Ok(text)
}

/// Whether a text can be a keyword: 1 to 64 letters, digits, `-` or `_`, with a letter or a digit at both ends.
pub fn is_keyword(text: &str) -> bool {
    let edge = |c: Option<char>| c.is_some_and(char::is_alphanumeric);
    text.chars().count() <= MAX_KEYWORD_LENGTH
        && edge(text.chars().next())
        && edge(text.chars().next_back())
        && text.chars().all(|c| c.is_alphanumeric() || c == '-' || c == '_')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn with(keywords: &[&str], patterns: &[(&str, Effect)]) -> Result<Rules, RulesError> {
        let keywords: Vec<String> = keywords.iter().map(|&k| k.to_owned()).collect();
        let patterns: Vec<(String, Effect)> = patterns.iter().map(|&(p, e)| (p.to_owned(), e)).collect();
        Rules::new(&keywords, SubjectEffect::Completes, &patterns)
    }

    #[test]
    fn errors_name_what_is_wrong() {
        for bad in ["", "a b", "-x", "x:", "#", "\u{fffd}"] {
            assert_eq!(with(&[bad], &[]).unwrap_err(), RulesError::Keyword(bad.to_owned()));
        }
        let error = with(&[], &[("(?<id>", Effect::Links)]).unwrap_err();
        assert_eq!(
            error.to_string(),
            r#"the pattern "(?<id>" is no usable regular expression: unclosed group"#
        );
        let huge = with(&[], &[(r"(?<id>\w{100}{100}{100})", Effect::Links)]).unwrap_err();
        assert!(huge.to_string().contains("size limit"), "{huge}");
        let error = with(&[], &[(r"(?<name>\d+)", Effect::Links)]).unwrap_err();
        assert_eq!(error, RulesError::NoId(r"(?<name>\d+)".to_owned()));
        let error = with(&[], &[(r"(?<id>\d+)", Effect::CompletesSteps)]).unwrap_err();
        assert_eq!(error, RulesError::NoStep(r"(?<id>\d+)".to_owned()));
    }

    #[test]
    fn keywords_are_found_in_any_case_with_a_plural_s() {
        let rules = with(&["work-item", "t\u{e2}che"], &[]).unwrap();
        assert_eq!(rules.strip_head("Work-Items #4"), Some("4"));
        assert_eq!(rules.strip_head("T\u{c2}CHE-4"), Some("4"));
        assert_eq!(rules.strip_head("task 4"), None);
        assert_eq!(rules.trailer("Closes-work-item"), Some((Rule::TrailerCloses, Effect::Completes)));
        assert_eq!(rules.trailer("Closes-Task"), None);
    }

    #[test]
    fn without_keywords_nothing_is_one() {
        let rules = with(&[], &[]).unwrap();
        assert_eq!(rules.strip_head(" 4"), None);
        assert_eq!(rules.find_keyword("task 4 #4", 0), None);
    }

    #[test]
    fn names_of_effects_are_those_of_the_configuration() {
        for effect in Effect::ALL {
            assert_eq!(serde_json::to_value(effect).unwrap(), effect.as_str());
        }
    }
}
