//! The template engine: tera over views.

use super::circle::circle;
use super::html;
use crate::view::markdown::{self, Style};
use crate::view::span_of_minutes;
use serde::Serialize;
use tera::{Context, Kwargs, State, Tera, TeraResult, Value};

/// Why a template could not be rendered. The message names the template's file and line where the engine knows them.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("cannot render the template {name}: {message}")]
pub struct TemplateError {
    /// The template.
    pub name: String,
    /// What is wrong.
    pub message: String,
}

/// Templates by name, and the filters they may use:
///
/// - `md`, `md_line`, `md_cell`: a text on one line of Markdown, behind other text, at the start of a line, in a table
/// - `md_value`: a text behind a label, as a quote below it where it has several lines
/// - `md_text`: a description, `label`: the name of a field, `code`: a text as fenced code
/// - `ids`, `codes`: a list of names between commas, the latter as code
/// - `duration`: minutes as `2h30m`; `date`: the day of a time; `mark`: a status as a sign
/// - `html`: a description as HTML, `href`: an address that may be followed, else nothing; `words`: `in_progress` as words
/// - `md_commit`: a commit of a report, with how it landed; `percent`: the share of completed tasks among all
/// - `state`: what the box of a step cannot show; `place`: a name within an HTML comment
#[derive(Debug)]
pub struct Engine {
    tera: Tera,
}

impl Engine {
    /// An engine with templates that are part of the program; a template may include others of them.
    pub fn built_in(templates: &[(&'static str, &'static str)]) -> Result<Self, TemplateError> {
        Self::with(templates, &[".html"])
    }

    /// An engine with templates of a team, each by its name and text. In those whose names end as pages do, whatever is
    /// shown is escaped as HTML.
    pub fn of_team(templates: &[(String, String)]) -> Result<Self, TemplateError> {
        Self::with(templates, &[".html", ".htm", ".xml", ".svg"])
    }

    fn with<T: AsRef<str>>(templates: &[(T, T)], pages: &[&'static str]) -> Result<Self, TemplateError> {
        let mut tera = Tera::new();
        // In a page one escape serves everywhere. Elsewhere what escapes depends on where a text stands, so templates say it.
        tera.autoescape_on(pages.to_vec());
        tera.set_escape_fn(html::escape);
        register(&mut tera);
        let name = templates.first().map_or("", |(name, _)| name.as_ref());
        // The line feed that ends a file is no part of what it stands for where it is included.
        let trimmed = || templates.iter().map(|(name, text)| (name.as_ref(), text.as_ref().trim_end()));
        tera.add_raw_templates(trimmed()).map_err(|error| {
            match circle(error.kind(), &trimmed().collect::<Vec<_>>()) {
                Some(message) => TemplateError { name: name.to_owned(), message },
                None => failed(name, &error),
            }
        })?;
        Ok(Self { tera })
    }

    /// Renders a template over a view.
    pub fn render<T: Serialize>(&self, name: &str, view: &T) -> Result<String, TemplateError> {
        let context = Context::from_serialize(view).map_err(|error| failed(name, &error))?;
        self.tera.render(name, &context).map_err(|error| failed(name, &error))
    }

    /// Renders a template over a view, piece by piece.
    pub fn render_to<T: Serialize>(
        &self,
        name: &str,
        view: &T,
        out: impl std::io::Write,
    ) -> Result<(), TemplateError> {
        let context = Context::from_serialize(view).map_err(|error| failed(name, &error))?;
        self.tera.render_to(name, &context, out).map_err(|error| failed(name, &error))
    }
}

fn failed(name: &str, error: &tera::Error) -> TemplateError {
    TemplateError { name: name.to_owned(), message: error.to_string() }
}

fn register(tera: &mut Tera) {
    tera.register_filter("md", |text: &str, _: Kwargs, _: &State| markdown::inline(text));
    tera.register_filter("md_line", |text: &str, _: Kwargs, _: &State| markdown::line(text));
    tera.register_filter("md_cell", |text: &str, _: Kwargs, _: &State| markdown::cell(text));
    tera.register_filter("md_value", |text: &str, _: Kwargs, _: &State| value(text));
    tera.register_filter("md_text", |text: &str, _: Kwargs, _: &State| markdown::text(text));
    tera.register_filter("label", |text: &str, _: Kwargs, _: &State| markdown::label(text));
    tera.register_filter("place", |text: &str, _: Kwargs, _: &State| markdown::place(text));
    tera.register_filter("code", |text: &str, arguments: Kwargs, _: &State| -> TeraResult<String> {
        Ok(markdown::code(text, arguments.get::<&str>("language")?.unwrap_or_default()))
    });
    tera.register_filter("ids", |items: Vec<String>, _: Kwargs, _: &State| {
        markdown::list(&items, Style::Plain)
    });
    tera.register_filter("codes", |items: Vec<String>, _: Kwargs, _: &State| {
        markdown::list(&items, Style::Code)
    });
    tera.register_filter("duration", |minutes: u64, _: Kwargs, _: &State| span_of_minutes(minutes));
    tera.register_filter("date", |time: &str, _: Kwargs, _: &State| {
        time.split('T').next().unwrap_or(time).to_owned()
    });
    tera.register_filter("mark", |status: &str, _: Kwargs, _: &State| mark(status));
    tera.register_filter("html", |text: &str, _: Kwargs, _: &State| {
        Value::safe_string(&html::markdown(text))
    });
    tera.register_filter("href", |link: &str, _: Kwargs, _: &State| {
        html::href(link).unwrap_or_default().to_owned()
    });
    tera.register_filter("words", |key: &str, _: Kwargs, _: &State| key.replace('_', " "));
    tera.register_filter("md_commit", |commit: &Value, _: Kwargs, _: &State| md_commit(commit));
    tera.register_filter("percent", |tasks: &Value, _: Kwargs, _: &State| percent(tasks));
    tera.register_filter("state", |step: &Value, _: Kwargs, _: &State| state(step));
}

/// A text behind its label.
fn value(text: &str) -> String {
    if text.contains('\n') {
        format!("\n{}", markdown::quote(text, "  "))
    } else {
        format!(" {}", markdown::inline(text))
    }
}

/// The sign of a status.
fn mark(status: &str) -> &'static str {
    match status {
        "completed" => "✅",
        "in_progress" => "🚧",
        "blocked" => "⛔",
        "cancelled" => "❌",
        "unknown" => "❔",
        _ => "⬜",
    }
}

