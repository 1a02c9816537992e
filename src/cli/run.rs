//! From the command line to the exit code.

use super::args::{Cli, Command, Context, Format, GlobalArgs};
use super::{
    archive, block, board, branches, cancel, check, completions, demo, diff, done, edit, export, fmt,
    forecast, graph, hook, import, init, list, log, man, merge_driver, moving, new, next, note, release,
    render_template, renumber, reopen, report, resolve, rm, schema, set, show, start, status, step, why,
};
use crate::error::{CliError, Exit};
use crate::ui::Ui;
use clap::{CommandFactory, Parser};
use std::io::ErrorKind;
use std::process::ExitCode;

/// Runs the command that the process was started with.
pub fn main() -> ExitCode {
    clap_complete::CompleteEnv::with_factory(Cli::command).complete();
    let failure = merge_driver::code_of_failure(std::env::args_os().skip(1));
    let cli = match Cli::try_parse() {
        Ok(cli) => cli,
        Err(error) => {
            // Help and versions go to standard output and are no failure; a usage error is 2 with clap as well.
            let code = if error.use_stderr() { failure } else { 0 };
            return ExitCode::from(match error.print() {
                Err(e) if code == 0 && e.kind() != ErrorKind::BrokenPipe => Exit::Failed as u8,
                _ => code,
            });
        }
    };
    let color = cli.global.color;
    let (ui, result) = match refuse_lost_dirs(&cli.global).and_then(|()| Context::new(cli.global)) {
        Ok(context) => {
            let result = run(&context, cli.command);
            (context.ui, result)
        }
        Err(error) => (Ui::new(color, false, false), Err(error)),
    };
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            ui.error(&error);
            ExitCode::from(if error.exit == Exit::Failed { failure } else { error.exit as u8 })
        }
    }
}

/// Refuses `-C` before the command and behind it: of what stands before, nothing would be left.
fn refuse_lost_dirs(global: &GlobalArgs) -> Result<(), CliError> {
    let words = std::env::args_os().take_while(|word| word != "--");
    let given = words.filter(|word| word.as_encoded_bytes().starts_with(b"-C")).count();
    if given <= global.dirs.len() {
        return Ok(());
    }
    Err(CliError::failed("-C stands before the command and behind it")
        .hint("put all of them before the command"))
}

fn run(context: &Context, command: Option<Command>) -> Result<(), CliError> {
    let forms = command.as_ref().map_or(&[Format::Text, Format::Json][..], Command::forms);
    if let Some(format) = context.global.format.filter(|format| !forms.contains(format)) {
        let known = forms.iter().map(|form| form.name());
        return Err(CliError::failed(format!("this command does not answer in --format {}", format.name()))
            .hint(format!("it knows {}", known.collect::<Vec<_>>().join(", "))));
    }
    let Some(command) = command else { return status::brief(context) };
    match command {
        Command::Init(args) => init::run(context, &args),
        Command::New(args) => new::run(context, &args),
        Command::Edit(args) => edit::run(context, &args),
        Command::Move(args) => moving::run(context, &args),
        Command::Renumber(args) => renumber::run(context, &args),
        Command::Rm(args) => rm::run(context, &args),
        Command::Archive(args) => archive::run(context, &args),
        Command::Status(args) => status::run(context, &args),
        Command::List(args) => list::run(context, &args),
        Command::Next(args) => next::run(context, &args),
        Command::Board(args) => board::run(context, &args),
        Command::Show(args) => show::run(context, &args),
        Command::Why(args) => why::run(context, &args),
        Command::Set(args) => set::run(context, &args),
        Command::Note(args) => note::run(context, &args),
        Command::Block(args) => block::run(context, &args),
        Command::Cancel(args) => cancel::run(context, &args),
        Command::Done(args) => done::run(context, &args),
        Command::Reopen(args) => reopen::run(context, &args),
        Command::Start(args) => start::run(context, &args),
        Command::Release(args) => release::run(context, &args),
        Command::Step(args) => step::run(context, &args),
        Command::Fmt(args) => fmt::run(context, &args),
        Command::Demo(args) => demo::run(context, &args),
        Command::Schema(args) => schema::run(context, &args),
        Command::Completions(args) => completions::run(context, &args),
        Command::Man(args) => man::run(context, &args),
        Command::Branches(args) => branches::run(context, &args),
        Command::Log(args) => log::run(context, &args),
        Command::Forecast(args) => forecast::run(context, &args),
        Command::Diff(args) => diff::run(context, &args),
        Command::Graph(args) => graph::run(context, &args),
        Command::Report(args) => report::run(context, &args),
        Command::Check(args) => check::run(context, &args),
        Command::Resolve(args) => resolve::run(context, &args),
        Command::Hook(args) => hook::run(context, &args),
        Command::MergeDriver(args) => merge_driver::run(&args),
        Command::RenderTemplate(_) => render_template::run(),
        Command::Import(args) => import::run(context, &args),
        Command::Export(args) => export::run(context, &args),
    }
}
