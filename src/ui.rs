//! Streams, colour, width and the pager: the one place that knows the terminal.

use crate::error::CliError;
use crate::git::Progress;
use crate::view::{Paint, Screen, disobeyed_json};
use anstream::stream::RawStream;
use anstream::{AutoStream, ColorChoice};
use serde::Serialize;
use std::cell::Cell;
use std::env;
use std::io::{self, IsTerminal, Write};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

/// When to use colour.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, clap::ValueEnum)]
pub enum When {
    /// On a terminal, unless the environment says otherwise.
    #[default]
    Auto,
    /// Always.
    Always,
    /// Never.
    Never,
}

/// How to talk to whoever runs the command.
#[derive(Debug, Clone)]
pub struct Ui {
    /// What was asked for; where nothing was, it is for each stream to say.
    color: Cell<Option<ColorChoice>>,
    /// Unknown where standard output is no terminal and nobody said how wide to be.
    width: Option<usize>,
    height: Option<usize>,
    pager: bool,
    quiet: bool,
    /// Whether a runner reads the output, and obeys commands in it.
    job: bool,
}

/// Columns to lay out for where neither a terminal nor `COLUMNS` says how many there are.
const DEFAULT_WIDTH: usize = 80;

/// How long a read may take without a word.
const PATIENCE: Duration = Duration::from_millis(500);

impl Ui {
    /// Looks at the terminal and the environment.
    pub fn new(color: When, pager: bool, quiet: bool) -> Self {
        let stdout = io::stdout();
        let terminal = stdout.is_terminal();
        let size = if terminal { terminal_size::terminal_size() } else { None };
        let columns = env::var("COLUMNS").ok().and_then(|c| c.parse().ok()).filter(|&c| c > 0);
        let width = columns.or(size.map(|(w, _)| usize::from(w.0))).or(terminal.then_some(DEFAULT_WIDTH));
        let height = size.map(|(_, h)| usize::from(h.0));
        Self {
            color: Cell::new(asked(color, env_var)),
            width,
            height,
            pager: pager && terminal,
            quiet,
            job: is_job(),
        }
    }

    /// Heeds what Git's configuration says of colour, `color.tasks` before `color.ui`, unless the command line or the
    /// environment says something.
    pub fn configure(&self, config: impl Fn(&str) -> Option<String>) {
        if self.color.get().is_none() {
            let value = config("color.tasks").or_else(|| config("color.ui"));
            self.color.set(value.and_then(|value| configured(&value)));
        }
    }

    /// The same without the pager.
    #[must_use]
    pub fn without_pager(&self) -> Self {
        Self { pager: false, ..self.clone() }
    }

    /// Whether a stream takes colours.
    fn color_of(&self, stream: &impl RawStream) -> ColorChoice {
        self.color.get().unwrap_or_else(|| {
            // Only a terminal is asked what else it can do: a variable that forces nothing is no reason for colours.
            if stream.is_terminal() { AutoStream::choice(stream) } else { ColorChoice::Never }
        })
    }

    /// An empty screen as wide as the terminal; a file or a pipe takes lines of any length.
    pub fn screen(&self) -> Screen {
        let width = self.width.unwrap_or(DEFAULT_WIDTH);
        let color = self.color_of(&io::stdout());
        let screen = if color == ColorChoice::Never { Screen::unstyled(width) } else { Screen::new(width) };
        let screen = if self.job { screen.logged() } else { screen };
        if self.width.is_none() { screen.endless() } else { screen }
    }

    /// Prints an answer, through the pager if it is longer than the terminal is high.
    pub fn show(&self, screen: Screen) -> Result<(), CliError> {
        let text = screen.into_text();
        if self.pager
            && let Some(height) = self.height
            && text.lines().count() >= height
            && let Some(pager) = git_var("GIT_PAGER").filter(|p| !p.is_empty() && p != "cat")
        {
            if self.page(&pager, &text)? {
                return Ok(());
            }
            self.warn(&format!("the pager {pager:?} cannot be run; the answer follows without it"));
        }
        if !text.contains('\u{1b}') {
            // Taking styles out of a long answer takes longer than writing it.
            return self.raw(text.as_bytes());
        }
        let mut out = AutoStream::new(io::stdout().lock(), self.color_of(&io::stdout()));
        closed_is_fine(out.write_all(text.as_bytes()).and_then(|()| out.flush()))
    }

    /// Prints what a command did, unless it was asked to be quiet.
    pub fn done(&self, screen: Screen) -> Result<(), CliError> {
        if self.quiet { Ok(()) } else { self.show(screen) }
    }