/// The beginning of a commit's id, and how it landed unless that was directly.
fn md_commit(commit: &Value) -> String {
    let get = |key: &'static str| commit.get_from_path(key).and_then(Value::as_str);
    let short = get("short").unwrap_or_default();
    let landed = match get("landed") {
        Some("merge") => " merged".to_owned(),
        Some("squash") => {
            get("pull_request").map_or(" squashed".to_owned(), |number| format!(" squashed {number}"))
        }
        Some("cherry_pick") => {
            let from = get("picked_from").unwrap_or_default();
            format!(" picked from {}", from.get(..8).unwrap_or(from))
        }
        _ => String::new(),
    };
    format!("{short}{landed}")
}

/// The share of completed tasks among all, in whole percent and never more than there is.
fn percent(tasks: &Value) -> u64 {
    let get = |key: &'static str| tasks.get_from_path(key).and_then(Value::as_u64).unwrap_or_default();
    (get("completed") * 100).checked_div(get("total")).unwrap_or(100)
}

/// What the box of a step cannot show: a state that is neither open nor done, and whether commits say it, not the file.
fn state(step: &Value) -> String {
    let get = |key: &'static str| step.get_from_path(key).and_then(Value::as_str);
    let status = get("status").unwrap_or("pending");
    // A criterion has no state but that of its file.
    let is_criterion = step.as_map().is_some_and(|map| !map.keys().any(|key| key.as_str() == Some("stated")));
    let stated = if is_criterion { Some(status).filter(|s| *s != "pending") } else { get("stated") };
    let by_commits = !is_criterion && status == "completed" && stated != Some("completed");
    let words: Vec<String> = stated
        .filter(|stated| *stated != "completed")
        .map(|stated| stated.replace('_', " "))
        .into_iter()
        .chain(by_commits.then(|| "by commits".to_owned()))
        .collect();
    if words.is_empty() { String::new() } else { format!(" *({})*", words.join(", ")) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn render(template: &'static str) -> Result<String, TemplateError> {
        let view = json!({
            "title": "# ask @ada", "ids": ["1", "a, b"], "minutes": 150, "time": "2026-11-21T10:00:00Z",
            "step": {"status": "completed", "stated": "blocked"}, "lines": "a\nb",
        });
        Engine::built_in(&[("a.md", template)])?.render("a.md", &view)
    }

    #[test]
    fn every_filter_has_its_form() {
        for (template, text) in [
            ("{{ title | md }}", "# ask @<!-- -->ada"),
            ("{{ title | md_line }}", "\\# ask @<!-- -->ada"),
            ("{{ ids | ids }} {{ ids | codes }}", "1, a\\, b `1`, `a, b`"),
            ("{{ minutes | duration }} {{ time | date }}", "2h30m 2026-11-21"),
            ("{{ step.status | mark }}{{ step | state }}", "✅ *(blocked, by commits)*"),
            ("x:{{ lines | md_value }}", "x:\n  > a\n  > b"),
            ("{{ lines | code(language='sh') }}", "```sh\na\nb\n```"),
        ] {
            assert_eq!(render(template).as_deref(), Ok(text));
        }
    }

    /// The JSON and every row of the table of filters in the documentation.
    #[test]
    fn the_documented_examples_hold() {
        let text = include_str!("../../docs/templates.md");
        let (_, rest) = text.split_once("```json\n").unwrap();
        let (context, rest) = rest.split_once("```").unwrap();
        let context: serde_json::Value = serde_json::from_str(context).unwrap();
        let mut rows = 0;
        for row in rest.lines().filter(|line| line.starts_with("| `")) {
            let cells: Vec<&str> = row.split(" | ").collect();
            let [_, _, template, result] = cells[..] else { panic!("{row}") };
            let code = |cell: &str| {
                let cell = cell.trim_end_matches(" |");
                let inner = cell.strip_prefix("`` ").and_then(|cell| cell.strip_suffix(" ``"));
                inner.unwrap_or_else(|| cell.trim_matches('`')).replace("\\|", "|")
            };
            let templates = [("x.md".to_owned(), code(template))];
            let rendered = Engine::of_team(&templates).unwrap().render("x.md", &context);
            assert_eq!(rendered, Ok(code(result)), "{row}");
            rows += 1;
        }
        assert!(rows >= 15, "the table has {rows} rows");
    }

    #[test]
    fn an_error_names_the_file_and_the_line() {
        for template in ["one\n{{ missing | md }}", "one\n{% if %}"] {
            let error = render(template).unwrap_err().to_string();
            assert!(error.contains("a.md:2"), "{error}");
        }
    }
}
