//! Streams, colour, width and the pager: the one place that knows the terminal.

use crate::error::CliError;
use crate::git::Progress;
use crate::view::{Paint, Screen};
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
#[derive(Debug, Clone, Copy)]
pub struct Ui {
    color: ColorChoice,
    width: usize,
    height: Option<usize>,
    pager: bool,
    quiet: bool,
}

/// Columns where neither a terminal nor `COLUMNS` says how many there are.
const DEFAULT_WIDTH: usize = 80;

/// How long a read may take without a word.
const PATIENCE: Duration = Duration::from_millis(500);

impl Ui {
    /// Looks at the terminal and the environment.
    pub fn new(color: When, pager: bool, quiet: bool) -> Self {
        let stdout = io::stdout();
        let terminal = stdout.is_terminal();
        let choice = match color {
            When::Always => ColorChoice::Always,
            When::Never => ColorChoice::Never,
            When::Auto => AutoStream::choice(&stdout),
        };
        let size = if terminal { terminal_size::terminal_size() } else { None };
        let columns = env::var("COLUMNS").ok().and_then(|c| c.parse().ok()).filter(|&c| c > 0);
        let width = columns.or(size.map(|(w, _)| usize::from(w.0))).unwrap_or(DEFAULT_WIDTH);
        let height = size.map(|(_, h)| usize::from(h.0));
        Self { color: choice, width, height, pager: pager && terminal, quiet }
    }

    /// An empty screen as wide as the terminal.
    pub fn screen(&self) -> Screen {
        if self.color == ColorChoice::Never { Screen::unstyled(self.width) } else { Screen::new(self.width) }
    }

    /// Prints an answer, through the pager if it is longer than the terminal is high.
    pub fn show(&self, screen: Screen) -> Result<(), CliError> {
        let text = screen.into_text();
        if self.pager
            && let Some(height) = self.height
            && text.lines().count() >= height
            && let Some(pager) = git_var("GIT_PAGER").filter(|p| !p.is_empty() && p != "cat")
        {
            return self.page(&pager, &text);
        }
        if !text.contains('\u{1b}') {
            // Taking styles out of a long answer takes longer than writing it.
            return self.raw(text.as_bytes());
        }
        let mut out = AutoStream::new(io::stdout().lock(), self.color);
        closed_is_fine(out.write_all(text.as_bytes()).and_then(|()| out.flush()))
    }

    /// Prints what a command did, unless it was asked to be quiet.
    pub fn done(&self, screen: Screen) -> Result<(), CliError> {
        if self.quiet { Ok(()) } else { self.show(screen) }
    }

    /// Prints a document as JSON.
    pub fn json<T: Serialize>(&self, document: &T) -> Result<(), CliError> {
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
        write(&mut screen);
        screen.line();
        let choice = match self.color {
            ColorChoice::Always | ColorChoice::AlwaysAnsi if !io::stdout().is_terminal() => self.color,
            ColorChoice::Never => ColorChoice::Never,
            _ => AutoStream::choice(&io::stderr()),
        };
        let mut err = AutoStream::new(io::stderr().lock(), choice);
        // There is nobody left to tell if standard error is closed.
        let _ = err.write_all(screen.into_text().as_bytes());
    }

    fn page(&self, pager: &str, text: &str) -> Result<(), CliError> {
        let mut command = Command::new("sh");
        command.arg("-c").arg(pager).stdin(Stdio::piped());
        // What Git gives its pager: quit if it fits, keep colours, leave the screen as it is.
        for (name, value) in [("LESS", "FRX"), ("LV", "-c")] {
            if env::var_os(name).is_none() {
                command.env(name, value);
            }
        }
        let mut child = command.spawn().map_err(|e| {
            CliError::failed(format!("cannot start the pager {pager:?}: {e}")).hint("--no-pager does without")
        })?;
        if let Some(stdin) = child.stdin.take() {
            let mut out = AutoStream::new(Box::new(stdin) as Box<dyn Write>, self.pager_color());
            closed_is_fine(out.write_all(text.as_bytes()))?;
        }
        child.wait()?;
        Ok(())
    }

    fn pager_color(&self) -> ColorChoice {
        if self.color == ColorChoice::Never { ColorChoice::Never } else { ColorChoice::AlwaysAnsi }
    }
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