    /// Prints a document as JSON.
    pub fn json<T: Serialize>(&self, document: &T) -> Result<(), CliError> {
        if self.job {
            let text = serde_json::to_string_pretty(document).map_err(CliError::failed)?;
            return self.raw(format!("{}\n", disobeyed_json(&text)).as_bytes());
        }
        let mut out = io::BufWriter::with_capacity(1 << 16, io::stdout().lock());
        let written = serde_json::to_writer_pretty(&mut out, document).map_err(io::Error::from);
        closed_is_fine(written.and_then(|()| out.write_all(b"\n")).and_then(|()| out.flush()))
    }

    /// Prints a document that is to be read as it is: unchanged into a file or a pipe, and on a terminal with what it
    /// would obey escaped.
    pub fn document(&self, text: &str) -> Result<(), CliError> {
        if !io::stdout().is_terminal() {
            return self.raw(text.as_bytes());
        }
        let mut screen = self.screen();
        for line in text.lines() {
            screen.plain(line).line();
        }
        self.show(screen)
    }

    /// Prints bytes that are data of their own: a schema, a script, a patch.
    pub fn raw(&self, bytes: &[u8]) -> Result<(), CliError> {
        let mut out = io::stdout().lock();
        closed_is_fine(out.write_all(bytes).and_then(|()| out.flush()))
    }

    /// A meter for standard error, if that is a terminal and may be written to.
    pub fn meter(&self) -> Option<Meter> {
        let is_wanted = !self.quiet && io::stderr().is_terminal();
        is_wanted.then(|| Meter { start: Instant::now(), is_shown: Cell::new(false) })
    }

    /// Says something on standard error, unless asked to be quiet.
    pub fn warn(&self, text: &str) {
        if !self.quiet {
            self.say("warning", Paint::Waiting, text);
        }
    }

    /// Says something of secondary interest on standard error.
    pub fn note(&self, text: &str) {
        self.say("note", Paint::Dim, text);
    }

    /// Says on standard error why the command failed, and what to do.
    pub fn error(&self, error: &CliError) {
        if !error.message.is_empty() {
            self.say("error", Paint::Bad, &error.message);
        }
        for line in &error.details {
            self.write_error(|screen| {
                screen.plain("  ").plain(line);
            });
        }
        for hint in &error.hints {
            self.say("hint", Paint::Dim, hint);
        }
    }

    fn say(&self, label: &str, paint: Paint, text: &str) {
        self.write_error(|screen| {
            screen.put(paint, label).plain(": ").plain(text);
        });
    }

    /// Writes one line on standard error.
    fn write_error(&self, write: impl Fn(&mut Screen)) {
        let mut screen = Screen::new(usize::MAX);
        if self.job {
            screen = screen.logged();
        }
        write(&mut screen);
        screen.line();
        let choice = self.color_of(&io::stderr());
        let mut err = AutoStream::new(io::stderr().lock(), choice);
        // There is nobody left to tell if standard error is closed.
        let _ = err.write_all(screen.into_text().as_bytes());
    }

    /// Whether the pager was there to show the text.
    fn page(&self, pager: &str, text: &str) -> Result<bool, CliError> {
        let mut command = Command::new("sh");
        command.arg("-c").arg(pager).stdin(Stdio::piped());
        // What Git gives its pager: quit if it fits, keep colours, leave the screen as it is.
        for (name, value) in [("LESS", "FRX"), ("LV", "-c")] {
            if env::var_os(name).is_none() {
                command.env(name, value);
            }
        }
        let Ok(mut child) = command.spawn() else { return Ok(false) };
        if let Some(stdin) = child.stdin.take() {
            let mut out = AutoStream::new(Box::new(stdin) as Box<dyn Write>, self.pager_color());
            closed_is_fine(out.write_all(text.as_bytes()))?;
        }
        // What a shell answers for a program that is not there, or is none.
        Ok(!matches!(child.wait()?.code(), Some(126 | 127)))
    }

    fn pager_color(&self) -> ColorChoice {
        match self.color_of(&io::stdout()) {
            ColorChoice::Never => ColorChoice::Never,
            _ => ColorChoice::AlwaysAnsi,
        }
    }
}

/// What the command line says of colour, else the environment: <https://no-color.org>, <https://bixense.com/clicolors>.
fn asked(color: When, env: impl Fn(&str) -> Option<String>) -> Option<ColorChoice> {
    let is_set = |name: &str| env(name).is_some_and(|value| !value.is_empty());
    match color {
        When::Always => Some(ColorChoice::Always),
        When::Never => Some(ColorChoice::Never),
        When::Auto if is_set("NO_COLOR") => Some(ColorChoice::Never),
        When::Auto if is_set("CLICOLOR_FORCE") && env("CLICOLOR_FORCE")? != "0" => Some(ColorChoice::Always),
        When::Auto => None,
    }
}

