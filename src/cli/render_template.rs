//! `tasks render-template`: the other side of [`super::rendering`].

use crate::error::CliError;
use crate::report::RenderJob;
use clap::Args;
use std::io::{self, Read, Write};

/// Render a template within limits; tasks report calls it
#[derive(Debug, Args)]
pub struct RenderTemplateArgs {}

/// Reads what is to be rendered from standard input and writes the document to standard output, or why there is none to
/// standard error.
pub fn run() -> Result<(), CliError> {
    let mut text = String::new();
    io::stdin().read_to_string(&mut text)?;
    let job: RenderJob = serde_json::from_str(&text)
        .map_err(|e| CliError::failed(format!("cannot read what to render: {e}")))?;
    drop(text);
    let mut document = Vec::new();
    if let Err(error) = job.run(&mut document) {
        io::stderr().write_all(error.message.as_bytes())?;
        return Err(CliError::failed(""));
    }
    Ok(io::stdout().write_all(&document)?)
}
