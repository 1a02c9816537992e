//! Templates that nobody vouches for, rendered in a process of their own.
//!
//! Whoever can change a file of the repository can write a template, so one gets what it needs and no more: a process
//! without an environment that is told the templates and what they may see, and is stopped when it has taken too long, too
//! much memory or has made too much. What ends it there (loops without end, strings that double, templates that include
//! themselves) ends nothing else.

use crate::error::CliError;
use crate::report::{MAX_OUTPUT, RenderJob, TemplateError};
use std::io::{self, Read, Write};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::mpsc::{self, RecvTimeoutError};
use std::thread;
use std::time::{Duration, Instant};

/// How long a template may take.
const TIME: Duration = Duration::from_secs(5);

/// How much memory it may take, in KiB; where the system keeps such limits.
const MEMORY: u32 = 512 << 10;

/// How much of an error is read.
const MAX_ERROR: usize = 16 << 10;

/// What the two outputs of the process hold, each as far as it was read.
struct Outputs {
    document: Vec<u8>,
    error: Vec<u8>,
}

/// Renders a template in a process of its own.
pub(super) fn render(job: &RenderJob) -> Result<String, CliError> {
    let input = serde_json::to_vec(job).map_err(io::Error::from)?;
    let mut child = start()?;
    let deadline = Instant::now() + TIME;
    let outputs = converse(&mut child, input, deadline);
    let failed = |message: String| CliError::from(TemplateError { name: job.name.clone(), message });
    let Some(outputs) = outputs? else {
        stop(&mut child);
        return Err(failed(format!("it takes longer than {} s", TIME.as_secs())));
    };
    if outputs.document.len() > MAX_OUTPUT {
        stop(&mut child);
        return Err(failed(format!("it makes more than {} MiB", MAX_OUTPUT >> 20)));
    }
    let status = child.wait()?;
    if !status.success() {
        return Err(failed(why(status, &outputs.error)));
    }
    String::from_utf8(outputs.document).map_err(|_| failed("what it makes is not UTF-8".to_owned()))
}

/// This program again, with limits where there is a shell that can set them.
fn start() -> Result<Child, CliError> {
    let program = std::env::current_exe()?;
    let mut command = if cfg!(unix) {
        // The limit on time is for the case that this process ends before the other. Where a limit cannot be set, as that on
        // memory on macOS, the others hold.
        let limits = format!(
            "ulimit -c 0; ulimit -t {} 2>/dev/null; ulimit -v {MEMORY} 2>/dev/null; exec \"$0\" render-template",
            TIME.as_secs() * 2
        );
        let mut shell = Command::new("/bin/sh");
        shell.arg("-c").arg(limits).arg(&program);
        shell
    } else {
        let mut command = Command::new(&program);
        command.arg("render-template");
        command
    };
    command.env_clear().stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    command.spawn().map_err(|e| CliError::failed(format!("cannot start a process for the template: {e}")))
}

/// Hands over the input and reads both outputs; `None` once the deadline has passed.
fn converse(child: &mut Child, input: Vec<u8>, deadline: Instant) -> Result<Option<Outputs>, CliError> {
    let (stdin, stdout, stderr) = (child.stdin.take(), child.stdout.take(), child.stderr.take());
    let (Some(mut stdin), Some(stdout), Some(stderr)) = (stdin, stdout, stderr) else {
        return Err(CliError::failed("the process for the template has no streams"));
    };
    // A process that has failed reads no further; its error says why.
    thread::spawn(move || drop(stdin.write_all(&input)));
    let document = reading(stdout, MAX_OUTPUT);
    let error = reading(stderr, MAX_ERROR);
    let mut read = [Vec::new(), Vec::new()];
    for (receiver, bytes) in [document, error].into_iter().zip(&mut read) {
        match receiver.recv_timeout(deadline.saturating_duration_since(Instant::now())) {
            Ok(found) => *bytes = found?,
            Err(RecvTimeoutError::Timeout) => return Ok(None),
            Err(RecvTimeoutError::Disconnected) => {
                return Err(CliError::failed("cannot read what the template makes"));
            }
        }
        if bytes.len() > MAX_OUTPUT {
            break;
        }
    }
    let [document, error] = read;
    Ok(Some(Outputs { document, error }))
}

/// Reads a stream to its end, or to one byte more than `most`.
fn reading(stream: impl Read + Send + 'static, most: usize) -> mpsc::Receiver<io::Result<Vec<u8>>> {
    let (sender, receiver) = mpsc::channel();
    thread::spawn(move || {
        let mut bytes = Vec::new();
        let read = stream.take(most as u64 + 1).read_to_end(&mut bytes);
        // Nobody waits any more once the deadline has passed.
        let _ = sender.send(read.map(|_| bytes));
    });
    receiver
}

fn stop(child: &mut Child) {
    // It may have ended by itself meanwhile.
    let _ = child.kill();
    let _ = child.wait();
}

/// Why the process failed, by what it says itself or by how it ended.
fn why(status: ExitStatus, error: &[u8]) -> String {
    let said = String::from_utf8_lossy(error);
    if said.contains("has overflowed its stack") {
        return "it nests too deeply: does a template include itself?".to_owned();
    }
    if status.code() == Some(2) && !said.trim().is_empty() {
        return said.trim_end().to_owned();
    }
    if said.contains("memory allocation of") || said.contains("capacity overflow") {
        return format!("it takes more than {} MiB of memory", MEMORY >> 10);
    }
    format!("the process that renders it ended early ({status})")
}