/// What a value of `color.ui` asks for; what Git would take for "if it is a terminal" asks for nothing.
fn configured(value: &str) -> Option<ColorChoice> {
    match value.to_ascii_lowercase().as_str() {
        "always" => Some(ColorChoice::Always),
        "never" | "false" | "no" | "off" | "0" => Some(ColorChoice::Never),
        _ => None,
    }
}

fn env_var(name: &str) -> Option<String> {
    env::var(name).ok()
}

/// Says on a terminal how far a long read has come, and takes it away again.
#[derive(Debug)]
pub struct Meter {
    start: Instant,
    is_shown: Cell<bool>,
}

impl Meter {
    /// Shows the state, once it has taken long enough for somebody to wonder.
    pub fn show(&self, state: Progress) {
        let mut err = io::stderr().lock();
        // There is nobody left to tell if standard error is closed.
        let _ = match state {
            Progress::Read(count) if self.start.elapsed() >= PATIENCE => {
                self.is_shown.set(true);
                write!(err, "\rreading history: {count} commits").and_then(|()| err.flush())
            }
            // To the start of the line, and clear it.
            Progress::Done if self.is_shown.take() => write!(err, "\r\x1b[K").and_then(|()| err.flush()),
            Progress::Read(_) | Progress::Done => Ok(()),
        };
    }
}

/// Whether the process is part of a job of GitHub's runners or of Azure's, which read commands out of what it prints.
fn is_job() -> bool {
    ["GITHUB_ACTIONS", "TF_BUILD"].iter().any(|name| {
        env::var(name).is_ok_and(|value| !value.is_empty() && !value.eq_ignore_ascii_case("false"))
    })
}

/// What `git var NAME` prints: the program that Git itself would use.
pub fn git_var(name: &str) -> Option<String> {
    let output = Command::new("git").args(["var", name]).stderr(Stdio::null()).output().ok()?;
    let text = String::from_utf8(output.stdout).ok()?;
    output.status.success().then(|| text.trim_end().to_owned())
}

/// A reader that went away has what it wanted.
fn closed_is_fine(written: io::Result<()>) -> Result<(), CliError> {
    match written {
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(()),
        other => other.map_err(|e| CliError::failed(format!("cannot write to standard output: {e}"))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Names and values.
    type Pairs = &'static [(&'static str, &'static str)];

    #[test]
    fn a_pager_that_is_not_there_has_shown_nothing() -> Result<(), CliError> {
        let ui = Ui::new(When::Never, false, true);
        assert!(!ui.page("no-such-pager-anywhere 2>&1", "text\n")?);
        assert!(ui.page("cat > /dev/null", "text\n")?);
        assert!(ui.page("exit 1", "text\n")?);
        Ok(())
    }

    #[test]
    fn the_command_line_goes_before_the_environment_and_that_before_the_configuration() {
        let (always, never) = (Some(ColorChoice::Always), Some(ColorChoice::Never));
        let cases: [(When, Pairs, Pairs, Option<ColorChoice>); 12] = [
            (When::Auto, &[], &[], None),
            (When::Always, &[("NO_COLOR", "1")], &[("color.ui", "false")], always),
            (When::Never, &[("CLICOLOR_FORCE", "1")], &[("color.ui", "always")], never),
            (When::Auto, &[("NO_COLOR", "1")], &[("color.ui", "always")], never),
            (When::Auto, &[("CLICOLOR_FORCE", "1")], &[("color.ui", "never")], always),
            (When::Auto, &[("NO_COLOR", "1"), ("CLICOLOR_FORCE", "1")], &[], never),
            (When::Auto, &[("NO_COLOR", ""), ("CLICOLOR_FORCE", "0")], &[], None),
            (When::Auto, &[("CLICOLOR_FORCE", "0")], &[("color.ui", "always")], always),
            (When::Auto, &[], &[("color.ui", "False")], never),
            (When::Auto, &[], &[("color.ui", "auto")], None),
            (When::Auto, &[], &[("color.ui", "always"), ("color.tasks", "never")], never),
            (When::Auto, &[], &[("color.ui", "never"), ("color.tasks", "true")], None),
        ];
        let value = |pairs: Pairs, name: &str| {
            pairs.iter().find(|(key, _)| *key == name).map(|(_, value)| (*value).to_owned())
        };
        for (when, env, config, expected) in cases {
            let ui = Ui::new(When::Never, false, true);
            ui.color.set(asked(when, |name| value(env, name)));
            ui.configure(|key| value(config, key));
            assert_eq!(ui.color.get(), expected, "{when:?} {env:?} {config:?}");
        }
    }
}
