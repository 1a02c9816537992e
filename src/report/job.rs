//! A render of templates that nobody vouches for, as a value that another process can be given.

use super::engine::{Engine, TemplateError};
use serde::{Deserialize, Serialize};
use std::cell::Cell;
use std::io::{self, Write};

/// How many bytes a template of a team may make.
pub const MAX_OUTPUT: usize = 16 << 20;

/// The name of a template and its text.
type Template = (String, String);

/// What it takes to render a template: nothing else is within its reach.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct RenderJob {
    /// Every template that may be included, by name.
    pub templates: Vec<Template>,
    /// The one to render.
    pub name: String,
    /// What it sees.
    pub context: serde_json::Value,
}

impl RenderJob {
    /// Renders the template in this process, which may take any time and all memory; only the output is limited.
    pub fn run(&self, out: impl Write) -> Result<(), TemplateError> {
        let engine = self
            .engine()
            .map_err(|error| TemplateError { name: self.name.clone(), message: error.message })?;
        let is_full = Cell::new(false);
        let rendered =
            engine.render_to(&self.name, &self.context, Limited { out, left: MAX_OUTPUT, is_full: &is_full });
        if is_full.get() {
            let message = format!("it makes more than {} MiB", MAX_OUTPUT >> 20);
            return Err(TemplateError { name: self.name.clone(), message });
        }
        rendered
    }

    /// All templates that can be used; that others cannot is no reason to fail.
    fn engine(&self) -> Result<Engine, TemplateError> {
        if let Ok(engine) = Engine::of_team(&self.templates) {
            return Ok(engine);
        }
        let (own, mut others) = self.split();
        // Components need not be included by name, so whatever can be used without the template may be needed by it.
        let mut kept: Vec<Template> = Vec::new();
        let mut left = others.len() + 1;
        while others.len() < left {
            left = others.len();
            others.retain(|template| {
                kept.push(template.clone());
                let is_broken = Engine::of_team(&kept).is_err();
                if is_broken {
                    kept.pop();
                }
                is_broken
            });
        }
        Engine::of_team(&[own, kept].concat())
    }

    /// The template with those that it, and they, can include: the ones that they name. And all others.
    fn split(&self) -> (Vec<Template>, Vec<Template>) {
        let (mut kept, mut others): (Vec<_>, Vec<_>) =
            self.templates.iter().cloned().partition(|(name, _)| *name == self.name);
        let mut at = 0;
        while at < kept.len() {
            let text = kept[at].1.clone();
            let is_named =
                |name: &str| ['"', '\'', '`'].iter().any(|q| text.contains(&format!("{q}{name}{q}")));
            let (named, rest): (Vec<_>, Vec<_>) = others.into_iter().partition(|(name, _)| is_named(name));
            kept.extend(named);
            others = rest;
            at += 1;
        }
        (kept, others)
    }
}

/// Refuses to write more than is left.
struct Limited<'a, W> {
    out: W,
    left: usize,
    /// Whether something was refused; the engine tells no more of it than that there was an error.
    is_full: &'a Cell<bool>,
}

impl<W: Write> Write for Limited<'_, W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if bytes.len() > self.left {
            self.is_full.set(true);
            return Err(io::ErrorKind::FileTooLarge.into());
        }
        let written = self.out.write(bytes)?;
        self.left -= written;
        Ok(written)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.out.flush()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_more_is_written_than_is_allowed() {
        let text = |times: usize| {
            let line = "x".repeat(1 << 16);
            format!("{{% for i in range(end={times}) %}}{line}{{% endfor %}}")
        };
        let run = |text: String| {
            let job = RenderJob {
                templates: vec![("a.md".to_owned(), text)],
                name: "a.md".to_owned(),
                context: serde_json::json!({}),
            };
            let mut out = Vec::new();
            (job.run(&mut out).map_err(|error| error.message), out.len())
        };
        assert_eq!(run(text(256)), (Ok(()), MAX_OUTPUT));
        let (error, written) = run(text(257));
        assert_eq!((error, written), (Err("it makes more than 16 MiB".to_owned()), MAX_OUTPUT));
    }
}
